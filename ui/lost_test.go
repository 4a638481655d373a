package ui

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"warroom/data"
)

// putAside moves the file away, as somebody else would, with what SQLite keeps beside
// it.
func putAside(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(from+suffix, to+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// TestFileTakenAway moves the file away, and closes it to all: the board says so
// in words, shows what it had, takes no changes, keeps what is typed, and is in
// sync again when the file is back.
func TestFileTakenAway(t *testing.T) {
	for _, tt := range []struct {
		name       string
		take, back func(path string)
		why        string
	}{
		{"moved away", func(path string) { putAside(t, path, path+".away") }, func(path string) { putAside(t, path+".away", path) }, "(the file a b?.db is gone)"},
		{"closed to all", func(path string) { os.Chmod(path, 0) }, func(path string) { os.Chmod(path, 0o600) }, "(the file a b?.db may not b…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, "exercise", 80, 24).press("j").on("A-51").press("e").shows("Edit A-51").press("home").types("My own ")
			tt.take(s.path)
			s.pass(3*time.Minute).shows(" SYNC LOST since 14:02Z  14:05Z", "◐ S-4 9d  ").press("ctrl+s").
				shows("nothing can be recorded: the file ").shows("My own ").press("esc").shows("kept as a draft").
				shows("SYNC LOST since 14:02Z", "OVERDUE 8", "Open actions 29").on("A-51").whole()
			s.press("x").shows("the file cannot be read; what you would change is not known")
			s.press("enter").resize(140, 40).shows(" SYNC LOST since 14:02Z: what you see is from then ").press("esc")
			tt.back(s.path)
			s.send(retryMsg{}).shows("in sync again", "live 14:05Z").lacks("SYNC LOST", "LOST")
			s.press("D").shows("edit of A-51").press("enter").shows("My own ").press("ctrl+s").shows("stored: A-51")

			s.press("k")
			tt.take(s.path)
			s.resize(80, 24).pass(time.Minute).shows("sync lost since 14:05Z: what you see is from then " + tt.why)
			tt.back(s.path)
			s.refresh().shows("in sync again")
		})
	}
}

// TestOneLineIsKeptToo types into a field while the file is away.
func TestOneLineIsKeptToo(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("b").types("the lab")
	putAside(t, s.path, s.path+".away")
	s.press("enter").shows("nothing can be recorded: the file ").press("D").shows("waits for of A-42", "the lab").press("esc")
	putAside(t, s.path+".away", s.path)
	s.press("D", "enter").shows("waits for of A-42: ", "the lab").press("enter").shows("stored: A-42")
}

// TestRetriesComeLessOften looks at how long the board waits between its tries.
func TestRetriesComeLessOften(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.src.err = errors.New("the disk is gone")
	s.refresh()
	for i := range 20 {
		if s.m.tries != i+1 {
			t.Fatalf("%d tries, want %d", s.m.tries, i+1)
		}
		s.send(retryMsg{})
	}
	s.src.err = nil
	s.send(retryMsg{}).shows("in sync again")
	s.src.err = errors.New("the disk is gone again")
	if s.refresh(); s.m.tries != 1 {
		t.Errorf("after it was back %d tries, want 1", s.m.tries)
	}
}

// TestAnotherFileAtThePath puts another incident where the open one was.
func TestAnotherFileAtThePath(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	other := newFile(t, "blank")
	mine := filepath.Join(filepath.Dir(s.path), "mine.db")
	if err := os.Rename(s.path, mine); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, s.path); err != nil {
		t.Fatal(err)
	}
	s.refresh().shows("a b?.db is another file now, this shows the old one; leave and open it again", " THE FILE WAS REPLACED  14:02Z", "OVERDUE 8").whole()
	s.press("x").shows("nothing can be changed: the file at ").press("enter").shows("─ A-42 ").press("esc")
	s.pass(time.Minute).lacks("leave and open").resize(200, 60).shows(" THE FILE WAS REPLACED: this is the old one; leave and open it again  Thu 5 Sep").whole()
	if data.ClassOf(s.m.other) != data.Failed {
		t.Error("it is of no class")
	}
	if err := os.Rename(s.path, other); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(mine, s.path); err != nil {
		t.Fatal(err)
	}
	s.refresh().shows("in sync again", "live Thu 5 Sep").press("x").shows("stored: A-42")
}

// TestAnEarlierReadingIsNoNews lets a reading that began before the file was replaced,
// or was lost, end after one that began later.
func TestAnEarlierReadingIsNoNews(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	read := s.m.load()()
	replaced := s.m.load()().(loadedMsg)
	replaced.other = &data.Error{Class: data.Failed, What: "another file", Err: data.ErrReplaced}
	s.send(replaced).shows(" THE FILE WAS REPLACED ").send(read).shows(" THE FILE WAS REPLACED ").lacks("in sync again")
	s.refresh().shows("in sync again", "live")

	read, failed := s.m.load()(), s.m.load()().(loadedMsg)
	s.send(failedMsg{errors.New("the disk is gone"), failed.asked}).shows(" SYNC LOST ").send(read).shows(" SYNC LOST ")
	s.send(retryMsg{}).shows("in sync again")

	s.src.err = errors.New("the disk is gone")
	late := s.m.load()()
	s.src.err = nil
	s.refresh().send(late).lacks("SYNC LOST", "sync lost")
}

// TestWarningsAreSaidOnce replaces the -wal that is open with an older one, as a
// restore script might: the board says what became of it, once, and nothing is lost.
func TestWarningsAreSaidOnce(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).press("j", "x").shows("stored: A-51")
	old := []byte("an older one of another time, which is long enough to be taken for one")
	if err := errors.Join(os.Remove(s.path+"-wal"), os.WriteFile(s.path+"-wal", old, 0o600)); err != nil {
		t.Fatal(err)
	}
	const words = "somebody put an older -wal beside the file while it was open: it is "
	s.press("C").refresh().lacks(words).press("esc")
	s.press("k", "x").refresh().shows("stored: A-42 state blocked → done; " + words + "a b?.db-wal.foreign-1 now, and not")
	s.press("j").lacks(words).refresh().lacks(words)
	kept, err := os.ReadFile(s.path + "-wal.foreign-1")
	if err != nil || string(kept) != string(old) {
		t.Errorf("beside it is %q, %v", kept, err)
	}
}
