package ui

import (
	"errors"
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// actions lists what can be done here and now, with the person's keys. Keys,
// footer and help all read it.
func (m *Model) actions() []kit.Action {
	if w, ok := m.top().(writing); ok && m.small() {
		return append([]kit.Action{m.quit()}, m.screenKeys()...) // no character means anything while one types, though the text is not to be seen
	} else if ok {
		return append(w.actions(m), m.screenKeys()...) // where one types, keys are what they are for everybody
	}
	return m.cfg.Settings.Bind(m.here())
}

// here lists what can be done on the page on top, else on the board.
func (m *Model) here() []kit.Action {
	if m.small() {
		return m.leave()
	}
	if o := m.top(); o != nil {
		all := o.actions(m)
		if _, ok := o.(holder); ok {
			all = m.withVerbs(all)
		}
		return append(all, m.everywhere()...)
	}
	return append(m.withVerbs(m.boardActions()), m.everywhere()...)
}

// withVerbs puts what changes items behind the first two of what a page can do.
// While items are marked, esc takes the marks away first.
func (m *Model) withVerbs(all []kit.Action) []kit.Action {
	const first = 4 // of the verbs: the footer has room for these
	verbs := m.verbActions()
	all = append(slices.Insert(all, min(2, len(all)), verbs[:first]...), verbs[first:]...)
	if len(m.marks()) == 0 {
		return all
	}
	unmark := kit.Action{Name: "close", Title: "Take all marks away", Short: "unmark", Group: "Change", Key: kit.Keys("esc", "esc"), Run: func() tea.Cmd { m.unmark(); return nil }}
	for i, a := range all {
		if a.Name == "close" {
			all[i] = unmark
			return all
		}
	}
	return append(all, unmark)
}

func (m *Model) boardActions() []kit.Action {
	b := &m.board
	all := []kit.Action{
		{Name: "open", Title: "Open the item: its fields and its history", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"), Why: m.nothingSelected, Run: m.openSelected},
		{Name: "next-pane", Title: "Go to the next pane", Short: "next pane", Group: "Move", Key: kit.Keys("tab → l", "tab", "right", "l"), Run: m.turn(1)},
		{Name: "zoom", Title: "Show its full view; so does its digit", Short: "zoom", Group: "Look", Key: kit.Keys("z", "z"), Run: m.zoom},
		{Name: "filter", Title: "Show its full view, and filter", Group: "List", Key: kit.Keys("/", "/"), Run: m.filter},
		{Name: "previous-pane", Title: "Go to the pane before", Group: "Move", Key: kit.Keys("shift+tab ← h", "shift+tab", "left", "h"), Run: m.turn(-1)},
	}
	all = append(all, moves(b.focus.List(), func(edge int) tea.Cmd {
		w := m.view.Open
		if b.focus != b.actions || len(w.Rows) == w.Total {
			return nil
		}
		if edge == 0 {
			return m.more()
		}
		at := m.place()
		at.actions.edge = edge
		return m.loadAt(at)
	})...)
	return append(all, m.digits()...)
}

// moves lists what moves the cursor of a list. After each, more is called with
// the end of the list to which the person wants to go, -1 the first, 1 the last,
// else 0: of a long list not all rows are at hand.
func moves(list *kit.List, more func(edge int) tea.Cmd) []kit.Action {
	move := func(name, title, short, label string, edge int, by func() int, keys ...string) kit.Action {
		return kit.Action{Name: name, Title: title, Short: short, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd {
			list.Move(by())
			if more == nil {
				return nil
			}
			return more(edge)
		}}
	}
	return []kit.Action{
		move("down", "Go down", "move", "↓ j", 0, func() int { return 1 }, "down", "j"),
		move("up", "Go up", "", "↑ k", 0, func() int { return -1 }, "up", "k"),
		move("page-down", "Go a page down", "", "pgdn", 0, func() int { return list.Page() }, "pgdown", "ctrl+f"),
		move("page-up", "Go a page up", "", "pgup", 0, func() int { return -list.Page() }, "pgup"),
		move("half-page-down", "Go half a page down", "", "ctrl+d", 0, func() int { return list.HalfPage() }, "ctrl+d"),
		move("half-page-up", "Go half a page up", "", "ctrl+u", 0, func() int { return -list.HalfPage() }, "ctrl+u"),
		move("first", "Go to the first", "", "g home", -1, func() int { return -list.Len() }, "g", "home"),
		move("last", "Go to the last", "", "G end", 1, func() int { return list.Len() }, "G", "end"),
	}
}

// digits goes to each pane on the screen by its digit.
func (m *Model) digits() (all []kit.Action) {
	for i, p := range m.board.shown {
		d := strconv.Itoa(i + 1)
		run := m.goTo(p)
		if p == m.board.focus {
			run = m.zoom
		}
		all = append(all, kit.Action{Name: "pane-" + d, Title: "Go to " + p.Name, Group: "Move", Key: kit.Keys(d, d), Run: run})
	}
	return all
}

// everywhere lists what can be done on every page.
func (m *Model) everywhere() []kit.Action {
	return append(append([]kit.Action{
		{Name: "help", Title: "Help: all keys of where you are", Short: "help", Group: "Look", Key: kit.Keys("?", "?"), Why: m.helpIsOpen, Run: m.openHelp},
	}, m.leave()...), []kit.Action{
		m.newsAction(),
		{Name: "command", Title: "Type a command, as in a shell", Short: "command", Group: "Look", Key: kit.Keys(": ctrl+p", ":", "ctrl+p"), Why: m.noCommand, Run: m.openConsole},
		{Name: "views", Title: "Choose a view", Short: "views", Group: "Look", Key: kit.Keys("v", "v"), Why: m.menuIsOpen, Run: m.openViews},
		{Name: "call", Title: "Call mode: for a shared screen", Group: "Look", Key: callKey, Run: m.openCall},
		m.whoAction(),
		{Name: "incident", Title: "Show the incident itself", Group: "Look", Key: kit.Keys("i", "i"), Run: m.openIncident},
		{Name: "times", Title: "Show ages, times in UTC, or in your zone", Group: "Look", Key: kit.Keys("T", "T"), Run: m.toggleClock},
		{Name: "mouse", Title: "Let the mouse select and scroll, or not", Group: "Look", Key: m.mouseKey(), Run: m.toggleMouse},
	}...)
}

// mouseKey is m, but where that keeps one's own value.
func (m *Model) mouseKey() key.Binding {
	if _, ok := m.top().(*conflictPage); ok {
		return kit.Keys("M", "M")
	}
	return kit.Keys("m", "m")
}

// leave lists the ways out.
func (m *Model) leave() []kit.Action {
	return append([]kit.Action{
		{Name: "back", Title: "Go back; leave the board at the top", Short: m.quitWord(), Group: "Leave", Key: kit.Keys("q", "q"), Run: m.back},
		m.quit(),
	}, m.screenKeys()...)
}

func (m *Model) quit() kit.Action {
	return kit.Action{Name: "quit", Title: "Leave the board at once", Group: "Leave", Key: kit.Keys("ctrl+c", "ctrl+c"), Run: func() tea.Cmd { return tea.Quit }}
}

func (m *Model) quitWord() string {
	if m.top() != nil {
		return "" // esc says it
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
	m.times = m.times.Next()
	m.redraw()
	return nil
}
