package data

import "testing"

// What an item refers to must be there when it says so.
func TestWhatIsReferredToIsThere(t *testing.T) {
	s := stateOf(t, made(KindIncident), made(KindSource, "title", "The article"), keyed(KindRegion, "europe", "name", "Europe"), action())
	for _, tt := range []struct {
		name string
		body Body
		want string
	}{
		{"a fact from a source", made(KindFact, "topic", "who", "text", "x", "source", "S-1"), ""},
		{"a fact from nowhere", made(KindFact, "topic", "who", "text", "x"), ""},
		{"a fact from a source that there is not", made(KindFact, "topic", "who", "text", "x", "source", "S-2"), "there is no S-2; the last is S-1"},
		{"a fact from an action", made(KindFact, "topic", "who", "text", "x", "source", "A-1"), "A-1 is no source"},
		{"a fact from a region", made(KindFact, "topic", "who", "text", "x", "source", "europe"), "europe is no source"},
		{"a note about an action", made(KindNote, "text", "x", "about", "A-1"), ""},
		{"a note about a region", made(KindNote, "text", "x", "about", "europe"), ""},
		{"a note about the incident", made(KindNote, "text", "x", "about", "incident"), ""},
		{"a note about itself, which is not there yet", made(KindNote, "text", "x", "about", "N-1"), "there is no N-1"},
		{"a note about an action that there is not", made(KindNote, "text", "x", "about", "A-2"), "there is no A-2; the last is A-1"},
		{"a note about a region that the incident has not", made(KindNote, "text", "x", "about", "asia"), "there is no asia"},
		{"a note about no id at all", made(KindNote, "text", "x", "about", "everything"), `"everything" is no id`},
	} {
		t.Run(tt.name, func(t *testing.T) { refusal(t, tt.body.Check(s), Failed, tt.want) })
	}
}

func TestQuestion(t *testing.T) {
	s := stateOf(t, made(KindQuestion, "text", "How many?"))
	if q := need[*Question](t, s, "Q-1"); q.State != "open" || q.Answer != "" || q.Name() != "How many?" {
		t.Errorf("got %+v", q)
	}
	if n := s.Counts()["question/open"]; n != 1 {
		t.Errorf("%d open, want 1", n)
	}
	record(t, s, set(t, s, "Q-1", "state", "answered", "answer", "Nobody knows"))
	if n := s.Counts(); n["question/open"] != 0 || n["question/answered"] != 1 {
		t.Errorf("counts %v", n)
	}
	refusal(t, set(t, s, "Q-1", "state", "closed").Check(s), Failed, `state cannot be "closed"`)
	refusal(t, set(t, s, "Q-1", "state", "").Check(s), Failed, "state may not be unknown")
	record(t, s, set(t, s, "Q-1", "state", "open"))
}

func TestEveryNumberedKindHasNumbersOfItsOwn(t *testing.T) {
	text := map[Kind]string{KindSource: "title", KindAction: "title", KindDelivery: "title"}
	s := stateOf(t, keyed(KindRegion, "europe", "name", "Europe"))
	for range 2 {
		for _, spec := range Specs() {
			if !spec.Numbered() {
				continue
			}
			field := text[spec.Kind]
			if field == "" {
				field = "text"
			}
			b := made(spec.Kind, field, "What "+string(spec.Kind)+" says")
			switch spec.Kind {
			case KindAction:
				b = action("title", "What action says")
			case KindClaim:
				b = claim()
			case KindNotice:
				b = notice()
			case KindFact:
				b.Fields["topic"] = "why"
			}
			e := record(t, s, b)
			got := need[Entity](t, s, e.Ref)
			if got.Kind() != spec.Kind || e.Ref.Spec() != spec || got.Info().Ref != e.Ref {
				t.Errorf("%s was given to a %s", e.Ref, got.Kind())
			}
			if want := "What " + string(spec.Kind) + " says"; spec.Kind != KindClaim && spec.Kind != KindNotice && got.Name() != want {
				t.Errorf("%s is called %q, want %q", e.Ref, got.Name(), want)
			}
			want := Meta{e.Ref, e.At, e.At, "ana", "ana", e.Seq, e.Seq}
			if *got.Info() != want {
				t.Errorf("%s: %+v, want %+v", e.Ref, *got.Info(), want)
			}
		}
	}
	for _, ref := range []Ref{"S-2", "F-2", "A-2", "C-2", "W-2", "L-2", "D-2", "N-2", "Q-2", "R-2", "X-2"} {
		need[Entity](t, s, ref)
	}
}
