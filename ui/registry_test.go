package ui

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// opened says how each registered page is opened on a real file, on a screen of the
// exercise. A new page needs a line here, too.
var opened = map[string]func(s *screen){
	"board":               byKeys(),
	"board with marks":    byKeys("space"),
	"item":                byKeys("enter"),
	"claims":              byKeys("v", "2", "enter"),
	"output of a command": func(s *screen) { s.does("log --limit 9") },
	"found":               func(s *screen) { s.does("find provider") },
	"news": func(s *screen) {
		s.book.kept = data.Seen{Seq: 1, At: made}
		s.m.cfg.Seen = s.book.seen()
		s.refresh().press("c")
	},
	"who is on":         func(s *screen) { s.run(s.m.openWho()) },
	"help":              byKeys("?"),
	"withdrawal":        func(s *screen) { s.does("view sources").press("g", "W") },
	"call":              byKeys("C"),
	"menu":              byKeys("v"),
	"menu of words":     byKeys("p"),
	"menu of owners":    byKeys("o"),
	"menu of deadlines": byKeys("d"),
	"form":              byKeys("e"),
	"form, in a long text": func(s *screen) {
		s.press("e")
		for !s.m.top().(*formPage).form.Field().Long {
			s.press("tab")
		}
	},
	"conflict of a word": func(s *screen) { s.press("o", "o").types("aiko").sets("ben", held(s), "owner", "zoe").press("enter") },
	"conflict of a text": func(s *screen) {
		s.press("e")
		s.m.top().(*formPage).form.Put("detail", "mine")
		s.sets("ben", s.m.top().(*formPage).item.Info().Ref, "detail", "theirs").press("ctrl+s")
	},
	"conflict of several": func(s *screen) {
		first := held(s)
		s.press("space")
		second := held(s)
		s.press("space", "o", "o").types("aiko").sets("ben", first, "owner", "zoe").sets("ben", second, "owner", "zoe").press("enter")
	},
	"Scope": byKeys("v", "2"), "Workstreams": byKeys("v", "3"), "Actions": byKeys("v", "4"), "Timeline": byKeys("v", "5"), "Briefing": byKeys("v", "6"),
	"Trends": byKeys("v", "7"), "Notices": byKeys("v", "8"), "Third-party": byKeys("v", "9"), "Sources": func(s *screen) { s.does("view sources") },
}

func byKeys(keys ...string) func(s *screen) { return func(s *screen) { s.press(keys...) } }

// held returns the item under the cursor.
func held(s *screen) data.Ref {
	_, ref := s.m.held()
	return ref
}

// onEachPage opens every registered page on a fresh screen.
func onEachPage(t *testing.T, w, h int, settings Settings, do func(t *testing.T, s *screen, p registered)) {
	for _, p := range newScreen(t, "blank", w, h).m.pages() {
		t.Run(p.name, func(t *testing.T) {
			s := newScreen(t, "exercise", w, h)
			s.m.cfg.Settings = settings
			s.m.redraw()
			if opened[p.name] == nil {
				t.Fatal("nobody has said how the page is opened")
			}
			if opened[p.name](s); reflect.TypeOf(s.m.top()) != reflect.TypeOf(p.make(newScreen(t, "exercise", w, h).m)) {
				t.Fatalf("it opens %T:\n%s", s.m.top(), s.text())
			}
			do(t, s, p)
		})
	}
}

// TestEveryPageIsRegistered looks in the code for types that are pages, and for each in
// the registry.
func TestEveryPageIsRegistered(t *testing.T) {
	m := newScreen(t, "blank", 80, 24).m
	var known []string
	names := map[string]bool{}
	for _, p := range m.pages() {
		if names[p.name] {
			t.Errorf("two pages are called %s", p.name)
		}
		names[p.name] = true
		if o := p.make(m); o != nil {
			known = append(known, reflect.TypeOf(o).Elem().Name())
		}
	}
	for name := range opened {
		if !names[name] {
			t.Errorf("%s is opened, and is not registered", name)
		}
	}
	found := pageTypes(t)
	if len(found) < 18 {
		t.Errorf("only %v are pages: the check looks at the wrong files", found)
	}
	for _, name := range found {
		if !slices.Contains(known, name) {
			t.Errorf("%s is a page, and is not in the registry", name)
		}
	}
}

// pageTypes returns the types that are overlays. What files import is not needed for
// that: an overlay has all methods of the interface, by their names.
func pageTypes(t *testing.T) (names []string) {
	set := token.NewFileSet() // one for all, which the checker needs
	var files []*ast.File
	for _, f := range goFiles(t) {
		if f.pkg != "ui" || f.test || strings.HasPrefix(f.name, "ui/split_") {
			continue
		}
		file, err := parser.ParseFile(set, "../"+f.name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	cfg := types.Config{IgnoreFuncBodies: true, Importer: noImports{}, Error: func(error) {}}
	pkg, _ := cfg.Check("warroom/ui", set, files, nil)
	want := pkg.Scope().Lookup("overlay").Type().Underlying().(*types.Interface)
	for _, name := range pkg.Scope().Names() {
		object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(object.Type()) {
			continue
		}
		is := true
		for i := range want.NumMethods() {
			method, _, _ := types.LookupFieldOrMethod(types.NewPointer(object.Type()), true, pkg, want.Method(i).Name())
			fn, isFunc := method.(*types.Func)
			is = is && isFunc && fn.Signature().Params().Len() == want.Method(i).Signature().Params().Len()
		}
		if is {
			names = append(names, name)
		}
	}
	return names
}

// noImports imports nothing.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not needed") }

// TestNoKeyMeansTwoThings looks at every page as it is registered, and at the same page
// on a real file: no key means two things there, and the settings know the action.
func TestNoKeyMeansTwoThings(t *testing.T) {
	free := map[string]bool{}
	for _, p := range (Settings{}).keyPlaces() {
		for _, clash := range clashes(p.actions) {
			t.Errorf("%s: %s", p.name, clash)
		}
		for _, a := range p.actions {
			free[a.Name] = free[a.Name] || !p.typing
		}
	}
	onEachPage(t, 140, 40, Settings{}, func(t *testing.T, s *screen, _ registered) {
		bindings(t, s)
		for _, a := range s.m.actions() {
			if _, known := free[a.Name]; !known {
				t.Errorf("the settings do not know %s", a.Name)
			}
		}
	})
}

// TestKeysOfEveryPageCanBeSet sets the keys of each action of each page.
func TestKeysOfEveryPageCanBeSet(t *testing.T) {
	type keys = map[string][]string
	for _, tt := range []struct {
		keys  keys
		fault string
	}{
		{keys{"keep-mine": {"f2"}}, ""},
		{keys{"take-theirs": {"f2"}, "keep-both": {"f3"}, "together": {"f4"}}, ""},
		{keys{"keep-mine": {"t"}, "take-theirs": {"m"}}, ""},
		{keys{"choose-1": {"f2"}, "choose-o": {"f3"}}, ""},
		{keys{"choose": {"f2"}}, ""}, // of a withdrawal
		{keys{"mouse": {"t"}}, "t means take-theirs and mouse"},
		{keys{"times": {"b"}}, "b means block and times"},
		{keys{"mouse": {"o"}}, "o means owner and mouse"},
		{keys{"owner": {"O"}, "mouse": {"o"}}, ""}, // the menu of owners follows the key of owner
		{keys{"zoom": {"esc"}}, "esc means zoom and close"},
		{keys{"discard": {"f2"}}, "discard has the same key for everybody: it belongs to a page on which text is typed"},
	} {
		fault := ""
		if err := (Settings{Keys: tt.keys}).Check(); err != nil {
			fault = err.Error()
		}
		if fault != tt.fault {
			t.Errorf("%v: %q, want %q", tt.keys, fault, tt.fault)
		}
	}
	tried := map[string]bool{}
	for _, p := range (Settings{}).keyPlaces() {
		for _, a := range p.actions {
			if tried[a.Name] || p.typing || slices.ContainsFunc(a.Key.Keys(), func(k string) bool { return fixed[k].action != "" }) {
				continue
			}
			tried[a.Name] = true
			if err := (Settings{Keys: keys{a.Name: {"f12"}}}).Check(); err != nil {
				t.Errorf("%s: %s cannot be set: %v", p.name, a.Name, err)
			}
		}
	}
}

// TestTheMouseOnAConflict: m keeps mine there, and the mouse has a key of its own.
func TestTheMouseOnAConflict(t *testing.T) {
	s := newScreen(t, "exercise", 100, 30)
	opened["conflict of a word"](s)
	ref := s.m.top().(*conflictPage).left[0].item.Info().Ref
	if s.press("M"); !s.m.mouseOn {
		t.Error("M does not turn the mouse on")
	}
	s.press("f12").shows("m keep mine").press("m").has(ref, "owner", "inesaiko")
}
