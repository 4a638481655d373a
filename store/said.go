package store

import (
	"context"
	"math"
	"slices"

	"warroom/data"
)

// Said returns the last event, up to event seq, that says what a field of an item is,
// or the zero Event if the item was not there yet. A seq of 0 is the end of the log.
func (v *View) Said(ctx context.Context, ref data.Ref, key string, seq int64) (e data.Event, err error) {
	if seq == 0 {
		seq = math.MaxInt64
	}
	err = v.readTx(ctx, func(q querier) error {
		if err := permit(ctx, q, ref); err != nil {
			return err
		}
		e, err = said(ctx, q, ref, key, seq)
		return err
	})
	return e, err
}

// said looks for the field in the text of the bodies, and decodes one alone: an item
// may have changed many thousand times. No text of a person reads like the name of a
// field there, because JSON puts a backslash before each quote of theirs.
func said(ctx context.Context, q querier, ref data.Ref, key string, seq int64) (data.Event, error) {
	found, err := collect(ctx, q, scanEvent, pickEvent+`WHERE ref = ? AND seq <= ? AND instr(body, ?) > 0 ORDER BY seq DESC LIMIT 1`,
		string(ref), seq, `"field":"`+key+`"`)
	if err == nil && len(found) == 0 { // nobody has changed it since it was made
		found, err = collect(ctx, q, scanEvent, pickEvent+`WHERE ref = ? AND seq <= ? ORDER BY seq LIMIT 1`, string(ref), seq)
	}
	if err != nil || len(found) == 0 {
		return data.Event{}, err
	}
	return found[0], nil
}

// RecentHistory returns the last events about an item, up to n, in the order of the
// log, and says how many there are before them. If some of them cannot be read it
// returns all of them, and an error of class data.BadFile.
func (v *View) RecentHistory(ctx context.Context, ref data.Ref, n int) (all []data.Event, earlier int, err error) {
	err = v.readTx(ctx, func(q querier) error {
		if err := permit(ctx, q, ref); err != nil {
			return err
		}
		all, err = collect(ctx, q, scanShown, pickEvent+`WHERE ref = ? ORDER BY seq DESC LIMIT ?`, string(ref), n)
		slices.Reverse(all)
		if err != nil || len(all) < n {
			return err
		}
		count, err := collect(ctx, q, scanInt, `SELECT count(*) FROM event WHERE ref = ?`, string(ref))
		if err == nil {
			earlier = int(count[0]) - len(all)
		}
		return err
	})
	if err == nil {
		err = data.Damage(all)
	}
	return all, earlier, err
}
