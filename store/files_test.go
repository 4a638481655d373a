package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"warroom/data"
)

// What file_test.go does not show of files that are made: who wins, who gives
// up half-way, and what can be copied.

// empty fails the test if there is anything in a directory.
func empty(t tester, dir string) {
	t.Helper()
	if left := beside(t, filepath.Join(dir, "nothing")); len(left) > 0 {
		t.Errorf("left in the directory: %q", left)
	}
}

// forgotten fails the test if the registry holds a path in a directory.
func forgotten(t tester, dir string) {
	t.Helper()
	registry.Lock()
	defer registry.Unlock()
	for path := range registry.homes {
		if strings.HasPrefix(path, dir) {
			t.Errorf("%s is still in the registry", path)
		}
	}
}

// What the winner of a race made is all there, and nothing of the losers'.
func TestFilesOfARaceAreTheWinners(t *testing.T) {
	for range 10 {
		dir := fastDir(t)
		path := filepath.Join(dir, "incident.db")
		var winner atomic.Int64
		winner.Store(-1)
		each(4, func(i int) {
			title := fmt.Sprint("Breach ", i)
			err := Create(context.Background(), path, options, incident("title", title), func(s *Store) error {
				for range i + 1 {
					record(t, s, action("title", title))
				}
				return nil
			})
			if err != nil {
				refusal(t, err, data.Failed, path+" exists already")
				checkTold(t, err)
			} else if !winner.CompareAndSwap(-1, int64(i)) {
				t.Error("two won")
			}
		})
		if left := beside(t, path); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
		i := winner.Load()
		s := openFile(t, path, options)
		if got := whole(t, s).Head.Seq; got != i+2 {
			t.Errorf("%d events, the winner recorded %d", got, i+2)
		}
		want := fmt.Sprint("Breach ", i)
		for _, e := range logOf(t, s) {
			if got := e.Body.(data.Made).Fields["title"]; got != want {
				t.Errorf("event %d is of %q, the winner is %q", e.Seq, got, want)
			}
		}
	}
}

// However the making of a file ends, if it does not end well there is no file.
func TestFilesHalfMadeAreNotThere(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		fill func(s *Store, cancel func()) error
		want error
	}{
		{"fill fails at once", func(*Store, func()) error { return broken }, broken},
		{"fill fails in the end", func(s *Store, _ func()) error {
			record(t, s, action(), claim())
			return broken
		}, broken},
		{"fill is refused", func(s *Store, _ func()) error {
			_, err := s.Record(t.Context(), offer(change("A-9", "owner", "", "Ben")))
			return err
		}, nil},
		{"fill gives up", func(s *Store, cancel func()) error {
			record(t, s, action())
			cancel()
			return t.Context().Err()
		}, nil},
		{"fill panics", func(s *Store, _ func()) error {
			record(t, s, action())
			panic(broken)
		}, broken},
		{"fill watches and fails", func(s *Store, _ func()) error {
			s.Watch(context.Background())
			return broken
		}, broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := func() (err error) {
				defer func() {
					if p := recover(); p != nil {
						err = p.(error)
					}
				}()
				return Create(ctx, filepath.Join(dir, "incident.db"), options, incident(), func(s *Store) error {
					err := tt.fill(s, cancel)
					if err == nil {
						err = ctx.Err()
					}
					return err
				})
			}()
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			empty(t, dir)
			forgotten(t, dir)
		})
	}
	t.Run("nobody waits any more", func(t *testing.T) {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Create(ctx, filepath.Join(dir, "incident.db"), options, incident(), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		empty(t, dir)
		s := newStore(t)
		if _, err := viewed(s).Backup(ctx, filepath.Join(dir, "copy.db")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		empty(t, dir)
		forgotten(t, dir)
		whole(t, s)
	})
}

// A file is not copied over itself, nor over what SQLite keeps beside it.
func TestFilesAreNotCopiedOverThemselves(t *testing.T) {
	path := newFile(t, action())
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, path, options)
	record(t, s, action())
	for _, to := range []string{path, path + "-wal", path + "-shm", link} {
		_, err := viewed(s).Backup(t.Context(), to)
		refusal(t, err, data.Failed, to+" exists already")
		checkTold(t, err)
		if got := beside(t, path); !slices.Equal(got, []string{"incident.db-shm", "incident.db-wal"}) {
			t.Errorf("beside it: %q", got)
		}
	}
	record(t, s, action())
	whole(t, s)
}

// Whatever makes a file read-only, it can be copied, it is left as it is, and
// the copy can be written.
func TestFilesThatAreReadOnlyCanBeCopied(t *testing.T) {
	for _, tt := range []struct {
		name    string
		prepare func(t *testing.T, path string, opts *Options)
	}{
		{"by request", func(_ *testing.T, _ string, opts *Options) { opts.ReadOnly = true }},
		{"a file that nobody may write", func(t *testing.T, path string, _ *Options) {
			if err := os.Chmod(path, 0o444); err != nil {
				t.Fatal(err)
			}
		}},
		{"in a directory that nobody may write", func(t *testing.T, path string, _ *Options) {
			if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o700) })
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := newFile(t, action("owner", "Ben"), claim())
			opts := options
			opts.StateDir = t.TempDir()
			tt.prepare(t, path, &opts)
			if err := os.Chtimes(path, longAgo, longAgo); err != nil {
				t.Fatal(err)
			}
			before := stillOf(t, path)
			s := mustOpen(t, path, opts)
			if s.ReadOnly() == "" {
				t.Error("not read-only")
			}
			to := filepath.Join(t.TempDir(), "copy.db")
			rep, err := viewed(s).Backup(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			if head, err := s.Head(t.Context()); err != nil || rep.Head != head {
				t.Errorf("the copy ends with %v, the file with %v, %v", rep.Head, head, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			before.same(t, path)
			if left := beside(t, to); len(left) > 0 {
				t.Errorf("left beside the copy: %q", left)
			}
			copied := openFile(t, to, options)
			if copied.ReadOnly() != "" {
				t.Errorf("the copy is read-only because %q", copied.ReadOnly())
			}
			modes(t, to, "")
			record(t, copied, action())
			whole(t, copied)
		})
	}
}
