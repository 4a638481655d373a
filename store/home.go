package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"warroom/data"
)

// A home is what all stores of one path in this process share. While a file is open,
// SQLite keeps two companions beside it: -wal holds the changes that are not in the file
// yet, and -shm is an index of the WAL. Suppose that a companion is removed or replaced
// under an open connection. The connection goes on with the removed one: it overwrites
// the changes of other processes, and its own changes are lost. So a home compares the
// files that its connections have open with the files at the path.
type home struct {
	path  string
	users int // guarded by the registry

	turn sync.Mutex // held together with the lock among processes
	file *os.File   // the file, opened for its locks
	mine bool       // this process may write the file; a process that only reads takes no lock

	careless bool // for tests: see Options

	gate sync.RWMutex // held for reading to use a connection, for writing to close them all

	mu    sync.Mutex
	conns map[*conn]bool // the open connections
	has   names          // the files that they have open
	mends int            // how often they were closed because a companion had moved
	size  int64          // the size of the file at the last look; see whole
}

// SQLite's lock on a file in WAL mode: each open connection holds a shared lock on
// sharedBytes bytes from sharedFirst on (https://sqlite.org/fileformat.html, section 1.3:
// the page with these bytes holds no data).
const (
	sharedFirst = 0x40000002
	sharedBytes = 510
)

// The files of an incident, as indexes of names: the main file and its two companions.
const (
	theFile = iota
	theWAL
	theShm
	nameCount
)

var suffixes = [nameCount]string{"", "-wal", "-shm"}

// An inode identifies a file, whatever its name. The zero inode means that there is no
// file.
type inode struct{ dev, ino uint64 }

type names [nameCount]inode

// namesAt returns which files are at a path and at the names of its companions. It takes
// microseconds.
func namesAt(path string) (n names) {
	for i, suffix := range suffixes {
		var st unix.Stat_t
		if unix.Stat(path+suffix, &st) == nil {
			n[i] = inode{uint64(st.Dev), uint64(st.Ino)}
		}
	}
	return n
}

func (n names) all() bool {
	return n[theFile] != inode{} && n[theWAL] != inode{} && n[theShm] != inode{}
}

// errMoved says that the connections have other files open than those at the path.
var errMoved = errors.New("the -wal or -shm file was removed or replaced while the file was open")

// moved reports whether a companion was removed or replaced under the open connections,
// while the main file is still the same.
func (h *home) moved() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := namesAt(h.path)
	if at[theFile] != h.has[theFile] {
		return false // the main file was replaced: see Reachable
	}
	for i, has := range h.has {
		if (has != inode{}) && has != at[i] {
			return true
		}
	}
	return false
}

// whole refuses a file that was cut short while it was open. Such a file is shorter than
// at the last look, and shorter than its own header says. SQLite never does both: it
// writes the header first, whether the file grows or shrinks. The caller holds the lock.
func (h *home) whole() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	info, err := h.file.Stat()
	if err != nil {
		return err
	}
	var head [32]byte
	if _, err := h.file.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	size, says := info.Size(), sizeIn(head[:])
	if size < h.size && size < says {
		e := &data.Error{Class: data.BadFile, What: fmt.Sprintf("%s was cut short while it was open: %d of %d bytes are there", data.Line(filepath.Base(h.path)), size, max(says, h.size))}
		return e.WithHint("restore a backup, or save what is left: warroom verify --recover FILE")
	}
	h.size = size
	return nil
}

// lock takes the lock among processes. Each process holds it while it writes the file and
// while it opens a connection. It waits as long as for a lock of SQLite's.
func (h *home) lock(ctx context.Context, wait time.Duration) (unlock func(), err error) {
	h.turn.Lock()
	if !h.mine || h.careless {
		return h.turn.Unlock, nil
	}
	err = patiently(ctx, wait, func() (bool, error) { return lockOurs(h.file) })
	if err != nil {
		leaveLine(h.file)
		h.turn.Unlock()
		if errors.Is(err, errLate) {
			err = locked(h.path, err)
		}
		return nil, err
	}
	return func() {
		unlockOurs(h.file)
		h.turn.Unlock()
	}, nil
}

var errLate = errors.New("it took too long")

// patiently tries until it is done, every millisecond: a try takes microseconds.
func patiently(ctx context.Context, wait time.Duration, try func() (done bool, err error)) error {
	const pause = time.Millisecond
	for waited := time.Duration(0); ; waited += pause {
		if done, err := try(); done || err != nil {
			return err
		}
		if waited >= wait {
			return errLate
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// dial opens a connection under the lock.
func (h *home) dial(ctx context.Context, dsn string, wait time.Duration) (*conn, error) {
	unlock, err := h.lock(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return h.dialHeld(ctx, dsn, wait)
}

// dialHeld is dial for a caller that holds the lock. The connection has read once, so
// that SQLite has opened the companions.
func (h *home) dialHeld(ctx context.Context, dsn string, wait time.Duration) (*conn, error) {
	before, err := h.settled(ctx, wait)
	if err != nil {
		return nil, err
	}
	if h.moved() { // SQLite would make a new companion in place of a missing one
		return nil, errMoved
	}
	c, err := dial(ctx, dsn)
	if err != nil {
		if _, same := h.same(before); !same { // SQLite may have read a -wal and a -shm that do not match
			err = errMoved
		}
		return nil, err
	}
	var mode []string
	if _, err = collect(ctx, c.Conn, scanInt, firstRead); err == nil {
		mode, err = collect(ctx, c.Conn, scanString, `PRAGMA journal_mode`)
	}
	if !h.join(c, before, slices.Contains(mode, "wal")) {
		h.letGo(c)
		return nil, errMoved
	}
	if err != nil {
		c.discard()
		return nil, unlike(err)
	}
	return c, nil
}

// join adds a new connection. It refuses one that may have other files open than those
// at the path. before says which files were there before the connection was opened. A
// file without a WAL has no companions.
func (h *home) join(c *conn, before names, wal bool) bool {
	at, same := h.same(before)
	if !same || wal && !at.all() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns[c], h.has = true, at
	c.home = h
	return true
}

// same returns which files are at the path, and whether they are still those in before
// and those that the connections have open.
func (h *home) same(before names) (at names, same bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at = namesAt(h.path)
	for i := range at {
		for _, was := range []inode{before[i], h.has[i]} {
			if (was != inode{}) && was != at[i] {
				return at, false
			}
		}
	}
	return at, true
}

// settled waits until no process has the file open while its companions are missing, and
// returns which files are at the path then. A process in that state is a warroom under
// which they were removed, and it mends that within a second. settled releases the lock
// while it waits. After an error the lock may not be held.
func (h *home) settled(ctx context.Context, wait time.Duration) (at names, err error) {
	h.mu.Lock()
	at, mine := h.has, len(h.conns) > 0
	h.mu.Unlock()
	switch {
	case mine:
		return at, nil
	case h.careless:
		return namesAt(h.path), nil
	}
	held := true // whether this process holds the lock; the process that mends needs it
	err = patiently(ctx, wait, func() (bool, error) {
		if !held {
			var err error
			if held, err = lockOurs(h.file); !held {
				return false, err
			}
		}
		at = namesAt(h.path) // before the checks: a later removal is then noticed
		if empty, right := index(h.path); at.all() && (empty || right) || !isOpen(h.file) {
			return true, nil
		}
		if h.mine {
			unlockOurs(h.file)
			held = false
		}
		return false, nil
	})
	if !held {
		leaveLine(h.file)
	}
	if errors.Is(err, errLate) {
		err = data.Refuse("%s cannot be used: its -wal or -shm file was removed while a program has it open", data.Line(h.path)).
			WithHint("close all programs that have the file open; nothing that they stored is lost by that")
	}
	return at, err
}

// index looks at -shm, the index of the WAL (https://sqlite.org/walformat.html, sections
// 2.1 and 2.3.1). It reports whether the index says that the WAL is empty, and else whether
// the -wal beside it is the right one: both have the same salts then. SQLite writes to the
// -wal beside an empty index from the start.
func index(path string) (empty, right bool) {
	var shm [40]byte
	var wal [24]byte
	if !readStart(path+suffixes[theShm], shm[:]) || binary.NativeEndian.Uint32(shm[16:]) == 0 {
		return true, false
	}
	return false, readStart(path+suffixes[theWAL], wal[:]) && string(wal[16:24]) == string(shm[32:40])
}

// readStart reads the first bytes of a file, and reports whether there are as many.
func readStart(path string, into []byte) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	n, _ := f.ReadAt(into, 0)
	return n == len(into)
}

// letGo closes a connection, and has SQLite leave the companions alone even if the
// connection is the last one: they may belong to another process.
func (h *home) letGo(c *conn) {
	if ok, _ := keepOpen(h.file); ok {
		defer letClose(h.file)
	}
	c.discard()
}

// sweep removes companions that letGo has left, if no process has the file open any more:
// it opens the file and closes it in order. dsn is that of a connection that reads.
func (h *home) sweep(dsn string, wait time.Duration) {
	left := func() bool {
		at := namesAt(h.path)
		return h.mine && at[theFile] != inode{} && (at[theWAL] != inode{} || at[theShm] != inode{}) && !isUsed(h.file)
	}
	if !left() {
		return
	}
	ctx := context.Background()
	unlock, err := h.lock(ctx, wait)
	if err != nil {
		return // the next program that opens the file removes them
	}
	defer unlock()
	if !left() {
		return
	}
	if c, err := h.dialHeld(ctx, dsn, wait); err == nil {
		c.discard()
	}
}

// forget removes a closed connection.
func (h *home) forget(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
	if len(h.conns) == 0 {
		h.has = names{}
	}
}

// all returns the connections that are open.
func (h *home) all() (all []*conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		all = append(all, c)
	}
	return all
}
