package ui

import (
	"context"
	"errors"
	"sync"
	"time"

	"warroom/data"
)

// mostShared is how many answers are kept for a state of the file.
const mostShared = 128

// Share returns a source that asks src once for what many ask of the same state
// of the file: what a change makes two hundred boards read is read once. version
// counts the changes of src: it must have counted one before anybody is told of
// it, so that nobody is shown less than what they were told of. What it returns is
// shared, and nobody may change it.
func Share(src Source, version func() uint64) Source {
	return &shared{Source: src, version: version, kept: map[any]*answer{}}
}

type shared struct {
	Source
	version func() uint64

	mu   sync.Mutex
	at   uint64          // the version that the answers are of
	kept map[any]*answer // by what was asked
}

// An answer is what the source says, for all who ask while it is looked for, and
// later.
type answer struct {
	done chan struct{} // closed when the rest is there
	is   any
	err  error
}

// The questions that are shared.
type (
	askOverview struct{ second int64 }
	askActions  struct {
		all, down     bool
		sort          string
		on            data.Ref
		before, limit int
	}
	askList    struct{ kind data.Kind }
	askFigures struct{}
	askLatest  struct{ limit int }
	askClaims  struct{ key data.FigureKey }
	askGet     struct{ ref data.Ref }
	askHistory struct{ ref data.Ref }
	askLog     struct {
		seq   int64
		limit int
	}
	askTrend struct {
		from, to int64
	}
	askNews  struct{ after int64 }
	askDelta struct {
		after   int64
		me      data.Actor // "" is nobody
		private bool       // what is private is theirs to know
	}
)

// errAway says that who was to answer did not come back.
var errAway = errors.New("the file could not be read")

// once returns the answer to a question, which is asked once for each state of the
// file. Who asks first reads for all, and does so to the end.
func once[T any](ctx context.Context, s *shared, question any, read func(ctx context.Context) (T, error)) (T, error) {
	var none T
	if err := s.Reachable(); err != nil { // what is kept is not what is in the file
		return none, err
	}
	a, first := s.answer(question)
	if first {
		func() {
			defer close(a.done)
			defer func() {
				if a.err != nil {
					s.forget(question, a)
				}
			}()
			a.err = errAway // if it panics
			a.is, a.err = read(context.WithoutCancel(ctx))
		}()
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	is, _ := a.is.(T)
	return is, a.err
}

// answer returns the answer to a question, and whether the caller must find it.
func (s *shared) answer(question any) (a *answer, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.version(); v != s.at || len(s.kept) >= mostShared {
		clear(s.kept)
		s.at = v
	}
	a = s.kept[question]
	if a == nil {
		a, first = &answer{done: make(chan struct{})}, true
		s.kept[question] = a
	}
	return a, first
}

// forget leaves a question to the next who asks.
func (s *shared) forget(question any, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept[question] == a {
		delete(s.kept, question)
	}
}

// Overview is that of the second of now: what is late is counted in seconds.
func (s *shared) Overview(ctx context.Context, now time.Time) (*data.Overview, error) {
	now = now.Truncate(time.Second)
	return once(ctx, s, askOverview{now.Unix()}, func(ctx context.Context) (*data.Overview, error) { return s.Source.Overview(ctx, now) })
}

// Actions shares what is asked without a filter, which may speak of me and of now.
func (s *shared) Actions(ctx context.Context, q data.ActionQuery, on data.Ref, before, limit int) (data.Window[*data.Action], error) {
	if !q.Filter.Empty() {
		return s.Source.Actions(ctx, q, on, before, limit)
	}
	question := askActions{q.All, q.Down, q.Sort, on, before, limit}
	return once(ctx, s, question, func(ctx context.Context) (data.Window[*data.Action], error) {
		return s.Source.Actions(ctx, q, on, before, limit)
	})
}

func (s *shared) List(ctx context.Context, k data.Kind) ([]data.Entity, error) {
	return once(ctx, s, askList{k}, func(ctx context.Context) ([]data.Entity, error) { return s.Source.List(ctx, k) })
}

func (s *shared) Figures(ctx context.Context) ([]*data.Claim, error) {
	return once(ctx, s, askFigures{}, s.Source.Figures)
}

func (s *shared) Latest(ctx context.Context, limit int) ([]data.Entity, error) {
	return once(ctx, s, askLatest{limit}, func(ctx context.Context) ([]data.Entity, error) { return s.Source.Latest(ctx, limit) })
}

func (s *shared) Claims(ctx context.Context, key data.FigureKey) ([]*data.Claim, error) {
	return once(ctx, s, askClaims{key}, func(ctx context.Context) ([]*data.Claim, error) { return s.Source.Claims(ctx, key) })
}

func (s *shared) Get(ctx context.Context, ref data.Ref) (data.Entity, error) {
	return once(ctx, s, askGet{ref}, func(ctx context.Context) (data.Entity, error) { return s.Source.Get(ctx, ref) })
}

func (s *shared) History(ctx context.Context, ref data.Ref) ([]data.Event, error) {
	return once(ctx, s, askHistory{ref}, func(ctx context.Context) ([]data.Event, error) { return s.Source.History(ctx, ref) })
}

func (s *shared) Log(ctx context.Context, seq int64, limit int) ([]data.Entry, error) {
	return once(ctx, s, askLog{seq, limit}, func(ctx context.Context) ([]data.Entry, error) { return s.Source.Log(ctx, seq, limit) })
}

// Trend is by days in UTC.
func (s *shared) Trend(ctx context.Context, from, to time.Time) (data.Trend, error) {
	day := func(t time.Time) int64 { return t.UTC().Truncate(24 * time.Hour).Unix() }
	return once(ctx, s, askTrend{day(from), day(to)}, func(ctx context.Context) (data.Trend, error) { return s.Source.Trend(ctx, from, to) })
}

func (s *shared) News(ctx context.Context, after int64) (data.News, error) {
	return once(ctx, s, askNews{after}, func(ctx context.Context) (data.News, error) { return s.Source.News(ctx, after) })
}

// Delta shares what is news to all but those who have changed something.
func (s *shared) Delta(ctx context.Context, after int64, me data.Actor, role data.Role) (*data.Delta, error) {
	ask := func(me data.Actor) (*data.Delta, error) {
		return once(ctx, s, askDelta{after, me, role.Has(data.ReadingPrivate)}, func(ctx context.Context) (*data.Delta, error) {
			return s.Source.Delta(ctx, after, me, role)
		})
	}
	d, err := ask("")
	if err != nil {
		return nil, err
	}
	if mine, ok := d.For(me); ok {
		return mine, nil
	}
	return ask(me)
}
