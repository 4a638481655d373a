package store

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"warroom/data"
)

// A condition is what a filter says, in SQL, of a row t of the table of actions.
// What people wrote is bound, never part of the text.
type condition struct {
	sql  string
	args []any
}

func cond(sql string, args ...any) condition { return condition{sql, args} }

// compile returns a filter's condition in SQL. It means what [data.Cond] means; a
// test holds the two together.
func compile(c data.Cond, q data.ActionQuery) condition {
	switch c.Test {
	case data.CondAll:
		return joined(c.Of, q, `1`, ` AND `)
	case data.CondAny:
		return joined(c.Of, q, `0`, ` OR `)
	case data.CondNot:
		in := compile(c.Of[0], q)
		return cond(`NOT ifnull(`+in.sql+`, 0)`, in.args...)
	case data.CondText:
		return wordCondition(c.Value)
	case data.CondID:
		return cond(`t.num = ?`, data.Ref(c.Value).Number())
	case data.CondLate:
		return cond(`(t.open = 1 AND t.due_key <= ?)`, q.Now.UTC().Format(time.RFC3339))
	case data.CondMine:
		if me := data.Fold(string(q.Me)); me != "" {
			return either(pattern("owner", "", me, ""), pattern("to", "", me, ""))
		}
	case data.CondTime:
		return timeCondition(c, q.Now)
	case data.CondIs:
		return cond(`t."`+column(c.Field)+`" = ?`, c.Value)
	case data.CondUnknown:
		return cond(`t."` + column(c.Field) + `" IS NULL`)
	case data.CondHas:
		return pattern(column(c.Field), `*`, c.Value, `*`)
	case data.CondBegins:
		return beginsCondition(column(c.Field), c.Value)
	}
	return cond(`0`) // of what no action has
}

// joined puts conditions together.
func joined(of []data.Cond, q data.ActionQuery, none, between string) condition {
	if len(of) == 0 {
		return cond(none)
	}
	all := make([]condition, len(of))
	for i, c := range of {
		all[i] = compile(c, q)
	}
	return join(all, between)
}

func join(all []condition, between string) condition {
	var parts []string
	var args []any
	for _, c := range all {
		parts, args = append(parts, c.sql), append(args, c.args...)
	}
	return condition{`(` + strings.Join(parts, between) + `)`, args}
}

func either(all ...condition) condition { return join(all, ` OR `) }
func both(all ...condition) condition   { return join(all, ` AND `) }

// column returns the column of a field, or of what every item has.
func column(key string) string {
	switch key {
	case data.MadeKey:
		return "made_at"
	case data.UpdatedKey:
		return "changed_at"
	case data.UpdatedByKey:
		return "changed_by"
	}
	return key
}

// wordCondition is that a word, in lower case, is in a text of the action, in its
// id or in the name of its workstream.
func wordCondition(word string) condition {
	var all []condition
	for _, f := range data.SpecOf(data.KindAction).Fields {
		if f.Type == data.LineType || f.Type == data.TextType || f.Type == data.NameType {
			all = append(all, pattern(f.Key, `*`, word, `*`))
		}
	}
	for _, stream := range data.StreamKeys {
		if strings.Contains(stream, word) {
			all = append(all, cond(`t.stream = ?`, stream))
		}
	}
	if digits := strings.TrimPrefix(strings.TrimPrefix(word, "a"), "-"); strings.Trim(digits, "0123456789") == "" {
		all = append(all, cond(`instr('a-' || t.num, ?)`, word))
	}
	return either(all...)
}

// beginsCondition is that a column has a text at its beginning, or behind what is
// no letter or digit. Whether it is there at all is quicker to tell.
func beginsCondition(col, text string) condition {
	return both(pattern(col, `*`, text, `*`), either(pattern(col, ``, text, `*`), glob(col, `*[^a-z0-9]`, text, `*`)))
}

// pattern is that a column matches a text in lower case with a * at its ends, or
// without. LIKE is the quicker way; it knows no case but that of ASCII letters.
func pattern(col, before, text, after string) condition {
	for _, r := range text {
		if strings.ContainsRune(`%_`, r) || r >= utf8.RuneSelf && unicode.SimpleFold(r) != r {
			return glob(col, before, text, after)
		}
	}
	any := strings.NewReplacer(`*`, `%`)
	return cond(`t."`+col+`" LIKE ?`, any.Replace(before)+text+any.Replace(after))
}

// glob is pattern with GLOB, which takes a choice of characters.
func glob(col, before, text, after string) condition {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune(`*?[`, r):
			b.WriteString(`[` + string(r) + `]`)
		case r >= utf8.RuneSelf:
			b.WriteString(`[` + string(cases(r)) + `]`)
		default:
			b.WriteRune(r)
		}
	}
	return cond(`lower(t."`+col+`") GLOB ?`, before+b.String()+after)
}

// cases returns the characters that are the same as r but for their case, as
// [data.Fold] has it.
func cases(r rune) (all []rune) {
	same := data.Fold(string(r))
	for c := r; ; {
		if data.Fold(string(c)) == same {
			all = append(all, c)
		}
		if c = unicode.SimpleFold(c); c == r {
			return all
		}
	}
}

// timeCondition is that a time is in the span that c asks for.
func timeCondition(c data.Cond, now time.Time) condition {
	from, to := c.Span(now)
	if c.Field != "due" {
		col := `t.` + column(c.Field)
		return limits(from, to, time.Millisecond, timeLayout, col+` >= ?`, col+` < ?`)
	}
	// A deadline is kept as the moment at which it has passed. One that is known
	// to the day is compared by the last second of the day.
	return both(cond(`t.due IS NOT NULL`), limits(from, to, time.Second, time.RFC3339,
		`(t.due_key > ? OR t.due_key = ? AND t.due = t.due_key)`, `(t.due_key < ? OR t.due_key = ? AND t.due <> t.due_key)`))
}

// limits puts the two limits of a span together. Times are kept in whole units, so
// a limit between two of them is the later one.
func limits(from, to time.Time, unit time.Duration, layout, least, below string) condition {
	all := []condition{cond(`1`)}
	for _, l := range []struct {
		at  time.Time
		sql string
	}{{from, least}, {to, below}} {
		if l.at.IsZero() {
			continue
		}
		at := l.at.UTC().Truncate(unit)
		if at.Before(l.at) {
			at = at.Add(unit)
		}
		one := condition{sql: l.sql}
		for range strings.Count(one.sql, `?`) {
			one.args = append(one.args, at.Format(layout))
		}
		all = append(all, one)
	}
	return both(all...)
}
