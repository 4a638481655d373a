package store

import (
	"errors"
	"testing"

	"warroom/data"
)

// TestATryIsWhatRecordSays: what is tried is refused with the words of Record, and
// nothing of it stays.
func TestATryIsWhatRecordSays(t *testing.T) {
	s := newStore(t, action(), action(), made(data.KindNote, "text", "Noted"))
	record(t, s, change("A-1", "owner", "", "bo"))
	for _, tt := range []struct {
		name   string
		role   data.Role
		bodies []data.Body
	}{
		{"nothing wrong", data.Lead, []data.Body{change("A-1", "owner", "bo", "cy"), change("A-2", "owner", "", "cy")}},
		{"one after the other", data.Lead, []data.Body{change("A-1", "owner", "bo", "cy"), change("A-1", "owner", "cy", "dee")}},
		{"a conflict", data.Lead, []data.Body{change("A-2", "owner", "", "cy"), change("A-1", "owner", "", "cy")}},
		{"so already", data.Lead, []data.Body{change("A-1", "owner", "bo", "bo")}},
		{"no such item", data.Lead, []data.Body{change("A-77", "owner", "", "cy")}},
		{"a rule", data.Lead, []data.Body{change("A-1", "state", "open", "nonsense")}},
		{"a viewer", data.Viewer, []data.Body{change("A-1", "owner", "bo", "cy")}},
		{"what was made before it", data.Lead, []data.Body{action(), change("A-3", "owner", "", "cy")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := headOf(t, s)
			var tried [2]error
			err := viewed(s).Try(t.Context(), func(trial *Trial) error {
				for i := range tried { // the first leaves no trace in the second
					tried[i] = trial.Record(tt.role, tt.bodies...)
				}
				return nil
			})
			if err != nil || headOf(t, s) != before {
				t.Fatalf("%v, the head is %v, was %v", err, headOf(t, s), before)
			}
			offers := make([]Offer, len(tt.bodies))
			for i, b := range tt.bodies {
				offers[i] = Offer{By: "ana", Role: tt.role, Body: b}
			}
			_, want := s.Record(t.Context(), offers...)
			for _, got := range tried {
				if (got == nil) != (want == nil) || data.ClassOf(got) != data.ClassOf(want) || errors.Is(got, data.ErrRule) != errors.Is(want, data.ErrRule) || errors.Is(got, data.ErrSame) != errors.Is(want, data.ErrSame) {
					t.Errorf("tried: %v; recorded: %v", got, want)
				}
				var conflict *data.ConflictError
				if got != nil && !errors.As(got, &conflict) && got.Error() != want.Error() {
					t.Errorf("tried: %v; recorded: %v", got, want)
				}
			}
			if want == nil { // put it back
				for i := len(tt.bodies) - 1; i >= 0; i-- {
					if c, ok := tt.bodies[i].(data.Changed); ok && c.Ref != "A-3" {
						record(t, s, change(c.Ref, c.Changes[0].Field, c.Changes[0].Now, c.Changes[0].Was))
					}
				}
			}
		})
	}
}
