package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
	"sync"

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
	conn    *conn
	state   *data.State // what is folded so far; nil if it has to be read anew
	head    Head        // the last event of state
	pending []eventRow  // in state, and not in the log yet
	version int64       // PRAGMA data_version when state was valid
	unclean bool        // what was masked may still stand in the file's free space
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
// says that somebody changed the same field meanwhile, [data.ErrRule] is behind the
// refusal of a rule. An event whose id is in
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
	defer func() {
		if w.unclean {
			w.scrub(context.Background())
		}
	}()
	many := false     // the last group had several requests
	var next *request // the first of the next group, if it is there already
	for {
		r := next
		if r == nil {
			var ok bool
			if r, ok = <-queue; !ok {
				return
			}
		}
		if many { // those of the last group may have more to record: let them come
			for n := -1; n < len(queue); runtime.Gosched() {
				n = len(queue)
			}
		}
		var group []*request
		group, next = gather(r, queue)
		many = len(group) > 1
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
	if err := w.s.Reachable(); err != nil {
		for _, r := range group {
			r.err = unreached(err)
		}
		return
	}
	ctx := context.Background() // a commit is never cut short
	if err := w.commit(ctx, group); err != nil {
		w.settle(ctx, group, err)
	}
	if slices.ContainsFunc(group, func(r *request) bool { return r.rows != nil && r.err == nil }) {
		w.s.watchers.tell()
	}
}

func (w *writer) connect(ctx context.Context) error {
	if err := w.s.Reachable(); err != nil {
		return err // else it would be another file
	}
	if w.conn != nil {
		return nil
	}
	w.db = openDB(w.s.dsn(writing))
	w.db.SetMaxOpenConns(1)
	c, err := dial(ctx, w.db)
	if err != nil {
		w.db.Close()
		return err
	}
	w.conn = c
	return nil
}

func (w *writer) disconnect() {
	w.forget()
	if w.conn == nil {
		return
	}
	w.conn.discard()
	w.db.Close()
	w.conn = nil
}

// forget drops what is remembered of the file.
func (w *writer) forget() { w.state = nil }
