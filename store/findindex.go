package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/data"
)

// How many rows are read one by one at most. To read all of 100,000 takes as long
// as to read some 15,000 by their numbers. What stands in more than fewPlaces of
// 100,000 texts is met often enough among fewRows.
const (
	fewRows   = 3_000
	fewPlaces = 8_000 // of a word
)

// quick finds the next n rows of a part without reading the whole table, or
// reports that it could not.
func (f *finder) quick(ctx context.Context, p part, up bool, n int) (found []*data.Action, done bool, err error) {
	look := func(rows int) error {
		nums, err := f.byIndex(ctx, p, up, rows)
		all := len(nums) < rows
		if err != nil || !all && !p.listed {
			return err
		}
		found, err = f.among(ctx, nums, p, up, n)
		done = all || len(found) == n
		return err
	}
	if p.listed {
		rows := 2 * n
		if f.exact {
			rows = n
		}
		if err = look(rows); err != nil || done {
			return found, done, err
		}
	}
	for _, gather := range []func(context.Context) error{f.search, func(context.Context) error { return look(max(f.rows, 2*n)) }, f.sift} {
		if err := gather(ctx); err != nil || done {
			return found, done, err
		}
		if f.few != nil {
			found, err = f.among(ctx, f.few, p, up, n)
			return found, true, err
		}
	}
	return nil, false, nil
}

// byIndex returns the numbers of up to limit actions that may be asked for, by
// what the index knows of them: the next ones of the part if the index knows its
// order, else any.
func (f *finder) byIndex(ctx context.Context, p part, up bool, limit int) ([]int64, error) {
	where, order := cond(p.half), ``
	if p.listed {
		where, order = p.rows(up), ` ORDER BY `+inOrder(p.cols, up)
	}
	where = both(where, f.near)
	return collect(ctx, f.tx, scanInt, `SELECT t.num FROM action AS t INDEXED BY action_list WHERE `+where.sql+order+` LIMIT ?`, append(where.args, limit)...)
}

// search looks for the words in the index of texts. If they stand in a few actions
// only, it keeps the numbers of these.
func (f *finder) search(ctx context.Context) error {
	if f.words == nil {
		return nil
	}
	words := slices.DeleteFunc(slices.Clone(f.words), tooShort)
	if len(words) == 0 {
		words = f.words // which takes a reading of all texts
	}
	query, args := matching(words)
	f.words = nil
	first := int64(firstPlace(data.SpecOf(data.KindAction)))
	places, err := collect(ctx, f.tx, scanInt, query+` AND rowid > ? AND rowid < ? LIMIT ?`, append(args, first, first+1<<kindBits, f.places)...)
	if err != nil || len(places) == f.places {
		return err
	}
	f.few = make([]int64, len(places))
	for i, at := range places {
		f.few[i] = at - first
	}
	return nil
}

// sift reads the table once for all that is asked for. If these are a few actions
// only, it keeps their numbers.
func (f *finder) sift(ctx context.Context) error {
	if f.sifted || f.exact {
		return nil
	}
	f.sifted = true
	var rows []condition
	for _, p := range f.parts() {
		rows = append(rows, cond(p.where()))
	}
	where := both(either(rows...), f.want)
	nums, err := collect(ctx, f.tx, scanInt, `SELECT t.num FROM action AS t NOT INDEXED WHERE `+where.sql+` LIMIT ?`, append(where.args, f.places)...)
	if err == nil && len(nums) < f.places {
		f.few = append([]int64{}, nums...)
	}
	return err
}

// among finds the next n rows of a part among the actions with these numbers.
func (f *finder) among(ctx context.Context, nums []int64, p part, up bool, n int) ([]*data.Action, error) {
	list, err := json.Marshal(nums)
	if err != nil {
		return nil, err
	}
	return f.read(ctx, `action AS t NOT INDEXED`, both(cond(`t.num IN (SELECT value FROM json_each(?))`, string(list)), p.rows(up), f.want), inOrder(p.cols, up), n)
}

// scan finds the next n rows of what is left of the list in the whole table.
func (f *finder) scan(ctx context.Context, parts []part, up bool, n int) ([]*data.Action, error) {
	rows := make([]condition, len(parts))
	cols := parts[0].cols
	for i, p := range parts {
		rows[i] = p.rows(up)
		if len(p.cols) > len(cols) { // the others have nothing to tell their rows apart by
			cols = p.cols
		}
	}
	by := inOrder(cols, up)
	if len(parts) > 1 {
		by = `NOT (` + parts[0].where() + `), ` + by
	}
	return f.read(ctx, `action AS t NOT INDEXED`, both(either(rows...), f.want), by, n)
}

// read reads up to n rows.
func (f *finder) read(ctx context.Context, from string, where condition, order string, n int) ([]*data.Action, error) {
	return entities[*data.Action](ctx, f.tx, data.KindAction,
		`WHERE t.num IN (SELECT t.num FROM `+from+` WHERE `+where.sql+` ORDER BY `+order+` LIMIT ?) ORDER BY `+order, append(where.args, n)...)
}

// near returns what of a filter the index of actions can tell: a condition that
// holds wherever the filter does.
func near(c data.Cond, q data.ActionQuery) condition {
	parts := func() (all []condition) {
		for _, d := range c.Of {
			all = append(all, near(d, q))
		}
		return all
	}
	switch {
	case listed(c):
		return compile(c, q)
	case c.Test == data.CondAll:
		return both(parts()...)
	case c.Test == data.CondAny:
		return either(parts()...)
	case c.Test == data.CondTime && c.Field == "due":
		from, to := c.Span(q.Now)
		return both(cond(`t.due_key < '~'`), limits(from, to, time.Second, time.RFC3339, `t.due_key >= ?`, `t.due_key <= ?`))
	}
	return cond(`1`)
}

// listed reports whether the index of actions can tell all of a condition.
func listed(c data.Cond) bool {
	switch c.Test {
	case data.CondAll, data.CondAny, data.CondNot:
		return !slices.ContainsFunc(c.Of, func(d data.Cond) bool { return !listed(d) })
	case data.CondIs, data.CondUnknown, data.CondHas, data.CondBegins, data.CondTime:
		return slices.Contains(listColumns, column(c.Field))
	}
	return c.Test == data.CondLate || c.Test == data.CondMine || c.Test == data.CondID
}

// wordsOf returns what must stand in the texts of all actions that a filter wants,
// of what the index of texts can find.
func wordsOf(c data.Cond) (words []string) {
	switch c.Test {
	case data.CondAll:
		for _, d := range c.Of {
			words = append(words, wordsOf(d)...)
		}
		return words
	case data.CondText:
		// The name of a workstream is none of the texts.
		if slices.ContainsFunc(data.StreamKeys, func(key string) bool { return strings.Contains(key, c.Value) }) {
			return nil
		}
	case data.CondHas, data.CondBegins:
		if f := data.SpecOf(data.KindAction).Field(c.Field); f == nil || f.Type != data.LineType && f.Type != data.TextType && f.Type != data.NameType {
			return nil
		}
	default:
		return nil
	}
	if !findable(c.Value) {
		return nil
	}
	return []string{c.Value}
}

// findable reports whether a search finds all that data.Fold takes for the same
// as word. The index of texts knows the case of fewer letters than Fold does, and
// for words that are too short for it only that of ASCII letters is known.
func findable(word string) bool {
	short := tooShort(word)
	return !strings.ContainsFunc(word, func(r rune) bool {
		same := cases(r)
		return r >= utf8.RuneSelf && len(same) > 1 && (short || slices.ContainsFunc(same, oddCase))
	})
}

// oddCase reports whether a character is of those of which some have cases that
// the index of texts does not know.
func oddCase(r rune) bool { return r >= 0x250 && (r < 0x1e00 || r >= 0x2130) }

// tooShort reports whether a word has no trigram.
func tooShort(word string) bool { return utf8.RuneCountInString(word) < 3 }
