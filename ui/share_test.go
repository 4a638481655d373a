package ui

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"warroom/data"
)

// A counting source counts what is asked of it, and answers when it may.
type counting struct {
	Source
	asked   atomic.Int64
	seq     atomic.Int64 // what the file holds
	version atomic.Uint64
	read    func(ctx context.Context) error
}

func (c *counting) Reachable() error { return nil }

func (c *counting) Overview(ctx context.Context, _ time.Time) (*data.Overview, error) {
	c.asked.Add(1)
	seq := c.seq.Load()
	if c.read != nil {
		if err := c.read(ctx); err != nil {
			return nil, err
		}
	}
	return &data.Overview{Seq: seq}, nil
}

func (c *counting) changes() {
	c.seq.Add(1)
	c.version.Add(1)
}

// shared returns a source that shares c with others.
func (c *counting) shared() Source {
	return Share(func(data.Actor, data.Role) Source { return c }, c.version.Load).As("ana", data.Lead)
}

// shareOf shares the file of a screen.
func shareOf(s *screen, version func() uint64) *Shared {
	return Share(func(actor data.Actor, role data.Role) Source { return s.store.As(actor, role) }, version)
}

func TestWhatManyAskIsReadOnce(t *testing.T) {
	held := make(chan struct{})
	c := &counting{read: func(context.Context) error { <-held; return nil }}
	src := c.shared()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := src.Overview(t.Context(), made); err != nil {
				t.Error(err)
			}
		})
	}
	close(held)
	wg.Wait()
	if n := c.asked.Load(); n != 1 {
		t.Errorf("50 who ask make %d readings", n)
	}
	ask := func(at time.Time) { src.Overview(t.Context(), at) }
	ask(made.Add(900 * time.Millisecond))
	if n := c.asked.Load(); n != 1 {
		t.Error("it is read again in the same second")
	}
	ask(made.Add(time.Second)) // something may be late that was not
	if n := c.asked.Load(); n != 2 {
		t.Error("it is not read again in the next second")
	}
	c.changes()
	ask(made)
	if n := c.asked.Load(); n != 3 {
		t.Error("it is not read again after a change")
	}
	for i := range 10 * mostShared {
		ask(made.Add(time.Duration(i) * time.Second))
	}
	if n := len(src.(*sharing).of.kept); n > mostShared {
		t.Errorf("%d answers are kept", n)
	}
}

// Whoever is told of a change is shown it, or a later one.
func TestNobodyIsShownLessThanWhatTheyWereToldOf(t *testing.T) {
	c := &counting{}
	src := c.shared()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				told := c.version.Load()
				o, err := src.Overview(t.Context(), made)
				if err != nil || o.Seq < int64(told) {
					t.Errorf("who was told of %d is shown %v, %v", told, o, err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 500 {
			c.changes()
		}
	})
	wg.Wait()
}

func TestWhatFailsForOneIsReadAgainForTheNext(t *testing.T) {
	broken := errors.New("broken")
	fails := true
	c := &counting{}
	c.read = func(ctx context.Context) error {
		switch {
		case !fails:
			return ctx.Err()
		case c.asked.Load() == 1:
			return broken
		}
		panic("a fault")
	}
	src := c.shared()
	if _, err := src.Overview(t.Context(), made); !errors.Is(err, broken) {
		t.Errorf("the first is told %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a fault is hidden")
			}
		}()
		src.Overview(t.Context(), made)
	}()
	fails = false
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := src.Overview(gone, made); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("one who has left is told %v", err)
	}
	if _, err := src.Overview(t.Context(), made); err != nil {
		t.Errorf("the next is told %v", err)
	}
	if n := c.asked.Load(); n != 3 {
		t.Errorf("it is read %d times: one who leaves takes the reading along", n)
	}
}

// Who waits for another's reading need not wait when they leave.
func TestWhoLeavesDoesNotWait(t *testing.T) {
	held, begun := make(chan struct{}), make(chan struct{})
	c := &counting{read: func(context.Context) error { close(begun); <-held; return nil }}
	src := c.shared()
	var wg sync.WaitGroup
	wg.Go(func() { src.Overview(t.Context(), made) })
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := src.Overview(ctx, made); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(held)
	wg.Wait()
}

// Two boards on one source, whatever is pressed on them, leave what they share as
// it was read; and what one may not read the other still can.
func TestBoardsLeaveWhatTheyShareAsItIs(t *testing.T) {
	a := newScreen(t, "exercise", 140, 40)
	version := uint64(0)
	src := shareOf(a, func() uint64 { return version })
	a.src.Source = src.As("ana", data.Lead)
	eve := &screen{t: t, path: a.path, now: a.now, store: a.store, src: &source{Source: src.As("eve", data.Viewer)}}
	eve.start(Config{Source: eve.src, Actor: "eve", Role: data.Viewer, Now: eve.clock}, 140, 40)
	rnd := rand.New(rand.NewPCG(1, 2))
	compared := map[reflect.Type]bool{}
	for range 12 {
		for _, s := range []*screen{eve, a} {
			for range 15 {
				s.press(keys[rnd.IntN(20)], "esc")
			}
			view := s.m.views()[rnd.IntN(len(s.m.views()))]
			s.view(view.name).press("j", "j", "enter", "esc", "esc", "esc")
			for question, kept := range src.kept {
				compared[reflect.TypeOf(question.what)] = true
				if fresh := asked(t, a, question); !reflect.DeepEqual(kept.is, fresh) {
					t.Fatalf("%#v was changed in the %s view", question, view.name)
				}
			}
		}
		a.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "for counsel", "private": "true"}})
		version++
		a.send(changedMsg{})
		eve.send(changedMsg{})
	}
	if len(compared) < 6 {
		t.Errorf("only %v were compared", compared)
	}
}

// asked asks the store itself what was asked of a shared source.
func asked(t *testing.T, s *screen, question question) any {
	t.Helper()
	var is any
	var err error
	ctx, src := t.Context(), s.store.As("", question.clearance)
	switch q := question.what.(type) {
	case askOverview:
		is, err = src.Overview(ctx, time.Unix(q.second, 0))
	case askActions:
		is, err = src.Actions(ctx, data.ActionQuery{All: q.all, Down: q.down, Sort: q.sort}, q.on, q.before, q.limit)
	case askList:
		is, err = src.List(ctx, q.kind)
	case askFigures:
		is, err = src.Figures(ctx)
	case askLatest:
		is, err = src.Latest(ctx, q.limit)
	case askClaims:
		is, err = src.Claims(ctx, q.key)
	case askGet:
		is, err = src.Get(ctx, q.ref)
	case askHistory:
		is, err = src.History(ctx, q.ref)
	case askLog:
		is, err = src.Log(ctx, q.seq, q.limit)
	case askTrend:
		is, err = src.Trend(ctx, time.Unix(q.from, 0), time.Unix(q.to, 0))
	case askNews:
		is, err = src.News(ctx, q.after)
	case askParty:
		is, err = src.ThirdParty(ctx, time.Unix(q.second, 0))
	case askDelta:
		is, err = s.store.As(q.me, question.clearance).Delta(ctx, q.after)
	default:
		err = fmt.Errorf("%T is not known here", question.what)
	}
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// What is news to each is what it would be if each asked alone.
func TestWhatIsNewsToEachIsShared(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	head, err := s.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.records("ben", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "for counsel", "private": "true"}})
	s.records("ben", data.Changed{Ref: "A-51", Changes: []data.Change{{Field: "owner", Now: "ben"}}})
	s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "for all"}})
	src := shareOf(s, func() uint64 { return 1 })
	for _, me := range []data.Actor{"ana", "ben", "maria", "eve", "ben", ""} {
		for _, role := range []data.Role{data.Viewer, data.Responder, data.Lead} {
			got, err := src.As(me, role).Delta(t.Context(), head.Seq)
			want, wantErr := s.store.As(me, role).Delta(t.Context(), head.Seq)
			if err != nil || wantErr != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s as %s is told %v, not %v (%v, %v)", me, role, got, want, err, wantErr)
			}
		}
	}
	if n := len(src.kept); n != 6 { // nobody, ben and maria; with and without what is private
		t.Errorf("it is read %d times", n)
	}
}

// What was read for a lead goes to a responder, who may read the same, and not to a
// viewer, whoever asks first.
func TestOnlyThoseShareWhoMayReadTheSame(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.records("ben", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "for counsel", "private": "true"}})
	for _, first := range []data.Role{data.Lead, data.Viewer} {
		src := shareOf(s, func() uint64 { return 1 })
		src.As("ana", first).Get(t.Context(), "N-1")
		src.As("ana", first).List(t.Context(), data.KindNote)
		got := map[data.Role]data.Entity{}
		for role, want := range map[data.Role]int{data.Viewer: 0, data.Responder: 1, data.Lead: 1} {
			var err error
			if got[role], err = src.As("eve", role).Get(t.Context(), "N-1"); (err == nil) != (want > 0) {
				t.Errorf("after a %s, a %s is told %v", first, role, err)
			}
			if all, err := src.As("eve", role).List(t.Context(), data.KindNote); err != nil || len(all) != want {
				t.Errorf("after a %s, a %s reads %d notes, %v", first, role, len(all), err)
			}
		}
		if got[data.Lead] != got[data.Responder] {
			t.Error("a lead and a responder do not share")
		}
	}
}
