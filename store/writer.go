package store

import (
	"context"
	"errors"
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
	maxMends  = 10     // in a row, for one group
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
	conn    *conn
	state   *data.State  // what is folded so far; nil if it has to be read anew
	head    Head         // the last event of state
	pending []eventRow   // in state, and not in the log yet
	version int64        // PRAGMA data_version when state was valid
	newer   int64        // the first event that is not known here, when state was valid; 0 if there is none
	unclean bool         // masked text may still be in the free space of the file
	lacks   []data.Event // events that were recorded here and are missing in the log at the path
}

// A request is one call of Record: offers that are recorded together or not at
// all.
type request struct {
	offers []Offer
	events []data.Event
	err    error
	done   chan struct{}

	rows []eventRow  // the events as the log stores them
	lost func(error) // told if it is not recorded; may be nil
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
	if s.ReadOnly() != "" {
		return nil, s.takesNone("nothing was recorded")
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

// takesNone says that the file takes no writes, why, and what to do about that.
func (s *Store) takesNone(what string) error {
	why := s.ReadOnly()
	hint, ok := readOnlyHints[why]
	if !ok { // the log falls short of the last head known
		hint = "restore the newer file; if this one was put there on purpose, warroom verify --accept takes it as it is"
	}
	return data.Refuse("%s: %s", what, why).WithHint("%s", hint)
}

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
		if !w.unclean {
			return
		}
		if unlock, err := w.s.home.lock(context.Background(), w.s.opts.Busy); err == nil {
			w.scrub(context.Background())
			unlock()
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
			if r.lost != nil && r.err != nil {
				r.lost(r.err)
			}
			close(r.done)
		}
	}()
	ctx := context.Background() // a commit is never cut short
	err := w.s.Reachable()
	if err != nil {
		for _, r := range group {
			r.err = unreached(err)
		}
		return
	}
	unlock, err := w.s.home.lock(ctx, w.s.opts.Busy)
	if err == nil {
		defer unlock()
		err = w.mend(ctx)
	}
	if err != nil {
		for _, r := range group {
			r.err = notRecorded(err, w.s.path)
		}
		return
	}
	if err := w.commit(ctx, group); err != nil {
		w.settle(ctx, group, err)
	}
	w.stands(ctx, group)
	if slices.ContainsFunc(group, func(r *request) bool { return r.rows != nil && r.err == nil }) {
		w.s.watchers.tell()
	}
}

func (w *writer) connect(ctx context.Context) error {
	if err := w.s.Reachable(); err != nil {
		return err // else it would be another file
	}
	if w.conn != nil && !w.conn.dead {
		return nil
	}
	w.disconnect()
	for tries := 0; ; tries++ {
		c, err := w.s.home.dialHeld(ctx, w.s.dsn(writing), w.s.opts.Busy)
		if err == nil {
			w.conn = c
			return nil
		}
		if !errors.Is(err, errMoved) || tries == maxMends {
			return err
		}
		lacks, err := w.s.mend(ctx)
		if err != nil {
			return err
		}
		w.lacks = append(w.lacks, lacks...)
	}
}

func (w *writer) disconnect() {
	w.forget()
	if w.conn == nil {
		return
	}
	w.conn.discard()
	w.conn = nil
}

// forget drops what is remembered of the file.
func (w *writer) forget() { w.state = nil }

// mend is [Store.mend] for the writer. It records the missing events again.
func (w *writer) mend(ctx context.Context) error {
	if err := w.s.home.whole(); err != nil {
		return err
	}
	if w.s.home.moved() {
		lacks, err := w.s.mend(ctx)
		if err != nil {
			return explain(err, w.s.path)
		}
		w.lacks = append(w.lacks, lacks...)
	}
	for len(w.lacks) > 0 {
		e := w.lacks[0]
		w.lacks = w.lacks[1:]
		r := &request{offers: []Offer{again(e)}}
		if err := w.commit(ctx, []*request{r}); err != nil {
			w.settle(ctx, []*request{r}, err)
		}
		if r.err != nil {
			w.s.lost(e, r.err)
		}
	}
	return nil
}

// stands makes sure that a recorded group is in the log at the path, before its requests
// are told so. If it is not, the group is recorded again.
func (w *writer) stands(ctx context.Context, group []*request) {
	for tries := 0; w.s.home.moved() || w.s.home.whole() != nil || len(w.lacks) > 0; tries++ {
		err := w.mend(ctx)
		if err == nil && tries > maxMends {
			err = errMoved
		}
		var again []*request
		for _, r := range group {
			if r.err == nil {
				r.events, again = nil, append(again, r)
			}
		}
		if err != nil {
			for _, r := range again {
				r.err = unknown(err, w.s.path)
			}
			return
		}
		if err := w.commit(ctx, again); err != nil {
			w.settle(ctx, again, err)
		}
	}
}
