package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"warroom/data"
)

func filter(t tester, text string) *data.Filter {
	t.Helper()
	return filterOf(t, text, at)
}

func filterOf(t tester, text string, now time.Time) *data.Filter {
	t.Helper()
	f, err := data.ParseFilter(data.KindAction, text, now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// someTerms are terms of filters of which a random test puts some together:
// every test there is, with values that manyTexts has and has not.
var someTerms = []string{
	"is:late", "is:open", "is:done", "is:dropped", "is:all", "is:blocked,doing", "is:mine", "is:unassigned", "is:waiting", "is:ask",
	"state:done,open", "state:blocked", "state:unknown", "stream:support,authorities", "priority:P0,unknown", "priority:P1",
	"owner:ben", "owner:as", "owner:unknown,cas", `owner:"bén o'"`, "owner:ünï", "owner:日本", "owner:*", "owner:[x]", "owner:?",
	"due:<2d", "due:<0m", "due:>1h", "due:today", "due:tomorrow", "due:2024-08-15", "due:<2024-08-15", "due:>=2024-08-15", "due:2024-08", "due:unknown",
	"due:>2024-08-14", "due:<=2024-08-14", "due:2024-08-15T09:00:00Z", "due:<2024-08-15T00:00:00Z", "due:-1h", "due:<today,unknown",
	"updated:<2h", "updated:>1d", "updated:today", "made:<1m", "made_by:ana", "updated_by:nobody",
	"send", "NOTICES", "not", "quoted", "otic", `"s ""quo"`, `"send 100%"`, "x.exam", "o'h", "K and", "\u212a", "ångstr", "вода", "日本", `"日本 日"`, "ack\\s", "a-1 otic",
	"title:ünï", "detail:send", "detail:日本", "title:otic", "link:exam", "to:ben title:not", "of", "%", `"f "`, "100%", "a_b", `"it's"`, "ünï", "ÜNÏ", "ﬀ", "K", "日", "a-1", "A-12", "-3", "7", "supp", "id:3,4,5", "id:A-99",
	"title:send", `detail:\`, "detail:unknown", "waits_for:x", "to:unknown", "to:ben", "kind:ask", "answer:unknown", "link:http",
}

// manyTexts records actions of all sorts, with texts that SQL might read in its
// own way.
func manyTexts(t *testing.T, s *Store, c chooser, n int) {
	t.Helper()
	texts := []string{"Send notices", "SEND 100% of it", "a_b", "axb", "it's \"quoted\"", "Ünï", "ünï", "\u212a and k", "\u212bngström", "Ångström", "в\u1c82да", "Вода", "日本 日", "back\\slash", "*[x]?", "0", "~"}
	names := []string{"", "", "Ben", "ben o'", "Bén O'Hara", "Cas", "Las Vegas", "Vegas, As", "Ünï 日本", "小日本", "*", "[x]", "ana"}
	dues := []string{"", "2024-08-14", "2024-08-15", "2024-08", "2024-07", "~2024-08-15", "2024-08-15T00:00:00Z", "2024-08-15T08:59:59Z", "2024-08-15T09:00:00Z",
		"2024-08-15T09:00:01Z", "2024-08-15T10:00:00Z", "2024-08-16T00:00:00Z", "2024-08-17"}
	var offers []Offer
	for i := range n {
		kv := []string{"title", pick(c, texts), "stream", pick(c, data.StreamKeys), "owner", pick(c, names), "due", pick(c, dues),
			"priority", pick(c, []string{"", "P0", "P1", "P2"}), "state", string(pick(c, data.ActionStates)),
			"detail", pick(c, append(texts, "", "")), "waits_for", pick(c, []string{"", "x"}), "link", pick(c, []string{"", "http://x.example"})}
		if c.below(3) == 0 {
			kv = append(kv, "kind", "ask", "to", pick(c, names), "answer", pick(c, []string{"", "a_b"}))
		}
		o := offer(action(kv...))
		o.At = at.Add(-time.Duration(c.below(4)*i) * time.Hour)
		offers = append(offers, o)
	}
	if _, err := s.Record(t.Context(), offers...); err != nil {
		t.Fatal(err)
	}
}

func aQuery(t tester, c chooser) data.ActionQuery {
	var terms []string
	for range c.below(4) {
		terms = append(terms, pick(c, []string{"", "", "", "not:"})+pick(c, someTerms))
	}
	return data.ActionQuery{Filter: filter(t, strings.Join(terms, " ")), Sort: pick(c, append(data.FilterKeys(data.KindAction), "", "", "", "")),
		Down: c.below(2) == 0, All: c.below(5) == 0, Now: at.Add(time.Duration(c.below(3)) * time.Second / 2), Me: pick(c, []data.Actor{"", "ben", "ÜNÏ 日本"})}
}

// wanted is the list that q asks for, read in full and sorted.
func wantedBy(q data.ActionQuery, actions []*data.Action) []*data.Action {
	list := slices.DeleteFunc(slices.Clone(actions), func(a *data.Action) bool { return !q.Match(a) })
	slices.SortFunc(list, q.Compare)
	return list
}

// TestWindowsAreWhatTheFilterMeans compares windows that SQL finds with a plain
// match and sort of everything.
func TestWindowsAreWhatTheFilterMeans(t *testing.T) {
	ctx := t.Context()
	s := openFile(t, fileIn(t, fastDir(t)), options)
	c := newSeeded(5)
	manyTexts(t, s, c, 150)
	actions := all[*data.Action](t, s, data.KindAction)
	met := map[int]int{}
	for range unlessRace(3_000, 200) {
		q := aQuery(t, c)
		list := wantedBy(q, actions)
		met[min(len(list), 3)]++
		n, err := viewed(s).CountActions(ctx, q)
		if err != nil || n != len(list) {
			t.Fatalf("%q: %d counted, %v; want %d", q.Filter, n, err, len(list))
		}
		on, before, limit := data.Ref(""), c.below(12)-1, 1+c.below(30)
		from := 0
		switch c.below(4) {
		case 0:
			limit = -limit
			from = max(0, len(list)+limit)
		case 1, 2:
			a := pick(c, actions) // wanted or not
			on = a.Ref
			i, found := slices.BinarySearchFunc(list, a, q.Compare)
			if !found {
				list = slices.Insert(list, i, a)
			}
			from = max(0, i-min(max(before, 0), limit-1))
		}
		w, err := viewed(s).Actions(ctx, q, on, before, limit)
		if err != nil {
			t.Fatalf("%q: %v", q.Filter, err)
		}
		want := list[from:min(from+max(limit, -limit), len(list))]
		if !slices.Equal(refs(w.Rows), refs(want)) {
			t.Fatalf("%q by %q, down %v, on %q, %d before, %d in all:\n got %v\nwant %v", q.Filter, q.Sort, q.Down, on, before, limit, refs(w.Rows), refs(want))
		}
		if w.Above != (from > 0) || w.Below != (from+len(want) < len(list)) {
			t.Fatalf("%q by %q on %q: above %v, below %v; from %d, %d of %d", q.Filter, q.Sort, on, w.Above, w.Below, from, len(want), len(list))
		}
		if w.Total >= 0 && w.Total != len(list) || w.Offset >= 0 && w.Offset != from || w.Offset < 0 && !w.Above || w.Total < 0 && !w.Above && !w.Below {
			t.Fatalf("%q by %q on %q: from %d of %d; want from %d of %d", q.Filter, q.Sort, on, w.Offset, w.Total, from, len(list))
		}
	}
	for n := range 4 {
		if met[n] < unlessRace(20, 1) {
			t.Errorf("only %d lists of length %d: this proves little", met[n], n)
		}
	}
}

// TestPagesOfAFilter walks through filtered lists page by page, both ways, and
// meets every action once. The lists are longer than what is looked at in one
// step.
func TestPagesOfAFilter(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(fastDir(t), "pages.db")
	generate(t, path, unlessRace(7_500, 500))
	s := openFile(t, path, options)
	actions := all[*data.Action](t, s, data.KindAction)
	for _, tt := range []struct {
		filter, sort string
		down         bool
	}{
		{"nobody", "", false},
		{"is:all", "", false},
		{"owner:person-03", "", false},
		{"is:all not:ﬀ", "", false},
		{"is:all not:ﬀ", "owner", true},
		{"priority:P0,P1 state:blocked,done", "due", true},
		{"is:done", "stream", false},
		{"is:all id:77", "title", false},
		{"zebra", "", false},
	} {
		q := data.ActionQuery{Filter: filter(t, tt.filter), Sort: tt.sort, Down: tt.down, Now: at}
		want := refs(wantedBy(q, actions))
		const page = 1_500
		var got []string
		for on, first := data.Ref(""), true; ; first = false {
			w, err := viewed(s).Actions(ctx, q, on, 0, page)
			if err != nil {
				t.Fatal(err)
			}
			if len(w.Rows) == 0 {
				break
			}
			rows := w.Rows
			if !first {
				rows = rows[1:]
			}
			got = append(got, refs(rows)...)
			if !w.Below {
				break
			}
			on = w.Rows[len(w.Rows)-1].Ref
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q by %q: %d actions from the top, want %d", tt.filter, tt.sort, len(got), len(want))
		}
		w, err := viewed(s).Actions(ctx, q, "", 0, -3_000)
		if err != nil {
			t.Fatal(err)
		}
		if last := want[max(0, len(want)-3_000):]; !slices.Equal(refs(w.Rows), last) || w.Above != (len(want) > 3_000) || w.Below {
			t.Errorf("%q by %q: %d actions at the end, want %d", tt.filter, tt.sort, len(w.Rows), len(last))
		}
	}
}

// What SQL finds is matched again: where it knows nothing of a filter, the list is
// the same.
func TestRowsAreMatchedAgain(t *testing.T) {
	s := openFile(t, fileIn(t, fastDir(t)), options)
	c := newSeeded(8)
	manyTexts(t, s, c, 120)
	actions := all[*data.Action](t, s, data.KindAction)
	err := s.readers.read(t.Context(), func(tx querier) error {
		for range unlessRace(200, 40) {
			q := aQuery(t, c)
			f := newFinder(tx, q)
			f.want, f.near, f.exact, f.words = cond(`1`), cond(`1`), false, nil
			n, up := 1+c.below(20), c.below(2) == 0
			got, err := f.walk(t.Context(), nil, up, n)
			if err != nil {
				return err
			}
			want := wantedBy(q, actions)
			if up {
				slices.Reverse(want)
			}
			if want = want[:min(n, len(want))]; !slices.Equal(refs(got), refs(want)) {
				t.Fatalf("%q by %q, up %v: %v, want %v", q.Filter, q.Sort, up, refs(got), refs(want))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A query without a filter is the list of open actions, counts and all.
func TestPlainQueryIsTheOpenActions(t *testing.T) {
	s := openFile(t, fileIn(t, fastDir(t)), options)
	manyActions(t, s, newSeeded(3), 60)
	for _, on := range []data.Ref{"", "A-7", "A-999"} {
		want, err := viewed(s).OpenActions(t.Context(), on, 3, 10)
		if err != nil {
			t.Fatal(err)
		}
		got, err := viewed(s).Actions(t.Context(), data.ActionQuery{Filter: filter(t, " "), Now: at}, on, 3, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got.Total != want.Total || got.Offset != want.Offset || got.Above != want.Above || got.Below != want.Below || !slices.Equal(refs(got.Rows), refs(want.Rows)) {
			t.Errorf("on %q: %+v, want %+v", on, got, want)
		}
	}
	list := worst(all[*data.Action](t, s, data.KindAction))
	if n, err := viewed(s).CountActions(t.Context(), data.ActionQuery{}); err != nil || n != len(list) {
		t.Errorf("%d open actions, %v; want %d", n, err, len(list))
	}
	for i := range list {
		for _, size := range [][2]int{{0, 1}, {3, 7}, {0, len(list)}, {len(list), len(list) + 1}} {
			w, err := viewed(s).OpenActions(t.Context(), list[i].Ref, size[0], size[1])
			if err != nil {
				t.Fatal(err)
			}
			if w.Above != (w.Offset > 0) || w.Below != (w.Offset+len(w.Rows) < w.Total) {
				t.Fatalf("around %s: above %v, below %v: from %d, %d of %d", list[i].Ref, w.Above, w.Below, w.Offset, len(w.Rows), w.Total)
			}
		}
	}
}

// What people write in a filter is bound, and leaves no statement behind.
func TestFilterIsBound(t *testing.T) {
	ctx := t.Context()
	s := newStore(t, action())
	err := s.readers.read(ctx, func(q querier) error {
		c := q.(*conn)
		kept := len(c.stmts)
		for _, text := range []string{`"x' OR 1=1 --"`, `owner:"' OR '1'='1"`, `title:"\"";DROP"`, `not:owner:"%"`, "is:mine"} {
			f, err := data.ParseFilter(data.KindAction, text, at)
			if err != nil {
				continue
			}
			want := compile(f.Cond(), data.ActionQuery{Filter: f, Now: at, Me: "' OR 1"})
			if strings.Contains(want.sql, "OR 1=1") || strings.Contains(want.sql, "DROP") || strings.Count(want.sql, "?") != len(want.args) {
				t.Errorf("%s: %s %q", text, want.sql, want.args)
			}
			w, err := findActions(ctx, q, data.ActionQuery{Filter: f, Now: at, Me: "' OR 1"}, "", 0, 9)
			if err != nil {
				return err
			}
			if found := strings.HasPrefix(text, "not:"); (len(w.Rows) == 1) != found {
				t.Errorf("%s finds %v", text, refs(w.Rows))
			}
		}
		if len(c.stmts) != kept {
			t.Errorf("%d statements were kept", len(c.stmts)-kept)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A character stands for all that data.Fold takes for the same, and no other.
func TestCasesAreWhatFoldSays(t *testing.T) {
	same := map[string][]rune{}
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) {
			same[data.Fold(string(r))] = append(same[data.Fold(string(r))], r)
		}
	}
	for folded, want := range same {
		r, _ := utf8.DecodeRuneInString(folded)
		got := cases(r)
		if slices.Sort(got); r < utf8.RuneSelf || !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", folded, got, want)
		}
	}
}

// Whether a list is found by the index, by its words or by reading the table, it is
// the same.
func TestEveryWayFindsTheSame(t *testing.T) {
	s := openFile(t, fileIn(t, fastDir(t)), options)
	c := newSeeded(9)
	manyTexts(t, s, c, 120)
	actions := all[*data.Action](t, s, data.KindAction)
	met := map[string]int{}
	err := s.readers.read(t.Context(), func(tx querier) error {
		for range unlessRace(1_500, 150) {
			q := aQuery(t, c)
			r := &recorder{querier: tx}
			f := newFinder(r, q)
			f.rows, f.places = pick(c, []int{1, 10, 1_000}), pick(c, []int{1, 10, 1_000})
			want := wantedBy(q, actions)
			n, up := 1+c.below(20), c.below(2) == 0
			if up {
				slices.Reverse(want)
			}
			var after *data.Action
			if c.below(2) == 0 {
				after = pick(c, actions)
				f.from = after
				i := slices.IndexFunc(want, func(a *data.Action) bool { d := q.Compare(a, after); return !up && d > 0 || up && d < 0 })
				if i < 0 {
					i = len(want)
				}
				want = want[i:]
			}
			got, err := f.walk(t.Context(), after, up, n)
			if err != nil {
				return err
			}
			if want = want[:min(n, len(want))]; !slices.Equal(refs(got), refs(want)) {
				t.Fatalf("%q by %q, up %v, from %v, %d rows, %d places: %v, want %v", q.Filter, q.Sort, up, after, f.rows, f.places, refs(got), refs(want))
			}
			for _, a := range r.asked {
				switch {
				case strings.Contains(a.query, "json_each"):
					met["by number"]++
				case strings.Contains(a.query, "search"):
					met["by words"]++
				case strings.Contains(a.query, "NOT INDEXED"):
					met["by the table"]++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"by number", "by words", "by the table"} {
		if met[way] < unlessRace(100, 5) {
			t.Errorf("only %d were found %s: this proves little", met[way], way)
		}
	}
}

// The index of texts finds a character wherever data.Fold takes it for the one
// that is looked for, of all that findable lets through.
func TestFindableIsFound(t *testing.T) {
	db := openDB("file::memory:")
	db.SetMaxOpenConns(1)
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(searchTable); err != nil {
		t.Fatal(err)
	}
	same := map[string][]rune{}
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) {
			same[data.Fold(string(r))] = append(same[data.Fold(string(r))], r)
		}
	}
	n := 0
	for folded, all := range same {
		if len(all) < 2 || !findable("ab"+folded) {
			continue
		}
		n++
		for _, r := range all {
			if _, err := tx.Exec(`INSERT INTO search (rowid, text) VALUES (?, ?)`, int64(r), "xab"+string(r)); err != nil {
				t.Fatal(err)
			}
		}
		found := 0
		if err := tx.QueryRow(`SELECT count(*) FROM search WHERE search MATCH ?`, `"ab`+folded+`"`).Scan(&found); err != nil || found < len(all) {
			t.Errorf("%q finds %d of %q, %v", folded, found, all, err)
		}
	}
	if n < 200 || !findable("ünï") || findable("Ü") || findable("во\u0434а") || !findable("日本") {
		t.Errorf("%d characters with cases can be found: this proves little", n)
	}
}

// What the index of actions can tell, and words that stand in few texts, are found
// without reading the table.
func TestQuickReadsNoTable(t *testing.T) {
	path := filepath.Join(fastDir(t), "quick.db")
	generate(t, path, 1_000)
	s := openFile(t, path, options)
	err := s.readers.read(t.Context(), func(q querier) error {
		for _, text := range []string{"exercise not:is:blocked", "zebra", "is:all zebra", `"action 777 of"`, "is:waiting updated:<1h", "is:all owner:person-03 not:is:late", "is:done",
			"due:>15d", "is:unassigned", "is:mine", "state:blocked priority:P0 stream:support", "title:777", "is:mine updated:<1h", "support zebra"} {
			for _, sort := range []string{"", "owner", "due"} {
				r := &recorder{querier: q}
				for _, on := range []data.Ref{"", "A-500"} {
					if _, err := findActions(t.Context(), r, data.ActionQuery{Filter: filter(t, text), Sort: sort, Now: at, Me: "person-07"}, on, 5, 20); err != nil {
						return err
					}
				}
				if len(r.asked) < 3 {
					t.Errorf("only %d queries were seen", len(r.asked))
				}
				for _, a := range r.asked {
					readsNoTable(t, q, a)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readsNoTable(t *testing.T, q querier, a asked) {
	t.Helper()
	plan, err := collect(context.Background(), q, func(r *sql.Rows) (detail string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, `EXPLAIN QUERY PLAN `+a.query, a.args...)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan {
		if strings.HasPrefix(step, "SCAN t") && !strings.Contains(step, "COVERING INDEX action_list") || strings.HasPrefix(step, "SCAN search_content") {
			t.Errorf("%s\n\t%s", a.query, strings.Join(plan, "\n\t"))
		}
	}
}
