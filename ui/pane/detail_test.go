package pane

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/kit"
)

func detail(e data.Entity, history []data.Event, w int) []string {
	v := &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now}
	lines := Detail(v, e, history, w)
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return lines
}

func TestDetail(t *testing.T) {
	a := &data.Action{Meta: meta("A-1", 50*time.Hour, time.Hour), Title: "Send notices", Type: data.Task, Stream: "notification",
		State: data.Blocked, Due: exact(ago(-90 * time.Minute)), Detail: "First.\n\nSecond."}
	history := []data.Event{
		{Seq: 7, At: ago(50 * time.Hour), By: "maria", Ref: "A-1", Body: data.Made{Of: data.KindAction}},
		{Seq: 90, At: ago(time.Hour), By: "ben", Ref: "A-1", Body: data.Changed{Ref: "A-1", Why: "no answer",
			Changes: []data.Change{{Field: "state", Was: "open", Now: "blocked"}, {Field: "owner", Was: "ben", Now: ""}}}},
	}
	want := []string{
		"",
		" Title                 Send notices",
		" Kind                  action",
		" Workstream            notification",
		" Owner                 unknown",
		" Priority              unknown",
		" State                 blocked",
		" Due                   5 Sep 2024 15:32Z",
		" Waits for             unknown",
		" Link                  unknown",
		" Detail                First.",
		"",
		"                       Second.",
		"",
		" Added                 3 Sep 2024 12:02Z (2d2h ago) by maria",
		"",
		" History, newest first",
		"   5 Sep 2024 13:02Z (1h ago)  ben  event 90",
		"     state open → blocked",
		"     owner ben → unknown",
		"     because no answer",
		"   3 Sep 2024 12:02Z (2d2h ago)  maria  event 7",
		"     added",
		"",
	}
	got := detail(a, history, 78)
	for i := range max(len(got), len(want)) {
		g, w := at(got, i), at(want, i)
		if g != w {
			t.Errorf("line %d is %q, want %q", i, g, w)
		}
	}
}

func at(lines []string, i int) string {
	if i >= len(lines) {
		return "(no such line)"
	}
	return lines[i]
}

// TestDetailOfEveryKind shows an item of each kind of which nothing is known:
// every field is there, and says so.
func TestDetailOfEveryKind(t *testing.T) {
	for _, spec := range data.Specs() {
		e := spec.New()
		page := strings.Join(detail(e, nil, 78), "\n")
		for _, f := range spec.Fields {
			line := " " + kit.Fit(f.Label, 22)
			switch {
			case f.Internal || !f.Applies(e):
				if strings.Contains(page, line) {
					t.Errorf("%s: shows %s", spec.Kind, f.Label)
				}
			case f.Type == data.FlagType:
				if !strings.Contains(page, line+"no") {
					t.Errorf("%s: %s is not no", spec.Kind, f.Label)
				}
			case !strings.Contains(page, line+"unknown"):
				t.Errorf("%s: %s is not unknown:\n%s", spec.Kind, f.Label, page)
			}
		}
	}
	ask := strings.Join(detail(&data.Action{Type: data.Ask, To: "counsel", Answer: "Yes.\nBy name."}, nil, 78), "\n")
	for _, want := range []string{" Asked                 counsel", " Answer                Yes.\n                       By name."} {
		if !strings.Contains(ask, want) {
			t.Errorf("an ask does not show %q:\n%s", want, ask)
		}
	}
}

// TestDetailFits draws a page of long texts at every width that a page has.
func TestDetailFits(t *testing.T) {
	long := strings.Repeat("一二三四五 six-seven ", 60)
	a := &data.Action{Meta: meta("A-1", 1, 1), Title: long, Owner: strings.Repeat("n", 100), Detail: strings.Repeat("z", 3000)}
	a.MadeBy = data.Actor(strings.Repeat("m", 100))
	history := []data.Event{{Seq: 1, At: ago(0), By: data.Actor(strings.Repeat("b", 100)), Body: data.Changed{Ref: "A-1", Why: long,
		Changes: []data.Change{{Field: "title", Was: long, Now: long}}}}}
	for w := 58; w <= 100; w++ {
		page := detail(a, history, w)
		for _, l := range page {
			if n := kit.Width(l); n > w {
				t.Fatalf("%d wide: %d cells: %q", w, n, l)
			}
		}
		if got := strings.Count(strings.Join(page, ""), "z"); got != 3000 {
			t.Fatalf("%d wide: %d of 3000 letters are shown", w, got)
		}
		if got := fmt.Sprint(page); !strings.Contains(got, "event 1") {
			t.Fatalf("%d wide: the number of the event is cut off: %s", w, got)
		}
	}
}
