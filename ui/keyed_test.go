package ui

import (
	"regexp"
	"strings"
	"testing"
)

// TestSentencesNameThePersonsKeys gives actions other keys. Every sentence that names a
// key names the new one.
func TestSentencesNameThePersonsKeys(t *testing.T) {
	mine := Settings{Keys: map[string][]string{
		"add": {"f2"}, "close": {"f3"}, "drafts": {"f4"}, "undo": {"f5"}, "skip": {"f6"}, "keep-mine": {"f7"}, "take-theirs": {"f8"}, "edit": {"f9"},
		"owner": {"f10"}, "call": {"f11"}, "command": {"ctrl+p", ":"}, "mine": {"alt+m"}, "withdraw": {"alt+w"}, "page-down": {"alt+j"}, "choose-1": {"alt+1"}, "together": {"alt+a"},
	}}
	if err := mine.Check(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		template string
		do       func(s *screen)
		shows    string
	}{
		"an empty pane":           {"blank", func(*screen) {}, "f2 adds"},
		"a filter without a find": {"toyota-2024", func(s *screen) { s.press("z", "/").types("nosuch").press("enter") }, "f3 shows all"},
		"nothing of mine":         {"toyota-2024", func(s *screen) { s.press("z", "alt+m") }, "alt+m shows all"},
		"a draft":                 {"toyota-2024", func(s *screen) { s.press("n").types("so").press("esc") }, "f4 shows the drafts"},
		"the help, of undo":       {"toyota-2024", func(s *screen) { s.resize(120, 140).press("?") }, "f5 takes back changes"},
		"the help, of call mode":  {"toyota-2024", func(s *screen) { s.resize(120, 140).press("?") }, "f11 shows less"},
		"the help, of commands":   {"toyota-2024", func(s *screen) { s.resize(120, 140).press("?") }, `"ctrl+p" takes commands`},
		"a conflict, mine":        {"toyota-2024", func(s *screen) { wordConflict(s) }, "Yours, f7 keeps"},
		"a conflict, theirs":      {"toyota-2024", func(s *screen) { wordConflict(s) }, "Theirs, f8 take"},
		"undo that cannot": {"toyota-2024", func(s *screen) {
			s.press("p", "alt+1").does(`note add "said"`).press("f5")
		}, "f6 passes over it"},
		"a menu":           {"toyota-2024", func(s *screen) { s.press("v") }, "alt+1"},
		"a menu of owners": {"toyota-2024", func(s *screen) { s.press("f10") }, "f10"},
		"a withdrawal": {"toyota-2024", func(s *screen) {
			s.resize(120, 60).does("view sources").press("g", "alt+w")
		}, "f5 takes all of"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScreen(t, tt.template, 140, 40)
			s.m.cfg.Settings = mine
			s.m.redraw()
			tt.do(s)
			s.shows(tt.shows)
			if mark := regexp.MustCompile(`\{[a-z-]+ \S+\}`).FindString(s.text()); mark != "" {
				t.Errorf("%q is shown as it stands in the code", mark)
			}
		})
	}
	s := newScreen(t, "toyota-2024", 140, 40)
	s.m.cfg.Settings = mine
	s.m.redraw()
	s.press("f10", "f10").types("zoe").press("enter").has("A-1", "owner", "zoe")
}

// wordConflict meets a conflict about the owner of A-1.
func wordConflict(s *screen) {
	s.does("do owner").does("do choose-o")
	s.types("aiko").sets("ben", "A-1", "owner", "zoe").press("enter")
}

// TestUndoPast takes back what undo does not reach, because a note is in the way.
func TestUndoPast(t *testing.T) {
	s := newScreen(t, "toyota-2024", 140, 40).press("p", "1").does(`note add "said"`)
	s.press("u").shows("B passes over it").has("A-1", "priority", "P1").press("B").has("A-1", "priority", "")
	if !strings.Contains(s.footer(), "undone: A-1") {
		t.Errorf("the footer says %q", s.footer())
	}
}
