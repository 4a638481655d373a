package ui

import (
	"cmp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/pane"
)

// actionWindow is how many actions are read around the cursor, and actionMargin
// how near to the end of them the cursor may come before more are read.
const (
	actionWindow = 160
	actionMargin = 40
)

// A place is where a person was when a reading was asked for.
type place struct {
	action   data.Ref // under the cursor of the actions
	edge     int      // to which end of the actions the cursor is to go: -1 the first, 1 the last
	top      bool     // nobody reads the actions: what is new at their top comes into sight
	question data.Ref // under the cursor, if it is in the pane of questions
	item     data.Ref // whose page is open
}

// place returns where the person is.
func (m *Model) place() place {
	b := &m.board
	p := place{action: b.actions.Selected(), item: m.openItem()}
	p.top = b.focus != b.actions && b.atTop(b.actions)
	if b.focus == b.questions {
		p.question = b.questions.Selected()
	}
	return p
}

// loaded is one reading of the incident.
type loaded struct {
	place    place
	overview *data.Overview
	open     data.Window[*data.Action]
	detail   *detailMsg // of the item whose page is open
}

// read reads what is on the screen. It runs away from the event loop, so it is
// told where the person is.
func (m *Model) read(at place) (*loaded, error) {
	o, err := m.src.Overview(m.ctx, m.now())
	if err != nil {
		return nil, err
	}
	l := &loaded{place: at, overview: o}
	if l.open, err = m.readActions(at); err != nil {
		return nil, err
	}
	if at.question != "" {
		if l.overview, err = m.keepQuestion(o, at.question); err != nil {
			return nil, err
		}
	}
	if at.item != "" {
		d, err := m.readDetail(at.item)
		if err != nil {
			return nil, err
		}
		l.detail = &d
	}
	return l, nil
}

func (m *Model) readActions(at place) (data.Window[*data.Action], error) {
	switch {
	case at.edge < 0 || at.edge == 0 && at.top:
		return m.src.OpenActions(m.ctx, "", 0, actionWindow)
	case at.edge > 0:
		return m.src.OpenActions(m.ctx, "", 0, -actionWindow)
	}
	return m.src.OpenActions(m.ctx, at.action, actionWindow/2, actionWindow)
}

// keepQuestion returns o with the question on which the cursor is, though
// somebody has answered it.
func (m *Model) keepQuestion(o *data.Overview, ref data.Ref) (*data.Overview, error) {
	is := func(q *data.Question) bool { return q.Ref == ref }
	if slices.ContainsFunc(o.Questions.Rows, is) {
		return o, nil
	}
	e, err := m.src.Get(m.ctx, ref)
	q, ok := e.(*data.Question)
	if err != nil || !ok {
		return o, err
	}
	with := *o
	rows := append(slices.Clone(o.Questions.Rows), q)
	slices.SortFunc(rows, func(a, b *data.Question) int { return cmp.Compare(a.Ref.Number(), b.Ref.Number()) })
	with.Questions.Rows = rows
	with.Questions.Total++
	return &with, nil
}

// load returns a command that reads what is on the screen.
func (m *Model) load() tea.Cmd { return m.loadAt(m.place()) }

func (m *Model) loadAt(at place) tea.Cmd {
	return func() tea.Msg {
		l, err := m.read(at)
		if err != nil {
			return failedMsg{err}
		}
		return loadedMsg{l}
	}
}

// take shows a reading, unless a newer one is on the screen. Where the person
// has gone elsewhere meanwhile, it changes nothing of what is under the cursor.
func (m *Model) take(l *loaded) tea.Cmd {
	if l.overview.Seq < m.view.Seq {
		return nil // it was slow
	}
	m.lost = nil
	on := m.board.actions.Selected()
	stays := on == l.place.action
	if !stays && on != "" && !slices.ContainsFunc(l.open.Rows, func(a *data.Action) bool { return a.Ref == on }) {
		m.show(&pane.View{Overview: l.overview, Open: m.view.Open})
		return m.load()
	}
	m.show(&pane.View{Overview: l.overview, Open: l.open})
	if list := m.board.actions.List(); stays {
		list.Move(l.place.edge * list.Len())
	}
	if l.detail != nil && l.detail.ref == m.openItem() {
		m.openDetail(*l.detail)
	}
	return nil
}

// fail keeps the last reading on the screen, says so, and tries again.
func (m *Model) fail(err error) tea.Cmd {
	if m.ctx.Err() != nil {
		return nil // the session is over
	}
	if m.lost == nil {
		m.lostAt = m.now()
	}
	m.lost = err
	m.redraw() // the clock goes on
	if m.retrying {
		return nil
	}
	m.retrying = true
	return tea.Tick(2*time.Second, func(time.Time) tea.Msg { return retryMsg{} })
}

// waitForChange is a command that ends when the file has changed.
func (m *Model) waitForChange() tea.Msg {
	select {
	case <-m.watch:
		return changedMsg{}
	case <-m.ctx.Done():
		return nil
	}
}

// tick returns a command that ends when the next minute begins: ages and what
// is late change with the minute.
func (m *Model) tick() tea.Cmd {
	return tea.Every(time.Minute, func(time.Time) tea.Msg { return minuteMsg{} })
}

// more reads another window of the actions if the cursor comes near the end of
// the one at hand.
func (m *Model) more() tea.Cmd {
	w, at := m.view.Open, m.board.actions.List().Index()
	above := w.Offset > 0 && at < actionMargin
	below := w.Offset+len(w.Rows) < w.Total && at > len(w.Rows)-actionMargin
	if !above && !below {
		return nil
	}
	return m.load()
}
