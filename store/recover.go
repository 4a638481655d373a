package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"warroom/data"
	"warroom/data/clock"
)

// A Recovery says what [Recover] saved of a damaged file.
type Recovery struct {
	Head   Head    // of the new file
	Taken  int64   // how many events it holds of the damaged one
	Lacks  string  // what it could not take first; "" if it has the whole log
	Masked []int64 // the events whose redaction was lost, and is recorded anew
}

// whyMaskedAnew is on record for a redaction that was lost.
const whyMaskedAnew = "masked in the file that this one was recovered from; the redaction was lost"

// Recover writes the good part of a log into a new file: the events before the first
// damaged or missing one, unchanged, with their hashes. The tables of the new file are
// made anew, and the file is proved before it gets its name. The damaged file stays as it
// is; [Open] may refuse it. A redaction that was lost with the end of the log is recorded
// anew, by the actor by.
func Recover(ctx context.Context, from, to string, opts Options, by data.Actor) (rec *Recovery, err error) {
	if from, err = filepath.Abs(from); err != nil {
		return nil, err
	}
	if to, err = filepath.Abs(to); err != nil {
		return nil, err
	}
	if err := checkPlace(to); err != nil {
		return nil, err
	}
	name := data.Line(from)
	if info, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil, data.Refuse("there is no file %s", name)
	} else if err != nil {
		return nil, unreadable(name, err)
	} else if !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, notIncident("%s holds nothing", name)
	}
	if opts.Now == nil {
		opts.Now = clock.Now
	}
	opts.StateDir, opts.ReadOnly = "", false
	damaged := &Store{path: from, opts: opts}
	db := openDB(damaged.dsn(salvage))
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil) // one transaction: what is proved is what is copied
	if err != nil {
		return nil, unsaved(err, from)
	}
	defer tx.Rollback()
	good, err := readGood(ctx, tx)
	if err != nil {
		return nil, unsaved(err, from)
	}
	err = publish(to, func(temp string) error {
		rec, err = saveGood(ctx, tx, good, temp, opts, by)
		return err
	})
	return rec, err
}

// unsaved says why nothing of a file can be recovered.
func unsaved(err error, path string) error {
	var ours *data.Error
	if errors.As(err, &ours) {
		return err
	}
	e := &data.Error{Class: data.BadFile, What: fmt.Sprintf("nothing of %s can be recovered: %v", data.Line(path), err), Err: err}
	return e.WithHint("restore a backup")
}

// A goodPart is the part of a log that can be taken.
type goodPart struct {
	last  int64         // its last event
	masks []maskedEvent // those whose redaction is not in it
	lacks string        // what comes next and is not good
}

// readGood reads a log up to the first event that is damaged or missing.
func readGood(ctx context.Context, tx *sql.Tx) (good goodPart, err error) {
	// A limit: the rest of the schema may be where the file is damaged.
	says, err := collect(ctx, tx, scanString, `SELECT ifnull(sql, '') FROM sqlite_schema WHERE type = 'table' AND name = 'event' LIMIT 1`)
	if err != nil {
		return good, err
	}
	if len(says) != 1 || says[0] != logSchema[0] && says[0] != firstLog {
		return good, notIncident("it has no log of ours")
	}
	p := newProof()
	wrong := walkChain(ctx, tx, p.visit)
	if err := ctx.Err(); err != nil {
		return good, err
	}
	last := p.state.Seq
	if p.bad > 0 {
		last = p.bad - 1
	}
	for i := 0; ; i++ {
		good.masks = p.unredacted(last)
		if i >= len(good.masks) {
			break
		}
		// No redaction leaves such content: somebody has changed it. The log is cut
		// before this event, and other redactions may be lost by that.
		m := good.masks[i]
		red, err := data.Redact(m.event, whyMaskedAnew)
		if err != nil || !bytes.Equal(red.Body, []byte(m.body)) {
			last, wrong, i = m.event.Seq-1, maskedAlone(m.event.Seq), -1
		}
	}
	if wrong == nil {
		// A difference between tables and log is reported, and is no reason to fail.
		if what, err := lost(ctx, tx, p.state); err == nil && what != "" {
			wrong = cutEnd(what)
		}
	}
	if wrong != nil {
		good.lacks = wrong.Error()
	}
	if last == 0 {
		return good, &data.Error{Class: data.BadFile, What: "nothing can be recovered: " + cmp.Or(good.lacks, "the log is empty"), Hint: "restore a backup"}
	}
	good.last = last
	return good, nil
}

// unredacted returns the masked events up to a position of the log whose
// redaction comes after that position, or is missing.
func (p *proof) unredacted(last int64) (all []maskedEvent) {
	for _, seq := range slices.Sorted(maps.Keys(p.masks)) {
		if m := p.masks[seq]; seq <= last && (m.by == 0 || m.by > last) {
			all = append(all, m)
		}
	}
	return all
}

// saveGood makes a file at path, over an empty one, from the good part
// of a log.
func saveGood(ctx context.Context, from *sql.Tx, good goodPart, path string, opts Options, by data.Actor) (*Recovery, error) {
	if err := createSchema(ctx, path, opts); err != nil {
		return nil, explain(err, path)
	}
	saved := &Store{path: path, opts: opts}
	c, err := dial(ctx, saved.dsn(mending))
	if err != nil {
		return nil, explain(err, path)
	}
	defer c.discard()
	rec := &Recovery{Taken: good.last, Lacks: good.lacks}
	err = c.inTx(ctx, func() error {
		if err := copyEvents(ctx, from, c, good.last); err != nil {
			return err
		}
		for _, m := range good.masks {
			if err := maskAnew(ctx, c, m, opts.Now(), by); err != nil {
				return err
			}
			rec.Masked = append(rec.Masked, m.event.Seq)
		}
		return rebuild(ctx, c, func() error { return nil })
	})
	if err != nil {
		return nil, explain(err, path)
	}
	c.discard()
	rep, err := finishBackup(ctx, path, opts)
	if err != nil {
		return nil, err
	}
	rec.Head = rep.Head
	return rec, nil
}

// copyEvents copies the first events of a log as they are.
func copyEvents(ctx context.Context, from querier, to *conn, last int64) error {
	// A limit: looking for the end of a range, SQLite would read what is damaged.
	rows, err := from.QueryContext(ctx, `SELECT seq, id, at, "by", ref, kind, body, salt, digest, hash FROM event ORDER BY seq LIMIT ?`, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]any, 10)
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := to.exec(ctx, insertEvent, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// maskAnew records at the end of a log the redaction of an event that is masked.
func maskAnew(ctx context.Context, c *conn, m maskedEvent, now time.Time, by data.Actor) error {
	red, err := data.Redact(m.event, whyMaskedAnew)
	if err != nil {
		return err
	}
	head, err := readHead(ctx, c)
	if err != nil {
		return err
	}
	row, err := seal(&data.Event{Seq: head.Seq + 1, ID: NewID(), At: now.UTC().Truncate(time.Millisecond), By: data.Actor(data.Line(string(by))),
		Ref: data.EventRef(m.event.Seq), Body: red}, head.Hash)
	if err != nil {
		return err
	}
	return c.exec(ctx, insertEvent, row.values()...)
}
