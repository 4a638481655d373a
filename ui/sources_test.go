package ui

import (
	"context"
	"io"
	"strings"
	"testing"

	"warroom/data"
)

// sources opens the view of the sources.
func sources(t *testing.T, template string, w, h int) *screen {
	t.Helper()
	return newScreen(t, template, w, h).does("view sources").whole()
}

func TestSourcesShowWhatRestsOnThem(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		s := sources(t, "exercise", size[0], size[1])
		s.shows("Sources 8", ">S-1 ", "C3 fairly reliable, possibly true", "1 claim and 3 facts rest on it; 3 of them stand", "4 claims and 3 facts rest on it; 6 of them stand")
		s.press("j", "enter").shows("E4: unreliable, doubtful", "4 claims and 3 facts rest on it; 6 of them stand", "Received", "found by our own monitoring").whole()
		s.press("pgdown").shows("C-2 ", "? claimed", "~1.2M (no range) people, all/all, as of 21d", "C-18", "× disproved", "F-12")
		s.press("esc").shows(">S-2 ")
	}
	for i, size := range sizes {
		if underRace && i%6 > 0 {
			continue
		}
		s := sources(t, "exercise", size[0], size[1])
		for _, k := range []string{"G", "k", "W", "tab", "pgdown", "esc", "enter", "esc"} {
			s.press(k).whole()
		}
	}
	sources(t, "blank", 80, 24).shows("no source is named yet; a adds one").press("W").shows("there is no item under the cursor").
		press("a").shows("New source").lacks("Withdrawn").whole()
}

// TestWithdrawASource asks first, with Cancel in focus, and then withdraws the
// source and all that rests on it in one act.
func TestWithdrawASource(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := sources(t, "exercise", size[0], size[1]).press("j", "j")
		before := s.seq()
		s.press("W").whole().shows("─ Withdraw S-3 Letter of the provider", "Nothing is changed yet", "Figures that become others: 2",
			"all/vehicle-details in people: ~22k (no range) ○ reported C-8, S-3, as", "Claims that fall: 6", "C-4  all/all: ~40k (no range) people", "[Cancel]")
		s.press("pgdown").shows("Facts that fall: 2", "F-7  The copied data belongs").press("enter").shows(">S-3 ")
		s.press("W", "tab", "tab").shows("[Cancel]").press("tab", "esc").shows(">S-3 ").press("W", "l", "h", "enter")
		if s.seq() != before {
			t.Fatal("something was recorded")
		}
		s.press("W", "tab").shows("[Withdraw S-3 with 6 claims and 2 facts]").press("enter").refresh().whole()
		s.shows("stored: withdrawn: S-3 with 6 claims and 2 facts", ">S-3   × WITHDRAWN Letter", "7 claims and 2 facts rest on it; none stands")
		s.has("S-3", "withdrawn", "true").has("C-4", "standing", "withdrawn").has("C-7", "standing", "disproved").has("F-7", "standing", "withdrawn")
		s.press("W").shows("S-3 is withdrawn already").press("enter").shows("× WITHDRAWN: nothing new can rest on it").press("esc")
		s.does("figure add all/all 5 --unit people --standing reported --source S-3").shows("S-3 is withdrawn: nothing new rests on it")
		s.press("u").refresh().has("S-3", "withdrawn", "").has("C-4", "standing", "reported").has("F-7", "standing", "reported").lacks("WITHDRAWN")
		if got := s.seq(); got != before+18 {
			t.Errorf("%d events, want 9 and 9", got-before)
		}
	}
}

// TestOtherThingsFallByNow lets somebody else change what falls while the question
// is on the screen: nothing is done, and what falls now is shown.
func TestOtherThingsFallByNow(t *testing.T) {
	for what, tt := range map[string]struct {
		change func(s *screen)
		shows  []string
	}{
		"a claim comes to rest on it": {func(s *screen) {
			s.claims("europe/all records best 7 standing claimed source S-2")
		}, []string{"Claims that fall: 4", "C-38  europe/all: ~7 (no range) records  ? claimed, S-2, as of unknown"}},
		"a claim falls before it": {func(s *screen) { s.sets("noor", "C-3", "standing", "disproved") }, []string{"Claims that fall: 2"}},
		"a figure stands by it":   {func(s *screen) { s.sets("noor", "C-34", "pinned", "true") }, []string{"asia/all in people: ~700k (no range) ? claimed C-34, S-2, as of 4d → ~21.2k (19.5k–23k)"}},
	} {
		s := sources(t, "exercise", 140, 40).press("j", "W").shows("No figure becomes another", "Claims that fall: 3").press("tab")
		tt.change(s)
		before := s.refresh().seq()
		s.press("enter").whole().shows("nothing is withdrawn: other things fall by now than you saw", "[Cancel]").shows(tt.shows...)
		if s.has("S-2", "withdrawn", "").seq() != before {
			t.Errorf("%s: something was recorded", what)
		}
		s.press("tab", "enter").refresh().has("S-2", "withdrawn", "true").shows("× WITHDRAWN")
	}
	s := sources(t, "exercise", 140, 40).press("j", "W", "tab")
	noor := Tree(s.store, s.m.cfg.Now, "noor", data.Lead, s.book.seen())
	if status := noor.Run(t.Context(), []string{"source", "withdraw", "S-2", "--yes"}, nil, io.Discard, io.Discard); status != 0 {
		t.Fatalf("exit status %d", status)
	}
	s.press("enter").shows("S-2 was withdrawn meanwhile, by noor", "Sources 8").has("S-2", "withdrawn", "true")
}

// TestAQuickerClaimIsNotLeftStanding records a claim between the second look at
// what falls and the recording: the rule refuses, and what falls now is shown.
func TestAQuickerClaimIsNotLeftStanding(t *testing.T) {
	s := sources(t, "exercise", 140, 40).press("j", "W", "tab")
	record, first := s.m.cfg.Writer.Record, true
	s.m.cfg.Writer.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) {
		if first {
			first = false
			s.claims("europe/all records best 7 standing claimed source S-2")
		}
		return record(ctx, acts)
	}
	s.press("enter").whole().shows("nothing is withdrawn", "Claims that fall: 4", "[Cancel]").has("S-2", "withdrawn", "").has("C-2", "standing", "claimed")
}

func TestWithdrawIsForLeads(t *testing.T) {
	s := sources(t, "exercise", 80, 24)
	s.m.cfg.Role = data.Responder
	if s.press("W").shows("this takes the role lead"); strings.Contains(s.text(), "Cancel") {
		t.Error("a responder is asked")
	}
	newScreen(t, "exercise", 80, 24).press("W").shows("only a source or a claim is withdrawn")
}
