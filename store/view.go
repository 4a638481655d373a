package store

import (
	"context"
	"slices"

	"warroom/data"
)

// A View is the file as one person may read it: what is not for this person is not in
// it. All that reads the incident is a method of View, and none of [Store].
//
// It is the veil over the rows that makes it so, not each method: see [collect]. A
// method that counts rows, or that reads a part of them, has to say itself what it
// makes of rows that are left out.
type View struct {
	*Store
	actor data.Actor
	role  data.Role
}

// As returns the file as a person with a role may read it.
func (s *Store) As(actor data.Actor, role data.Role) *View { return &View{s, actor, role} }

// readTx runs fn in one read transaction, so that all it reads belongs together. It is
// refused to somebody without a role.
func (v *View) readTx(ctx context.Context, fn func(querier) error) error {
	switch {
	case !v.role.Has(data.Reading):
		return &data.Error{Class: data.Forbidden, What: "you have no role here", Hint: "ask a lead for one"}
	case v.role.ReadsAll():
		return v.Store.readTx(ctx, fn)
	}
	return v.Store.readTx(ctx, func(q querier) error { return fn(veiled{q, v.role}) })
}

// A veiled querier belongs to somebody who may not read everything. What [collect]
// reads through it lacks the items that are not for this person, and the events about
// them.
type veiled struct {
	querier
	role data.Role
}

// bare returns a querier without its veil. Who reads through it has to call sift on
// what comes of it, or withheld.
func bare(q querier) querier {
	if v, ok := q.(veiled); ok {
		return v.querier
	}
	return q
}

// veil returns a querier under the veil of another one, if that has one.
func veil(of, q querier) querier {
	if v, ok := of.(veiled); ok {
		return veiled{q, v.role}
	}
	return q
}

// sift leaves out of rows the items, and the events about items, that are not for the
// person whose querier it is. It reuses the rows.
func sift[T any](ctx context.Context, q querier, rows []T) ([]T, error) {
	v, ok := q.(veiled)
	if !ok || len(rows) == 0 {
		return rows, nil
	}
	var err error
	switch all := any(rows).(type) {
	case []data.Event:
		all, err = siftEvents(ctx, v, all, func(e *data.Event) *data.Event { return e })
		return any(all).([]T), err
	case []data.Entry:
		all, err = siftEvents(ctx, v, all, func(e *data.Entry) *data.Event { return &e.Event })
		return any(all).([]T), err
	}
	return slices.DeleteFunc(rows, func(row T) bool {
		item, ok := any(row).(data.Entity)
		return ok && !v.role.Reads(item)
	}), nil
}

// siftEvents is sift for rows of which each has an event. What is left of them is as the
// person may read it.
func siftEvents[E any](ctx context.Context, v veiled, rows []E, event func(*E) *data.Event) ([]E, error) {
	refs := make([]data.Ref, len(rows))
	for i := range rows {
		refs[i] = data.Entry{Event: *event(&rows[i])}.Item()
	}
	hidden, err := v.hidden(ctx, refs)
	if err != nil {
		return nil, err
	}
	kept := rows[:0]
	for i, row := range rows {
		if !hidden[refs[i]] {
			e := event(&row)
			*e = e.Readable(v.role)
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// hidden returns which of these items are not for the person. An item of a kind of
// which some are private has to be found, and not to be private.
func (v veiled) hidden(ctx context.Context, refs []data.Ref) (map[data.Ref]bool, error) {
	hidden := map[data.Ref]bool{}
	ask := map[*table][]data.Ref{}
	for _, ref := range refs {
		spec := ref.Spec()
		if spec == nil || hidden[ref] {
			continue // nothing of a kind that this warroom does not know is read: see [data.Event.Readable]
		}
		some, all := v.role.ReadsKind(spec)
		hidden[ref] = !all
		if some && !all {
			ask[tableOf[spec.Kind]] = append(ask[tableOf[spec.Kind]], ref)
		}
	}
	for t, refs := range ask {
		names := map[data.Ref]label{}
		if err := readNames(ctx, v, t, refs, names); err != nil {
			return nil, err
		}
		for ref, l := range names {
			hidden[ref] = l.private
		}
	}
	return hidden, nil
}

// withheld returns the error for somebody who asks for an item by its id and may not
// read it, or nil.
func withheld(q querier, e data.Entity) error {
	if v, ok := q.(veiled); ok && e != nil && !v.role.Reads(e) {
		return data.Withheld(e)
	}
	return nil
}

// permit is withheld for who has read no more of the item than its id.
func permit(ctx context.Context, q querier, ref data.Ref) error {
	v, ok := q.(veiled)
	if !ok || ref.Spec() == nil {
		return nil
	}
	if _, all := v.role.ReadsKind(ref.Spec()); all {
		return nil
	}
	e, err := loader{ctx, bare(q)}.Entity(ref)
	if err != nil {
		return err
	}
	return withheld(q, e)
}

// last returns the number of the last item of a kind that the person may read, or 0.
func (v veiled) last(ctx context.Context, spec *data.Spec) (int64, error) {
	return v.number(ctx, spec, `ifnull(max(num), 0)`)
}

// items returns how many items of a kind the person may read.
func (v veiled) items(ctx context.Context, spec *data.Spec) (int64, error) {
	return v.number(ctx, spec, `count(*)`)
}

// number returns what SQL makes of those items of a kind that the person may read. Of
// a kind that the person may read altogether that is how many were made.
func (v veiled) number(ctx context.Context, spec *data.Spec, of string) (int64, error) {
	some, all := v.role.ReadsKind(spec)
	switch {
	case all:
		return loader{ctx, v.querier}.Count(data.TallyMade + string(spec.Kind))
	case !some:
		return 0, nil
	}
	found, err := collect(ctx, v, scanInt, `SELECT `+of+` FROM `+string(spec.Kind)+` WHERE "`+spec.PrivateField().Key+`" IS NULL`)
	if err != nil {
		return 0, err
	}
	return found[0], nil
}

// Backup writes a copy of the whole file, as [Store.backup] does. It is refused to
// somebody who may not read everything.
func (v *View) Backup(ctx context.Context, path string) (*Report, error) {
	if !v.role.ReadsAll() {
		return nil, v.role.Need(data.ReadingPrivate)
	}
	return v.backup(ctx, path)
}
