package data

import (
	"reflect"
	"testing"
)

func TestPersonalIn(t *testing.T) {
	const mail, masked = "jo@example.com", "j…@…"
	for _, tt := range []struct {
		name   string
		body   Body
		labels []string // where something is found
		left   Body     // what masking leaves
	}{
		{"texts of a new item, in the order of its fields",
			Made{Of: KindAction, Fields: map[string]string{"detail": "ask " + mail, "title": "Ask " + mail, "stream": "support"}},
			[]string{"title", "detail"},
			Made{Of: KindAction, Fields: map[string]string{"detail": "ask " + masked, "title": "Ask " + masked, "stream": "support"}}},
		{"names are left alone",
			Made{Of: KindAction, Fields: map[string]string{"title": "x", "owner": mail, "to": mail}}, nil,
			Made{Of: KindAction, Fields: map[string]string{"title": "x", "owner": mail, "to": mail}}},
		{"a decision's reason and text, not by whom",
			Made{Of: KindDecision, Fields: map[string]string{"text": mail, "decided_by": mail, "reason": mail}},
			[]string{"text", "reason"},
			Made{Of: KindDecision, Fields: map[string]string{"text": masked, "decided_by": mail, "reason": masked}}},
		{"what a field becomes, not what it was",
			Changed{Ref: "A-1", Changes: []Change{{"detail", mail, "ask " + mail}, {"owner", "", mail}}, Why: "+49 170 1234567 said so"},
			[]string{"detail", "reason"},
			Changed{Ref: "A-1", Changes: []Change{{"detail", mail, "ask " + masked}, {"owner", "", mail}}, Why: "…67 said so"}},
		{"what is taken out is no matter",
			Changed{Ref: "A-1", Changes: []Change{{"detail", mail, ""}}}, nil,
			Changed{Ref: "A-1", Changes: []Change{{"detail", mail, ""}}}},
		{"why something was redacted",
			Redacted{Event: 4, Item: "N-1", Why: "named " + mail}, []string{"reason"},
			Redacted{Event: 4, Item: "N-1", Why: "named " + masked}},
		{"a file's identity is no person's",
			Made{Of: KindIncident, Fields: map[string]string{"uid": "0170 1234567"}}, nil,
			Made{Of: KindIncident, Fields: map[string]string{"uid": "0170 1234567"}}},
		{"a kind that does not exist", Made{Of: "x", Fields: map[string]string{"a": mail}}, nil, Made{Of: "x", Fields: map[string]string{"a": mail}}},
		{"an item that cannot exist", Changed{Ref: "?", Changes: []Change{{"a", "", mail}}}, nil, Changed{Ref: "?", Changes: []Change{{"a", "", mail}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, err := EncodeBody(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			var labels []string
			for _, f := range PersonalIn(tt.body) {
				labels = append(labels, f.Label)
			}
			if !reflect.DeepEqual(labels, tt.labels) {
				t.Errorf("found in %q, want %q", labels, tt.labels)
			}
			if left := MaskBody(tt.body); !reflect.DeepEqual(left, tt.left) {
				t.Errorf("masked: %+v, want %+v", left, tt.left)
			}
			if after, _ := EncodeBody(tt.body); string(after) != string(before) {
				t.Errorf("the body itself became %s", after)
			}
		})
	}
}
