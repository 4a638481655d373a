package ui

import (
	"errors"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/term"
)

// screenKeys lists what can be done with the screen itself, also while somebody types.
func (m *Model) screenKeys() []kit.Action {
	return []kit.Action{
		{Name: "suspend", Title: "Suspend the board; fg brings it back", Group: "Leave", Key: kit.Keys("ctrl+z", "ctrl+z"), Run: m.suspend},
		{Name: "repaint", Title: "Draw the whole screen again", Group: "Look", Key: kit.Keys("ctrl+l", "ctrl+l"), Run: m.repaint},
	}
}

// screenKey returns what a key does with the screen, or nil.
func (m *Model) screenKey(k tea.KeyPressMsg) func() tea.Cmd {
	for _, a := range m.screenKeys() {
		if key.Matches(k, a.Key) {
			return a.Run
		}
	}
	return nil
}

// suspend gives the terminal to the shell.
func (m *Model) suspend() tea.Cmd {
	return term.Suspend(func(err error) tea.Msg {
		return readMsg{func(m *Model) tea.Cmd {
			m.say("not suspended: " + whyNot(err))
			return nil
		}}
	})
}

// whyNot says why a board cannot be suspended.
func whyNot(err error) string {
	switch {
	case errors.Is(err, term.ErrElsewhere):
		return "this board runs on a server, where no shell waits for you; q leaves"
	case errors.Is(err, term.ErrNobody):
		return "no shell could bring this board back; q leaves"
	}
	return err.Error()
}

func (m *Model) repaint() tea.Cmd { return term.Repaint }
