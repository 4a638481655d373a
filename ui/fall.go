package ui

import (
	"context"

	"warroom/data"
)

// ReadFall reads what falls with a source that is withdrawn now.
func ReadFall(ctx context.Context, src Source, source data.Ref) (data.Fall, error) {
	claims, err := listed[*data.Claim](ctx, src, data.KindClaim, nil)
	facts, err := listed[*data.Fact](ctx, src, data.KindFact, err)
	return data.FallOf(source, claims, facts), err
}
