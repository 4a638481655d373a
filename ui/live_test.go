package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// TestChangeByAnother lets another program change the file: the board shows it
// once it is told, the cursor stays on its item, and the item on its line.
func TestChangeByAnother(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("j", "j", "j", "j", "j").on("A-60")
	line := s.line()
	above := newItem(t, data.KindAction, "title", "Worse than all others", "stream", "support", "due", "2024-08-01")
	below := newItem(t, data.KindAction, "title", "Not due for long", "stream", "support", "due", "2024-12-01")
	still := func(why string) {
		t.Helper()
		if s.whole().on("A-60"); s.line() != line {
			t.Errorf("%s: the cursor is on line %d, was on %d:\n%s", why, s.line(), line, s.text())
		}
	}

	s.records("ben", above).lacks("OVERDUE 9")
	still("recorded, not told")
	s.refresh().shows("OVERDUE 9 · A-82 Worse", "Open actions 30")
	still("a row above")
	s.records("ben", below).refresh().shows("Open actions 31")
	still("a row below")
	s.records("ben", above, above, above, below, below).refresh().shows("Open actions 36")
	still("five rows above and below")
	s.sets("ben", "A-42", "state", "done").sets("ben", "A-51", "state", "dropped").refresh().shows("Open actions 34")
	still("rows above are gone")
	s.sets("ben", "A-42", "title", "Another title").refresh()
	still("another row has changed")
	s.sets("ben", "A-60", "title", "Send notices, Europe and the rest").refresh().shows("Send notices, Europe and the")
	still("its own title has changed")
	s.sets("ben", "A-60", "due", "2024-11-30").refresh()
	still("it goes to the end of the list")
	s.sets("ben", "A-60", "due", "2024-08-02").refresh()
	still("it goes to the beginning of the list")
}

// TestClosedUnderTheCursor lets somebody else close the action under the cursor:
// it stays there, and says so, until one moves.
func TestClosedUnderTheCursor(t *testing.T) {
	for _, state := range []string{"done", "dropped"} {
		s := newScreen(t, "exercise", 80, 24).press("j").on("A-51")
		line := s.line()
		s.sets("ben", "A-51", "state", state).refresh().on("A-51")
		if row, at := s.row("A-51"); !strings.Contains(row, state) || at != line {
			t.Errorf("the row is %q on line %d, want it %s on line %d", row, at, state, line)
		}
		s.shows("Open actions 28")
		s.refresh().pass(time.Minute).resize(140, 40).resize(80, 24).on("A-51").shows(state + " ")
		s.press("j").on("A-21").refresh().on("A-21")
		if row, _ := s.row("A-51"); strings.Contains(row, "Save") && !strings.Contains(row, "→") {
			t.Errorf("it is still there: %q", row)
		}
	}
}

// TestClosedAtTheTopOfAnotherPane closes the first action while the cursor is
// elsewhere: nobody reads it, so it goes.
func TestClosedAtTheTopOfAnotherPane(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("1")
	s.sets("ben", "A-42", "state", "done").refresh()
	if row, _ := s.row("A-42"); strings.Contains(row, "Interview the provider's night operator ines") {
		t.Errorf("it is still there: %q", row)
	}
	s.records("ben", newItem(t, data.KindAction, "title", "Worse than all others", "stream", "support", "due", "2024-08-01")).refresh().
		shows(" A-82  P? ○ open    Worse than all others").press("4").on("A-82")
}

// TestAnsweredUnderTheCursor does the same to a question.
func TestAnsweredUnderTheCursor(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		s := newScreen(t, "toyota-2024", size[0], size[1]).press("5", "j").on("Q-2")
		line := s.line()
		s.sets("ben", "Q-2", "state", "answered").refresh().on("Q-2").shows("Open questions 7", "✓ answered: How many")
		if s.refresh().pass(time.Minute).on("Q-2"); s.line() != line {
			t.Errorf("the cursor is on line %d, was on %d", s.line(), line)
		}
		s.press("j").on("Q-3").refresh().on("Q-3").lacks("✓ answered")
	}
}

// TestActivityComesIntoSight shows what somebody has just done, though nobody
// touches the board.
func TestActivityComesIntoSight(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	for i := range 5 {
		title := fmt.Sprintf("News of the hour %d", i)
		s.records("ben", newItem(t, data.KindDecision, "text", title)).refresh().shows(title)
	}
	// But not under the finger of whoever reads it.
	was, line := s.press("5", "j").cursor()
	s.records("ben", newItem(t, data.KindDecision, "text", "News of another hour")).refresh().lacks("News of another hour")
	if now, at := s.cursor(); now != was || at != line {
		t.Errorf("the cursor is at %q on line %d, was at %q on line %d", now, at, was, line)
	}
}

// TestFirstActivityTakesNoFocus lets somebody make the first change while the
// cursor is in the pane that gives way to it.
func TestFirstActivityTakesNoFocus(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("5", "j").on("Q-2")
	s.records("ben", newItem(t, data.KindDecision, "text", "Tell everybody")).refresh().on("Q-2").whole()
	s.press("4").shows("5 Activity", "Tell everybody").lacks("Open questions")
}

func TestOpenPageShowsWhatChanges(t *testing.T) {
	s := newScreen(t, "exercise", 100, 50).press("j", "enter").shows("─ A-51 ", "State                 open")
	s.sets("ben", "A-51", "owner", "tomek").lacks("tomek").refresh().
		shows("Owner                 tomek", "owner unknown → tomek", "ben  event ")
	s.pass(3 * time.Hour).shows("(3h ago)  ben")
	s.press("esc").on("A-51").shows("tomek      5d LATE")
}

// TestClosedPageStaysClosed closes a page while it is being read again.
func TestClosedPageStaysClosed(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("enter").shows("─ A-42 ")
	slow := s.m.load()
	s.press("esc").lacks("─ A-42 ")
	s.send(slow()).lacks("─ A-42 ").on("A-42")

	s.press("enter")
	slow = s.m.load()
	s.press("esc", "j", "enter").shows("─ A-51 ")
	s.send(slow()).shows("─ A-51 ")

	slow = s.m.load()
	s.press("esc", "?").shows("─ Help ")
	s.send(slow()).shows("─ Help ")
}

func TestSlowReadingIsNotShown(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	slow := s.m.load()() // read before the change, arrives after it
	s.sets("ben", "A-42", "title", "Another title").refresh().shows("Another title")
	s.send(slow).shows("Another title")
}

// TestWatch changes the file from another handle and waits for the board to be
// told.
func TestWatch(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // passes only if the test fails
	defer cancel()
	s.m.ctx = ctx
	s.m.Init()
	for _, title := range []string{"Another title", "And another one"} { // before and after the watch is up
		s.sets("ben", "A-42", "title", title)
		if msg := s.m.waitForChange(); msg != (changedMsg{}) {
			t.Fatalf("nobody told the board: %v", msg)
		}
		s.refresh().shows(title).on("A-42")
	}
}

func TestDeadlinePasses(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).shows("OVERDUE 8", "update in 50m").press("G", "end", "g")
	// A-78 is due in 20 minutes, A-80 in two hours, A-54 in three.
	s.pass(19*time.Minute).shows("OVERDUE 8", "live 14:21Z", "update in 31m")
	s.pass(time.Minute).shows("OVERDUE 9", "live 14:22Z").resize(140, 40).shows("DUE 0m")
	if row, _ := s.row("A-78"); !strings.Contains(row, "DUE 0m") {
		t.Errorf("A-78: %q", row)
	}
	s.pass(30*time.Minute).shows("update 0m LATE", "OVERDUE 9")
	s.pass(70*time.Minute).shows("OVERDUE 10", "update 1h10m LATE")
	s.pass(60 * time.Minute).shows("OVERDUE 11").on("A-42")
	row := s.streamRow("Customer notification")
	if !strings.Contains(row, "4h") && !strings.Contains(row, "3h") || strings.Contains(row, "STALE") {
		t.Errorf("a workstream within its promise: %q", row)
	}
	s.pass(2 * time.Hour)
	if row := s.streamRow("Customer notification"); !strings.Contains(row, "STALE") {
		t.Errorf("a workstream past its promise of four hours: %q", row)
	}
}

func (s *screen) streamRow(name string) string {
	s.t.Helper()
	for _, line := range s.lines() {
		if strings.Contains(line, name) {
			return line
		}
	}
	s.t.Fatalf("no row %s:\n%s", name, s.text())
	return ""
}

// TestSyncLost breaks what the board reads from: what was read stays, with the
// time since when it is old, and goes away when reading works again.
func TestSyncLost(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("j").on("A-51")
	s.src.err = errors.New("the disk is gone")
	s.pass(time.Minute).shows(" SYNC LOST since 14:02Z ", "OVERDUE 8", "Open actions 29").on("A-51").lacks("live", "READ-ONLY")
	if s.retries != 1 {
		t.Errorf("%d retries are under way, want 1", s.retries)
	}
	s.sets("ben", "A-42", "title", "Another title")
	s.pass(5*time.Minute).refresh().shows(" SYNC LOST since 14:02Z ", " 14:08Z").lacks("Another title").on("A-51")
	s.press("k").on("A-42").press("T", "T", "T", "tab", "shift+tab").on("A-42").shows("SYNC LOST")
	s.src.err = nil
	s.send(retryMsg{}).shows("live 14:08Z", "Another title", "in sync again").lacks("SYNC LOST").on("A-42")

	s.src.err = errors.New("the disk is gone again")
	s.pass(time.Minute).shows(" SYNC LOST since 14:08Z ")
	s.src.err = nil
	s.refresh().lacks("SYNC LOST")
}

// TestOneRetryAtATime lets reading fail for every reason there is to read: the
// board must not be woken more and more often.
func TestOneRetryAtATime(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.src.err = errors.New("the disk is gone")
	for range 10 {
		s.refresh().pass(time.Minute)
	}
	if s.retries != 1 {
		t.Errorf("after 20 failures %d retries are under way, want 1", s.retries)
	}
	s.send(retryMsg{})
	if s.retries != 2 {
		t.Errorf("a retry that fails is followed by %d others, want 1", s.retries-1)
	}
}

func TestFailureAfterTheEndIsQuiet(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	ctx, cancel := context.WithCancel(t.Context())
	s.m.ctx = ctx
	cancel()
	s.send(failedMsg{err: context.Canceled}).lacks("SYNC LOST")
	if s.retries != 0 {
		t.Error("it tries again")
	}
	s.m.watch = nil
	if msg := s.m.waitForChange(); msg != nil {
		t.Errorf("waiting ends with %v", msg)
	}
}

func TestHeaderFigure(t *testing.T) {
	type claim = []string
	for _, tt := range []struct {
		name   string
		claims []claim
		w      int
		want   string
	}{
		{"unknown", nil, 80, " PEOPLE AFFECTED unknown: nobody has stated a number "},
		{"for everybody", []claim{{"cell", "all/all", "best", "46000", "low", "40000", "high", "52000", "standing", "estimated"}}, 80,
			" PEOPLE AFFECTED ~46k (40k–52k) ◐ estimated, 0m old · no source "},
		{"exact", []claim{{"cell", "all/all", "best", "17412", "low", "17412", "high", "17412", "standing", "confirmed"}}, 80,
			" PEOPLE AFFECTED exactly 17,412 ● confirmed, 0m old · no source "},
		{"none is not unknown", []claim{{"cell", "all/all", "best", "0", "low", "0", "high", "0", "standing", "confirmed"}}, 80,
			" PEOPLE AFFECTED exactly 0 ● confirmed, 0m old · no source "},
		{"without a standing", []claim{{"cell", "all/all", "best", "700000"}}, 80, " PEOPLE AFFECTED ~700k (no range) ? unknown, 0m old · no source "},
		{"by the attacker", []claim{{"cell", "all/all", "best", "700000", "standing", "claimed"}}, 80, " PEOPLE AFFECTED ~700k (no range) ? claimed, 0m old · no source "},
		{"as of long ago", []claim{{"cell", "all/all", "best", "700", "standing", "reported", "as_of", "2024-09-01"}}, 80,
			" PEOPLE AFFECTED ~700 (no range) ○ reported, 4d14h old · no source "},
		{"only a part", []claim{{"cell", "europe/all", "low", "17412", "best", "17412", "high", "17412", "standing", "confirmed"}}, 80,
			" PEOPLE AFFECTED at least 17.4k (europe/all) ● no source 0m "},
		{"the largest part, never the sum", []claim{
			{"cell", "europe/all", "low", "17000", "standing", "estimated"},
			{"cell", "asia/all", "low", "19500", "standing", "estimated"},
			{"cell", "all/names", "low", "18000", "standing", "confirmed"}}, 80,
			" PEOPLE AFFECTED at least 19.5k (asia/all) ◐ estimated no source 0m "},
		{"a part without a low", []claim{{"cell", "europe/all", "best", "17412", "standing", "confirmed"}}, 80, " PEOPLE AFFECTED unknown: nobody has stated a number "},
		{"records are not people", []claim{{"cell", "all/all", "low", "99000", "unit", "records", "standing", "confirmed"}}, 80,
			" PEOPLE AFFECTED unknown: nobody has stated a number "},
		{"withdrawn", []claim{{"cell", "all/all", "best", "700", "standing", "withdrawn"}, {"cell", "asia/all", "low", "9", "standing", "disproved"}}, 80,
			" PEOPLE AFFECTED unknown: nobody has stated a number "},
		{"everybody before a part", []claim{{"cell", "asia/all", "low", "50000", "standing", "confirmed"}, {"cell", "all/all", "best", "40000", "standing", "claimed"}}, 80,
			" PEOPLE AFFECTED ~40k (no range) ? claimed, 0m old · no source "},
		{"with its source on a wide screen", []claim{{"cell", "all/all", "best", "46000", "standing", "estimated"}}, 140,
			" PEOPLE AFFECTED ~46k (no range) ◐ estimated, 0m old · no source · C-1 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, "blank", tt.w, 40)
			for _, c := range tt.claims {
				pairs := c
				if !strings.Contains(strings.Join(c, " "), "unit") {
					pairs = append([]string{"unit", "people"}, c...)
				}
				s.records("lena", newItem(t, data.KindClaim, pairs...))
			}
			if got := s.refresh().lines()[1]; !strings.HasPrefix(got, tt.want) {
				t.Errorf("the header says %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeaderOfAnIncident(t *testing.T) {
	s := newScreen(t, "blank", 140, 40).
		shows("incident without a title", "severity unknown · phase unknown · no commander", "aware unknown", "nothing overdue · 0 actions open · 0 questions open")
	s.sets("ben", data.IncidentRef, "title", "Breach").sets("ben", data.IncidentRef, "severity", "SEV4").
		sets("ben", data.IncidentRef, "commander", "noor").sets("ben", data.IncidentRef, "aware", "2024-08").refresh().
		shows(" Breach  SEV4 · phase unknown · commander noor", "aware Aug 2024 (month)").lacks("▲")
	s.sets("ben", data.IncidentRef, "severity", "SEV2").sets("ben", data.IncidentRef, "phase", "contained").
		sets("ben", data.IncidentRef, "aware", "~2024-08-15").sets("ben", data.IncidentRef, "next_update_due", "90m").refresh().
		shows("▲ SEV2 · contained", "aware about 15 Aug 2024", "update in 1h30m")
	s.resize(80, 24).shows("▲ SEV2 · contained").lacks("commander")
	s.records("ben",
		newItem(t, data.KindAction, "title", "One", "stream", "support", "owner", "sari", "due", "1h"),
		newItem(t, data.KindAction, "title", "Two", "stream", "support", "state", "blocked")).refresh().
		shows("nothing overdue · 2 actions open, 1 owned, 1 due, 1 blocked").
		resize(100, 24).shows("nothing overdue · 2 actions open, 1 owned, 1 due, 1 blocked · 0 questions open", "update in 1h30m").resize(80, 24)
	s.pass(time.Hour).shows("■ OVERDUE 1 · worst A-1 One sari 0m late")
	s.sets("ben", "A-1", "owner", "").refresh().shows("worst A-1 One unassigned 0m late")
}

func TestEventsOfTemplatesAreNoActivity(t *testing.T) {
	s := newScreen(t, "toyota-2024", 140, 40).lacks("Activity")
	s.records("ben", newItem(t, data.KindNote, "text", "Nobody else may know", "private", "yes")).refresh().
		shows("Activity", "ben", "added (private note)").lacks("Nobody else may know")
}
