package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"warroom/data"
)

// A place is where an item's texts stand in the table search: its rowid, which
// is the place of its kind in [data.Specs], and its number or, of kinds that
// have keys, the place of its key, from 1. Both orders are part of the schema.
type place int64

// kindBits is how far the place of a kind is shifted: no kind has more items
// than that leaves room for.
const kindBits = 40

// placeOf returns the place of an item.
func placeOf(ref data.Ref) place {
	spec := ref.Spec()
	n := ref.Number()
	if !spec.Numbered() {
		n = int64(slices.Index(spec.Keys, string(ref))) + 1
	}
	if ref == data.IncidentRef {
		n = 1
	}
	return firstPlace(spec) + place(n)
}

// firstPlace returns the place before all items of a kind.
func firstPlace(spec *data.Spec) place {
	return place(slices.Index(data.Specs(), spec)) << kindBits
}

// ref returns the item at a place, "" if there can be none.
func (p place) ref() data.Ref {
	kind, n := int(p>>kindBits), int64(p&(1<<kindBits-1))
	if kind >= len(data.Specs()) || kind < 0 || n < 1 {
		return ""
	}
	spec := data.Specs()[kind]
	switch {
	case spec.Numbered():
		return spec.RefOf(n)
	case spec.Kind == data.KindIncident && n == 1:
		return data.IncidentRef
	case n <= int64(len(spec.Keys)):
		return data.Ref(spec.Keys[n-1])
	}
	return ""
}

// projectText writes the texts of an item to the table search, if they changed.
func projectText(before, now data.Entity, exec func(query string, args ...any) error) error {
	text := data.Texts(now)
	at := int64(placeOf(now.Info().Ref))
	if before == nil {
		return exec(`INSERT INTO search (rowid, text) VALUES (?, ?)`, at, text)
	}
	if text == data.Texts(before) {
		return nil
	}
	return exec(`UPDATE search SET text = ? WHERE rowid = ?`, text, at)
}

// forgetTexts makes the index of the table search anew from its texts. Until
// then it remembers texts that were there before.
const forgetTexts = `INSERT INTO search (search) VALUES ('rebuild')`

// compareTexts compares the texts in the table search with those of the items.
// That its index is right is for SQLite's integrity check to say, by a sum over
// all entries in which two equal faults cancel out.
func compareTexts(ctx context.Context, q querier, state *data.State) error {
	want := map[place]string{}
	for _, e := range state.All() {
		want[placeOf(e.Info().Ref)] = data.Texts(e)
	}
	_, err := collect(ctx, q, func(r *sql.Rows) (none struct{}, err error) {
		var at place
		var text sql.NullString
		if err := r.Scan(&at, &text); err != nil {
			return none, altered("search", "a text")
		}
		if w, ok := want[at]; !ok || !text.Valid || w != text.String {
			return none, altered("search", cmp.Or(string(at.ref()), "no item"))
		}
		delete(want, at)
		return none, nil
	}, `SELECT id, c0 FROM search_content ORDER BY id`)
	if err != nil {
		return err
	}
	for _, at := range slices.Sorted(maps.Keys(want)) {
		return altered("search", string(at.ref()))
	}
	config, err := collect(ctx, q, scanString, `SELECT k || ' ' || v FROM search_config`)
	if err == nil && !slices.Equal(config, []string{"version 4"}) {
		return altered("search", "its settings")
	}
	return err
}

// Search finds the items in whose texts all words of text stand, as parts of
// words too and without regard to case: up to limit of them. The item whose id
// the text is comes first, then what is open or stands before what is closed,
// then what was made later. Nothing in text has a meaning of its own.
func (v *View) Search(ctx context.Context, text string, limit int) (found []data.Found, err error) {
	words := data.SearchWords(text)
	if len(words) == 0 || limit < 1 {
		return nil, data.Refuse("a search needs a word")
	}
	err = v.readTx(ctx, func(q querier) error {
		for ask := limit; ; ask *= 4 { // what is not for this person may be in the way
			all, more, err := search(ctx, q, text, words, ask)
			if err != nil || !more || len(all) >= limit {
				found = all[:min(limit, len(all))]
				return err
			}
		}
	})
	return found, err
}

// Items returns how many items there are that this person may read: how many a search
// looks at.
func (v *View) Items(ctx context.Context) (n int64, err error) {
	err = v.readTx(ctx, func(q querier) error {
		counts, err := itemCounts(ctx, q)
		for kind, c := range counts {
			if v, ok := q.(veiled); ok && err == nil {
				c, err = v.items(ctx, data.SpecOf(kind))
			}
			n += c
		}
		return err
	})
	return n, err
}

// itemCounts returns how many items there are of each kind.
func itemCounts(ctx context.Context, q querier) (map[data.Kind]int64, error) {
	counts := map[data.Kind]int64{}
	_, err := collect(ctx, q, func(r *sql.Rows) (none struct{}, err error) {
		var key string
		var n int64
		err = r.Scan(&key, &n)
		counts[data.Kind(strings.TrimPrefix(key, data.TallyMade))] = n
		return none, err
	}, `SELECT key, n FROM tally WHERE key > ? AND key < ?`, data.TallyMade, data.TallyMade+"~")
	return counts, err
}

// search returns up to limit finds, and whether there may be more of them.
func search(ctx context.Context, q querier, text string, words []string, limit int) (found []data.Found, more bool, err error) {
	type hit struct {
		data.Found
		exact bool
		made  int64
	}
	exact, _ := data.ParseRef(strings.TrimSpace(text))
	var hits []hit
	counts, err := itemCounts(ctx, q)
	if err != nil {
		return nil, false, err
	}
	for _, spec := range data.Specs() {
		refs, err := matches(ctx, q, spec, counts[spec.Kind], words, limit)
		if err != nil {
			return nil, false, err
		}
		more = more || counts[spec.Kind] > fewItems && len(refs) == limit
		if exact != "" && exact.Spec() == spec && !slices.Contains(refs, exact) {
			refs = append(refs, exact)
		}
		items, err := byRefs(ctx, q, tableOf[spec.Kind], refs)
		if err != nil {
			return nil, false, err
		}
		for _, e := range items {
			m := e.Info()
			note, ok := e.(*data.Note)
			hits = append(hits, hit{data.Found{Ref: m.Ref, Kind: spec.Kind, Name: data.Line(data.FirstLine(e.Name())),
				Line: data.FoundLine(data.Texts(e), words), Private: ok && note.Private, Closed: data.Closed(e)},
				m.Ref == exact, m.MadeSeq})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(yesFirst(a.exact, b.exact), yesFirst(b.Closed, a.Closed), cmp.Compare(b.made, a.made))
	})
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, h.Found)
	}
	return found, more, nil
}

// yesFirst orders what a condition holds for before what it does not hold for.
func yesFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// fewItems is how many items a kind may have for all that match to be read.
const fewItems = 500

// matches returns items of a kind in whose texts all words stand: all of them if
// the kind has few items, else up to limit, the latest first.
func matches(ctx context.Context, q querier, spec *data.Spec, n int64, words []string, limit int) ([]data.Ref, error) {
	if n == 0 {
		return nil, nil
	}
	first := int64(firstPlace(spec))
	query, args := matching(words)
	query, args = query+` AND rowid > ? AND rowid < ?`, append(args, first, first+1<<kindBits)
	// Downwards, the index has to be read from its end.
	if n > fewItems {
		query, args = query+` ORDER BY rowid DESC LIMIT ?`, append(args, limit)
	}
	places, err := collect(ctx, q, scanInt, query, args...)
	if err != nil {
		return nil, err
	}
	var refs []data.Ref
	for _, p := range places {
		if ref := place(p).ref(); ref != "" {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// matching returns the query for the places of texts in which all words stand.
// Words of one or two characters have no trigram: for them the texts are read,
// 40 ms for 100,000.
func matching(words []string) (query string, args []any) {
	var long, likes []any
	ascii := true
	for _, w := range words {
		pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + "%"
		if utf8.RuneCountInString(w) > 2 {
			long = append(long, pattern)
			ascii = ascii && len(w) == utf8.RuneCountInString(w)
		} else {
			likes = append(likes, pattern)
		}
	}
	const like = ` AND %s LIKE ? ESCAPE '\'`
	if likes != nil && ascii { // of other letters LIKE does not know the case
		args = append(likes, long...)
		return `SELECT id FROM search_content WHERE id > 0` + strings.Repeat(fmt.Sprintf(like, "c0"), len(args)), args
	}
	var quoted []string
	for _, w := range words {
		if utf8.RuneCountInString(w) > 2 {
			quoted = append(quoted, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
		}
	}
	args = append([]any{strings.Join(quoted, " ")}, likes...)
	return `SELECT rowid FROM search WHERE search MATCH ?` + strings.Repeat(fmt.Sprintf(like, "text"), len(likes)), args
}

// byRefs reads items of one kind, some at a time, in any order. What is not
// there is left out.
func byRefs(ctx context.Context, q querier, t *table, refs []data.Ref) (all []data.Entity, err error) {
	const some = 16 // always as many, so that the statement is always the same
	where := `WHERE ` + t.cols[0] + ` IN (?` + strings.Repeat(", ?", some-1) + `)`
	for part := range slices.Chunk(refs, some) {
		keys := make([]any, some)
		for i := range keys {
			keys[i] = t.key(part[min(i, len(part)-1)])
		}
		items, err := collect(ctx, q, t.scan, t.pick+where, keys...)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	return all, nil
}
