package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"

	"warroom/data"
)

// A conn is one connection to the file, with the statements prepared on it. It
// serves one goroutine at a time.
//
// Statements without rows go to the driver as they are: recording a change is
// mostly these, and half of what they cost was on the way there.
type conn struct {
	*sql.Conn
	stmts  map[string]*sql.Stmt
	direct map[string]driver.StmtExecContext
	args   []driver.NamedValue // of the statement that runs
}

// dial opens a connection of db.
func dial(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, stmts: map[string]*sql.Stmt{}, direct: map[string]driver.StmtExecContext{}}, nil
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := c.stmts[query]; st != nil {
		return st, nil
	}
	st, err := c.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = st
	}
	return st, err
}

// QueryContext implements querier with a prepared statement.
func (c *conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// exec runs a prepared statement that returns no rows.
func (c *conn) exec(ctx context.Context, query string, args ...any) error {
	return c.Raw(func(dc any) error {
		st := c.direct[query]
		if st == nil {
			made, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, query)
			if err != nil {
				return err
			}
			st = made.(driver.StmtExecContext)
			c.direct[query] = st
		}
		c.args = c.args[:0]
		for i, a := range args {
			v, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return err
			}
			c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
		}
		_, err := st.ExecContext(ctx, c.args)
		return err
	})
}

// discard closes the connection for good, with the transaction that may be open
// on it.
func (c *conn) discard() {
	for _, st := range c.stmts {
		st.Close()
	}
	c.Raw(func(any) error {
		for _, st := range c.direct {
			st.(driver.Stmt).Close()
		}
		return nil
	})
	c.Raw(func(any) error { return driver.ErrBadConn }) // closed, not pooled
	c.Close()
}

// readers is how many read transactions run at the same time.
const readers = 4

// A pool is the connections that read. Each is opened when it is first needed
// and keeps its statements.
type pool struct {
	db   *sql.DB
	may  func() error  // says why no more connections may be opened; nil if they may
	turn chan struct{} // holds a value for each transaction under way
	idle chan *conn
	over func() error    // closes the connections, once
	done <-chan struct{} // closed when that has begun
}

func newPool(dsn string) *pool {
	p := &pool{db: openDB(dsn), turn: make(chan struct{}, readers), idle: make(chan *conn, readers)}
	done := make(chan struct{})
	p.done = done
	p.over = sync.OnceValue(func() error {
		close(done)
		return p.shut()
	})
	return p
}

// read runs fn in one read transaction, so that all it reads belongs together.
func (p *pool) read(ctx context.Context, fn func(querier) error) (err error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-p.done:
		return data.Refuse("the file is closed")
	case <-ctx.Done():
		return ctx.Err()
	}
	c, err := p.get(ctx)
	if err != nil {
		return err
	}
	healthy := false
	defer func() {
		if healthy {
			p.idle <- c
		} else {
			c.discard()
		}
	}()
	if err := c.exec(ctx, `BEGIN`); err != nil {
		return err
	}
	err = fn(c)
	healthy = c.exec(context.WithoutCancel(ctx), `ROLLBACK`) == nil
	return err
}

func (p *pool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.idle:
		return c, nil
	default:
	}
	if p.may != nil { // one to another file would be worse than none
		if err := p.may(); err != nil {
			return nil, err
		}
	}
	return dial(ctx, p.db)
}

// close closes the connections, when no transaction is under way any more.
func (p *pool) close() error { return p.over() }

func (p *pool) shut() error {
	for range readers {
		p.turn <- struct{}{}
	}
	for {
		select {
		case c := <-p.idle:
			c.discard()
			continue
		default:
		}
		return p.db.Close()
	}
}
