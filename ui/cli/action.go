package cli

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) actionAdd() *cobra.Command {
	c := &cobra.Command{
		Use:   "add TITLE",
		Short: "Add an action and print its id",
		Long: `add prints the id of the new action. What is left out is unknown.

--due takes +20m, 3h, 2d, tomorrow, "tomorrow 09:00", 2024-08-20 or
2024-08-20T09:00:00Z; how it was understood is said on standard error.`,
		Example: "warroom action add \"Send notices in Europe\" --stream notification --owner aiko --priority P1 --due \"tomorrow 09:00\"",
		Args:    words(1, -1),
	}
	wrote := e.fieldFlags(c, data.KindAction, "stream", "owner", "priority", "due", "detail", "link", "waits_for")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		fields := wrote()
		if _, ok := fields["stream"]; !ok {
			return misused(c, "action add needs --stream").WithHint("one of: %s", strings.Join(data.StreamKeys, ", "))
		}
		fields["title"] = strings.Join(args, " ")
		return e.add(ctx, data.KindAction, fields)
	})
}

// add records a new item, says what was understood of it, and prints its id.
func (e *env) add(ctx context.Context, k data.Kind, fields map[string]string) error {
	body, err := e.made(k, fields)
	if err != nil {
		return err
	}
	return e.with(ctx, func(s *store.Store) error {
		events, err := e.record(ctx, s, body)
		if err != nil {
			return err
		}
		e.understood(body)
		return e.recorded("%s", events[0].Ref)
	})
}

// understood says how the times in a body were understood.
func (e *env) understood(b data.Made) {
	now := e.now()
	for _, f := range data.SpecOf(b.Of).Fields {
		if v := b.Fields[f.Key]; f.Type == data.TimeType && v != "" {
			e.say("%s %s", strings.ToLower(f.Label), fieldText(f, v, now))
		}
	}
}

func (e *env) actionDone() *cobra.Command {
	return e.command(&cobra.Command{
		Use:               "done ID...",
		Short:             "Say that actions are done, all of them or none",
		Example:           "warroom action done A-12\nwarroom action done A-12 A-13 A-14",
		Args:              words(1, -1),
		ValidArgsFunction: e.completeOpenActions,
	}, func(ctx context.Context, _ *cobra.Command, args []string) error {
		return e.with(ctx, func(s *store.Store) error { return e.actionsBecome(ctx, s, args, data.Done) })
	})
}

// actionsBecome gives actions a state, all of them or none.
func (e *env) actionsBecome(ctx context.Context, s *store.Store, ids []string, state data.ActionState) error {
	var bodies []data.Body
	var told []string
	for _, id := range ids {
		item, err := e.item(ctx, s, id)
		if err != nil {
			return err
		}
		a, ok := item.(*data.Action)
		if !ok {
			return data.Refuse("%s is no action", item.Info().Ref)
		}
		line := string(a.Ref) + " is " + string(state) + ": " + data.Line(a.Title)
		if slices.Contains(told, line) {
			continue // named twice
		}
		change, err := data.Set(a, "state", string(state), e.now())
		if err != nil {
			return err
		}
		bodies = append(bodies, data.Changed{Ref: a.Ref, Changes: []data.Change{change}})
		told = append(told, line)
	}
	if _, err := e.record(ctx, s, bodies...); err != nil {
		return err
	}
	return e.recorded("%s", strings.Join(told, "\n"))
}

func (e *env) actionList() *cobra.Command {
	var asJSON, desc bool
	var sort string
	c := e.filtered(&cobra.Command{
		Use:   "list [FILTER...]",
		Short: "List the actions, in all states",
		Long:  "list lists the actions, in all states unless the filter says otherwise, by their numbers unless --sort does.",
		Example: "warroom action list\nwarroom action list is:late stream:notification\nwarroom action list 'due:<2d' owner:unknown --sort due\n" +
			"warroom action list is:open not:owner:aiko --json",
	}, data.KindAction)
	jsonFlag(c, &asJSON)
	c.Flags().StringVar(&sort, "sort", "", "order by a field; what is unknown comes last")
	c.Flags().BoolVar(&desc, "desc", false, "order from the end on")
	c.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(data.FilterKeys(data.KindAction), cobra.ShellCompDirectiveNoFileComp))
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		l := list{kind: data.KindAction, filter: strings.Join(args, " "), asJSON: asJSON,
			header: []string{"ID", "STATE", "PRIORITY", "OWNER", "DUE", "WORKSTREAM", "TITLE"}, row: actionRow}
		if sort != "" || desc {
			key, err := data.SortKey(data.KindAction, cmp.Or(sort, data.IDKey))
			if err != nil {
				return err
			}
			q := data.ActionQuery{Sort: key, Down: desc, All: true}
			l.sort = func(a, b data.Entity) int { return q.Compare(a.(*data.Action), b.(*data.Action)) }
		}
		return e.list(ctx, l)
	})
}

func actionRow(item data.Entity, now time.Time) []string {
	a := item.(*data.Action)
	due := "no deadline"
	if a.Due.Known() {
		due = dueText(a.Due, a.Overdue(now), now)
	}
	return []string{string(a.Ref), string(a.State), or(a.Priority, unsaid), or(a.Owner, unassigned), due, string(a.Stream), data.Line(a.Title)}
}
