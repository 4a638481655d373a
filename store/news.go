package store

import (
	"context"
	"database/sql"
	"time"

	"warroom/data"
)

// mostNews is at how many events News looks at the most.
const mostNews = 5_000

// News returns what changed after a position of the log. Of very many events it
// looks at the last ones, and says so in From.
func (s *Store) News(ctx context.Context, after int64) (n data.News, err error) {
	err = s.readTx(ctx, func(q querier) error {
		n, err = news(ctx, q, after, mostNews)
		return err
	})
	return n, err
}

func news(ctx context.Context, q querier, after int64, most int) (data.News, error) {
	events, err := entries(ctx, q, after, -most)
	if err != nil {
		return data.News{}, err
	}
	from := after
	if len(events) > 0 {
		from = events[0].Seq - 1
	}
	claims, err := claimsNamed(ctx, q, events)
	if err != nil {
		return data.News{}, err
	}
	n := data.MakeNews(from, events, claims)
	n.After = after
	return n, nil
}

// claimsNamed returns all claims about each figure of which events state or
// change one.
func claimsNamed(ctx context.Context, q querier, events []data.Entry) (all []*data.Claim, err error) {
	seen := map[data.FigureKey]bool{}
	of := map[data.Ref]bool{}
	l := loader{ctx, q}
	for _, e := range events {
		ref := e.Item()
		if spec := ref.Spec(); spec == nil || spec.Kind != data.KindClaim || of[ref] {
			continue
		}
		of[ref] = true
		item, err := l.Entity(ref)
		if err != nil {
			return nil, err
		}
		c, ok := item.(*data.Claim)
		if !ok || seen[c.Key()] {
			continue
		}
		seen[c.Key()] = true
		claims, err := l.Claims(c.Key())
		if err != nil {
			return nil, err
		}
		all = append(all, claims...)
	}
	return all, nil
}

// Delta returns which items and figures others than me have changed after a
// position of the log. It reads no more than [data.MaxDelta] events, and of most
// of them not the content, so that it may be asked with every change.
func (s *Store) Delta(ctx context.Context, after int64, me data.Actor, role data.Role) (d *data.Delta, err error) {
	err = s.readTx(ctx, func(q querier) error {
		d, err = delta(ctx, q, after, me, role)
		return err
	})
	return d, err
}

func delta(ctx context.Context, q querier, after int64, me data.Actor, role data.Role) (*data.Delta, error) {
	d := &data.Delta{After: after, From: after, Me: me, Items: map[data.Ref]time.Time{}, Figures: map[data.FigureKey]time.Time{}}
	// The newest first: the first that is met of an item is the last about it.
	events, err := collect(ctx, q, scanBrief, `SELECT seq, at, "by", ref, kind, CASE kind WHEN 'redacted' THEN body ELSE '' END
		FROM event WHERE seq > ? ORDER BY seq DESC LIMIT ?`, after, data.MaxDelta+1)
	if err != nil {
		return nil, err
	}
	if len(events) > data.MaxDelta {
		d.From = events[data.MaxDelta].Seq
		events = events[:data.MaxDelta]
	}
	for _, e := range events {
		ref := e.Item()
		if _, ok := d.Items[ref]; !ok && e.By != me && ref.Spec() != nil {
			d.Items[ref] = e.At
		}
	}
	return d, refine(ctx, q, d, role)
}

// refine puts figures in the place of claims, and leaves out what the role may
// not read.
func refine(ctx context.Context, q querier, d *data.Delta, role data.Role) error {
	l := loader{ctx, q}
	for ref, at := range d.Items {
		kind := ref.Spec().Kind
		if kind != data.KindClaim && (kind != data.KindNote || role >= data.Responder) {
			continue
		}
		item, err := l.Entity(ref)
		if err != nil {
			return err
		}
		switch item := item.(type) {
		case *data.Note:
			if item.Private {
				delete(d.Items, ref)
			}
		case *data.Claim:
			delete(d.Items, ref)
			if at.After(d.Figures[item.Key()]) {
				d.Figures[item.Key()] = at
			}
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
	if body != "" {
		if e.Body, err = data.DecodeBody(kind, []byte(body)); err != nil {
			return e, err
		}
	}
	e.At, err = parseTime(at)
	return e, err
}
