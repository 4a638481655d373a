package store

import (
	"context"
	"database/sql"
	"slices"

	"warroom/data"
)

// Actions returns a window of the actions that q asks for, in its order. It is
// placed as that of [View.OpenActions]: around the action with the id on, if
// there is such an action, up to before rows that come before it and enough after
// it to make limit rows; without one, or with "", from the top; with a limit below
// 0, the last -limit of them. An action that q does not ask for is still returned
// when the window is asked for around it, where it would be.
//
// Only the rows of the window are kept in memory. Total and Offset are exact for
// all open actions, worst first, and where the window reaches the ends of the list;
// otherwise they are -1: [View.CountActions] counts.
func (v *View) Actions(ctx context.Context, q data.ActionQuery, on data.Ref, before, limit int) (w data.Window[*data.Action], err error) {
	err = v.readTx(ctx, func(tx querier) error {
		w, err = findActions(ctx, tx, q, on, before, limit)
		return err
	})
	return w, err
}

// CountActions counts the actions that q asks for. Unless q is plain, it reads
// them all.
func (v *View) CountActions(ctx context.Context, q data.ActionQuery) (n int, err error) {
	err = v.readTx(ctx, func(tx querier) error {
		if q.Plain() {
			c, err := tallies(ctx, tx)
			n = c.actions.Open
			return err
		}
		n, err = newFinder(tx, q).count(ctx)
		return err
	})
	return n, err
}

func findActions(ctx context.Context, tx querier, q data.ActionQuery, on data.Ref, before, limit int) (w data.Window[*data.Action], err error) {
	if q.Plain() {
		return openActions(ctx, tx, on, before, limit)
	}
	f := newFinder(tx, q)
	w.Total, w.Offset = -1, -1
	if limit == 0 {
		return w, nil
	}
	if limit < 0 {
		w.Rows, err = f.walk(ctx, nil, true, -limit+1)
		w.Above = len(w.Rows) > -limit
		w.Rows = w.Rows[:min(len(w.Rows), -limit)]
		slices.Reverse(w.Rows)
		return f.placed(w), err
	}
	var anchor data.Entity
	if on != "" {
		if anchor, err = (loader{ctx, tx}).Entity(on); err != nil {
			return w, err
		}
	}
	if at, ok := anchor.(*data.Action); ok {
		f.from, before = at, min(max(before, 0), limit-1)
		up, err := f.walk(ctx, at, true, before+1)
		if err != nil {
			return w, err
		}
		w.Above = len(up) > before
		w.Rows = up[:min(len(up), before)]
		slices.Reverse(w.Rows)
		w.Rows = append(w.Rows, at)
	}
	down, err := f.walk(ctx, f.from, false, limit-len(w.Rows)+1)
	w.Rows = append(w.Rows, down...)
	w.Below = len(w.Rows) > limit
	w.Rows = w.Rows[:min(len(w.Rows), limit)]
	return f.placed(w), err
}

// A finder looks for the actions of one query.
type finder struct {
	tx    querier
	q     data.ActionQuery
	want  condition    // what is asked for
	near  condition    // what the index of actions can tell of that
	exact bool         // that is all of it
	words []string     // that stand in the texts of all that is asked for, to be searched; nil once they were
	few   []int64      // the numbers of the only actions that can be in the list; nil if these are not known, or not few
	from  *data.Action // where the window is placed, or nil

	sifted       bool // the table was read for few
	rows, places int  // fewRows and fewPlaces, but for tests
}

func newFinder(tx querier, q data.ActionQuery) *finder {
	if c, ok := bare(tx).(*conn); ok {
		tx = veil(tx, unkept{c})
	}
	c := q.Filter.Cond()
	return &finder{tx: tx, q: q, want: compile(c, q), near: near(c, q), exact: listed(c), words: wordsOf(c),
		rows: fewRows, places: fewPlaces}
}

// An unkept is a connection that prepares nothing for later: people make ever
// new filters.
type unkept struct{ *conn }

// QueryContext implements querier.
func (c unkept) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return c.Conn.QueryContext(ctx, query, args...)
}

// placed says where the window is as far as that is known.
func (f *finder) placed(w data.Window[*data.Action]) data.Window[*data.Action] {
	if !w.Above {
		w.Offset = 0
		if !w.Below {
			w.Total = len(w.Rows)
		}
	}
	return w
}

// maxStep is how many rows are read at most before they are matched, if the window
// is smaller.
const maxStep = 4_096

// walk returns up to n actions of the list, from its beginning, or those that
// come after an action; with up, from its end, or those before, the nearest first.
// Rows are matched again, so that what SQL finds and what the filter means are
// never two things; if that leaves too few, it goes on behind the last one.
func (f *finder) walk(ctx context.Context, after *data.Action, up bool, n int) (all []*data.Action, err error) {
	seen := map[data.Ref]bool{}
	for step := n; ; {
		found, err := f.step(ctx, after, up, step)
		if err != nil {
			return nil, err
		}
		fresh := 0
		for _, a := range found {
			if seen[a.Ref] || f.from != nil && a.Ref == f.from.Ref {
				continue
			}
			seen[a.Ref] = true
			fresh++
			if f.q.Match(a) && len(all) < n {
				all = append(all, a)
			}
		}
		if len(all) == n || len(found) < step || fresh == 0 {
			return all, nil
		}
		after = found[len(found)-1]
		step = min(2*step, max(n, maxStep))
	}
}

// step returns the next n rows that SQL finds.
func (f *finder) step(ctx context.Context, after *data.Action, up bool, n int) (all []*data.Action, err error) {
	parts := f.parts()
	if up {
		slices.Reverse(parts)
	}
	if after != nil {
		if i := slices.IndexFunc(parts, func(p part) bool { return p.has(after) }); i >= 0 {
			parts = parts[i:]
			parts[0].key = parts[0].values(f, after)
		}
	}
	for i, p := range parts {
		found, done, err := f.quick(ctx, p, up, n-len(all))
		if err != nil {
			return nil, err
		}
		if !done {
			rest, err := f.scan(ctx, parts[i:], up, n-len(all))
			return append(all, rest...), err
		}
		if all = append(all, found...); len(all) == n {
			break
		}
	}
	return all, nil
}

// count counts what the query asks for.
func (f *finder) count(ctx context.Context) (int, error) {
	from := `action AS t NOT INDEXED`
	if f.exact {
		from = `action AS t INDEXED BY action_list`
	}
	rows := []condition{cond(`0`)}
	for _, p := range f.parts() {
		rows = append(rows, p.rows(false))
	}
	where := both(either(rows...), f.want)
	found, err := collect(ctx, f.tx, scanInt, `SELECT count(*) FROM `+from+` WHERE `+where.sql, where.args...)
	if err != nil {
		return 0, err
	}
	return int(found[0]), nil
}
