package ui

import (
	"context"
	"errors"

	"warroom/ui/term"
)

// Run shows the board on the terminal of the process until the person leaves, the
// terminal goes away, or ctx is done. The terminal is left as it was found.
func Run(ctx context.Context, cfg Config) error {
	t, err := term.Own(cfg.Env)
	if err != nil {
		return err
	}
	return show(ctx, cfg, t, !term.Light(t.Env))
}

// RunOn shows the board on a terminal elsewhere, as Run does on that of the process.
// The environment of the terminal is that of the Config.
func RunOn(ctx context.Context, cfg Config, t term.Terminal) error {
	t.Env = cfg.Env
	return show(ctx, cfg, t, true)
}

// show shows the board on a terminal, which is taken to be dark or not until it says
// so itself. What was typed is kept, whatever ends the board.
func show(ctx context.Context, cfg Config, t term.Terminal, dark bool) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it reads until its end
	defer cancel()
	m := New(inner, cfg)
	m.dark = dark
	l, err := m.read(place{}, nil) // so that the first frame is a full one
	if err != nil {
		return err
	}
	m.take(l)
	m.resize(t.Size.Width, t.Size.Height)
	defer m.KeepDrafts()
	err = term.Run(ctx, m, t)
	if fault := (*term.PanicError)(nil); errors.As(err, &fault) {
		return &FaultError{fault.Err}
	}
	return err
}

// A FaultError says that a panic ended a board. Err says where the panic was, for the
// log.
type FaultError struct{ Err error }

// Error implements error, for the person at the board.
func (*FaultError) Error() string { return "the board failed; the incident file is unharmed" }

// Unwrap returns what is for the log.
func (e *FaultError) Unwrap() error { return e.Err }
