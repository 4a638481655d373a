package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"warroom/data"
)

// known returns options that keep the last head known in a directory.
func known(dir string) Options {
	opts := options
	opts.StateDir = dir
	return opts
}

// remember opens a file, records bodies, and closes it, so that its head is known.
func remember(t *testing.T, path, state string, bodies ...data.Body) {
	t.Helper()
	s := mustOpen(t, path, known(state))
	record(t, s, bodies...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnOlderFileOpensReadOnly(t *testing.T) {
	older := newFile(t, action())
	for _, tt := range []struct {
		name    string
		replace func(t *testing.T, path string) // what happens to the file when its head, event 4, is known
		why     string                          // why it is read-only; "" if it is not
		verify  string
	}{
		{"it grew", func(t *testing.T, path string) {
			s := mustOpen(t, path, options)
			defer s.Close()
			record(t, s, action())
		}, "", ""},
		{"nothing happened", func(*testing.T, string) {}, "", ""},
		{"an older copy was put in its place", func(t *testing.T, path string) { copyFile(t, older, path) },
			"older than when it was last open here: 2 events, there were 4",
			"damaged: event 3: the log is older than when it was last open here: 2 events, there were 4"},
		{"an older copy that grew since", func(t *testing.T, path string) {
			copyFile(t, older, path)
			s := mustOpen(t, path, options)
			defer s.Close()
			record(t, s, action(), action(), action())
		}, "not the log that was last open here: event 4 is another",
			"damaged: event 4: the log is not the log that was last open here: event 4 is another"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, state := t.TempDir(), t.TempDir()
			path := filepath.Join(dir, "incident.db")
			copyFile(t, older, path)
			remember(t, path, state, action(), made(data.KindNote, "text", "x"))
			tt.replace(t, path)

			s := openFile(t, path, known(state))
			if s.ReadOnly() != tt.why {
				t.Errorf("ReadOnly says %q, want %q", s.ReadOnly(), tt.why)
			}
			if tt.why == "" {
				record(t, s, action())
				if rep := whole(t, s); rep.Known.Seq != 4 {
					t.Errorf("the head known is event %d, want 4", rep.Known.Seq)
				}
				return
			}
			_, err := s.Record(t.Context(), offer(action()))
			refusal(t, err, data.Failed, "nothing was recorded: "+tt.why)
			if want := "restore the newer file; if this one was put there on purpose, warroom verify --accept takes it as it is"; data.HintOf(err) != want {
				t.Errorf("hint %q, want %q", data.HintOf(err), want)
			}
			if _, err := viewed(s).Overview(t.Context(), at); err != nil {
				t.Errorf("it cannot be read: %v", err)
			}
			_, err = s.Verify(t.Context())
			refusal(t, err, data.BadFile, tt.verify)

			// Opening it again does not make it right.
			again := mustOpen(t, path, known(state))
			if again.ReadOnly() != tt.why {
				t.Errorf("opened again, ReadOnly says %q, want %q", again.ReadOnly(), tt.why)
			}
			again.Close()

			// A person who knows what they do takes it as it is.
			if err := s.AcceptHead(t.Context()); err != nil {
				t.Fatal(err)
			}
			if s.ReadOnly() != "" {
				t.Errorf("after AcceptHead, ReadOnly says %q", s.ReadOnly())
			}
			record(t, s, action())
			whole(t, s)
			last := openFile(t, path, known(state))
			if last.ReadOnly() != "" {
				t.Errorf("opened after AcceptHead, ReadOnly says %q", last.ReadOnly())
			}
			whole(t, last)
		})
	}
}

// A WAL that is lost takes the latest events with it, and leaves a file that is
// whole in every other respect.
func TestALostWALIsNoticed(t *testing.T) {
	path, state := newFile(t, action()), t.TempDir()
	other := start(t, "record", path, "2")
	other.says("done")
	remember(t, path, state) // the other process has it open: there is a WAL
	other.kill()
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, path, known(state))
	if want := "older than when it was last open here: 2 events, there were 4"; s.ReadOnly() != want {
		t.Errorf("ReadOnly says %q, want %q", s.ReadOnly(), want)
	}
	elsewhere := openFile(t, path, known(t.TempDir()))
	whole(t, elsewhere) // nothing else shows it
}

func TestABackupElsewhereIsNotAccused(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	path := filepath.Join(dir, "incident.db")
	copyFile(t, newFile(t, action()), path)
	backup := filepath.Join(dir, "backup.db")
	s := mustOpen(t, path, known(state))
	if _, err := viewed(s).Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	record(t, s, action(), action())
	s.Close()
	old := openFile(t, backup, known(state))
	if old.ReadOnly() != "" {
		t.Errorf("ReadOnly says %q", old.ReadOnly())
	}
	record(t, old, action())
	whole(t, old)
}

// Two incidents that have been at one path are not mixed up.
func TestAnotherIncidentAtThePathIsNotAccused(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	path := fileIn(t, dir, action(), action())
	remember(t, path, state, action())
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := Create(t.Context(), path, options, incident("title", "Another"), nil); err != nil {
		t.Fatal(err)
	}
	if s := openFile(t, path, known(state)); s.ReadOnly() != "" {
		t.Errorf("ReadOnly says %q", s.ReadOnly())
	}
}

// The head known only ever advances, whichever store closes last, and what
// cannot be read is as good as nothing.
func TestTheHeadKnownAdvances(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	path := fileIn(t, dir)
	one, two := mustOpen(t, path, known(state)), mustOpen(t, path, known(state))
	record(t, one, action())
	record(t, two, action(), action())
	two.Close()
	one.Close() // knows less
	s := openFile(t, path, known(state))
	if got := s.heads.known(); got.Seq != 4 {
		t.Errorf("the head known is event %d, want 4", got.Seq)
	}
	info, err := os.Stat(s.heads.file())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if left := beside(t, s.heads.file()); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
	for _, junk := range []string{"", "{", `{"seq": 99}`, `{"seq": 99, "hash": "00"}`, `{"seq": 99, "hash": "zz"}`} {
		if err := os.WriteFile(s.heads.file(), []byte(junk), 0o600); err != nil {
			t.Fatal(err)
		}
		again := mustOpen(t, path, known(state))
		if again.ReadOnly() != "" {
			t.Errorf("%q: ReadOnly says %q", junk, again.ReadOnly())
		}
		whole(t, again)
		again.Close()
	}
	// Where it cannot be kept, nothing is known, and all goes on.
	nowhere := filepath.Join(path, "state")
	again := openFile(t, path, known(nowhere))
	record(t, again, action())
	whole(t, again)
}

// A commit that fails does not make known a head that the log never had.
func TestAHeadThatWasNeverReachedIsNotKept(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	path := fileIn(t, dir, action())
	opts := faulty()
	opts.StateDir = state
	s := mustOpen(t, path, opts)
	plan(dir, faultPlan{nth: 1, sticky: true})
	if _, err := s.Record(t.Context(), offer(action())); err == nil {
		t.Error("recorded on a disk that takes nothing")
	}
	outcome(dir)
	s.Close()
	again := openFile(t, path, known(state))
	if again.ReadOnly() != "" {
		t.Errorf("ReadOnly says %q", again.ReadOnly())
	}
	if got := again.heads.known(); got.Seq != 2 {
		t.Errorf("the head known is event %d, want 2", got.Seq)
	}
}

// Eight shells record in turn, each of which opens the file and closes it: none is told
// that the log is older than it was.
func TestManyShellsDoNotDoubtTheLog(t *testing.T) {
	path, state := newFile(t), t.TempDir()
	const shells = 8
	each := rounds(unlessRace(25, 5))
	var all []*child
	for range shells {
		c := start(t, "cycle", path, state)
		c.asks(each)
		all = append(all, c)
	}
	acked := map[string]bool{}
	for _, c := range all {
		for c.owed > 0 {
			acked[c.recorded()] = true
		}
		c.end()
	}
	s := openFile(t, path, known(state))
	if head := whole(t, s).Head.Seq; len(acked) != shells*each || head != int64(1+shells*each) || s.ReadOnly() != "" {
		t.Errorf("%d acknowledged, the log has %d events; %q", len(acked), head, s.ReadOnly())
	}
	t.Logf("%d of %d", len(acked), shells*each)
}

// A log that was in doubt takes writes again when somebody has taken it as it is.
func TestDoubtEnds(t *testing.T) {
	older := newFile(t, action())
	path, state := filepath.Join(t.TempDir(), "incident.db"), t.TempDir()
	copyFile(t, older, path)
	remember(t, path, state, action())
	copyFile(t, older, path)
	opts := known(state)
	opts.doubt = time.Millisecond
	s := openFile(t, path, opts)
	if s.ReadOnly() == "" {
		t.Fatal("it is not in doubt")
	}
	told := watched(t, s)
	shell := openFile(t, path, known(state))
	if err := shell.AcceptHead(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "it stays in doubt", func() bool { return s.ReadOnly() == "" })
	receive(soon(t), t, "that it takes writes again", told)
	record(t, s, action())
	whole(t, s)
}
