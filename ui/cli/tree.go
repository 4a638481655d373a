package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/data"
)

// tree returns a fresh command tree for one run.
func (e *env) tree() *cobra.Command {
	var look lookFlags
	var file func(args []string) localFile
	root := e.command(&cobra.Command{
		Use:   "warroom [FILE]",
		Short: "A dashboard for the people who handle a personal-data breach together",
		Long: `warroom shows one incident, kept in one file: who is affected where, which data,
what each of the five workstreams is doing, and what is open.

Without a command it opens the dashboard. If there is no incident.db in this
directory and no other file is named, it makes one from the shipped sample.

Theme, keys, zones and more are set in $XDG_CONFIG_HOME/warroom/config.toml
(else ~/.config/warroom/config.toml); warroom man lists the settings.`,
		Example: "warroom\nwarroom x.db\nwarroom new x.db --title \"Provider breach\"\nwarroom status -f x.db --json\nwarroom action done A-12",
		Args:    cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return []cobra.Completion{"db"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}, func(ctx context.Context, c *cobra.Command, args []string) error {
		return e.board(ctx, c, args, file, look)
	})
	file = fileArg(root, 0)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(e.in)
	root.SetOut(e.out)
	root.SetErr(e.errw)
	root.SetFlagErrorFunc(e.badFlag)
	flags := root.PersistentFlags()
	fileFlag(flags, &e.file, "file", "f", "", "the incident file (default $WARROOM_FILE, else incident.db here)")
	flags.StringVar(&e.as, "as", "", "who you are (default $WARROOM_ACTOR, else the system's user)")
	look.add(root)
	root.PersistentPreRunE = e.prepare
	root.AddCommand(
		e.newCommand(), e.statusCommand(), e.showCommand(), e.findCommand(), e.logCommand(),
		e.verifyCommand(), e.backupCommand(), e.redactCommand(), e.undoCommand(), e.redoCommand(), e.versionCommand(),
		e.noun("action", "Pieces of work, each with one owner", e.actionCommands()...),
		e.noun("ask", "Questions to somebody, due in minutes or hours", e.askAdd(), e.askPromise(), e.askAnswer(), e.askList()),
		e.noun("figure", "How many people and records are affected", e.figureCommands()...),
		e.noun("notice", "How many people were told, by region and channel", e.noticeCommands()...),
		e.noun("import", "What another tracker has", e.importActions(), e.importNotices()), e.serveCommand(), e.thirdPartyCommand(),
		e.noun("keys", "Who may come in over SSH, and as what", e.keysAdd(), e.keysList(), e.keysRemove()),
		e.manCommand(),
	)
	for _, n := range nouns {
		root.AddCommand(e.noun(n.name, n.short, e.nounCommands(n)...))
	}
	e.maskFlags(root)
	root.SetHelpCommand(e.helpCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			e.dress(c)
		}
	}
	layOut(root)
	root.SetHelpFunc(showHelp)
	return root
}

// showHelp prints how a command is used.
func showHelp(c *cobra.Command, _ []string) {
	fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", wrap(cmp.Or(c.Long, c.Short), 80), c.UsageString())
}

// layOut gives each paragraph of a help text one line, to be broken where it is
// shown, and sets examples in.
func layOut(c *cobra.Command) {
	const gap = "\n\n"
	c.Long = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(c.Long, gap, "\x00"), "\n", " "), "\x00", gap)
	if c.Example != "" {
		c.Example = "  " + strings.ReplaceAll(c.Example, "\n", "\n  ")
	}
	for _, sub := range c.Commands() {
		layOut(sub)
	}
}

// dress gives Cobra's command for completion the manners of ours.
func (e *env) dress(completion *cobra.Command) {
	completion.Short = "Print what makes a shell complete warroom's words"
	completion.Long = ""
	completion.Args = cobra.ArbitraryArgs
	var shells []string
	for _, c := range completion.Commands() {
		c.Args = words(0, 0)
		c.Example = "warroom completion " + c.Name()
		shells = append(shells, c.Name())
	}
	completion.Example = "source <(warroom completion bash)\nwarroom completion fish > ~/.config/fish/completions/warroom.fish"
	e.command(completion, func(_ context.Context, c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return noCommand(c, args[0])
		}
		return misused(c, "completion needs a shell: %s", strings.Join(shells, ", "))
	})
}

// command gives c its work. Its error is told apart from those that Cobra
// makes, which are all about words.
func (e *env) command(c *cobra.Command, run func(ctx context.Context, c *cobra.Command, args []string) error) *cobra.Command {
	c.RunE = func(c *cobra.Command, args []string) error {
		e.failed = run(c.Context(), c, args)
		return e.failed
	}
	return c
}

// noun returns a command that only has verbs.
func (e *env) noun(name, short string, verbs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: name, Short: short, Args: cobra.ArbitraryArgs}
	var names, examples []string
	for _, v := range verbs {
		names = append(names, v.Name())
		first, _, _ := strings.Cut(v.Example, "\n")
		examples = append(examples, first)
	}
	c.Example = strings.Join(examples, "\n")
	e.command(c, func(_ context.Context, c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknown(c, args[0])
		}
		return misused(c, "%s needs a verb: %s", name, strings.Join(names, ", "))
	})
	c.AddCommand(verbs...)
	return c
}

// misused is a usage error of a command. Its hint leads to the command's help.
func misused(c *cobra.Command, format string, args ...any) *data.Error {
	return data.Misuse(format, args...).WithHint("%s --help", c.CommandPath())
}

// unknown says that a word is none of the commands below c, and at the top no
// file either.
func unknown(c *cobra.Command, word string) error {
	if c.HasParent() {
		return noCommand(c, word)
	}
	e := noCommand(c, word)
	e.What = fmt.Sprintf("%q is neither a command nor a file", cut(word))
	return e
}

// noCommand says that a word is none of the commands below c, and which are
// like it.
func noCommand(c *cobra.Command, word string) *data.Error {
	word = cut(word)
	path := strings.TrimPrefix(c.CommandPath()+" ", "warroom ")
	c.SuggestionsMinimumDistance = 2
	if len(word) < 4 {
		c.SuggestionsMinimumDistance = 1 // short words are all alike
	}
	e := misused(c, "there is no command %q", path+word)
	near := c.SuggestionsFor(word)
	if swapped := slices.DeleteFunc(slices.Clone(near), func(name string) bool { return letters(name) != letters(word) }); len(swapped) > 0 {
		near = swapped // the same letters in another order
	}
	if len(near) > 0 {
		e.Hint = fmt.Sprintf("did you mean %s%s? %s lists the commands", path, strings.Join(near, " or "), e.Hint)
	}
	return e
}

// letters returns the letters of a word in their order.
func letters(word string) string {
	all := []byte(strings.ToLower(word))
	slices.Sort(all)
	return string(all)
}

// words checks how many arguments a command has; most is -1 if there may be
// any number of them. What is missing is called as in its usage line.
func words(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		names := strings.Fields(c.Use)[1:]
		name := strings.TrimPrefix(c.CommandPath(), "warroom ")
		switch {
		case len(args) < least:
			return misused(c, "%s needs %s", name, strings.TrimSuffix(names[min(len(args), len(names)-1)], "..."))
		case most == 0 && len(args) > 0:
			return misused(c, "%s takes no argument, not %q", name, cut(args[0]))
		case most > 0 && len(args) > most:
			return misused(c, "%s has one argument too many: %q", name, cut(args[most])).
				WithHint("put a text of several words in quotes; %s --help", c.CommandPath())
		}
		return nil
	}
}

// badFlag explains a flag that does not fit. A word before it that is no
// command is what is really wrong.
func (e *env) badFlag(c *cobra.Command, err error) error {
	if before := c.Flags().Args(); len(before) > 0 && c.HasSubCommands() && !(c == c.Root() && e.namesFile(before[0])) {
		return unknown(c, before[0])
	}
	var missing *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing) && strings.Trim(missing.GetSpecifiedShortnames(), "0123456789.kM") == "" && missing.GetSpecifiedShortnames() != "":
		return misused(c, "there is no flag -%s, and no number here is below zero", cut(missing.GetSpecifiedShortnames()))
	case errors.As(err, &missing) && missing.GetSpecifiedShortnames() != "":
		return misused(c, "there is no flag -%s", cut(missing.GetSpecifiedName()))
	case errors.As(err, &missing):
		return misused(c, "there is no flag --%s", cut(missing.GetSpecifiedName()))
	case errors.As(err, &empty):
		return misused(c, "the flag --%s needs a value", empty.GetFlag().Name)
	case errors.As(err, &invalid):
		return misused(c, "the flag --%s cannot be %q", invalid.GetFlag().Name, cut(invalid.GetValue()))
	}
	return misused(c, "%v", err)
}

// usage makes a usage error of one that Cobra made, unless it is about writing.
func usage(err error) error {
	var ours *data.Error
	var write *fs.PathError
	if errors.As(err, &ours) || errors.As(err, &write) {
		return err
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return data.Misuse("%s", line).WithHint("warroom --help")
}

// prepare is done before every command.
func (e *env) prepare(c *cobra.Command, args []string) error {
	if err := e.refuseHere(c, args); err != nil || e.shell == nil || c.Name() == cobra.ShellCompRequestCmd {
		return err
	}
	var err error
	e.settings, err = e.shell.config()
	if zone := e.settings.Zone; zone != nil {
		now := e.now
		e.now = func() time.Time { return now().In(zone) }
	}
	switch {
	case err == nil:
	case c == c.Root():
		e.ignored = err // the board says it
	default:
		e.say("warroom: %v", err)
	}
	return nil
}

// refuseHere refuses, behind the other doors, what only the local shell has: the
// files of the machine, and commands and flags that are about the shell itself.
func (e *env) refuseHere(c *cobra.Command, args []string) error {
	why, local := c.Annotations[localMark]
	switch {
	case e.shell != nil:
	case namesAnyFile(c, args):
		return noFile()
	case local:
		return data.Misuse("%s cannot be used here: %s", strings.TrimPrefix(c.CommandPath(), "warroom "), why).
			WithHint("use a shell on the machine that has the file")
	case c.Flags().Changed("as"):
		return data.Misuse("the flag --as cannot be used here: who you are is known already").WithHint("leave it out")
	default:
		for _, flag := range boardFlags {
			if c.Flags().Changed(flag) {
				return data.Misuse("the flag --%s cannot be used here: it is about a board of its own", flag).WithHint("leave it out")
			}
		}
	}
	return nil
}

// localMark is the annotation of commands that only the local shell has: why.
const localMark = "local"

// boardFlags are the flags that are about a board of one's own.
var boardFlags = []string{"theme", "ascii"}

// helpCommand is Cobra's, but for what it says of a topic that there is not.
func (e *env) helpCommand() *cobra.Command {
	return e.command(&cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Say how a command is used",
		Example: "warroom help action add",
		Args:    cobra.ArbitraryArgs,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			topic, _, err := c.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var all []cobra.Completion
			for _, sub := range topic.Commands() {
				if sub.IsAvailableCommand() {
					all = append(all, cobra.CompletionWithDesc(sub.Name(), sub.Short))
				}
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
	}, func(_ context.Context, c *cobra.Command, args []string) error {
		topic, rest, err := c.Root().Find(args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return noCommand(topic, rest[0])
		}
		topic.InitDefaultHelpFlag()
		return topic.Help()
	})
}

// cut shortens a word of the command line for a message.
func cut(word string) string {
	word = data.Line(word)
	if r := []rune(word); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return word
}
