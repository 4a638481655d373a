package ui

import (
	tea "charm.land/bubbletea/v2"

	"warroom/ui/pane"
)

// A pointed overlay does something where it is clicked, at a cell under the
// header, or where the wheel turns by so many rows.
type pointed interface {
	click(m *Model, x, y int) tea.Cmd
	wheel(m *Model, x, y, by int) tea.Cmd
}

// wheelRows is how many rows one notch of the wheel goes.
const wheelRows = 3

// mouse reads the terminal's report of a click or of the wheel: they select and
// scroll, and never do more.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	x, y := at.X, at.Y-headerHeight
	if m.small() || m.typing != nil || y < 0 || at.Y >= m.height-footerHeight {
		return nil
	}
	var on pointed = &m.board
	if o := m.top(); o != nil {
		p, ok := o.(pointed)
		if !ok {
			return nil
		}
		on = p
	}
	m.notice = ""
	switch msg.(type) {
	case tea.MouseClickMsg:
		if at.Button == tea.MouseLeft {
			return on.click(m, x, y)
		}
	case tea.MouseWheelMsg:
		switch at.Button {
		case tea.MouseWheelUp:
			return on.wheel(m, x, y, -wheelRows)
		case tea.MouseWheelDown:
			return on.wheel(m, x, y, wheelRows)
		}
	}
	return nil
}

func (m *Model) toggleMouse() tea.Cmd {
	m.mouseOn = !m.mouseOn
	m.notice = "the mouse is the terminal's again: it marks text"
	if m.mouseOn {
		m.notice = "the mouse selects and scrolls here; with shift it marks text in most terminals"
	}
	return nil
}

// at returns the pane at a cell, and which of its lines that is; nil if there
// is none.
func (b *board) at(x, y int) (*pane.Pane, int) {
	if len(b.bands) > 0 {
		pair, rest := b.bands[0], b.bands[1]
		if h := pair.panes[0].Height(); y >= h {
			return stacked(rest.panes, y-h)
		}
		if x < pair.width {
			return pair.panes[0], y
		}
		return pair.panes[1], y
	}
	for _, c := range b.columns {
		if x < c.width {
			return stacked(c.panes, y)
		}
		x -= c.width + gap
	}
	return nil, 0
}

// stacked finds the pane at a line of panes that stand under each other.
func stacked(panes []*pane.Pane, y int) (*pane.Pane, int) {
	for _, p := range panes {
		if y < p.Height() {
			return p, y
		}
		y -= p.Height()
	}
	return nil, 0
}

// click implements [pointed]: it puts the cursor on what is there.
func (b *board) click(m *Model, x, y int) tea.Cmd {
	p, line := b.at(x, y)
	if p == nil {
		return nil
	}
	p.Point(line)
	m.goTo(p)()
	if p == b.actions {
		return m.more()
	}
	return nil
}

// wheel implements [pointed].
func (b *board) wheel(m *Model, x, y, by int) tea.Cmd {
	p, _ := b.at(x, y)
	if p == nil {
		return nil
	}
	p.List().Move(by)
	m.goTo(p)()
	if p == b.actions {
		return m.more()
	}
	return nil
}

// click implements [pointed].
func (f *full) click(m *Model, x, y int) tea.Cmd {
	if x >= f.width-f.sideWidth() {
		return nil
	}
	f.pane.Point(y)
	return f.look(m)
}

// wheel implements [pointed]: over the item at the side it scrolls that.
func (f *full) wheel(m *Model, x, _, by int) tea.Cmd {
	if f.sideWidth() > 0 && x >= f.width-f.sideWidth() {
		f.side.scroll(by)
		return nil
	}
	f.pane.List().Move(by)
	return f.look(m)
}

// click implements [pointed]: text is only read.
func (p *page) click(*Model, int, int) tea.Cmd { return nil }

// wheel implements [pointed].
func (p *page) wheel(_ *Model, _, _, by int) tea.Cmd {
	p.scroll(by)
	return nil
}

func (p *page) scroll(by int) {
	if by < 0 {
		p.port.ScrollUp(-by)
	} else {
		p.port.ScrollDown(by)
	}
}

// click implements [pointed].
func (e *menu) click(_ *Model, _, y int) tea.Cmd {
	if i, ok := e.list.At(y - 1); ok {
		e.list.Move(i - e.list.Index())
	}
	return nil
}

// wheel implements [pointed].
func (e *menu) wheel(_ *Model, _, _, by int) tea.Cmd {
	e.list.Move(by)
	return nil
}
