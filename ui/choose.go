package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// mostNames is how many names a menu of owners has: one digit each, with one
// left for nobody.
const mostNames = 8

// dues are the times that a menu of deadlines offers, as a person would write
// them.
var dues = []string{"+20m", "+1h", "+3h", "today 18:00", "tomorrow 09:00", "tomorrow 18:00", "+2d", "+1w"}

// owner shows a menu of who may own items: the names on the board, the person's
// own first. Its own key again asks for another.
func (m *Model) owner(items []data.Entity) tea.Cmd {
	f := data.SpecOf(items[0].Kind()).Field(ownerField[items[0].Kind()])
	people := m.people()
	people = people[:min(len(people), mostNames)]
	return m.offers(items, f, people, m.otherwise("owner", "o", "another name"))
}

// due shows a menu of when items may be due. Its own key again asks for another
// time.
func (m *Model) due(items []data.Entity) tea.Cmd {
	f := data.SpecOf(items[0].Kind()).Field(dueField[items[0].Kind()])
	return m.offers(items, f, dues, m.otherwise("due", "d", "another time"))
}

// offers shows a menu of texts that a field may become, with how each is
// understood, before the item that p has: that one asks for another value in the
// footer. A draft of such a value comes back at once.
func (m *Model) offers(items []data.Entity, f *data.Field, texts []string, p *menu) tea.Cmd {
	if len(m.draft(fieldDraft(items, f.Key)).Text) > 0 {
		return m.askField(items, f.Key)
	}
	now := m.now()
	var all []menuItem
	for _, text := range texts {
		value, err := f.Parse(text, now)
		if err != nil || f.Type == data.TimeType && m.past(value) {
			continue
		}
		note := m.understood(f, text)
		switch {
		case len(items) == 1 && f.Get(items[0]) == value:
			note = "as it is"
		case value == string(m.cfg.Actor):
			note = "me"
		}
		name := strings.TrimPrefix(text, "+")
		all = append(all, menuItem{name: name, note: note, run: func() tea.Cmd { return m.set(items, setting{f.Key, value}) }})
	}
	if !f.Required {
		all = append(all, menuItem{name: "unknown", note: "nobody has said it", run: func() tea.Cmd { return m.set(items, setting{f.Key, ""}) }})
	}
	p.title = fmt.Sprintf("%s of %s", f.Label, titles(items))
	p.items[0].run = func() tea.Cmd { return m.askField(items, f.Key) }
	p.items = append(all, p.items...)
	return m.push(p)
}

// otherwise returns a menu whose last item asks for another value in the footer. The
// key of the action that opened the menu chooses it.
func (m *Model) otherwise(action, letter, name string) *menu {
	p := newMenu("", menuItem{name: name, note: "typed below"})
	p.keys, p.like = map[string]string{name: letter}, map[string]string{letter: action}
	return p
}

// past reports whether a stored time has passed.
func (m *Model) past(stored string) bool {
	t, err := data.ParseTime(stored)
	return err == nil && t.Known() && t.End().Before(m.now())
}

// titles says which items a menu is about.
func titles(items []data.Entity) string {
	if len(items) == 1 {
		return names(items) + " " + data.Line(data.FirstLine(items[0].Name()))
	}
	return names(items)
}

// fieldDraft is the draft of one field of items.
func fieldDraft(items []data.Entity, key string) Draft {
	return Draft{ID: fmt.Sprint(refsOf(items), " ", key), Refs: refsOf(items), Field: key}
}
