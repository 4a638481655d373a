package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// recovered recovers a file into a new one, and leaves the damaged one as it is.
func recovered(t *testing.T, from string) (to string, rec *Recovery) {
	t.Helper()
	before := stillOf(t, from)
	to = filepath.Join(t.TempDir(), "saved.db")
	rec, err := Recover(t.Context(), from, to, options, "ana")
	if err != nil {
		t.Fatal(err)
	}
	before.same(t, from)
	return to, rec
}

// eventsOf returns the rows of the first events of a log, as text.
func eventsOf(t *testing.T, path string, n int64) []string {
	t.Helper()
	db := openDB("file:" + path + "?mode=ro")
	defer db.Close()
	return dump(t, db)["event"][:n]
}

// What is before the first event that is not good is saved, with its hashes, in
// a file that is whole.
func TestRecover(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	for _, tt := range []struct {
		name       string
		statements []string
		taken      int64
		lacks      string
		masked     []int64
	}{
		{"nothing is wrong", nil, 11, "", nil},
		{"an event changed", []string{`UPDATE event SET "by" = 'eve' WHERE seq = 10`}, 9, "damaged: event 10 is not what was recorded", []int64{8}},
		{"an event before what is masked", []string{`UPDATE event SET "by" = 'eve' WHERE seq = 6`}, 5, "damaged: event 6 is not what was recorded", nil},
		{"an event missing", []string{`DELETE FROM event WHERE seq = 5`}, 4, "damaged: event 5 is missing", nil},
		{"content that is no body", []string{`UPDATE event SET body = '{' WHERE seq = 3`}, 2, "damaged: event 3 is not what was recorded", nil},
		{"the end cut", []string{`DELETE FROM event WHERE seq > 9`}, 9,
			"damaged: the end of the log may be cut: the tables know of event 10", []int64{8}},
		{"masked by hand", []string{`UPDATE event SET body = replace(body, 'How many?', 'None.'), salt = NULL WHERE seq = 9`}, 8,
			"damaged: event 9 was masked without a redaction", []int64{8}},
		{"the masked content changed", []string{`UPDATE event SET body = replace(body, '[redacted]', 'Ben called') WHERE seq = 8`}, 7,
			"damaged: event 8 is not what the redaction in event 11 left of it", nil},
		{"the tables gone", []string{`DELETE FROM incident`, `DELETE FROM action`, `DELETE FROM search`, `DELETE FROM tally`}, 11, "", nil},
		{"its triggers gone", nil, 11, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from := behindTheBack(t, path, tt.statements...)
			if tt.name == "its triggers gone" {
				tamper(t, from).Close()
				if _, err := Open(t.Context(), from, options); err == nil {
					t.Fatal("it can be opened: this proves nothing")
				}
			}
			to, rec := recovered(t, from)
			if rec.Taken != tt.taken || rec.Lacks != tt.lacks || !slices.Equal(rec.Masked, tt.masked) {
				t.Errorf("recovered %+v, want %d events, lacking %q, masked %v", rec, tt.taken, tt.lacks, tt.masked)
			}
			if got, want := eventsOf(t, to, tt.taken), eventsOf(t, from, tt.taken); !slices.Equal(got, want) {
				t.Errorf("the events are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			s := openFile(t, to, options)
			rep := whole(t, s)
			if want := tt.taken + int64(len(tt.masked)); rep.Head.Seq != want || rep.Head != rec.Head {
				t.Errorf("head %+v, want event %d and what was said, %+v", rep.Head, want, rec.Head)
			}
			for _, seq := range tt.masked {
				if !slices.ContainsFunc(rep.Redacted, func(r Redaction) bool { return r.Event == seq && r.By == "ana" && r.Why == whyMaskedAnew }) {
					t.Errorf("redactions %+v, none of event %d", rep.Redacted, seq)
				}
			}
			record(t, s, action())
			whole(t, s)
			if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v: want a file for its owner alone", info.Mode(), err)
			}
		})
	}
}

// Files that cannot be opened: SQLite still reads the log up to where it is
// damaged.
func TestRecoverWhatCannotBeOpened(t *testing.T) {
	var bodies []data.Body
	for range 300 {
		bodies = append(bodies, made(data.KindNote, "text", strings.Repeat("what was said ", 40)+"then"))
	}
	path := newFile(t, bodies...)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := int(binary.BigEndian.Uint16(good[16:]))
	for _, tt := range []struct {
		name   string
		damage func(raw []byte) []byte
	}{
		{"cut to two thirds", func(raw []byte) []byte { return raw[:len(raw)/3*2/page*page] }},
		{"cut inside a page", func(raw []byte) []byte { return raw[:len(raw)/3*2/page*page+100] }},
		{"its second half overwritten", func(raw []byte) []byte {
			return append(raw[:len(raw)/2], bytes.Repeat([]byte{0xa5}, len(raw)-len(raw)/2)...)
		}},
		{"its version overwritten", func(raw []byte) []byte { raw[63] = 99; return raw }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from := filepath.Join(t.TempDir(), "damaged.db")
			if err := os.WriteFile(from, tt.damage(bytes.Clone(good)), 0o600); err != nil {
				t.Fatal(err)
			}
			to, rec := recovered(t, from)
			t.Logf("%d of 301 events; %s", rec.Taken, rec.Lacks)
			if rec.Taken < 50 || rec.Taken < 301 && !strings.HasPrefix(rec.Lacks, "damaged: ") {
				t.Errorf("recovered %+v", rec)
			}
			if got, want := eventsOf(t, to, rec.Taken), eventsOf(t, path, rec.Taken); !slices.Equal(got, want) {
				t.Error("the events are not those of the file before it was damaged")
			}
			whole(t, openFile(t, to, options))
		})
	}
}

// What is in the WAL of a process that was killed belongs to the log.
func TestRecoverReadsTheWAL(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	record(t, s, action())
	copied := filepath.Join(t.TempDir(), "copied.db")
	copyFile(t, path, copied)
	copyFile(t, path+"-wal", copied+"-wal")
	wal := stillOf(t, copied+"-wal").raw
	to := filepath.Join(t.TempDir(), "saved.db")
	rec, err := Recover(t.Context(), copied, to, options, "ana")
	if err != nil {
		t.Fatal(err)
	}
	if stillOf(t, copied+"-wal").raw != wal {
		t.Error("the WAL was changed")
	}
	if rec.Taken != 2 || rec.Lacks != "" {
		t.Errorf("recovered %+v, want 2 events", rec)
	}
	get[*data.Action](t, openFile(t, to, options), "A-1")
}

// Of some files nothing can be recovered, and nothing is overwritten.
func TestRecoverRefuses(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	dir := t.TempDir()
	in := func(name, text string) string {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		name, from, to string
		class          data.Class
		words          string
	}{
		{"no file", filepath.Join(dir, "none.db"), "out.db", data.Failed, "there is no file"},
		{"an empty file", in("empty.db", ""), "out.db", data.BadFile, "holds nothing"},
		{"a text", in("text.db", strings.Repeat("Dear team ", 100)), "out.db", data.BadFile, "nothing of "},
		{"the first event damaged", behindTheBack(t, path, `UPDATE event SET "by" = 'eve' WHERE seq = 1`), "out.db", data.BadFile,
			"nothing can be recovered: damaged: event 1 is not what was recorded"},
		{"no event", behindTheBack(t, path, `DELETE FROM event`), "out.db", data.BadFile, "nothing can be recovered: "},
		{"a file is there", path, "text.db", data.Failed, "exists already"},
		{"into itself", path, path, data.Failed, "exists already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			to := tt.to
			if !filepath.IsAbs(to) {
				to = filepath.Join(dir, to)
			}
			_, err := Recover(context.Background(), tt.from, to, options, "ana")
			mentions(t, err, tt.class, tt.words)
			if _, err := os.Stat(filepath.Join(dir, "out.db")); err == nil {
				t.Error("a file was made")
			}
		})
	}
}

// What only the tables knew is in the copy that a rebuild keeps.
func TestRebuildKeepsACopy(t *testing.T) {
	path := behindTheBack(t, sampleLog(t, t.TempDir()), `DELETE FROM event WHERE seq > 9`)
	s := openFile(t, path, options)
	for _, name := range []string{".before-rebuild-1", ".before-rebuild-2"} {
		kept, err := s.Rebuild(t.Context())
		if err != nil || kept != path+name {
			t.Fatalf("kept %s, %v, want %s", kept, err, path+name)
		}
		if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v: want a file for its owner alone", info.Mode(), err)
		}
	}
	_, err := openFile(t, path+".before-rebuild-1", options).Verify(t.Context())
	refusal(t, err, data.BadFile, "damaged: the end of the log may be cut: the tables know of event 10")
}

// A rebuild that is refused keeps no copy.
func TestRebuildRefusedKeepsNoCopy(t *testing.T) {
	path := behindTheBack(t, sampleLog(t, t.TempDir()), `UPDATE event SET "by" = 'eve' WHERE seq = 7`)
	s := openFile(t, path, options)
	_, err := s.Rebuild(t.Context())
	refusal(t, err, data.BadFile, "damaged: event 7 is not what was recorded")
	if _, err := os.Stat(path + ".before-rebuild-1"); err == nil {
		t.Error("a copy was made")
	}
}
