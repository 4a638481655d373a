package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
)

// A Runner runs commands on an incident file that is open. It is what the board
// and the SSH server have of the command tree.
type Runner struct {
	Store *store.Store
	Now   func() time.Time // in the zone of the person
	// Seen returns how far somebody has looked into the log; nil keeps nothing.
	Seen func(actor data.Actor) ui.Seen
}

// Run runs one command line, without the program's name, and returns its exit
// status. Errors have been written to errw by then. The person is actor with
// role, whatever the words say; a command line that names a file of the
// machine is refused before the command runs. Without any words it prints the status.
//
// A nil in is empty. Completion is a command line that begins with "__complete".
func (r Runner) Run(ctx context.Context, actor data.Actor, role data.Role, args []string, in io.Reader, out, errw io.Writer) int {
	return r.env(actor, role, in, out, errw).run(ctx, args)
}

// Console returns the tree as the board's command line has it, for a person on
// the board. By itself it keeps no lines for later sessions.
func (r Runner) Console(actor data.Actor, role data.Role) ui.Console {
	return ui.Console{
		Run: func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
			e := r.env(actor, role, in, out, errw)
			e.onBoard = true
			return e.run(ctx, args)
		},
		Complete: func(ctx context.Context, whole []string, last string) ([]ui.Completion, bool) {
			return r.complete(ctx, actor, role, whole, last)
		},
	}
}

// Writer returns what records on the board for a person.
func (r Runner) Writer(actor data.Actor, role data.Role) ui.Writer {
	return ui.Writer{NewID: store.NewID, Record: func(ctx context.Context, acts []ui.Act) ([]data.Event, error) {
		ids, bodies := make([]string, len(acts)), make([]data.Body, len(acts))
		for i, a := range acts {
			ids[i], bodies[i] = a.ID, a.Body
		}
		return r.Store.Record(ctx, offersOf(actor, role, ids, bodies)...)
	}}
}

func (r Runner) env(actor data.Actor, role data.Role, in io.Reader, out, errw io.Writer) *env {
	if in == nil {
		in = strings.NewReader("")
	}
	return &env{in: in, out: out, errw: errw, now: r.Now, role: role, bound: r.Store, actor: actor, seenOf: r.Seen}
}
