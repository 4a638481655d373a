package serve

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/ui"
	"warroom/ui/term"
)

// A house is a server with a room in which one command says who is there, one
// waits for ever, one writes without end, and one panics.
type house struct {
	t testing.TB
	*Server
	addr string
	keys string
	log  *safeBuffer
	stop context.CancelFunc
	done chan error
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func newHouse(t testing.TB, keys string, limits Limits, rooms ...string) *house {
	t.Helper()
	if len(rooms) == 0 {
		rooms = []string{"x"}
	}
	return opened(t, keys, Config{Limits: limits, Several: len(rooms) > 1,
		Rooms: func() ([]string, error) { return rooms, nil },
		Enter: roomOf})
}

func roomOf(_ context.Context, room string) (Door, error) { return door(room), nil }

// opened serves what is configured, to those with the keys, until the test ends.
func opened(t testing.TB, keys string, cfg Config) *house {
	t.Helper()
	h := &house{t: t, keys: keysFile(t, keys, 0o600), log: &safeBuffer{}, done: make(chan error, 1)}
	var err error
	if cfg.HostKey, _, err = HostKey(filepath.Join(t.TempDir(), "host"), true); err != nil {
		t.Fatal(err)
	}
	cfg.Keys, cfg.Log = h.keys, slog.New(slog.NewTextHandler(h.log, nil))
	if h.Server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	ln, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = ln.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	h.stop = stop
	data.Go(func() { h.done <- h.Serve(ctx, ln) }, func(err error) { h.done <- err })
	t.Cleanup(func() {
		stop()
		if err := <-h.done; err != nil {
			t.Error(err)
		}
	})
	return h
}

func door(room string) Door {
	return Door{
		Run: func(ctx context.Context, p Person, args []string, in io.Reader, out, errw io.Writer) int {
			if len(args) == 0 {
				args = []string{"who"}
			}
			switch args[0] {
			case "wait":
				fmt.Fprintln(out, "waiting")
				<-ctx.Done()
				return 1
			case "flood":
				for ctx.Err() == nil {
					if _, err := out.Write(make([]byte, 1<<16)); err != nil {
						return 1
					}
				}
			case "panic":
				panic("a fault")
			case "read":
				n, _ := io.Copy(out, in)
				fmt.Fprintln(errw, n)
				return 3
			}
			fmt.Fprintf(out, "%s %s in %s: %q %q\n", p.Actor, p.Role, room, args, p.Env)
			return 0
		},
		Board: func(context.Context, Person) (ui.Config, error) { panic("no board here") },
	}
}

// until waits for what the server does when the client has its answer already.
func (h *house) until(done func() bool) {
	h.t.Helper()
	tick, late := time.NewTicker(time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			h.t.Fatalf("it does not come: %s", h.log)
		}
	}
}

// dial connects with keys, which are offered one after the other.
func (h *house) dial(keys ...gossh.Signer) (*gossh.Client, error) {
	return gossh.Dial("tcp", h.addr, &gossh.ClientConfig{User: "root", HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth: []gossh.AuthMethod{gossh.PublicKeys(keys...)}, Timeout: 10 * time.Second})
}

func (h *house) enter(keys ...gossh.Signer) *gossh.Client {
	h.t.Helper()
	c, err := h.dial(keys...)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { c.Close() })
	return c
}

// run runs a command in a connection of its own.
func (h *house) run(key gossh.Signer, command string) (status int, out, errs string) {
	h.t.Helper()
	s, err := h.enter(key).NewSession()
	if err != nil {
		h.t.Fatal(err)
	}
	var o, e bytes.Buffer
	s.Stdout, s.Stderr = &o, &e
	return exitOf(h.t, s.Run(command)), o.String(), e.String()
}

func exitOf(t testing.TB, err error) int {
	t.Helper()
	switch err := err.(type) {
	case nil:
		return 0
	case *gossh.ExitError:
		return err.ExitStatus()
	default:
		return -1
	}
}

// begin begins a command, and waits for its first line.
func (h *house) begin(key gossh.Signer, command string) (*gossh.Session, *safeBuffer) {
	h.t.Helper()
	s, err := h.enter(key).NewSession()
	if err != nil {
		h.t.Fatal(err)
	}
	errs := &safeBuffer{}
	s.Stderr = errs
	out, _ := s.StdoutPipe()
	if err := s.Start(command); err != nil {
		h.t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 64)); err != nil {
		h.t.Fatalf("%s says nothing: %v %s", command, err, errs)
	}
	return s, errs
}

func TestWhoOneIsComesFromTheKey(t *testing.T) {
	ana, eve := newSigner(t), newSigner(t)
	h := newHouse(t, `role="lead" `+public(ana)+" ana@x\n"+public(eve)+" eve\n", Limits{})
	for _, tt := range []struct {
		key  gossh.Signer
		want string
	}{{ana, `ana lead in x: ["action" "done" "A-12"] []` + "\n"}, {eve, `eve viewer in x: ["action" "done" "A-12"] []` + "\n"}} {
		if status, out, errs := h.run(tt.key, "action done A-12"); status != 0 || out != tt.want || errs != "" {
			t.Errorf("%d %q %q, want %q", status, out, errs, tt.want)
		}
	}
}

// A signer that shows another's public key and cannot sign for it.
type pretender struct {
	gossh.Signer
	shows gossh.PublicKey
}

func (p pretender) PublicKey() gossh.PublicKey { return p.shows }

func TestOnlyTheKeyThatProvedItselfCounts(t *testing.T) {
	ana, eve, mallory := newSigner(t), newSigner(t), newSigner(t)
	h := newHouse(t, `role="lead" `+public(ana)+" ana\n"+public(eve)+" eve\n", Limits{})
	// The lead's public key is offered, and taken; what signs is the viewer's. The
	// real client goes on with the viewer's then: see the end-to-end tests.
	if _, err := h.dial(pretender{eve, ana.PublicKey()}, eve); err == nil {
		t.Error("who signs with another key than the one that was offered comes in")
	}
	if _, err := h.dial(mallory); err == nil {
		t.Error("an unknown key comes in")
	}
	if _, err := h.dial(pretender{mallory, ana.PublicKey()}); err == nil {
		t.Error("who only knows the lead's public key comes in")
	}
}

func TestNothingButKeysOpens(t *testing.T) {
	h := newHouse(t, public(newSigner(t))+" ana\n", Limits{})
	ask := gossh.KeyboardInteractive(func(_, _ string, q []string, _ []bool) ([]string, error) { return make([]string, len(q)), nil })
	for name, auth := range map[string][]gossh.AuthMethod{"none": nil, "password": {gossh.Password("")}, "keyboard": {ask}} {
		_, err := gossh.Dial("tcp", h.addr, &gossh.ClientConfig{User: "root", HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: auth})
		if err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, weak := range []gossh.Config{
		{KeyExchanges: []string{gossh.InsecureKeyExchangeDH14SHA1}}, {KeyExchanges: []string{gossh.KeyExchangeECDHP256}},
		{Ciphers: []string{gossh.CipherAES128CTR}}, {Ciphers: []string{gossh.InsecureCipherAES128CBC}},
	} {
		_, err := gossh.Dial("tcp", h.addr, &gossh.ClientConfig{Config: weak, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
		if err == nil || !strings.Contains(err.Error(), "no common algorithm") {
			t.Errorf("%v: %v", weak, err)
		}
	}
}

func TestWhatAClientMayAskFor(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	c := h.enter(ana)
	ch, reqs, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(reqs)
	asks := func(what string, payload any, want bool) {
		t.Helper()
		if ok, err := ch.SendRequest(what, true, gossh.Marshal(payload)); err != nil || ok != want {
			t.Errorf("%s: %v %v, want %v", what, ok, err, want)
		}
	}
	type env struct{ Name, Value string }
	type one struct{ V string }
	for _, what := range []string{"auth-agent-req@openssh.com", "x11-req", "break", "nonsense"} {
		asks(what, one{"x"}, false)
	}
	asks("subsystem", one{"sftp"}, false)
	asks("env", env{"LD_PRELOAD", "x"}, false)
	asks("env", env{"LANG", strings.Repeat("x", 65)}, false)
	asks("env", env{"LANG", "a\x1b[2J"}, false)
	asks("env", env{"LC_\x1b[2J", "C"}, false)
	asks("env", env{"LANG", "C.UTF-8"}, true)
	for range 15 {
		asks("env", env{"LC_ALL", "C"}, true)
	}
	asks("env", env{"LC_ALL", "C"}, false)
	asks("window-change", struct{ W, H, X, Y uint32 }{1, 1, 0, 0}, false)
	if _, _, err := c.OpenChannel("session", nil); err == nil {
		t.Error("a second session on one connection")
	}
	for _, kind := range []string{"direct-tcpip", "x11", "auth-agent@openssh.com"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("a channel %s is opened", kind)
		}
	}
	if ok, _, _ := c.SendRequest("tcpip-forward", true, nil); ok {
		t.Error("forwarding is allowed")
	}
	asks("exec", one{"who"}, true)
	out, _ := io.ReadAll(ch)
	if !strings.HasPrefix(string(out), "ana viewer") || strings.Count(string(out), "LC_ALL") != 15 {
		t.Errorf("%q", out)
	}
}

func TestWhichVariablesAClientMaySet(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		want        bool
	}{
		{"LANG", "C.UTF-8", true}, {"COLORTERM", "truecolor", true}, {"NO_COLOR", "", true}, {"TZ", "Europe/Berlin", true},
		{"LC_ALL", "C", true}, {"LC_IDENTIFICATION", "C", true}, {"LC_TERMINAL_VERSION", "3.5", true}, {"LC_2", "x", true}, {"LC_ALL", "A=b", true},
		{"", "x", false}, {"PATH", "x", false}, {"UV_DEBUG", "x", false}, {"LANGUAGE", "x", false}, {"lang", "x", false}, {"TERM", "x", false}, {"LANG\n", "x", false},
		{"LC_", "x", false}, {"LC", "x", false}, {"lc_all", "x", false}, {"LC_all", "x", false}, {"LC_ALL=", "x", false}, {"LC_=NO_COLOR", "x", false},
		{"LC_A L", "x", false}, {"LC_\x00", "x", false}, {"LC_\n", "x", false}, {"LC_\x1b[2J", "x", false}, {"LC_A\u202eB", "x", false}, {"LC_\xff", "x", false},
		{"LC_Ä", "x", false}, {" LC_ALL", "x", false}, {"LC_" + strings.Repeat("X", 17), "x", true}, {"LC_" + strings.Repeat("X", 18), "x", false},
		{"LC_ALL", strings.Repeat("x", 64), true}, {"LC_ALL", strings.Repeat("x", 65), false},
		{"TZ", "a\nb", false}, {"LC_ALL", "\x1b", false}, {"LANG", "\xff", false}, {"COLORTERM", "\x00", false},
	} {
		if got := allowed(tt.name, tt.value); got != tt.want {
			t.Errorf("%q=%q: %v, want %v", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestSizesAreClamped(t *testing.T) {
	for _, tt := range []struct {
		w, h uint32
		want term.Size
	}{{80, 24, term.Size{Width: 80, Height: 24}}, {0, 0, term.Size{Width: 80, Height: 24}}, {100000, 100000, term.Size{Width: 500, Height: 200}},
		{1<<32 - 1, 1, term.Size{Width: 500, Height: 1}}} {
		if got := sizeOf(tt.w, tt.h); got != tt.want {
			t.Errorf("%d×%d is %v, want %v", tt.w, tt.h, got, tt.want)
		}
	}
	x := &session{sizes: make(chan term.Size, 1)}
	for i := range 10000 { // nobody reads
		x.resize(term.Size{Width: i})
	}
	if got := <-x.sizes; got.Width != 9999 {
		t.Errorf("of many sizes %d counts, want the last", got.Width)
	}
}

func TestARevokedKeysSessionEnds(t *testing.T) {
	ana, ben := newSigner(t), newSigner(t)
	h := newHouse(t, `role="lead" `+public(ana)+" ana\n"+public(ben)+" ben\n", Limits{})
	s, errs := h.begin(ana, "wait")
	other, _ := h.begin(ben, "wait")
	began := time.Now()
	if _, err := RemoveKeys(h.keys, "ana"); err != nil {
		t.Fatal(err)
	}
	if status := exitOf(t, s.Wait()); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it ends after %v", took)
	}
	if got := errs.String(); got != "warroom: the key is not known any more\n" {
		t.Errorf("it says %q", got)
	}
	if _, err := h.dial(ana); err == nil {
		t.Error("the key still opens")
	}
	if h.count() != 1 {
		t.Errorf("%d sessions are left, want ben's", h.count())
	}
	h.stop()
	if exitOf(t, other.Wait()) != 1 {
		t.Error("ben's session does not end with the server")
	}
}

func TestAStopIsToldToEveryone(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	s, errs := h.begin(ana, "wait")
	h.stop()
	if exitOf(t, s.Wait()) != 1 || errs.String() != "warroom: the server is stopping; what was typed is kept\n" {
		t.Errorf("it says %q", errs.String())
	}
}

func TestAPanicEndsOneSession(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	other, _ := h.begin(ana, "wait")
	if status, _, _ := h.run(ana, "panic"); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if status, out, _ := h.run(ana, "who"); status != 0 || out == "" {
		t.Error("the server is gone")
	}
	if h.count() != 1 || !strings.Contains(h.log.String(), "a fault") {
		t.Errorf("%d sessions; the log: %s", h.count(), h.log)
	}
	other.Close()
}

func TestLimitsOfSessions(t *testing.T) {
	ana, ben := newSigner(t), newSigner(t)
	keys := public(ana) + " ana\n" + public(ben) + " ben\n"
	for _, tt := range []struct {
		limits Limits
		key    gossh.Signer
		says   string
	}{
		{Limits{PerKey: 1}, ana, "warroom: your key has 1 sessions already\nhint: leave one of them\n"},
		{Limits{PerAddress: 1}, ben, "warroom: there are 1 sessions from your address already\nhint: try again later\n"},
		{Limits{Sessions: 1}, ben, "warroom: the server is full: 1 sessions\nhint: try again later\n"},
	} {
		h := newHouse(t, keys, tt.limits)
		h.begin(ana, "wait")
		if status, _, errs := h.run(tt.key, "who"); status != 1 || errs != tt.says {
			t.Errorf("%d %q, want %q", status, errs, tt.says)
		}
	}
}

func TestWhoDoesNotLogInIsCutOff(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Grace: 300 * time.Millisecond, Waiting: 3})
	var idle []net.Conn
	for range 6 {
		c, err := net.Dial("tcp", h.addr)
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	for _, c := range idle {
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil && os.IsTimeout(err) {
			t.Error("a connection that says nothing stays open")
		}
	}
	if !strings.Contains(h.log.String(), "too many wait or fail") {
		t.Error("none of six was refused where three may wait")
	}
	if status, _, _ := h.run(ana, "who"); status != 0 {
		t.Error("who has a key is kept out afterwards")
	}
	c := h.enter(ana) // logs in, and opens nothing
	began := time.Now()
	c.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a connection without a session stays open for %v", took)
	}
}

func TestWhoNeverReadsIsCutOff(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Stalled: 200 * time.Millisecond})
	ch, reqs, err := h.enter(ana).OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := ch.SendRequest("exec", true, gossh.Marshal(struct{ C string }{"flood"})); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if status, _, _ := h.run(ana, "who"); status != 0 { // meanwhile
		t.Error("another is held up")
	}
	for range reqs { // ends with the connection
	}
	if !strings.Contains(h.log.String(), "it does not read") {
		t.Errorf("the log: %s", h.log)
	}
}

// Who presses no key on a terminal leaves. Without a terminal there are no keys:
// what a program reads goes on.
func TestWhoPressesNoKeyLeaves(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Idle: 600 * time.Millisecond, Warn: 500 * time.Millisecond})
	h.begin(ana, "wait")
	s, out := h.terminal(ana, "wait")
	out.shows("waiting")
	s.Wait()
	out.errs.shows("warroom: no key was pressed for 1 seconds")
	h.mu.Lock()
	defer h.mu.Unlock()
	stay := 0
	for x := range h.sessions {
		if x.pty == nil && x.stopped() == "" {
			stay++
		}
	}
	if stay != 1 {
		t.Error("who has no terminal is sent away too")
	}
}

func TestRooms(t *testing.T) {
	ana, ben, eve := newSigner(t), newSigner(t), newSigner(t)
	h := newHouse(t, public(ana)+" ana\n"+`rooms="to*" `+public(ben)+" ben\n"+`rooms="other" `+public(eve)+" eve\n", Limits{}, "exercise", "tokyo", "toyota")
	for _, tt := range []struct {
		key        gossh.Signer
		line       string
		status     int
		out, wrong string
	}{
		{ana, "toyota who", 0, "in toyota: [\"who\"]", ""},
		{ben, "tokyo", 0, "in tokyo: [\"who\"]", "needs a terminal"},
		{ben, "exercise who", 2, "", `there is no room "exercise"` + "\nhint: say which one first: tokyo, toyota\n"},
		{ana, "who", 2, "", `there is no room "who"`},
		{ana, "", 2, "", "there are several rooms\nhint: say which one first: exercise, tokyo, toyota\n"},
		{eve, "who", 4, "", "there is no room that your key opens"},
	} {
		status, out, errs := h.run(tt.key, tt.line)
		if status != tt.status || !strings.Contains(out, tt.out) || !strings.Contains(errs, tt.wrong) {
			t.Errorf("%q: %d %q %q", tt.line, status, out, errs)
		}
	}
}

func TestHostileCommands(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	for _, line := range []string{"who\x00", "who \xff"} {
		if status, _, errs := h.run(ana, line); status != 2 || !strings.Contains(errs, "the command is no text") {
			t.Errorf("%q: %d %q", line, status, errs)
		}
	}
	if status, out, _ := h.run(ana, "say \"a\nb\" 'c d' can't"); status != 0 || !strings.Contains(out, `["say" "a\nb" "c d" "can't"]`) {
		t.Errorf("%q", out)
	}
	status, out, _ := func() (int, string, error) {
		s, err := h.enter(ana).NewSession()
		if err != nil {
			t.Fatal(err)
		}
		s.Stdin = strings.NewReader("some text")
		out, err := s.Output("read")
		return exitOf(t, err), string(out), err
	}()
	if status != 3 || out != "some text" {
		t.Errorf("standard input and exit status: %d %q", status, out)
	}
	if strings.Contains(h.log.String(), "\n\n") || strings.Contains(h.log.String(), "does=say \"a") {
		t.Errorf("the log is not quoted: %s", h.log)
	}
}

func TestHostKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "host")
	if _, _, err := HostKey(path, false); err == nil {
		t.Error("a key that is not there is read")
	}
	first, pub, err := HostKey(path, true)
	if err != nil || pub.Type() != gossh.KeyAlgoED25519 {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the key is %v", info.Mode())
	}
	if again, _, err := HostKey(path, true); err != nil || !bytes.Equal(first, again) {
		t.Error("the key is another one the second time")
	}
	os.Chmod(path, 0o644)
	if _, _, err := HostKey(path, true); err == nil || !strings.Contains(err.Error(), "others can read") {
		t.Errorf("a key that others can read: %v", err)
	}
	if _, _, err := HostKey(keysFile(t, "nonsense", 0o600), true); err == nil {
		t.Error("nonsense is a key")
	}
}

func TestAnAddressInUse(t *testing.T) {
	ln, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if _, err := Listen(ln.Addr().String()); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("it says %v", err)
	}
	for _, addr := range []string{"nonsense", "127.0.0.1:99999", ""} {
		if ln, err := Listen(addr); err == nil && addr != "" {
			ln.Close()
			t.Errorf("%q is an address", addr)
		}
	}
}
