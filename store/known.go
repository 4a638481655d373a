package store

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/google/uuid"

	"warroom/data"
)

// StableID returns an id for an event that follows from a name: the same for the
// same name in the same incident, in every copy of its file.
func (s *Store) StableID(name string) string {
	// Version 8 is what everybody may make as they like (RFC 9562, 5.8).
	return uuid.NewHash(sha256.New(), uuid.NameSpaceOID, []byte("warroom\x00"+s.uid+"\x00"+name), 8).String()
}

// Known returns those events that have one of these ids, by their ids: what an
// [Offer] under such an id would be taken for.
func (v *View) Known(ctx context.Context, ids []string) (map[string]data.Event, error) {
	const some = 64 // always as many, so that the statement is always the same
	query := pickEvent + `WHERE id IN (?` + strings.Repeat(", ?", some-1) + `)`
	known := map[string]data.Event{}
	err := v.readTx(ctx, func(q querier) error {
		for part := range slices.Chunk(ids, some) {
			args := make([]any, some)
			for i := range args {
				args[i] = part[min(i, len(part)-1)]
			}
			events, err := collect(ctx, q, scanEvent, query, args...)
			if err != nil {
				return err
			}
			for _, e := range events {
				known[e.ID] = e
			}
		}
		return nil
	})
	return known, err
}
