package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// Trend returns how the incident went from the day of from to that of to, in
// UTC: what was opened and closed on each of these days, and the whole history
// of the figure for everybody. It reads counts that the fold keeps and the
// events about a few claims.
func (v *View) Trend(ctx context.Context, from, to time.Time) (trend data.Trend, err error) {
	err = v.readTx(ctx, func(q querier) error {
		counts, err := dayCounts(ctx, q, from, to)
		if err != nil {
			return err
		}
		trend.Days = data.TrendDays(from, to, counts)
		if trend.Counts, err = noticesOf(ctx, q, data.RegionKeys); err != nil {
			return err
		}
		trend.People, err = figureHistory(ctx, q, data.FigureKey{Cell: data.AllPeople, Unit: data.People})
		if errors.Is(err, data.ErrUnreadable) {
			trend.Damage, err = err, nil
		}
		return err
	})
	return trend, err
}

// dayCounts reads the counts of days, a short range of keys.
func dayCounts(ctx context.Context, q querier, from, to time.Time) (map[string]int64, error) {
	counts := map[string]int64{}
	key := func(t time.Time) string { return data.TallyDay + t.UTC().Format(time.DateOnly) }
	_, err := collect(ctx, q, func(r *sql.Rows) (none struct{}, err error) {
		var key string
		var n int64
		err = r.Scan(&key, &n)
		counts[key] = n
		return none, err
	}, `SELECT key, n FROM tally WHERE key >= ? AND key < ?`, key(from), key(to)+"~")
	return counts, err
}

// figureHistory returns what stood for a figure over time, as [data.FigureHistory]
// has it; nil if nobody ever stated it.
func figureHistory(ctx context.Context, q querier, key data.FigureKey) ([]data.FigurePoint, error) {
	nums, err := collect(ctx, q, scanInt, `SELECT num FROM claim WHERE cell = ? AND unit = ?`, string(key.Cell), string(key.Unit))
	if err != nil || len(nums) == 0 {
		return nil, err
	}
	const some = 16 // always as many, so that the statement is always the same
	var events []data.Event
	for part := range slices.Chunk(nums, some) {
		refs := make([]any, some)
		for i := range refs {
			refs[i] = string(tableOf[data.KindClaim].spec.RefOf(part[min(i, len(part)-1)]))
		}
		more, err := collect(ctx, q, scanEvent, pickEvent+`WHERE ref IN (?`+strings.Repeat(", ?", some-1)+`)`, refs...)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	slices.SortFunc(events, func(a, b data.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return data.FigureHistory(key, events)
}
