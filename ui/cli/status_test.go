package cli

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/data/seed"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestStatusReads(t *testing.T) {
	for _, template := range seed.Names() {
		t.Run(template, func(t *testing.T) {
			d := newDesk(t, template)
			got := strings.ReplaceAll(d.run("status"), filepath.Dir(d.Store.Path()), "…")
			golden(t, got)
			for line := range strings.Lines(got) {
				if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > lineWidth {
					t.Errorf("%q is %d cells wide", line, w)
				}
			}
			first, _, _ := strings.Cut(got, "\n")
			tmpl, err := seed.Load(template, testNow)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(first, string(tmpl.Mark)) {
				t.Errorf("the first line is %q, without the mark %s", first, tmpl.Mark)
			}
			if strings.ContainsAny(got, "\x1b\r\t") {
				t.Error("it holds control characters")
			}
		})
	}
}

func golden(t *testing.T, got string) {
	t.Helper()
	file := filepath.Join("testdata", t.Name()+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if got != string(want) {
		t.Errorf("differs from %s\n--- got\n%s--- want\n%s", file, got, want)
	}
}

// The sample says of no figure what it is, and of nothing that nobody stated.
func TestTheSampleHasNoFigure(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	var s statusJSON
	if err := json.Unmarshal([]byte(d.run("status --json")), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Regions) != 3 || len(s.Categories) != 6 || len(s.Workstreams) != 5 {
		t.Errorf("%d regions, %d categories, %d workstreams", len(s.Regions), len(s.Categories), len(s.Workstreams))
	}
	figures := []figureJSON{s.People}
	for _, r := range s.Regions {
		figures = append(figures, r.People)
	}
	for _, c := range s.Categories {
		figures = append(figures, c.People, c.Records)
	}
	for _, f := range figures {
		unit := f.Unit
		if f != (figureJSON{Unit: unit, Standing: "unknown"}) {
			t.Errorf("a figure is not unknown: %+v", f)
		}
	}
	i := s.Incident
	if i.Severity != nil || i.Phase != nil || i.Commander != nil || i.NextUpdateDue != nil {
		t.Errorf("the incident says what nobody stated: %+v", i)
	}
	if *i.Aware.At != "2024-08-15" || *i.Aware.Precision != "day" {
		t.Errorf("aware at %s, precision %s", *i.Aware.At, *i.Aware.Precision)
	}
	for _, w := range s.Workstreams {
		if w.Status != nil || w.Lead != nil || w.UpdatedAt != nil {
			t.Errorf("%s says what nobody stated: %+v", w.Key, w)
		}
	}
	for _, a := range s.Actions.Top {
		if a.Owner != nil || a.Due != nil || a.Priority != nil {
			t.Errorf("%s says what nobody stated: %+v", a.ID, a)
		}
	}
	if s.Actions.Open < 12 || len(s.Actions.Top) != topActions {
		t.Errorf("%d open actions, %d named", s.Actions.Open, len(s.Actions.Top))
	}
}

func TestStatusOfTheExercise(t *testing.T) {
	d := newDesk(t, "exercise")
	var s statusJSON
	if err := json.Unmarshal([]byte(d.run("status --json")), &s); err != nil {
		t.Fatal(err)
	}
	if *s.Incident.Mark != "EXERCISE" || *s.People.Best != 46000 || s.People.Standing != "estimated" || *s.People.Claim != "C-19" {
		t.Errorf("incident %+v, people %+v", s.Incident, s.People)
	}
	late := 0
	for _, w := range s.Workstreams {
		late += w.Actions.Overdue
	}
	if s.Actions.Overdue == 0 || late != s.Actions.Overdue {
		t.Errorf("%d overdue, %d by workstream", s.Actions.Overdue, late)
	}
	// Late is what is late now, not when it was recorded.
	e := d.env("ben", data.Lead, nil, nil, nil)
	e.now = func() time.Time { return testNow.AddDate(0, 0, 1) }
	tomorrow, err := e.look(t.Context(), d.Store.As("maria", data.Lead))
	if err != nil {
		t.Fatal(err)
	}
	if got := tomorrow.json().Actions.Overdue; got <= s.Actions.Overdue {
		t.Errorf("a day later %d are overdue, now %d", got, s.Actions.Overdue)
	}
}
