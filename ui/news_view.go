package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A newsView is the page of what changed since the person last looked, pane by
// pane. It stays with what was seen when it was opened, until the person says
// that all it shows is seen.
type newsView struct {
	full
	seen data.Seen
	news data.News
	at   time.Time // when it was read; zero before that
	rows []pane.NewsRow
}

// newsAction shows the page of what changed and, there, says that it is seen.
func (m *Model) newsAction() kit.Action {
	if n, ok := m.top().(*newsView); ok {
		return kit.Action{Name: "seen", Title: "Say that you have seen all that is listed", Short: "seen", Group: "List", Key: kit.Keys("c", "c"), Why: n.unread, Run: func() tea.Cmd { return n.mark(m) }}
	}
	short := ""
	if n, _ := m.view.Delta.Count(); n > 0 {
		short = "changes"
	}
	return kit.Action{Name: "news", Title: "Show what changed since you last looked", Short: short, Group: "Look", Key: kit.Keys("c", "c"), Why: m.noNews, Run: m.openNews}
}

// openNews shows what changed since the person last looked.
func (m *Model) openNews() tea.Cmd {
	for i, o := range m.stack {
		if _, ok := o.(*newsView); ok { // somewhere under this page
			m.stack = m.stack[:i+2]
			return m.back()
		}
	}
	return m.push(newNewsView(m.seen))
}

func newNewsView(seen data.Seen) *newsView {
	n := &newsView{seen: seen}
	p := pane.NewsList(func() []pane.NewsRow { return n.rows }, n.airy)
	p.Retitle(n.title, n.empty)
	n.full = newFull(p, func(i int) data.Ref { return n.rows[i].Ref })
	return n
}

// noNews says why it is not known what the person has seen.
func (m *Model) noNews() error {
	switch {
	case m.seenErr != nil:
		return m.seenErr
	case m.seen.At.IsZero():
		return ErrNotKept
	}
	return nil
}

func (n *newsView) title(v *pane.View) string {
	s := "Changed since you looked"
	if v.Times == pane.Relative {
		s += ", " + data.Ago(v.Now.Sub(n.seen.At))
	} else {
		s += ", " + v.Moment(n.seen.At)
	}
	count := n.news.Count()
	if mine := len(n.rows) - count; mine > 0 {
		s += fmt.Sprintf(": %s, and %s by you", data.Digits(int64(count)), data.Digits(int64(mine)))
	} else if count > 0 {
		s += ": " + data.Digits(int64(count))
	}
	if left := n.news.Left(); left > 0 {
		s += fmt.Sprintf(" %s without the first %s", v.Theme.Symbols.Dot, pane.Plural(int(left), "event", "events"))
	}
	return s
}

// airy reports whether there is room for lines between the panes.
func (n *newsView) airy() bool { return len(n.rows)+2*len(n.news.Panes) <= n.height-1 }

func (n *newsView) setSize(w, h int) {
	n.full.setSize(w, h)
	n.pane.Set(n.view) // with lines between the panes or without
}

func (n *newsView) empty(v *pane.View) string {
	if n.at.IsZero() {
		return "reading what has changed" + v.Theme.Symbols.More
	}
	return "nothing has changed since you looked, " + v.Moment(n.seen.At)
}

// ask implements [live].
func (n *newsView) ask() reading {
	after, beside := n.seen.Seq, n.reread()
	return func(ctx context.Context, src Source, now time.Time) (func(*Model) tea.Cmd, error) {
		news, err := src.News(ctx, after)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			if news.Upto < n.news.Upto {
				return nil // it was slow
			}
			n.news, n.at = news.For(m.cfg.Actor), now
			n.rows = pane.NewsRows(n.news)
			n.pane.Set(m.view)
			shown()
			return n.look(m)
		}, err
	}
}

func (n *newsView) actions(m *Model) []kit.Action {
	return slices.DeleteFunc(n.full.actions(m, nil), func(a kit.Action) bool {
		return a.Name == "next-view" || a.Name == "previous-view" // it is none of the views
	})
}

func (n *newsView) unread() error {
	if n.at.IsZero() {
		return errors.New("it is still being read")
	}
	return nil
}

// mark keeps that the person has seen what is listed, not what was recorded
// since it was read, and then goes back.
func (n *newsView) mark(m *Model) tea.Cmd {
	book, upto, read, now := m.cfg.Seen, n.news.Upto, n.at, m.now()
	return func() tea.Msg {
		err := book.Mark(upto, now)
		return readMsg{func(m *Model) tea.Cmd {
			if err != nil {
				m.notice = err.Error()
				return nil
			}
			var back tea.Cmd
			if m.top() == n {
				back = m.back()
			}
			m.notice = "seen up to " + m.view.TimeOfDay(read)
			return tea.Batch(back, m.load())
		}}
	}
}
