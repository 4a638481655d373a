package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// A list says what a list command prints: one kind of item, as rows or as JSON.
type list struct {
	kind   data.Kind
	filter string // what people wrote, see data.ParseFilter
	sort   func(a, b data.Entity) int
	asJSON bool
	header []string
	row    func(item data.Entity, now time.Time) []string

	plural string                 // what they are called, if not as the kind
	only   func(data.Entity) bool // which items of the kind; nil is all
}

// list prints the items of a kind, in the order of their numbers unless there is
// another.
func (e *env) list(ctx context.Context, l list) error {
	now := e.now()
	filter, err := data.ParseFilter(l.kind, l.filter, now)
	if err != nil {
		return err
	}
	me, err := e.who()
	if err != nil && filter.Cond().Asks(data.CondMine) {
		return err
	}
	return e.with(ctx, func(s *store.View) error {
		all, err := s.List(ctx, l.kind)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(item data.Entity) bool {
			return l.only != nil && !l.only(item) || !filter.Match(item, now, me)
		})
		if l.sort != nil {
			slices.SortStableFunc(all, l.sort)
		}
		if l.asJSON {
			told := make([]object, 0, len(all))
			for _, item := range all {
				told = append(told, flat(item))
			}
			return e.print(func(w io.Writer) { writeJSON(w, told) })
		}
		rows := [][]string{l.header}
		for _, item := range all {
			rows = append(rows, l.row(item, now))
		}
		return e.rows(rows, cmp.Or(l.plural, data.SpecOf(l.kind).Plural))
	})
}

// rows prints a table, or says that it is empty.
func (e *env) rows(rows [][]string, what string) error {
	if len(rows) == 1 {
		e.say("no %s", what)
		return nil
	}
	return e.print(func(w io.Writer) { columns(w, rows) })
}

// filterLong explains the language of filters in a command's help.
const filterLong = `A FILTER is terms that must all hold: a word that is in a text, a name or the
id; FIELD:VALUE, or several values apart by commas, where unknown is what nobody
has said; is:WORD; and not: before any of them.

Times are compared: due:<2d is due within two days or overdue, due:>3d is due
later than in three days; due:today, due:<2024-08-20; updated:<2h was changed in
the last two hours. A text of several words goes in double quotes. In a shell, put
terms with quotes, < or > in single quotes.`

// filtered makes a command take the words of a filter as its arguments, and says
// in its help how.
func (e *env) filtered(c *cobra.Command, k data.Kind) *cobra.Command {
	c.Args = cobra.ArbitraryArgs
	var is []string
	for _, term := range data.CompleteFilter(k, "is:") {
		is = append(is, strings.TrimPrefix(term, "is:"))
	}
	c.Long += "\n\n" + filterLong + "\n\nThe fields: " + strings.Join(data.FilterKeys(k), ", ") + ".\n\nThe words behind is: " + strings.Join(is, ", ") + "."
	c.ValidArgsFunction = func(_ *cobra.Command, _ []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		all := data.CompleteFilter(k, text)
		if slices.ContainsFunc(all, func(term string) bool { return strings.HasSuffix(term, ":") }) {
			return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace // a value follows
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// fieldFlags gives a command flags for fields of a kind, and returns what
// people wrote in those that they gave.
func (e *env) fieldFlags(c *cobra.Command, k data.Kind, keys ...string) func() map[string]string {
	spec := data.SpecOf(k)
	wrote := map[string]*string{}
	for _, key := range keys {
		f := spec.Field(key)
		name := flagName(key)
		wrote[key] = c.Flags().String(name, "", flagHelp(f))
		c.RegisterFlagCompletionFunc(name, e.completeValue(f))
	}
	return func() map[string]string {
		given := map[string]string{}
		for key, text := range wrote {
			if c.Flags().Changed(flagName(key)) {
				given[key] = *text
			}
		}
		return given
	}
}

// flagNames are the flags that are not called as their field.
var flagNames = map[string]string{"decided_by": "by", "review_due": "review", "they_promised": "promised"}

// flagName returns what the flag for a field is called.
func flagName(key string) string {
	return cmp.Or(flagNames[key], strings.ReplaceAll(key, "_", "-"))
}

// flagHelp says what the flag of a field takes.
func flagHelp(f *data.Field) string {
	help := strings.ToLower(f.Label)
	switch {
	case f.Type == data.SpanType:
		help += ": 8h, 1d12h"
	case f.Type == data.FlagType:
		help += ": yes, no"
	case len(f.Words) > 12:
		help += ": " + f.Words[0] + " to " + f.Words[len(f.Words)-1]
	case len(f.Words) > 0:
		help += ": " + strings.Join(f.Words, ", ")
	}
	return help
}

func (e *env) streamList() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "list",
		Short:   "List the workstreams and how many of their actions stand where",
		Example: "warroom stream list\nwarroom stream list --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		return e.with(ctx, func(s *store.View) error {
			now := e.now()
			o, err := s.Overview(ctx, now)
			if err != nil {
				return err
			}
			told := []object{}
			rows := [][]string{{"ID", "STATUS", "LEAD", "OPEN", "OVERDUE", "BLOCKED", "DONE", "UPDATED", "HEADLINE"}}
			for _, r := range o.Streams {
				told = append(told, append(flat(r.Workstream), member{"updated_at", moment(r.Updated())}, member{"stale", r.Stale(now)},
					member{"open", r.Open}, member{"overdue", r.Overdue}, member{"blocked", r.Blocked}, member{"done", r.Done}))
				rows = append(rows, []string{string(r.Ref), or(r.Status, unsaid), or(r.Lead, "no lead"), fmt.Sprint(r.Open), fmt.Sprint(r.Overdue),
					fmt.Sprint(r.Blocked), fmt.Sprint(r.Done), updatedText(r.Workstream, now), or(r.Headline, unsaid)})
			}
			if asJSON {
				return e.print(func(w io.Writer) { writeJSON(w, told) })
			}
			return e.rows(rows, "workstreams")
		})
	})
	jsonFlag(c, &asJSON)
	return c
}

func (e *env) figureList() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "list",
		Short:   "List the figures that somebody has stated; all others are unknown",
		Example: "warroom figure list\nwarroom figure list --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		return e.with(ctx, func(s *store.View) error {
			now := e.now()
			claims, err := s.Figures(ctx)
			if err != nil {
				return err
			}
			cells := data.SpecOf(data.KindClaim).Field("cell").Words
			slices.SortStableFunc(claims, func(a, b *data.Claim) int {
				return slices.Index(cells, string(a.Cell)) - slices.Index(cells, string(b.Cell))
			})
			told := []cellJSON{}
			rows := [][]string{{"CELL", "FIGURE", "STANDING", "CLAIM", "SOURCE", "AS OF"}}
			for _, c := range claims {
				told = append(told, cellJSON{c.Cell, figureOf(c, c.Unit)})
				rows = append(rows, []string{string(c.Cell), rangeText(c) + " " + string(c.Unit), or(c.Standing, unsaid),
					string(c.Ref), or(c.Source, unsaid), asOfText(c, now)})
			}
			if asJSON {
				return e.print(func(w io.Writer) { writeJSON(w, told) })
			}
			return e.rows(rows, "figures: nobody has stated a number")
		})
	})
	jsonFlag(c, &asJSON)
	return c
}

// A cellJSON is a figure and what it counts.
type cellJSON struct {
	Cell data.Cell `json:"cell"`
	figureJSON
}
