package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// stack returns claims about one figure, each written "standing source day low
// best high", with - for what is unknown and * behind the standing of one that
// is pinned. The first is C-1, recorded first.
func stack(t *testing.T, lines ...string) (all []*Claim) {
	t.Helper()
	for i, line := range lines {
		c := &Claim{Meta: Meta{Ref: claimSpec.RefOf(int64(i + 1)), MadeSeq: int64(i + 1)}}
		var standing, source, low, best, high string
		var day int
		if _, err := fmt.Sscan(line, &standing, &source, &day, &low, &best, &high); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		standing, c.Pinned = strings.CutSuffix(standing, "*")
		if standing != "-" {
			c.Standing = Standing(standing)
		}
		if source != "-" {
			c.Source = Ref(source)
		}
		c.AsOf = Time{time.Date(2024, 8, day, 0, 0, 0, 0, time.UTC), ByDay}
		for i, at := range []*Count{&c.Low, &c.Best, &c.High} {
			if word := []string{low, best, high}[i]; word != "-" {
				var n int64
				if _, err := fmt.Sscan(word, &n); err != nil {
					t.Fatal(err)
				}
				*at = countOf(n)
			}
		}
		all = append(all, c)
	}
	return all
}

func TestPickReason(t *testing.T) {
	for _, tt := range []struct {
		why    string
		claims []string
		want   string // "C-2: why"
	}{
		{"nobody has claimed anything", nil, ": "},
		{"all were taken back", []string{"withdrawn S-1 1 - 5 -", "disproved* S-1 1 - 5 -"}, ": "},
		{"there is one", []string{"- - 1 - 5 -"}, "C-1: no other does"},
		{"there is one that was not taken back", []string{"reported S-1 1 - 5 -", "withdrawn S-1 2 - 5 -"}, "C-1: no other does"},
		{"one is confirmed", []string{"confirmed S-1 1 - 5 -", "estimated S-2 2 - 6 -", "claimed S-3 3 - 7 -"}, "C-1: best standing"},
		{"two of the same standing", []string{"estimated S-1 2 - 5 -", "estimated S-1 1 - 6 -"}, "C-1: latest as-of"},
		{"two of the best standing", []string{"estimated S-1 2 - 5 -", "estimated S-1 1 - 6 -", "reported S-1 9 - 6 -"}, "C-1: best standing, then latest as-of"},
		{"two of the best standing, as of the same day", []string{"estimated S-1 2 - 5 -", "estimated S-1 2 - 6 -", "claimed S-2 9 - 6 -"}, "C-2: best standing, then latest recorded"},
		{"two alike", []string{"reported S-1 2 - 5 -", "reported S-1 2 - 6 -"}, "C-2: latest recorded"},
		{"the worst is pinned", []string{"claimed* S-1 1 - 5 -", "confirmed S-2 2 - 6 -"}, "C-1: pinned by a lead"},
		{"two are pinned", []string{"claimed* S-1 1 - 5 -", "reported* S-2 2 - 6 -", "confirmed S-2 2 - 6 -"}, "C-2: of those pinned, best standing"},
		{"three are pinned", []string{"claimed* S-1 1 - 5 -", "reported* S-2 2 - 6 -", "reported* S-2 1 - 6 -", "confirmed S-2 2 - 6 -"},
			"C-2: of those pinned, best standing, then latest as-of"},
	} {
		claims := stack(t, tt.claims...)
		got := ": " + PickReason(claims)
		if c := Pick(claims); c != nil {
			got = string(c.Ref) + got
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"40000 46000 52000", "37000 44000 56000", true},
		{"40000 46000 52000", "52000 - 60000", true},
		{"40000 46000 52000", "52001 - 60000", false},
		{"40000 46000 52000", "- 40000 -", true},
		{"40000 46000 52000", "- 39999 -", false},
		{"- 7400 -", "- 7400 -", true},
		{"- 7400 -", "- 7401 -", false},
		{"40000 - -", "- 1200000 -", true},
		{"40000 - -", "- - 39999", false},
		{"40000 45000 -", "- 1200000 -", true},
		{"- 45000 50000", "- 2300 -", true},
		{"- 45000 50000", "50001 - -", false},
		{"0 0 0", "- - 0", true},
		{"- - -", "1 1 1", true},
	} {
		c := stack(t, "reported S-1 1 "+tt.a, "reported S-2 1 "+tt.b)
		if overlap(c[0], c[1]) != tt.want || overlap(c[1], c[0]) != tt.want {
			t.Errorf("%q and %q: overlap is not %v", tt.a, tt.b, tt.want)
		}
	}
}

// said writes discords as "C-1 with C-2 and C-3".
func said(all []discord) string {
	var parts []string
	for _, d := range all {
		var with []string
		for _, c := range d.With {
			with = append(with, string(c.Ref))
		}
		parts = append(parts, string(d.Claim.Ref)+" with "+strings.Join(with, " and "))
	}
	return strings.Join(parts, ", ")
}

func TestDiscords(t *testing.T) {
	for _, tt := range []struct {
		why    string
		claims []string
		want   string
	}{
		{"nobody has claimed anything", nil, ""},
		{"one source", []string{"estimated S-1 1 40 46 52"}, ""},
		{"two that agree", []string{"estimated S-1 1 40 46 52", "reported S-2 1 - 50 -"}, ""},
		{"two that do not", []string{"estimated S-1 1 40 46 52", "reported S-2 9 - 60 -"}, "C-1 with C-2"},
		{"a source that thought better of it", []string{"reported S-1 1 - 10 -", "estimated S-1 2 40 46 52"}, ""},
		{"a source that now says what does not stand", []string{"estimated* S-1 1 13 14 15", "estimated S-1 2 16 17 18"}, "C-1 with C-2"},
		{"two without a source", []string{"estimated - 1 40 46 52", "reported - 1 - 60 -", "claimed - 1 - 70 -"}, "C-1 with C-3 and C-2, C-3 with C-2"},
		{"two that agree with what stands, not with each other", []string{"confirmed S-1 1 10 50 90", "reported S-2 1 10 - 20", "reported S-3 1 80 - 90"}, "C-3 with C-2"},
		{"withdrawn and disproved", []string{"confirmed S-1 1 10 50 90", "withdrawn S-2 1 - 900 -", "disproved S-3 1 - 900 -"}, ""},
	} {
		if got := said(discords(stack(t, tt.claims...))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

// TestDiscordsDoNotDependOnTheOrder hands over the same claims in any order.
func TestDiscordsDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := someClaims().Draw(t, "claims")
		for _, c := range claims {
			c.Source = rapid.SampledFrom([]Ref{"", "S-1", "S-2"}).Draw(t, "source")
		}
		was := slices.Clone(claims)
		got, other := said(discords(claims)), said(discords(rapid.Permutation(claims).Draw(t, "order")))
		if got != other || PickReason(claims) != PickReason(was) || !slices.Equal(was, claims) {
			t.Fatalf("%q, in another order %q", got, other)
		}
	})
}

func TestDiscordWords(t *testing.T) {
	for _, tt := range []struct {
		why    string
		claims []string
		want   string
	}{
		{"all agree", []string{"estimated S-1 1 40 46 52", "reported S-2 1 - 50 -"}, ""},
		{"two do not", []string{"estimated S-1 1 40 46 52", "reported S-2 9 - 60 -"}, "ranges do not overlap: C-1 with C-2"},
		{"three do not", []string{"estimated S-1 1 40 46 52", "reported S-2 9 - 60 -", "claimed S-3 8 - 70 -"}, "ranges do not overlap: C-1 with C-2 and C-3; C-2 with C-3"},
		{"many do not", []string{"confirmed - 1 - 1 -", "reported - 1 - 2 -", "reported - 1 - 3 -", "reported - 1 - 4 -", "reported - 1 - 5 -", "reported - 1 - 6 -"},
			"ranges do not overlap: C-1 with C-6, C-5, C-4 and 2 others; C-6 with C-5, C-4, C-3 and C-2; C-5 with C-4, C-3 and C-2; C-4 with C-3 and C-2"},
	} {
		if got := DiscordWords(stack(t, tt.claims...)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestMorePeople(t *testing.T) {
	for _, tt := range []struct {
		people, records string
		more            bool
	}{
		{"estimated S-1 1 40 46 52", "estimated S-1 1 30 35 39", true},
		{"estimated S-1 1 40 46 52", "estimated S-1 1 30 35 40", false},
		{"estimated S-1 1 - 46 -", "estimated S-1 1 - 45 -", true},
		{"estimated S-1 1 - 46 -", "estimated S-1 1 45 - -", false}, // or more of them
		{"estimated S-1 1 - - 52", "estimated S-1 1 1 1 1", false},  // or fewer people
		{"estimated S-1 1 - 46 -", "estimated S-1 1 - 104 -", false},
	} {
		people, records := stack(t, tt.people)[0], stack(t, tt.records)[0]
		if got := MorePeople(people, records); (got != "") != tt.more {
			t.Errorf("people %s, records %s: %q", tt.people, tt.records, got)
		}
	}
	if got := MorePeople(stack(t, "reported S-1 1 40 46 52")[0], nil); got != "" {
		t.Error(got)
	}
	got := MorePeople(stack(t, "estimated S-1 1 40 46 52")[0], stack(t, "claimed S-1 1 - 5 -")[0])
	if want := "more people than records: C-1 has people 40..46..52, C-1 has records ~5; whoever is affected has at least one record"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRegionSum(t *testing.T) {
	for _, tt := range []struct {
		why    string
		claims []string // by region, in their order; "" is unknown
		want   string
	}{
		{"each is known", []string{"confirmed S-1 1 5 5 5", "estimated S-1 1 40 46 52", "estimated S-1 1 - 7 9", "reported S-1 1 0 0 0"}, "40/-/66"},
		{"one is unknown", []string{"confirmed S-1 1 5 5 5", "estimated S-1 1 40 46 52", "estimated S-1 1 - 7 9", ""}, "-/-/-"},
		{"of one the most is unknown", []string{"confirmed S-1 1 5 5 5", "estimated S-1 1 40 46 52", "estimated S-1 1 - 7 -", "reported S-1 1 0 0 0"}, "-/-/-"},
		{"all are unknown", []string{"", "", "", ""}, "-/-/-"},
		{"no low is known", []string{"reported S-1 1 - - 5", "reported S-1 1 - - 5", "reported S-1 1 - - 5", "reported S-1 1 - - 5"}, "-/-/20"},
	} {
		got, ok := RegionSum("names", func(key FigureKey) *Claim {
			for i, region := range RegionKeys {
				if key == (FigureKey{Cell(region + "/names"), People}) && tt.claims[i] != "" {
					return stack(t, tt.claims[i])[0]
				}
			}
			return nil
		})
		if got.plain() != tt.want || ok != (tt.want != "-/-/-") {
			t.Errorf("%s: %s, %v; want %s", tt.why, got.plain(), ok, tt.want)
		}
	}
}
