package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/term"
)

// scope opens the view of the scope.
func scope(t *testing.T, template string, w, h int) *screen {
	t.Helper()
	return newScreen(t, template, w, h).press("v", "2").whole()
}

// at fails the test unless the cursor of the scope is on a cell, and its claims
// are shown.
func (s *screen) at(cell data.Cell) *screen {
	s.t.Helper()
	v, ok := s.m.top().(*scopeView)
	if !ok {
		s.t.Fatalf("the scope is not shown:\n%s", s.text())
	}
	if key := v.grid.Selected(); key.Cell != cell {
		s.t.Fatalf("the cursor is on %s, want %s:\n%s", key.Cell, cell, s.text())
	}
	return s.whole().shows("─ " + string(cell) + " in " + string(v.grid.Selected().Unit))
}

// claims lets somebody else state numbers, each "cell unit field value …".
func (s *screen) claims(lines ...string) *screen {
	s.t.Helper()
	for _, line := range lines {
		words := strings.Fields(line)
		s.records("lena", newItem(s.t, data.KindClaim, append([]string{"cell", words[0], "unit", words[1]}, words[2:]...)...))
	}
	return s
}

func TestScopeGolden(t *testing.T) {
	for _, template := range templates {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
			name := fmt.Sprintf("scope-%s-%dx%d", template, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				golden(t, name, scope(t, template, size[0], size[1]).press("l", "l", "j", "j").whole().m.View().Content)
			})
		}
	}
	golden(t, "scope-records-80x24", scope(t, "exercise", 80, 24).press("U").whole().m.View().Content)
}

func TestScopeOpensWhereOneIs(t *testing.T) {
	for _, tt := range []struct {
		keys []string
		cell data.Cell
	}{
		{[]string{"v", "2"}, "all/all"},
		{[]string{"z", "shift+tab", "shift+tab"}, "all/all"}, // two views before the actions
		{[]string{"1", "z"}, "north-america/all"},
		{[]string{"1", "j", "1"}, "europe/all"},
		{[]string{"1", "G", "z"}, "elsewhere/all"},
		{[]string{"2", "z"}, "all/names"},
		{[]string{"2", "j", "j", "2"}, "all/phone-numbers"},
	} {
		s := newScreen(t, "exercise", 80, 24).press(tt.keys...).at(tt.cell)
		if s.press("esc"); s.m.top() != nil {
			t.Errorf("%v: esc does not go back to the board", tt.keys)
		}
	}
}

func TestScopeMoves(t *testing.T) {
	s := scope(t, "exercise", 80, 24).at("all/all")
	for _, tt := range []struct {
		keys string
		cell data.Cell
	}{
		{"k", "all/all"}, {"h", "all/all"}, {"j", "all/names"}, {"down", "all/addresses"}, {"l", "north-america/addresses"},
		{"right", "europe/addresses"}, {"G", "europe/all"}, {"k", "europe/service-history"}, {"l l l l", "elsewhere/service-history"},
		{"g", "elsewhere/all"}, {"end k", "elsewhere/service-history"}, {"up", "elsewhere/transaction-data"}, {"left", "asia/transaction-data"},
		{"home", "asia/all"}, {"h h h h h h", "all/all"},
	} {
		s.press(strings.Fields(tt.keys)...).at(tt.cell)
	}
	// Without "elsewhere", which has nothing to say.
	scope(t, "toyota-2024", 80, 24).press("l", "l", "l", "l", "l").at("asia/all")
}

// TestScopeShowsAllRegionsAndCategories looks for each at every size, with what
// stands there.
func TestScopeShowsAllRegionsAndCategories(t *testing.T) {
	for _, size := range sizes {
		if size[0] < 80 || size[1] < leastHeight {
			continue
		}
		s := scope(t, "exercise", size[0], size[1]).shows("All", "Europe", "Asia", "Elsewhere", "America",
			"All categories", "Names", "Addresses", "Phone numbers", "Vehicle details", "Transaction data", "Service history",
			"~46k ◐", "~7.4k ◐", "17,412 ●", "~21.2k ◐", "~310 ◐", "~22k ○", "unknown")
		for _, line := range s.lines() {
			if strings.Contains(line, "Service history") && strings.Count(line, "unknown") < 5 {
				t.Errorf("%v: not all is unknown of service history: %q", size, line)
			}
		}
	}
	scope(t, "exercise", 140, 40).shows("18k–25k", "13.9k–14.8k", "○ in some cases", "× ruled out", "◐ estimated")
}

// TestScopeNeverAddsUp states numbers for all regions and all categories but
// one, and none for all of them.
func TestScopeNeverAddsUp(t *testing.T) {
	s := newScreen(t, "blank", 80, 24).claims("europe/names people best 100", "asia/names people best 100", "north-america/names people best 100",
		"europe/addresses people best 100").refresh().press("v", "2").at("all/all")
	s.shows("4 of 28 figures known", ">unknown", "nobody has stated a number for all/all").lacks("200", "300", "400")
}

// TestScopeAddsUpRegions states the most for each region: together they are at most
// their sum, and it says that it is one. Categories are not added up.
func TestScopeAddsUpRegions(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		s := newScreen(t, "blank", size[0], size[1]).claims("europe/all people low 100 high 1000", "asia/all people low 200 high 2000",
			"north-america/all people high 3000", "europe/names people high 9000").refresh().press("v", "2").at("all/all").shows(">unknown").lacks("add up to", " sum")
		s.claims("elsewhere/all people low 0 best 0 high 0").refresh().at("all/all").whole()
		s.shows(">≤6k +", "the regions add up to at most 6,000 people", "+ regions added up").lacks("≤15k", "≤9k +")
		s.press("enter").shows("nobody has stated a number for all/all").press("U").lacks("add up")
		s.press("U").claims("all/all people best 4000").refresh().at("all/all").shows(">~4k").lacks("add up to")
	}
}

// TestScopeSaysWhatIsOld shows the age of what is old as such.
func TestScopeSaysWhatIsOld(t *testing.T) {
	scope(t, "exercise", 200, 60).shows("old: 9d", "as of 6d", "old: as of 9d ago")
}

func TestScopeUnits(t *testing.T) {
	s := scope(t, "exercise", 80, 24).shows(" U records ").lacks("104k")
	s.press("U").at("all/all").shows("Scope in records", " U people ", ">~104k ◐", "~8.7k ◐", "41,338 ●", "fewer records", "C-31 stands").lacks("~46k ○")
	s.press("l").at("north-america/all").shows("nobody has stated a number for north-america/all in records")
	s.press("U").at("north-america/all").shows("Scope in people", ">~7.4k", "C-11 stands")
}

func TestScopeOpensTheStack(t *testing.T) {
	s := scope(t, "exercise", 80, 24).press("j", "j", "l", "l").at("europe/addresses").press("enter")
	s.shows("─ europe/addresses in people: 3 claims, newest first", "C-32 stands: pinned by a lead", "C-32 with C-33 and C-21; C-33 with C-21", ">→ C-32").whole()
	s.press("enter").shows("─ C-32 europe/addresses", "test mailing").whole()
	s.press("esc", "esc").at("europe/addresses")
	s.press("l").at("asia/addresses").lacks(" enter open").press("enter").shows(" nobody has stated a number for asia/addresses ")
	s.press("U", "enter").shows(" nobody has stated a number for asia/addresses in records ").press("j").lacks("number for asia/addresses")
	s = newScreen(t, "blank", 80, 24).claims("all/all people best 5 standing withdrawn").refresh().press("v", "2").at("all/all")
	s.shows(">unknown", "none stands", "× withdrawn").press("enter").shows("─ all/all in people: 1 claim", "none stands: what was claimed was withdrawn or disproved", ">  C-1")
}

func TestScopeClaims(t *testing.T) {
	for _, tt := range []struct {
		keys  string
		shows []string
	}{
		{"", []string{"all/all in people: 5 claims", "C-19 stands: best standing, then latest as-of", "C-19 with C-2; C-4 with C-2"}},
		{"l l j j", []string{"europe/addresses in people: 3 claims", "C-32 stands: pinned by a lead", "C-32 with C-33 and C-21; C-33 with C-21"}},
		{"l l", []string{"C-27 stands: best standing", "17,412", "● confirmed", "C-9   ~15k (12k–19k)"}},
		{"l l l", []string{"C-36 stands: best standing, then latest as-of", "C-36 with C-37, C-34 and", "~27.4k"}},
		{"j", []string{"all/names in people: 1 claim ", "C-13 stands: no other does", "a name is in every exported row", "40k–52k"}},
	} {
		for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
			s := scope(t, "exercise", size[0], size[1]).press(strings.Fields(tt.keys)...).whole()
			all := squeeze(s.text())
			for _, want := range tt.shows {
				if size[0] != 140 || !strings.Contains(want, " with ") { // it is broken there
					s.shows(want)
				} else if !strings.Contains(all, squeeze(want[:12])) {
					t.Errorf("%v: %s does not show %q:\n%s", size, tt.keys, want, s.text())
				}
			}
		}
	}
	s := scope(t, "exercise", 140, 40).press("l", "l").shows("S-6 Europe, list reconciled")
	s.sets("noor", "C-27", "standing", "disproved").refresh().at("europe/all").shows("C-9 stands: no other does", "× disproved", ">~15k")
	s.sets("noor", "C-9", "standing", "withdrawn").refresh().at("europe/all").shows(">unknown", "none stands: ", "× withdrawn")
}

// TestScopeScrollsClaims states more numbers about a cell than have room.
func TestScopeScrollsClaims(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := newScreen(t, "blank", size[0], size[1])
		for i := range 60 {
			s.claims(fmt.Sprintf("all/all people best %d", i+1))
		}
		s.refresh().press("v", "2").at("all/all").shows("60 claims", "pgdn for more", "C-60 ").lacks(" C-1 ")
		for range 60 {
			s.press("pgdown").whole()
		}
		s.at("all/all").shows(" C-1 ", "60 claims").lacks("pgdn for more")
		s.refresh().shows(" C-1 ").press("pgup").lacks(" C-1 ").press("l", "h").shows("pgdn for more", "→ C-60 ").lacks(" C-1 ")
	}
}

// TestScopeIsLive lets somebody else state numbers: the grid shows them, and the
// cursor stays on its cell.
func TestScopeIsLive(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := newScreen(t, "blank", size[0], size[1]).press("v", "2", "l", "l", "l", "j").at("asia/names").shows("0 of 28 figures known")
		s.claims("asia/names people low 5 high 9 standing estimated").lacks("5–9").refresh().at("asia/names").shows("1 of 28 figures known", "C-1 stands", "5–9", "◐")
		line := s.line()
		s.claims("elsewhere/names records best 7").refresh().at("asia/names").shows("1 of 35 figures known", "elsewhere")
		if s.line() != line && size[0] == 140 { // at 80×24 a first figure makes room for its claims
			t.Errorf("the cursor is on line %d, was on %d", s.line(), line)
		}
		s.press("l").at("elsewhere/names").press("U").shows("C-2 stands").press("U")
		s.sets("noor", "C-2", "standing", "withdrawn").refresh().at("asia/names") // its column is gone
		s.pass(3 * time.Hour).at("asia/names").shows("3h")
	}
}

// TestScopeComesLate lets claims arrive that were asked for elsewhere.
func TestScopeComesLate(t *testing.T) {
	s := scope(t, "exercise", 80, 24)
	late := s.hold(keyPress("l"))
	s.press("l").at("europe/all")
	s.run(late)
	s.at("europe/all").shows("C-27 stands")
	reading := s.m.load()
	s.press("l").at("asia/all")
	s.send(reading()).at("asia/all").shows("C-36 stands")
	reading = s.m.load()
	s.press("esc")
	s.send(reading()).lacks("Scope in")
}

// TestScopeBeforeItIsRead draws the view before the figures have come: nothing
// is unknown yet.
func TestScopeBeforeItIsRead(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("1")
	read := s.hold(keyPress("z"))
	s.shows("Scope in people ─", "…").lacks("unknown", "known in", "figures known").press("enter").shows("the figures are still being read")
	s.run(read)
	s.at("north-america/all").shows("18 of 35 figures known")
}

func TestScopeSyncLost(t *testing.T) {
	s := scope(t, "exercise", 80, 24).press("l").at("north-america/all")
	s.src.err = errors.New("the disk is gone")
	s.refresh().at("north-america/all").shows("SYNC LOST", "~46k ◐")
	s.src.err = nil
	s.claims("all/all people best 47000 standing confirmed").send(retryMsg{}).at("north-america/all").shows("~47k ●").lacks("SYNC LOST")
}

// TestScopeOfAnything states the largest and the smallest numbers, in regions
// and categories with the longest names.
func TestScopeOfAnything(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	name := strings.Repeat("名前 name ", 25)
	s.sets("ben", "europe", "name", name).sets("ben", "names", "name", name).sets("ben", "asia", "name", strings.Repeat("x", 300)).
		claims("all/all people low 999999999999999 best 999999999999999 high 1000000000000000 standing claimed",
			"europe/names people low 1000000000000000 best 1000000000000000 high 1000000000000000 standing confirmed",
			"europe/all people low 0 best 0 high 0 standing confirmed", "asia/names people high 999", "asia/all people best 1", "elsewhere/all people low 123456789012345").refresh()
	s.press("v", "2")
	for _, size := range sizes {
		s.resize(size[0], size[1]).whole()
		if size[0] < 80 || size[1] < leastHeight {
			continue
		}
		if s.shows("~1P ●", "0 ●", "~1 ?", "≤999 ?", "≥123T ?"); kit.Width(name) < 200 {
			t.Fatal("the name is short")
		}
	}
	for range 5 {
		for range 8 {
			s.press("j").whole()
		}
		s.press("g", "l").whole()
	}
}

// TestScopeOfNothing shows a file in which no region and no category is named.
func TestScopeOfNothing(t *testing.T) {
	s := newScreen(t, "blank", 80, 24).press("v", "2")
	v := *s.m.view
	o := *v.Overview
	o.Regions, o.Data = nil, nil
	v.Overview = &o
	s.m.show(&v)
	s.m.Update(term.NoteMsg("")) // it was not shown by a message
	s.whole().shows("no region and no category is named yet, and nobody has stated a number").lacks(">", "unknown is")
	for _, k := range []string{"j", "l", "G", "pgdown", "pgup", "U", "enter"} {
		s.press(k).whole()
	}
}

// TestScopeWithoutColour takes the styles away: what is large still differs from
// what is small, and what is unknown from both.
func TestScopeWithoutColour(t *testing.T) {
	s := newScreen(t, "blank", 80, 24).claims("all/all people best 100000", "europe/all people best 20000", "north-america/all people best 5000",
		"asia/all people best 100", "elsewhere/all people low 0 best 0 high 0").refresh().press("v", "2", "G")
	s.shows("█ ~100k", "▓ ~20k", "▒ ~5k", "░ ~100 ?", "  0 ?", "█ from 33.3k", "▓ from 11.1k", "▒ from 3.7k", "░ fewer people", "unknown is not 0")
}
