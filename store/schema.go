package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"warroom/data"
)

// applicationID is what a file says in its header that it is: "WARR".
const applicationID = 0x57415252

// logSchema is the log and what guards it, which belong to the format: see [Format].
// Only a redaction may change an event, and only by masking its content: the event that
// says so is there first.
var logSchema = []string{
	`CREATE TABLE event (
	seq INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	at TEXT NOT NULL,
	"by" TEXT NOT NULL,
	ref TEXT NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	salt BLOB,
	digest BLOB NOT NULL,
	hash BLOB NOT NULL
) STRICT`,
	`CREATE INDEX event_ref ON event (ref)`,
	`CREATE TRIGGER event_no_update BEFORE UPDATE ON event
WHEN NOT (
	NEW.salt IS NULL AND OLD.salt IS NOT NULL
	AND (NEW.seq, NEW.id, NEW.at, NEW."by", NEW.ref, NEW.kind, NEW.digest, NEW.hash)
	 IS (OLD.seq, OLD.id, OLD.at, OLD."by", OLD.ref, OLD.kind, OLD.digest, OLD.hash)
	AND EXISTS (SELECT 1 FROM event AS r WHERE r.ref = 'event-' || OLD.seq AND r.kind = 'redacted')
)
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END`,
	`CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END`,
	// REPLACE deletes without asking the trigger above.
	`CREATE TRIGGER event_no_replace BEFORE INSERT ON event
WHEN NEW.seq <= (SELECT max(seq) FROM event) OR EXISTS (SELECT 1 FROM event AS e WHERE e.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END`,
}

// foldSchema is what the fold keeps besides the entities.
var foldSchema = []string{
	`CREATE TABLE tally (
	key TEXT PRIMARY KEY,
	n INTEGER NOT NULL
) STRICT, WITHOUT ROWID`,
	`CREATE TABLE figure (
	cell TEXT NOT NULL,
	unit TEXT NOT NULL,
	claim INTEGER NOT NULL,
	PRIMARY KEY (cell, unit)
) STRICT, WITHOUT ROWID`,
	`CREATE TABLE notified (
	region TEXT NOT NULL,
	channel TEXT NOT NULL,
	notice INTEGER NOT NULL,
	PRIMARY KEY (region, channel)
) STRICT, WITHOUT ROWID`,
	`CREATE TABLE newer (
	seq INTEGER PRIMARY KEY
) STRICT`,
	`CREATE INDEX action_list ON action (open, due_key, priority_key, num, ` + quoted("", listColumns) + `)`,
	`CREATE INDEX action_ask ON action (due_key, priority_key, num) WHERE open = 1 AND kind = 'ask'`,
	`CREATE INDEX claim_cell ON claim (cell, unit)`,
	`CREATE INDEX notice_route ON notice (region, channel)`,
	`CREATE INDEX question_open ON question (num) WHERE state = 'open'`,
	searchTable,
}

// listColumns are the columns that the index of actions holds behind its order:
// what people filter lists by, so that it is told without reading the rows. When an
// action was last changed is not among them: with it, each event would rewrite the
// index, for a fifth more CPU where commits are shared.
var listColumns = []string{"state", "kind", "stream", "priority", "owner", "to", "waits_for"}

// searchTable holds the texts of all items, to be searched. Trigrams find any
// part of a word, and words of languages that put no spaces between them.
const searchTable = `CREATE VIRTUAL TABLE search USING fts5(text, columnsize = 0, tokenize = 'trigram')`

// shadowSchema is what SQLite makes for searchTable, in its words.
var shadowSchema = []string{
	`CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB)`,
	`CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID`,
	`CREATE TABLE 'search_content'(id INTEGER PRIMARY KEY, c0)`,
	`CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID`,
}

// schema returns the statements that make an empty file, each exactly as SQLite
// keeps it.
var schema = sync.OnceValue(func() []string {
	all := slices.Clone(logSchema)
	for _, t := range tables {
		all = append(all, t.create())
	}
	return append(all, foldSchema...)
})

// article returns the article of a word.
func article(word string) string {
	if strings.ContainsAny(word[:min(len(word), 1)], "aeiou") {
		return "an"
	}
	return "a"
}

func createSchema(ctx context.Context, path string, opts Options) error {
	s := &Store{path: path, opts: opts}
	db := openDB(s.dsn(writing))
	db.SetMaxOpenConns(1)
	// One transaction: a file has the whole schema or none of it.
	script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s;\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\nCOMMIT",
		strings.Join(schema(), ";\n"), applicationID, ours)
	_, err := db.ExecContext(ctx, script)
	err = errors.Join(err, db.Close())
	if err == nil && hasWAL(path) {
		return errUnfinished
	}
	return err
}

// checkSchema refuses a file whose schema is not that of its number: a trigger or a view
// that somebody added would run with our next change. That of an older file may have
// other columns and indexes, since its tables are made anew, but no others; of a newer
// one it is known what the log is.
func checkSchema(ctx context.Context, q querier, n number) error {
	rows, err := q.QueryContext(ctx, `SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema`)
	if err != nil {
		return unlike(err)
	}
	defer rows.Close()
	all := logSchema
	if n == ours {
		all = slices.Concat(schema(), shadowSchema)
	}
	want := map[string]bool{}
	for _, sql := range all {
		want[sql] = true
	}
	for rows.Next() {
		var kind, name, table, sql string
		if err := rows.Scan(&kind, &name, &table, &sql); err != nil {
			return err
		}
		if n < ours && sql == firstLog {
			sql = logSchema[0]
		}
		auto := sql == "" && kind == "index" && strings.HasPrefix(name, "sqlite_autoindex_")
		if !want[sql] && !auto && n <= ours && !(n < ours && earlier(kind, table, sql)) {
			return notIncident("it has %s %s %q that is not ours", article(kind), kind, data.Line(name))
		}
		delete(want, sql)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(want) > 0 {
		return notIncident("%d of its tables and indexes are missing or changed", len(want))
	}
	return nil
}

// firstLog is the statement of the log in version 1.
var firstLog = strings.Replace(logSchema[0], "body TEXT NOT NULL", "body TEXT NOT NULL CHECK (json_valid(body))", 1)

// earlier reports whether a statement may be that of an earlier version: of a table that
// we have too, or of an index of it.
func earlier(kind, table, sql string) bool {
	switch {
	case slices.Contains(shadowSchema, sql), sql == searchTable:
		return true
	case kind == "table":
		return ownTable(table) && strings.HasPrefix(sql, "CREATE TABLE ")
	}
	return kind == "index" && ownTable(table)
}

// ownTable reports whether a table is one that is made from the log.
func ownTable(name string) bool {
	switch name {
	case "tally", "figure", "notified", "newer":
		return true
	}
	return tableOf[data.Kind(name)] != nil
}

// unlike turns what SQLite says of a query that is right into an error of the file.
func unlike(err error) error {
	var sq *sqlite.Error
	if errors.As(err, &sq) && sq.Code() == sqlite3.SQLITE_ERROR {
		return damaged("%s", data.Line(sq.Error())).WithHint("restore a backup")
	}
	return err
}
