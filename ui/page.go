package ui

import (
	"errors"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// An overlay is a page in the place of the board, under the header.
type overlay interface {
	set(v *pane.View)
	setSize(w, h int)
	lines() []string
	actions(m *Model) []kit.Action
}

// A page is an overlay that scrolls text.
type page struct {
	item  data.Ref // of which it is the detail; "" for help
	title string
	text  func(v *pane.View, w int) []string
	view  *pane.View
	port  viewport.Model
}

func (p *page) set(v *pane.View) {
	p.view = v
	p.fill()
}

func (p *page) setSize(w, h int) {
	p.port.SetWidth(w)
	p.port.SetHeight(max(h-1, 0))
	p.fill()
}

func (p *page) fill() {
	if p.view == nil || p.port.Width() < 3 {
		return
	}
	at := p.port.YOffset()
	p.port.SetContentLines(p.text(p.view, min(p.port.Width()-2, 100)))
	p.port.SetYOffset(at)
}

func (p *page) lines() []string {
	lines := []string{kit.Rule(p.view.Theme, p.title, true, nil, 0, p.port.Width())}
	return append(lines, strings.Split(p.port.View(), "\n")...)
}

func (p *page) actions(m *Model) []kit.Action {
	scroll := func(title, short, label string, by func(), keys ...string) kit.Action {
		return kit.Action{Title: title, Short: short, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd { by(); return nil }}
	}
	return []kit.Action{
		{Title: "Go back to the board", Short: "board", Group: "Leave", Key: kit.Keys("esc", "esc", "enter"), Run: m.back},
		scroll("Scroll down", "scroll", "↓ j", func() { p.port.ScrollDown(1) }, "down", "j"),
		scroll("Scroll up", "", "↑ k", func() { p.port.ScrollUp(1) }, "up", "k"),
		scroll("Scroll a page down", "", "pgdn", p.port.PageDown, "pgdown", "space", "ctrl+f"),
		scroll("Scroll a page up", "", "pgup", p.port.PageUp, "pgup"),
		scroll("Go to the beginning", "", "g", func() { p.port.GotoTop() }, "g", "home"),
		scroll("Go to the end", "", "G", func() { p.port.GotoBottom() }, "G", "end"),
	}
}

func (m *Model) open(p *page) {
	p.port = viewport.New()
	p.set(m.view)
	m.over = p
	m.resize(m.width, m.height)
}

// openItem returns the item whose page is open, or "".
func (m *Model) openItem() data.Ref {
	if p, ok := m.over.(*page); ok {
		return p.item
	}
	return ""
}

// A detailMsg brings an item and its history.
type detailMsg struct {
	ref     data.Ref
	item    data.Entity
	history []data.Event
}

func (m *Model) readDetail(ref data.Ref) (detailMsg, error) {
	e, err := m.src.Get(m.ctx, ref)
	if err != nil {
		return detailMsg{}, err
	}
	h, err := m.src.History(m.ctx, ref)
	return detailMsg{ref, e, h}, err
}

// openSelected opens the item under the cursor; of the activity list, the item
// that was changed.
func (m *Model) openSelected() tea.Cmd {
	ref := m.board.focus.Selected()
	if m.board.focus == m.board.activity {
		ref = m.view.Activity[m.board.activity.List().Index()].Item()
	}
	return m.openRef(ref)
}

func (m *Model) openIncident() tea.Cmd { return m.openRef(data.IncidentRef) }

func (m *Model) openRef(ref data.Ref) tea.Cmd {
	return func() tea.Msg {
		d, err := m.readDetail(ref)
		if err != nil {
			return failedMsg{err}
		}
		return d
	}
}

// openDetail shows an item's page, or what is new of it if its page is open.
func (m *Model) openDetail(d detailMsg) {
	p, ok := m.over.(*page)
	fresh := !ok || p.item != d.ref
	if fresh {
		p = &page{item: d.ref}
	}
	p.title = fmt.Sprintf("%s %s", d.ref, data.FirstLine(d.item.Name()))
	p.text = func(v *pane.View, w int) []string { return pane.Detail(v, d.item, d.history, w) }
	if fresh {
		m.open(p)
		return
	}
	p.set(m.view)
	m.screen = ""
}

func (m *Model) helpIsOpen() error {
	if p, ok := m.over.(*page); ok && p.item == "" {
		return errors.New("this is the help")
	}
	return nil
}

// openHelp shows what can be done where one is, made from the same actions that
// the keys run.
func (m *Model) openHelp() tea.Cmd {
	actions := m.actions()
	m.open(&page{title: "Help", text: func(v *pane.View, w int) []string { return helpText(v.Theme, actions, w) }})
	return nil
}

func helpText(t kit.Theme, actions []kit.Action, w int) []string {
	lines := []string{""}
	say := func(indent, s string) {
		for _, part := range kit.Wrap(s, w-len(indent)) {
			lines = append(lines, indent+part)
		}
	}
	say(" ", "One incident, live. What is loud is wrong; what is dim is missing.")
	lines = append(lines, "")
	for _, group := range []string{"Look", "Move", "Leave"} {
		lines = append(lines, " "+t.Strong.Paint(group))
		for _, a := range actions {
			if a.Group == group {
				lines = append(lines, kit.Cut("   "+kit.Fit(a.Key.Help().Key, 12)+a.Title, w))
			}
		}
		lines = append(lines, "")
	}
	lines = append(lines, " "+t.Strong.Paint("Signs"))
	s := t.Symbols
	for _, l := range []string{
		s.Full + " confirmed, on track    " + s.Half + " estimated, doing    " + s.Empty + " reported, open, not started",
		s.Up + " at risk    " + s.Square + " blocked, late    " + s.Check + " done    " + s.Cross + " dropped, ruled out    " + s.Query + " unknown, claimed",
		"~46k (40k–52k) is the best number, with the lowest and the highest; k is thousand, M million",
	} {
		say("   ", l)
	}
	lines = append(lines, "")
	say(" ", "Changes are made in a shell: warroom --help lists the commands.")
	return lines
}
