package ui

import (
	"errors"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// actions lists what can be done here and now: on the page that is open, else
// on the board. Keys, footer and help all read it.
func (m *Model) actions() []kit.Action {
	if m.over != nil {
		return append(m.over.actions(m), m.everywhere()...)
	}
	return append(m.boardActions(), m.everywhere()...)
}

func (m *Model) boardActions() []kit.Action {
	list := m.board.focus.List()
	move := func(title, label string, by func() int, keys ...string) kit.Action {
		return kit.Action{Title: title, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd {
			list.Move(by())
			return m.more()
		}}
	}
	end := func() int { return list.Len() }
	return append([]kit.Action{
		{Title: "Open the item: its fields and its history", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"), Why: m.nothingSelected, Run: m.openSelected},
		{Title: "Go to the next pane", Short: "next pane", Group: "Move", Key: kit.Keys("tab", "tab", "right", "l"), Run: m.turn(1)},
		{Title: "Go to the pane before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab", "left", "h"), Run: m.turn(-1)},
		withShort("move", move("Go down", "↓ j", func() int { return 1 }, "down", "j")),
		move("Go up", "↑ k", func() int { return -1 }, "up", "k"),
		move("Go a page down", "pgdn", func() int { return list.Page() }, "pgdown", "ctrl+f"),
		move("Go a page up", "pgup", func() int { return -list.Page() }, "pgup"),
		m.edge("Go to the first", "g", false, end, "g", "home"),
		m.edge("Go to the last", "G", true, end, "G", "end"),
	}, m.digits()...)
}

func withShort(short string, a kit.Action) kit.Action {
	a.Short = short
	return a
}

// edge goes to the first or the last row: of the actions that is often not
// among those at hand.
func (m *Model) edge(title, label string, last bool, all func() int, keys ...string) kit.Action {
	return kit.Action{Title: title, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd {
		list, by, edge := m.board.focus.List(), all(), 1
		if !last {
			by, edge = -by, -1
		}
		list.Move(by)
		if w := m.view.Open; m.board.focus != m.board.actions || len(w.Rows) == w.Total {
			return nil
		}
		at := m.place()
		at.edge = edge
		return m.loadAt(at)
	}}
}

// digits goes to each pane on the screen by its digit.
func (m *Model) digits() (all []kit.Action) {
	for i, p := range m.board.shown {
		d := strconv.Itoa(i + 1)
		all = append(all, kit.Action{Title: "Go to " + p.Name, Group: "Move", Key: kit.Keys(d, d), Run: m.goTo(p)})
	}
	return all
}

// everywhere lists what can be done on every page.
func (m *Model) everywhere() []kit.Action {
	return []kit.Action{
		{Title: "Help: all keys of where you are", Short: "help", Group: "Look", Key: kit.Keys("?", "?"), Why: m.helpIsOpen, Run: m.openHelp},
		{Title: "Go back; leave the board at the top", Short: m.quitWord(), Group: "Leave", Key: kit.Keys("q", "q"), Run: m.back},
		{Title: "Show the incident itself", Short: "incident", Group: "Look", Key: kit.Keys("i", "i"), Run: m.openIncident},
		{Title: "Show times of day, or ages again", Short: "times", Group: "Look", Key: kit.Keys("T", "T"), Run: m.toggleClock},
		{Title: "Leave the board at once", Group: "Leave", Key: kit.Keys("ctrl+c", "ctrl+c"), Run: func() tea.Cmd { return tea.Quit }},
	}
}

func (m *Model) quitWord() string {
	if m.over != nil {
		return "back"
	}
	return "quit"
}

func (m *Model) goTo(p *pane.Pane) func() tea.Cmd {
	return func() tea.Cmd {
		m.board.focus = p
		m.board.layout(m.width, m.height-headerHeight-footerHeight)
		return nil
	}
}

func (m *Model) turn(by int) func() tea.Cmd {
	return func() tea.Cmd {
		n := len(m.board.shown)
		for i, p := range m.board.shown {
			if p == m.board.focus {
				return m.goTo(m.board.shown[(i+by+n)%n])()
			}
		}
		return nil
	}
}

func (m *Model) nothingSelected() error {
	if m.board.focus.Selected() == "" {
		return errors.New("nothing to open: the pane is empty")
	}
	return nil
}

func (m *Model) toggleClock() tea.Cmd {
	m.clock = !m.clock
	m.redraw()
	return nil
}

func (m *Model) back() tea.Cmd {
	if m.over != nil {
		m.over = nil
		return nil
	}
	return tea.Quit
}
