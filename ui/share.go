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

// Share returns what gives each person a source of their own, and asks once for what
// many of them ask of the same state of the file: what a change makes two hundred
// boards read is read once. Only those share who may read the same. as returns the file
// as a person may read it. version counts the changes of the file: it must have counted
// one before anybody is told of it, so that nobody is shown less than what they were
// told of. What the sources return is shared, and nobody may change it.
func Share(as func(actor data.Actor, role data.Role) Source, version func() uint64) *Shared {
	return &Shared{as: as, version: version, kept: map[question]*answer{}}
}

// Shared keeps the answers that the sources of many people share.
type Shared struct {
	as      func(data.Actor, data.Role) Source
	version func() uint64

	mu   sync.Mutex
	at   uint64 // the version that the answers are of
	kept map[question]*answer
}

// As returns the source of a person with a role.
func (s *Shared) As(actor data.Actor, role data.Role) Source {
	return &sharing{Source: s.as(actor, role), of: s, actor: actor, role: role}
}

// A sharing source is one person's.
type sharing struct {
	Source
	of    *Shared
	actor data.Actor
	role  data.Role
}

// A question is asked by those who have the same clearance.
type question struct {
	clearance data.Role
	what      any
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
	askParty struct{ second int64 }
	askDelta struct {
		after int64
		me    data.Actor // "" is nobody
	}
)

// errAway says that who was to answer did not come back.
var errAway = errors.New("the file could not be read")

// once returns the answer to a question, which is asked once for each state of the
// file. Who asks first reads for all, and does so to the end.
func once[T any](ctx context.Context, s *sharing, what any, read func(ctx context.Context) (T, error)) (T, error) {
	var none T
	if err := s.Reachable(); err != nil { // what is kept is not what is in the file
		return none, err
	}
	asked := question{s.role.Clearance(), what}
	a, first := s.of.answer(asked)
	if first {
		func() {
			defer close(a.done)
			defer func() {
				if a.err != nil {
					s.of.forget(asked, a)
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
func (s *Shared) answer(asked question) (a *answer, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.version(); v != s.at || len(s.kept) >= mostShared {
		clear(s.kept)
		s.at = v
	}
	a = s.kept[asked]
	if a == nil {
		a, first = &answer{done: make(chan struct{})}, true
		s.kept[asked] = a
	}
	return a, first
}

// forget leaves a question to the next who asks.
func (s *Shared) forget(asked question, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept[asked] == a {
		delete(s.kept, asked)
	}
}

// Overview is that of the second of now: what is late is counted in seconds.
func (s *sharing) Overview(ctx context.Context, now time.Time) (*data.Overview, error) {
	now = now.Truncate(time.Second)
	return once(ctx, s, askOverview{now.Unix()}, func(ctx context.Context) (*data.Overview, error) { return s.Source.Overview(ctx, now) })
}

// Actions shares what is asked without a filter, which may speak of me and of now.
func (s *sharing) Actions(ctx context.Context, q data.ActionQuery, on data.Ref, before, limit int) (data.Window[*data.Action], error) {
	if !q.Filter.Empty() {
		return s.Source.Actions(ctx, q, on, before, limit)
	}
	what := askActions{q.All, q.Down, q.Sort, on, before, limit}
	return once(ctx, s, what, func(ctx context.Context) (data.Window[*data.Action], error) {
		return s.Source.Actions(ctx, q, on, before, limit)
	})
}

func (s *sharing) List(ctx context.Context, k data.Kind) ([]data.Entity, error) {
	return once(ctx, s, askList{k}, func(ctx context.Context) ([]data.Entity, error) { return s.Source.List(ctx, k) })
}

func (s *sharing) Figures(ctx context.Context) ([]*data.Claim, error) {
	return once(ctx, s, askFigures{}, s.Source.Figures)
}

func (s *sharing) Latest(ctx context.Context, limit int) ([]data.Entity, error) {
	return once(ctx, s, askLatest{limit}, func(ctx context.Context) ([]data.Entity, error) { return s.Source.Latest(ctx, limit) })
}

func (s *sharing) Claims(ctx context.Context, key data.FigureKey) ([]*data.Claim, error) {
	return once(ctx, s, askClaims{key}, func(ctx context.Context) ([]*data.Claim, error) { return s.Source.Claims(ctx, key) })
}

func (s *sharing) Get(ctx context.Context, ref data.Ref) (data.Entity, error) {
	return once(ctx, s, askGet{ref}, func(ctx context.Context) (data.Entity, error) { return s.Source.Get(ctx, ref) })
}

func (s *sharing) History(ctx context.Context, ref data.Ref) ([]data.Event, error) {
	return once(ctx, s, askHistory{ref}, func(ctx context.Context) ([]data.Event, error) { return s.Source.History(ctx, ref) })
}

func (s *sharing) Log(ctx context.Context, seq int64, limit int) (data.LogPage, error) {
	return once(ctx, s, askLog{seq, limit}, func(ctx context.Context) (data.LogPage, error) { return s.Source.Log(ctx, seq, limit) })
}

// Trend is by days in UTC.
func (s *sharing) Trend(ctx context.Context, from, to time.Time) (data.Trend, error) {
	day := func(t time.Time) int64 { return t.UTC().Truncate(24 * time.Hour).Unix() }
	return once(ctx, s, askTrend{day(from), day(to)}, func(ctx context.Context) (data.Trend, error) { return s.Source.Trend(ctx, from, to) })
}

// ThirdParty is that of the second of now, as the overview is.
func (s *sharing) ThirdParty(ctx context.Context, now time.Time) (*data.ThirdParty, error) {
	now = now.Truncate(time.Second)
	return once(ctx, s, askParty{now.Unix()}, func(ctx context.Context) (*data.ThirdParty, error) { return s.Source.ThirdParty(ctx, now) })
}

func (s *sharing) News(ctx context.Context, after int64) (data.News, error) {
	return once(ctx, s, askNews{after}, func(ctx context.Context) (data.News, error) { return s.Source.News(ctx, after) })
}

// Delta shares what is news to all but those who have changed something.
func (s *sharing) Delta(ctx context.Context, after int64) (*data.Delta, error) {
	ask := func(me data.Actor) (*data.Delta, error) {
		return once(ctx, s, askDelta{after, me}, func(ctx context.Context) (*data.Delta, error) {
			return s.of.as(me, s.role).Delta(ctx, after)
		})
	}
	d, err := ask("")
	if err != nil {
		return nil, err
	}
	if mine, ok := d.For(s.actor); ok {
		return mine, nil
	}
	return ask(s.actor)
}
