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
	Failures       int           // log-ins that fail, a minute and address: then it is shut out
	FailuresKey    int           // and a minute and key, whatever the address
	FailuresMost   int           // and a minute and address until it is refused unseen
	Trusted        time.Duration // from logging in: so long a key comes in from an address that is shut out
	Grace          time.Duration // from connecting to having a session
	Sessions       int           // in all
	PerKey         int
	PerAddress     int
	Idle           time.Duration // without a key pressed
	Warn           time.Duration // so long before it is said
	Longest        time.Duration // a connection, whatever happens on it
	Stalled        time.Duration // without the client reading what is sent
	Alive          time.Duration // without a word of the client: it is asked then; after three times that it is gone
	Memory         uint64        // bytes in use from which on nobody more is let in
}

func (l Limits) orDefault() Limits {
	for _, n := range []struct {
		at *int
		is int
	}{{&l.Waiting, 128}, {&l.WaitingAddress, 32}, {&l.Failures, 30}, {&l.FailuresKey, 10}, {&l.FailuresMost, 600}, {&l.Sessions, 500}, {&l.PerKey, 16}, {&l.PerAddress, 256}} {
		if *n.at == 0 {
			*n.at = n.is
		}
	}
	for _, d := range []struct {
		at *time.Duration
		is time.Duration
	}{{&l.Trusted, 24 * time.Hour}, {&l.Grace, time.Minute}, {&l.Idle, 15 * time.Minute}, {&l.Warn, time.Minute}, {&l.Longest, 12 * time.Hour}, {&l.Stalled, 10 * time.Second}, {&l.Alive, 15 * time.Second}} {
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
	failed *failures
	*sync.Mutex
	waiting map[*visit]bool
	from    map[netip.Addr]int
}

func newGate(l Limits) gate {
	return gate{limits: l, failed: newFailures(l), Mutex: &sync.Mutex{}, waiting: map[*visit]bool{}, from: map[netip.Addr]int{}}
}

// enter reports whether one more may wait. Where all places are taken, one of the
// net that has the most makes room for one that has fewer; if all have about the
// same, any one makes room for a net that has none. So who fills the places, from
// however many nets, keeps nobody else out for long. Where an address is shut out,
// any one of it makes room for another of it: so who fills its places does not keep
// out the keys that may come in. It returns whom to send away.
func (g *gate) enter(v *visit, now time.Time) (gone *visit, ok bool) {
	g.Lock()
	defer g.Unlock()
	mine := g.of(v)
	shut, wholly := g.failed.shut(now, netOf(v.addr))
	switch full := mine >= g.limits.WaitingAddress; {
	case wholly, full && !shut:
		return nil, false
	case full:
		gone = g.near(v)
		g.remove(gone)
	case len(g.waiting) >= g.limits.Waiting:
		var one *visit // in no order that anybody outside knows
		for w := range g.waiting {
			if one = w; gone == nil || g.of(w) > g.of(gone) {
				gone = w
			}
		}
		if g.of(gone) <= mine+1 {
			if gone = one; mine > 0 {
				return nil, false
			}
		}
		g.remove(gone)
	}
	g.waiting[v] = true
	g.from[netOf(v.addr)]++
	return gone, true
}

// of returns how many wait of the net of a visit.
func (g *gate) of(v *visit) int { return g.from[netOf(v.addr)] }

// near returns any one that waits of the net of a visit.
func (g *gate) near(v *visit) *visit {
	for w := range g.waiting { // in no order that anybody outside knows
		if netOf(w.addr) == netOf(v.addr) {
			return w
		}
	}
	return nil
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
	net := netOf(v.addr)
	if g.from[net]--; g.from[net] <= 0 {
		delete(g.from, net)
	}
}

type contextKey string

// visitKey is under what a connection's visit is in its context.
const visitKey contextKey = "visit"

// A visit is one connection. It ends by itself unless it gets a session in time.
type visit struct {
	net.Conn
	addr   netip.Addr
	heard  atomic.Int64 // when something came last, in nanoseconds
	opened atomic.Bool  // it has had its session
	timer  *time.Timer
	admit  func() // it waits no longer
	left   func() // it is over
	now    func() time.Time

	in            atomic.Bool // it has logged in
	barred, other atomic.Bool // it offered a key that is shut out by itself, or any other
}

// Read implements net.Conn.
func (v *visit) Read(p []byte) (int, error) {
	n, err := v.Conn.Read(p)
	v.heard.Store(v.now().UnixNano())
	return n, err
}

// Close implements net.Conn.
func (v *visit) Close() error {
	v.timer.Stop()
	v.admit()
	v.left()
	return v.Conn.Close()
}

// connected is called with each connection, before anything is read from it.
func (s *Server) connected(ctx ssh.Context, conn net.Conn) net.Conn {
	now := s.cfg.Now()
	v := &visit{Conn: conn, addr: addrOf(conn), now: s.cfg.Now}
	v.admit = sync.OnceFunc(func() { s.gate.leave(v) })
	v.left = sync.OnceFunc(func() {
		if !v.in.Load() {
			s.gate.failed.fail(v.now(), netOf(v.addr), v.barred.Load() && !v.other.Load())
		}
	})
	gone, ok := s.gate.enter(v, now)
	if gone != nil {
		s.outside.line(now, "connection cut off", gone.addr, "why", "too many wait, most of them from there")
		gone.Conn.Close()
	}
	if !ok {
		s.outside.line(now, "connection refused", v.addr, "why", "too many wait or fail")
		return nil
	}
	v.timer = time.AfterFunc(s.cfg.Limits.Grace, func() { v.Conn.Close() })
	ctx.SetValue(visitKey, v)
	return v
}

// failed is called with each connection that did not log in, after its end.
func (s *Server) failed(conn net.Conn, err error) {
	s.outside.line(s.cfg.Now(), "no log-in", addrOf(conn), "why", err.Error())
}

func addrOf(conn net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// netOf returns what counts as one address: of IPv6 the net of a household or
// office, in which anybody has as many addresses as they like.
func netOf(addr netip.Addr) netip.Addr {
	if addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().Addr()
	}
	return addr
}
