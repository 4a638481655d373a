package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

func (s *screen) clicks(x, y int) *screen {
	s.t.Helper()
	return s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

func (s *screen) turns(x, y int, button tea.MouseButton) *screen {
	s.t.Helper()
	return s.send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
}

// TestClickSelects clicks on every row that is shown, at sizes with one, two and
// three columns: the cursor goes there, the pane is in focus, and nothing else
// happens.
func TestClickSelects(t *testing.T) {
	for _, size := range sizes {
		if size[0] < leastWidth || size[1] < leastHeight {
			continue
		}
		s := newScreen(t, "exercise", size[0], size[1]).press("m")
		for _, ref := range []data.Ref{"A-51", "A-42"} {
			_, y := s.row(ref)
			if y < 0 {
				continue
			}
			x := 3
			for _, c := range s.m.board.columns {
				if p, _ := s.m.board.at(x, y-headerHeight); p == s.m.board.actions {
					break
				}
				x += c.width + gap
			}
			s.clicks(x, y).on(ref).whole()
		}
		if s.clicks(0, 0).clicks(5, size[1]-1).whole(); s.m.top() != nil {
			t.Errorf("%v: a click opens something", size)
		}
	}
}

func TestWheelScrolls(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("m").on("A-42")
	_, y := s.row("A-42")
	s.turns(10, y, tea.MouseWheelDown)
	if at := s.m.board.actions.List().Index(); at != wheelRows {
		t.Errorf("the wheel goes to row %d, want %d", at, wheelRows)
	}
	s.turns(10, y, tea.MouseWheelUp).on("A-42")
	s.press("enter").turns(10, 12, tea.MouseWheelDown).lacks("Title   ").turns(10, 12, tea.MouseWheelUp).shows("Title")
}

// TestMouseIsOffAtFirst leaves the mouse to the terminal until it is wanted.
func TestMouseIsOffAtFirst(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	if got := s.m.View().MouseMode; got != tea.MouseModeNone {
		t.Errorf("mouse mode %v", got)
	}
	s.press("m").shows("the mouse selects and scrolls here")
	if got := s.m.View().MouseMode; got != tea.MouseModeCellMotion {
		t.Errorf("mouse mode %v after m", got)
	}
	s.press("m").shows("the mouse is the terminal's again")
	if got := s.m.View().MouseMode; got != tea.MouseModeNone {
		t.Errorf("mouse mode %v after m again", got)
	}
}
