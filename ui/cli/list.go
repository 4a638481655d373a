package cli

import (
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
	only   map[string]string // what people wrote for the fields that must be so
	asJSON bool
	header []string
	row    func(item data.Entity, now time.Time) []string
}

// list prints the items of a kind, in the order of their numbers.
func (e *env) list(ctx context.Context, l list) error {
	now := e.now()
	want, err := e.wanted(l.kind, l.only)
	if err != nil {
		return err
	}
	return e.with(ctx, func(s *store.Store) error {
		all, err := s.List(ctx, l.kind)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(item data.Entity) bool { return e.may(item) != nil || !want(item) })
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
		return e.rows(rows, data.SpecOf(l.kind).Plural)
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

// wanted returns which items have the values that a person asked for. Names
// are compared without regard to case.
func (e *env) wanted(k data.Kind, only map[string]string) (func(data.Entity) bool, error) {
	spec, now, values := data.SpecOf(k), e.now(), map[*data.Field]string{}
	for _, f := range spec.Fields {
		text, ok := only[f.Key]
		if !ok {
			continue
		}
		v, err := f.Parse(text, now)
		if err != nil {
			return nil, err
		}
		values[f] = v
	}
	return func(item data.Entity) bool {
		for f, v := range values {
			if !strings.EqualFold(f.Get(item), v) {
				return false
			}
		}
		return true
	}, nil
}

// fieldFlags gives a command flags for fields of a kind, and returns what
// people wrote in those that they gave.
func (e *env) fieldFlags(c *cobra.Command, k data.Kind, keys ...string) func() map[string]string {
	spec := data.SpecOf(k)
	wrote := map[string]*string{}
	for _, key := range keys {
		f := spec.Field(key)
		name := strings.ReplaceAll(key, "_", "-")
		help := strings.ToLower(f.Label)
		if len(f.Words) > 0 {
			help += ": " + strings.Join(f.Words, ", ")
		}
		wrote[key] = c.Flags().String(name, "", help)
		if len(f.Words) > 0 {
			c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(f.Words, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	return func() map[string]string {
		given := map[string]string{}
		for key, text := range wrote {
			if c.Flags().Changed(strings.ReplaceAll(key, "_", "-")) {
				given[key] = *text
			}
		}
		return given
	}
}

func (e *env) questionList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the questions, in all states",
		Example: "warroom question list\nwarroom question list --state open --json",
		Args:    words(0, 0),
	}
	wrote := e.fieldFlags(c, data.KindQuestion, "state")
	jsonFlag(c, &asJSON)
	return e.command(c, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		return e.list(ctx, list{kind: data.KindQuestion, only: wrote(), asJSON: asJSON,
			header: []string{"ID", "STATE", "QUESTION"},
			row: func(item data.Entity, _ time.Time) []string {
				q := item.(*data.Question)
				return []string{string(q.Ref), string(q.State), data.Line(data.FirstLine(q.Text))}
			}})
	})
}

func (e *env) streamList() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "list",
		Short:   "List the workstreams and how many of their actions stand where",
		Example: "warroom stream list\nwarroom stream list --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		return e.with(ctx, func(s *store.Store) error {
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
		return e.with(ctx, func(s *store.Store) error {
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
					string(c.Ref), or(c.Source, unsaid), timeText(c.AsOf, now)})
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
