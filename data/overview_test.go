package data

import (
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	change := func(ref Ref, field, was, now string) Changed {
		return Changed{Ref: ref, Changes: []Change{{field, was, now}}}
	}
	for _, tt := range []struct {
		name string
		body Body
		want string
	}{
		{"an item made", action(), "added"},
		{"a redaction", Redacted{Event: 12}, "redacted event 12"},
		{"a state", change("A-1", "state", "open", "done"), "state open → done"},
		{"an owner, until now unknown", change("A-1", "owner", "", "bo"), "owner unknown → bo"},
		{"made unknown", change("incident", "next_update_due", "2024-08-15", ""), "next update due 15 Aug 2024 (day) → unknown"},
		{"a flag", change("C-1", "pinned", "", "true"), "pinned no → yes"},
		{"a flag taken back", change("C-1", "pinned", "true", ""), "pinned yes → no"},
		{"two fields", Changed{Ref: "A-1", Changes: []Change{{"state", "open", "doing"}, {"owner", "", "bo"}}}, "state open → doing, owner unknown → bo"},
		{"a long text by its first line", change("Q-1", "answer", "", "one\ntwo"), "answer unknown → one"},
		{"a hostile text in the log", change("Q-1", "answer", "\x1b[2Jx", "\u202ey"), "answer \ufffd[2Jx → \ufffdy"},
		{"a field that this version does not know", change("A-1", "colour", "", "red"), "colour recorded by a newer warroom"},
		{"an id that this version does not know", change("Z-1", "state", "", "x"), "state recorded by a newer warroom"},
		{"a kind that this version does not know", Newer{"moved", []byte(`{}`)}, "recorded by a newer warroom"},
		{"an item of a kind that it does not know", made("milestone", "title", "x"), "added, recorded by a newer warroom"},
		{"an item with fields that it does not know", action("colour", "red", "shape", "round"), "added, with colour, shape recorded by a newer warroom"},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Describe(tt.body); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestShow(t *testing.T) {
	for _, tt := range []struct {
		kind         Kind
		field        string
		stored, want string
	}{
		{KindNote, "private", "", "no"},
		{KindNote, "private", "true", "yes"},
		{KindClaim, "best", "", "unknown"},
		{KindClaim, "best", "0", "0"},
		{KindAction, "priority", "", "unknown"},
		{KindAction, "title", "true", "true"},
		{KindNote, "text", "one\ntwo", "one"},
	} {
		if got := SpecOf(tt.kind).Field(tt.field).Show(tt.stored); got != tt.want {
			t.Errorf("%s %s %q shows %q, want %q", tt.kind, tt.field, tt.stored, got, tt.want)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for in, want := range map[string]string{"": "", "one": "one", "one\ntwo\nthree": "one", "\n\n one\ntwo": "one", "one\rtwo": "one", "one\r\ntwo": "one", " \n ": ""} {
		if got := FirstLine(in); got != want {
			t.Errorf("FirstLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEntryIsAboutTheItemThatPeopleKnow(t *testing.T) {
	for _, tt := range []struct {
		name string
		e    Event
		want Ref
	}{
		{"a change", Event{Ref: "A-1", Body: Changed{Ref: "A-1"}}, "A-1"},
		{"an item made", Event{Ref: "A-2", Body: action()}, "A-2"},
		{"a redaction, which is about an event", Event{Ref: "event-3", Body: Redacted{Event: 3, Item: "A-1"}}, "A-1"},
	} {
		if got := (Entry{Event: tt.e}).Item(); got != tt.want {
			t.Errorf("%s: about %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestGoHandsAPanicOver(t *testing.T) {
	fell, done := make(chan error, 1), make(chan bool)
	Go(func() { panic("out of paper") }, func(err error) { fell <- err })
	if err := <-fell; !strings.HasPrefix(err.Error(), "panic: out of paper\n") || !strings.Contains(err.Error(), "overview_test.go") {
		t.Errorf("got %v, want the panic and where it was", err)
	}
	Go(func() { close(done) }, func(err error) { t.Errorf("fell without a panic: %v", err) })
	<-done
}
