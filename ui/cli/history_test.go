package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
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
