package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// view opens a full view by its name.
func (s *screen) view(name string) *screen {
	s.t.Helper()
	for i, v := range s.m.views() {
		if v.name == name {
			return s.press("v", fmt.Sprint(i+2)).whole()
		}
	}
	s.t.Fatalf("there is no view %s", name)
	return s
}

// TestEveryViewFits shows every view of every template at every size.
func TestEveryViewFits(t *testing.T) {
	for _, template := range []string{"toyota-2024", "exercise", "blank"} {
		s := newScreen(t, template, 80, 24)
		for _, v := range s.m.views() {
			s.view(v.name)
			for _, size := range sizes {
				s.resize(size[0], size[1]).whole()
				s.press("j", "j", "G", "k", "g").whole()
			}
			s.resize(80, 24).press("esc")
		}
	}
}

// TestViewsByTab goes round all views, forth and back.
func TestViewsByTab(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	all := s.m.views()
	s.view(all[0].name)
	for i := range all {
		if s.m.viewAt != i {
			t.Errorf("view %d, want %d", s.m.viewAt, i)
		}
		s.press("tab").whole()
	}
	if s.press("shift+tab"); s.m.viewAt != len(all)-1 {
		t.Errorf("shift+tab goes to view %d", s.m.viewAt)
	}
}

// TestZoomShowsTheViewOfThePane zooms into each pane of the board.
func TestZoomShowsTheViewOfThePane(t *testing.T) {
	s := newScreen(t, "exercise", 200, 60)
	for i := range s.m.board.shown {
		digit := fmt.Sprint(i + 1)
		s.press(digit)
		if s.m.board.digit(s.m.board.focus) != digit {
			t.Fatalf("%s does not go to its pane", digit)
		}
		s.press(digit).whole()
		if s.m.top() == nil {
			t.Errorf("pane %s (%s) has no full view", digit, s.m.board.focus.Name)
			continue
		}
		s.press("esc")
	}
}

func TestMenuOfViews(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("v").shows("─ Views ", ">1", "Overview", "Actions", "Briefing").whole()
	s.press("j", "enter")
	if s.m.top() == nil {
		t.Error("no view is shown")
	}
	s.press("v", "1").shows("4 Open actions")
	if s.m.top() != nil {
		t.Error("the overview is not shown")
	}
	s.press("v", "esc").shows("4 Open actions")
}

func TestBriefingView(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).view("Briefing").shows("─ Briefing", "Who", ">F-1")
	var seen []string
	for range 80 {
		line, _ := s.cursor()
		id, _, _ := strings.Cut(strings.TrimPrefix(line, ">"), " ")
		seen = append(seen, id)
		s.press("j").whole()
	}
	all := strings.Join(seen, " ")
	for _, k := range []data.Kind{data.KindFact, data.KindQuestion, data.KindRisk, data.KindLesson} {
		items, err := s.store.List(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range items {
			if !strings.Contains(all+" ", string(e.Info().Ref)+" ") {
				t.Errorf("%s is not in the briefing", e.Info().Ref)
			}
		}
	}
	s.press("g", "enter").shows("─ F-1 ").press("esc").shows(">F-1")
	s.press("/").types("zebra").shows(`nothing in the briefing has "zebra"; esc shows all`).press("esc").shows("Who")
	s.press("/").types("how many").shows("filter: how many", "Q-").press("enter").whole().press("esc").shows("Who")
}

func TestStreamsView(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).view("Workstreams").shows("─ Workstreams", ">Customer notification", "lead ", "every ", "Open in Customer notification")
	list, err := s.store.List(t.Context(), data.KindWorkstream)
	if err != nil || len(list) != 5 {
		t.Fatal(list, err)
	}
	for _, e := range list {
		name := e.(*data.Workstream).Label
		s.shows(">"+name, "Open in "+name).press("j").whole()
	}
	s.press("g", "l").shows(" Customer notification").press("enter")
	if line := s.lines()[headerHeight]; !strings.Contains(line, "─ A-") {
		t.Errorf("it opens %q", line)
	}
	s.press("esc", "h").shows(">Customer notification").press("enter").shows("─ notification ").press("esc", "esc").shows("4 Open actions")
	newScreen(t, "blank", 80, 24).view("Workstreams").shows("no lead", "? unknown", "never updated").press("l").shows("nothing is open in this workstream")
}

// TestStreamsViewIsLive keeps the cursor on its action while others change the
// workstream.
func TestStreamsViewIsLive(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).view("Workstreams").press("l", "j")
	on := s.m.top().(*streamsView).work.Selected()
	s.sets("ben", "notification", "status", "at-risk").sets("ben", "notification", "headline", "The printer stands still").refresh().
		shows("The printer stands still", "▲ at risk", ">"+string(on)).whole()
}

func TestTimelineView(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).view("Timeline").shows("─ Timeline: happened, recorded ", "at once").lacks("from the template")
	s.press("enter").press("esc").shows("─ Timeline")
	s.press("/").types("is:machine").shows("from the template:").press("esc").lacks("from the template:")
	s.press("/").types("by:felix kind:action").shows("felix", "filter: by:felix kind:action").lacks("  jonas  ")
	s.types(" colour:red").shows("at 22", "nothing that a timeline can be filtered by").press("esc")
	s.press("/").types("zebra").shows(`nothing in the timeline matches "zebra"; esc shows all`).press("esc")
	s.press("/").types("stream:support").whole().press("esc")
	s.sets("ben", "A-51", "state", "done").refresh().shows("state open → done")
}

// TestTimelineIsInTheOrderItHappened puts a note of what happened long ago in its
// place, with when it was recorded beside it.
func TestTimelineIsInTheOrderItHappened(t *testing.T) {
	s := newScreen(t, "blank", 140, 40)
	s.records("ben", newItem(t, data.KindNote, "text", "First")).refresh()
	s.now = s.now.Add(2 * time.Hour)
	s.records("ben", newItem(t, data.KindNote, "text", "Long ago", "happened", "2024-09-01T10:00:00Z")).refresh()
	s.view("Timeline")
	first, long := -1, -1
	for i, line := range s.lines() {
		if strings.Contains(line, "added First") {
			first = i
		}
		if strings.Contains(line, "added Long ago") {
			long = i
			if !strings.Contains(line, "4d ") || !strings.Contains(line, "now") {
				t.Errorf("it is shown as %q", line)
			}
		}
	}
	if first < 0 || long < first {
		t.Errorf("what happened first is on line %d, what happened last on %d:\n%s", long, first, s.text())
	}
}

func TestTrendsView(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).view("Trends").shows("People affected: now ~46k (40k–52k) ◐ estimated S-4 9d", "Actions opened and closed", "5 Sep", "█").whole()
	s.press("tab").press("shift+tab").shows("─ Trends")
	newScreen(t, "toyota-2024", 80, 24).view("Trends").shows("no number to show over time yet")
}
