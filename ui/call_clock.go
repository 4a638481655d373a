package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// A secondMsg says that a second has begun.
type secondMsg struct{}

// everySecond returns a command that ends when the next second begins.
func everySecond() tea.Cmd {
	return tea.Every(time.Second, func(time.Time) tea.Msg { return secondMsg{} })
}

// bySecond reports whether anything on the screen changes with the second: in call
// mode, while somebody may look at it, an ask that is due within the hour.
func (m *Model) bySecond() bool {
	if !m.inCall() || m.blurred || m.small() {
		return false
	}
	now := m.now()
	return slices.ContainsFunc(m.view.Asks, func(a *data.Action) bool {
		left := a.Due.End().Sub(now)
		return a.Due.Known() && left > 0 && left < time.Hour
	})
}

// tickSeconds returns a command that waits for the next second, if anything
// changes with it and none waits already.
func (m *Model) tickSeconds() tea.Cmd {
	if c, ok := m.top().(*callView); ok {
		c.call.Seconds = m.bySecond()
	}
	if m.ticking || !m.bySecond() {
		return nil
	}
	m.ticking = true
	return m.everySecond()
}

// second counts down. What has fallen due is read, with all that follows from it.
func (m *Model) second() tea.Cmd {
	m.ticking = false
	if !m.inCall() || m.blurred {
		return nil
	}
	due := len(m.dueAsks())
	m.view.Now = m.now()
	if len(m.dueAsks()) > due {
		return tea.Batch(m.tickSeconds(), m.load())
	}
	return m.tickSeconds()
}

// looked takes over whether the terminal has the person's focus. While it has not,
// nothing moves by the second.
func (m *Model) looked(away bool) tea.Cmd {
	m.blurred = away
	if !away && m.inCall() {
		m.view.Now = m.now()
	}
	return m.tickSeconds()
}

// dueAsks returns the asks that have fallen due, the one that did first at the
// beginning.
func (m *Model) dueAsks() (due []data.Ref) {
	for _, a := range m.view.Asks {
		if a.Overdue(m.view.Now) {
			due = append(due, a.Ref)
		}
	}
	return due
}

// askDue says which ask has fallen due, and how many others, or "".
func (m *Model) askDue() string {
	switch due := m.dueAsks(); len(due) {
	case 0:
		return ""
	case 1:
		return "ASK DUE " + string(due[0])
	default:
		return "ASKS DUE " + string(due[0]) + " +" + strconv.Itoa(len(due)-1)
	}
}

// askAlarm is askDue as the header has it, where there is room.
func (m *Model) askAlarm() string {
	due := m.askDue()
	if due == "" || m.width < pairWidth {
		return ""
	}
	if m.width < largeWidth {
		_, due, _ = strings.Cut(due, " ") // the worst has its owner and how late it is behind it
	}
	return m.view.Theme.Alarm.Paint(" "+due+" ") + " "
}
