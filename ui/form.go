package ui

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// A writing overlay takes text: what is typed goes to it, and no key means
// anything else but what its actions say.
type writing interface {
	overlay
	// typed handles a key that is none of its actions, or a paste.
	typed(m *Model, msg tea.Msg) tea.Cmd
	// cursor returns where the terminal's cursor is, from the overlay's top left.
	cursor() (x, y int)
}

// whyKey is the field of a form that is the reason of a change.
const whyKey = "why"

// A formPage is the form of an item: a new one, or one to be changed. It stands
// beside what it was opened from where there is room.
type formPage struct {
	title string
	spec  *data.Spec
	item  data.Entity       // as its author sees it; nil for a new one
	base  map[string]string // by field, what its author sees, in its stored form
	fixed map[string]string // fields of a new item that are not asked for
	begun map[string]string // the texts as they were put before the author
	form  kit.Form
	keys  []string // of the fields, in their order
	draft *Draft
	also  *Draft // another draft that ends with this one
	back  bool   // the draft is an earlier one
	id    string // of the event
	busy  bool   // it is being recorded
	wrong *wrong
	found string // what looks like personal data, once that was pointed out

	aside
	x, y int // of the cursor
}

func (p *formPage) setSize(w, h int) {
	p.aside.setSize(w, h)
	p.form.SetSize(max(p.own(), 1), max(h-2, 0))
}

func (p *formPage) lines() []string {
	w, t := p.own(), p.view.Theme
	lines, x, y := p.form.Lines(t)
	p.x, p.y = p.left()+x, 1+y
	lines = append([]string{kit.Rule(t, p.heading(w), true, nil, 0, w)}, lines...)
	return p.with(append(lines, kit.Fit(p.status(w), w)))
}

// heading is the title, and who else edits the same.
func (p *formPage) heading(w int) string {
	if p.item == nil {
		return p.title
	}
	who := p.view.EditingToo(p.item.Info().Ref, w-kit.Width(p.title)-7)
	if who == "" {
		return p.title
	}
	return p.title + " " + p.view.Theme.Symbols.Dot + " " + who
}

// status is the last line of the form: what is wrong, or whose text this is.
func (p *formPage) status(w int) string {
	t := p.view.Theme
	switch {
	case p.busy:
		return " " + t.Strong.Paint("storing "+t.Symbols.More)
	case p.found != "":
		return " " + t.Warn.Paint(kit.Cut(p.found, w-2))
	case p.wrong != nil:
		return " " + fault(t, p.wrong.what, p.wrong.hint, w-2)
	case p.back:
		return " " + t.Warn.Paint("a draft of "+p.view.TimeOfDay(p.draft.At)+", not stored; ctrl+x throws it away")
	}
	return ""
}

func (p *formPage) cursor() (x, y int) { return p.x, p.y }

// actions implements [overlay]. None of the keys is a character: those are text.
func (p *formPage) actions(m *Model) []kit.Action {
	field := func(name, title, label string, by int, keys ...string) kit.Action {
		return kit.Action{Name: name, Title: title, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd { p.form.Move(by); return nil }}
	}
	save := kit.Action{Name: "save", Title: "Store it", Short: "store", Group: "Change", Key: kit.Keys(formKey+" enter", formKey, "enter"), Why: p.cannotSave, Run: func() tea.Cmd { return p.save(m) }}
	next := field("next-field", "Go to the next field", "tab ↓", 1, "tab", "down")
	next.Short = "next field"
	previous := field("previous-field", "Go to the field before", "shift+tab ↑", -1, "shift+tab", "up")
	if p.form.Field().Long { // these keys move in the text
		save.Key, next.Key, previous.Key = kit.Keys(formKey, formKey), kit.Keys("tab", "tab"), kit.Keys("shift+tab", "shift+tab")
	}
	all := []kit.Action{save, next,
		{Name: "close", Title: "Leave it, and keep what was typed as a draft", Short: "later", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: func() tea.Cmd { return p.leave(m) }},
		{Name: "discard", Title: "Throw away what was typed", Short: "throw away", Group: "Leave", Key: kit.Keys("ctrl+x", "ctrl+x"), Why: p.cannotSave, Run: func() tea.Cmd { return p.discard(m) }},
		previous,
	}
	if p.found != "" {
		all = append(all, kit.Action{Name: "mask", Title: "Mask what looks like personal data", Short: "mask", Group: "Change", Key: kit.Keys(maskKey, maskKey), Run: func() tea.Cmd { return p.mask(m) }})
	}
	if p.form.Field().Long {
		all = append(all, kit.Action{Name: "editor", Title: "Write the text in $EDITOR", Short: "editor", Group: "Change", Key: kit.Keys("ctrl+o", "ctrl+o"), Why: func() error { return cmp.Or(p.cannotSave(), m.noEditor()) }, Run: func() tea.Cmd { return p.edit(m) }})
	}
	return append(all, kit.Action{Name: "quit", Title: "Leave the board at once; what was typed is kept", Group: "Leave", Key: kit.Keys("ctrl+c", "ctrl+c"),
		Run: func() tea.Cmd { return tea.Quit }}) // see KeepDrafts
}

func (p *formPage) cannotSave() error {
	if p.busy {
		return errors.New("it is being stored")
	}
	return nil
}

// typed implements [writing].
func (p *formPage) typed(m *Model, msg tea.Msg) tea.Cmd {
	m.notice = ""
	if p.busy { // the text is what is being stored
		m.say(p.cannotSave().Error())
		return nil
	}
	switch k := msg.(type) {
	case tea.PasteMsg:
		text, left, err := pasted(k.Content, p.form.Field().Long, p.form.Room())
		if err := cmp.Or(err, tooManyLines(text, p.form.RoomLines())); err != nil {
			p.wrong = &wrong{err.Error(), ""}
			return nil
		}
		m.say(left)
		msg = tea.PasteMsg{Content: text}
	case tea.KeyPressMsg:
		k.Text = typable(k.Text)
		msg = k
	}
	changed, cmd := p.form.Update(msg)
	if !changed {
		return cmd
	}
	p.wrong, p.found = nil, ""
	if f := p.spec.Field(p.form.Field().Key); f != nil && f.Type == data.TimeType {
		p.form.Say(f.Key, m.understood(f, p.form.Text(f.Key)))
	}
	p.sayAmount()
	return tea.Batch(cmd, p.touch(m))
}

// touch takes what was typed over into the draft.
func (p *formPage) touch(m *Model) tea.Cmd {
	p.draft.Text, p.draft.Base = map[string]string{}, maps.Clone(p.base)
	typed := false
	for _, key := range p.keys {
		// What a new item was given stands there as if it were typed.
		if text := p.form.Text(key); text != p.begun[key] || p.item == nil && text != "" {
			p.draft.Text[key] = text
			typed = typed || text != p.begun[key]
		}
	}
	if !typed {
		return m.throwAway(p.draft)
	}
	return m.keepSoon(p.draft)
}

// close takes the form away, wherever it stands.
func (p *formPage) close(m *Model) tea.Cmd {
	if m.top() == overlay(p) {
		return m.back()
	}
	m.stack = slices.DeleteFunc(m.stack, func(o overlay) bool { return o == overlay(p) })
	m.redraw()
	return nil
}

func (p *formPage) leave(m *Model) tea.Cmd {
	if p.busy { // what comes of it is told when it is known
		return p.close(m)
	}
	cmd := tea.Batch(p.close(m), m.putAside(p.draft))
	if slices.Contains(m.drafts, p.draft) { // what it came from is in it
		cmd = tea.Batch(cmd, m.drop(p.also))
	}
	return cmd
}

func (p *formPage) discard(m *Model) tea.Cmd {
	m.say("thrown away: " + strings.ToLower(p.title[:1]) + p.title[1:])
	return tea.Batch(p.close(m), m.throwAway(p.draft), m.throwAway(p.also))
}

// save records what the form says. The form stays until that is on the disk.
func (p *formPage) save(m *Model) tea.Cmd {
	p.wrong = nil
	body, err := p.body(m.now())
	switch {
	case err != nil:
		return nil // the field says it
	case body == nil:
		m.say("nothing was changed")
		return tea.Batch(p.close(m), m.drop(p.draft), m.drop(p.also))
	}
	if p.found == "" {
		if p.found = pointOut(data.PersonalIn(body), "ctrl+s"); p.found != "" {
			return nil
		}
	}
	p.busy, p.found = true, ""
	text := p.draft.Text
	return m.record([]Act{{p.id, body}}, func(m *Model, events []data.Event, err error) tea.Cmd { return p.saved(m, text, events, err) })
}

// mask puts masked texts in the place of those that hold what looks like
// personal data. They are stored by the next key that does that.
func (p *formPage) mask(m *Model) tea.Cmd {
	for _, key := range p.keys {
		f, text := p.spec.Field(key), p.form.Text(key)
		if f == nil && key == whyKey || f != nil && len(found(f, text)) > 0 {
			p.form.Put(key, data.MaskPersonal(text))
		}
	}
	p.found = ""
	return p.touch(m)
}

// saved tells what came of recording a text.
func (p *formPage) saved(m *Model, text map[string]string, events []data.Event, err error) tea.Cmd {
	p.busy = false
	var conflict *data.ConflictError
	switch {
	case errors.As(err, &conflict), errors.Is(err, data.ErrSame): // of one field; there may be others
		return p.compare(m)
	case errors.Is(err, data.ErrTaken):
		err = p.draft.again(m)
		p.id = p.draft.Event
		p.wrong = &wrong{err.Error(), m.hintOf(err)}
		return p.touch(m)
	case err != nil:
		p.wrong = &wrong{err.Error(), m.hintOf(err)}
		if !slices.Contains(m.stack, overlay(p)) { // it was left meanwhile
			m.fault(err)
		}
		return nil
	}
	cmd := tea.Batch(p.close(m), m.dropStored(p.draft, text), m.drop(p.also))
	m.say(m.stored(events))
	return cmd
}

// compare reads the item as it is now, and shows what others changed meanwhile of
// what the person wants to change. Until then the form takes no text.
func (p *formPage) compare(m *Model) tea.Cmd {
	ref, src := p.item.Info().Ref, m.src
	p.busy = true
	return func() tea.Msg {
		i, err := readItem(m.ctx, src, ref)
		return readMsg{func(m *Model) tea.Cmd {
			p.busy = false
			if err != nil {
				return m.fail(err)
			}
			if m.elsewhere(p) { // nothing comes up under the keys
				m.fault(data.Refuse("%s was not stored: somebody changed it while you did", ref).WithHint("%s", m.keyed("{drafts D} brings your text back")))
				return nil
			}
			return p.conflicts(m, i)
		}}
	}
}
