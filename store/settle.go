package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"warroom/data"
)

// unsettled is the error of a COMMIT: what it was to record may be there.
type unsettled struct{ error }

// Unwrap returns the cause.
func (u *unsettled) Unwrap() error { return u.error }

// settle finds out, after a commit that failed, what was recorded: the events'
// ids say so. The file is reopened first: after a failed write the connection
// is not to be trusted.
func (w *writer) settle(ctx context.Context, group []*request, cause error) {
	w.disconnect()
	open := new(unsettled)
	err := w.connect(ctx)
	if err == nil && errors.As(cause, &open) {
		err = w.fence(ctx)
	}
	for _, r := range group {
		if r.err != nil || r.events != nil {
			continue // refused, or there before
		}
		if err != nil {
			r.err = whether(cause, err, w.s.path)
			continue
		}
		events, err := w.look(ctx, r)
		switch {
		case err != nil && ofFile(err):
			r.err = whether(cause, err, w.s.path)
		case err != nil:
			r.err = err
		case events != nil:
			r.events = events
			if !errors.As(cause, &open) {
				r.rows = nil // it was there before: there is nothing to tell
			}
		case len(group) > 1 && isTheirs(cause):
			// One of the group is at fault: each for itself, then.
			if err := w.commit(ctx, []*request{r}); err != nil {
				w.settle(ctx, []*request{r}, err)
			}
		case isDuplicate(cause):
			r.rows, r.err = nil, data.Refuse("part of this was recorded before; nothing was added")
		default:
			r.err = notRecorded(cause, w.s.path)
		}
	}
}

// look returns the events of a request as they stand in the log, or nil.
func (w *writer) look(ctx context.Context, r *request) ([]data.Event, error) {
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	return w.recorded(ctx, w.conn, r)
}

// fence commits what changes nothing, unless another program has upgraded the file. A
// commit whose sync failed is not in the log, but it is in the WAL, and is in the log once
// somebody reads the WAL anew. After the fence that cannot happen any more, and what is in
// the log is on the disk.
func (w *writer) fence(ctx context.Context) error {
	return w.conn.inTx(ctx, func() error {
		if err := checkNumber(ctx, w.conn, "nothing was recorded"); err != nil {
			return err
		}
		return w.conn.exec(ctx, ours.pragma())
	})
}

// whether says what is known of a request, the commit of which failed with
// cause, if the file cannot be asked because of err.
func whether(cause, err error, path string) error {
	open := new(unsettled)
	switch {
	case isBusy(cause):
		return notRecorded(cause, path)
	case errors.As(cause, &open) && isFull(cause) && isFull(err):
		// There was no room for a single page: nothing is in the WAL.
		return notRecorded(cause, path)
	}
	return unknown(cause, path)
}

func unknown(cause error, path string) error {
	return &data.Error{Class: data.Failed, Err: cause,
		What: "it is not known whether this was recorded: " + explain(cause, path).Error(),
		Hint: "look with warroom log before you repeat it"}
}

// notRecorded is the error of a request of which nothing was recorded. Refusals
// say so by themselves.
func notRecorded(cause error, path string) error {
	var ours *data.Error
	var conflict *data.ConflictError
	if errors.As(cause, &ours) || errors.As(cause, &conflict) {
		return cause
	}
	e := explain(cause, path)
	if errors.As(e, &ours) {
		c := *ours
		c.What = "nothing was recorded: " + c.What
		return &c
	}
	return fmt.Errorf("nothing was recorded: %w", e)
}

// recorded returns the events of a request as they stand in the log, or nil if
// not all of them are there. An event that is there and says something else is
// an error for people.
func (w *writer) recorded(ctx context.Context, q querier, r *request) ([]data.Event, error) {
	var all []data.Event
	for _, o := range r.offers {
		found, err := collect(ctx, q, scanEvent, pickEvent+`WHERE id = ?`, o.ID)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		same, err := sameContent(ctx, q, o, found[0])
		if err != nil {
			return nil, err
		}
		if !same {
			e := data.Refuse("event %d has this id already and says something else; nothing was added", found[0].Seq).
				WithHint("offer it under an id of its own")
			e.Err = data.ErrTaken
			return nil, e
		}
		all = append(all, found[0])
	}
	return all, nil
}

// sameContent reports whether an event is what o offers, or what a redaction
// left of it.
func sameContent(ctx context.Context, q querier, o Offer, e data.Event) (bool, error) {
	if o.Body == nil || data.Actor(data.Line(string(o.By))) != e.By || o.Body.Kind() != e.Body.Kind() {
		return false, nil
	}
	mine, err := data.EncodeBody(o.Body)
	if err != nil {
		return false, err
	}
	there, err := data.EncodeBody(e.Body)
	if err != nil || bytes.Equal(mine, there) {
		return err == nil, err
	}
	masked, err := collect(ctx, q, scanInt, `SELECT salt IS NULL FROM event WHERE seq = ?`, e.Seq)
	if err != nil || masked[0] == 0 {
		return false, err
	}
	red, err := data.Redact(data.Event{Seq: e.Seq, Ref: e.Ref, Body: o.Body}, "")
	return bytes.Equal(red.Body, there), err
}

// ofFile tells an error of the file from one of the request.
func ofFile(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// isTheirs reports whether a commit failed for something that a request brought.
func isTheirs(err error) bool {
	var sq *sqlite.Error
	return !ofFile(err) || errors.As(err, &sq) && sq.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}

func isFull(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) && sq.Code()&0xff == sqlite3.SQLITE_FULL
}

func isBusy(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) && sq.Code()&0xff == sqlite3.SQLITE_BUSY
}

// isDuplicate reports whether the log refused an event for an id that it has.
func isDuplicate(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) && sq.Code() == sqlite3.SQLITE_CONSTRAINT_TRIGGER
}
