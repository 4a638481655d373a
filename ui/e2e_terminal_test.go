//go:build e2e

package ui

import (
	"strings"
	"testing"
	"time"
)

// TestE2ESplitSequence sends a key in parts, as a slow link does: it is one key. The parts
// come one right after the other, because a busy machine makes any longer wait too long.
func TestE2ESplitSequence(t *testing.T) {
	h := newHome(t, "exercise")
	h.env = append(h.env, "SSH_TTY=/dev/pts/9")
	w := h.board(80, 24).shows(">A-42")
	link := func(parts ...string) {
		var args []string
		for i, part := range parts {
			if i > 0 {
				args = append(args, ";")
			}
			args = append(args, append([]string{"send-keys", "-H"}, strings.Fields(part)...)...)
		}
		w.tmux(args...)
	}
	link("1b", "5b 42") // down
	w.shows(">A-51")
	link("1b 5b", "42")
	w.shows(">A-21")
	link("1b", "4f 41") // up, in the other mode
	w.shows(">A-51")
	link("1b", "5b", "41")
	w.shows(">A-42")
	// In a line that is typed, esc would leave it and the rest would be text.
	w.press("z").shows("A-42").press("/")
	link("78 1b", "5b 44", "79") // x, left, y
	w.shows("filter: yx").press("Escape")
	w.press("Escape").shows("? help").press("?").shows("─ Help").press("Escape").shows(">A-42")
	w.press("q").ends()
}

// TestE2ESilentTerminal has a terminal that answers nothing that it is asked: the
// first screen comes, keys work, and the board ends.
func TestE2ESilentTerminal(t *testing.T) {
	h := newHome(t, "exercise")
	begin := time.Now()
	l := h.connect(24, 80, nil, h.file)
	until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the first screen takes %v", took)
	}
	if _, err := l.tty.WriteString("?"); err != nil {
		t.Fatal(err)
	}
	until(t, "the help", func() bool { return strings.Contains(l.bytes(), "Help") })
	if _, err := l.tty.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	if got := l.exit(); got != 0 {
		t.Errorf("it ends with %d", got)
	}
}
