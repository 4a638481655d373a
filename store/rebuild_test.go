package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// oneOfEach makes an item of each kind, and a second action, and changes some.
func oneOfEach(t tester, dir string) string {
	t.Helper()
	keyed := func(k data.Kind, key string) data.Made {
		return data.Made{Of: k, Key: key, Fields: pairs([]string{"name", key})}
	}
	return fileIn(t, dir,
		made(data.KindSource, "title", "Press release"),
		keyed(data.KindRegion, "europe"), keyed(data.KindCategory, "names"), keyed(data.KindWorkstream, "support"),
		made(data.KindFact, "topic", "who", "text", "A supplier", "source", "S-1"),
		action("owner", "Ben", "due", "2024-08-16", "priority", "P1"), action(),
		claim("cell", "europe/all"), claim("low", "10"), claim("standing", "confirmed", "best", "7"),
		made(data.KindNotice, "region", "europe", "channel", "email", "sent", "9"),
		made(data.KindNotice, "region", "europe", "channel", "email", "sent", "10", "as_of", "2024-08-10"),
		made(data.KindDelivery, "title", "List of customers"),
		made(data.KindDecision, "text", "Tell the press"),
		made(data.KindNote, "text", "Call at nine", "private", "true"),
		made(data.KindQuestion, "text", "How many?"),
		made(data.KindRisk, "text", "Phishing"),
		made(data.KindLesson, "text", "Rotate keys"),
		change("A-1", "state", "open", "blocked"),
	)
}

// rebuilt writes the tables of a file anew, and keeps no copy.
func rebuilt(t tester, s *Store) error {
	t.Helper()
	return s.writeTables(context.Background(), func() error { return nil })
}

// everything is all that a store tells of its items, as text.
func everything(t tester, s *Store) []string {
	t.Helper()
	var all []string
	for _, spec := range data.Specs() {
		list, err := viewed(s).List(context.Background(), spec.Kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			all = append(all, fmt.Sprintf("%+v", reflect.ValueOf(e).Elem()))
		}
	}
	claims, err := viewed(s).Figures(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims {
		all = append(all, fmt.Sprintf("figure %s %s: %s", c.Cell, c.Unit, c.Ref))
	}
	counts, err := standing(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range counts {
		all = append(all, fmt.Sprintf("notified %s: %s", n.Name(), n.Ref))
	}
	return all
}

// columns returns the columns of a table and which of them hold numbers.
func columns(t tester, db *sql.DB, table string) map[string]bool {
	t.Helper()
	cols := map[string]bool{}
	_, err := collect(context.Background(), db, func(r *sql.Rows) (none struct{}, err error) {
		var name, typ string
		err = r.Scan(&name, &typ)
		cols[name] = typ == "INTEGER"
		return none, err
	}, `SELECT name, type FROM pragma_table_info(?)`, table)
	if err != nil {
		t.Fatal(err)
	}
	return cols
}

// Every column of every table is changed; every row is deleted; rows are added.
// Verify names the table, and Rebuild repairs it.
func TestVerifyNamesAnAlteredTable(t *testing.T) {
	path := oneOfEach(t, t.TempDir())
	good := filepath.Join(t.TempDir(), "good.db")
	copyFile(t, path, good)
	want := everything(t, openFile(t, good, options))

	keys := map[string]string{"tally": "key", "figure": "cell", "notified": "region"}
	for _, tab := range tables {
		keys[string(tab.spec.Kind)] = tab.cols[0]
	}
	s := openFile(t, path, options)
	db := openDB("file:" + path + "?mode=rw&_pragma=busy_timeout(5000)")
	defer db.Close()
	altered := 0
	lost := 0
	alter := func(t *testing.T, table, q string) {
		t.Helper()
		r, err := db.Exec(q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("%s: nothing to alter", q)
		}
		altered++
		_, err = s.Verify(t.Context())
		if strings.Contains(q, `"num" = num + 7`) || strings.Contains(q, "INSERT INTO action") || strings.Contains(q, "INSERT INTO region") {
			lost++ // an item more than the log makes: the log may have made it once
			mentions(t, err, data.BadFile, "damaged: the end of the log may be cut: the tables know of ", ", which no event makes")
		} else {
			mentions(t, err, data.BadFile, "damaged: table "+table+" was altered behind the log's back, at ", "; the log itself is whole")
			if want := "warroom verify --rebuild writes the tables anew from the log"; data.HintOf(err) != want {
				t.Errorf("hint %q, want %q", data.HintOf(err), want)
			}
		}
		if err := rebuilt(t, s); err != nil {
			t.Fatal(err)
		}
		whole(t, s)
	}
	for table, key := range keys {
		t.Run(table, func(t *testing.T) {
			cols := columns(t, db, table)
			first := fmt.Sprintf(` WHERE %s = (SELECT min(%s) FROM %s)`, key, key, table)
			for i, col := range slices.Sorted(maps.Keys(cols)) {
				if i%unlessRace(1, 6) > 0 {
					continue
				}
				to := fmt.Sprintf(`ifnull(%q, '') || 'x'`, col)
				if cols[col] {
					to = fmt.Sprintf(`1 - ifnull(%q, 0)`, col)
				}
				if col == "num" {
					to = `num + 7`
				}
				if table == "tally" && col == "n" {
					to = "n + 1"
				}
				alter(t, table, fmt.Sprintf(`UPDATE %s SET %q = %s`, table, col, to)+first)
			}
			alter(t, table, `DELETE FROM `+table+first)
			alter(t, table, `DELETE FROM `+table)
		})
	}
	for _, tt := range []struct{ table, q string }{
		{"action", `INSERT INTO action SELECT * FROM (SELECT 99, title, kind, stream, owner, priority, state, due, waits_for, "to", they_promised, answer, link, detail, made_at, made_by, made_seq, changed_at, changed_by, changed_seq, due_key, priority_key, open FROM action WHERE num = 1)`},
		{"region", `INSERT INTO region SELECT 'asia', name, notices, note, notices_due, made_at, made_by, made_seq, changed_at, changed_by, changed_seq FROM region`},
		{"tally", `INSERT INTO tally VALUES ('action/lost', 1)`},
		{"figure", `INSERT INTO figure VALUES ('asia/all', 'people', 1)`},
	} {
		t.Run("a row added to "+tt.table, func(t *testing.T) { alter(t, tt.table, tt.q) })
	}
	if lost == 0 {
		t.Error("no alteration adds an item")
	}
	t.Logf("%d alterations, all found and repaired", altered)
	if got := everything(t, s); !slices.Equal(got, want) {
		t.Errorf("after all repairs:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An altered table does not keep a file from being opened and repaired.
func TestRebuildRepairsTheIncident(t *testing.T) {
	for _, q := range []string{`UPDATE incident SET uid = NULL`, `DELETE FROM incident`, `UPDATE incident SET made_at = 'yesterday'`} {
		path := behindTheBack(t, oneOfEach(t, t.TempDir()), q)
		s := openFile(t, path, options)
		_, err := s.Verify(t.Context())
		mentions(t, err, data.BadFile, "table incident was altered")
		if err := rebuilt(t, s); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		whole(t, s)
		record(t, s, change("incident", "title", "Breach", "The breach"))
		whole(t, s)
	}
}

// Rebuild proves the log before it writes anything from it.
func TestRebuildRefusesADamagedLog(t *testing.T) {
	path := behindTheBack(t, oneOfEach(t, t.TempDir()), `UPDATE event SET "by" = 'eve' WHERE seq = 7`, `DELETE FROM note`)
	s := openFile(t, path, options)
	refusal(t, rebuilt(t, s), data.BadFile, "damaged: event 7 is not what was recorded")
	if notes, err := viewed(s).List(t.Context(), data.KindNote); err != nil || len(notes) > 0 {
		t.Errorf("notes were rebuilt from a damaged log: %v, %v", notes, err)
	}
}

// What a rebuild writes and what recording wrote are the same, row by row.
func TestRebuildWritesWhatRecordingWrote(t *testing.T) {
	path := oneOfEach(t, t.TempDir())
	s := openFile(t, path, options)
	db := openDB("file:" + path + "?mode=rw")
	defer db.Close()
	before := dump(t, db)
	if err := rebuilt(t, s); err != nil {
		t.Fatal(err)
	}
	after := dump(t, db)
	for table := range before {
		if !slices.Equal(before[table], after[table]) {
			t.Errorf("%s:\n%s\nrebuilt:\n%s", table, strings.Join(before[table], "\n"), strings.Join(after[table], "\n"))
		}
	}
}

// dump returns every row of every table as text.
func dump(t tester, db querier) map[string][]string {
	t.Helper()
	names := []string{"event", "tally", "figure", "notified", "search_content"}
	for _, tab := range tables {
		names = append(names, string(tab.spec.Kind))
	}
	all := map[string][]string{}
	for _, table := range names {
		rows, err := collect(context.Background(), db, func(r *sql.Rows) (string, error) {
			cols, err := r.Columns()
			if err != nil {
				return "", err
			}
			vals, into := make([]any, len(cols)), make([]any, len(cols))
			for i := range vals {
				into[i] = &vals[i]
			}
			err = r.Scan(into...)
			return fmt.Sprintf("%q", vals), err
		}, `SELECT * FROM `+table+` ORDER BY 1, 2`)
		if err != nil {
			t.Fatal(err)
		}
		all[table] = rows
	}
	return all
}
