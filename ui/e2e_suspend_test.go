//go:build e2e

package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// shellWindow opens a window with a shell that a person would have.
func (h *home) shellWindow() *window {
	h.t.Helper()
	h.env = append(h.env, "PS1=shell> ", "ENV=")
	return h.terminal(80, 24, "exec bash --norc --noprofile -i").shows("shell>")
}

// TestE2ESuspend suspends the board, types in the shell, and goes back to it, in a size
// that the terminal has got meanwhile. What is typed in the shell is for the shell.
func TestE2ESuspend(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.shellWindow()
	w.press("-l", quote(binary)+" x.db").press("Enter").shows("live", "? help", ">A-42")
	w.press("j").shows(">A-51").press("C-z").shows("Stopped")
	if got := w.flags("#{alternate_on} #{cursor_flag} #{mouse_any_flag}"); got != "0 1 0" {
		t.Errorf("alternate screen, cursor, mouse: %s", got)
	}
	w.press("-l", "echo jq and $((1+1))").press("Enter").shows("jq and 2")
	w.tmux("resize-window", "-x", "100", "-y", "30")
	w.press("-l", "fg").press("Enter").shows("live", "? help", ">A-51", "4 Open actions")
	until(t, "it has the new size", func() bool { return strings.Count(w.text(), "\n") == 29 })
	// While one types, too: nothing typed is lost.
	w.press("n").shows("note about A-51:").press("-l", "half a").press("C-z")
	until(t, "the shell has the screen", func() bool { return w.flags("#{alternate_on}") == "0" })
	w.press("-l", "fg").press("Enter").shows("note about A-51: half a")
	w.press("-l", " thought").press("Enter").shows("stored: N-")
	w.press("q").shows("shell>")
	until(t, "the shell has the screen", func() bool { return w.flags("#{alternate_on}") == "0" })
	w.press("-l", "echo and $((2+3))").press("Enter").shows("and 5")
	h.clean()
}

// TestE2ESuspendWhereNobodyGoesOn: without a shell to go back to the board stays, and says
// why.
func TestE2ESuspendWhereNobodyGoesOn(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	w.press("C-z").shows("not suspended: no shell could bring this board back", "PEOPLE ")
	w.press("j").shows(">A-51", "? help").press("q").ends()
	h.clean()
}

// TestE2ERepaint has another program write to the screen: the board draws it again when
// it is asked to.
func TestE2ERepaint(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	for _, keys := range [][]string{nil, {"Enter"}, {"e"}, {"Escape", "?"}, {"Escape", "/"}} {
		w.press(keys...)
		tty, err := os.OpenFile(w.flags("#{pane_tty}"), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tty.WriteString("\x1b[5;1H\x1b[Kbroadcast message\x1b[12;1H\x1b[Kfrom root"); err != nil {
			t.Fatal(err)
		}
		tty.Close()
		w.shows("broadcast message", "from root").press("C-l")
		until(t, "the message goes", func() bool {
			text := w.text()
			return !strings.Contains(text, "broadcast") && !strings.Contains(text, "from root")
		})
	}
	w.press("C-c").ends()
}

// TestE2ELostParent kills the script that started the board: the board gives the terminal
// back, and ends.
func TestE2ELostParent(t *testing.T) {
	h := newHome(t, "exercise")
	script := "stty -g >before; sh -c 'echo $$ >parent; " + binary + " x.db; true'; echo status=$?; " +
		"while [ ! -e go ]; do read -t 0.1 x; done; stty -g >after; echo and on; exec cat"
	w := h.terminal(80, 24, "bash -c "+quote(script)).shows("live", "? help")
	raw, err := os.ReadFile(filepath.Join(h.dir, "parent"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	children, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(pid) + "/children")
	if err != nil {
		t.Fatal(err)
	}
	board, err := strconv.Atoi(strings.TrimSpace(string(children)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, "the board ends", func() bool { return errors.Is(syscall.Kill(board, 0), syscall.ESRCH) || zombie(board) })
	if err := os.WriteFile(filepath.Join(h.dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.shows("and on")
	restored(t, h, w)
	h.clean()
}

// zombie reports whether a process has ended, and nobody has waited for it.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && strings.HasPrefix(after, "Z")
}

// TestE2EColorFgBg opens the board on a terminal that does not answer what its background
// is: COLORFGBG decides.
func TestE2EColorFgBg(t *testing.T) {
	h := newHome(t, "exercise")
	for value, light := range map[string]bool{"0;default;15": true, "15;0": false, "": false} {
		l := h.connect(24, 80, []string{"COLORTERM=truecolor", "COLORFGBG=" + value}, h.file)
		until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
		all := l.bytes()
		if strings.Contains(all, "38;2;0;90;156") != light || strings.Contains(all, "38;2;124;196;255") == light {
			t.Errorf("COLORFGBG=%q is shown as %q", value, all)
		}
		if _, err := l.tty.WriteString("\x03"); err != nil {
			t.Fatal(err)
		}
		if got := l.exit(); got != 0 {
			t.Errorf("it ends with %d", got)
		}
	}
}
