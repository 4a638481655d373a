package serve

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// heap returns how much memory is in use, after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// bounded fails the test if what is in use has grown by more than so many
// megabytes, the client's part included.
func bounded(t *testing.T, before int64, most int64) {
	t.Helper()
	if grown := (heap() - before) >> 20; grown > most {
		t.Errorf("%d MB more are in use, want at most %d", grown, most)
	}
}

func TestAFloodOfTheEnvironment(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	s, err := h.enter(ana).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	before, value := heap(), strings.Repeat("x", 1000)
	taken := 0
	for i := range 20_000 {
		name, v, ask := fmt.Sprint("LC_", i), value, i%100 == 0
		if i%200 == 0 {
			v = "short"
		}
		if ok, err := s.SendRequest("env", ask, gossh.Marshal(struct{ Name, Value string }{name, v})); err != nil {
			t.Fatal(err)
		} else if ok {
			taken++
		}
	}
	bounded(t, before, 10)
	out, err := s.Output("who")
	if err != nil || taken != maxEnv || strings.Count(string(out), "short") != maxEnv {
		t.Errorf("%d taken, %v: %q", taken, err, out)
	}
}

func TestAFloodOfChannels(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	c := h.enter(ana)
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	for i := range 3_000 {
		kind := []string{"session", "direct-tcpip", "x11", "auth-agent@openssh.com", "forwarded-tcpip", "tun@openssh.com"}[i%6]
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Fatalf("channel %d, a %s, is opened", i, kind)
		}
	}
	bounded(t, before, 10)
	if out, err := s.Output("who"); err != nil || !strings.HasPrefix(string(out), "ana") {
		t.Errorf("the first one: %q %v", out, err)
	}
	if status, _, _ := h.run(ana, "who"); status != 0 {
		t.Error("another connection fails")
	}
}

func TestADripBeforeALogIn(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Grace: 500 * time.Millisecond})
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	began, tick := time.Now(), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := io.WriteString(c, "x"); err != nil {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("it stays open as long as it drips")
		}
	}
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("cut off after %v already", took)
	}
}

// Places before a log-in are for everybody: see who must go.
func TestPlacesBeforeALogIn(t *testing.T) {
	now := time.Now()
	g := newGate(Limits{Waiting: 4, WaitingAddress: 3, Failures: 2, FailuresMost: 3})
	a, b, c := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3")
	enter := func(addr, gone netip.Addr, want bool) *visit {
		t.Helper()
		v := &visit{addr: addr}
		left, ok := g.enter(v, now)
		if ok != want || left != nil && left.addr != gone || left == nil && gone.IsValid() {
			t.Errorf("%v comes in: %v, for %v", addr, ok, left)
		}
		return v
	}
	none := netip.Addr{}
	enter(a, none, true)
	enter(a, none, true)
	enter(a, none, true)
	enter(a, none, false) // three are enough for one
	enter(b, none, true)
	enter(c, a, true)     // all places are taken, and a has the most
	enter(b, none, false) // two of b for two of a: nobody gains
	var last *visit       // one of a that was not sent away
	for v := range g.waiting {
		if v.addr == a {
			last = v
		}
	}
	g.leave(last)
	g.leave(last) // twice, as a connection that was cut off does
	g.leave(&visit{addr: c})
	if n := len(g.waiting); n != 3 {
		t.Errorf("%d wait", n)
	}
	d := netip.MustParseAddr("192.0.2.4")
	for _, addr := range []netip.Addr{b, c, d} { // one each, and four places
		for v := range g.waiting {
			g.leave(v)
		}
		for range g.limits.Waiting {
			addr = addr.Next()
			enter(addr, none, true)
		}
		if gone, ok := g.enter(&visit{addr: a}, now); !ok || gone == nil || g.waiting[gone] {
			t.Error("who fills the places from many addresses keeps a new one out")
		}
	}
	for v := range g.waiting {
		g.leave(v)
	}
	g.failed.fail(now, c, false)
	g.failed.fail(now, c, false)
	enter(c, none, true) // the gate is shut to c, and opens to those whose key was here
	enter(c, none, true)
	enter(c, none, true)
	enter(c, c, true) // and who fills its places makes room
	g.failed.fail(now, c, true)
	enter(c, none, false) // now it is refused unseen
	now = now.Add(2 * time.Minute)
	for v := range g.waiting {
		g.leave(v)
	}
	if len(g.from) > 0 {
		t.Errorf("nobody waits, and yet %v", g.from)
	}
	enter(c, none, true)
}

func TestWhoFailsOftenIsRefused(t *testing.T) {
	ana, eve := newSigner(t), newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Failures: 2, FailuresMost: 3})
	for i := range 6 {
		if _, err := h.dial(eve); err == nil {
			t.Fatal("eve comes in")
		}
		h.until(func() bool {
			return strings.Count(h.log.String(), "no log-in")+strings.Count(h.log.String(), "connection refused") > i
		})
	}
	if _, err := h.dial(ana); err == nil {
		t.Error("an address that fails again and again is let in")
	}
	if n := strings.Count(h.log.String(), "no log-in"); n != 3 {
		t.Errorf("%d handshakes were begun", n)
	}
}

func TestWhatIsDrawnIsNoKeyPress(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Idle: 600 * time.Millisecond, Warn: 100 * time.Millisecond})
	s, err := h.enter(ana).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil { // without one there are no keys
		t.Fatal(err)
	}
	errs := &safeBuffer{}
	s.Stdout, s.Stderr = io.Discard, errs
	began := time.Now()
	s.Run("flood")
	if took := time.Since(began); took > 8*time.Second || !strings.Contains(errs.String(), "no key was pressed") {
		t.Errorf("it ends after %v and says %q", took, errs)
	}
}
