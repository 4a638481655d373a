package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) noticeShow() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:               "show [REGION]",
		Short:             "Show how many were told, by region and channel, with all counts and what became of each",
		Example:           "warroom notice show\nwarroom notice show europe --json",
		Args:              words(0, 1),
		ValidArgsFunction: e.completeThen(completeRegions, nil),
	}, func(ctx context.Context, _ *cobra.Command, args []string) error {
		var region data.Ref
		if len(args) > 0 {
			var err error
			if region, err = data.ParseRegion(args[0]); err != nil {
				return err
			}
		}
		return e.with(ctx, func(s *store.View) error { return e.showNotices(ctx, s, region, asJSON) })
	})
	jsonFlag(c, &asJSON)
	return c
}

func completeRegions(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return data.RegionKeys, cobra.ShellCompDirectiveNoFileComp
}

func timeOf(t data.Time) timeJSON { return timeJSON{known(t.String()), known(t.Prec.String())} }

// showNotices shows how many were told in one region, or in all.
func (e *env) showNotices(ctx context.Context, s *store.View, region data.Ref, asJSON bool) error {
	o, err := s.Overview(ctx, e.now())
	if err != nil {
		return err
	}
	all, err := s.Notices(ctx, region)
	if err != nil {
		return err
	}
	histories := map[data.Ref][]data.Event{}
	for _, n := range all {
		if histories[n.Ref], err = s.History(ctx, n.Ref); err != nil {
			return err
		}
	}
	rows := slices.DeleteFunc(slices.Clone(o.Regions), func(r data.RegionRow) bool { return region != "" && r.Ref != region })
	if len(rows) == 0 {
		return data.Refuse("there is no region %s in this incident", region)
	}
	of := func(r data.RegionRow) []*data.Notice {
		return slices.DeleteFunc(slices.Clone(all), func(n *data.Notice) bool { return n.Region != r.Ref })
	}
	now := e.now()
	if asJSON {
		told := []object{}
		for _, r := range rows {
			counts := []object{}
			for _, n := range of(r) {
				stands := slices.ContainsFunc(r.Counts, func(c *data.Notice) bool { return c.Ref == n.Ref })
				counts = append(counts, append(flat(n), member{"stands", stands}))
			}
			told = append(told, object{{"region", r.Ref}, {"notified", notifiedOf(r)}, {"people", figureOf(r.People, data.People)},
				{"notices", known(r.Notices)}, {"notices_due", timeOf(r.NoticesDue)}, {"counts", counts}})
		}
		if region != "" {
			return e.print(func(w io.Writer) { writeJSON(w, told[0]) })
		}
		due, _ := o.Promised()
		all := object{{"notified", notifiedJSONOf(o.Notified(), o.Affected)}, {"people", figureOf(o.Affected, data.People)}, {"notices_due", timeOf(due)}, {"regions", told}}
		return e.print(func(w io.Writer) { writeJSON(w, all) })
	}
	return e.print(func(w io.Writer) {
		if region == "" {
			sentence(w, "notified in all: %s", notifiedText(o.Notified(), o.Affected, now))
			if odd := o.Notified().Excess(o.Affected); odd != "" {
				sentence(w, "%s", odd)
			}
		}
		for i, r := range rows {
			if i > 0 || region == "" {
				fmt.Fprintln(w)
			}
			printRegion(w, r, of(r), histories, now)
		}
	})
}
