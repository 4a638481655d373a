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
	pinField   = map[data.Kind]string{data.KindClaim: "pinned"}
	doneField  = map[data.Kind]string{data.KindAction: "state", data.KindQuestion: "answer", data.KindWorkstream: "status"}
	blockField = map[data.Kind]string{data.KindAction: "waits_for", data.KindWorkstream: "headline"}
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
	{name: "note", title: "Add a note about the item", key: kit.Keys("n", "n"), run: (*Model).noteAbout},
}

// The keys beside the verbs; made once, and never changed.
var (
	addKey, markKey, copyKey = kit.Keys("a", "a"), kit.Keys("space", "space"), kit.Keys("y", "y")
	undoKey, redoKey         = kit.Keys("u", "u"), kit.Keys("ctrl+r", "ctrl+r")
	draftsKey                = kit.Keys("D", "D")
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
		kit.Action{Name: "redo", Title: "Do again what I took back", Group: "Change", Key: redoKey, Why: m.cannotUndo, Run: m.commandKey("redo")},
		kit.Action{Name: "drafts", Title: "Show what was typed and not stored", Group: "Change", Key: draftsKey, Why: m.noDrafts, Run: m.openDrafts},
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
			return m.cannotKind(v, ref.Spec())
		}
		items = []data.Entity{item}
	}
	return m.cannotDo(v, items)
}

// cannotKind says why a verb is nothing for a kind of item.
func (m *Model) cannotKind(v verb, spec *data.Spec) error {
	if v.name == "note" {
		return m.may(data.SpecOf(data.KindNote), nil)
	}
	if v.field == nil {
		return m.may(spec, nil)
	}
	f := spec.Field(v.field[spec.Kind])
	if f == nil {
		return fmt.Errorf("%s has no %s", withArticle(spec), v.name)
	}
	return m.may(spec, f)
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
		if err := m.cannotKind(v, data.SpecOf(item.Kind())); err != nil {
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
		return m.askField(items, "answer", "", setting{"state", "answered"})
	case *data.Workstream:
		return m.set(items, setting{"status", string(data.StreamDone)})
	case *data.Action:
		if item.Type == data.Ask && len(items) == 1 {
			return m.askField(items, "answer", "", setting{"state", string(data.Done)})
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
		return m.askField(items, "headline", "", setting{"status", string(data.StreamBlocked)})
	}
	return m.askField(items, "waits_for", "", setting{"state", string(data.Blocked)})
}

// chooseField shows a menu of what a field may become. Its keys are the digits
// and the letters that the words begin with.
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

// addable lists the kinds that a adds here, the likeliest first.
func (m *Model) addable() []data.Kind {
	entries := []data.Kind{data.KindNote, data.KindDecision, data.KindFact, data.KindQuestion, data.KindRisk, data.KindLesson, data.KindSource}
	switch o := m.top().(type) {
	case *scopeView:
		return o.adds()
	case *claimsView:
		return []data.Kind{data.KindClaim}
	case *noticesView:
		return []data.Kind{data.KindNotice}
	case *briefingView:
		return entries
	case *timelineView:
		return entries
	case *actionsView, *streamsView:
		return []data.Kind{data.KindAction}
	case nil:
		b := &m.board
		switch b.focus {
		case b.regions, b.data:
			return []data.Kind{data.KindClaim}
		case b.questions:
			return []data.Kind{data.KindQuestion}
		case b.risks:
			return []data.Kind{data.KindRisk}
		case b.activity, b.briefing:
			return entries
		}
	}
	return []data.Kind{data.KindAction}
}

// cutWords keeps a title short enough for help.
func cutWords(s string) string { return kit.Cut(s, 40) }

func kindWords(kinds []data.Kind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, ", ")
}

func (m *Model) cannotAdd() error {
	if err := m.cannotWrite(); err != nil {
		return err
	}
	return m.may(data.SpecOf(m.addable()[0]), nil)
}

// add opens the form of a new item, or a menu where it may be of several kinds.
func (m *Model) add() tea.Cmd {
	kinds := m.addable()
	given := m.given()
	if len(kinds) == 1 && kinds[0] != data.KindAction {
		return m.push(m.newForm(kinds[0], given))
	}
	var items []menuItem
	if kinds[0] == data.KindAction {
		ask := withFixed(given, "kind", string(data.Ask))
		items = []menuItem{
			{"action", "a piece of work with one owner", func() tea.Cmd { return m.push(m.newForm(data.KindAction, given)) }},
			{"ask", "a question to someone, due in minutes or hours", func() tea.Cmd { return m.push(m.newForm(data.KindAction, ask)) }},
		}
		kinds = []data.Kind{data.KindNote, data.KindDecision, data.KindQuestion}
	}
	for _, k := range kinds {
		items = append(items, menuItem{string(k), kindNotes[k], func() tea.Cmd { return m.push(m.newForm(k, m.givenFor(k, given))) }})
	}
	return m.push(newMenu("Add", items...))
}

// kindNotes say what the kinds are, where one is chosen.
var kindNotes = map[data.Kind]string{
	data.KindClaim: "a number of people or records", data.KindNotice: "how many were told by a channel", data.KindSource: "where something comes from", data.KindNote: "something worth keeping",
	data.KindDecision: "what was decided, by whom and why", data.KindFact: "who, what, when, where, why or how", data.KindQuestion: "what is not known yet",
	data.KindRisk: "what may come of it", data.KindLesson: "what to do better",
}

// given returns what is known of a new item from where the person is.
func (m *Model) given() map[string]string {
	given := map[string]string{}
	switch o := m.top().(type) {
	case *scopeView:
		return o.given()
	case *claimsView:
		return givenOf(o.key)
	case *noticesView:
		return o.given()
	}
	if m.top() == nil && (m.board.focus == m.board.regions || m.board.focus == m.board.data) {
		return map[string]string{"cell": string(m.board.cell()), "unit": string(data.People)}
	}
	switch item, _ := m.held(); item := item.(type) {
	case *data.Action:
		given["stream"] = string(item.Stream)
	case *data.Workstream:
		given["stream"] = string(item.Ref)
	}
	return given
}

// givenOf returns what is known of a new claim about a figure.
func givenOf(key data.FigureKey) map[string]string {
	return map[string]string{"cell": string(key.Cell), "unit": string(key.Unit)}
}

// givenFor leaves out what a kind has no field for.
func (m *Model) givenFor(k data.Kind, given map[string]string) map[string]string {
	some := map[string]string{}
	for key, v := range given {
		if data.SpecOf(k).Field(key) != nil {
			some[key] = v
		}
	}
	return some
}

func withFixed(given map[string]string, key, value string) map[string]string {
	with := map[string]string{key: value}
	for k, v := range given {
		with[k] = v
	}
	return with
}

func (m *Model) edit(items []data.Entity) tea.Cmd { return m.push(m.changeForm(items[0])) }

// noteAbout asks for a note in the footer.
func (m *Model) noteAbout(items []data.Entity) tea.Cmd { return m.askNote(items[0].Info().Ref, "") }

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
	return tea.SetClipboard(text)
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
