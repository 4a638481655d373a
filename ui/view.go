package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
)

// View draws the screen, or returns what was drawn last if nothing has changed:
// it is asked after every message.
func (m *Model) View() tea.View {
	if m.screen == "" {
		m.screen, m.named = m.signs(strings.Join(m.lines(), "\n")), m.signs(m.title())
	}
	v := tea.NewView(m.screen)
	v.AltScreen = true
	if m.mouseOn {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if m.typing != nil && !m.small() {
		_, x := m.typing.line(m.view.Theme, m.width)
		v.Cursor = tea.NewCursor(x, m.height-1)
	}
	if w, ok := m.top().(writing); ok && m.typing == nil && !m.small() {
		x, y := w.cursor()
		v.Cursor = tea.NewCursor(x, headerHeight+y)
	}
	v.ReportFocus = m.inCall()
	v.WindowTitle = m.named
	return v
}

func (m *Model) lines() []string {
	if m.small() {
		return m.card()
	}
	if m.head == nil {
		m.head = m.header(nil)
	}
	lines := append(make([]string, 0, m.height), m.head...)
	if o := m.top(); o != nil {
		lines = append(lines, o.lines()...)
	} else {
		lines = m.board.lines(lines)
	}
	for len(lines) < m.height-footerHeight {
		lines = append(lines, "")
	}
	return append(lines[:m.height-footerHeight], m.footer())
}

// card is what a screen too small for the board shows: which incident, and what
// is late.
func (m *Model) card() []string {
	v := m.view
	needs := fmt.Sprintf("needs %d×%d, not %d×%d", leastWidth, leastHeight, m.width, m.height)
	if v.Incident.Mark != "" {
		needs = string(v.Incident.Mark) + " " + needs
	}
	late := m.late()
	if due := m.askDue(); due != "" {
		late += " " + v.Theme.Symbols.Dot + " " + due
	}
	lines := []string{kit.Cut(late, m.width), kit.Cut(needs, m.width)}
	return lines[:min(len(lines), max(m.height, 0))]
}

// title is the window's title: how bad, and how much is late; before that, an ask
// that is due.
func (m *Model) title() string {
	if due := m.askDue(); due != "" {
		return due + " " + m.view.Theme.Symbols.Dot + " " + m.late()
	}
	return m.late()
}

// late says how bad it is, and how much is late.
func (m *Model) late() string {
	v := m.view
	severity := string(v.Incident.Severity)
	if severity == "" {
		severity = "warroom"
	}
	return fmt.Sprintf("%s %s %d late", severity, v.Theme.Symbols.Dot, v.Actions.Overdue)
}

// footer is the keys that work here and now, or a line that says what happened.
func (m *Model) footer() string {
	t := m.view.Theme
	if m.typing != nil {
		line, _ := m.typing.line(t, m.width)
		return line
	}
	switch c := &m.console; {
	case c.running != nil && c.running.stopped:
		return kit.Fit(" "+t.Strong.Paint("stopping")+" "+kit.Cut(c.running.line, m.width-11), m.width)
	case c.running != nil:
		stop := "  " + t.Strong.Paint("esc") + " stop"
		return kit.Fit(" "+t.Strong.Paint("running")+" "+kit.Cut(c.running.line, m.width-10-kit.Width(stop))+stop, m.width)
	case c.wrong != nil:
		return kit.Fit(" "+fault(t, c.wrong.what, c.wrong.hint, m.width-2), m.width)
	}
	if m.notice != "" && !m.inCall() { // it may say what is private
		return kit.Fit(" "+t.Strong.Paint(kit.Cut(m.notice, m.width-2)), m.width)
	}
	return m.hints()
}

// hints is the keys that work here and now, as many as there is room for: those
// that lead out and to the others before the rest.
func (m *Model) hints() string {
	t, left := m.view.Theme, m.width
	type hint struct {
		key, word string
		shown     bool
	}
	var all []hint
	show := func(h *hint) {
		if n := 1 + kit.Width(h.key) + 1 + kit.Width(h.word) + 1; !h.shown && n <= left {
			h.shown = true
			left -= n
		}
	}
	for _, a := range m.actions() {
		if a.Short == "" || a.Blocked() != nil {
			continue
		}
		k, _, _ := strings.Cut(a.Key.Help().Key, " ") // one key is enough here
		h := hint{key: k, word: a.Short}
		switch a.Name {
		case "help", "back", "close", "save":
			show(&h)
		}
		all = append(all, h)
	}
	for i := range all {
		show(&all[i])
	}
	var b strings.Builder
	for _, h := range all {
		if h.shown {
			b.WriteString(" " + t.Strong.Paint(h.key) + " " + h.word + " ")
		}
	}
	return b.String() + kit.Fit("", left)
}
