package ui

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"warroom/data"
)

// framesPerSecond is how often the renderer looks for something new to draw, on
// a ticker that never stops. At 60 the first frame and each key are on the
// screen some 6 ms sooner than at 40, and an idle board costs half as much CPU
// again; at 30 it is the other way round.
const framesPerSecond = 40

// Run shows the board on the process's terminal until the person leaves, the
// terminal goes away, or ctx is done. The terminal is left as it was found.
func Run(ctx context.Context, cfg Config) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(ctx, cfg)
	l, err := m.read(place{}, nil) // so that the first frame is a full one
	if err != nil {
		return err
	}
	m.take(l)
	if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil {
		m.resize(w, h)
	}
	p := tea.NewProgram(m, options(ctx, cfg)...)
	stop := quitOn(p, syscall.SIGHUP, syscall.SIGTERM, os.Interrupt)
	defer stop()
	defer m.KeepDrafts()
	if _, err = p.Run(); err == nil || ctx.Err() != nil {
		return nil
	}
	return faulty(err)
}

// A FaultError says that a panic ended a board. Err says where the panic was, for the
// log, unless Bubble Tea has printed that.
type FaultError struct{ Err error }

// Error implements error, for the person at the board.
func (*FaultError) Error() string { return "the board failed; the incident file is unharmed" }

// Unwrap returns what is for the log.
func (e *FaultError) Unwrap() error { return e.Err }

// faulty makes a FaultError of Bubble Tea's error for a panic.
func faulty(err error) error {
	if errors.Is(err, tea.ErrProgramPanic) {
		return &FaultError{err}
	}
	return err
}

func options(ctx context.Context, cfg Config) []tea.ProgramOption {
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler(), tea.WithFilter(sensible)}
	if cfg.Env != nil {
		opts = append(opts, tea.WithEnvironment(cfg.Env))
	}
	if term.IsTerminal(os.Stdin.Fd()) { // else Bubble Tea looks for one
		opts = append(opts, tea.WithInput(keyboard(os.Stdin)))
	}
	if noColor(cfg.Env) {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	return opts
}

// The largest screen that is drawn. A terminal may claim to have 65,535 lines, and
// each cell of a screen takes some 200 bytes.
const mostWidth, mostHeight = 500, 200

// sensible keeps the size of the screen within limits: Bubble Tea makes room for
// each cell.
func sensible(_ tea.Model, msg tea.Msg) tea.Msg {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		return tea.WindowSizeMsg{Width: min(size.Width, mostWidth), Height: min(size.Height, mostHeight)}
	}
	return msg
}

// noColor reports whether NO_COLOR is set to anything: https://no-color.org.
func noColor(env []string) bool {
	for _, v := range env {
		if value, ok := strings.CutPrefix(v, "NO_COLOR="); ok && value != "" {
			return true
		}
	}
	return false
}

// quitOn ends the program in order when one of the signals arrives.
func quitOn(p *tea.Program, signals ...os.Signal) (stop func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, signals...)
	done := make(chan struct{})
	data.Go(func() {
		select {
		case <-ch:
			p.Quit()
		case <-done:
		}
	}, func(error) {})
	return func() { signal.Stop(ch); close(done) }
}
