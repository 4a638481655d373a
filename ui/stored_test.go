package ui

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/store"
)

var storedFile = flag.String("stored.file", "", "measure keys on a copy of this file instead of the sample")

// bareInserts is a file of SQLite's with the same durability as ours: one table,
// and one row to each transaction.
type bareInserts struct {
	db   *sql.Conn
	body string
}

func newBareInserts(tb testing.TB, dir string) *bareInserts {
	tb.Helper()
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	u := url.URL{Scheme: "file", Path: filepath.Join(dir, "bare.db"), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	conn, err := db.Conn(tb.Context())
	if err == nil {
		_, err = conn.ExecContext(tb.Context(), `CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL)`)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return &bareInserts{conn, strings.Repeat("x", 200)}
}

func (b *bareInserts) insert(tb testing.TB) time.Duration {
	began := time.Now()
	if _, err := b.db.ExecContext(tb.Context(), `INSERT INTO t (body) VALUES (?)`, b.body); err != nil {
		tb.Fatal(err)
	}
	return time.Since(began)
}

// A typist measures how long a board takes from a key to "stored:". What is read
// again after that, for the next key, is not in it.
type typist struct {
	*screen
	record time.Duration // what of it is spent in recording
	events []data.Event  // what the last change recorded
	n      int
}

func newKeyboard(b testing.TB, path string) *typist {
	k := &typist{screen: &screen{t: b, path: path, now: made}}
	k.store = openFile(b, path, store.Options{Now: k.clock})
	w := Writes(k.store, "ana", data.Lead)
	record := w.Record
	w.Record = func(ctx context.Context, acts []Act) (events []data.Event, err error) {
		began := time.Now()
		events, err = record(ctx, acts)
		k.record = time.Since(began)
		k.events = append(k.events, events...)
		return events, err
	}
	k.start(Config{Source: k.store, Actor: "ana", Role: data.Lead, Now: func() time.Time { return made.In(zone) }, Writer: w}, 80, 24)
	return k
}

// stored does one change, by turns: a key of a menu, a line, and a form. It returns
// how long it took from the last key to the screen that says it is stored. No field
// grows with the number of changes, so there can be any number of them.
func (k *typist) stored() time.Duration {
	k.t.Helper()
	k.n++
	var field, want string
	last := "enter"
	switch k.n % 3 {
	case 0:
		last = fmt.Sprint(k.n / 3 % 4)
		field, want = "priority", "P"+last
		k.press("p")
	case 1:
		field, want = "owner", fmt.Sprint("person ", k.n)
		k.press("o", "o", "ctrl+u").types(want)
	default:
		field, want = "title", fmt.Sprint("Title ", k.n)
		k.press("e").types(fmt.Sprint(k.n % 10))
		k.m.top().(*formPage).form.Put(field, want)
		last = "ctrl+s"
	}
	k.events = nil
	began := time.Now()
	cmd := k.hold(keyPress(last))
	after := k.until(cmd)
	text := k.m.View().Content
	took := time.Since(began)
	if !strings.Contains(text, "stored: A-") {
		k.t.Fatalf("not stored:\n%s", k.text())
	}
	k.recorded(field, want)
	k.run(after)
	return took
}

// recorded fails the test unless the last change set one field of one item to
// exactly this: keys that do something else must not be measured.
func (k *typist) recorded(field, want string) {
	k.t.Helper()
	if len(k.events) == 1 {
		if c, ok := k.events[0].Body.(data.Changed); ok && len(c.Changes) == 1 && c.Changes[0].Field == field && c.Changes[0].Now == want && c.Changes[0].Was != want {
			return
		}
	}
	k.t.Fatalf("change %d, of %s to %q, recorded %+v", k.n, field, want, k.events)
}

// until runs what a key leads to as far as the board knows what came of it.
func (k *typist) until(cmd tea.Cmd) (after tea.Cmd) {
	for cmd != nil && !strings.HasPrefix(k.m.notice, "stored: ") {
		msg := cmd()
		if all, ok := msg.(tea.BatchMsg); ok {
			cmd = nil
			for _, c := range all {
				if c != nil {
					cmd = k.until(c)
				}
			}
			continue
		}
		cmd = k.hold(msg)
	}
	return cmd
}

// A toStored is how long keys took to "stored:", what of it recording took, and bare
// inserts.
type toStored struct{ keys, record, inserts []time.Duration }

// measure makes so many of each. What is first is slower, of both: it is not
// counted.
func measure(tb testing.TB, k *typist, bare *bareInserts, next func() bool) (m toStored) {
	tb.Helper()
	for range 20 {
		k.stored()
		bare.insert(tb)
	}
	for next() {
		m.inserts = append(m.inserts, bare.insert(tb))
		m.keys = append(m.keys, k.stored())
		m.record = append(m.record, k.record)
	}
	slices.Sort(m.keys)
	slices.Sort(m.record)
	slices.Sort(m.inserts)
	return m
}

// percent returns how many milliseconds so many of a hundred take at most.
func percent(all []time.Duration, n int) float64 {
	return float64(all[(len(all)-1)*n/100].Microseconds()) / 1000
}

// ratio is how much longer it takes from a key to "stored:" than a bare insert,
// at the median.
func (m toStored) ratio() float64 { return percent(m.keys, 50) / percent(m.inserts, 50) }

// storedBoard returns a board on a copy of the file to measure, and bare inserts on
// the same disk.
func storedBoard(tb testing.TB) (*typist, *bareInserts) {
	tb.Helper()
	path := *storedFile
	if path == "" {
		path = newFile(tb, "exercise")
	} else {
		path = copied(tb, path)
	}
	return newKeyboard(tb, path), newBareInserts(tb, filepath.Dir(path))
}

// BenchmarkKeyToStored writes by keys and, by turns, rows to a file that is nothing
// but durable. With -stored.file it does so in a file as large as wanted;
// -benchtime 200x makes 200 of each.
func BenchmarkKeyToStored(b *testing.B) {
	k, bare := storedBoard(b)
	m := measure(b, k, bare, b.Loop)
	b.ReportMetric(percent(m.keys, 50), "key-ms")
	b.ReportMetric(percent(m.keys, 95), "key-p95-ms")
	b.ReportMetric(percent(m.record, 50), "record-ms")
	b.ReportMetric(percent(m.inserts, 50), "insert-ms")
	b.ReportMetric(percent(m.inserts, 95), "insert-p95-ms")
	b.ReportMetric(m.ratio(), "ratio")
	b.ReportMetric(percent(m.keys, 95)/percent(m.inserts, 95), "ratio-p95")
}

// copied copies a file that nobody writes.
func copied(tb testing.TB, from string) string {
	tb.Helper()
	to := filepath.Join(tb.TempDir(), "copy.db")
	in, err := os.Open(from)
	if err != nil {
		tb.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		tb.Fatal(err)
	}
	if err := out.Sync(); err != nil { // so that it is not written out while it is measured
		tb.Fatal(err)
	}
	if err := out.Close(); err != nil {
		tb.Fatal(err)
	}
	return to
}
