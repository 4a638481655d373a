package store

import (
	"context"
	"slices"

	"warroom/data"
)

// How far back LastBy looks: there is no index by author, and what somebody did so
// long ago is not taken back with a key. Of an act that begins before that it
// reads on, so many events at once.
const (
	lastByDepth = 10_000
	lastByPage  = 1000
)

// LastBy returns the last events of an author, up to n of them, in the order of
// the log. It looks no further back than the last ten thousand events. An act of
// several is never cut: of the oldest one all events are returned, also those
// before that. If it takes something back, what that was comes before it. An act of which one
// event is not for this person is left out as a whole.
func (v *View) LastBy(ctx context.Context, by data.Actor, n int) (all []data.Event, err error) {
	err = v.readTx(ctx, func(q querier) error {
		head, err := readHead(ctx, q)
		if err != nil {
			return err
		}
		all, err = collect(ctx, bare(q), scanEvent, pickEvent+`WHERE seq > ? AND "by" = ? ORDER BY seq DESC LIMIT ?`,
			head.Seq-lastByDepth, string(by), n)
		if err == nil {
			all, err = wholeAct(ctx, bare(q), all)
		}
		if err == nil {
			all, err = takenBack(ctx, bare(q), all)
		}
		if err == nil {
			all, err = siftActs(ctx, q, all)
		}
		slices.Reverse(all)
		return err
	})
	return all, err
}

// wholeAct adds to events, which come newest first, what the act of the oldest
// has before it.
func wholeAct(ctx context.Context, q querier, all []data.Event) ([]data.Event, error) {
	if len(all) == 0 {
		return all, nil
	}
	oldest := all[len(all)-1]
	act := data.ActOf(oldest.Body)
	for act != "" {
		page, err := collect(ctx, q, scanEvent, pickEvent+`WHERE seq < ? ORDER BY seq DESC LIMIT ?`, all[len(all)-1].Seq, lastByPage)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, e := range page {
			if e.By != oldest.By || data.ActOf(e.Body) != act {
				return all, nil
			}
			all = append(all, e)
		}
	}
	return all, nil
}

// takenBack adds to events, which come newest first, the event that the oldest
// takes back, the one which that takes back, and so on: without them nobody can
// tell whether the oldest undid something or did it again.
func takenBack(ctx context.Context, q querier, all []data.Event) ([]data.Event, error) {
	for len(all) > 0 {
		oldest := all[len(all)-1]
		c, ok := oldest.Body.(data.Changed)
		if !ok || c.Undoes == 0 || c.Undoes >= oldest.Seq {
			break
		}
		found, err := collect(ctx, q, scanEvent, pickEvent+`WHERE seq = ?`, c.Undoes)
		if err != nil || len(found) == 0 {
			return all, err
		}
		all = append(all, found[0])
	}
	return all, nil
}

// siftActs is sift for acts.
func siftActs(ctx context.Context, q querier, all []data.Event) ([]data.Event, error) {
	kept, err := sift(ctx, q, slices.Clone(all))
	if err != nil || len(kept) == len(all) {
		return kept, err
	}
	shown := map[int64]bool{}
	for _, e := range kept {
		shown[e.Seq] = true
	}
	cut := map[string]bool{}
	for _, e := range all {
		if act := data.ActOf(e.Body); act != "" && !shown[e.Seq] {
			cut[act] = true
		}
	}
	return slices.DeleteFunc(kept, func(e data.Event) bool { return cut[data.ActOf(e.Body)] }), nil
}
