package store

import (
	"cmp"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"warroom/data"
)

// all returns the items of a kind as their own type.
func all[E data.Entity](t *testing.T, s *Store, k data.Kind) (some []E) {
	t.Helper()
	items, err := viewed(s).List(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range items {
		some = append(some, e.(E))
	}
	return some
}

// TestOverviewCountsWhatIsThere compares the counts that the fold keeps with a
// plain recount, at moments around the hours and deadlines.
func TestOverviewCountsWhatIsThere(t *testing.T) {
	path := filepath.Join(fastDir(t), "numbers.db")
	generate(t, path, 500)
	s := openFile(t, path, options)
	actions := all[*data.Action](t, s, data.KindAction)
	var moments []time.Time
	for _, a := range actions[:40] {
		end := a.Due.End()
		hour := end.Truncate(time.Hour)
		moments = append(moments, end.Add(-time.Second), end, end.Add(time.Second), hour, hour.Add(-time.Second), hour.Add(time.Hour))
	}
	for _, now := range moments {
		o, err := viewed(s).Overview(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		want, streams := recount(actions, now)
		if o.Actions != want {
			t.Errorf("at %v: %+v, a recount says %+v", now, o.Actions, want)
		}
		for _, w := range o.Streams {
			if got := [4]int{w.Open, w.Blocked, w.Overdue, w.Done}; got != streams[w.Ref] {
				t.Errorf("at %v: %s has %v open, blocked, overdue, done; a recount says %v", now, w.Ref, got, streams[w.Ref])
			}
		}
		if (o.Worst != nil) != (want.Overdue > 0) || o.Worst != nil && o.Worst.Ref != worst(actions)[0].Ref {
			t.Errorf("at %v: the worst is %v, of %d overdue", now, o.Worst, want.Overdue)
		}
	}
}

func recount(actions []*data.Action, now time.Time) (c data.ActionCounts, streams map[data.Ref][4]int) {
	streams = map[data.Ref][4]int{}
	for _, a := range actions {
		n := streams[a.Stream]
		switch a.State {
		case data.Done:
			c.Done++
			n[3]++
		case data.Dropped:
			c.Dropped++
		case data.Doing:
			c.Doing++
		case data.Blocked:
			c.Blocked++
			n[1]++
		}
		if a.State != data.Done && a.State != data.Dropped {
			c.Open++
			n[0]++
			if a.Owner == "" {
				c.NoOwner++
			}
			if !a.Due.Known() {
				c.NoDue++
			} else if !a.Due.End().After(now) {
				c.Overdue++
				n[2]++
			}
		}
		streams[a.Stream] = n
	}
	return c, streams
}

// worst sorts the open actions as the words of the design say: by deadline,
// none last, then by priority, unknown last, then by number.
func worst(actions []*data.Action) []*data.Action {
	open := slices.DeleteFunc(slices.Clone(actions), func(a *data.Action) bool { return a.State == data.Done || a.State == data.Dropped })
	priority := func(a *data.Action) int {
		all := data.SpecOf(data.KindAction).Field("priority").Words
		if i := slices.Index(all, string(a.Priority)); i >= 0 {
			return i
		}
		return len(all)
	}
	slices.SortFunc(open, func(a, b *data.Action) int {
		if a.Due.Known() != b.Due.Known() {
			if a.Due.Known() {
				return -1
			}
			return 1
		}
		return cmp.Or(a.Due.End().Compare(b.Due.End()), priority(a)-priority(b), int(a.Ref.Number()-b.Ref.Number()))
	})
	return open
}

// TestWindowsAreParts compares windows around every open action, and around
// some that are not open, with a plain sort of all.
func TestWindowsAreParts(t *testing.T) {
	path := filepath.Join(fastDir(t), "windows.db")
	generate(t, path, 300)
	s := openFile(t, path, options)
	record(t, s, action("title", "no due", "stream", "support"), action("title", "day", "stream", "support", "due", "2024-08-15"),
		action("title", "urgent, no due", "stream", "support", "priority", "P0"))
	actions := all[*data.Action](t, s, data.KindAction)
	sorted := worst(actions)
	for _, size := range [][2]int{{0, 1}, {0, 10}, {5, 11}, {120, 240}, {3, 4}} {
		for i := -1; i < len(sorted); i++ {
			on, from := data.Ref(""), 0
			if i >= 0 {
				on, from = sorted[i].Ref, max(i-size[0], 0)
			}
			w, err := viewed(s).OpenActions(t.Context(), on, size[0], size[1])
			if err != nil {
				t.Fatal(err)
			}
			want := sorted[from:min(from+size[1], len(sorted))]
			if w.Total != len(sorted) || w.Offset != from || !slices.EqualFunc(w.Rows, want, func(a, b *data.Action) bool { return a.Ref == b.Ref }) {
				t.Fatalf("around %q, %v: %d rows from %d of %d, want %d from %d of %d", on, size, len(w.Rows), w.Offset, w.Total, len(want), from, len(sorted))
			}
		}
	}
	closed := slices.IndexFunc(actions, func(a *data.Action) bool { return !a.State.Open() })
	w, err := viewed(s).OpenActions(t.Context(), actions[closed].Ref, 5, 11)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(w.Rows, func(a *data.Action) bool { return a.Ref == actions[closed].Ref }) || w.Total != len(sorted)+1 {
		t.Errorf("a window around %s, which is closed, has %d rows of %d, and not it", actions[closed].Ref, len(w.Rows), w.Total)
	}
}
