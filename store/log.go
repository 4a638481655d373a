package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"warroom/data"
)

// Log looks at up to limit events, in the order of the log: those after seq, or,
// with a limit below 0, the last -limit of them. It returns those that this person may
// read. One that cannot be read is among them and says so: see [data.Unreadable].
func (v *View) Log(ctx context.Context, seq int64, limit int) (p data.LogPage, err error) {
	err = v.readTx(ctx, func(q querier) error {
		p, err = logPage(ctx, q, seq, limit)
		return err
	})
	return p, err
}

func logPage(ctx context.Context, q querier, after int64, limit int) (p data.LogPage, err error) {
	order, n := `ORDER BY seq LIMIT ?`, limit
	if limit < 0 {
		order, n = `ORDER BY seq DESC LIMIT ?`, -limit
	}
	p.From, p.Upto = after, after
	events, err := collect(ctx, bare(q), scanShown, pickEvent+`WHERE seq > ? `+order, after, n)
	if err != nil || len(events) == 0 {
		return p, err
	}
	if limit < 0 {
		slices.Reverse(events)
		if len(events) == n {
			p.From = events[0].Seq - 1
		}
	}
	p.Upto, p.Left = events[len(events)-1].Seq, len(events)
	if events, err = sift(ctx, q, events); err != nil {
		return p, err
	}
	p.Left -= len(events)
	p.Entries, err = named(ctx, q, events)
	return p, err
}

// named adds to events what their items are called, with one query for each kind
// of item among them.
func named(ctx context.Context, q querier, events []data.Event) ([]data.Entry, error) {
	all := make([]data.Entry, len(events))
	byKind := map[data.Kind][]data.Ref{}
	for i, e := range events {
		all[i].Event = e
		ref := all[i].Item()
		spec := ref.Spec()
		if spec != nil && !slices.Contains(byKind[spec.Kind], ref) {
			byKind[spec.Kind] = append(byKind[spec.Kind], ref)
		}
	}
	names := map[data.Ref]label{}
	for kind, refs := range byKind {
		if err := readNames(ctx, q, tableOf[kind], refs, names); err != nil {
			return nil, err
		}
	}
	for i := range all {
		l := names[all[i].Item()]
		all[i].Name, all[i].Private = l.name, l.private
	}
	return all, nil
}

// A label is what an item is called, and whether only some may read it.
type label struct {
	name    string
	private bool
}

// readNames reads what items of one kind are called, some at a time.
func readNames(ctx context.Context, q querier, t *table, refs []data.Ref, into map[data.Ref]label) error {
	const some = 16 // always as many, so that the statement is always the same
	private := `NULL`
	if t.spec.Field("private") != nil {
		private = `private`
	}
	name := `ifnull("` + t.spec.NameField + `", '')`
	if t.spec.NameWith != "" {
		name += ` || '/' || ifnull("` + t.spec.NameWith + `", '')`
	}
	query := `SELECT ` + t.cols[0] + `, ` + name + `, ` + private + ` FROM ` + string(t.spec.Kind) +
		` WHERE ` + t.cols[0] + ` IN (?` + strings.Repeat(", ?", some-1) + `)`
	for part := range slices.Chunk(refs, some) {
		keys := make([]any, some)
		for i := range keys {
			keys[i] = t.key(part[min(i, len(part)-1)])
		}
		_, err := collect(ctx, q, func(r *sql.Rows) (struct{}, error) {
			var key, name string
			var private sql.NullString
			err := r.Scan(&key, &name, &private)
			into[t.ref(key)] = label{data.Line(data.FirstLine(name)), private.Valid}
			return struct{}{}, err
		}, query, keys...)
		if err != nil {
			return err
		}
	}
	return nil
}
