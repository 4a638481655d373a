package store

import (
	"context"
	"strings"

	"warroom/data"
)

// notified reads the counts that stand by the key of each region there may be.
func notified(ctx context.Context, q querier) ([]*data.Notice, error) {
	args := make([]any, len(data.RegionKeys))
	for i, key := range data.RegionKeys {
		args[i] = key
	}
	all, err := entities[*data.Notice](ctx, q, data.KindNotice,
		`JOIN notified ON notified.notice = t.num WHERE notified.region IN (?`+strings.Repeat(", ?", len(args)-1)+`)`, args...)
	data.SortNotices(all)
	return all, err
}

// Notices returns all counts of the notices to a region, or to all if it is "", in the
// order of [data.SortNotices]: those that stand, what they were before, and those that
// never do.
func (v *View) Notices(ctx context.Context, region data.Ref) (all []*data.Notice, err error) {
	regions := []string{string(region)}
	if region == "" {
		regions = data.RegionKeys
	}
	err = v.readTx(ctx, func(q querier) error {
		all, err = noticesOf(ctx, q, regions)
		return err
	})
	return all, err
}

func noticesOf(ctx context.Context, q querier, regions []string) ([]*data.Notice, error) {
	args := make([]any, len(data.RegionKeys)) // always as many, so that the statement is always the same
	for i := range args {
		args[i] = regions[min(i, len(regions)-1)]
	}
	all, err := entities[*data.Notice](ctx, q, data.KindNotice, `WHERE t.region IN (?`+strings.Repeat(", ?", len(args)-1)+`)`, args...)
	data.SortNotices(all)
	return all, err
}
