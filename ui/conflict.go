package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A conflict is a field that somebody else has changed while a person did.
type conflict struct {
	item               data.Entity // as it is now
	field              *data.Field
	base, mine, theirs string // in their stored form
	by                 data.Event
}

// A settling is what conflicts were met by: a form, or a change of several items.
type settling interface {
	// settle takes over what a field is to become. The person has seen theirs.
	settle(m *Model, x conflict, value string) tea.Cmd
	// settled goes on after the last conflict, when its page is gone.
	settled(m *Model) tea.Cmd
	// otherwise lists what can be done but choosing a value.
	otherwise(m *Model, c *conflictPage) []kit.Action
}

// A conflictPage shows what the person saw, what they want and what is there
// now, one field after the other.
type conflictPage struct {
	page
	of   settling
	left []conflict
	all  bool // the next choice is about all that are left
}

func newConflictPage(of settling, left []conflict) *conflictPage {
	c := &conflictPage{of: of, left: left}
	c.page = newPage("", nothing)
	c.show()
	return c
}

// conflicts finds what of the person's changes others have made impossible, and
// asks what is to become of it. What others did the same way is none.
func (p *formPage) conflicts(m *Model, now item) tea.Cmd {
	var all []conflict
	for _, key := range p.keys {
		f := p.spec.Field(key)
		if f == nil {
			continue
		}
		theirs := f.Get(now.entity)
		mine, err := f.Parse(p.form.Text(key), m.now())
		if p.form.Text(key) == p.begun[key] {
			mine, err = p.base[key], nil
		}
		changed := err == nil && mine != p.base[key]
		switch {
		case theirs == p.base[key], err != nil: // the field says it
		case !changed, mine == theirs: // mine to leave, or already so
			p.take(m, f, theirs)
		default:
			all = append(all, conflict{now.entity, f, p.base[key], mine, theirs, lastChange(now.history, key)})
		}
	}
	p.item = now.entity
	if len(all) == 0 {
		return p.save(m)
	}
	return m.push(newConflictPage(p, all))
}

// lastChange returns the event that changed a field last.
func lastChange(history []data.Event, key string) (last data.Event) {
	for _, e := range history {
		if b, ok := e.Body.(data.Changed); ok {
			for _, c := range b.Changes {
				if c.Field == key {
					last = e
				}
			}
		}
	}
	return last
}

// take puts what others wrote into the form, as what the person has seen.
func (p *formPage) take(m *Model, f *data.Field, theirs string) {
	p.base[f.Key] = theirs
	p.form.Put(f.Key, m.editable(f, theirs))
	p.begun[f.Key] = p.form.Text(f.Key)
}

// show writes the page for the first conflict that is left, or for all of them.
func (c *conflictPage) show() {
	x := c.left[0]
	c.title = string(x.item.Info().Ref) + " " + strings.ToLower(x.field.Label) + ": somebody changed it while you did"
	if n := len(c.left) - 1; n > 0 {
		c.title += fmt.Sprintf("; %d more", n)
	}
	c.text = func(v *pane.View, w int) []string {
		if c.all {
			return c.list(v, w)
		}
		return x.lines(v, w)
	}
	c.fill()
	c.port.GotoTop()
}

// lines shows all three values of a conflict.
func (x conflict) lines(v *pane.View, w int) []string {
	t := v.Theme
	lines := []string{"", " Nothing is stored yet, and nothing is lost. What is to stand here?", ""}
	add := func(label, stored, who string) {
		text := stored
		switch {
		case stored == "":
			text = t.Dim.Paint("unknown")
		case x.field.Type != data.TextType:
			text = x.field.Show(stored)
		default:
			text = data.Clean(stored, true)
		}
		if who != "" {
			text += "\n" + t.Dim.Paint(who)
		}
		for i, part := range kit.Wrap(text, w-20) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, " "+t.Strong.Paint(kit.Fit(label, 18))+part)
		}
		lines = append(lines, "")
	}
	add("You saw", x.base, "")
	who := ""
	if x.by.Seq > 0 {
		who = string(x.by.By) + ", " + v.Moment(x.by.At) + " (" + data.Ago(v.Now.Sub(x.by.At)) + ")"
	}
	add(v.Keyed("Theirs, {take-theirs t} takes"), x.theirs, who)
	add(v.Keyed("Yours, {keep-mine m} keeps"), x.mine, "")
	return lines
}

// list shows all conflicts that are left, each in a few words.
func (c *conflictPage) list(v *pane.View, w int) []string {
	lines := []string{"", fmt.Sprintf(" Nothing is stored yet, and nothing is lost. What is to stand in all %d?", len(c.left)), ""}
	for _, x := range c.left {
		name := string(x.item.Info().Ref) + " " + data.Line(data.FirstLine(x.item.Name())) + ", " + strings.ToLower(x.field.Label)
		lines = append(lines, " "+v.Theme.Strong.Paint(kit.Cut(name, w-2)))
		for _, part := range kit.Wrap("theirs "+x.field.Quote(x.theirs)+", yours "+x.field.Quote(x.mine), w-4) {
			lines = append(lines, "   "+part)
		}
	}
	return lines
}

func (c *conflictPage) actions(m *Model) []kit.Action {
	choose := func(value func(x conflict) string) func() tea.Cmd {
		return func() tea.Cmd { return c.keep(m, value) }
	}
	all := []kit.Action{
		{Name: "keep-mine", Title: "Keep mine", Short: "keep mine", Group: "Change", Key: kit.Keys("m", "m"), Run: choose(func(x conflict) string { return x.mine })},
		{Name: "take-theirs", Title: "Take theirs", Short: "take theirs", Group: "Change", Key: kit.Keys("t", "t"), Run: choose(func(x conflict) string { return x.theirs })},
	}
	if !slices.ContainsFunc(c.meant(), func(x conflict) bool { return x.field.Type != data.TextType }) {
		all = append(all, kit.Action{Name: "keep-both", Title: "Keep both, theirs first", Short: "keep both", Group: "Change", Key: kit.Keys("b", "b"), Run: choose(conflict.both), Why: c.tooLong})
	}
	all = append(all, c.of.otherwise(m, c)...)
	if len(c.left) > 1 {
		a := kit.Action{Name: "together", Title: "Choose for all that are left at once", Short: "all at once", Group: "Change", Key: kit.Keys("a", "a"), Run: c.turn}
		if c.all {
			a.Title, a.Short = "Choose for one after the other", "one by one"
		}
		all = append(all, a)
	}
	for _, a := range c.page.actions(m) {
		if a.Name != "close" {
			all = append(all, a)
		}
	}
	return all
}

// turn lets the next choice be about all that are left, or about the first again.
func (c *conflictPage) turn() tea.Cmd {
	c.all = !c.all
	c.show()
	return nil
}

// meant returns the conflicts that the next choice is about.
func (c *conflictPage) meant() []conflict {
	if c.all {
		return c.left
	}
	return c.left[:1]
}

// both is theirs and mine, one after the other.
func (x conflict) both() string {
	return strings.TrimRight(x.theirs, "\n") + "\n\n" + x.mine
}

// tooLong says why the field has no room for both, or nil.
func (c *conflictPage) tooLong() error {
	for _, x := range c.meant() {
		if err := tooLong(x.both(), limitOf(x.field)); err != nil {
			return err
		}
	}
	return nil
}

// keep settles the conflicts that are meant. After the last one the change is stored.
func (c *conflictPage) keep(m *Model, value func(x conflict) string) tea.Cmd {
	var cmds []tea.Cmd
	meant := c.meant()
	for _, x := range meant {
		cmds = append(cmds, c.of.settle(m, x, value(x)))
	}
	if c.left = c.left[len(meant):]; len(c.left) > 0 {
		c.show()
		return tea.Batch(cmds...)
	}
	return tea.Batch(append(cmds, m.back(), c.of.settled(m))...)
}

// settle implements [settling].
func (p *formPage) settle(m *Model, x conflict, value string) tea.Cmd {
	p.take(m, x.field, x.theirs)
	p.form.Put(x.field.Key, m.editable(x.field, value))
	return p.touch(m)
}

// settled implements [settling].
func (p *formPage) settled(m *Model) tea.Cmd { return p.save(m) }

// otherwise implements [settling]: both keys go back to the form.
func (p *formPage) otherwise(m *Model, c *conflictPage) []kit.Action {
	return []kit.Action{{Name: "close", Title: "Edit on, with theirs as what you have seen", Short: "edit on", Group: "Leave", Key: kit.Keys("esc e", "esc", "e"), Run: func() tea.Cmd { return p.editOn(m, c.left) }}}
}

// editOn goes back to the form. What is typed there stays, and theirs is known.
func (p *formPage) editOn(m *Model, left []conflict) tea.Cmd {
	for _, x := range left {
		mine := p.form.Text(x.field.Key)
		p.take(m, x.field, x.theirs)
		p.form.Put(x.field.Key, mine)
		p.form.Focus(x.field.Key)
		p.form.Refuse(x.field.Key, "theirs: "+x.field.Show(x.theirs))
	}
	return tea.Batch(m.back(), p.touch(m))
}
