package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) backupCommand() *cobra.Command {
	return e.command(&cobra.Command{
		Use:   "backup FILE",
		Short: "Write a copy of the incident, while others use it, and prove the copy",
		Long: `backup writes a copy as of now, which only you can read, and proves it before it
gets its name. An existing file is never overwritten.`,
		Example: "warroom backup monday.db\nwarroom backup -f x.db /mnt/safe/x-monday.db",
		Args:    words(1, 1),
	}, func(ctx context.Context, c *cobra.Command, args []string) error {
		if err := e.elsewhere(c); err != nil {
			return err
		}
		return e.with(ctx, func(s *store.Store) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			rep, err := s.Backup(ctx, path)
			if err != nil {
				return err
			}
			e.say("the copy is whole: %d events, hash %s", rep.Head.Seq, rep.Head.Hash)
			return e.recorded("%s", data.Line(path))
		})
	})
}
