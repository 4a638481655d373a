package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/ui/serve"
)

// privately records what a viewer may not know, between what everybody may, and
// returns the position before it. What is private says xyzzy, and is in N-1 and N-3.
func (o *office) privately() (before int64) {
	o.t.Helper()
	if status, errs := o.run(data.Lead, `action add "Ring the provider" --stream support`); status != 0 {
		o.t.Fatal(errs)
	}
	before = o.seq()
	for _, line := range []string{
		`note add --private "xyzzy for counsel" --about A-1`,
		`note add "plugh for all"`,
		`note amend N-1 "xyzzy again"`,
		fmt.Sprintf(`redact %d --why "xyzzy is a name"`, before+1),
		`action note A-1 --private "xyzzy about it"`,
		`action priority A-1 P0`,
		`note amend N-3 "xyzzy about it, in the end"`,
	} {
		if status, errs := o.run(data.Lead, line); status != 0 {
			o.t.Fatalf("%s: %s", line, errs)
		}
	}
	return before
}

// An asking runs a line as ben with a role.
type asking func(role data.Role, line string) (status int, out, errs string)

// doors returns the ways into the office by which one reads.
func (o *office) doors() map[string]asking {
	dial := o.listen(nil)
	return map[string]asking{
		"the command line of a board": func(role data.Role, line string) (int, string, string) {
			var out, errs bytes.Buffer
			status := o.runner(o.in, serve.Person{Actor: "ben"}).Run(o.t.Context(), "ben", role, o.words(line), nil, &out, &errs)
			return status, out.String(), errs.String()
		},
		"ssh": func(role data.Role, line string) (int, string, string) {
			c, err := dial(role)
			if err != nil {
				o.t.Fatal(err)
			}
			defer c.Close()
			s, err := c.NewSession()
			if err != nil {
				o.t.Fatal(err)
			}
			var out, errs bytes.Buffer
			s.Stdout, s.Stderr = &out, &errs
			err = s.Run(line)
			if exit, ok := err.(*gossh.ExitError); ok {
				return exit.ExitStatus(), out.String(), errs.String()
			} else if err != nil {
				o.t.Fatal(err)
			}
			return 0, out.String(), errs.String()
		},
	}
}

func (o *office) words(line string) []string {
	o.t.Helper()
	words, err := data.SplitCommand(line)
	if err != nil {
		o.t.Fatal(err)
	}
	return words
}

// A private event is left out at every door: a viewer is told neither what it says, nor
// of which note it is. Whoever may read it is told of it as before.
func TestAPrivateEventIsLeftOutAtEveryDoor(t *testing.T) {
	const refused = "warroom: N-1 is a private note\nhint: it takes the role responder\n"
	o := officeOf(t, "blank")
	before, doors := o.privately(), o.doors()
	left := func(n int) string {
		return fmt.Sprintf("left out: %s; it takes the role responder to read private notes\n", counted(n, "private entry", "private entries"))
	}
	for _, tt := range []struct {
		line   string
		errs   string // what a viewer reads on standard error
		status int    // with this exit status
		tells  bool   // a responder reads what is private
	}{
		{"log", left(5), 0, true},
		{"log --json", left(5), 0, true},
		{fmt.Sprintf("log --since %d", before), left(5), 0, true},
		{fmt.Sprintf("log --since %d", before+4), left(2), 0, true},
		{"log --limit 1", left(1), 0, true},
		{"log --limit 2 --json", left(4), 0, true},
		{"log --of A-1", "", 0, false},
		{"log --of N-1", refused, 4, true},
		{"log --of N-1 --json", refused, 4, true},
		{"show N-1", refused, 4, true},
		{"show N-1 --json", refused, 4, true},
		{"show A-1", "", 0, false},
		{"show A-1 --json", "", 0, false},
		{"find xyzzy", "warroom: nothing found for \"xyzzy\": 17 items searched\n", 1, true},
		{"find plugh --json", "", 0, false},
		{"note list", "", 0, true},
		{"note list --json", "", 0, true},
		{"show N-9", "warroom: there is no N-9; the last is N-2\nhint: warroom find and warroom log show what there is\n", 1, false},
		{"status", "", 0, true},
		{"status --json", "", 0, false},
		{"undo --list", "", 0, true},
		{"undo --list --json", "", 0, true},
		{"__complete show N", "Completion ended with directive: ShellCompDirectiveNoFileComp\n", 0, false},
		{"__complete note amend N", "Completion ended with directive: ShellCompDirectiveNoFileComp\n", 0, true},
	} {
		for door, ask := range doors {
			status, out, errs := ask(data.Viewer, tt.line)
			if status != tt.status || errs != tt.errs {
				t.Errorf("%s, %s: a viewer has exit status %d and reads %q, want %d and %q", door, tt.line, status, errs, tt.status, tt.errs)
			}
			for _, hidden := range []string{"xyzzy", "N-1", "N-3", "private note"} {
				if strings.Contains(out, hidden) {
					t.Errorf("%s, %s: a viewer reads %q in\n%s", door, tt.line, hidden, out)
				}
			}
			for _, role := range []data.Role{data.Responder, data.Lead} {
				_, out, errs := ask(role, tt.line)
				if tt.tells != strings.Contains(out, "xyzzy") || strings.Contains(errs, "left out") || strings.Contains(errs, "private") {
					t.Errorf("%s, %s: a %s reads\n%s%s", door, tt.line, role, out, errs)
				}
			}
		}
	}
}

// What a viewer reads of the log is what there is without what is private, with the
// positions that it has.
func TestAViewersLogHasGaps(t *testing.T) {
	o := officeOf(t, "blank")
	before := o.privately()
	want := fmt.Sprintf(`EVENT  RECORDED              BY          ITEM              WHAT
%5d  2026-11-23 09:00 UTC  ben         N-2               added: plugh for all
%5d  2026-11-23 09:00 UTC  ben         A-1               priority unknown → P0 (Ring the provider)
`, before+2, before+6)
	for door, ask := range o.doors() {
		if _, out, _ := ask(data.Viewer, fmt.Sprintf("log --since %d", before)); out != want {
			t.Errorf("%s: the log is\n%swant\n%s", door, out, want)
		}
	}
}

// A follower is somebody who reads what a command prints while it runs.
type follower struct {
	mu   sync.Mutex
	text bytes.Buffer
	want string
	has  chan struct{} // closed when want was printed
}

// Write implements io.Writer.
func (f *follower) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := strings.Contains(f.text.String(), f.want)
	f.text.Write(p)
	if !before && strings.Contains(f.text.String(), f.want) {
		close(f.has)
	}
	return len(p), nil
}

// Who follows the log is not shown a private event either, and is told at the end of
// those that came meanwhile.
func TestFollowersAreNotShownPrivateEvents(t *testing.T) {
	o := officeOf(t, "blank")
	before := o.privately()
	for i, flag := range []string{"", " --json"} {
		fresh := fmt.Sprint("fnord ", i)
		ctx, stop := context.WithCancel(t.Context())
		out, errs := &follower{want: fresh, has: make(chan struct{})}, &follower{want: "left out", has: make(chan struct{})}
		var wg sync.WaitGroup
		wg.Go(func() {
			run := o.runner(o.in, serve.Person{Actor: "eve"})
			run.Run(ctx, "eve", data.Viewer, o.words(fmt.Sprintf("log --since %d --follow%s", before, flag)), nil, out, errs)
		})
		<-errs.has
		for _, line := range []string{`note add --private "xyzzy meanwhile"`, `note add "` + fresh + `"`} {
			if status, errs := o.run(data.Lead, line); status != 0 {
				t.Fatal(errs)
			}
		}
		<-out.has
		stop()
		wg.Wait()
		if text := out.text.String(); strings.Contains(text, "xyzzy") || !strings.Contains(text, "plugh") {
			t.Errorf("log --follow%s prints\n%s", flag, text)
		}
		const says = "left out: %d private entries; it takes the role responder to read private notes\nleft out: 1 private entry; it takes the role responder to read private notes\n"
		if got, want := errs.text.String(), fmt.Sprintf(says, o.seq()-before-2-o.public(before)+1); got != want {
			t.Errorf("log --follow%s says\n%swant\n%s", flag, got, want)
		}
	}
}

// A viewer who has seen everything and finds nothing new is not told that nothing was
// recorded, when something private was.
func TestNothingNewForAViewer(t *testing.T) {
	o := officeOf(t, "blank")
	since := func(want string) {
		t.Helper()
		var out, errs bytes.Buffer
		run := o.runner(o.in, serve.Person{Actor: "eve"})
		if status := run.Run(t.Context(), "eve", data.Viewer, o.words("log --since last --mark"), nil, &out, &errs); status != 0 || out.Len() > 0 || errs.String() != want {
			t.Errorf("exit status %d, %q, and\n%swant\n%s", status, out.String(), errs.String(), want)
		}
	}
	since("you look for the first time: what is recorded from now on will be new\n")
	if status, errs := o.run(data.Lead, `note add --private "xyzzy for counsel"`); status != 0 {
		t.Fatal(errs)
	}
	at := o.seq()
	const now = "2026-11-23 09:00 UTC"
	since(fmt.Sprintf("left out: 1 private entry; it takes the role responder to read private notes\nnothing that you may read was recorded since you looked, %s\nseen up to event %d, %s\n", now, at, now))
	since(fmt.Sprintf("nothing was recorded since you looked, %s\nseen up to event %d, %s\n", now, at, now))
}

// public counts the events after a position that everybody may read.
func (o *office) public(after int64) int64 {
	o.t.Helper()
	page, err := o.in.store.As("eve", data.Viewer).Log(o.t.Context(), after, logPage)
	if err != nil {
		o.t.Fatal(err)
	}
	return int64(len(page.Entries))
}

// A board that a viewer opens over SSH shows no private event: not in its panes, not
// in the timeline, not among what has changed, and not when one comes. A lead's does.
func TestAViewersBoardOverSSH(t *testing.T) {
	for _, role := range []data.Role{data.Viewer, data.Lead} {
		o := officeOf(t, "blank")
		o.privately()
		dial := o.listen(nil)
		b := atBoard(t, func(data.Role) (*gossh.Client, error) { return dial(role) }, 140, 40)
		b.shows("plugh for all").types("6z")
		for _, line := range []string{`note add --private "xyzzy meanwhile"`, "note add fnord"} {
			if status, errs := o.run(data.Lead, line); status != 0 {
				t.Fatal(errs)
			}
		}
		b.shows("fnord").types("c").shows("Changed since you looked").types("qqq")
		if err := b.s.Wait(); err != nil {
			t.Error(err)
		}
		all := ansi.Strip(string(b.all))
		for _, hidden := range []string{"N-1", "N-3", "(private note)"} {
			if strings.Contains(all, hidden) != (role == data.Lead) {
				t.Errorf("the board of a %s shows %q: %v", role, hidden, role == data.Viewer)
			}
		}
		if strings.Contains(all, "xyzzy") && role == data.Viewer {
			t.Error("the board of a viewer shows what a private note says")
		}
	}
}

// doorFiles are where it is said who reads the file: at the doors, and where a template
// is sown.
var doorFiles = []string{"env.go", "seed.go", "serve.go"}

// Nobody but a door says who reads: a command that could would read as a lead.
func TestOnlyDoorsSayWhoReads(t *testing.T) {
	says := regexp.MustCompile(`(\w+)\.As\(`)
	var got []string
	for _, dir := range []string{"..", "../kit", "../pane", "../serve", "."} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", dir, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range says.FindAllStringSubmatch(string(text), -1) {
				if m[1] != "errors" && !strings.HasSuffix(file, "_test.go") && !slices.Contains(got, file) {
					got = append(got, file)
				}
			}
		}
	}
	if !slices.Equal(got, doorFiles) {
		t.Errorf("it is said in %v, want %v", got, doorFiles)
	}
}
