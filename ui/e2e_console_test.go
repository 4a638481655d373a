//go:build e2e

package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestE2ECommandOnTheBoard types commands on a board in a real terminal, in two
// sessions.
func TestE2ECommandOnTheBoard(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	w.press(":").press("-l", "action done A-5").press("Tab").shows(":action done A-51").press("Enter")
	w.shows("A-51 is done: Save the chat", "Open actions 29")
	w.press(":").press("-l", "log --follow").press("Enter").shows("running log --follow")
	w.press("C-c")
	const page, footer = "─ :log --follow", "stopped: log --follow" // the footer, where it had printed nothing yet
	until(t, "the log is stopped", func() bool {
		text := w.text()
		return strings.Contains(text, page) || strings.Contains(text, footer)
	})
	if strings.Contains(w.text(), page) {
		w.press("G").shows("stopped here").press("Escape")
	}
	w.shows("4 Open actions 29")
	w.press("C-p").press("-l", "acton list").press("Enter").shows(`"acton" is neither a command nor a file`)
	w.press(":").press("-l", "q").press("Enter").ends()
	out, _ := h.run(0, "show", "A-51", "-f", h.file, "--json")
	if !strings.Contains(out, `"state": "done"`) || !strings.Contains(out, `"changed_by": "ana"`) {
		t.Errorf("A-51 is %s", out)
	}
	file := filepath.Join(h.dir, "state", "warroom", "history")
	raw, err := os.ReadFile(file)
	if want := "action done A-51\nlog --follow\nacton list\nq\n"; err != nil || string(raw) != want {
		t.Errorf("the history is %q, %v; want %q", raw, err, want)
	}
	w = h.board(80, 24)
	w.press(":").shows(":").press("Up", "Up").shows(":acton list").press("C-c").ends()
	h.clean()
}
