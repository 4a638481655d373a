package cli

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// figureCommands returns what one can do with figures and the claims behind them.
func (e *env) figureCommands() []*cobra.Command {
	all := []*cobra.Command{e.figureAdd(), e.figureShow()}
	for _, v := range claimVerbs {
		all = append(all, e.claimVerb(v))
	}
	return append(all, e.figureSet(), e.figureList())
}

// rangeLong says in a command's help how a range is written.
const rangeLong = `A RANGE is written as 46k (the best number; its range is unknown), 40k..52k (low and
high), 40k..46k..52k (low, best, high), "at least 40k", "at most 52k" or "exactly
17412"; numbers as 40000, "40 000", 40k, 1.5M or 10^6. What can be read in two ways
is refused: a comma parts thousands for some and a fraction for others.`

func (e *env) figureAdd() *cobra.Command {
	c := &cobra.Command{
		Use:   "add CELL RANGE",
		Short: "Say how many people or records a cell holds, and print the claim's id",
		Long: `add records a claim about a cell, such as europe/addresses, europe/all or all/all. What
stands there is one of its claims: see figure show. How the claim was understood is
said on standard error before it is recorded. Without --basis, --source or --as-of
these are unknown.

` + rangeLong + "\n\n" + timesLong,
		Example: "warroom figure add europe/addresses 40k..46k..52k --unit people --standing estimated --basis \"vendor letter 3\" --source S-2 --as-of 2024-08-20\n" +
			"warroom figure add all/all at least 40k --unit people --standing reported",
		Args:              words(2, -1),
		ValidArgsFunction: e.completeThen(completeCells, completeRanges),
	}
	wrote := e.fieldFlags(e.writes(c), data.KindClaim, "unit", "standing", "basis", "source", "as_of")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		fields := wrote()
		for _, key := range []string{"unit", "standing"} {
			if err := needed(c, data.KindClaim, fields, key); err != nil {
				return err
			}
		}
		cell, err := data.ParseCell(args[0])
		if err != nil {
			return err
		}
		amount, err := data.ParseAmount(strings.Join(args[1:], " "))
		if err != nil {
			return err
		}
		fields["cell"] = string(cell)
		maps.Copy(fields, amount.Fields())
		body, err := data.Make(data.KindClaim, "", fields, e.now())
		if err != nil {
			return err
		}
		return e.with(ctx, func(s *store.View) error { return e.claim(ctx, s, body) })
	})
}

// claim records a claim, after it said what was understood, and what there is to
// be said of it beside the other ones.
func (e *env) claim(ctx context.Context, s *store.View, body data.Made) error {
	claim, err := data.ClaimOf(body)
	if err != nil {
		return err
	}
	e.say("understood: %s, %s", claim.Cell, claimWords(claim, e.now()))
	events, err := e.record(ctx, s, body)
	if err != nil {
		return err
	}
	e.stands(ctx, s, claim.Key())
	return e.recorded("%s", events[0].Ref)
}

// stands says what stands for a figure now, why, and what there does not agree.
// It is said beside what was recorded: an error is not worth a word.
func (e *env) stands(ctx context.Context, s *store.View, key data.FigureKey) {
	f, err := readFigure(ctx, s, key.Cell)
	if err != nil {
		return
	}
	f.stack(key.Unit).told(e.say, e.now())
	if f.crossed != "" {
		e.say("%s", f.crossed)
	}
}

func (e *env) figureShow() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:   "show CELL",
		Short: "Show what stands for a cell and why, and every claim about it with its history",
		Long: `show prints what stands for a cell in people and in records, why that claim does, which
ranges do not overlap, and every claim about it, newest first, with what became of it.

A claim stands that a lead pinned, else the one of the best standing (confirmed before
estimated, reported, claimed), then with the latest as-of, then the latest recorded. One
that is withdrawn or disproved never stands.`,
		Example:           "warroom figure show europe/addresses\nwarroom figure show all/all --json",
		Args:              words(1, 1),
		ValidArgsFunction: e.completeThen(completeCells, nil),
	}, func(ctx context.Context, _ *cobra.Command, args []string) error {
		return e.with(ctx, func(s *store.View) error { return e.showCell(ctx, s, args[0], asJSON) })
	})
	jsonFlag(c, &asJSON)
	return c
}

func (e *env) figureSet() *cobra.Command {
	return e.setter(&cobra.Command{
		Use:   "set ID...",
		Short: "Change what is said of claims beside their numbers",
		Long: `set changes the fields that it is given; the value unknown makes one unknown. The numbers
of a claim stay as they were stated: who says something else adds another claim.

` + timesLong,
		Example: "warroom figure set C-19 --source S-4 --basis \"counted in the snapshot\" --as-of 2024-08-20",
		Args:    words(1, -1),
	}, data.KindClaim)
}

// A claimVerb changes one field of claims.
type claimVerb struct {
	name, short, example string
	field, value         string
	done                 string // what the claim is then
}

// claimVerbs are the verbs that give claims a standing, or pin them.
var claimVerbs = []claimVerb{
	{name: "pin", short: "Let a claim stand before all others; takes a lead", field: "pinned", value: "yes", done: "pinned",
		example: "warroom figure pin C-19 --why \"agreed in the call\""},
	{name: "unpin", short: "Let the best of the claims stand again; takes a lead", field: "pinned", value: "unknown", done: "no longer pinned",
		example: "warroom figure unpin C-32 --why \"the list was reconciled\""},
	{name: "confirm", short: "Say that claims are confirmed; takes a lead", field: "standing", value: string(data.Confirmed), done: "confirmed",
		example: "warroom figure confirm C-19 --why \"counted twice\""},
	{name: "disprove", short: "Say that claims are disproved, which stand no more; takes a lead", field: "standing", value: string(data.Disproved), done: "disproved",
		example: "warroom figure disprove C-2 C-4 --why \"the sample was not ours\""},
	{name: "withdraw", short: "Withdraw claims, which stand no more; takes a lead", field: "standing", value: string(data.Withdrawn), done: "withdrawn",
		example: "warroom figure withdraw C-9 --why \"the vendor corrected it\" --seen 41"},
}

func (e *env) claimVerb(v claimVerb) *cobra.Command {
	c := &cobra.Command{Use: v.name + " ID...", Short: v.short, Example: v.example, Args: words(1, -1)}
	c.ValidArgsFunction = e.completeItems(data.KindClaim, v.wanted)
	flags := e.changes(c)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		var keys []data.FigureKey
		ed := edit{changeFlags: flags, kind: data.KindClaim, ids: args}
		ed.set = func(item data.Entity, _ past) (map[string]string, error) {
			claim := item.(*data.Claim)
			if !slices.Contains(keys, claim.Key()) {
				keys = append(keys, claim.Key())
			}
			return map[string]string{v.field: v.value}, v.refuses(claim)
		}
		ed.told = func(item data.Entity) string {
			claim := item.(*data.Claim)
			return string(claim.Ref) + " is " + v.done + ": " + string(claim.Cell) + " " + rangeText(claim) + " " + string(claim.Unit)
		}
		if err := e.edit(ctx, c, ed); err != nil {
			return err
		}
		err := e.with(ctx, func(s *store.View) error {
			for _, key := range keys {
				e.stands(ctx, s, key)
			}
			return nil
		})
		if err != nil { // it is recorded all the same
			e.say("what stands now is not known: %s", data.Line(err.Error()))
		}
		return nil
	})
}

// refuses says why a verb is nothing for a claim.
func (v claimVerb) refuses(c *data.Claim) error {
	switch {
	case v.name == "unpin" && !c.Pinned:
		return data.Refuse("%s is not pinned", c.Ref).WithHint("warroom figure show %s", c.Cell)
	case v.name == "pin" && c.Pinned:
		return data.Refuse("%s is pinned already", c.Ref)
	}
	return nil
}

// wanted reports whether a verb is likely to be meant for a claim.
func (v claimVerb) wanted(item data.Entity) bool {
	c := item.(*data.Claim)
	switch v.field {
	case "pinned":
		return c.Standing.Stands() && c.Pinned == (v.name == "unpin")
	}
	return c.Standing.Stands() && string(c.Standing) != v.value
}

// completeCells offers the cells, with what stands in none of them: that may be
// seen in figure list.
func completeCells(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return data.SpecOf(data.KindClaim).Field("cell").Words, cobra.ShellCompDirectiveNoFileComp
}

// completeRanges offers ways to write a range.
func completeRanges(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"40k..52k", "40k..46k..52k", "46k", "at", "exactly"}, cobra.ShellCompDirectiveNoFileComp
}
