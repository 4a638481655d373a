package data

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// fallen writes what falls in one line.
func fallen(f Fall) (s string) {
	for _, c := range f.Claims {
		s += string(c.Ref) + " "
	}
	for _, fact := range f.Facts {
		s += string(fact.Ref) + " "
	}
	for _, figure := range f.Figures {
		after := "unknown"
		if figure.After != nil {
			after = string(figure.After.Ref)
		}
		s += fmt.Sprintf("%s in %s: %s → %s ", figure.Key.Cell, figure.Key.Unit, figure.Before.Ref, after)
	}
	return s
}

func TestFallOf(t *testing.T) {
	facts := []*Fact{
		{Meta: Meta{Ref: "F-1"}, Source: "S-1", Standing: Reported}, {Meta: Meta{Ref: "F-2"}, Source: "S-1", Standing: Withdrawn},
		{Meta: Meta{Ref: "F-3"}, Source: "S-2"}, {Meta: Meta{Ref: "F-4"}},
	}
	for _, tt := range []struct {
		why    string
		source Ref
		claims []string
		want   string
	}{
		{"nothing rests on it", "S-9", []string{"estimated S-1 1 - 5 -"}, ""},
		{"its claim stands", "S-1", []string{"estimated S-1 1 - 5 -", "reported S-2 1 - 6 -"}, "C-1 F-1 all/all in people: C-1 → C-2 "},
		{"its claim is the only one", "S-1", []string{"estimated S-1 1 - 5 -"}, "C-1 F-1 all/all in people: C-1 → unknown "},
		{"its claim does not stand first", "S-2", []string{"estimated S-1 1 - 5 -", "reported S-2 1 - 6 -"}, "C-2 F-3 "},
		{"its claim is pinned", "S-2", []string{"confirmed S-1 1 - 5 -", "reported* S-2 1 - 6 -"}, "C-2 F-3 all/all in people: C-2 → C-1 "},
		{"all its claims fall", "S-1", []string{"estimated S-1 1 - 5 -", "estimated S-1 2 - 6 -", "claimed - 1 - 6 -"}, "C-1 C-2 F-1 all/all in people: C-2 → C-3 "},
		{"it has fallen already", "S-1", []string{"withdrawn S-1 1 - 5 -", "disproved S-1 1 - 6 -"}, "F-1 "},
		{"claims without a source rest on none", "S-2", []string{"reported - 1 - 5 -"}, "F-3 "},
	} {
		claims := stack(t, tt.claims...)
		for _, c := range claims {
			c.Cell, c.Unit = AllPeople, People
		}
		if got := fallen(FallOf(tt.source, claims, facts, nil)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

// What is said to fall is what falls: the figures before and after are those that
// the rule picks, and nothing that does not rest on the source is touched.
func TestWhatIsSaidToFallFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := someClaims().Draw(t, "claims")
		for _, c := range claims {
			c.Source = rapid.SampledFrom([]Ref{"", "S-1", "S-2"}).Draw(t, "source")
			c.Cell = rapid.SampledFrom([]Cell{AllPeople, "europe/all"}).Draw(t, "cell")
			c.Unit = rapid.SampledFrom(Units).Draw(t, "unit")
		}
		f := FallOf("S-1", claims, nil, nil)
		bodies := f.Bodies(&Source{Meta: Meta{Ref: "S-1"}}, "why")
		if len(bodies) != len(f.Claims)+1 || bodies[len(f.Claims)].(Changed).Ref != "S-1" {
			t.Fatalf("%d bodies for %d claims", len(bodies), len(f.Claims))
		}
		after := []*Claim{}
		for _, c := range claims {
			d := *c
			for _, b := range bodies {
				if b := b.(Changed); b.Ref == c.Ref {
					if c.Source != "S-1" || b.Changes[0].Was != string(c.Standing) || b.Why != "why" {
						t.Fatalf("%s is withdrawn by %+v", c.Ref, b)
					}
					d.Standing = Withdrawn
				}
			}
			if d.Source == "S-1" && d.Standing.Stands() {
				t.Fatalf("%s still stands", d.Ref)
			}
			after = append(after, &d)
		}
		for _, cell := range []Cell{AllPeople, "europe/all"} {
			for _, unit := range Units {
				key := FigureKey{cell, unit}
				of := func(all []*Claim) (ref Ref) {
					if c := Pick(slices.DeleteFunc(slices.Clone(all), func(c *Claim) bool { return c.Key() != key })); c != nil {
						ref = c.Ref
					}
					return ref
				}
				was, is := of(claims), of(after)
				i := slices.IndexFunc(f.Figures, func(x FigureFall) bool { return x.Key == key })
				if (was != is) != (i >= 0) {
					t.Fatalf("%v was %s, is %s, said: %s", key, was, is, fallen(f))
				}
				if i >= 0 && (f.Figures[i].Before.Ref != was || f.Figures[i].After == nil && is != "" || f.Figures[i].After != nil && f.Figures[i].After.Ref != is) {
					t.Fatalf("%v was %s, is %s, said: %s", key, was, is, fallen(f))
				}
			}
		}
	})
}

// TestCountsFallToo withdraws a source that counts of notices rest on: those that
// stand fall, and nothing new can rest on it.
func TestCountsFallToo(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "mailing"), keyed(KindRegion, "asia", "name", "Asia"),
		made(KindNotice, "region", "asia", "channel", "email", "sent", "10", "standing", "reported", "source", "S-1"),
		made(KindNotice, "region", "asia", "channel", "post", "sent", "5", "standing", "withdrawn", "source", "S-1"))
	counts := []*Notice{need[*Notice](t, s, "W-1"), need[*Notice](t, s, "W-2")}
	f := FallOf("S-1", nil, nil, counts)
	if len(f.Counts) != 1 || f.Counts[0].Ref != "W-1" {
		t.Fatalf("these fall: %v", f.Counts)
	}
	if all, stand := Rests("S-1", nil, nil, counts); len(all) != 2 || stand != 1 {
		t.Errorf("%d rest on it, %d stand", len(all), stand)
	}
	source := need[*Source](t, s, "S-1")
	if err := changed("S-1", "withdrawn", "", "true").Check(s); !errors.Is(err, ErrRests) {
		t.Errorf("a source on which a count rests is withdrawn: %v", err)
	}
	for _, b := range f.Bodies(source, "wrong list") {
		record(t, s, b)
	}
	if n := need[*Notice](t, s, "W-1"); n.Standing != Withdrawn {
		t.Errorf("the count is %s", n.Standing)
	}
	err := made(KindNotice, "region", "asia", "channel", "sms", "sent", "1", "source", "S-1").Check(s)
	refusal(t, err, Failed, "S-1 is withdrawn: nothing new rests on it")
}
