package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// How much of the lists an Overview holds; a pane that shows more asks for it.
const (
	overviewQuestions = 50
	overviewActivity  = 40
	overviewFacts     = 60
	overviewAsks      = 20
)

// Overview reads what the first screen shows, as of now, in one transaction. It
// reads rows by index and counts that the fold keeps, never a whole table, so
// that it costs the same in a large file.
func (v *View) Overview(ctx context.Context, now time.Time) (*data.Overview, error) {
	o := &data.Overview{At: now.UTC()}
	err := v.readTx(ctx, func(q querier) error { return fillOverview(ctx, q, o) })
	if err != nil {
		return nil, err
	}
	return o, nil
}

func fillOverview(ctx context.Context, q querier, o *data.Overview) error {
	head, err := readHead(ctx, q)
	if err != nil {
		return err
	}
	o.Seq = head.Seq
	incident, err := byKeys[*data.Incident](ctx, q, data.KindIncident, []string{string(data.IncidentRef)})
	if err != nil || len(incident) == 0 {
		return err
	}
	o.Incident = incident[0]
	if err := fillScope(ctx, q, o); err != nil {
		return err
	}
	if err := fillWork(ctx, q, o); err != nil {
		return err
	}
	qs, err := openQuestions(ctx, q, overviewQuestions)
	if err != nil {
		return err
	}
	o.Questions = data.Window[*data.Question]{Rows: qs, Total: o.OpenQs, Below: len(qs) < o.OpenQs}
	if err := fillBriefing(ctx, q, o); err != nil {
		return err
	}
	return fillActivity(ctx, q, o)
}

// byKeys reads the items with these keys, in their order.
func byKeys[E data.Entity](ctx context.Context, q querier, k data.Kind, keys []string) ([]E, error) {
	args := make([]any, len(keys))
	for i, key := range keys {
		args[i] = key
	}
	found, err := entities[E](ctx, q, k, `WHERE t.key IN (?`+strings.Repeat(", ?", len(keys)-1)+`)`, args...)
	if err != nil {
		return nil, err
	}
	var sorted []E
	for _, key := range keys {
		for _, e := range found {
			if string(e.Info().Ref) == key {
				sorted = append(sorted, e)
			}
		}
	}
	return sorted, nil
}

func fillScope(ctx context.Context, q querier, o *data.Overview) error {
	stand, err := figures(ctx, q)
	if err != nil {
		return err
	}
	byKey := make(map[data.FigureKey]*data.Claim, len(stand))
	for _, c := range stand {
		byKey[c.Key()] = c
		if c.Unit == data.People && c.Low.Known && (o.AtLeast == nil || c.Low.N > o.AtLeast.Low.N) {
			o.AtLeast = c
		}
	}
	if o.Affected = byKey[data.FigureKey{Cell: data.AllPeople, Unit: data.People}]; o.Affected != nil {
		o.AtLeast = nil
	}
	regions, err := byKeys[*data.Region](ctx, q, data.KindRegion, data.RegionKeys)
	if err != nil {
		return err
	}
	counts, err := notified(ctx, q)
	if err != nil {
		return err
	}
	for _, r := range regions {
		cell := data.Cell(string(r.Ref) + "/all")
		row := data.RegionRow{Region: r, People: byKey[data.FigureKey{Cell: cell, Unit: data.People}]}
		for _, n := range counts {
			if n.Region == r.Ref {
				row.Counts = append(row.Counts, n)
			}
		}
		if r.Ref == "elsewhere" && row.People == nil && row.Counts == nil && r.Notices == "" && r.Note == "" {
			continue // shown when it has something
		}
		o.Regions = append(o.Regions, row)
	}
	categories, err := byKeys[*data.Category](ctx, q, data.KindCategory, data.CategoryKeys)
	if err != nil {
		return err
	}
	for _, c := range categories {
		cell := data.Cell("all/" + string(c.Ref))
		o.Data = append(o.Data, data.CategoryRow{Category: c,
			People:  byKey[data.FigureKey{Cell: cell, Unit: data.People}],
			Records: byKey[data.FigureKey{Cell: cell, Unit: data.Records}]})
	}
	return nil
}

func fillWork(ctx context.Context, q querier, o *data.Overview) error {
	counts, err := tallies(ctx, q)
	if err != nil {
		return err
	}
	late, err := overdue(ctx, q, o.At)
	if err != nil {
		return err
	}
	o.Actions, o.OpenQs = counts.actions, counts.questions
	streams, err := byKeys[*data.Workstream](ctx, q, data.KindWorkstream, data.StreamKeys)
	if err != nil {
		return err
	}
	for _, w := range streams {
		n := counts.streams[w.Ref]
		o.Actions.Overdue += late[w.Ref]
		o.Streams = append(o.Streams, data.StreamRow{Workstream: w,
			Open:    n[data.Open] + n[data.Doing] + n[data.Blocked],
			Blocked: n[data.Blocked], Overdue: late[w.Ref], Done: n[data.Done]})
	}
	// The index is named: SQLite takes the one of all open actions for as good.
	o.Asks, err = entities[*data.Action](ctx, q, data.KindAction,
		`INDEXED BY action_ask WHERE t.open = 1 AND t.kind = 'ask' AND t.due_key > '' ORDER BY `+worstFirst+` LIMIT ?`, overviewAsks)
	if err != nil {
		return err
	}
	_, err = collect(ctx, q, func(r *sql.Rows) (none struct{}, err error) { return none, r.Scan(&o.OpenAsks, &o.LateAsks) },
		`SELECT COUNT(*), COUNT(CASE WHEN due_key <= ? THEN 1 END) FROM action INDEXED BY action_ask
		WHERE open = 1 AND kind = 'ask' AND due_key > ''`, o.At.UTC().Format(time.RFC3339))
	if err != nil || o.Actions.Overdue == 0 {
		return err
	}
	worst, err := openActions(ctx, q, "", 0, 1)
	if err == nil && len(worst.Rows) > 0 {
		o.Worst = worst.Rows[0]
	}
	return err
}

func fillBriefing(ctx context.Context, q querier, o *data.Overview) (err error) {
	const first = `WHERE t.num > 0 ORDER BY t.num LIMIT ?`
	if o.Facts, err = entities[*data.Fact](ctx, q, data.KindFact, first, overviewFacts); err != nil {
		return err
	}
	slices.SortStableFunc(o.Facts, func(a, b *data.Fact) int {
		return slices.Index(data.Topics, a.Topic) - slices.Index(data.Topics, b.Topic)
	})
	o.Risks, err = entities[*data.Risk](ctx, q, data.KindRisk, first, overviewFacts)
	return err
}

// fillActivity looks at so many of the last events. In the place of each that is not
// for this person it looks at an earlier one.
func fillActivity(ctx context.Context, q querier, o *data.Overview) error {
	page, err := logPage(ctx, q, 0, -overviewActivity)
	for more, left := 1, overviewActivity; err == nil; more *= 2 {
		for _, e := range slices.Backward(page.Entries[max(len(page.Entries)-left, 0):]) {
			if e.By != data.TemplateAuthor {
				o.Activity = append(o.Activity, e)
			}
		}
		left -= len(page.Entries)
		if left <= 0 || page.From == 0 {
			return nil
		}
		from := max(page.From-int64(more*left), 0)
		page, err = logPage(ctx, q, from, int(page.From-from))
	}
	return err
}
