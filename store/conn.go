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

	db   *sql.DB // of this connection alone
	home *home   // that knows of it; nil if none does
	mark string  // of what it reads: see [Store.access]
	dead bool    // it was closed; guarded by the home's gate
}

// dial opens a connection.
func dial(ctx context.Context, dsn string) (*conn, error) {
	db := openDB(dsn)
	c, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &conn{Conn: c, db: db, stmts: map[string]*sql.Stmt{}, direct: map[string]driver.StmtExecContext{}}, nil
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
	if c.dead {
		return
	}
	c.dead = true
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
	c.db.Close()
	if c.home != nil {
		c.home.forget(c)
	}
}

// readers is how many read transactions run at the same time.
const readers = 4

// A pool is the connections that read. Each is opened when it is first needed
// and keeps its statements.
type pool struct {
	s    *Store
	use  use
	may  func() error  // says why no more connections may be opened; nil if they may
	turn chan struct{} // holds a value for each transaction under way
	idle chan *conn
	over func() error    // closes the connections, once
	done <-chan struct{} // closed when that has begun
}

func (s *Store) newPool(use use) *pool {
	n := readers
	if s.other != 0 {
		n = 1 // who reads by way of a projection shares it
	}
	p := &pool{s: s, use: use, turn: make(chan struct{}, n), idle: make(chan *conn, n)}
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
	c, err := p.begin(ctx)
	if err != nil {
		return err
	}
	defer p.s.home.gate.RUnlock()
	healthy := false
	defer func() {
		if healthy {
			p.idle <- c
		} else {
			c.discard()
		}
	}()
	err = fn(c)
	healthy = c.exec(context.WithoutCancel(ctx), `ROLLBACK`) == nil
	return err
}

// firstRead makes SQLite open the companions. A transaction sees the file as it is at its
// first read.
const firstRead = `SELECT count(*) FROM sqlite_schema WHERE rowid = 1`

// begin returns a connection with a transaction, and holds the gate for reading.
func (p *pool) begin(ctx context.Context) (*conn, error) {
	for {
		c, err := p.get(ctx)
		if err != nil {
			return nil, err
		}
		err = c.exec(ctx, `BEGIN`)
		if err == nil && !p.s.home.mine {
			_, err = collect(ctx, c, scanInt, firstRead)
		}
		if err == nil {
			return c, nil
		}
		c.discard()
		p.s.home.gate.RUnlock()
		if !p.s.lacksIndex(err) {
			return nil, err
		}
	}
}

// get returns a connection, and holds the gate for reading.
func (p *pool) get(ctx context.Context) (*conn, error) {
	for {
		c, err := p.one(ctx)
		if err != nil {
			return nil, err
		}
		p.s.home.gate.RLock()
		moved := p.s.home.moved()
		if !c.dead && !moved {
			return c, nil
		}
		p.s.home.gate.RUnlock() // mend has closed it, or has to
		if moved {
			p.idle <- c // for mend: closing it here could remove the companions of another process
			if err := p.s.mendNow(ctx); err != nil {
				return nil, err
			}
		}
	}
}

// one returns a connection that is idle, or else a new one.
func (p *pool) one(ctx context.Context) (*conn, error) {
	_, mark := p.s.access()
	for {
		select {
		case c := <-p.idle:
			if c.mark == mark {
				return c, nil
			}
			c.discard()
			continue
		default:
		}
		break
	}
	if p.may != nil { // one to another file would be worse than none
		if err := p.may(); err != nil {
			return nil, err
		}
	}
	return p.s.dial(ctx, p.use)
}

// close closes the connections, when no transaction is under way any more.
func (p *pool) close() error { return p.over() }

func (p *pool) shut() error {
	for range cap(p.turn) {
		p.turn <- struct{}{}
	}
	for {
		select {
		case c := <-p.idle:
			c.discard()
			continue
		default:
		}
		return nil
	}
}
