package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/store"
)

// types types a text, one key after another.
func (s *screen) types(text string) *screen {
	s.t.Helper()
	for _, r := range text {
		if r == ' ' {
			s.press("space")
		} else {
			s.press(string(r))
		}
	}
	return s
}

// does types a command and enters it.
func (s *screen) does(line string) *screen {
	s.t.Helper()
	return s.press(":").types(line).press("enter").whole()
}

// footer is the last line of the screen.
func (s *screen) footer() string { return strings.TrimSpace(s.lines()[s.m.height-1]) }

// says fails the test unless the footer is this.
func (s *screen) says(want string) *screen {
	s.t.Helper()
	if got := s.footer(); got != want {
		s.t.Fatalf("the footer says %q, want %q", got, want)
	}
	return s
}

// shell runs a command as a shell does, and returns what it prints.
func (s *screen) shell(args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = s.m.cfg.Console.Run(context.Background(), args, nil, &o, &e)
	return status, o.String(), e.String()
}

func TestCommandsChangeTheIncident(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	s.does("action done A-1").says("A-1 is done: Send notices to affected customers").refresh().shows("Open actions 14")
	s.does(`action add "Ask the provider" --stream support --due 2h`).says("A-16 added · due 2024-09-05 18:02 CEST").refresh().shows("Open actions 15")
	s.does("note add call at nine").says("N-1 added")
	s.press("ctrl+p").types("warroom note add 'second  one'").press("enter").says("N-2 added")
	for ref, want := range map[data.Ref]string{"N-1": "call at nine", "N-2": "second  one"} {
		if e, err := s.store.Get(t.Context(), ref); err != nil || e.Name() != want || e.Info().MadeBy != "ana" {
			t.Errorf("%s: %+v, %v", ref, e, err)
		}
	}
	s.press("j").lacks("N-2 added").shows("? help")
}

func TestLongOutputIsAPage(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	for _, line := range []string{"status", "action list", "log --since 100", "help action add", "show europe/all", "stream list", "action list --json"} {
		s.does(line)
		_, out, errs := s.shell(strings.Fields(line)...)
		page := s.page()
		if !strings.HasPrefix(page, "─ :"+line+" ─") {
			t.Fatalf(":%s shows\n%s", line, page)
		}
		if got, want := squeeze(strings.TrimLeft(strings.SplitN(page, "\n", 2)[1], " ")), squeeze(data.Clean(errs+out, true)); got != want {
			t.Errorf(":%s shows\n%s\nwant\n%s", line, got, want)
		}
		for _, size := range sizes {
			s.resize(size[0], size[1]).whole()
		}
		s.resize(140, 40).press("esc").shows("Open actions")
	}
}

// TestErrorsAreThoseOfTheShell compares what is wrong on the board with what is
// wrong in a shell.
func TestErrorsAreThoseOfTheShell(t *testing.T) {
	s := newScreen(t, "toyota-2024", 200, 60)
	for _, line := range []string{
		"acton list", "action", "action dne A-1", "action done", "action done A-99", "action done nonsense", "status now", "note add",
		"log --limit x", "log --nothing", "new other.db", "backup other.db", "status --file x.db", "show A-99", "show nowhere", "A-99",
		"action add x", "other.db", "redact 99999 --why x", "figure",
	} {
		words := strings.Fields(line)
		if line == "A-99" {
			words = []string{"show", "A-99"}
		}
		status, out, errs := s.shell(words...)
		if status == 0 || out != "" {
			t.Fatalf("%s succeeds in a shell", line)
		}
		what, hint, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(errs, "warroom: ")), "\nhint: ")
		s.does(line).says(strings.TrimSpace(what + "  " + hint))
		if !strings.Contains(s.m.View().Content, s.m.view.Theme.Bad.Paint(what)) {
			t.Errorf("%s: the error is not loud", line)
		}
		s.press(":", "up")
		if got := s.m.typing.field.Value(); got != line {
			t.Errorf("up brings back %q, want %q", got, line)
		}
		s.press("esc").lacks(what)
	}
}

// An error that is too long for the footer can be read all the same.
func TestLongErrorsGetAPage(t *testing.T) {
	s := newScreen(t, "toyota-2024", 60, 16).does("action done A-1 A-2 " + strings.Repeat("x", 60)).shows("─ :action done A-1 A-2 xxx")
	_, _, errs := s.shell("action", "done", "A-1", "A-2", strings.Repeat("x", 60))
	_, page, _ := strings.Cut(s.page(), "\n")
	if got := squeeze(page); got != squeeze(errs) {
		t.Errorf("the page says %q, want %q", got, errs)
	}
}

// conflicted is a tree whose every command meets a conflict.
func conflicted(_ context.Context, _ []string, _ io.Reader, _, errw io.Writer) int {
	fmt.Fprint(errw, "warroom: A-1: owner was \"ana\"\nbase: ana\nmine: ben\ntheirs: \x1b[31mcho\nhint: look again\n")
	return 3
}

func TestConflictIsShownWhole(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	s.m.cfg.Console.Run = conflicted
	s.does("action done A-1").shows("─ :action done A-1 ─", "base: ana", "mine: ben", "theirs: \ufffd[31mcho", `A-1: owner was "ana"  look again`)
	s.press("esc").lacks("base: ana")
}

func TestBoardWords(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.does("A-42").shows("─ A-42 Interview", "History, newest first").press("esc")
	s.does("show a-42").shows("─ A-42 Interview", "History, newest first").press("esc")
	s.does("show A-42 --json").shows("─ :show A-42 --json ─", `"id": "A-42"`).press("esc")
	s.does("show europe").shows("─ europe Europe").press("esc")
	s.does("help").shows("─ Help ─").press("esc")
	s.does("view actions").shows("─ Actions ", "next view").does("view OVERVIEW").shows("Regions")
	s.does("view").shows("─ Views ─").press("esc")
	for line, want := range map[string]string{
		"view nowhere": `there is no view "nowhere"`, "man": "man cannot be used here: it is for a shell",
		"completion bash": "completion cannot be used here: it is for a shell", "serve": "serve cannot be used here", "board": "this is the board",
		"quit now": "quit takes no argument", `note add "call at nine`: "a quote \" is not closed", `x\`: "the command ends with a backslash",
	} {
		s.resize(140, 40).press(":").types(line).press("enter").whole().shows(":"+line, want).press("esc")
	}
	for _, line := range []string{"q", "quit"} {
		if s := newScreen(t, "blank", 80, 24).press(":").types(line).press("enter"); !s.left {
			t.Errorf(":%s does not leave", line)
		}
	}
	if s := newScreen(t, "blank", 80, 24).does("").does("   "); s.left || s.m.top() != nil {
		t.Error("an empty command does something")
	}
}

// finder is a file in which a search finds what it is told to.
type finder struct {
	Source
	found []data.Found
}

func (f finder) Search(context.Context, string, int) ([]data.Found, error) {
	return slices.Clone(f.found), nil
}

func TestFind(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.m.src = finder{s.src, nil}
	s.does("find nothing such").says(`nothing is found that has "nothing such" in it`)
	found := []data.Found{
		{Ref: "A-42", Kind: data.KindAction, Name: "Interview", Line: "in the \x1b[31mtext"}, {Ref: "europe", Kind: data.KindRegion, Name: "Europe", Line: "Europe"},
		{Ref: "N-1", Kind: data.KindNote, Name: "whispered", Line: "whispered", Private: true}, {Ref: "A-43", Kind: data.KindAction, Name: strings.Repeat("長", 300), Line: "x"},
	}
	s.m.src = finder{s.src, found}
	s.does("find a text").shows("─ Found 4: a text ─", ">A-42", "in the", "whispered")
	for _, size := range sizes {
		s.resize(size[0], size[1]).whole()
	}
	s.resize(80, 24).press("j").refresh().whole()
	if line, _ := s.cursor(); !strings.HasPrefix(line, ">europe ") {
		t.Errorf("the cursor is at %q", line)
	}
	s.press("enter").shows("─ europe Europe").press("esc").shows("Found 4").press("esc").lacks("Found")
	s.records("ben", newItem(t, data.KindNote, "text", "whispered a text", "private", "yes"), newItem(t, data.KindNote, "text", "a text for all"))
	s.m.cfg.Role, s.m.src = data.Viewer, s.store.As("eve", data.Viewer)
	s.does("find a text").shows("─ Found 2: a text ─", "a text for all").lacks("whispered").refresh().lacks("whispered")
	// A search that fails is no lost file.
	s.m.src = s.src
	s.does("find").lacks("retrying")
}

// TestKeysAreTextInTheLine types every key that has a text.
func TestKeysAreTextInTheLine(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	var all strings.Builder
	for r := '!'; r <= '~'; r++ {
		all.WriteRune(r)
	}
	all.WriteString(" é日本\u0301 می\u200cخواهم ß")
	was := strings.Join(s.lines()[:39], "\n")
	s.press(":").types(all.String())
	if got := s.m.typing.field.Value(); got != all.String() {
		t.Errorf("typed %q, got %q", all.String(), got)
	}
	if now := strings.Join(s.lines()[:39], "\n"); now != was || s.left {
		t.Error("a key did something else")
	}
	s.types("\u202e\ue000\u200b").whole()
	if got := s.m.typing.field.Value(); got != all.String() {
		t.Errorf("characters that nobody sees arrive: %q", got)
	}
}

func TestPasteIntoTheLine(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press(":")
	s.send(tea.PasteMsg{Content: "note add \"one\r\ntwo\nthree\tfour\" \x1b[31m\u202e"}).whole()
	if got := s.m.typing.field.Value(); got != "note add \"one two three four\" [31m" {
		t.Errorf("pasted %q", got)
	}
	s.send(tea.PasteMsg{Content: strings.Repeat("日本 ", 1<<18)}).whole().shows("not taken: 786432 characters")
	if got := s.m.typing.field.Value(); got != "note add \"one two three four\" [31m" {
		t.Errorf("of what is too long %q is kept", got)
	}
	s.press("enter").whole()
}

func TestCompletion(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	for _, tt := range []struct{ typed, want, note string }{
		{"stat", "status ", ""}, {"vi", "view ", "Show a view"}, {"view act", "view actions ", ""}, {"action do", "action done ", ""},
		{"warroom action do", "warroom action done ", ""}, {"action done A-5", "action done A-51", "1/"}, {"action done a-42", "action done A-42 ", "Interview"},
		{"A-42", "A-42 ", "Interview"}, {"log --si", "log --since", ""}, {"log --of=A-42", "log --of=A-42 ", "Interview"},
		{`show "A-5`, `show A-51`, "1/"}, {"man", "man", ""}, {"compl", "compl", ""}, {"--fi", "--fi", ""}, {"zzz", "zzz", ""}, {`note add 'x`, `note add 'x`, ""},
	} {
		s.press(":").types(tt.typed).press("tab")
		if got := s.m.typing.field.Value(); strings.TrimSuffix(got, "=") != tt.want && got != tt.want+" " || tt.note != "" && !strings.Contains(s.footer(), tt.note) {
			t.Errorf("%q, tab: %q, want %q; %s", tt.typed, got, tt.want, s.footer())
		}
		s.whole().press("esc")
	}
	// Round through all there are, and back to what was typed.
	s.press(":").types("ask ").press("tab", "tab", "tab", "tab", "tab")
	if got := s.m.typing.field.Value(); got != "ask " {
		t.Errorf("round: %q", got)
	}
	s.press("shift+tab")
	if got := s.m.typing.field.Value(); got != "ask promise" {
		t.Errorf("backward: %q", got)
	}
	// What comes too late is not taken.
	s.press("esc", ":").types("stat")
	cmd := s.hold(keyPress("tab"))
	s.types("x").run(cmd)
	if got := s.m.typing.field.Value(); got != "statx" {
		t.Errorf("late: %q", got)
	}
}

// waiting is a tree whose every command waits until it is stopped.
func waiting(ctx context.Context, _ []string, _ io.Reader, out, _ io.Writer) int {
	io.WriteString(out, "one\ntwo\n")
	<-ctx.Done()
	return 0
}

func TestCommandsAreStopped(t *testing.T) {
	for _, key := range []string{"esc", "ctrl+c"} {
		s := newScreen(t, "exercise", 80, 24)
		s.m.cfg.Console.Run = waiting
		s.press(":").types("log --follow")
		cmd := s.hold(keyPress("enter"))
		s.whole().shows("running log --follow  esc stop").press("j").on("A-51").press(":").shows("running log")
		s.press(key).shows("stopping log --follow").whole()
		if s.left {
			t.Fatalf("%s leaves the board", key)
		}
		s.run(cmd) // it returns only because it was stopped
		s.whole().shows("─ :log --follow ─", "one", "two", "… stopped here").press("esc").on("A-51")
		if s.press("ctrl+c"); !s.left {
			t.Error("ctrl+c does not leave when nothing runs")
		}
	}
	s := newScreen(t, "exercise", 80, 24)
	s.m.cfg.Console.Run = waiting
	s.press(":").types("log --follow")
	s.hold(keyPress("enter"))
	if s.press("ctrl+c", "ctrl+c"); !s.left {
		t.Error("a command that does not end holds the board")
	}
	s.m.console.running.stop()
}

// TestFollowIsStopped follows the real log.
func TestFollowIsStopped(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.press(":").types("log --follow")
	cmd := s.hold(keyPress("enter"))
	s.press("esc").run(cmd)
	s.whole().shows("log --follow")
	if s.m.console.running != nil {
		t.Error("it runs")
	}
}

// The session ends what runs.
func TestCommandsEndWithTheSession(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	ctx, end := context.WithCancel(t.Context())
	s.m.ctx, s.m.cfg.Console.Run = ctx, waiting
	s.press(":").types("log")
	cmd := s.hold(keyPress("enter"))
	end()
	if _, ok := cmd().(ranMsg); !ok {
		t.Error("no result")
	}
}

// A result does not take the screen from somebody who types.
func TestResultWaitsForWhoTypes(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press(":").types("status")
	cmd := s.hold(keyPress("enter"))
	s.press("?", "/").types("go").run(cmd)
	s.shows("search the help: go").lacks("─ :status").types("od").press("enter").shows("─ :status ─").whole()
}

func TestOutputIsBounded(t *testing.T) {
	for name, line := range map[string]string{"lines": "x\n", "bytes": strings.Repeat("y", 1000), "one line": strings.Repeat("z", 3<<20)} {
		s := newScreen(t, "blank", 80, 24)
		wrote, failed := 0, false
		s.m.cfg.Console.Run = func(_ context.Context, _ []string, _ io.Reader, out, _ io.Writer) int {
			for !failed && wrote < 10<<20 {
				n, err := io.WriteString(out, line)
				wrote, failed = wrote+n, err != nil
			}
			return 0
		}
		s.does("log").press("G").whole().shows("… cut here")
		if !failed || wrote > maxOutput {
			t.Errorf("%s: %d bytes are taken, failed %v", name, wrote, failed)
		}
	}
}

func TestReadOnlyFileRefusesCommands(t *testing.T) {
	path := newFile(t, "exercise")
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	for _, opts := range []store.Options{{}, {ReadOnly: true}} {
		s := openScreen(t, path, opts, 200, 40)
		_, _, errs := s.shell("note", "add", "x")
		what, _, _ := strings.Cut(strings.TrimPrefix(errs, "warroom: "), "\n")
		if s.does("note add x"); !strings.HasPrefix(s.footer(), what) || !strings.HasPrefix(what, "nothing was recorded: ") {
			t.Errorf("the footer says %q, a shell %q", s.footer(), errs)
		}
		s.does("status").shows("─ :status ─")
	}
}

func TestNoLineWithoutATree(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.m.cfg.Console = Console{}
	if s.resize(81, 24).lacks(": command").press(":").shows("no commands can be typed here"); s.m.typing != nil {
		t.Error("a line is open")
	}
}

// What commands print is shown without anything that a terminal acts upon.
func TestHostileOutput(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.m.cfg.Console.Run = func(_ context.Context, _ []string, _ io.Reader, out, errw io.Writer) int {
		io.WriteString(out, strings.Join(texts, "\n"))
		return 0
	}
	s.does("log").press("pgdown").whole().press("esc")
	for _, text := range texts {
		s.m.cfg.Console.Run = func(_ context.Context, _ []string, _ io.Reader, out, errw io.Writer) int {
			fmt.Fprintf(errw, "warroom: %s\nhint: %s\n", text, text)
			return 1
		}
		for s.m.top() != nil {
			s.press("esc")
		}
		s.does("log")
		if n := ansi.StringWidth(s.lines()[23]); n > 80 {
			t.Errorf("%q: %d wide", text, n)
		}
	}
}
