//go:build unix

package ui

import (
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"warroom/data"
)

// A Size is that of a terminal, in cells.
type Size struct{ Width, Height int }

// A Terminal is that of a person elsewhere, at the other end of a network. Its
// environment is that of the Config.
type Terminal struct {
	In    io.Reader // keys; its end ends the board
	Out   io.Writer // must make of each newline one with a return
	Size  Size
	Sizes <-chan Size   // sizes that it gets later; some are left out if many come
	Notes <-chan string // lines for the person, shown in the footer
}

// leaveWithin is how long a board has to end in order, and sizesEvery how often it
// takes a new size.
const (
	leaveWithin = 2 * time.Second
	sizesEvery  = 30 * time.Millisecond
)

// A noteMsg is a line for the person from outside of the board.
type noteMsg string

// RunOn shows the board on another terminal than the process's own until the
// person leaves, the terminal goes away, or ctx is done. What was typed is kept,
// whatever ends it.
func RunOn(ctx context.Context, cfg Config, t Terminal) error {
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	m := New(inner, cfg)
	l, err := m.read(place{}, nil)
	if err != nil {
		return err
	}
	m.take(l)
	m.resize(t.Size.Width, t.Size.Height)
	profile := colorprofile.Env(cfg.Env)
	if noColor(cfg.Env) {
		profile = colorprofile.ASCII
	}
	keys, on := newPieces(t.In, inner.Done()), newCanvas(t.Out, profile)
	defer on.close(leaveWithin)
	p := tea.NewProgram(&painted{Model: m, on: on, fell: cancel}, append(on.options(), tea.WithContext(inner), tea.WithoutSignalHandler(), tea.WithInput(silence(inner.Done())),
		tea.WithEnvironment(cfg.Env), tea.WithWindowSize(clamp(t.Size).Width, clamp(t.Size).Height))...)
	data.Go(func() { attend(ctx, inner, p, t, keys) }, cancel)
	typed(inner, p, uv.NewTerminalReader(keys, uv.Environ(cfg.Env).Getenv("TERM")), cancel)
	defer m.KeepDrafts()
	_, err = p.Run()
	fault := context.Cause(inner) // a panic of the board
	if fault == nil && (err == nil || ctx.Err() != nil || keys.over()) {
		return nil
	}
	if fault != nil {
		return &FaultError{fault}
	}
	return faulty(err)
}

// typed hands the board what is typed, until inner is done. Bubble Tea's own way
// from the keys to the board never ends if there is something on it when the
// board does, and holds the whole board.
func typed(inner context.Context, p *tea.Program, keys *uv.TerminalReader, fell func(error)) {
	events := make(chan uv.Event)
	data.Go(func() {
		defer close(events)
		keys.StreamEvents(inner, events)
	}, fell)
	data.Go(func() {
		for e := range events {
			p.Send(e) // nothing, once the board is over
		}
	}, fell)
}

// silence is a terminal on which nobody types, until it is closed.
type silence <-chan struct{}

// Read implements io.Reader.
func (s silence) Read([]byte) (int, error) {
	<-s
	return 0, io.EOF
}

// clamp returns a size that a board can have.
func clamp(s Size) Size {
	return Size{min(max(s.Width, 1), mostWidth), min(max(s.Height, 1), mostHeight)}
}

// attend tells the board what happens outside of it, until it is over.
func attend(ctx, inner context.Context, p *tea.Program, t Terminal, keys *pieces) {
	sizes, pause := t.Sizes, (<-chan time.Time)(nil)
	for {
		select {
		case s := <-sizes:
			s = clamp(s)
			p.Send(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
			sizes, pause = nil, time.After(sizesEvery)
		case <-pause:
			sizes = t.Sizes
		case line := <-t.Notes:
			p.Send(noteMsg(line))
		case <-inner.Done():
			return
		case <-ctx.Done():
			leave(inner, p)
			return
		case <-keys.ended:
			leave(inner, p)
			return
		}
	}
}

// leave ends the board in order, or at once if it does not end.
func leave(inner context.Context, p *tea.Program) {
	late := time.AfterFunc(leaveWithin, p.Kill)
	defer late.Stop()
	p.Quit()
	<-inner.Done()
}

// pieces is a terminal's input as it comes over a network, with escape sequences
// put together as [whole] does it.
type pieces struct {
	next  chan []byte
	ended chan struct{}   // closed when no more comes
	stop  <-chan struct{} // closed when nobody wants more
	rest  []byte
}

// newPieces reads r until its end, or until the first piece after stop is closed.
func newPieces(r io.Reader, stop <-chan struct{}) *pieces {
	k := &pieces{next: make(chan []byte), ended: make(chan struct{}), stop: stop}
	data.Go(func() {
		defer close(k.ended)
		for {
			b := make([]byte, 1024)
			n, err := r.Read(b)
			if n > 0 {
				select {
				case k.next <- b[:n]:
				case <-stop:
					return
				}
			}
			if err != nil {
				return
			}
		}
	}, func(error) {})
	return k
}

// over reports whether the other end is gone.
func (k *pieces) over() bool {
	select {
	case <-k.ended:
		return true
	default:
		return false
	}
}

// Read implements io.Reader.
func (k *pieces) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		select {
		case k.rest = <-k.next:
		case <-k.ended:
			return 0, io.EOF
		case <-k.stop:
			return 0, io.EOF
		}
		k.complete()
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// complete waits a moment for the rest of an escape sequence.
func (k *pieces) complete() {
	for tries := 0; unfinished(k.rest) && tries < 8; tries++ {
		n := len(k.rest)
		esc := k.rest[n-1] == 0x1b
		late := time.NewTimer(splitWait)
		var more []byte
		select {
		case more = <-k.next:
		case <-k.ended:
		case <-late.C:
		}
		late.Stop()
		if esc && (more == nil || more[0] == 0x1b) { // a key of its own
			k.rest = append(k.rest[:n-1:n-1], aloneEsc...)
		}
		if more == nil {
			return
		}
		k.rest = append(k.rest[:len(k.rest):len(k.rest)], more...)
	}
}
