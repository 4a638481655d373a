package store

import (
	"context"

	"warroom/data"
)

// Fall returns a source, and what falls with it if it is withdrawn now. It is read in one
// transaction: what somebody records meanwhile is in all of it or in nothing.
func (v *View) Fall(ctx context.Context, ref data.Ref) (source *data.Source, fall data.Fall, err error) {
	err = v.readTx(ctx, func(q querier) error {
		if source, err = needSource(ctx, q, ref); err != nil {
			return err
		}
		claims, err := allOf[*data.Claim](ctx, q, data.KindClaim)
		if err != nil {
			return err
		}
		facts, err := allOf[*data.Fact](ctx, q, data.KindFact)
		if err != nil {
			return err
		}
		counts, err := allOf[*data.Notice](ctx, q, data.KindNotice)
		fall = data.FallOf(ref, claims, facts, counts)
		return err
	})
	return source, fall, err
}

func needSource(ctx context.Context, q querier, ref data.Ref) (*data.Source, error) {
	e, err := needItem(ctx, q, ref)
	if err != nil {
		return nil, err
	}
	source, ok := e.(*data.Source)
	if !ok {
		return nil, data.Refuse("%s is no source", ref)
	}
	return source, nil
}

// allOf reads the items of a kind that has numbers, in their order.
func allOf[E data.Entity](ctx context.Context, q querier, k data.Kind) ([]E, error) {
	return entities[E](ctx, q, k, `ORDER BY num`)
}
