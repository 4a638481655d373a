package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"warroom/data"
)

func TestKnown(t *testing.T) {
	s := newStore(t)
	var offers []Offer
	var ids []string
	for i := range 100 { // more than one query asks for
		o := offer(action("title", fmt.Sprint("Call ", i)))
		o.ID = s.StableID(fmt.Sprint("row ", i))
		if ids = append(ids, o.ID); i%2 == 0 {
			offers = append(offers, o)
		}
	}
	if _, err := s.Record(t.Context(), offers...); err != nil {
		t.Fatal(err)
	}
	known, err := viewed(s).Known(t.Context(), ids)
	if err != nil || len(known) != len(offers) {
		t.Fatalf("knows %d of %d: %v", len(known), len(offers), err)
	}
	for i, id := range ids {
		e, ok := known[id]
		if ok != (i%2 == 0) {
			t.Errorf("event %d is known: %v", i, ok)
		} else if want := fmt.Sprint("Call ", i); ok && (e.Body.(data.Made).Fields["title"] != want || e.ID != id || e.Ref == "") {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	if known, err := viewed(s).Known(t.Context(), nil); err != nil || len(known) != 0 {
		t.Errorf("of no ids it knows %v, %v", known, err)
	}
}

// The id of a name is the same in a copy of the file, and another in any other
// incident.
func TestStableID(t *testing.T) {
	s, twin := newStore(t), newStore(t) // copies of one file
	path := filepath.Join(t.TempDir(), "other.db")
	if err := Create(t.Context(), path, options, incident(), nil); err != nil {
		t.Fatal(err)
	}
	other := openFile(t, path, options)
	id := s.StableID("row 1")
	if u, err := uuid.Parse(id); err != nil || u.Version() != 8 || u.Variant() != uuid.RFC4122 {
		t.Errorf("%s is no UUID of version 8: %v", id, err)
	}
	if got := twin.StableID("row 1"); got != id {
		t.Errorf("a copy of the file says %s, not %s", got, id)
	}
	if s.StableID("row 2") == id || other.StableID("row 1") == id {
		t.Error("another name, or another incident, has the same id")
	}
}
