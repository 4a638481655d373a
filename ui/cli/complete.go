package cli

import (
	"context"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// maxCompletions is how many items are offered to choose from.
const maxCompletions = 200

// completeOpenActions offers the open actions, worst first.
func (e *env) completeOpenActions(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return e.complete(c, func(ctx context.Context, s *store.Store) ([]cobra.Completion, error) {
		open, err := s.OpenActions(ctx, "", 0, maxCompletions)
		if err != nil {
			return nil, err
		}
		var all []cobra.Completion
		for _, a := range open.Rows {
			all = append(all, cobra.CompletionWithDesc(string(a.Ref), data.Line(a.Title)))
		}
		return all, nil
	})
}

// completeIDs offers the items that have keys, the open actions and the open
// questions.
func (e *env) completeIDs(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return e.complete(c, func(ctx context.Context, s *store.Store) ([]cobra.Completion, error) {
		o, err := s.Overview(ctx, e.now())
		if err != nil {
			return nil, err
		}
		all := []cobra.Completion{string(data.IncidentRef)}
		add := func(item data.Entity) {
			all = append(all, cobra.CompletionWithDesc(string(item.Info().Ref), data.Line(data.FirstLine(item.Name()))))
		}
		for _, r := range o.Regions {
			add(r.Region)
		}
		for _, r := range o.Data {
			add(r.Category)
		}
		for _, r := range o.Streams {
			add(r.Workstream)
		}
		open, err := s.OpenActions(ctx, "", 0, maxCompletions)
		if err != nil {
			return nil, err
		}
		for _, a := range open.Rows {
			add(a)
		}
		for _, q := range o.Questions.Rows {
			add(q)
		}
		return all, nil
	})
}

// complete offers what fn reads from the file. Where that is not to be had,
// nothing is offered: a completion has no place for an error.
func (e *env) complete(c *cobra.Command, fn func(context.Context, *store.Store) ([]cobra.Completion, error)) (all []cobra.Completion, _ cobra.ShellCompDirective) {
	ctx := c.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	err := e.with(ctx, func(s *store.Store) (err error) {
		all, err = fn(ctx, s)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
