package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/kit"
)

// forbidden keys are those that multiplexers, terminals and other keyboards take
// for themselves.
var forbidden = map[string]string{
	"ctrl+b": "is the prefix of tmux", "ctrl+a": "is the prefix of screen", "ctrl+q": "starts output",
	"ctrl+h": "is backspace", "ctrl+i": "is tab", "ctrl+m": "is enter", "ctrl+j": "is enter", "ctrl+[": "is esc",
	"ctrl+k": "goes between panes of vim and tmux", `ctrl+\`: "quits",
	"alt+enter": "is taken by window managers", "[": "needs AltGr", "]": "needs AltGr", "{": "needs AltGr", "}": "needs AltGr", "@": "needs AltGr", "~": "needs AltGr",
}

// wrongKey says why an action may not have a key where text is typed, or where none is.
func wrongKey(a kit.Action, k string, typing bool) string {
	always, isFixed := fixed[k]
	switch {
	case isFixed && a.Name != always.action:
		return "always " + always.does
	case k == "ctrl+s" && !typing:
		return "is for forms: elsewhere it may stop the output"
	case k == "ctrl+d" && typing:
		return "deletes a character of the text"
	}
	return forbidden[k]
}

// TestBindings looks at all keys everywhere that a person can be: on each pane
// of the board at each size, on the page of an item, in the help of each of these,
// in forms and in call mode. No key means two things, none is forbidden, and each can be pressed:
// its name is the one that a terminal's keys have.
func TestBindings(t *testing.T) {
	for _, template := range []string{"exercise", "blank"} {
		for _, size := range sizes {
			s := newScreen(t, template, size[0], size[1])
			for range max(len(s.m.board.shown), 1) {
				for _, keys := range [][]string{nil, {"?"}, {"enter"}, {"enter", "?"}, {"i"}, {"i", "e"}, {"a", "1"}, {"C"}, {"v", "2"}, {"v", "2", "?"}} {
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

// clashes returns a description of each key that means two things among
// actions that are alive at the same time.
func clashes(actions []kit.Action) (all []string) {
	seen := map[string]string{}
	for _, a := range actions {
		for _, k := range a.Key.Keys() {
			if other, ok := seen[k]; ok {
				all = append(all, fmt.Sprintf("%s means %q and %q", k, other, a.Title))
			}
			seen[k] = a.Title
		}
	}
	return all
}

func TestClashes(t *testing.T) {
	open, shut := kit.Action{Title: "Open", Key: kit.Keys("enter", "enter")}, kit.Action{Title: "Close", Key: kit.Keys("x", "x", "enter")}
	if got, want := clashes([]kit.Action{open, shut}), []string{`enter means "Open" and "Close"`}; !slices.Equal(got, want) {
		t.Errorf("clashes %q, want %q", got, want)
	}
	if got := clashes([]kit.Action{open, {Title: "Quit", Key: kit.Keys("q", "q")}}); got != nil {
		t.Errorf("clashes %q where there is none", got)
	}
}

func bindings(t *testing.T, s *screen) {
	t.Helper()
	actions := s.m.actions()
	_, typing := s.m.top().(writing)
	for _, clash := range clashes(actions) {
		t.Errorf("%d×%d, %s: %s", s.m.width, s.m.height, s.m.board.focus.Name, clash)
	}
	for _, a := range actions {
		if len(a.Key.Keys()) == 0 || a.Key.Help().Key == "" || a.Title == "" || a.Run == nil {
			t.Errorf("%q has no key, no label or does nothing", a.Title)
		}
		for _, k := range a.Key.Keys() {
			if why := wrongKey(a, k, typing); why != "" {
				t.Errorf("%q is bound to %s, which %s", a.Title, k, why)
			}
			if got := keyPress(k).String(); got != k {
				t.Errorf("%q is bound to %q, which the terminal calls %q", a.Title, k, got)
			}
		}
	}
}

// TestForbiddenKeys asks of some keys where an action may have them.
func TestForbiddenKeys(t *testing.T) {
	for _, tt := range []struct {
		action, key  string
		inList, text bool // whether it may be there
	}{
		{"repaint", "ctrl+l", true, true}, {"suspend", "ctrl+z", true, true}, {"quit", "ctrl+c", true, true},
		{"open", "ctrl+l", false, false}, {"save", "ctrl+z", false, false}, {"back", "ctrl+c", false, false},
		{"save", "ctrl+s", false, true}, {"half-page-down", "ctrl+d", true, false}, {"half-page-up", "ctrl+u", true, true},
		{"open", "ctrl+b", false, false}, {"open", "ctrl+q", false, false}, {"open", "@", false, false}, {"open", "o", true, true},
	} {
		a := kit.Action{Name: tt.action}
		if list, text := wrongKey(a, tt.key, false) == "", wrongKey(a, tt.key, true) == ""; list != tt.inList || text != tt.text {
			t.Errorf("%s on %s: in a list %v, in a text %v; want %v, %v", tt.action, tt.key, list, text, tt.inList, tt.text)
		}
	}
}

// TestHalfAPage goes by half a page in lists and texts. Where a text is typed, the same
// keys change it.
func TestHalfAPage(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "g")
	first := s.m.top().(holder)
	at := func() data.Ref { _, ref := first.held(); return ref }
	top := at()
	s.press("pgdown")
	page := at()
	s.press("g", "ctrl+d")
	half := at()
	if s.press("ctrl+d"); half == top || half == page || at() == half {
		t.Errorf("it goes from %s to %s and to %s; a page is to %s", top, half, at(), page)
	}
	if s.press("ctrl+u"); at() != half {
		t.Errorf("back it goes to %s, not to %s", at(), half)
	}
	if s.press("ctrl+u"); at() != top {
		t.Errorf("back it goes to %s, not to %s", at(), top)
	}
	s.press("/").types("state").press("left", "ctrl+d")
	if got := s.m.typing.field.Value(); got != "stat" {
		t.Errorf("ctrl+d leaves %q", got)
	}
	if s.press("ctrl+u"); s.m.typing.field.Value() != "" || at() != top {
		t.Errorf("ctrl+u leaves %q, on %s", s.m.typing.field.Value(), at())
	}
	s.press("esc", "?").shows("─ Help")
	begin := s.text()
	s.press("ctrl+d")
	if down := s.text(); down == begin || s.press("ctrl+u").text() != begin {
		t.Errorf("the help does not go down and up:\n%s", down)
	}
	s.press("esc", "esc", "e", "ctrl+u").types("abcd").press("left", "left", "ctrl+d", "ctrl+s").has("A-42", "title", "abd")
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

// everywhere are the keys that lead to each place where keys mean something.
var everywhere = [][]string{
	nil, {"1"}, {"2"}, {"3"}, {"5"}, {"enter"}, {"i"}, {"?"}, {"v"}, {"c"}, {"v", "2"}, {"v", "3"}, {"v", "3", "l"}, {"v", "4"}, {"v", "5"}, {"v", "6"}, {"v", "7"},
	{"s"}, {"a"}, {"z", "S"}, {"space"},
}

// places says how each registered page, and each of everywhere, is opened.
func places(t *testing.T) map[string]func(*screen) {
	all := map[string]func(*screen){}
	for _, p := range newScreen(t, "blank", 80, 24).m.pages() {
		all[p.name] = opened[p.name]
	}
	for _, keys := range everywhere {
		all["the keys "+strings.Join(keys, " ")] = byKeys(keys...)
	}
	return all
}

// TestEveryActionHasItsThreeWays: what can be done somewhere has a key, a name that
// the : line takes there, and a line in the help of the place. Where text is typed
// there is no : line.
func TestEveryActionHasItsThreeWays(t *testing.T) {
	done := 0
	for keys, open := range places(t) {
		s := newScreen(t, "exercise", 140, 40)
		open(s)
		_, typing := s.m.top().(writing)
		actions, names := s.m.actions(), s.m.doNames()
		h := &helpPage{of: actions}
		help := strings.Join(h.write(s.m.view, 100), "\n")
		byName := map[string]string{}
		for i, a := range actions {
			if a.Name == "" || len(a.Key.Keys()) == 0 {
				t.Errorf("%v: %q has no name or no key", keys, a.Title)
			}
			if other, ok := byName[a.Name]; ok {
				t.Errorf("%v: %q and %q are both called %s", keys, a.Title, other, a.Name)
			}
			byName[a.Name] = a.Title
			if names[i].Word != a.Name {
				t.Errorf("%v: tab does not offer %s", keys, a.Name)
			}
			if !strings.Contains(help, a.Title) {
				t.Errorf("%v: the help does not have %q", keys, a.Title)
			}
			_, isHelp := s.m.top().(*helpPage)
			if isHelp && a.Name == "help" || typing {
				continue // the help says so
			}
			why := s.m.actions()[i].Blocked()
			if _, err := s.m.doWith([]string{a.Name}); (err == nil) != (why == nil) {
				t.Errorf("%v: :do %s: %v, its key: %v", keys, a.Name, err, why)
			}
			done++
			if strings.HasPrefix(keys, "conflict") || keys == "withdrawal" { // what it is about has changed
				s = newScreen(t, "exercise", 140, 40)
			}
			s.m.stack, s.m.typing, s.m.marked, s.m.console.running, s.m.drafts, s.m.call = nil, nil, marker{}, nil, nil, nil
			s.m.goTo(s.m.board.actions)()
			open(s)
		}
	}
	if done < 1000 {
		t.Errorf("%d were tried", done)
	}
}

func TestDoByName(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	s.does("do zoom").shows("─ Actions 15").does("do sort").shows("Sort the actions by").does("do choose-3").shows("by kind").does("do close").shows("1 Regions")
	s.does("do down").on("A-2").does("do done").says("stored: A-2 state open → done").does("do pane-1").does("do done").shows("a region has no done").press("esc")
	s.does("do nonsense").shows(`nothing here is called "nonsense"`).press("esc").press(":").types("do und").press("tab")
	if got := s.m.typing.field.Value(); got != "do undo " {
		t.Errorf("completed to %q", got)
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
