package ui

import (
	"errors"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

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

// last returns what is kept, or an error that says that nothing is.
func (s Seen) last() (data.Seen, error) {
	if s.Last == nil {
		return data.Seen{}, ErrNotKept
	}
	return s.Last()
}

// readDelta adds to a reading what others have changed since the person looked.
// That it is not known what was seen keeps nothing else from being shown.
func (m *Model) readDelta(l *loaded, last data.Seen, now time.Time) error {
	if l.seenErr == nil {
		l.seen, l.seenErr = m.cfg.Seen.Begin(last, l.overview.Seq, now)
	}
	if l.seenErr != nil {
		return nil
	}
	var err error
	l.delta, err = m.src.Delta(m.ctx, l.seen.Seq)
	return err
}

// reseen reads again what is new after a command, which may have said that
// something is seen: that is no change of the file.
func (m *Model) reseen() tea.Cmd {
	if m.cfg.Seen.Last == nil {
		return nil
	}
	return m.load()
}

// changes says how much others have changed since the person looked, or "".
func (m *Model) changes() string {
	v := m.view
	n, more := v.Delta.Count()
	if n == 0 {
		return ""
	}
	count := strconv.Itoa(min(n, 999))
	if more {
		count += "+"
	}
	s := v.Theme.Symbols.Delta + " " + count
	switch {
	case m.width >= largeWidth:
		s += " changed since you looked"
	case m.width >= pairWidth:
		s += " changed"
	}
	return v.Theme.Strong.Paint(s)
}

// ErrNotKept says that there is no place for what a person has seen.
var ErrNotKept = errors.New("what you have seen is not kept here")
