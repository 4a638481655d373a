package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"warroom/data"
)

// A table keeps the entities of one kind: a column for each of their fields, in
// its stored form, NULL for unknown.
type table struct {
	spec  *data.Spec
	cols  []string // all columns, the key first
	pick  string   // SELECT … FROM the table, without a condition
	write string   // the upsert
}

// metaColumns follow the columns of the fields.
var metaColumns = []string{"made_at", "made_by", "made_seq", "changed_at", "changed_by", "changed_seq"}

// derived columns serve the indexes. They come last and are never read back.
var derived = map[data.Kind]struct {
	decl   string
	cols   []string
	values func(data.Entity) []any
}{
	data.KindAction: {
		decl: ",\n\tdue_key TEXT NOT NULL,\n\tpriority_key TEXT NOT NULL,\n\topen INTEGER NOT NULL",
		cols: []string{"due_key", "priority_key", "open"},
		values: func(e data.Entity) []any {
			a := e.(*data.Action)
			return []any{a.DueKey(), a.PriorityKey(), a.State.Open()}
		},
	},
}

var (
	tables  []*table
	tableOf = map[data.Kind]*table{}
)

func init() {
	for _, spec := range data.Specs() {
		t := &table{spec: spec, cols: []string{"key"}}
		if spec.Numbered() {
			t.cols[0] = "num"
		}
		for _, f := range spec.Fields {
			t.cols = append(t.cols, f.Key)
		}
		t.cols = append(t.cols, metaColumns...)
		t.pick = fmt.Sprintf("SELECT %s FROM %s ", quoted("t.", t.cols), t.spec.Kind+" AS t")
		all := append(t.cols[:len(t.cols):len(t.cols)], derived[spec.Kind].cols...)
		var set []string
		for _, c := range all[1:] {
			set = append(set, fmt.Sprintf("%q = excluded.%q", c, c))
		}
		t.write = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO UPDATE SET %s",
			spec.Kind, quoted("", all), strings.TrimSuffix(strings.Repeat("?, ", len(all)), ", "), strings.Join(set, ", "))
		tables = append(tables, t)
		tableOf[spec.Kind] = t
	}
}

func quoted(prefix string, cols []string) string {
	var b strings.Builder
	for i, c := range cols {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(prefix + strconv.Quote(c))
	}
	return b.String()
}

func (t *table) create() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n", t.spec.Kind)
	if t.spec.Numbered() {
		b.WriteString("\tnum INTEGER PRIMARY KEY")
	} else {
		b.WriteString("\tkey TEXT PRIMARY KEY")
	}
	for _, f := range t.spec.Fields {
		typ := "TEXT"
		if f.Type == data.NumberType {
			typ = "INTEGER"
		}
		fmt.Fprintf(&b, ",\n\t%q %s", f.Key, typ)
	}
	for _, c := range metaColumns {
		typ := "TEXT"
		if strings.HasSuffix(c, "_seq") {
			typ = "INTEGER"
		}
		fmt.Fprintf(&b, ",\n\t%s %s NOT NULL", c, typ)
	}
	b.WriteString(derived[t.spec.Kind].decl)
	b.WriteString("\n) STRICT")
	if !t.spec.Numbered() {
		b.WriteString(", WITHOUT ROWID")
	}
	return b.String()
}

// row returns the values of all columns for e.
func (t *table) row(e data.Entity) []any {
	m := e.Info()
	vals := make([]any, 0, len(t.cols)+3)
	vals = append(vals, t.key(m.Ref))
	for _, f := range t.spec.Fields {
		vals = append(vals, stored(f, f.Get(e)))
	}
	vals = append(vals, formatTime(m.MadeAt), string(m.MadeBy), m.MadeSeq, formatTime(m.ChangedAt), string(m.ChangedBy), m.ChangedSeq)
	if d := derived[t.spec.Kind]; d.values != nil {
		vals = append(vals, d.values(e)...)
	}
	return vals
}

// stored returns what a field's column holds for a value in its stored form.
func stored(f *data.Field, v string) any {
	switch {
	case v == "":
		return nil
	case f.Type == data.NumberType:
		return f.Value(v)
	}
	return v
}

// change returns the statement that brings the row of an item from before to
// now, and its arguments: an insert if before is nil, else an update of the
// columns that differ, "" if none does.
func (t *table) change(before, now data.Entity) (query string, args []any) {
	if before == nil {
		return t.write, t.row(now)
	}
	set := make([]byte, 0, 128)
	differs := func(col string, v any) {
		if args != nil {
			set = append(set, ", "...)
		}
		set = append(strconv.AppendQuote(set, col), " = ?"...)
		args = append(args, v)
	}
	for i, f := range t.spec.Fields {
		if v := f.Get(now); v != f.Get(before) {
			differs(t.cols[i+1], stored(f, v))
		}
	}
	was, m := before.Info(), now.Info()
	if m.ChangedSeq != was.ChangedSeq {
		differs("changed_at", formatTime(m.ChangedAt))
		differs("changed_by", string(m.ChangedBy))
		differs("changed_seq", m.ChangedSeq)
	}
	if d := derived[t.spec.Kind]; d.values != nil {
		old := d.values(before)
		for i, v := range d.values(now) {
			if v != old[i] {
				differs(d.cols[i], v)
			}
		}
	}
	if args == nil {
		return "", nil
	}
	return "UPDATE " + string(t.spec.Kind) + " SET " + string(set) + " WHERE " + t.cols[0] + " = ?", append(args, t.key(m.Ref))
}

// key returns the primary key of the item with this id.
func (t *table) key(ref data.Ref) any {
	if t.spec.Numbered() {
		return ref.Number()
	}
	return string(ref)
}

// ref returns the id of the item with this primary key.
func (t *table) ref(key string) data.Ref {
	if t.spec.Numbered() {
		return data.Ref(t.spec.Prefix + "-" + key)
	}
	return data.Ref(key)
}

// scan reads the row that rows stands on, into an entity made safe to show.
func (t *table) scan(rows *sql.Rows) (data.Entity, error) {
	n := len(t.spec.Fields)
	var key, madeAt, madeBy, changedAt, changedBy string
	var m data.Meta
	text := make([]sql.NullString, n)
	into := make([]any, 0, len(t.cols))
	into = append(into, &key)
	for i := range text {
		into = append(into, &text[i])
	}
	into = append(into, &madeAt, &madeBy, &m.MadeSeq, &changedAt, &changedBy, &m.ChangedSeq)
	err := rows.Scan(into...)
	m.Ref = t.ref(key)
	if err == nil {
		m.MadeAt, err = parseTime(madeAt)
	}
	if err == nil {
		m.ChangedAt, err = parseTime(changedAt)
	}
	if err != nil {
		return nil, &data.Error{Class: data.BadFile, What: fmt.Sprintf("damaged: %s cannot be read", data.Line(string(m.Ref))),
			Hint: "warroom verify says what is wrong", Err: errors.Join(data.ErrUnreadable, err)}
	}
	m.MadeBy, m.ChangedBy = data.Actor(data.Line(madeBy)), data.Actor(data.Line(changedBy))
	values := make([]string, n)
	for i, v := range text {
		values[i] = v.String
	}
	return t.spec.Load(m, values), nil
}

// A querier runs a query: a transaction, a connection, or the pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// collect runs a query and returns one T per row. Through a veiled querier it leaves
// out what is not for the person.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return sift(ctx, q, all)
}

func scanInt(r *sql.Rows) (n int64, err error) {
	err = r.Scan(&n)
	return n, err
}

// entities runs t.pick with a condition and returns the entities as their own
// type.
func entities[E data.Entity](ctx context.Context, q querier, k data.Kind, where string, args ...any) ([]E, error) {
	t := tableOf[k]
	return collect(ctx, q, func(r *sql.Rows) (E, error) {
		e, err := t.scan(r)
		if err != nil {
			var none E
			return none, err
		}
		return e.(E), nil
	}, t.pick+where, args...)
}

// A loader is the data.Loader of a State: it reads through one querier.
type loader struct {
	ctx context.Context
	q   querier
}

// Entity implements [data.Loader].
func (l loader) Entity(ref data.Ref) (data.Entity, error) {
	spec := ref.Spec()
	if spec == nil {
		return nil, nil
	}
	t := tableOf[spec.Kind]
	found, err := collect(l.ctx, l.q, t.scan, t.pick+`WHERE `+t.cols[0]+` = ?`, t.key(ref))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Claims implements [data.Loader].
func (l loader) Claims(k data.FigureKey) ([]*data.Claim, error) {
	return entities[*data.Claim](l.ctx, l.q, data.KindClaim, `WHERE cell = ? AND unit = ?`, string(k.Cell), string(k.Unit))
}

// Notices implements [data.Loader].
func (l loader) Notices(k data.NoticeKey) ([]*data.Notice, error) {
	return entities[*data.Notice](l.ctx, l.q, data.KindNotice, `WHERE region = ? AND channel = ?`, string(k.Region), string(k.Channel))
}

// Count implements [data.Loader]. How many items of a kind were made is the number of
// the last one that the person may read.
func (l loader) Count(key string) (int64, error) {
	if v, ok := l.q.(veiled); ok {
		if kind, ok := strings.CutPrefix(key, data.TallyMade); ok && data.SpecOf(data.Kind(kind)) != nil {
			return v.last(l.ctx, data.SpecOf(data.Kind(kind)))
		}
	}
	found, err := collect(l.ctx, l.q, scanInt, `SELECT n FROM tally WHERE key = ?`, key)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// History implements [data.Loader].
func (l loader) History(ref data.Ref) ([]data.Event, error) {
	return collect(l.ctx, l.q, scanEvent, pickHistory, string(ref))
}
