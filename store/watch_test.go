package store

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// settled watches a file and waits until the watch is up: a change of another
// store, which only the watch sees, has been told.
func settled(t *testing.T, s *Store) <-chan struct{} {
	t.Helper()
	told := s.Watch(t.Context())
	ctx := soon(t)
	receive(ctx, t, "that the watch is up", told)
	other := mustOpen(t, s.Path(), options)
	defer other.Close()
	record(t, other, action())
	receive(ctx, t, "a change of another store", told)
	return told
}

func TestWatchTellsOfEveryChange(t *testing.T) {
	path := newFile(t, action("owner", "Ben"))
	s := openFile(t, path, options)
	told := settled(t, s)
	ctx := soon(t)
	drain := func() {
		select {
		case <-told:
		default:
		}
	}
	for range 20 {
		drain()
		record(t, s, made(data.KindNote, "text", "x"))
		select { // of a change of this store at once
		case <-told:
		default:
			t.Error("a change of the same store was not told before Record returned")
		}
	}
	for range 5 {
		drain()
		c := start(t, "record", path, "1")
		c.says("done")
		receive(ctx, t, "a change of another process", told)
		c.end()
	}
	drain()
	if err := rebuilt(t, s); err != nil {
		t.Fatal(err)
	}
	receive(ctx, t, "a rebuild", told)

	readOnly := openFile(t, path, Options{ReadOnly: true})
	told = settled(t, readOnly)
	drain()
	record(t, s, action())
	receive(ctx, t, "a change, told to one who only reads", told)
}

// A watch that has seen a change looks ever less often: down to once in five seconds
// where the folder tells of changes, else once a second.
func TestHowOftenAFileIsLookedAt(t *testing.T) {
	for watched, most := range map[bool]time.Duration{true: 5 * time.Second, false: time.Second} {
		wait, looks := firstPoll, 0
		for wait < most {
			longer := nextPoll(wait, watched)
			if looks++; longer <= wait || longer > 2*wait {
				t.Fatalf("after %v it waits for %v", wait, longer)
			}
			wait = longer
		}
		if wait != most || nextPoll(wait, watched) != most || looks > 15 {
			t.Errorf("watched %v: after %d looks it waits for %v, want %v", watched, looks, wait, most)
		}
	}
	if got := nextPoll(restPoll, false); got != slowPoll {
		t.Errorf("when the folder cannot be watched any more it waits for %v", got)
	}
}

// What changes nothing is not told: reading, what is refused, what is there.
func TestWatchTellsOfNothingElse(t *testing.T) {
	path := newFile(t, action("owner", "Ben"))
	s := openFile(t, path, options)
	o := offer(change("A-1", "owner", "Ben", "Cas"))
	o.ID = NewID()
	if _, err := s.Record(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	told := s.Watch(t.Context())
	quiet := func(what string) {
		t.Helper()
		select {
		case <-told:
			t.Errorf("%s was told", what)
		default:
		}
	}
	// Only the tells of Record itself are looked at here: the watch of the folder
	// looks at PRAGMA data_version, which none of these changes.
	s.watchers.close()
	quietAll := func() {
		if _, err := viewed(s).Overview(t.Context(), at); err != nil {
			t.Error(err)
		}
		quiet("reading")
		if _, err := s.Record(t.Context(), offer(action("title", ""))); err == nil {
			t.Error("not refused")
		}
		quiet("a refused offer")
		if _, err := s.Record(t.Context(), offer(change("A-1", "owner", "x", "y"))); err == nil {
			t.Error("not refused")
		}
		quiet("a conflict")
		if _, err := s.Record(t.Context(), o); err != nil {
			t.Error(err)
		}
		quiet("an event offered again")
		whole(t, s)
		quiet("Verify")
	}
	for len(told) > 0 {
		<-told
	}
	for range 10 {
		quietAll()
	}
	record(t, s, action())
	if len(told) != 1 {
		t.Error("a change was not told")
	}
}

// The version of the data, by which the watch tells, does not move for what
// changes nothing, in this process or another.
func TestTheVersionMovesWithChangesOnly(t *testing.T) {
	path := newFile(t, action())
	s := openFile(t, path, options)
	conn, err := dial(t.Context(), s.dsn(reading))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.discard()
	version := func() int64 {
		t.Helper()
		v, err := dataVersion(t.Context(), conn)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	record(t, s, action()) // the WAL is there
	before := version()
	other := start(t, "record", path, "0") // opens the file, and records nothing
	other.says("done")
	if _, err := s.Record(t.Context(), offer(action("title", ""))); err == nil {
		t.Error("not refused")
	}
	if _, err := viewed(s).Backup(t.Context(), t.TempDir()+"/copy.db"); err != nil {
		t.Error(err)
	}
	whole(t, s)
	other.end()
	if now := version(); now != before {
		t.Errorf("the version moved from %d to %d", before, now)
	}
	record(t, s, action())
	if now := version(); now == before {
		t.Error("the version did not move")
	}
}

func TestWatchTellsMany(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	settled(t, s)
	ctx := soon(t)
	gone, leave := context.WithCancel(t.Context())
	left := s.Watch(gone)
	var all []<-chan struct{}
	for range 300 {
		all = append(all, s.Watch(t.Context()))
	}
	leave()
	for s.slots() != 301 { // that it left is told in a goroutine of its own
		if ctx.Err() != nil {
			t.Fatalf("%d watch, want 301", s.slots())
		}
		runtime.Gosched()
	}
	for len(left) > 0 {
		<-left
	}
	for _, told := range all {
		for len(told) > 0 {
			<-told
		}
	}
	for range 3 { // changes that nobody took yet are told once
		record(t, s, action())
	}
	for i, told := range all {
		if len(told) != 1 {
			t.Fatalf("watcher %d: %d tells wait, want 1", i, len(told))
		}
		<-told
	}
	if len(left) > 0 {
		t.Error("one who left was told")
	}
	c := start(t, "record", path, "1")
	c.says("done")
	for _, told := range all {
		receive(ctx, t, "a change of another process", told)
	}
	c.end()
}

func (s *Store) slots() int {
	s.watchers.mu.Lock()
	defer s.watchers.mu.Unlock()
	return len(s.watchers.slots)
}

// A store that is closed leaves no goroutine and no open file behind.
func TestCloseLeavesNothingRunning(t *testing.T) {
	path := newFile(t, action())
	use := func() {
		s := mustOpen(t, path, known(t.TempDir()))
		told := s.Watch(t.Context())
		for range 20 {
			s.Watch(context.Background())
		}
		each(8, func(int) {
			if _, err := viewed(s).Overview(context.Background(), at); err != nil {
				t.Error(err)
			}
		})
		record(t, s, action())
		<-told
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if told := s.Watch(context.Background()); len(told) > 0 {
			t.Error("a closed file tells of a change")
		}
	}
	use() // what is started once and stays
	ctx := soon(t)
	before, files := runtime.NumGoroutine(), openFiles(t)
	for range 5 {
		use()
	}
	for runtime.NumGoroutine() > before {
		if ctx.Err() != nil {
			var b strings.Builder
			pprof.Lookup("goroutine").WriteTo(&b, 1)
			t.Fatalf("%d goroutines, there were %d:\n%s", runtime.NumGoroutine(), before, b.String())
		}
		runtime.Gosched()
	}
	for openFiles(t) > files {
		if ctx.Err() != nil {
			t.Fatalf("%d files are open, there were %d", openFiles(t), files)
		}
		runtime.Gosched()
	}
	notOpen(t, path)
}

// openFiles counts the files that this process has open.
func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // where there is no such directory, nothing is counted
	}
	return len(all)
}

// TestAWatchThatFailsSaysSo lets the watch of a file panic: whoever watches is told, and
// the store warns that it sees no changes of others any more.
func TestAWatchThatFailsSaysSo(t *testing.T) {
	s := &Store{path: filepath.Join(t.TempDir(), "incident.db")} // it has no home
	told := s.Watch(t.Context())
	until(t, "it does not warn", func() bool { return len(s.Warnings()) > 0 })
	const words = "changes of other programs are not shown any more, leave and open the file again: panic: "
	if all := s.Warnings(); len(all) != 1 || !strings.HasPrefix(all[0], words) || strings.Contains(all[0], "\n") {
		t.Errorf("it warns %q", all)
	}
	receive(soon(t), t, "the warning", told)
}
