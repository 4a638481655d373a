package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/term"
	"warroom/ui/term/termtest"
)

// A player shows the screens of a board on a terminal, one after another. Each has a
// title of its own, by which the test knows that it is there.
type player struct {
	t     *testing.T
	grid  *termtest.Grid
	next  chan string
	views chan tea.View
	sizes chan term.Size

	mu    sync.Mutex
	got   bytes.Buffer
	came  chan struct{}
	shown tea.View
	n     int
}

func (p *player) Init() tea.Cmd { return nil }

func (p *player) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(term.NoteMsg); ok {
		p.shown = <-p.views
	}
	return p, nil
}

func (p *player) View() tea.View { return p.shown }

func (p *player) Write(b []byte) (int, error) {
	p.mu.Lock()
	p.got.Write(b)
	p.mu.Unlock()
	select {
	case p.came <- struct{}{}:
	default:
	}
	return len(b), nil
}

// play runs a player on a terminal of this size.
func play(t *testing.T, w, h int, env ...string) *player {
	t.Helper()
	p := &player{t: t, grid: termtest.New(t, w, h), next: make(chan string), views: make(chan tea.View, 1), sizes: make(chan term.Size), came: make(chan struct{}, 1), shown: tea.NewView("")}
	in, keys := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	data.Go(func() {
		done <- term.Run(ctx, p, term.Terminal{In: in, Out: p, Env: env, Size: term.Size{Width: w, Height: h}, Sizes: p.sizes, Notes: p.next})
	}, func(err error) { done <- err })
	t.Cleanup(func() {
		stop()
		if err := ends(t, done); err != nil {
			t.Error(err)
		}
		keys.Close()
	})
	return p
}

// show shows a view, and returns what was sent for it when it is on the terminal.
func (p *player) show(v tea.View) string {
	p.t.Helper()
	p.n++
	v.WindowTitle = fmt.Sprint("screen ", p.n)
	p.views <- v
	p.next <- ""
	sent := ""
	late := time.After(20 * time.Second)
	for p.grid.Title != v.WindowTitle {
		select {
		case <-p.came:
		case <-late:
			p.t.Fatalf("the terminal does not show %q", v.WindowTitle)
		}
		p.mu.Lock()
		all := p.got.String()
		p.got.Reset()
		p.mu.Unlock()
		sent += all
		io.WriteString(p.grid, all)
	}
	return strings.Replace(sent, ansi.SetWindowTitle(v.WindowTitle), "", 1)
}

// Whatever a person does on a board of whatever size, the terminal shows what the
// board says.
func TestTheTerminalShowsWhatTheBoardSays(t *testing.T) {
	s := newScreen(t, "exercise", 120, 40)
	p := play(t, 120, 40, "TERM=xterm-256color", "COLORTERM=truecolor")
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		did := walk(s, rnd)
		if s.left {
			t.Fatal("the board has ended")
		}
		if w, h := max(s.m.width, 1), max(s.m.height, 1); w != p.grid.W || h != p.grid.H {
			p.sizes <- term.Size{Width: w, Height: h}
			p.grid.Resize(w, h)
		}
		v := s.m.View()
		p.show(v)
		if p.grid.Paints(v.Content); t.Failed() {
			t.Fatalf("after %s", did)
		}
		c := v.Cursor
		if p.grid.Modes["25"] != (c != nil) || c != nil && (p.grid.X != c.X || p.grid.Y != c.Y) {
			t.Fatalf("after %s the cursor is at %d, %d (%v), and not at %v", did, p.grid.X, p.grid.Y, p.grid.Modes["25"], c)
		}
	}
}

func TestWhatABoardSends(t *testing.T) {
	s := newScreen(t, "exercise", 160, 48)
	p := play(t, 160, 48, "TERM=xterm-256color")
	if all := p.show(s.m.View()); !strings.Contains(all, "38;5;") || strings.Contains(all, "38;2;1") {
		t.Errorf("256 colours are shown as %q", all)
	}
	s.press("j")
	if all := p.show(s.m.View()); len(all) == 0 || len(all) > 49 {
		t.Errorf("a cursor that moves on sends %d bytes: %q", len(all), all)
	}
	s.records("ben", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "something"}})
	s.refresh()
	if all := p.show(s.m.View()); len(all) == 0 || len(all) > 1500 {
		t.Errorf("a note sends %d bytes", len(all))
	}
	for _, env := range []string{"NO_COLOR=1", "TERM=xterm"} {
		p = play(t, 160, 48, "TERM=xterm-256color", env)
		if all := p.show(s.m.View()); strings.Contains(all, "38;2;1") || strings.Contains(all, "38;5;") || !strings.Contains(all, "\x1b[1m") {
			t.Errorf("%s: it is shown as %q", env, all)
		}
	}
}

// BenchmarkKeyToBytes measures from a key to the bytes that it sends.
func BenchmarkKeyToBytes(b *testing.B) {
	s := newScreen(b, "exercise", 160, 48)
	in, keys := io.Pipe()
	p := &player{came: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	data.Go(func() {
		done <- term.Run(ctx, s.m, term.Terminal{In: in, Out: p, Env: []string{"TERM=xterm-256color"}, Size: term.Size{Width: 160, Height: 48}})
	}, func(err error) { done <- err })
	<-p.came
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		<-time.After(50 * time.Millisecond) // a person types no faster, and frames have a pace
		select {
		case <-p.came:
		default:
		}
		b.StartTimer()
		io.WriteString(keys, "jk"[i%2:i%2+1])
		<-p.came
	}
	b.StopTimer()
	stop()
	<-done
}

// A list as wide as the screen scrolls by a line for few bytes.
func TestAListScrollsByALine(t *testing.T) {
	s := newScreen(t, "exercise", 100, 24)
	p := play(t, 100, 24, "TERM=xterm-256color", "COLORTERM=truecolor")
	s.press("z")
	p.show(s.m.View())
	scrolled := 0
	for range 25 {
		s.press("j")
		v := s.m.View()
		all := p.show(v)
		p.grid.Paints(v.Content)
		if strings.Contains(all, "\x1b[M") {
			scrolled++
		}
		if len(all) > 200 { // where tig sends 1,816
			t.Errorf("a line that scrolls in sends %d bytes: %q", len(all), all)
		}
	}
	if scrolled < 5 {
		t.Errorf("it scrolled %d times", scrolled)
	}
}
