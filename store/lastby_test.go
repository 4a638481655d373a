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
			events, err := s.LastBy(t.Context(), tt.who, tt.n)
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

// What is far back is not looked for.
func TestLastByLooksBackSoFar(t *testing.T) {
	s := newStore(t, action())
	if _, err := s.Record(t.Context(), Offer{By: "cas", Role: data.Lead, Body: change("A-1", "owner", "", "cas")}); err != nil {
		t.Fatal(err)
	}
	var offers []Offer
	for range lastByDepth - 1 {
		offers = append(offers, offer(made(data.KindLesson, "text", "x")))
	}
	if _, err := s.Record(t.Context(), offers...); err != nil {
		t.Fatal(err)
	}
	if events, err := s.LastBy(t.Context(), "cas", 9); err != nil || len(events) != 1 {
		t.Errorf("got %d events, %v; want the one that is just near enough", len(events), err)
	}
	record(t, s, made(data.KindLesson, "text", "one more"))
	if events, err := s.LastBy(t.Context(), "cas", 9); err != nil || len(events) != 0 {
		t.Errorf("got %d events, %v; want none", len(events), err)
	}
}
