package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"warroom/data"
)

// lastSaying reads a whole history, as everybody did once, for the last event up to
// seq that says what a field is.
func lastSaying(history []data.Event, key string, seq int64) (last data.Event) {
	for _, e := range history {
		if e.Seq <= seq && e.Says(key) {
			last = e
		}
	}
	return last
}

func headOf(t *testing.T, s *Store) Head {
	t.Helper()
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// TestSaidIsTheLastOfTheHistory asks after each event of random histories, with texts
// that read like the log itself, and redactions.
func TestSaidIsTheLastOfTheHistory(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	s := newStore(t, action(), action("owner", "bo"), action("detail", `"field":"owner"`))
	texts := []string{"", "one", `"field":"owner"`, `{"changes":[{"field":"detail","was":"","now":""}]}`, "two\nlines"}
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	for range 150 {
		a := get[*data.Action](t, s, data.Ref(pick("A-1", "A-2", "A-3")))
		field := pick("owner", "detail", "title", "waits_for")
		f := data.SpecOf(data.KindAction).Field(field)
		now := pick(texts...)
		if field != "detail" {
			now = pick("bo", "cy", "dee", `"field":"detail"`)
		}
		if now != f.Get(a) {
			record(t, s, change(a.Ref, field, f.Get(a), now))
		}
	}
	head := headOf(t, s).Seq
	for seq := head - 20; seq < head; seq += 4 {
		e, err := viewed(s).Event(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		if red, err := data.Redact(e, "asked for"); err == nil {
			record(t, s, red)
		}
	}
	head = headOf(t, s).Seq
	for _, ref := range []data.Ref{"A-1", "A-2", "A-3", "A-99"} {
		history, err := viewed(s).History(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range data.SpecOf(data.KindAction).Fields {
			for seq := int64(1); seq <= head; seq++ {
				got, err := viewed(s).Said(t.Context(), ref, f.Key, seq)
				if want := lastSaying(history, f.Key, seq); err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s %s at %d: event %d, %v, want event %d", ref, f.Key, seq, got.Seq, err, want.Seq)
				}
				was, there := data.ValueAt(history, f, seq)
				if got.Seq > 0 != there || there && got.Value(f) != was {
					t.Fatalf("%s %s at %d is %q, want %q", ref, f.Key, seq, got.Value(f), was)
				}
			}
			if got, _ := viewed(s).Said(t.Context(), ref, f.Key, 0); got.Seq != lastSaying(history, f.Key, head).Seq {
				t.Errorf("%s %s: event %d at the end", ref, f.Key, got.Seq)
			}
		}
		for _, n := range []int{1, 2, 10, len(history), len(history) + 1} {
			some, earlier, err := viewed(s).RecentHistory(t.Context(), ref, n)
			from := max(len(history)-n, 0)
			if err != nil || n > 0 && earlier != from || !reflect.DeepEqual(append([]data.Event{}, some...), append([]data.Event{}, history[from:]...)) {
				t.Errorf("%s: %d events after %d, %v; want %d after %d", ref, len(some), earlier, err, len(history)-from, from)
			}
		}
	}
}

// TestAConflictBlamesWhoChangedTheField, whoever changed the item since, also within
// what is recorded together.
func TestAConflictBlamesWhoChangedTheField(t *testing.T) {
	s := newStore(t, action())
	by := func(who data.Actor, bodies ...data.Body) error {
		offers := make([]Offer, len(bodies))
		for i, b := range bodies {
			offers[i] = Offer{By: who, Role: data.Lead, Body: b}
		}
		_, err := s.Record(t.Context(), offers...)
		return err
	}
	owner := ""
	random := rand.New(rand.NewPCG(1, 9))
	for i := range 60 {
		who := data.Actor(fmt.Sprintf("p%d", random.IntN(5)))
		switch random.IntN(3) {
		case 0:
			now := fmt.Sprintf("owner %d", i)
			if err := by(who, change("A-1", "owner", owner, now)); err != nil {
				t.Fatal(err)
			}
			owner = now
		default:
			record(t, s, change("A-1", "detail", get[*data.Action](t, s, "A-1").Detail, fmt.Sprint("detail ", i)))
		}
		history, err := viewed(s).History(t.Context(), "A-1")
		if err != nil {
			t.Fatal(err)
		}
		want := lastSaying(history, "owner", headOf(t, s).Seq)
		var conflict *data.ConflictError
		if err := by("late", change("A-1", "owner", "stale", "mine")); !errors.As(err, &conflict) || conflict.By != want.By || conflict.Seq != want.Seq || !conflict.At.Equal(want.At) {
			t.Fatalf("blamed: %v, want event %d of %s", err, want.Seq, want.By)
		}
		err = by("late", change("A-1", "owner", owner, "both"), change("A-1", "owner", "stale", "mine"))
		if !errors.As(err, &conflict) || conflict.By != "late" || conflict.Seq != headOf(t, s).Seq+1 {
			t.Fatalf("blamed: %v, want the event before it", err)
		}
	}
}
