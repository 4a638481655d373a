package ui

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// How long a board waits before it tries to read again: each time twice as long as
// before, since what tells of changes tells as well when the file is back.
const firstRetry, slowRetry = 2 * time.Second, 32 * time.Second

// fail keeps the last reading on the screen, says so, and tries again.
func (m *Model) fail(err error) tea.Cmd {
	if m.ctx.Err() != nil {
		return nil // the session is over
	}
	switch { // the file is there
	case errors.Is(err, data.ErrMissing), notPermitted(err): // what was asked for is gone, or not for this person
		m.say(err.Error())
		return nil
	case errors.Is(err, data.ErrUnreadable):
		m.fault(err)
		return nil
	}
	if errors.Is(err, data.ErrReplaced) {
		m.replaced(err)
		return nil
	}
	first := m.lost == nil
	m.lost = err
	if first {
		if m.lostAt = m.view.At; m.lostAt.IsZero() { // nothing was read yet
			m.lostAt = m.now()
		}
		m.tries = 0
		m.say(m.lostWords() + " (" + strings.ReplaceAll(err.Error(), m.src.Path(), filepath.Base(m.src.Path())) + ")")
	}
	m.redraw() // the clock goes on
	if m.retrying {
		return nil
	}
	m.retrying = true
	wait := min(firstRetry<<min(m.tries, 10), slowRetry)
	m.tries++
	return tea.Tick(wait, func(time.Time) tea.Msg { return retryMsg{} })
}

// lostWords says since when what is on the screen is old.
func (m *Model) lostWords() string {
	return "sync lost since " + m.view.TimeOfDay(m.lostAt) + ": what you see is from then"
}

// regained says that reading works again, and of which file, if it is another one
// than that at the path.
func (m *Model) regained(other error) {
	if m.lost != nil {
		m.lost = nil
		m.say("in sync again")
	}
	switch {
	case other != nil:
		m.replaced(other)
	case m.other != nil: // it was put back
		m.other = nil
		m.say("in sync again")
	}
}

// hear shows each of the source's warnings once. In call mode it waits, because a warning
// may say something private on a shared screen.
func (m *Model) hear() {
	if all := m.src.Warnings(); len(all) > m.heard && !m.inCall() {
		m.say(strings.TrimPrefix(m.notice+"; ", "; ") + strings.Join(all[m.heard:], "; "))
		m.heard = len(all)
	}
}

// replaced says that the board shows a file that is not at its path any more.
func (m *Model) replaced(err error) {
	if m.other == nil {
		m.say(m.replacedWords())
	}
	m.other, m.head = err, nil
}

// replacedWords says what is wrong and what to do, with as much of the path as
// there is room for.
func (m *Model) replacedWords() string {
	what := m.otherHint()
	path := data.Line(m.src.Path())
	for _, p := range []string{path, filepath.Base(path)} {
		words := fmt.Sprintf("the file at %s is another one now: this board still shows the old one; %s", p, what)
		if kit.Width(words) <= m.width-2 && (m.seat == nil || p != path) { // where a server keeps its files is its own business
			return words
		}
	}
	return fmt.Sprintf("%s is another file now, this shows the old one; %s", kit.Cut(filepath.Base(path), 16), what)
}

// otherHint says what to do where another file is at the path.
func (m *Model) otherHint() string {
	if m.seat != nil {
		return "the server has to be started again"
	}
	return "leave and open it again"
}

// state says whether what is on the screen is what is in the file, in at most room
// cells if it can.
func (m *Model) state(room int) string {
	t := m.view.Theme
	switch {
	case m.lost != nil:
		if words := " SYNC LOST" + m.lostWords()[len("sync lost"):] + " "; kit.Width(words) <= room {
			return t.Alarm.Paint(words)
		}
		return t.Alarm.Paint(" SYNC LOST since " + m.view.TimeOfDay(m.lostAt) + " ")
	case m.other != nil:
		if words := " THE FILE WAS REPLACED: this is the old one; " + m.otherHint() + " "; kit.Width(words) <= room {
			return t.Alarm.Paint(words)
		}
		return t.Alarm.Paint(" THE FILE WAS REPLACED ")
	case m.src.ReadOnly() != "":
		return t.Mark.Paint(" READ-ONLY ")
	}
	return t.Dim.Paint("live")
}
