package ui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestViewIsKept asks twice for a screen on which nothing has changed: the
// renderer does so after every message.
func TestViewIsKept(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	s.m.View()
	if n := testing.AllocsPerRun(100, func() { s.m.View() }); n > 5 {
		t.Errorf("a view of the same takes %.0f allocations", n)
	}
}

// TestViewAfterAMoveIsCheap counts what moving the cursor by one row costs.
func TestViewAfterAMoveIsCheap(t *testing.T) {
	const most = 280 // most of them are the list of what can be done, for the footer
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		s := newScreen(t, "exercise", size[0], size[1])
		down, up := tea.Msg(keyPress("j")), tea.Msg(keyPress("k"))
		s.m.View()
		view := testing.AllocsPerRun(100, func() {
			s.m.press(down.(tea.KeyPressMsg))
			s.m.View()
			s.m.press(up.(tea.KeyPressMsg))
			s.m.View()
		}) / 2
		keys := testing.AllocsPerRun(100, func() {
			s.m.press(down.(tea.KeyPressMsg))
			s.m.press(up.(tea.KeyPressMsg))
		}) / 2
		t.Logf("%d×%d: %.0f allocations a key and view, %.0f of them of the key", size[0], size[1], view, keys)
		if view-keys > most {
			t.Errorf("%d×%d: a view after a move takes %.0f allocations, the most is %d", size[0], size[1], view-keys, most)
		}
	}
}

// BenchmarkView draws the screen after the cursor has moved by one row.
func BenchmarkView(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			s := newScreen(b, "exercise", size[0], size[1])
			list := s.m.board.focus.List()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				list.Move(1 - 2*(i&1))
				s.m.screen = ""
				s.m.View()
			}
		})
	}
}

// BenchmarkKey is the same with what the key press costs.
func BenchmarkKey(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			s := newScreen(b, "exercise", size[0], size[1])
			keys := []tea.KeyPressMsg{keyPress("j"), keyPress("k")}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.m.Update(keys[i&1])
				s.m.View()
			}
		})
	}
}

// BenchmarkViewRefresh draws the screen after the incident was read again.
func BenchmarkViewRefresh(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			s := newScreen(b, "exercise", size[0], size[1])
			l, err := s.m.read(place{actions: spot{on: "A-42"}}, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.m.take(l)
				s.m.View()
			}
		})
	}
}

// BenchmarkRead reads what the first screen shows.
func BenchmarkRead(b *testing.B) {
	s := newScreen(b, "exercise", 80, 24)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.m.read(place{actions: spot{on: "A-42"}}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
