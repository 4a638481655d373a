package cli

import (
	"context"

	"github.com/spf13/cobra"

	"warroom/data"
)

func (e *env) noteAdd() *cobra.Command {
	c := &cobra.Command{
		Use:     "add TEXT",
		Short:   "Add a note and print its id; the text - is read from standard input",
		Example: "warroom note add \"Counsel agrees with the text\" --about A-12\nwarroom note add --private - < minutes.txt",
		Args:    words(1, -1),
	}
	var private bool
	c.Flags().BoolVar(&private, "private", false, "for leads and responders only, left out of public exports")
	wrote := e.fieldFlags(c, data.KindNote, "about")
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		text, err := e.text(ctx, args)
		if err != nil {
			return err
		}
		fields := wrote()
		fields["text"] = text
		if private {
			fields["private"] = "yes"
		}
		return e.add(ctx, data.KindNote, fields)
	})
}
