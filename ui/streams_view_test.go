package ui

import (
	"fmt"
	"strings"
	"testing"

	"warroom/data"
)

// TestALongWorkstream walks through one that has more open actions than are read
// at once: the cursor stays on its action, and what is said of the workstream is
// said of its first ones.
func TestALongWorkstream(t *testing.T) {
	s := newScreen(t, "blank", 140, 40)
	var all []data.Body
	for i := range 400 {
		all = append(all, newItem(t, data.KindAction, "title", fmt.Sprint("Call ", i), "stream", "notification", "due", fmt.Sprintf("+%dh", i+1)))
	}
	s.records("ben", all...).refresh().view("Workstreams")
	v := s.m.top().(*streamsView)
	said := func() string { return strings.Join(v.streams.Lines(nil, "", false), "\n") }
	first := said()
	on := func(want data.Ref) {
		t.Helper()
		s.whole()
		if item, ref := s.m.held(); ref != want || item == nil || v.work.Selected() != want {
			t.Fatalf("the cursor is on %s, a key would change %s, want %s", v.work.Selected(), ref, want)
		}
		if said() != first {
			t.Errorf("of the workstream is said:\n%s\nwas:\n%s", said(), first)
		}
	}
	s.press("l", "G")
	on("A-400")
	for range 100 {
		s.press("k")
	}
	on("A-300")
	s.refresh()
	on("A-300")
	s.refresh().press("j")
	on("A-301")
	s.press("g")
	on("A-1")
	for range 250 {
		s.press("j")
	}
	on("A-251")
	s.press("h", "j", "k", "l")
	on("A-1")
}
