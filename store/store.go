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
//
// Where a thing belongs:
//
//	file.go     what is asked of a file before SQLite sees it, and its path
//	schema.go   the tables, made from the field tables of package data
//	chain.go    the hash chain
//	writer.go   the one writer, its queue and its groups
//	commit.go   one group's transaction
//	settle.go   what follows a commit that failed
//	project.go  from the fold to the tables, the one way there is
//	table.go    entities to rows and back
//	query.go    what the screen and the commands read; overview.go for the first screen
//	lastby.go   what somebody recorded last
//	search.go   the texts of all items, and finding what stands in them
//	timeline.go what happened, in the order it happened; trend.go for counts over time
//	news.go     what changed after a position of the log
//	latest.go   what people wrote down last
//	conn.go     connections with their prepared statements
//	watch.go    being told of changes
//	reach.go    whether the open file is still there
//	verify.go   proving that the file is whole
//	backup.go   copies
//	head.go     the last head known, kept outside the file
package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
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
	Now      func() time.Time // stamps events; nil means the clock of the program
	Busy     time.Duration    // how long to wait for another process's lock; 0 means 5 s
	StateDir string           // where the last head known is kept; "" keeps none
	ReadOnly bool             // take no writes
	vfs      string           // for tests: the SQLite file system to use
}

// A Store is an open incident file. It is safe for concurrent use.
type Store struct {
	path     string
	opts     Options
	uid      string      // the incident's, which all copies of the file share
	readOnly string      // why it takes no writes; "" if it does
	release  func()      // gives the path back to the registry
	open     os.FileInfo // which file it was when it was opened

	readers  *pool
	writer   writer
	watchers watchers
	heads    heads
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
	opts.StateDir, opts.ReadOnly = "", false
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
// and [Store.ReadOnly] says why.
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

func open(ctx context.Context, path string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = clock.Now
	}
	opts.Busy = cmp.Or(opts.Busy, 5*time.Second)
	release, err := examine(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, opts: opts, release: release}
	s.writer.init(s)
	s.heads.init(s)
	s.readOnly = s.whyReadOnly()
	s.open, _ = os.Stat(path)
	if err := s.connect(ctx); err != nil {
		s.Close()
		return nil, explain(err, path)
	}
	return s, nil
}

// whyReadOnly says why the file takes no writes, or "". What is known of its
// head is another matter: see heads.
func (s *Store) whyReadOnly() string {
	if s.opts.ReadOnly {
		return "opened for reading only"
	}
	return whyReadOnly(s.path)
}

// connect opens the readers and asks the file the questions that only SQLite
// can answer.
func (s *Store) connect(ctx context.Context) error {
	if hasWAL(s.path) {
		// Closing a file that turns out not to be ours would write what is in
		// the WAL to it: it is looked at first by a connection that cannot.
		look := newPool(s.dsn(looking))
		err := look.read(ctx, func(q querier) error { return checkSchema(ctx, q) })
		if err := cmp.Or(err, look.close()); err != nil {
			return err
		}
	}
	s.readers = newPool(s.dsn(reading))
	s.readers.may = s.Reachable
	return s.readers.read(ctx, func(q querier) error {
		if err := checkSchema(ctx, q); err != nil {
			return err
		}
		uid, err := collect(ctx, q, scanString, `SELECT ifnull(uid, '') FROM incident WHERE key = 'incident'`)
		if err != nil || len(uid) == 0 {
			return err // without an incident it is being made
		}
		s.uid = uid[0]
		head, err := readHead(ctx, q)
		if err != nil {
			return err
		}
		return s.heads.meet(ctx, q, head)
	})
}

func openDB(dsn string) *sql.DB {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		panic(err) // only if the driver is not registered
	}
	return db
}

// A use is what a connection is for.
type use uint8

const (
	reading use = iota
	writing
	copying // reads, and writes another file
	mending // writes, also what SQLite keeps for its own tables
	looking // leaves the file as it is, even when it is the last to close it
)

// dsn returns the data source name of connections for a use. It carries all
// settings, so that every connection has them.
func (s *Store) dsn(use use) string {
	q := url.Values{}
	pragma := func(p string) { q.Add("_pragma", p) }
	pragma("busy_timeout(" + strconv.FormatInt(s.opts.Busy.Milliseconds(), 10) + ")")
	pragma("trusted_schema(0)")
	pragma("cell_size_check(1)")
	pragma("mmap_size(0)")
	pragma("foreign_keys(1)")
	if use != mending {
		q.Set("_defensive", "1")
	}
	q.Set("_dqs", "0")
	// A file that we only do not want to write may be written by others at any
	// time: it is read with locks, as any other.
	locked := whyReadOnly(s.path) != ""
	switch {
	case locked && immutable(s.path):
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	case locked, use == looking:
		q.Set("mode", "ro")
	default:
		q.Set("mode", "rw")
	}
	switch use {
	case reading:
		pragma("query_only(1)")
	case writing, mending:
		pragma("journal_mode(WAL)")
		pragma("synchronous(FULL)")
		pragma("secure_delete(1)")
		q.Set("_txlock", "immediate")
	}
	if s.opts.vfs != "" {
		q.Set("vfs", s.opts.vfs)
	}
	u := url.URL{Scheme: "file", Path: s.path, RawQuery: q.Encode()}
	return u.String()
}

// Path returns the absolute path of the file.
func (s *Store) Path() string { return s.path }

// ReadOnly returns why the file takes no writes, in a few words, or "" if it
// does.
func (s *Store) ReadOnly() string { return s.readOnly }

// Close closes the file, after what waits to be recorded. The last one to close
// a file leaves no WAL behind.
func (s *Store) Close() error {
	s.watchers.close()
	err := s.writer.close()
	if s.readers != nil {
		s.heads.close()
		err = cmp.Or(err, s.readers.close())
	}
	s.release()
	return err
}
