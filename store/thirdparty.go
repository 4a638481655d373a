package store

import (
	"context"
	"time"

	"warroom/data"
)

// mostAsks is at how many asks ThirdParty looks.
const mostAsks = 2_000

// ThirdParty returns what is known of the third party, as of now. It is read in one
// transaction.
func (v *View) ThirdParty(ctx context.Context, now time.Time) (p *data.ThirdParty, err error) {
	filter, err := data.ParseFilter(data.KindAction, "kind:ask", now)
	if err != nil {
		return nil, err
	}
	query := data.ActionQuery{Filter: filter, Sort: data.IDKey, All: true, Now: now}
	err = v.readTx(ctx, func(q querier) error {
		p, err = thirdParty(ctx, q, query)
		return err
	})
	return p, err
}

func thirdParty(ctx context.Context, q querier, query data.ActionQuery) (*data.ThirdParty, error) {
	item, err := needItem(ctx, q, data.IncidentRef)
	if err != nil {
		return nil, err
	}
	incident := item.(*data.Incident)
	asks, err := findActions(ctx, q, query, "", 0, mostAsks)
	if err != nil {
		return nil, err
	}
	answered := map[data.Ref]time.Time{}
	for _, a := range asks.Rows {
		if a.Answer == "" || !incident.Theirs(a.To) {
			continue
		}
		history, err := collect(ctx, q, scanShown, pickHistory, string(a.Ref))
		if err == nil {
			err = data.Damage(history)
		}
		if err != nil {
			return nil, err
		}
		answered[a.Ref] = data.AnsweredAt(a, history)
	}
	sources, err := allOf[*data.Source](ctx, q, data.KindSource)
	if err != nil {
		return nil, err
	}
	claims, err := allOf[*data.Claim](ctx, q, data.KindClaim)
	return data.NewThirdParty(incident, asks.Rows, answered, sources, claims, query.Now), err
}
