package ui

import (
	"errors"
	"time"

	"warroom/data"
)

// A Seen keeps how far into the log of one incident one person has looked. The
// zero Seen keeps nothing, and nothing is ever new then.
type Seen struct {
	Last func() (data.Seen, error) // the zero data.Seen if nothing is kept
	Keep func(data.Seen) error     // in the place of what was kept
}

// Begin returns what was kept last, in a log that ends at head. For somebody who
// looks for the first time all of it counts as seen, and that is kept; so does
// it where the log is shorter than what was seen, because an older copy of the
// file was put in its place. last must have been read before head.
func (s Seen) Begin(last data.Seen, head int64, now time.Time) (data.Seen, error) {
	if !last.At.IsZero() && last.Seq <= head {
		return last, nil
	}
	first := data.Seen{Seq: head, At: now}
	err := s.Keep(first)
	first.First = true
	return first, err
}

// Mark keeps that the person has seen the log up to a position, unless more of
// it was seen already.
func (s Seen) Mark(seq int64, now time.Time) error {
	last, err := s.Last()
	if err != nil || last.Seq > seq {
		return err
	}
	return s.Keep(data.Seen{Seq: seq, At: now})
}

// ErrNotKept says that there is no place for what a person has seen.
var ErrNotKept = errors.New("what you have seen is not kept here")
