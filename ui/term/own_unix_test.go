//go:build unix

package term

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	xterm "github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"warroom/data"
)

// A device is a terminal of the machine, and what the program has sent to it.
type device struct {
	t      *testing.T
	person *os.File // where keys go in
	tty    *os.File
	before *xterm.State

	mu   sync.Mutex
	all  bytes.Buffer
	came chan struct{}
	done chan error
}

func newDevice(t *testing.T) *device {
	t.Helper()
	person, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	d := &device{t: t, person: person, tty: tty, came: make(chan struct{}, 1), done: make(chan error, 1)}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	if d.before, err = xterm.GetState(tty.Fd()); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	data.Go(func() { defer close(read); io.Copy(d, person) }, func(error) {})
	t.Cleanup(func() {
		tty.Close()
		person.Close()
		<-read
	})
	return d
}

// Write keeps what comes.
func (d *device) Write(b []byte) (int, error) {
	d.mu.Lock()
	d.all.Write(b)
	d.mu.Unlock()
	select {
	case d.came <- struct{}{}:
	default:
	}
	return len(b), nil
}

// shows waits until a text has come some times.
func (d *device) shows(text string, n int) {
	d.t.Helper()
	late := time.After(patient)
	for {
		d.mu.Lock()
		all := d.all.String()
		d.mu.Unlock()
		if strings.Count(all, text) >= n {
			return
		}
		select {
		case <-d.came:
		case <-late:
			d.t.Fatalf("it does not show %q %d times: %q", text, n, all)
		}
	}
}

// run shows a program on the terminal.
func (d *device) run(ctx context.Context, m tea.Model, out io.Writer) {
	o := &own{in: d.tty, out: d.tty, env: []string{"TERM=xterm-256color"}, parent: -1}
	if out == nil {
		out = d.tty
	}
	data.Go(func() { d.done <- Run(ctx, m, Terminal{In: d.tty, Out: out, Env: o.env, Size: o.size(), own: o}) }, func(err error) { d.done <- err })
}

// ends waits for the end of the program. The terminal must be as it was found.
func (d *device) ends() error {
	d.t.Helper()
	err := d.over()
	d.shows("\x1b[?1049l", 1)
	return err
}

// over is ends for a program that may end before it has drawn anything.
func (d *device) over() error {
	d.t.Helper()
	select {
	case err := <-d.done:
		if now, was := d.state(), d.before; !reflect.DeepEqual(now, was) {
			d.t.Errorf("the terminal was %v and is %v", was, now)
		}
		return err
	case <-time.After(patient):
		d.t.Fatal("the program does not end")
		return nil
	}
}

func (d *device) state() *xterm.State {
	d.t.Helper()
	s, err := xterm.GetState(d.tty.Fd())
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *device) types(text string) {
	d.t.Helper()
	if _, err := io.WriteString(d.person, text); err != nil {
		d.t.Fatal(err)
	}
}

// An echo shows the last key, and does what a test wants with keys.
type echo struct {
	last string
	size tea.WindowSizeMsg
	keys map[string]func() tea.Cmd
	view func()
	init tea.Cmd
}

func (e *echo) Init() tea.Cmd { return e.init }

func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		e.last = msg.String()
		if do := e.keys[e.last]; do != nil {
			return e, do()
		}
		if e.last == "q" {
			return e, tea.Quit
		}
	case tea.WindowSizeMsg:
		e.size = msg
	case error:
		e.last = msg.Error()
	}
	return e, nil
}

func (e *echo) View() tea.View {
	if e.view != nil {
		e.view()
	}
	v := tea.NewView("last: " + e.last + ".")
	v.WindowTitle, v.MouseMode, v.ReportFocus = "echo", tea.MouseModeCellMotion, true
	return v
}

// bad panics while it writes, once it is told to.
type bad struct {
	io.Writer
	now chan struct{}
}

func (b bad) Write(p []byte) (int, error) {
	select {
	case <-b.now:
		panic("a fault")
	default:
		return b.Writer.Write(p)
	}
}

// TestAPanicGivesTheTerminalBack panics in each part of a program.
func TestAPanicGivesTheTerminalBack(t *testing.T) {
	fault := func() tea.Msg { panic("a fault") }
	fails := false
	for name, m := range map[string]*echo{
		"Update": {keys: map[string]func() tea.Cmd{"x": func() tea.Cmd { panic("a fault") }}},
		"View": {keys: map[string]func() tea.Cmd{"x": func() tea.Cmd { fails = true; return nil }}, view: func() {
			if fails {
				panic("a fault")
			}
		}},
		"a command":         {keys: map[string]func() tea.Cmd{"x": func() tea.Cmd { return fault }}},
		"a batch":           {keys: map[string]func() tea.Cmd{"x": func() tea.Cmd { return tea.Batch(tea.Batch(fault, fault), fault) }}},
		"the first command": {init: fault},
		"what draws":        {},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t)
			var out io.Writer
			if name == "what draws" {
				now := make(chan struct{}, 1)
				m.keys = map[string]func() tea.Cmd{"x": func() tea.Cmd { now <- struct{}{}; return nil }}
				out = bad{d.tty, now}
			}
			d.run(t.Context(), m, out)
			var err error
			drawn := m.init == nil
			if drawn {
				d.shows("last: .", 1)
				d.types("x")
				err = d.ends()
			} else {
				err = d.over()
			}
			fault := (*PanicError)(nil)
			if !errors.As(err, &fault) || !strings.Contains(fault.Error(), "panic: a fault") {
				t.Errorf("it ends with %v", err)
			}
			for _, off := range []string{"\x1b[?25h", "\x1b[<1u", "\x1b[?2004l", "\x1b[?1004l", "\x1b[?1002l"} {
				if drawn {
					d.shows(off, 1)
				}
			}
		})
	}
}

// TestEveryWayOut ends a program in each way: the terminal is as it was found.
func TestEveryWayOut(t *testing.T) {
	for name, end := range map[string]func(d *device, stop func()){
		"a key":       func(d *device, _ func()) { d.types("q") },
		"its context": func(_ *device, stop func()) { stop() },
		"a signal":    func(*device, func()) { syscall.Kill(os.Getpid(), syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			d.run(ctx, &echo{}, nil)
			d.shows("last: .", 1)
			end(d, stop)
			if err := d.ends(); err != nil {
				t.Errorf("it ends with %v", err)
			}
		})
	}
}

// TestTheTerminalIsLent lends it to a command. What is typed meanwhile is for the command
// alone, and the screen is drawn again in the size that the terminal has then.
func TestTheTerminalIsLent(t *testing.T) {
	d := newDevice(t)
	m := &echo{}
	m.keys = map[string]func() tea.Cmd{"e": func() tea.Cmd {
		c := exec.CommandContext(t.Context(), "sh", "-c", `stty rows 30; echo ready; read line; echo "it has $line"; exit 3`)
		return Lend(c, func(err error) tea.Msg { return err })
	}}
	d.run(t.Context(), m, nil)
	d.types("e")
	d.shows("ready", 1)
	d.types("jq\n")
	d.shows("it has jq", 1)
	d.shows("xit status 3.", 1) // of what was there before, "last: e" may be drawn first
	d.shows("\x1b[?1049h", 2)
	d.types("j")
	d.shows("j.", 1) // what differs is drawn alone
	d.types("q")
	if err := d.ends(); err != nil {
		t.Error(err)
	}
	if m.size.Height != 30 {
		t.Errorf("it was told of %v", m.size)
	}
}

// TestAnInterruptIsForWhoHasTheTerminal: ctrl+c that is typed for a command ends contexts
// and is a signal to the whole group. It does not end the program.
func TestAnInterruptIsForWhoHasTheTerminal(t *testing.T) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	inner, over := context.WithCancel(t.Context())
	o := &own{}
	o.lent.Store(true)
	ends := make(chan bool, 1)
	data.Go(func() { ends <- attend(gone, inner, nil, Terminal{own: o}, nil) }, func(error) {})
	over()
	if <-ends {
		t.Error("it ends the program")
	}
	for sig, want := range map[os.Signal]meaning{syscall.SIGINT: nothing, syscall.SIGQUIT: nothing, syscall.SIGCONT: nothing, syscall.SIGTERM: end, syscall.SIGHUP: end} {
		if got := o.meaning(sig); got != want {
			t.Errorf("%v means %v, want %v", sig, got, want)
		}
	}
	o.lent.Store(false)
	o.stopped.Store(true) // it stopped itself, and knows
	for _, want := range []meaning{nothing, repaint} {
		if got := o.meaning(syscall.SIGCONT); got != want {
			t.Errorf("%v means %v, want %v", syscall.SIGCONT, got, want)
		}
	}
	if !o.away() && o.meaning(syscall.SIGINT) != end {
		t.Error("an interrupt of the program itself does not end it")
	}
}

// TestNoKeyIsTakenAfterTheEnd types when the program is over: that is for the shell.
func TestNoKeyIsTakenAfterTheEnd(t *testing.T) {
	d := newDevice(t)
	d.run(t.Context(), &echo{}, nil)
	d.types("q")
	if err := d.ends(); err != nil {
		t.Fatal(err)
	}
	d.types("ls\n")
	b := make([]byte, 10)
	if n, err := d.tty.Read(b); err != nil || string(b[:n]) != "ls\n" {
		t.Errorf("the shell reads %q, %v", b[:n], err)
	}
}

// TestANewSizeIsTold changes the size of the terminal.
func TestANewSizeIsTold(t *testing.T) {
	d := newDevice(t)
	m := &echo{}
	d.run(t.Context(), m, nil)
	d.shows("last: .", 1)
	if err := pty.Setsize(d.tty, &pty.Winsize{Rows: 40, Cols: 90}); err != nil {
		t.Fatal(err)
	}
	syscall.Kill(os.Getpid(), syscall.SIGWINCH) // it is not the terminal of this process
	d.shows("last: .", 2)
	d.types("q")
	if err := d.ends(); err != nil {
		t.Error(err)
	}
	if m.size.Height != 40 || m.size.Width != 90 {
		t.Errorf("it was told of %v", m.size)
	}
}

// TestTheFirstFrameComesFirst: it is there before the program is asked for anything else.
func TestTheFirstFrameComesFirst(t *testing.T) {
	d := newDevice(t)
	m := &first{echo: echo{}, d: d}
	d.run(t.Context(), m, nil)
	d.types("q")
	if err := d.ends(); err != nil {
		t.Error(err)
	}
}

type first struct {
	echo
	d *device
}

func (f *first) Init() tea.Cmd {
	f.d.shows("last: .", 1)
	return nil
}
