package store

import (
	"database/sql"
	"net/url"
	"strconv"
)

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
	fixed   // reads what nobody can write
	salvage // reads what it can of a damaged file, and leaves it as it is
)

// synchronous is FULL: each commit waits for the disk. A build for tests can ask
// for less.
var synchronous = "FULL"

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
	if use != mending && use != salvage {
		q.Set("_defensive", "1")
	}
	q.Set("_dqs", "0")
	switch {
	case use == fixed:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	case use == looking, use == salvage && hasWAL(s.path), whyReadOnly(s.path) != "": // it stays as it is
		q.Set("mode", "ro")
	default:
		q.Set("mode", "rw")
	}
	switch use {
	case reading, fixed:
		pragma("query_only(1)")
	case salvage:
		pragma("query_only(1)")
		pragma("writable_schema(1)") // SQLite reads on where a file is cut short or its schema is damaged
	case writing, mending:
		pragma("journal_mode(WAL)")
		pragma("synchronous(" + synchronous + ")")
		pragma("secure_delete(1)")
		q.Set("_txlock", "immediate")
	}
	if s.opts.vfs != "" {
		q.Set("vfs", s.opts.vfs)
	}
	u := url.URL{Scheme: "file", Path: s.path, RawQuery: q.Encode()}
	return u.String()
}
