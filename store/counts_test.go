package store

import (
	"slices"
	"testing"
	"time"

	"warroom/data"
)

// manyActions records actions of every state, with deadlines of every precision
// or none, with and without owner, and changes them.
func manyActions(t *testing.T, s *Store, c chooser, n int) {
	t.Helper()
	due := func() string {
		when := at.Add(time.Duration(c.below(5*60)-150) * time.Minute)
		return pick(c, []string{"", "", "2024-08-14", "2024-08-15", "2024-08", "~2024-08-13", "2024-07",
			when.Format(time.RFC3339), when.Format(time.RFC3339), when.Truncate(time.Hour).Format(time.RFC3339), when.Add(time.Second).Format(time.RFC3339)})
	}
	owner := func() string { return pick(c, []string{"", "Ben", "Cas"}) }
	priority := func() string { return pick(c, []string{"", "P0", "P1", "P3"}) }
	var offers []Offer
	for range n {
		offers = append(offers, offer(action("stream", pick(c, data.StreamKeys), "owner", owner(), "due", due(), "priority", priority(),
			"state", string(pick(c, data.ActionStates)))))
	}
	if _, err := s.Record(t.Context(), offers...); err != nil {
		t.Fatal(err)
	}
	for _, a := range all[*data.Action](t, s, data.KindAction) {
		b := data.Changed{Ref: a.Ref}
		set := func(field, now string) {
			if was := data.SpecOf(data.KindAction).Field(field).Get(a); was != now && c.below(3) == 0 {
				b.Changes = append(b.Changes, data.Change{Field: field, Was: was, Now: now})
			}
		}
		set("owner", owner())
		set("due", due())
		set("priority", priority())
		set("stream", pick(c, data.StreamKeys))
		if a.State.Open() {
			set("state", string(pick(c, data.ActionStates)))
		} else {
			set("state", "open")
		}
		if n := len(b.Changes); a.State == data.Dropped && n > 0 && b.Changes[n-1].Field != "state" { // it is opened to be changed
			b.Changes = append(b.Changes, data.Change{Field: "state", Was: string(a.State), Now: "open"})
		}
		if len(b.Changes) > 0 {
			record(t, s, b)
		}
	}
}

// The counts of the overview, with what nobody said among them, are those of a
// plain recount, at moments on and around hours and deadlines.
func TestOverviewCountsWhatIsUnknown(t *testing.T) {
	var seen data.ActionCounts
	for seed := range unlessRace(4, 1) {
		s := openFile(t, fileIn(t, fastDir(t)), options)
		for _, key := range data.StreamKeys {
			record(t, s, made2(data.KindWorkstream, key, "name", key))
		}
		manyActions(t, s, newSeeded(seed), unlessRace(150, 60))
		whole(t, s)
		actions := all[*data.Action](t, s, data.KindAction)
		var moments []time.Time
		for m := -200; m <= 200; m += 7 {
			moments = append(moments, at.Add(time.Duration(m)*time.Minute))
		}
		for _, a := range actions[:30] {
			if a.Due.Known() {
				end := a.Due.End()
				moments = append(moments, end.Add(-time.Nanosecond), end, end.Add(time.Millisecond), end.In(time.FixedZone("", 5*3600+1800)))
			}
		}
		for _, now := range append(moments, time.Time{}, at.AddDate(500, 0, 0)) {
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
			switch {
			case (o.Worst != nil) != (want.Overdue > 0):
				t.Errorf("at %v: the worst is %v, of %d overdue", now, o.Worst, want.Overdue)
			case o.Worst != nil && o.Worst.Ref != worst(actions)[0].Ref:
				t.Errorf("at %v: the worst is %s, want %s", now, o.Worst.Ref, worst(actions)[0].Ref)
			}
			seen = want
		}
	}
	for what, n := range map[string]int{"no owner": seen.NoOwner, "no due": seen.NoDue, "dropped": seen.Dropped, "blocked": seen.Blocked, "overdue": seen.Overdue} {
		if n == 0 {
			t.Errorf("none with %s: this proves nothing", what)
		}
	}
}

// Windows around whatever there is, and is not: an anchor that is open is where
// a sort of all has it; one that is not is shown where it would be; one that is
// no action is none.
func TestWindowsAroundAnything(t *testing.T) {
	s := openFile(t, fileIn(t, fastDir(t)), options)
	manyActions(t, s, newSeeded(11), unlessRace(120, 30))
	record(t, s, made(data.KindQuestion, "text", "How many?"))
	actions := all[*data.Action](t, s, data.KindAction)
	open := worst(actions)
	anchors := []data.Ref{"", "A-9999", "Q-1", "europe", "nonsense"}
	for _, a := range actions {
		anchors = append(anchors, a.Ref)
	}
	for _, on := range anchors {
		for _, size := range [][2]int{{0, 1}, {2, 5}, {7, 8}, {500, 1000}, {9, 3}, {-1, 4}, {0, 0}, {3, -7}} {
			before, limit := size[0], size[1]
			sorted, total := open, len(open)
			i := slices.IndexFunc(actions, func(a *data.Action) bool { return a.Ref == on })
			if i >= 0 && !actions[i].State.Open() && limit > 0 {
				// Where it would be if it were open.
				reopened := *actions[i]
				reopened.State = data.Open
				sorted, total = worst(append(slices.Clone(open), &reopened)), total+1
			}
			w, err := viewed(s).OpenActions(t.Context(), on, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			from := 0
			if limit < 0 { // the last so many
				sorted, total, i, limit = open, len(open), -1, -limit
				from = max(0, total-limit)
			}
			if i >= 0 && limit > 0 {
				from = slices.IndexFunc(sorted, func(a *data.Action) bool { return a.Ref == on })
				from = max(0, from-min(max(before, 0), limit-1))
			}
			want := sorted[from:min(from+limit, len(sorted))]
			if w.Total != total || w.Offset != from || !slices.Equal(refs(w.Rows), refs(want)) {
				t.Fatalf("around %q, %v: from %d of %d: %s\nwant from %d of %d: %s",
					on, size, w.Offset, w.Total, refs(w.Rows), from, total, refs(want))
			}
		}
	}
}

func refs(actions []*data.Action) (all []string) {
	for _, a := range actions {
		all = append(all, string(a.Ref))
	}
	return all
}

// Deadlines that pass leave no counts behind, so that counting what is overdue
// costs the same in an old file.
func TestCountsOfNoneAreNotKept(t *testing.T) {
	s := newStore(t)
	for range 5 {
		manyActionsDone(t, s)
	}
	var rows []int64
	err := s.readTx(t.Context(), func(q querier) (err error) {
		rows, err = collect(t.Context(), q, scanInt, `SELECT count(*) FROM tally WHERE key GLOB 'due/*' OR n = 0`)
		return err
	})
	if err != nil || rows[0] != 0 {
		t.Errorf("%v counts are left, %v", rows, err)
	}
	whole(t, s)
}

// manyActionsDone makes actions that are due at all hours, and ends them.
func manyActionsDone(t *testing.T, s *Store) {
	t.Helper()
	for _, e := range record(t, s, action("due", at.Add(time.Hour).Format(time.RFC3339)), action("due", "2024-08-17")) {
		record(t, s, change(e.Ref, "due", e.Body.(data.Made).Fields["due"], "2024-09-01"), change(e.Ref, "state", "open", "done"))
	}
}
