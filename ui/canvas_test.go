package ui

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// A grid is a terminal, so far as the canvas uses one.
type grid struct {
	t     *testing.T
	w, h  int
	cells []cell
	x, y  int
	ink   string
	modes map[string]bool // private ones that are on
	title string
	sent  int
}

func newGrid(t *testing.T, w, h int) *grid {
	g := &grid{t: t, modes: map[string]bool{"25": true}}
	g.resize(w, h)
	return g
}

// resize leaves nothing on the screen as it was.
func (g *grid) resize(w, h int) {
	g.w, g.h, g.cells = w, h, make([]cell, w*h)
	for i := range g.cells {
		g.cells[i] = cell{text: "?"}
	}
}

func (g *grid) Write(b []byte) (int, error) {
	g.t.Helper()
	g.sent += len(b)
	var state byte
	p := ansi.NewParser()
	for rest := string(b); len(rest) > 0; {
		if rest[0] >= ' ' {
			letter, width := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			g.put(letter, width)
			rest = rest[len(letter):]
			continue
		}
		seq, _, n, next := ansi.DecodeSequence(rest, state, p)
		rest, state = rest[n:], next
		g.control(seq, p)
	}
	return len(b), nil
}

func (g *grid) put(s string, width int) {
	if g.x+width > g.w || g.y >= g.h {
		g.t.Errorf("%q is written at %d, %d", s, g.x, g.y)
		return
	}
	for i := range width {
		g.spoil(g.x + i)
	}
	line := g.cells[g.y*g.w : (g.y+1)*g.w]
	line[g.x] = cell{s, g.ink}
	for i := 1; i < width; i++ {
		line[g.x+i] = cell{"", g.ink}
	}
	g.x += width
}

// spoil takes the other half of a wide letter away.
func (g *grid) spoil(x int) {
	line := g.cells[g.y*g.w : (g.y+1)*g.w]
	if line[x].text == "" && x > 0 {
		line[x-1] = cell{" ", line[x-1].ink}
	}
	if x+1 < g.w && line[x+1].text == "" {
		line[x+1] = cell{" ", line[x+1].ink}
	}
}

func (g *grid) control(seq string, p *ansi.Parser) {
	g.t.Helper()
	param := func(i, or int) int { n, _ := p.Param(i, or); return max(n, 1) }
	if strings.HasPrefix(seq, "\x1b]") {
		if text, ok := strings.CutPrefix(seq, "\x1b]2;"); ok {
			g.title = strings.TrimSuffix(text, "\x07")
		}
		return
	}
	if !strings.HasPrefix(seq, "\x1b[") {
		g.t.Errorf("the terminal is sent %q", seq)
		return
	}
	body := seq[2 : len(seq)-1]
	switch last := seq[len(seq)-1]; {
	case strings.ContainsAny(body, "><$"): // keys, and questions
	case last == 'm' && (body == "" || body == "0"):
		g.ink = ""
	case last == 'm':
		g.ink += seq
	case last == 'H':
		g.y, g.x = param(0, 1)-1, param(1, 1)-1
	case last == 'C':
		g.x += param(0, 1)
	case last == 'J' && body == "2":
		g.y, g.x = 0, 0 // not so, but to rely on the place would be wrong
		for i := range g.cells {
			g.cells[i] = cell{" ", g.ink}
		}
	case last == 'K' && body == "":
		for x := g.x; x < g.w; x++ {
			g.spoil(x)
			g.cells[g.y*g.w+x] = cell{" ", g.ink}
		}
	case body != "" && body[0] == '?' && (last == 'h' || last == 'l'):
		for mode := range strings.SplitSeq(body[1:], ";") {
			g.modes[mode] = last == 'h'
		}
	default:
		g.t.Errorf("the terminal is sent %q", seq)
	}
}

// paints compares what the terminal shows with a text that is written on one that
// is empty.
func (g *grid) paints(text string) {
	g.t.Helper()
	want := newGrid(g.t, g.w, g.h)
	io.WriteString(want, "\x1b[2J")
	for y, line := range strings.Split(text, "\n") {
		if y < g.h {
			fmt.Fprintf(want, "\x1b[m\x1b[%d;1H%s", y+1, line)
		}
	}
	for i := range want.cells {
		if got := g.cells[i]; got != want.cells[i] {
			g.t.Fatalf("at %d, %d stands %q, not %q, of\n%q", i%g.w, i/g.w, got, want.cells[i], strings.Split(text, "\n")[i/g.w])
		}
	}
}

// still is a canvas that sends nothing by itself.
func still(profile colorprofile.Profile) *canvas {
	c := &canvas{profile: profile, inks: map[string]string{}}
	c.pen.inks = c.ink
	return c
}

// onto draws a frame and sends it.
func (c *canvas) onto(g *grid, f frame) int {
	g.t.Helper()
	c.draw(f)
	n, _ := g.Write(c.pen.out)
	c.pen.out = c.pen.out[:0]
	return n
}

// Whatever a person does on a board of whatever size, the terminal shows what the
// board says.
func TestTheCanvasShowsWhatTheBoardSays(t *testing.T) {
	s := newScreen(t, "exercise", 120, 40)
	p := &painted{Model: s.m, on: newCanvas(io.Discard, colorprofile.TrueColor)}
	defer p.on.close(time.Second)
	c, g := still(colorprofile.TrueColor), newGrid(t, 120, 40)
	io.WriteString(g, seize)
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		did := walk(s, rnd)
		if s.left {
			t.Fatal("the board has ended")
		}
		w, h := max(s.m.width, 1), max(s.m.height, 1)
		if w != g.w || h != g.h {
			g.resize(w, h)
		}
		p.View()
		f := p.on.next
		c.onto(g, f)
		if g.paints(f.text); t.Failed() {
			t.Fatalf("after %s", did)
		}
		if g.modes["25"] != f.pointed || f.pointed && (g.x != f.cursor.X || g.y != f.cursor.Y) || g.title != f.title {
			t.Fatalf("after %s the cursor is at %d, %d (%v), and not at %v (%v); the title is %q", did, g.x, g.y, g.modes["25"], f.cursor, f.pointed, g.title)
		}
		if n := c.onto(g, f); n != 0 {
			t.Fatalf("the same again sends %d bytes", n)
		}
	}
}

// So it is with lines that no board has: wide letters where narrow ones were, and
// paint within paint.
func TestTheCanvasShowsAnyLines(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	pieces := []string{" ", "  ", "     ", "a", "b", "word", "─", "日", "本語", "é", "e\u0301", "👍", "👩‍👩‍👧", "\x1b[1m", "\x1b[38;2;1;2;3m", "\x1b[m", "\x1b[7m \x1b[m", "\x1b[m"}
	line := func() string {
		var b strings.Builder
		for range rnd.IntN(12) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		return ansi.Truncate(b.String(), 20, "") + "\x1b[m"
	}
	c, g := still(colorprofile.TrueColor), newGrid(t, 20, 3)
	for i := range 4000 {
		f := frame{text: line() + "\n" + line() + "\n" + line(), width: 20, height: 3, together: i%2 == 0, anew: i / 500}
		c.onto(g, f)
		g.paints(f.text)
	}
}

func TestWhatTheCanvasSends(t *testing.T) {
	s := newScreen(t, "exercise", 120, 40)
	c, g := still(colorprofile.ANSI256), newGrid(t, 120, 40)
	f := func() frame { return frame{text: s.m.View().Content, width: 120, height: 40, anew: 1} }
	c.draw(f())
	if all := string(c.pen.out); !strings.Contains(all, "38;5;") || strings.Contains(all, "38;2;1") {
		t.Errorf("256 colours are shown as %q", all)
	}
	c.pen.out = c.pen.out[:0]
	s.press("j")
	if n := c.onto(g, f()); n == 0 || n > 80 {
		t.Errorf("a cursor that moves on sends %d bytes", n)
	}
	s.records("ben", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "something"}})
	s.refresh()
	if n := c.onto(g, f()); n == 0 || n > 1500 {
		t.Errorf("a note sends %d bytes", n)
	}
	c = still(colorprofile.ASCII)
	c.draw(f())
	if all := string(c.pen.out); strings.Contains(all, "38;2;1") || strings.Contains(all, "38;5;") || !strings.Contains(all, "\x1b[1m") {
		t.Errorf("no colours are shown as %q", all)
	}
}

// A slow terminal takes nothing, until it is told to.
type slow struct {
	mu     sync.Mutex
	writes []string
	takes  chan bool
	begun  chan struct{}
}

func (s *slow) Write(b []byte) (int, error) {
	s.mu.Lock()
	s.writes = append(s.writes, string(b))
	s.mu.Unlock()
	s.begun <- struct{}{}
	if !<-s.takes {
		return 0, errors.New("the line is gone")
	}
	return len(b), nil
}

func TestASlowTerminalIsShownWhatIsSoNow(t *testing.T) {
	s := &slow{takes: make(chan bool, 8), begun: make(chan struct{}, 8)}
	c := newCanvas(s, colorprofile.TrueColor)
	c.show(frame{text: "the first", width: 20, height: 2, mouse: true, focus: true, title: "x"})
	<-s.begun
	for i := range 1000 { // none of which waits
		c.show(frame{text: fmt.Sprintf("number %d", i), width: 20, height: 2, mouse: true, focus: true, title: "x"})
	}
	s.takes <- true
	<-s.begun
	s.takes <- true
	s.takes <- true
	c.close(patient)
	g := newGrid(t, 20, 2)
	for _, w := range s.writes {
		io.WriteString(g, w)
	}
	if n := len(s.writes); n > 3 || !strings.Contains(s.writes[1], "999") {
		t.Errorf("it is sent %d parts: %q", n, s.writes)
	}
	for mode, on := range g.modes {
		if on != (mode == "25") {
			t.Errorf("mode %s is left as %v", mode, on)
		}
	}
	if g.title != "" {
		t.Errorf("the title is left as %q", g.title)
	}
}

// patient is how long these tests wait for what must happen.
const patient = 20 * time.Second

func TestATerminalThatIsGoneHoldsUpNobody(t *testing.T) {
	s := &slow{takes: make(chan bool, 8), begun: make(chan struct{}, 8)}
	c := newCanvas(s, colorprofile.TrueColor)
	c.show(frame{text: "x", width: 20, height: 2})
	<-s.begun
	c.close(time.Millisecond) // it does not wait for one that takes nothing
	s.takes <- false
	<-c.done
	c.show(frame{text: "y", width: 20, height: 2})
	c.Write([]byte("\a"))
	c.close(patient)
}

// What Bubble Tea itself has for the terminal is sent too, before the next frame.
func TestTheBellRingsOnACanvas(t *testing.T) {
	s := &slow{takes: make(chan bool, 8), begun: make(chan struct{}, 8)}
	c := newCanvas(s, colorprofile.TrueColor)
	s.takes <- true
	s.takes <- true
	io.WriteString(c, "\a")
	<-s.begun
	c.close(patient)
	if !strings.Contains(strings.Join(s.writes, ""), "\a") {
		t.Errorf("it is sent %q", s.writes)
	}
}

// A terminal that can show a frame as a whole is asked to, and one that is given
// its size again is shown all again.
func TestWhatTheTerminalSaysOfItself(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	p := &painted{Model: s.m, on: newCanvas(io.Discard, colorprofile.TrueColor)}
	defer p.on.close(patient)
	p.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	p.View()
	before := p.on.next
	p.Update(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
	p.View()
	if f := p.on.next; !f.together || f.anew != before.anew {
		t.Errorf("after the answer the frame is %v", f)
	}
	p.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	p.View()
	if f := p.on.next; f.anew == before.anew {
		t.Error("it is not shown all again")
	}
}
