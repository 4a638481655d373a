package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/data"
	"warroom/ui"
)

// complete returns what may be the last word of a command, behind the whole words
// before it. Not all of that begins as the last word does. It is tight if nothing is to
// follow it, not even a space. Names of files and what only a shell has are not offered.
func (r Runner) complete(ctx context.Context, actor data.Actor, role data.Role, whole []string, last string) (all []ui.Completion, tight bool) {
	if !role.Has(data.Reading) {
		return nil, false
	}
	t, err := r.env(actor, role, nil, io.Discard, io.Discard).tab(ctx, whole, last)
	if err != nil {
		return nil, false
	}
	found, how := t.find()
	if how&cobra.ShellCompDirectiveError != 0 {
		return nil, false
	}
	for _, c := range found {
		word, note, _ := strings.Cut(c, "\t")
		all = append(all, ui.Completion{Word: word, Note: data.FirstLine(note)})
	}
	return all, how&cobra.ShellCompDirectiveNoSpace != 0
}

// A tab is a command whose last word is completed.
type tab struct {
	*cobra.Command
	flag *pflag.Flag // whose value the word is, or nil
	word string      // as far as it goes; of a value, without the flag before it
}

// tab finds the command that words are about, and parses the flags among them.
func (e *env) tab(ctx context.Context, whole []string, last string) (*tab, error) {
	c, args, err := e.tree().Find(whole)
	if err != nil {
		return nil, err
	}
	c.SetContext(ctx)
	c.InitDefaultHelpFlag()
	t := &tab{Command: c, word: last}
	if !slices.Contains(args, "--") {
		args = t.findFlag(args)
	}
	return t, c.ParseFlags(args)
}

// findFlag finds the flag whose value is being typed: as --owner=a, or behind --owner.
// It returns the words before it.
func (t *tab) findFlag(args []string) []string {
	if name, value, ok := strings.Cut(t.word, "="); ok && strings.HasPrefix(name, "-") {
		if t.flag = t.flagCalled(name); t.flag != nil {
			t.word = value
		}
		return args
	}
	if n := len(args) - 1; n >= 0 && !strings.HasPrefix(t.word, "-") {
		if f := t.flagCalled(args[n]); f != nil && f.NoOptDefVal == "" {
			t.flag = f
			return args[:n]
		}
	}
	return args
}

// flagCalled returns the flag that --name is, or the last letter of -n; nil if there is
// none.
func (t *tab) flagCalled(word string) *pflag.Flag {
	flags := t.Flags()
	flags.AddFlagSet(t.InheritedFlags())
	if name, ok := strings.CutPrefix(word, "--"); ok {
		return flags.Lookup(name)
	}
	if len(word) < 2 || word[0] != '-' {
		return nil
	}
	return flags.ShorthandLookup(word[len(word)-1:])
}

// find returns what the word may be.
func (t *tab) find() (all []cobra.Completion, how cobra.ShellCompDirective) {
	switch flags := t.Flags(); {
	case flags.Changed("help") || isLocal(t.Command):
		return nil, 0
	case t.flag != nil:
		complete, ok := t.GetFlagCompletionFunc(t.flag.Name)
		if !ok {
			return nil, 0
		}
		all, how = complete(t.Command, flags.Args(), t.word)
	case strings.HasPrefix(t.word, "-") && flags.ArgsLenAtDash() < 0:
		return t.flags(), 0
	case t.ValidArgsFunction != nil:
		all, how = t.ValidArgsFunction(t.Command, flags.Args(), t.word)
	}
	if how&(cobra.ShellCompDirectiveFilterFileExt|cobra.ShellCompDirectiveFilterDirs) != 0 {
		all = nil // endings of names, for a shell that looks for files
	}
	if t.flag == nil && t.Flags().NArg() == 0 && !t.begun() {
		all = append(t.commands(), all...)
	}
	return all, how
}

// begun reports whether a flag was given that the commands below this one do not have.
func (t *tab) begun() (begun bool) {
	t.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { begun = begun || f.Changed })
	return begun
}

// commands returns the commands below this one.
func (t *tab) commands() (all []cobra.Completion) {
	for _, c := range t.Commands() {
		if (c.IsAvailableCommand() || c.Name() == "help") && !isLocal(c) {
			all = append(all, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return all
}

// flags returns the flags that are not given yet, or can be given again.
func (t *tab) flags() (all []cobra.Completion) {
	t.Flags().VisitAll(func(f *pflag.Flag) {
		_, several := f.Value.(pflag.SliceValue)
		if f.Hidden || f.Changed && !several || f.Annotations[fileMark] != nil || f.Name == "as" || slices.Contains(boardFlags, f.Name) {
			return
		}
		all = append(all, cobra.CompletionWithDesc("--"+f.Name, f.Usage))
		if f.Shorthand != "" {
			all = append(all, cobra.CompletionWithDesc("-"+f.Shorthand, f.Usage))
		}
	})
	return all
}

// isLocal reports whether only the local shell has a command: by its mark, because its
// first argument names a file, or because that holds for all commands below it.
func isLocal(c *cobra.Command) bool {
	if c.Annotations[localMark] != "" || c.HasParent() && c.Annotations[fileMark] == "0" {
		return true
	}
	return c.HasSubCommands() && !slices.ContainsFunc(c.Commands(), func(sub *cobra.Command) bool { return !isLocal(sub) })
}
