// Package term shows a program on a terminal, be it that of the process or one at the
// other end of a network. It draws at once when something has changed, and sleeps while
// nothing does. It gives the terminal back on every way out, after a panic too, and can
// lend it to another program meanwhile.
//
// It knows nothing of incidents.
package term

import (
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"warroom/data"
)

// A Size is that of a terminal, in cells.
type Size struct{ Width, Height int }

// The largest screen that is drawn. A terminal may claim to have 65,535 lines.
const (
	MostWidth  = 500
	MostHeight = 200
)

// clamp returns a size that a screen can have.
func clamp(s Size) Size {
	return Size{min(max(s.Width, 1), MostWidth), min(max(s.Height, 1), MostHeight)}
}

// A Terminal is what a program is shown on. That of the process is made by Own.
type Terminal struct {
	In    io.Reader // keys; its end ends the program
	Out   io.Writer // must make of each newline one with a return
	Env   []string  // of the person
	Size  Size
	Sizes <-chan Size   // sizes that it gets later; some are left out if many come
	Notes <-chan string // lines for the person, each of which becomes a NoteMsg

	own *own // nil if it is not that of the process
}

// A NoteMsg is a line for the person from outside of the program.
type NoteMsg string

// A PanicError says that a panic ended a program. Err has the stack.
type PanicError struct{ Err error }

// Error implements error.
func (e *PanicError) Error() string { return e.Err.Error() }

// Unwrap returns the panic with its stack.
func (e *PanicError) Unwrap() error { return e.Err }

// leaveWithin is how long a program has to end in order, and sizesEvery how often it
// takes a new size.
const (
	leaveWithin = 2 * time.Second
	sizesEvery  = 30 * time.Millisecond
)

// Run shows a program on the terminal until it quits, the terminal goes away, or ctx is
// done. The first frame is sent before anything else happens. A panic in the program
// ends it alone: the terminal is given back, and then Run returns a PanicError.
func Run(ctx context.Context, m tea.Model, t Terminal) error {
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	far := lookup(t.Env, "SSH_TTY") != "" || lookup(t.Env, "SSH_CONNECTION") != ""
	var src source
	if t.own == nil {
		far, src = true, newStream(t.In, inner.Done())
	} else {
		if err := t.own.begin(); err != nil {
			return err
		}
		defer t.own.end()
		src = t.own
	}
	on := newCanvas(t.Out, t.profile(), cancel)
	defer on.close(leaveWithin)
	s := &stage{model: m, on: on, own: t.own, fell: cancel, size: clamp(t.Size)}
	s.View()
	p := tea.NewProgram(s, tea.WithoutRenderer(), tea.WithFPS(1), tea.WithOutput(on), tea.WithInput(nil), tea.WithColorProfile(on.profile), tea.WithContext(inner),
		tea.WithoutSignalHandler(), tea.WithEnvironment(t.Env), tea.WithWindowSize(s.size.Width, s.size.Height), tea.WithFilter(s.filter))
	k := &keys{src: src, esc: escNear}
	if far {
		k.esc = escFar
	}
	ended, leaving := make(chan struct{}), make(chan struct{})
	data.Go(func() { defer close(ended); k.tell(p) }, cancel)
	data.Go(func() {
		if attend(ctx, inner, p, t, ended) {
			close(leaving)
			leave(inner, p)
		}
	}, cancel)
	_, err := p.Run()
	t.own.pause() // what is typed from now on is for others
	fault := context.Cause(inner)
	if fault != nil {
		return &PanicError{fault}
	}
	select {
	case <-leaving: // it may have had to be killed
		return nil
	default:
		return err
	}
}

// tell hands the program what is typed. It reads on when the program has done what the
// last key means: what is typed after a key that ends it is not for it.
func (k *keys) tell(p *tea.Program) {
	for {
		all, err := k.next()
		if err != nil {
			return
		}
		for _, e := range all {
			p.Send(e) // nothing, once the program is over
		}
		p.Send(nil) // is taken when the last one is done
	}
}

// profile returns the colours that the terminal has, none if NO_COLOR is set to
// anything: https://no-color.org.
func (t Terminal) profile() colorprofile.Profile {
	if lookup(t.Env, "NO_COLOR") != "" {
		return colorprofile.ASCII
	}
	if t.own != nil {
		return colorprofile.Detect(t.Out, t.Env)
	}
	return colorprofile.Env(t.Env)
}

// attend tells the program what happens outside of it. It returns when the program is
// over, or reports that it has to end.
func attend(ctx, inner context.Context, p *tea.Program, t Terminal, ended <-chan struct{}) bool {
	done := ctx.Done()
	sizes, changes, pause := t.Sizes, t.own.changes(), (<-chan time.Time)(nil)
	resize := func(to Size) {
		to = clamp(to)
		p.Send(tea.WindowSizeMsg{Width: to.Width, Height: to.Height})
		sizes, changes, pause = nil, nil, time.After(sizesEvery)
	}
	for {
		select {
		case to := <-sizes:
			resize(to)
		case <-changes:
			resize(t.own.size())
		case <-pause:
			sizes, changes = t.Sizes, t.own.changes()
		case line := <-t.Notes:
			p.Send(NoteMsg(line))
		case sig := <-t.own.signals():
			switch t.own.meaning(sig) {
			case end:
				return true
			case repaint:
				p.Send(continuedMsg{})
			}
		case <-inner.Done():
			return false
		case <-done:
			if !t.own.away() {
				return true
			}
			done = nil // ctrl+c was typed for who has the terminal; what else ends ctx is a signal
		case <-ended:
			return true
		}
	}
}

// What a signal means.
type meaning int

const (
	nothing meaning = iota
	repaint         // the process goes on after it was stopped
	end
)

// leave ends the program in order, or at once if it does not end.
func leave(inner context.Context, p *tea.Program) {
	late := time.AfterFunc(leaveWithin, p.Kill)
	defer late.Stop()
	p.Quit()
	<-inner.Done()
}
