package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/store"
)

// longHistory returns a file in which ben changed the detail of A-1 so often, cas set
// its owner before that, and cas changed the detail once more.
func longHistory(b *testing.B, changes int) Runner {
	b.Helper()
	path := filepath.Join(b.TempDir(), "long.db")
	incident := store.Offer{By: "cas", Role: data.Lead, Body: data.Made{Of: data.KindIncident, Fields: map[string]string{"title": "Long"}}}
	offer := func(by data.Actor, field, was, now string) store.Offer {
		return store.Offer{By: by, Role: data.Lead, Body: data.Changed{Ref: "A-1", Changes: []data.Change{{Field: field, Was: was, Now: now}}}}
	}
	err := store.Create(b.Context(), path, store.Options{}, incident, func(s *store.Store) error {
		offers := []store.Offer{
			{By: "cas", Role: data.Lead, Body: data.Made{Of: data.KindWorkstream, Key: "support", Fields: map[string]string{"name": "Support"}}},
			{By: "cas", Role: data.Lead, Body: data.Made{Of: data.KindAction, Fields: map[string]string{"title": "Call", "stream": "support"}}},
			offer("cas", "owner", "", "cas"),
		}
		was := ""
		for i := range changes {
			now := fmt.Sprintf("step %d", i)
			if offers = append(offers, offer("ben", "detail", was, now)); len(offers) >= 1000 {
				if _, err := s.Record(b.Context(), offers...); err != nil {
					return err
				}
				offers = nil
			}
			was = now
		}
		_, err := s.Record(b.Context(), append(offers, offer("cas", "detail", was, "the end"))...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return Runner{Store: s, Now: func() time.Time { return testNow }}
}

// ends runs a command line of ben's, which must end with a status.
func ends(b *testing.B, r Runner, status int, line string) {
	b.Helper()
	var errw strings.Builder
	if got := r.Run(b.Context(), "ben", data.Lead, strings.Fields(line), nil, io.Discard, &errw); got != status {
		b.Fatalf("%s: exit status %d, want %d: %s", line, got, status, errw.String())
	}
}

// BenchmarkUndoSkip passes over as many acts as undo reaches back to: all of them are
// conflicts about one item. The goal is 200 ms for 60,000 events.
func BenchmarkUndoSkip(b *testing.B) {
	for _, n := range []int{6_000, 60_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := longHistory(b, n)
			for b.Loop() {
				ends(b, r, 3, "undo --skip")
			}
		})
	}
}

// BenchmarkConflict meets a conflict about an item that changed 20,000 times. The goal
// of this one and of those below is 50 ms.
func BenchmarkConflict(b *testing.B) {
	r := longHistory(b, 20_000)
	for b.Loop() {
		ends(b, r, 3, "action assign A-1 ben --seen 3")
	}
}

// BenchmarkShow shows an item that changed 20,000 times.
func BenchmarkShow(b *testing.B) {
	r := longHistory(b, 20_000)
	for b.Loop() {
		ends(b, r, 0, "show A-1")
	}
}

// BenchmarkAssign changes an item that changed 20,000 times.
func BenchmarkAssign(b *testing.B) {
	r := longHistory(b, 20_000)
	for i := 0; b.Loop(); i++ {
		ends(b, r, 0, fmt.Sprintf("action assign A-1 p%d", i))
	}
}
