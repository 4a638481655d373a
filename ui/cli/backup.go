package cli

import (
	"context"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) backupCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a copy of the incident, while others use it, and prove the copy",
		Long: `backup writes a copy as of now, which only you can read, and proves it before it
gets its name. An existing file is never overwritten.`,
		Example: "warroom backup monday.db\nwarroom backup -f x.db /mnt/safe/x-monday.db",
		Args:    words(1, 1),
	}
	file := fileArg(c, 0)
	return e.command(c, func(ctx context.Context, _ *cobra.Command, args []string) error {
		return e.with(ctx, func(s *store.View) error {
			to, err := file(args).abs()
			if err != nil {
				return err
			}
			rep, err := s.Backup(ctx, to.name())
			if err != nil {
				return err
			}
			e.say("the copy is whole: %d events, hash %s", rep.Head.Seq, rep.Head.Hash)
			return e.recorded("%s", data.Line(to.name()))
		})
	})
}
