package ui

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// A wanted is what one field of one item is to become, and what the person saw there.
// Both are in their stored form.
type wanted struct {
	ref      data.Ref
	field    *data.Field
	was, now string
}

// A joint is a change of several items: of all of them or of none.
type joint struct {
	draft *Draft // of what was typed for it, or nil
	wants []wanted
	text  map[string]string // what the draft had when the person stored it
}

// newJoint returns the change that sets fields of items.
func newJoint(d *Draft, items []data.Entity, settings []setting) *joint {
	j := &joint{draft: d}
	if d != nil {
		j.text = d.Text
	}
	for _, item := range items {
		for _, s := range settings {
			f := data.SpecOf(item.Kind()).Field(s.field)
			if was := d.saw(item, f); was != s.value {
				j.wants = append(j.wants, wanted{item.Info().Ref, f, was, s.value})
			}
		}
	}
	return j
}

// refs are the items, each once, in their order.
func (j *joint) refs() (all []data.Ref) {
	for _, w := range j.wants {
		if !slices.Contains(all, w.ref) {
			all = append(all, w.ref)
		}
	}
	return all
}

// compare reads the items as they are now, and asks about what others changed
// meanwhile. Without a conflict it stores the rest.
func (j *joint) compare(m *Model) tea.Cmd {
	on, src, refs := m.top(), m.src, j.refs()
	return func() tea.Msg {
		now := map[data.Ref]item{}
		for _, ref := range refs {
			i, err := readItem(m.ctx, src, ref)
			if err != nil {
				return failedMsg{err: err}
			}
			now[ref] = i
		}
		return readMsg{func(m *Model) tea.Cmd {
			if m.elsewhere(on) { // nothing comes up under the keys
				m.fault(data.Refuse("nothing was stored: somebody changed the same while you did").WithHint("choose it again"))
				return nil
			}
			left := j.conflicts(now)
			if len(left) == 0 {
				return j.settled(m)
			}
			return m.push(newConflictPage(j, left))
		}}
	}
}

// conflicts takes out of the change what others have made impossible, and returns it.
// What others did the same way is no conflict, and needs no change any more.
func (j *joint) conflicts(now map[data.Ref]item) (left []conflict) {
	var still []wanted
	for _, w := range j.wants {
		i := now[w.ref]
		switch theirs := w.field.Get(i.entity); theirs {
		case w.now:
		case w.was:
			still = append(still, w)
		default:
			left = append(left, conflict{i.entity, w.field, w.was, w.now, theirs, lastChange(i.history, w.field.Key)})
		}
	}
	j.wants = still
	return left
}

// settle implements [settling].
func (j *joint) settle(_ *Model, x conflict, value string) tea.Cmd {
	if value != x.theirs {
		j.wants = append(j.wants, wanted{x.item.Info().Ref, x.field, x.theirs, value})
	}
	return nil
}

// settled implements [settling]. It records what is left of the change.
func (j *joint) settled(m *Model) tea.Cmd {
	var bodies []data.Body
	for _, ref := range j.refs() {
		c := data.Changed{Ref: ref}
		for _, w := range j.wants {
			if w.ref == ref {
				c.Changes = append(c.Changes, data.Change{Field: w.field.Key, Was: w.was, Now: w.now})
			}
		}
		bodies = append(bodies, c)
	}
	if len(bodies) == 0 {
		m.unmark()
		m.say("nothing was changed")
		return m.drop(j.draft)
	}
	on := m.top()
	return m.record(m.acts(bodies...), func(m *Model, events []data.Event, err error) tea.Cmd {
		var conflict *data.ConflictError
		switch {
		case err == nil:
			m.unmark()
			m.say(m.stored(events))
			return m.dropStored(j.draft, j.text)
		case !m.elsewhere(on) && (errors.As(err, &conflict) || errors.Is(err, data.ErrSame)): // somebody was quicker again
			return j.compare(m)
		}
		m.fault(err)
		return nil
	})
}

// otherwise implements [settling].
func (j *joint) otherwise(m *Model, c *conflictPage) []kit.Action {
	return []kit.Action{
		{Name: "edit", Title: "Edit this item in a form, and leave it out here", Short: "edit", Group: "Change", Key: kit.Keys("e", "e"), Run: func() tea.Cmd { return j.edit(m, c) }},
		{Name: "close", Title: "Go back; nothing is stored", Short: "store nothing", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: func() tea.Cmd { return j.leave(m) }},
	}
}

// leave goes back. What was typed stays as a draft.
func (j *joint) leave(m *Model) tea.Cmd {
	m.say("nothing was stored")
	cmd := m.back()
	if j.draft == nil {
		return cmd
	}
	return tea.Batch(cmd, m.putAside(j.draft))
}

// edit takes the item of the first conflict out of the change, and puts what the
// person wants of it into a form. The other conflicts wait under the form.
func (j *joint) edit(m *Model, c *conflictPage) tea.Cmd {
	item := c.left[0].item
	ref := item.Info().Ref
	p := m.changeFormWith(&Draft{ID: "settle " + m.cfg.Writer.NewID(), Kind: item.Kind(), Refs: []data.Ref{ref}}, item)
	for _, w := range j.wants {
		if w.ref == ref {
			p.form.Put(w.field.Key, m.editable(w.field, w.now))
		}
	}
	for _, x := range c.left {
		if x.item.Info().Ref == ref {
			p.form.Put(x.field.Key, m.editable(x.field, x.mine))
			p.form.Focus(x.field.Key)
			p.form.Refuse(x.field.Key, "theirs: "+x.field.Show(x.theirs))
		}
	}
	j.wants = slices.DeleteFunc(j.wants, func(w wanted) bool { return w.ref == ref })
	c.left = slices.DeleteFunc(c.left, func(x conflict) bool { return x.item.Info().Ref == ref })
	var rest tea.Cmd
	if len(c.left) > 0 {
		c.all = c.all && len(c.left) > 1
		c.show()
	} else {
		rest = tea.Batch(m.back(), j.settled(m))
	}
	return tea.Batch(m.push(p), p.touch(m), rest)
}
