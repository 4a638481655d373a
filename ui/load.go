package ui

import (
	"cmp"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/data/clock"
	"warroom/ui/pane"
)

// A place is where a person was when a reading was asked for.
type place struct {
	actions  spot
	question data.Ref // under the cursor, if it is in the pane of questions
	trend    bool     // there may be room for the trends
}

// place returns where the person is.
func (m *Model) place() place {
	b := &m.board
	p := place{actions: spot{on: string(b.actions.Selected())}, trend: m.width >= threeColumns}
	p.actions.top = (b.focus != b.actions || m.top() != nil) && b.atTop(b.actions)
	if b.focus == b.questions {
		p.question = b.questions.Selected()
	}
	return p
}

// loaded is one reading of the incident.
type loaded struct {
	asked    uint64 // which one it was of those that were asked for
	place    place
	overview *data.Overview
	open     data.Window[*data.Action]
	trend    *data.Trend // nil if it was not read
	other    error       // another file is there now
	seen     data.Seen
	seenErr  error                  // why it is not known what was seen
	delta    *data.Delta            // since then; nil if that is not known
	show     func(m *Model) tea.Cmd // what the page on top reads; nil if it reads nothing
}

// read reads what is on the screen. It runs away from the event loop, so it is
// told where the person is.
func (m *Model) read(at place, page reading) (*loaded, error) {
	now := m.now()
	other := m.src.Reachable()
	if other != nil && !errors.Is(other, data.ErrReplaced) {
		return nil, other
	}
	last, seenErr := m.cfg.Seen.last() // before the end of the log is known
	o, err := m.src.Overview(m.ctx, now)
	if err != nil {
		return nil, err
	}
	l := &loaded{place: at, overview: o, seenErr: seenErr, other: other}
	if err := m.readDelta(l, last, now); err != nil {
		return nil, err
	}
	on, before, limit := at.actions.window()
	if l.open, err = m.src.Actions(m.ctx, data.ActionQuery{}, data.Ref(on), before, limit); err != nil {
		return nil, err
	}
	if at.question != "" {
		if l.overview, err = m.keepQuestion(o, at.question); err != nil {
			return nil, err
		}
	}
	if at.trend {
		trend, err := m.src.Trend(m.ctx, now.AddDate(0, 0, 1-trendDays), now)
		if err != nil {
			return nil, err
		}
		l.trend = &trend
	}
	if page != nil {
		if l.show, err = page(m.ctx, m.src, now); err != nil {
			return nil, err
		}
	}
	return l, nil
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
	m.asked++
	asked := m.asked
	var page reading
	if l, ok := m.top().(live); ok {
		page = allowed(l)
	}
	return func() tea.Msg {
		l, err := m.read(at, page)
		if err != nil {
			return failedMsg{err, asked}
		}
		l.asked = asked
		return loadedMsg{l}
	}
}

// loadTrend returns a command that reads the trends as well, where the screen has
// become wide enough for them.
func (m *Model) loadTrend() tea.Cmd {
	if m.width < threeColumns || m.view.Trend != nil {
		return nil
	}
	return m.load()
}

// overtaken takes note that a reading has its answer, and says whether one that was
// asked for later had it before: then what this one says of the file is old.
func (m *Model) overtaken(asked uint64) bool {
	if asked < m.answered {
		return true
	}
	m.answered = asked
	return false
}

// take shows a reading, unless a newer one is on the screen. Where the person
// has gone elsewhere meanwhile, it changes nothing of what is under the cursor.
func (m *Model) take(l *loaded) tea.Cmd {
	if m.overtaken(l.asked) || l.overview.Seq < m.view.Seq {
		return nil // it was slow
	}
	m.regained(l.other)
	var again tea.Cmd
	list, open := m.board.actions.List(), m.view.Open
	stays := holds(l.place.actions, list, l.open, actionID)
	if stays {
		open = l.open
	} else {
		again = m.load()
	}
	if l.seen.Seq >= m.seen.Seq || l.delta == nil { // else it was read before the person said to have seen more
		m.seen, m.seenErr = l.seen, l.seenErr
	} else {
		l.delta = m.view.Delta
	}
	moved := list.Selected() != l.place.actions.on
	m.see(open.Rows)
	again = tea.Batch(again, m.bell(l))
	m.show(&pane.View{Overview: l.overview, Open: open, Delta: l.delta, Trend: l.trend})
	if stays && !moved {
		list.Move(l.place.actions.edge * list.Len())
	}
	m.hear()
	if l.show != nil {
		return tea.Batch(again, l.show(m))
	}
	return again
}

// bell returns a command that rings the terminal's bell if the person wants it and
// more is late in a reading than in what is on the screen, or something else is.
func (m *Model) bell(l *loaded) tea.Cmd {
	was := m.view
	if !m.cfg.Settings.Bell || was.Seq == 0 { // nothing was shown yet
		return nil
	}
	late := l.overview.Actions.Overdue > was.Actions.Overdue
	for _, a := range l.open.Rows {
		late = late || a.Overdue(l.overview.At) && !a.Overdue(was.At)
	}
	if !late {
		return nil
	}
	return tea.Raw("\a")
}

func notPermitted(err error) bool { return err != nil && data.ClassOf(err) == data.Forbidden }

// waitForChange is a command that ends when the file has changed, or who is on.
func (m *Model) waitForChange() tea.Msg {
	var news chan struct{}
	if m.seat != nil {
		news = m.seat.news
	}
	select {
	case <-m.watch:
		return changedMsg{}
	case <-news:
		return peopleMsg{}
	case <-m.ctx.Done():
		return nil
	}
}

// tick returns a command that ends when the next minute begins: ages and what
// is late change with the minute.
func (m *Model) tick() tea.Cmd {
	now := clock.Now()
	next := time.NewTimer(now.Truncate(time.Minute).Add(time.Minute).Sub(now))
	return func() tea.Msg { // as tea.Every has it, which waits on though the board is over
		defer next.Stop()
		select {
		case <-next.C:
			return minuteMsg{}
		case <-m.ctx.Done():
			return nil
		}
	}
}

// more reads another window of the board's actions if the cursor comes near the
// end of the one at hand.
func (m *Model) more() tea.Cmd {
	if !near(m.board.actions.List(), m.view.Open) {
		return nil
	}
	return m.load()
}
