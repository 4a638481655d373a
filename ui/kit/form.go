package kit

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// A FormField is one thing that a form asks for.
type FormField struct {
	Key   string
	Label string
	Value string   // what is there to begin with
	Long  bool     // the text may have several lines
	Words []string // what is usually meant: left and right go through them
	Limit int      // in characters
	Note  string   // what helps, shown while the field is in focus
	Empty string   // stands where nothing does

	wrong string
	line  textinput.Model
	area  textarea.Model
}

// A Form is fields that a person fills in, one under the other. Every character
// that is typed goes into the field in focus.
type Form struct {
	fields []*FormField
	at     int
	top    int // the first of its lines that is shown
	width  int
	height int
}

// The widths of a form, in cells, and the lines of a long text.
const (
	formLabel = 18
	formArea  = 6
)

// NewForm returns a form, with the first field in focus.
func NewForm(fields []FormField) Form {
	f := Form{}
	for i := range fields {
		field := &fields[i]
		field.line, field.area = NewLine(field.Limit), newArea(field.Limit)
		f.fields = append(f.fields, field)
		f.put(field, field.Value)
	}
	f.focus()
	return f
}

// NewLine returns one line to type in, of at most limit characters.
func NewLine(limit int) textinput.Model {
	m := textinput.New()
	m.Prompt, m.CharLimit = "", limit
	m.SetVirtualCursor(false)
	m.KeyMap.Paste = key.NewBinding() // which would read the clipboard of the machine the program runs on
	m.SetStyles(textinput.Styles{})
	return m
}

// CursorCell returns how many cells from the left of a line made by [NewLine] its
// cursor is. The line's own Cursor counts characters, of which some are two cells
// wide, and does not count what is scrolled out of sight.
func CursorCell(line textinput.Model) int {
	if line.Value() == "" {
		return 0
	}
	line.SetVirtualCursor(true) // drawn in reverse, where the real one is to be
	line.Focus()
	before, _, _ := strings.Cut(line.View(), "\x1b[7m")
	return Width(before)
}

func newArea(limit int) textarea.Model {
	m := textarea.New()
	m.Prompt, m.CharLimit, m.ShowLineNumbers, m.MaxHeight, m.EndOfBufferCharacter = "", limit, false, 0, ' '
	m.SetVirtualCursor(false)
	m.KeyMap.Paste, m.KeyMap.CopySelection = key.NewBinding(), key.NewBinding()
	m.SetStyles(textarea.Styles{})
	m.SetHeight(formArea)
	return m
}

// Focus puts the cursor into a field.
func (f *Form) Focus(key string) {
	if i := f.index(key); i >= 0 {
		f.at = i
		f.focus()
	}
}

// Move goes to the field that is by further, round the ends.
func (f *Form) Move(by int) {
	if n := len(f.fields); n > 0 {
		f.at = (f.at + by + n) % n
		f.focus()
	}
}

// Field returns the field in focus.
func (f *Form) Field() *FormField { return f.fields[f.at] }

func (f *Form) index(key string) int {
	return slices.IndexFunc(f.fields, func(x *FormField) bool { return x.Key == key })
}

func (f *Form) focus() {
	for i, x := range f.fields {
		switch {
		case i != f.at:
			x.line.Blur()
			x.area.Blur()
		case x.Long:
			x.area.Focus()
		default:
			x.line.Focus()
		}
	}
}

// Text returns what stands in a field; "" if there is no such field.
func (f *Form) Text(key string) string {
	i := f.index(key)
	if i < 0 {
		return ""
	}
	if x := f.fields[i]; x.Long {
		return x.area.Value()
	}
	return f.fields[i].line.Value()
}

// Put replaces what stands in a field.
func (f *Form) Put(key, text string) {
	if i := f.index(key); i >= 0 {
		f.put(f.fields[i], text)
	}
}

func (f *Form) put(x *FormField, text string) {
	if x.Long {
		x.area.SetValue(text)
		x.area.View() // it scrolls only through what it has drawn
		x.area.MoveToEnd()
		return
	}
	x.line.SetValue(text)
	x.line.CursorEnd()
}

// Refuse says what is wrong with a field, until it is changed. It reports
// whether there is such a field.
func (f *Form) Refuse(key, what string) bool {
	i := f.index(key)
	if i >= 0 {
		f.fields[i].wrong = what
	}
	return i >= 0
}

// Say sets what helps with a field.
func (f *Form) Say(key, note string) {
	if i := f.index(key); i >= 0 {
		f.fields[i].Note = note
	}
}

// Update hands a key or a paste to the field in focus. It reports whether the
// text has changed.
func (f *Form) Update(msg tea.Msg) (changed bool, cmd tea.Cmd) {
	x := f.Field()
	was := f.Text(x.Key)
	if k, ok := msg.(tea.KeyPressMsg); ok && !x.Long && len(x.Words) > 0 && (k.String() == "left" || k.String() == "right") {
		f.turn(x, k.String() == "right")
	} else if x.Long {
		x.area, cmd = x.area.Update(msg)
	} else {
		x.line, cmd = x.line.Update(msg)
	}
	changed = f.Text(x.Key) != was
	if changed {
		x.wrong = ""
	}
	return changed, cmd
}

// turn puts the next of the words into the field, or nothing after the last.
func (f *Form) turn(x *FormField, forward bool) {
	all := append([]string{""}, x.Words...)
	i, n := max(slices.Index(all, x.line.Value()), 0), len(all)
	by := 1
	if !forward {
		by = n - 1
	}
	f.put(x, all[(i+by)%n])
}

// Room returns how many more characters the field in focus takes.
func (f *Form) Room() int {
	x := f.Field()
	return x.Limit - utf8.RuneCountInString(f.Text(x.Key))
}

// MaxLines is how many lines a field of several lines holds: the library's editor
// cuts what is longer.
const MaxLines = 10_000

// RoomLines returns how many more lines the field in focus takes.
func (f *Form) RoomLines() int { return MaxLines - f.Field().area.LineCount() }

// SetSize says how large the form is.
func (f *Form) SetSize(w, h int) {
	f.width, f.height = w, h
	for _, x := range f.fields {
		x.line.SetWidth(max(w-formLabel-3, 4))
		x.area.SetWidth(max(w-formLabel-2, 4))
	}
}

// Lines draws the form, exactly as high as it is, and returns where the cursor
// is in it.
func (f *Form) Lines(t Theme) (lines []string, x, y int) {
	var all []string
	from, to := 0, 0 // the lines of the field in focus
	for i, field := range f.fields {
		if i == f.at {
			from = len(all)
		}
		rows, cx, cy := f.draw(t, field, i == f.at)
		if i == f.at {
			x, y = cx, from+cy
			to = from + len(rows)
		}
		all = append(all, rows...)
	}
	f.top = min(f.top, from)
	f.top = max(f.top, min(to, len(all))-f.height, 0)
	if f.top > from { // the field is higher than the form
		f.top = from
	}
	f.top = min(f.top, max(len(all)-f.height, 0))
	for i := f.top; i < min(f.top+f.height, len(all)); i++ {
		lines = append(lines, Fit(all[i], f.width))
	}
	for len(lines) < f.height {
		lines = append(lines, Fit("", f.width))
	}
	return lines, min(x, f.width-1), max(0, min(y-f.top, f.height-1))
}

// draw draws one field, and what is to be said of it.
func (f *Form) draw(t Theme, x *FormField, on bool) (rows []string, cx, cy int) {
	w := max(f.width-formLabel-2, 4)
	var texts []string
	switch text := f.Text(x.Key); {
	case on && x.Long:
		texts = strings.Split(x.area.View(), "\n")
		if c := x.area.Cursor(); c != nil {
			cx, cy = formLabel+1+c.X, c.Y
		}
	case on:
		texts = []string{x.line.View()}
		cx = formLabel + 1 + CursorCell(x.line)
	case text == "":
		texts = []string{t.Dim.Paint(x.Empty)}
	case x.Long:
		texts = Wrap(text, w)
		if len(texts) > 3 {
			texts = append(texts[:2:2], Cut(texts[2], w-2)+" "+t.Symbols.More)
		}
	default:
		texts = []string{Cut(text, w)}
	}
	label := Fit(" "+x.Label, formLabel)
	if on {
		label = Fit(">"+t.Strong.Paint(Cut(x.Label, formLabel-2)), formLabel)
	}
	for _, text := range texts {
		rows = append(rows, label+" "+text)
		label = Fit("", formLabel)
	}
	indent := Fit("", formLabel+1)
	if x.wrong != "" {
		for _, part := range Wrap(x.wrong, w) {
			rows = append(rows, indent+t.Bad.Paint(part))
		}
	} else if on && x.Note != "" {
		for _, part := range Wrap(x.Note, w) {
			rows = append(rows, indent+t.Dim.Paint(part))
		}
	}
	return rows, cx, cy
}
