package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// foldTo returns the state after an event of a log, from its beginning.
func foldTo(t *testing.T, log []data.Event, seq int64) *data.State {
	t.Helper()
	s := data.NewState(nil, 0)
	for _, e := range log[:seq] {
		if err := s.Apply(&e); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// told is what news come to: of each item that is otherwise than before its
// fields, of each figure what stood and what stands.
type told map[string]string

func figureText(c *data.Claim) string {
	if c == nil {
		return "unknown"
	}
	return fmt.Sprint(c.Ref, c.Low, c.Best, c.High, c.Standing)
}

// tellFolds compares the folds at two positions: the plain reference.
func tellFolds(t *testing.T, before, after *data.State) told {
	t.Helper()
	all := told{}
	keys := map[data.FigureKey]bool{}
	for _, e := range after.All() {
		ref := e.Info().Ref
		old, err := before.Get(ref)
		if err != nil {
			t.Fatal(err)
		}
		c, isClaim := e.(*data.Claim)
		if isClaim {
			keys[c.Key()] = true
			continue
		}
		var parts []string
		for _, f := range data.FieldsOf(e) {
			if old != nil && f.Get(old) != f.Get(e) {
				parts = append(parts, fmt.Sprintf("%s %q→%q", f.Key, f.Get(old), f.Get(e)))
			}
		}
		if old == nil {
			parts = []string{"new"}
		}
		if slices.Sort(parts); len(parts) > 0 {
			all[string(ref)] = strings.Join(parts, ", ")
		}
	}
	for key := range keys {
		was, err := before.Figure(key)
		if err != nil {
			t.Fatal(err)
		}
		now, err := after.Figure(key)
		if err != nil {
			t.Fatal(err)
		}
		if f := (&data.FigureNews{Key: key, Was: was, Now: now}); !f.Same() {
			all[fmt.Sprint(key)] = figureText(was) + " → " + figureText(now)
		}
	}
	return all
}

// tellNews says the same of news, without what was only touched.
func tellNews(n data.News) told {
	all := told{}
	for _, p := range n.Panes {
		for _, i := range p.Items {
			if i.Touched() {
				continue
			}
			if f := i.Figure; f != nil {
				all[fmt.Sprint(f.Key)] = figureText(f.Was) + " → " + figureText(f.Now)
				continue
			}
			var parts []string
			for _, c := range i.Changes {
				parts = append(parts, fmt.Sprintf("%s %q→%q", c.Field, c.Was, c.Now))
			}
			if i.New {
				parts = []string{"new"}
			}
			slices.Sort(parts)
			all[string(i.Ref)] = strings.Join(parts, ", ")
		}
	}
	return all
}

// What news come to is the difference between the folds at both ends, whatever
// was recorded between them, and the Δ names the same items.
func TestNewsIsTheDifferenceOfTwoFolds(t *testing.T) {
	compared := 0
	for seed := range unlessRace(12, 2) {
		path := fileIn(t, fastDir(t), made(data.KindSource, "title", "Press"), action())
		s := openFile(t, path, options)
		if _, err := recordSome(newSeeded(1000+seed), s, 150); err != nil {
			t.Fatal(err)
		}
		log := logOf(t, s)
		masked := map[data.Ref]bool{} // of which the log no longer says what it was
		for _, e := range log {
			if r, ok := e.Body.(data.Redacted); ok {
				masked[r.Item] = true
			}
		}
		after := foldTo(t, log, int64(len(log)))
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		for range 10 {
			seq := rng.Int64N(int64(len(log) + 1))
			n, err := viewed(s).News(t.Context(), seq)
			if err != nil {
				t.Fatal(err)
			}
			got, want := tellNews(n), tellFolds(t, foldTo(t, log, seq), after)
			for ref := range masked {
				delete(got, string(ref))
				delete(want, string(ref))
			}
			if compared += len(want); !maps.Equal(got, want) {
				t.Fatalf("seed %d, since %d of %d:\n got %v\nwant %v", seed, seq, len(log), got, want)
			}
			for _, me := range []data.Actor{"ana", "nobody"} {
				sameAsDelta(t, s, seq, me)
			}
		}
	}
	if compared < unlessRace(1000, 100) {
		t.Errorf("only %d changes were compared: this proves nothing", compared)
	}
}

// sameAsDelta fails the test unless the Δ counts what the news say of others.
func sameAsDelta(t *testing.T, s *Store, after int64, me data.Actor) {
	t.Helper()
	for _, role := range []data.Role{data.Viewer, data.Lead} {
		v := s.As(me, role)
		d, err := v.Delta(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		n, err := v.News(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		if got, more := d.Count(); got != n.For(me).Count() || more {
			t.Fatalf("the Δ counts %d, %v; the news have %d", got, more, n.For(me).Count())
		}
	}
}

// Of very many events the last are looked at, and it is said.
func TestNewsIsBounded(t *testing.T) {
	s := newStore(t, action("owner", "0"))
	for i := range 20 {
		record(t, s, change("A-1", "owner", fmt.Sprint(i), fmt.Sprint(i+1)))
	}
	var n data.News
	err := s.readTx(t.Context(), func(q querier) (err error) {
		n, err = news(t.Context(), q, 2, 5)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n.After != 2 || n.From != 17 || n.Upto != 22 || n.Left() != 15 {
		t.Errorf("after %d, from %d, up to %d, %d left", n.After, n.From, n.Upto, n.Left())
	}
	if got, want := fmt.Sprint(tellNews(n)), `map[A-1:owner "15"→"20"]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for after, want := range map[int64]int{21: 1, 22: 0, 1000: 0} {
		n, err := viewed(s).News(t.Context(), after)
		if err != nil || n.For("ben").Count() != want || n.Left() != 0 {
			t.Errorf("after %d: %+v, %v", after, n, err)
		}
	}
}

// The Δ looks at so many events and no more, and does not read a table.
func TestDeltaIsBounded(t *testing.T) {
	path := filepath.Join(fastDir(t), "many.db")
	generate(t, path, 300) // 3,006 events
	s := openFile(t, path, options)
	record(t, s, claim(), made(data.KindNote, "text", "Noted", "private", "true"))
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.As("me", data.Lead).Delta(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if n, more := d.Count(); !more || n < 100 || n > 110 || d.From != head.Seq-data.MaxDelta {
		t.Errorf("%d, %v, from %d of %d", n, more, d.From, head.Seq)
	}
	if d, err = s.As("me", data.Lead).Delta(t.Context(), head.Seq-data.MaxDelta); err != nil || d.From != d.After {
		t.Errorf("as many as it looks at: from %d after %d, %v", d.From, d.After, err)
	}
	err = s.readers.read(t.Context(), func(q querier) error {
		r := &recorder{querier: q}
		if _, err := delta(t.Context(), veiled{r, data.Viewer}, head.Seq-2, "me"); err != nil {
			return err
		}
		if len(r.asked) != 3 {
			t.Errorf("%d queries for a claim and a note", len(r.asked))
		}
		noScan(t, q, r.asked)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDeltaIsWhenOthersChanged(t *testing.T) {
	s := newStore(t)
	later := at.Add(time.Hour)
	says := func(by data.Actor, when time.Time, b data.Body) {
		t.Helper()
		if _, err := s.Record(t.Context(), Offer{By: by, Role: data.Lead, At: when, Body: b}); err != nil {
			t.Fatal(err)
		}
	}
	says("ben", at, action())
	says("me", later, change("A-1", "state", "open", "doing"))
	says("me", later, action())
	says("ben", at, claim())
	says("cas", later, claim("best", "7"))
	says("ben", later, redaction(t, s, 4))
	d, err := s.As("me", data.Lead).Delta(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Items) != 2 || !d.Items["A-1"].Equal(at) || !d.Items["A-2"].Equal(later) {
		t.Errorf("items: %v", d.Items)
	}
	if key := (data.FigureKey{Cell: data.AllPeople, Unit: data.People}); len(d.Figures) != 1 || !d.Figures[key].Equal(later) {
		t.Errorf("figures: %v", d.Figures)
	}
}
