//go:build !unix

package term

import (
	"io"
	"os"

	xterm "github.com/charmbracelet/x/term"
)

// An own is the terminal of the process, so far as all systems have one.
type own struct {
	*stream
	in, out *os.File
	env     []string
	before  *xterm.State // to which the terminal is restored
	stopAll chan struct{}
}

// Own returns the terminal of the process, of which env is the environment.
func Own(env []string) (Terminal, error) {
	if env == nil {
		env = os.Environ()
	}
	o := &own{in: os.Stdin, out: os.Stdout, env: env}
	return Terminal{In: o.in, Out: o.out, Env: env, Size: o.size(), own: o}, nil
}

// begin takes the terminal over. It must be followed by end.
func (o *own) begin() (err error) {
	if o.before, err = xterm.MakeRaw(o.in.Fd()); err != nil {
		return err
	}
	o.stopAll = make(chan struct{})
	o.stream = newStream(o.in, o.stopAll)
	return nil
}

// end gives the terminal back as it was found.
func (o *own) end() {
	o.restore()
	close(o.stopAll)
}

func (o *own) raw() error {
	_, err := xterm.MakeRaw(o.in.Fd())
	return err
}

func (o *own) restore() error { return xterm.Restore(o.in.Fd(), o.before) }

func (o *own) size() Size {
	w, h, err := xterm.GetSize(o.out.Fd())
	if err != nil || w <= 0 || h <= 0 {
		w, h = fallback(o.env)
	}
	return clamp(Size{w, h})
}

// A system without signals tells of nothing.
func (o *own) changes() <-chan os.Signal { return nil }
func (o *own) signals() <-chan os.Signal { return nil }
func (o *own) meaning(os.Signal) meaning { return nothing }

func (o *own) away() bool { return false }

// Reading cannot be stopped.
func (o *own) pause() {}
func (o *own) goOn()  {}

// ErrNobody is why a process is not stopped.
var ErrNobody = io.ErrNoProgress

func (o *own) stoppable() error { return ErrNobody }
func (o *own) stop() error      { return ErrNobody }
