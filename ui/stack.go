package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// An overlay is a page in the place of the board, under the header: a full
// view, an item's page, help, a menu. They stand on each other; going back
// takes the one on top away.
type overlay interface {
	set(v *pane.View)
	setSize(w, h int)
	lines() []string
	actions(m *Model) []kit.Action
}

// A live overlay shows more of the incident than the overview has: it is read
// anew with every change.
type live interface {
	overlay
	// ask returns what reads for the overlay, as it stands now.
	ask() reading
}

// A reading reads away from the event loop, so it must not touch its overlay.
// It returns what shows the result, which runs on the event loop.
type reading func(ctx context.Context, src Source, now time.Time) (show func(m *Model) tea.Cmd, err error)

// allowed returns what reads for an overlay. One that shows what the person may
// not read any more, such as a note that has become private, is taken away. One that
// rests on an event that cannot be read says so, and stays as it is.
func allowed(o live) reading {
	ask := o.ask()
	return func(ctx context.Context, src Source, now time.Time) (func(m *Model) tea.Cmd, error) {
		show, err := ask(ctx, src, now)
		switch {
		case errors.Is(err, data.ErrUnreadable):
			return func(m *Model) tea.Cmd { return m.fail(err) }, nil
		case data.ClassOf(err) != data.Forbidden:
			return show, err
		}
		return func(m *Model) tea.Cmd {
			m.say(err.Error())
			if m.top() != overlay(o) {
				return nil
			}
			return m.back()
		}, nil
	}
}

// A readMsg brings what a reading brought.
type readMsg struct{ show func(m *Model) tea.Cmd }

// readFor returns a command that reads for one overlay alone.
func (m *Model) readFor(o live) tea.Cmd {
	r, now := allowed(o), m.now()
	return func() tea.Msg {
		show, err := r(m.ctx, m.src, now)
		if err != nil {
			return failedMsg{err: err}
		}
		return readMsg{show}
	}
}

// top is the overlay that is shown, or nil if the board is.
func (m *Model) top() overlay {
	if n := len(m.stack); n > 0 {
		return m.stack[n-1]
	}
	return nil
}

// elsewhere reports whether the person does something else by now than on the page
// on, which was on top: no page comes up under the keys.
func (m *Model) elsewhere(on overlay) bool { return m.typing != nil || m.top() != on }

// writes reports whether the person is in the middle of a text.
func (m *Model) writes() bool {
	_, ok := m.top().(writing)
	return ok || m.typing != nil
}

// push shows an overlay on top of what is shown.
func (m *Model) push(o overlay) tea.Cmd {
	if a, ok := o.(asideOverlay); ok {
		a.stand(m.top(), &m.board)
	}
	o.set(m.view)
	m.stack = append(m.stack, o)
	m.resize(m.width, m.height)
	if l, ok := o.(live); ok {
		return m.readFor(l)
	}
	return nil
}

// back goes back to what was shown before, and leaves the board at its top.
func (m *Model) back() tea.Cmd {
	n := len(m.stack)
	if n == 0 {
		return tea.Quit
	}
	m.stack = m.stack[:n-1]
	m.resize(m.width, m.height)
	if o := m.top(); o != nil {
		o.set(m.view)
		if l, ok := o.(live); ok { // it was not read while it was hidden
			return m.readFor(l)
		}
	}
	return nil
}
