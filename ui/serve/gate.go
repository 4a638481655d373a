package serve

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
)

// Limits say how much one server, one address and one key may take. A zero field
// has its default.
type Limits struct {
	Waiting        int           // connections without a session, in all
	WaitingAddress int           // and from one address
	Failures       int           // log-ins that fail, a minute and address
	Grace          time.Duration // from connecting to having a session
	Sessions       int           // in all
	PerKey         int
	PerAddress     int
	Idle           time.Duration // without a key pressed
	Warn           time.Duration // so long before it is said
	Longest        time.Duration // a connection, whatever happens on it
	Stalled        time.Duration // without the client reading what is sent
	Memory         uint64        // bytes in use from which on nobody more is let in
}

func (l Limits) orDefault() Limits {
	for _, n := range []struct {
		at *int
		is int
	}{{&l.Waiting, 128}, {&l.WaitingAddress, 32}, {&l.Failures, 30}, {&l.Sessions, 500}, {&l.PerKey, 16}, {&l.PerAddress, 256}} {
		if *n.at == 0 {
			*n.at = n.is
		}
	}
	for _, d := range []struct {
		at *time.Duration
		is time.Duration
	}{{&l.Grace, time.Minute}, {&l.Idle, 15 * time.Minute}, {&l.Warn, time.Minute}, {&l.Longest, 12 * time.Hour}, {&l.Stalled, 10 * time.Second}} {
		if *d.at == 0 {
			*d.at = d.is
		}
	}
	if l.Memory == 0 {
		l.Memory = 768 << 20
	}
	return l
}

// A gate counts who has connected and has no session yet, and who fails to log in.
type gate struct {
	limits Limits
	*sync.Mutex
	waiting map[*visit]bool
	from    map[netip.Addr]int
	failed  map[netip.Addr]int
	since   time.Time // of failed
}

func newGate(l Limits) gate {
	return gate{limits: l, Mutex: &sync.Mutex{}, waiting: map[*visit]bool{}, from: map[netip.Addr]int{}, failed: map[netip.Addr]int{}}
}

// enter reports whether one more may wait. Where all places are taken, one of the
// address that has the most makes room for one that has fewer: who fills the
// places keeps nobody else out. It returns whom to send away.
func (g *gate) enter(v *visit, now time.Time) (gone *visit, ok bool) {
	g.Lock()
	defer g.Unlock()
	if now.Sub(g.since) > time.Minute {
		g.since = now
		clear(g.failed)
	}
	if g.from[v.addr] >= g.limits.WaitingAddress || g.failed[v.addr] >= g.limits.Failures {
		return nil, false
	}
	if len(g.waiting) >= g.limits.Waiting {
		for w := range g.waiting {
			if gone == nil || g.from[w.addr] > g.from[gone.addr] {
				gone = w
			}
		}
		if g.from[gone.addr] <= g.from[v.addr]+1 {
			return nil, false
		}
		g.remove(gone)
	}
	g.waiting[v] = true
	g.from[v.addr]++
	return gone, true
}

// leave says that a visit waits no longer.
func (g *gate) leave(v *visit) {
	g.Lock()
	defer g.Unlock()
	g.remove(v)
}

func (g *gate) remove(v *visit) {
	if !g.waiting[v] {
		return
	}
	delete(g.waiting, v)
	if g.from[v.addr]--; g.from[v.addr] <= 0 {
		delete(g.from, v.addr)
	}
}

func (g *gate) fail(addr netip.Addr) {
	g.Lock()
	defer g.Unlock()
	g.failed[addr]++
}

type contextKey string

// visitKey is under what a connection's visit is in its context.
const visitKey contextKey = "visit"

// A visit is one connection. It ends by itself unless it gets a session in time.
type visit struct {
	net.Conn
	addr   netip.Addr
	opened atomic.Bool // it has had its session
	timer  *time.Timer
	admit  func() // it waits no longer
}

// Close implements net.Conn.
func (v *visit) Close() error {
	v.timer.Stop()
	v.admit()
	return v.Conn.Close()
}

// connected is called with each connection, before anything is read from it.
func (s *Server) connected(ctx ssh.Context, conn net.Conn) net.Conn {
	v := &visit{Conn: conn, addr: addrOf(conn)}
	v.admit = sync.OnceFunc(func() { s.gate.leave(v) })
	gone, ok := s.gate.enter(v, time.Now())
	if gone != nil {
		s.cfg.Log.Warn("connection cut off", "from", gone.addr, "why", "too many wait, most of them from there")
		gone.Conn.Close()
	}
	if !ok {
		s.cfg.Log.Warn("connection refused", "from", v.addr, "why", "too many wait or fail")
		return nil
	}
	v.timer = time.AfterFunc(s.cfg.Limits.Grace, func() { v.Conn.Close() })
	ctx.SetValue(visitKey, v)
	return v
}

// failed is called with each connection that did not log in.
func (s *Server) failed(conn net.Conn, err error) {
	addr := addrOf(conn)
	s.gate.fail(addr)
	s.cfg.Log.Info("no log-in", "from", addr, "why", err.Error())
}

func addrOf(conn net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}
