package ui

import (
	"bytes"
	"io"
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

// A canvas is the screen of a terminal elsewhere, in the place of Bubble Tea's
// renderer: that one keeps two grids of cells a session, 1.4 MB at 120×40, and
// looks for something new on a ticker that never stops. The canvas keeps the last
// frame as text, takes the next one to pieces only where lines differ, and sends
// it at once.
//
// It holds one frame that is not sent yet, and a newer one takes its place: a
// terminal that reads slowly holds up nobody, and is then shown what is so now.
type canvas struct {
	out     io.Writer
	profile colorprofile.Profile

	mu    sync.Mutex
	next  frame
	other []byte // what Bubble Tea has for the terminal
	over  bool
	wake  chan struct{} // holds one value
	done  chan struct{} // closed when all is sent, or nothing can be

	// What the goroutine that sends knows.
	pen   pen
	shown frame
	was   []cell // scratch
	is    []cell
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
	seize = ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.EraseEntireScreen + ansi.SetModeBracketedPaste +
		ansi.SetModifyOtherKeys2 + "\x1b[>1u" + ansi.RequestModeSynchronizedOutput + ansi.RequestBackgroundColor
	yield = ansi.ResetStyle + ansi.ResetModifyOtherKeys + "\x1b[<1u" + ansi.ResetModeBracketedPaste +
		ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable
)

// newCanvas returns the screen of a terminal. It must be closed.
func newCanvas(out io.Writer, profile colorprofile.Profile) *canvas {
	c := &canvas{out: out, profile: profile, wake: make(chan struct{}, 1), done: make(chan struct{}), inks: map[string]string{}}
	c.pen.inks = c.ink
	data.Go(func() { defer close(c.done); c.send() }, func(error) {})
	return c
}

// options are those of a program that draws on the canvas. The ticker that
// remains sends what Bubble Tea itself has to say, such as the bell.
func (c *canvas) options() []tea.ProgramOption {
	return []tea.ProgramOption{tea.WithoutRenderer(), tea.WithFPS(1), tea.WithOutput(c), tea.WithColorProfile(c.profile),
		tea.WithFilter(func(m tea.Model, msg tea.Msg) tea.Msg {
			if msg == tea.RequestBackgroundColor() {
				return nil // it was asked at the beginning
			}
			return sensible(m, msg)
		})}
}

// A painted model draws itself on a canvas. A panic in it ends its board alone: it
// is handed to fell, with the stack, before Bubble Tea sees it, which would print
// it to the standard error of the whole server.
type painted struct {
	*Model
	on       *canvas
	fell     func(error)
	fallen   bool // it does no more
	together bool
	sized    int // how often the terminal said its size
}

// Init implements tea.Model.
func (p *painted) Init() tea.Cmd {
	var cmd tea.Cmd
	p.try(func() { cmd = p.Model.Init() })
	return p.guarded(cmd)
}

// try runs a part of the model, unless the model has panicked before: what it holds
// may be half changed then.
func (p *painted) try(f func()) {
	if p.fallen {
		return
	}
	if err := data.Try(f); err != nil {
		p.fallen = true
		p.fell(err)
	}
}

// Update implements tea.Model.
func (p *painted) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeSynchronizedOutput {
			p.together = msg.Value == ansi.ModeReset
		}
	case tea.WindowSizeMsg:
		p.sized++
	}
	var cmd tea.Cmd
	p.try(func() { _, cmd = p.Model.Update(msg) })
	return p, p.guarded(cmd)
}

// guarded returns a command that hands a panic over, and so do the commands that
// it returns.
func (p *painted) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		if err := data.Try(func() { msg = cmd() }); err != nil {
			p.fell(err)
		}
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, cmd := range batch {
				batch[i] = p.guarded(cmd)
			}
		}
		return msg
	}
}

// View implements tea.Model.
func (p *painted) View() (v tea.View) {
	p.try(func() { v = p.Model.View() })
	if p.fallen {
		return v
	}
	f := frame{text: v.Content, title: v.WindowTitle, width: p.width, height: p.height,
		mouse: v.MouseMode != tea.MouseModeNone, focus: v.ReportFocus, together: p.together, anew: max(p.sized, 1)}
	if v.Cursor != nil {
		f.cursor, f.pointed = v.Cursor.Position, true
	}
	p.on.show(f)
	return v
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

// Write implements io.Writer for what Bubble Tea itself says.
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

// close gives the terminal back, if it takes that within some time.
func (c *canvas) close(within time.Duration) {
	c.mu.Lock()
	c.over = true
	c.rouse()
	c.mu.Unlock()
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-c.done:
	case <-late.C:
	}
}

// send sends frames until the canvas is closed or its terminal is gone.
func (c *canvas) send() {
	pace := time.NewTimer(0)
	defer pace.Stop()
	for first := true; ; first = false {
		<-c.wake
		<-pace.C
		c.mu.Lock()
		f, other, over := c.next, c.other, c.over
		c.other = nil
		c.mu.Unlock()
		if first {
			c.pen.out = append(c.pen.out, seize...)
		}
		c.pen.out = append(c.pen.out, other...)
		c.draw(f)
		if over {
			c.leave()
		}
		if _, err := c.out.Write(c.pen.out); err != nil || over {
			return
		}
		c.pen.out = c.pen.out[:0]
		if cap(c.pen.out) > most {
			c.pen.out = nil
		}
		pace.Reset(frameEvery)
	}
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
	c.mode(f.mouse, was.mouse, ansi.SetModeMouseButtonEvent+ansi.SetModeMouseExtSgr, ansi.ResetModeMouseButtonEvent+ansi.ResetModeMouseExtSgr)
	c.mode(f.focus, was.focus, ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent)
	wiped := f.anew != was.anew || f.width != was.width || f.height != was.height
	if wiped {
		was.text = ""
	}
	if f.text != was.text || wiped {
		if f.together {
			c.pen.out = append(c.pen.out, ansi.SetModeSynchronizedOutput...)
		}
		c.mode(false, was.pointed, "", ansi.ResetModeTextCursorEnable)
		was.pointed = false
		if wiped {
			c.pen.out = append(c.pen.out, ansi.EraseEntireScreen...)
		}
		c.lines(was.text, f)
		if f.together {
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

// mode turns something of the terminal on or off.
func (c *canvas) mode(is, was bool, on, off string) {
	switch {
	case is && !was:
		c.pen.out = append(c.pen.out, on...)
	case was && !is:
		c.pen.out = append(c.pen.out, off...)
	}
}

// lines writes the lines that differ.
func (c *canvas) lines(was string, f frame) {
	is := f.text
	c.pen.x, c.pen.ink, c.pen.on = -1, "", ""
	for y := range f.height {
		var a, b string
		a, was, _ = strings.Cut(was, "\n")
		b, is, _ = strings.Cut(is, "\n")
		if a != b {
			c.was, c.is = cellsOf(c.was, a, f.width), cellsOf(c.is, b, f.width)
			c.pen.line(y, c.was, c.is)
		}
	}
	c.pen.dip("")
	clear(c.was) // which would keep the frame before
	clear(c.is)
}

// leave writes what gives the terminal back.
func (c *canvas) leave() {
	c.mode(false, c.shown.mouse, "", ansi.ResetModeMouseButtonEvent+ansi.ResetModeMouseExtSgr)
	c.mode(false, c.shown.focus, "", ansi.ResetModeFocusEvent)
	if c.shown.title != "" {
		c.pen.out = append(c.pen.out, ansi.SetWindowTitle("")...)
	}
	c.pen.out = append(c.pen.out, yield...)
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
