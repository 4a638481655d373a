package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"warroom/data"
)

// sampleLog is a log with every kind of event in it, an item of most kinds, and
// a redaction.
func sampleLog(t tester, dir string) string {
	t.Helper()
	path := fileIn(t, dir,
		made(data.KindSource, "title", "Press release", "grade", "B2"),
		data.Made{Of: data.KindRegion, Key: "europe", Fields: pairs([]string{"name", "Europe"})},
		data.Made{Of: data.KindCategory, Key: "names", Fields: pairs([]string{"name", "Names"})},
		data.Made{Of: data.KindWorkstream, Key: "support", Fields: pairs([]string{"name", "Customer support"})},
		action("owner", "Ben", "due", "2024-08-16T10:00:00Z"),
		claim("source", "S-1", "standing", "confirmed"),
		made(data.KindNote, "text", "Jane Doe called"),
		made(data.KindQuestion, "text", "How many?"),
		change("A-1", "state", "open", "doing"),
	)
	s := mustOpen(t, path, options)
	record(t, s, redaction(t, s, 8))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// tamper opens a file as somebody would who knows SQLite and not us: the
// triggers and checks of the log do not hold.
func tamper(t tester, path string) *sql.DB {
	t.Helper()
	db := openDB("file:" + path + "?mode=rw&_pragma=ignore_check_constraints(1)&_pragma=busy_timeout(5000)")
	db.SetMaxOpenConns(1)
	for _, name := range []string{"event_no_update", "event_no_delete", "event_no_replace"} {
		if _, err := db.Exec("DROP TRIGGER " + name); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// mend puts the triggers back, so that the file's schema is ours again.
func mend(t tester, db *sql.DB) {
	t.Helper()
	for _, stmt := range logSchema {
		if strings.HasPrefix(stmt, "CREATE TRIGGER") {
			if _, err := db.Exec(stmt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// behindTheBack returns a copy of a file that was changed by statements, and
// that looks like ours.
func behindTheBack(t *testing.T, path string, statements ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	copyFile(t, path, to)
	db := tamper(t, to)
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	mend(t, db)
	return to
}

func TestVerifyFindsNothingInAWholeFile(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	rep := whole(t, openFile(t, path, options))
	if rep.Head.Seq != 11 {
		t.Errorf("head %d, want 11", rep.Head.Seq)
	}
	if len(rep.Redacted) != 1 || rep.Redacted[0] != (Redaction{8, "ana", "personal data"}) {
		t.Errorf("redacted: %v", rep.Redacted)
	}
}

// Every byte of every column of every event, changed in three ways.
func TestVerifyFindsEveryChangedByte(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	s := openFile(t, path, options)
	db := tamper(t, path)
	defer db.Close()
	ctx := t.Context()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	flips := 0
	for seq := int64(1); seq <= 11; seq++ {
		for _, col := range []string{"id", "at", "by", "ref", "kind", "body", "salt", "digest", "hash"} {
			var value any
			q := fmt.Sprintf(`SELECT %q FROM event WHERE seq = ?`, col)
			if err := conn.QueryRowContext(ctx, q, seq).Scan(&value); err != nil {
				t.Fatal(err)
			}
			raw, isText := []byte(nil), false
			switch v := value.(type) {
			case string:
				raw, isText = []byte(v), true
			case []byte:
				raw = v
			}
			for i := range raw {
				for _, mask := range []byte{0x01, 0x20, 0x80}[:unlessRace(3, 1)] {
					raw[i] ^= mask
					exec(`BEGIN`)
					update := fmt.Sprintf(`UPDATE event SET %q = ? WHERE seq = ?`, col)
					if isText {
						exec(update, string(raw), seq)
					} else {
						exec(update, raw, seq)
					}
					_, err := s.verify(ctx, conn)
					exec(`ROLLBACK`)
					raw[i] ^= mask
					flips++
					if data.ClassOf(err) != data.BadFile || !strings.Contains(err.Error(), fmt.Sprintf("event %d ", seq)) {
						t.Fatalf("event %d, byte %d of %s ^ %#x: Verify says %v", seq, i, col, mask, err)
					}
				}
			}
		}
	}
	if flips < unlessRace(7000, 2000) {
		t.Errorf("only %d flips", flips)
	}
	t.Logf("%d flips of bytes of events, all found", flips)
	if _, err := s.verify(ctx, conn); err != nil {
		t.Errorf("after all: %v", err)
	}
}

// forge computes the chain anew from event first on, as somebody may who has
// the program's source.
func forge(t tester, db *sql.DB, first int64) {
	t.Helper()
	type stored struct {
		e            data.Event
		at           string
		salt, digest []byte
		body         string
	}
	rows, err := collect(context.Background(), db, func(r *sql.Rows) (v stored, err error) {
		var by, ref, kind string
		err = r.Scan(&v.e.Seq, &v.e.ID, &v.at, &by, &ref, &kind, &v.body, &v.salt, &v.digest)
		v.e.By, v.e.Ref = data.Actor(by), data.Ref(ref)
		if err == nil {
			v.e.Body, err = data.DecodeBody(kind, []byte(v.body))
		}
		return v, err
	}, `SELECT seq, id, at, "by", ref, kind, body, salt, digest FROM event ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	var prev Hash
	for _, v := range rows {
		d := Hash(v.digest)
		if v.salt != nil && v.e.Seq >= first {
			d = digest(v.salt, []byte(v.body))
		}
		prev = link(prev, &v.e, v.at, d)
		if _, err := db.Exec(`UPDATE event SET digest = ?, hash = ? WHERE seq = ?`, d[:], prev[:], v.e.Seq); err != nil {
			t.Fatal(err)
		}
	}
}

const copyEvent = `INSERT INTO event SELECT %d, id || 'x', at, "by", ref, kind, body, salt, digest, hash FROM event WHERE seq = %d`

func TestVerifyFindsEventsMoved(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	move := func(from, to int) string { return fmt.Sprintf(`UPDATE event SET seq = %d WHERE seq = %d`, to, from) }
	for _, tt := range []struct {
		name       string
		statements []string
		want       string
	}{
		{"the first dropped", []string{`DELETE FROM event WHERE seq = 1`}, "damaged: event 1 is missing"},
		{"one dropped", []string{`DELETE FROM event WHERE seq = 5`}, "damaged: event 5 is missing"},
		{"one dropped and the gap closed", []string{`DELETE FROM event WHERE seq = 5`,
			`UPDATE event SET seq = -seq + 1 WHERE seq > 5`, `UPDATE event SET seq = -seq WHERE seq < 0`}, "damaged: event 5 is not what was recorded"},
		{"the last doubled", []string{fmt.Sprintf(copyEvent, 12, 11)}, "damaged: event 12 is not what was recorded"},
		{"one doubled", []string{`UPDATE event SET seq = -seq - 1 WHERE seq > 4`, `UPDATE event SET seq = -seq WHERE seq < 0`,
			fmt.Sprintf(copyEvent, 5, 4)}, "damaged: event 5 is not what was recorded"},
		{"two swapped", []string{move(4, 99), move(5, 4), move(99, 5)}, "damaged: event 4 is not what was recorded"},
		{"one inserted", []string{`INSERT INTO event VALUES (12, 'x', '2024-08-15T09:00:00.000Z', 'eve', 'A-1', 'changed',
			'{"ref":"A-1","changes":[{"field":"state","was":"doing","now":"done"}]}', x'00', zeroblob(32), zeroblob(32))`}, "damaged: event 12 is not what was recorded"},
		{"one before the first", []string{fmt.Sprintf(copyEvent, 0, 1)}, "damaged: event 1 is missing"},
		{"a redaction dropped", []string{`DELETE FROM event WHERE seq = 11`},
			"damaged: the end of the log may be cut: the tables know of a redaction of event 8 that is not in the log"},
		{"masked without a redaction", []string{`UPDATE event SET body = replace(body, 'How many?', '[redacted]'), salt = NULL WHERE seq = 9`},
			"damaged: event 9 was masked without a redaction"},
		{"the masked content changed", []string{`UPDATE event SET body = replace(body, '[redacted]', 'Ben called') WHERE seq = 8`},
			"damaged: event 8 is not what the redaction in event 11 left of it"},
		{"a salt destroyed", []string{`UPDATE event SET salt = NULL WHERE seq = 6`}, "damaged: event 6 was masked without a redaction"},
		{"a salt made", []string{`UPDATE event SET salt = x'00' WHERE seq = 8`}, "damaged: event 8 is not what was recorded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := openFile(t, behindTheBack(t, path, tt.statements...), options)
			_, err := s.Verify(t.Context())
			refusal(t, err, data.BadFile, tt.want)
			if data.HintOf(err) == "" {
				t.Error("no hint")
			}
		})
	}
}

// What the log cannot show of itself: the last head known does.
func TestVerifyFindsWhatTheChainCannotShow(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	opts := options
	for _, tt := range []struct {
		name  string
		alter func(t *testing.T, db *sql.DB)
		want  string
	}{
		{"the end cut off", func(t *testing.T, db *sql.DB) {
			mustExec(t, db, `DELETE FROM event WHERE seq > 9`)
		}, "damaged: event 10: the log is older than when it was last open here: 9 events, there were 11"},
		{"the whole chain computed anew", func(t *testing.T, db *sql.DB) {
			mustExec(t, db, `UPDATE event SET body = replace(body, 'Press release', 'A rumour') WHERE seq = 2`)
			forge(t, db, 2)
		}, "damaged: event 11: the log is not the log that was last open here: event 11 is another"},
		{"computed anew and longer", func(t *testing.T, db *sql.DB) {
			mustExec(t, db, `UPDATE event SET "by" = 'eve' WHERE seq = 6`)
			mustExec(t, db, `INSERT INTO event SELECT 12, 'x', at, "by", ref, kind, body, salt, digest, hash FROM event WHERE seq = 10`)
			forge(t, db, 6)
		}, "damaged: event 11: the log is not the log that was last open here: event 11 is another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts.StateDir = t.TempDir()
			to := filepath.Join(t.TempDir(), "copy.db")
			copyFile(t, path, to)
			if err := mustOpen(t, to, opts).Close(); err != nil {
				t.Fatal(err)
			}
			db := tamper(t, to)
			tt.alter(t, db)
			mend(t, db)
			_, err := openFile(t, to, opts).Verify(t.Context())
			refusal(t, err, data.BadFile, tt.want)
		})
	}
}

func mustExec(t tester, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(q, args...); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}
