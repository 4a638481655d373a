package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/data/seed"
)

func (e *env) newCommand() *cobra.Command {
	var from localFile
	var title string
	c := &cobra.Command{
		Use:   "new FILE",
		Short: "Make an incident file from a template and print its path",
		Long: `new makes an incident file, which only you can read. It never overwrites one.

A template is one of ` + strings.Join(seed.Names(), ", ") + `, or the path of a
file of your team's own.`,
		Example: "warroom new x.db\nwarroom new x.db --from blank --title \"Provider breach\"\nwarroom new drill.db --from exercise",
		Args:    words(1, 1),
	}
	file := fileArg(c, 0)
	fileFlag(c.Flags(), &from, "from", "", seed.Default, "the template: "+strings.Join(seed.Names(), ", ")+", or a file")
	c.Flags().StringVar(&title, "title", "", "the title of the incident")
	c.RegisterFlagCompletionFunc("from", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return seed.Names(), cobra.ShellCompDirectiveDefault
	})
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		if c.Flags().Changed("file") {
			return misused(c, "new takes the name of the file without -f")
		}
		var given *string
		if c.Flags().Changed("title") {
			given = &title
		}
		if err := e.create(ctx, file(args).name(), from, given); err != nil {
			return err
		}
		made, err := file(args).abs()
		if err != nil {
			return err
		}
		return e.recorded("%s", data.Line(made.name()))
	})
}

// create makes an incident file from a template. A title, if given, replaces
// the template's.
func (e *env) create(ctx context.Context, path string, from localFile, title *string) error {
	now := e.now()
	t, err := template(from, e)
	if err != nil {
		return err
	}
	if title != nil {
		made := *t.Steps[0].Made
		set, err := data.Make(made.Of, "", map[string]string{"title": *title}, now)
		if err != nil {
			return err
		}
		set = e.guard([]data.Body{set})[0].(data.Made)
		made.Fields = cloneWith(made.Fields, "title", set.Fields["title"])
		t.Steps[0].Made = &made
	}
	return sow(ctx, path, e.shell.busy, t, now.Location())
}

// template reads a template: an embedded one by its name, another by its path.
func template(from localFile, e *env) (*seed.Template, error) {
	now := e.now()
	if slices.Contains(seed.Names(), from.name()) {
		return seed.Load(from.name(), now)
	}
	f, err := os.Open(from.name())
	if errors.Is(err, fs.ErrNotExist) {
		return seed.Load(from.name(), now) // says what there is
	}
	const more = 2 << 20 // than a template may hold
	var src []byte
	if err == nil {
		defer f.Close()
		src, err = io.ReadAll(io.LimitReader(f, more))
	}
	if err != nil {
		return nil, data.Refuse("template %s cannot be read: %v", data.Line(from.name()), errors.Unwrap(err))
	}
	return seed.Decode(from.name(), src, now)
}

// cloneWith returns fields with one of them set, or taken out if it is unknown.
func cloneWith(fields map[string]string, key, value string) map[string]string {
	all := map[string]string{}
	for k, v := range fields {
		all[k] = v
	}
	if all[key] = value; value == "" {
		delete(all, key)
	}
	return all
}
