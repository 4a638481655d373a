package cli

import (
	"context"
	"fmt"

	"warroom/data"
	"warroom/store"
)

// conflicts are all the fields of one request that others changed meanwhile. Who
// forces the request overwrites all of them, and so is told of all.
type conflicts struct {
	all   []*data.ConflictError
	board string // what to do about it on the board, if that is not what BoardHint says
}

// Error implements error.
func (c *conflicts) Error() string { return c.all[0].Error() }

// Unwrap returns the first one.
func (c *conflicts) Unwrap() error { return c.all[0] }

// collide returns the error of a request that met a conflict: this one, and what
// else in it is one by now. Seen is up to where the person looked, or 0.
func (e *env) collide(ctx context.Context, s *store.View, bodies []data.Body, first *data.ConflictError, seen int64) error {
	all := []*data.ConflictError{first}
	for _, b := range bodies {
		c, ok := b.(data.Changed)
		if !ok {
			continue
		}
		item, err := s.Get(ctx, c.Ref)
		if err != nil {
			return err
		}
		for _, more := range c.Conflicts(item) {
			if more.Ref == first.Ref && more.Field == first.Field {
				continue
			}
			last, err := s.Said(ctx, more.Ref, more.Field.Key, 0)
			if err != nil {
				return err
			}
			more.Blame(last)
			all = append(all, more)
		}
	}
	for _, c := range all {
		c.Seen = seen
	}
	return &conflicts{all: all}
}

// conflicts tells the person of conflicts: what was seen, what is there and who
// put it there, what was wanted.
func (e *env) conflicts(met *conflicts) {
	now := e.now()
	for _, c := range met.all {
		fmt.Fprintf(e.errw, "warroom: %s\n", c.Words(now))
		for _, v := range []struct{ what, value string }{{"base", c.Base}, {"theirs", c.Theirs}, {"mine", c.Mine}} {
			printField(e.errw, pad(v.what+":", len("theirs:")), fieldText(c.Field, v.value, now))
		}
	}
	if e.onBoard && met.board != "" {
		e.hint(met.board)
		return
	}
	e.hint(e.hintOf(met))
}
