package ui_test

import (
	"time"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
	"warroom/ui/cli"
)

// The tests of the board use the real tree, which this package alone may
// import: it imports the board.
func init() {
	ui.Tree = func(s *store.View, now func() time.Time, actor data.Actor, role data.Role, seen ui.Seen) ui.Console {
		return cli.Runner{Store: s.Store, Now: now, Seen: func(data.Actor) ui.Seen { return seen }}.Console(actor, role)
	}
	ui.Writes = func(s *store.View, actor data.Actor, role data.Role) ui.Writer {
		return cli.Runner{Store: s.Store}.Writer(actor, role)
	}
}
