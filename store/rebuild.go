package store

import (
	"context"

	"warroom/data"
)

// Rebuild writes all tables anew from the log, which it proves first. What only
// the tables know is lost by it: before that it keeps a copy of the file as it
// is, and returns the path of the copy.
func (s *Store) Rebuild(ctx context.Context) (kept string, err error) {
	if s.ReadOnly() != "" {
		return "", s.takesNone("nothing was rebuilt")
	}
	err = s.writeTables(ctx, func() error {
		kept, err = s.keepCopy(ctx)
		return err
	})
	return kept, err
}

// keepCopy writes a copy of the file as it is, damaged or not, beside it. The caller
// holds the lock.
func (s *Store) keepCopy(ctx context.Context) (string, error) {
	path := freeName(s.path + ".before-rebuild")
	err := publish(path, func(temp string) error {
		c, err := s.home.dialHeld(ctx, s.dsn(copying), s.opts.Busy)
		if err != nil {
			return explain(err, s.path)
		}
		defer c.discard()
		return explain(copyFrom(ctx, c, temp), s.path)
	})
	if err != nil {
		return "", err
	}
	return path, nil
}

// writeTables writes all tables anew from the log, after before has run: then
// the log is proved, and nobody else writes.
func (s *Store) writeTables(ctx context.Context, before func() error) error {
	unlock, err := s.home.lock(ctx, s.opts.Busy)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := s.home.dialHeld(ctx, s.dsn(mending), s.opts.Busy)
	if err != nil {
		return explain(err, s.path)
	}
	defer c.discard()
	return explain(c.inTx(ctx, func() error {
		if err := checkNumber(ctx, c, "nothing was rebuilt"); err != nil {
			return err
		}
		return rebuild(ctx, c, before)
	}), s.path)
}

// inTx runs fn in a transaction that writes. After an error nothing is written.
func (c *conn) inTx(ctx context.Context, fn func() error) (err error) {
	if err := c.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			c.exec(context.WithoutCancel(ctx), `ROLLBACK`)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	return c.exec(ctx, `COMMIT`)
}

// run runs statements without arguments.
func (c *conn) run(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := c.ExecContext(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func rebuild(ctx context.Context, c *conn, before func() error) error {
	state := data.NewState(nil, 0)
	err := walkChain(ctx, c, func(e data.Event, _ bool, _ string) error { return state.Apply(&e) })
	if err == nil {
		err = before()
	}
	if err != nil {
		return err
	}
	return remake(ctx, c, state, func() {})
}

// remake drops all tables but the log, and makes ours from a state that was folded
// from the beginning of the log. It takes what was touched from the state. It calls
// step before each statement.
func remake(ctx context.Context, c *conn, state *data.State, step func()) error {
	there, err := tablesIn(ctx, c)
	if err != nil {
		return err
	}
	for _, name := range there {
		if name == "search" {
			// Without its settings, SQLite could not even drop the table of texts.
			if err := c.run(ctx, `REPLACE INTO search_config VALUES ('version', 4)`); err != nil {
				return err
			}
		}
		if name == "search" || ownTable(name) {
			step()
			if err := c.run(ctx, `DROP TABLE `+name); err != nil {
				return err
			}
		}
	}
	if err := c.run(ctx, schema()[len(logSchema):]...); err != nil {
		return err
	}
	return project(state, state.TakeTouched(), func(query string, args ...any) error {
		step()
		return c.exec(ctx, query, args...)
	})
}
