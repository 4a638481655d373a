package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// A book keeps in memory what somebody has seen.
type book struct {
	kept data.Seen
	err  error // what it fails with, if it does
}

func (b *book) seen() Seen {
	return Seen{
		Last: func() (data.Seen, error) { return b.kept, b.err },
		Keep: func(s data.Seen) error {
			if b.err == nil {
				b.kept = s
			}
			return b.err
		},
	}
}

// looks lets ana look for the first time with a board that keeps what she has
// seen.
func (s *screen) looks() *screen {
	s.t.Helper()
	s.m.cfg.Seen = s.book.seen()
	return s.refresh()
}

// newsAt opens a blank file as ana, who has looked for the first time.
func newsAt(t *testing.T, w, h int) *screen {
	t.Helper()
	s := newScreen(t, "blank", w, h)
	s.records("maria", newItem(t, data.KindAction, "title", "Call the hotline", "stream", "support", "due", "3h"),
		newItem(t, data.KindClaim, "cell", "europe/all", "unit", "people", "best", "40000", "standing", "estimated"))
	return s.looks().whole()
}

// TestFirstLookHasNothingNew: what is there at the first look is seen, and kept.
func TestFirstLookHasNothingNew(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.records("ben", newItem(t, data.KindNote, "text", "Before")).looks().lacks("Δ")
	if s.book.kept.Seq != s.m.view.Seq || !s.book.kept.At.Equal(s.now) {
		t.Errorf("kept %+v at %d", s.book.kept, s.m.view.Seq)
	}
	s.press("c").shows("─ Changed since you looked, just now ─", "nothing has changed since you looked, 5 Sep 2024 14:02Z").whole().
		press("esc").lacks("Changed since").shows("4 Open actions")
	// A day of looking on changes nothing of what counts as seen.
	s.pass(24 * time.Hour).refresh()
	if s.book.kept.At.Equal(s.now) {
		t.Error("seen without a word")
	}
}

func TestNewsOfOthers(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.now = s.now.Add(12 * time.Minute)
	s.sets("jonas", "A-1", "state", "done").sets("jonas", "A-1", "due", "2024-09-06T10:00:00Z").
		records("ben", newItem(t, data.KindClaim, "cell", "europe/all", "unit", "people", "best", "46000", "standing", "confirmed")).
		records("ben", newItem(t, data.KindQuestion, "text", "Since when?")).
		sets("cas", "support", "status", "at-risk").sets("ben", "support", "status", "unknown").
		records("ana", newItem(t, data.KindDecision, "text", "My own")).
		sets("noor", data.IncidentRef, "severity", "SEV2").sets("noor", data.IncidentRef, "title", "Breach")
	s.pass(12 * time.Minute)
	s.shows("Δ 5 changed ").press("c").whole().shows(
		"─ Changed since you looked, 24m ago: 5, and 1 by you ─",
		"\n Incident ", "\n>Incident: severity unknown → SEV2, title → Breach",
		"\n Regions ", " C-2    europe/all: ~40k ◐ → ~46k (no range) ● S-? 12m",
		"\n Workstreams ", "Customer support: changed, and changed back",
		"\n Actions ", "Call the hotline: state open → done, due 17:02Z → 6 Sep ", " 10:00Z ", " jonas    12m",
		"\n Questions ", " Q-1    new Since when?", " ben      12m",
		"\n Notes and decisions ", " D-1    new My own", " you      12m")
	for _, line := range s.lines() {
		if strings.Contains(line, "Customer support") && !strings.Contains(line, "ben +1") {
			t.Errorf("who: %q", line)
		}
	}
	golden(t, "news-80x24", s.m.View().Content)
	s.press("j", "enter").shows("─ C-2 europe/all ", "46,000").press("esc").shows("─ Changed since you looked", ">C-2 ")
	s.press("G", "g").shows(">Incident:")
	s.resize(140, 40).refresh().whole().shows("─ incident Breach ─", "Severity").press("j").shows("─ C-2 europe/all")
	golden(t, "news-140x40", s.m.View().Content)
	s.resize(60, 16).whole()
	golden(t, "news-60x16", s.m.View().Content)
}

// TestSeenIsWhatWasShown: c again says that what was listed is seen, and nothing
// that came after.
func TestSeenIsWhatWasShown(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.sets("ben", "A-1", "state", "doing").refresh().shows("Δ 1 changed")
	s.press("c").shows("state open → doing")
	s.now = s.now.Add(5 * time.Minute)
	s.sets("ben", "A-1", "state", "done") // of which the board is not told
	s.press("c").says("seen up to 14:02Z").shows("Δ 1 changed", "4 Open actions")
	s.refresh().press("c").shows("state doing → done").lacks("open →")
	// While the page is open it is read anew, and the cursor stays.
	s.records("ben", newItem(t, data.KindQuestion, "text", "How?"), newItem(t, data.KindFact, "topic", "who", "text", "They")).refresh()
	s.shows(">A-1 ", "new How?")
	s.press("c").says("seen up to 14:07Z").lacks("Δ ").press("c").shows("nothing has changed since you looked, 5 Sep 2024 14:07Z")
	// It is not what a reading says that began before.
	s.press("esc")
	s.sets("ben", "A-1", "state", "open").refresh().shows("Δ 1 changed")
	slow := s.m.load()()
	s.press("c", "c").lacks("Δ ").send(slow).lacks("Δ ").refresh().lacks("Δ ")
}

// TestMyOwnChangesAreNoNews, but what others change of them is.
func TestMyOwnChangesAreNoNews(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.sets("ana", "A-1", "state", "doing").records("ana", newItem(t, data.KindQuestion, "text", "How?")).refresh().lacks("Δ").
		press("c").shows("─ Changed since you looked, just now: 0, and 2 by you ─", "you ").press("esc")
	s.sets("ben", "A-1", "owner", "ben").sets("ana", "A-1", "priority", "P1").refresh().shows("Δ 1 changed", ">A-1Δ")
	s.press("c").shows("priority unknown → P1, state open →  ", " doing, owner unknown → ben ", "ana +1")
}

// TestDeltaMarksRows: each pane marks what others have changed, for a day.
func TestDeltaMarksRows(t *testing.T) {
	s := newScreen(t, "exercise", 200, 60).looks().lacks("Δ")
	s.sets("ben", "A-51", "owner", "cas").sets("ben", "A-42", "owner", "cas").sets("ben", "support", "headline", "Lines are busy").
		sets("ben", "asia", "notices", "complete").sets("ben", "names", "exposure", "ruled-out").sets("ben", "R-1", "to", "all").sets("ben", "F-1", "standing", "disproved").
		records("ben", newItem(t, data.KindQuestion, "text", "New?"), newItem(t, data.KindClaim, "cell", "all/addresses", "unit", "records", "best", "5", "standing", "confirmed"),
			newItem(t, data.KindClaim, "cell", "all/all", "unit", "people", "best", "77000", "standing", "confirmed")).
		refresh().shows("Δ 10 changed since you looked").whole()
	marked := []string{"ΔA-51 ", ">A-42Δ", "ΔCustomer support", "ΔAsia", "ΔNames", "ΔR-1", "ΔF-1", "ΔAddresses", "\nΔPEOPLE AFFECTED ~77k"}
	s.shows(marked...)
	if n := strings.Count(s.text(), "Δ"); n < len(marked)+1 {
		t.Errorf("%d signs", n)
	}
	s.view("Scope").press("j").shows("Δ~77k").press("esc").view("Workstreams").shows("ΔCustomer support").press("G").whole().press("esc").
		view("Actions").shows("ΔA-51").press("esc").view("Briefing").shows(">F-1").press("j").shows("ΔF-1").press("esc")
	s.pass(24*time.Hour - time.Minute).shows(marked...).shows("Δ 10 changed since you looked")
	s.pass(time.Minute).lacks(marked...).shows("Δ 10 changed since you looked").press("c").shows(": 10 ─")
}

// TestHeaderSaysHowMuchChanged at every width, with and without what is late.
func TestHeaderSaysHowMuchChanged(t *testing.T) {
	for _, template := range templates {
		s := newScreen(t, template, 80, 24).looks()
		s.sets("ben", data.IncidentRef, "commander", "ben").sets("ben", data.IncidentRef, "phase", "recovering").refresh()
		for w, want := range map[int]string{60: "Δ 1", 75: "Δ 1", 76: "Δ 1 changed", 80: "Δ 1 changed", 119: "Δ 1 changed", 120: "Δ 1 changed since you looked", 200: "Δ 1 changed since you looked"} {
			line := s.resize(w, 30).whole().lines()[2]
			if !strings.Contains(line+" ", want+" ") || strings.Contains(line, "changed since") != strings.Contains(want, "since") {
				t.Errorf("%s, %d wide: %q lacks %q", template, w, line, want)
			}
			if strings.Contains(line, "…") && template != "exercise" {
				t.Errorf("%s, %d wide: %q is cut", template, w, line)
			}
		}
		if template == "exercise" {
			golden(t, "changed-60x16", s.resize(60, 16).m.View().Content)
			golden(t, "changed-80x24", s.resize(80, 24).m.View().Content)
		}
	}
}

func TestSeenIsPerPersonAndRole(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.m.cfg.Role, s.m.src = data.Viewer, s.store.As("ana", data.Viewer)
	s.looks().records("ben", newItem(t, data.KindNote, "text", "Nobody else may know", "private", "yes")).refresh().lacks("Δ").
		press("c").shows("nothing has changed").press("esc")
	s.m.cfg.Role, s.m.src = data.Responder, s.store.As("ana", data.Responder)
	s.refresh().shows("Δ 1 changed").press("c").shows("new (private note)").lacks("Nobody else")
}

// TestNothingIsKept says so, and everything else works.
func TestNothingIsKept(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("c").says("what you have seen is not kept here").lacks("Δ")
	s.book.err = errors.New("the disk of the person is full")
	s.looks().shows("live").sets("ben", "A-42", "title", "Another").refresh().shows("Another").lacks("Δ", "SYNC LOST").
		press("c").says("the disk of the person is full")
	s.book.err = nil
	s.refresh().press("c").shows("nothing has changed")
	s.press("esc").sets("ben", "A-42", "title", "And another").refresh().press("c")
	s.book.err = errors.New("it is full again")
	s.press("c").says("it is full again").shows("─ Changed since you looked")
}

// TestLogSinceLastOnTheBoard: the command and the key know the same.
func TestLogSinceLastOnTheBoard(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.does("log --since last").says("nothing was recorded since you looked, 2024-09-05 16:02 CEST")
	s.sets("ben", "A-1", "state", "done").refresh().shows("Δ 1 changed").does("log --since last --mark").shows("state open → done").lacks("Δ 1")
	s.press("esc").lacks("Δ ").does("log --since last").says("nothing was recorded since you looked, 2024-09-05 16:02 CEST")
	s.sets("ben", "A-1", "state", "open").refresh().press("c", "c").does("log --since last").says("nothing was recorded since you looked, 2024-09-05 16:02 CEST")
}

// TestNewsOverOtherPages opens the page from anywhere, once.
func TestNewsOverOtherPages(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.sets("ben", "A-1", "state", "doing").refresh()
	s.press("enter", "c").shows("─ Changed since").press("enter").shows("─ A-1 ").press("c").shows("─ Changed since").
		press("esc").shows("─ A-1 ").press("esc").shows("4 Open actions")
	s.press("c", "?").shows("Say that you have seen all that is listed").press("c").shows("─ Changed since").press("esc").shows("4 Open actions")
	s.view("Actions").press("c", "c").says("seen up to 14:02Z").shows("─ Actions")
}

func TestNewsInASCII(t *testing.T) {
	s := newsAt(t, 80, 24)
	s.m.cfg.Settings.Look.ASCII = true
	s.sets("ben", "A-1", "state", "doing").refresh().shows("! 1 changed", ">A-1!").press("c").shows("state open > doing")
	for i, line := range s.lines() {
		for _, r := range line {
			if r > 0x7e {
				t.Fatalf("line %d has %q: %q", i, r, line)
			}
		}
	}
}

// TestManyChanges shows more than fit, and more than are read.
func TestManyChanges(t *testing.T) {
	s := newsAt(t, 80, 24)
	var bodies []data.Body
	for i := range 1100 {
		bodies = append(bodies, newItem(t, data.KindAction, "title", fmt.Sprint("Number ", i), "stream", "support"))
	}
	s.records("ben", bodies...).refresh().shows("Δ 999+ changed").press("c").shows(": 1,100 ·", "new Number 1099").
		press("G").shows("new Number 0").whole().press("c").says("seen up to 14:02Z").lacks("Δ ")
}

// TestNewsFitEverySize shows news of every text at every size.
func TestNewsFitEverySize(t *testing.T) {
	s := newsAt(t, 80, 24)
	for _, text := range texts {
		for _, spec := range data.Specs() {
			if spec.Numbered() {
				s.records(data.Actor(data.Line(text)), madeOf(t, spec, text))
			}
		}
		s.sets("ben", data.IncidentRef, "title", text).sets("ben", "A-1", "title", text)
	}
	s.refresh().press("c").whole()
	for _, times := range []string{"ages", "UTC", "mine"} {
		for _, size := range sizes {
			s.resize(size[0], size[1]).whole()
			if size[0] >= leastWidth && size[1] >= leastHeight {
				s.press("j", "j", "pgdown", "G").whole().press("k", "g").shows("Changed since you looked").whole()
			}
		}
		if s.resize(80, 24).press("T"); t.Failed() {
			t.Fatalf("with times as %s", times)
		}
	}
}
