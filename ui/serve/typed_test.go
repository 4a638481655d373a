package serve

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// A paper is a terminal of a client, with what it shows of standard output. What it
// shows of standard error is apart: the two reach a client in any order.
type paper struct {
	errs *paper
	t    testing.TB
	keys io.WriteCloser
	mu   sync.Mutex
	text strings.Builder
	wake chan struct{}
}

func (p *paper) Write(text []byte) (int, error) {
	p.mu.Lock()
	p.text.Write(text)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return len(text), nil
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func (p *paper) shows(text string) {
	p.t.Helper()
	for late := time.After(10 * time.Second); !strings.Contains(p.String(), text); {
		select {
		case <-p.wake:
		case <-late:
			p.t.Fatalf("it does not show %q: %q", text, p)
		}
	}
}

func (p *paper) types(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, text); err != nil {
		p.t.Fatal(err)
	}
}

// terminal runs a command on a terminal, or a shell.
func (h *house) terminal(key gossh.Signer, command string) (*gossh.Session, *paper) {
	h.t.Helper()
	s, err := h.enter(key).NewSession()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
		h.t.Fatal(err)
	}
	p := &paper{t: h.t, wake: make(chan struct{}, 1), errs: &paper{t: h.t, wake: make(chan struct{}, 1)}}
	s.Stdout, s.Stderr = p, p.errs
	if p.keys, err = s.StdinPipe(); err != nil {
		h.t.Fatal(err)
	}
	if command == "" {
		err = s.Shell()
	} else {
		err = s.Start(command)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return s, p
}

// left waits for the end of a session, and returns its exit status.
func left(t *testing.T, s *gossh.Session) int {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.Wait() }()
	select {
	case err := <-done:
		return exitOf(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the session does not end")
		return -1
	}
}

func TestKeysThatEndACommand(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	for _, keys := range []string{"\x03", "ab\x03", "\x04\x03", strings.Repeat("x", 100_000) + "\x03"} {
		s, p := h.terminal(ana, "wait") // which reads nothing
		p.shows("waiting")
		p.types(keys)
		if status := left(t, s); status != 1 {
			t.Errorf("%.9q: exit status %d", keys, status)
		}
	}
	s, p := h.terminal(ana, "read")
	p.types("one\rtwo\r")
	p.shows("two")
	p.types("\x04")
	if status := left(t, s); status != 3 || p.String() != "one\r\ntwo\r\n" {
		t.Errorf("ctrl+d ends the input: %d %q", status, p)
	}
	s, p = h.terminal(ana, "read")
	p.types("one\rtwo\r\n\r\nthree\n\x04") // as it is pasted
	if status, want := left(t, s), "one\r\ntwo\r\n\r\nthree\r\n"; status != 3 || p.String() != want {
		t.Errorf("pasted is %q, want %q; exit status %d", p, want, status)
	}
	s, p = h.terminal(ana, "read")
	many := strings.Repeat("a line of text\r", 100_000) // more than is read ahead
	p.types(many + "\x04")
	if status := left(t, s); status != 3 || len(p.String()) != len(many)+100_000 { // LF is CRLF on a terminal
		t.Errorf("of %d bytes there are %d; exit status %d", len(many), len(p.String()), status)
	}
}

// A pasted line break is one, wherever two pieces part it.
func TestLineBreaksOfKeys(t *testing.T) {
	const pasted, want = "one\rtwo\nthree\r\nfour\r\n\r\nfive\r\r\n\nsix\n\r", "one\ntwo\nthree\nfour\n\nfive\n\n\nsix\n\n"
	for at := range len(pasted) {
		take, got := (&session{}).keyed(), ""
		for _, piece := range []string{pasted[:at], pasted[at:], "\x04"} {
			text, err := take([]byte(piece))
			if got += string(text); (err != nil) != (piece == "\x04") {
				t.Errorf("%q: %v", piece, err)
			}
		}
		if got != want {
			t.Errorf("cut at %d: %q, want %q", at, got, want)
		}
	}
}

// Who has not chosen a room yet is told why the session ends, at once.
func TestTheEndOfWhoChooses(t *testing.T) {
	ana := newSigner(t)
	for _, tt := range []struct {
		limits Limits
		end    func(h *house)
		says   string
	}{
		{Limits{}, func(h *house) { h.stop() }, "the server is stopping"},
		{Limits{}, func(h *house) { RemoveKeys(h.keys, "ana") }, "the key is not known any more"},
		{Limits{Idle: 300 * time.Millisecond}, func(*house) {}, "no key was pressed"},
	} {
		h := newHouse(t, public(ana)+" ana\n", tt.limits, "tokyo", "toyota")
		s, p := h.terminal(ana, "")
		p.shows("room: ")
		tt.end(h)
		if status := left(t, s); status != 1 || !strings.HasSuffix(p.String(), "\r\n") || !strings.Contains(p.errs.String(), "warroom: "+tt.says) {
			t.Errorf("%d %q %q, want %q", status, p, p.errs, tt.says)
		}
	}
}

// What is typed behind the room's name is for the board. CR, LF and CRLF each end
// the name, also where two pieces part CRLF.
func TestKeysBehindTheRoomAreTheBoards(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{}, "tokyo", "toyota")
	for _, pieces := range [][]string{{"2\rq\x03"}, {"2\nq\x03"}, {"2\r\nq\x03"}, {"2\r", "\nq\x03"}, {"2\r", "\n", "q\x03"}, {"3\r\n2\r\nq\x03"}, {"3\r", "\n2\n", "q\x03"}} {
		x := &session{s: h.Server, grant: &Grant{}, pty: &terminal{}}
		x.ctx, x.cancel = t.Context(), func() {}
		in, keys := io.Pipe()
		said := &bytes.Buffer{}
		x.ch = fakeChannel{Reader: in, Writer: said}
		go func() {
			for _, p := range pieces {
				io.WriteString(keys, p)
			}
		}()
		words, err := x.enter(nil)
		if err != nil || len(words) != 0 || x.in() != "toyota" {
			t.Fatal(words, err, x.in())
		}
		if got, want := strings.Count(said.String(), "there is no room"), strings.Count(strings.Join(pieces, ""), "3"); got != want {
			t.Errorf("%q: %d names are refused, want %d: %q", pieces, got, want, said)
		}
		rest := make([]byte, 2)
		if _, err := io.ReadFull(x.keys, rest); err != nil || string(rest) != "q\x03" {
			t.Errorf("%q: %q is for the board: %v", pieces, rest, err)
		}
	}
}

// A fakeChannel reads from one place, and writes to another.
type fakeChannel struct {
	gossh.Channel
	io.Reader
	io.Writer
}

func (c fakeChannel) Read(p []byte) (int, error)  { return c.Reader.Read(p) }
func (c fakeChannel) Write(p []byte) (int, error) { return c.Writer.Write(p) }

// A full line holds up even the end of a session, but not for ever.
func TestTheEndOfWhoReadsNothing(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	v := &visit{Conn: near, timer: time.NewTimer(time.Hour), admit: func() {}, left: func() {}}
	x := &session{visit: v, ch: fullChannel{Conn: near}}
	done := make(chan struct{})
	go func() { x.end(0); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the session stays for ever")
	}
}

// A fullChannel is one of a connection that takes nothing any more.
type fullChannel struct {
	gossh.Channel
	net.Conn
}

func (c fullChannel) CloseWrite() error { _, err := c.Conn.Write([]byte("x")); return err }

func (c fullChannel) SendRequest(string, bool, []byte) (bool, error) { return false, c.CloseWrite() }

func (c fullChannel) Close() error                { return c.CloseWrite() }
func (c fullChannel) Read(p []byte) (int, error)  { return c.Conn.Read(p) }
func (c fullChannel) Write(p []byte) (int, error) { return c.Conn.Write(p) }
