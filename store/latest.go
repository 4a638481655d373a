package store

import (
	"cmp"
	"context"
	"slices"

	"warroom/data"
)

// latestKinds are those that people write down: entries, and facts.
var latestKinds = []data.Kind{data.KindFact, data.KindDecision, data.KindNote, data.KindQuestion, data.KindRisk, data.KindLesson}

// Latest returns up to limit of the entries and facts that people wrote down
// last, the newest first. Private notes are not among them, nor is what the
// template brought.
func (v *View) Latest(ctx context.Context, limit int) (all []data.Entity, err error) {
	err = v.readTx(ctx, func(q querier) error {
		all, err = latest(ctx, q, limit)
		return err
	})
	return all, err
}

// latest reads each kind from its end on, and stops when it has enough.
func latest(ctx context.Context, q querier, limit int) (all []data.Entity, err error) {
	for _, k := range latestKinds {
		t := tableOf[k]
		where := `WHERE t.num > 0 AND t.made_by <> ? `
		if t.spec.Field("private") != nil {
			where += `AND t.private IS NULL `
		}
		some, err := collect(ctx, q, t.scan, t.pick+where+`ORDER BY t.num DESC LIMIT ?`, string(data.TemplateAuthor), max(limit, 0))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b data.Entity) int { return cmp.Compare(b.Info().MadeSeq, a.Info().MadeSeq) })
	return all[:min(len(all), max(limit, 0))], nil
}
