package ui

import (
	"errors"
	"go/ast"
	"go/token"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// newScreenWith opens a fresh file on the screen of a person with settings.
func newScreenWith(t *testing.T, template string, w, h int, settings Settings) *screen {
	t.Helper()
	s := newScreen(t, template, w, h)
	s.start(Config{Source: s.src, Actor: "ana", Now: func() time.Time { return s.now.In(zone) }, Settings: settings}, w, h)
	return s
}

// TestASCII walks over every page at many sizes. Beside ASCII there is nothing
// on the screen, and in the title, but what people wrote; in the sample, which
// is English, nothing at all.
func TestASCII(t *testing.T) {
	for _, template := range templates {
		s := newScreenWith(t, template, 80, 24, Settings{Look: kit.Look{ASCII: true}, Zones: []*time.Location{time.UTC, zone}})
		wrote := written(s)
		if template != "exercise" && wrote != "" {
			t.Fatalf("%s is not in ASCII: %q", template, wrote)
		}
		plain := func() {
			t.Helper()
			v := s.whole().m.View()
			for _, r := range v.Content + v.WindowTitle {
				if r >= 0x80 && !strings.ContainsRune(wrote, r) {
					t.Fatalf("%s at %d×%d shows %q:\n%s", template, s.m.width, s.m.height, r, s.text())
				}
			}
		}
		for _, size := range sizes {
			s.resize(size[0], size[1])
			plain()
			for range s.m.board.shown {
				for _, k := range []string{"tab", "enter", "T", "end", "esc", "end", "enter", "?", "end", "esc", "esc"} {
					s.press(k)
					plain()
				}
			}
		}
		s.resize(80, 24).send(tea.BackgroundColorMsg{})
		plain()
	}
}

// written returns every character beside ASCII that people wrote into the file
// and that is no sign of ours.
func written(s *screen) string {
	log, err := s.store.Log(s.t.Context(), 0, 100_000)
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	var text func(v reflect.Value)
	text = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			b.WriteString(v.String())
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				text(it.Value())
			}
		case reflect.Slice:
			for i := range v.Len() {
				text(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				text(v.Field(i))
			}
		}
	}
	for _, e := range log.Entries {
		b.WriteString(string(e.By))
		text(reflect.ValueOf(e.Body))
	}
	return strings.Map(func(r rune) rune {
		if r < 0x80 || kit.ASCII(string(r)) != string(r) {
			return -1
		}
		return r
	}, b.String())
}

// TestEverySignHasItsASCII looks for signs in the texts of our code that would
// stay as they are.
func TestEverySignHasItsASCII(t *testing.T) {
	found := 0
	for _, f := range goFiles(t) {
		if f.test || !slices.Contains([]string{"ui", "ui/pane", "ui/kit", "data"}, f.pkg) {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range s {
				if r < 0x80 || strings.Contains(f.at(lit), "data/guard") { // what it looks for is never drawn
					continue
				}
				found++
				if c := kit.ASCII(string(r)); len(c) != 1 || kit.Width(string(r)) != 1 {
					t.Errorf("%s: %q is %q in ASCII", f.at(lit), r, c)
				}
			}
			return true
		})
	}
	if found < 20 {
		t.Errorf("only %d signs in %s: the walk began in the wrong place", found, path.Dir("."))
	}
}

// TestThemes asks the terminal's background of "auto" alone.
func TestThemes(t *testing.T) {
	for _, name := range kit.Looks() {
		s := newScreenWith(t, "exercise", 80, 24, Settings{Look: kit.Look{Name: name}})
		dark := s.whole().m.View().Content
		s.send(tea.BackgroundColorMsg{Color: white{}})
		if light := s.whole().m.View().Content; (light != dark) != (name == "auto") {
			t.Errorf("%s: a light background makes a difference: %v", name, light != dark)
		}
		if got := strings.Contains(dark, "38;"); got != (name == "auto" || name == "dark" || name == "light") {
			t.Errorf("%s: colours of its own: %v", name, got)
		}
	}
}

type white struct{}

func (white) RGBA() (r, g, b, a uint32) { return 0xffff, 0xffff, 0xffff, 0xffff }

func TestSettingsOfTimes(t *testing.T) {
	newScreenWith(t, "exercise", 80, 24, Settings{Times: pane.UTC}).shows("LATE 30 Aug 14:02Z").press("T").shows("LATE 30 Aug 16:02 CEST")
	newScreenWith(t, "exercise", 80, 24, Settings{Times: pane.Mine}).shows("live 16:02 CEST").press("T").shows("6d LATE", "live 14:02Z")
}

// TestZones shows three clocks where there is room for them, and never in the
// place of anything else.
func TestZones(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	three := Settings{Zones: []*time.Location{time.UTC, zone, tokyo}}
	const clocks = "live 14:02Z · 16:02 CEST · 23:02 JST"
	newScreenWith(t, "toyota-2024", 140, 40, three).shows(clocks)
	newScreenWith(t, "toyota-2024", 119, 40, three).shows("live 14:02Z ").lacks("CEST")
	newScreenWith(t, "toyota-2024", 200, 60, three).shows("live Thu 5 Sep 2024 14:02Z · 16:02 CEST · 23:02 JST")
	newScreenWith(t, "toyota-2024", 140, 40, Settings{Zones: []*time.Location{tokyo}}).shows("live 23:02 JST")
	newScreenWith(t, "toyota-2024", 140, 40, Settings{}).shows("live 14:02Z ").lacks("CEST")

	s := newScreenWith(t, "toyota-2024", 140, 40, three)
	s.pass(2 * time.Hour)
	s.shows("live 16:02Z · 18:02 CEST · Fri 01:02 JST")

	// Where what is more important takes the line, there is one clock.
	s = newScreenWith(t, "exercise", 120, 30, three)
	s.shows("9d old · S-4 · C-19", "notified ≤12,105", "live 14:02Z ").lacks("CEST")
	s.src.err = data.Refuse("the disk is gone")
	s.refresh().shows("9d old · S-4 · C-19", "SYNC LOST since 14:02Z  14:02Z").lacks("JST")
	for w := 120; w <= 240; w++ {
		head := s.resize(w, 40).whole().lines()[1]
		if !strings.Contains(head, "9d old · S-4 · C-19 ") || !strings.Contains(head, "SYNC LOST since 14:02Z") {
			t.Fatalf("at %d cells something is gone: %q", w, head)
		}
		if strings.Contains(head, "JST") != strings.Contains(head, "CEST") {
			t.Fatalf("at %d cells the clocks are cut: %q", w, head)
		}
	}
	s.shows("JST")
}

func action(name string, keys ...string) kit.Action {
	return kit.Action{Name: name, Title: name, Key: kit.Keys(strings.Join(keys, " "), keys...)}
}

func TestBind(t *testing.T) {
	place := []kit.Action{action("open", "enter"), action("down", "down", "j"), action("leave", "ctrl+c"), action("", "x"), action("repaint", "ctrl+l"), action("suspend", "ctrl+z")}
	bound := Settings{Keys: map[string][]string{"open": {"o", "enter"}, "leave": {"Q"}, "elsewhere": {"e"}, "repaint": {"L"}, "suspend": {"f5"}}}.Bind(place)
	for i, want := range [][]string{{"o", "enter"}, {"down", "j"}, {"Q", "ctrl+c"}, {"x"}, {"L", "ctrl+l"}, {"f5", "ctrl+z"}} {
		if got := bound[i].Key.Keys(); !slices.Equal(got, want) {
			t.Errorf("%s has the keys %q, want %q", bound[i].Name, got, want)
		}
	}
	if got := bound[0].Key.Help().Key; got != "o enter" {
		t.Errorf("the keys are shown as %q", got)
	}
	if got := place[0].Key.Keys(); !slices.Equal(got, []string{"enter"}) {
		t.Errorf("the actions that were handed in have changed: %q", got)
	}
}

func TestKeysAreCheckedInEachPlace(t *testing.T) {
	board := []kit.Action{action("open", "enter"), action("down", "down", "j"), action("owner", "o"), action("leave", "ctrl+c"), action("", "x")}
	page := []kit.Action{action("back", "esc"), action("scroll-down", "down", "j"), action("leave", "ctrl+c")}
	form := []kit.Action{action("leave", "ctrl+c"), action("save", "enter")}
	type keys = map[string][]string
	for _, tt := range []struct {
		name         string
		keys         keys
		entry, fault string
	}{
		{"nothing is set", nil, "", ""},
		{"other keys", keys{"open": {"enter", "e"}, "scroll-down": {"pgdown", "ctrl+shift+down", "é"}}, "", ""},
		{"the same key in two places", keys{"open": {"J"}, "scroll-down": {"J"}}, "", ""},
		{"two actions change their keys", keys{"open": {"o"}, "owner": {"enter"}}, "", ""},
		{"an action that there is not", keys{"opne": {"o"}}, "opne", `there is no action "opne"`},
		{"an action of a form alone", keys{"save": {"ctrl+g"}}, "save", "save has the same key for everybody: it belongs to a page on which text is typed"},
		{"a key that a form has too", keys{"leave": {"Q"}}, "", ""},
		{"an action without a name", keys{"": {"o"}}, "", `there is no action ""`},
		{"a key of another", keys{"open": {"enter", "o"}}, "open", "o means open and owner"},
		{"two that are set", keys{"open": {"e"}, "owner": {"e"}}, "owner", "e means open and owner"},
		{"a key of an action without a name", keys{"open": {"x"}}, "open", "x means open and "},
		{"no keys", keys{"open": {}}, "open", "open has no key"},
		{"twice", keys{"open": {"e", "e"}}, "open", "open has the key e twice"},
		{"a word that is no key", keys{"open": {"entr"}}, "open", `"entr" is no key`},
		{"nothing", keys{"open": {""}}, "open", `"" is no key`},
		{"a blank", keys{"open": {" "}}, "open", `" " is no key`},
		{"a capital by its shift", keys{"open": {"shift+o"}}, "open", `"shift+o" is no key`},
		{"modifiers the wrong way round", keys{"open": {"shift+ctrl+down"}}, "open", `"shift+ctrl+down" is no key`},
		{"the key that always leaves", keys{"open": {"ctrl+c"}}, "open", "ctrl+c always leaves the board"},
		{"the key that always repaints", keys{"open": {"ctrl+l"}}, "open", "ctrl+l always repaints the screen"},
		{"the key that always suspends", keys{"leave": {"Q", "ctrl+z"}}, "leave", "ctrl+z always suspends the board"},
		{"the key that stores a form", keys{"open": {"ctrl+s"}}, "open", "ctrl+s stores a form, and means nothing elsewhere"},
		{"a key that is another one", keys{"open": {"ctrl+i"}}, "open", "ctrl+i is tab in most terminals"},
		{"a key that is free", keys{"open": {"ctrl+e", "ctrl+d"}}, "", ""},
	} {
		err := Settings{Keys: tt.keys}.checkKeys([]keyPlace{{"board", false, board}, {"page", false, page}, {"form", true, form}})
		var e *KeyError
		switch {
		case tt.fault == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.fault == "":
		case !errors.As(err, &e) || e.Action != tt.entry || e.Error() != tt.fault:
			t.Errorf("%s: %v, want %q at %q", tt.name, err, tt.fault, tt.entry)
		}
	}
}

// TestKeysHaveTheirNames asks Bubble Tea what it calls the keys that have names.
func TestKeysHaveTheirNames(t *testing.T) {
	for _, k := range namedKeys {
		if got := keyPress(k).String(); got != k {
			t.Errorf("%s is called %s", k, got)
		}
	}
	for _, p := range [][]kit.Action{newScreen(t, "exercise", 200, 60).m.actions(), newScreen(t, "exercise", 200, 60).press("enter").m.actions()} {
		for _, a := range p {
			for _, k := range a.Key.Keys() {
				if !isKey(k) {
					t.Errorf("%s has the key %q, which cannot be set", a.Title, k)
				}
			}
		}
	}
}
