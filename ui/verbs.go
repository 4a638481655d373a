package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/term"
)

// A verb is something that a key does to the items that are marked, or to the
// one under the cursor.
type verb struct {
	name, title, short string
	key                key.Binding // made once, and never changed

	field map[data.Kind]string // the field that it changes; nil if it is not about one
	value string               // what the field becomes, if that is always the same
	run   func(m *Model, items []data.Entity) tea.Cmd
}

// The fields behind the keys, by kind. A kind that is not here does not have
// what the key is about.
var (
	ownerField    = map[data.Kind]string{data.KindAction: "owner", data.KindWorkstream: "lead", data.KindIncident: "commander", data.KindDecision: "decided_by"}
	dueField      = map[data.Kind]string{data.KindAction: "due", data.KindIncident: "next_update_due", data.KindDecision: "review_due", data.KindRegion: "notices_due"}
	priorityField = map[data.Kind]string{data.KindAction: "priority", data.KindIncident: "severity"}
	statusField   = map[data.Kind]string{
		data.KindAction: "state", data.KindWorkstream: "status", data.KindQuestion: "state", data.KindIncident: "phase", data.KindRegion: "notices",
		data.KindCategory: "exposure", data.KindFact: "standing", data.KindRisk: "standing", data.KindClaim: "standing", data.KindNotice: "standing",
	}
	pinField      = map[data.Kind]string{data.KindClaim: "pinned"}
	withdrawField = map[data.Kind]string{data.KindSource: "withdrawn", data.KindClaim: "standing"}
	doneField     = map[data.Kind]string{data.KindAction: "state", data.KindQuestion: "answer", data.KindWorkstream: "status"}
	blockField    = map[data.Kind]string{data.KindAction: "waits_for", data.KindWorkstream: "headline"}
)

// verbs lists what can be done to an item, in the order in which the footer has
// it.
var verbs = []verb{
	{name: "edit", title: "Edit the item in a form", short: "edit", key: kit.Keys("e", "e"), run: (*Model).edit},
	{name: "done", title: "Done, or the answer to a question", short: "done", key: kit.Keys("x", "x"), field: doneField, value: string(data.Done), run: (*Model).done},
	{name: "owner", title: "Set the owner, lead or commander", short: "owner", key: kit.Keys("o", "o"), field: ownerField, run: (*Model).owner},
	{name: "due", title: "Set when it is due", short: "due", key: kit.Keys("d", "d"), field: dueField, run: (*Model).due},
	{name: "status", title: "Choose the status, or the standing", short: "status", key: kit.Keys("s", "s"), field: statusField, run: chooses(statusField)},
	{name: "block", title: "Block it: who or what it waits for", key: kit.Keys("b", "b"), field: blockField, run: (*Model).block},
	{name: "priority", title: "Choose the priority, or the severity", key: kit.Keys("p", "p"), field: priorityField, run: chooses(priorityField)},
	{name: "pin", title: "Pin the claim, or unpin it", key: kit.Keys("P", "P"), field: pinField, run: (*Model).pin},
	{name: "withdraw", title: "Withdraw the source or the claim", key: kit.Keys("W", "W"), field: withdrawField, run: (*Model).withdraw},
	{name: "note", title: "Add a note about the item", key: kit.Keys("n", "n"), run: (*Model).noteAbout},
}

// The keys beside the verbs; made once, and never changed.
var (
	addKey, markKey, copyKey = kit.Keys("a", "a"), kit.Keys("space", "space"), kit.Keys("y", "y")
	undoKey, redoKey         = kit.Keys("u", "u"), kit.Keys("ctrl+r", "ctrl+r")
	draftsKey, pastKey       = kit.Keys("D", "D"), kit.Keys("B", "B")
)

// verbActions lists the verbs for the page that is shown, and what adds and
// takes back; none where there are no items.
func (m *Model) verbActions() (all []kit.Action) {
	all = append(all, kit.Action{Name: "add", Title: cutWords("Add: " + kindWords(m.addable())), Short: "add", Group: "Change", Key: addKey, Why: m.cannotAdd, Run: m.add})
	for _, v := range verbs {
		all = append(all, kit.Action{Name: v.name, Title: v.title, Short: v.short, Group: "Change", Key: v.key,
			Why: func() error { return m.cannot(v) },
			Run: func() tea.Cmd {
				return m.withItems(func(items []data.Entity) tea.Cmd {
					if err := m.cannotDo(v, items); err != nil {
						m.say(err.Error())
						return nil
					}
					return v.run(m, items)
				})
			}})
	}
	if m.canMark() {
		all = append(all, kit.Action{Name: "mark", Title: "Mark it, to change several at once", Group: "Change", Key: markKey, Why: m.nothingHeld, Run: m.mark})
	}
	return append(all,
		kit.Action{Name: "undo", Title: "Take back my last change", Short: "", Group: "Change", Key: undoKey, Why: m.cannotUndo, Run: m.commandKey("undo")},
		kit.Action{Name: "skip", Title: "Undo past what cannot be taken back", Group: "Change", Key: pastKey, Why: m.cannotUndo, Run: m.commandKey("undo", "--skip")},
		kit.Action{Name: "redo", Title: "Do again what I took back", Group: "Change", Key: redoKey, Why: m.cannotUndo, Run: m.commandKey("redo")},
		kit.Action{Name: "drafts", Title: "Show what was typed and not stored", Group: "Change", Key: draftsKey, Run: m.openDrafts},
		kit.Action{Name: "copy", Title: "Send it to the terminal's clipboard", Group: "Look", Key: copyKey, Why: m.nothingHeld, Run: m.copy},
	)
}

func (m *Model) nothingHeld() error {
	if item, ref := m.held(); item == nil && ref == "" {
		return errors.New("there is no item under the cursor")
	}
	return nil
}

// cannot says why a verb cannot be done now, as far as that is known without
// reading.
func (m *Model) cannot(v verb) error {
	if err := m.cannotWrite(); err != nil {
		return err
	}
	items := m.marks()
	if len(items) == 0 {
		if err := m.nothingHeld(); err != nil {
			return err
		}
		item, ref := m.held()
		if item == nil {
			if ref.Spec() == nil {
				return errors.New("there is nothing to change here")
			}
			return m.cannotKind(v, ref.Spec(), nil)
		}
		items = []data.Entity{item}
	}
	return m.cannotDo(v, items)
}

// cannotKind says why a verb is nothing for a kind of item, or for this one, which
// is nil if it is not at hand.
func (m *Model) cannotKind(v verb, spec *data.Spec, item data.Entity) error {
	if v.name == "note" {
		return m.may(data.SpecOf(data.KindNote), nil, nil)
	}
	if v.field == nil {
		return m.may(spec, item, nil)
	}
	f := spec.Field(v.field[spec.Kind])
	switch {
	case f == nil && v.name == "withdraw":
		return errors.New("only a source or a claim is withdrawn")
	case f == nil:
		return fmt.Errorf("%s has no %s", withArticle(spec), v.name)
	}
	return m.may(spec, item, f)
}

func withArticle(spec *data.Spec) string {
	label := strings.ToLower(spec.Label)
	if strings.ContainsRune("aeiou", rune(label[0])) {
		return "an " + label
	}
	return "a " + label
}

// cannotDo says why a verb cannot be done to items: the first reason there is.
func (m *Model) cannotDo(v verb, items []data.Entity) error {
	for _, item := range items {
		if err := m.cannotKind(v, data.SpecOf(item.Kind()), item); err != nil {
			return err
		}
		if a, ok := item.(*data.Action); ok && v.name == "done" && a.State.Open() {
			continue // what is open can be done, or answered
		}
		if v.value == "" || v.field[item.Kind()] != "state" {
			continue
		}
		if err := cannotSet(item, "state", v.value); err != nil {
			return err
		}
	}
	return nil
}

// chooses returns what shows the words of a field to choose from.
func chooses(fields map[data.Kind]string) func(*Model, []data.Entity) tea.Cmd {
	return func(m *Model, items []data.Entity) tea.Cmd { return m.chooseField(items, fields[items[0].Kind()]) }
}

// done closes what needs no words, and asks for an answer where one is wanted.
func (m *Model) done(items []data.Entity) tea.Cmd {
	switch item := items[0].(type) {
	case *data.Question:
		return m.askField(items, "answer", setting{"state", "answered"})
	case *data.Workstream:
		return m.set(items, setting{"status", string(data.StreamDone)})
	case *data.Action:
		if item.Type == data.Ask && len(items) == 1 {
			return m.askField(items, "answer", setting{"state", string(data.Done)})
		}
	}
	return m.set(items, setting{"state", string(data.Done)})
}

// pin lets a claim stand before all others, or takes that back.
func (m *Model) pin(items []data.Entity) tea.Cmd {
	c := items[0].(*data.Claim)
	switch {
	case c.Pinned:
		return m.set(items, setting{"pinned", ""})
	case !c.Standing.Stands():
		m.say(string(c.Ref) + " is " + string(c.Standing) + ", and does not stand, pinned or not")
		return nil
	}
	return m.set(items, setting{"pinned", "true"})
}

// block asks what an action waits for, or what a blocked workstream has to say.
func (m *Model) block(items []data.Entity) tea.Cmd {
	if items[0].Kind() == data.KindWorkstream {
		return m.askField(items, "headline", setting{"status", string(data.StreamBlocked)})
	}
	return m.askField(items, "waits_for", setting{"state", string(data.Blocked)})
}

// chooseField shows a menu of what a field may become. Its keys are digits.
func (m *Model) chooseField(items []data.Entity, field string) tea.Cmd {
	spec := data.SpecOf(items[0].Kind())
	f := spec.Field(field)
	var entries []menuItem
	add := func(word, value string) {
		note := ""
		switch {
		case len(items) == 1 && f.Get(items[0]) == value:
			note = "as it is"
		case len(items) == 1:
			if err := cannotSet(items[0], field, value); err != nil {
				note = err.Error()
			}
		}
		entries = append(entries, menuItem{word, note, func() tea.Cmd { return m.set(items, setting{field, value}) }})
	}
	for _, w := range f.Words {
		add(w, w)
	}
	if !f.Required {
		add("unknown", "")
	}
	p := newMenu(fmt.Sprintf("%s of %s", f.Label, titles(items)), entries...)
	p.named = len(f.Words) > 0 && strings.ContainsAny(f.Words[0], "0123456789")
	cmd := m.push(p)
	if len(items) == 1 {
		p.list.Select(f.Show(f.Get(items[0])))
	}
	return cmd
}

func (m *Model) edit(items []data.Entity) tea.Cmd { return m.push(m.changeForm(items[0])) }

// noteAbout asks for a note in the footer.
func (m *Model) noteAbout(items []data.Entity) tea.Cmd { return m.askNote(nil, items[0].Info().Ref) }

func (m *Model) cannotUndo() error {
	if err := m.cannotWrite(); err != nil {
		return err
	}
	return m.noCommand()
}

// commandKey returns what runs a command of the tree, as if it were typed.
func (m *Model) commandKey(words ...string) func() tea.Cmd {
	return func() tea.Cmd { return m.run(strings.Join(words, " "), words, nil) }
}

// copy sends the item under the cursor to the terminal. What the terminal does
// with it is not known.
func (m *Model) copy() tea.Cmd {
	item, ref := m.held()
	text := string(ref)
	if item != nil {
		text += " " + data.Line(data.FirstLine(item.Name()))
	}
	m.say("sent to the terminal: " + text)
	return term.Copy(text)
}

// words of a list that begin with a text, without regard to case.
func beginning(all []string, text string) (some []string) {
	for _, w := range all {
		if strings.HasPrefix(strings.ToLower(w), strings.ToLower(text)) && !slices.Contains(some, w) {
			some = append(some, w)
		}
	}
	return some
}
