package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
)

// An env is what the commands of one run see of the world. Every run has its
// own, and nothing is global: under the SSH server many run at once.
type env struct {
	in        io.Reader
	out, errw io.Writer
	now       func() time.Time // in the zone of the person
	role      data.Role

	// Behind the other doors the file is open already, and who is there is known.
	bound   *store.Store
	actor   data.Actor
	seenOf  func(data.Actor) ui.Seen // nil keeps nothing
	onBoard bool                     // the door is the board, which has keys and the : line

	shell *shell    // the local door, or nil
	file  localFile // the flag -f
	as    string    // the flag --as
	mask  bool      // the flag --mask

	guarded []string // what was said of what looks like personal data

	settings ui.Settings // of the person at the local door
	ignored  error       // why the configuration file is, until the board says so

	failed error // what a command returned; other errors are Cobra's, about its words
}

// run runs one command line to its end and returns its exit status.
func (e *env) run(ctx context.Context, args []string) int {
	return e.report(ctx, e.execute(ctx, args))
}

// execute runs one command line. Its error is for people.
func (e *env) execute(ctx context.Context, args []string) error {
	if !e.role.Has(data.Reading) {
		return &data.Error{Class: data.Forbidden, What: "you have no role here", Hint: "ask a lead for one"}
	}
	root := e.tree()
	root.SetArgs(append([]string{}, args...)) // nil would mean the process's own
	var err error
	if e.shell != nil {
		err = e.shell.execute(ctx, root, args)
	} else {
		err = root.ExecuteContext(ctx)
	}
	if err != nil && err != e.failed {
		err = usage(err)
	}
	return err
}

// report tells the person of an error and returns the exit status.
func (e *env) report(ctx context.Context, err error) int {
	var ours *data.Error
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return 0 // who reads has had enough
	case ctx.Err() != nil && !errors.As(err, &ours):
		err = data.Refuse("interrupted")
	}
	var met *conflicts
	var one *data.ConflictError
	if !errors.As(err, &met) && errors.As(err, &one) {
		met = &conflicts{all: []*data.ConflictError{one}}
	}
	if met != nil {
		e.conflicts(met)
		return int(data.Conflict)
	}
	fmt.Fprintf(e.errw, "warroom: %s\n", data.Line(err.Error()))
	e.hint(e.hintOf(err))
	return int(data.ClassOf(err))
}

// hintOf returns what can be done about err, in the words of the door.
func (e *env) hintOf(err error) string {
	if e.onBoard {
		return data.BoardHint(err)
	}
	return data.HintOf(err)
}

// hint prints what can be done, if there is something.
func (e *env) hint(text string) {
	if text != "" {
		fmt.Fprintf(e.errw, "hint: %s\n", data.Line(text))
	}
}

// say tells the person something beside the result.
func (e *env) say(format string, args ...any) { fmt.Fprintf(e.errw, format+"\n", args...) }

// print writes the result of a command.
func (e *env) print(write func(w io.Writer)) error {
	w := bufio.NewWriterSize(e.out, 1<<16)
	write(w) // the first error stays with w
	return w.Flush()
}

// result prints the one line that a program wants of a command.
func (e *env) result(format string, args ...any) error {
	return e.print(func(w io.Writer) { fmt.Fprintf(w, format+"\n", args...) })
}

// recorded prints the one line that a program wants of a change that is
// recorded by now, whatever becomes of the line.
func (e *env) recorded(format string, args ...any) error {
	err := e.result(format, args...)
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return err
	}
	return data.Refuse("it is done and recorded, but cannot be printed: %v", err).WithHint("do not repeat it")
}

// with calls fn with the incident file as the person may read it. The file is closed
// afterwards if it was opened for this.
func (e *env) with(ctx context.Context, fn func(*store.View) error) (err error) {
	by, _ := e.who() // a name that cannot be used keeps nobody from reading
	if e.bound != nil {
		return fn(e.bound.As(by, e.role))
	}
	s, err := e.shell.open(ctx, e.path().name(), nil)
	if err != nil {
		return err
	}
	defer func() {
		err = cmp.Or(err, s.Close())
		for _, text := range s.Warnings() {
			e.say("warroom: %s", text)
		}
	}()
	return fn(s.As(by, e.role))
}

// who returns who records what this run records.
func (e *env) who() (data.Actor, error) {
	if e.shell == nil {
		return e.actor, nil
	}
	return e.shell.actor(e.as)
}

// record records bodies together, as one act, or none of them. What looks like
// personal data in them is pointed out before, or masked if that is wanted.
func (e *env) record(ctx context.Context, s *store.View, bodies ...data.Body) ([]data.Event, error) {
	ids := make([]string, len(bodies))
	for i := range ids {
		ids[i] = store.NewID()
	}
	return e.recordAs(ctx, s, ids, bodies)
}

// recordAs is record for events that have ids of their own already.
func (e *env) recordAs(ctx context.Context, s *store.View, ids []string, bodies []data.Body) ([]data.Event, error) {
	by, err := e.who()
	if err != nil {
		return nil, err
	}
	return s.Record(ctx, offersOf(by, e.role, ids, e.guard(bodies))...)
}

// offersOf returns bodies as they are offered to be recorded, each under its id.
// Several are one act, which is taken back as one: it has the id of the first.
func offersOf(by data.Actor, role data.Role, ids []string, bodies []data.Body) []store.Offer {
	all, act := make([]store.Offer, len(bodies)), ""
	if len(bodies) > 1 {
		act = ids[0]
	}
	for i, b := range bodies {
		switch body := b.(type) {
		case data.Made:
			body.Act = act
			b = body
		case data.Changed:
			body.Act = act
			b = body
		}
		all[i] = store.Offer{ID: ids[i], By: by, Role: role, Body: b}
	}
	return all
}

// text returns the text that the words of a command make up. A single "-" is
// what standard input says, up to the longest text there is.
func (e *env) text(ctx context.Context, words []string) (string, error) {
	if len(words) != 1 || words[0] != "-" {
		return strings.Join(words, " "), nil
	}
	const most = 4 * data.MaxText // bytes in as many characters
	text, err := e.stdin(ctx, most)
	if errors.Is(err, errTooLong) {
		err = data.Refuse("the text on standard input is longer than %d characters", data.MaxText).WithHint("shorten it")
	}
	return string(text), err
}

var errTooLong = errors.New("standard input is too long")

// stdin returns what standard input says, which is at most so many bytes, or
// errTooLong.
func (e *env) stdin(ctx context.Context, most int) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	data.Go(func() {
		text, err := io.ReadAll(io.LimitReader(e.in, int64(most)+1))
		done <- result{text, err}
	}, func(err error) { done <- result{nil, err} })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		switch {
		case r.err != nil:
			return nil, data.Refuse("standard input cannot be read: %v", r.err)
		case len(r.text) > most:
			return nil, errTooLong
		}
		return r.text, nil
	}
}
