package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/data/seed"
	"warroom/store"
)

// What a template's commands record is theirs: their actor, their time.
func TestATemplateRecordsAsIfItHadHappened(t *testing.T) {
	d := newDesk(t, "exercise")
	page, err := d.Store.As("maria", data.Lead).Log(t.Context(), 0, logPage)
	entries := page.Entries
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := seed.Load("exercise", testNow)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < len(tmpl.Steps) {
		t.Fatalf("%d events of %d steps", len(entries), len(tmpl.Steps))
	}
	for i, step := range tmpl.Steps {
		e := entries[i]
		if !e.At.Equal(step.At.Truncate(time.Millisecond)) || e.By != step.By {
			t.Fatalf("%s: event %d was recorded %s by %s, want %s by %s", step.Pos, e.Seq, e.At, e.By, step.At, step.By)
		}
		if step.ID != "" && e.Ref != step.ID {
			t.Errorf("%s: event %d made %s, want %s", step.Pos, e.Seq, e.Ref, step.ID)
		}
	}
	if _, err := d.Store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// The exercise shows every feature there is something to show of.
func TestTheExerciseIsRich(t *testing.T) {
	d := newDesk(t, "exercise")
	actions, err := d.Store.As("maria", data.Lead).List(t.Context(), data.KindAction)
	if err != nil {
		t.Fatal(err)
	}
	if len(actions) < 60 {
		t.Errorf("%d actions, want 60 or more", len(actions))
	}
	has := map[string]bool{}
	for _, item := range actions {
		a := item.(*data.Action)
		has["state "+string(a.State)] = true
		has["kind "+string(a.Type)] = true
		if a.Overdue(testNow) {
			has["late"] = true
		}
		if a.WaitsFor != "" {
			has["waits"] = true
		}
	}
	claims, err := d.Store.As("maria", data.Lead).List(t.Context(), data.KindClaim)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range claims {
		has["standing "+string(item.(*data.Claim).Standing)] = true
	}
	counts, err := d.Store.As("maria", data.Lead).List(t.Context(), data.KindNotice)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range counts {
		n := item.(*data.Notice)
		has["count "+string(n.Channel)], has["count that is withdrawn"] = true, has["count that is withdrawn"] || !n.Standing.Stands()
	}
	notes, err := d.Store.As("maria", data.Lead).List(t.Context(), data.KindNote)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range notes {
		has["private"] = has["private"] || item.(*data.Note).Private
	}
	for _, want := range []string{"state open", "state doing", "state blocked", "state done", "state dropped", "kind ask", "late", "waits", "private", "count email", "count post", "count that is withdrawn",
		"standing claimed", "standing reported", "standing estimated", "standing confirmed", "standing disproved", "standing withdrawn"} {
		if !has[want] {
			t.Errorf("the exercise has nothing with %s", want)
		}
	}
}

func TestRefusedFileIsNotMade(t *testing.T) {
	dir := t.TempDir()
	tmpl, err := seed.Decode("team.yaml", []byte("incident: {}\nhistory: [{at: -1h, do: action done A-1}]\n"), testNow)
	if err != nil {
		t.Fatal(err)
	}
	err = sow(t.Context(), filepath.Join(dir, "x.db"), 0, tmpl, time.UTC)
	if err == nil || err.Error() != "team.yaml:2:25: there is no A-1" || data.ClassOf(err) != data.Failed {
		t.Errorf("fails with %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTitleOfOnesOwn(t *testing.T) {
	for _, tt := range []struct{ from, title, want, err string }{
		{"toyota-2024", "Ours", "Ours", ""},
		{"blank", "Ours", "Ours", ""},
		{"toyota-2024", "unknown", "", ""},
		{"toyota-2024", "\x1b[2J", "\ufffd[2J", ""},
		{"blank", strings.Repeat("x", 501), "", "title is 501 characters long, the most is 500"},
	} {
		path := filepath.Join(t.TempDir(), "x.db")
		e := &env{shell: &shell{}, now: func() time.Time { return testNow }}
		err := e.create(t.Context(), path, localFile(tt.from), &tt.title)
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%q: fails with %v, want %s", tt.title, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.title, err)
			continue
		}
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		item, err := s.As("maria", data.Lead).Get(t.Context(), data.IncidentRef)
		if err != nil {
			t.Fatal(err)
		}
		if got := item.Name(); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.title, got, tt.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
