package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"warroom/data"
)

// A chooser makes the choices of a random test: rapid's, which it can repeat and
// shrink, or those of a process of its own.
type chooser interface {
	// below returns a number from 0 to n-1.
	below(n int) int
}

type rapidChooser struct{ t *rapid.T }

func (c rapidChooser) below(n int) int { return rapid.IntRange(0, n-1).Draw(c.t, "n") }

type seeded struct{ rng *rand.Rand }

func newSeeded(seed int) seeded { return seeded{rand.New(rand.NewPCG(uint64(seed), 7))} }

func (c seeded) below(n int) int { return c.rng.IntN(n) }

func pick[T any](c chooser, of []T) T { return of[c.below(len(of))] }

// aValue chooses what to write into a field: something that it takes if good.
func aValue(c chooser, f *data.Field, good bool) string {
	if good && f.Key == "source" {
		return "S-1"
	}
	if !good && c.below(4) == 0 {
		return pick(c, []string{"", "x", "unknown", "2024-02-30", "-1", "\x1b[0m", " padded ", strings.Repeat("y", 600), "A-1", "done"})
	}
	switch f.Type {
	case data.WordType:
		return pick(c, f.Words)
	case data.TimeType:
		return pick(c, []string{"", "2024-08-14", "2024-08", "~2024-08-16", "2024-08-15T09:30:00Z", "2024-08-15T08:59:59Z", "2024-08-15T09:00:00Z"})
	case data.SpanType:
		return pick(c, []string{"", "2h", "1d12h"})
	case data.NumberType:
		return strconv.Itoa(c.below(4))
	case data.FlagType:
		return pick(c, []string{"", "true"})
	case data.RefType:
		return pick(c, []string{"S-1", "A-1", "incident"})
	}
	if f.Type == data.TextType {
		return pick(c, []string{"one\ntwo", strings.Repeat("long ", 300) + "end", "short"})
	}
	return pick(c, []string{"Ben", "Cas", "Ünï 日本", "quote' \"", strings.Repeat("long ", 30) + "end", "[redacted]", "~"})
}

// takes reports whether a field is one to choose in a good offer.
func takes(f *data.Field) bool {
	return !f.Internal && !slices.Contains([]string{"to", "answer", "low", "high"}, f.Key)
}

// aBody chooses what to offer next, given what is there. Some of it is refused.
func aBody(c chooser, s *Store) (data.Body, error) {
	spec := pick(c, data.Specs()[1:])
	good := c.below(5) > 0
	switch n := c.below(20); {
	case n < 6: // an item made
		b := data.Made{Of: spec.Kind, Fields: map[string]string{}}
		if len(spec.Keys) > 0 {
			b.Key = pick(c, spec.Keys)
		}
		for _, f := range spec.Fields {
			if f.Required || f.Key == "best" || c.below(2) == 0 && (takes(f) || !good) {
				b.Fields[f.Key] = aValue(c, f, good)
			}
		}
		return b, nil
	case n < 16: // an item changed, of what is there or of what was
		if n < 12 {
			spec = data.SpecOf(pick(c, []data.Kind{data.KindAction, data.KindClaim, data.KindQuestion, data.KindNote, data.KindIncident}))
		}
		items, err := viewed(s).List(context.Background(), spec.Kind)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return action("title", aValue(c, spec.Fields[0], true)), nil
		}
		e := pick(c, items)
		b := data.Changed{Ref: e.Info().Ref}
		if !good {
			b.Why = pick(c, []string{"", "because", "not\nclean"})
		}
		for range 1 + c.below(3) {
			f := pick(c, spec.Fields)
			ch := data.Change{Field: f.Key, Was: f.Get(e), Now: aValue(c, f, good)}
			if good && (f.Fixed || !takes(f) || ch.Now == ch.Was || slices.ContainsFunc(b.Changes, func(d data.Change) bool { return d.Field == f.Key })) {
				continue
			}
			if !good && c.below(5) == 0 {
				ch.Was = "stale"
			}
			b.Changes = append(b.Changes, ch)
		}
		return b, nil
	}
	// An event redacted, rightly or not.
	head, err := s.Head(context.Background())
	if err != nil {
		return nil, err
	}
	e, err := viewed(s).Event(context.Background(), int64(1+c.below(int(head.Seq))))
	if err != nil {
		return nil, err
	}
	return data.Redact(e, pick(c, []string{"personal data", "personal data", "personal data", ""}))
}

// recordSome makes a few random requests. An error is one that no rule explains.
func recordSome(c chooser, s *Store, n int) (told []data.Event, err error) {
	for range n {
		var offers []Offer
		for range 1 + c.below(3)*c.below(2) {
			b, err := aBody(c, s)
			if err != nil {
				return told, err
			}
			offers = append(offers, Offer{By: pick(c, []data.Actor{"ana", "ben\t", "\x07"}), Body: b,
				Role: pick(c, []data.Role{data.Lead, data.Lead, data.Lead, data.Lead, data.Lead, data.Lead, data.Responder, data.Viewer})})
		}
		events, err := s.Record(context.Background(), offers...)
		var conflict *data.ConflictError
		var refused *data.Error
		switch {
		case err == nil && len(events) == len(offers):
			told = append(told, events...)
		case err == nil:
			return told, fmt.Errorf("%d events for %d offers", len(events), len(offers))
		case errors.As(err, &refused) && (refused.Err == nil || errors.Is(err, data.ErrMissing) || errors.Is(err, data.ErrSame) || errors.Is(err, data.ErrRule) || errors.Is(err, data.ErrRests)), errors.As(err, &conflict):
		default:
			return told, fmt.Errorf("%+v: %w", offers, err)
		}
		if c.below(6) == 0 && len(events) > 0 { // once more
			again, err := s.Record(context.Background(), offers...)
			if err != nil || again[0].Seq != events[0].Seq {
				return told, fmt.Errorf("%+v again: %v, %w", offers, again, err)
			}
		}
	}
	return told, nil
}

// consistent fails the test unless a file is whole, its tables are what a
// rebuild makes of the log, and its ids have no gap.
func consistent(t tester, s *Store, told []data.Event) {
	t.Helper()
	rep := whole(t, s)
	read := func() (rows map[string][]string) {
		err := s.readTx(context.Background(), func(q querier) error {
			rows = dump(t, q)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	before := read()
	if err := rebuilt(t, s); err != nil {
		t.Fatal(err)
	}
	after := read()
	for table := range before {
		if !slices.Equal(before[table], after[table]) {
			t.Errorf("%s:\n%s\nrebuilt:\n%s", table, strings.Join(before[table], "\n"), strings.Join(after[table], "\n"))
		}
	}
	for _, spec := range data.Specs() {
		items, err := viewed(s).List(context.Background(), spec.Kind)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range items {
			if spec.Numbered() && e.Info().Ref.Number() != int64(i+1) {
				t.Errorf("%s follows number %d", e.Info().Ref, i)
			}
		}
	}
	log := logOf(t, s)
	if int64(len(log)) != rep.Head.Seq {
		t.Errorf("%d events, the head is %d", len(log), rep.Head.Seq)
	}
	for i, e := range log {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d follows event %d", e.Seq, i)
		}
	}
	for _, e := range told {
		if there := log[e.Seq-1]; there.ID != e.ID || there.Ref != e.Ref || there.By != e.By || !there.At.Equal(e.At) {
			t.Errorf("event %d is %+v, its author was told %+v", e.Seq, there, e)
		}
	}
}

// Whatever is offered, the tables are what the log says: one store that
// remembers what it folded, and one that forgets it now and then.
func TestTablesAreTheFoldOfTheLog(t *testing.T) {
	if err := flag.Set("rapid.checks", strconv.Itoa(unlessRace(checks(), checks()/5))); err != nil {
		t.Fatal(err)
	}
	rounds, recorded := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(shm(), "warroom-store")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		c := rapidChooser{t}
		path := fileIn(t, dir, made(data.KindSource, "title", "Press"), action())
		stores := []*Store{mustOpen(t, path, options), mustOpen(t, path, options)}
		defer stores[0].Close()
		defer stores[1].Close()
		var told []data.Event
		for range 1 + c.below(12) {
			some, err := recordSome(c, pick(c, stores), 1+c.below(3))
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, some...)
		}
		consistent(t, stores[0], told)
		rounds++
		recorded += len(told)
	})
	t.Logf("%d sequences, %d events recorded", rounds, recorded)
	least := 5 // on average it is 6.8
	if rounds < 100 {
		least = 2 // few sequences come to fewer by chance
	}
	if recorded < least*rounds {
		t.Error("too little was recorded: this proves nothing")
	}
}

// checks returns how many sequences rapid was asked to try.
func checks() int {
	n, _ := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	return n
}

// shm is where files need not reach a disk, or "" for the usual place.
func shm() string {
	if _, err := os.Stat("/dev/shm"); err != nil {
		return ""
	}
	return "/dev/shm"
}

// Several goroutines of several stores, and several processes, at the same time.
func TestTablesAreTheFoldWhoeverWrites(t *testing.T) {
	for round := range unlessRace(4, 1) {
		path := fileIn(t, fastDir(t), made(data.KindSource, "title", "Press"), action())
		stores := []*Store{openFile(t, path, options), openFile(t, path, options), openFile(t, path, options)}
		var children []*child
		for i := range 2 {
			children = append(children, start(t, "random", path, strconv.Itoa(100*round+50+i)))
		}
		told := make([][]data.Event, 9)
		each(len(told), func(i int) {
			var err error
			if told[i], err = recordSome(newSeeded(100*round+i), stores[i%3], 25); err != nil {
				t.Error(err)
			}
		})
		for _, c := range children {
			c.end()
		}
		consistent(t, stores[0], slices.Concat(told...))
		record(t, stores[1], action())
		whole(t, stores[2])
		head, err := stores[0].Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: %d events", round, head.Seq)
	}
}

// jobRandom makes random requests, of a seed.
func jobRandom(ctx context.Context, path, arg string) error {
	seed, err := strconv.Atoi(arg)
	if err != nil {
		return err
	}
	s, err := Open(ctx, path, options)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = recordSome(newSeeded(seed), s, 25)
	return err
}
