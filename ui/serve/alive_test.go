package serve

import (
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A cable connects clients with the server until it is cut: then both ends are
// there, and nothing arrives.
type cable struct {
	net.Conn
	cut *atomic.Bool
}

func (c cable) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.cut.Load() {
		select {} // what came is lost, and more will not come
	}
	return n, err
}

func (c cable) Write(p []byte) (int, error) {
	if c.cut.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// The session of a client that is gone without a word ends soon, so that what was
// typed in it is offered in the next. One that only has nothing to say stays.
func TestWhoIsGoneIsNoticed(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Alive: 400 * time.Millisecond})
	_, p := h.terminal(ana, "wait")
	p.shows("waiting")
	plain, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	var cut atomic.Bool
	conn, chans, reqs, err := gossh.NewClientConn(cable{plain, &cut}, h.addr, &gossh.ClientConfig{User: "x", HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: []gossh.AuthMethod{gossh.PublicKeys(ana)}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewClient(conn, chans, reqs).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, _ := s.StdoutPipe()
	if err := s.Start("wait"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("waiting\n"))); err != nil {
		t.Fatal(err)
	}
	if n := h.count(); n != 2 {
		t.Fatalf("%d sessions", n)
	}
	cut.Store(true)
	tick, late := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for h.count() == 2 {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("it is not noticed")
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for x := range h.sessions {
		if x.pty == nil {
			t.Error("the wrong one is ended")
		}
	}
	if len(h.sessions) != 1 {
		t.Errorf("%d sessions are left", len(h.sessions))
	}
}
