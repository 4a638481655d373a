package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"

	"warroom/data"
)

func TestRunnerRefusesWhatIsForTheShell(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	before := d.seq()
	for _, tt := range []struct{ line, says string }{
		{"note add x --as maria", "warroom: the flag --as cannot be used here: who you are is known already\nhint: leave it out\n"},
		{"status --theme dark", "warroom: there is no flag --theme\nhint: warroom status --help\n"},
		{"--theme dark", "warroom: the flag --theme cannot be used here: it is about a board of its own\nhint: leave it out\n"},
		{"serve", "warroom: serve cannot be used here: the server runs already\nhint: use a shell on the machine that has the file\n"},
		{"keys list", "warroom: keys list cannot be used here: who may come in is said on the machine that serves\nhint: use a shell on the machine that has the file\n"},
		{"other.db", noFileLines},
	} {
		d.refuses(data.Lead, 2, tt.says, strings.Fields(tt.line)...)
	}
	if after := d.seq(); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
}

func TestRunnerWithoutWordsPrintsTheStatus(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	if got, want := d.run(""), d.run("status"); got != want {
		t.Errorf("no words print\n%s\nwant\n%s", got, want)
	}
}

func TestRunnerRecordsAsWhoIsThere(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	if got := d.run(`note add "call at nine"`); got != "N-1\n" {
		t.Errorf("note add prints %q, want the id", got)
	}
	note, err := d.Store.As("maria", data.Lead).Get(t.Context(), "N-1")
	if err != nil {
		t.Fatal(err)
	}
	if by := note.Info().MadeBy; by != "ben" {
		t.Errorf("made by %q, want ben", by)
	}
}

func TestRolesAreAskedAtEveryDoor(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("note add --private secret")
	before := d.seq()
	takes := func(role, what string) string { return "warroom: " + what + "\nhint: it takes the role " + role + "\n" }
	const mends = "warroom: a file is not rebuilt or accepted from here\nhint: use a shell on the machine that has the file\n"
	for _, tt := range []struct {
		role data.Role
		line string
		says string
	}{
		{data.Viewer, "note add x", takes("responder", "a viewer may not do this")},
		{data.Viewer, "action done A-1", takes("responder", "a viewer may not do this")},
		{data.Viewer, "action add x --stream support", takes("responder", "a viewer may not do this")},
		{data.Viewer, "action block A-1 waits", takes("responder", "a viewer may not do this")},
		{data.Viewer, "stream set support --status done", takes("responder", "a viewer may not do this")},
		{data.Viewer, "ask add ben who? 20m --stream support", "due 2026-11-23 09:20 UTC\n" + takes("responder", "a viewer may not do this")},
		{data.Viewer, "note amend N-1 x", takes("responder", "N-1 is a private note")},
		{data.Responder, "incident set --phase closed", takes("lead", "a responder may not do this")},
		{data.Responder, "region set europe --notices complete", takes("lead", "a responder may not do this")},
		{data.Responder, "category set names --exposure confirmed", takes("lead", "a responder may not do this")},
		{data.Viewer, "show N-1", takes("responder", "N-1 is a private note")},
		{data.Viewer, "log --of N-1", takes("responder", "N-1 is a private note")},
		{data.Responder, "redact 5 --why x", takes("lead", "a responder may not do this")},
		{data.Responder, "verify --rebuild", mends},
		{data.Lead, "verify --rebuild --yes", mends},
		{data.Lead, "verify --accept", mends},
		{data.NoRole, "status", "warroom: you have no role here\nhint: ask a lead for one\n"},
	} {
		d.refuses(tt.role, 4, tt.says, strings.Fields(tt.line)...)
	}
	if after := d.seq(); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
	for _, line := range []string{"log", "log --json", "log --limit 3", "status"} {
		if _, out, _ := d.as(data.Viewer, strings.Fields(line)...); strings.Contains(out, "secret") || strings.Contains(out, "N-1") {
			t.Errorf("%s shows a viewer the private note", line)
		}
	}
	d.refuses(data.Viewer, 1, "warroom: nothing found for \"secret\": 72 items searched\n", "find", "secret")
	// A private note does not stand in the way of what may be seen.
	d.run("note add not secret")
	d.run("note add --private secret too")
	if _, out, _ := d.as(data.Viewer, "find", "secret", "--limit", "1"); !strings.HasSuffix(out, "not secret\n") {
		t.Errorf("find shows a viewer %q", out)
	}
	if _, out, _ := d.as(data.Responder, "find", "secret", "--limit", "1"); !strings.Contains(out, "secret too") {
		t.Errorf("find shows a responder %q", out)
	}
	if _, out, _ := d.as(data.Responder, "log", "--limit", "1"); !strings.Contains(out, "secret") {
		t.Error("log hides the private note from a responder")
	}
}

func TestTextFarTooLongIsRefused(t *testing.T) {
	d := newDesk(t, "blank")
	before := d.seq()
	long := strings.Repeat("x", 1<<20)
	d.refuses(data.Lead, 1, "warroom: title is 1048576 characters long, the most is 500\nhint: shorten it\n",
		"action", "add", long, "--stream", "support")
	d.refuses(data.Lead, 1, "warroom: text is 1048576 characters long, the most is 20000\nhint: shorten it\n", "note", "add", long)
	if status, _, errs := d.as(data.Lead, long); status != 2 || len(errs) > 200 {
		t.Errorf("a megabyte as a command: exit status %d, says %d bytes", status, len(errs))
	}
	if after := d.seq(); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
}

// A reader that never ends must not fill the memory.
func TestEndlessStandardInputIsRefused(t *testing.T) {
	d := newDesk(t, "blank")
	var errs strings.Builder
	status := d.Run(t.Context(), "ben", data.Lead, []string{"note", "add", "-"}, endless{}, io.Discard, &errs)
	if status != 1 || !strings.HasPrefix(errs.String(), "warroom: the text on standard input is longer than 20000 characters\n") {
		t.Errorf("exit status %d, says %q", status, errs.String())
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestInterruptedWhileReadingStandardInput(t *testing.T) {
	d := newDesk(t, "blank")
	ctx, cancel := context.WithCancel(t.Context())
	in, never := io.Pipe()
	defer never.Close()
	cancel()
	var errs strings.Builder
	status := d.Run(ctx, "ben", data.Lead, []string{"note", "add", "-"}, in, io.Discard, &errs)
	if status != 1 || errs.String() != "warroom: interrupted\n" {
		t.Errorf("exit status %d, says %q", status, errs.String())
	}
}

func TestAReaderThatIsGone(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	for _, tt := range []struct {
		line   string
		err    error
		status int
		says   string
	}{
		{"log", syscall.EPIPE, 0, ""},
		{"status --json", syscall.EPIPE, 0, ""},
		{"note add x", syscall.EPIPE, 0, ""},
		{"status", errors.New("line lost"), 1, "warroom: line lost\n"},
		{"note add y", errors.New("line lost"), 1, "warroom: it is done and recorded, but cannot be printed: line lost\nhint: do not repeat it\n"},
	} {
		var errs strings.Builder
		status := d.Run(t.Context(), "ben", data.Lead, strings.Fields(tt.line), nil, deaf{tt.err}, &errs)
		if status != tt.status || errs.String() != tt.says {
			t.Errorf("%s: exit status %d, says %q; want %d, %q", tt.line, status, errs.String(), tt.status, tt.says)
		}
	}
}

// Under the SSH server many command lines run at once on one open file.
func TestManyRunAtOnce(t *testing.T) {
	d := newDesk(t, "exercise")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, line := range []string{"status --json", "action list", "show A-16", "log --limit 5", "help action add", "note add x"} {
				var errs strings.Builder
				if status := d.Run(context.Background(), "ben", data.Lead, strings.Fields(line), nil, io.Discard, &errs); status != 0 {
					t.Errorf("%s: exit status %d, says %q", line, status, errs.String())
				}
			}
		})
	}
	wg.Wait()
}

func TestCompletionGoesThroughTheRunner(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	status, out, _ := d.as(data.Viewer, "__complete", "action", "done", "")
	if status != 0 || !strings.Contains(out, "A-15\tHave the breach seriously investigated\n") {
		t.Errorf("exit status %d, offers %q", status, out)
	}
}
