package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// addable lists the kinds that a adds here, the likeliest first.
func (m *Model) addable() []data.Kind {
	entries := []data.Kind{data.KindNote, data.KindDecision, data.KindFact, data.KindQuestion, data.KindRisk, data.KindLesson, data.KindSource}
	switch o := m.top().(type) {
	case *sourcesView:
		return []data.Kind{data.KindSource}
	case *thirdView:
		return []data.Kind{data.KindAction, data.KindSource, data.KindClaim}
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
	return m.may(data.SpecOf(m.addable()[0]), nil, nil)
}

// add opens the form of a new item, or a menu where it may be of several kinds.
func (m *Model) add() tea.Cmd {
	if p, ok := m.top().(*thirdView); ok {
		return p.add(m)
	}
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
		return givenOf(data.FigureKey{Cell: m.board.cell(), Unit: data.People})
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
