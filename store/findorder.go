package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// A part is a stretch of a list whose rows one index or one sort puts in order:
// lists have open actions before closed ones, or known values before unknown ones.
type part struct {
	half   string // which actions: open, closed or all
	known  string // and which of them
	listed bool   // the index of actions can tell known and the order
	cols   []orderBy
	has    func(*data.Action) bool // whether an action would be in this part
	key    []any                   // of the action behind which to begin, or nil
}

// An orderBy is an expression that rows are ordered by.
type orderBy struct {
	expr  string
	down  bool
	value func(*finder, *data.Action) any
}

// byWorst are the last columns of every order; they make it complete.
var byWorst = []orderBy{
	{`t.due_key`, false, func(_ *finder, a *data.Action) any { return a.DueKey() }},
	{`t.priority_key`, false, func(_ *finder, a *data.Action) any { return a.PriorityKey() }},
	{`t.num`, false, func(_ *finder, a *data.Action) any { return a.Ref.Number() }},
}

var openFirst = orderBy{`1 - t.open`, false, func(_ *finder, a *data.Action) any {
	if a.State.Open() {
		return 0
	}
	return 1
}}

// parts returns the parts of the list, in its order.
func (f *finder) parts() []part {
	open, closed := f.q.Halves()
	half := `1`
	switch {
	case !open && !closed:
		return nil
	case !closed:
		half = `t.open = 1`
	case !open:
		half = `t.open = 0`
	}
	anything := func(*data.Action) bool { return true }
	isOpen := func(a *data.Action) bool { return a.State.Open() }
	known := func(a *data.Action) bool { return f.q.Key(a) != nil }
	switch {
	case f.q.Sort == "" && open && closed:
		return []part{
			{half: `t.open = 1`, known: `1`, listed: true, cols: byWorst, has: isOpen},
			{half: `t.open = 0`, known: `1`, listed: true, cols: byWorst, has: not(isOpen)},
		}
	case f.q.Sort == "", f.q.Sort == "due" && !f.q.Down && open != closed: // which is worst first
		return []part{{half: half, known: `1`, listed: true, cols: byWorst, has: anything}}
	}
	tail := byWorst
	if open && closed {
		tail = append([]orderBy{openFirst}, byWorst...)
	}
	by := orderBy{sortExpr(f.q.Sort), f.q.Down, sortValue}
	has, none := `t."`+column(f.q.Sort)+`" IS NOT NULL`, `t."`+column(f.q.Sort)+`" IS NULL`
	listed := slices.Contains(listColumns, column(f.q.Sort))
	switch f.q.Sort {
	case data.IDKey:
		has, none, listed = `1`, `0`, true
	case "due":
		has, none, listed = `t.due_key < '~'`, `t.due_key = '~'`, true
	}
	return []part{
		{half: half, known: has, listed: listed, cols: append([]orderBy{by}, tail...), has: known},
		{half: half, known: none, listed: listed, cols: tail, has: not(known)},
	}
}

func not(is func(*data.Action) bool) func(*data.Action) bool {
	return func(a *data.Action) bool { return !is(a) }
}

// sortExpr returns what a list is sorted by, in SQL: what data.ActionQuery.Key
// says of values that are known.
func sortExpr(key string) string {
	text := func(col string) string { return `lower(substr(t."` + col + `", 1, 80))` }
	switch key {
	case data.IDKey:
		return `t.num`
	case data.MadeKey:
		return `t.made_at`
	case data.UpdatedKey:
		return `t.changed_at`
	case data.MadeByKey:
		return text("made_by")
	case data.UpdatedByKey:
		return text("changed_by")
	case "due":
		return `t.due_key`
	}
	f := data.SpecOf(data.KindAction).Field(key)
	if f == nil {
		return `NULL`
	}
	if f.Type != data.WordType {
		return text(key)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `CASE t.%q`, key)
	for i, w := range f.Words {
		fmt.Fprintf(&b, ` WHEN '%s' THEN %d`, w, i)
	}
	return b.String() + ` END`
}

// sortValue returns the value of sortExpr for an action.
func sortValue(f *finder, a *data.Action) any {
	switch v := f.q.Key(a).(type) {
	case time.Time:
		if f.q.Sort == "due" {
			return a.DueKey()
		}
		return formatTime(v)
	default:
		return v
	}
}

func (p part) values(f *finder, a *data.Action) (key []any) {
	for _, c := range p.cols {
		key = append(key, c.value(f, a))
	}
	return key
}

// inOrder returns what rows are ordered by, or the opposite.
func inOrder(cols []orderBy, up bool) string {
	var by []string
	for _, c := range cols {
		if c.down != up {
			by = append(by, c.expr+` DESC`)
		} else {
			by = append(by, c.expr)
		}
	}
	return strings.Join(by, `, `)
}

// where returns which rows are in the part.
func (p part) where() string { return p.half + ` AND ` + p.known }

// rows returns which rows of the part come after its key, or before it if up.
func (p part) rows(up bool) condition {
	if p.key == nil {
		return cond(p.where())
	}
	sign := func(down bool) string {
		if down != up {
			return ` < `
		}
		return ` > `
	}
	var exprs []string
	for _, c := range p.cols {
		exprs = append(exprs, c.expr)
	}
	tuple := func(from int, down bool) string {
		return `(` + strings.Join(exprs[from:], `, `) + `)` + sign(down) + `(?` + strings.Repeat(`, ?`, len(exprs)-from-1) + `)`
	}
	if !p.cols[0].down { // all go the same way
		return cond(p.where()+` AND `+tuple(0, false), p.key...)
	}
	first := exprs[0]
	return cond(p.where()+` AND (`+first+sign(true)+`? OR `+first+` = ? AND `+tuple(1, false)+`)`, append([]any{p.key[0]}, p.key...)...)
}
