package store

import (
	"context"
	"database/sql"
	"iter"
	"maps"
	"time"

	"warroom/data"
)

// mostNews is at how many events News looks at the most.
const mostNews = 5_000

// News returns what changed after a position of the log. Of very many events it
// looks at the last ones, and says so in From.
func (v *View) News(ctx context.Context, after int64) (n data.News, err error) {
	err = v.readTx(ctx, func(q querier) error {
		n, err = news(ctx, q, after, mostNews)
		return err
	})
	return n, err
}

func news(ctx context.Context, q querier, after int64, most int) (data.News, error) {
	page, err := logPage(ctx, q, after, -most)
	if err != nil {
		return data.News{}, err
	}
	claims, err := claimsNamed(ctx, q, page.Entries)
	if err != nil {
		return data.News{}, err
	}
	n := data.MakeNews(page.From, page.Entries, claims)
	n.After, n.Upto = after, page.Upto
	return n, nil
}

// claimsNamed returns all claims about each figure of which events state or
// change one.
func claimsNamed(ctx context.Context, q querier, events []data.Entry) (all []*data.Claim, err error) {
	named := map[data.Ref]bool{}
	for _, e := range events {
		named[e.Item()] = true
	}
	items, err := entitiesOf(ctx, q, data.KindClaim, maps.Keys(named))
	if err != nil {
		return nil, err
	}
	figures := map[data.FigureKey]bool{}
	for _, e := range items {
		key := e.(*data.Claim).Key()
		if figures[key] {
			continue
		}
		figures[key] = true
		claims, err := (loader{ctx, q}).Claims(key)
		if err != nil {
			return nil, err
		}
		all = append(all, claims...)
	}
	return all, nil
}

// entitiesOf reads those items that are of a kind.
func entitiesOf(ctx context.Context, q querier, k data.Kind, refs iter.Seq[data.Ref]) ([]data.Entity, error) {
	var some []data.Ref
	for ref := range refs {
		if spec := ref.Spec(); spec != nil && spec.Kind == k {
			some = append(some, ref)
		}
	}
	return byRefs(ctx, q, tableOf[k], some)
}

// Delta returns which items and figures others than this person have changed after a
// position of the log. It reads no more than [data.MaxDelta] events, and of most
// of them not the content, so that it may be asked with every change.
func (v *View) Delta(ctx context.Context, after int64) (d *data.Delta, err error) {
	err = v.readTx(ctx, func(q querier) error {
		d, err = delta(ctx, q, after, v.actor)
		return err
	})
	return d, err
}

func delta(ctx context.Context, q querier, after int64, me data.Actor) (*data.Delta, error) {
	d := &data.Delta{After: after, From: after, Me: me, Authors: map[data.Actor]bool{}, Items: map[data.Ref]time.Time{}, Figures: map[data.FigureKey]time.Time{}}
	// The newest first: the first that is met of an item is the last about it.
	events, err := collect(ctx, bare(q), scanBrief, `SELECT seq, at, "by", ref, kind, CASE kind WHEN 'redacted' THEN body ELSE '' END
		FROM event WHERE seq > ? ORDER BY seq DESC LIMIT ?`, after, data.MaxDelta+1)
	if err != nil {
		return nil, err
	}
	if len(events) > data.MaxDelta {
		d.From = events[data.MaxDelta].Seq
		events = events[:data.MaxDelta]
	}
	if events, err = sift(ctx, q, events); err != nil {
		return nil, err
	}
	for _, e := range events {
		d.Authors[e.By] = true
		ref := e.Item()
		if _, ok := d.Items[ref]; !ok && e.By != me && ref.Spec() != nil {
			d.Items[ref] = e.At
		}
	}
	return d, refine(ctx, q, d)
}

// refine replaces claims with figures.
func refine(ctx context.Context, q querier, d *data.Delta) error {
	claims, err := entitiesOf(ctx, q, data.KindClaim, maps.Keys(d.Items))
	if err != nil {
		return err
	}
	for _, e := range claims {
		key, at := e.(*data.Claim).Key(), d.Items[e.Info().Ref]
		delete(d.Items, e.Info().Ref)
		if at.After(d.Figures[key]) {
			d.Figures[key] = at
		}
	}
	return nil
}

// scanBrief reads an event without its content, unless that says what it is
// about.
func scanBrief(r *sql.Rows) (e data.Entry, err error) {
	var at, by, ref, kind, body string
	if err := r.Scan(&e.Seq, &at, &by, &ref, &kind, &body); err != nil {
		return e, err
	}
	e.By, e.Ref = data.Actor(data.Line(by)), data.Ref(data.Line(ref))
	if e.At, err = parseTime(at); err == nil && body != "" {
		e.Body, err = data.DecodeBody(kind, []byte(body))
	}
	if err != nil { // it counts as a change all the same
		e.Body = data.Unreadable{Err: unreadableEvent(e.Seq, err)}
	}
	return e, nil
}
