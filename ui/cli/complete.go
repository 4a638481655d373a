package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// maxCompletions is how many items are offered to choose from.
const maxCompletions = 200

// completeOpenActions offers the open actions, worst first.
func (e *env) completeOpenActions(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return e.complete(c, func(ctx context.Context, s *store.View) ([]cobra.Completion, error) {
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
	return e.complete(c, func(ctx context.Context, s *store.View) ([]cobra.Completion, error) {
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

// completeActions offers the actions that a filter finds, the newest first.
func (e *env) completeActions(filter string) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return e.complete(c, func(ctx context.Context, s *store.View) (all []cobra.Completion, err error) {
			now := e.now()
			f, err := data.ParseFilter(data.KindAction, filter, now)
			if err != nil {
				return nil, err
			}
			found, err := s.Actions(ctx, data.ActionQuery{Filter: f, Sort: data.IDKey, Down: true, Now: now}, "", 0, maxCompletions)
			for _, a := range found.Rows {
				all = append(all, cobra.CompletionWithDesc(string(a.Ref), data.Line(a.Title)))
			}
			return all, err
		})
	}
}

// completeItems offers the items of a kind, of which there are never very many,
// the newest first: those that are wanted, or all.
func (e *env) completeItems(k data.Kind, wanted func(data.Entity) bool) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return e.complete(c, func(ctx context.Context, s *store.View) (all []cobra.Completion, err error) {
			items, err := s.List(ctx, k)
			for _, item := range slices.Backward(items) {
				if (wanted == nil || wanted(item)) && len(all) < maxCompletions {
					all = append(all, cobra.CompletionWithDesc(string(item.Info().Ref), data.Line(data.FirstLine(item.Name()))))
				}
			}
			return all, err
		})
	}
}

// completeThen offers first for the first word, and then, if it is not nil, both
// for those that follow.
func (e *env) completeThen(first, then cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return first(c, args, text)
		}
		if then == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		all, _ := then(c, args, text)
		more, directive := first(c, args, text)
		return append(all, more...), directive
	}
}

// completeValue offers values of a field: its words, the names of people that are
// known, items that it may name, times.
func (e *env) completeValue(f *data.Field) cobra.CompletionFunc {
	switch {
	case len(f.Words) > 0:
		return cobra.FixedCompletions(f.Words, cobra.ShellCompDirectiveNoFileComp)
	case f.Type == data.NameType:
		return e.completeNames
	case f.Type == data.RefType && f.Key == "source":
		return e.completeItems(data.KindSource, nil)
	case f.Type == data.RefType:
		return e.completeIDs
	case f.Type == data.FlagType:
		return cobra.FixedCompletions([]string{"yes", "no"}, cobra.ShellCompDirectiveNoFileComp)
	case f.Deadline():
		return cobra.FixedCompletions([]string{"+20m", "+2h", "today", "tomorrow", "tomorrow 09:00", "unknown"}, cobra.ShellCompDirectiveNoFileComp)
	}
	return cobra.NoFileCompletions
}

// completeNames offers the people who own open actions, lead a workstream or
// command.
func (e *env) completeNames(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return e.complete(c, func(ctx context.Context, s *store.View) ([]cobra.Completion, error) {
		o, err := s.Overview(ctx, e.now())
		if err != nil {
			return nil, err
		}
		open, err := s.OpenActions(ctx, "", 0, maxCompletions)
		if err != nil {
			return nil, err
		}
		names := []string{o.Incident.Commander}
		for _, r := range o.Streams {
			names = append(names, r.Lead)
		}
		for _, a := range open.Rows {
			names = append(names, a.Owner, a.To)
		}
		slices.Sort(names)
		names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
		return append(names, unsaid), nil
	})
}

// complete offers what fn reads from the file. Where that is not to be had,
// nothing is offered: a completion has no place for an error.
func (e *env) complete(c *cobra.Command, fn func(context.Context, *store.View) ([]cobra.Completion, error)) (all []cobra.Completion, _ cobra.ShellCompDirective) {
	ctx := c.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	if e.shell != nil { // completing a word must not upgrade the file
		e.shell.looks = true
	}
	err := e.with(ctx, func(s *store.View) (err error) {
		all, err = fn(ctx, s)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
