package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"warroom/data"
)

// An access is how a connection reads the file.
type access uint8

const (
	withLocks access = iota // with SQLite's locks, as every process that may write it does
	asItIs                  // without locks, because nobody can write it
	copied                  // from a copy, because others can write it and this process cannot lock it
)

// access returns how the file is to be read, and a mark of its present state. A
// connection with another mark may be out of date. SQLite needs the companions for its
// locks, and a process that may not write the file cannot make them.
func (s *Store) access() (how access, mark string) {
	if s.other != 0 { // any change makes the projection out of date
		defer func() { mark = markOf(s.path) }()
	}
	if s.home.mine {
		return withLocks, ""
	}
	switch n := namesAt(s.path); {
	case n.all():
		return withLocks, "locks"
	case n[theWAL] == inode{} && fixedFor(s.path):
		return asItIs, markOf(s.path)
	}
	return copied, markOf(s.path)
}

// fixedFor reports whether nobody can write a file: its mode, or the mode of its
// directory, gives the right to nobody. Root could write it all the same, but the mode
// says that the file is meant to stay as it is. A read-only mount is no proof: the same
// file system may be mounted elsewhere for writing.
func fixedFor(path string) bool {
	info, err := os.Stat(path)
	dir, err2 := os.Stat(filepath.Dir(path))
	if err != nil || err2 != nil {
		return false
	}
	return info.Mode().Perm()&0o222 == 0 || dir.Mode().Perm()&0o222 == 0
}

// markOf returns text that changes with every change of the file at a path or of its WAL.
func markOf(path string) (mark string) {
	for _, suffix := range []string{"", suffixes[theWAL]} {
		var st unix.Stat_t
		if unix.Stat(path+suffix, &st) == nil {
			mark += fmt.Sprint(st.Dev, st.Ino, st.Size, st.Mtim, st.Ctim, ";")
		}
	}
	return mark
}

// dial opens a connection to the file at the path. To read a file of another version it
// opens one to a projection of the file.
func (s *Store) dial(ctx context.Context, use use) (*conn, error) {
	connect := s.dialFile
	if s.other != 0 && use == reading {
		connect = s.dialProjected
	}
	for {
		how, mark := s.access()
		c, err := connect(ctx, how, use)
		if s.lacksIndex(err) {
			mark = markOf(s.path)
			c, err = connect(ctx, copied, use)
		}
		switch {
		case err == nil:
			c.mark = mark
			return c, nil
		case errors.Is(err, errMoved): // if the main file itself has moved there is nothing to mend
			err = cmp.Or(s.mendNow(ctx), s.Reachable())
		}
		if _, now := s.access(); err != nil && now == mark {
			return nil, err
		}
	}
}

// dialFile opens a connection to the file at the path, or to a copy of it.
func (s *Store) dialFile(ctx context.Context, how access, use use) (*conn, error) {
	switch how {
	case withLocks:
		return s.dialLocked(ctx, use)
	case asItIs:
		return dial(ctx, s.dsn(fixed))
	}
	return s.dialCopy(ctx)
}

// dialLocked opens a connection that uses SQLite's locks. Suppose that another process is
// just opening or closing the file. Its companions may be gone then, or without an index,
// and a process that may not write the file cannot make them. dialLocked waits for the
// other process, but not for long: it may have been killed.
func (s *Store) dialLocked(ctx context.Context, use use) (c *conn, err error) {
	const wait = 100 * time.Millisecond
	late := patiently(ctx, wait, func() (bool, error) {
		c, err = s.home.dial(ctx, s.dsn(use), s.opts.Busy)
		return !s.lacksIndex(err), nil
	})
	return c, cmp.Or(err, late)
}

// lacksIndex reports whether a read failed because the companions must be made or mended
// first, which this process cannot do because it may not write the file.
func (s *Store) lacksIndex(err error) bool {
	var sq *sqlite.Error
	if s.home.mine || !errors.As(err, &sq) {
		return false
	}
	code := sq.Code() & 0xff
	return code == sqlite3.SQLITE_READONLY || code == sqlite3.SQLITE_CANTOPEN
}

// dialCopy opens a connection to a copy of the file as it is now. The copy has no name
// any more when dialCopy returns, so that nobody else can open it.
func (s *Store) dialCopy(ctx context.Context) (*conn, error) {
	f, err := s.tempCopy()
	if err != nil {
		return nil, noCopy(err)
	}
	defer f.Close()
	temp := f.Name()
	defer func() {
		for _, suffix := range suffixes {
			os.Remove(temp + suffix)
		}
	}()
	for {
		mark := markOf(s.path)
		for _, suffix := range []string{"", suffixes[theWAL]} {
			if err := copyTo(temp+suffix, s.path+suffix); err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
				return nil, noCopy(err)
			}
		}
		if markOf(s.path) == mark {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		os.Remove(temp + suffixes[theWAL])
	}
	c, err := dial(ctx, (&Store{path: temp, opts: s.opts}).dsn(reading))
	if err != nil {
		return nil, err
	}
	if _, err := collect(ctx, c.Conn, scanInt, firstRead); err != nil {
		c.discard()
		return nil, err
	}
	return c, nil
}

// tempCopy makes an empty file in the state directory, for a copy that only this process
// uses.
func (s *Store) tempCopy() (*os.File, error) {
	dir := cmp.Or(s.opts.StateDir, os.TempDir())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	removeTemps(dir)
	return newTemp(dir, filepath.Base(s.path))
}

func noCopy(err error) error {
	return data.Refuse("the file cannot be read without a copy, and none can be made: %v", err).
		WithHint("make room in the directory of $XDG_STATE_HOME")
}

// copyTo copies a file over another one, or to a new file that only its owner may read.
func copyTo(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// proveTx is readTx for a proof. A file that is read without locks is copied first, and
// the copy is proved. Otherwise a change during the proof would look like damage.
func (s *Store) proveTx(ctx context.Context, fn func(querier) error) error {
	if how, _ := s.access(); how != asItIs || s.other != 0 {
		return s.readTx(ctx, fn)
	}
	c, err := s.dialCopy(ctx)
	if err != nil {
		return err
	}
	defer c.discard()
	if err := c.exec(ctx, `BEGIN`); err != nil {
		return explain(err, s.path)
	}
	return explain(fn(c), s.path)
}

// using runs fn with a connection of its own.
func (s *Store) using(ctx context.Context, use use, fn func(*conn) error) error {
	for {
		c, err := s.dial(ctx, use)
		if err != nil {
			return err
		}
		s.home.gate.RLock()
		if c.dead { // mend has closed it meanwhile
			s.home.gate.RUnlock()
			continue
		}
		defer s.home.gate.RUnlock()
		defer c.discard()
		return fn(c)
	}
}
