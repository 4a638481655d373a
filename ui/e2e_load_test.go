//go:build e2e && linux

package ui

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// A load is how many work on one board, and what happens on it.
type load struct {
	template         string
	actions          int // more than the template has
	sessions, silent int // the last ones never read
	changes          int
	pause            time.Duration // from one change to the next
	idle             time.Duration // how long it is measured what doing nothing costs
	keys             int           // presses of each of some sessions
	width, height    int
}

// TestE2EServeLoad has many sessions on one board, some of whom never read: the
// others see every change. WARROOM_LOAD=minute measures it as the README says.
func TestE2EServeLoad(t *testing.T) {
	of := load{template: "exercise", sessions: 40, silent: 4, changes: 10, keys: 4, width: 120, height: 40}
	switch mode := os.Getenv("WARROOM_LOAD"); mode {
	case "":
		of.run(t)
		return
	case "minute":
		of.sessions, of.silent, of.changes, of.pause, of.idle, of.keys = 200, 20, 60, time.Second, time.Minute, 20
	default: // such as sessions=200,silent=20,changes=60,pause=1s
		of.set(t, mode)
		of.run(t)
		return
	}
	t.Run("exercise", of.run)
	of.actions = 1000
	t.Run("with 1000 actions", of.run)
}

// set changes what is named.
func (of *load) set(t *testing.T, words string) {
	for word := range strings.SplitSeq(words, ",") {
		name, value, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(value)
		d, _ := time.ParseDuration(value)
		switch name {
		case "actions":
			of.actions = n
		case "sessions":
			of.sessions = n
		case "silent":
			of.silent = n
		case "changes":
			of.changes = n
		case "keys":
			of.keys = n
		case "width":
			of.width = n
		case "height":
			of.height = n
		case "pause":
			of.pause = d
		case "idle":
			of.idle = d
		default:
			t.Fatalf("WARROOM_LOAD: what is %q?", word)
		}
	}
}

// run opens the sessions, lets them be idle, changes something many times, and
// presses keys.
func (of load) run(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience+of.idle+3*time.Duration(of.changes)*max(of.pause, 100*time.Millisecond))
	defer cancel()
	c := of.begin(t, ctx)
	empty := c.costs()
	began := time.Now()
	c.open(ctx)
	opened := c.costs()
	t.Logf("%d sessions of %d×%d open in %v, with %d ms of CPU each; the machine: %s", of.sessions, of.width, of.height,
		time.Since(began).Round(time.Millisecond), (opened.cpu-empty.cpu).Milliseconds()/int64(of.sessions), loadAverage())
	if of.idle > 0 {
		c.pause(ctx, of.idle)
		still := c.costs()
		took := still.at.Sub(opened.at).Seconds()
		t.Logf("memory: %.1f MB without sessions, %.1f MB with %d idle ones, %.2f MB each (%.2f MB at most)", mb(empty.memory), mb(still.memory), of.sessions,
			mb(still.memory-empty.memory)/float64(of.sessions), mb(still.peak-empty.memory)/float64(of.sessions))
		t.Logf("idle for %.0f s: %.1f ms of CPU a second in all; %s", took, (still.cpu-opened.cpu).Seconds()*1000/took, still.since(opened))
	}
	c.change(ctx)
	c.press(ctx)
	for _, r := range c.readers {
		if err := r.err(); err != nil {
			t.Errorf("session %d: %v", r.n, err)
		}
	}
	c.r.stops()
	for _, r := range append(c.readers, c.silent...) {
		r.raw.Close()
	}
	c.r.run(0, "verify", "-f", c.r.file)
}

// A audience is a server and those who are on it.
type audience struct {
	load
	t       *testing.T
	r       *warRoom
	address string
	keys    []ssh.Signer // of the sessions; the last one is of who makes changes
	readers []*reader
	silent  []*reader
}

// begin starts a server for a audience.
func (of load) begin(t *testing.T, ctx context.Context) *audience {
	h := newHome(t, of.template)
	if of.actions > 0 {
		rows := bytes.NewBufferString("title,priority\n")
		for i := range of.actions {
			fmt.Fprintf(rows, "piece of work number %d of many,P2\n", i+1)
		}
		path := filepath.Join(h.dir, "actions.csv")
		if err := os.WriteFile(path, rows.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		h.run(0, "import", "actions", path, "--stream", "remediation", "--yes", "-f", h.file)
	}
	c := &audience{load: of, t: t, r: &warRoom{home: h}}
	var file bytes.Buffer
	for i := range of.sessions + 1 {
		_, private, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			t.Fatal(err)
		}
		c.keys = append(c.keys, signer)
		fmt.Fprintf(&file, "role=\"%s\" %s person%d\n", []string{"viewer", "responder", "lead"}[i%3], bytes.TrimSpace(ssh.MarshalAuthorizedKey(signer.PublicKey())), i)
	}
	fmt.Fprintf(&file, "role=\"responder\" %s writer\n", bytes.TrimSpace(ssh.MarshalAuthorizedKey(c.keys[of.sessions].PublicKey())))
	lines := bytes.SplitAfter(file.Bytes(), []byte("\n"))
	lines = slices.Delete(lines, of.sessions, of.sessions+1) // the writer's first line
	if err := os.WriteFile(filepath.Join(h.dir, "team.keys"), bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	c.r.process = exec.CommandContext(ctx, binary, "serve", "-f", h.file, "--keys", "team.keys", "--listen", "127.0.0.1:0")
	c.r.process.Dir, c.r.process.Env, c.r.process.Stderr = h.dir, h.env, &c.r.errs
	out, err := c.r.process.StdoutPipe()
	if err == nil {
		err = c.r.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.r.process.Process.Kill(); c.r.process.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	_, port, ok := strings.Cut(strings.TrimSpace(line), "127.0.0.1:")
	if err != nil || !ok {
		t.Fatalf("the server says %q: %v\n%s", line, err, c.r.errs.String())
	}
	c.address = "127.0.0.1:" + port
	return c
}

// open opens all sessions, some at a time, and waits until each shows the board.
func (c *audience) open(ctx context.Context) {
	c.t.Helper()
	all := make([]*reader, c.sessions)
	turn := make(chan struct{}, 8)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			r, err := c.join(ctx, i)
			if err == nil {
				err = r.waits(ctx, func() bool { return r.found[0].Load() != 0 })
			}
			if err != nil {
				c.t.Errorf("session %d: %v", i, err)
				return
			}
			all[i] = r
		})
	}
	wg.Wait()
	if c.t.Failed() {
		c.t.FailNow()
	}
	c.readers, c.silent = all[:c.sessions-c.load.silent], all[c.sessions-c.load.silent:]
	for i, r := range c.silent {
		r.reads.Store(1 + int32(i)%2)
	}
}

// A reader is one session, and when it saw what.
type reader struct {
	n      int
	raw    *counted
	client *ssh.Client
	out    interface{ Read([]byte) (int, error) }
	in     interface{ Write([]byte) (int, error) }
	reads  atomic.Int32   // 0, or how it has stopped: 1 at the channel, 2 at the socket
	bytes  atomic.Int64   // of the terminal
	texts  [][]byte       // what is looked for, by its number
	found  []atomic.Int64 // when it was seen, in nanoseconds; 0 is never
	at     atomic.Int32   // the last number that is looked for
	moved  chan struct{}  // holds one value when something was read
	ended  atomic.Pointer[error]
}

// counted counts what comes over a connection, and stops when it is told.
type counted struct {
	net.Conn
	n    atomic.Int64
	stop *atomic.Int32
	done <-chan struct{}
}

func (c *counted) Read(p []byte) (int, error) {
	if c.stop.Load() == 2 {
		<-c.done
	}
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// first is on each board.
var first = []byte("Kestrel")

// join opens a board, from an address of its own.
func (c *audience) join(ctx context.Context, i int) (*reader, error) {
	r := &reader{n: i, moved: make(chan struct{}, 1), texts: [][]byte{first}, found: make([]atomic.Int64, c.changes+1)}
	for k := range c.changes {
		r.texts = append(r.texts, text(k))
	}
	client, raw, err := c.dial(ctx, i, &r.reads)
	if err != nil {
		return nil, err
	}
	r.client, r.raw = client, raw
	s, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	if err := s.RequestPty("xterm-256color", c.height, c.width, ssh.TerminalModes{}); err != nil {
		return nil, err
	}
	out, err := s.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := s.StdinPipe()
	if err != nil {
		return nil, err
	}
	r.in, r.out = in, out
	if err := s.Shell(); err != nil {
		return nil, err
	}
	go r.watch(ctx.Done())
	return r, nil
}

// dial connects as one of the audience.
func (c *audience) dial(ctx context.Context, i int, stop *atomic.Int32) (*ssh.Client, *counted, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(i/100), byte(1+i%100))}}
	conn, err := d.DialContext(ctx, "tcp", c.address)
	if err != nil {
		return nil, nil, err
	}
	raw := &counted{Conn: conn, stop: stop, done: ctx.Done()}
	key := c.keys[min(i, len(c.keys)-1)]
	conf := &ssh.ClientConfig{User: "nobody", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	sc, chans, requests, err := ssh.NewClientConn(raw, c.address, conf)
	if err != nil {
		return nil, nil, err
	}
	return ssh.NewClient(sc, chans, requests), raw, nil
}

// text is what the k-th change is called. No letter of it stands where it stood in
// the one before, so that a terminal is sent all of it.
func text(k int) []byte {
	even, odd := byte('A'+k%26), byte('a'+(k%26+k/26+1)%26)
	return bytes.Repeat([]byte{even, odd}, 4)
}

// watch reads what the terminal is sent, and notes when it says what is looked
// for.
func (r *reader) watch(done <-chan struct{}) {
	const kept = 16
	b := make([]byte, kept, 32<<10)
	for {
		if r.reads.Load() == 1 {
			<-done
			return
		}
		n, err := r.out.Read(b[kept:cap(b)])
		now := time.Now().UnixNano()
		b = b[:kept+n]
		r.bytes.Add(int64(n))
		for k := int(r.at.Load()); k >= 0 && r.found[k].Load() == 0; k-- {
			if bytes.Contains(b, r.texts[k]) {
				r.found[k].Store(now)
			}
		}
		copy(b[:kept], b[len(b)-kept:])
		if err != nil {
			r.ended.Store(&err)
		}
		select {
		case r.moved <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (r *reader) err() error {
	if err := r.ended.Load(); err != nil {
		return fmt.Errorf("it ended: %w", *err)
	}
	return nil
}

// waits waits until something is so after something was read.
func (r *reader) waits(ctx context.Context, ok func() bool) error {
	for !ok() {
		if err := r.err(); err != nil {
			return err
		}
		select {
		case <-r.moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// change makes the changes, and says how soon the others see them.
func (c *audience) change(ctx context.Context) {
	before, sent := c.costs(), c.sent()
	var sinceAsked, sinceTold []time.Duration
	for k := range c.changes {
		next := time.Now().Add(c.load.pause)
		for _, r := range c.readers {
			r.at.Store(int32(k + 1))
		}
		asked := time.Now()
		if err := c.note(ctx, string(text(k))); err != nil {
			c.t.Fatal(err)
		}
		told := time.Now()
		for _, r := range c.readers {
			if err := r.waits(ctx, func() bool { return r.found[k+1].Load() != 0 }); err != nil {
				c.t.Fatalf("session %d does not see change %d: %v", r.n, k+1, err)
			}
			seen := time.Unix(0, r.found[k+1].Load())
			sinceAsked = append(sinceAsked, seen.Sub(asked))
			sinceTold = append(sinceTold, max(seen.Sub(told), 0))
		}
		c.pause(ctx, time.Until(next))
	}
	after, got := c.costs(), c.sent()
	n := float64(len(sinceTold))
	c.t.Logf("%d changes seen by %d sessions: %s after it was told stored, %s after it was asked for", c.changes, len(c.readers), spread(sinceTold), spread(sinceAsked))
	c.t.Logf("a change costs %.2f ms of CPU a session, %.0f bytes of the terminal, %.0f of the network; %s",
		(after.cpu-before.cpu).Seconds()*1000/float64(c.changes*c.sessions), float64(got[0]-sent[0])/n, float64(got[1]-sent[1])/n, after.since(before))
	c.t.Logf("memory after it: %.1f MB, %.1f MB at most", mb(after.memory), mb(after.peak))
}

// note adds a note, in a session of its own.
func (c *audience) note(ctx context.Context, text string) error {
	client, _, err := c.dial(ctx, c.sessions, new(atomic.Int32))
	if err != nil {
		return err
	}
	defer client.Close()
	s, err := client.NewSession()
	if err != nil {
		return err
	}
	out, err := s.CombinedOutput("note add " + text)
	if err != nil {
		return fmt.Errorf("note add: %w: %s", err, out)
	}
	return nil
}

// press has some sessions press keys, in turn.
func (c *audience) press(ctx context.Context) {
	before, sent := c.costs(), c.sent()
	var took []time.Duration
	some := c.readers[:min(10, len(c.readers))]
	for i := range c.load.keys {
		for _, r := range some {
			select {
			case <-r.moved:
			default:
			}
			was, at := r.bytes.Load(), time.Now()
			r.in.Write([]byte{"jk"[i%2]})
			if err := r.waits(ctx, func() bool { return r.bytes.Load() != was }); err != nil {
				c.t.Fatalf("session %d sees nothing of a key: %v", r.n, err)
			}
			took = append(took, time.Since(at))
		}
	}
	if len(took) == 0 {
		return
	}
	after, got := c.costs(), c.sent()
	n := float64(len(took))
	c.t.Logf("%d keys: %s to the first byte, %.0f bytes of the terminal, %.0f of the network, %.2f ms of CPU with all that idles meanwhile; %s",
		len(took), spread(took), float64(got[0]-sent[0])/n, float64(got[1]-sent[1])/n, (after.cpu-before.cpu).Seconds()*1000/n, after.since(before))
}

// sent is how many bytes those who read were sent: of their terminals, and over
// the network.
func (c *audience) sent() (n [2]int64) {
	for _, r := range c.readers {
		n[0] += r.bytes.Load()
		n[1] += r.raw.n.Load()
	}
	return n
}

func (c *audience) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		c.t.Fatal(ctx.Err())
	}
}

// spread says how a time is spread.
func spread(all []time.Duration) string {
	slices.Sort(all)
	at := func(p float64) time.Duration {
		return all[min(int(p*float64(len(all))), len(all)-1)].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %v, p99 %v, at most %v", at(0.5), at(0.99), at(1))
}

// costs are what the server has used, and the rest of the machine.
type costs struct {
	at                time.Time
	cpu, own, machine time.Duration // of the server, of this test, of all processes
	memory, peak      int64         // of the server, resident
}

// costs reads what the server has used so far.
func (c *audience) costs() (k costs) {
	c.t.Helper()
	const tick = time.Second / 100
	k.at = time.Now()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.r.process.Process.Pid))
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	k.cpu = time.Duration(user+system) * tick
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.r.process.Process.Pid))
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			k.memory = n << 10
		case "VmHWM":
			k.peak = n << 10
		}
	}
	var use syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	k.own = time.Duration(use.Utime.Nano() + use.Stime.Nano())
	whole, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(whole), "\n")
	for i, field := range strings.Fields(line) {
		if n, err := strconv.Atoi(field); err == nil && i != 4 && i != 5 && i < 9 { // but for idle and waiting
			k.machine += time.Duration(n) * tick
		}
	}
	return k
}

// since says how busy the machine was.
func (k costs) since(then costs) string {
	took := k.at.Sub(then.at).Seconds()
	share := func(d time.Duration) float64 { return d.Seconds() * 100 / took }
	server, own := k.cpu-then.cpu, k.own-then.own
	return fmt.Sprintf("%% of a core: server %.1f, test %.1f, all others %.0f", share(server), share(own), share(k.machine-then.machine-server-own))
}

func mb(n int64) float64 { return float64(n) / 1e6 }

func loadAverage() string {
	b, _ := os.ReadFile("/proc/loadavg")
	return strings.TrimSpace(string(b))
}
