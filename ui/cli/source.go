package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) sourceWithdraw() *cobra.Command {
	var yes bool
	var why string
	c := &cobra.Command{
		Use:   "withdraw ID",
		Short: "Withdraw all claims and facts that rest on a source; takes a lead where there are claims",
		Long: `withdraw says which claims and facts rest on a source, and what its figures become
without them. With --yes it withdraws them, all at once or none; warroom undo takes all
of that back. The source itself stays, with its history.`,
		Example:           "warroom source withdraw S-2\nwarroom source withdraw S-2 --yes --why \"the post was a fake\"",
		Args:              words(1, 1),
		ValidArgsFunction: e.completeThen(e.completeItems(data.KindSource, nil), nil),
	}
	e.writes(c)
	c.Flags().BoolVar(&yes, "yes", false, "withdraw them; without it nothing is changed")
	c.Flags().StringVar(&why, "why", "", "the reason, which stays on record")
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		return e.with(ctx, func(s *store.Store) error {
			item, err := e.item(ctx, s, args[0])
			if err != nil {
				return err
			}
			source, ok := item.(*data.Source)
			if !ok {
				return data.Refuse("%s is no source", item.Info().Ref)
			}
			return e.withdrawSource(ctx, s, source, strings.TrimSpace(data.Line(why)), yes)
		})
	})
}

// withdrawSource shows what falls with a source and, if that is wanted, withdraws
// it.
func (e *env) withdrawSource(ctx context.Context, s *store.Store, source *data.Source, why string, yes bool) error {
	fall, err := readFall(ctx, s, source.Ref)
	if err != nil {
		return err
	}
	what := counted(len(fall.Claims), "claim") + " and " + counted(len(fall.Facts), "fact")
	if len(fall.Claims)+len(fall.Facts) == 0 {
		return data.Refuse("nothing that stands rests on %s", source.Ref).WithHint("warroom log --of %s has its history", source.Ref)
	}
	tell := func(w io.Writer) { printFall(w, source, fall, e.now()) }
	if !yes {
		e.say("nothing is changed yet: --yes withdraws %s", what)
		return e.print(tell)
	}
	tell(e.errw)
	reason := string(source.Ref) + " is withdrawn"
	if why != "" {
		reason += ": " + why
	}
	if _, err := e.record(ctx, s, fall.Bodies(reason)...); err != nil {
		return err
	}
	return e.recorded("%s is withdrawn: %s", source.Ref, what)
}

// readFall reads what falls with a source.
func readFall(ctx context.Context, s *store.Store, source data.Ref) (data.Fall, error) {
	claims, err := itemsOf[*data.Claim](ctx, s, data.KindClaim)
	if err != nil {
		return data.Fall{}, err
	}
	facts, err := itemsOf[*data.Fact](ctx, s, data.KindFact)
	return data.FallOf(source, claims, facts), err
}

// itemsOf reads all items of a kind.
func itemsOf[E data.Entity](ctx context.Context, s *store.Store, k data.Kind) (all []E, err error) {
	items, err := s.List(ctx, k)
	for _, item := range items {
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
