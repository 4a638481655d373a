package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/data/seed"
	"warroom/ui/serve"
)

// examples returns the command lines that the help of all commands shows, without
// the program's name and what only a shell understands.
func examples(t *testing.T) (lines []string) {
	t.Helper()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, line := range strings.Split(c.Example, "\n") {
			line, ok := strings.CutPrefix(strings.TrimSpace(line), "warroom ")
			line, _, _ = strings.Cut(line, " < ")
			line, _, _ = strings.Cut(line, " > ")
			if ok && !c.HasSubCommands() && !strings.Contains(line, "--follow") { // which never ends
				lines = append(lines, line)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&env{}).tree())
	if len(lines) < 60 {
		t.Fatalf("only %d examples", len(lines))
	}
	return lines
}

// tried are the command lines that are tried as each role, before the examples:
// each writing command succeeds in one of them, where that is not so below.
var tried = strings.Split(strings.TrimSpace(`
ask add ana "Which tables?" 20m
ask promise A-83 "fri 17:00"
ask answer A-83 "Names and phone numbers"
action add "Call the hotline" --stream support
action block A-84 --on counsel "no answer"
action unblock A-84 --why "they called"
action drop A-84 --why "the provider does it"
action reopen A-84 --why "it does not"
action done A-84
action edit A-84 --owner aiko
decision add "Wait for counsel" --by maria
decision set D-1 --review "fri 17:00"
fact set F-1 --standing reported
category set service-history --exposure confirmed
note add --private "for us alone"
figure add asia/names 5 --unit people --standing estimated
figure set C-33 --basis "a guess"
figure pin C-33
figure set C-33 --basis "what stands"
figure unpin C-33
figure set C-33 --basis "a guess again"
figure confirm C-33
figure set C-33 --as-of 2024-08-20
figure add asia/names 6 --unit people --standing confirmed
figure withdraw C-34
figure set C-34 --source S-1
incident set --phase closed
undo
redo
import actions - --stream remediation
import actions - --stream remediation --yes
import notices - --yes
notice add europe email --sent 10 --standing estimated
notice withdraw W-13 --why "sent to nobody"
`), "\n")

// piped is what a line finds on standard input.
func piped(line string) io.Reader {
	if strings.HasPrefix(line, "import notices") {
		return strings.NewReader("region,channel,sent\neurope,sms,10\n")
	}
	return strings.NewReader("title,priority\nAsk for the logs,P1\n")
}

// A triedLine is a command line, the least role that may do what it does, and what
// becomes of it as a lead, after the lines before it.
type triedLine struct {
	need   data.Role
	status int
	events int64
	line   string
}

func (l triedLine) String() string {
	return fmt.Sprintf("%s\t%d\t%d\t%s", l.need, l.status, l.events, l.line)
}

// claimsOf is the loader of a state of which the claims and counts of notices are all there is: enough
// to ask which role a change takes.
type claimsOf map[data.Ref]data.Entity

func (c claimsOf) Entity(ref data.Ref) (data.Entity, error)       { return c[ref], nil }
func (c claimsOf) Claims(data.FigureKey) ([]*data.Claim, error)   { return nil, nil }
func (c claimsOf) Notices(data.NoticeKey) ([]*data.Notice, error) { return nil, nil }
func (c claimsOf) Count(string) (int64, error)                    { return 0, nil }
func (c claimsOf) History(data.Ref) ([]data.Event, error)         { return nil, nil }
func (o *office) claims() claimsOf {
	o.t.Helper()
	c := claimsOf{}
	for _, kind := range []data.Kind{data.KindClaim, data.KindNotice} {
		all, err := o.in.store.As("maria", data.Lead).List(o.t.Context(), kind)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, e := range all {
			c[e.Info().Ref] = e
		}
	}
	return c
}

// An office is an incident as the server has it open.
type office struct {
	t *testing.T
	*rooms
	in *room
}

func newOffice(t *testing.T) *office { return officeOf(t, "exercise") }

// officeOf is an incident that is made from a template.
func officeOf(t *testing.T, template string) *office {
	t.Helper()
	tmpl, err := seed.Load(template, testNow)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	if err := sow(t.Context(), path, 0, tmpl, time.UTC); err != nil {
		t.Fatal(err)
	}
	sh := &shell{environ: []string{"XDG_STATE_HOME=" + dir}, now: func() time.Time { return testNow }}
	o := &office{t: t, rooms: &rooms{e: &env{shell: sh, file: localFile(path), errw: io.Discard}, open: map[string]*room{}}}
	t.Cleanup(o.close)
	if _, err := o.enter(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	o.in = o.open["x"]
	return o
}

func (o *office) seq() int64 {
	o.t.Helper()
	head, err := o.in.store.Head(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return head.Seq
}

// run runs a line as ben with a role, as the board and the server do it.
func (o *office) run(role data.Role, line string) (status int, errs string) {
	o.t.Helper()
	args, err := data.SplitCommand(line)
	if err != nil {
		o.t.Fatal(err)
	}
	var e bytes.Buffer
	status = o.runner(o.in, serve.Person{Actor: "ben"}).Run(o.t.Context(), "ben", role, args, piped(line), io.Discard, &e)
	return status, e.String()
}

// leastOf returns the least role that may do what a line did: what the log has of
// it is asked of the table of roles, and what it has nothing of is a right there.
func (o *office) leastOf(line string, before claimsOf, events []data.Entry) data.Role {
	need := data.Reading.Role()
	if strings.HasPrefix(line, "import ") {
		need = data.Importing.Role()
	}
	for _, e := range events {
		for data.Permit(data.NewState(before, e.Seq-1), need, e.Body) != nil && need < data.Lead {
			need++
		}
	}
	return need
}

// tryAll runs all lines as a lead.
func tryAll(t *testing.T) (all []triedLine) {
	t.Helper()
	o := newOffice(t)
	for _, line := range append(slices.Clone(tried), examples(t)...) {
		before, claims := o.seq(), o.claims()
		status, _ := o.run(data.Lead, line)
		log, err := o.in.store.As("maria", data.Lead).Log(t.Context(), before, 100)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, triedLine{o.leastOf(line, claims, log.Entries), status, o.seq() - before, line})
	}
	return all
}

// TestWhatEachCommandTakes writes down which role each command takes, as the table
// of roles has it. The test of the board's command line reads it.
func TestWhatEachCommandTakes(t *testing.T) {
	var text strings.Builder
	done := map[string]bool{}
	for _, l := range tryAll(t) {
		fmt.Fprintln(&text, l)
		if args, err := data.SplitCommand(l.line); err == nil && l.status == 0 && l.events > 0 {
			c, _, err := (&env{}).tree().Find(args)
			if err != nil {
				t.Fatal(err)
			}
			done[c.CommandPath()] = true
		}
	}
	golden := filepath.Join("testdata", "roles.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != text.String() {
		t.Errorf("not as in %s (%v); it is now\n%s", golden, err, text.String())
	}
	// Each command that may write does so in a line, or the lines prove nothing of it.
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Flags().Lookup("mask") != nil && !c.HasSubCommands() && c.Parent().Name() != "keys" && c.Name() != "new" && !done[c.CommandPath()] {
			t.Errorf("no line succeeds in %s", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&env{}).tree())
}

// A doorway is one way to run a line as ben with a role.
type doorway struct {
	name string
	open func(o *office) func(role data.Role, line string) (status int, errs string)
}

// doorways are what the board and the server have of the tree, and a real client
// of the server. The board's own line has its test beside the board. In the local
// shell one is a lead, whoever one is: the permissions of the file decide there.
var doorways = []doorway{
	{"a runner", func(o *office) func(data.Role, string) (int, string) { return o.run }},
	{"ssh", (*office).ssh},
}

// ssh serves the office, and returns what runs a line over a connection of its own.
func (o *office) ssh() func(role data.Role, line string) (status int, errs string) {
	t, dial := o.t, o.listen(nil)
	return func(role data.Role, line string) (int, string) {
		t.Helper()
		c, err := dial(role)
		if err != nil {
			return int(data.Forbidden), err.Error()
		}
		defer c.Close()
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		s.Stdin, s.Stderr = piped(line), &errs
		err = s.Run(line)
		var exit *gossh.ExitError
		if err != nil && err != io.EOF && !errors.As(err, &exit) { // EOF: the line does not read what is piped
			t.Fatalf("%s: %v", line, err)
		}
		if exit != nil {
			return exit.ExitStatus(), errs.String()
		}
		return 0, errs.String()
	}
}

// TestEachRoleAtEachDoor runs each line as each role at each door: one that the
// role may not do ends with 4, names the role that it takes and records nothing;
// any other does what it does for a lead.
func TestEachRoleAtEachDoor(t *testing.T) {
	lines := tryAll(t)
	for _, door := range doorways {
		if underRace && door.name != "ssh" {
			continue // one thing after the other
		}
		for role := data.NoRole; role <= data.Lead; role++ {
			t.Run(door.name+", "+role.String(), func(t *testing.T) {
				t.Parallel()
				o := newOffice(t)
				run := door.open(o)
				refused, recorded := 0, 0
				for _, l := range lines {
					before := o.seq()
					status, errs := run(role, l.line)
					events := o.seq() - before
					switch {
					case l.status == 0 && role >= l.need, role == data.Lead:
						if status != l.status || events != l.events {
							t.Errorf("%s: exit status %d and %d events; as a lead %d and %d: %s", l.line, status, events, l.status, l.events, errs)
						}
						recorded += int(events)
						continue
					case events > 0:
						t.Fatalf("%s records %d events", l.line, events)
					case l.status != 0 && status != 0: // it fails for a lead too, who is not told of roles
						continue
					case status != int(data.Forbidden):
						t.Errorf("%s: exit status %d: %s", l.line, status, errs)
					case role > data.NoRole && !strings.Contains(errs, fmt.Sprintf("a %s may not do this\nhint: it takes the role %s", role, l.need)):
						t.Errorf("%s is refused with %q, want the role %s", l.line, errs, l.need)
					default:
						refused++
					}
					o.run(data.Lead, l.line) // the lines behind it build on it
				}
				if role < data.Lead && refused < 15 || role > data.Viewer && recorded < 50 || role < data.Responder && recorded > 0 {
					t.Errorf("%d lines refused, %d events recorded: the lines try too little", refused, recorded)
				}
			})
		}
	}
}

// A private note does not show in anything that a viewer may run.
func TestNoCommandShowsAViewerAPrivateNote(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("note add --private xyzzy")
	d.run("note amend N-1 xyzzy a")
	d.run("note amend N-1 xyzzy b")
	d.run("undo")
	for _, line := range append(examples(t), "undo --list --json", "redo --list --json", "note list", "note list --json", "log --json", "find xyzzy", "show N-1 --json", "__complete show N", "__complete note amend N") {
		args, err := data.SplitCommand(line)
		if err != nil {
			t.Fatal(err)
		}
		if args[0] == "note" && args[1] == "add" {
			continue
		}
		_, out, errs := d.as(data.Viewer, args...)
		if strings.Contains(out+strings.ReplaceAll(errs, `nothing found for "xyzzy"`, ""), "xyzzy") {
			t.Errorf("%s shows %s%s", line, out, errs)
		}
		if strings.HasSuffix(args[0], "do") && strings.Contains(out+errs, "N-1") {
			t.Errorf("%s says that there is one: %s%s", line, out, errs)
		}
	}
}
