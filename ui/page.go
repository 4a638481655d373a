package ui

import (
	"context"
	"strings"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A page is an overlay that scrolls text.
type page struct {
	title string
	text  func(v *pane.View, w int) []string
	view  *pane.View
	port  viewport.Model
	wide  bool // its lines may be as long as the screen is wide
}

func newPage(title string, text func(v *pane.View, w int) []string) page {
	return page{title: title, text: text, port: viewport.New()}
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
	w := p.port.Width() - 2
	if !p.wide {
		w = min(w, 100)
	}
	p.port.SetContentLines(p.text(p.view, w))
	p.port.SetYOffset(at)
}

func (p *page) lines() []string {
	lines := []string{kit.Rule(p.view.Theme, p.title, true, nil, 0, p.port.Width())}
	return append(lines, strings.Split(p.port.View(), "\n")...)
}

func (p *page) actions(m *Model) []kit.Action {
	scroll := func(name, title, short, label string, by func(), keys ...string) kit.Action {
		return kit.Action{Name: name, Title: title, Short: short, Group: "Move", Key: kit.Keys(label, keys...), Run: func() tea.Cmd { by(); return nil }}
	}
	return []kit.Action{
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc", "enter"), Run: m.back},
		scroll("down", "Scroll down", "scroll", "↓ j", func() { p.port.ScrollDown(1) }, "down", "j"),
		scroll("up", "Scroll up", "", "↑ k", func() { p.port.ScrollUp(1) }, "up", "k"),
		scroll("page-down", "Scroll a page down", "", "pgdn space", p.port.PageDown, "pgdown", "space", "ctrl+f"),
		scroll("page-up", "Scroll a page up", "", "pgup", p.port.PageUp, "pgup"),
		scroll("half-page-down", "Scroll half a page down", "", "ctrl+d", p.port.HalfPageDown, "ctrl+d"),
		scroll("half-page-up", "Scroll half a page up", "", "ctrl+u", p.port.HalfPageUp, "ctrl+u"),
		scroll("first", "Go to the beginning", "", "g home", func() { p.port.GotoTop() }, "g", "home"),
		scroll("last", "Go to the end", "", "G end", func() { p.port.GotoBottom() }, "G", "end"),
	}
}

// An item is an item and its history, as they were read.
type item struct {
	ref     data.Ref
	entity  data.Entity
	history []data.Event
	rests   []data.Entity // on it, if it is a source
}

func readItem(ctx context.Context, src Source, ref data.Ref) (item, error) {
	e, err := src.Get(ctx, ref)
	if err != nil {
		return item{}, err
	}
	i := item{ref: ref, entity: e}
	if _, ok := e.(*data.Source); ok {
		if i.rests, err = readRests(ctx, src, ref); err != nil {
			return i, err
		}
	}
	i.history, err = src.History(ctx, ref)
	if data.Damage(i.history) != nil {
		err = nil // the page says it in the place of the event
	}
	return i, err
}

func (i item) title() string { return string(i.ref) + " " + data.FirstLine(i.entity.Name()) }

func (i item) text(v *pane.View, w int) []string {
	return pane.Detail(v, i.entity, i.history, w, i.rests...)
}

// An itemPage is the page of an item: all its fields, and its history.
type itemPage struct {
	page
	ref    data.Ref
	entity data.Entity
}

// held implements [holder].
func (p *itemPage) held() (data.Entity, data.Ref) { return p.entity, p.ref }

// ask implements [live].
func (p *itemPage) ask() reading {
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		i, err := readItem(ctx, src, p.ref)
		return func(m *Model) tea.Cmd {
			p.title, p.text, p.entity = i.title(), i.text, i.entity
			p.fill()
			return nil
		}, err
	}
}

// openRef opens the page of an item, once the item is read, unless the person has
// begun something else meanwhile.
func (m *Model) openRef(ref data.Ref) tea.Cmd {
	on := m.top()
	return func() tea.Msg {
		i, err := readItem(m.ctx, m.src, ref)
		if err != nil {
			return failedMsg{err: err}
		}
		return readMsg{func(m *Model) tea.Cmd {
			if m.elsewhere(on) {
				return nil
			}
			return m.push(&itemPage{newPage(i.title(), i.text), ref, i.entity})
		}}
	}
}

// openSelected opens the item under the cursor of the board; of the activity
// list, the item that was changed.
func (m *Model) openSelected() tea.Cmd {
	ref := m.board.focus.Selected()
	if m.board.focus == m.board.trends {
		return m.zoom()
	}
	if m.board.focus == m.board.activity {
		ref = m.view.Activity[m.board.activity.List().Index()].Item()
	}
	return m.openRef(ref)
}

func (m *Model) openIncident() tea.Cmd { return m.openRef(data.IncidentRef) }
