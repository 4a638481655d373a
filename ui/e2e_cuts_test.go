//go:build e2e && linux

package ui

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

var (
	cutsRounds = flag.Int("cuts.rounds", 60, "how often TestE2EPowerCuts cuts the power")
	cutsSeed   = flag.Uint64("cuts.seed", 0, "what TestE2EPowerCuts begins with; 0 is something else each time")
	cutsWay    = flag.String("cuts.way", "", "the disk of the tests with power cuts: fuse or image; without one, what this machine can do")
)

// cutsPerFile is how many rounds one file goes through. Each begins with what the
// cut before it left.
const cutsPerFile = 10

// TestE2EPowerCuts has several processes change one file, and cuts the power at any
// moment, again and again: what somebody was told is stored is there, and the file is
// whole. The rounds of one file can be run again by their seed, except that the
// processes meet in another way.
func TestE2EPowerCuts(t *testing.T) {
	seed := *cutsSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	d, way := newDisk(t, false)
	t.Logf("%d rounds on %s", *cutsRounds, way)
	f := newCutFile(t, d, "")
	var all outcome
	for round := 0; round < *cutsRounds; seed++ {
		n := min(cutsPerFile, *cutsRounds-round)
		o := f.rounds(n, seed)
		t.Logf("-cuts.seed %d: %s", seed, o)
		for _, problem := range append(o.lost, o.damage...) {
			t.Errorf("-cuts.seed %d -cuts.rounds %d: %s", seed, n, problem)
		}
		all.add(o)
		round += n
	}
	t.Logf("%d rounds: %s", *cutsRounds, all)
	if *cutsRounds >= cutsPerFile && (all.told == all.masked || all.masked == 0 || all.pages == 0) {
		t.Error("this proves nothing")
	}
}

// TestE2EPowerCutsFindALoss looks at what the test above would find: changes are lost
// where a commit does not wait for the disk, and where the disk lies about a sync.
func TestE2EPowerCutsFindALoss(t *testing.T) {
	for _, tt := range []struct {
		name, words string
		lies        bool
	}{
		{"a commit that does not wait for the disk", "normal", false},
		{"a disk that lies", "", true},
	} {
		d, way := newDisk(t, tt.lies)
		f := newCutFile(t, d, tt.words)
		var all outcome
		rounds := 0
		for seed := uint64(1); len(all.lost) == 0 && rounds < 40; seed++ {
			all.add(f.rounds(1, seed))
			rounds++
		}
		t.Logf("%s: %d rounds on %s: %s", tt.name, rounds, way, all)
		if len(all.lost) == 0 {
			t.Errorf("%s: nothing is lost in %d rounds", tt.name, rounds)
		}
	}
}

// An outcome is what came of rounds.
type outcome struct {
	told    int // changes that somebody was told are stored
	masked  int // of them redactions
	refused int // commands that failed before the power went
	untold  int // changes that are there, and nobody was told
	pages   int // that were not synced and are lost
	lost    []string
	damage  []string
}

func (o *outcome) add(p outcome) {
	o.told, o.masked, o.refused, o.untold, o.pages = o.told+p.told, o.masked+p.masked, o.refused+p.refused, o.untold+p.untold, o.pages+p.pages
	o.lost, o.damage = append(o.lost, p.lost...), append(o.damage, p.damage...)
}

// String returns what came of rounds in words.
func (o outcome) String() string {
	return fmt.Sprintf("%d told to be stored, %d of them redactions, %d lost, %d other faults; %d there that nobody was told of; %d refused before; %d unsynced pages lost",
		o.told, o.masked, len(o.lost), len(o.damage), o.untold, o.refused, o.pages)
}

// A cutFile is an incident on a disk that loses its power.
type cutFile struct {
	*home
	disk  disk
	fresh map[string][]byte // the incident as each seed finds it
	key   ssh.Signer        // of a lead

	rng   *rand.Rand
	now   map[string][]byte // what is on the disk
	known []logged          // its log, as it was last read
	asked map[int]bool      // the events that somebody asked to mask, in any round
	did   outcome
}

// A logged is one event as warroom log --json has it.
type logged struct {
	Seq      int
	Event    string
	ID       string
	Kind     string
	Redacted int
	Fields   struct{ Text string }
}

// newCutFile makes an incident with some notes. The extra words are for
// WARROOM_TEST_DISK.
func newCutFile(t *testing.T, d disk, words string) *cutFile {
	t.Helper()
	f := &cutFile{home: newHome(t, "blank"), disk: d}
	for i := range 8 {
		f.run(0, "note", "add", noteText(i, 0, 0, 300), "-f", f.file)
	}
	raw, err := os.ReadFile(f.file)
	if err != nil {
		t.Fatal(err)
	}
	f.file = filepath.Join(f.dir, "disk", "x.db")
	f.fresh = map[string][]byte{"x.db": raw}
	_, private, err := ed25519.GenerateKey(nil)
	if err == nil {
		f.key, err = ssh.NewSignerFromKey(private)
	}
	if err == nil {
		line := fmt.Sprintf("role=\"lead\" %s ana\n", bytes.TrimSpace(ssh.MarshalAuthorizedKey(f.key.PublicKey())))
		err = os.WriteFile(filepath.Join(f.dir, "team.keys"), []byte(line), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.env = append(f.env, "WARROOM_TEST_DISK="+strings.Trim(d.words()+","+words, ","))
	return f
}

// rounds runs rounds on a fresh file, until one finds a problem.
func (f *cutFile) rounds(n int, seed uint64) outcome {
	f.t.Helper()
	// What is known of the file that the seed before left is forgotten.
	if err := os.RemoveAll(filepath.Join(f.dir, "state", "warroom", "heads")); err != nil {
		f.t.Fatal(err)
	}
	f.rng = rand.New(rand.NewPCG(seed, 0))
	f.now, f.known, f.asked, f.did = f.fresh, nil, map[int]bool{}, outcome{}
	f.check(nil)
	for round := 1; round <= n && len(f.did.lost)+len(f.did.damage) == 0; round++ {
		f.check(f.cut(round))
	}
	return f.did
}

// A company is the processes of one round, and what they are told.
type company struct {
	*cutFile
	round int
	gone  <-chan struct{}
	wg    sync.WaitGroup

	mu      sync.Mutex
	ended   bool
	running []*exec.Cmd
	notes   map[string]string // the text by the id that the note was given
	masked  []int             // the events that were masked
	targets []int             // those that are there to be masked
}

// cut lets processes change the file until the power goes.
func (f *cutFile) cut(round int) *company {
	f.t.Helper()
	c := &company{cutFile: f, round: round, notes: map[string]string{}}
	for _, e := range f.known {
		if e.Kind == "made" && strings.HasPrefix(e.ID, "N-") && !f.asked[e.Seq] {
			c.targets = append(c.targets, e.Seq)
		}
	}
	c.gone = f.disk.begin(f.t, filepath.Dir(f.file), f.now, f.rng)
	shells, served := 1+f.rng.IntN(3), f.rng.IntN(2) == 0
	after := rand.New(rand.NewPCG(f.rng.Uint64(), 0)) // how many coins fall depends on the processes
	for i := range shells {
		c.begin(i, c.shell)
	}
	if served {
		c.serve()
	}
	select {
	case <-c.gone:
	case <-time.After(patience):
		f.t.Error("the power does not go: nobody writes")
	}
	c.end()
	var lost int
	f.now, lost = f.disk.end(f.t, after)
	f.did.pages += lost
	return c
}

// begin has a writer change the file, one change after the other, by what run does
// with the words of a command.
func (c *company) begin(i int, run func(words ...string) (out string, ok bool)) {
	rng := rand.New(rand.NewPCG(c.rng.Uint64(), uint64(i)))
	c.wg.Go(func() {
		for n := 0; !c.over(); n++ {
			if seq := c.target(rng); seq != 0 {
				out, ok := run("redact", fmt.Sprint(seq), "--why", "power")
				if strings.HasPrefix(out, fmt.Sprintf("event %d (", seq)) {
					ok = c.told(func() { c.masked = append(c.masked, seq) })
				}
				c.failed(ok)
				continue
			}
			text := noteText(n, i, c.round, rng.IntN(600))
			out, ok := run("note", "add", text)
			if id, _, whole := strings.Cut(out, "\n"); whole && strings.HasPrefix(id, "N-") {
				ok = c.told(func() { c.notes[id] = text })
			}
			c.failed(ok)
		}
	})
}

// noteText returns the text of a note. Its first sentence is in no other.
func noteText(n, writer, round, words int) string {
	return fmt.Sprintf("note %d of writer %d in round %d.%s", n, writer, round, strings.Repeat(" word", words))
}

func (c *company) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// told notes that somebody was told that a change is stored.
func (c *company) told(note func()) bool {
	c.mu.Lock()
	note()
	c.did.told++
	c.mu.Unlock()
	c.disk.stored()
	return true
}

// failed counts a command that was refused while there was power.
func (c *company) failed(ok bool) {
	select {
	case <-c.gone:
		return
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.did.refused++
	}
}

// target returns an event to mask, at times.
func (c *company) target(rng *rand.Rand) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.targets) == 0 || rng.IntN(6) > 0 {
		return 0
	}
	at := rng.IntN(len(c.targets))
	seq := c.targets[at]
	c.targets[at] = c.targets[len(c.targets)-1]
	c.targets = c.targets[:len(c.targets)-1]
	c.asked[seq] = true
	return seq
}

// start starts the program, unless the power is gone.
func (c *company) start(p *exec.Cmd) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	p.Dir, p.Env, p.SysProcAttr = c.dir, c.env, &syscall.SysProcAttr{Setpgid: true}
	if err := p.Start(); err != nil {
		c.t.Error(err)
		return false
	}
	c.running = append(c.running, p)
	return true
}

// end kills what runs, and waits until no process is left.
func (c *company) end() {
	c.mu.Lock()
	c.ended = true
	for _, p := range c.running {
		syscall.Kill(-p.Process.Pid, syscall.SIGKILL) // it may have ended
	}
	c.mu.Unlock()
	c.wg.Wait()
	for _, p := range c.running {
		until(c.t, "a process that was killed ends", func() bool { return ended(p.Process.Pid) })
	}
}

// shell runs a command in a process of its own.
func (c *company) shell(words ...string) (out string, ok bool) {
	var said bytes.Buffer
	p := exec.Command(binary, append(words, "-f", c.file)...)
	p.Stdout = &said
	if !c.start(p) {
		return "", true
	}
	err := p.Wait()
	return said.String(), err == nil
}

// serve starts a server, over which two more writers change the file.
func (c *company) serve() {
	p := exec.Command(binary, "serve", "-f", c.file, "--keys", "team.keys", "--listen", "127.0.0.1:0")
	out, err := p.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if !c.start(p) {
		return
	}
	address := make(chan string, 1)
	c.wg.Go(func() {
		defer p.Wait()
		said := make([]byte, 200) // one write
		n, _ := out.Read(said)
		_, port, _ := strings.Cut(strings.TrimSpace(string(said[:n])), "127.0.0.1:")
		address <- "127.0.0.1:" + port // the power may be gone before: nobody is there then
		io.Copy(io.Discard, out)
	})
	to := <-address
	for i := range 2 {
		c.begin(10+i, func(words ...string) (string, bool) { return c.overSSH(to, words) })
	}
}

// overSSH runs a command on a server.
func (c *company) overSSH(address string, words []string) (out string, ok bool) {
	client, err := ssh.Dial("tcp", address, &ssh.ClientConfig{User: "nobody", Auth: []ssh.AuthMethod{ssh.PublicKeys(c.key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		return "", false
	}
	defer client.Close()
	s, err := client.NewSession()
	if err != nil {
		return "", false
	}
	var said bytes.Buffer
	s.Stdout = &said
	err = s.Run(strings.Join(words, " "))
	return said.String(), err == nil
}

// check reads what the cut left, in the ordinary way: all that was there before it, and
// all that somebody was told is stored, is there.
func (f *cutFile) check(c *company) {
	f.t.Helper()
	replaceFiles(f.t, filepath.Dir(f.file), f.now)
	if _, errs, err := f.read("verify"); err != nil {
		f.did.damage = append(f.did.damage, "verify: "+errs)
	}
	out, errs, err := f.read("log", "--json")
	var log []logged
	if err == nil {
		err = json.Unmarshal([]byte(out), &log)
	}
	if err != nil { // what is in it is lost
		f.did.damage = append(f.did.damage, fmt.Sprintf("log: %v %s", err, errs))
	}
	lost := func(format string, args ...any) { f.did.lost = append(f.did.lost, fmt.Sprintf(format, args...)) }
	for i, e := range f.known {
		if i >= len(log) || log[i].Event != e.Event {
			lost("event %d, which was there before, is lost", e.Seq)
		}
	}
	if c != nil {
		f.did.masked += len(c.masked)
		f.did.untold += max(0, len(log)-len(f.known)-len(c.notes)-len(c.masked))
		c.compare(log, lost)
		c.forgotten()
	}
	f.known = log
}

// read runs a command on what a cut left.
func (f *cutFile) read(words ...string) (out, errs string, err error) {
	var stdout, stderr bytes.Buffer
	p := exec.Command(binary, append(words, "-f", f.file)...)
	p.Dir, p.Env, p.Stdout, p.Stderr = f.dir, append(f.env, "WARROOM_TEST_DISK="), &stdout, &stderr
	err = p.Run()
	return stdout.String(), stderr.String(), err
}

// compare looks in the log for what people were told.
func (c *company) compare(log []logged, lost func(format string, args ...any)) {
	texts, masks := map[string]string{}, map[int]bool{}
	for _, e := range log {
		switch e.Kind {
		case "made":
			texts[e.ID] = e.Fields.Text
		case "redacted":
			masks[e.Redacted] = true
		}
	}
	for id, text := range c.notes {
		if texts[id] != text {
			lost("%s is lost in round %d: %q", id, c.round, text)
		}
	}
	for _, seq := range c.masked {
		if !masks[seq] || log[seq-1].Fields.Text != "[redacted]" {
			lost("that event %d was masked is lost in round %d", seq, c.round)
		}
	}
}

// forgotten looks for texts that were masked anywhere in the file, now that it was read
// and closed in order.
func (c *company) forgotten() {
	raw, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, seq := range c.masked {
		text, _, _ := strings.Cut(c.known[seq-1].Fields.Text, ".")
		if bytes.Contains(raw, []byte(text+".")) {
			c.did.damage = append(c.did.damage, fmt.Sprintf("what was masked in event %d in round %d stands in the file: %q", seq, c.round, text))
		}
	}
}
