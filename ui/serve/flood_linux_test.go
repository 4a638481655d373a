package serve

import (
	"fmt"
	"net"
	"os"
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

// dialFrom logs in from an address of this machine.
func (h *house) dialFrom(addr string, keys ...gossh.Signer) (*gossh.Client, error) {
	conn, err := h.from(addr)
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := gossh.NewClientConn(conn, "", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: []gossh.AuthMethod{gossh.PublicKeys(keys...)}})
	if err != nil {
		return nil, err
	}
	return gossh.NewClient(c, chans, reqs), nil
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
		client, err := h.dialFrom("127.0.0.1", ana)
		if err != nil {
			t.Fatalf("who has a key is kept out: %v", err)
		}
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

// The key of a laptop that was taken out of the file tries again and again, and so
// does somebody who knows another's public key. That costs neither the office nor
// whoever has the other key their way in.
func TestAKeyThatFailsOftenIsShutOutByItself(t *testing.T) {
	ana, ben, cleo, eve, mallory := newSigner(t), newSigner(t), newSigner(t), newSigner(t), newSigner(t)
	team := public(ana) + " ana\n" + public(ben) + " ben\n" + `from="127.0.0.3" ` + public(cleo) + " cleo\n"
	h, clock := frozen(t, team, Limits{Failures: 8, FailuresKey: 4})
	const office, abroad, home = "127.0.0.1", "127.0.0.2", "127.0.0.3"
	in := func(why string, want bool, addr string, keys ...gossh.Signer) {
		t.Helper()
		c, err := h.dialFrom(addr, keys...)
		if (err == nil) != want {
			t.Errorf("%s: %v", why, err)
		}
		if err == nil {
			c.Close()
		}
	}
	for range 20 {
		in("a key that nobody knows comes in", false, office, eve)
	}
	h.failed(office, 20)
	in("the office is shut out for one key", true, office, ben)
	in("who has another key beside it is kept out", true, office, eve, ana)

	for range 4 {
		in("a bad signature is taken", false, abroad, pretender{mallory, ana.PublicKey()})
		in("the key is not for here", false, abroad, cleo)
	}
	h.failed(abroad, 8)
	in("a public key that a stranger knows is shut out", true, office, ana)
	in("a public key that a stranger knows is shut out, at home", true, home, cleo)

	if err := os.WriteFile(h.keys, []byte(team+public(eve)+" eve\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in("a key that failed often comes in", false, office, eve)
	in("a key that failed often comes in from elsewhere", false, home, eve)
	clock.pass(61 * time.Second)
	in("it is kept out for more than a minute", true, home, eve)
}
