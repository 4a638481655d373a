package store

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"warroom/data"
)

// tidy removes names beside a file, as somebody does who takes them for rubbish.
func tidy(t tester, path string, suffixes ...string) {
	t.Helper()
	for _, suffix := range suffixes {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

var tidied = map[string][]string{"wal": {"-wal"}, "shm": {"-shm"}, "both": {"-wal", "-shm"}}

// TestNamesRemovedUnderTwoWriters removes -wal, -shm or both while two processes write,
// at any moment: what they were told is recorded is there, once. A round can be run again
// by its seed, except that the processes meet in another way.
func TestNamesRemovedUnderTwoWriters(t *testing.T) {
	t.Parallel()
	n, first := rounds(unlessRace(2, 1)), seed()
	t.Logf("%d rounds from WARROOM_SEED=%d", n, first)
	recorded, lost := 0, 0
	for round := range n {
		seed := first + uint64(round)
		asked, acked, there := removeNames(t, seed)
		for id := range acked {
			if !there[id] {
				lost++
				t.Errorf("WARROOM_SEED=%d WARROOM_ROUNDS=1: %s is lost, it was acknowledged", seed, id)
			}
		}
		if len(acked) != asked || len(there) != asked {
			t.Errorf("WARROOM_SEED=%d WARROOM_ROUNDS=1: %d acknowledged, %d there, want %d", seed, len(acked), len(there), asked)
		}
		recorded += len(acked)
	}
	t.Logf("%d rounds: %d acknowledged, %d lost", n, recorded, lost)
}

// removeNames lets writers record as many events as were asked for, and removes names
// under them. It returns which were acknowledged, and which are there.
func removeNames(t *testing.T, seed uint64) (asked int, acked, there map[string]bool) {
	t.Helper()
	rng, path := rand.New(rand.NewPCG(seed, 0)), fileIn(t, t.TempDir())
	acked, there = map[string]bool{}, map[string]bool{}
	var all []*child
	for range 2 {
		all = append(all, start(t, "write", path, "watch"))
	}
	for part := range uint64(6) {
		for _, c := range all {
			c.asks(8)
		}
		asked += 8*len(all) + 8
		for range rng.IntN(8) { // somewhere in the middle
			acked[all[0].recorded()] = true
		}
		tidy(t, path, tidied[[]string{"wal", "shm", "both"}[(seed+part)%3]]...)
		all = append(all, start(t, "write", path, "watch")) // who comes after that
		all[len(all)-1].asks(8)
		for _, c := range all {
			for c.owed > 0 {
				acked[c.recorded()] = true
			}
		}
		if part%2 == 1 {
			all[0].end()
			all = all[1:]
		}
	}
	for _, c := range all {
		c.end()
	}
	s := mustOpen(t, path, options)
	whole(t, s)
	for _, e := range logOf(t, s)[1:] {
		there[e.ID] = true
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("WARROOM_SEED=%d WARROOM_ROUNDS=1: left beside it: %q", seed, left)
	}
	return asked, acked, there
}

// TestNamesRemovedAsTheyAreOpened removes -wal just before SQLite opens it, while another
// process has the file open. SQLite makes a new one, for which -shm does not speak.
func TestNamesRemovedAsTheyAreOpened(t *testing.T) {
	path := newFile(t, action())
	other := start(t, "write", path, "watch")
	records := func(n int) {
		t.Helper()
		for other.asks(n); other.owed > 0; {
			other.recorded()
		}
	}
	records(3)
	removes := func() {
		t.Helper()
		plan(filepath.Dir(path), faultPlan{tidy: "-wal"})
	}
	removed := func(what string) {
		t.Helper()
		if outcome(filepath.Dir(path)).hits != 1 {
			t.Errorf("%s: nothing was removed", what)
		}
	}
	removes()
	s := mustOpen(t, path, faulty())
	removed("when the file is opened")
	records(3)
	removes()
	record(t, s, action())
	removed("when the first change is recorded")
	records(3)
	if head := whole(t, s).Head.Seq; head != 12 {
		t.Errorf("%d events, want 12", head)
	}
	other.end()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	again := openFile(t, path, options)
	if head := whole(t, again).Head.Seq; head != 12 {
		t.Errorf("%d events, want 12", head)
	}
}

// TestNamesRemovedUnderOneStore does the same with one process, in all states in which
// a store can be.
func TestNamesRemovedUnderOneStore(t *testing.T) {
	for name, suffixes := range tidied {
		t.Run(name, func(t *testing.T) {
			path, state := newFile(t, action()), t.TempDir()
			s := mustOpen(t, path, known(state))
			told := watched(t, s)
			record(t, s, action())
			for range 3 {
				tidy(t, path, suffixes...)
				record(t, s, action())
				whole(t, s)
				other := mustOpen(t, path, known(state))
				if err := other.Close(); err != nil {
					t.Error(err)
				}
			}
			// Nobody records: the watch mends it, and tells.
			drain(told)
			tidy(t, path, suffixes...)
			until(t, "it is not mended", func() bool { return namesAt(path).all() && !s.home.moved() })
			// Another process comes at once.
			tidy(t, path, suffixes...)
			c := start(t, "record", path, "1")
			c.says("done")
			c.end()
			record(t, s, action())
			if head := whole(t, s).Head.Seq; head != 8 {
				t.Errorf("%d events, want 8", head)
			}
			tidy(t, path, suffixes...)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			again := openFile(t, path, known(state))
			if head := whole(t, again).Head.Seq; head != 8 || again.ReadOnly() != "" {
				t.Errorf("%d events, want 8; %q", head, again.ReadOnly())
			}
		})
	}
}

// TestAForeignWALIsPutAside replaces the WAL that is open with an older one: it
// is not taken for the file's.
func TestAForeignWALIsPutAside(t *testing.T) {
	path := newFile(t, action())
	s := mustOpen(t, path, options)
	record(t, s, action())
	copyFile(t, path+"-wal", path+"-old")
	record(t, s, redaction(t, s, 2)) // which begins the WAL anew
	record(t, s, action())
	if err := os.Rename(path+"-old", path+"-wal"); err != nil {
		t.Fatal(err)
	}
	record(t, s, action())
	whole(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	again := openFile(t, path, options)
	if head := whole(t, again).Head.Seq; head != 6 {
		t.Errorf("%d events, want 6", head)
	}
	if left := beside(t, path); !strings.Contains(strings.Join(left, " "), "-wal.foreign-1") {
		t.Errorf("beside it: %q", left)
	}
	if said := s.Warnings(); len(said) != 1 || !strings.HasPrefix(said[0], "somebody put an older -wal beside the file while it was open: it is "+filepath.Base(path)+"-wal.foreign-1 now") {
		t.Errorf("it says %q", said)
	}
}

// TestAForeignWALIsPutAsideThoughOursIsEmpty does so while nothing is in the WAL that is
// open: all changes are in the file, and the older WAL would undo some of them. It does
// not matter whether the store records next, or is idle, or another process comes.
func TestAForeignWALIsPutAsideThoughOursIsEmpty(t *testing.T) {
	for name, next := range map[string]func(t *testing.T, s *Store, path string){
		"the store records": func(t *testing.T, s *Store, _ string) { record(t, s, action()) },
		"the store is idle": func(t *testing.T, s *Store, _ string) {
			until(t, "it is not mended", func() bool { return !s.home.moved() })
			record(t, s, action())
		},
		"another process records": func(t *testing.T, s *Store, path string) {
			c := start(t, "record", path, "1")
			c.says("done")
			c.end()
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newFile(t, action(), made("note", "text", secret))
			s := mustOpen(t, path, options)
			record(t, s, change("A-1", "owner", "", "Ben"))
			copyFile(t, path+"-wal", path+"-old")
			record(t, s, change("A-1", "owner", "Ben", "Cas"))
			record(t, s, redaction(t, s, 3)) // which empties the WAL
			if hasWAL(path) {
				t.Fatal("the WAL is not empty: this proves nothing")
			}
			if err := os.Rename(path+"-old", path+"-wal"); err != nil {
				t.Fatal(err)
			}
			next(t, s, path)
			whole(t, s)
			if a := get[*data.Action](t, s, "A-1"); a.Owner != "Cas" {
				t.Errorf("A-1 is %s's", a.Owner)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			again := openFile(t, path, options)
			if head := whole(t, again).Head.Seq; head != 7 {
				t.Errorf("%d events, want 7", head)
			}
			// Another process that comes first writes the WAL from its start.
			if left := beside(t, path); name != "another process records" && !strings.Contains(strings.Join(left, " "), "-wal.foreign-1") {
				t.Errorf("beside it: %q", left)
			}
		})
	}
}

// TestRedactionsAreNoSurprise cuts the WAL and copies it to the file, from several
// processes, as often as it can: nothing of that is taken for a removal.
func TestRedactionsAreNoSurprise(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	told := watched(t, s)
	n := rounds(unlessRace(50, 10))
	other := start(t, "redact", path, "")
	for range n {
		other.asks(1)
	}
	for range n {
		record(t, s, action())
	}
	for range n {
		other.recorded()
	}
	other.end()
	drain(told)
	whole(t, s)
	if s.home.mends != 0 {
		t.Errorf("%d surprises", s.home.mends)
	}
	t.Logf("%d redactions by another process: %d surprises", n, s.home.mends)
}

// TestWhatOthersDoNotHaveIsOfferedAgain lets another program record in files of its own
// beside the one that is open: what it lacks is recorded there too, under its id, and
// what cannot be is named.
func TestWhatOthersDoNotHaveIsOfferedAgain(t *testing.T) {
	path, state := newFile(t, action(), made(data.KindNote, "text", secret)), t.TempDir()
	opts := known(state)
	var said []string
	opts.Say = func(text string) { said = append(said, text) }
	s := mustOpen(t, path, opts)
	record(t, s, redaction(t, s, 3)) // which empties the WAL
	before := record(t, s, action("title", "Mine"), change("A-1", "owner", "", "Ben"))
	tidy(t, path, "-wal", "-shm")
	other := start(t, "rogue", path, "")
	other.says("done")
	after := record(t, s, action("title", "Mine too"))
	whole(t, s)
	titles := map[string]bool{}
	for _, e := range logOf(t, s) {
		titles[e.ID] = true
	}
	if len(logOf(t, s)) != 8 || !titles[before[0].ID] || titles[before[1].ID] || !titles[after[0].ID] {
		t.Errorf("the log: %+v", logOf(t, s))
	}
	if want := "what ana recorded at 2024-08-15T09:00:00.000Z about A-1 is lost, because -wal and -shm were removed while the file was open, and it could not be recorded again: "; len(said) != 1 || !strings.HasPrefix(said[0], want) {
		t.Errorf("it says %q, want %q", said, want)
	}
	if all := s.Warnings(); !slices.Equal(all, said) {
		t.Errorf("the warnings are %q, it said %q", all, said)
	}
	if a := get[*data.Action](t, s, "A-1"); a.Owner != "Cas" {
		t.Errorf("A-1 is %s's", a.Owner)
	}
	other.end()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	again := openFile(t, path, known(state))
	if head := whole(t, again).Head.Seq; head != 8 || again.ReadOnly() != "" {
		t.Errorf("%d events, want 8; %q", head, again.ReadOnly())
	}
}

// TestAFileCutShortTakesNoMore cuts the file itself short, in its place, while it is open:
// nothing is recorded in it until all of it is there again.
func TestAFileCutShortTakesNoMore(t *testing.T) {
	path := newFile(t, action())
	s := openFile(t, path, options)
	record(t, s, redaction(t, s, 2)) // which empties the WAL
	copyFile(t, path, path+".copy")
	if err := os.Truncate(path, 40960); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := s.Record(t.Context(), offer(action()))
		mentions(t, err, data.BadFile, filepath.Base(path)+" was cut short while it was open: 40960 of ")
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 40960 {
		t.Errorf("the file was written: %v, %v", info.Size(), err)
	}
	copyFile(t, path+".copy", path) // in its place
	record(t, s, action())
	if head := whole(t, s).Head.Seq; head != 4 {
		t.Errorf("%d events, want 4", head)
	}
}

// TestWhatLetGoLeavesIsSwept closes the last connection as one is closed that may have
// opened companions of another process: closing the store removes what that left.
func TestWhatLetGoLeavesIsSwept(t *testing.T) {
	path := newFile(t, action())
	s := mustOpen(t, path, options)
	c, err := s.home.dial(t.Context(), s.dsn(reading), patience)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.readers.close(); err != nil {
		t.Fatal(err)
	}
	s.home.letGo(c)
	if left := beside(t, path); len(left) != 2 {
		t.Fatalf("beside it are %q: this proves nothing", left)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("beside it are %q", left)
	}
	whole(t, openFile(t, path, options))
}

// A countdown is a context that is over when it was asked so many times whether it is.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Done() <-chan struct{} {
	if c.Err() == nil {
		return nil
	}
	over := make(chan struct{})
	close(over)
	return over
}

func (c *countdown) Err() error {
	if c.left.Add(-1) >= 0 {
		return nil
	}
	return context.Canceled
}

// TestOpeningIsCutShort cancels the opening of a connection at each moment: no connection
// is left open by that.
func TestOpeningIsCutShort(t *testing.T) {
	path := newFile(t, action())
	s := mustOpen(t, path, options)
	opened, cut := 0, 0
	for n := range int64(200) {
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(n)
		c, err := s.home.dial(ctx, s.dsn(reading), patience)
		if err != nil {
			cut++
			continue
		}
		c.discard()
		if opened++; opened == 3 {
			break
		}
	}
	if opened == 0 || cut < 5 {
		t.Errorf("%d opened, %d cut short: this proves nothing", opened, cut)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("beside it are %q", left)
	}
}
