//go:build e2e

package ui

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A warRoom is a server as a process of its own, and the people who have keys.
type warRoom struct {
	*home
	process *exec.Cmd
	said    *bufio.Reader
	errs    bytes.Buffer
}

// serves begins a server for ana, a lead, ben, a responder, and eve, a viewer.
func (h *home) serves(what ...string) *warRoom {
	h.t.Helper()
	for name, role := range map[string]string{"ana": "lead", "ben": "responder", "eve": "viewer"} {
		key := filepath.Join(h.dir, name)
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name+"@laptop", "-f", key).CombinedOutput(); err != nil {
			h.t.Fatalf("these tests need OpenSSH: %v %s", err, out)
		}
		h.run(0, "keys", "add", key+".pub", "--role", role, "--keys", "team.keys")
	}
	r := &warRoom{home: h}
	r.process = exec.Command(binary, append([]string{"serve", "--keys", "team.keys", "--listen", "127.0.0.1:0"}, what...)...)
	r.process.Dir, r.process.Env, r.process.Stderr = h.dir, h.env, &r.errs
	out, err := r.process.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := r.process.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { r.process.Process.Kill(); r.process.Wait() })
	r.said = bufio.NewReader(out)
	line, err := r.said.ReadString('\n')
	_, port, ok := strings.Cut(strings.TrimSpace(line), "127.0.0.1:")
	if err != nil || !ok {
		h.t.Fatalf("the server says %q: %v\n%s", line, err, r.errs.String())
	}
	conf := fmt.Sprintf("Host board-*\n HostName 127.0.0.1\n Port %s\n User nobody\n IdentitiesOnly yes\n IdentityAgent none\n StrictHostKeyChecking accept-new\n"+
		" UserKnownHostsFile %s/known\n LogLevel ERROR\n", port, h.dir)
	for _, name := range []string{"ana", "ben", "eve"} {
		conf += fmt.Sprintf("Host board-%s\n IdentityFile %s/%s\n", name, h.dir, name)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "ssh_config"), []byte(conf), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return r
}

// ssh runs a command as somebody, and returns the exit status.
func (r *warRoom) ssh(name string, in io.Reader, args ...string) (status int, out, errs string) {
	r.t.Helper()
	var o, e bytes.Buffer
	c := exec.Command("ssh", append([]string{"-F", "ssh_config", "board-" + name}, args...)...)
	c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = r.dir, r.env, in, &o, &e
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

// board opens somebody's board in a window.
func (r *warRoom) board(name string, width, height int, args ...string) *window {
	r.t.Helper()
	return r.terminal(width, height, "ssh -F ssh_config board-"+name+" "+strings.Join(args, " ")+"; echo ended with $?; exec cat")
}

// stops ends the server in order.
func (r *warRoom) stops() {
	r.t.Helper()
	r.process.Process.Signal(syscall.SIGTERM)
	if err := r.process.Wait(); err != nil {
		r.t.Errorf("the server ends with %v\n%s", err, r.errs.String())
	}
}

func TestE2EServeCommands(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	for _, tt := range []struct {
		name, in string
		args     []string
		status   int
		out      string
		errs     string
	}{
		{"ben", "", []string{"note", "add", "call", "at", "nine"}, 0, "\n", ""},
		{"ben", "", []string{"note add can't  reach"}, 0, "\n", ""},
		{"ben", "minutes of it\n", []string{"note", "add", "-"}, 0, "\n", ""},
		{"ben", "", []string{"note", "list"}, 0, "can't reach", ""},
		{"ben", "", []string{"note", "list"}, 0, "minutes of it", ""},
		{"ben", "", []string{"note", "list"}, 0, "call at nine", ""},
		{"eve", "", []string{"status", "--json"}, 0, `"mark": "EXERCISE"`, ""},
		{"eve", "", []string{"note", "add", "x"}, 4, "", "warroom: a viewer may not do this\nhint: it takes the role responder\n"},
		{"ben", "", []string{"incident", "set", "--phase", "closed"}, 4, "", "warroom: a responder may not do this\nhint: it takes the role lead\n"},
		{"ana", "", []string{"status", "-f", "y.db"}, 2, "", "no file can be named here"},
		{"ana", "", []string{"note", "add", "x", "--as", "ben"}, 2, "", "--as cannot be used here"},
		{"ana", "", []string{"serve", "--keys", "x"}, 2, "", "no file can be named here"},
		{"ana", "", []string{"keys", "list", "--keys", "team.keys"}, 2, "", "no file can be named here"},
		{"ana", "", []string{"nonsense"}, 2, "", "is neither a command nor a file"},
		{"ana", "", nil, 0, "EXERCISE", "the dashboard needs a terminal"},
	} {
		status, out, errs := r.ssh(tt.name, strings.NewReader(tt.in), tt.args...)
		if status != tt.status || !strings.Contains(out, tt.out) || !strings.Contains(errs, tt.errs) || strings.Contains(out, "\r") || strings.Contains(out, "\x1b") {
			t.Errorf("%s %q: %d\n%q\n%q", tt.name, tt.args, status, out, errs)
		}
	}
	if status, _, errs := r.ssh("ana", nil, "-o", "IdentityFile=none", "-o", "IdentityFile="+os.DevNull, "-i", os.DevNull, "-F", os.DevNull, "status"); status == 0 {
		t.Errorf("without a key: %d %s", status, errs)
	}
	// More than fits anywhere on standard input.
	if status, _, errs := r.ssh("ana", io.LimitReader(zeros{}, 1<<30), "note", "add", "-"); status != 1 || !strings.Contains(errs, "longer than 20000 characters") {
		t.Errorf("a gigabyte of zeros: %d %s", status, errs)
	}
	_, out, _ := r.ssh("ana", nil, "log", "--limit", "1")
	if !strings.Contains(out, "ben") {
		t.Errorf("the last event is not ben's: %s", out)
	}
	r.stops()
	h.clean()
	h.run(0, "verify", "-f", h.file)
	log, err := os.ReadFile(filepath.Join(h.dir, "state", "warroom", "serve.log"))
	if err != nil || !strings.Contains(string(log), "actor=eve role=viewer") || strings.Contains(string(log), "minutes") {
		t.Errorf("the log: %v\n%s", err, log)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestE2EServeBoards(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	ana, eve := r.board("ana", 80, 24).shows("live", "EXERCISE", ">A-42"), r.board("eve", 140, 40).shows("live", "EXERCISE")
	if got := ana.flags("#{alternate_on}"); got != "1" {
		t.Error("the board is not on the alternate screen")
	}
	// A change from the shell, from a command over SSH, and on a board: all see it.
	h.run(0, "note", "add", "from the shell", "-f", h.file)
	eve.shows("from the shell")
	r.ssh("ben", nil, "note", "add", "by ssh")
	eve.shows("by ssh")
	ana.press(":").shows(":")
	ana.tmux("send-keys", "-l", "note add by the board")
	ana.press("Enter")
	eve.shows("by the board")
	// A viewer is told what it takes.
	eve.press("x").shows("takes the role responder")
	// The board follows the terminal's size.
	ana.tmux("resize-window", "-x", "100", "-y", "30")
	until(t, "the board is 100 wide", func() bool {
		return strings.Contains(ana.text(), strings.Repeat("─", 20)) && ana.flags("#{window_width}") == "100"
	})
	ana.press("?").shows("─ Help").press("q").shows(">A-42").press("Down").shows(">A-51")
	ana.press("q").ends()
	if got := ana.flags("#{alternate_on}"); got != "0" {
		t.Error("the alternate screen is still there")
	}
	// A key that is taken away ends the board.
	began := time.Now()
	h.run(0, "keys", "remove", "eve", "--keys", "team.keys")
	eve.shows("the key is not known any more", "ended with 1")
	if took := time.Since(began); took > 3*time.Second { // tmux, and the reading of it, are in this
		t.Errorf("eve's session ends after %v", took)
	}
	r.stops()
	h.clean()
	h.run(0, "verify", "-f", h.file)
}

// What is typed is there again after the line, or the server, was cut off.
func TestE2EServeKeepsDrafts(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	w := r.board("ana", 80, 24).shows("live", ">A-42")
	w.press("n")
	w.tmux("send-keys", "-l", "half a thought")
	w.shows("half a thought")
	h.kept("half a thought")
	w.press("Escape", "Escape")
	w.tmux("kill-server") // the line is gone
	until(t, "the session ends", func() bool {
		log, _ := os.ReadFile(filepath.Join(h.dir, "state", "warroom", "serve.log"))
		return strings.Contains(string(log), "session ends")
	})
	w = r.board("ana", 80, 24).shows("live", ">A-42")
	w.press("D").shows("half a thought")
	r.process.Process.Signal(syscall.SIGTERM)
	w.shows("the server is stopping; what was typed is kept", "ended with 1")
	if err := r.process.Wait(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(h.keptDrafts(), "half a thought") {
		t.Error("the draft is gone")
	}
	h.clean()
}

func TestE2EServeSeveralRooms(t *testing.T) {
	h := newHome(t, "exercise")
	rooms := filepath.Join(h.dir, "rooms")
	if err := os.Mkdir(rooms, 0o700); err != nil {
		t.Fatal(err)
	}
	h.run(0, "new", filepath.Join(rooms, "kestrel.db"), "--from", "exercise")
	h.run(0, "new", filepath.Join(rooms, "toyota.db"))
	r := h.serves("rooms")
	if status, out, _ := r.ssh("ana", nil, "toyota", "status"); status != 0 || !strings.Contains(out, "Toyota") {
		t.Errorf("%d %s", status, out)
	}
	if status, _, errs := r.ssh("ana", nil, "status"); status != 2 || !strings.Contains(errs, "say which one first: kestrel, toyota") {
		t.Errorf("%d %s", status, errs)
	}
	w := r.board("ana", 80, 24).shows("1  kestrel", "2  toyota", "room:")
	w.press("9", "Enter").shows(`no room "9"`).press("2", "Enter").shows("Toyota", "live").press("q").ends()
	r.board("ana", 80, 24, "-t", "kestrel").shows("EXERCISE", "live").press("q").ends()
	// A room that is added while the server runs.
	h.run(0, "new", filepath.Join(rooms, "later.db"), "--from", "blank")
	if status, _, errs := r.ssh("ben", nil, "later", "note", "add", "x"); status != 0 {
		t.Errorf("%d %s", status, errs)
	}
	r.stops()
}

func TestE2EServeRefusesToBegin(t *testing.T) {
	h := newHome(t, "blank")
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(h.dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		os.Chmod(path, mode)
		return path
	}
	for _, tt := range []struct {
		status int
		args   []string
		says   string
	}{
		{2, nil, "serve needs a file of keys"},
		{1, []string{"--keys", "none"}, "there is no file of keys none"},
		{1, []string{"--keys", file("open", "", 0o666)}, "others can change the file of keys"},
		{1, []string{"--keys", file("bad", "# x\nnonsense\n", 0o600)}, "line 2: it is no public key"},
		{1, []string{"--keys", file("ok", "", 0o600), "--host-key", file("host", "x", 0o644)}, "others can read the server's key"},
		{1, []string{"--keys", "ok", "--listen", "127.0.0.1:99999"}, "listen"},
	} {
		if _, errs := h.run(tt.status, append([]string{"serve", "-f", h.file}, tt.args...)...); !strings.Contains(errs, tt.says) {
			t.Errorf("%q says %s", tt.args, errs)
		}
	}
	out, _ := h.run(0, "serve", "-f", h.file, "--keys", "ok", "--listen", "127.0.0.1:0", "--check")
	if !strings.HasPrefix(out, "all is well: 0 keys, 1 room; the server's key is SHA256:") {
		t.Errorf("it says %q", out)
	}
}
