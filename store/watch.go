package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"warroom/data"
)

// How often the file is looked at: firstPoll after a change in its folder, then
// ever less often, down to restPoll. Where the folder cannot be watched, slowPoll is
// all there is.
const (
	firstPoll = time.Millisecond
	slowPoll  = time.Second
	restPoll  = 5 * time.Second
)

// nextPoll returns how long to wait after having waited for some time.
func nextPoll(waited time.Duration, watched bool) time.Duration {
	if watched {
		return min(2*waited, restPoll)
	}
	return min(2*waited, slowPoll)
}

// watchers tells whoever watches that the file has changed. Changes of this
// process are told at once; those of others by a watch on the file's folder,
// then PRAGMA data_version on a connection kept for that.
type watchers struct {
	mu     sync.Mutex
	slots  map[chan struct{}]bool
	count  atomic.Uint64      // of what was told
	stop   context.CancelFunc // ends the goroutine; nil if it does not run
	ended  chan struct{}
	closed bool
}

// Watch returns a channel that receives after every change of the file. It
// holds one value: changes that nobody took yet are told once. The channel is
// never closed; watching ends with ctx. It receives once when the watch is up, so
// that nothing is missed that changed after the caller has read.
func (s *Store) Watch(ctx context.Context) <-chan struct{} {
	w := &s.watchers
	slot := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return slot
	}
	if w.slots == nil {
		w.slots = map[chan struct{}]bool{}
	}
	w.slots[slot] = true
	if w.stop != nil { // the watch is up, or tells when it is
		slot <- struct{}{}
	}
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.slots, slot)
	})
	if w.stop == nil {
		var inner context.Context
		inner, w.stop = context.WithCancel(context.Background())
		w.ended = make(chan struct{})
		data.Go(func() { defer close(w.ended); s.watchFile(inner) }, func(err error) {
			s.warn("changes of other programs are not shown any more, leave and open the file again: %s", data.FirstLine(err.Error()))
		})
	}
	return slot
}

// Version counts the changes that were told to those who watch. Whoever is told of
// one, or has recorded one, finds it counted.
func (s *Store) Version() uint64 { return s.watchers.count.Load() }

// tell puts a value in every slot that is empty.
func (w *watchers) tell() {
	w.count.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	for slot := range w.slots {
		select {
		case slot <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) close() {
	w.mu.Lock()
	w.closed = true
	stop := w.stop
	w.mu.Unlock()
	if stop != nil {
		stop()
		<-w.ended
	}
}

// watchFile tells of changes that other processes make, and of the file being
// gone or there again, until ctx is done.
func (s *Store) watchFile(ctx context.Context) {
	e := eye{s: s}
	defer e.close()
	events, stop := folderEvents(s.path)
	defer stop()
	e.version, _ = e.see(ctx)
	s.watchers.tell() // of what changed before the watch was up
	wait := slowPoll
	poll := time.NewTimer(wait)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case name, ok := <-events:
			if !ok {
				events = nil
			} else if strings.HasPrefix(name, s.path) {
				// The folder tells of a write before the commit is done:
				// look again, soon and then ever less often.
				e.look(ctx)
				wait = firstPoll
				poll.Reset(wait)
			}
		case <-poll.C:
			e.look(ctx)
			wait = nextPoll(wait, events != nil)
			poll.Reset(wait)
		}
	}
}

// An eye looks at the file on a connection of its own, which it opens again when
// that has failed.
type eye struct {
	s       *Store
	conn    *conn
	opened  int    // how many connections it has had
	version string // of the data, at the last look
	wrong   string // what was wrong then
}

// look tells of a change since the last look, and of the beginning and the end of
// what keeps it from looking.
func (e *eye) look(ctx context.Context) {
	v, err := e.see(ctx)
	if ctx.Err() != nil {
		return
	}
	wrong := ""
	if err != nil {
		wrong = err.Error()
	}
	if wrong != e.wrong || v != e.version {
		e.wrong, e.version = wrong, v
		e.s.watchers.tell()
	}
}

// see returns the version of the data and what is wrong with the file.
func (e *eye) see(ctx context.Context) (v string, err error) {
	at := e.s.Reachable()
	if at == nil {
		if err := e.s.mendNow(ctx); err != nil {
			return e.version, err
		}
	}
	how, mark := e.s.access()
	if e.conn != nil && e.conn.mark != mark {
		e.close()
	}
	if how != withLocks || e.s.other != 0 { // it changes when the file does
		return mark, at
	}
	if e.conn == nil {
		if at != nil {
			return e.version, at
		}
		if e.conn, err = e.s.dial(ctx, reading); err != nil {
			e.conn = nil
			return e.version, err
		}
		e.opened++ // others may have recorded meanwhile
	}
	if e.conn.mark != mark { // a copy, which never changes
		return e.conn.mark, at
	}
	e.s.home.gate.RLock()
	defer e.s.home.gate.RUnlock()
	if e.conn.dead { // others may have recorded while it was closed
		e.conn = nil
		e.opened++
		return fmt.Sprint(e.opened), at
	}
	n, err := dataVersion(ctx, e.conn)
	if err != nil {
		e.close()
		return e.version, err
	}
	return fmt.Sprint(e.opened, " ", n), at
}

func (e *eye) close() {
	if e.conn != nil {
		e.conn.discard()
		e.conn = nil
	}
}

func dataVersion(ctx context.Context, conn *conn) (v int64, err error) {
	err = conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&v)
	return v, err
}

// folderEvents returns the names of files that change in the folder of path,
// or nil where it cannot be watched.
func folderEvents(path string) (names <-chan string, stop func()) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, func() {}
	}
	if err := w.Add(filepath.Dir(path)); err != nil {
		w.Close()
		return nil, func() {}
	}
	out := make(chan string)
	done := make(chan struct{})
	data.Go(func() {
		defer close(out)
		for e := range w.Events {
			if !e.Has(fsnotify.Write) && !e.Has(fsnotify.Create) && !e.Has(fsnotify.Remove) && !e.Has(fsnotify.Rename) {
				continue // opening the file as root changes the mode of its WAL
			}
			select {
			case out <- e.Name:
			case <-done:
				return
			}
		}
	}, func(error) {})
	data.Go(func() {
		for range w.Errors {
			// A lost event is made good by the next one.
		}
	}, func(error) {})
	return out, sync.OnceFunc(func() { close(done); w.Close() })
}
