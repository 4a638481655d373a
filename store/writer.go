package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"warroom/data"
)

// Limits of one group commit, and of what the writer remembers between them.
const (
	maxGroup  = 256
	maxMemory = 50_000 // items and counts
)

// A writer commits what waits in one transaction. One goroutine owns all of it
// but the queue.
type writer struct {
	s      *Store
	mu     sync.Mutex // guards what follows
	queue  chan *request
	done   chan struct{} // closed when the goroutine has ended; nil before the first request
	closed bool

	// What follows belongs to the goroutine.
	db      *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	state   *data.State // what is folded so far; nil if it has to be read anew
	head    Head        // the last event of state
	pending []eventRow  // in state, and not in the log yet
	version int64       // PRAGMA data_version when state was valid
}

// A request is one call of Record: offers that are recorded together or not at
// all.
type request struct {
	offers []Offer
	events []data.Event
	err    error
	done   chan struct{}

	rows []eventRow // the events as the log stores them
}

type eventRow struct {
	event  *data.Event
	at     string
	body   []byte
	salt   []byte
	digest Hash
	hash   Hash
}

func (w *writer) init(s *Store) { w.s = s }

// Record records events as one transaction and returns them as they stand in
// the log. Nothing is recorded if one of them is refused; a [data.ConflictError]
// says that somebody changed the same field meanwhile. An event whose id is in
// the log already is not recorded again, and returned as it stands there; if it
// says something else there, it is refused.
//
// When Record returns without an error the events are on the disk. When its
// error is not one of ours to refuse, it says whether they are.
func (s *Store) Record(ctx context.Context, offers ...Offer) ([]data.Event, error) {
	if s.readOnly != "" {
		return nil, data.Refuse("nothing was recorded: %s", s.readOnly).WithHint("%s", readOnlyHint)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &request{offers: offers, done: make(chan struct{})}
	ids := make(map[string]bool, len(offers))
	for i := range offers {
		if offers[i].ID == "" {
			offers[i].ID = NewID()
		}
		if ids[offers[i].ID] {
			return nil, data.Refuse("nothing was recorded: two events were offered under one id")
		}
		ids[offers[i].ID] = true
	}
	if err := s.writer.send(r); err != nil {
		return nil, err
	}
	<-r.done // a commit under way is not abandoned: its outcome would be unknown
	return r.events, r.err
}

const readOnlyHint = "if it was put there on purpose, warroom verify --accept takes it as it is; else check the file's permissions"

func (w *writer) send(r *request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return data.Refuse("nothing was recorded: the file is closed")
	}
	if w.queue == nil {
		w.queue, w.done = make(chan *request, maxGroup), make(chan struct{})
		queue := w.queue
		data.Go(func() { w.run(queue) }, func(error) {}) // serve has told whoever waits
	}
	w.queue <- r
	return nil
}

// close waits for what is in the queue and ends the goroutine.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	if w.queue != nil {
		close(w.queue)
		w.queue = nil
	}
	done := w.done
	w.mu.Unlock()
	if done != nil {
		<-done
	}
	return nil
}

func (w *writer) run(queue chan *request) {
	defer close(w.done)
	defer w.disconnect()
	var next *request // the first of the next group, if it is there already
	for {
		r := next
		if r == nil {
			var ok bool
			if r, ok = <-queue; !ok {
				return
			}
		}
		var group []*request
		group, next = gather(r, queue)
		w.serve(group)
	}
}

// gather returns r and the requests that wait behind it, as far as they can be
// one group. An event that is in it already is offered again in the next one,
// where it is found in the log.
func gather(r *request, queue <-chan *request) (group []*request, next *request) {
	ids := map[string]bool{}
	for {
		for _, o := range r.offers {
			if ids[o.ID] {
				return group, r
			}
		}
		for _, o := range r.offers {
			ids[o.ID] = true
		}
		if group = append(group, r); len(group) == maxGroup {
			return group, nil
		}
		var ok bool
		select {
		case r, ok = <-queue:
		default:
		}
		if !ok {
			return group, nil
		}
	}
}

// serve commits a group and tells each request its outcome, whatever happens.
func (w *writer) serve(group []*request) {
	defer func() {
		if p := recover(); p != nil {
			for _, r := range group {
				if r.events == nil && r.err == nil {
					r.err = unknown(fmt.Errorf("recording failed: %v", p), w.s.path)
				}
			}
			w.disconnect() // with its transaction
		}
		for _, r := range group {
			close(r.done)
		}
	}()
	ctx := context.Background() // a commit is never cut short
	if err := w.commit(ctx, group); err != nil {
		w.settle(ctx, group, err)
	}
	if slices.ContainsFunc(group, func(r *request) bool { return r.rows != nil && r.err == nil }) {
		w.s.watchers.tell()
	}
}

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
	if err := w.run1(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.run1(ctx, `ROLLBACK`)
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
		w.run1(ctx, `ROLLBACK`)
		return nil
	}
	for _, r := range fresh {
		if err := w.append(ctx, r.rows); err != nil {
			return err
		}
	}
	exec := func(query string, args ...any) error { return w.run1(ctx, query, args...) }
	if err := project(w.state, w.state.TakeTouched(), exec); err != nil {
		return err
	}
	committing = true
	if err := w.run1(ctx, `COMMIT`); err != nil {
		return err
	}
	masked := false
	for _, r := range fresh {
		for _, row := range r.rows {
			r.events = append(r.events, *row.event)
			masked = masked || row.event.Body.Kind() == data.KindRedacted
		}
	}
	w.s.heads.note(w.head)
	if masked {
		w.scrub(ctx)
	}
	return nil
}

// scrub empties the WAL, in which what was just masked may still stand. Where
// a reader is in the way, it is emptied when the last one closes the file.
func (w *writer) scrub(ctx context.Context) {
	w.run1(ctx, `PRAGMA busy_timeout = 0`)
	w.run1(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	w.run1(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, w.s.opts.Busy.Milliseconds()))
}

// catchUp makes state that of the log's end, as this transaction sees it.
func (w *writer) catchUp(ctx context.Context) error {
	versions, err := collect(ctx, prepared{w}, scanInt, `PRAGMA data_version`)
	if err != nil {
		return err
	}
	version := versions[0]
	if w.state != nil && w.version == version && w.state.Size() < maxMemory {
		return nil
	}
	head, err := readHead(ctx, w.conn)
	if err != nil {
		return err
	}
	w.version, w.head = version, head
	w.state = data.NewState(folding{loader{ctx, prepared{w}}, w}, head.Seq)
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
	events, err := w.recorded(ctx, prepared{w}, r)
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
	o.By = data.Actor(data.Line(string(o.By)))
	if err := data.Permit(w.state, o.Role, o.Body); err != nil {
		return eventRow{}, err
	}
	if err := o.Body.Check(w.state); err != nil {
		return eventRow{}, err
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
	row := eventRow{event: e, at: formatTime(at), salt: newSalt()}
	var err error
	if row.body, err = data.EncodeBody(o.Body); err != nil {
		return row, err
	}
	if err := w.state.Apply(e); err != nil {
		return row, err
	}
	row.digest = digest(row.salt, row.body)
	row.hash = link(w.head.Hash, e, row.at, row.digest)
	w.head = Head{e.Seq, row.hash}
	return row, nil
}

// checkMask refuses a redaction that would put anything but the masked content
// in the place of an event's.
func (w *writer) checkMask(ctx context.Context, red data.Redacted) error {
	found, err := collect(ctx, prepared{w}, scanEvent, pickEvent+`WHERE seq = ?`, red.Event)
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

// append writes events to the log, and masks what a redaction among them names.
func (w *writer) append(ctx context.Context, rows []eventRow) error {
	for _, row := range rows {
		e := row.event
		err := w.run1(ctx, insertEvent, e.Seq, e.ID, row.at, string(e.By), string(e.Ref), e.Body.Kind(),
			string(row.body), row.salt, row.digest[:], row.hash[:])
		if err != nil {
			return err
		}
		if red, ok := e.Body.(data.Redacted); ok {
			if err := w.run1(ctx, `UPDATE event SET body = ?, salt = NULL WHERE seq = ?`, string(red.Body), red.Event); err != nil {
				return err
			}
		}
	}
	return nil
}

// project writes to the tables what a fold touched. It is the one way from
// entities to rows: recording and rebuilding both end here.
func project(state *data.State, t data.Touched, exec func(query string, args ...any) error) error {
	for ref, before := range t.Refs {
		e, err := state.Get(ref)
		if err != nil {
			return err
		}
		if e == nil {
			continue // made, and rolled back
		}
		if query, args := tableOf[e.Kind()].change(before, e); query != "" {
			if err := exec(query, args...); err != nil {
				return err
			}
		}
	}
	for key := range t.Counts {
		n, err := state.Count(key)
		if err != nil {
			return err
		}
		// Deadlines come and go: counts of none are not kept, so that those of
		// hours that are over stay few.
		if n == 0 {
			err = exec(`DELETE FROM tally WHERE key = ?`, key)
		} else {
			err = exec(`INSERT INTO tally (key, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = excluded.n`, key, n)
		}
		if err != nil {
			return err
		}
	}
	for key := range t.Figures {
		if err := projectFigure(state, key, exec); err != nil {
			return err
		}
	}
	return nil
}

func projectFigure(state *data.State, key data.FigureKey, exec func(query string, args ...any) error) error {
	c, err := state.Figure(key)
	if err != nil {
		return err
	}
	if c == nil {
		return exec(`DELETE FROM figure WHERE cell = ? AND unit = ?`, string(key.Cell), string(key.Unit))
	}
	return exec(`INSERT INTO figure (cell, unit, claim) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET claim = excluded.claim`,
		string(key.Cell), string(key.Unit), c.Ref.Number())
}

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
	return w.recorded(ctx, prepared{w}, r)
}

// fence commits what changes nothing. A commit whose sync failed is not in the
// log, but it is in the WAL, and is in the log once somebody reads the WAL anew.
// After the fence that cannot happen any more, and what is in the log is on the
// disk.
func (w *writer) fence(ctx context.Context) error {
	for _, q := range []string{`BEGIN IMMEDIATE`, fmt.Sprintf(`PRAGMA user_version = %d`, Version), `COMMIT`} {
		if err := w.run1(ctx, q); err != nil {
			return err
		}
	}
	return nil
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
			return nil, data.Refuse("event %d has this id already and says something else; nothing was added", found[0].Seq).
				WithHint("offer it under an id of its own")
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

func (w *writer) connect(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	w.db = openDB(w.s.dsn(writing))
	w.db.SetMaxOpenConns(1)
	conn, err := w.db.Conn(ctx)
	if err != nil {
		w.db.Close()
		return err
	}
	w.conn, w.stmts = conn, map[string]*sql.Stmt{}
	return nil
}

func (w *writer) disconnect() {
	w.forget()
	if w.conn == nil {
		return
	}
	for _, st := range w.stmts {
		st.Close()
	}
	// A connection that failed is closed, not pooled.
	w.conn.Raw(func(any) error { return driver.ErrBadConn })
	w.conn.Close()
	w.db.Close()
	w.conn = nil
}

// forget drops what is remembered of the file.
func (w *writer) forget() { w.state = nil }

// run1 runs a prepared statement.
func (w *writer) run1(ctx context.Context, query string, args ...any) error {
	st, err := w.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(ctx, args...)
	return err
}

func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := w.stmts[query]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, query)
	if err == nil {
		w.stmts[query] = st
	}
	return st, err
}

// prepared is a querier that keeps the statements of the writer's connection.
type prepared struct{ w *writer }

// QueryContext implements querier.
func (p prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := p.w.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}
