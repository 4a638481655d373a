package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// TestClickSelectsAClaim clicks on every claim of a figure, under what is said of
// all of them.
func TestClickSelectsAClaim(t *testing.T) {
	for _, h := range []int{20, 40} {
		s := newScreen(t, "toyota-2024", 100, h).claims("europe/names people best 10", "europe/names people best 20 standing estimated", "europe/names people best 30 standing confirmed").refresh()
		s.press("m").run(s.m.push(newClaimsView(data.FigureKey{Cell: "europe/names", Unit: data.People})))
		v := s.whole().m.top().(*claimsView)
		for _, ref := range []data.Ref{"C-1", "C-2", "C-3"} {
			y := -1
			for i, l := range s.lines()[headerHeight+len(v.head())+1:] {
				if strings.Contains(l, string(ref)+" ") {
					y = i + headerHeight + len(v.head()) + 1
					break
				}
			}
			if y < 0 {
				t.Fatalf("%s is not to be seen:\n%s", ref, s.text())
			}
			s.clicks(4, y).whole()
			if _, on := v.held(); on != ref {
				t.Errorf("a click on %s selects %s:\n%s", ref, on, s.text())
			}
		}
		if len(v.head()) == 0 {
			t.Error("nothing is said of all claims")
		}
		_, was := v.held()
		if s.clicks(4, headerHeight+1); v.selected() != was {
			t.Errorf("a click on what is said of all claims selects %s", v.selected())
		}
	}
}

// TestCallCountsAllAsks has more asks than are read.
func TestCallCountsAllAsks(t *testing.T) {
	s := newScreen(t, "blank", 140, 40)
	var all []data.Body
	for i := range 35 {
		due := "2h"
		if i < 25 {
			due = "-1h"
		}
		all = append(all, newItem(t, data.KindAction, "kind", "ask", "to", "Ana", "title", fmt.Sprint("Ready ", i), "stream", "support", "due", due))
	}
	s.records("ben", all...).refresh().press("C").whole().shows("ASKS 35", "nothing is late").lacks("LATE 2", "LATE 5")
	s.records("ben", newItem(t, data.KindAction, "title", "Late", "stream", "support", "due", "-1h")).refresh().shows("LATE 1")
}

// TestTheCursorStaysOnAFigure though another claim about it is the latest.
func TestTheCursorStaysOnAFigure(t *testing.T) {
	s := newScreen(t, "toyota-2024", 100, 30).looks()
	s.claims("europe/names people best 10", "asia/names people best 30").refresh().press("c")
	v := s.m.top().(*newsView)
	row := func() string { return fmt.Sprint(v.rows[v.pane.List().Index()].Figure) }
	s.press("g")
	key := v.rows[v.pane.List().Index()].Figure.Key
	s.claims("europe/addresses people best 50", string(key.Cell)+" people best 40 standing confirmed", "asia/all people best 60").refresh()
	if f := v.rows[v.pane.List().Index()].Figure; f == nil || f.Key != key {
		t.Errorf("the cursor went from %s to %s:\n%s", key, row(), s.text())
	}
}

// TestASlowTimeline: a reading of fewer rows that comes late shrinks nothing.
func TestASlowTimeline(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	var all []data.Body
	for i := range 1200 {
		all = append(all, newItem(t, data.KindNote, "text", fmt.Sprint("Note ", i)))
	}
	s.records("ben", all...).refresh().view("Timeline")
	l := s.m.top().(*timelineView)
	show, err := l.ask()(t.Context(), s.m.src, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s.press("G")
	n := len(l.rows)
	if n < 700 {
		t.Fatalf("%d rows are read", n)
	}
	s.run(show(s.m))
	if len(l.rows) != n {
		t.Errorf("%d rows are left of %d", len(l.rows), n)
	}
}

// TestMineKeepsTheCursor where it is, and not where a filter once began.
func TestMineKeepsTheCursor(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).sets("ben", "A-2", "owner", "ana").sets("ben", "A-9", "owner", "ana").refresh().view("Actions")
	a := s.m.top().(*actionsView)
	to := func(ref data.Ref) {
		s.press("g")
		for range 20 {
			if a.selected() != ref {
				s.press("j")
			}
		}
	}
	to("A-2")
	s.press("/").types("a").press("esc")
	to("A-9")
	for _, k := range []string{"M", "M"} {
		if s.press(k).whole(); a.selected() != "A-9" {
			t.Errorf("the cursor is on %s", a.selected())
		}
	}
}

// TestABriefingThatIsFiltered has each item under the name of its part.
func TestABriefingThatIsFiltered(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 40).sets("ben", "Q-3", "answer", "by name").sets("ben", "Q-3", "state", "answered")
	s.sets("ben", "Q-4", "answer", "a firm").sets("ben", "Q-4", "state", "answered").refresh().view("Briefing")
	s.press("/").types("third party?").press("enter").whole().shows("Answered questions", "Q-4 ").lacks("Open questions", "Q-3 ")
	s.press("/", "ctrl+u").types("how many people").press("enter").shows("Open questions", "Q-1 ", "Answered questions", "Q-3 ")
}
