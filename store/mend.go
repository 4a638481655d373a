package store

import (
	"cmp"
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"

	"warroom/data"
)

// mend repairs the state after -wal or -shm was removed or replaced while the file was
// open in this process. It saves the recorded events, and closes all connections of this
// process, so that the next connections open the files at the path. The caller holds the
// lock, and uses no connection.
//
// It returns the events that were recorded here and that the log at the path lacks. They
// are to be offered again. There are some only if another process has recorded events in
// a WAL of its own meanwhile.
func (s *Store) mend(ctx context.Context) (lacks []data.Event, err error) {
	h := s.home
	h.gate.Lock()
	defer h.gate.Unlock()
	if !h.moved() {
		return nil, nil // it is mended already, or the main file is gone
	}
	h.mends++
	defer s.watchers.tell() // other processes may have recorded events
	if !h.mine {
		return nil, h.leave()
	}
	had, at := h.has, namesAt(h.path)
	sameWAL, sameShm := at[theWAL] == had[theWAL], at[theShm] == had[theShm]
	noWAL := at[theWAL] == inode{}
	if !noWAL && (sameShm || at[theShm] == inode{}) && !hasWAL(h.path) {
		noWAL = true // a connection of this process made the empty one, just before it was refused
	}
	_, right := index(h.path)
	switch {
	case noWAL:
		// No other process can have a WAL. Ours is copied to the file, and SQLite
		// removes what is left of it.
		if err := s.empty(ctx); err != nil {
			return nil, err
		}
		h.closeAll()
		return nil, nil
	case sameWAL, sameShm && right:
		// All recorded events are in the WAL at the path, or in the file.
		return nil, h.leave()
	case sameShm:
		// Somebody put a WAL of another time there, perhaps while ours was empty. SQLite
		// would apply it, and so undo changes that are in the file.
		if err := s.empty(ctx); err != nil {
			return nil, err
		}
		aside := freeName(h.path + suffixes[theWAL] + ".foreign")
		if err := os.Rename(h.path+suffixes[theWAL], aside); err != nil {
			return nil, err
		}
		h.closeAll()
		s.warn("somebody put an older -wal beside the file while it was open: it is %s now, and nothing in it was taken", data.Line(filepath.Base(aside)))
		return nil, nil
	}
	return s.rescue(ctx)
}

// mendNow is mend for a caller that does not hold the lock. It has the missing events
// offered again.
func (s *Store) mendNow(ctx context.Context) error {
	if !s.home.moved() {
		return nil
	}
	unlock, err := s.home.lock(ctx, s.opts.Busy)
	if err != nil {
		return err
	}
	defer unlock()
	lacks, err := s.mend(ctx)
	for _, e := range lacks {
		r := &request{offers: []Offer{again(e)}, done: make(chan struct{}), lost: func(err error) { s.lost(e, err) }}
		if err := s.writer.send(r); err != nil {
			s.lost(e, err)
		}
	}
	return err
}

// again returns the offer with which an event is recorded once more.
func again(e data.Event) Offer {
	return Offer{ID: e.ID, By: e.By, Role: data.Lead, At: e.At, Body: e.Body}
}

// lost warns that a recorded event is not in the log at the path.
func (s *Store) lost(e data.Event, why error) {
	s.warn("what %s recorded at %s about %s is lost, because -wal and -shm were removed while the file was open, and it could not be recorded again: %v",
		data.Line(string(e.By)), formatTime(e.At), data.Line(string(e.Ref)), why)
}

// guard calls mendNow once a second. A store that is idle would otherwise keep other
// processes from opening the file after its companions were removed.
func (s *Store) guard() {
	if s.closed.Load() {
		return
	}
	s.mendNow(context.Background()) // after an error the next call tries again
	s.guardian.Reset(slowPoll)
}

// empty copies the whole WAL to the file, over any open connection.
func (s *Store) empty(ctx context.Context) error {
	var last error
	for _, c := range s.home.all() {
		last = patiently(ctx, s.opts.Busy, func() (bool, error) {
			left, err := collect(ctx, c.Conn, scanTriple, `PRAGMA wal_checkpoint(FULL)`)
			if err != nil {
				return false, err
			}
			return left[0].busy == 0 && left[0].frames == left[0].done, nil
		})
		if last == nil {
			return nil
		}
	}
	return last
}

type triple struct{ busy, frames, done int64 }

func scanTriple(r *sql.Rows) (t triple, err error) {
	err = r.Scan(&t.busy, &t.frames, &t.done)
	return t, err
}

// closeAll closes all connections. If no other process has the file open, SQLite copies
// the WAL to the file and removes both companions. The caller holds the gate for writing.
func (h *home) closeAll() {
	for _, c := range h.all() {
		c.discard()
	}
}

// leave closes all connections, and has SQLite leave the companions alone.
func (h *home) leave() error {
	if ok, err := keepOpen(h.file); !ok {
		return cmp.Or(err, errMoved)
	}
	defer letClose(h.file)
	h.closeAll()
	return nil
}

// rescue mends where both companions were replaced: another process records in the new
// ones. It copies the log that our connections see, closes them, and compares the copy
// with the log at the path.
func (s *Store) rescue(ctx context.Context) (lacks []data.Event, err error) {
	f, err := s.tempCopy()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	copied := f.Name()
	defer os.Remove(copied)
	for _, c := range s.home.all() {
		if err = copyFrom(ctx, c, copied); err == nil {
			break
		}
		os.Truncate(copied, 0) // VACUUM INTO refuses a file that is not empty
	}
	if err != nil {
		return nil, err
	}
	if err := s.home.leave(); err != nil {
		return nil, err
	}
	s.heads.forget()
	return s.lacking(ctx, copied)
}

// copyFrom copies the database that a connection sees into an empty file.
func copyFrom(ctx context.Context, c *conn, to string) error {
	if _, err := c.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, `VACUUM INTO ?`, to)
	return err
}

// lacking returns the events of a copied log that the log at the path lacks, in the order
// of the copy. The caller holds the lock, and the gate for writing.
func (s *Store) lacking(ctx context.Context, copied string) ([]data.Event, error) {
	ours, err := logIn(ctx, copied)
	if err != nil {
		return nil, err
	}
	c, err := s.home.dialHeld(ctx, s.dsn(reading), s.opts.Busy)
	if err != nil {
		return nil, err
	}
	defer c.discard()
	there := map[string]int64{}
	_, err = collect(ctx, c, func(r *sql.Rows) (struct{}, error) {
		var id string
		var seq int64
		err := r.Scan(&id, &seq)
		there[id] = seq
		return struct{}{}, err
	}, `SELECT id, seq FROM event`)
	if err != nil {
		return nil, err
	}
	return lackingIn(ours, there), nil
}

// lackingIn returns our events whose ids are not in there, which maps the ids in the
// other log to their positions. An event that was masked here is returned masked. So the
// redaction of a missing event is left out.
func lackingIn(ours []data.Event, there map[string]int64) (lacks []data.Event) {
	for _, e := range ours {
		if _, ok := there[e.ID]; ok {
			continue
		}
		if red, ok := e.Body.(data.Redacted); ok {
			if red.Event, ok = there[ours[red.Event-1].ID]; !ok {
				continue
			}
			e.Body = red
		}
		lacks = append(lacks, e)
	}
	return lacks
}

// logIn returns the events of a file that no other process has open.
func logIn(ctx context.Context, path string) ([]data.Event, error) {
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&immutable=1"}
	c, err := dial(ctx, u.String())
	if err != nil {
		return nil, err
	}
	defer c.discard()
	return collect(ctx, c, scanEvent, pickEvent+`ORDER BY seq`)
}
