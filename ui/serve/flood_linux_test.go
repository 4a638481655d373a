package serve

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// from connects from an address of this machine.
func (h *house) from(addr string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(addr)}, Timeout: 10 * time.Second}
	return d.Dial("tcp", h.addr)
}

// TestAFloodOfConnections comes from several addresses, of which a Linux machine has
// a whole net to itself. Others fill all places that there are before a log-in, and more; who has a key
// comes in.
func TestAFloodOfConnections(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	before := heap()
	for i := range 600 {
		c, err := h.from(fmt.Sprintf("127.0.0.%d", 2+i%6))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	bounded(t, before, 60)
	began := time.Now()
	for range 5 {
		conn, err := h.from("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		c, chans, reqs, err := gossh.NewClientConn(conn, "", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: []gossh.AuthMethod{gossh.PublicKeys(ana)}})
		if err != nil {
			t.Fatalf("who has a key is kept out: %v", err)
		}
		client := gossh.NewClient(c, chans, reqs)
		s, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if out, err := s.Output("who"); err != nil || len(out) == 0 {
			t.Errorf("%q %v", out, err)
		}
		client.Close()
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it takes %v", took)
	}
	if !strings.Contains(h.log.String(), "most of them from there") {
		t.Error("nobody had to make room: the test floods too little")
	}
}
