package data

import (
	"testing"
	"time"
)

func TestThereIsOneIncident(t *testing.T) {
	s := stateOf(t, made(KindIncident, "title", "Breach", "mark", "EXERCISE"))
	refusal(t, made(KindIncident, "title", "Another").Check(s), Failed, "incident exists already")
	refusal(t, set(t, s, "incident", "mark", "").Check(s), Failed, "mark cannot be changed")
	refusal(t, set(t, s, "incident", "uid", "x").Check(s), Failed, "file identity cannot be changed")
	record(t, s, set(t, s, "incident", "severity", "SEV1", "aware", "2024-08-15", "title", ""))
	i := need[*Incident](t, s, "incident")
	if i.Severity != "SEV1" || i.Aware.String() != "2024-08-15" || i.Name() != "" || i.Mark != exercise || i.Phase != "" {
		t.Errorf("got %+v", i)
	}
}

func TestKeyedItems(t *testing.T) {
	s := stateOf(t, keyed(KindRegion, "europe", "name", "Europe"))
	for _, tt := range []struct {
		name string
		body Made
		want string
	}{
		{"another region", keyed(KindRegion, "asia", "name", "Asia"), ""},
		{"the same again", keyed(KindRegion, "europe", "name", "Europe"), "europe exists already"},
		{"no such region", keyed(KindRegion, "mars", "name", "Mars"), `there is no region "mars"`},
		{"no key", keyed(KindRegion, "", "name", "Europe"), `there is no region ""`},
		{"a key in capitals", keyed(KindRegion, "ASIA", "name", "Asia"), `there is no region "ASIA"`},
		{"a category as a region", keyed(KindRegion, "names", "name", "Names"), `there is no region "names"`},
		{"no name", keyed(KindRegion, "asia"), "name may not be unknown"},
		{"a number as a key", keyed(KindCategory, "A-1", "name", "x"), `there is no category "A-1"`},
	} {
		t.Run(tt.name, func(t *testing.T) { refusal(t, tt.body.Check(s), Failed, tt.want) })
	}
	if hint := HintOf(keyed(KindRegion, "mars").Check(s)); hint != "one of: north-america, europe, asia, elsewhere" {
		t.Errorf("hint %q", hint)
	}
}

func TestKeyedItemsAreCalledByTheirNames(t *testing.T) {
	s := stateOf(t, keyed(KindRegion, "asia", "name", "Asia"), keyed(KindCategory, "names", "name", "Names"), keyed(KindWorkstream, "support", "name", "Customer support"))
	for ref, want := range map[Ref]string{"asia": "Asia", "names": "Names", "support": "Customer support"} {
		if got := need[Entity](t, s, ref).Name(); got != want {
			t.Errorf("%s is called %q, want %q", ref, got, want)
		}
	}
}

func TestStale(t *testing.T) {
	for _, tt := range []struct {
		name    string
		promise time.Duration
		status  Status
		age     time.Duration
		want    bool
	}{
		{"promises nothing", 0, OnTrack, 1000 * time.Hour, false},
		{"younger than promised", 4 * time.Hour, OnTrack, 4*time.Hour - time.Second, false},
		{"as old as promised", 4 * time.Hour, OnTrack, 4 * time.Hour, false},
		{"older than promised", 4 * time.Hour, OnTrack, 4*time.Hour + time.Second, true},
		{"older, status unknown", 4 * time.Hour, "", 5 * time.Hour, true},
		{"older, blocked", 4 * time.Hour, StreamBlocked, 5 * time.Hour, true},
		{"older, but done", 4 * time.Hour, StreamDone, 5 * time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &Workstream{Meta: Meta{ChangedAt: at}, Promise: tt.promise, Status: tt.status}
			if got := w.Stale(at.Add(tt.age)); got != tt.want {
				t.Errorf("stale %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAWorkstreamIsUpdatedOnlyByAChange(t *testing.T) {
	s := stateOf(t, keyed(KindWorkstream, "support", "name", "Customer support"))
	if w := need[*Workstream](t, s, "support"); !w.Updated().IsZero() || w.Changed() {
		t.Errorf("just made, updated at %v", w.Updated())
	}
	e := record(t, s, set(t, s, "support", "headline", "Hotline is open"))
	if w := need[*Workstream](t, s, "support"); !w.Updated().Equal(e.At) || !w.Changed() {
		t.Errorf("updated at %v, want %v", w.Updated(), e.At)
	}
}
