package data

import (
	"errors"
	"fmt"
	"testing"
)

// TestNothingNewRestsOnAWithdrawnSource withdraws a source: what rests on it and
// stands must fall first, and nothing comes to rest on it afterwards.
func TestNothingNewRestsOnAWithdrawnSource(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "Letter"), made(KindSource, "title", "Call"),
		claim("source", "S-1", "standing", "reported"), claim("source", "S-2", "standing", "reported"),
		made(KindFact, "topic", "who", "text", "x", "source", "S-1"), made(KindDelivery, "title", "List", "source", "S-2"))
	withdraw := Changed{Ref: "S-1", Changes: []Change{{"withdrawn", "", "true"}}}
	for n, ref := range []Ref{"C-1", "F-1"} {
		err := withdraw.Check(s)
		if refusal(t, err, Failed, fmt.Sprintf("%d of the claims, facts and counts of notices that rest on S-1 still stand", 2-n)); !errors.Is(err, ErrRests) {
			t.Errorf("%v is another error", err)
		}
		record(t, s, set(t, s, ref, "standing", "withdrawn"))
	}
	record(t, s, withdraw)

	const none = "S-1 is withdrawn: nothing new rests on it"
	for _, tt := range []struct {
		name string
		body Body
		want string
	}{
		{"a new claim", claim("source", "S-1"), none},
		{"a new claim that does not stand", claim("source", "S-1", "standing", "withdrawn"), none},
		{"a new fact", made(KindFact, "topic", "who", "text", "x", "source", "S-1"), none},
		{"a new delivery", made(KindDelivery, "title", "x", "source", "S-1"), none},
		{"a claim changed to it", set(t, s, "C-2", "source", "S-1"), none},
		{"a delivery changed to it", set(t, s, "L-1", "source", "S-1"), none},
		{"a claim that fell with it and is to stand again", set(t, s, "C-1", "standing", "confirmed"), "S-1 is withdrawn: nothing stands that rests on it"},
		{"a fact that fell with it and is to stand again", set(t, s, "F-1", "standing", ""), "S-1 is withdrawn: nothing stands that rests on it"},
		{"a claim that fell with it, said to be disproved", set(t, s, "C-1", "standing", "disproved"), ""},
		{"a claim that fell with it, with another basis", set(t, s, "C-1", "basis", "page 2"), ""},
		{"a claim that stands again by another source", set(t, s, "C-1", "standing", "reported", "source", "S-2"), ""},
		{"a claim that stands again by no source", set(t, s, "C-1", "standing", "reported", "source", ""), ""},
		{"a new claim by another source", claim("source", "S-2"), ""},
		{"the source with a note", set(t, s, "S-1", "note", "a fake"), ""},
	} {
		refusal(t, tt.body.Check(s), Failed, tt.want)
	}
	record(t, s, set(t, s, "S-1", "withdrawn", ""))
	record(t, s, set(t, s, "C-1", "standing", "reported"))
	record(t, s, claim("source", "S-1"))
	if n := s.Counts()[restsTally+"S-1"]; n != 2 {
		t.Errorf("%d rest on S-1 and stand, want C-1 and C-3", n)
	}
}

// TestFallIsAnActThatIsTakenBack records what falls, and takes it back.
func TestFallIsAnActThatIsTakenBack(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "Letter"), claim("source", "S-1", "standing", "reported"), claim("standing", "claimed"),
		made(KindFact, "topic", "who", "text", "x", "source", "S-1", "standing", "reported"))
	fall := func() Fall {
		return FallOf("S-1", []*Claim{need[*Claim](t, s, "C-1"), need[*Claim](t, s, "C-2")}, []*Fact{need[*Fact](t, s, "F-1")}, nil)
	}
	before, source := fall(), need[*Source](t, s, "S-1")
	var act Act
	for _, b := range before.Bodies(source, "a fake") {
		act = append(act, *record(t, s, b))
	}
	if len(act) != 3 || !need[*Source](t, s, "S-1").Withdrawn || fall().Same(before) || !fall().Same(Fall{}) {
		t.Fatalf("%d events, %+v falls", len(act), fall())
	}
	for range 2 { // back, and done again
		bodies, err := act.Inverse()
		if err != nil {
			t.Fatal(err)
		}
		act = nil
		for _, b := range bodies {
			act = append(act, *record(t, s, b))
		}
	}
	if !need[*Source](t, s, "S-1").Withdrawn || !fall().Same(Fall{}) {
		t.Error("it is not withdrawn again")
	}
	bodies, err := act.Inverse()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bodies {
		record(t, s, b)
	}
	if need[*Source](t, s, "S-1").Withdrawn || !fall().Same(before) {
		t.Errorf("taken back, %+v falls, want %+v", fall(), before)
	}
}

func TestGradeWords(t *testing.T) {
	for grade, want := range map[string]string{
		"A1": "reliable, confirmed by others", "B2": "usually reliable, probably true", "E4": "unreliable, doubtful",
		"F6": "reliability cannot be judged, truth cannot be judged", "": "", "G1": "", "B7": "", "b2": "", "長長": "",
	} {
		if got := GradeWords(grade); got != want {
			t.Errorf("%q means %q, want %q", grade, got, want)
		}
	}
}

func TestASourceIsTheAnswerToAnAsk(t *testing.T) {
	s := stateOf(t, action("kind", "ask"), action())
	for ref, want := range map[string]string{"A-1": "", "A-2": "A-2 is no ask", "A-3": "there is no A-3; the last is A-2", "S-1": "there is no S-1"} {
		refusal(t, made(KindSource, "title", "x", "ask", ref).Check(s), Failed, want)
	}
}

// TestWhatStandsRestsOnItsSource makes one item of each kind that has a source and a
// standing: it counts for the source while it stands, and only then, also after its
// content was redacted.
func TestWhatStandsRestsOnItsSource(t *testing.T) {
	needs := map[Kind][]string{
		KindFact:   {"topic", "who", "text", "x"},
		KindClaim:  {"cell", "all/all", "unit", "people", "best", "5"},
		KindNotice: {"region", "asia", "channel", "email", "sent", "5"},
	}
	kinds := 0
	for _, spec := range Specs() {
		if spec.Field("source") == nil || spec.Field("standing") == nil {
			continue
		}
		kinds++
		f := newFile()
		s := NewState(f, 0)
		rest := func(want int64, when string) {
			t.Helper()
			for name, s := range map[string]*State{"lazily": s, "in full": f.replay(t)} {
				if n, err := s.Count(restsTally + "S-1"); n != want || err != nil {
					t.Errorf("%s, %s, %s: %d, %v; want %d", spec.Kind, when, name, n, err, want)
				}
			}
			err := changed("S-1", "withdrawn", "", "true").Check(s)
			if errors.Is(err, ErrRests) != (want > 0) {
				t.Errorf("%s, %s: withdrawing the source: %v", spec.Kind, when, err)
			}
		}
		do := func(b Body) Event {
			t.Helper()
			e := *record(t, s, b)
			f.append(t, e)
			f.commit(t, s)
			return e
		}
		do(made(KindSource, "title", "Letter"))
		do(keyed(KindRegion, "asia", "name", "Asia"))
		e := do(made(spec.Kind, append(needs[spec.Kind], "source", "S-1")...))
		rest(1, "when it is made")
		masked, err := Redact(e, "asked")
		if err != nil {
			t.Fatal(err)
		}
		do(masked)
		rest(1, "when it is redacted")
		do(set(t, s, e.Ref, "standing", "withdrawn"))
		rest(0, "when it is withdrawn")
	}
	if kinds != len(needs) {
		t.Errorf("%d kinds have a source and a standing, %d were tried", kinds, len(needs))
	}
}
