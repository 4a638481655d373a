package store

import (
	"cmp"
	"context"
	"net/url"
	"os"
	"path/filepath"
)

// mostInMemory is how many events of a file of another version are projected in
// memory. Beyond, it takes a file, which has no name and goes with the process.
const mostInMemory = 100_000

// dialProjected opens a connection to a projection of the log as it is now, which
// nobody else sees.
func (s *Store) dialProjected(ctx context.Context, how access, _ use) (*conn, error) {
	for {
		mark := markOf(s.path)
		c, err := s.projected(ctx, how)
		// Without locks the log may be a mix of what was there before and after a change.
		if how != asItIs || markOf(s.path) == mark {
			return c, err
		}
		if err == nil {
			c.discard()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

func (s *Store) projected(ctx context.Context, how access) (c *conn, err error) {
	from, err := s.dialFile(ctx, how, reading)
	if err != nil {
		return nil, err
	}
	defer from.discard()
	if err := from.exec(ctx, `BEGIN`); err != nil {
		return nil, err
	}
	n, err := readNumber(ctx, from)
	if err == nil {
		err = cmp.Or(n.readable(filepath.Base(s.path)), checkSchema(ctx, from, n))
	}
	if err != nil {
		return nil, err
	}
	head, err := readHead(ctx, from)
	if err != nil {
		return nil, err
	}
	if c, err = s.dialEmpty(ctx, head.Seq <= cmp.Or(s.opts.inMemory, mostInMemory)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.discard()
		}
	}()
	err = c.inTx(ctx, func() error {
		if err := c.run(ctx, append(schema(), ours.pragma())...); err != nil {
			return err
		}
		if err := copyEvents(ctx, from, c, head.Seq); err != nil {
			return err
		}
		p := newProof()
		if err := walkChain(ctx, c, p.visit); err != nil {
			return err
		}
		return project(p.state, p.state.TakeTouched(), func(query string, args ...any) error { return c.exec(ctx, query, args...) })
	})
	if err == nil {
		err = c.run(ctx, `PRAGMA query_only = 1`)
	}
	return c, err
}

// dialEmpty opens a connection to an empty database that nobody else sees.
func (s *Store) dialEmpty(ctx context.Context, inMemory bool) (*conn, error) {
	q := url.Values{"_pragma": {"trusted_schema(0)", "mmap_size(0)", "foreign_keys(1)", "journal_mode(OFF)", "synchronous(OFF)"}, "_dqs": {"0"}}
	if inMemory {
		return dial(ctx, "file::memory:?"+q.Encode())
	}
	f, err := s.tempCopy()
	if err != nil {
		return nil, noCopy(err)
	}
	defer f.Close()
	defer os.Remove(f.Name())
	u := url.URL{Scheme: "file", Path: f.Name(), RawQuery: q.Encode()}
	c, err := dial(ctx, u.String())
	if err != nil {
		return nil, err
	}
	if err := c.run(ctx, `BEGIN IMMEDIATE`, `ROLLBACK`); err != nil { // which opens the file
		c.discard()
		return nil, err
	}
	return c, nil
}
