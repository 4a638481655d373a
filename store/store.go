// Package store keeps one incident in one SQLite file.
//
// The event table is the log, and the log is the truth: it only grows, and each
// event's hash covers the one before. All other tables are written from the
// folded entities in the transaction that records an event; they can be thrown
// away and rebuilt. Package data knows what an event means; nothing here does.
//
// Creating a file ([Create]) and opening one ([Open]) are different acts.
// There is one door for changes, [Store.Record], and behind it one writer per
// process that commits what waits in one transaction, with one sync to disk. An
// error from Record says whether the change was recorded.
package store

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"modernc.org/sqlite"

	"warroom/data"
	"warroom/data/clock"
)

func init() {
	// Open-file-description locks survive another open and close of the same
	// file in this process; POSIX locks do not.
	sqlite.OFDLocking(true)
	sqlite.StrictPragmas(true)
}

// Options say how a file is opened. The zero Options are those of a person at
// the file.
type Options struct {
	Now      func() time.Time                // stamps events; nil means the clock of the program
	Busy     time.Duration                   // how long to wait for another process's lock; 0 means 15 s
	StateDir string                          // where the last head known is kept; "" keeps none
	ReadOnly bool                            // take no writes
	making   bool                            // it has no event yet
	Progress func(string)                    // told how an upgrade of the file goes; may be nil
	Say      func(string)                    // told each of [Store.Warnings] as it comes; may be nil
	vfs      string                          // for tests: the SQLite file system to use
	doubt    time.Duration                   // for tests: instead of doubtDelay; 0 means that
	room     func(dir string) (int64, error) // for tests: instead of roomIn
	inMemory int64                           // for tests: instead of mostInMemory
	careless bool                            // for tests: like a program that knows nothing of our lock
}

// A Store is an open incident file. It is safe for concurrent use.
type Store struct {
	path     string
	opts     Options
	uid      string      // the incident's, which all copies of the file share
	other    number      // the file's, if it is read by way of a projection of our own; else 0
	upgraded string      // what was done to open it, in words; "" if nothing was
	readOnly string      // why it takes no writes, whatever its log says; "" if it does
	home     *home       // of the path, in this process
	release  func()      // gives up the home
	open     os.FileInfo // which file it was when it was opened

	readers  *pool
	guardian *time.Timer // runs guard
	closed   atomic.Bool
	writer   writer
	watchers watchers
	heads    heads
	warnings warnings
}

// warnings are messages about the file that no request has asked for.
type warnings struct {
	mu  sync.Mutex
	all []string
}

// Warnings returns messages that people must see although no request has asked for them,
// the oldest first: a stored change is lost, or a foreign -wal was found beside the file.
func (s *Store) Warnings() []string {
	s.warnings.mu.Lock()
	defer s.warnings.mu.Unlock()
	return slices.Clone(s.warnings.all)
}

func (s *Store) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.warnings.mu.Lock()
	s.warnings.all = append(s.warnings.all, text)
	s.warnings.mu.Unlock()
	if s.opts.Say != nil {
		s.opts.Say(text)
	}
	s.watchers.tell()
}

// An Offer is an event as its author hands it in: all but its place in the log.
type Offer struct {
	ID   string // a UUID that stays the same when the event is offered again; "" makes one
	By   data.Actor
	Role data.Role
	At   time.Time // when it was recorded; the zero time means now
	Body data.Body
}

// NewID returns an id for an event.
func NewID() string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err) // the system has no randomness to give
	}
	return id.String()
}

// Create makes an incident file at path from the body that makes the incident,
// to which it adds the file's identity. What fill records, if it is not nil, is
// part of making the file: if it fails there is no file. An existing file is
// never overwritten.
func Create(ctx context.Context, path string, opts Options, incident Offer, fill func(*Store) error) error {
	made, ok := incident.Body.(data.Made)
	if !ok || made.Of != data.KindIncident {
		return fmt.Errorf("a file begins with its incident")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return data.Refuse("%s exists already", data.Line(path)).WithHint("choose another name; a file is never overwritten")
	}
	if err := checkPlace(path); err != nil {
		return err
	}
	return publish(path, func(temp string) error {
		fields := map[string]string{"uid": uuid.NewString()}
		for k, v := range made.Fields {
			fields[k] = v
		}
		made.Fields = fields
		incident.Body = made
		return build(ctx, temp, opts, incident, fill)
	})
}

// build makes a file at path, where an empty one stands.
func build(ctx context.Context, path string, opts Options, incident Offer, fill func(*Store) error) (err error) {
	if err := createSchema(ctx, path, opts); err != nil {
		return explain(err, path)
	}
	opts.StateDir, opts.ReadOnly, opts.making = "", false, true
	s, err := open(ctx, path, opts)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, s.Close()) }()
	if _, err := s.Record(ctx, incident); err != nil {
		return err
	}
	s.uid = incident.Body.(data.Made).Fields["uid"]
	if fill != nil {
		return fill(s)
	}
	return nil
}

// Open opens the incident file at path. It changes nothing in a file that is
// not an incident file, is newer, or is damaged: the error's class is
// data.BadFile then. A file that cannot or must not be written opens read-only,
// and [Store.ReadOnly] says why. A file of an older version is upgraded, and
// [Store.Upgraded] says so; if it must not be written, or is newer, what is read is
// a projection of its log.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return open(ctx, path, opts)
}

// waitForLock is how long a store waits for another process by default. A redaction
// writes the whole file anew, which takes seconds on a large file or a slow disk.
const waitForLock = 15 * time.Second

func open(ctx context.Context, path string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = clock.Now
	}
	opts.Busy = cmp.Or(opts.Busy, waitForLock)
	home, release, err := examine(path, opts.careless)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, opts: opts, home: home, release: release}
	s.writer.init(s)
	s.heads.init(s)
	s.readOnly = s.whyReadOnly()
	s.open, _ = os.Stat(path)
	err = s.meet(ctx)
	if err == nil {
		err = s.connect(ctx)
	}
	if err != nil {
		s.Close()
		return nil, explain(err, path)
	}
	if s.home.mine {
		removeTemps(filepath.Dir(path))
	}
	return s, nil
}

// whyReadOnly says why the file takes no writes, or "". What is known of its
// head is another matter: see heads.
func (s *Store) whyReadOnly() string {
	if s.opts.ReadOnly {
		return readOnlyOpened
	}
	return whyReadOnly(s.path)
}

// meet finds out which version the file is of, and makes it readable here.
func (s *Store) meet(ctx context.Context) error {
	n, err := headerNumber(s.home.file)
	if err != nil {
		return unreadable(data.Line(s.path), &os.PathError{Err: err})
	}
	if hasWAL(s.path) {
		// Closing a file that turns out not to be ours would write what is in
		// the WAL to it: it is looked at first by a connection that cannot.
		look := s.newPool(looking)
		err := look.read(ctx, func(q querier) error {
			if n, err = readNumber(ctx, q); err != nil {
				return err
			}
			return cmp.Or(n.readable(data.Line(s.path)), checkSchema(ctx, q, n))
		})
		if err := cmp.Or(err, look.close()); err != nil {
			return err
		}
	}
	switch {
	case n == ours:
		return nil
	case n < ours && s.readOnly == "":
		return s.upgrade(ctx)
	case n > ours:
		s.readOnly = readOnlyNewer
	}
	s.other = n
	return nil
}

// Upgraded says in words what was done to a file of an older version to open it, or "".
func (s *Store) Upgraded() string { return s.upgraded }

// connect opens the readers and asks the file the questions that only SQLite
// can answer.
func (s *Store) connect(ctx context.Context) error {
	s.readers = s.newPool(reading)
	s.readers.may = s.Reachable
	err := s.readers.read(ctx, func(q querier) error {
		if err := cmp.Or(checkNumber(ctx, q, "the file cannot be used"), checkSchema(ctx, q, ours)); err != nil {
			return err
		}
		uid, err := collect(ctx, q, scanString, `SELECT ifnull(uid, '') FROM incident WHERE key = 'incident'`)
		if err != nil {
			return err
		}
		head, err := readHead(ctx, q)
		if err == nil && head.Seq == 0 && !s.opts.making {
			return noEvent(len(uid) > 0)
		}
		if len(uid) > 0 { // else it is being made, or [Store.Verify] says what is missing
			s.uid = uid[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	s.guardian = time.AfterFunc(time.Hour, s.guard)
	s.guardian.Reset(slowPoll)
	if s.uid == "" {
		return nil
	}
	return s.heads.meet(ctx)
}

// noEvent refuses a file whose log is empty. tables says that its tables are not.
func noEvent(tables bool) error {
	if !tables {
		return notIncident("it holds no incident")
	}
	e := &data.Error{Class: data.BadFile, What: "damaged: it holds no incident: the log is empty, and its tables are not"}
	return e.WithHint("restore a backup; until then keep this file: its tables are the last copy")
}

// Path returns the absolute path of the file.
func (s *Store) Path() string { return s.path }

// ReadOnly returns why the file takes no writes, in a few words, or "" if it
// does. It may change: a log that falls short of the last head known here is looked
// at again every minute.
func (s *Store) ReadOnly() string { return cmp.Or(s.readOnly, s.heads.doubts()) }

// Close closes the file, after what waits to be recorded. The last one to close
// a file leaves no WAL behind.
func (s *Store) Close() error {
	s.closed.Store(true)
	if s.guardian != nil {
		s.guardian.Stop()
	}
	s.watchers.close()
	s.mendNow(context.Background()) // closing the file would lose it
	err := s.writer.close()
	if s.readers != nil {
		s.heads.close()
		err = cmp.Or(err, s.readers.close())
		s.home.sweep(s.dsn(reading), s.opts.Busy)
	}
	s.release()
	return err
}
