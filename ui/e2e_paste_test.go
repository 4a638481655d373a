//go:build e2e

package ui

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pastes pastes a text as it is, as terminals do in a program that asks for marks
// around it. Plain is what tmux itself makes of it: CR of each LF.
func (w *window) pastes(text string, plain bool) *window {
	w.h.t.Helper()
	file := filepath.Join(w.h.dir, "pasted")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		w.h.t.Fatal(err)
	}
	w.tmux("load-buffer", file)
	if plain {
		w.tmux("paste-buffer", "-d", "-p")
	} else {
		w.tmux("paste-buffer", "-d", "-p", "-r")
	}
	return w
}

// pastedBreaks are lines with each kind of line break.
var pastedBreaks = []struct {
	name, text string
	plain      bool
}{
	{"as tmux pastes it", "one\ntwo\n\nthree", true},
	{"CR", "one\rtwo\r\rthree", false},
	{"LF", "one\ntwo\n\nthree", false},
	{"CRLF", "one\r\ntwo\r\n\r\nthree", false},
}

// pastesBreaks pastes them into each kind of field on a board of the sample, and
// reads what is stored.
func (h *home) pastesBreaks(w *window) {
	h.t.Helper()
	for i, tt := range pastedBreaks {
		action, note := fmt.Sprintf("A-%d", 16+i), fmt.Sprintf("N-%d", 1+2*i)
		w.press("a").shows("─ Add ").press("1").shows("─ New action ", ">Title")
		w.pastes("L: "+tt.text, tt.plain).shows("L: one two  three")
		w.press("BTab").shows(">Detail").pastes("D: "+tt.text, tt.plain).shows("D: one\n", "   three")
		w.press("C-s").shows("stored: " + action + " added")
		h.is(action, "title", "L: one two  three", "detail", "D: one\ntwo\n\nthree")
		out, _ := h.run(0, "log", "-f", h.file, "--limit", "1", "--json")
		if !strings.Contains(out, `"title":"L: one two  three"`) || !strings.Contains(out, `"detail":"D: one\ntwo\n\nthree"`) {
			h.t.Errorf("%s: the log ends with %s", tt.name, out)
		}
		w.press(":").shows(":").press("-l", "note add ").pastes(tt.text, tt.plain).shows(":note add one two  three").press("Enter").shows(note)
		h.is(note, "text", "one two three") // a command has words
		w.press("z").shows("─ Actions ").press("/").shows("filter:").pastes(tt.text, tt.plain).shows("filter: one two  three")
		w.press("Escape").shows(fmt.Sprintf("─ Actions %d ", 16+i)).press("Escape").shows("1 Regions")
		note = fmt.Sprintf("N-%d", 2+2*i)
		w.press("C").shows("Call mode").press("-l", "note ").pastes(tt.text, tt.plain).shows("> note one two  three").press("Enter").shows("stored: " + note + " added")
		h.is(note, "text", "one two  three")
		w.press("Escape").shows("1 Regions")
	}
	w.press("q").ends()
	h.run(0, "verify", "-f", h.file)
}

func TestE2ELineBreaksPasted(t *testing.T) {
	h := newHome(t, "toyota-2024")
	h.pastesBreaks(h.board(100, 30))
	h.clean()
}

func TestE2ELineBreaksPastedOverSSH(t *testing.T) {
	h := newHome(t, "toyota-2024")
	r := h.serves("-f", h.file)
	h.pastesBreaks(r.board("ana", 100, 30).shows("live", ">A-1"))
	// Into a command that reads what is typed.
	for i, tt := range pastedBreaks {
		note := fmt.Sprintf("N-%d", 9+i)
		w := r.terminal(80, 24, "ssh -t -F ssh_config board-ana note add -; echo ended with $?; exec cat")
		until(t, "the terminal hands on each key as it is", func() bool {
			modes, err := exec.Command("stty", "-a", "-F", w.flags("#{pane_tty}")).Output()
			return err == nil && strings.Contains(string(modes), "-icrnl")
		})
		w.pastes(tt.text+"\r", tt.plain).press("C-d").ends().shows(note)
		h.is(note, "text", "one\ntwo\n\nthree")
	}
	r.stops()
	h.clean()
	h.run(0, "verify", "-f", h.file)
}
