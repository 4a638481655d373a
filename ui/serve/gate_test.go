package serve

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"charm.land/ssh"

	"warroom/data/clock"
)

// A fakeConn comes from an address.
type fakeConn struct {
	net.Conn
	from string
}

func (c fakeConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.from))
}
func (fakeConn) Close() error { return nil }

type fakeContext struct{ ssh.Context }

func (fakeContext) SetValue(any, any) {}

// Whoever has a net of IPv6 has 2⁶⁴ addresses in it.
func TestANetOfIPv6CountsAsOneAddress(t *testing.T) {
	key := newSigner(t)
	for _, tt := range []struct {
		first, second string
		same          bool
	}{
		{"[2001:db8::1]:1", "[2001:db8::2]:1", true},
		{"[2001:db8::1]:1", "[2001:db8::ffff:ffff:ffff:ffff]:1", true},
		{"[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
		{"192.0.2.1:1", "192.0.2.2:1", false},
		{"192.0.2.1:1", "[::ffff:192.0.2.1]:2", true},
	} {
		s := &Server{cfg: Config{Log: slog.New(slog.DiscardHandler), Limits: Limits{WaitingAddress: 1, PerAddress: 1, Failures: 2, FailuresMost: 2}.orDefault(), Now: clock.Now}, sessions: map[*session]bool{}}
		s.gate, s.outside.log = newGate(s.cfg.Limits), s.cfg.Log
		one, two := fakeConn{from: tt.first}, fakeConn{from: tt.second}
		v := s.connected(fakeContext{}, one)
		w := s.connected(fakeContext{}, two)
		if v == nil || (w == nil) != tt.same {
			t.Errorf("%s and %s wait together: %v", tt.first, tt.second, w != nil)
		}
		v.Close()
		if w != nil {
			w.Close()
		}
		for i, c := range []fakeConn{one, two} {
			err := s.join(&session{visit: &visit{addr: addrOf(c)}, grant: &Grant{Key: newSigner(t).PublicKey()}})
			if (err != nil) != (tt.same && i == 1) {
				t.Errorf("%s and %s have sessions together: %v", tt.first, tt.second, err)
			}
		}
		s.connected(fakeContext{}, one).Close() // the second that does not log in
		if w := s.connected(fakeContext{}, two); (w == nil) != tt.same {
			t.Errorf("%s comes after %s failed: %v", tt.second, tt.first, w != nil)
		}
	}
	g := &Grant{Key: key.PublicKey(), From: []string{"2001:db8::1"}}
	if g.holds(clock.Now(), netip.MustParseAddr("2001:db8::2")) == nil {
		t.Error("from is for the net too")
	}
}

// Who may fill the log is everybody who reaches the port.
func TestTheLogOfWhoStaysOutside(t *testing.T) {
	var b bytes.Buffer
	j := journal{log: slog.New(slog.NewTextHandler(&b, nil))}
	lines := func() (n int, text string) {
		defer b.Reset()
		return strings.Count(b.String(), "\n"), b.String()
	}
	now := time.Now()
	addr := netip.MustParseAddr("2001:db8::1")
	for i := range 1000 {
		j.line(now, "key refused", addr, "n", i)
		addr = addr.Next()
	}
	j.line(now, "no log-in", addr)
	j.line(now, "key refused", netip.MustParseAddr("192.0.2.1"))
	if n, text := lines(); n != mostLines+2 || !strings.Contains(text, "n=0") {
		t.Errorf("%d lines", n)
	}
	j.turn(now.Add(59 * time.Second))
	if n, _ := lines(); n != 0 {
		t.Error("it is counted too early")
	}
	now = now.Add(time.Minute)
	j.turn(now)
	if n, text := lines(); n != 1 || !strings.Contains(text, fmt.Sprintf("more=%d", 1000-mostLines)) || !strings.Contains(text, `msg="key refused" from=2001:db8::`) {
		t.Errorf("%d lines: %s", n, text)
	}
	for i := range 3 * mostKinds {
		addr := netip.AddrFrom16([16]byte{0x20, 1, byte(i >> 8), byte(i)})
		for range mostLines + 1 {
			j.line(now, "no log-in", addr)
		}
	}
	j.turn(now.Add(time.Minute))
	if n, text := lines(); n > (mostKinds+1)*(mostLines+1) || !strings.Contains(text, "from=others") {
		t.Errorf("%d lines for many addresses", n)
	}
}
