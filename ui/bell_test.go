package ui

import (
	"fmt"
	"testing"
	"time"

	"warroom/data"
)

// TestBell counts how often the terminal's bell rings: once whenever more is late.
func TestBell(t *testing.T) {
	for _, on := range []bool{true, false} {
		s := newScreenWith(t, "blank", 80, 24, Settings{Bell: on})
		times := 0
		rings := func(n int, why string) {
			t.Helper()
			if times += n; !on {
				times = 0
			}
			if s.rings != times {
				t.Fatalf("bell %v, %s: it rang %d times, want %d", on, why, s.rings, times)
			}
		}
		adds := func(title string, due time.Duration, more ...string) {
			t.Helper()
			at := s.now.Add(due).Format(time.RFC3339)
			s.records("ben", newItem(t, data.KindAction, append(more, "title", title, "stream", "support", "due", at)...))
		}
		adds("Late from the start", -time.Hour)
		adds("Due soon", 5*time.Minute)
		s.refresh()
		rings(1, "one that is late already is added")
		s.refresh().pass(4 * time.Minute)
		rings(0, "nothing is late that was not")
		s.pass(time.Minute)
		rings(1, "a deadline has passed")
		s.pass(time.Minute).pass(time.Hour).refresh().resize(140, 40).press("j", "enter", "esc")
		rings(0, "it is late still")
		s.sets("ben", "A-1", "state", "done").refresh()
		rings(0, "one is done")
		adds("Call back", 2*time.Minute, "kind", "ask", "to", "Cas")
		adds("Call again", 2*time.Minute)
		s.refresh().press("v", "3")
		rings(0, "two more are due soon")
		s.pass(3 * time.Minute)
		rings(1, "two become late at once, with a view open")
		adds("Third", time.Minute)
		s.refresh().sets("ben", "A-2", "state", "done")
		s.pass(2 * time.Minute)
		rings(1, "one becomes late as another is done")
		s.src.err = data.Refuse("the disk is gone")
		s.pass(time.Hour)
		s.src.err = nil
		s.refresh()
		rings(0, "the file cannot be read for a while")
		s.press("esc").start(Config{Source: s.src, Now: s.clock, Settings: Settings{Bell: on}}, 80, 24)
		rings(0, fmt.Sprintf("the board is opened with %d late", s.m.view.Actions.Overdue))
	}
}
