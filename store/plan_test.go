package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"warroom/data"
	"warroom/data/clock"
)

// A recorder is a querier that remembers what it is asked.
type recorder struct {
	querier
	asked []asked
}

type asked struct {
	query string
	args  []any
}

func (r *recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.asked = append(r.asked, asked{query, args})
	return r.querier.QueryContext(ctx, query, args...)
}

// TestFirstScreenScansNoTable asks SQLite how it runs each query of the first
// screen: by key or by index, never by reading a table from its beginning.
func TestFirstScreenScansNoTable(t *testing.T) {
	path := filepath.Join(fastDir(t), "plan.db")
	generate(t, path, 1_000)
	s := openFile(t, path, options)
	record(t, s, claim("cell", "all/all", "unit", "people", "best", "10"), made(data.KindQuestion, "text", "How many?"),
		data.Made{Of: data.KindRegion, Key: "europe", Fields: pairs([]string{"name", "Europe"})}, made(data.KindNotice, "region", "europe", "channel", "email", "sent", "5"),
		made(data.KindFact, "topic", "who", "text", "They"), made(data.KindRisk, "text", "Fraud"), made(data.KindNote, "text", "Noted"))
	ctx := t.Context()
	err := s.readers.read(ctx, func(q querier) error {
		r := &recorder{querier: q}
		if err := fillOverview(ctx, r, &data.Overview{At: clock.Now()}); err != nil {
			return err
		}
		for _, on := range []data.Ref{"", "A-500", "A-1"} {
			if _, err := openActions(ctx, r, on, 120, 240); err != nil {
				return err
			}
		}
		if len(r.asked) < 20 {
			t.Errorf("only %d queries were seen", len(r.asked))
		}
		noScan(t, q, r.asked)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// noScan fails the test if a query reads a table from its beginning.
func noScan(t *testing.T, q querier, all []asked) {
	t.Helper()
	for _, a := range all {
		plan, err := collect(context.Background(), q, func(r *sql.Rows) (detail string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, `EXPLAIN QUERY PLAN `+a.query, a.args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range plan {
			if strings.Contains(step, "SCAN") || strings.Contains(step, "TEMP B-TREE FOR ORDER BY") {
				t.Errorf("%s\n\t%s", a.query, step)
			}
		}
	}
}
