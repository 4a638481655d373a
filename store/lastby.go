package store

import (
	"context"
	"slices"

	"warroom/data"
)

// lastByDepth is how far back LastBy looks: there is no index by author, and what
// somebody did so long ago is not taken back with a key.
const lastByDepth = 10_000

// LastBy returns the last events of an author, up to n of them, in the order of
// the log. It looks no further back than the last ten thousand events.
func (s *Store) LastBy(ctx context.Context, by data.Actor, n int) (all []data.Event, err error) {
	err = s.readTx(ctx, func(q querier) error {
		head, err := readHead(ctx, q)
		if err != nil {
			return err
		}
		all, err = collect(ctx, q, scanEvent, pickEvent+`WHERE seq > ? AND "by" = ? ORDER BY seq DESC LIMIT ?`,
			head.Seq-lastByDepth, string(by), n)
		slices.Reverse(all)
		return err
	})
	return all, err
}
