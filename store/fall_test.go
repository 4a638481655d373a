package store

import (
	"context"
	"sync"
	"testing"

	"warroom/data"
)

// What falls is read at one moment: of an act that adds a claim and a fact, both are
// there or neither.
func TestWhatFallsIsReadAtOneMoment(t *testing.T) {
	s := newStore(t, made(data.KindSource, "title", "First call"))
	var wg sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	wg.Go(func() {
		defer stop()
		for range 100 {
			offers := []Offer{offer(claim("source", "S-1")), offer(made(data.KindFact, "topic", "who", "text", "They", "source", "S-1", "standing", "reported"))}
			if _, err := s.Record(context.Background(), offers...); err != nil {
				t.Error(err)
				return
			}
		}
	})
	v := s.As("eve", data.Viewer)
	for over := false; !over; {
		over = ctx.Err() != nil
		source, fall, err := v.Fall(t.Context(), "S-1")
		if err != nil || source.Ref != "S-1" || len(fall.Claims) != len(fall.Facts) {
			t.Errorf("%d claims and %d facts fall with %v, %v", len(fall.Claims), len(fall.Facts), source, err)
			break
		}
		if over && len(fall.Claims) != 100 {
			t.Errorf("%d claims fall in the end", len(fall.Claims))
		}
	}
	wg.Wait()
}

func TestWhatFallsWithNoSource(t *testing.T) {
	s := newStore(t, action(), made(data.KindNote, "text", "For few", "private", "true"))
	for _, tt := range []struct {
		ref   data.Ref
		class data.Class
		says  string
	}{
		{"A-1", data.Failed, "A-1 is no source"},
		{"S-1", data.Failed, "there is no S-1"},
		{"N-1", data.Forbidden, "N-1 is a private note"},
	} {
		_, _, err := s.As("eve", data.Viewer).Fall(t.Context(), tt.ref)
		refusal(t, err, tt.class, tt.says)
	}
}
