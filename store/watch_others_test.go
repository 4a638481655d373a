package store

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"warroom/data"
)

// watched returns a slot of a store that nobody else watches, when the watch is
// up: what was there before has been told.
func watched(t *testing.T, s *Store) <-chan struct{} {
	t.Helper()
	slot := s.Watch(t.Context())
	receive(soon(t), t, "the first look", slot)
	return slot
}

// toldOf waits until a slot has told of event seq.
func toldOf(t *testing.T, s *Store, slot <-chan struct{}, seq int64) {
	t.Helper()
	ctx := soon(t)
	for {
		if head, err := s.Head(ctx); err != nil {
			t.Fatal(err)
		} else if head.Seq >= seq {
			return
		}
		receive(ctx, t, "the change", slot)
	}
}

// holds reports whether there is something in a slot, and takes it.
func holds(slot <-chan struct{}) bool {
	select {
	case <-slot:
		return true
	default:
		return false
	}
}

// until waits until something holds that is known to come.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx := soon(t)
	for !ok() {
		if ctx.Err() != nil {
			t.Fatal(what)
		}
		runtime.Gosched()
	}
}

// What another process, or another store in this one, records is told, however
// the file was opened.
func TestWatchIsToldOfOthersChanges(t *testing.T) {
	for _, tt := range []struct {
		name string
		open func(t *testing.T, path string) *Store
	}{
		{"by its path", func(t *testing.T, path string) *Store { return openFile(t, path, options) }},
		{"to read only", func(t *testing.T, path string) *Store { return openFile(t, path, Options{ReadOnly: true}) }},
		{"through a symlink", func(t *testing.T, path string) *Store {
			link := filepath.Join(t.TempDir(), "link.db")
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			return openFile(t, link, options)
		}},
		{"through a linked directory", func(t *testing.T, path string) *Store {
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(filepath.Dir(path), link); err != nil {
				t.Fatal(err)
			}
			return openFile(t, filepath.Join(link, filepath.Base(path)), options)
		}},
		{"with a name to quote", func(t *testing.T, path string) *Store {
			to := filepath.Join(filepath.Dir(path), "日本 50%?.db")
			if err := os.Rename(path, to); err != nil {
				t.Fatal(err)
			}
			return openFile(t, to, options)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.open(t, newFile(t))
			slot := watched(t, s)
			c := start(t, "record", s.Path(), "5")
			c.says("done")
			toldOf(t, s, slot, 6)
			c.end()
			again := start(t, "record", s.Path(), "1") // which opens the file anew
			again.says("done")
			toldOf(t, s, slot, 7)
			again.end()
			other := openFile(t, s.Path(), options)
			for i := range int64(5) {
				record(t, other, action())
				toldOf(t, s, slot, 8+i)
			}
			whole(t, s)
		})
	}
}

// Nothing is told where nothing changed. Each round ends with a change by
// somebody else, which is told once: something told before it, or for nothing,
// is in the slot at the end of that round or of the next.
func TestWatchIsToldNothingForNothing(t *testing.T) {
	path := newFile(t, action("owner", "Ben"))
	s, other := openFile(t, path, options), openFile(t, path, options)
	slot := watched(t, s)
	again := offer(action())
	again.ID = NewID()
	if _, err := other.Record(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	receive(soon(t), t, "the first change", slot)
	refused := offer(change("A-1", "owner", "Cas", "Dee"))
	for round := range 20 {
		want := int64(4 + round)
		for _, s := range []*Store{s, other} {
			if _, err := s.Record(t.Context(), refused); data.ClassOf(err) != data.Conflict {
				t.Fatalf("got %v", err)
			}
			if events, err := s.Record(t.Context(), again); err != nil || events[0].Seq != 3 {
				t.Fatalf("told %v, %v", events, err)
			}
			whole(t, s)
			if _, err := viewed(s).Overview(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		third := mustOpen(t, path, options)
		whole(t, third)
		if err := third.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"notes.txt", "incident.db.old", "incident.db-journal.txt"} { // in its folder
			name = filepath.Join(filepath.Dir(path), name)
			if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if holds(slot) {
			t.Fatalf("round %d: told, and nothing changed", round)
		}
		record(t, other, action())
		receive(soon(t), t, "the change", slot)
		if head, err := s.Head(t.Context()); err != nil || head.Seq != want {
			t.Fatalf("round %d: told of event %d, %v; want %d", round, head.Seq, err, want)
		}
	}
}

// Watching, recording and closing at the same time is nobody's problem.
func TestWatchWhileItCloses(t *testing.T) {
	path := newFile(t)
	before := runtime.NumGoroutine()
	for range 20 {
		s := mustOpen(t, path, options)
		ctx, cancel := context.WithCancel(context.Background())
		each(8, func(i int) {
			switch i {
			case 0:
				s.Close()
			case 1:
				cancel()
			case 2, 3:
				s.Record(ctx, offer(action())) // recorded or refused
			default:
				s.Watch(ctx)
			}
		})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	until(t, "goroutines stay", func() bool { return runtime.NumGoroutine() <= before })
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
	whole(t, openFile(t, path, options))
}

// A watch that is over before it begins is told nothing, and is soon forgotten.
func TestWatchThatIsOverAlready(t *testing.T) {
	s := newStore(t)
	slot := watched(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	late := s.Watch(ctx)
	until(t, "the slot is still there", func() bool { return s.slots() == 1 })
	holds(late)
	record(t, s, action())
	if !holds(slot) || holds(late) {
		t.Error("told the wrong one")
	}
}
