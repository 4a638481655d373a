package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"warroom/data"
)

// commit records what may be recorded of a group. After an error none of it is
// recorded, except that with one of type unsettled all of it may be.
func (w *writer) commit(ctx context.Context, group []*request) (err error) {
	committing := false
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("recording failed: %v", p)
		}
		if err != nil && committing {
			err = &unsettled{err}
		}
	}()
	if err := w.connect(ctx); err != nil {
		return err
	}
	if err := w.conn.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.conn.exec(ctx, `ROLLBACK`)
			w.forget()
		}
	}()
	w.pending = nil
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	var fresh []*request
	for _, r := range group {
		r.err, r.rows = nil, nil
		if err := w.fold(ctx, r); err != nil {
			return err
		}
		if r.rows != nil {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) == 0 {
		w.conn.exec(ctx, `ROLLBACK`)
		return nil
	}
	if err := w.write(ctx, fresh); err != nil {
		return err
	}
	committing = true
	if err := w.conn.exec(ctx, `COMMIT`); err != nil {
		return err
	}
	w.committed(ctx, fresh)
	return nil
}

// write writes requests to the log, and what they touched to the tables.
func (w *writer) write(ctx context.Context, fresh []*request) error {
	for _, r := range fresh {
		if err := w.append(ctx, r.rows); err != nil {
			return err
		}
	}
	exec := func(query string, args ...any) error { return w.conn.exec(ctx, query, args...) }
	return project(w.state, w.state.TakeTouched(), exec)
}

// committed tells requests that they are recorded.
func (w *writer) committed(ctx context.Context, fresh []*request) {
	masked := false
	for _, r := range fresh {
		for _, row := range r.rows {
			r.events = append(r.events, *row.event)
			masked = masked || row.event.Body.Kind() == data.KindRedacted
		}
	}
	w.s.heads.note(w.head)
	if masked || w.unclean {
		w.scrub(ctx)
	}
}

// scrub removes what was masked from where nobody reads it. SQLite overwrites
// what it deletes, but when pages split or merge, copies of rows that moved stay
// behind: the file is written anew. If that fails, it is done after the next
// commit, or when the writer ends. Then the WAL is emptied; where a reader is in
// the way, it is when the last one closes the file.
func (w *writer) scrub(ctx context.Context) {
	w.unclean = true
	err := w.connect(ctx)
	if err == nil {
		err = w.conn.exec(ctx, `VACUUM`)
	}
	if err != nil {
		w.disconnect()
		return
	}
	w.unclean = false
	w.conn.exec(ctx, `PRAGMA busy_timeout = 0`)
	w.conn.exec(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	w.conn.exec(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, w.s.opts.Busy.Milliseconds()))
}

// catchUp makes state that of the log's end, as this transaction sees it.
func (w *writer) catchUp(ctx context.Context) error {
	versions, err := collect(ctx, w.conn, scanInt, `PRAGMA data_version`)
	if err != nil {
		return err
	}
	version := versions[0]
	if w.state != nil && w.version == version && w.state.Size() < maxMemory {
		return nil
	}
	// Whoever has upgraded the file meanwhile has changed it.
	if err := checkNumber(ctx, w.conn, "nothing was recorded"); err != nil {
		return err
	}
	head, err := readHead(ctx, w.conn)
	if err != nil {
		return err
	}
	newer, err := collect(ctx, w.conn, scanInt, `SELECT seq FROM newer ORDER BY seq LIMIT 1`)
	if err != nil {
		return err
	}
	w.newer = 0
	if len(newer) > 0 {
		w.newer = newer[0]
	}
	w.version, w.head = version, head
	w.state = data.NewState(folding{loader{ctx, w.conn}, w}, head.Seq)
	return nil
}

// folding is the loader of the writer's state. The tables lag behind the state
// in what the state remembers; the log lags behind it in what is pending.
type folding struct {
	loader
	w *writer
}

// History implements [data.Loader].
func (f folding) History(ref data.Ref) ([]data.Event, error) {
	all, err := f.loader.History(ref)
	if err != nil {
		return nil, err
	}
	for _, row := range f.w.pending {
		if row.event.Ref == ref {
			all = append(all, *row.event)
		}
		red, ok := row.event.Body.(data.Redacted)
		if i := slices.IndexFunc(all, func(e data.Event) bool { return ok && e.Seq == red.Event }); i >= 0 {
			if all[i].Body, err = data.DecodeBody(red.Of, red.Body); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// fold applies the offers of a request to the state and makes their rows. A
// refusal goes to the request, and the state is as it was; an error of the file
// is returned.
func (w *writer) fold(ctx context.Context, r *request) error {
	w.state.Mark()
	before, settled := w.head, len(w.pending)
	for _, o := range r.offers {
		row, err := w.foldOne(ctx, o)
		if err != nil {
			w.state.Rollback()
			w.head, w.pending, r.rows = before, w.pending[:settled], nil
			if ofFile(err) {
				return err
			}
			r.err = notRecorded(err, w.s.path)
			break
		}
		r.rows, w.pending = append(r.rows, row), append(w.pending, row)
	}
	if r.err == nil {
		return nil
	}
	// An event offered again is refused as "already so": it is already there.
	events, err := w.recorded(ctx, w.conn, r)
	switch {
	case err != nil && ofFile(err):
		return err
	case err != nil:
		r.err = err
	case events != nil:
		r.events, r.err = events, nil
	}
	return nil
}

func (w *writer) foldOne(ctx context.Context, o Offer) (eventRow, error) {
	switch o.Body.(type) {
	case data.Made, data.Changed, data.Redacted:
	default: // a pointer would pass for none of them
		return eventRow{}, fmt.Errorf("%T is no body of an event", o.Body)
	}
	if _, masks := o.Body.(data.Redacted); w.newer > 0 && !masks {
		return eventRow{}, data.Refuse("nothing was recorded: this warroom does not know what event %d means", w.newer).
			WithHint("it was %s: record it with that one; here only a redaction is taken", data.NewerWords)
	}
	o.By = data.Actor(data.Line(string(o.By)))
	if err := data.Permit(w.state, o.Role, o.Body); err != nil {
		return eventRow{}, err
	}
	if err := o.Body.Check(w.state); err != nil {
		return eventRow{}, w.blame(ctx, data.ByRule(err))
	}
	if red, ok := o.Body.(data.Redacted); ok {
		if err := w.checkMask(ctx, red); err != nil {
			return eventRow{}, err
		}
	}
	at := o.At
	if at.IsZero() {
		at = w.s.opts.Now()
	}
	at = at.UTC().Truncate(time.Millisecond) // as the log stores it
	e := &data.Event{Seq: w.head.Seq + 1, ID: o.ID, At: at, By: o.By, Body: o.Body}
	if err := w.state.Apply(e); err != nil {
		return eventRow{}, err
	}
	row, err := seal(e, w.head.Hash)
	if err == nil {
		w.head = Head{e.Seq, row.hash}
	}
	return row, err
}

// seal makes the row of an event that follows one with hash prev.
func seal(e *data.Event, prev Hash) (row eventRow, err error) {
	if year := e.At.UTC().Year(); year < 1 || year > 9999 { // the log could not be read again
		return row, data.Refuse("nothing was recorded: the clock says year %d", year).WithHint("set the clock of this machine")
	}
	row = eventRow{event: e, at: formatTime(e.At), salt: newSalt()}
	if row.body, err = data.EncodeBody(e.Body); err != nil {
		return row, err
	}
	row.digest = digest(row.salt, row.body)
	row.hash = link(prev, e, row.at, row.digest)
	return row, nil
}

// blame adds to a conflict who changed the field, and returns it.
func (w *writer) blame(ctx context.Context, err error) error {
	var conflict *data.ConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	key := conflict.Field.Key
	for _, row := range slices.Backward(w.pending) {
		if row.event.Ref == conflict.Ref && row.event.Says(key) {
			conflict.Blame(*row.event)
			return err
		}
	}
	last, failed := said(ctx, w.conn, conflict.Ref, key, w.head.Seq)
	if failed != nil {
		return failed
	}
	conflict.Blame(last)
	return err
}

// checkMask refuses a redaction that would put anything but the masked content
// in the place of an event's.
func (w *writer) checkMask(ctx context.Context, red data.Redacted) error {
	found, err := collect(ctx, w.conn, scanEvent, pickEvent+`WHERE seq = ?`, red.Event)
	if err != nil {
		return err
	}
	for _, row := range w.pending {
		if row.event.Seq == red.Event {
			found = append(found, *row.event)
		}
	}
	if len(found) == 0 {
		return fmt.Errorf("there is no event %d", red.Event)
	}
	want, err := data.Redact(found[0], red.Why)
	if err != nil {
		return err
	}
	if red.Item != want.Item || red.Of != want.Of || !bytes.Equal(red.Body, want.Body) {
		return data.Refuse("this is not what masking leaves of event %d", red.Event)
	}
	return nil
}

const insertEvent = `INSERT INTO event (seq, id, at, "by", ref, kind, body, salt, digest, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// values returns what insertEvent takes.
func (row *eventRow) values() []any {
	e := row.event
	return []any{e.Seq, e.ID, row.at, string(e.By), string(e.Ref), e.Body.Kind(), string(row.body), row.salt, row.digest[:], row.hash[:]}
}

// append writes events to the log, and masks what a redaction among them names.
func (w *writer) append(ctx context.Context, rows []eventRow) error {
	for _, row := range rows {
		e := row.event
		if err := w.conn.exec(ctx, insertEvent, row.values()...); err != nil {
			return err
		}
		if red, ok := e.Body.(data.Redacted); ok {
			if err := w.conn.exec(ctx, `UPDATE event SET body = ?, salt = NULL WHERE seq = ?`, string(red.Body), red.Event); err != nil {
				return err
			}
		}
	}
	return nil
}
