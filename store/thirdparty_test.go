package store

import (
	"context"
	"sync"
	"testing"

	"warroom/data"
)

// The third party is read at one moment: of an act that adds an ask to them and a source
// of theirs, both are there or neither.
func TestTheThirdPartyIsReadAtOneMoment(t *testing.T) {
	s := newStore(t, change(data.IncidentRef, "third_party", "", "Provider"))
	var wg sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	wg.Go(func() {
		defer stop()
		for range 100 {
			offers := []Offer{offer(action("kind", "ask", "to", "Provider")), offer(made(data.KindSource, "title", "What they said", "publisher", "Provider"))}
			if _, err := s.Record(context.Background(), offers...); err != nil {
				t.Error(err)
				return
			}
		}
	})
	v := s.As("eve", data.Viewer)
	for over := false; !over; {
		over = ctx.Err() != nil
		p, err := v.ThirdParty(t.Context(), at)
		if err != nil || len(p.Waiting) != len(p.Sources) {
			t.Errorf("%+v, %v", p, err)
			break
		}
		if over && len(p.Waiting) != 100 {
			t.Errorf("%d asks wait in the end", len(p.Waiting))
		}
	}
	wg.Wait()
}
