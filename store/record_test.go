package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"warroom/data"
)

// held returns a store whose writer stops at the first event without a time of
// its own, until release is called: what is offered meanwhile is one group. Stopped
// waits until the writer is there.
func held(t *testing.T, path string) (s *Store, stopped, release func()) {
	t.Helper()
	gate, there := make(chan struct{}), make(chan struct{})
	opts := faulty() // which counts the syncs, and fails nothing
	arrive := sync.OnceFunc(func() { close(there) })
	opts.Now = func() time.Time {
		arrive()
		<-gate
		return at
	}
	s = openFile(t, path, opts)
	release = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(release) // before the store is closed, which waits for the writer
	return s, func() {
		t.Helper()
		select {
		case <-there:
		case <-soon(t).Done():
			t.Fatal("the writer does not start")
		}
	}, release
}

// queued waits until n requests wait for the writer.
func queued(ctx context.Context, t *testing.T, s *Store, n int) {
	t.Helper()
	for {
		s.writer.mu.Lock()
		waiting := len(s.writer.queue)
		s.writer.mu.Unlock()
		if waiting == n {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%d requests wait, want %d", waiting, n)
		}
		runtime.Gosched()
	}
}

// groupOf makes each offer a request, and all of them one group: see
// groupOfRequests.
func groupOf(t *testing.T, path string, offers ...Offer) (events [][]data.Event, errs []error) {
	t.Helper()
	var requests [][]Offer
	for _, o := range offers {
		requests = append(requests, []Offer{o})
	}
	return groupOfRequests(t, path, requests...)
}

// groupOfRequests makes requests while the writer is busy, so that they are one
// group, and returns what each came to. The file is whole after it.
func groupOfRequests(t *testing.T, path string, requests ...[]Offer) (events [][]data.Event, errs []error) {
	t.Helper()
	s, stopped, release := held(t, path)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := s.Record(context.Background(), offer(made(data.KindLesson, "text", "first"))); err != nil {
			t.Error(err)
		}
	})
	ctx := soon(t)
	stopped()
	events, errs = make([][]data.Event, len(requests)), make([]error, len(requests))
	for i, offers := range requests {
		for j := range offers {
			if offers[j].At.IsZero() {
				offers[j].At = at
			}
		}
		wg.Go(func() { events[i], errs[i] = s.Record(context.Background(), offers...) })
		queued(ctx, t, s, i+1) // in their order
	}
	release()
	wg.Wait()
	whole(t, s)
	return events, errs
}

func TestGroupTellsEachItsOwnOutcome(t *testing.T) {
	path := newFile(t, action("owner", "Ben"), made(data.KindNote, "text", "x"))
	var offers []Offer
	var want []string // "" for one that is recorded
	add := func(o Offer, refused string) {
		offers = append(offers, o)
		want = append(want, refused)
	}
	for i := range 60 {
		add(offer(action("title", fmt.Sprintf("number %d", i))), "")
		switch i {
		case 3:
			add(offer(change("A-1", "owner", "Ben", "Cas")), "")
			add(offer(change("A-1", "owner", "Ben", "Dee")), `A-1: owner was "Ben" when you looked, is "Cas" now (ana, 09:00Z); yours is "Dee"`)
			add(offer(change("A-1", "owner", "Ben", "Cas")), `A-1 is already so: owner is "Cas"`)
		case 7:
			add(offer(action("title", "")), "title may not be unknown")
			add(Offer{By: "eve", Role: data.Viewer, Body: action()}, "a viewer may not do this")
			add(Offer{By: "eve", Role: data.Lead}, "nothing was recorded: <nil> is no body of an event")
			add(Offer{By: "eve", Role: data.Lead, Body: (*data.Changed)(nil)}, "nothing was recorded: *data.Changed is no body of an event")
			add(Offer{By: "eve", Role: data.Lead, Body: &data.Redacted{Event: 1, Why: "x", Of: "made"}}, "nothing was recorded: *data.Redacted is no body of an event")
		case 9:
			add(offer(data.Redacted{Event: 2, Why: "x", Of: "nonsense"}), `nothing was recorded: unknown kind of event "nonsense"`)
			add(offer(data.Made{Of: "lost"}), `there is no kind of item "lost"`)
		case 20:
			add(offer(change("A-99", "owner", "", "Ben")), "")
			want[len(want)-1] = "there is no A-99; the last is A-22" // A-1, and one of each round
		}
	}
	events, errs := groupOf(t, path, offers...)
	for i := range offers {
		switch {
		case want[i] == "" && errs[i] != nil:
			t.Errorf("offer %d: %v", i, errs[i])
		case want[i] == "" && (len(events[i]) != 1 || !reflect.DeepEqual(events[i][0].Body, offers[i].Body)):
			t.Errorf("offer %d was told of %v", i, events[i])
		case want[i] != "" && (errs[i] == nil || errs[i].Error() != want[i]):
			t.Errorf("offer %d: %v, want %s", i, errs[i], want[i])
		}
	}
	s := openFile(t, path, options)
	if head, _ := s.Head(t.Context()); head.Seq != 4+61 {
		t.Errorf("%d events, want %d", head.Seq, 4+61)
	}
}

// A panic while one request is folded is that request's alone.
func TestGroupSurvivesAPanic(t *testing.T) {
	path := newFile(t)
	var calls atomic.Int64
	opts := options
	opts.Now = func() time.Time {
		if calls.Add(1); true {
			panic("no clock")
		}
		return at
	}
	s := openFile(t, path, opts)
	var refused, recorded atomic.Int64
	each(64, func(i int) {
		o := offer(action())
		if i%8 > 0 {
			o.At = at // needs no clock
		}
		_, err := s.Record(context.Background(), o)
		if err == nil {
			recorded.Add(1)
		} else if err.Error() == "nothing was recorded: recording failed: no clock" {
			refused.Add(1)
		} else {
			t.Error(err)
		}
	})
	if refused.Load() != 8 || recorded.Load() != 56 {
		t.Errorf("%d refused, %d recorded; want 8 and 56", refused.Load(), recorded.Load())
	}
	whole(t, s)
	other := openFile(t, path, Options{Now: testNow, Busy: time.Second})
	record(t, other, action()) // the write lock is free
	if got, err := viewed(s).List(t.Context(), data.KindAction); err != nil || len(got) != 57 {
		t.Errorf("%d actions, %v; want 57", len(got), err)
	}
}

// Those who wait at the same time share one sync to the disk.
func TestGroupSharesOneSync(t *testing.T) {
	path := newFile(t)
	var offers []Offer
	for range 64 {
		offers = append(offers, offer(action()))
	}
	plan(filepath.Dir(path), faultPlan{})
	groupOf(t, path, offers...)
	syncs := outcome(filepath.Dir(path)).syncs
	// One for the first, which the others wait for, one for all of them, and what
	// it takes to begin a WAL.
	if syncs == 0 || syncs > 4 {
		t.Errorf("%d syncs for 64 events in one group", syncs)
	}
}

func TestRecordManyAtOnce(t *testing.T) {
	path := newFile(t)
	s, other := openFile(t, path, options), openFile(t, path, options)
	const writers, rounds = 64, 10
	var mu sync.Mutex
	seen := map[int64]data.Ref{}
	each(writers, func(i int) {
		for range rounds {
			to := s
			if i%4 == 0 {
				to = other
			}
			events, err := to.Record(context.Background(), offer(action()), offer(made(data.KindNote, "text", "x")))
			if err != nil {
				t.Error(err)
				return
			}
			if len(events) != 2 || events[1].Seq != events[0].Seq+1 {
				t.Errorf("told of %v", events)
			}
			mu.Lock()
			for _, e := range events {
				if seen[e.Seq] != "" {
					t.Errorf("event %d twice", e.Seq)
				}
				seen[e.Seq] = e.Ref
			}
			mu.Unlock()
		}
	})
	if rep := whole(t, s); rep.Head.Seq != 1+2*writers*rounds {
		t.Errorf("%d events", rep.Head.Seq)
	}
	for _, e := range logOf(t, s)[1:] {
		if seen[e.Seq] != e.Ref {
			t.Errorf("event %d is about %s, its author was told %s", e.Seq, e.Ref, seen[e.Seq])
		}
	}
}

// Nothing of a request is recorded if one of its offers is refused.
func TestRecordAllOrNothing(t *testing.T) {
	s := newStore(t, action())
	_, err := s.Record(t.Context(), offer(action()), offer(change("A-2", "owner", "", "Ben")),
		offer(change("A-1", "state", "open", "done")), offer(change("A-1", "state", "open", "doing")))
	var conflict *data.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	whole(t, s)
	if head, _ := s.Head(t.Context()); head.Seq != 2 {
		t.Errorf("%d events, want 2", head.Seq)
	}
	// The next one gets the id that the refused one would have had.
	if e := record(t, s, action()); e[0].Ref != "A-2" {
		t.Errorf("got %s, want A-2", e[0].Ref)
	}
	if a := get[*data.Action](t, s, "A-1"); a.State != data.Open {
		t.Errorf("A-1 is %s", a.State)
	}
	whole(t, s)
}

func TestConflictHasBothSides(t *testing.T) {
	path := newFile(t, action("owner", "Ben"))
	one, two := openFile(t, path, options), openFile(t, path, options)
	by := func(s *Store, who data.Actor, b data.Body) error {
		_, err := s.Record(t.Context(), Offer{By: who, Role: data.Responder, Body: b})
		return err
	}
	if err := by(one, "cas", change("A-1", "owner", "Ben", "Cas")); err != nil {
		t.Fatal(err)
	}
	err := by(two, "dee", change("A-1", "owner", "Ben", "Dee"))
	var got *data.ConflictError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a conflict", err)
	}
	want := data.ConflictError{Ref: "A-1", Field: got.Field, Base: "Ben", Mine: "Dee", Theirs: "Cas", By: "cas", At: testNow(), Seq: 3}
	if *got != want || got.Field.Key != "owner" {
		t.Errorf("got %+v", got)
	}
	if err := by(two, "dee", change("A-1", "priority", "", "P1")); err != nil {
		t.Errorf("another field of the item: %v", err)
	}
	// Who changed the item last is not who changed the field.
	if err := by(two, "dee", change("A-1", "owner", "Ben", "Eva")); !errors.As(err, &got) || got.By != "cas" || got.Seq != 3 {
		t.Errorf("got %+v, want it to name cas and event 3", got)
	}
	refusal(t, by(two, "dee", change("A-1", "owner", "Ben", "Cas")), data.Failed, `A-1 is already so: owner is "Cas"`)
	if err := by(one, "cas", change("A-1", "owner", "Cas", "Dee")); err != nil {
		t.Errorf("what is there was seen: %v", err)
	}
	if a := get[*data.Action](t, one, "A-1"); a.Owner != "Dee" || a.Priority != "P1" {
		t.Errorf("A-1 is %+v", a)
	}
	whole(t, one)
}

// Of writers that change one field from what they saw, in two stores, one wins
// each time and every other is told of it.
func TestConflictsLoseNothing(t *testing.T) {
	path := newFile(t, action("owner", "0"))
	stores := []*Store{openFile(t, path, options), openFile(t, path, options)}
	const writers, rounds = 16, 12
	var won atomic.Int64
	each(writers, func(i int) {
		s := stores[i%2]
		for n := 0; n < rounds; {
			was := get[*data.Action](t, s, "A-1").Owner
			now := fmt.Sprintf("%s.%d", was[max(0, len(was)-40):], i)
			_, err := s.Record(context.Background(), offer(change("A-1", "owner", was, now)))
			var conflict *data.ConflictError
			switch {
			case err == nil:
				won.Add(1)
				n++
			case errors.As(err, &conflict):
				n++
			case !strings.Contains(err.Error(), "already so"):
				t.Error(err)
				return
			}
		}
	})
	whole(t, stores[0])
	prev := "0"
	history, err := viewed(stores[0]).History(t.Context(), "A-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range history[1:] {
		c := e.Body.(data.Changed).Changes[0]
		if c.Was != prev {
			t.Errorf("event %d changes %q, there was %q", e.Seq, c.Was, prev)
		}
		prev = c.Now
	}
	if int64(len(history)-1) != won.Load() {
		t.Errorf("%d changes, %d were told so", len(history)-1, won.Load())
	}
}

// What is not clean in the name of an author does not tell the tables from the
// log.
func TestRecordCleansTheAuthor(t *testing.T) {
	path := newFile(t)
	for _, by := range []data.Actor{"a\tb", "x\x1b[31m", "\xff", "line\nbreak", "nul\x00", "ltr\u202e", ""} {
		s := mustOpen(t, path, options)
		e, err := s.Record(t.Context(), Offer{By: by, Role: data.Lead, Body: action()})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, s)
		if log := logOf(t, s); log[len(log)-1].By != e[0].By || string(e[0].By) != data.Line(string(by)) {
			t.Errorf("%q: the author is told %q, the log says %q", by, e[0].By, log[len(log)-1].By)
		}
		s.Close()
		s = mustOpen(t, path, options) // remembers nothing
		record(t, s, change(e[0].Ref, "state", "open", "done"))
		whole(t, s)
		s.Close()
	}
}

func TestRecordAfterClose(t *testing.T) {
	for _, first := range []bool{true, false} {
		path := newFile(t)
		s := mustOpen(t, path, options)
		if first {
			record(t, s, action())
		}
		for range 2 { // closing twice is no harm
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		_, err := s.Record(t.Context(), offer(action()))
		refusal(t, err, data.Failed, "nothing was recorded: the file is closed")
		_, err = s.Head(t.Context())
		refusal(t, err, data.Failed, "the file is closed")
		if left := beside(t, path); len(left) > 0 {
			t.Errorf("left beside it: %q", left)
		}
	}
}

// Close waits for what was offered before.
func TestCloseFinishesWhatWaits(t *testing.T) {
	path := newFile(t)
	s, stopped, release := held(t, path)
	ctx := soon(t)
	var wg sync.WaitGroup
	record := func() {
		if _, err := s.Record(context.Background(), offer(action())); err != nil {
			t.Error(err)
		}
	}
	wg.Go(record)
	stopped()
	for range 19 {
		wg.Go(record)
	}
	queued(ctx, t, s, 19)
	wg.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	release()
	wg.Wait()
	if head := whole(t, openFile(t, path, options)).Head.Seq; head != 21 {
		t.Errorf("%d events, want 21", head)
	}
	_, err := s.Record(ctx, offer(action()))
	refusal(t, err, data.Failed, "nothing was recorded: the file is closed")
}

func TestRecordWithAContextThatIsDone(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Record(ctx, offer(action())); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if head, _ := s.Head(t.Context()); head.Seq != 1 {
		t.Errorf("%d events, want 1", head.Seq)
	}
}
