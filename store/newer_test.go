package store

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// newerEvents are events as a newer warroom may record them in a log of our format.
var newerEvents = []data.Event{
	{Ref: "A-1", Body: data.Newer{Of: "moved", Raw: json.RawMessage(`{"to":"A-2","why":"Jane Roe moved"}`)}},
	{Ref: "M-1", Body: made("milestone", "title", "Jane Roe was told", "private", "true")},
	{Ref: "M-1", Body: change("M-1", "title", "Jane Roe was told", "told")},
	{Ref: "region:africa", Body: made2(data.KindRegion, "africa", "name", "Africa of Jane Roe", "notices", "begun")},
	{Ref: "A-2", Body: action("owner", "Ben", "colour", "of Jane Roe")},
	{Ref: "A-2", Body: change("A-2", "colour", "of Jane Roe", "red")},
}

// appendEvents adds events to the log of a file that nobody has open, as a newer
// warroom does, and gives the file a number.
func appendEvents(t tester, path string, n number, events ...data.Event) {
	t.Helper()
	ctx := context.Background()
	c, err := dial(ctx, "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.discard()
	err = c.inTx(ctx, func() error {
		head, err := readHead(ctx, c)
		if err != nil {
			return err
		}
		for _, e := range events {
			e.Seq, e.ID, e.At, e.By = head.Seq+1, NewID(), at, "ana"
			row, err := seal(&e, head.Hash)
			if err == nil {
				err = c.exec(ctx, insertEvent, row.values()...)
			}
			if err != nil {
				return err
			}
			head = Head{e.Seq, row.hash}
		}
		return c.run(ctx, n.pragma())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// newerFile makes a file as a newer warroom leaves it: it has other tables, and holds
// what this one does not know. Event 1 is the incident, event 2 makes A-1, and event 9
// is known again.
func newerFile(t tester, dir string) string {
	t.Helper()
	path := fileIn(t, dir, action("owner", "Cas"))
	c, err := dial(context.Background(), "file:"+path)
	if err == nil {
		err = c.run(context.Background(), `CREATE TABLE milestone (num INTEGER PRIMARY KEY, title TEXT) STRICT`, `DROP TABLE lesson`)
		c.discard()
	}
	if err != nil {
		t.Fatal(err)
	}
	appendEvents(t, path, ours+1, append(newerEvents, data.Event{Ref: "A-1", Body: change("A-1", "state", "open", "done")})...)
	return path
}

// An older program reads a newer file of the same format, and leaves it as it is.
func TestNewerFileIsRead(t *testing.T) {
	path := newerFile(t, t.TempDir())
	if err := os.Chtimes(path, longAgo, longAgo); err != nil {
		t.Fatal(err)
	}
	before := stillOf(t, path)
	s := mustOpen(t, path, options)
	if s.ReadOnly() != "the file is from a newer warroom" {
		t.Errorf("read-only because %q", s.ReadOnly())
	}
	_, err := s.Record(t.Context(), offer(action()))
	refusal(t, err, data.Failed, "nothing was recorded: the file is from a newer warroom")
	if data.HintOf(err) != "use that one to change it" {
		t.Errorf("hint %q", data.HintOf(err))
	}
	_, err = s.Rebuild(t.Context())
	refusal(t, err, data.Failed, "nothing was rebuilt: the file is from a newer warroom")
	readsNewer(t, s)
	if rep := whole(t, s); rep.Head.Seq != 9 || rep.Newer != 4 || rep.Version != int(ours+1) {
		t.Errorf("verify: %+v", rep)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := viewed(s).Backup(t.Context(), to); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	before.same(t, path)
	want, _ := rawLog(t, path)
	if got, n := rawLog(t, to); n != ours+1 || !slices.Equal(got, want) {
		t.Errorf("the copy is of version %d and has %d events", n, len(got))
	}
}

// readsNewer fails the test unless a store reads what is in a newerFile.
func readsNewer(t *testing.T, s *Store) {
	t.Helper()
	page, err := viewed(s).Log(t.Context(), 0, 100)
	log := page.Entries
	if err != nil || len(log) < 9 {
		t.Fatalf("%d events, %v", len(log), err)
	}
	for _, e := range log[2:8] {
		if did := data.Describe(e.Body); !strings.Contains(did, "recorded by a newer warroom") {
			t.Errorf("event %d reads %q", e.Seq, did)
		}
		if e.Ref != newerEvents[e.Seq-3].Ref {
			t.Errorf("event %d is about %s", e.Seq, e.Ref)
		}
	}
	if a := get[*data.Action](t, s, "A-1"); a.State != data.Done || a.Owner != "Cas" {
		t.Errorf("A-1 is %+v", a)
	}
	if a := get[*data.Action](t, s, "A-2"); a.Owner != "Ben" && a.Owner != data.Mask {
		t.Errorf("A-2 is %+v", a)
	}
	for _, ref := range []data.Ref{"M-1", "region:africa"} {
		if _, err := viewed(s).Get(t.Context(), ref); err == nil {
			t.Errorf("%s is there", ref)
		}
		if history, err := viewed(s).History(t.Context(), ref); err != nil || len(history) == 0 {
			t.Errorf("%d events about %s, %v", len(history), ref, err)
		}
	}
	if _, err := viewed(s).Overview(t.Context(), at); err != nil {
		t.Error(err)
	}
	if _, err := viewed(s).News(t.Context(), 0); err != nil {
		t.Error(err)
	}
	if _, err := s.As("ben", data.Viewer).Delta(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

// What the newer program records is seen.
func TestNewerFileIsFollowed(t *testing.T) {
	path := newerFile(t, t.TempDir())
	s := openFile(t, path, options)
	changes := s.Watch(t.Context())
	receive(soon(t), t, "the watch is up", changes)
	if err := os.Chtimes(path, longAgo, longAgo); err != nil { // so that the next change has another time
		t.Fatal(err)
	}
	if a := get[*data.Action](t, s, "A-1"); a.Owner != "Cas" {
		t.Errorf("A-1 is %+v", a)
	}
	appendEvents(t, path, ours+1, data.Event{Ref: "A-1", Body: change("A-1", "owner", "Cas", "Dora")})
	for get[*data.Action](t, s, "A-1").Owner != "Dora" {
		receive(soon(t), t, "a change", changes)
	}
}

// What cannot be read is refused, with what to do.
func TestNewerFormatIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name    string
		says    string
		prepare func(path string)
	}{
		{"a newer format", "has log format 2; this warroom knows format 1", func(path string) { appendEvents(t, path, perFormat) }},
		{"another table of events", "not an incident file: 1 of its tables and indexes are missing or changed", func(path string) {
			c, err := dial(t.Context(), "file:"+path)
			if err == nil {
				err = c.run(t.Context(), `ALTER TABLE event ADD COLUMN more TEXT`, (ours + 1).pragma())
				c.discard()
			}
			if err != nil {
				t.Fatal(err)
			}
		}},
		{"an event that was altered", "damaged: event 2 is not what was recorded", func(path string) {
			appendEvents(t, path, ours+1)
			alter(t, path, `UPDATE event SET "by" = 'eve' WHERE seq = 2`)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := newFile(t, action())
			tt.prepare(path)
			before := stillOf(t, path)
			_, err := Open(t.Context(), path, options)
			mentions(t, err, data.BadFile, tt.says)
			if data.HintOf(err) == "" {
				t.Error("no hint")
			}
			before.same(t, path)
		})
	}
}

// A log that holds what this warroom does not know folds, verifies, is exported and is
// redacted; nothing else is recorded in it.
func TestNewerEventsInAFileOfOurs(t *testing.T) {
	dir := t.TempDir()
	from, path := newerFile(t, dir), filepath.Join(t.TempDir(), "saved.db")
	if _, err := Recover(t.Context(), from, path, options, "ana"); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, path, options)
	if s.ReadOnly() != "" {
		t.Errorf("read-only: %s", s.ReadOnly())
	}
	readsNewer(t, s)
	if rep := whole(t, s); rep.Newer != 4 || rep.Version != 0 {
		t.Errorf("verify: %+v", rep)
	}
	_, err := s.Record(t.Context(), offer(action()))
	refusal(t, err, data.Failed, "nothing was recorded: this warroom does not know what event 3 means")
	if want := "it was recorded by a newer warroom: record it with that one; here only a redaction is taken"; data.HintOf(err) != want {
		t.Errorf("hint %q", data.HintOf(err))
	}
	for seq := int64(3); seq <= 8; seq++ {
		record(t, s, redaction(t, s, seq))
	}
	whole(t, s)
	if err := rebuilt(t, s); err != nil {
		t.Error(err)
	}
	whole(t, s)
	readsNewer(t, s)
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := viewed(s).Backup(t.Context(), to); err != nil {
		t.Error(err)
	}
	raw, err := os.ReadFile(to)
	if err != nil || strings.Contains(string(raw), "Jane Roe") {
		t.Errorf("a name that was masked is in the file: %v", err)
	}
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Error(err)
	}
	whole(t, s)
}

// A newer program changes a file while an older one has it open; then it may not be
// read as if nothing had happened.
func TestNewerEventsAreProved(t *testing.T) {
	path := newerFile(t, t.TempDir())
	alter(t, path, `UPDATE event SET body = '{"to":"A-3"}' WHERE seq = 3`)
	_, err := Open(t.Context(), path, options)
	refusal(t, err, data.BadFile, "damaged: event 3 is not what was recorded")
}

// BenchmarkProjected opens a file that must not be written, of an older version, with
// ten events for each action.
func BenchmarkProjected(b *testing.B) {
	for _, actions := range slices.Compact([]int{100, *genActions}) {
		b.Run(fmt.Sprint(actions), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "incident.db")
			generate(b, path, actions)
			asOlder(b, path)
			for b.Loop() {
				s := mustOpen(b, path, Options{ReadOnly: true, StateDir: b.TempDir()})
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkUpgrade upgrades a file of version 5. With -gen.actions 100000 it is a large
// one.
func BenchmarkUpgrade(b *testing.B) {
	for _, actions := range slices.Compact([]int{100, *genActions}) {
		b.Run(fmt.Sprint(actions), func(b *testing.B) {
			dir := b.TempDir()
			path := filepath.Join(dir, "incident.db")
			generate(b, path, actions)
			for b.Loop() {
				b.StopTimer()
				asOlder(b, path)
				b.StartTimer()
				s := mustOpen(b, path, Options{})
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				os.Remove(path + ".before-v6")
				b.StartTimer()
			}
		})
	}
}

// asOlder makes a file of ours one of version 5, the tables of which are the same but
// for one.
func asOlder(t tester, path string) {
	t.Helper()
	c, err := dial(context.Background(), "file:"+path)
	if err == nil {
		err = c.run(context.Background(), `DROP TABLE newer`, number(5).pragma())
		c.discard()
	}
	if err != nil {
		t.Fatal(err)
	}
}
