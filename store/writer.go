package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

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
	s     *Store
	mu    sync.Mutex // guards what follows
	queue chan *request
	done  chan struct{} // closed when the goroutine has ended; nil before the first request

	// What follows belongs to the goroutine.
	db      *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	state   *data.State // what is folded so far; nil if it has to be read anew
	head    Head        // the last event of state
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
// the log already is not recorded again, and returned as it stands there.
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
	for i := range offers {
		if offers[i].ID == "" {
			offers[i].ID = NewID()
		}
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
	if w.queue == nil {
		if w.done != nil {
			return data.Refuse("nothing was recorded: the file is closed")
		}
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
	for r := range queue {
		group := []*request{r}
		for len(group) < maxGroup {
			select {
			case next, ok := <-queue:
				if !ok {
					break
				}
				group = append(group, next)
				continue
			default:
			}
			break
		}
		w.serve(group)
	}
}

// serve commits a group and tells each request its outcome, whatever happens.
func (w *writer) serve(group []*request) {
	defer func() {
		if p := recover(); p != nil {
			w.forget()
			for _, r := range group {
				if r.events == nil && r.err == nil {
					r.err = fmt.Errorf("recording failed: %v", p)
				}
			}
		}
		for _, r := range group {
			close(r.done)
		}
	}()
	ctx := context.Background() // a commit is never cut short
	err := w.commit(ctx, group)
	if err == nil {
		w.s.heads.note(w.head)
		w.s.watchers.tell()
		return
	}
	w.settle(ctx, group, err)
}

// commit records what may be recorded of a group. An error means that the
// outcome of all of it is open.
func (w *writer) commit(ctx context.Context, group []*request) (err error) {
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
	if err := w.run1(ctx, `COMMIT`); err != nil {
		return err
	}
	for _, r := range fresh {
		for _, row := range r.rows {
			r.events = append(r.events, *row.event)
		}
	}
	return nil
}

// catchUp makes state that of the log's end, as this transaction sees it.
func (w *writer) catchUp(ctx context.Context) error {
	var version int64
	if err := w.conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version); err != nil {
		return err
	}
	if w.state != nil && w.version == version && w.state.Size() < maxMemory {
		return nil
	}
	head, err := readHead(ctx, w.conn)
	if err != nil {
		return err
	}
	w.version, w.head = version, head
	w.state = data.NewState(loader{ctx, prepared{w}}, head.Seq)
	return nil
}

// fold applies the offers of a request to the state and makes their rows. A
// refusal goes to the request, and the state is as it was; an error of the file
// is returned.
func (w *writer) fold(ctx context.Context, r *request) error {
	w.state.Mark()
	before := w.head
	var fault error
	for _, o := range r.offers {
		row, err := w.foldOne(o)
		if err != nil {
			w.state.Rollback()
			w.head, r.rows = before, nil
			if isFault(err) {
				fault = err
			}
			r.err = err
			break
		}
		r.rows = append(r.rows, row)
	}
	if fault != nil {
		return fault
	}
	if r.err == nil {
		return nil
	}
	// An event offered again is refused as "already so": it is already there.
	if events, err := w.recorded(ctx, w.conn, r); err != nil {
		return err
	} else if events != nil {
		r.events, r.err = events, nil
	}
	return nil
}

func (w *writer) foldOne(o Offer) (eventRow, error) {
	if err := data.Permit(w.state, o.Role, o.Body); err != nil {
		return eventRow{}, err
	}
	if err := o.Body.Check(w.state); err != nil {
		return eventRow{}, err
	}
	at := o.At
	if at.IsZero() {
		at = w.s.opts.Now()
	}
	e := &data.Event{Seq: w.head.Seq + 1, ID: o.ID, By: o.By, Body: o.Body}
	row := eventRow{event: e, at: formatTime(at), salt: newSalt()}
	var err error
	if e.At, err = parseTime(row.at); err != nil {
		return row, err
	}
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
	for ref := range t.Refs {
		e, err := state.Get(ref)
		if err != nil {
			return err
		}
		if e == nil {
			continue // made, and rolled back
		}
		tab := tableOf[e.Kind()]
		if err := exec(tab.write, tab.row(e)...); err != nil {
			return err
		}
	}
	for key := range t.Counts {
		n, err := state.Count(key)
		if err != nil {
			return err
		}
		if err := exec(`INSERT INTO tally (key, n) VALUES (?, ?) ON CONFLICT DO UPDATE SET n = excluded.n`, key, n); err != nil {
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

// settle finds out, after a commit that failed, what was recorded: the events'
// ids say so. The file is reopened first: after a failed write the connection
// is not to be trusted.
func (w *writer) settle(ctx context.Context, group []*request, cause error) {
	w.disconnect()
	again := isDuplicate(cause)
	var readErr error
	if err := w.connect(ctx); err != nil {
		readErr = err
	}
	for _, r := range group {
		if r.err != nil || r.events != nil {
			continue // refused, or there before
		}
		var events []data.Event
		if readErr == nil {
			events, readErr = w.recorded(ctx, w.conn, r)
		}
		switch {
		case readErr != nil && isFault(cause) && !isBusy(cause):
			r.err = &data.Error{Class: data.Failed, Err: cause,
				What: "it is not known whether this was recorded: " + explain(cause, w.s.path).Error(),
				Hint: "look with warroom log before you repeat it"}
		case events != nil:
			r.events = events
		case again && len(group) == 1:
			r.err = data.Refuse("part of this was recorded before; nothing was added")
		case again:
			// One of the group was offered before: each for itself, then.
			r.rows = nil
			if err := w.commit(ctx, []*request{r}); err != nil {
				w.settle(ctx, []*request{r}, err)
			}
		default:
			r.err = notRecorded(cause, w.s.path)
		}
	}
	w.s.watchers.tell()
}

func notRecorded(cause error, path string) error {
	e := explain(cause, path)
	var ours *data.Error
	if errors.As(e, &ours) {
		c := *ours
		c.What = "nothing was recorded: " + c.What
		return &c
	}
	return fmt.Errorf("nothing was recorded: %w", e)
}

// recorded returns the events of a request as they stand in the log, or nil if
// not all of them are there.
func (w *writer) recorded(ctx context.Context, q querier, r *request) ([]data.Event, error) {
	var all []data.Event
	for _, o := range r.offers {
		found, err := collect(ctx, q, scanEvent, pickEvent+`WHERE id = ?`, o.ID)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, nil
		}
		all = append(all, found[0])
	}
	return all, nil
}

// isFault tells an error of the file from a refusal by a rule.
func isFault(err error) bool {
	var ours *data.Error
	var conflict *data.ConflictError
	return !errors.As(err, &ours) && !errors.As(err, &conflict)
}

func isBusy(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) && sq.Code()&0xff == sqlite3.SQLITE_BUSY
}

func isDuplicate(err error) bool {
	var sq *sqlite.Error
	return errors.As(err, &sq) && sq.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
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
