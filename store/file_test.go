package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"warroom/data"
)

// modes fails the test unless a file, and what SQLite keeps beside it, is its
// owner's alone.
func modes(t *testing.T, path string, suffixes ...string) {
	t.Helper()
	for _, suffix := range suffixes {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", filepath.Base(path)+suffix, info.Mode().Perm())
		}
	}
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	for _, umask := range []int{0o000, 0o022, 0o077} {
		t.Run(fmt.Sprintf("umask %03o", umask), func(t *testing.T) {
			defer syscall.Umask(syscall.Umask(umask))
			dir := t.TempDir()
			path := filepath.Join(dir, "incident.db")
			err := Create(t.Context(), path, options, incident(), func(s *Store) error {
				modes(t, s.Path(), "", "-wal", "-shm")
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			modes(t, path, "")
			s := mustOpen(t, path, known(filepath.Join(dir, "state")))
			record(t, s, action())
			modes(t, path, "", "-wal", "-shm")
			backup := filepath.Join(dir, "backup.db")
			if _, err := viewed(s).Backup(t.Context(), backup); err != nil {
				t.Fatal(err)
			}
			modes(t, backup, "")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			modes(t, path, "")
			info, err := os.Stat(filepath.Join(dir, "state", "heads"))
			if err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the directory of the heads has mode %v, %v; want 0700", info.Mode().Perm(), err)
			}
		})
	}
}

// The last one to close a file leaves nothing beside it, whoever else had it
// open, and with watchers that nobody stopped.
func TestClosingLeavesNothingBeside(t *testing.T) {
	path := newFile(t, action())
	var stores []*Store
	for range 3 {
		s := mustOpen(t, path, options)
		for range 5 {
			s.Watch(context.Background())
		}
		record(t, s, action())
		if _, err := viewed(s).Overview(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		stores = append(stores, s)
	}
	other := start(t, "record", path, "3")
	other.says("done")
	each(len(stores), func(i int) {
		if err := stores[i].Close(); err != nil {
			t.Error(err)
		}
	})
	other.end()
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
	s := openFile(t, path, options)
	if head := whole(t, s).Head.Seq; head != 8 {
		t.Errorf("%d events, want 8", head)
	}
}

func TestCreateOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	file, link, dangling, folder := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling"), filepath.Join(dir, "folder")
	for _, err := range []error{os.WriteFile(file, []byte("precious"), 0o600), os.Symlink("file", link), os.Symlink("nowhere", dangling), os.Mkdir(folder, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s := newStore(t, action())
	for _, path := range []string{file, link, dangling, folder} {
		before := stillOf(t, path)
		refusal(t, Create(t.Context(), path, options, incident(), nil), data.Failed, path+" exists already")
		_, err := viewed(s).Backup(t.Context(), path)
		refusal(t, err, data.Failed, path+" exists already")
		if data.HintOf(err) == "" {
			t.Error("no hint")
		}
		before.same(t, path)
	}
	if got := beside(t, file); !slices.Equal(got, []string{"dangling", "folder", "link"}) {
		t.Errorf("left in the directory: %q", got)
	}
	for _, path := range []string{filepath.Join(dir, "missing", "x.db"), filepath.Join(file, "x.db")} {
		err := Create(t.Context(), path, options, incident(), nil)
		mentions(t, err, data.Failed, path+" cannot be made: ")
		if data.HintOf(err) == "" {
			t.Error("no hint")
		}
		_, err = viewed(s).Backup(t.Context(), path)
		mentions(t, err, data.Failed, path+" cannot be made: ")
	}
	long := filepath.Join(dir, strings.Repeat("x", 250))
	mentions(t, Create(t.Context(), long, options, incident(), nil), data.Failed, "its name is too long")
}

// If what fills a file fails, or is no incident, there is no file.
func TestCreateIsAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "incident.db")
	broken := errors.New("the template is broken")
	err := Create(t.Context(), path, options, incident(), func(s *Store) error {
		record(t, s, action())
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	err = Create(t.Context(), path, options, incident("phase", "lost"), nil)
	mentions(t, err, data.Failed, `phase cannot be "lost"`)
	err = Create(t.Context(), path, options, offer(action()), nil)
	mentions(t, err, data.Failed, "begins with its incident")
	err = Create(t.Context(), path, options, Offer{By: "eve", Role: data.Responder, Body: made(data.KindIncident)}, nil)
	mentions(t, err, data.Forbidden, "a responder may not do this")
	if left := beside(t, filepath.Join(dir, "x")); len(left) > 0 {
		t.Errorf("left in the directory: %q", left)
	}
	// The body that was handed in is not changed.
	body := made(data.KindIncident, "title", "Breach")
	if err := Create(t.Context(), path, options, offer(body), nil); err != nil {
		t.Fatal(err)
	}
	if len(body.Fields) != 1 {
		t.Errorf("the caller's fields are %v", body.Fields)
	}
	a, b := openFile(t, path, options), newStore(t)
	if a.uid == "" || a.uid == b.uid {
		t.Errorf("identities %q and %q", a.uid, b.uid)
	}
}

func TestOneOfTwoWhoCreateAFileWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "incident.db")
	var made, refused atomic.Int64
	each(8, func(int) {
		err := Create(context.Background(), path, options, incident(), func(s *Store) error {
			_, err := s.Record(context.Background(), offer(action()))
			return err
		})
		if err == nil {
			made.Add(1)
		} else if err.Error() == path+" exists already" {
			refused.Add(1)
		} else {
			t.Error(err)
		}
	})
	if made.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d made, %d refused", made.Load(), refused.Load())
	}

	for range unlessRace(5, 1) { // and in several processes
		path := filepath.Join(t.TempDir(), "incident.db")
		var all []*child
		for range 4 {
			all = append(all, start(t, "create", path, ""))
		}
		for _, c := range all {
			fmt.Fprintln(c.stdin)
		}
		said := map[string]int{}
		for _, c := range all {
			line, _ := c.line()
			said[line]++
			c.end()
		}
		if said["made"] != 1 || said[path+" exists already"] != 3 {
			t.Errorf("they say %v", said)
		}
		if left := beside(t, path); len(left) > 0 {
			t.Errorf("left beside it: %q", left)
		}
		if head := whole(t, openFile(t, path, options)).Head.Seq; head != 2 {
			t.Errorf("%d events, want 2", head)
		}
	}
}

// A copy that is made while eight writers write is a moment of the log: it is
// whole, and what it holds is how the log began.
func TestBackupWhileOthersWrite(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	var recorded atomic.Int64
	for range 8 {
		writers.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.Record(context.Background(), offer(action()), offer(made(data.KindNote, "text", "x"))); err != nil {
					t.Error(err)
					return
				}
				recorded.Add(2)
			}
		})
	}
	dir := t.TempDir()
	var heads []Head
	copies := unlessRace(6, 2)
	for i := range copies {
		before := recorded.Load()
		to := filepath.Join(dir, fmt.Sprintf("%d.db", i))
		rep, err := viewed(s).Backup(t.Context(), to)
		if err != nil {
			t.Fatal(err)
		}
		if rep.Head.Seq < 1+before {
			t.Errorf("the copy has %d events, there were %d before it", rep.Head.Seq, 1+before)
		}
		if rep.Head.Seq%2 == 0 {
			t.Errorf("the copy has half of a transaction: %d events", rep.Head.Seq)
		}
		heads = append(heads, rep.Head)
	}
	stop()
	writers.Wait()
	log := logOf(t, s)
	for i, head := range heads {
		copied := openFile(t, filepath.Join(dir, fmt.Sprintf("%d.db", i)), options)
		if got := whole(t, copied).Head; got != head {
			t.Errorf("copy %d ends with %v, was said to end with %v", i, got, head)
		}
		for j, e := range logOf(t, copied) {
			if e.ID != log[j].ID || e.Seq != log[j].Seq {
				t.Errorf("copy %d: event %d is another", i, e.Seq)
			}
		}
		record(t, copied, action()) // it is a file like any other
		whole(t, copied)
	}
	if left := beside(t, filepath.Join(dir, "0.db")); len(left) != 3*copies-1 {
		t.Errorf("in the directory of the copies: %q", left)
	}
}

// A damaged file is not copied as if it were whole.
func TestBackupProvesTheCopy(t *testing.T) {
	path := behindTheBack(t, newFile(t, action()), `UPDATE event SET "by" = 'eve' WHERE seq = 2`)
	s := openFile(t, path, options)
	dir := t.TempDir()
	_, err := viewed(s).Backup(t.Context(), filepath.Join(dir, "copy.db"))
	refusal(t, err, data.Failed, "the copy is not whole: damaged: event 2 is not what was recorded")
	if left := beside(t, filepath.Join(dir, "x")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// A backup holds nothing of what was redacted before it, and a read-only file
// can be backed up.
func TestBackupOfAReadOnlyFile(t *testing.T) {
	path := newFile(t, made(data.KindNote, "text", secret))
	s := mustOpen(t, path, options)
	record(t, s, redaction(t, s, 2))
	s.Close()
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	s = openFile(t, path, options)
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := viewed(s).Backup(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if where := contains(t, to, secret); len(where) > 0 {
		t.Errorf("the text stands in %q", where)
	}
	copied := openFile(t, to, options)
	record(t, copied, action())
	whole(t, copied)
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
}
