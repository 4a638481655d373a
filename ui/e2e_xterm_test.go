//go:build e2e

package ui

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An xterm is a terminal on an X server of its own, with a person at the keyboard.
type xterm struct {
	h      *home
	env    []string // with the X server in it
	window string   // its window, as X calls it
	tty    string   // the terminal of what runs in it
	last   string   // the text that it showed last
}

// xterm starts an xterm of 80 by 24 and runs the board in it. The text is what the
// person has selected before: it can be pasted.
func (h *home) xterm(selected string) *xterm {
	h.t.Helper()
	for _, tool := range []string{"Xvfb", "xterm", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			h.t.Fatalf("this test needs %s, which is not installed: apt-get install xvfb xterm xdotool", tool)
		}
	}
	d := &xterm{h: h, env: append(h.env, "DISPLAY=:"+h.xServer())}
	command := fmt.Sprintf(`exec 2>errors; echo $$ $WINDOWID $(tty) >started; printf '\033]52;p;%s\007'; %s`,
		base64.StdEncoding.EncodeToString([]byte(selected)), h.program())
	c := exec.Command("xterm", "-u8", "-geometry", "80x24+0+0",
		"-xrm", "XTerm*disallowedWindowOps:", // the shell may set what is selected
		"-xrm", "XTerm*VT100.translations: #override <Key>F12: print()", "-xrm", "XTerm*printAttributes: 0",
		"-xrm", "XTerm*printerAutoClose: true", "-xrm", "XTerm*printerCommand: cat >printing && mv printing printed",
		"-e", "sh", "-c", command)
	c.Dir, c.Env = h.dir, d.env
	if err := c.Start(); err != nil {
		h.t.Fatal(err)
	}
	group := 0
	h.t.Cleanup(func() { // what runs in the xterm may write into the test's directory, which goes next
		if h.t.Failed() {
			h.t.Logf("the xterm showed:\n%s", d.last)
		}
		c.Process.Kill()
		c.Wait()
		if group != 0 {
			until(h.t, "what runs in the xterm ends", func() bool { return ended(group) })
		}
	})
	var started []string
	until(h.t, "the xterm starts", func() bool {
		raw, _ := os.ReadFile(filepath.Join(h.dir, "started")) // it comes
		started = strings.Fields(string(raw))
		return len(started) == 3 && strings.HasSuffix(string(raw), "\n")
	})
	group, d.window, d.tty = number(h.t, started[0]), started[1], started[2]
	until(h.t, "the xterm has the keyboard", func() bool { return d.x("windowfocus", "--sync", d.window) == nil })
	return d
}

// xServer starts an X server without a screen, and returns the number of its display.
func (h *home) xServer() string {
	h.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		h.t.Fatal(err)
	}
	defer read.Close()
	c := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-noreset", "-nolisten", "tcp", "-fp", "built-ins")
	c.Env, c.ExtraFiles = h.env, []*os.File{write}
	err = c.Start()
	write.Close()
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	var display string
	if _, err := fmt.Fscanln(read, &display); err != nil {
		h.t.Fatalf("the X server does not start: %v", err)
	}
	return display
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// x has xdotool do something.
func (d *xterm) x(args ...string) error {
	c := exec.Command("xdotool", args...)
	c.Env = d.env
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("xdotool %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

func (d *xterm) do(args ...string) *xterm {
	d.h.t.Helper()
	if err := d.x(args...); err != nil {
		d.h.t.Fatal(err)
	}
	return d
}

// press presses keys, by the names that X has for them.
func (d *xterm) press(keys ...string) *xterm {
	d.h.t.Helper()
	return d.do(append([]string{"key"}, keys...)...)
}

// text is what the person sees: the xterm prints its screen into a file. It prints a
// character that is no text for the second cell of a wide one.
func (d *xterm) text() string {
	d.h.t.Helper()
	name := filepath.Join(d.h.dir, "printed")
	d.press("F12")
	until(d.h.t, "the xterm prints its screen", func() bool {
		_, err := os.Stat(name)
		return err == nil
	})
	raw, err := os.ReadFile(name)
	if err != nil {
		d.h.t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		d.h.t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\uffff", "")
}

// shows waits until all texts are on the screen.
func (d *xterm) shows(texts ...string) *xterm {
	d.h.t.Helper()
	until(d.h.t, fmt.Sprintf("the screen shows %q", texts), func() bool {
		d.last = d.text()
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(d.last, text) })
	})
	return d
}

// modes are those of the terminal, as stty says them.
func (d *xterm) modes() string {
	d.h.t.Helper()
	out, err := exec.Command("stty", "-a", "-F", d.tty).CombinedOutput()
	if err != nil {
		d.h.t.Fatalf("stty: %v\n%s", err, out)
	}
	return " " + strings.Join(strings.Fields(string(out)), " ") + " "
}

// TestE2EXterm uses the board in an xterm: a person reads, types and pastes Japanese
// into a form, makes the window larger and smaller meanwhile, stores, and leaves.
func TestE2EXterm(t *testing.T) {
	const japanese = "顧客へ連絡する（佐藤）"
	h := newHome(t, "exercise")
	d := h.xterm(japanese).shows("EXERCISE  Kestrel", "live", "? help", ">A-42", "佐藤")
	if modes := d.modes(); !strings.Contains(modes, " -ixon ") || !strings.Contains(modes, " -icanon ") {
		t.Errorf("ctrl+s would stop the output: %s", modes)
	}
	d.press("j").shows(">A-51").press("Up").shows(">A-42")
	d.press("e").shows("─ Edit A-42", ">Title").press("ctrl+u").do("type", "Call: ").shows("Call:")
	d.press("shift+Insert").shows("Call: "+japanese).do("type", " now").shows("Call: " + japanese + " now")
	for _, size := range [][2]string{{"132", "40"}, {"64", "18"}, {"100", "30"}} {
		d.do("windowsize", "--usehints", d.window, size[0], size[1])
		until(t, "the xterm has its new size", func() bool {
			return strings.Contains(d.modes(), fmt.Sprintf(" rows %s; columns %s; ", size[1], size[0]))
		})
		d.do("type", "!").shows("─ Edit A-42", "Call: "+japanese+" now!")
		d.press("BackSpace").shows("Call: " + japanese + " now")
	}
	d.press("ctrl+s").shows("stored: A-42 title", "Call: "+japanese+" now")
	h.is("A-42", "title", "Call: "+japanese+" now")
	d.press("q").shows("ended with 0")
	if text := d.text(); strings.Contains(text, "live") {
		t.Errorf("the board is still on the screen:\n%s", text)
	}
	if modes := d.modes(); !strings.Contains(modes, " ixon ") || !strings.Contains(modes, " icanon ") || !strings.Contains(modes, " echo ") {
		t.Errorf("the terminal is not as it was: %s", modes)
	}
	if errs, err := os.ReadFile(filepath.Join(h.dir, "errors")); err != nil || len(errs) > 0 {
		t.Errorf("standard error has %q, %v", errs, err)
	}
	h.clean()
	h.run(0, "verify", "-f", h.file)
}
