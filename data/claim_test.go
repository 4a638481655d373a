package data

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseCell(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Cell
	}{
		{"all/all", AllPeople},
		{"ALL/all", AllPeople},
		{"europe/addresses", "europe/addresses"},
		{"Europe/Addresses", "europe/addresses"},
		{"north-america/all", "north-america/all"},
		{"all/phone-numbers", "all/phone-numbers"},
		{"elsewhere/service-history", "elsewhere/service-history"},
	} {
		if got, err := ParseCell(tt.in); err != nil || got != tt.want {
			t.Errorf("ParseCell(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, s := range []string{"", "/", "all", "all/", "/all", "all/all/all", "names/europe", "names/all", "all/europe", "mars/all", "all/passwords", "europe /all", "all all", "unknown/all"} {
		if got, err := ParseCell(s); err == nil {
			t.Errorf("ParseCell(%q) = %q, want it refused", s, got)
		} else if HintOf(err) == "" {
			t.Errorf("ParseCell(%q): no hint", s)
		}
	}
}

func TestParseCellSuggests(t *testing.T) {
	for in, want := range map[string]string{
		"europ/adresses":        "did you mean europe/addresses? ",
		"names/europe":          "did you mean europe/names? ",
		"europe":                "did you mean europe/all? ",
		"names":                 "did you mean all/names? ",
		"asia/phone":            "did you mean asia/phone-numbers? ",
		"america/all":           "did you mean north-america/all? ",
		"north america/vehicle": "did you mean north-america/vehicle-details? ",
		"all/al":                "did you mean all/all? ",
		"all/data":              "did you mean all/transaction-data? ",
		"mars/passwords":        "",
		"/":                     "did you mean all/all? ",
	} {
		_, err := ParseCell(in)
		if err == nil {
			t.Fatalf("%q is a cell", in)
		}
		if got := HintOf(err); got != want+"write REGION/CATEGORY, such as europe/addresses, europe/all or all/all" {
			t.Errorf("ParseCell(%q): hint %q, want %q first", in, got, want)
		}
	}
}

func TestEveryCellIsAWordOfAClaim(t *testing.T) {
	words := claimSpec.Field("cell").Words
	if want := (1 + len(RegionKeys)) * (1 + len(CategoryKeys)); len(words) != want {
		t.Errorf("%d cells, want %d", len(words), want)
	}
	for _, w := range words {
		if got, err := ParseCell(w); err != nil || string(got) != w {
			t.Errorf("ParseCell(%q) = %q, %v", w, got, err)
		}
	}
	if words[0] != string(AllPeople) {
		t.Errorf("the first cell is %s, want the one of everybody", words[0])
	}
}

func TestPick(t *testing.T) {
	day := func(d int) Time { return Time{time.Date(2024, 8, d, 0, 0, 0, 0, time.UTC), ByDay} }
	for _, tt := range []struct {
		name   string
		claims []Claim // in the order in which they were recorded
		want   int     // which of them stands, from 1; 0 for none
	}{
		{"nobody said a number", nil, 0},
		{"one claim", []Claim{{Standing: Reported}}, 1},
		{"a claim whose standing nobody said stands alone", []Claim{{}}, 1},
		{"the attacker's word is better than an unknown one", []Claim{{Standing: Claimed}, {}}, 1},
		{"a report is better than the attacker's word", []Claim{{Standing: Reported}, {Standing: Claimed}}, 1},
		{"an estimate is better than a report", []Claim{{Standing: Estimated}, {Standing: Reported}}, 1},
		{"a confirmation is better than an estimate", []Claim{{Standing: Confirmed}, {Standing: Estimated}}, 1},
		{"standing comes before as-of", []Claim{{Standing: Confirmed, AsOf: day(1)}, {Standing: Reported, AsOf: day(9)}}, 1},
		{"of two reports the later as-of", []Claim{{Standing: Reported, AsOf: day(9)}, {Standing: Reported, AsOf: day(1)}}, 1},
		{"any as-of is later than none", []Claim{{Standing: Reported, AsOf: day(1)}, {Standing: Reported}}, 1},
		{"of the same day the later recorded", []Claim{{Standing: Reported, AsOf: day(1)}, {Standing: Reported, AsOf: day(1)}}, 2},
		{"without as-of the later recorded", []Claim{{Standing: Reported}, {Standing: Reported}}, 2},
		{"a pinned claim comes before any standing", []Claim{{Standing: Claimed, Pinned: true}, {Standing: Confirmed, AsOf: day(9)}}, 1},
		{"of two pinned the better standing", []Claim{{Standing: Confirmed, Pinned: true}, {Standing: Reported, Pinned: true}, {Standing: Confirmed}}, 1},
		{"of two pinned of one standing the later as-of", []Claim{{Pinned: true, AsOf: day(2)}, {Pinned: true, AsOf: day(1)}}, 1},
		{"of two pinned alike the later recorded", []Claim{{Pinned: true}, {Pinned: true}}, 2},
		{"a withdrawn claim does not stand", []Claim{{Standing: Reported}, {Standing: Withdrawn, AsOf: day(9)}}, 1},
		{"a disproved claim does not stand", []Claim{{Standing: Claimed}, {Standing: Disproved}}, 1},
		{"nor pinned", []Claim{{Standing: Claimed}, {Standing: Disproved, Pinned: true}, {Standing: Withdrawn, Pinned: true}}, 1},
		{"nor alone", []Claim{{Standing: Withdrawn, Pinned: true}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var claims []*Claim
			for i, c := range tt.claims {
				c.Ref, c.MadeSeq = claimSpec.RefOf(int64(i+1)), int64(10+i)
				claims = append(claims, &c)
			}
			got, want := "none", "none"
			if c := Pick(claims); c != nil {
				got = string(c.Ref)
			}
			if tt.want > 0 {
				want = fmt.Sprintf("C-%d", tt.want)
			}
			if got != want {
				t.Errorf("%s stands, want %s", got, want)
			}
		})
	}
}

// pickByElimination is the rule of the figure in the words of the design, step
// by step: who is not out after one step goes on to the next.
func pickByElimination(claims []*Claim) *Claim {
	keep := func(in []*Claim, ok func(*Claim) bool) (out []*Claim) {
		for _, c := range in {
			if ok(c) {
				out = append(out, c)
			}
		}
		return out
	}
	left := keep(claims, func(c *Claim) bool { return c.Standing != Withdrawn && c.Standing != Disproved })
	if pinned := keep(left, func(c *Claim) bool { return c.Pinned }); len(pinned) > 0 {
		left = pinned
	}
	for _, s := range []Standing{Confirmed, Estimated, Reported, Claimed} {
		if best := keep(left, func(c *Claim) bool { return c.Standing == s }); len(best) > 0 {
			left = best
			break
		}
	}
	var asOf time.Time
	for _, c := range left {
		if c.AsOf.At.After(asOf) {
			asOf = c.AsOf.At
		}
	}
	left = keep(left, func(c *Claim) bool { return c.AsOf.At.Equal(asOf) })
	var last *Claim
	for _, c := range left {
		if last == nil || c.MadeSeq > last.MadeSeq {
			last = c
		}
	}
	return last
}

func someClaims() *rapid.Generator[[]*Claim] {
	return rapid.Custom(func(t *rapid.T) []*Claim {
		var claims []*Claim
		for i := range rapid.IntRange(0, 12).Draw(t, "claims") {
			c := &Claim{
				Standing: rapid.SampledFrom(append([]Standing{""}, standings...)).Draw(t, "standing"),
				Pinned:   rapid.IntRange(0, 4).Draw(t, "pinned") == 0,
				Best:     countOf(int64(i)),
			}
			if d := rapid.IntRange(0, 3).Draw(t, "day"); d > 0 {
				c.AsOf = Time{time.Date(2024, 8, d, 0, 0, 0, 0, time.UTC), ByDay}
			}
			c.Ref, c.MadeSeq = claimSpec.RefOf(int64(i+1)), int64(2*i+1)
			claims = append(claims, c)
		}
		return claims
	})
}

func TestPickIsTheRuleOfTheFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := someClaims().Draw(t, "claims")
		want := pickByElimination(claims)
		if got := Pick(claims); got != want {
			t.Fatalf("Pick gives %+v, want %+v", got, want)
		}
		if got := Pick(rapid.Permutation(claims).Draw(t, "order")); got != want {
			t.Fatalf("in another order Pick gives %+v, want %+v", got, want)
		}
	})
}

func TestClaimRule(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "The article"), made(KindNote, "text", "x"))
	number := func(kv ...string) Made {
		return made(KindClaim, append([]string{"cell", "europe/all", "unit", "people"}, kv...)...)
	}
	for _, tt := range []struct {
		name string
		body Made
		want string
	}{
		{"best alone", number("best", "10"), ""},
		{"low alone", number("low", "10"), ""},
		{"high alone", number("high", "10"), ""},
		{"nobody affected is a number", number("best", "0"), ""},
		{"all three the same", number("low", "5", "best", "5", "high", "5"), ""},
		{"all three", number("low", "1", "best", "5", "high", "9"), ""},
		{"the largest number", number("high", "1000000000000000"), ""},
		{"no number", number(), "a claim needs a number: low, best or high"},
		{"low above best", number("low", "6", "best", "5"), "low 6 is above best 5"},
		{"best above high", number("best", "6", "high", "5"), "best 6 is above high 5"},
		{"low above high", number("low", "6", "high", "5"), "low 6 is above high 5"},
		{"low above none", number("low", "1", "best", "0"), "low 1 is above best 0"},
		{"a negative number", number("best", "-1"), `best must be a whole number from 0 to 10^15, not "-1"`},
		{"no cell", made(KindClaim, "unit", "people", "best", "1"), "cell may not be unknown"},
		{"no unit", made(KindClaim, "cell", "all/all", "best", "1"), "unit may not be unknown"},
		{"a cell that there is not", claim("cell", "mars/all"), `cell cannot be "mars/all"`},
		{"a unit that there is not", claim("unit", "cars"), `unit cannot be "cars"`},
		{"with its source", number("best", "1", "source", "S-1"), ""},
		{"a source that there is not", number("best", "1", "source", "S-2"), "there is no S-2; the last is S-1"},
		{"a source that is a note", number("best", "1", "source", "N-1"), "N-1 is no source"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refusal(t, tt.body.Check(s), Failed, tt.want)
		})
	}
}

func TestClaimSaysWhatItSaid(t *testing.T) {
	s := stateOf(t, claim("low", "1", "high", "9000"))
	for _, field := range []string{"cell", "unit", "low", "best", "high"} {
		f := claimSpec.Field(field)
		err := Changed{Ref: "C-1", Changes: []Change{{field, f.Get(need[*Claim](t, s, "C-1")), "5"}}}.Check(s)
		refusal(t, err, Failed, fmt.Sprintf("%s cannot be changed", field))
	}
	for _, kv := range [][]string{{"standing", "confirmed"}, {"basis", "counted"}, {"as_of", "2024-08-15"}, {"pinned", "true"}} {
		record(t, s, set(t, s, "C-1", kv...))
	}
	c := need[*Claim](t, s, "C-1")
	if c.Key() != (FigureKey{"all/all", People}) || c.Low != countOf(1) || c.Best != countOf(1000) || c.High != countOf(9000) ||
		c.Standing != Confirmed || c.Basis != "counted" || c.AsOf.String() != "2024-08-15" || !c.Pinned || c.Name() != "all/all" {
		t.Errorf("got %+v", c)
	}
}

func TestDeliveryNamesASourceThatIsThere(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "The provider"))
	refusal(t, made(KindDelivery, "title", "First list", "source", "S-1").Check(s), Failed, "")
	refusal(t, made(KindDelivery, "title", "First list", "source", "S-9").Check(s), Failed, "there is no S-9; the last is S-1")
	refusal(t, made(KindDelivery).Check(s), Failed, "title may not be unknown")
}

func TestOldWords(t *testing.T) {
	now := time.Date(2024, 8, 20, 12, 0, 0, 0, time.UTC)
	day := func(d int) Time { return Time{time.Date(2024, 8, d, 0, 0, 0, 0, time.UTC), ByDay} }
	for _, tt := range []struct {
		why   string
		claim Claim
		want  string
	}{
		{"as of today", Claim{AsOf: day(20)}, ""},
		{"six days and a half", Claim{AsOf: day(14)}, ""},
		{"seven days and a half", Claim{AsOf: day(13)}, "old: as of 7d ago"},
		{"just stated, as of long ago", Claim{AsOf: day(1), Meta: Meta{MadeAt: now}}, "old: as of 19d ago"},
		{"stated long ago, as of unknown", Claim{Meta: Meta{MadeAt: now.AddDate(0, 0, -30)}}, "old: stated 30d ago"},
		{"stated just now, as of unknown", Claim{Meta: Meta{MadeAt: now}}, ""},
	} {
		if got := tt.claim.OldWords(now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

// What does not stand is not pinned, but what is pinned may be withdrawn.
func TestAClaimThatDoesNotStandIsNotPinned(t *testing.T) {
	for _, tt := range []struct {
		name     string
		standing Standing
		pinned   bool
		changes  []string // field, now
		undoes   int64
		ok       bool
	}{
		{"a reported one", Reported, false, []string{"pinned", "true"}, 0, true},
		{"a withdrawn one", Withdrawn, false, []string{"pinned", "true"}, 0, false},
		{"a disproved one", Disproved, false, []string{"pinned", "true"}, 0, false},
		{"withdrawn at once", Reported, false, []string{"standing", "withdrawn", "pinned", "true"}, 0, false},
		{"it stands at once", Withdrawn, false, []string{"standing", "reported", "pinned", "true"}, 0, true},
		{"a pinned one is withdrawn", Reported, true, []string{"standing", "withdrawn"}, 0, true},
		{"a withdrawn one stays pinned", Withdrawn, true, []string{"basis", "x"}, 0, true},
		{"an unpinning is taken back", Withdrawn, false, []string{"pinned", "true"}, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewState(nil, 0)
			fields := map[string]string{"cell": "all/all", "unit": "people", "best": "1", "standing": string(tt.standing)}
			if tt.pinned {
				fields["pinned"] = "true"
			}
			if err := s.Apply(&Event{Seq: 1, Ref: "C-1", Body: Made{Of: KindClaim, Fields: fields}}); err != nil {
				t.Fatal(err)
			}
			b := Changed{Ref: "C-1", Undoes: tt.undoes}
			for i := 0; i < len(tt.changes); i += 2 {
				item, err := s.Need("C-1")
				if err != nil {
					t.Fatal(err)
				}
				b.Changes = append(b.Changes, Change{tt.changes[i], claimSpec.Field(tt.changes[i]).Get(item), tt.changes[i+1]})
			}
			if err := b.Check(s); (err == nil) != tt.ok {
				t.Errorf("it says %v", err)
			}
		})
	}
}
