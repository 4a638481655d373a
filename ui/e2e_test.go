//go:build e2e

package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"warroom/data/clock"
)

// patience is how long these tests wait for what must happen. It is long,
// because it only passes when a test fails.
const patience = 30 * time.Second

// binary is the program, built once, with the clock of these tests.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "warroom-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "warroom")
	if out, err := exec.Command("go", "build", "-tags", "e2e,testclock", "-o", binary, "..").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the program cannot be built: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// A place is a directory with an incident file, and an environment that has
// nothing of the person's who runs the test.
type home struct {
	t    *testing.T
	dir  string
	file string
	env  []string
}

func newHome(t *testing.T, template string) *home {
	t.Helper()
	dir := t.TempDir()
	h := &home{t: t, dir: dir, file: filepath.Join(dir, "x.db"), env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_STATE_HOME=" + filepath.Join(dir, "state"), "LANG=C.UTF-8", "SHELL=/bin/sh",
		"TERM=xterm-256color", "WARROOM_ACTOR=ana", fmt.Sprint("WARROOM_TEST_NOW=", time.Until(clock.Now())),
	}}
	if zone, ok := os.LookupEnv("TZ"); ok {
		h.env = append(h.env, "TZ="+zone)
	}
	h.run(0, "new", h.file, "--from", template)
	return h
}

// run runs a command, which must end with the given status, and returns what it
// prints.
func (h *home) run(status int, args ...string) (out, errs string) {
	h.t.Helper()
	got, out, errs := h.try(args...)
	if got != status {
		h.t.Fatalf("warroom %s ends with %d, want %d\n%s%s", strings.Join(args, " "), got, status, out, errs)
	}
	return out, errs
}

// try runs a command, and returns its exit status and what it prints.
func (h *home) try(args ...string) (status int, out, errs string) {
	h.t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.Command(binary, args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = h.dir, h.env, &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		h.t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// when returns the time in a field of an item, in UTC.
func (h *home) when(id, field string) time.Time {
	h.t.Helper()
	out, _ := h.run(0, "show", id, "--json", "-f", h.file)
	var item map[string]any
	if err := json.Unmarshal([]byte(out), &item); err != nil {
		h.t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, fmt.Sprint(item[field]))
	if err != nil {
		h.t.Fatal(err)
	}
	return at.UTC()
}

// clean fails the test if something of SQLite's is left beside the file.
func (h *home) clean() {
	h.t.Helper()
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Stat(h.file + suffix); err == nil {
			h.t.Errorf("%s is left", filepath.Base(h.file)+suffix)
		}
	}
}

// until waits for what must come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not happen", what)
		}
		<-tick.C
	}
}

// TestE2EAPlainBuildHasTheMachinesClock builds the program as users do: it records
// today's date, whatever WARROOM_TEST_NOW says, and does not look at WARROOM_TEST_DISK.
// The build of these tests reads both.
func TestE2EAPlainBuildHasTheMachinesClock(t *testing.T) {
	h := newHome(t, "blank")
	h.env = append(h.env, "WARROOM_TEST_NOW=1999-12-31T23:59:59Z")
	recorded := func(name string) time.Time {
		t.Helper()
		h.file = filepath.Join(h.dir, name)
		h.run(0, "new", h.file)
		return h.when("incident", "made_at")
	}
	if got := recorded("test.db"); got.Year() > 2000 {
		t.Errorf("the build of these tests records %v", got)
	}
	ours := binary
	defer func() { binary = ours }()
	h.env = append(h.env, "WARROOM_TEST_DISK=nonsense")
	if _, errs := h.run(2, "version"); !strings.Contains(errs, "nonsense") {
		t.Errorf("the build of these tests makes of a nonsense disk: %s", errs)
	}
	binary = filepath.Join(h.dir, "plain")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	began := time.Now().Truncate(time.Second)
	if got := recorded("plain.db"); got.Before(began) || got.After(time.Now()) {
		t.Errorf("a plain build records %v at %v", got, began)
	}
}

// A window is a terminal with a person behind it: a window of a tmux of its own.
type window struct {
	h      *home
	socket string
}

// tmux runs a command of the terminal's own tmux.
func (w *window) tmux(args ...string) string {
	w.h.t.Helper()
	c := exec.Command("tmux", append([]string{"-L", w.socket, "-f", filepath.Join(w.h.dir, "tmux.conf")}, args...)...)
	c.Env = w.h.env
	out, err := c.CombinedOutput()
	if err != nil {
		w.h.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

// terminal opens a window and runs a shell command in it. The extra lines are
// for the configuration of tmux.
func (h *home) terminal(width, height int, command string, extra ...string) *window {
	h.t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		h.t.Fatal("these tests need tmux, which is not installed: apt-get install tmux")
	}
	conf := append([]string{"set -g status off", "set -s escape-time 0",
		"set -g default-terminal tmux-256color", "set -g history-limit 0"}, extra...)
	if err := os.WriteFile(filepath.Join(h.dir, "tmux.conf"), []byte(strings.Join(conf, "\n")+"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	w := &window{h, fmt.Sprintf("warroom-%d-%d", os.Getpid(), time.Now().UnixNano())}
	h.t.Cleanup(w.close)
	w.tmux("new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "-c", h.dir, command)
	return w
}

// close ends the window, which the test may have done, and waits until what ran in it
// has ended: it may still write into the test's directory, which goes next.
func (w *window) close() {
	tmux := func(args ...string) string {
		c := exec.Command("tmux", append([]string{"-L", w.socket}, args...)...)
		c.Env = w.h.env
		out, _ := c.Output()
		return strings.TrimSpace(string(out))
	}
	group, err := strconv.Atoi(tmux("display-message", "-p", "#{pane_pid}"))
	tmux("kill-server")
	if err == nil {
		until(w.h.t, "what runs in the window ends", func() bool { return ended(group) })
	}
}

// ended reports whether all processes of a group have ended. One that nobody has
// waited for has ended too, which only Linux tells.
func ended(group int) bool {
	if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
		return true
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, name := range stats {
		text, _ := os.ReadFile(name) // gone meanwhile, if that fails
		_, after, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(after); len(f) > 2 && f[0] != "Z" && f[2] == strconv.Itoa(group) { // state, parent, group
			return false
		}
	}
	return true
}

// board opens the board in a window, and waits for its first screen.
func (h *home) board(width, height int, extra ...string) *window {
	h.t.Helper()
	return h.terminal(width, height, h.program(), extra...).shows("live", "? help")
}

// program is the shell command that runs the board and then says how it ended.
// The shell says it, not tmux, which at times never learns the exit status.
func (h *home) program() string {
	return quote(binary) + " " + quote(h.file) + "; echo ended with $?; exec cat"
}

// ends waits until the board has ended without an error.
func (w *window) ends() *window {
	w.h.t.Helper()
	return w.shows("ended with 0")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// text is what the person sees.
func (w *window) text() string { return w.tmux("capture-pane", "-p") }

// shows waits until all texts are on the screen.
func (w *window) shows(texts ...string) *window {
	w.h.t.Helper()
	last := ""
	end := time.Now().Add(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		last = w.text()
		missing := slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.Contains(last, s) })
		if len(missing) == 0 {
			return w
		}
		if time.Now().After(end) {
			w.h.t.Fatalf("the screen does not show %q:\n%s", missing, last)
		}
		<-tick.C
	}
}

// press sends keys, by the names that tmux has for them.
func (w *window) press(keys ...string) *window {
	w.h.t.Helper()
	w.tmux(append([]string{"send-keys"}, keys...)...)
	return w
}

// flags returns a format of tmux for the window.
func (w *window) flags(format string) string { return w.tmux("display-message", "-p", format) }

func TestE2EFirstScreenAndKeys(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	w.shows("EXERCISE  Kestrel", "PEOPLE ~46k (40k–52k)", "OVERDUE", "1 Regions", "5 Activity", ">A-42", "佐藤")
	if lines := strings.Split(w.text(), "\n"); len(lines) != 24 {
		t.Errorf("%d lines", len(lines))
	}
	if got := w.flags("#{alternate_on} #{mouse_any_flag} #{pane_title}"); got != "1 0 ASK DUE A-76 · SEV1 · 8 late" {
		t.Errorf("alternate screen, mouse, title: %s", got)
	}
	w.press("j").shows(">A-51").press("Down").shows(">A-21").press("k").shows(">A-51")
	w.press("Enter").shows("─ A-51 Save the chat", "History, newest first").press("Escape").shows(">A-51")
	w.press("1").shows(">North America").press("Tab").shows(">Names").press("BTab").shows(">North America")
	w.press("?").shows("─ Help").press("q").shows(">North America")
	aware := h.when("incident", "aware")
	due := h.when("A-42", "due")
	w.press("T").shows("LATE "+due.Format("2 Jan"), "aware "+aware.Format("2 Jan")).press("T", "T").shows("6d LATE")
	w.press("4", "G").press("g").shows(">A-42")
	w.press("q").ends()
	if got := w.flags("#{alternate_on}"); got != "0" {
		t.Error("the alternate screen is still there")
	}
	h.clean()
	h.run(0, "verify", "-f", h.file)
}

func TestE2ETwoProcesses(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	w.press("j", "j", "j", "j", "j").shows(">A-60")
	line := func() int {
		return slices.IndexFunc(strings.Split(w.text(), "\n"), func(l string) bool { return strings.HasPrefix(l, ">A-60") })
	}
	was := line()
	w.shows("Open actions 30")
	out, _ := h.run(0, "action", "done", "A-51", "-f", h.file)
	if !strings.HasPrefix(out, "A-51 is done") {
		t.Errorf("it prints %q", out)
	}
	w.shows("Open actions 29", ">A-60", "A-51     state open → done")
	h.run(0, "action", "add", "A new one, and late", "--stream", "support", "--due", "2020-01-01", "-f", h.file)
	w.shows("Open actions 30", ">A-60", "A-83 A new o")
	if now := line(); now != was {
		t.Errorf("the cursor is on line %d, was on %d:\n%s", now, was, w.text())
	}
	w.press("C-c").ends()
	h.clean()
}

// A line is a terminal that only keeps what is written to it.
type line struct {
	t   *testing.T
	cmd *exec.Cmd
	tty *os.File
	end chan struct{} // closed when nothing more can come

	mu   sync.Mutex
	all  []byte
	news chan time.Time // when something came, of which nobody has been told
}

// connect runs the program on a terminal of the given size.
func (h *home) connect(rows, cols uint16, env []string, args ...string) *line {
	h.t.Helper()
	c := exec.Command(binary, args...)
	c.Dir, c.Env = h.dir, append(slices.Clone(h.env), env...)
	tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: rows, Cols: cols})
	if err != nil {
		h.t.Fatal(err)
	}
	l := &line{t: h.t, cmd: c, tty: tty, end: make(chan struct{}), news: make(chan time.Time, 1)}
	go l.read()
	h.t.Cleanup(func() {
		c.Process.Kill()
		tty.Close()
		<-l.end
		c.Wait()
	})
	return l
}

func (l *line) read() {
	defer close(l.end)
	buf := make([]byte, 1<<16)
	for {
		n, err := l.tty.Read(buf)
		now := time.Now()
		l.mu.Lock()
		l.all = append(l.all, buf[:n]...)
		l.mu.Unlock()
		if n > 0 {
			select {
			case l.news <- now:
			default: // the first of several is what counts
			}
		}
		if err != nil {
			return
		}
	}
}

// bytes returns all that has come.
func (l *line) bytes() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}

// settle waits until nothing has come for some time, which must not be the last
// part of what somebody waits for.
func (l *line) settle() {
	quiet := time.NewTimer(300 * time.Millisecond)
	defer quiet.Stop()
	for {
		select {
		case <-l.news:
			quiet.Reset(300 * time.Millisecond)
		case <-quiet.C:
			return
		case <-l.end:
			return
		}
	}
}

// exit waits for the end and returns the status.
func (l *line) exit() int {
	l.t.Helper()
	select {
	case <-l.end:
	case <-time.After(patience):
		l.t.Fatalf("the program does not end; it wrote %q", l.bytes())
	}
	l.cmd.Wait()
	return l.cmd.ProcessState.ExitCode()
}

// TestE2EChangeIsSeenAtOnce measures how long it takes from the moment a command
// in one process says that it is done to the first byte on the terminal of a
// board in another.
func TestE2EChangeIsSeenAtOnce(t *testing.T) {
	const runs, most = 20, 100 * time.Millisecond
	h := newHome(t, "exercise")
	l := h.connect(24, 80, nil, h.file)
	until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
	var took []time.Duration
	for i := range runs {
		l.settle()
		c := exec.Command(binary, "note", "add", fmt.Sprintf("Note number %d", i), "-f", h.file)
		c.Dir, c.Env = h.dir, h.env
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // it says so once it is committed
			t.Fatal(err)
		}
		done := time.Now()
		select {
		case seen := <-l.news:
			took = append(took, seen.Sub(done).Round(10*time.Microsecond))
		case <-time.After(patience):
			t.Fatal("the board does not show it")
		}
		io.Copy(io.Discard, out)
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	l.settle()
	if !strings.Contains(l.bytes(), fmt.Sprint(runs-1)) {
		t.Error("the last note is not on the board")
	}
	t.Logf("from “it is recorded” to the first byte on the other terminal: %v", took)
	slices.Sort(took)
	t.Logf("median %v, slowest %v", took[runs/2], took[runs-1])
	if took[runs/2] > most {
		t.Errorf("the median is %v, the most is %v", took[runs/2], most)
	}
}

// TestE2ESignals ends the board in every way that a system has for it: the
// terminal is as it was found, and nothing is left beside the file.
func TestE2ESignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			h := newHome(t, "exercise")
			w, pid := h.shell()
			w.press("j", "Enter").shows("─ A-51")
			if err := syscall.Kill(pid, sig); err != nil {
				t.Fatal(err)
			}
			w.shows("status=", "and on")
			restored(t, h, w)
			t.Logf("%v: %s", sig, regexp.MustCompile(`status=\d+`).FindString(w.text()))
			h.clean()
			h.run(0, "verify", "-f", h.file)
		})
	}
}

// shell runs the board from a shell that notes how the terminal was before and
// after, and returns its process.
func (h *home) shell() (*window, int) {
	h.t.Helper()
	script := fmt.Sprintf(`stty -g >before; sh -c 'echo $$ >pid; exec %s x.db'; echo status=$?; stty -g >after; echo and on; exec cat`, binary)
	w := h.terminal(80, 24, script).shows("live", "? help")
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

// restored fails the test unless the terminal is as it was before the board.
func restored(t *testing.T, h *home, w *window) {
	t.Helper()
	before, err := os.ReadFile(filepath.Join(h.dir, "before"))
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(h.dir, "after"))
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("the terminal's modes were %s and are %s", before, after)
	}
	if got := w.flags("#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"); got != "0 1 0 0" {
		t.Errorf("alternate screen, cursor, mouse, keypad: %s", got)
	}
	if text := w.text(); strings.Contains(text, "PEOPLE ") || strings.Contains(text, "panic") {
		t.Errorf("the board is still on the screen:\n%s", text)
	}
	// What is typed is echoed again.
	w.press("hello", "Enter").shows("hello\nhello")
}

// TestE2EKeysThatEnd leaves in the ways that a person has.
func TestE2EKeysThatEnd(t *testing.T) {
	for _, keys := range [][]string{{"q"}, {"C-c"}, {"Enter", "C-c"}} {
		h := newHome(t, "toyota-2024")
		w, _ := h.shell()
		for _, k := range keys {
			w.press(k)
		}
		w.shows("status=0", "and on")
		restored(t, h, w)
		h.clean()
	}
}

// TestE2EClosedWindow closes the window in which a board is.
func TestE2EClosedWindow(t *testing.T) {
	h := newHome(t, "exercise")
	w, pid := h.shell()
	w.tmux("kill-pane")
	until(t, "the program ends", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
	h.clean()
	h.run(0, "verify", "-f", h.file)
}

// TestE2ELostLine takes the terminal away, as a line that breaks does.
func TestE2ELostLine(t *testing.T) {
	h := newHome(t, "exercise")
	c := exec.Command(binary, h.file)
	c.Dir, c.Env = h.dir, h.env
	tty, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(patience, func() { c.Process.Kill() })
	var all []byte
	for buf := make([]byte, 1<<16); !bytes.Contains(all, []byte("PEOPLE ")); {
		n, err := tty.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, buf[:n]...)
	}
	tty.Close()
	c.Wait()
	if !kill.Stop() {
		t.Fatal("the program went on without a terminal")
	}
	t.Logf("it ended with %v", c.ProcessState)
	h.clean()
	h.run(0, "verify", "-f", h.file)
}

// TestE2EResizeStorm changes the size faster than anything can be drawn: in the
// end the screen is the one of its size.
func TestE2EResizeStorm(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.board(80, 24)
	w.press("j").shows(">A-51")
	want := w.text()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		w.tmux("resize-window", "-x", strconv.Itoa(1+rnd.IntN(240)), "-y", strconv.Itoa(1+rnd.IntN(70)))
		if rnd.IntN(4) == 0 {
			w.press([]string{"Tab", "BTab"}[rnd.IntN(2)])
		}
	}
	w.tmux("resize-window", "-x", "100", "-y", "30")
	w.shows("? help", "4 Open actions")
	// Nobody knows which pane has the cursor. A digit goes to its pane, or, where the
	// cursor is there already, opens the full view, which esc closes.
	w.press("1", "Escape").shows("4 Open actions", ">North America").press("4", "g", "j").shows(">A-51")
	for _, size := range [][2]int{{140, 40}, {20, 5}, {80, 24}} {
		w.tmux("resize-window", "-x", strconv.Itoa(size[0]), "-y", strconv.Itoa(size[1]))
		if size[0] == 20 {
			w.shows("EXERCISE needs")
		} else {
			w.shows("PEOPLE ", ">A-51", "? help")
		}
	}
	minutes := regexp.MustCompile(`\d+[smhd]|\d\d:\d\dZ`) // time goes by
	if got := minutes.ReplaceAllString(w.text(), ""); got != minutes.ReplaceAllString(want, "") {
		t.Errorf("the screen was\n%s\nand is\n%s", want, w.text())
	}
}

func TestE2ESmallTerminal(t *testing.T) {
	h := newHome(t, "exercise")
	w := h.terminal(20, 5, h.program()).shows("SEV1 · 8 late", "EXERCISE")
	w.press("j").tmux("resize-window", "-x", "40", "-y", "8")
	w.shows("not 40×8") // by now the key has been read, while the screen was too small
	w.tmux("resize-window", "-x", "80", "-y", "24")
	w.shows("PEOPLE ", ">A-42", "? help").press("q").ends()
}

// TestE2EDumbTerminal opens the board where there is none to open: the status is
// printed, and nothing that a terminal would act upon.
func TestE2EDumbTerminal(t *testing.T) {
	h := newHome(t, "exercise")
	l := h.connect(24, 80, []string{"TERM=dumb"}, h.file)
	if got := l.exit(); got != 0 {
		t.Errorf("it ends with %d", got)
	}
	out := strings.ReplaceAll(l.bytes(), "\r\n", "\n")
	if strings.ContainsFunc(out, func(r rune) bool { return r < ' ' && r != '\n' }) {
		t.Errorf("there are control characters in %q", out)
	}
	status, _ := h.run(0, "status", "-f", h.file)
	first, _, _ := strings.Cut(status, "\n")
	if !strings.HasPrefix(out, first+"\n") || !strings.Contains(out, "dumb") {
		t.Errorf("it prints:\n%s", out)
	}
	h.clean()
}

// sgr matches every style that is switched on or off.
var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// colours returns the styles that have a colour.
func colours(out string) (all []string) {
	for _, m := range sgr.FindAllStringSubmatch(out, -1) {
		for _, p := range strings.FieldsFunc(m[1], func(r rune) bool { return r == ';' || r == ':' }) {
			if n, err := strconv.Atoi(p); err == nil && (n >= 30 && n <= 49 || n >= 90 && n <= 107) {
				all = append(all, m[0])
				break
			}
		}
	}
	return all
}

func TestE2ENoColour(t *testing.T) {
	h := newHome(t, "exercise")
	for _, tt := range []struct {
		env    []string
		colour bool
	}{
		{[]string{"NO_COLOR=yes"}, false},
		{[]string{"NO_COLOR=1", "COLORTERM=truecolor"}, false},
		{[]string{"NO_COLOR="}, true},
		{nil, true},
		{[]string{"COLORTERM=truecolor"}, true},
		{[]string{"TERM=xterm"}, true},
	} {
		l := h.connect(24, 80, tt.env, h.file)
		until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
		l.settle()
		if _, err := l.tty.WriteString("j?"); err != nil {
			t.Fatal(err)
		}
		l.settle()
		if _, err := l.tty.WriteString("\x03"); err != nil {
			t.Fatal(err)
		}
		if got := l.exit(); got != 0 {
			t.Errorf("%v: it ends with %d", tt.env, got)
		}
		if all := colours(l.bytes()); (len(all) > 0) != tt.colour {
			t.Errorf("%v: %d styles have a colour: %.10q", tt.env, len(all), all)
		}
		if !strings.Contains(l.bytes(), "\x1b[1m") && !strings.Contains(l.bytes(), "\x1b[7m") {
			t.Errorf("%v: nothing stands out", tt.env)
		}
	}
}

// TestE2EBackground opens the board on a dark and on a light terminal: the words
// are the same, the colours are not.
func TestE2EBackground(t *testing.T) {
	shot := func(background string) (plain, styled string) {
		h := newHome(t, "toyota-2024")
		w := h.board(80, 24, "set -g window-style 'bg="+background+"'", "set -sa terminal-features ',*:RGB'", "set -g default-terminal xterm-direct")
		dark := background == "#000000"
		until(t, "the colours of a "+background+" terminal", func() bool {
			styled = w.tmux("capture-pane", "-p", "-e")
			return strings.Contains(styled, "─") && (strings.Contains(styled, "154;154;154") || strings.Contains(styled, "38;5;247") || strings.Contains(styled, "38;5;246")) == dark
		})
		return w.text(), styled
	}
	dark, darkStyles := shot("#000000")
	light, lightStyles := shot("#ffffff")
	minutes := regexp.MustCompile(`\d\d:\d\dZ`)
	if minutes.ReplaceAllString(dark, "") != minutes.ReplaceAllString(light, "") {
		t.Errorf("the words differ:\n%s\n%s", dark, light)
	}
	t.Logf("dark %q, light %q", unique(colours(darkStyles)), unique(colours(lightStyles)))
	for _, c := range unique(colours(darkStyles)) {
		if slices.Contains(colours(lightStyles), c) && c != "\x1b[39m" && c != "\x1b[49m" {
			t.Errorf("%q is used on both", c)
		}
	}
}

func unique(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// TestE2EDiskFull fills the disk under a board and a command: what cannot be
// recorded is said not to be, and the file is whole.
func TestE2EDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not root: no disk can be made to fill")
		return
	}
	h := newHome(t, "toyota-2024")
	disk := filepath.Join(h.dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	h.file = filepath.Join(disk, "x.db")
	h.run(0, "new", h.file)
	for _, open := range []bool{false, true} {
		var l *line
		if open {
			l = h.connect(24, 80, nil, h.file)
			until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
		}
		before, _ := h.run(0, "action", "list", "-f", h.file)
		fill(t, filepath.Join(disk, "filler"))
		_, errs := h.run(1, "action", "add", "One more", "--stream", "support", "-f", h.file)
		if !strings.Contains(errs, "warroom: ") || !strings.Contains(errs, "disk is full") {
			t.Errorf("board open %v: it says %q", open, errs)
		}
		t.Logf("board open %v: %q", open, errs)
		if err := os.Remove(filepath.Join(disk, "filler")); err != nil {
			t.Fatal(err)
		}
		h.run(0, "verify", "-f", h.file)
		if after, _ := h.run(0, "action", "list", "-f", h.file); after != before {
			t.Errorf("board open %v: what was refused is there:\n%s", open, after)
		}
		out, _ := h.run(0, "action", "add", "And now there is room", "--stream", "support", "-f", h.file)
		if !strings.HasPrefix(out, "A-1") {
			t.Errorf("it prints %q", out)
		}
		if l != nil {
			if _, err := l.tty.WriteString("q"); err != nil {
				t.Fatal(err)
			}
			if got := l.exit(); got != 0 {
				t.Errorf("the board ends with %d", got)
			}
		}
		h.clean()
	}
}

// fill writes a file until the disk takes no more.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// TestE2EIdleIsQuiet leaves a board alone: nothing is written while nothing
// changes.
func TestE2EIdleIsQuiet(t *testing.T) {
	h := newHome(t, "toyota-2024")
	l := h.connect(40, 140, nil, h.file)
	until(t, "the first screen", func() bool { return strings.Contains(l.bytes(), "PEOPLE ") })
	l.settle()
	first := len(l.bytes())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	<-ctx.Done()
	more := len(l.bytes()) - first
	t.Logf("first screen %d bytes, %d in two idle seconds", first, more)
	if more > 200 { // a minute may have begun
		t.Errorf("%d bytes in two seconds in which nothing happened", more)
	}
	if first > 14<<10 {
		t.Errorf("the first screen takes %d bytes", first)
	}
}
