// Package termtest has a terminal for tests: it keeps what a person would see.
package termtest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A cell is what is in one place.
type cell struct{ text, ink string }

// A Grid is the screen of a terminal, so far as package term uses one.
type Grid struct {
	W, H  int
	X, Y  int             // where the cursor is
	Modes map[string]bool // private ones that are on
	Title string
	Sent  int // how many bytes have come

	t           testing.TB
	cells       []cell
	ink         string
	top, bottom int // the lines that are moved
}

// New returns a terminal of w by h cells. What it is sent wrongly fails the test.
func New(t testing.TB, w, h int) *Grid {
	g := &Grid{t: t, Modes: map[string]bool{"25": true}}
	g.Resize(w, h)
	return g
}

// Resize leaves nothing on the screen as it was.
func (g *Grid) Resize(w, h int) {
	g.W, g.H, g.top, g.bottom, g.cells = w, h, 0, h, make([]cell, w*h)
	for i := range g.cells {
		g.cells[i] = cell{text: "?"}
	}
}

// Write implements io.Writer for the program that uses the terminal.
func (g *Grid) Write(b []byte) (int, error) {
	g.t.Helper()
	g.Sent += len(b)
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

func (g *Grid) put(s string, width int) {
	if g.X+width > g.W || g.Y >= g.H {
		g.t.Errorf("%q is written at %d, %d", s, g.X, g.Y)
		return
	}
	for i := range width {
		g.spoil(g.X + i)
	}
	line := g.cells[g.Y*g.W : (g.Y+1)*g.W]
	line[g.X] = cell{s, g.ink}
	for i := 1; i < width; i++ {
		line[g.X+i] = cell{"", g.ink}
	}
	g.X += width
}

// spoil takes the other half of a wide letter away.
func (g *Grid) spoil(x int) {
	line := g.cells[g.Y*g.W : (g.Y+1)*g.W]
	if line[x].text == "" && x > 0 {
		line[x-1] = cell{" ", line[x-1].ink}
	}
	if x+1 < g.W && line[x+1].text == "" {
		line[x+1] = cell{" ", line[x+1].ink}
	}
}

func (g *Grid) control(seq string, p *ansi.Parser) {
	g.t.Helper()
	param := func(i, or int) int { n, _ := p.Param(i, or); return max(n, 1) }
	if strings.HasPrefix(seq, "\x1b]") {
		if text, ok := strings.CutPrefix(seq, "\x1b]2;"); ok {
			g.Title = strings.TrimSuffix(text, "\x07")
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
		g.Y, g.X = param(0, 1)-1, param(1, 1)-1
	case last == 'C':
		g.X += param(0, 1)
	case last == 'J' && body == "2":
		g.Y, g.X = 0, 0 // not so, but to rely on the place would be wrong
		for i := range g.cells {
			g.cells[i] = cell{" ", g.ink}
		}
	case last == 'K' && body == "":
		for x := g.X; x < g.W; x++ {
			g.spoil(x)
			g.cells[g.Y*g.W+x] = cell{" ", g.ink}
		}
	case last == 'r':
		g.top, g.bottom, g.X, g.Y = param(0, 1)-1, g.H, 0, 0
		if n, _ := p.Param(1, 0); n > 0 {
			g.bottom = n
		}
	case last == 'M':
		g.shift(param(0, 1))
	case last == 'L':
		g.shift(-param(0, 1))
	case body != "" && body[0] == '?' && (last == 'h' || last == 'l'):
		for mode := range strings.SplitSeq(body[1:], ";") {
			g.Modes[mode] = last == 'h'
		}
	default:
		g.t.Errorf("the terminal is sent %q", seq)
	}
}

// shift moves the lines from the cursor's to the last one that is moved up by n, or down.
func (g *Grid) shift(n int) {
	g.t.Helper()
	if g.Y < g.top || g.Y >= g.bottom {
		g.t.Errorf("lines are moved at %d, outside of %d to %d", g.Y, g.top, g.bottom)
		return
	}
	part := g.cells[g.Y*g.W : g.bottom*g.W]
	by := min(max(n, -n)*g.W, len(part))
	blank := part[:by]
	if n > 0 {
		copy(part, part[by:])
		blank = part[len(part)-by:]
	} else {
		copy(part[by:], part)
	}
	for i := range blank {
		blank[i] = cell{" ", g.ink}
	}
	g.X = 0
}

// Paints compares what the terminal shows with a text that is written on one that
// is empty.
func (g *Grid) Paints(text string) {
	g.t.Helper()
	want := New(g.t, g.W, g.H)
	io.WriteString(want, "\x1b[2J")
	for y, line := range strings.Split(text, "\n") {
		if y < g.H {
			fmt.Fprintf(want, "\x1b[m\x1b[%d;1H%s", y+1, line)
		}
	}
	for i := range want.cells {
		if got := g.cells[i]; got != want.cells[i] {
			g.t.Fatalf("at %d, %d stands %q, not %q, of\n%q", i%g.W, i/g.W, got, want.cells[i], strings.Split(text, "\n")[i/g.W])
		}
	}
}
