package store

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"warroom/data"
)

// olderFiles are the names of the files of each version in testdata.
var olderFiles = []string{"sample", "exercise", "used", "actions"}

// olderFile unpacks a file of version 5 into a directory.
func olderFile(t tester, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name+".db")
	if err := os.WriteFile(path, unzipped(t, filepath.Join("testdata", "v5", name+".db.gz")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// unzipped returns what is in a compressed file.
func unzipped(t tester, path string) []byte {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	unzip, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// rawLog returns the rows in the table of events of a file that nobody has open, and
// the file's number.
func rawLog(t tester, path string) (rows []string, n number) {
	t.Helper()
	c, err := dial(context.Background(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.discard()
	rows, err = collect(context.Background(), c, scanString,
		`SELECT concat_ws('|', seq, id, at, "by", ref, kind, body, hex(salt), hex(digest), hex(hash)) FROM event ORDER BY seq`)
	if err == nil {
		n, err = readNumber(context.Background(), c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows, n
}

// A file of each version is upgraded: its log is the same to the byte, and the copy is
// the file as it was.
func TestUpgrade(t *testing.T) {
	for _, name := range olderFiles {
		t.Run(name, func(t *testing.T) {
			path := olderFile(t, t.TempDir(), name)
			before, _ := rawLog(t, path)
			s := openFile(t, path, options)
			if want := name + ".db was upgraded to version 6; the old file is kept as " + name + ".db.before-v6"; s.Upgraded() != want {
				t.Errorf("says %q, want %q", s.Upgraded(), want)
			}
			if s.ReadOnly() != "" {
				t.Errorf("read-only: %s", s.ReadOnly())
			}
			whole(t, s)
			record(t, s, action())
			whole(t, s)
			modes(t, path, "")
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			after, n := rawLog(t, path)
			if n != ours || len(after) != len(before)+1 || !slices.Equal(after[:len(before)], before) {
				t.Errorf("number %d, %d events, before %d", n, len(after), len(before))
			}
			modes(t, path+".before-v6", "")
			kept, n := rawLog(t, path+".before-v6")
			if n != 5 || !slices.Equal(kept, before) {
				t.Errorf("the copy is of number %d and has %d events", n, len(kept))
			}
			if got := beside(t, path); !slices.Equal(got, []string{name + ".db.before-v6"}) {
				t.Errorf("beside it: %q", got)
			}
			again := openFile(t, path, options)
			if again.Upgraded() != "" {
				t.Error("upgraded once more")
			}
		})
	}
}

// A copy that is there is never overwritten. One of the same log is used again.
func TestUpgradeKeepsOneCopy(t *testing.T) {
	dir := t.TempDir()
	path := olderFile(t, dir, "sample")
	for _, other := range []string{"", ".2"} {
		if err := os.WriteFile(path+".before-v6"+other, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, path, path+".before-v6.3")
	for range 2 {
		s := mustOpen(t, path, options)
		if !strings.HasSuffix(s.Upgraded(), " sample.db.before-v6.3") {
			t.Errorf("says %q", s.Upgraded())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		copyFile(t, path+".before-v6.3", path) // as after a failure
	}
	for _, other := range []string{"", ".2"} {
		if raw, err := os.ReadFile(path + ".before-v6" + other); err != nil || string(raw) != "mine" {
			t.Errorf("%q was overwritten: %v", other, err)
		}
	}
}

// An upgrade that takes long says how far it is, ever less often.
func TestUpgradeSaysHowFarItIs(t *testing.T) {
	path := olderFile(t, t.TempDir(), "actions")
	var said []string
	now := at
	opts := Options{Progress: func(line string) { said = append(said, line) },
		Now: func() time.Time { now = now.Add(3 * time.Second); return now }}
	s := openFile(t, path, opts)
	want := []string{
		"upgrading actions.db to version 6: the copy is proved",
		"upgrading actions.db to version 6: 2,000 of 2,006 events are proved",
		"upgrading actions.db to version 6: the tables are compared with the log",
		s.Upgraded(),
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}

// An upgrade is refused, and the file is as it was, where it cannot be done whole.
func TestUpgradeIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, says, hint string
		class            data.Class
		prepare          func(t *testing.T, path string, opts *Options)
	}{
		{"another program has it open", "used.db is open elsewhere, and is to be upgraded to version 6", "close it there first: each board, server and command that has it open", data.Failed,
			func(t *testing.T, path string, _ *Options) {
				c := start(t, "keep", path, "")
				c.says("open")
				t.Cleanup(c.end)
			}},
		{"no room", "used.db cannot be upgraded to version 6: that takes 1 MB, and 0 MB are free", "make room on the disk of DIR", data.Failed,
			func(_ *testing.T, _ string, opts *Options) {
				opts.room = func(string) (int64, error) { return 500_000, nil }
			}},
		{"an event that was altered", "damaged: event 20 is not what was recorded", "restore a backup, or save what is before that event: warroom verify --recover FILE", data.BadFile,
			func(t *testing.T, path string, _ *Options) {
				alter(t, path, `UPDATE event SET "by" = 'eve' WHERE seq = 20`)
			}},
		{"the end cut off", "damaged: the end of the log may be cut: the tables know of event 127", "restore a newer backup; until then keep this file: its tables are the last copy of what was cut off", data.BadFile,
			func(t *testing.T, path string, _ *Options) { alter(t, path, `DELETE FROM event WHERE seq > 100`) }},
		{"a trigger that is not ours", "not an incident file: it has a trigger \"t\" that is not ours", "give another file with -f, or make one with: warroom new FILE", data.BadFile,
			func(t *testing.T, path string, _ *Options) {
				alter(t, path, `CREATE TRIGGER t AFTER INSERT ON action BEGIN DELETE FROM action; END`)
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := olderFile(t, t.TempDir(), "used")
			opts := options
			tt.prepare(t, path, &opts)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Open(t.Context(), path, opts)
			refusal(t, err, tt.class, tt.says)
			if hint := strings.ReplaceAll(data.HintOf(err), filepath.Dir(path), "DIR"); hint != tt.hint {
				t.Errorf("hint %q, want %q", hint, tt.hint)
			}
			after, err := os.ReadFile(path)
			if err != nil || string(after) != string(before) {
				t.Errorf("the file is another one now: %v", err)
			}
		})
	}
}

// alter changes a file as another program can that takes the triggers away for it.
func alter(t *testing.T, path, q string) {
	t.Helper()
	c, err := dial(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.discard()
	if err := c.run(t.Context(), `DROP TRIGGER event_no_update`, `DROP TRIGGER event_no_delete`, q, logSchema[2], logSchema[3]); err != nil {
		t.Fatal(err)
	}
}

// jobKeep opens a file as a program of any version does, says so, and keeps it open.
func jobKeep(ctx context.Context, path, _ string) error {
	c, err := dial(ctx, (&Store{path: path}).dsn(reading))
	if err != nil {
		return err
	}
	defer c.discard()
	if _, err := collect(ctx, c, scanInt, `SELECT count(*) FROM event`); err != nil {
		return err
	}
	fmt.Println("open")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// What fails while a file is upgraded, once and for good, leaves it as it was or as it
// is to be, and it is upgraded when it is opened again.
func TestFaultsWhileAFileIsUpgraded(t *testing.T) {
	base := olderFile(t, t.TempDir(), "sample")
	before, _ := rawLog(t, base)
	rounds, old := 0, 0
	for _, p := range []faultPlan{{full: true, sticky: true}, {sticky: true}, {after: true}} {
		for p.nth = 1; ; p.nth += unlessRace(13, 61) {
			dir := fastDir(t)
			path := filepath.Join(dir, "incident.db")
			copyFile(t, base, path)
			plan(dir, p)
			s, err := Open(t.Context(), path, faulty())
			hits := outcome(dir).hits
			rounds++
			if err != nil {
				if data.HintOf(err) == "" || strings.Contains(err.Error(), ".part") {
					t.Errorf("%+v: %v; hint %q", p, err, data.HintOf(err))
				}
			} else if err := s.Close(); err != nil {
				t.Error(err)
			}
			if _, n := rawLog(t, path); n == 5 {
				old++
			}
			s = mustOpen(t, path, options)
			whole(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if after, n := rawLog(t, path); n != ours || !slices.Equal(after, before) {
				t.Errorf("%+v: number %d, %d events, before %d", p, n, len(after), len(before))
			}
			if left := beside(t, path); !slices.Equal(left, []string{"incident.db.before-v6"}) {
				t.Errorf("%+v: beside it: %q", p, left)
			}
			os.RemoveAll(dir)
			if hits == 0 || t.Failed() {
				break
			}
		}
	}
	t.Logf("%d rounds, of which %d left the old file", rounds, old)
	if old == 0 || old == rounds {
		t.Error("this proves nothing")
	}
}

// A process is killed at each of its writes to the file, to what SQLite keeps beside it
// and to the copy; of the large files, at some, but for a long run. What it leaves is the
// old file or the new one, and it opens.
func TestUpgradeKilledAtEveryWrite(t *testing.T) {
	for _, name := range olderFiles {
		every := 17
		if name == "used" || rounds(0) > 0 {
			every = unlessRace(1, 17)
		}
		t.Run(name, func(t *testing.T) { upgradeKilled(t, olderFile(t, t.TempDir(), name), every) })
	}
}

func upgradeKilled(t *testing.T, base string, every int) {
	before, _ := rawLog(t, base)
	dir := fastDir(t)
	path := filepath.Join(dir, "incident.db")
	copyFile(t, base, path)
	left := filepath.Join(fastDir(t), "incident.db")
	news, olds, rounds := 0, 0, 0
	plan(dir, faultPlan{each: func(op int) { // the file is read here while it is open, which only a test may do
		if op%every != 0 {
			return
		}
		rounds++
		for _, suffix := range []string{"", "-wal"} {
			os.Remove(left + suffix)
			if _, err := os.Stat(path + suffix); err == nil {
				copyFile(t, path+suffix, left+suffix)
			}
		}
		os.Remove(left + "-shm")
		log, n := rawLog(t, left)
		switch {
		case !slices.Equal(log, before):
			t.Errorf("killed at write %d: %d events, before %d", op, len(log), len(before))
		case n == 5:
			olds++
		case n == ours:
			news++
		default:
			t.Errorf("killed at write %d: number %d", op, n)
		}
		if rounds%10 == 0 || n == ours && news < 5 { // as people would open it
			s := mustOpen(t, left, options)
			whole(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			os.Remove(left + ".before-v6")
		}
	}})
	s, err := Open(t.Context(), path, faulty())
	outcome(dir)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("killed at %d writes: %d left the old file, %d the new one", rounds, olds, news)
	if olds == 0 || news == 0 {
		t.Error("this proves nothing")
	}
}

// A process that upgrades is killed at a random moment.
func TestUpgradeKilled(t *testing.T) {
	base := olderFile(t, t.TempDir(), "used")
	before, _ := rawLog(t, base)
	rng := rand.New(rand.NewPCG(seed(), 0))
	killed := 0
	for round := range rounds(unlessRace(10, 3)) {
		dir := fastDir(t)
		path := filepath.Join(dir, "incident.db")
		copyFile(t, base, path)
		c := start(t, "upgrade", path, fmt.Sprint(1+rng.IntN(240))) // it writes some 250 times
		if said, _ := c.line(); said != "upgraded" {
			killed++
		}
		c.kill()
		s := mustOpen(t, path, options)
		whole(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if after, n := rawLog(t, path); n != ours || !slices.Equal(after, before) {
			t.Errorf("round %d: number %d, %d events, before %d", round, n, len(after), len(before))
		}
		if got := beside(t, path); len(got) == 0 || len(got) > 2 || got[0] != "incident.db.before-v6" {
			t.Errorf("round %d: beside it: %q", round, got)
		}
	}
	t.Logf("killed in %d of the rounds", killed)
	if killed == 0 {
		t.Error("this proves nothing")
	}
}

// jobUpgrade opens a file, and is killed at one of its writes: arg says which.
func jobUpgrade(ctx context.Context, path, arg string) error {
	nth := 0
	if _, err := fmt.Sscan(arg, &nth); err != nil {
		return err
	}
	plan(filepath.Dir(path), faultPlan{each: func(op int) {
		if op == nth {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}})
	s, err := Open(ctx, path, faulty())
	if err != nil {
		return err
	}
	fmt.Println("upgraded")
	return s.Close()
}

// Whoever has a file open when another program makes it one of a newer version is told,
// with the next change, and harms nothing.
func TestUpgradedBehindTheBack(t *testing.T) {
	path := newFile(t, action())
	s := openFile(t, path, options)
	record(t, s, action())
	c, err := dial(t.Context(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.discard()
	if err := c.run(t.Context(), `PRAGMA user_version = 7`); err != nil {
		t.Fatal(err)
	}
	const says = "another program has made the file one of version 7, this warroom knows version 6"
	for range 2 {
		_, err = s.Record(t.Context(), offer(action()))
		refusal(t, err, data.BadFile, "nothing was recorded: "+says)
		if data.HintOf(err) != "leave, and open it with the warroom that did" {
			t.Errorf("hint %q", data.HintOf(err))
		}
	}
	_, err = s.Rebuild(t.Context())
	refusal(t, err, data.BadFile, "nothing was rebuilt: "+says)
	n, err := readNumber(t.Context(), c)
	if err != nil || n != 7 {
		t.Errorf("the number is %d, %v", n, err)
	}
	head, err := s.Head(t.Context())
	if err != nil || head.Seq != 3 {
		t.Errorf("%d events, %v, want 3", head.Seq, err)
	}
}

// A commit that failed is settled without a word on whose file it is.
func TestFenceLeavesTheNumber(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	record(t, s, action())
	c, err := dial(t.Context(), "file:"+path)
	if err == nil {
		err = c.run(t.Context(), `PRAGMA user_version = 7`)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.discard()
	unlock, err := s.home.lock(t.Context(), s.opts.Busy)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	// The writer has nothing to do: its goroutine waits.
	if err := s.writer.fence(t.Context()); err == nil {
		t.Error("the fence is set in a file of another version")
	}
	if n, err := readNumber(t.Context(), c); err != nil || n != 7 {
		t.Errorf("the number is %d, %v", n, err)
	}
}

// sameAnswers fails the test unless two stores tell the same.
func sameAnswers(t *testing.T, got, want *Store) {
	t.Helper()
	if !reflect.DeepEqual(logOf(t, got), logOf(t, want)) {
		t.Error("the logs differ")
	}
	a, err := viewed(got).Overview(t.Context(), at)
	b, err2 := viewed(want).Overview(t.Context(), at)
	if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("the overviews differ: %v", err)
	}
}

// A file of an older version that must not be written is read as it would be after an
// upgrade, and is left as it is.
func TestOlderFileThatMustNotBeWritten(t *testing.T) {
	for _, name := range olderFiles {
		for _, memory := range []int64{0, 10} {
			t.Run(fmt.Sprint(name, memory), func(t *testing.T) {
				upgraded := openFile(t, olderFile(t, t.TempDir(), name), options)
				path := olderFile(t, t.TempDir(), name)
				if err := errors.Join(os.Chmod(path, 0o444), os.Chtimes(path, longAgo, longAgo)); err != nil {
					t.Fatal(err)
				}
				before := stillOf(t, path)
				opts := options
				opts.StateDir, opts.inMemory = t.TempDir(), memory
				s := openFile(t, path, opts)
				if s.ReadOnly() != readOnlyMode {
					t.Errorf("read-only because %q", s.ReadOnly())
				}
				sameAnswers(t, s, upgraded)
				whole(t, s)
				if left := beside(t, filepath.Join(opts.StateDir, "nothing")); len(left) > 0 {
					t.Errorf("in the state directory: %q", left)
				}
				to := filepath.Join(t.TempDir(), "copy.db")
				if _, err := viewed(s).Backup(t.Context(), to); err != nil {
					t.Fatal(err)
				}
				if _, n := rawLog(t, to); n != 5 || len(beside(t, to)) > 0 {
					t.Errorf("the copy is of version %d, beside it %q", n, beside(t, to))
				}
				before.same(t, path)
			})
		}
	}
}

// A file that falls short of what is known of it here is not upgraded before somebody
// takes it as it is.
func TestUpgradeOfAFileInDoubt(t *testing.T) {
	path := olderFile(t, t.TempDir(), "used")
	old := filepath.Join(t.TempDir(), "old.db")
	copyFile(t, path, old)
	opts := options
	opts.StateDir = t.TempDir()
	s := mustOpen(t, path, opts)
	record(t, s, action())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path + ".before-v6"); err != nil {
		t.Fatal(err)
	}
	copyFile(t, old, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path, opts)
	const why = "older than when it was last open here: 130 events, there were 131"
	if s.ReadOnly() != why || s.Upgraded() != "" {
		t.Errorf("read-only because %q; %s", s.ReadOnly(), s.Upgraded())
	}
	_, err = s.Record(t.Context(), offer(action()))
	refusal(t, err, data.Failed, "nothing was recorded: "+why)
	get[*data.Action](t, s, "A-18")
	_, err = s.Verify(t.Context())
	mentions(t, err, data.BadFile, why)
	if err := s.AcceptHead(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(before) || len(beside(t, path)) > 0 {
		t.Errorf("the file is another one, %v; beside it %q", err, beside(t, path))
	}
	s = openFile(t, path, opts)
	if s.ReadOnly() != "" || s.Upgraded() == "" {
		t.Errorf("taken as it is, it is read-only because %q", s.ReadOnly())
	}
	whole(t, s)
}

// Several programs open a file at the same time: one of them upgrades it, for all.
func TestUpgradeByOneOfSeveral(t *testing.T) {
	path := olderFile(t, t.TempDir(), "used")
	var all []*child
	for range 4 {
		all = append(all, start(t, "upgrade", path, "0"))
	}
	for _, c := range all {
		c.says("upgraded")
		c.end()
	}
	whole(t, openFile(t, path, options))
	if got := beside(t, path); !slices.Contains(got, "used.db.before-v6") || slices.Contains(got, "used.db.before-v6.2") {
		t.Errorf("beside it: %q", got)
	}
}

// What is good of a damaged file of an older version is saved into one of ours.
func TestRecoverOfAnOlderFile(t *testing.T) {
	path := olderFile(t, t.TempDir(), "used")
	before, _ := rawLog(t, path)
	alter(t, path, `UPDATE event SET "by" = 'eve' WHERE seq = 73`)
	to := filepath.Join(t.TempDir(), "saved.db")
	rec, err := Recover(t.Context(), path, to, options, "ana")
	if err != nil || rec.Taken != 72 {
		t.Fatalf("%+v, %v", rec, err)
	}
	whole(t, openFile(t, to, options))
	if after, n := rawLog(t, to); n != ours || !slices.Equal(after, before[:72]) {
		t.Errorf("number %d, %d events", n, len(after))
	}
}

// Who comes to upgrade a file and finds that another program did leaves it alone.
func TestUpgradeOfAFileThatIsUpgraded(t *testing.T) {
	for _, n := range []number{ours, ours + 1} {
		path := newFile(t, action())
		appendEvents(t, path, n)
		before := stillOf(t, path)
		s := &Store{path: path, opts: options}
		c, err := dial(t.Context(), s.dsn(mending))
		if err != nil {
			t.Fatal(err)
		}
		u := &upgrading{s: s, name: "incident.db"}
		if err := u.do(t.Context(), c); err != nil || u.kept != "" || u.from != n {
			t.Errorf("number %d: %v, kept %q", n, err, u.kept)
		}
		c.discard()
		before.same(t, path)
	}
}
