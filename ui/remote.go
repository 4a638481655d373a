//go:build unix

package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

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
	Sizes <-chan Size   // sizes that it gets later
	Notes <-chan string // lines for the person, shown in the footer
}

// leaveWithin is how long a board has to end in order.
const leaveWithin = 2 * time.Second

// A noteMsg is a line for the person from outside of the board.
type noteMsg string

// RunOn shows the board on another terminal than the process's own until the
// person leaves, the terminal goes away, or ctx is done. What was typed is kept,
// whatever ends it.
func RunOn(ctx context.Context, cfg Config, t Terminal) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
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
	keys, on := newPieces(t.In), newCanvas(t.Out, profile)
	defer on.close(leaveWithin)
	p := tea.NewProgram(&painted{Model: m, on: on}, append(on.options(), tea.WithContext(inner), tea.WithoutSignalHandler(), tea.WithInput(keys),
		tea.WithEnvironment(cfg.Env), tea.WithWindowSize(clamp(t.Size).Width, clamp(t.Size).Height))...)
	data.Go(func() { attend(ctx, inner, p, t, keys) }, func(error) { p.Kill() })
	defer m.KeepDrafts()
	if _, err = p.Run(); err == nil || ctx.Err() != nil || keys.over() {
		return nil
	}
	if errors.Is(err, tea.ErrProgramPanic) {
		return fmt.Errorf("the board failed; the incident file is unharmed: %w", err)
	}
	return err
}

// clamp returns a size that a board can have.
func clamp(s Size) Size {
	return Size{min(max(s.Width, 1), mostWidth), min(max(s.Height, 1), mostHeight)}
}

// attend tells the board what happens outside of it, until it is over.
func attend(ctx, inner context.Context, p *tea.Program, t Terminal, keys *pieces) {
	for {
		select {
		case s := <-t.Sizes:
			s = clamp(s)
			p.Send(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
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
	ended chan struct{} // closed when no more comes
	rest  []byte
}

func newPieces(r io.Reader) *pieces {
	k := &pieces{next: make(chan []byte), ended: make(chan struct{})}
	data.Go(func() {
		defer close(k.ended)
		for {
			b := make([]byte, 1024)
			n, err := r.Read(b)
			if n > 0 {
				k.next <- b[:n]
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
