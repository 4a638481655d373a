package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckOfSomethingMade(t *testing.T) {
	s := stateOf(t, keyed(KindWorkstream, "support", "name", "Customer support"))
	for _, tt := range []struct {
		name string
		body Made
		want string
	}{
		{"an action with a title and a stream", made(KindAction, "title", "x", "stream", "support"), ""},
		{"an action of a stream that nobody made yet", made(KindAction, "title", "x", "stream", "authorities"), ""},
		{"a kind that there is not", made("breach", "title", "x"), `there is no kind of item "breach"`},
		{"no kind", made(""), `there is no kind of item ""`},
		{"a field that there is not", action("colour", "red"), `action has no field "colour"`},
		{"a field of another kind", action("topic", "who"), `action has no field "topic"`},
		{"a field that is empty and that there is not", action("colour", ""), `action has no field "colour"`},
		{"no title", made(KindAction, "stream", "support"), "title may not be unknown"},
		{"an empty title", action("title", ""), "title may not be unknown"},
		{"no stream", made(KindAction, "title", "x"), "workstream may not be unknown"},
		{"a state made unknown", action("state", ""), "state may not be unknown"},
		{"a kind made unknown", action("kind", ""), "kind may not be unknown"},
		{"a word not of the list", action("priority", "P9"), `priority cannot be "P9"`},
		{"a word not as stored", action("priority", "p1"), `priority is not in its stored form: "p1"`},
		{"a title not as stored", action("title", " x"), `title is not in its stored form: " x"`},
		{"a time that is none", action("due", "soon"), `"soon" is no time`},
		{"a time not as stored", action("due", "2024-08-15T09:00:00+07:00"), `due is not in its stored form: "2024-08-15T09:00:00+07:00"`},
		{"a number that is none", claim("low", "few"), `low must be a whole number from 0 to 10^15, not "few"`},
		{"a number not as stored", claim("low", "007"), `low is not in its stored form: "007"`},
		{"a flag not as stored", made(KindNote, "text", "x", "private", "yes"), `private is not in its stored form: "yes"`},
		{"a promise that is none", keyed(KindWorkstream, "authorities", "name", "x", "promise", "often"), `"often" is no span of time`},
		{"a source that is no id", claim("source", "me"), `"me" is no id`},
		{"a key for what has a number", Made{Of: KindAction, Key: "my action", Fields: action().Fields}, "action has no key"},
		{"a key for the incident", Made{Of: KindIncident, Key: "the breach"}, "incident has no key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := snap(s)
			refusal(t, tt.body.Check(s), Failed, tt.want)
			same(t, "after Check", snap(s), before)
		})
	}
}

func TestCheckOfAChange(t *testing.T) {
	s := stateOf(t,
		action("title", "Send notices", "owner", "bo"),
		made(KindSource, "title", "The article"),
	)
	change := func(ref Ref, kv ...string) Changed {
		b := Changed{Ref: ref}
		for i := 0; i < len(kv); i += 3 {
			b.Changes = append(b.Changes, Change{kv[i], kv[i+1], kv[i+2]})
		}
		return b
	}
	but := func(fn func(*Changed)) Changed {
		b := change("A-1", "owner", "bo", "ana")
		fn(&b)
		return b
	}
	because := func(why string) Changed { return but(func(b *Changed) { b.Why = why }) }
	long := strings.Repeat("x", MaxLine)
	for _, tt := range []struct {
		name  string
		body  Changed
		class Class
		want  string
	}{
		{"one field", change("A-1", "owner", "bo", "ana"), 0, ""},
		{"two fields", change("A-1", "owner", "bo", "ana", "state", "open", "doing"), 0, ""},
		{"made unknown", change("A-1", "owner", "bo", ""), 0, ""},
		{"no such item", change("A-9", "owner", "", "ana"), Failed, "there is no A-9; the last is A-1"},
		{"no item at all", change("", "owner", "", "ana"), Failed, "there is no "},
		{"nothing to change", change("A-1"), Failed, "A-1: nothing to change"},
		{"no such field", change("A-1", "colour", "", "red"), Failed, `action has no field "colour"`},
		{"a field of another kind", change("S-1", "state", "", "open"), Failed, `source has no field "state"`},
		{"a field that is fixed", change("A-1", "kind", "action", "ask"), Failed, "kind cannot be changed"},
		{"a title taken away", change("A-1", "title", "Send notices", ""), Failed, "title may not be unknown"},
		{"a value that is none", change("A-1", "due", "", "soon"), Failed, `"soon" is no time`},
		{"a value not as stored", change("A-1", "due", "", "tomorrow"), Failed, `"tomorrow" is not between 1900 and 2999`},
		{"a year that could not be read again", change("A-1", "due", "", "1800-01-01"), Failed, `"1800-01-01" is not between 1900 and 2999`},
		{"the field is so already", change("A-1", "owner", "", "bo"), Failed, `A-1 is already so: owner is "bo"`},
		{"the author saw it so", change("A-1", "owner", "bo", "bo"), Failed, `A-1 is already so: owner is "bo"`},
		{"it is unknown already", change("A-1", "link", "", ""), Failed, "A-1 is already so: link is unknown"},
		{"one of two fields is so already", change("A-1", "state", "open", "doing", "owner", "", "bo"), Failed, `A-1 is already so: owner is "bo"`},
		{"somebody else changed it", change("A-1", "owner", "cy", "ana"), Conflict, `A-1: owner was "cy" when you looked, is "bo" now (ana, 09:01Z); yours is "ana"`},
		{"somebody else set it", change("A-1", "owner", "", "ana"), Conflict, `A-1: owner was unknown when you looked, is "bo" now (ana, 09:01Z); yours is "ana"`},
		{"one of two fields was changed", change("A-1", "state", "open", "doing", "owner", "", "ana"), Conflict, `A-1: owner was unknown when you looked, is "bo" now (ana, 09:01Z); yours is "ana"`},
		{"a value that is none is worse than a conflict", change("A-1", "priority", "P1", "P9"), Failed, `priority cannot be "P9"`},
		{"one field twice", change("A-1", "owner", "bo", "ana", "owner", "bo", "cy"), Failed, "A-1: owner is changed twice"},
		{"a rule between fields", change("A-1", "to", "", "legal"), Failed, "only an ask is asked of someone and answered"},
		{"a reason", because("she asked for it"), 0, ""},
		{"a reason as long as may be", because(long), 0, ""},
		{"a reason too long", because(long + "x"), Failed, "reason is 501 characters long, the most is 500"},
		{"a reason of two lines", because("one\ntwo"), Failed, `reason is not in its stored form: "one two"`},
		{"a part of an act", but(func(b *Changed) { b.Act = "0192f3a4-77aa-7bbb-8ccc-0123456789ab" }), 0, ""},
		{"an act that could hold a text", but(func(b *Changed) { b.Act = "of ana" }), Failed, `"of ana" is no id of an act`},
		{"an act that is too long", but(func(b *Changed) { b.Act = strings.Repeat("0", 37) }), Failed, `"` + strings.Repeat("0", 37) + `" is no id of an act`},
		{"what takes back an event", but(func(b *Changed) { b.Undoes = 1 }), 0, ""},
		{"what takes back an event to come", but(func(b *Changed) { b.Undoes = 99 }), Failed, "there is no event 99 to take back"},
		{"what takes back no event", but(func(b *Changed) { b.Undoes = -1 }), Failed, "there is no event -1 to take back"},
		{"a hostile reason", because("\x1b[2J"), Failed, "reason is not in its stored form: \"\ufffd[2J\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := snap(s)
			refusal(t, tt.body.Check(s), tt.class, tt.want)
			same(t, "after Check", snap(s), before)
		})
	}
}

func TestConflictHasBaseMineAndTheirs(t *testing.T) {
	s := stateOf(t, action("owner", "bo"))
	mine := set(t, s, "A-1", "owner", "ana") // what the author saw
	theirs := set(t, s, "A-1", "owner", "cy")
	e := event(s, theirs)
	e.By = "dee"
	if err := s.Apply(e); err != nil {
		t.Fatal(err)
	}
	var got *ConflictError
	if err := mine.Check(s); !errors.As(err, &got) {
		t.Fatalf("got %v, want a conflict", err)
	}
	want := ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Base: "bo", Mine: "ana", Theirs: "cy", By: "dee", At: e.At, Seq: 2}
	if *got != want {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
}

func TestAChangeElsewhereIsNoConflict(t *testing.T) {
	s := stateOf(t, action("owner", "bo"), action())
	mine := set(t, s, "A-1", "owner", "ana")
	record(t, s, set(t, s, "A-1", "state", "doing", "due", "2024-08-20")) // the same item
	record(t, s, set(t, s, "A-2", "owner", "cy"))                         // the same field
	record(t, s, action())                                                // another item
	record(t, s, mine)
	if a := need[*Action](t, s, "A-1"); a.Owner != "ana" || a.State != Doing || a.Due.String() != "2024-08-20" {
		t.Errorf("got %+v", a)
	}
}

func TestAChangeThereAndBackIsNoConflict(t *testing.T) {
	s := stateOf(t, action("owner", "bo"))
	mine := set(t, s, "A-1", "owner", "ana")
	record(t, s, set(t, s, "A-1", "owner", "cy"))
	record(t, s, set(t, s, "A-1", "owner", "bo"))
	refusal(t, mine.Check(s), Failed, "")
}

func TestCheckOfARedaction(t *testing.T) {
	s := stateOf(t, action("detail", "secret"))
	r, err := Redact(Event{Seq: 1, Ref: "A-1", Body: action("detail", "secret")}, "a person asked")
	if err != nil {
		t.Fatal(err)
	}
	but := func(f func(*Redacted)) Redacted { c := r; f(&c); return c }
	for _, tt := range []struct {
		name string
		body Redacted
		want string
	}{
		{"an event", r, ""},
		{"no reason", but(func(r *Redacted) { r.Why = "" }), "a redaction needs a reason"},
		{"a reason too long", but(func(r *Redacted) { r.Why = strings.Repeat("x", MaxLine+1) }), "reason is 501 characters long, the most is 500"},
		{"a hostile reason", but(func(r *Redacted) { r.Why = "\a" }), "reason is not in its stored form: \"\ufffd\""},
		{"event 0", but(func(r *Redacted) { r.Event = 0 }), "there is no event 0"},
		{"an event before all", but(func(r *Redacted) { r.Event = -1 }), "there is no event -1"},
		{"an event to come", but(func(r *Redacted) { r.Event = 2 }), "there is no event 2"},
		{"a redaction", but(func(r *Redacted) { r.Of = KindRedacted }), "event 1 is itself a redaction and holds nothing to mask"},
		{"a kind that is no kind of event", but(func(r *Redacted) { r.Of = "MOVED" }), `unknown kind of event "MOVED"`},
	} {
		t.Run(tt.name, func(t *testing.T) { refusal(t, tt.body.Check(s), Failed, tt.want) })
	}
	if err := but(func(r *Redacted) { r.Body = []byte(`{"x":1}`) }).Check(s); err == nil {
		t.Error("a content that cannot be read is accepted")
	}
	if e := record(t, s, r); e.Ref != "event-1" || e.Ref != EventRef(1) {
		t.Errorf("it is about %s, want event-1", e.Ref)
	}
	refusal(t, r.Check(s), Failed, "event 1 is redacted already")
}

func TestDecodeBodyRefuses(t *testing.T) {
	for _, tt := range []struct{ name, kind, raw, want string }{
		{"a newer kind that is no object", "moved", `[]`, `unknown kind of event "moved"`},
		{"a newer kind that is cut short", "moved", `{"to":"A-1"`, `unknown kind of event "moved"`},
		{"a newer kind with more after it", "moved", `{} {}`, `unknown kind of event "moved"`},
		{"no kind", "", `{}`, `unknown kind of event ""`},
		{"a kind in capitals", "MADE", `{}`, `unknown kind of event "MADE"`},
		{"a hostile kind", "\x1b[2J", `{}`, "unknown kind of event \"\ufffd[2J\""},
		{"an unknown field", KindMade, `{"kind":"note","colour":"red"}`, `json: unknown field "colour"`},
		{"an unknown field of a change", KindChanged, `{"ref":"A-1","changes":[{"field":"x","was":"","now":"","then":""}]}`, `json: unknown field "then"`},
		{"a field of another kind", KindRedacted, `{"changes":[]}`, `json: unknown field "changes"`},
		{"nothing", KindMade, ``, "EOF"},
		{"cut short", KindMade, `{"kind":"note"`, "unexpected EOF"},
		{"two values", KindMade, `{"kind":"note"} {}`, "more than one value in the body of an event"},
		{"more after it", KindChanged, `{"ref":"A-1","changes":null}x`, "more than one value in the body of an event"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := DecodeBody(tt.kind, []byte(tt.raw))
			refusal(t, err, Failed, tt.want)
			if b != nil {
				t.Errorf("with the error came %+v", b)
			}
		})
	}
	for _, raw := range []string{`[]`, `"x"`, `{"kind":1}`, `{"fields":{"title":null,"x":1}}`, `{"fields":[]}`} {
		if b, err := DecodeBody(KindMade, []byte(raw)); err == nil {
			t.Errorf("DecodeBody(%s) = %+v, want it refused", raw, b)
		}
	}
}

func TestStoredFormOfBodies(t *testing.T) {
	// What files hold: none of this may change.
	for _, tt := range []struct {
		name string
		body Body
		kind string
		raw  string
	}{
		{"made", made(KindNote, "text", "x"), "made", `{"kind":"note","fields":{"text":"x"}}`},
		{"made with a key", keyed(KindRegion, "asia", "name", "Asia"), "made", `{"kind":"region","key":"asia","fields":{"name":"Asia"}}`},
		{"changed", Changed{Ref: "A-1", Changes: []Change{{"owner", "", "bo"}}}, "changed", `{"ref":"A-1","changes":[{"field":"owner","was":"","now":"bo"}]}`},
		{"changed for a reason", Changed{Ref: "A-1", Changes: []Change{{"owner", "", "bo"}}, Why: "he asked"}, "changed", `{"ref":"A-1","changes":[{"field":"owner","was":"","now":"bo"}],"why":"he asked"}`},
		{"changed by what takes back another, of several", Changed{Ref: "A-1", Changes: []Change{{"owner", "bo", ""}}, Act: "0f-1", Undoes: 41}, "changed", `{"ref":"A-1","changes":[{"field":"owner","was":"bo","now":""}],"act":"0f-1","undoes":41}`},
		{"made with others", Made{Of: KindNote, Fields: map[string]string{"text": "x"}, Act: "0f-1"}, "made", `{"kind":"note","fields":{"text":"x"},"act":"0f-1"}`},
		{"redacted", Redacted{Event: 3, Item: "A-1", Why: "asked", Of: "made", Body: json.RawMessage(`{"kind":"action"}`)}, "redacted", `{"event":3,"ref":"A-1","why":"asked","kind":"made","body":{"kind":"action"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := EncodeBody(tt.body)
			if err != nil || string(raw) != tt.raw {
				t.Errorf("stored as %s, %v\nwant %s", raw, err, tt.raw)
			}
			if tt.body.Kind() != tt.kind {
				t.Errorf("its kind is %q, want %q", tt.body.Kind(), tt.kind)
			}
			if got, err := DecodeBody(tt.kind, []byte(tt.raw)); err != nil || !reflect.DeepEqual(got, tt.body) {
				t.Errorf("read as %+v, %v", got, err)
			}
		})
	}
}

// someMade generates what Check accepts in an empty state but for what it
// refers to, with a value in every field.
func someMade(s *Spec) *rapid.Generator[Made] {
	return rapid.Custom(func(t *rapid.T) Made {
		b := Made{Of: s.Kind, Fields: map[string]string{}}
		if len(s.Keys) > 0 {
			b.Key = rapid.SampledFrom(s.Keys).Draw(t, "key")
		}
		for _, f := range s.Fields {
			v, err := f.Parse(writtenValue(f).Draw(t, f.Key), at)
			if err != nil {
				t.Fatal(err)
			}
			b.Fields[f.Key] = v
		}
		return b
	})
}

// someChanged generates a change of every field of an item that is not fixed.
func someChanged(s *Spec) *rapid.Generator[Changed] {
	return rapid.Custom(func(t *rapid.T) Changed {
		ref := IncidentRef
		switch {
		case s.Numbered():
			ref = s.RefOf(rapid.Int64Range(1, 99).Draw(t, "number"))
		case len(s.Keys) > 0:
			ref = Ref(rapid.SampledFrom(s.Keys).Draw(t, "key"))
		}
		was, now := someMade(s).Draw(t, "was"), someMade(s).Draw(t, "now")
		b := Changed{Ref: ref, Why: Line(rapid.String().Draw(t, "why")), Act: rapid.StringMatching(`[0-9a-f-]{0,36}`).Draw(t, "act"), Undoes: rapid.Int64Min(0).Draw(t, "undoes")}
		for _, f := range s.Fields {
			if !f.Fixed {
				b.Changes = append(b.Changes, Change{f.Key, was.Fields[f.Key], now.Fields[f.Key]})
			}
		}
		return b
	})
}

func TestBodiesAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(Specs()).Draw(t, "kind")
		bodies := []Body{someMade(s).Draw(t, "made"), someChanged(s).Draw(t, "changed")}
		for _, b := range slices.Clone(bodies) {
			r, err := Redact(Event{Seq: 7, Ref: "A-1", Body: b}, `why "not" <b>`)
			if err != nil {
				t.Fatal(err)
			}
			bodies = append(bodies, r)
		}
		for _, b := range bodies {
			raw, err := EncodeBody(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := DecodeBody(b.Kind(), raw)
			if err != nil || !reflect.DeepEqual(got, b) {
				t.Fatalf("%s\nis read as %+v, %v\nwant %+v", raw, got, err, b)
			}
		}
	})
}

// hidden reports whether a redaction must mask a field: where people write
// freely. Said here once more, in other words than in the code.
func hidden(f *Field) bool {
	switch f.Type {
	case LineType, TextType, NameType:
		return f.Key != "uid"
	case WordType, TimeType, SpanType, NumberType, FlagType, RefType:
		return false
	}
	panic("a type that nobody thought of")
}

func TestARedactionMasksWhatPeopleWrote(t *testing.T) {
	const secret = "SECRET"
	for _, spec := range Specs() {
		t.Run(string(spec.Kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := someMade(spec).Draw(t, "made")
				change := someChanged(spec).Draw(t, "changed")
				change.Why = secret
				for _, f := range spec.Fields {
					if hidden(f) {
						b.Fields[f.Key] = secret + f.Key
					}
				}
				for i, c := range change.Changes {
					if hidden(spec.Field(c.Field)) {
						change.Changes[i].Was, change.Changes[i].Now = secret+"was", secret+"now"
					}
				}
				m := b.masked().(Made)
				if m.Of != b.Of || m.Key != b.Key || len(m.Fields) != len(b.Fields) {
					t.Fatalf("masked is %+v", m)
				}
				for _, f := range spec.Fields {
					want := b.Fields[f.Key]
					if hidden(f) {
						want = Mask
					}
					if m.Fields[f.Key] != want {
						t.Errorf("%s is masked as %q, want %q", f.Key, m.Fields[f.Key], want)
					}
				}
				mc := change.masked().(Changed)
				if mc.Ref != change.Ref || len(mc.Changes) != len(change.Changes) || mc.Why != Mask {
					t.Fatalf("masked is %+v", mc)
				}
				for i, c := range change.Changes {
					if hidden(spec.Field(c.Field)) {
						c.Was, c.Now = Mask, Mask
					}
					if mc.Changes[i] != c {
						t.Errorf("%s is masked as %+v, want %+v", c.Field, mc.Changes[i], c)
					}
				}
				for _, masked := range []Body{m, mc} {
					raw, err := EncodeBody(masked)
					if err != nil || bytes.Contains(raw, []byte(secret)) {
						t.Errorf("masked, it is %s, %v", raw, err)
					}
				}
			})
		})
	}
}

func TestARedactionKeepsUnknownUnknown(t *testing.T) {
	b := Changed{Ref: "A-1", Changes: []Change{{"owner", "", "bo"}, {"detail", "x", ""}}}
	want := Changed{Ref: "A-1", Changes: []Change{{"owner", "", Mask}, {"detail", Mask, ""}}}
	if got := b.masked(); !reflect.DeepEqual(got, Body(want)) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := action("owner", "").masked().(Made); got.Fields["owner"] != "" {
		t.Errorf("an owner that nobody named became %q", got.Fields["owner"])
	}
}

func TestARedactionMasksWhatThisVersionDoesNotKnow(t *testing.T) {
	for _, b := range []Body{
		Made{Of: "breach", Fields: map[string]string{"x": "SECRET"}},
		made(KindNote, "colour", "SECRET"),
		Changed{Ref: "Z-1", Changes: []Change{{"x", "SECRET", "SECRET"}}},
		Changed{Ref: "A-1", Changes: []Change{{"colour", "SECRET", "SECRET"}}},
	} {
		if raw, err := EncodeBody(b.masked()); err != nil || bytes.Contains(raw, []byte("SECRET")) {
			t.Errorf("%+v is masked as %s, %v", b, raw, err)
		}
	}
}

func TestRedact(t *testing.T) {
	e := Event{Seq: 5, ID: "id", Ref: "A-2", Body: action("detail", "secret", "due", "2024-08-15")}
	r, err := Redact(e, "a person asked")
	if err != nil {
		t.Fatal(err)
	}
	if r.Event != 5 || r.Item != "A-2" || r.Why != "a person asked" || r.Of != KindMade {
		t.Errorf("got %+v", r)
	}
	got, err := DecodeBody(r.Of, r.Body)
	want := Body(made(KindAction, "title", Mask, "stream", "notification", "detail", Mask, "due", "2024-08-15"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("it holds %+v, %v\nwant %+v", got, err, want)
	}
	if again := r.masked(); !reflect.DeepEqual(again, Body(r)) {
		t.Errorf("masked once more it is %+v", again)
	}
}

func TestRedactOfWhatCannotBeStored(t *testing.T) {
	if r, err := Redact(Event{Seq: 1, Body: Redacted{Body: json.RawMessage("{")}}, "x"); err == nil {
		t.Errorf("got %+v, want an error", r)
	}
}

func TestPermit(t *testing.T) {
	s := stateOf(t, made(KindIncident))
	change := func(ref Ref, fields ...string) Changed {
		b := Changed{Ref: ref}
		for _, f := range fields {
			b.Changes = append(b.Changes, Change{Field: f, Now: "x"})
		}
		return b
	}
	for _, tt := range []struct {
		name  string
		body  Body
		least Role
	}{
		{"make the incident", made(KindIncident), Lead},
		{"change the incident", change("incident", "severity"), Lead},
		{"make a region", keyed(KindRegion, "asia"), Lead},
		{"change a region", change("asia", "notices"), Lead},
		{"make a category", keyed(KindCategory, "names"), Lead},
		{"change a category", change("names", "exposure"), Lead},
		{"make a workstream", keyed(KindWorkstream, "support"), Responder},
		{"change a workstream", change("support", "status"), Responder},
		{"add a source", made(KindSource), Responder},
		{"change a source", change("S-1", "grade"), Responder},
		{"add a fact", made(KindFact, "standing", "confirmed"), Responder},
		{"confirm a fact", change("F-1", "standing"), Responder},
		{"add an action", action(), Responder},
		{"change an action", change("A-1", "state", "owner"), Responder},
		{"add a delivery", made(KindDelivery), Lead},
		{"change a delivery", change("L-1", "title"), Lead},
		{"add a count of notices", notice(), Responder},
		{"confirm a count of notices", change("W-1", "standing"), Lead},
		{"say of when a count is", change("W-1", "as_of"), Responder},
		{"add a decision", made(KindDecision), Responder},
		{"change a decision", change("D-1", "text"), Responder},
		{"add a note", made(KindNote, "private", "true"), Responder},
		{"change a note", change("N-1", "private"), Responder},
		{"add a question", made(KindQuestion), Responder},
		{"answer a question", change("Q-1", "answer"), Responder},
		{"add a risk", made(KindRisk), Responder},
		{"change a risk", change("R-1", "standing"), Responder},
		{"add a lesson", made(KindLesson), Responder},
		{"change a lesson", change("X-1", "text"), Responder},
		{"redact", Redacted{Event: 1}, Lead},

		{"claim without a standing", claim(), Responder},
		{"claim what the attacker says", claim("standing", "claimed"), Responder},
		{"claim what is reported", claim("standing", "reported"), Responder},
		{"claim an estimate", claim("standing", "estimated"), Responder},
		{"claim what is confirmed", claim("standing", "confirmed"), Lead},
		{"claim and pin", claim("pinned", "true"), Lead},
		{"change what a claim rests on", change("C-1", "basis", "source", "as_of"), Responder},
		{"change the standing of a claim", change("C-1", "standing"), Lead},
		{"pin a claim", change("C-1", "pinned"), Lead},
		{"one such field among others", change("C-1", "basis", "standing"), Lead},

		{"make what this version does not know", made("breach"), Lead},
		{"change what this version does not know", change("Z-1", "x"), Lead},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, role := range []Role{NoRole, Viewer, Responder, Lead} {
				err := Permit(s, role, tt.body)
				if role >= tt.least {
					refusal(t, err, Forbidden, "")
					continue
				}
				refusal(t, err, Forbidden, fmt.Sprintf("a %s may not do this", role))
				if want := fmt.Sprintf("it takes the role %s", tt.least); HintOf(err) != want {
					t.Errorf("hint %q, want %q", HintOf(err), want)
				}
			}
		})
	}
}

func TestMake(t *testing.T) {
	got, err := Make(KindAction, "", map[string]string{"title": " Send notices ", "stream": "SUPPORT", "due": "tomorrow", "owner": "unknown", "link": ""}, at)
	want := made(KindAction, "title", "Send notices", "stream", "support", "due", "2024-08-16")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	got, err = Make(KindRegion, "asia", map[string]string{"name": "Asia"}, at)
	if want := keyed(KindRegion, "asia", "name", "Asia"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
	_, err = Make(KindIncident, "", map[string]string{"colour": "red"}, at)
	refusal(t, err, Usage, `incident has no field "colour"`)
	if hint := HintOf(err); strings.Contains(hint, "uid") || !strings.Contains(hint, "next_update_due") {
		t.Errorf("hint %q names what is of no interest to people, or not the rest", hint)
	}
	_, err = Make(KindAction, "", map[string]string{"title": ""}, at)
	refusal(t, err, Failed, "title may not be unknown")
	_, err = Make(KindAction, "", map[string]string{"priority": "high"}, at)
	refusal(t, err, Failed, `priority cannot be "high"`)
	for range 50 { // of several faults always the same is told
		_, err = Make(KindAction, "", map[string]string{"priority": "high", "due": "soon", "title": ""}, at)
		refusal(t, err, Failed, "title may not be unknown")
		_, err = Make(KindAction, "", map[string]string{"title": "", "size": "1", "colour": "red", "weight": "2"}, at)
		refusal(t, err, Usage, `action has no field "colour"`)
	}
}

func TestWhatMakeMakesIsAccepted(t *testing.T) {
	refs := stateOf(t, made(KindIncident), made(KindSource, "title", "x"), action("kind", "ask"))
	regions := stateOf(t, made(KindSource, "title", "x"))
	for _, key := range RegionKeys {
		record(t, regions, keyed(KindRegion, key, "name", key))
	}
	rapid.Check(t, func(t *rapid.T) {
		spec := rapid.SampledFrom(Specs()[1:]).Draw(t, "kind")
		key, fields := "", map[string]string{}
		if len(spec.Keys) > 0 {
			key = rapid.SampledFrom(spec.Keys).Draw(t, "key")
		}
		for _, f := range spec.Fields {
			switch {
			case f.Type == RefType:
				fields[f.Key] = map[bool]string{true: "a-1", false: "s-1"}[f.Key == "ask"]
			case spec.Kind == KindNotice && f.Type == NumberType:
				fields[f.Key] = map[string]string{"contactable": "0.3k", "delivered": "200", "bounced": "20"}[f.Key]
			case spec.Kind == KindClaim && (f.Key == "low" || f.Key == "high"), spec.Kind == KindAction && f.Key == "kind":
				fields[f.Key] = map[string]string{"low": "0", "high": "1000000000000000", "kind": "ask"}[f.Key]
			case f.Required || rapid.Bool().Draw(t, "with "+f.Key):
				fields[f.Key] = writtenValue(f).Draw(t, f.Key)
			}
		}
		b, err := Make(spec.Kind, key, fields, at)
		if err != nil {
			t.Fatal(err)
		}
		state := refs
		if spec.Kind == KindNotice {
			state = regions
		}
		if err := b.Check(state); err != nil {
			t.Fatalf("Check(%+v): %v", b, err)
		}
	})
}

func FuzzDecodeBody(f *testing.F) {
	for _, b := range []Body{
		action("detail", "x", "due", "2024-08-15"), keyed(KindRegion, "asia", "name", "Asia"), claim("standing", "reported"), made(KindIncident),
		Changed{Ref: "A-1", Changes: []Change{{"owner", "", "bo"}}, Why: "x"}, Changed{Ref: "Z-1", Changes: []Change{{"x", "", "y"}}},
		Redacted{Event: 1, Item: "A-1", Why: "x", Of: KindMade, Body: []byte(`{"kind":"action"}`)},
	} {
		raw, err := EncodeBody(b)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b.Kind(), raw)
	}
	f.Add("made", []byte(`null`))
	f.Add("made", []byte(`{} {}`))
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		b, err := DecodeBody(kind, raw)
		if err != nil {
			return
		}
		once, err := EncodeBody(b)
		if err != nil {
			t.Fatalf("%s is read as %+v, which cannot be stored: %v", raw, b, err)
		}
		again, err := DecodeBody(b.Kind(), once)
		if err != nil {
			t.Fatalf("%s cannot be read again: %v", once, err)
		}
		if twice, err := EncodeBody(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("stored as %s, then as %s, %v", once, twice, err)
		}
		// Nothing that a log may hold makes the program panic.
		s := stateOf(t, action(), made(KindSource, "title", "x"))
		before := snap(s)
		for _, role := range []Role{NoRole, Lead} {
			_ = Permit(s, role, b)
		}
		if line := Describe(b); Line(line) != line {
			t.Fatalf("described as %+q", line)
		}
		if _, err := EncodeBody(b.masked()); err != nil {
			t.Fatal(err)
		}
		refused := b.Check(s)
		same(t, "after Check", snap(s), before)
		s.Mark()
		if err := s.Apply(event(s, b)); err != nil && refused == nil {
			t.Fatalf("%+v passes the check and then: %v", b, err)
		}
		s.Rollback()
		same(t, "after Rollback", snap(s), before)
	})
}
