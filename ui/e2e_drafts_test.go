//go:build e2e

package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// begin opens a board of ana's whose process can be ended from outside, and waits
// for what its first screen says.
func (h *home) begin(texts ...string) (*window, int) {
	h.t.Helper()
	return h.beginAs(`%s; echo status=$?; exec cat`, texts...)
}

// beginAs opens a board of ana's within a command, which has %s for it.
func (h *home) beginAs(command string, texts ...string) (*window, int) {
	h.t.Helper()
	board := fmt.Sprintf(`sh -c 'echo $$ >pid; exec %s x.db'`, binary)
	w := h.terminal(80, 24, fmt.Sprintf(command, board)).shows(append(texts, "live")...)
	raw, err := os.ReadFile(filepath.Join(h.dir, "pid"))
	if err != nil {
		h.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		h.t.Fatal(err)
	}
	return w, pid
}

// keptDrafts returns what is in ana's file of drafts.
func (h *home) keptDrafts() string {
	raw, err := os.ReadFile(filepath.Join(h.dir, "state", "warroom", "drafts-ana.json"))
	if err != nil && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	return string(raw)
}

// kept waits until a text is in ana's file of drafts.
func (h *home) kept(text string) {
	h.t.Helper()
	until(h.t, text+" is kept", func() bool { return strings.Contains(h.keptDrafts(), text) })
}

// seq returns how many events the file has.
func (h *home) seq() (n int) {
	h.t.Helper()
	out, _ := h.run(0, "status", "-f", h.file, "--json")
	var status struct{ Incident struct{ Seq int } }
	if err := json.Unmarshal([]byte(out), &status); err != nil {
		h.t.Fatal(err)
	}
	return status.Incident.Seq
}

// TestE2EKilledInMidForm kills a board twenty times while a form is being filled
// in, and while another board goes on: what was typed is there when it is started
// again, and what was said to be stored is stored.
func TestE2EKilledInMidForm(t *testing.T) {
	const kills = 20
	h := newHome(t, "toyota-2024")
	other := h.terminal(80, 24, "WARROOM_ACTOR=ben "+h.program()).shows("live", "? help")
	other.press("5").shows(">Q-1")
	begin, stored := h.seq(), 0
	w, pid := h.begin("? help")
	var there, gone []string
	for i := range kills {
		priority := fmt.Sprint("P", i%4)
		w.press("g", "p", priority[1:]).shows("stored: A-", priority)
		text, title := fmt.Sprintf("killed-%02d", i), "new action"
		if i%2 == 0 {
			w.press("a", "1").shows("─ New action ─")
		} else {
			w.press("e").shows("─ Edit A-").press("Home")
			title = "edit of A-"
		}
		w.press("-l", text)
		h.kept(text)
		other.press("n").press("-l", "going on "+text).press("Enter")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		until(t, "the board is dead", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
		w.tmux("kill-server")
		other.shows("stored: N-", "─ 5 ")
		w, pid = h.begin("not stored when you left: "+title, "D shows it")
		w.press("D").shows("Drafts: typed and not stored", title, text).press("Enter").shows(text, "a draft of ")
		if i%4 < 2 {
			w.press("C-s").shows("stored: A-")
			there, stored = append(there, text), stored+1
		} else {
			w.press("C-x").shows("thrown away: ")
			gone = append(gone, text)
		}
		stored += 2 // with the priority, and the other one's note
	}
	w.press("D").shows("no draft is kept").press("q").shows("status=0")
	other.press("q").ends()
	if got := h.seq() - begin; got != stored {
		t.Errorf("%d events are there, %d were stored", got, stored)
	}
	actions, _ := h.run(0, "action", "list", "is:all", "-f", h.file, "--json")
	var list []struct{ Title string }
	if err := json.Unmarshal([]byte(actions), &list); err != nil {
		t.Fatal(err)
	}
	count := func(text string) (n int) {
		for _, a := range list {
			if strings.Contains(a.Title, text) {
				n++
			}
		}
		return n
	}
	for _, text := range there {
		if n := count(text); n != 1 {
			t.Errorf("%s was stored, and is in %d titles", text, n)
		}
	}
	for _, text := range gone {
		if n := count(text); n != 0 {
			t.Errorf("%s was thrown away, and is in %d titles", text, n)
		}
	}
	if left := h.keptDrafts(); strings.Contains(left, "killed") {
		t.Errorf("a draft is left: %s", left)
	}
	h.run(0, "verify", "-f", h.file)
	h.clean()
}

// TestE2EKilledAndNotWaitedFor kills a board while somebody types, as in a container
// without an init: its process is there until the container ends. The next board has
// what was typed.
func TestE2EKilledAndNotWaitedFor(t *testing.T) {
	h := newHome(t, "toyota-2024")
	w, pid := h.beginAs(`exec 3<&0; %s <&3 & exec tail -f /dev/null`, "? help")
	w.press("a", "1").shows("─ New action ─").press("-l", "half a thought")
	h.kept("half a thought")
	next := h.terminal(80, 24, h.program()).shows("live", "? help")
	next.press("D").shows("another board of yours is open and has a draft")
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	third, _ := h.begin("not stored when you left: new action; D shows it")
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("somebody waited for the board that was killed: %v", err)
	}
	for _, w := range []*window{next, third} { // the one began before the board was killed, the other after
		w.press("D").shows("Drafts: typed and not stored", "new action", "half a thought")
	}
	third.press("Enter").shows("─ New action ─", "half a thought", "a draft of ").press("C-s").shows("stored: A-16 added")
	third.press("D").shows("no draft is kept").press("q").shows("status=0")
}

// TestE2ETheLastKeyIsKept ends the board right after a key, in every way but a
// SIGKILL.
func TestE2ETheLastKeyIsKept(t *testing.T) {
	for _, where := range []struct {
		name string
		keys []string
	}{{"form", []string{"a", "1"}}, {"line", []string{"o", "o"}}, {"note", []string{"n"}}} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, 0} {
			name := where.name + " " + sig.String()
			if sig == 0 {
				name = where.name + " ctrl+c"
			}
			t.Run(name, func(t *testing.T) {
				h := newHome(t, "toyota-2024")
				w, pid := h.begin("? help")
				w.press(where.keys...).press("-l", "the last ke")
				h.kept("the last ke")
				if sig == 0 {
					w.press("y", "C-c")
				} else {
					w.press("y").shows("the last key")
					if err := syscall.Kill(pid, sig); err != nil {
						t.Fatal(err)
					}
				}
				w.shows("status=")
				if !strings.Contains(h.keptDrafts(), "the last key") {
					t.Errorf("kept: %s", h.keptDrafts())
				}
				w.tmux("kill-server")
				w, _ = h.begin("not stored when you left")
				w.press("D").shows("the last key").press("Enter").shows("the last key")
				w.press("C-c").shows("status=")
				h.run(0, "verify", "-f", h.file)
			})
		}
	}
}
