package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	ossignal "os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A place is a directory in which the program runs as a process of its own.
type place struct {
	t   *testing.T
	dir string
	env []string
}

func newPlace(t *testing.T, env ...string) *place {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	base := []string{"PATH=" + os.Getenv("PATH"), "XDG_STATE_HOME=" + dir + "/state", "WARROOM_ACTOR=ana", "TZ=UTC", "GORACE=" + quickRace}
	return &place{t, dir, append(base, env...)}
}

// command returns the program with arguments. It is killed if the test takes
// far too long.
func (p *place) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	p.t.Cleanup(cancel)
	c := exec.CommandContext(ctx, "warroom", args...)
	c.Dir, c.Env = p.dir, p.env
	return c
}

// run runs the program, which must succeed.
func (p *place) run(args ...string) {
	p.t.Helper()
	if out, err := p.command(args...).CombinedOutput(); err != nil {
		p.t.Fatalf("warroom %q: %v\n%s", args, err, out)
	}
}

// closed fails the test if a file was not closed in order.
func (p *place) closed(name string) {
	p.t.Helper()
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(filepath.Join(p.dir, name+suffix)); err == nil {
			p.t.Errorf("%s%s was left behind", name, suffix)
		}
	}
}

// ends waits for the program to end, and fails the test if its exit status is
// not 0.
func (p *place) ends(c *exec.Cmd) {
	p.t.Helper()
	if err := c.Wait(); err != nil {
		p.t.Errorf("the program ended with %v", err)
	}
}

// follow starts log --follow and reads what is there already.
func (p *place) follow() (c *exec.Cmd, lines *bufio.Reader, out io.Closer) {
	p.t.Helper()
	c = p.command("log", "-f", "x.db", "--follow", "--json")
	pipe, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	lines = bufio.NewReader(pipe)
	for n := 1; n <= 72; n++ {
		p.next(lines, fmt.Sprintf(`{"seq":%d,`, n))
	}
	return c, lines, pipe
}

// next reads the next line, which must begin in a certain way.
func (p *place) next(lines *bufio.Reader, want string) string {
	p.t.Helper()
	line, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, want) {
		p.t.Fatalf("next line is %q (%v), want %s…", line, err, want)
	}
	return line
}

func TestFollowTellsOfChangesUntilASignal(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			// A program begins with a signal ignored where its parent ignores it, as
			// nohup does; one that its parent catches has its own effect.
			caught := make(chan os.Signal, 1)
			ossignal.Notify(caught, signal)
			defer ossignal.Stop(caught)
			p := newPlace(t)
			p.run("new", "x.db")
			c, lines, _ := p.follow()
			p.run("note", "add", "first", "-f", "x.db")
			if line := p.next(lines, `{"seq":73,`); !strings.Contains(line, `"id":"N-1","name":"first"`) {
				t.Errorf("the change reads %s", line)
			}
			p.run("action", "done", "A-1", "A-2", "-f", "x.db")
			p.next(lines, `{"seq":74,`)
			p.next(lines, `{"seq":75,`)
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
				t.Errorf("after the signal: %q, %v", rest, err)
			}
			p.ends(c)
			p.closed("x.db")
		})
	}
}

func TestFollowEndsWhenNobodyReads(t *testing.T) {
	p := newPlace(t)
	p.run("new", "x.db")
	c, _, out := p.follow()
	out.Close()
	p.ends(c) // without another change
	p.closed("x.db")
}

// screen runs the program on a terminal that answers nothing, until it ends,
// and returns what it wrote.
func (p *place) screen(c *exec.Cmd) string {
	p.t.Helper()
	f, err := pty.Start(c)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	out, _ := io.ReadAll(f) // ends with an error when the program ends
	p.ends(c)
	return strings.ReplaceAll(string(out), "\r\n", "\n")
}

func TestHelpAsksTheTerminalNothing(t *testing.T) {
	for _, env := range []string{"NO_COLOR=", "NO_COLOR=yes"} {
		p := newPlace(t, "TERM=xterm-256color", env)
		for _, args := range [][]string{{"--help"}, {"help", "log"}, {"action", "add", "--help"}} {
			out := p.screen(p.command(args...))
			if strings.Contains(out, "\x1b]") || strings.Contains(out, "\x1b[c") {
				t.Errorf("%s: warroom %q asks the terminal: %q", env, args, out)
			}
			if !strings.Contains(out, "USAGE") {
				t.Errorf("%s: warroom %q prints %q", env, args, out)
			}
			if coloured := strings.Contains(out, "\x1b[35m"); coloured != (env == "NO_COLOR=") {
				t.Errorf("%s: warroom %q is coloured: %v", env, args, coloured)
			}
		}
		if _, err := os.Stat(filepath.Join(p.dir, "incident.db")); err == nil {
			t.Error("help made a file")
		}
	}
}

func TestATerminalThatCannotShowTheBoardGetsTheStatus(t *testing.T) {
	for _, tt := range []struct{ env, why string }{
		{"TERM=dumb", "hint: the dashboard needs a terminal that can move its cursor, and TERM is dumb; this is what warroom status prints\n"},
		{"TERM=", "hint: the dashboard needs to know the terminal, and TERM is not set; this is what warroom status prints\n"},
	} {
		p := newPlace(t, tt.env)
		p.run("new", "x.db")
		out := p.screen(p.command("x.db"))
		if !strings.HasPrefix(out, "SAMPLE incident: ") || !strings.HasSuffix(out, tt.why) {
			t.Errorf("%s: prints %q", tt.env, out)
		}
		if strings.Contains(out, "\x1b") {
			t.Errorf("%s: sends control sequences: %q", tt.env, out)
		}
		p.closed("x.db")
	}
}

func TestWithoutAKeyboardThereIsNoBoard(t *testing.T) {
	p := newPlace(t, "TERM=xterm-256color")
	p.run("new", "x.db")
	screen, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	c := p.command("x.db")
	c.Stdout, c.Stderr = tty, tty
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	tty.Close()
	said, _ := io.ReadAll(screen) // ends with an error when the program ends
	p.ends(c)
	out := string(said)
	if !strings.HasPrefix(out, "SAMPLE incident: ") || !strings.Contains(out, "standard input is none") || strings.Contains(out, "\x1b") {
		t.Errorf("prints %q", out)
	}
}

// board runs the program on a terminal of 80 by 24 until it shows a text, then
// presses q, and returns all that it wrote.
func (p *place) board(until string, args ...string) string {
	p.t.Helper()
	c := p.command(args...)
	f, err := pty.StartWithSize(c, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	var shown strings.Builder
	buf := make([]byte, 4096)
	for quit := false; ; {
		n, err := f.Read(buf)
		shown.Write(buf[:n])
		if err != nil {
			break
		}
		if !quit && strings.Contains(shown.String(), until) {
			quit = true
			if _, err := f.WriteString("q"); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	p.ends(c)
	return shown.String()
}

func TestTheBoardOpensOnTheSampleAndLeavesTheFileClosed(t *testing.T) {
	p := newPlace(t, "TERM=xterm-256color")
	if out := p.board("Toyota customer data"); !strings.Contains(out, "SAMPLE") || !strings.Contains(out, p.dir[:10]) {
		t.Errorf("the board does not show the sample and where it is: %q", out)
	}
	p.closed("incident.db")
}

// TestTheBoardHasThePersonsSettings reads the configuration file, and lets the
// flags win.
func TestTheBoardHasThePersonsSettings(t *testing.T) {
	p := newPlace(t, "TERM=xterm-256color")
	p.env = append(p.env, "XDG_CONFIG_HOME="+p.dir)
	p.run("new", "x.db")
	configure := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(p.dir, "warroom"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p.dir, "warroom", "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ascii := func(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }

	configure("ascii = true\ntheme = \"mono\"\ntimes = \"mine\"\nzone = \"Asia/Tokyo\"\n")
	if out := p.board(" JST", "x.db"); !ascii(out) || strings.Contains(out, "38;") {
		t.Errorf("not in ASCII, or in colours: %q", out)
	}
	if out := p.board(" JST", "x.db", "--ascii=false", "--theme", "16"); ascii(out) || !strings.Contains(out, "\x1b[1;36m") {
		t.Errorf("the flags do not win: %q", out)
	}
	configure("ascii = true\nthem = \"mono\"\n")
	if out := p.board("ignored", "x.db"); ascii(out) || !strings.Contains(out, `config.toml, line 2: there is no setting "them"; the file is ignored`) {
		t.Errorf("the footer does not say what is wrong: %q", out)
	}
	p.closed("x.db")
}
