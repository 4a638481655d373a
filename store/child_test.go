package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"warroom/data"
)

// A test that needs another process runs its own binary again, with a job to
// do instead of the tests.
const (
	childEnv  = "WARROOM_STORE_JOB"
	childFile = "WARROOM_STORE_JOB_FILE"
	childArg  = "WARROOM_STORE_JOB_ARG"
)

// jobs are what another process can be asked to do. What a job prints is read
// by the test line by line; it ends when its standard input is closed, or by
// itself.
var jobs = map[string]func(ctx context.Context, path, arg string) error{
	"write":  jobWrite,
	"record": jobRecord,
	"lock":   jobLock,
	"redact": jobRedact,
	"rogue":  jobRogue,
	"cycle":  jobCycle,
	"follow": jobFollow,
	"verify": jobVerify,
	"half":   jobHalf,
	"keep":   jobKeep,

	"upgrade": jobUpgrade,

	"create": jobCreate,
	"random": jobRandom,
}

func childMain(job string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience+time.Duration(rounds(0))*time.Second)
	defer cancel()
	if err := jobs[job](ctx, os.Getenv(childFile), os.Getenv(childArg)); err != nil {
		fmt.Println("error:", err)
		return 1
	}
	return 0
}

// A child is another process that does a job.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Scanner
	owed  int // lines that were asked for and not read
}

// start begins a job in another process.
func start(t *testing.T, job, path, arg string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, self, job, path, arg, nil)
}

// begin begins a job in a process of a program, which is this one or a copy of it.
func begin(t *testing.T, program, job, path, arg string, as *syscall.SysProcAttr) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(program)}
	c.cmd.Env = append(os.Environ(), childEnv+"="+job, childFile+"="+path, childArg+"="+arg)
	c.cmd.Stderr, c.cmd.SysProcAttr, c.cmd.Dir = os.Stderr, as, filepath.Dir(program)
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.cmd.ProcessState == nil {
			c.cmd.Process.Kill()
			c.cmd.Wait()
		}
	})
	return c
}

// eachLine calls f for every line of standard input.
func eachLine(f func() error) error {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// line returns the next line that the job prints; ok is false at its end.
func (c *child) line() (line string, ok bool) {
	if !c.lines.Scan() {
		return "", false
	}
	return c.lines.Text(), true
}

// asks asks for n lines more.
func (c *child) asks(n int) {
	c.t.Helper()
	if _, err := io.WriteString(c.stdin, strings.Repeat("\n", n)); err != nil {
		c.t.Fatal(err)
	}
	c.owed += n
}

// recorded returns the next id that the process was told to be recorded.
func (c *child) recorded() string {
	c.t.Helper()
	id, ok := c.line()
	if !ok || strings.HasPrefix(id, "error:") {
		c.t.Fatalf("the other process says %q", id)
	}
	c.owed--
	return id
}

// says fails the test unless the next line is want.
func (c *child) says(want string) {
	c.t.Helper()
	if got, _ := c.line(); got != want {
		c.t.Fatalf("the other process says %q, want %q", got, want)
	}
}

// end lets the job end, and fails the test unless it did so in order.
func (c *child) end() {
	c.t.Helper()
	c.stdin.Close()
	for {
		line, ok := c.line()
		if !ok {
			break
		}
		if strings.HasPrefix(line, "error:") {
			c.t.Error("the other process: ", line)
		}
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the other process: %v", err)
	}
}

// kill ends the process without a warning, and returns what it had printed and
// nobody had read.
func (c *child) kill() (rest []string) {
	c.cmd.Process.Kill()
	for {
		line, ok := c.line()
		if !ok {
			break
		}
		rest = append(rest, line)
	}
	c.cmd.Wait()
	return rest
}

// jobWrite records an action for every line that it reads, and prints the id of
// each when it is told that it was recorded. With the argument "watch" it watches the
// file, as a board does.
func jobWrite(ctx context.Context, path, arg string) error {
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	if arg == "watch" {
		s.Watch(ctx)
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		events, err := s.Record(ctx, offer(action("detail", strings.Repeat("x", rand.IntN(5000)))))
		if err != nil {
			return err
		}
		fmt.Println(events[0].ID)
	}
	return nil
}

// jobRedact records an action for every line that it reads, redacts it, and prints its
// id.
func jobRedact(ctx context.Context, path, _ string) error {
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		events, err := s.Record(ctx, offer(action()))
		if err != nil {
			return err
		}
		red, err := data.Redact(events[0], "personal data")
		if err != nil {
			return err
		}
		if _, err := s.Record(ctx, offer(red)); err != nil {
			return err
		}
		fmt.Println(events[0].ID)
	}
	return nil
}

// jobCycle opens the file for every line that it reads, records an action, and closes
// it, as a shell does. The argument is the state directory. It prints the action's id.
func jobCycle(ctx context.Context, path, state string) error {
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		s, err := Open(ctx, path, Options{StateDir: state})
		if err != nil {
			return err
		}
		events, err := s.Record(ctx, offer(action()))
		if err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
		fmt.Println(events[0].ID)
	}
	return nil
}

// jobRogue gives A-1 to Cas and adds an action, as a program does that knows nothing of
// our lock, says so, and keeps the file open.
func jobRogue(ctx context.Context, path, _ string) error {
	s, err := Open(ctx, path, Options{careless: true})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, b := range []data.Body{change("A-1", "owner", "", "Cas"), action("title", "The other's")} {
		if _, err := s.Record(ctx, offer(b)); err != nil {
			return err
		}
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// jobRecord records arg actions and prints "done".
func jobRecord(ctx context.Context, path, arg string) error {
	n, err := strconv.Atoi(arg)
	if err != nil {
		return err
	}
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for range n {
		if _, err := s.Record(ctx, offer(action())); err != nil {
			return err
		}
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// jobLock takes the file's write lock, says so, and holds it.
func jobLock(ctx context.Context, path, _ string) error {
	s := &Store{path: path, opts: Options{}}
	db := openDB(s.dsn(writing))
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	fmt.Println("locked")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// jobCreate waits for a line and makes a file.
func jobCreate(ctx context.Context, path, _ string) error {
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	err := Create(ctx, path, Options{}, incident("title", "Breach"), func(s *Store) error {
		_, err := s.Record(ctx, offer(action()))
		return err
	})
	if err == nil {
		fmt.Println("made")
	} else {
		fmt.Println(err)
	}
	return nil
}
