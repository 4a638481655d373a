//go:build unix

package ui

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/term"
)

// A far terminal is one at the other end of a network.
type far struct {
	t    *testing.T
	keys *io.PipeWriter
	mu   sync.Mutex
	seen strings.Builder
	wake chan struct{}
}

func (f *far) Write(p []byte) (int, error) {
	f.mu.Lock()
	f.seen.Write(p)
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
	return len(p), nil
}

// shows waits until a text was drawn.
func (f *far) shows(text string) { f.t.Helper(); f.counts(text, 1) }

// counts waits until a text was drawn some times.
func (f *far) counts(text string, n int) {
	f.t.Helper()
	late := time.After(20 * time.Second)
	for {
		f.mu.Lock()
		all := ansi.Strip(f.seen.String())
		f.mu.Unlock()
		if strings.Count(all, text) >= n {
			return
		}
		select {
		case <-f.wake:
		case <-late:
			f.t.Fatalf("it does not show %q %d times:\n%s", text, n, all)
		}
	}
}

// farBoard runs a board on a far terminal.
func farBoard(t *testing.T, change func(*Config)) (f *far, sizes chan term.Size, notes chan string, cancel context.CancelFunc, done chan error) {
	t.Helper()
	s := newScreen(t, "toyota-2024", 80, 24)
	cfg := Config{Source: s.store, Actor: "ana", Role: data.Lead, Now: s.clock, Env: []string{"TERM=xterm-256color"}}
	if change != nil {
		change(&cfg)
	}
	in, keys := io.Pipe()
	f = &far{t: t, keys: keys, wake: make(chan struct{}, 1)}
	sizes, notes, done = make(chan term.Size), make(chan string, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	data.Go(func() {
		done <- RunOn(ctx, cfg, term.Terminal{In: in, Out: f, Size: term.Size{Width: 100_000, Height: 100_000}, Sizes: sizes, Notes: notes})
	}, func(err error) { done <- err })
	f.shows("PEOPLE ")
	return f, sizes, notes, cancel, done
}

func ends(t *testing.T, done chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the board does not end")
		return nil
	}
}

func TestABoardElsewhere(t *testing.T) {
	f, sizes, notes, _, done := farBoard(t, nil)
	sizes <- term.Size{Width: 0, Height: 0}
	sizes <- term.Size{Width: 80, Height: 24}
	notes <- "the session ends in 1 minute"
	f.shows("the session ends in 1 minute")
	f.keys.Write([]byte("?"))
	f.shows("One incident, live")
	f.keys.Write([]byte("q"))
	f.keys.Write([]byte("q"))
	if err := ends(t, done); err != nil {
		t.Error(err)
	}
	if f.mu.Lock(); !strings.Contains(f.seen.String(), "\x1b[?1049l") {
		t.Error("the alternate screen is left on")
	}
	f.mu.Unlock()
}

// A board on a server has no shell to go back to, and says so. It draws itself again when
// it is asked to, also while somebody types.
func TestABoardElsewhereIsNotSuspended(t *testing.T) {
	f, _, _, _, done := farBoard(t, nil)
	f.keys.Write([]byte("\x1a"))
	f.shows("not suspended: this board runs on a server")
	f.keys.Write([]byte("/"))
	f.shows("filter:")
	f.keys.Write([]byte(bracket("half") + "\x0c"))
	f.shows("half")
	f.counts("PEOPLE ", 2)
	f.keys.Write([]byte("\x0c"))
	f.counts("PEOPLE ", 3)
	f.keys.Write([]byte("\x03"))
	if err := ends(t, done); err != nil {
		t.Error(err)
	}
}

func TestABoardElsewhereEndsWithItsLineOrItsServer(t *testing.T) {
	f, _, _, _, done := farBoard(t, nil)
	f.keys.Close()
	if err := ends(t, done); err != nil {
		t.Error(err)
	}
	f, _, _, cancel, done := farBoard(t, nil)
	cancel()
	if err := ends(t, done); err != nil {
		t.Error(err)
	}
	if f.mu.Lock(); !strings.Contains(f.seen.String(), "\x1b[?1049l") {
		t.Error("the alternate screen is left on")
	}
	f.mu.Unlock()
}

// A board that fails ends alone, and what was typed is kept.
func TestABoardElsewhereThatFailsKeepsItsDraft(t *testing.T) {
	var mu sync.Mutex
	kept, fails := "", false
	f, _, _, _, done := farBoard(t, func(cfg *Config) {
		now := cfg.Now
		cfg.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			if fails {
				panic("a fault")
			}
			return now()
		}
		cfg.Writer = Writer{NewID: func() string { return "id" }, Record: func(context.Context, []Act) ([]data.Event, error) { return nil, errors.New("no") }}
		cfg.Drafts = Drafts{Keep: func(d Draft) error {
			mu.Lock()
			defer mu.Unlock()
			for _, text := range d.Text {
				kept += text
			}
			return nil
		}}
	})
	f.keys.Write([]byte("n"))
	f.keys.Write([]byte(bracket("half"))) // at once: keys may be drawn one by one
	f.shows("half")
	mu.Lock()
	fails = true
	mu.Unlock()
	f.keys.Write([]byte("x")) // its time is asked for
	fault := (*FaultError)(nil)
	if err := ends(t, done); !errors.As(err, &fault) || !strings.Contains(fault.Err.Error(), "panic: a fault") {
		t.Errorf("it ends with %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(kept, "half") {
		t.Errorf("what was typed is lost: %q", kept)
	}
}

// runs returns how many goroutines have a function on their stack.
func runs(name string) (n int) {
	all := make([]byte, 16<<20)
	all = all[:runtime.Stack(all, true)]
	for _, one := range strings.Split(string(all), "\n\n") {
		if strings.Contains(one, name) {
			n++
		}
	}
	return n
}

// What a board needed ends with it, whatever is typed at its end: a server has
// thousands of them in a day.
func TestABoardElsewhereLeavesNothingBehind(t *testing.T) {
	parts := []string{"bubbletea", "ultraviolet", "term.newStream", "term.attend", "term.(*canvas)", "(*Model).tick"}
	before := make([]int, len(parts))
	for i, part := range parts {
		before[i] = runs(part)
	}
	f, _, _, _, done := farBoard(t, nil)
	f.keys.Write([]byte(strings.Repeat("q", 1000))) // the first one ends it
	if err := ends(t, done); err != nil {
		t.Error(err)
	}
	f.keys.Write([]byte("one more")) // before the connection is closed
	late := time.Now().Add(10 * time.Second)
	for i, part := range parts {
		for runs(part) > before[i] && time.Now().Before(late) {
			runtime.Gosched()
		}
		if n := runs(part) - before[i]; n > 0 {
			t.Errorf("%d goroutines in %s are left", n, part)
		}
	}
}
