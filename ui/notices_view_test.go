package ui

import (
	"fmt"
	"strings"
	"testing"

	"warroom/data"
)

// notices opens the view of notices.
func notices(t *testing.T, template string, w, h int) *screen {
	t.Helper()
	return newScreen(t, template, w, h).view("Notices")
}

// counts lets somebody else count notices, each "region channel field value …".
func (s *screen) counts(lines ...string) *screen {
	s.t.Helper()
	for _, line := range lines {
		words := strings.Fields(line)
		s.records("lena", newItem(s.t, data.KindNotice, append([]string{"region", words[0], "channel", words[1]}, words[2:]...)...))
	}
	return s.refresh()
}

// counted fails the test unless the cursor of the view is on a count.
func (s *screen) counted(ref data.Ref) *screen {
	s.t.Helper()
	v, ok := s.m.top().(*noticesView)
	if !ok || v.selected() != ref {
		s.t.Fatalf("the cursor is not on %s:\n%s", ref, s.text())
	}
	return s.whole()
}

func TestNoticesGolden(t *testing.T) {
	for _, template := range []string{"exercise", "blank"} {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
			name := fmt.Sprintf("notices-%s-%dx%d", template, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				golden(t, name, notices(t, template, size[0], size[1]).press("j", "j").whole().m.View().Content)
			})
		}
	}
}

// TestHeaderSaysHowManyWereTold counts notices, and looks for the share of those
// affected at the sizes at which there is room for it.
func TestHeaderSaysHowManyWereTold(t *testing.T) {
	s := newScreen(t, "blank", 140, 40).shows("notified unknown")
	s.claims("all/all people low 40000 best 46000 high 52000 standing estimated").counts("europe email sent 5900 delivered 5740 standing estimated")
	s.shows("notified 5,740 of ~46k (11–14 %)").resize(200, 60).shows("notified 5,740 of ~46k (11–14 %) ◐ estimated, age unknown")
	s.resize(80, 24).shows("PEOPLE ~46k (40k–52k) ◐ estimated no source 0m · notified 11–14 %").resize(60, 16).whole()
	s.resize(140, 40).counts("asia sms delivered 260").shows("notified ≤6,000 of ~46k (12–15 %)")
	s.counts("asia app delivered 90000").shows("▲ notified ≤96,000 of ~46k (185–240 %)")
	s.sets("noor", "W-3", "standing", "withdrawn").refresh().shows("notified ≤6,000 of ~46k (12–15 %)")
	s.sets("noor", "W-2", "standing", "disproved").sets("noor", "W-1", "standing", "withdrawn").refresh().shows("notified unknown")
}

// TestNoticesByKeys counts, opens, confirms, withdraws and takes back, by keys alone.
func TestNoticesByKeys(t *testing.T) {
	s := notices(t, "toyota-2024", 100, 30).shows("All regions", "notified unknown", "Europe", "no date promised").press("j", "j")
	s.press("a").shows("─ New notice ─", "Region            europe").press("tab", "right").shows("Channel           email")
	s.press("tab").types("9k").press("tab").types("5 900").press("tab").types("5,7k").press("ctrl+s").shows("can be read in two ways")
	s.press("ctrl+u").types("5740").press("ctrl+s").whole().says("stored: W-1 added")
	s.has("W-1", "region", "europe").has("W-1", "channel", "email").has("W-1", "contactable", "9000").has("W-1", "sent", "5900").has("W-1", "delivered", "5740").has("W-1", "bounced", "").has("W-1", "as_of", "")
	s.shows("notified 5,740", "email").press("j").counted("W-1").shows("europe/email", "→ W-1", "Notified, as it grew")
	s.press("a").shows("Region            europe", "Channel           email").press("esc")
	s.press("s", "4").whole().has("W-1", "standing", "confirmed").shows("● ")
	s.press("enter").shows("─ W-1 europe/email ─", "Delivered", "standing unknown → confirmed").press("esc")
	s.does("undo").has("W-1", "standing", "").press("u").whole().has("W-1", "standing", "withdrawn").refresh().shows("notified unknown")
	s.press("ctrl+r").whole().has("W-1", "standing", "").refresh().shows("notified 5,740")
	s.press("g", "j", "j", "d", "2").whole()
	if due := s.item("europe").(*data.Region).NoticesDue; !due.Known() {
		t.Errorf("nothing was promised:\n%s", s.text())
	}
	s.shows("promised for")
}

// TestNoticesByCommand counts by the command line of the board; the view follows.
func TestNoticesByCommand(t *testing.T) {
	s := notices(t, "toyota-2024", 100, 30)
	s.does("notice add asia sms --sent 40 --as-of 2024-09-01").shows("W-1").refresh().press("esc").view("Notices").shows("sms", "notified 40")
	s.does("notice add asia pigeon --sent 40").shows(`"pigeon" is no channel`)
	s.does("view notices").shows("─ Notices ─")
	if status, out, errs := s.shell("notice", "list"); status != 0 || !strings.Contains(out, "W-1  asia    sms      2024-09-01 (day)  unknown   unknown  sent 40") {
		t.Errorf("notice list: %d, %s%s", status, out, errs)
	}
}

// TestNoticesAreLive lets others count: the view shows it, and the cursor stays.
func TestNoticesAreLive(t *testing.T) {
	s := notices(t, "exercise", 140, 40).press("j", "j").counted("W-6").shows("→ W-6", "× withdrawn: sent 11,561")
	s.counts("north-america email sent 7700 delivered 7600 as_of 2024-09-05T13:00:00Z").shows("7,600", "→ W-13", "  W-6 ")
	s.counts("north-america sms sent 5").shows("  sms", "≤7,605")
	s.sets("noor", "W-13", "standing", "withdrawn").refresh().shows("→ W-6").lacks("→ W-13")
	s.press("G").shows("Elsewhere · no date promised", "notified unknown")
	s.resize(80, 24).whole().resize(60, 16).whole().resize(200, 60).whole()
}

// TestScopeSaysWhoWasTold goes to the row of notices of the scope, and on from there.
func TestScopeSaysWhoWasTold(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}, {60, 16}} {
		s := scope(t, "exercise", size[0], size[1]).shows("Notified", "≤12,105", "7,493", "4,612").press("G", "l").shows(">7,493")
		s.press("a").shows("─ New notice ─", "north-america").press("esc")
		s.press("enter").whole().shows("─ Notices", ">North America", "84–121 %").press("esc").shows(">7,493")
		s.press("U").lacks("Notified").press("U").press("k").shows("Service")
	}
	scope(t, "toyota-2024", 80, 24).lacks("Notified")
}

// TestRegionsAreMarkedWhenSomebodyCounts has a Δ before a region of which others counted
// notices since.
func TestRegionsAreMarkedWhenSomebodyCounts(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).looks()
	s.counts("europe email sent 100 as_of 2024-09-05T13:00:00Z").shows("ΔEurope").press("c").whole().shows("W-13", "europe/email")
}

// TestTrendsHaveTheBurnUp draws a third chart where there is room for one.
func TestTrendsHaveTheBurnUp(t *testing.T) {
	newScreen(t, "exercise", 140, 40).view("Trends").shows("Notified, as it grew", "│ promised", "Actions opened and closed")
	newScreen(t, "toyota-2024", 140, 40).view("Trends").lacks("Notified, as it grew")
}
