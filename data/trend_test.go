package data

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// handDays counts what was opened and closed on each day from the log alone.
func handDays(log []Event, into map[string]int64) {
	open := map[Ref]bool{}
	for _, e := range log {
		is, says := false, false
		switch b := e.Body.(type) {
		case Made:
			is, says = b.Fields["state"] != "done" && b.Fields["state"] != "dropped", b.Of == KindAction
		case Changed:
			if i := slices.IndexFunc(b.Changes, func(c Change) bool { return c.Field == "state" }); i >= 0 && b.Ref.Spec().Kind == KindAction {
				is, says = b.Changes[i].Now != "done" && b.Changes[i].Now != "dropped", true
			}
		}
		if says && is != open[e.Ref] {
			into["day/"+e.At.Format("2006-01-02")+map[bool]string{true: "/opened", false: "/closed"}[is]]++
			open[e.Ref] = is
		}
	}
}

func TestDaysCountWhatIsOpenedAndClosed(t *testing.T) {
	type step struct {
		day  int // of August 2024
		body Body
	}
	to := func(ref Ref, was, now string) Changed {
		return Changed{Ref: ref, Changes: []Change{{Field: "state", Was: was, Now: now}}}
	}
	for _, tt := range []struct {
		name  string
		steps []step
		want  string // opened and closed on 15, 16 and 17 August
	}{
		{"nothing", nil, "0/0 0/0 0/0"},
		{"made open", []step{{15, action()}, {15, action("state", "blocked")}}, "2/0 0/0 0/0"},
		{"made closed is neither", []step{{15, action("state", "done")}}, "0/0 0/0 0/0"},
		{"done a day later", []step{{15, action()}, {16, to("A-1", "open", "done")}}, "1/0 0/1 0/0"},
		{"dropped", []step{{15, action()}, {15, to("A-1", "open", "dropped")}}, "1/1 0/0 0/0"},
		{"reopened is opened again", []step{{15, action()}, {16, to("A-1", "open", "done")}, {17, to("A-1", "done", "open")}}, "1/0 0/1 1/0"},
		{"from open to open is nothing", []step{{15, action()}, {16, to("A-1", "open", "doing")}}, "1/0 0/0 0/0"},
		{"another field of one that is done", []step{{15, action("state", "done")}, {16, Changed{Ref: "A-1", Changes: []Change{{Field: "owner", Now: "Ben"}}}}}, "0/0 0/0 0/0"},
		{"what is no action", []step{{15, made(KindQuestion, "text", "Who?")}}, "0/0 0/0 0/0"},
	} {
		s := NewState(nil, 0)
		for _, st := range tt.steps {
			if err := st.body.Check(s); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			e := event(s, st.body)
			e.At = time.Date(2024, 8, st.day, 23, 59, 59, 0, time.UTC)
			if err := s.Apply(e); err != nil {
				t.Fatal(err)
			}
		}
		from := time.Date(2024, 8, 15, 2, 0, 0, 0, time.FixedZone("", 3*60*60)) // the 14th in UTC
		days := TrendDays(from, from.AddDate(0, 0, 3), s.Counts())
		got := ""
		for _, d := range days[1:] {
			got += fmt.Sprintf(" %d/%d", d.Opened, d.Closed)
		}
		if got = got[1:]; got != tt.want || days[0].Day.Day() != 14 {
			t.Errorf("%s: %s from %s on, want %s", tt.name, got, days[1].Day, tt.want)
		}
	}
}

func TestTrendDaysHaveBounds(t *testing.T) {
	if days := TrendDays(at, at.Add(-48*time.Hour), nil); len(days) != 0 {
		t.Errorf("a range that ends before it begins has %d days", len(days))
	}
	days := TrendDays(time.Time{}, at, nil)
	if len(days) != maxTrend || !days[len(days)-1].Day.Equal(at.Truncate(24*time.Hour)) {
		t.Errorf("a range from the beginning of time has %d days, the last %s", len(days), days[len(days)-1].Day)
	}
}

func TestFigureHistory(t *testing.T) {
	key := FigureKey{AllPeople, People}
	flag := func(ref Ref, field, was, now string) Body {
		return Changed{Ref: ref, Changes: []Change{{Field: field, Was: was, Now: now}}}
	}
	for _, tt := range []struct {
		name   string
		bodies []Body
		want   string
	}{
		{"nobody stated a number", nil, ""},
		{"one claim", []Body{claim("low", "10", "best", "20", "high", "30", "standing", "reported")}, "1 C-1 10-20-30 reported"},
		{"what is unknown stays so", []Body{claim("low", "5", "best", "")}, "1 C-1 5--  "},
		{"a better one", []Body{claim("standing", "claimed"), claim("best", "7", "standing", "estimated")}, "1 C-1 -1000- claimed, 2 C-2 -7- estimated"},
		{"a weaker one changes nothing", []Body{claim("standing", "estimated"), claim("best", "7", "standing", "claimed")}, "1 C-1 -1000- estimated"},
		{"confirmed since", []Body{claim("standing", "estimated"), flag("C-1", "standing", "estimated", "confirmed")}, "1 C-1 -1000- estimated, 2 C-1 -1000- confirmed"},
		{"withdrawn leaves the one before", []Body{claim("standing", "reported"), claim("best", "7", "standing", "confirmed"), flag("C-2", "standing", "confirmed", "withdrawn")},
			"1 C-1 -1000- reported, 2 C-2 -7- confirmed, 3 C-1 -1000- reported"},
		{"the only one disproved: unknown again", []Body{claim("standing", "reported"), flag("C-1", "standing", "reported", "disproved")}, "1 C-1 -1000- reported, 2  -- "},
		{"withdrawn when another stands", []Body{claim("standing", "reported"), claim("best", "7", "standing", "confirmed"), flag("C-1", "standing", "reported", "withdrawn")},
			"1 C-1 -1000- reported, 2 C-2 -7- confirmed"},
		{"pinned and unpinned", []Body{claim("standing", "claimed"), claim("best", "7", "standing", "confirmed"), flag("C-1", "pinned", "", "true"), flag("C-1", "pinned", "true", "")},
			"1 C-1 -1000- claimed, 2 C-2 -7- confirmed, 3 C-1 -1000- claimed, 4 C-2 -7- confirmed"},
		{"the pinned one pinned", []Body{claim("standing", "claimed"), flag("C-1", "pinned", "", "true")}, "1 C-1 -1000- claimed"},
		{"a basis is no figure", []Body{claim("standing", "claimed"), flag("C-1", "basis", "", "counted")}, "1 C-1 -1000- claimed"},
		{"as of an earlier day does not stand, though it came later", []Body{claim("as_of", "2024-08-15"), claim("best", "7", "as_of", "2024-08-14")}, "1 C-1 -1000- "},
		{"other cells and units", []Body{claim("cell", "europe/all"), claim("unit", "records"), claim("best", "3")}, "3 C-3 -3- "},
		{"other kinds", []Body{made(KindSource, "title", "Press"), action(), claim("source", "S-1")}, "3 C-1 -1000- "},
	} {
		s, log := NewState(nil, 0), []Event(nil)
		for _, b := range tt.bodies {
			if m, ok := b.(Made); ok && m.Fields["best"] == "" {
				delete(m.Fields, "best")
			}
			log = append(log, *record(t, s, b))
		}
		points, err := FigureHistory(key, log)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, p := range points {
			if i > 0 {
				got += ", "
			}
			seq := int(p.At.Sub(at) / time.Minute)
			got += fmt.Sprintf("%d %s %s-%s-%s %s", seq, p.Claim, p.Low, p.Best, p.High, p.Standing)
		}
		if want := tt.want; got != want && got != want+" " && got+" " != want {
			t.Errorf("%s:\n%q, want\n%q", tt.name, got, want)
		}
	}
}

// Of what was recorded in one moment only the outcome counts.
func TestFigureHistoryHasOnePointAMoment(t *testing.T) {
	s := NewState(nil, 0)
	var log []Event
	for _, b := range []Body{claim("standing", "claimed"), claim("best", "7", "standing", "reported"), claim("best", "8", "standing", "confirmed")} {
		log = append(log, *record(t, s, b))
	}
	log[2].At = log[1].At
	points, err := FigureHistory(FigureKey{AllPeople, People}, log)
	if err != nil || len(points) != 2 || points[1].Best.N != 8 {
		t.Errorf("got %+v, %v", points, err)
	}
	log = log[:2]
	log = append(log, *record(t, s, set(t, s, "C-3", "standing", "withdrawn"))) // of a claim that these events do not make
	back := *record(t, s, set(t, s, "C-2", "standing", "withdrawn"))
	back.At = log[1].At
	points, err = FigureHistory(FigureKey{AllPeople, People}, append(log, back))
	if err != nil || len(points) != 1 || points[0].Claim != "C-1" {
		t.Errorf("what was so for no moment is a point: %+v, %v", points, err)
	}
}
