package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/term"
)

// TestResizeStorm drags the window about between keys, on the board and in every
// view: each screen is whole, and the cursor stays on its item.
func TestResizeStorm(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 0))
	s := newScreen(t, "exercise", 80, 24)
	for i := range 500 {
		if i%50 == 0 {
			s.resize(80, 24).press("esc", "esc", "v", fmt.Sprint(2+i/50%len(s.m.views())))
		}
		before := s.m.place()
		s.resize(rnd.IntN(260), rnd.IntN(90)).whole()
		if got := s.m.place(); got.actions.on != before.actions.on {
			t.Fatalf("storm %d: the cursor is on %s, was on %s", i, got.actions.on, before.actions.on)
		}
		if i%3 == 0 {
			s.press(keys[rnd.IntN(12)]).whole()
		}
	}
}

// TestSizesThatCannotBe tells of terminals without a cell, and of ones larger than
// any: what is drawn has a limit.
func TestSizesThatCannotBe(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	for _, view := range s.m.views() {
		s.resize(80, 24).press("esc").does("view " + strings.ToLower(view.name)).shows("─ " + strings.ReplaceAll(view.name, "-", " "))
		for _, size := range [][2]int{{0, 0}, {-1, -1}, {0, 24}, {80, 0}, {1, 1}, {100_000, 100_000}, {100_000, 1}, {1, 100_000}, {100_000, 20}, {80, 100_000}} {
			s.resize(size[0], size[1]).whole()
			if s.m.width > term.MostWidth || s.m.height > term.MostHeight || s.m.width < 0 || s.m.height < 0 {
				t.Fatalf("a terminal of %d×%d makes a screen of %d×%d", size[0], size[1], s.m.width, s.m.height)
			}
		}
		s.resize(80, 24).whole()
	}
}

// TestIdleMinute counts what a board that nobody touches is told in a minute: its
// beginning, and what was read then. There are no ticks by the second to stop when
// the window loses the focus, so it never asks whether it has it.
func TestIdleMinute(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	for i, v := range s.m.views() {
		view := v.name
		s.press("esc", "v", fmt.Sprint(i+2))
		if s.m.View().ReportFocus {
			t.Error("the terminal is asked to tell of the focus")
		}
		told := 0
		s.now = s.now.Add(time.Minute)
		for waiting := []tea.Msg{minuteMsg{}}; len(waiting) > 0; waiting = waiting[1:] {
			if told++; told > 5 {
				t.Fatalf("view %q: more than %d messages", view, told-1)
			}
			cmd := s.hold(waiting[0])
			if _, minute := waiting[0].(minuteMsg); minute {
				cmd = cmd().(tea.BatchMsg)[0] // the other one waits for the next
			}
			waiting = append(waiting, results(cmd)...)
		}
		if told != 2 {
			t.Errorf("view %q: %d messages in an idle minute, want 2", view, told)
		}
	}
}

// results runs a command and all that it is made of.
func results(cmd tea.Cmd) (all []tea.Msg) {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			all = append(all, results(c)...)
		}
	default:
		all = append(all, msg)
	}
	return all
}
