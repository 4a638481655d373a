package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A whoPage says who is on, and what they edit.
type whoPage struct{ page }

var whoKey = kit.Keys("w", "w")

func (m *Model) whoAction() kit.Action {
	return kit.Action{Name: "who", Title: "Show who is on, and what they edit", Group: "Look", Key: whoKey, Why: m.noWho, Run: m.openWho}
}

// noWho says why it cannot be shown who is on, or nil.
func (m *Model) noWho() error {
	if m.seat == nil {
		return errors.New("who is on is known among boards over SSH; this one is on its own")
	}
	if _, ok := m.top().(*whoPage); ok {
		return errors.New("this is the page of who is on")
	}
	return nil
}

func (m *Model) openWho() tea.Cmd {
	w := &whoPage{newPage("Who is on", pane.PeoplePage)}
	w.wide = true
	return m.push(w)
}
