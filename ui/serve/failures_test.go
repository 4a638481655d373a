package serve

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A handSet clock goes on only when a test says so.
type handSet struct{ at atomic.Int64 }

func (c *handSet) now() time.Time       { return time.Unix(0, c.at.Load()) }
func (c *handSet) pass(d time.Duration) { c.at.Add(int64(d)) }

// frozen is a house in which the time stands still.
func frozen(t *testing.T, keys string, limits Limits) (*house, *handSet) {
	t.Helper()
	c := &handSet{}
	c.pass(1_800_000_000 * time.Second)
	return opened(t, keys, Config{Limits: limits, Now: c.now,
		Rooms: func() ([]string, error) { return []string{"x"}, nil },
		Enter: roomOf}), c
}

// failed waits until so many log-ins from an address are counted.
func (h *house) failed(addr string, n int) {
	h.t.Helper()
	h.until(func() bool {
		f := h.gate.failed
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.nets[netip.MustParseAddr(addr)].all == n
	})
}

// strangers fail to log in, each with another key, so often.
func (h *house) strangers(n int) {
	h.t.Helper()
	for range n {
		if _, err := h.dial(newSigner(h.t)); err == nil {
			h.t.Fatal("a stranger comes in")
		}
	}
}

const loopback = "127.0.0.1"

// An office of many people has one address. One of them tries 40 keys.
func TestAnOfficeIsNotShutOutForOneWhoFails(t *testing.T) {
	ana, ben := newSigner(t), newSigner(t)
	h, clock := frozen(t, public(ana)+" ana\n"+public(ben)+" ben\n", Limits{})
	enters := func(why string, want bool, key gossh.Signer) {
		t.Helper()
		c, err := h.dial(key)
		if (err == nil) != want {
			t.Errorf("%s: %v", why, err)
		}
		if err == nil {
			c.Close()
		}
	}
	enters("ana's first log-in", true, ana)
	h.strangers(40)
	h.failed(loopback, 40)
	if status, out, errs := h.run(ana, "who"); status != 0 || out == "" {
		t.Errorf("who logged in today is shut out with the address: %d %q", status, errs)
	}
	enters("who was not here today comes in while the address is shut out", false, ben)
	enters("a stranger comes in", false, newSigner(t))
	h.failed(loopback, 42) // else the server may count one of them in a later minute
	clock.pass(61 * time.Second)
	enters("the address is shut out for more than a minute", true, ben)
	clock.pass(24*time.Hour - time.Second)
	h.strangers(30)
	h.failed(loopback, 30)
	enters("ben logged in a second less than a day ago", true, ben)
	enters("ana logged in more than a day ago", false, ana)
	if gone, err := RemoveKeys(h.keys, "ben"); err != nil || len(gone) != 1 {
		t.Fatal("ben's key is not removed")
	}
	enters("a key that was removed comes in since it was here today", false, ben)
}

// Whoever fails may also take all places that their address has before a log-in.
func TestAnAddressThatIsShutOutHasPlaces(t *testing.T) {
	ana := newSigner(t)
	h, _ := frozen(t, public(ana)+" ana\n", Limits{Failures: 3, WaitingAddress: 4})
	h.run(ana, "who")
	h.strangers(3)
	h.failed(loopback, 3)
	for i := range 10 {
		c, err := net.Dial("tcp", h.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		h.until(func() bool { return h.waits() == min(i+1, 4) })
	}
	h.failed(loopback, 9) // six had to go for others
	if status, _, errs := h.run(ana, "who"); status != 0 {
		t.Errorf("who logged in today finds no place: %d %q", status, errs)
	}
}

// waits returns how many connections wait for a session.
func (h *house) waits() int {
	h.gate.Lock()
	defer h.gate.Unlock()
	return len(h.gate.waiting)
}

// TestAnAddressThatIsShutOutLearnsNothing asks about public keys that a stranger may
// know: of who logged in today, of who did not, and of nobody.
func TestAnAddressThatIsShutOutLearnsNothing(t *testing.T) {
	ana, ben, mallory := newSigner(t), newSigner(t), newSigner(t)
	h, _ := frozen(t, public(ana)+" ana\n"+public(ben)+" ben\n", Limits{Failures: 3})
	h.enter(ana)
	h.strangers(3)
	h.failed(loopback, 3)
	answers := map[string]bool{}
	for name, key := range map[string]gossh.PublicKey{"who logged in today": ana.PublicKey(), "who did not": ben.PublicKey(), "nobody": newSigner(t).PublicKey()} {
		asked := &askedSigner{Signer: pretender{mallory, key}}
		_, err := h.dial(asked)
		if err == nil || !asked.asked {
			t.Errorf("the key of %s: it is asked for a signature: %v; %v", name, asked.asked, err)
			continue
		}
		answers[err.Error()] = true
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
}

// An askedSigner notes that a signature was wanted, which is after the server has
// said that the key is good.
type askedSigner struct {
	gossh.Signer
	asked bool
}

func (s *askedSigner) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	s.asked = true
	return s.Signer.Sign(rand, data)
}

// A numbered key is one of as many as one likes.
type numbered struct {
	gossh.PublicKey
	n uint32
}

func (k numbered) Marshal() []byte { return binary.BigEndian.AppendUint32(nil, k.n) }

// Everybody who reaches the port can fail with as many keys as they like, and from
// as many addresses as their net has.
func TestFailuresTakeNoMemoryWithoutEnd(t *testing.T) {
	f, now := newFailures(Limits{}.orDefault()), time.Unix(1_800_000_000, 0)
	for i := range uint32(3 * mostNets) {
		f.fail(now, netip.AddrFrom4([4]byte(numbered{n: i}.Marshal())), false)
		f.refused(now, numbered{n: i})
	}
	if len(f.nets) != mostNets || len(f.keys) != mostKeys {
		t.Errorf("%d addresses and %d keys are counted", len(f.nets), len(f.keys))
	}
	for i := range uint32(1000) { // somebody makes keys and logs in with each, for days
		f.entered(now, numbered{n: i})
		now = now.Add(time.Hour)
	}
	if len(f.came) != 24 {
		t.Errorf("%d keys were here within a day, want 24", len(f.came))
	}
	if f.shut(now, netip.AddrFrom4([4]byte{})); len(f.nets)+len(f.keys) > 0 {
		t.Errorf("after a minute %d addresses and %d keys are counted still", len(f.nets), len(f.keys))
	}
}

// BenchmarkHandshakeOfAStranger measures what a log-in that fails costs: client and
// server together.
func BenchmarkHandshakeOfAStranger(b *testing.B) {
	h := newHouse(b, "", Limits{Failures: 1 << 30, FailuresMost: 1 << 30})
	eve := newSigner(b)
	for b.Loop() {
		if _, err := h.dial(eve); err == nil {
			b.Fatal("a stranger comes in")
		}
	}
}
