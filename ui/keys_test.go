package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/ui/kit"
)

// forbidden keys are those that multiplexers, terminals and other keyboards take
// for themselves.
var forbidden = map[string]string{
	"ctrl+b": "is the prefix of tmux", "ctrl+a": "is the prefix of screen", "ctrl+s": "stops output", "ctrl+q": "starts output", "ctrl+z": "suspends",
	"ctrl+h": "is backspace", "ctrl+i": "is tab", "ctrl+m": "is enter", "ctrl+j": "is enter", "ctrl+[": "is esc", "ctrl+d": "ends input",
	"ctrl+k": "goes between panes of vim and tmux", "ctrl+l": "goes between panes of vim and tmux", `ctrl+\`: "quits",
	"alt+enter": "is taken by window managers", "[": "needs AltGr", "]": "needs AltGr", "{": "needs AltGr", "}": "needs AltGr", "@": "needs AltGr", "~": "needs AltGr",
}

// TestBindings looks at all keys everywhere that a person can be: on each pane
// of the board at each size, on the page of an item, and in the help of each of
// these. No key means two things, none is forbidden, and each can be pressed:
// its name is the one that a terminal's keys have.
func TestBindings(t *testing.T) {
	for _, template := range []string{"exercise", "blank"} {
		for _, size := range sizes {
			s := newScreen(t, template, size[0], size[1])
			for range max(len(s.m.board.shown), 1) {
				for _, keys := range [][]string{nil, {"?"}, {"enter"}, {"enter", "?"}, {"i"}, {"v", "2"}, {"v", "2", "?"}} {
					s.press(keys...)
					bindings(t, s)
					for s.m.top() != nil {
						s.press("esc")
					}
				}
				s.press("tab")
			}
		}
	}
}

func bindings(t *testing.T, s *screen) {
	t.Helper()
	actions := s.m.actions()
	for _, clash := range kit.Clashes(actions) {
		t.Errorf("%d×%d, %s: %s", s.m.width, s.m.height, s.m.board.focus.Name, clash)
	}
	for _, a := range actions {
		if len(a.Key.Keys()) == 0 || a.Key.Help().Key == "" || a.Title == "" || a.Run == nil {
			t.Errorf("%q has no key, no label or does nothing", a.Title)
		}
		for _, k := range a.Key.Keys() {
			if why := forbidden[k]; why != "" {
				t.Errorf("%q is bound to %s, which %s", a.Title, k, why)
			}
			if got := keyPress(k).String(); got != k {
				t.Errorf("%q is bound to %q, which the terminal calls %q", a.Title, k, got)
			}
		}
	}
}

// TestCapitalsArePressedWithShift sends capitals as terminals do that tell the
// shift key apart, and as others do.
func TestCapitalsArePressedWithShift(t *testing.T) {
	for _, k := range []tea.KeyPressMsg{
		{Code: 'g', ShiftedCode: 'G', Mod: tea.ModShift, Text: "G"},
		{Code: 'G', Text: "G"},
	} {
		newScreen(t, "toyota-2024", 80, 24).send(k).on("A-15")
	}
}

// TestHelpNamesEveryKey opens the help wherever there is one: what can be done
// there is in it, with its key.
func TestHelpNamesEveryKey(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}, {200, 60}} {
		for _, keys := range [][]string{nil, {"1"}, {"enter"}, {"i"}, {"v", "2"}} {
			s := newScreen(t, "exercise", size[0], size[1]).press(keys...)
			actions := s.m.actions()
			help := strings.Split(s.press("?").page(), "\n")
			for _, a := range actions {
				named := slices.ContainsFunc(help, func(line string) bool {
					return strings.HasPrefix(line, "   "+a.Key.Help().Key+" ") && strings.HasSuffix(line, " "+a.Title)
				})
				if !named {
					t.Fatalf("%v: the help does not say that %s is %q:\n%s", size, a.Key.Help().Key, a.Title, strings.Join(help, "\n"))
				}
			}
		}
	}
}

// TestFooterFits draws the footer at every width: it never cuts a word, and
// names only what works here and now.
func TestFooterFits(t *testing.T) {
	for _, keys := range [][]string{nil, {"1"}, {"enter"}, {"?"}, {"v", "2"}} {
		s := newScreen(t, "exercise", 80, 24).press(keys...)
		for w := leastWidth; w <= 240; w++ {
			s.resize(w, 24)
			footer := ansi.Strip(s.m.footer())
			if got := kit.Width(footer); got != w || strings.Contains(footer, "…") || !strings.HasPrefix(footer, " ") {
				t.Errorf("%d wide: %q is %d wide", w, footer, got)
			}
			if !strings.Contains(footer, map[bool]string{true: " q quit", false: " esc back"}[s.m.top() == nil]) || s.m.top() == nil && !strings.Contains(footer, "? help") {
				t.Errorf("%d wide: %q does not say how to get help and out", w, footer)
			}
			for _, a := range s.m.actions() {
				if a.Short != "" && a.Blocked() != nil && strings.Contains(footer, " "+a.Key.Help().Key+" "+a.Short) {
					t.Errorf("%d wide: %q names %q, which does not work", w, footer, a.Short)
				}
			}
		}
	}
}
