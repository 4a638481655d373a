package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
)

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
