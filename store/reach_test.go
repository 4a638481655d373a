package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"warroom/data"
)

// move renames a file with those that SQLite keeps beside it.
func move(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(from+suffix, to+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// TestReachable takes the file from under an open store, in all ways there are:
// the store says so, takes no writes until it is back, and those who watch are
// told of both.
func TestReachable(t *testing.T) {
	for _, tt := range []struct {
		name       string
		take, back func(path, aside string)
		says       string
	}{
		{"moved away", func(path, aside string) { move(t, path, aside) }, func(path, aside string) { move(t, aside, path) }, "is gone"},
		{"its directory moved away", func(path, _ string) { os.Rename(filepath.Dir(path), filepath.Dir(path)+"x") },
			func(path, _ string) { os.Rename(filepath.Dir(path)+"x", filepath.Dir(path)) }, "is gone"},
		{"closed to all", func(path, _ string) { os.Chmod(path, 0) }, func(path, _ string) { os.Chmod(path, 0o600) }, "may not be read any more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "in")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			path, aside := filepath.Join(dir, "a.db"), filepath.Join(filepath.Dir(dir), "aside.db")
			move(t, newFile(t, action("owner", "Ben")), path)
			s := mustOpen(t, path, options)
			defer s.Close()
			record(t, s, action())
			told, ctx := settled(t, s), soon(t)
			drain(told)
			if err := s.Reachable(); err != nil {
				t.Fatal(err)
			}
			tt.take(path, aside)
			if err := s.Reachable(); err == nil || !strings.Contains(err.Error(), tt.says) || errors.Is(err, data.ErrReplaced) {
				t.Errorf("it says %v", err)
			}
			receive(ctx, t, "that it is gone", told)
			if _, err := s.Record(t.Context(), offer(action())); err == nil || !strings.HasPrefix(err.Error(), "nothing can be recorded: the file ") {
				t.Errorf("a write says %v", err)
			}
			tt.back(path, aside)
			receive(ctx, t, "that it is back", told)
			if err := s.Reachable(); err != nil {
				t.Error(err)
			}
			drain(told)
			record(t, s, action())
			whole(t, s)
			other := mustOpen(t, path, options)
			defer other.Close()
			drain(told)
			record(t, other, action())
			receive(ctx, t, "a change after that", told)
		})
	}
}

// TestTakenWhileItIsOpened takes the file away just before another connection to it is
// opened, and then puts another file where it was: who reads is told.
func TestTakenWhileItIsOpened(t *testing.T) {
	path, other := newFile(t, action()), newFile(t, action())
	s := mustOpen(t, path, options)
	defer s.Close()
	for _, tt := range []struct {
		name string
		take func()
		says string
	}{
		{"moved away", func() { move(t, path, path+".away") }, "is gone"},
		{"replaced", func() { move(t, other, path) }, "is another one now"},
	} {
		s.readers.may = func() error { tt.take(); return nil }
		err := s.readTx(t.Context(), func(querier) error { // this one needs a second connection
			return s.readTx(t.Context(), func(querier) error { return nil })
		})
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: it says %v", tt.name, err)
		}
	}
}

// TestReplaced puts another file where the open one was: the old one is read on,
// never the new one, and none of them is written.
func TestReplaced(t *testing.T) {
	path, other := newFile(t, action("title", "Old")), newFile(t, action("title", "New"))
	s := mustOpen(t, path, options)
	defer s.Close()
	record(t, s, action("title", "Old too"))
	told, ctx := settled(t, s), soon(t)
	drain(told)
	before, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	receive(ctx, t, "that it is another", told)
	if err := s.Reachable(); !errors.Is(err, data.ErrReplaced) || err.Error() != "the file at "+path+" is another one now" {
		t.Errorf("it says %v", err)
	}
	if _, err := s.Record(t.Context(), offer(action())); !errors.Is(err, data.ErrReplaced) {
		t.Errorf("a write says %v", err)
	}
	all, err := viewed(s).List(t.Context(), data.KindAction)
	if err != nil || len(all) != 3 || all[0].Name() != "Old" { // one is of settled
		t.Errorf("it has %d actions: %v", len(all), err)
	}
	// With all connections in use, one to the new file is not opened.
	err = s.readers.read(t.Context(), func(querier) error {
		return s.readers.read(t.Context(), func(querier) error {
			return s.readers.read(t.Context(), func(querier) error { return s.readers.read(t.Context(), func(querier) error { return nil }) })
		})
	})
	if err != nil && !errors.Is(err, data.ErrReplaced) {
		t.Error(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the new file was changed: %v", err)
	}
}

func drain(told <-chan struct{}) {
	for len(told) > 0 {
		<-told
	}
}
