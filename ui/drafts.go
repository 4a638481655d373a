package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// A Draft is text that was typed and is not stored yet.
type Draft struct {
	ID      string            `json:"id"`             // what it is a draft of; a new one takes its place
	Kind    data.Kind         `json:"kind,omitempty"` // of a form
	Refs    []data.Ref        `json:"refs,omitempty"` // the items that it changes; none for a new one
	Field   string            `json:"field,omitempty"`
	With    map[string]string `json:"with,omitempty"`  // fields that are set beside those typed
	Text    map[string]string `json:"text"`            // by field, as it was typed
	Base    map[string]string `json:"base,omitempty"`  // what its author saw, in its stored form: by field, of a line by item and field
	Event   string            `json:"event,omitempty"` // the id of the event that it will be, the same for every try
	At      time.Time         `json:"at"`
	Session string            `json:"session,omitempty"` // of which session it is; whoever keeps drafts sets it

	dirty   bool // it is not kept as it is now
	due     bool // a command waits to keep it
	changes int  // how often it was changed
}

// Drafts is where drafts are kept, outside of the incident. All functions may be
// nil, and then nothing is kept. They are called away from the event loop.
type Drafts struct {
	// All returns the drafts of this person and incident that ended boards left, and
	// says how many are of other boards that are open.
	All  func() (left []Draft, open int, err error)
	Keep func(Draft) error
	Drop func(Draft) error
}

// same reports whether two are forms of one draft, as it is kept.
func (d *Draft) same(other *Draft) bool { return d.ID == other.ID && d.Session == other.Session }

// draft returns the draft that there is of the same thing, or d.
func (m *Model) draft(d Draft) *Draft {
	for _, old := range m.drafts {
		if old.ID == d.ID {
			return old
		}
	}
	return &d
}

// putAside leaves a draft to come back to, and says so; one in which nothing
// was typed is none.
func (m *Model) putAside(d *Draft) tea.Cmd {
	if !slices.Contains(m.drafts, d) {
		return nil
	}
	m.say(m.keyed("kept as a draft; {drafts D} shows the drafts"))
	return m.keep1(d)
}

// readDrafts reads the drafts of earlier sessions.
func (m *Model) readDrafts() tea.Cmd {
	all := m.cfg.Drafts.All
	if all == nil {
		return nil
	}
	return func() tea.Msg {
		drafts, _, err := all()
		return readMsg{func(m *Model) tea.Cmd {
			if err != nil {
				m.fault(fmt.Errorf("the drafts cannot be read: %w", err))
				return nil
			}
			m.takeDrafts(drafts)
			if n := len(drafts); n > 0 {
				m.say(strings.TrimPrefix(m.notice+"; ", "; ") + fmt.Sprintf("not stored when you left: %s; ", drafts[0].title()) + m.keyed("{drafts D} shows it"))
				if n > 1 {
					m.say(fmt.Sprintf("%d texts were not stored when you left; ", n) + m.keyed("{drafts D} shows them"))
				}
			}
			return nil
		}}
	}
}

// takeDrafts adds the drafts of earlier sessions that are not known yet, but for those
// that are to be dropped.
func (m *Model) takeDrafts(drafts []Draft) {
	for i := range drafts {
		d := &drafts[i]
		dropped := slices.ContainsFunc(m.keeper.undropped, func(u undropped) bool { return d.same(&u.draft) })
		if !dropped && !slices.ContainsFunc(m.drafts, d.same) {
			m.drafts = append(m.drafts, d)
		}
	}
}

// title says what a draft is of.
func (d *Draft) title() string {
	refs := make([]string, len(d.Refs))
	for i, r := range d.Refs {
		refs[i] = string(r)
	}
	on := strings.Join(refs, ", ")
	switch {
	case d.Field == callField:
		return "line of call mode"
	case d.Field == "note":
		return "note about " + on
	case d.Field != "":
		return strings.ReplaceAll(d.Field, "_", " ") + " of " + on
	case on != "":
		return "edit of " + on
	}
	return "new " + string(d.Kind)
}

// again gives a draft another event to become: it has changed since it was stored
// without anybody being told. The error says so.
func (d *Draft) again(m *Model) error {
	d.Event = m.cfg.Writer.NewID()
	return data.Refuse("an earlier version of this was stored after all").WithHint("store again to add this one too")
}

// saw returns what the author of a line saw in a field of an item; without a
// draft, what the item is.
func (d *Draft) saw(item data.Entity, f *data.Field) string {
	if d != nil {
		if v, ok := d.Base[baseKey(item, f.Key)]; ok {
			return v
		}
	}
	return f.Get(item)
}

// words returns what was typed, in one line.
func (d *Draft) words() string {
	var texts []string
	for _, text := range d.Text {
		if text = strings.TrimSpace(data.Line(text)); text != "" {
			texts = append(texts, text)
		}
	}
	slices.SortFunc(texts, func(a, b string) int { return len(b) - len(a) })
	return strings.Join(texts, " ")
}

// openDrafts looks for drafts anew, and shows them. A board that was open may have
// ended since.
func (m *Model) openDrafts() tea.Cmd {
	all, drop := m.cfg.Drafts.All, m.cfg.Drafts.Drop
	if all == nil {
		return m.showDrafts(0)
	}
	on, turns, pending := m.top(), m.keeper.turns, slices.Clone(m.keeper.undropped)
	return func() tea.Msg {
		still, fault := m.keeper.dropAgain(pending, drop)
		drafts, open, err := all()
		if err != nil {
			fault = fmt.Errorf("the drafts cannot be read: %w", err)
		}
		return readMsg{func(m *Model) tea.Cmd {
			if m.elsewhere(on) {
				return nil
			}
			if m.keeper.turns != turns { // one of these may be stored by now
				return m.openDrafts()
			}
			m.keeper.undropped = still
			m.takeDrafts(drafts)
			if fault != nil {
				m.fault(fault)
			}
			if fault != nil && len(m.drafts) == 0 {
				return nil
			}
			return m.showDrafts(open)
		}}
	}
}

// showDrafts shows the drafts, to go on with one of them. Those of the same thing
// are told apart by when they were typed. Open is how many other boards have.
func (m *Model) showDrafts(open int) tea.Cmd {
	switch {
	case len(m.drafts) > 0:
	case open == 0:
		m.say("no draft is kept: all that was typed is stored")
		return nil
	case open == 1:
		m.say("another board of yours is open and has a draft; none is left of others")
		return nil
	default:
		m.say(fmt.Sprintf("other boards of yours are open and have %d drafts; none is left of others", open))
		return nil
	}
	var items []menuItem
	same := map[string]int{}
	for _, d := range m.drafts {
		same[d.title()]++
	}
	for _, d := range m.drafts {
		name := d.title()
		if same[name] > 1 {
			name += ", " + m.view.TimeOfDay(d.At)
		}
		for n, of := 2, name; slices.ContainsFunc(items, func(i menuItem) bool { return i.name == name }); n++ {
			name = fmt.Sprintf("%s (%d)", of, n)
		}
		items = append(items, menuItem{name, d.words(), func() tea.Cmd { return m.goOn(d) }})
	}
	return m.push(newMenu("Drafts: typed and not stored", items...))
}

// goOn opens what a draft is of, with its text.
func (m *Model) goOn(d *Draft) tea.Cmd {
	if d.Field == callField {
		return m.openCallWith(d)
	}
	if len(d.Refs) == 0 {
		return m.push(m.newFormWith(d, d.Kind, d.With))
	}
	if d.Field == "note" {
		return m.askNote(d, d.Refs[0])
	}
	return m.fetch(d.Refs, func(items []data.Entity) tea.Cmd {
		if d.Field == "" {
			return m.push(m.changeFormWith(d, items[0]))
		}
		var with []setting
		for field, value := range d.With {
			with = append(with, setting{field, value})
		}
		return m.askDraft(d, items, with...)
	})
}
