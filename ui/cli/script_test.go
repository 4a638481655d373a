package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"warroom": func() { os.Exit(testShell().main()) },
		"sqlite":  func() { runSQL(os.Args[1], os.Args[2:]) },
		"lock":    func() { lock(os.Args[1]) },
	})
}

// testShell is the program as it is, but for a clock that stands still, at testNow
// or at SCRIPT_NOW, and less patience with another's lock.
func testShell() *shell {
	sh := newShell()
	now := testNow
	if v := os.Getenv("SCRIPT_NOW"); v != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, v); err != nil {
			panic(err)
		}
	}
	sh.now = func() time.Time { return now.Local() }
	sh.busy = 200 * time.Millisecond
	return sh
}

// runSQL is another program that uses SQLite: it makes the file if there is
// none, and keeps no rule of ours.
func runSQL(path string, statements []string) {
	db, err := sql.Open("sqlite", path)
	for _, s := range statements {
		if err == nil {
			_, err = db.Exec(s)
		}
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// lock holds a file's lock for writers, says so, and lets go when standard
// input ends.
func lock(path string) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", path)
	if err == nil {
		var conn *sql.Conn
		if conn, err = db.Conn(ctx); err == nil {
			_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("locked")
	io.Copy(io.Discard, os.Stdin)
}

// olderDir has the files of version 5. A script runs elsewhere.
var olderDir, _ = filepath.Abs("../../store/testdata/v5")

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/state")
			env.Setenv("WARROOM_ACTOR", "ana")
			env.Setenv("TZ", "UTC")
			env.Setenv("TERM", "xterm-256color")
			env.Setenv("GORACE", quickRace)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat("/dev/full")
			return err == nil, nil // [full] is the only one
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"locks": locks,
			"older": older,
		},
	})
}

// exits STATUS COMMAND… runs a command that must end with that exit status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// older NAME unpacks NAME.db, a file of version 5 that the store keeps for its tests,
// and what that version said: NAME.status.json and NAME.log.json.
func older(ts *testscript.TestScript, _ bool, args []string) {
	for _, suffix := range []string{".db", ".status.json", ".log.json"} {
		in, err := os.Open(olderDir + "/" + args[0] + suffix + ".gz")
		ts.Check(err)
		defer in.Close()
		unzip, err := gzip.NewReader(in)
		ts.Check(err)
		raw, err := io.ReadAll(unzip)
		ts.Check(err)
		if suffix == ".status.json" { // which names the file
			raw = bytes.ReplaceAll(raw, []byte(`"`+args[0]+".db"), []byte(`"`+ts.MkAbs(args[0]+".db")))
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+suffix), raw, 0o600))
	}
}

// locks FILE has another process hold the file's lock for writers until the
// script ends.
func locks(ts *testscript.TestScript, _ bool, args []string) {
	c := exec.Command("lock", ts.MkAbs(args[0]))
	stop, err := c.StdinPipe()
	ts.Check(err)
	out, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	ts.Defer(func() {
		stop.Close()
		c.Wait()
	})
	said := make([]byte, len("locked\n"))
	if _, err := io.ReadFull(out, said); err != nil {
		ts.Fatalf("the other process did not get the lock: %v", err)
	}
}
