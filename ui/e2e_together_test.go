//go:build e2e

package ui

import (
	"os"
	"strings"
	"testing"
)

// lacks waits until a text is not on the screen any more.
func (w *window) lacks(text string) *window {
	w.h.t.Helper()
	until(w.h.t, "the screen goes on showing "+text, func() bool { return !strings.Contains(w.text(), text) })
	return w
}

// Two people are on the board, and see what the other one edits and stores.
func TestE2ETogether(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	ana := r.board("ana", 80, 24).shows(" 1 on · live", ">A-42")
	ben := r.board("ben", 140, 40).shows("on: ana, you · live", ">A-42")
	ana.shows("2 on · live")
	eve := r.board("eve", 140, 40).shows("on: ana, ben, you · live").press("Enter").shows("─ A-42 ")

	// A form, and what is done with it.
	ben.press("e").shows("Edit A-42")
	ana.shows("· ben is editing")
	eve.shows(" ben is editing A-42")
	ana.press("w").shows("Who is on", "ana (you) lead", "ben       responder", "A-42", "eve       viewer").press("q")
	ana.press("e").shows("Edit A-42 · ben is editing it too").press("Escape").shows(">A-42")
	ben.press("Escape").shows("A-42").lacks("Edit A-42")
	ana.lacks("is editing")
	eve.lacks("is editing")

	// A field, and that what is stored is there for all.
	ben.press("b").shows("waits for of A-42")
	ana.shows("· ben is editing")
	ben.press("C-u").tmux("send-keys", "-l", "the night shift")
	ben.press("Enter").shows("stored: A-42")
	ana.lacks("is editing")
	eve.shows("the night shift").lacks("is editing")

	// The line breaks while a form is open.
	ben.press("e").shows("Edit A-42")
	eve.shows("ben is editing A-42")
	ben.tmux("kill-server")
	eve.lacks("is editing").shows("on: ana, you · live")

	// A viewer is told of no note that is edited.
	ana.press(":").tmux("send-keys", "-l", "note add --private xyzzy")
	ana.press("Enter").shows("added")
	out, _ := h.run(0, "note", "list", "--json", "-f", h.file)
	id := out[strings.LastIndex(out, `"N-`)+1:]
	id = id[:strings.Index(id, `"`)]
	ana.press(":").tmux("send-keys", "-l", "show "+id)
	ana.press("Enter").shows("─ " + id).press("e").shows("Edit " + id)
	eve.press("w").shows("Who is on", "nothing").lacks(id)
	ana.press("Escape").shows("─ " + id)
	r.stops()
	h.clean()
}

// The file is taken away under the boards, and put back.
func TestE2ESyncLost(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	ana, far := r.board("ana", 80, 24).shows("live", ">A-42"), r.board("eve", 140, 40).shows("live")
	local := h.board(80, 24)
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(h.file+suffix, h.file+suffix+".away"); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if status, out, errs := r.ssh("ben", nil, "status"); status != 1 || out != "" || !strings.Contains(errs, "the room x cannot be entered: the file x.db is gone\nhint: put the file back") {
		t.Errorf("while it is gone a command says %d %q %q", status, out, errs)
	}
	ana.shows("SYNC LOST since ", "sync lost since ", "what you see is from then", ">A-42").press("x").shows("the file cannot be read")
	far.shows("SYNC LOST since ", ": what you see is from then")
	local.shows("SYNC LOST since ")
	for _, suffix := range []string{"-wal", "-shm", ""} { // the file last: nobody opens it before it is whole
		if err := os.Rename(h.file+suffix+".away", h.file+suffix); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	ana.shows("in sync again", "live")
	far.shows("in sync again")
	local.shows("in sync again").press("q").ends()
	if status, out, _ := r.ssh("ben", nil, "status"); status != 0 || !strings.Contains(out, "EXERCISE") {
		t.Errorf("when it is back a command says %d %q", status, out)
	}
	ana.press("x").shows("stored: A-42")
	far.shows("ana ")
	r.stops()
	h.clean()
	h.run(0, "verify", "-f", h.file)
}

// Another file is put where the served one was: nobody is shown it, and nothing
// is written to either.
func TestE2EFileReplacedUnderTheServer(t *testing.T) {
	h := newHome(t, "exercise")
	other := h.dir + "/other.db"
	h.run(0, "new", other, "--from", "blank")
	r := h.serves("-f", h.file)
	ana := r.board("ana", 80, 24).shows("live", ">A-42")
	before, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, h.file); err != nil {
		t.Fatal(err)
	}
	ana.shows("THE FILE WAS REPLACED", "x.db is another file now, this shows the old one", ">A-42").press("x").shows("nothing can be changed").press("j").shows(">A-51")
	if status, _, errs := r.ssh("ben", nil, "note", "add", "x"); status != 1 || !strings.Contains(errs, "is another one now\nhint: put the file back as it was, or start the server again") {
		t.Errorf("a command says %d %q", status, errs)
	}
	ana.press("q").ends()
	r.stops()
	if after, err := os.ReadFile(h.file); err != nil || string(after) != string(before) {
		t.Errorf("the new file was changed: %v", err)
	}
	h.run(0, "verify", "-f", h.file)
}
