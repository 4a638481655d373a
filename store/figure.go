package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"warroom/data"
)

// Figures returns the claim that stands for each figure that is known.
func (v *View) Figures(ctx context.Context) (all []*data.Claim, err error) {
	err = v.readTx(ctx, func(q querier) error {
		all, err = figures(ctx, q)
		return err
	})
	return all, err
}

// Claims returns all claims about a figure, newest first: those that stand, and
// those that never do.
func (v *View) Claims(ctx context.Context, key data.FigureKey) (all []*data.Claim, err error) {
	err = v.readTx(ctx, func(q querier) error {
		all, err = loader{ctx, q}.Claims(key)
		return err
	})
	slices.SortFunc(all, func(a, b *data.Claim) int { return cmp.Compare(b.MadeSeq, a.MadeSeq) })
	return all, err
}

// figures reads the standing claims by the key of each cell there may be.
func figures(ctx context.Context, q querier) ([]*data.Claim, error) {
	args := make([]any, 0, 64)
	for _, cell := range tableOf[data.KindClaim].spec.Field("cell").Words {
		args = append(args, cell)
	}
	where := `JOIN figure ON figure.claim = t.num WHERE figure.cell IN (?` + strings.Repeat(", ?", len(args)-1) + `)`
	return entities[*data.Claim](ctx, q, data.KindClaim, where, args...)
}
