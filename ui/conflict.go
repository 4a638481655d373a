package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A conflict is a field that somebody else has changed while a person did.
type conflict struct {
	field              *data.Field
	base, mine, theirs string // in their stored form
	by                 data.Event
}

// A conflictPage shows what the person saw, what they want and what is there
// now, one field after the other, over the form that it is about.
type conflictPage struct {
	page
	of   *formPage
	left []conflict
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
			all = append(all, conflict{f, p.base[key], mine, theirs, lastChange(now.history, key)})
		}
	}
	p.item = now.entity
	if len(all) == 0 {
		return p.save(m)
	}
	c := &conflictPage{of: p, left: all}
	c.page = newPage("", nothing)
	c.show()
	return m.push(c)
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

// show writes the page for the first conflict that is left.
func (c *conflictPage) show() {
	x := c.left[0]
	c.title = string(c.of.item.Info().Ref) + " " + strings.ToLower(x.field.Label) + ": somebody changed it while you did"
	c.text = func(v *pane.View, w int) []string {
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
		add("Theirs, t takes", x.theirs, who)
		add("Yours, m keeps", x.mine, "")
		return lines
	}
	c.fill()
	c.port.GotoTop()
}

func (c *conflictPage) actions(m *Model) []kit.Action {
	all := []kit.Action{
		{Name: "keep-mine", Title: "Keep mine", Short: "keep mine", Group: "Change", Key: kit.Keys("m", "m"), Run: func() tea.Cmd { return c.keep(m, c.left[0].mine) }},
		{Name: "take-theirs", Title: "Take theirs", Short: "take theirs", Group: "Change", Key: kit.Keys("t", "t"), Run: func() tea.Cmd { return c.keep(m, c.left[0].theirs) }},
	}
	if c.left[0].field.Type == data.TextType {
		all = append(all, kit.Action{Name: "keep-both", Title: "Keep both, theirs first", Short: "keep both", Group: "Change", Key: kit.Keys("b", "b"), Run: func() tea.Cmd {
			return c.keep(m, c.both())
		}, Why: c.tooLong})
	}
	edit := kit.Action{Name: "close", Title: "Edit on, with theirs as what you have seen", Short: "edit on", Group: "Leave", Key: kit.Keys("esc e", "esc", "e"), Run: func() tea.Cmd { return c.editOn(m) }}
	all = append(all, edit)
	for _, a := range c.page.actions(m) {
		if a.Name != "close" {
			all = append(all, a)
		}
	}
	return all
}

// both is theirs and mine, one after the other.
func (c *conflictPage) both() string {
	return strings.TrimRight(c.left[0].theirs, "\n") + "\n\n" + c.left[0].mine
}

// tooLong says why both cannot stand in the field, or nil.
func (c *conflictPage) tooLong() error { return tooLong(c.both(), limitOf(c.left[0].field)) }

// keep settles the first conflict; after the last one the form is stored.
func (c *conflictPage) keep(m *Model, value string) tea.Cmd {
	x, p := c.left[0], c.of
	p.take(m, x.field, x.theirs)
	p.form.Put(x.field.Key, m.editable(x.field, value))
	cmd := p.touch(m)
	if c.left = c.left[1:]; len(c.left) > 0 {
		c.show()
		return cmd
	}
	return tea.Batch(m.back(), p.save(m))
}

// editOn goes back to the form. What is typed there stays, and theirs is known.
func (c *conflictPage) editOn(m *Model) tea.Cmd {
	for _, x := range c.left {
		mine := c.of.form.Text(x.field.Key)
		c.of.take(m, x.field, x.theirs)
		c.of.form.Put(x.field.Key, mine)
		c.of.form.Focus(x.field.Key)
		c.of.form.Refuse(x.field.Key, "theirs: "+x.field.Show(x.theirs))
	}
	return tea.Batch(m.back(), c.of.touch(m))
}
