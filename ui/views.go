package ui

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/pane"
)

// zoom shows the full view of the pane in focus.
func (m *Model) zoom() tea.Cmd {
	b := &m.board
	for i, v := range m.views() {
		if slices.Contains(v.of, b.focus) {
			return m.showView(i)
		}
	}
	return nil
}

// showView shows a full view, on the board.
func (m *Model) showView(i int) tea.Cmd {
	m.stack, m.viewAt = nil, i
	return m.push(m.views()[i].make())
}

// turnView shows the view that comes after this one in the menu, or before it.
func (m *Model) turnView(by int) func() tea.Cmd {
	n := len(m.views())
	return func() tea.Cmd { return m.showView((m.viewAt + by + n) % n) }
}

// A filterable overlay has a list that can be filtered.
type filterable interface {
	overlay
	startFilter(m *Model) tea.Cmd
}

// filter shows the full view of the pane in focus, and asks for a filter.
func (m *Model) filter() tea.Cmd {
	cmd := m.zoom()
	if f, ok := m.top().(filterable); ok {
		return tea.Batch(cmd, f.startFilter(m))
	}
	return cmd
}

// A fullView is one that the menu of views has, and the panes that zoom into it.
type fullView struct {
	name, note string
	of         []*pane.Pane
	make       func() overlay
}

// views lists the full views, in the order of the menu.
func (m *Model) views() []fullView {
	b := &m.board
	return []fullView{
		{"Scope", "how many people or records, by region and category", []*pane.Pane{b.regions, b.data}, func() overlay { return newScopeView(b.cell()) }},
		{"Workstreams", "the five lines of work, and the actions of each", []*pane.Pane{b.streams}, m.newStreamsView},
		{"Actions", "all that is to be done, with what is known of each", []*pane.Pane{b.actions}, m.newActionsView},
		{"Timeline", "what happened, and when it was recorded", []*pane.Pane{b.activity}, m.newTimelineView},
		{"Briefing", "who, what, when, where, why, how; questions, risks, lessons", []*pane.Pane{b.briefing, b.questions, b.risks}, m.newBriefingView},
		{"Trends", "people affected over time; actions opened and closed each day", []*pane.Pane{b.trends}, m.newTrendsView},
		{"Notices", "who was told, by region and channel, and how the number grew", nil, m.newNoticesView},
		{"Third-party", "who they are, what they were asked, promised and answered", nil, m.newThirdView},
		{"Sources", "where claims and facts come from, and what rests on each", nil, m.newSourcesView},
	}
}

func (m *Model) menuIsOpen() error {
	if _, ok := m.top().(*menu); ok {
		return errors.New("this is the menu")
	}
	return nil
}

// openViews shows the menu of views. A view that is chosen stands on the board,
// not on the view one comes from.
func (m *Model) openViews() tea.Cmd {
	items := []menuItem{{"Overview", "all of it on one screen", m.openBoard}}
	for i, v := range m.views() {
		items = append(items, menuItem{v.name, v.note, func() tea.Cmd { return m.showView(i) }})
	}
	items = append(items, menuItem{"Call", "for a shared screen: late, asks, figures, the last entries", m.openCall})
	return m.push(newMenu("Views", items...))
}
