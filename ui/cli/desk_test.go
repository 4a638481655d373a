package cli

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/data/seed"
	"warroom/store"
)

// testNow is the moment at which commands run in a test.
var testNow = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// quickRace keeps a process that is checked for races from sleeping for a second
// before it ends.
const quickRace = "atexit_sleep_ms=0"

// A desk is an incident file that is open in a test, as the board and the SSH
// server have it.
type desk struct {
	t *testing.T
	Runner
}

// newDesk opens a file made from an embedded template, at testNow.
func newDesk(t *testing.T, template string) *desk {
	t.Helper()
	tmpl, err := seed.Load(template, testNow)
	if err != nil {
		t.Fatal(err)
	}
	return openDesk(t, tmpl)
}

func openDesk(t *testing.T, tmpl *seed.Template) *desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "incident.db")
	if err := sow(t.Context(), path, 0, tmpl, time.UTC); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return testNow }
	s, err := store.Open(t.Context(), path, store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &desk{t, Runner{Store: s, Now: now}}
}

// as runs a command line as somebody with a role.
func (d *desk) as(role data.Role, args ...string) (status int, out, errs string) {
	d.t.Helper()
	var o, e bytes.Buffer
	status = d.Run(context.Background(), "ben", role, args, strings.NewReader(""), &o, &e)
	return status, o.String(), e.String()
}

// run runs a command line, given as one text, that must succeed, as a lead.
func (d *desk) run(line string) (out string) {
	d.t.Helper()
	args, err := data.SplitCommand(line)
	if err != nil {
		d.t.Fatal(err)
	}
	status, out, errs := d.as(data.Lead, args...)
	if status != 0 {
		d.t.Fatalf("%s: exit status %d: %s", line, status, errs)
	}
	return out
}

// refuses runs a command line that must end with a status and this message.
func (d *desk) refuses(role data.Role, status int, message string, args ...string) {
	d.t.Helper()
	got, out, errs := d.as(role, args...)
	if got != status || errs != message || out != "" {
		d.t.Errorf("%q: exit status %d, says %q and %q;\nwant %d and only %q", args, got, out, errs, status, message)
	}
}

// seq returns the position of the last event.
func (d *desk) seq() int64 {
	d.t.Helper()
	head, err := d.Store.Head(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return head.Seq
}

// deaf is a writer whose reader has gone.
type deaf struct{ err error }

func (d deaf) Write([]byte) (int, error) { return 0, d.err }

var _ io.Writer = deaf{}
