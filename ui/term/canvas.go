package term

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// frameEvery is the least time between two frames: what changes faster is shown
// together.
const frameEvery = time.Second / 60

// A canvas is the screen of a terminal. It keeps the last frame as text, takes the
// next one to pieces only where lines differ, and sends it at once: it has no ticker,
// and sleeps while nothing changes. Bubble Tea's renderer keeps two grids of cells,
// 1.4 MB at 120×40, and looks for something new on a ticker that never stops.
//
// It holds one frame that is not sent yet, and a newer one replaces it: a terminal
// that reads slowly holds up nobody, and is then shown what is so now.
type canvas struct {
	out     io.Writer
	profile colorprofile.Profile

	mu    sync.Mutex
	next  frame
	other []byte // what else is for the terminal, such as the bell
	lent  bool   // somebody else has the terminal, or gets it
	renew bool   // what the terminal was told may be lost
	over  bool
	gone  chan struct{} // closed when the terminal is left; nil if nobody waits for that
	wake  chan struct{} // holds one value
	done  chan struct{} // closed when all is sent, or nothing can be

	// What the goroutine that sends knows.
	held  bool // the terminal is taken over
	pen   pen
	shown frame
	was   []cell // scratch
	is    []cell
	lines [2][]string // scratch
	inks  map[string]string
}

// A frame is what the terminal is to show.
type frame struct {
	text          string
	title         string
	width, height int
	cursor        tea.Position // where it is, if it is shown
	pointed       bool         // it is
	mouse, focus  bool
	together      bool // the terminal can show a frame as a whole
	anew          int  // another number: the terminal may show anything now
}

// The terminal is taken over, and asked for what it can do; and given back.
const (
	seize = ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.SetModeBracketedPaste +
		ansi.SetModifyOtherKeys2 + "\x1b[>1u" + ansi.RequestModeSynchronizedOutput + ansi.RequestBackgroundColor
	giveBack = ansi.ResetStyle + ansi.ResetModifyOtherKeys + "\x1b[<1u" + ansi.ResetModeBracketedPaste +
		ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable
	mouseOn  = ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	mouseOff = ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseExtSgr
)

// newCanvas returns the screen of a terminal. It must be closed. A panic while it draws
// is handed to fell.
func newCanvas(out io.Writer, profile colorprofile.Profile, fell func(error)) *canvas {
	c := &canvas{out: out, profile: profile, wake: make(chan struct{}, 1), done: make(chan struct{}), inks: map[string]string{}}
	c.pen.inks = c.ink
	data.Go(func() {
		defer close(c.done)
		if err := data.Try(c.send); err != nil {
			io.WriteString(c.out, ansi.ResetModeSynchronizedOutput+ansi.SetTopBottomMargins(0, 0)+mouseOff+ansi.ResetModeFocusEvent+ansi.SetWindowTitle("")+giveBack)
			fell(err)
		}
	}, fell)
	return c
}

// show has a frame sent.
func (c *canvas) show(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != f {
		c.next = f
		c.rouse()
	}
}

// Write implements io.Writer for what is no part of a frame. It is sent before the
// next frame.
func (c *canvas) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.other = append(c.other, b...)
	c.rouse()
	return len(b), nil
}

func (c *canvas) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// leave gives the terminal back until [canvas.enter], if it takes that within some
// time.
func (c *canvas) leave(within time.Duration) {
	gone := make(chan struct{})
	c.mu.Lock()
	c.lent, c.gone = true, gone
	c.rouse()
	c.mu.Unlock()
	c.wait(gone, within)
}

// enter takes the terminal over again and draws all of it.
func (c *canvas) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lent, c.renew = false, true
	c.rouse()
}

// close gives the terminal back, if it takes that within some time.
func (c *canvas) close(within time.Duration) {
	c.mu.Lock()
	c.over = true
	c.rouse()
	c.mu.Unlock()
	c.wait(c.done, within)
}

// wait waits until ch is closed, nothing can be sent any more, or it is late.
func (c *canvas) wait(ch <-chan struct{}, within time.Duration) {
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-ch:
	case <-c.done:
	case <-late.C:
	}
}

// send sends frames until the canvas is closed or its terminal is gone.
func (c *canvas) send() {
	pace := time.NewTimer(0)
	defer pace.Stop()
	for {
		<-c.wake
		<-pace.C
		over, gone := c.turn()
		if len(c.pen.out) > 0 {
			if _, err := c.out.Write(c.pen.out); err != nil {
				return
			}
		}
		if gone != nil {
			close(gone)
		}
		if over {
			return
		}
		c.pen.out = c.pen.out[:0]
		if cap(c.pen.out) > most {
			c.pen.out = nil
		}
		pace.Reset(frameEvery)
	}
}

// turn writes what is to be sent now. It reports whether that is the last, and who
// waits for it.
func (c *canvas) turn() (over bool, gone chan struct{}) {
	c.mu.Lock()
	f, other, renew, over, away := c.next, c.other, c.renew, c.over, c.lent || c.over
	gone, c.gone, c.renew = c.gone, nil, false
	if over || !away { // else it waits until the terminal is back
		c.other = nil
	} else {
		other = nil
	}
	c.mu.Unlock()
	if c.held && (away || renew) {
		c.pen.out = append(c.pen.out, other...)
		c.yield()
		other = nil
	}
	if !away && !c.held {
		c.pen.out = append(c.pen.out, seize...)
		c.held, c.shown = true, frame{}
	}
	c.pen.out = append(c.pen.out, other...)
	if !away {
		c.draw(f)
	}
	return over, gone
}

// most is how many bytes are kept to write the next frame to.
const most = 4 << 10

// draw writes what differs from the frame that is shown.
func (c *canvas) draw(f frame) {
	was, begin := c.shown, len(c.pen.out)
	if f == was {
		return
	}
	if f.title != was.title {
		c.pen.out = append(c.pen.out, ansi.SetWindowTitle(f.title)...)
	}
	c.mode(f.mouse, was.mouse, mouseOn, mouseOff)
	c.mode(f.focus, was.focus, ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent)
	wiped := f.anew != was.anew || f.width != was.width || f.height != was.height
	if wiped {
		was.text = ""
	}
	if f.text != was.text || wiped {
		c.mode(false, was.pointed, "", ansi.ResetModeTextCursorEnable)
		was.pointed = false
		from := len(c.pen.out)
		if wiped {
			c.pen.out = append(c.pen.out, ansi.EraseEntireScreen...)
		}
		c.body(was.text, f)
		if f.together && len(c.pen.out)-from > atOnce {
			c.pen.out = slices.Insert(c.pen.out, from, []byte(ansi.SetModeSynchronizedOutput)...)
			c.pen.out = append(c.pen.out, ansi.ResetModeSynchronizedOutput...)
		}
	}
	if f.pointed && (len(c.pen.out) > begin || f.cursor != was.cursor) {
		c.pen.x = -1
		c.pen.move(f.cursor.X, f.cursor.Y)
	}
	c.mode(f.pointed, was.pointed, ansi.SetModeTextCursorEnable, ansi.ResetModeTextCursorEnable)
	c.shown = f
}

// atOnce is how many bytes a terminal takes at once: it shows them as a whole without
// being asked to.
const atOnce = 256

// mode turns something of the terminal on or off.
func (c *canvas) mode(is, was bool, on, off string) {
	switch {
	case is && !was:
		c.pen.out = append(c.pen.out, on...)
	case was && !is:
		c.pen.out = append(c.pen.out, off...)
	}
}

// body writes the lines that differ.
func (c *canvas) body(was string, f frame) {
	c.pen.x, c.pen.ink, c.pen.on = -1, "", ""
	a, b := split(c.lines[0], was, f.height), split(c.lines[1], f.text, f.height)
	if was != "" {
		c.pen.scroll(a, b)
	}
	for y := range f.height {
		if a[y] != b[y] {
			c.was, c.is = cellsOf(c.was, a[y], f.width), cellsOf(c.is, b[y], f.width)
			c.pen.line(y, c.was, c.is)
		}
	}
	c.pen.dip("")
	for _, scratch := range [][]cell{c.was, c.is} {
		clear(scratch) // which would keep the frame before
	}
	clear(a)
	clear(b)
	c.lines = [2][]string{a, b}
}

// split returns the first n lines of a text. It writes over into.
func split(into []string, text string, n int) []string {
	into = into[:0]
	for range n {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		into = append(into, line)
	}
	return into
}

// yield writes what gives the terminal back.
func (c *canvas) yield() {
	c.mode(false, c.shown.mouse, "", mouseOff)
	c.mode(false, c.shown.focus, "", ansi.ResetModeFocusEvent)
	if c.shown.title != "" {
		c.pen.out = append(c.pen.out, ansi.SetWindowTitle("")...)
	}
	c.pen.out = append(c.pen.out, giveBack...)
	c.held = false
}

// ink returns an ink in the colours that the terminal has.
func (c *canvas) ink(ink string) string {
	is, ok := c.inks[ink]
	if !ok {
		var b bytes.Buffer
		if _, err := (&colorprofile.Writer{Forward: &b, Profile: c.profile}).Write([]byte(ink)); err == nil {
			is = strings.TrimSuffix(b.String(), ansi.ResetStyle) // which is what is left of a colour where there is none
		}
		c.inks[strings.Clone(ink)] = is
	}
	return is
}
