package store

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

func idsOf[E data.Entity](all []E) string {
	var ids []string
	for _, e := range all {
		ids = append(ids, string(e.Info().Ref))
	}
	return strings.Join(ids, " ")
}

// TestLatestIsWhatPeopleWroteLast leaves out private notes, what was made private
// since, what the template brought, and what is no entry.
func TestLatestIsWhatPeopleWroteLast(t *testing.T) {
	path := newFile(t, made(data.KindFact, "topic", "who", "text", "They"))
	s := openFile(t, path, options)
	o := offer(made(data.KindRisk, "text", "From the template"))
	o.By = data.TemplateAuthor
	if _, err := s.Record(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	record(t, s, made(data.KindNote, "text", "one"), made(data.KindDecision, "text", "two"), made(data.KindNote, "text", "secret", "private", "true"),
		action("title", "no entry"), made(data.KindQuestion, "text", "three"), made(data.KindNote, "text", "four"), change("N-1", "private", "", "true"))
	for _, tt := range []struct {
		limit int
		want  string
	}{{10, "N-3 Q-1 D-1 F-1"}, {2, "N-3 Q-1"}, {1, "N-3"}, {0, ""}, {-1, ""}} {
		got, err := viewed(s).Latest(t.Context(), tt.limit)
		if err != nil || idsOf(got) != tt.want {
			t.Errorf("the latest %d are %q, %v; want %q", tt.limit, idsOf(got), err, tt.want)
		}
	}
}

// TestOpenAsksInTheOverview has those first that are due first, and none that is
// answered.
func TestOpenAsksInTheOverview(t *testing.T) {
	ask := func(pairs ...string) data.Body {
		return action(append([]string{"kind", "ask", "to", "the provider"}, pairs...)...)
	}
	s := openFile(t, newFile(t, ask("title", "no due"), action("title", "no ask", "due", "2024-01-01"), ask("title", "later", "due", "2024-09-02T10:00:00Z"),
		ask("title", "sooner", "due", "2024-09-01T10:00:00Z"), ask("title", "answered", "due", "2024-01-01")), options)
	record(t, s, change("A-5", "state", "open", "done"))
	o, err := viewed(s).Overview(t.Context(), time.Date(2024, 9, 1, 12, 0, 0, 0, time.UTC))
	if got := idsOf(o.Asks); err != nil || got != "A-4 A-3 A-1" {
		t.Errorf("the open asks are %q, %v", got, err)
	}
}

// TestLatestScansNoTable asks SQLite how it runs the queries.
func TestLatestScansNoTable(t *testing.T) {
	path := filepath.Join(fastDir(t), "plan.db")
	generate(t, path, 100)
	s := openFile(t, path, options)
	err := s.readers.read(t.Context(), func(q querier) error {
		r := &recorder{querier: q}
		if _, err := latest(t.Context(), r, 5); err != nil {
			return err
		}
		if len(r.asked) != len(latestKinds) {
			t.Errorf("%d queries were seen", len(r.asked))
		}
		for _, a := range r.asked {
			plan, err := collect(t.Context(), q, func(r *sql.Rows) (detail string, err error) {
				var id, parent, unused int
				err = r.Scan(&id, &parent, &unused, &detail)
				return detail, err
			}, `EXPLAIN QUERY PLAN `+a.query, a.args...)
			if all := strings.Join(plan, "; "); err != nil || strings.Contains(all, "SCAN") || strings.Contains(all, "TEMP B-TREE") {
				t.Errorf("%s\n\t%s, %v", a.query, all, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
