package store

import (
	"context"

	"warroom/data"
)

// A Trial says what would come of recording something. Nothing is recorded.
type Trial struct {
	state *data.State
}

// Try runs fn in one read transaction: all that it tries, it tries on the same file.
func (v *View) Try(ctx context.Context, fn func(*Trial) error) error {
	return v.readTx(ctx, func(q querier) error {
		head, err := readHead(ctx, q)
		if err != nil {
			return err
		}
		return fn(&Trial{data.NewState(loader{ctx, q}, head.Seq)})
	})
}

// Item returns an item, or an error for people if there is none.
func (t *Trial) Item(ref data.Ref) (data.Entity, error) { return t.state.Need(ref) }

// Record returns the error with which [Store.Record] would refuse bodies of somebody
// with a role, or nil. A conflict does not say who changed the field.
func (t *Trial) Record(role data.Role, bodies ...data.Body) error {
	t.state.Mark()
	defer t.state.Rollback()
	for _, b := range bodies {
		if err := data.Permit(t.state, role, b); err != nil {
			return err
		}
		if err := b.Check(t.state); err != nil {
			return data.ByRule(err)
		}
		if err := t.state.Apply(&data.Event{Seq: t.state.Seq + 1, Body: b}); err != nil {
			return err
		}
	}
	return nil
}
