package ui

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"warroom/data"
)

// ofAShell finds commands of a shell and flags. The warroom that a text may speak of is
// the program.
var ofAShell = regexp.MustCompile(`(^|[^e] |[^eis] )warroom [a-z]|(^|[ (])--[a-z]`)

// typedFlag is what the person has typed.
var typedFlag = regexp.MustCompile(`--seen \d+`)

// notOnBoard are files whose hints never come to the board: they are about files of the
// machine, or about what is done before there is a board.
var notOnBoard = []string{"data/sheet.go", "data/sheetnotice.go", "data/sheetwords.go", "store/verify.go", "store/backup.go",
	"ui/serve/keys.go", "ui/serve/serve.go", "ui/cli/keys.go", "ui/cli/serve.go", "ui/cli/shell.go", "ui/cli/verify.go", "ui/cli/import.go", "ui/cli/config.go",
	"ui/cli/tree.go"} // the path of a command comes before its --help

// TestEveryHintHasWordsForTheBoard reads every hint in the code. None names a command of
// a shell, or a flag, on the board, and none of those that come there is empty.
func TestEveryHintHasWordsForTheBoard(t *testing.T) {
	looked := 0
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		translated := map[ast.Node]bool{}
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || len(call.Args) == 0 || method.Sel.Name != "OnBoard" && method.Sel.Name != "WithHint" {
				return true
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			looked++
			hint := text
			if method.Sel.Name == "OnBoard" {
				translated[method.X] = true
			} else {
				hint = data.BoardHint(data.Refuse("no").WithHint("%s", text))
			}
			if ofAShell.MatchString(hint) {
				t.Errorf("%s: on the board it reads %q", f.at(n), hint)
			}
			if hint == "" && !translated[n] && !slices.Contains(notOnBoard, f.name) {
				t.Errorf("%s: %q has no words for the board", f.at(n), text)
			}
			return true
		})
	}
	if looked < 100 {
		t.Errorf("only %d hints are looked at", looked)
	}
}

// TestRefusalsOnTheBoard is refused in many ways. The board never names a command of a
// shell, nor a flag, and says what to press or to type instead.
func TestRefusalsOnTheBoard(t *testing.T) {
	for name, tt := range map[string]struct {
		do    func(s *screen)
		shows string
	}{
		"a closed action": {func(s *screen) {
			s.press("x").sets("ben", "A-2", "state", "dropped").does("action block A-2")
		}, ":action reopen A-2"},
		"a conflict of a command": {func(s *screen) {
			seen := fmt.Sprint(s.seq())
			s.sets("ben", "A-1", "owner", "zoe").does("action assign A-1 aiko --seen " + seen)
		}, ":show A-1"},
		"a conflict of undo": {func(s *screen) {
			s.press("p", "1").does("action priority A-2 P1").sets("ben", "A-2", "priority", "P3").press("u")
		}, "B passes over it"},
		"a note cannot be undone": {func(s *screen) {
			s.press("p", "1").does(`note add "said"`).press("u")
		}, ":redact"},
		"undo of nothing":             {func(s *screen) { s.press("u") }, ":log shows who did what"},
		"a command that there is not": {func(s *screen) { s.does("nonsense") }, ":help"},
		"words that are wrong":        {func(s *screen) { s.does("action done") }, ":help action done"},
		"no redaction without reason": {func(s *screen) { s.does("redact 3") }, ":help redact"},
		"answered already": {func(s *screen) {
			s.does("question answer Q-1 yes").does("question answer Q-1 no")
		}, "e on Q-1"},
		"marked":       {func(s *screen) { s.press("space", "space").sets("ben", "A-2", "priority", "P3").press("p", "1") }, "t takes"},
		"no such item": {func(s *screen) { s.does("show A-99") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 200, 40)
			tt.do(s)
			if s.text(); tt.shows != "" {
				s.shows(tt.shows)
			}
			said := s.m.footer()
			if s.m.top() != nil {
				said = strings.Join(s.m.top().lines(), "\n") + "\n" + said
			}
			if found := ofAShell.FindString(typedFlag.ReplaceAllString(withoutStyles(said), "")); found != "" {
				t.Errorf("the board says %q:\n%s", found, s.text())
			}
		})
	}
}
