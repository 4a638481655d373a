package cli

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// forced is how often a change with --force is tried while others change the
// same field.
const forced = 5

// changeFlags are what every command takes that changes what is there.
type changeFlags struct {
	seen  int64 // the event up to which the person looked; 0 is now
	force bool
	why   string
}

// changes gives a command the flags of one that changes what is there, and marks
// it as one that writes.
func (e *env) changes(c *cobra.Command) *changeFlags {
	var f changeFlags
	e.writes(c)
	c.Flags().Int64Var(&f.seen, "seen", 0, "the event up to which you have looked (default: what is there now)")
	c.Flags().BoolVar(&f.force, "force", false, "take what is there now as seen, and change it")
	c.Flags().StringVar(&f.why, "why", "", "the reason, which stays on record")
	return &f
}

// check refuses flags that do not go together.
func (f *changeFlags) check(c *cobra.Command) error {
	switch {
	case !c.Flags().Changed("seen"):
	case f.force:
		return misused(c, "--seen and --force do not go together: what is there now was seen, or it was not")
	case f.seen < 1:
		return misused(c, "the flag --seen cannot be \"%d\"", f.seen).WithHint("it takes the number of an event, which warroom log has in its first column")
	}
	return nil
}

// looked reports whether the person looked at an item when a field of it was
// something else than it is now. What is not so any more is a conflict then, which
// says more than a refusal.
func (f *changeFlags) looked(item data.Entity, key string, past past) (bool, error) {
	if f.seen == 0 {
		return false, nil
	}
	field := data.SpecOf(item.Kind()).Field(key)
	was, there, err := past.value(field, f.seen)
	return there && was != field.Get(item), err
}

// A past reads what was recorded of one item: no more of it than is asked for, since
// that may be much.
type past struct {
	ctx context.Context
	s   *store.View
	ref data.Ref
}

// said returns the last event, up to event seq or to the end if that is 0, that says
// what a field is, or the zero Event.
func (p past) said(key string, seq int64) (data.Event, error) {
	return p.s.Said(p.ctx, p.ref, key, seq)
}

// value returns what a field was after event seq. It is false if the item was not
// there yet.
func (p past) value(f *data.Field, seq int64) (value string, there bool, err error) {
	last, err := p.said(f.Key, seq)
	if err != nil || last.Seq == 0 {
		return "", false, err
	}
	return last.Value(f), true, nil
}

// writesMark is the annotation of commands that write.
const writesMark = "writes"

// writes marks a command as one that writes. A test asks of each of these for a
// script.
func (e *env) writes(c *cobra.Command) *cobra.Command {
	annotate(c, writesMark, "yes")
	return c
}

// An edit is a change that a person asks for, of one item or of several at once.
type edit struct {
	*changeFlags
	kind data.Kind // what the items must be
	ids  []string
	// set returns what the fields of an item are to be, as people write it.
	set func(item data.Entity, past past) (map[string]string, error)
	// told returns the line that says what was done; nil is the usual one.
	told func(item data.Entity) string
	// also returns what is recorded with the change of an item, in one act; nil is
	// nothing.
	also func(item data.Entity) (data.Body, error)
}

// edit changes items, all of them or none.
func (e *env) edit(ctx context.Context, c *cobra.Command, ed edit) error {
	if err := ed.check(c); err != nil {
		return err
	}
	ed.why = strings.TrimSpace(data.Line(ed.why))
	return e.with(ctx, func(s *store.View) error {
		for try := 1; ; try++ {
			bodies, told, err := e.edited(ctx, s, ed)
			if err != nil {
				return err
			}
			if try == 1 {
				e.understood(bodies...)
			}
			events, err := e.record(ctx, s, bodies...)
			var conflict *data.ConflictError
			switch {
			case err == nil:
				return e.recorded("%s", strings.Join(append(told, madeBy(events)...), "\n"))
			case !errors.As(err, &conflict):
				return err
			case ed.force && try < forced && ctx.Err() == nil:
				continue
			}
			return e.collide(ctx, s, bodies, conflict, ed.seen)
		}
	})
}

// madeBy says which items events made.
func madeBy(events []data.Event) (told []string) {
	for _, ev := range events {
		if _, made := ev.Body.(data.Made); made {
			told = append(told, string(ev.Ref)+" added")
		}
	}
	return told
}

// edited returns the bodies of an edit, and what to say when they are recorded.
func (e *env) edited(ctx context.Context, s *store.View, ed edit) (bodies []data.Body, told []string, err error) {
	now := e.now()
	var done []data.Ref
	for _, id := range ed.ids {
		item, err := e.item(ctx, s, id)
		if err != nil {
			return nil, nil, err
		}
		ref := item.Info().Ref
		if item.Kind() != ed.kind {
			return nil, nil, data.Refuse("%s is no %s", ref, ed.kind)
		}
		if slices.Contains(done, ref) {
			continue // named twice
		}
		done = append(done, ref)
		body, err := e.changed(ctx, s, ed, item, now)
		if err != nil {
			return nil, nil, err
		}
		bodies = append(bodies, body)
		if ed.also != nil {
			more, err := ed.also(item)
			if err != nil {
				return nil, nil, err
			}
			bodies = append(bodies, more)
		}
		if ed.told != nil {
			told = append(told, ed.told(item))
		} else {
			told = append(told, string(ref)+" "+did(data.Changed{Ref: ref, Changes: body.Changes}, now))
		}
	}
	return bodies, told, nil
}

// changed returns the body that changes one item.
func (e *env) changed(ctx context.Context, s *store.View, ed edit, item data.Entity, now time.Time) (data.Changed, error) {
	b := data.Changed{Ref: item.Info().Ref, Why: ed.why}
	past := past{ctx, s, b.Ref}
	if err := e.canHaveSeen(ctx, s, ed.seen, item); err != nil {
		return b, err
	}
	wrote, err := ed.set(item, past)
	if err != nil {
		return b, err
	}
	var same []data.Change
	for _, f := range data.FieldsOf(item) { // in their order: of two faults always the same is told
		text, ok := wrote[f.Key]
		if !ok {
			continue
		}
		v, err := f.Parse(text, now)
		if err != nil {
			return b, err
		}
		change := data.Change{Field: f.Key, Was: f.Get(item), Now: v}
		if ed.seen > 0 {
			if change.Was, _, err = past.value(f, ed.seen); err != nil {
				return b, err
			}
		}
		if f.Get(item) == v {
			same = append(same, change)
		} else {
			b.Changes = append(b.Changes, change)
		}
	}
	if len(b.Changes) == 0 {
		b.Changes = same // what is so already is refused, unless something else is not
	}
	return b, nil
}

// canHaveSeen refuses a position up to which nobody can have looked at an item.
func (e *env) canHaveSeen(ctx context.Context, s *store.View, seq int64, item data.Entity) error {
	if seq == 0 {
		return nil
	}
	if first := item.Info().MadeSeq; seq < first {
		return data.Refuse("%s was not there at event %d: event %d made it", item.Info().Ref, seq, first)
	}
	head, err := s.Head(ctx)
	if err == nil && seq > head.Seq {
		err = data.Refuse("there is no event %d; the last is %d", seq, head.Seq).WithHint("warroom log lists them")
	}
	return err
}

// understood says how the times in bodies were understood, before they are
// recorded, and of a deadline that it has passed.
func (e *env) understood(bodies ...data.Body) {
	now := e.now()
	var said []string
	say := func(f *data.Field, v string) {
		if f == nil || f.Type != data.TimeType || v == "" {
			return
		}
		line := strings.ToLower(f.Label) + " " + fieldText(f, v, now)
		if t, err := data.ParseTime(v); err == nil && f.Deadline() && !now.Before(t.End()) {
			line += ", which has passed"
		}
		if !slices.Contains(said, line) {
			said = append(said, line)
			e.say("%s", line)
		}
	}
	for _, b := range bodies {
		switch b := b.(type) {
		case data.Made:
			for _, f := range fieldsOf(b.Of) {
				say(f, b.Fields[f.Key])
			}
		case data.Changed:
			for _, c := range b.Changes {
				say(b.Ref.Spec().Field(c.Field), c.Now)
			}
		}
	}
}

// idLike tells words that can only be ids of numbered items, mistyped ones too,
// from names and texts.
var idLike = regexp.MustCompile(`^(?i:[a-z]{1,3}-[0-9]+|[adfnqrsx][0-9]+)$`)

// parted parts the words of a command into ids and the text behind them. At least
// the first word is an id.
func parted(args []string) (ids []string, text string) {
	n := 1
	for n < len(args) && idLike.MatchString(args[n]) {
		n++
	}
	return args[:n], strings.Join(args[n:], " ")
}

// timesLong says in a command's help how times are written.
const timesLong = `Times are written as +20m, 3h, 2d, today, tomorrow, "tomorrow 09:00", friday,
"fri 17:00", 09:00, 2024-08-20, "2024-08-20 09:00" or 2024-08-20T09:00:00Z, and with
a zone behind the hour as "09:00 UTC", "09:00+02:00" or "09:00 Asia/Tokyo"; without
one they are in yours. Of what has happened, friday is the last one and an hour alone
the last time that clocks showed it; there is yesterday too. How it was understood is said on standard error before it is
recorded.`
