package ui

import (
	"fmt"
	"image/color"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/term"
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

// TestMessagesThatChangeNothingAreNotDrawn sends what comes by itself while nothing has
// changed: no screen is drawn for it.
func TestMessagesThatChangeNothingAreNotDrawn(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.m.View()
	old, err := s.m.read(place{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.m.answered = 1 // a later reading was shown meanwhile
	for _, msg := range []tea.Msg{
		tea.WindowSizeMsg{Width: 80, Height: 24}, tea.BackgroundColorMsg{Color: color.Black}, tea.KeyReleaseMsg{Code: 'j', Text: "j"}, tea.ColorProfileMsg{},
		changedMsg{}, minuteMsg{}, retryMsg{}, peopleMsg{}, loadedMsg{old}, keepMsg{&Draft{}}, struct{}{}, nil,
	} {
		if s.m.Update(msg); s.m.screen == "" {
			t.Errorf("%T: the screen is drawn anew", msg)
		}
	}
	for _, msg := range []tea.Msg{tea.WindowSizeMsg{Width: 81, Height: 24}, tea.BackgroundColorMsg{Color: color.White}, keyPress("j"), term.NoteMsg("news")} {
		s.m.View()
		if s.m.Update(msg); s.m.screen != "" {
			t.Errorf("%T: what was drawn before stays", msg)
		}
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
			s.m.Update(down)
			s.m.View()
			s.m.Update(up)
			s.m.View()
		}) / 2
		keys := testing.AllocsPerRun(100, func() {
			s.m.Update(down)
			s.m.Update(up)
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
				s.m.Update(loadedMsg{l})
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
