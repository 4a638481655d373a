package data

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRef(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Ref
		kind Kind
	}{
		{"incident", IncidentRef, KindIncident},
		{"INCIDENT", IncidentRef, KindIncident},
		{"europe", "europe", KindRegion},
		{"EUROPE", "europe", KindRegion},
		{"North-America", "north-america", KindRegion},
		{"elsewhere", "elsewhere", KindRegion},
		{"names", "names", KindCategory},
		{"Phone-Numbers", "phone-numbers", KindCategory},
		{"notification", "notification", KindWorkstream},
		{"support", "support", KindWorkstream},
		{"S-1", "S-1", KindSource},
		{"f-2", "F-2", KindFact},
		{"A-12", "A-12", KindAction},
		{"a-12", "A-12", KindAction},
		{"C-1", "C-1", KindClaim},
		{"L-1", "L-1", KindDelivery},
		{"w-1", "W-1", KindNotice},
		{"D-1", "D-1", KindDecision},
		{"N-1", "N-1", KindNote},
		{"q-3", "Q-3", KindQuestion},
		{"R-1", "R-1", KindRisk},
		{"x-1", "X-1", KindLesson},
		{"A-9223372036854775807", "A-9223372036854775807", KindAction},
	} {
		got, err := ParseRef(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("ParseRef(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			continue
		}
		if got.Spec().Kind != tt.kind {
			t.Errorf("%s is a %s, want a %s", got, got.Spec().Kind, tt.kind)
		}
	}
}

func TestParseRefRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "-", "A", "A-", "A12", "-12", "A-0", "A-00", "A-01", "A-+1", "A--1", "A- 1", "A-1 ", " A-1", "A-1-2", "A-1.0", "A-0x1", "A-1_0",
		"A-99999999999999999999", "A-9223372036854775808", "A-١", "А-1" /* a Cyrillic A */, "Z-1", "AA-1", "B-1", "event-1", "EVENT-1",
		"all", "action", "region", "europe/names", "europe ", "unknown", "incident-1", "A-1\n", "A-1\u200b", "north america", strings.Repeat("A-1", 1000),
	} {
		if got, err := ParseRef(s); err == nil {
			t.Errorf("ParseRef(%+q) = %q, want it refused", s, got)
		} else if ClassOf(err) != Failed || HintOf(err) == "" || len(err.Error()) > 100 {
			t.Errorf("ParseRef(%+q): %v, hint %q", s, err, HintOf(err))
		}
	}
}

func TestRefNumber(t *testing.T) {
	for ref, want := range map[Ref]int64{
		"A-12": 12, "Q-1": 1, "A-9223372036854775807": 9223372036854775807, "event-5": 5,
		"": 0, "A": 0, "A-": 0, "A-0": 0, "A-01": 0, "A-+1": 0, "A--1": 0, "A-99999999999999999999": 0, "north-america": 0, "incident": 0,
	} {
		if got := ref.Number(); got != want {
			t.Errorf("%q has number %d, want %d", ref, got, want)
		}
	}
}

func TestRefOfANumberIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := rapid.SampledFrom(Specs()).Draw(t, "kind")
		if !spec.Numbered() {
			return
		}
		n := rapid.Int64Range(1, 1<<63-1).Draw(t, "number")
		ref := spec.RefOf(n)
		for _, s := range []string{string(ref), strings.ToLower(string(ref))} {
			got, err := ParseRef(s)
			if err != nil || got != ref || got.Number() != n || got.Spec() != spec {
				t.Fatalf("ParseRef(%q) = %q, %v: number %d of %v", s, got, err, got.Number(), got.Spec())
			}
		}
	})
}

func TestEveryKeyIsARef(t *testing.T) {
	for _, spec := range Specs() {
		for _, key := range spec.Keys {
			if got, err := ParseRef(key); err != nil || got != Ref(key) || got.Spec() != spec || got.Number() != 0 {
				t.Errorf("ParseRef(%q) = %q, %v", key, got, err)
			}
		}
	}
}

func TestAnIdThatNamesNothingHasNoFields(t *testing.T) {
	if f := Ref("nothing").Spec().Field("title"); f != nil {
		t.Errorf("found %+v", f)
	}
}
