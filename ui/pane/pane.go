// Package pane holds the panes of the board: what each shows of the incident, row by
// row.
//
// A pane is a table over a snapshot. It never touches the store and does
// nothing: the root model tells it what to show and asks it which item is under
// the cursor.
package pane

import (
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// A View is what panes are drawn from. It is replaced as a whole.
type View struct {
	*data.Overview
	Open  data.Window[*data.Action] // around the cursor of the actions pane
	Theme kit.Theme
	Now   time.Time   // in the zone of the person
	Times Times       // how moments are shown
	Delta *data.Delta // what others have changed since the person looked; nil if nothing is known of that

	People  *People // those who are on; nil on a board that is on its own
	Me      string  // who looks at this, as People has it
	Session int64   // and in which session

	Trend  *data.Trend       // nil if there is no room for it
	Marked map[data.Ref]bool // items that are marked to be changed together

	Keys map[string][]string // the keys that the person has set, by the names of actions
}

// Keyed returns a sentence with the person's keys; see [kit.Keyed].
func (v *View) Keyed(sentence string) string { return kit.Keyed(sentence, v.Keys) }

// A table says what a pane shows. Its functions are called with the pane's
// current view.
type table struct {
	title   func(v *View) string
	ids     func(v *View) []string
	columns func(v *View, w int) []kit.Column
	// cells returns the texts of row i, one for each column. The first is not
	// painted: the cursor paints it.
	cells func(v *View, i int, cols []kit.Column) []string
	// summary is the title when there is room for nothing else; nil if the
	// title will do.
	summary func(v *View) string
	// beyond is how many rows there are below those at hand; nil if all are.
	beyond func(v *View) int
	// text returns all of the text of row i that cells has only the first line
	// of, in column textAt; nil if there is no such text. It is broken into
	// lines where the pane has room for all of all rows.
	text   func(v *View, i int) string
	textAt int
	// block draws row i by itself, in w cells and as many lines as it takes; nil
	// if it is drawn from cells. The cursor paints what mark paints.
	block func(v *View, i, w int, on bool) []string
	// fresh reports whether row i has a Δ; nil if none ever has.
	fresh func(v *View, i int) bool
	// empty says what is missing, and what fills it; it names keys as kit.Keyed reads
	// them.
	empty string
	// least is how many rows the pane needs to be of use.
	least int
	// want is how many lines the pane would have; 0 is one for each row. With fills
	// its rows are drawn for the height it has.
	want  int
	fills bool
}

// A Pane is one rectangle of the board: a titled rule, and rows under it.
type Pane struct {
	table
	Name   string // what the footer and help call it
	view   *View
	cols   []kit.Column
	list   kit.List
	width  int
	height int
	tall   int // how many lines of its text a row may have; less than 2: one
	broken []broken

	why func(v *View) string // says what is missing, in the place of empty; nil if that will do

	rule  string // as it was drawn last, which was for this look
	drawn look
}

// A look is what a pane's rule depends on beside its view and size.
type look struct {
	number  string
	focused bool
	below   int
}

// Set replaces what the pane shows. The cursor stays on its item.
func (p *Pane) Set(v *View) {
	p.view = v
	if p.rule = ""; p.columns != nil {
		p.cols = p.columns(v, p.width-1)
	}
	if p.block != nil {
		p.list.SetTall()
	}
	p.list.SetRows(p.ids(v), p.row)
	p.arrange()
}

// SetSize says how large the pane is, its rule included.
func (p *Pane) SetSize(w, h int) {
	same := w == p.width && (h == p.height || !p.fills)
	p.width, p.height, p.rule = w, h, ""
	if p.view != nil && !same {
		p.Set(p.view)
	} else {
		p.arrange()
	}
}

// arrange finds out how many lines of its text each row may have, so that there
// is room for all rows.
func (p *Pane) arrange() {
	tall := 0
	if p.text != nil && p.view != nil && p.height > 1 {
		var need [mostLines + 1]int // by how many lines a row may have
		for i := range p.list.Len() {
			n := len(p.wrapped(i))
			for t := 1; t <= mostLines; t++ {
				need[t] += min(n, t)
			}
		}
		for tall = mostLines; tall > 1 && need[tall] >= p.height; tall-- {
		}
	}
	if tall != p.tall {
		p.tall = tall
		p.list.Redraw()
	}
	if p.tall > 1 {
		p.list.SetHeight(p.list.Len())
	} else {
		p.list.SetHeight(p.height - 1)
	}
}

// mostLines is how many lines of a text are shown in a list.
const mostLines = 6

// A broken text is one in lines of some width. It is kept, because texts seldom
// change and to break them takes long.
type broken struct {
	text  string
	width int
	lines []string
}

// wrapped returns the text of row i, broken into lines, which nobody may change.
func (p *Pane) wrapped(i int) []string {
	for len(p.broken) <= i {
		p.broken = append(p.broken, broken{})
	}
	b, text, w := &p.broken[i], p.text(p.view, i), max(p.cols[p.textAt].Width, 1)
	if b.text != text || b.width != w {
		*b = broken{text, w, kit.Wrap(data.Clean(text, true), w)}
	}
	return b.lines
}

// Want returns the height at which the pane shows everything it has.
func (p *Pane) Want() int { return 1 + max(p.list.Len(), p.want, 1) }

// Least returns the least height at which the pane is of use.
func (p *Pane) Least() int { return 1 + min(p.least, max(p.list.Len(), 1)) }

// Height returns how many lines the pane has, its rule included.
func (p *Pane) Height() int { return p.height }

// Width returns how many cells wide the pane is.
func (p *Pane) Width() int { return p.width }

// Point puts the cursor on the row that is drawn on a line of the pane, if there
// is one; line 0 is the rule.
func (p *Pane) Point(line int) {
	if i, ok := p.list.At(line - 1); ok && !p.Empty() {
		p.list.Move(i - p.list.Index())
	}
}

// Empty reports whether the pane has no rows.
func (p *Pane) Empty() bool { return p.list.Len() == 0 }

// List returns the pane's list, for moving about in it.
func (p *Pane) List() *kit.List { return &p.list }

// Selected returns the item under the cursor, or "".
func (p *Pane) Selected() data.Ref { return data.Ref(p.list.Selected()) }

// row draws row i: a cell for the cursor, then the columns.
func (p *Pane) row(i int, on bool) string {
	if p.block != nil {
		lines := p.block(p.view, i, p.width, on)
		for j := range lines {
			lines[j] = kit.Fit(lines[j], p.width)
		}
		return strings.Join(lines, "\n")
	}
	cells := p.cells(p.view, i, p.cols)
	fresh := p.fresh != nil && p.fresh(p.view, i)
	mark := p.view.markOf(fresh, on)
	if on {
		cells[0] = p.view.Theme.Cursor.Paint(kit.Cut(cells[0], p.cols[0].Width))
	}
	if on && fresh && kit.Width(cells[0]) < p.cols[0].Width {
		cells[0] += p.view.markOf(true, false)
	}
	if p.tall < 2 {
		return kit.Fit(mark+kit.Row(p.cols, cells...), p.width)
	}
	lines := slices.Clone(p.wrapped(i))
	if len(lines) > p.tall {
		lines = lines[:p.tall]
		lines[p.tall-1] = kit.Cut(lines[p.tall-1]+" "+p.view.Theme.Symbols.More, p.cols[p.textAt].Width)
	}
	for j, part := range lines {
		cells[p.textAt] = part
		lines[j] = kit.Fit(mark+kit.Row(p.cols, cells...), p.width)
		mark, cells = " ", make([]string, len(cells)) // the rest stands on the first line
	}
	return strings.Join(lines, "\n")
}

// heading draws the pane's rule.
func (p *Pane) heading(l look) string {
	title, cols := p.title(p.view), p.cols
	switch {
	case p.height == 1 && p.summary != nil:
		title, cols = p.summary(p.view), nil
	case p.height == 1:
		cols = nil
	case l.below > 0:
		title += " " + p.view.Theme.Symbols.Dot + " " + Plural(l.below, "more below", "more below")
	}
	return kit.Rule(p.view.Theme, strings.TrimSpace(l.number+" "+title), l.focused, cols, 1, p.width)
}

// nothing says what is missing.
func (p *Pane) nothing() string {
	if p.why != nil {
		return p.why(p.view)
	}
	return p.view.Keyed(p.empty)
}

// Retitle gives the pane another title, and other words for that it is empty.
func (p *Pane) Retitle(title, empty func(v *View) string) { p.title, p.why = title, empty }

// below returns how many rows there are below those shown.
func (p *Pane) below() int {
	n := p.list.Below()
	if p.beyond != nil {
		n += p.beyond(p.view)
	}
	return n
}

// Lines appends the pane's lines, each exactly as wide as the pane, and exactly
// as many as it is high. number is the digit that goes to the pane.
func (p *Pane) Lines(lines []string, number string, focused bool) []string {
	if p.height <= 0 {
		return lines
	}
	end := len(lines) + p.height
	if l := (look{number, focused, p.below()}); p.rule == "" || p.drawn != l {
		p.rule, p.drawn = p.heading(l), l
	}
	lines = append(lines, p.rule)
	if p.Empty() && p.height > 1 {
		lines = append(lines, kit.Fit(" "+p.view.Theme.Dim.Paint(kit.Cut(p.nothing(), p.width-1)), p.width))
	}
	if p.height > 1 {
		lines = p.list.Rows(lines, focused)
	}
	for len(lines) < end {
		lines = append(lines, kit.Fit("", p.width))
	}
	return lines
}
