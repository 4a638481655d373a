package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// Limits of what undo looks at and lists.
const (
	undoDepth = 10_000 // events of one's own
	undoList  = 10     // acts
)

// A turn is undo or redo: the one is the other's mirror.
type turn struct {
	name, done string
	short      string
	redo       bool
	list, skip bool
	asJSON     bool
	force      bool
}

func (e *env) undoCommand() *cobra.Command {
	t := &turn{name: "undo", done: "undone", short: "Take back the last thing that you recorded"}
	c := e.turnCommand(t)
	c.Long = `undo takes back what you recorded last, as a new event: the log keeps both. Again,
it takes back what you recorded before that; redo does it again. What was recorded
at once, such as action done A-1 A-2, is taken back at once.

An action that you added is dropped by it; a fact, a risk and a claim are
withdrawn. If somebody has changed the same field since, it is a conflict, and
--force takes it back all the same. undo reaches back over the last 10,000 events of
the log, whoever recorded them.

What cannot be undone: ` + strings.Join(data.NotUndone, "; ") + `. --skip passes over
it, and over what somebody has changed since, to what you did before, and says in one
line what it leaves.`
	c.Example = "warroom undo\nwarroom undo --list\nwarroom undo --skip"
	c.Flags().BoolVar(&t.list, "list", false, "show what would be undone next, and undo nothing")
	c.Flags().BoolVar(&t.skip, "skip", false, "pass over what cannot be undone, by anybody or by you")
	return c
}

func (e *env) redoCommand() *cobra.Command {
	t := &turn{name: "redo", done: "redone", short: "Do again what you took back last", redo: true}
	c := e.turnCommand(t)
	c.Long = `redo does again what undo took back last, as a new event. Once you record
something new, there is nothing to do again.`
	c.Example = "warroom redo\nwarroom redo --list"
	c.Flags().BoolVar(&t.list, "list", false, "show what would be done again next, and do nothing")
	return c
}

func (e *env) turnCommand(t *turn) *cobra.Command {
	c := e.writes(&cobra.Command{Use: t.name, Short: t.short, Args: words(0, 0), ValidArgsFunction: cobra.NoFileCompletions})
	c.Flags().BoolVar(&t.asJSON, "json", false, "with --list: as JSON")
	c.Flags().BoolVar(&t.force, "force", false, "take what is there now as seen, and change it")
	return e.command(c, func(ctx context.Context, c *cobra.Command, _ []string) error {
		if t.asJSON && !t.list {
			return misused(c, "--json goes with --list: it is about what %s would do", t.name)
		}
		return e.with(ctx, func(s *store.View) error {
			acts, err := e.acts(ctx, s, t.redo)
			switch {
			case err != nil:
				return err
			case t.list:
				return e.listActs(acts, t)
			case len(acts) == 0:
				return data.Refuse("there is nothing of yours to %s", t.name).WithHint("warroom log shows who did what")
			}
			return e.turn(ctx, s, acts, t)
		})
	})
}

// acts returns what the person can take back, or do again, the next one first.
func (e *env) acts(ctx context.Context, s *store.View, redo bool) ([]data.Act, error) {
	by, err := e.who()
	if err != nil {
		return nil, err
	}
	own, err := s.LastBy(ctx, by, undoDepth)
	if err != nil {
		return nil, err
	}
	undone, again := data.Acts(own)
	if redo {
		undone = again
	}
	slices.Reverse(undone)
	return undone, nil
}

// turn takes back the first of acts, or with skip the first that can be.
func (e *env) turn(ctx context.Context, s *store.View, acts []data.Act, t *turn) error {
	left := 0
	var why error // the first is left
	for try := 1; ; try++ {
		if t.skip {
			n, first, err := e.passOver(ctx, s, acts[left:], t)
			if err != nil {
				return err
			}
			left, why = left+n, cmp.Or(why, first)
		}
		told, err := e.turnAct(ctx, s, acts[left], t)
		passable := !t.redo && left < len(acts)-1 && err != nil && e.passable(err)
		switch {
		case passable && !t.skip:
			return hinted(err)
		case passable && try < forced && ctx.Err() == nil: // somebody was quicker
			left, why = left+1, cmp.Or(why, err)
			continue
		case left == 1:
			e.say("left as it is: %s", data.Line(why.Error()))
		case left > 1:
			e.say("left as they are: %s acts; the first: %s", data.Digits(int64(left)), data.Line(why.Error()))
		}
		if err != nil {
			return err
		}
		return e.recorded("%s", strings.Join(told, "\n"))
	}
}

// passOver returns how many of the first acts cannot be taken back, and why the first
// of them cannot. The last one is never passed over. It reads, and leaves the one
// writer to others: there may be many acts.
func (e *env) passOver(ctx context.Context, s *store.View, acts []data.Act, t *turn) (n int, first error, err error) {
	err = s.Try(ctx, func(trial *store.Trial) error {
		for ; n < len(acts)-1; n++ {
			err := e.tryAct(trial, acts[n], t)
			if err == nil || !e.passable(err) {
				break
			}
			first = cmp.Or(first, err)
		}
		return nil
	})
	var conflict *data.ConflictError
	if err != nil || !errors.As(first, &conflict) {
		return n, first, err
	}
	last, err := s.Said(ctx, conflict.Ref, conflict.Field.Key, 0)
	conflict.Blame(last)
	conflict.Seen = acts[0][len(acts[0])-1].Seq
	return n, first, err
}

// tryAct returns the error with which an act could not be taken back.
func (e *env) tryAct(trial *store.Trial, act data.Act, t *turn) error {
	bodies, err := e.inverse(act)
	if err == nil && t.force {
		bodies, err = fromNow(trial.Item, bodies)
	}
	if err != nil {
		return err
	}
	return trial.Record(e.role, bodies...)
}

// inverse returns the bodies that take an act back, if the person may record them.
func (e *env) inverse(act data.Act) ([]data.Body, error) {
	bodies, err := act.Inverse()
	if err != nil {
		return nil, err
	}
	return bodies, e.permitted(bodies)
}

// passable reports whether err is about one act, so that there may be another
// behind it that can be taken back.
func (e *env) passable(err error) bool {
	switch data.ClassOf(err) {
	case data.Conflict:
		return true
	case data.Forbidden:
		return e.role > data.Viewer // who may change nothing finds nothing behind it
	}
	return errors.Is(err, data.ErrRule) || errors.Is(err, data.ErrSame)
}

// hinted adds to the hint of an act that cannot be taken back that there is
// something behind it.
func hinted(err error) error {
	var refused *data.Error
	var met *conflicts
	if errors.As(err, &met) {
		return &conflicts{all: met.all, board: data.BoardHint(met) + "; {skip B} passes over it"}
	}
	if !errors.As(err, &refused) {
		return err
	}
	c := *refused
	c.Board = strings.TrimPrefix(data.BoardHint(err)+"; {skip B} passes over it", "; ")
	c.Hint = strings.TrimPrefix(c.Hint+"; warroom undo --skip passes over it", "; ")
	return &c
}

// permitted refuses an act that the person may not record, and names it.
func (e *env) permitted(bodies []data.Body) error {
	for _, b := range bodies {
		var refused *data.Error
		if err := data.Permit(data.NewState(nil, 0), e.role, b); errors.As(err, &refused) && e.role > data.Viewer {
			return &data.Error{Class: refused.Class, What: string(b.(data.Changed).Ref) + ": " + refused.What, Hint: refused.Hint, Board: refused.Board}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// turnAct takes one act back and returns what that did, a line for each event.
func (e *env) turnAct(ctx context.Context, s *store.View, act data.Act, t *turn) (told []string, err error) {
	for try := 1; ; try++ {
		bodies, err := e.inverse(act)
		if err == nil && t.force {
			bodies, err = fromNow(func(ref data.Ref) (data.Entity, error) { return s.Get(ctx, ref) }, bodies)
		}
		if err != nil {
			return nil, err
		}
		_, err = e.record(ctx, s, bodies...)
		var conflict *data.ConflictError
		switch {
		case errors.As(err, &conflict) && t.force && try < forced && ctx.Err() == nil:
			continue
		case errors.As(err, &conflict):
			return nil, e.collide(ctx, s, bodies, conflict, act[len(act)-1].Seq)
		case err != nil:
			return nil, err
		}
		now := e.now()
		for _, b := range bodies {
			c := b.(data.Changed)
			told = append(told, fmt.Sprintf("%s: %s %s", t.done, c.Ref, did(data.Changed{Ref: c.Ref, Changes: c.Changes}, now)))
		}
		return told, nil
	}
}

// fromNow makes the changes in bodies start from what is there now, which get reads.
// Those that are so already are left out, unless all are.
func fromNow(get func(data.Ref) (data.Entity, error), bodies []data.Body) (all []data.Body, err error) {
	for _, b := range bodies {
		c := b.(data.Changed)
		item, err := get(c.Ref)
		if err != nil {
			return nil, err
		}
		left := data.Changed{Ref: c.Ref, Undoes: c.Undoes}
		for _, change := range c.Changes {
			change.Was = data.SpecOf(item.Kind()).Field(change.Field).Get(item)
			if change.Was != change.Now {
				left.Changes = append(left.Changes, change)
			}
		}
		if len(left.Changes) > 0 {
			all = append(all, left)
		}
	}
	if len(all) == 0 {
		return bodies, nil
	}
	return all, nil
}

// listActs lists what would be taken back next, and what cannot be.
func (e *env) listActs(acts []data.Act, t *turn) error {
	acts = acts[:min(len(acts), undoList)]
	rows := [][]string{{"EVENT", "RECORDED", "ITEM", "WHAT IT WOULD DO"}}
	told := []object{}
	now := e.now()
	for _, act := range acts {
		bodies, err := e.inverse(act)
		if err != nil {
			last := act[len(act)-1]
			item := data.Entry{Event: last}.Item()
			why := strings.TrimPrefix(data.Line(err.Error()), string(item)+": ")
			if data.ClassOf(err) == data.Forbidden {
				why += "; " + data.Line(e.hintOf(err))
			}
			rows = append(rows, []string{fmt.Sprint(last.Seq), exactTime(last.At, now), string(item), "nothing: " + why})
			told = append(told, object{{"seq", last.Seq}, {"at", moment(last.At)}, {"id", item}, {"changes", []object{}}, {"cannot", why}})
			continue
		}
		for i, b := range bodies {
			of, c := act[len(act)-1-i], b.(data.Changed)
			rows = append(rows, []string{fmt.Sprint(of.Seq), exactTime(of.At, now), string(c.Ref), did(data.Changed{Ref: c.Ref, Changes: c.Changes}, now)})
			told = append(told, object{{"seq", of.Seq}, {"at", moment(of.At)}, {"id", c.Ref}, {"changes", changesJSON(c)}, {"cannot", nil}})
		}
	}
	if t.asJSON {
		return e.print(func(w io.Writer) { writeJSON(w, told) })
	}
	return e.rows(rows, "acts of yours to "+t.name)
}
