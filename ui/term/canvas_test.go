package term

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"warroom/ui/term/termtest"
)

// still is a canvas that sends nothing by itself.
func still(profile colorprofile.Profile) *canvas {
	c := &canvas{profile: profile, inks: map[string]string{}}
	c.pen.inks = c.ink
	return c
}

// onto draws a frame and sends it.
func (c *canvas) onto(g *termtest.Grid, f frame) int {
	c.draw(f)
	n, _ := g.Write(c.pen.out)
	c.pen.out = c.pen.out[:0]
	return n
}

// The terminal shows what the lines say: wide letters where narrow ones were, and paint
// within paint.
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
	c, g := still(colorprofile.TrueColor), termtest.New(t, 20, 3)
	for i := range 4000 {
		f := frame{text: line() + "\n" + line() + "\n" + line(), width: 20, height: 3, together: i%2 == 0, anew: i / 500}
		c.onto(g, f)
		g.Paints(f.text)
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
	c := newCanvas(s, colorprofile.TrueColor, func(err error) { t.Error(err) })
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
	g := termtest.New(t, 20, 2)
	for _, w := range s.writes {
		io.WriteString(g, w)
	}
	if n := len(s.writes); n > 3 || !strings.Contains(s.writes[1], "999") {
		t.Errorf("it is sent %d parts: %q", n, s.writes)
	}
	for mode, on := range g.Modes {
		if on != (mode == "25") {
			t.Errorf("mode %s is left as %v", mode, on)
		}
	}
	if g.Title != "" {
		t.Errorf("the title is left as %q", g.Title)
	}
}

// patient is how long these tests wait for what must happen.
const patient = 20 * time.Second

func TestATerminalThatIsGoneHoldsUpNobody(t *testing.T) {
	s := &slow{takes: make(chan bool, 8), begun: make(chan struct{}, 8)}
	c := newCanvas(s, colorprofile.TrueColor, func(err error) { t.Error(err) })
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
	c := newCanvas(s, colorprofile.TrueColor, func(err error) { t.Error(err) })
	s.takes <- true
	s.takes <- true
	io.WriteString(c, "\a")
	<-s.begun
	c.close(patient)
	if !strings.Contains(strings.Join(s.writes, ""), "\a") {
		t.Errorf("it is sent %q", s.writes)
	}
}
