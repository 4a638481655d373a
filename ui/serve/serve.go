package serve

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime/metrics"
	"sync"
	"syscall"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/data/clock"
	"warroom/ui"
)

// A Person is who a session is of, and what is known of the terminal.
type Person struct {
	Actor data.Actor
	Role  data.Role
	Env   []string // as os.Environ has it; only what a client may set
}

// A Door is what the server has of one open incident.
type Door struct {
	// Run runs one command line as a person and returns its exit status.
	Run func(ctx context.Context, p Person, args []string, in io.Reader, out, errw io.Writer) int
	// Board returns what a person's board is made of; ctx is that of the session.
	Board func(ctx context.Context, p Person) (ui.Config, error)
}

// A Config says what is served, and to whom.
type Config struct {
	Keys    string // the file of keys
	HostKey []byte // in PEM; see [HostKey]
	Rooms   func() ([]string, error)
	Enter   func(ctx context.Context, room string) (Door, error)
	Several bool // the first word of a command may be a room
	Log     *slog.Logger
	Limits  Limits
	Now     func() time.Time // nil is the clock's
}

// A Server is the war room behind SSH.
type Server struct {
	cfg     Config
	keys    *keyring
	ssh     *ssh.Server
	gate    gate
	outside journal

	mu       sync.Mutex
	sessions map[*session]bool
	stopping bool
}

// New checks what the server rests on: the file of keys, in which nothing may be
// wrong, and the key of the host.
func New(cfg Config) (*Server, error) {
	cfg.Limits = cfg.Limits.orDefault()
	if cfg.Now == nil {
		cfg.Now = clock.Now
	}
	s := &Server{cfg: cfg, sessions: map[*session]bool{}, gate: newGate(cfg.Limits), outside: journal{log: cfg.Log}}
	var err error
	if s.keys, err = openKeys(cfg.Keys, func(err error) { cfg.Log.Warn("file of keys", "err", err.Error()) }); err != nil {
		return nil, err
	}
	s.ssh = &ssh.Server{
		Version:                  "warroom",
		PublicKeyHandler:         s.offered,
		ServerConfigCallback:     s.config,
		ConnCallback:             s.connected,
		ConnectionFailedCallback: s.failed,
		HandshakeTimeout:         cfg.Limits.Grace,
		MaxTimeout:               cfg.Limits.Longest,
		ChannelHandlers:          map[string]ssh.ChannelHandler{"session": s.channel},
	}
	if err := s.ssh.SetOption(ssh.HostKeyPEM(cfg.HostKey)); err != nil {
		return nil, err
	}
	return s, nil
}

// config allows what is strong today, and keys alone.
func (s *Server) config(ctx ssh.Context) *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		VerifiedPublicKeyCallback: func(_ gossh.ConnMetadata, key gossh.PublicKey, p *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return p, s.proved(ctx, key)
		},
		MaxAuthTries: 6, // an agent offers all keys that it has
		PublicKeyAuthAlgorithms: []string{gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256,
			gossh.KeyAlgoSKECDSA256, gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512},
	}
	c.KeyExchanges = []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519}
	c.Ciphers = []string{gossh.CipherAES256GCM, gossh.CipherChaCha20Poly1305, gossh.CipherAES128GCM}
	c.MACs = []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM}
	return c
}

// offered is asked for each key that a client offers, before it is proved. Where the
// address is shut out all keys are answered alike: who knows a public key of somebody
// else cannot find out there who was here today.
func (s *Server) offered(ctx ssh.Context, key ssh.PublicKey) bool {
	v, ok := ctx.Value(visitKey).(*visit)
	if !ok {
		return false
	}
	if shut, _ := s.gate.failed.shut(s.cfg.Now(), netOf(v.addr)); shut {
		return true
	}
	return s.opens(v, key) == nil
}

// proved is asked for a key that a client has proved to have: whether it logs in.
func (s *Server) proved(ctx ssh.Context, key ssh.PublicKey) error {
	v, ok := ctx.Value(visitKey).(*visit)
	if !ok {
		return ssh.ErrPermissionDenied
	}
	if err := s.opens(v, key); err != nil {
		return err
	}
	v.in.Store(true)
	s.gate.failed.entered(s.cfg.Now(), key)
	return nil
}

// opens says why a key does not open the door to a visit now, or nil.
func (s *Server) opens(v *visit, key ssh.PublicKey) error {
	now := s.cfg.Now()
	err := s.gate.failed.bars(now, netOf(v.addr), key)
	if err == errKeyShut {
		v.barred.Store(true)
	} else {
		v.other.Store(true)
	}
	if err == nil {
		var g *Grant
		if g, err = s.keys.grant(key, now, v.addr); g == nil || g.over(now) {
			s.gate.failed.refused(now, key)
		}
	}
	if err != nil {
		s.outside.line(now, "key refused", v.addr, "key", gossh.FingerprintSHA256(key), "why", err.Error())
	}
	return err
}

// Listen takes the address, so that what is wrong with it is known at once.
func Listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	var op *net.OpError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, data.Refuse("the address %s is in use", data.Line(addr)).WithHint("is a server running already? else choose another with --listen")
	case errors.As(err, &op):
		return nil, data.Refuse("nobody can listen on %s: %v", data.Line(addr), op.Err).WithHint("an address is HOST:PORT, as in 127.0.0.1:23234")
	case err != nil:
		return nil, data.Misuse("nobody can listen on %s: %v", data.Line(addr), err).WithHint("an address is HOST:PORT, as in 127.0.0.1:23234")
	}
	return ln, nil
}

// How often it is looked whether sessions may go on, and how long they have to
// end when the server stops.
const (
	sweepEvery = 250 * time.Millisecond
	stopWithin = 5 * time.Second
)

// Serve serves who comes until ctx is done. Then it tells everyone, and waits a
// little for them to end.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	ended := make(chan error, 1)
	data.Go(func() { ended <- s.ssh.Serve(ln) }, func(err error) { ended <- err })
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-tick.C:
			s.sweep(s.cfg.Now())
		case <-ctx.Done():
			s.stop(ln)
			return nil
		}
	}
}

// stop ends the server in order.
func (s *Server) stop(ln net.Listener) {
	ln.Close()
	s.mu.Lock()
	s.stopping = true
	for x := range s.sessions {
		x.stop("the server is stopping; what was typed is kept")
	}
	s.mu.Unlock()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := clock.Now().Add(stopWithin); s.count() > 0 && clock.Now().Before(end); {
		<-tick.C
	}
	s.ssh.Close()
}

func (s *Server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// sweep ends the sessions of those whose key opens less than it did, of those who
// have left their keyboard, and of those who are gone. A session ends when it is found so twice: an
// editor may write the file in two steps.
func (s *Server) sweep(now time.Time) {
	s.mu.Lock()
	all := make([]*session, 0, len(s.sessions))
	for x := range s.sessions {
		all = append(all, x)
	}
	s.mu.Unlock()
	for _, x := range all {
		switch why := s.revoked(x, now); {
		case why == "":
			x.doubted = false
		case x.doubted:
			x.stop(why)
		default:
			x.doubted = true
		}
		x.idle(now)
		x.alive(now)
	}
	s.outside.turn(now)
}

// revoked says why a session may not go on as it began, or "".
func (s *Server) revoked(x *session, now time.Time) string {
	g, err := s.keys.grant(x.grant.Key, now, x.visit.addr)
	switch {
	case err != nil:
		return err.Error() + " any more"
	case g.Actor != x.grant.Actor || g.Role != x.grant.Role:
		return "what your key may do has changed; connect again"
	case x.in() != "" && !g.enters(x.in()):
		return "your key does not open this room any more"
	}
	return ""
}

// join counts a session in, or says why there is no room for it.
func (s *Server) join(x *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	same, near := 0, 0
	for y := range s.sessions {
		if y.grant.Key != nil && string(y.grant.Key.Marshal()) == string(x.grant.Key.Marshal()) {
			same++
		}
		if netOf(y.visit.addr) == netOf(x.visit.addr) {
			near++
		}
	}
	l := s.cfg.Limits
	switch {
	case s.stopping:
		return data.Refuse("the server is stopping").WithHint("try again in a moment")
	case len(s.sessions) >= l.Sessions:
		return data.Refuse("the server is full: %d sessions", len(s.sessions)).WithHint("try again later")
	case inUse() >= l.Memory:
		return data.Refuse("the server has no memory left for one more session").WithHint("try again later")
	case same >= l.PerKey:
		return data.Refuse("your key has %d sessions already", same).WithHint("leave one of them")
	case near >= l.PerAddress:
		return data.Refuse("there are %d sessions from your address already", near).WithHint("try again later")
	}
	s.sessions[x] = true
	return nil
}

// inUse returns how much memory is in use, as the last collection found it.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func (s *Server) leave(x *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, x)
}
