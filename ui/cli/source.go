package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) sourceWithdraw() *cobra.Command {
	var w withdrawal
	c := &cobra.Command{
		Use:   "withdraw ID",
		Short: "Withdraw a source and all that rests on it; takes a lead",
		Long: `withdraw says what rests on a source, claims, facts and counts, and what its figures become
without them. With --yes it withdraws them and the source, all at once or none; warroom
undo takes all of that back. Nothing new can rest on a source that is withdrawn.

--seen SEQ says that you looked at what falls at that event: if something else falls by
now, nothing is withdrawn, what falls now is said, and the exit status is 3.`,
		Example:           "warroom source withdraw S-2\nwarroom source withdraw S-2 --yes --why \"the post was a fake\"\nwarroom source withdraw S-2 --yes --seen 80",
		Args:              words(1, 1),
		ValidArgsFunction: e.completeThen(e.completeItems(data.KindSource, func(item data.Entity) bool { return !item.(*data.Source).Withdrawn }), nil),
	}
	e.writes(c)
	c.Flags().BoolVar(&w.yes, "yes", false, "withdraw them; without it nothing is changed")
	c.Flags().Int64Var(&w.seen, "seen", 0, "the event up to which you have looked (default: what is there now)")
	c.Flags().StringVar(&w.why, "why", "", "the reason, which stays on record")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		if c.Flags().Changed("seen") && w.seen < 1 {
			return misused(c, "the flag --seen cannot be \"%d\"", w.seen).WithHint("it takes the number of an event, which warroom log has in its first column")
		}
		return e.with(ctx, func(s *store.View) error {
			item, err := e.item(ctx, s, args[0])
			if err != nil {
				return err
			}
			source, ok := item.(*data.Source)
			if !ok {
				return data.Refuse("%s is no source", item.Info().Ref)
			}
			return e.withdrawSource(ctx, s, source, w)
		})
	})
}

// A withdrawal is how a source is to be withdrawn.
type withdrawal struct {
	yes  bool
	seen int64 // the event up to which the person looked; 0 is now
	why  string
}

// withdrawSource shows what falls with a source and, if that is wanted, withdraws
// it.
func (e *env) withdrawSource(ctx context.Context, s *store.View, source *data.Source, w withdrawal) error {
	if source.Withdrawn {
		return data.Refuse("%s is withdrawn already", source.Ref).
			WithHint("warroom source set %s --withdrawn no brings it back, without what fell with it", source.Ref).
			OnBoard("{edit e} on %s brings it back, without what fell with it: withdrawn no", source.Ref)
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if w.seen > head.Seq {
		return data.Refuse("there is no event %d; the last is %d", w.seen, head.Seq).WithHint("warroom log lists them")
	}
	source, fall, err := s.Fall(ctx, source.Ref)
	if err != nil {
		return err
	}
	tell := func(w io.Writer) { printFall(w, source, fall, e.now()) }
	if w.seen > 0 {
		saw, err := fallAt(ctx, s, source.Ref, w.seen)
		if err == nil && !fall.Same(saw) {
			tell(e.errw)
			err = otherFall(source)
		}
		if err != nil {
			return err
		}
	}
	if !w.yes {
		e.say("nothing is changed yet: --yes withdraws %s; with --seen %d, only if nothing else falls by then", fallen(fall), head.Seq)
		return e.print(tell)
	}
	tell(e.errw)
	reason := string(source.Ref) + " is withdrawn"
	if why := strings.TrimSpace(data.Line(w.why)); why != "" {
		reason += ": " + why
	}
	_, err = e.record(ctx, s, fall.Bodies(source, reason)...)
	var conflict *data.ConflictError
	switch {
	case err == nil:
		return e.recorded("%s is withdrawn, with %s", source.Ref, fallen(fall))
	case !errors.As(err, &conflict) && !errors.Is(err, data.ErrSame) && !errors.Is(err, data.ErrRests):
		return err
	}
	if source, fall, err = s.Fall(ctx, source.Ref); err != nil {
		return err
	}
	tell(e.errw)
	return otherFall(source)
}

// otherFall says that other things fall with a source than somebody saw.
func otherFall(source *data.Source) error {
	e := data.Refuse("%s is not withdrawn: other things fall with it by now than you saw", source.Ref).
		WithHint("what falls now stands above; look again: warroom source withdraw %s", source.Ref)
	e.Class = data.Conflict
	return e
}

// fallen counts what falls.
func fallen(f data.Fall) string {
	with := counted(len(f.Claims), "claim")
	if n := len(f.Counts); n > 0 {
		with += ", " + counted(n, "count of notices", "counts of notices")
	}
	return with + " and " + counted(len(f.Facts), "fact")
}

// fallAt reads what would have fallen with a source after an event.
func fallAt(ctx context.Context, s *store.View, source data.Ref, seq int64) (data.Fall, error) {
	claims, err := itemsAt[*data.Claim](ctx, s, data.KindClaim, seq)
	if err != nil {
		return data.Fall{}, err
	}
	facts, err := itemsAt[*data.Fact](ctx, s, data.KindFact, seq)
	if err != nil {
		return data.Fall{}, err
	}
	counts, err := itemsAt[*data.Notice](ctx, s, data.KindNotice, seq)
	return data.FallOf(source, claims, facts, counts), err
}

// itemsAt reads all items of a kind, as they were after an event.
func itemsAt[E data.Entity](ctx context.Context, s *store.View, k data.Kind, seq int64) (all []E, err error) {
	items, err := s.List(ctx, k)
	for _, item := range items {
		m := item.Info()
		switch {
		case m.MadeSeq > seq:
			continue
		case m.ChangedSeq > seq:
			history, err := s.History(ctx, m.Ref)
			if err != nil {
				return nil, err
			}
			var values []string
			for _, f := range data.FieldsOf(item) {
				v, _ := data.ValueAt(history, f, seq)
				values = append(values, v)
			}
			item = data.SpecOf(k).Load(*m, values)
		}
		all = append(all, item.(E))
	}
	return all, err
}

// printFall says what falls with a source.
func printFall(w io.Writer, source *data.Source, f data.Fall, now time.Time) {
	sentence(w, "source %s: %s", source.Ref, or(source.Title, unsaid))
	for _, c := range f.Claims {
		sentence(w, "claim %s: %s %s", c.Ref, c.Cell, claimWords(c, now))
	}
	for _, fact := range f.Facts {
		sentence(w, "fact %s: %s, %s: %s", fact.Ref, or(fact.Topic, unsaid), or(fact.Standing, "standing "+unsaid), data.Line(data.FirstLine(fact.Text)))
	}
	for _, n := range f.Counts {
		sentence(w, "count %s: %s %s, %s", n.Ref, n.Name(), n.NumberWords(), or(n.Standing, "standing "+unsaid))
	}
	for _, x := range f.Figures {
		after := unsaid
		if x.After != nil {
			after = figureText(x.After, x.Key.Unit, now)
		}
		sentence(w, "figure %s in %s: %s no longer stands; it becomes %s", x.Key.Cell, x.Key.Unit, x.Before.Ref, after)
	}
	if len(f.Figures) == 0 {
		fmt.Fprintln(w, "no figure becomes another")
	}
}
