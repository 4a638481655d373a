package serve

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/ui/term"
)

// A session is one person's, on a connection of its own.
type session struct {
	s       *Server
	conn    *gossh.ServerConn
	visit   *visit
	ch      gossh.Channel
	ctx     context.Context
	cancel  context.CancelFunc
	key     gossh.PublicKey // the one that was proved
	grant   *Grant          // what the file said of it when the session began
	env     []string
	pty     *terminal // nil without one
	command string
	begun   bool      // a shell or command runs, or ran
	keys    io.Reader // what the board reads

	sizes chan term.Size
	notes chan string
	read  atomic.Int64 // when the last key came, in nanoseconds

	mu   sync.Mutex
	why  string // it was ended by the server
	room string // "" before there is one

	doubted, warned bool      // by the sweep alone
	asked           time.Time // whether the client is there; by the sweep alone
}

// A terminal is what a client says of its own.
type terminal struct {
	name string
	size term.Size
}

// channel serves one channel of a connection: the first one that is a session.
func (s *Server) channel(_ *ssh.Server, conn *gossh.ServerConn, asked gossh.NewChannel, ctx ssh.Context) {
	v, ok := ctx.Value(visitKey).(*visit)
	key, proved := ctx.Value(ssh.ContextKeyPublicKey).(ssh.PublicKey)
	if !ok || !proved || v.opened.Swap(true) {
		asked.Reject(gossh.Prohibited, "one session a connection")
		return
	}
	ch, requests, err := asked.Accept()
	if err != nil {
		return
	}
	x := &session{s: s, conn: conn, visit: v, ch: ch, key: key, sizes: make(chan term.Size, 1), notes: make(chan string, 1)}
	x.keys = x
	x.ctx, x.cancel = context.WithCancel(context.Background())
	defer x.cancel()
	x.read.Store(s.cfg.Now().UnixNano())
	for r := range requests {
		ok, begins := x.request(r)
		if r.WantReply {
			r.Reply(ok, nil)
		}
		if begins {
			data.Go(x.serve, func(err error) {
				s.cfg.Log.Error("session failed", "from", v.addr, "err", err.Error())
				x.end(1)
			})
		}
	}
}

// What of a client's environment is kept, and how much.
const maxEnv, maxEnvName, maxEnvValue, maxTermName = 16, 20, 64, 64

// request answers one request. It says no to all that this server has no use for:
// files, forwarding, agents.
func (x *session) request(r *gossh.Request) (ok, begins bool) {
	switch r.Type {
	case "pty-req":
		var p struct {
			Term                            string
			Width, Height, PixelsW, PixelsH uint32
			Modes                           string
		}
		if x.begun || x.pty != nil || gossh.Unmarshal(r.Payload, &p) != nil {
			return false, false
		}
		x.pty = &terminal{termName(p.Term), sizeOf(p.Width, p.Height)}
		return true, false
	case "window-change":
		var p struct{ Width, Height, PixelsW, PixelsH uint32 }
		if x.pty == nil || gossh.Unmarshal(r.Payload, &p) != nil {
			return false, false
		}
		x.resize(sizeOf(p.Width, p.Height))
		return true, false
	case "env":
		var p struct{ Name, Value string }
		if x.begun || gossh.Unmarshal(r.Payload, &p) != nil || !allowed(p.Name, p.Value) || len(x.env) >= maxEnv {
			return false, false
		}
		x.env = append(x.env, p.Name+"="+p.Value)
		return true, false
	case "shell", "exec":
		var p struct{ Command string }
		if x.begun || r.Type == "exec" && gossh.Unmarshal(r.Payload, &p) != nil {
			return false, false
		}
		x.begun, x.command = true, p.Command
		return true, true
	case "signal":
		x.cancel()
	}
	return false, false
}

// allowed reports whether a client may set a variable: the variables that say how
// to show things. The client chooses name and value: both are text from outside.
func allowed(name, value string) bool {
	switch name {
	case "LANG", "COLORTERM", "NO_COLOR", "TZ":
	default:
		if !localeName(name) {
			return false
		}
	}
	return len(value) <= maxEnvValue && data.Line(value) == value
}

// localeName reports whether a variable is one of the locale: LC_ and then capitals,
// digits and underscores, as in LC_ALL. Any other character could end the name, or
// reach a terminal.
func localeName(name string) bool {
	rest, ok := strings.CutPrefix(name, "LC_")
	return ok && rest != "" && len(name) <= maxEnvName && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// termName returns the name of a terminal, if it can be one.
func termName(name string) string {
	if len(name) > maxTermName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+._") != "" {
		return "xterm"
	}
	return name
}

// The largest terminal that is drawn on. A board needs a quarter of a kilobyte for
// each cell, and the client alone says how many there are.
const mostWide, mostHigh = 500, 200

// sizeOf returns a size that can be drawn, for any that a client claims. A
// terminal that does not know its size has the usual one.
func sizeOf(w, h uint32) term.Size {
	if w == 0 || h == 0 {
		return term.Size{Width: 80, Height: 24}
	}
	return term.Size{Width: int(min(w, mostWide)), Height: int(min(h, mostHigh))}
}

// resize hands the board the latest size; of several only the last one counts.
func (x *session) resize(to term.Size) {
	for {
		select {
		case x.sizes <- to:
			return
		default:
		}
		select {
		case <-x.sizes:
		default:
		}
	}
}

// stop ends a session, and says why.
func (x *session) stop(why string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.why != "" {
		return
	}
	x.why = why
	x.cancel()
	time.AfterFunc(stopWithin, func() { x.visit.Close() })
}

func (x *session) in() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.room
}

func (x *session) goTo(room string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.room = room
}

func (x *session) stopped() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.why
}

// idle ends a session in which no key was pressed for long, after a warning.
// Without a terminal there is nobody at a keyboard: a program may read what a
// command follows, and writes nothing.
func (x *session) idle(now time.Time) {
	l := x.s.cfg.Limits
	if x.pty == nil {
		return
	}
	quiet := now.Sub(time.Unix(0, x.read.Load()))
	switch {
	case quiet >= l.Idle:
		x.stop(fmt.Sprintf("no key was pressed for %s; what was typed is kept", span(l.Idle)))
	case quiet < l.Idle-l.Warn:
		x.warned = false
	case !x.warned:
		x.warned = true
		select {
		case x.notes <- fmt.Sprintf("no key was pressed for %s: the session ends in %s", span(quiet), span(l.Idle-quiet)):
		default:
		}
	}
}

// alive closes the connection of a client that answers nothing any more: the
// network is gone, or the machine sleeps. What was typed is offered at the next
// log-in then. Asking waits for the answer, which the sweep must not.
func (x *session) alive(now time.Time) {
	every := x.s.cfg.Limits.Alive
	quiet := now.Sub(time.Unix(0, x.visit.heard.Load()))
	switch {
	case quiet < every || now.Sub(x.asked) < every:
	case quiet >= 3*every:
		x.asked = now
		x.s.cfg.Log.Warn("cut off", "from", x.visit.addr, "why", "it does not answer")
		x.visit.Close()
	default:
		x.asked = now
		data.Go(func() { x.conn.SendRequest("keepalive@openssh.com", true, nil) }, func(error) {})
	}
}

// span is a time in words.
func span(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Round(time.Second).Seconds()))
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes()))
}

// Read reads what the person types, or what is piped in.
func (x *session) Read(p []byte) (int, error) {
	n, err := x.ch.Read(p)
	x.read.Store(x.s.cfg.Now().UnixNano())
	return n, err
}

// writer returns what writes to the person, as the terminal needs it. A client
// that does not read for long loses its connection.
func (x *session) writer(to io.Writer) io.Writer {
	w := io.Writer(&steady{to, x.s.cfg.Limits.Stalled, func() {
		x.s.cfg.Log.Warn("cut off", "from", x.visit.addr, "why", "it does not read")
		x.visit.Close()
	}})
	if x.pty != nil {
		w = ssh.NewPtyWriter(w)
	}
	return w
}

// A steady writer calls stalled when nothing of a part is taken for long.
type steady struct {
	io.Writer
	within  time.Duration
	stalled func()
}

const part = 16 << 10

func (w *steady) Write(p []byte) (done int, err error) {
	for len(p) > 0 {
		late := time.AfterFunc(w.within, w.stalled)
		n, err := w.Writer.Write(p[:min(len(p), part)])
		late.Stop()
		done += n
		if err != nil {
			return done, err
		}
		p = p[n:]
	}
	return done, nil
}

// end tells the client the exit status, and leaves it a moment to go. A client that
// reads nothing holds up even this.
func (x *session) end(status int) {
	time.AfterFunc(2*time.Second, func() { x.visit.Close() })
	x.ch.CloseWrite()
	x.ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(status)}))
	x.ch.Close()
}
