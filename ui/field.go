package ui

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// askField asks for one field of items, which are as the person sees them, in the
// place of the footer. With it, and only if something was typed, the other settings
// are made.
func (m *Model) askField(items []data.Entity, key string, with ...setting) tea.Cmd {
	begun := fieldDraft(items, key)
	begun.With = settingsMap(with)
	d := m.draft(begun)
	sees := map[string]string{}
	for _, item := range items {
		spec := data.SpecOf(item.Kind())
		for _, s := range append(with, setting{key, ""}) {
			sees[baseKey(item, s.field)] = spec.Field(s.field).Get(item)
		}
	}
	fresh := func() {
		if len(d.Text) == 0 { // else its author saw what there was then
			d.Base = sees
		}
	}
	fresh()
	cmd := m.askDraft(d, items, with...)
	p := m.typing
	said := p.changed
	p.changed = func(text string) (tea.Cmd, error) {
		cmd, err := said(text)
		fresh() // who takes the whole text away begins anew
		return cmd, err
	}
	return cmd
}

// baseKey is where the draft of a line has what its author saw.
func baseKey(item data.Entity, field string) string { return string(item.Info().Ref) + " " + field }

// askDraft is askField with a draft. It knows what its author saw, which is not
// what items are now.
func (m *Model) askDraft(d *Draft, items []data.Entity, with ...setting) tea.Cmd {
	key := d.Field
	f := data.SpecOf(items[0].Kind()).Field(key)
	stored := ""
	if len(items) == 1 {
		stored = f.Get(items[0])
	}
	p := &prompt{label: strings.ToLower(f.Label) + " of " + names(items) + ": ", text: m.editable(f, stored), limit: limitOf(f), of: refsOf(items)}
	if len(items) == 1 {
		p.note = m.view.EditingToo(items[0].Info().Ref, m.width/2)
	}
	people := m.people()
	p.complete = func(text string) []Completion { return plainly(suggest(f, people, text)) }
	p.guard = func(text string) []data.FieldFinding { return found(f, text) }
	begun := "" // what the prompt holds of what is stored: it does not take every character
	p.done = func(text string) (tea.Cmd, error) {
		value, err := f.Parse(text, m.now())
		if text == begun && len(items) == 1 {
			value, err = stored, nil
		}
		if err != nil {
			return nil, err
		}
		return m.setDrafted(d, items, append([]setting{{key, value}}, with...)), nil
	}
	cmd := m.askOf(p, d, key, &begun)
	said := p.changed
	p.changed = func(text string) (tea.Cmd, error) {
		p.note = m.understood(f, text)
		return said(text)
	}
	return cmd
}

// askOf opens a prompt for a text that is kept in a draft under a key, and tells
// with what the field began without it. Esc leaves the draft, and ctrl+x throws it
// away; what ctrl+c does, see KeepDrafts. A text that is empty, or as it began, is no
// draft.
func (m *Model) askOf(p *prompt, d *Draft, key string, begun *string) tea.Cmd {
	p.changed = func(text string) (tea.Cmd, error) {
		if strings.TrimSpace(text) == "" || text == *begun {
			return m.throwAway(d), nil
		}
		d.Text = map[string]string{key: text}
		return m.keepSoon(d), nil
	}
	p.left = func() tea.Cmd { return m.putAside(d) }
	p.discard = func() tea.Cmd {
		m.say("thrown away: " + d.title())
		return m.throwAway(d)
	}
	cmd := m.ask(p)
	*begun = p.field.Value()
	if text := d.Text[key]; text != "" {
		p.field.SetValue(text)
		p.field.CursorEnd()
		p.note = "a draft; ctrl+x throws it away"
	}
	return cmd
}

// askNote asks for a note about an item in the place of the footer, with a draft of
// it; nil takes the one that there is.
func (m *Model) askNote(d *Draft, about data.Ref) tea.Cmd {
	f := data.SpecOf(data.KindNote).Field("text")
	if d == nil {
		d = m.draft(Draft{ID: "note " + string(about), Refs: []data.Ref{about}, Field: "note"})
	}
	d.Event = cmp.Or(d.Event, m.cfg.Writer.NewID())
	id := d.Event
	p := &prompt{label: "note about " + string(about) + ": ", limit: maxPrompt}
	p.guard = func(text string) []data.FieldFinding { return found(f, text) }
	p.done = func(text string) (tea.Cmd, error) {
		value, err := f.Parse(text, m.now())
		if err != nil {
			return nil, err
		}
		body := data.Made{Of: data.KindNote, Fields: map[string]string{"text": value, "about": string(about)}}
		kept := d.Text
		return m.record([]Act{{id, body}}, func(m *Model, events []data.Event, err error) tea.Cmd {
			if errors.Is(err, data.ErrTaken) {
				err = d.again(m)
			}
			if err != nil {
				m.fault(err)
				return nil // the draft stays
			}
			m.say(m.stored(events))
			return m.dropStored(d, kept)
		}), nil
	}
	return m.askOf(p, d, "note", new(string))
}

func refsOf(items []data.Entity) (refs []data.Ref) {
	for _, item := range items {
		refs = append(refs, item.Info().Ref)
	}
	return refs
}

func settingsMap(with []setting) map[string]string {
	all := map[string]string{}
	for _, s := range with {
		all[s.field] = s.value
	}
	return all
}

// limitOf returns how many characters a field takes.
func limitOf(f *data.Field) int {
	if f.Type == data.TextType {
		return data.MaxText
	}
	return data.MaxLine
}

// editable returns a stored value as it is put before a person to be changed:
// moments are in the person's zone, and say so.
func (m *Model) editable(f *data.Field, stored string) string {
	switch f.Type {
	case data.TimeType:
		if t, err := data.ParseTime(stored); err == nil && t.Prec == data.Exact {
			if local := t.At.In(m.now().Location()); local.Second() == 0 {
				return local.Format("2006-01-02 15:04Z07:00")
			}
		}
	case data.FlagType:
		if stored == "true" {
			return "yes"
		}
	}
	return stored
}

// understood says how a time that is being typed is understood, or "".
func (m *Model) understood(f *data.Field, text string) string {
	if f.Type != data.TimeType || strings.TrimSpace(text) == "" {
		return ""
	}
	now := m.now()
	stored, err := f.Parse(text, now)
	if err != nil {
		return "20m, 3h, tomorrow 09:00, 2024-08-20"
	}
	t, err := data.ParseTime(stored)
	if err != nil || !t.Known() {
		return "unknown"
	}
	left := t.End().Sub(now.Truncate(time.Second)) // as it is stored
	words := t.Words()
	if t.Prec == data.Exact {
		words = t.At.In(now.Location()).Format("Mon 2 Jan 2006 15:04 MST")
	}
	if left < 0 {
		return words + ", " + data.Ago(-left)
	}
	return words + ", in " + data.Span(left)
}

// suggest returns what a text may become: the words of a field, or the names
// of people.
func suggest(f *data.Field, people []string, text string) []string {
	all := f.Words
	if f.Type == data.NameType {
		all = people
	}
	return beginning(all, text)
}

// people returns the names that are on the board, the person's own first.
func (m *Model) people() []string {
	all := []string{string(m.cfg.Actor)}
	add := func(name string) {
		if name != "" {
			all = append(all, name)
		}
	}
	v := m.view
	add(v.Incident.Commander)
	for _, s := range v.Streams {
		add(s.Lead)
	}
	for _, a := range v.Open.Rows {
		add(a.Owner)
	}
	return beginning(all, "")
}

// tooLong says that a pasted text does not fit, or returns nil: half of it would
// be something that nobody has written.
func tooLong(text string, room int) error {
	if n := utf8.RuneCountInString(text); n > room {
		return fmt.Errorf("not taken: %d characters, there is room for %d", n, max(room, 0))
	}
	return nil
}

// tooManyLines is tooLong for the line breaks of a text.
func tooManyLines(text string, room int) error {
	if n := strings.Count(text, "\n"); n > room {
		return fmt.Errorf("not taken: %d more lines, there is room for %d", n, max(room, 0))
	}
	return nil
}
