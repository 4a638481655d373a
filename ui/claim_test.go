package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// TestClaimFormReadsANumberAsPeopleWriteIt types numbers into the one field that
// the form of a claim has for them.
func TestClaimFormReadsANumberAsPeopleWriteIt(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := newScreen(t, "toyota-2024", size[0], size[1]).press("v", "2", "l", "a").whole()
		s.shows("New claim", "Cell", "Unit", "Number").lacks("Low ", "Best ", "High ")
		s.press("tab", "tab").shows("write 46k, 40k..52k")
		s.types("40k..46k").shows("understood: 40,000 to 46,000 people")
		s.types("..52k").shows("understood: 46,000 (40,000 to 52,000)", "people").whole()
		s.press("ctrl+s")
		s.has("C-1", "cell", "north-america/all").has("C-1", "low", "40000").has("C-1", "best", "46000").has("C-1", "high", "52000")

		before := s.seq()
		s.press("a", "tab", "tab").types("1,5k").shows("can be read in two ways").whole()
		s.press("ctrl+s").shows("can be read in two ways", "write").whole()
		s.press("ctrl+x", "a", "ctrl+s").shows("a claim needs a number").whole()
		s.press("ctrl+x", "a", "tab", "tab").types("52k..40k").press("ctrl+s").shows("low 52000 is above high 40000")
		s.press("ctrl+x", "a", "tab", "tab").types("5").press("tab", "tab", "tab").types("S-99").press("ctrl+s").shows("there is no S-99; the last is S-1")
		s.press("ctrl+x", "a", "tab", "tab").types("5").press("tab", "tab", "tab", "tab").types("tomorrow").press("ctrl+s").shows("as of cannot be")
		if s.press("ctrl+x").seq() != before {
			t.Error("something was stored")
		}
	}
}

// TestClaimFormKeepsANumber leaves the form, and finds the number in its draft;
// also one of a form that asked for its three parts.
func TestClaimFormKeepsANumber(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("v", "2", "a", "tab", "tab").types("at least 40k").press("esc", "a")
	s.shows("at least 40k").press("tab", "tab").shows("understood: at least 40,000 people").press("ctrl+s").has("C-1", "low", "40000").has("C-1", "best", "")
	for _, tt := range []struct {
		parts map[string]string
		want  string
	}{
		{map[string]string{"basis": "x"}, ""},
		{map[string]string{"best": "46k"}, "46k"},
		{map[string]string{"low": "40000"}, "40000...."},
		{map[string]string{"low": "40000", "best": "46000", "high": "52000"}, "40000..46000..52000"},
	} {
		if got := amountOf(tt.parts); got != tt.want {
			t.Errorf("amountOf(%v) = %q, want %q", tt.parts, got, tt.want)
		} else if _, err := data.ParseAmount(got); err != nil && got != "" {
			t.Error(err)
		}
	}
}

// TestStackChangesAClaim takes a claim through its life by keys: the cursor is on
// the claim, whether it stands or not.
func TestStackChangesAClaim(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := newScreen(t, "blank", size[0], size[1]).claims("all/all people best 40000 standing reported basis letter",
			"all/all people low 50000 best 60000 high 70000 standing estimated").refresh().press("v", "2", "enter").whole()
		s.shows("─ all/all in people: 2 claims", "C-2 stands: best standing", "ranges do not overlap: C-2 with C-1", ">→ C-2", "~60k (50k–70k)", "source unknown")
		s.press("j").shows(">  C-1").press("P").refresh().has("C-1", "pinned", "true").shows("C-1 stands: pinned by a lead", ">→ C-1", "pinned")
		s.press("P").refresh().has("C-1", "pinned", "").shows("C-2 stands: best standing")
		s.press("s").shows("Standing of C-1").press("4").refresh().has("C-1", "standing", "confirmed").shows("C-1 stands: best standing", "● confirmed")
		s.press("s", "5").refresh().has("C-1", "standing", "disproved").shows("C-2 stands: no other does", "× disproved").lacks("do not overlap")
		s.press("P").shows("C-1 is disproved, and does not stand, pinned or not").has("C-1", "pinned", "")
		s.press("u").refresh().has("C-1", "standing", "confirmed")
		s.press("s", "6").refresh().has("C-1", "standing", "withdrawn").press("g", "s", "6").refresh().shows("none stands: what was claimed was withdrawn or disproved")
		s.press("esc").shows(">unknown")
		s.press("enter", "a").shows("New claim", "all/all").press("tab", "tab").types("exactly 7").press("ctrl+s").refresh()
		s.has("C-3", "high", "7").shows("C-3 stands: no other does", ">").whole()
	}
}

// TestStackIsLive lets somebody else change a claim under the cursor.
func TestStackIsLive(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("v", "2", "enter").shows(">→ C-19", "C-12", "old: as of 9d ago")
	s.sets("noor", "C-19", "standing", "withdrawn").claims("all/all people best 47000 standing estimated").refresh()
	s.shows("in people: 6 claims", ">  C-19", "× withdrawn", "changed by noor").pass(time.Hour).shows(">  C-19").whole()
	for _, size := range sizes {
		s.resize(size[0], size[1]).whole()
		for _, k := range []string{"G", "k", "g", "j", "pgdown"} {
			s.press(k).whole()
		}
	}
}

// TestPinIsForClaimsAndLeads asks for it where it is not to be had.
func TestPinIsForClaimsAndLeads(t *testing.T) {
	newScreen(t, "exercise", 80, 24).press("P").shows("an action has no pin")
	s := newScreen(t, "exercise", 80, 24)
	s.m.cfg.Role = data.Responder
	before := s.press("v", "2", "enter").seq()
	if s.press("P").shows("this takes the role lead").seq() != before {
		t.Error("a responder has pinned a claim")
	}
}

// TestMorePeopleThanRecordsIsPointedOut states numbers that cannot both be so.
func TestMorePeopleThanRecordsIsPointedOut(t *testing.T) {
	s := newScreen(t, "blank", 140, 40).claims("all/all people low 50 standing estimated", "all/all records best 40 standing reported").refresh().press("v", "2")
	s.shows("more people than records: C-1 has people", "at least 50")
	s.press("enter").shows("more people than records: C-1 has people").press("esc", "U", "enter").shows("more people than records: C-1 has people")
	s.sets("noor", "C-2", "standing", "withdrawn").refresh().lacks("more people")
}

// TestAClaimsLifeInAllDoors takes a claim through its life by keys, by ":" and in a
// shell: the same comes of it, and the same is on record.
func TestAClaimsLifeInAllDoors(t *testing.T) {
	add := "figure add all/all 40k..46k..52k --unit people --standing estimated --source S-1"
	steps := []struct {
		what, command string
		keys          func(s *screen) *screen // in the claims of the figure, on C-1
		standing      string
		pinned        string
		stands        string // the claim that does then
	}{
		{"added", add, func(s *screen) *screen {
			return s.press("v", "2", "a", "tab", "tab").types("40k..46k..52k").press("tab").types("estimated").press("tab", "tab").types("S-1").press("ctrl+s")
		}, "estimated", "", "C-1"},
		{"pinned", "figure pin C-1", func(s *screen) *screen { return s.press("P") }, "estimated", "true", "C-1"},
		{"unpinned", "figure unpin C-1", func(s *screen) *screen { return s.press("P") }, "estimated", "", "C-1"},
		{"confirmed", "figure confirm C-1", func(s *screen) *screen { return s.press("s", "4") }, "confirmed", "", "C-1"},
		{"disproved", "figure disprove C-1", func(s *screen) *screen { return s.press("s", "5") }, "disproved", "", ""},
		{"brought back", "undo", func(s *screen) *screen { return s.press("u") }, "confirmed", "", "C-1"},
		{"withdrawn", "figure withdraw C-1", func(s *screen) *screen { return s.press("W") }, "withdrawn", "", ""},
		{"brought back again", "undo", func(s *screen) *screen { return s.press("u") }, "confirmed", "", "C-1"},
		{"its source withdrawn", "source withdraw S-1 --yes", func(s *screen) *screen {
			s.does("view sources").press("W", "tab", "enter")
			return s.press("v", "2", "enter")
		}, "withdrawn", "", ""},
		{"its source brought back", "undo", func(s *screen) *screen { return s.press("u").shows("undone: S-1 withdrawn").press("esc") }, "confirmed", "", "C-1"},
	}
	records := map[string][]string{}
	for door, do := range map[string]func(s *screen, i int){
		"keys": func(s *screen, i int) { steps[i].keys(s) },
		":":    func(s *screen, i int) { s.does(steps[i].command).press("esc", "v", "2", "enter") },
		"shell": func(s *screen, i int) {
			if status, _, errs := s.shell(strings.Fields(steps[i].command)...); status != 0 {
				t.Fatalf("%s: %s", steps[i].command, errs)
			}
		},
	} {
		s := newScreen(t, "blank", 140, 40).records("noor", newItem(t, data.KindSource, "title", "Letter")).refresh()
		before := s.end()
		for i, step := range steps {
			if do(s, i); i == 0 {
				s.refresh().press("v", "2", "enter")
			}
			s.refresh().whole().has("C-1", "standing", step.standing).has("C-1", "pinned", step.pinned)
			figure := ""
			figures, err := s.store.Figures(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range figures {
				figure += string(c.Ref)
			}
			if figure != step.stands {
				t.Errorf("%s, %s: %q stands, want %q", door, step.what, figure, step.stands)
			}
			if s.shows("all/all in people: 1 claim"); step.stands != "" {
				s.shows("C-1 stands: no other does")
			} else {
				s.shows("none stands: what was claimed was withdrawn or disproved")
			}
		}
		for _, e := range s.log(before) {
			what := data.Describe(e.Body)
			if made, ok := e.Body.(data.Made); ok {
				what = fmt.Sprint("made ", made.Fields)
			}
			records[door] = append(records[door], fmt.Sprintf("%s by %s: %s", e.Ref, e.By, what))
		}
	}
	for _, door := range []string{"keys", ":"} {
		if got, want := strings.Join(records[door], "\n"), strings.Join(records["shell"], "\n"); got != want {
			t.Errorf("by %s\n%s\nin a shell\n%s", door, got, want)
		}
	}
	if n := len(records["shell"]); n != 12 {
		t.Errorf("%d events, want 12", n)
	}
}
