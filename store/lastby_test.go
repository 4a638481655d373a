package store

import (
	"strings"
	"testing"

	"warroom/data"
)

func TestLastBy(t *testing.T) {
	s := newStore(t, action(), action())
	by := func(who data.Actor, bodies ...data.Body) {
		t.Helper()
		for _, b := range bodies {
			if _, err := s.Record(t.Context(), Offer{By: who, Role: data.Lead, Body: b}); err != nil {
				t.Fatal(err)
			}
		}
	}
	by("cas", change("A-1", "owner", "", "cas"))
	by("dee", change("A-1", "priority", "", "P1"))
	by("cas", change("A-2", "owner", "", "cas"), change("A-2", "owner", "cas", "dee"))
	for _, tt := range []struct {
		name string
		who  data.Actor
		n    int
		want string // the fields that were changed
	}{
		{"all of one", "cas", 10, "A-1 A-2 A-2"},
		{"the last two of them", "cas", 2, "A-2 A-2"},
		{"one of another", "dee", 10, "A-1"},
		{"of nobody who was there", "eve", 10, ""},
		{"none", "cas", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			events, err := viewed(s).LastBy(t.Context(), tt.who, tt.n)
			if err != nil {
				t.Fatal(err)
			}
			var refs []string
			for i, e := range events {
				refs = append(refs, string(e.Ref))
				if i > 0 && e.Seq <= events[i-1].Seq {
					t.Errorf("event %d comes after event %d", e.Seq, events[i-1].Seq)
				}
			}
			if got := strings.Join(refs, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Where the oldest event takes another back, it is known what it did.
func TestLastByTellsUndoFromRedo(t *testing.T) {
	s := newStore(t, action())
	was, now := "", "cas"
	for i := range int64(5) { // done, undone, done again …
		b := change("A-1", "owner", was, now)
		if i > 0 {
			head, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b.Undoes = head.Seq
		}
		if _, err := s.Record(t.Context(), Offer{By: "cas", Role: data.Lead, Body: b}); err != nil {
			t.Fatal(err)
		}
		was, now = now, was
		events, err := viewed(s).LastBy(t.Context(), "cas", 1)
		if err != nil {
			t.Fatal(err)
		}
		undo, redo := data.Acts(events)
		if done := i%2 == 0; len(undo) == 1 != done || len(redo) == 0 != done {
			t.Errorf("after %d events: %d to undo, %d to redo", i+1, len(undo), len(redo))
		}
	}
}

// What is far back is not looked for, but an act that begins there is whole: else
// half of it would be taken back.
func TestLastByLooksBackSoFar(t *testing.T) {
	s := newStore(t, action())
	act := []Offer{{By: "cas", Role: data.Lead, Body: change("A-1", "owner", "", "cas")}}
	for range lastByPage + 1 {
		act = append(act, Offer{By: "cas", Role: data.Lead, Body: made(data.KindLesson, "text", "x")})
	}
	for i := range act {
		switch b := act[i].Body.(type) {
		case data.Changed:
			b.Act = "ac"
			act[i].Body = b
		case data.Made:
			b.Act = "ac"
			act[i].Body = b
		}
	}
	record(t, s, change("A-1", "priority", "", "P1")) // by another
	for _, offers := range [][]Offer{{{By: "cas", Role: data.Lead, Body: change("A-1", "due", "", "2024-08-20")}}, act} {
		if _, err := s.Record(t.Context(), offers...); err != nil {
			t.Fatal(err)
		}
	}
	var others []Offer
	for range lastByDepth - 2 {
		others = append(others, offer(made(data.KindLesson, "text", "x")))
	}
	if _, err := s.Record(t.Context(), others...); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		n    int
	}{{"two of the act are near enough", 9}, {"and one is asked for", 1}} {
		if events, err := viewed(s).LastBy(t.Context(), "cas", tt.n); err != nil || len(events) != len(act) || events[0].Ref != "A-1" {
			t.Errorf("%s: got %d events, %v; want all %d of the act", tt.name, len(events), err, len(act))
		}
	}
	record(t, s, made(data.KindLesson, "text", "one more"))
	if events, err := viewed(s).LastBy(t.Context(), "cas", 9); err != nil || len(events) != len(act) {
		t.Errorf("got %d events, %v; want all %d of the act, of which one is just near enough", len(events), err, len(act))
	}
	record(t, s, made(data.KindLesson, "text", "yet one"))
	if events, err := viewed(s).LastBy(t.Context(), "cas", 9); err != nil || len(events) != 0 {
		t.Errorf("got %d events, %v; want none", len(events), err)
	}
}
