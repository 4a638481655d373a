package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"warroom/data"
	"warroom/ui/serve"
)

func TestHistoryIsKept(t *testing.T) {
	dir := t.TempDir()
	sh := &shell{environ: []string{"XDG_STATE_HOME=" + dir}}
	h := sh.history()
	if got := h.past(); got != nil {
		t.Errorf("before anything was typed: %q", got)
	}
	h.keep("status")
	h.keep("status") // the last one already
	h.keep("  ")
	h.keep("note add one\ntwo \x1b[31m")
	want := []string{"status", "note add one two \ufffd[31m"}
	if got := sh.history().past(); !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "warroom", "history"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	for i := range 250 {
		h.keep(fmt.Sprint("log --limit ", i))
	}
	if got := h.past(); len(got) != 200 || got[199] != "log --limit 249" || got[0] != "log --limit 50" {
		t.Errorf("%d lines, %q to %q", len(got), got[0], got[len(got)-1])
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "warroom", "*")); len(left) != 1 {
		t.Errorf("files are left: %q", left)
	}
}

// Over SSH each person has the lines that they typed on this incident, and nobody
// else's, however alike the names are.
func TestHistoryOverSSHIsOnesOwn(t *testing.T) {
	o := newOffice(t)
	other := &room{store: o.in.store, boards: o.in.boards, uid: "another incident"}
	type who struct {
		in *room
		by data.Actor
	}
	all := []who{{o.in, "ben"}, {o.in, "Ben"}, {o.in, "ben/../ana"}, {o.in, "ana"}, {o.in, "ben-"}, {other, "ben"}}
	for i, w := range all {
		b := o.board(t.Context(), w.in, serve.Person{Actor: w.by, Role: data.Viewer})
		if past := b.Console.Past(); len(past) > 0 {
			t.Errorf("%s begins with %q", w.by, past)
		}
		b.Console.Keep(fmt.Sprint("find ", i))
	}
	var wg sync.WaitGroup
	for i := range 20 { // two boards of one person
		wg.Go(func() { o.board(t.Context(), o.in, serve.Person{Actor: "cho"}).Console.Keep(fmt.Sprint("find ", i)) })
	}
	wg.Wait()
	if past := o.board(t.Context(), o.in, serve.Person{Actor: "cho"}).Console.Past(); len(past) != 20 {
		t.Errorf("%d lines are kept of 20", len(past))
	}
	for i, w := range all {
		if past := o.board(t.Context(), w.in, serve.Person{Actor: w.by}).Console.Past(); !slices.Equal(past, []string{fmt.Sprint("find ", i)}) {
			t.Errorf("%s has %q", w.by, past)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.e.shell.stateDir(), "history-*"))
	if err != nil || len(files) != len(all)+1 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", f, info.Mode(), err)
		}
	}
}

// TestHistoryIsThereTheNextTime types on one board over SSH, and asks on the next.
func TestHistoryIsThereTheNextTime(t *testing.T) {
	dial := newOffice(t).listen(nil)
	b := atBoard(t, dial, 80, 24).shows("PEOPLE ").types(":note add xyzzy\r").shows("added")
	b.types("qq")
	if err := b.s.Wait(); err != nil {
		t.Fatal(err)
	}
	// The lines are read while the line is open for the first time.
	b = atBoard(t, dial, 80, 24).shows("PEOPLE ").types(":").shows(":").types("\x1b").shows("? help")
	b.types(":\x1b[A").shows("note add xyzzy")
}

// What cannot be read or written holds nobody up.
func TestHistoryFailsSilently(t *testing.T) {
	dir := t.TempDir()
	file, pipe, folder := filepath.Join(dir, "file"), filepath.Join(dir, "pipe"), filepath.Join(dir, "folder")
	if err := os.WriteFile(file, []byte(strings.Repeat("x\x00\xff", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, h := range []history{{}, {filepath.Join(file, "history")}, {pipe}, {folder}, (&shell{}).history()} {
		if h.past() != nil {
			t.Errorf("%q has lines", h.path)
		}
		if h.path != pipe { // a file may take the place of a pipe
			h.keep("status")
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "history")); err == nil {
		t.Error("something is written into a folder that is in the way")
	}
}
