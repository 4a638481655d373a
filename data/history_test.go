package data

import "testing"

// history applies bodies to an empty log and returns the events about an item.
func history(t *testing.T, ref Ref, bodies ...Body) (all []Event) {
	t.Helper()
	s := NewState(nil, 0)
	for i, b := range bodies {
		e := event(s, b)
		e.By = []Actor{"ana", "bo", "cy", "dee"}[i%4]
		if err := s.Apply(e); err != nil {
			t.Fatal(err)
		}
		if e.Ref == ref {
			all = append(all, *e)
		}
	}
	return all
}

func changed(ref Ref, kv ...string) Changed {
	b := Changed{Ref: ref}
	for i := 0; i < len(kv); i += 3 {
		b.Changes = append(b.Changes, Change{kv[i], kv[i+1], kv[i+2]})
	}
	return b
}

func TestValueAt(t *testing.T) {
	log := history(t, "A-2", action(), action("owner", "bo"), action(), changed("A-2", "owner", "bo", "cy", "state", "open", "doing"),
		changed("A-2", "priority", "", "P1"), changed("A-2", "owner", "cy", ""))
	for _, tt := range []struct {
		name, field string
		seq         int64
		want        string
		there       bool
	}{
		{"before it was made", "owner", 1, "", false},
		{"as it was made", "owner", 2, "bo", true},
		{"what it is if nobody says so", "state", 2, "open", true},
		{"another item changes nothing", "owner", 3, "bo", true},
		{"changed", "owner", 4, "cy", true},
		{"a second field of that change", "state", 4, "doing", true},
		{"another field changes nothing", "owner", 5, "cy", true},
		{"made unknown", "owner", 6, "", true},
		{"later than the log", "priority", 99, "P1", true},
		{"unknown from the start", "due", 6, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, there := ValueAt(log, actionSpec.Field(tt.field), tt.seq); got != tt.want || there != tt.there {
				t.Errorf("%s at %d is %q, %v; want %q, %v", tt.field, tt.seq, got, there, tt.want, tt.there)
			}
		})
	}
}

// lastSaying returns the last event of a history that says what a field is.
func lastSaying(history []Event, key string) (last Event) {
	for _, e := range history {
		if e.Says(key) {
			last = e
		}
	}
	return last
}

// An item says who changed it last; a conflict names who changed the field.
func TestBlame(t *testing.T) {
	log := history(t, "A-1", action("owner", "bo"), changed("A-1", "owner", "bo", "cy"), changed("A-1", "priority", "", "P1"))
	for field, want := range map[string]Actor{"owner": "bo", "priority": "cy", "title": "ana"} {
		c := ConflictError{Field: actionSpec.Field(field), By: "dee"}
		c.Blame(lastSaying(log, field))
		if c.By != want || c.Seq != map[Actor]int64{"ana": 1, "bo": 2, "cy": 3}[want] || c.At != log[c.Seq-1].At {
			t.Errorf("%s was changed by %s at %v in event %d, want %s", field, c.By, c.At, c.Seq, want)
		}
	}
	c := ConflictError{Field: actionSpec.Field("owner"), By: "dee", Seq: 9}
	if c.Blame(Event{}); c.By != "dee" || c.Seq != 9 {
		t.Errorf("without an event it is %s in event %d", c.By, c.Seq)
	}
}

func TestConflictsAreAllNamed(t *testing.T) {
	bodies := []Body{action("owner", "bo"), changed("A-1", "owner", "bo", "cy"), changed("A-1", "priority", "", "P1", "link", "", "x")}
	log, s := history(t, "A-1", bodies...), stateOf(t, bodies...)
	a := need[*Action](t, s, "A-1")
	for _, tt := range []struct {
		name string
		body Changed
		want string
	}{
		{"two of three", changed("A-1", "owner", "bo", "ana", "due", "", "2024-08-20", "priority", "", "P2"),
			`A-1: owner was "bo" when you looked, is "cy" now (bo, 09:02Z); yours is "ana"|A-1: priority was unknown when you looked, is P1 now (cy, 09:03Z); yours is P2|`},
		{"none", changed("A-1", "owner", "cy", "ana"), ""},
		{"so already, which is none", changed("A-1", "priority", "", "P1"), ""},
		{"a field that there is not", changed("A-1", "colour", "red", "blue"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, c := range tt.body.Conflicts(a) {
				c.Blame(lastSaying(log, c.Field.Key))
				got += c.Error() + "|"
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNearRefs(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a key cut short", "europ", "europe"},
		{"a letter wrong", "eurape", "europe"},
		{"a letter too many", "namess", "names"},
		{"in capitals", "EUROP", "europe"},
		{"with a blank behind it", "europe ", "europe"},
		{"a number without its dash", "X12", "X-12"},
		{"with another sign", "a#7", "A-7"},
		{"with noughts", "A-007", "A-7"},
		{"the start of several", "not", "notification"},
		{"the incident", "incidnt", "incident"},
		{"a number alone", "12", ""},
		{"a letter that no kind has", "B-12", ""},
		{"a letter alone", "A", ""},
		{"nothing like it", "nonsense", ""},
		{"nothing", "", ""},
		{"no letter of ours", "ä1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for i, near := range nearRefs(tt.in) {
				if i > 0 {
					got += " "
				}
				got += near
			}
			if got != tt.want {
				t.Errorf("%q is near %q, want %q", tt.in, got, tt.want)
			}
		})
	}
	_, err := ParseRef("europ")
	refusal(t, err, Failed, `"europ" is no id`)
	if want := "did you mean europe? ids look like A-12, Q-3, europe, names or notification"; HintOf(err) != want {
		t.Errorf("hint %q, want %q", HintOf(err), want)
	}
}
