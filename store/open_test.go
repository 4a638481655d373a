package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"warroom/data"
)

// longAgo is the time of change that tests give a file that must not be changed.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// A still is all that can be seen of a file from outside.
type still struct {
	mode   fs.FileMode
	inode  uint64
	mtime  time.Time
	raw    string
	beside []string
}

func stillOf(t tester, path string) (s still) {
	t.Helper()
	info, err := os.Lstat(path)
	if os.IsNotExist(err) {
		return s
	}
	if err != nil {
		return s // nothing can stand there
	}
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		t.Fatal(err)
	}
	s = still{mode: info.Mode(), inode: st.Ino, mtime: info.ModTime(), beside: beside(t, path)}
	if info.Mode().IsRegular() {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s.raw = string(raw)
	}
	return s
}

// same fails the test unless the file is as it was.
func (s still) same(t tester, path string) {
	t.Helper()
	now := stillOf(t, path)
	if now.raw != s.raw {
		t.Errorf("the file's %d bytes were changed (now %d)", len(s.raw), len(now.raw))
	}
	if !now.mtime.Equal(s.mtime) || now.mode != s.mode || now.inode != s.inode {
		t.Errorf("the file was touched: %v %v %d, was %v %v %d", now.mode, now.mtime, now.inode, s.mode, s.mtime, s.inode)
	}
	if !slices.Equal(now.beside, s.beside) {
		t.Errorf("beside it: %q, was %q", now.beside, s.beside)
	}
}

// goodFile returns the bytes of a whole file with a few events in it.
func goodFile(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(newFile(t, action("owner", "Ben"), claim(), made(data.KindNote, "text", "x")))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// plain opens a file as another program would, and runs statements.
func plain(t tester, path string, statements ...string) {
	t.Helper()
	db := openDB("file:" + path)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range statements {
		mustExec(t, db, q)
	}
}

func TestOpenRefusesWhatIsNoIncident(t *testing.T) {
	good := goodFile(t)
	size := len(good)
	pages := binary.BigEndian.Uint32(good[28:])

	type testCase struct {
		name  string
		make  func(t *testing.T, path string)
		class data.Class
		says  []string
	}
	var cases []testCase
	add := func(name string, make func(t *testing.T, path string), class data.Class, says ...string) {
		cases = append(cases, testCase{name, make, class, says})
	}
	holds := func(raw []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	// patched is a good file with other bytes at an offset.
	patched := func(off int, b ...byte) func(*testing.T, string) {
		raw := bytes.Clone(good)
		copy(raw[off:], b)
		return holds(raw)
	}
	u32 := func(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
	// altered is a good file in which another program ran statements.
	altered := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			holds(good)(t, path)
			plain(t, path, statements...)
		}
	}
	foreign := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) { plain(t, path, statements...) }
	}
	do := func(f func(path string) error) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := f(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	const not = "not an incident file: "

	// What is no file of ours by its looks.
	add("a directory", do(func(p string) error { return os.Mkdir(p, 0o700) }), data.BadFile, not, "is a directory")
	add("a FIFO", do(func(p string) error { return unix.Mkfifo(p, 0o600) }), data.BadFile, not, "is no regular file")
	add("a device", do(func(p string) error { return os.Symlink("/dev/zero", p) }), data.BadFile, not, "/dev/zero is no regular file")
	add("a symlink to a directory", do(func(p string) error { return os.Symlink(os.TempDir(), p) }), data.BadFile, not, "is a directory")
	add("nothing in it", holds(nil), data.BadFile, not, "is empty")
	add("text", holds([]byte("Breach of 15 August\n")), data.BadFile, not, "is no SQLite database")
	add("long text", holds(bytes.Repeat([]byte("Breach of 15 August\n"), 1000)), data.BadFile, not, "is no SQLite database")
	add("zeros", holds(make([]byte, 8192)), data.BadFile, not, "is no SQLite database")
	add("noise", func(t *testing.T, path string) {
		raw, rng := make([]byte, 1<<16), rand.NewChaCha8([32]byte{1})
		rng.Read(raw)
		holds(raw)(t, path)
	}, data.BadFile, not, "is no SQLite database")
	add("nothing but the magic", holds([]byte("SQLite format 3\x00")), data.BadFile, not, "is cut short")
	add("the magic and zeros", holds(append([]byte("SQLite format 3\x00"), make([]byte, 8176)...)), data.BadFile, not, "is another program's database")
	add("a good file behind a byte", holds(append([]byte{'\n'}, good...)), data.BadFile, not, "is no SQLite database")
	add("the magic in capitals", patched(0, []byte("SQLITE")...), data.BadFile, not, "is no SQLite database")

	// A good file cut short.
	for _, n := range []int{1, 2, 15, 16, 17, 50, 68, 99, 100, 101, 512, 3000, 4095, 4096, 4097, 8192, size / 2, size - 4096, size - 1} {
		says := fmt.Sprintf("is cut short: %d of %d bytes are there", n, size)
		switch {
		case n < 16:
			says = "is no SQLite database"
		case n < 100:
			says = "is cut short"
		}
		add(fmt.Sprintf("cut to %d bytes", n), holds(good[:n]), data.BadFile, not, says)
	}

	// Another program's, another version's, and a header that lies.
	add("another program's", foreign(`CREATE TABLE t (x)`, `INSERT INTO t VALUES (1)`), data.BadFile, not, "is another program's database")
	add("another program's, in WAL mode", foreign(`PRAGMA journal_mode = WAL`, `CREATE TABLE event (seq)`), data.BadFile, not, "is another program's database")
	add("another program's, with our version", foreign(`CREATE TABLE event (seq)`, `PRAGMA user_version = 1`), data.BadFile, not, "is another program's database")
	add("Fossil's", foreign(`CREATE TABLE event (seq)`, `PRAGMA application_id = 252006674`), data.BadFile, not, "is another program's database")
	add("application id 0", patched(68, 0, 0, 0, 0), data.BadFile, not, "is another program's database")
	add("application id one off", patched(68, u32(applicationID+1)...), data.BadFile, not, "is another program's database")
	add("a version that there never was", patched(60, u32(0)...), data.BadFile, fmt.Sprintf("has version 0; this warroom knows 1 to %d", Version))
	older := fmt.Sprintf(`PRAGMA user_version = %d`, Version-1)
	add("an older version with a table of others", altered(older, `CREATE TABLE t (x)`), data.BadFile, not, `it has a table "t" that is not ours`)
	add("an older version with a trigger", altered(older, `CREATE TRIGGER evil AFTER INSERT ON action BEGIN DELETE FROM tally; END`), data.BadFile, not, `it has a trigger "evil" that is not ours`)
	add("an older version with a view", altered(older, `DROP TABLE newer`, `CREATE VIEW newer AS SELECT 1`), data.BadFile, not, `it has a view "newer" that is not ours`)
	add("an older version with other texts", altered(older, `DROP TABLE newer`, `CREATE VIRTUAL TABLE newer USING fts5(x)`), data.BadFile, not, `it has a table "newer`)
	add("an older version with another log", altered(older, `ALTER TABLE event ADD COLUMN x TEXT`), data.BadFile, not, `it has a table "event" that is not ours`)
	add("a newer format", patched(60, u32(perFormat)...), data.BadFile, "has log format 2; this warroom knows format 1")
	add("a much newer format", patched(60, u32(1<<31)...), data.BadFile, "has log format 2147484; this warroom knows format 1")
	add("a format set with SQL", altered(`PRAGMA user_version = 1007`), data.BadFile, "has log format 2")
	add("one page more said than there", patched(28, u32(pages+1)...), data.BadFile, not, fmt.Sprintf("is cut short: %d of %d bytes are there", size, size+4096))
	add("all pages said to be there", patched(28, u32(1<<32-1)...), data.BadFile, not, "is cut short")
	add("one page said to be there", patched(28, u32(1)...), data.BadFile, "damaged")
	add("larger pages", patched(16, 0x20, 0), data.BadFile, not, "is cut short")
	add("pages of 65536 bytes", patched(16, 0, 1), data.BadFile, not, "is cut short")
	add("smaller pages", patched(16, 2, 0), data.BadFile, "damaged")
	add("pages of no size", patched(16, 0, 0), data.BadFile, "damaged")
	add("a read version of the future", patched(19, 9), data.BadFile, "damaged")
	add("a schema format of the future", patched(44, u32(9)...), data.BadFile, "damaged")
	add("another encoding", patched(56, u32(2)...), data.BadFile)
	add("a first page that is no tree", patched(100, 0), data.BadFile, "damaged")
	add("a first page of zeros", patched(100, make([]byte, 3996)...), data.BadFile)
	add("nothing right behind the header", holds(append(bytes.Clone(good[:100]), bytes.Repeat([]byte{0xa5}, size-100)...)), data.BadFile, "damaged")

	// Ours, with something added, changed or missing.
	head := []string{fmt.Sprintf(`PRAGMA application_id = %d`, applicationID), fmt.Sprintf(`PRAGMA user_version = %d`, Version)}
	add("no schema", foreign(append(head, `CREATE TABLE t (x)`, `DROP TABLE t`)...), data.BadFile, not, fmt.Sprintf("%d of its tables and indexes are missing or changed", len(schema())+len(shadowSchema)))
	add("a trigger added", altered(`CREATE TRIGGER evil AFTER INSERT ON event BEGIN DELETE FROM tally; END`), data.BadFile, not, `it has a trigger "evil" that is not ours`)
	add("a view added", altered(`CREATE VIEW v AS SELECT * FROM event`), data.BadFile, not, `it has a view "v" that is not ours`)
	add("a table added", altered(`CREATE TABLE t (x)`), data.BadFile, not, `it has a table "t" that is not ours`)
	add("an index added", altered(`CREATE INDEX i ON event (at)`), data.BadFile, not, `it has an index "i" that is not ours`)
	add("a virtual table added", altered(`CREATE VIRTUAL TABLE words USING fts5(x)`), data.BadFile, not, `table "words`)
	add("a column added", altered(`ALTER TABLE event ADD COLUMN x TEXT`), data.BadFile, not, `it has a table "event" that is not ours`)
	add("a column added to a table of the fold", altered(`ALTER TABLE action ADD COLUMN x TEXT`), data.BadFile, not, `it has a table "action" that is not ours`)
	add("a column renamed", altered(`ALTER TABLE tally RENAME COLUMN n TO m`), data.BadFile, not, `it has a table "tally" that is not ours`)
	add("a table renamed", altered(`ALTER TABLE tally RENAME TO tallies`), data.BadFile, not, `it has a table "tallies" that is not ours`)
	add("an index dropped", altered(`DROP INDEX event_ref`), data.BadFile, not, "1 of its tables and indexes are missing or changed")
	add("a trigger dropped", altered(`DROP TRIGGER event_no_delete`), data.BadFile, not, "1 of its tables and indexes are missing or changed")
	add("a table dropped", altered(`DROP TABLE figure`), data.BadFile, not, "1 of its tables and indexes are missing or changed")
	add("a trigger made harmless", altered(`DROP TRIGGER event_no_delete`, `CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT 1; END`), data.BadFile, not, `it has a trigger "event_no_delete" that is not ours`)
	add("statistics", altered(`ANALYZE`), data.BadFile, not, `it has a table "sqlite_stat1" that is not ours`)
	add("a name for the terminal", altered("CREATE TABLE \"\x1b[2Jx\" (x)"), data.BadFile, not, "\ufffd[2Jx")
	add("a schema that is no SQL", altered(`PRAGMA writable_schema = ON`, `UPDATE sqlite_schema SET sql = 'CREATE TABLE tally (' WHERE name = 'tally'`), data.BadFile, "damaged")
	add("a second trigger that reads like ours", altered(`PRAGMA writable_schema = ON`,
		`INSERT INTO sqlite_schema SELECT type, 'evil', tbl_name, rootpage, sql FROM sqlite_schema WHERE name = 'event_no_delete'`), data.BadFile)

	// What is not there, or cannot be reached.
	add("no file", do(func(string) error { return nil }), data.Failed, "there is no file ", "incident.db")
	add("a symlink to nothing", do(func(p string) error { return os.Symlink(p+"-gone", p) }), data.Failed, "there is no file ")
	add("a symlink to itself", do(func(p string) error { return os.Symlink(p, p) }), data.Failed, "cannot be read: too many levels of symbolic links")

	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(fastDir(t), "incident.db")
			tt.make(t, path)
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
				if err := os.Chtimes(path, longAgo, longAgo); err != nil {
					t.Fatal(err)
				}
			}
			before := stillOf(t, path)
			for _, readOnly := range []bool{false, true} {
				opts := options
				opts.ReadOnly = readOnly
				opts.StateDir = t.TempDir()
				s, err := Open(t.Context(), path, opts)
				if err == nil {
					s.Close()
				}
				mentions(t, err, tt.class, tt.says...)
				checkTold(t, err)
				before.same(t, path)
				notOpen(t, path)
				if left := beside(t, filepath.Join(opts.StateDir, "nothing")); len(left) > 0 {
					t.Errorf("remembered: %q", left)
				}
			}
		})
	}
	if len(cases) < 40 {
		t.Errorf("only %d cases", len(cases))
	}
}

// checkTold fails the test unless an error is for people: one line that no
// terminal obeys, and a hint.
func checkTold(t tester, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if data.HintOf(err) == "" {
		t.Errorf("%v: no hint", err)
	}
	if text := err.Error(); text != data.Line(text) {
		t.Errorf("%q is not safe to print", text)
	}
}

// notOpen fails the test if the registry holds a path.
func notOpen(t tester, path string) {
	t.Helper()
	registry.Lock()
	defer registry.Unlock()
	if registry.homes[path] != nil {
		t.Errorf("%s is in the registry", path)
	}
}

func TestOpenSaysWhichPathIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := fileIn(t, dir)
	for _, tt := range []struct{ name, path, says string }{
		{"a missing directory", filepath.Join(dir, "no", "incident.db"), "there is no file "},
		{"a file for a directory", filepath.Join(file, "incident.db"), "cannot be read: not a directory"},
		{"a name that is too long", filepath.Join(dir, strings.Repeat("x", 300)), "cannot be read: file name too long"},
		{"a name with a NUL", filepath.Join(dir, "a\x00b"), "cannot be read: invalid argument"},
		{"a name for the terminal", filepath.Join(dir, "\x1b[2J\nx.db"), "there is no file "},
		{"no name", "", "is a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := stillOf(t, file)
			_, err := Open(t.Context(), tt.path, options)
			mentions(t, err, data.ClassOf(err), tt.says)
			checkTold(t, err)
			before.same(t, file)
		})
	}
}

// Whatever the file is called, it is that file that is made, opened and copied.
func TestOpenAnyName(t *testing.T) {
	for _, name := range []string{
		"a?mode=memory.db", "a#b.db", "100%.db", "%41.db", "%2e%2e%2fx.db", "with space.db", "two\nlines.db", "日本.db", "a&b=c;d.db",
		"it's \"quoted\".db", "file:x.db", ":memory:", "-f", "a+b.db", "*.db", "\xff\xfe.db", `back\slash`, "x" + strings.Repeat("y", 200),
	} {
		t.Run(name, func(t *testing.T) {
			dir, copies := fastDir(t), fastDir(t)
			path := filepath.Join(dir, name)
			if err := Create(t.Context(), path, options, incident("title", "Breach"), nil); err != nil {
				t.Fatal(err)
			}
			if left := beside(t, path); len(left) > 0 {
				t.Fatalf("made as well: %q", left)
			}
			s := mustOpen(t, path, options)
			record(t, s, action())
			whole(t, s)
			for _, left := range beside(t, path) {
				if left != name+"-wal" && left != name+"-shm" {
					t.Errorf("made as well: %q", left)
				}
			}
			if _, err := viewed(s).Backup(t.Context(), filepath.Join(copies, name)); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if left := beside(t, path); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
			for _, p := range []string{path, filepath.Join(copies, name)} {
				s := openFile(t, p, Options{ReadOnly: true})
				if got := whole(t, s).Head.Seq; got != 2 || s.Path() != p {
					t.Errorf("%s: %d events, want 2", s.Path(), got)
				}
			}
		})
	}
}

func TestOpenThroughSymlinks(t *testing.T) {
	dir := t.TempDir()
	path := fileIn(t, dir)
	links := t.TempDir()
	file, folder, chain := filepath.Join(links, "link.db"), filepath.Join(links, "folder"), filepath.Join(links, "chain.db")
	for from, to := range map[string]string{file: path, folder: dir, chain: file} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for i, p := range []string{file, chain, filepath.Join(folder, "incident.db"), "incident.db", "./x/../incident.db"} {
		s := mustOpen(t, p, options)
		other := mustOpen(t, path, options) // the same file: they share the locks
		if s.Path() != path {
			t.Errorf("%s is opened as %s, want %s", p, s.Path(), path)
		}
		record(t, s, action())
		record(t, other, action())
		if got := whole(t, s).Head.Seq; got != int64(3+2*i) {
			t.Errorf("%s: %d events, want %d", p, got, 3+2*i)
		}
		s.Close()
		other.Close()
		if got := beside(t, file); !slices.Equal(got, []string{"chain.db", "folder"}) {
			t.Errorf("beside the link: %q", got)
		}
	}
}

// What must not be written is read, and left as it is. The mode counts even for
// root.
func TestOpenReadOnly(t *testing.T) {
	for _, tt := range []struct {
		name      string
		file, dir fs.FileMode
		opts      Options
		why, hint string
	}{
		{"a file that nobody may write", 0o444, 0o700, Options{}, "the file is read-only", "chmod u+w on the file"},
		{"a file that its owner may read", 0o400, 0o700, Options{}, "the file is read-only", "chmod u+w on the file"},
		{"a directory that nobody may write", 0o600, 0o555, Options{}, "its directory is read-only", "chmod u+w on the directory"},
		{"both", 0o444, 0o555, Options{}, "the file is read-only", "chmod u+w on the file"},
		{"by request", 0o600, 0o700, Options{ReadOnly: true}, "opened for reading only", "in a program of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := newFile(t, action("owner", "Ben"))
			dir := filepath.Dir(path)
			if err := os.Chtimes(path, longAgo, longAgo); err != nil {
				t.Fatal(err)
			}
			for p, mode := range map[string]fs.FileMode{path: tt.file, dir: tt.dir} {
				if err := os.Chmod(p, mode); err != nil {
					t.Fatal(err)
				}
			}
			t.Cleanup(func() { os.Chmod(dir, 0o700) })
			before := stillOf(t, path)
			tt.opts.StateDir = t.TempDir()
			s := mustOpen(t, path, tt.opts)
			if s.ReadOnly() != tt.why {
				t.Errorf("read-only because %q, want %q", s.ReadOnly(), tt.why)
			}
			if head := whole(t, s).Head; head.Seq != 2 {
				t.Errorf("%d events, want 2", head.Seq)
			}
			if a := get[*data.Action](t, s, "A-1"); a.Owner != "Ben" {
				t.Errorf("A-1 is %+v", a)
			}
			_, err := s.Record(t.Context(), offer(action()))
			refusal(t, err, data.Failed, "nothing was recorded: "+tt.why)
			if !strings.Contains(data.HintOf(err), tt.hint) {
				t.Errorf("hint %q", data.HintOf(err))
			}
			_, err = s.Rebuild(t.Context())
			refusal(t, err, data.Failed, "nothing was rebuilt: "+tt.why)
			if !strings.Contains(data.HintOf(err), tt.hint) {
				t.Errorf("hint %q", data.HintOf(err))
			}
			// A known head is no reason to write.
			if err := s.AcceptHead(t.Context()); err != nil || s.ReadOnly() != tt.why {
				t.Errorf("read-only because %q, %v", s.ReadOnly(), err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			before.same(t, path)
		})
	}
}

// Somebody writes what others opened only to read: they see it, and nothing
// that is torn.
func TestOpenReadOnlyWhileOthersWrite(t *testing.T) {
	path := newFile(t)
	r := openFile(t, path, Options{ReadOnly: true})
	whole(t, r)
	for i := range 5 {
		w := mustOpen(t, path, options)
		record(t, w, many(20)...)
		if got, want := whole(t, r).Head.Seq, int64(1+20*(i+1)); got != want {
			t.Errorf("%d events, want %d", got, want)
		}
		w.Close() // the file itself is written now
		if got, want := whole(t, r).Head.Seq, int64(1+20*(i+1)); got != want {
			t.Errorf("after closing: %d events, want %d", got, want)
		}
	}
}

func TestOpenWhatIsLocked(t *testing.T) {
	short := options
	short.Busy = 20 * time.Millisecond
	const says = "nothing was recorded: incident.db is locked by another program"

	t.Run("by a writer in another process", func(t *testing.T) {
		path := newFile(t)
		s := openFile(t, path, short)
		c := start(t, "lock", path, "")
		c.says("locked")
		for range 2 {
			_, err := s.Record(t.Context(), offer(action()))
			refusal(t, err, data.Failed, says)
			checkTold(t, err)
		}
		refusal(t, rebuilt(t, s), data.Failed, "incident.db is locked by another program")
		if got := whole(t, s).Head.Seq; got != 1 { // reading goes on
			t.Errorf("%d events, want 1", got)
		}
		other := mustOpen(t, path, short) // and so does opening
		whole(t, other)
		other.Close()
		c.end()
		record(t, s, action())
		if got := whole(t, s).Head.Seq; got != 2 {
			t.Errorf("%d events, want 2", got)
		}
	})

	t.Run("after it has recorded", func(t *testing.T) {
		path := newFile(t)
		s := openFile(t, path, short)
		record(t, s, action())
		c := start(t, "lock", path, "")
		c.says("locked")
		o := offer(action())
		o.ID = NewID()
		_, err := s.Record(t.Context(), o)
		refusal(t, err, data.Failed, says)
		c.end()
		events, err := s.Record(t.Context(), o) // the same one, again
		if err != nil || len(events) != 1 || events[0].Seq != 3 {
			t.Errorf("told %+v, %v", events, err)
		}
		whole(t, s)
	})

	t.Run("by a transaction in this process", func(t *testing.T) {
		path := newFile(t)
		s := openFile(t, path, short)
		db := openDB(s.dsn(writing))
		defer db.Close()
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Record(t.Context(), offer(action()))
		refusal(t, err, data.Failed, says)
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		record(t, s, action())
		if got := whole(t, s).Head.Seq; got != 2 {
			t.Errorf("%d events, want 2", got)
		}
	})

	t.Run("by a program that wants it alone", func(t *testing.T) {
		path := newFile(t)
		db := openDB("file:" + path + "?_pragma=locking_mode(EXCLUSIVE)")
		db.SetMaxOpenConns(1)
		defer db.Close()
		mustExec(t, db, `BEGIN IMMEDIATE`)
		before := stillOf(t, path)
		for _, readOnly := range []bool{false, true} {
			opts := short
			opts.ReadOnly = readOnly
			_, err := Open(t.Context(), path, opts)
			refusal(t, err, data.Failed, "incident.db is locked by another program")
			checkTold(t, err)
			before.same(t, path)
			notOpen(t, path)
		}
		mustExec(t, db, `ROLLBACK`)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		s := openFile(t, path, short)
		record(t, s, action())
		whole(t, s)
	})

	t.Run("no longer than one waits", func(t *testing.T) {
		path := newFile(t)
		patient := openFile(t, path, Options{Busy: patience})
		c := start(t, "lock", path, "")
		c.says("locked")
		done := make(chan error, 1)
		go func() {
			_, err := patient.Record(context.Background(), offer(action()))
			done <- err
		}()
		c.end()
		if err := receive(soon(t), t, "Record", done); err != nil {
			t.Error(err)
		}
		whole(t, patient)
	})
}

// What head_test.go does not show of a file that is older than it was: other
// ways to get there, that nothing is written to it, and what is no reason.
func TestOpenWhatIsOlderThanKnown(t *testing.T) {
	older := newFile(t, action())
	grown := func(path string, bodies ...data.Body) {
		s := mustOpen(t, path, options) // where nothing is known
		record(t, s, bodies...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name    string
		replace func(t *testing.T, path string, opts *Options) // when event 3 is the last known
		why     string
	}{
		{"a much older copy", func(t *testing.T, path string, _ *Options) {
			raw, err := freshFile()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "older than when it was last open here: 1 events, there were 3"},
		{"its end cut off", func(t *testing.T, path string, _ *Options) {
			db := tamper(t, path)
			mustExec(t, db, `DELETE FROM event WHERE seq = 3`)
			mend(t, db)
		}, "older than when it was last open here: 2 events, there were 3"},
		{"another log as long", func(t *testing.T, path string, _ *Options) {
			copyFile(t, older, path)
			grown(path, action("title", "Another"))
		}, "not the log that was last open here: event 3 is another"},
		{"an older copy, and what was kept is lost", func(t *testing.T, path string, opts *Options) {
			copyFile(t, older, path)
			if err := os.RemoveAll(opts.StateDir); err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"an older copy, where nothing is kept", func(t *testing.T, path string, opts *Options) {
			copyFile(t, older, path)
			opts.StateDir = ""
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path, link := filepath.Join(dir, "incident.db"), filepath.Join(t.TempDir(), "link.db")
			copyFile(t, older, path)
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			opts := options
			opts.StateDir = t.TempDir()
			s := mustOpen(t, path, opts)
			record(t, s, action())
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			tt.replace(t, path, &opts)
			if err := os.Chtimes(path, longAgo, longAgo); err != nil {
				t.Fatal(err)
			}
			before := stillOf(t, path)
			for _, p := range []string{path, link} { // it is one file, by whatever name
				s := mustOpen(t, p, opts)
				if s.ReadOnly() != tt.why {
					t.Errorf("read-only because %q, want %q", s.ReadOnly(), tt.why)
				}
				if tt.why != "" {
					_, err := s.Record(t.Context(), offer(action()))
					refusal(t, err, data.Failed, "nothing was recorded: "+tt.why)
					_, err = s.Rebuild(t.Context())
					refusal(t, err, data.Failed, "nothing was rebuilt: "+tt.why)
					_, err = s.Verify(t.Context())
					mentions(t, err, data.BadFile, "damaged: event ", "the log is "+tt.why)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				before.same(t, path)
			}
		})
	}
}

// TestARefusedFileKeepsItsWAL opens a file that somebody else changed and
// still has open: what is in its WAL stays there.
func TestARefusedFileKeepsItsWAL(t *testing.T) {
	path := newFile(t, action("title", "Work"))
	db := openDB((&Store{path: path, opts: options}).dsn(writing))
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `CREATE TRIGGER spy AFTER INSERT ON event BEGIN SELECT 1; END`); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "incident.db")
	copyFile(t, path, copied)
	copyFile(t, path+"-wal", copied+"-wal")
	before, wal := read(t, copied), read(t, copied+"-wal")
	_, err := Open(t.Context(), copied, options)
	mentions(t, err, data.BadFile, "spy")
	if read(t, copied) != before || read(t, copied+"-wal") != wal {
		t.Error("the file or its WAL has changed")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
