package data

import (
	"reflect"
	"slices"
	"testing"
)

// What a newer warroom may record in a log of this format, and what it is about.
var newerBodies = []struct {
	name string
	ref  Ref
	body Body
}{
	{"a kind of event", "A-1", Newer{"moved", []byte(`{"to":"A-2","why":"Jane Roe"}`)}},
	{"a kind of item", "M-1", made("milestone", "title", "Jane Roe")},
	{"a change of one", "M-1", Changed{Ref: "M-1", Changes: []Change{{"title", "Jane Roe", "x"}}, Why: "Jane Roe"}},
	{"a key", "region:africa", Made{Of: KindRegion, Key: "africa", Fields: map[string]string{"name": "Jane Roe", "notices": "begun"}}},
	{"a change of one with a key", "region:africa", Changed{Ref: "region:africa", Changes: []Change{{"notices", "", "begun"}}}},
}

// What a newer warroom recorded is kept and folds to nothing; what comes before and
// after it folds as ever.
func TestNewerIsKept(t *testing.T) {
	for _, tt := range newerBodies {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.body.Check(stateOf(t, action(), action())); err == nil {
				t.Error("it passes the check: it could be recorded here")
			}
			raw, err := EncodeBody(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			body, err := DecodeBody(tt.body.Kind(), raw)
			if err != nil || !IsNewer(body) || body.Kind() != tt.body.Kind() {
				t.Fatalf("%s is read as %#v, %v", raw, body, err)
			}
			s := stateOf(t, action(), action())
			e := event(s, body)
			e.Ref = tt.ref
			before := s.All()
			if err := s.Apply(e); err != nil || e.Ref != tt.ref || s.Seq != 3 {
				t.Fatalf("Apply: %v; about %s, seq %d", err, e.Ref, s.Seq)
			}
			if got := s.Newer(); !slices.Equal(got, []int64{3}) || !slices.Equal(s.TakeTouched().Newer, got) {
				t.Errorf("kept: %v", got)
			}
			if !reflect.DeepEqual(s.All(), before) {
				t.Error("it has changed an item")
			}
			record(t, s, Changed{Ref: "A-1", Changes: []Change{{"state", "open", "done"}}})
		})
	}
}

// Nothing is left of it when it is redacted, and what is left reads the same masked
// again.
func TestNewerIsMaskedWhole(t *testing.T) {
	left := []string{
		`{"masked":true}`,
		`{"kind":"milestone","fields":{"title":"[redacted]"}}`,
		`{"ref":"M-1","changes":[{"field":"title","was":"[redacted]","now":"[redacted]"}],"why":"[redacted]"}`,
		`{"kind":"region","key":"africa","fields":{"name":"[redacted]","notices":"[redacted]"}}`,
		`{"ref":"region:africa","changes":[{"field":"notices","was":"","now":"[redacted]"}]}`,
	}
	for i, tt := range newerBodies {
		t.Run(tt.name, func(t *testing.T) {
			s := stateOf(t, action(), action())
			e := event(s, tt.body)
			e.Ref = tt.ref
			if err := s.Apply(e); err != nil {
				t.Fatal(err)
			}
			red, err := Redact(*e, "names a person")
			if err != nil || string(red.Body) != left[i] {
				t.Fatalf("%s, %v; want %s", red.Body, err, left[i])
			}
			record(t, s, red)
			body, err := DecodeBody(red.Of, red.Body)
			if err != nil || !IsNewer(body) {
				t.Fatalf("what is left is read as %#v, %v", body, err)
			}
			again, err := Redact(Event{Seq: e.Seq, Ref: e.Ref, Body: body}, "names a person")
			if err != nil || !reflect.DeepEqual(again, red) {
				t.Errorf("masked again: %s, %v", again.Body, err)
			}
		})
	}
}

// A field that this warroom does not know is in no item. A redaction masks it whatever
// it holds.
func TestNewerFieldIsInNoItem(t *testing.T) {
	s := stateOf(t, action("title", "Call"))
	e := event(s, action("title", "Tell Jane", "colour", "red"))
	if err := s.Apply(e); err != nil {
		t.Fatal(err)
	}
	if len(s.Newer()) > 0 {
		t.Error("an item of a kind that is known was not folded")
	}
	red, err := Redact(*e, "why")
	if want := `{"kind":"action","fields":{"colour":"[redacted]","stream":"notification","title":"[redacted]"}}`; err != nil || string(red.Body) != want {
		t.Errorf("%s, %v; want %s", red.Body, err, want)
	}
}

// A warroom that knows a field reads it as unknown where one that did not know it has
// masked it.
func TestMaskInAFieldWithoutText(t *testing.T) {
	s := NewState(nil, 0)
	for _, b := range []Body{
		action("due", Mask, "priority", Mask, "state", Mask, "owner", Mask),
		Changed{Ref: "A-1", Changes: []Change{{"waits_for", "", Mask}, {"kind", "action", Mask}}},
	} {
		if err := s.Apply(event(s, b)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.Need("A-1")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"due": "", "priority": "", "state": "open", "owner": Mask, "waits_for": Mask, "kind": "action"}
	for key, v := range want {
		if got := SpecOf(KindAction).Field(key).Get(a); got != v {
			t.Errorf("%s is %q, want %q", key, got, v)
		}
	}
}

// Whoever asks what changed is told of it.
func TestNewerIsNews(t *testing.T) {
	var entries []Entry
	for i, tt := range newerBodies {
		entries = append(entries, Entry{Event: Event{Seq: int64(i + 1), By: "ana", Ref: tt.ref, Body: tt.body}})
	}
	n := MakeNews(0, entries, nil)
	var got []string
	for _, p := range n.Panes {
		for _, i := range p.Items {
			if !i.Newer || i.Touched() {
				t.Errorf("%s: newer %v, changed back %v", i.Ref, i.Newer, i.Touched())
			}
			got = append(got, p.Name+" "+string(i.Ref))
		}
	}
	if want := []string{"Actions A-1", "Of a newer warroom region:africa", "Of a newer warroom M-1"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What this warroom does not know is for those who may read all.
func TestNewerIsNotForEverybody(t *testing.T) {
	for _, tt := range []struct {
		body  Body
		shown string
	}{
		{Newer{"moved", []byte(`{"to":"A-2"}`)}, `{"masked":true}`},
		{action("colour", "red"), `{"kind":"action","fields":{"stream":"notification","title":"Send notices"}}`},
		{Changed{Ref: "A-1", Changes: []Change{{"state", "open", "done"}, {"colour", "", "red"}}}, `{"ref":"A-1","changes":[{"field":"state","was":"open","now":"done"}]}`},
		{Changed{Ref: "M-1", Changes: []Change{{"title", "", "red"}}}, `{"ref":"M-1","changes":[]}`},
	} {
		e := Event{Body: tt.body}
		raw, err := EncodeBody(e.Readable(Viewer).Body)
		if err != nil || string(raw) != tt.shown {
			t.Errorf("a viewer sees %s, %v; want %s", raw, err, tt.shown)
		}
		if !reflect.DeepEqual(e.Readable(Responder), e) {
			t.Errorf("a responder does not see all of %#v", tt.body)
		}
	}
}

// TestKeysOfTheLog fails when a key becomes an id by itself: in the log the keys of
// version 5 are, and no others.
func TestKeysOfTheLog(t *testing.T) {
	want := []string{"north-america", "europe", "asia", "elsewhere",
		"names", "addresses", "phone-numbers", "vehicle-details", "transaction-data", "service-history",
		"notification", "investigation", "remediation", "support", "authorities"}
	var got []string
	for _, spec := range Specs() {
		for _, key := range spec.Keys {
			got = append(got, string(spec.refOfKey(key)))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("ids that are keys: %q, want %q", got, want)
	}
	if got := SpecOf(KindWorkstream).refOfKey("legal"); got != "workstream:legal" {
		t.Errorf("the id of another key is %s", got)
	}
}
