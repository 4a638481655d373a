package ui

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"warroom/data"
)

// crowd opens a board with n open actions, in an order that has nothing to do
// with their numbers, and returns their ids, worst first.
func crowd(t *testing.T, n, w, h int) (*screen, []data.Ref) {
	t.Helper()
	s := newScreen(t, "blank", w, h)
	rnd := rand.New(rand.NewPCG(1, 2))
	type action struct {
		ref      data.Ref
		due      time.Time
		priority string
	}
	var all []action
	var bodies []data.Body
	for i := range n {
		a := action{ref: data.Ref(fmt.Sprintf("A-%d", i+1))}
		pairs := []string{"title", fmt.Sprintf("Action number %d", i+1), "stream", data.StreamKeys[rnd.IntN(5)]}
		if rnd.IntN(3) > 0 { // many share a deadline
			a.due = made.Add(time.Duration(rnd.IntN(200)-20) * time.Hour)
			pairs = append(pairs, "due", a.due.Format(time.RFC3339))
		}
		if p := rnd.IntN(5); p < 4 {
			a.priority = fmt.Sprint("P", p)
			pairs = append(pairs, "priority", a.priority)
		}
		all = append(all, a)
		bodies = append(bodies, newItem(t, data.KindAction, pairs...))
	}
	if len(bodies) > 0 {
		s.records("ben", bodies...).refresh()
	}
	unknownLast := func(a, b bool) int { return cmp.Compare(strconv.FormatBool(a), strconv.FormatBool(b)) }
	slices.SortStableFunc(all, func(a, b action) int {
		return cmp.Or(unknownLast(a.due.IsZero(), b.due.IsZero()), a.due.Compare(b.due),
			unknownLast(a.priority == "", b.priority == ""), cmp.Compare(a.priority, b.priority))
	})
	var refs []data.Ref
	for _, a := range all {
		refs = append(refs, a.ref)
	}
	return s.press("g"), refs
}

// TestThousandActions walks down through all of them, and up again: each comes
// once, worst first, and reading the next ones moves nothing.
func TestThousandActions(t *testing.T) {
	s, want := crowd(t, 1000, 80, 24)
	walk := func(key string, want []data.Ref) {
		t.Helper()
		for i, ref := range want {
			if i > 0 {
				s.press(key)
			}
			if i%97 == 0 {
				s.whole()
			}
			if s.on(ref); t.Failed() {
				t.Fatalf("%s, row %d of %d", key, i, len(want))
			}
		}
	}
	s.shows("Open actions 1,000")
	walk("j", want)
	if s.press("j", "down", "end").on(want[999]); t.Failed() {
		return
	}
	back := slices.Clone(want)
	slices.Reverse(back)
	walk("k", back)
	s.press("k", "up", "home").on(want[0])
}

// TestPagesLeaveOutNothing goes by pages: what comes into sight is the whole
// list, in its order, without a gap.
func TestPagesLeaveOutNothing(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		s, want := crowd(t, 700, size[0], size[1])
		at, reached := 0, map[data.Ref]bool{}
		for range 2 * len(want) {
			rows := s.actionRows()
			i := slices.Index(want, rows[0])
			if i < 0 || i > at || !slices.Equal(rows, want[i:min(i+len(rows), len(want))]) {
				t.Fatalf("%v: after row %d the pane shows %v, want %v", size, at, rows, want[max(i, 0):max(i, 0)+len(rows)])
			}
			for _, r := range rows {
				reached[r] = true
			}
			if at = i + len(rows); at == len(want) {
				break
			}
			s.press("pgdown")
		}
		if len(reached) != len(want) {
			t.Errorf("%v: pages reach %d of %d rows", size, len(reached), len(want))
		}
		for range 2 * len(want) {
			if s.m.board.actions.Selected() == want[0] {
				break
			}
			s.press("pgup")
		}
		s.on(want[0])
	}
}

// actionRows returns the ids that the pane of actions shows.
func (s *screen) actionRows() (refs []data.Ref) {
	id := regexp.MustCompile(`[ >](A-\d+) +(P[0-3?] )?○ open`)
	for _, line := range s.lines() {
		if m := id.FindStringSubmatch(line); m != nil {
			refs = append(refs, data.Ref(m[1]))
		}
	}
	return refs
}

// TestFirstAndLast goes to the ends of the list, not to those of what happens to
// be at hand.
func TestFirstAndLast(t *testing.T) {
	for _, n := range []int{1, 2, 239, 240, 241, 300, 1000} {
		s, want := crowd(t, n, 80, 24)
		for _, keys := range [][2]string{{"G", "g"}, {"end", "home"}} {
			s.press(keys[0]).on(want[n-1]).whole()
			s.press(keys[1]).on(want[0]).whole()
			if t.Failed() {
				t.Fatalf("of %d actions, %v", n, keys)
			}
		}
	}
}

// TestMoreBelow counts what is below: all of it, not only what is at hand.
func TestMoreBelow(t *testing.T) {
	s, want := crowd(t, 1000, 80, 24)
	check := func(where string) {
		t.Helper()
		rows := s.actionRows()
		below := len(want) - slices.Index(want, rows[len(rows)-1]) - 1
		text := fmt.Sprintf("Open actions 1,000 · %s more below", digits(below))
		if below == 0 {
			s.lacks("more below ─────────────────── workstream")
			return
		}
		if s.shows(text); t.Failed() {
			t.Fatal(where)
		}
	}
	check("at the top")
	s.press("j", "j", "j", "j", "j")
	check("five down")
	for range 120 {
		s.press("pgdown")
	}
	check("120 pages down")
	s.press("end")
	check("at the end")
}

func digits(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// TestWindowMovesUnderTheCursor lets the rows around the cursor be read anew
// while the file changes: the cursor keeps its item and its line.
func TestWindowMovesUnderTheCursor(t *testing.T) {
	s, want := crowd(t, 1000, 80, 24)
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 130 {
		s.press("pgdown")
	}
	s.press("k")
	for i := range 60 {
		on, line := s.m.board.actions.Selected(), s.line()
		if i%2 == 0 {
			s.records("ben", newItem(t, data.KindAction, "title", "New", "stream", "support", "due", fmt.Sprintf("%dh", rnd.IntN(200)-20)))
		} else if ref := want[rnd.IntN(len(want))]; ref != on {
			s.sets("ben", ref, "state", map[bool]string{true: "done", false: "open"}[s.isOpen(ref)])
		}
		if s.refresh().on(on).whole(); s.line() != line {
			t.Fatalf("step %d: the cursor is on line %d, was on %d", i, s.line(), line)
		}
	}
}

func (s *screen) isOpen(ref data.Ref) bool {
	s.t.Helper()
	e, err := s.store.Get(s.t.Context(), ref)
	if err != nil {
		s.t.Fatal(err)
	}
	return e.(*data.Action).State.Open()
}

// TestLateWindow lets the rows of where the cursor was arrive after it has gone
// elsewhere: it stays where it is.
func TestLateWindow(t *testing.T) {
	s, want := crowd(t, 1000, 80, 24)
	for range 60 {
		s.press("pgdown")
	}
	late := s.m.load()
	here := s.m.board.actions.Selected()
	s.press("home").on(want[0])
	s.send(late()).on(want[0]).whole()
	s.refresh().on(want[0])
	if here == want[0] {
		t.Fatal("the cursor never went anywhere")
	}
	// And the other way round.
	late = s.m.load()
	s.press("end").on(want[999])
	s.send(late()).on(want[999]).whole()
	s.press("k").on(want[998])
}
