package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// latestByElimination is the rule of what stands as one would apply it by hand.
func latestByElimination(counts []*Notice) *Notice {
	left := slices.DeleteFunc(slices.Clone(counts), func(n *Notice) bool { return n.Standing == Withdrawn || n.Standing == Disproved })
	var asOf time.Time
	for _, n := range left {
		if n.AsOf.At.After(asOf) {
			asOf = n.AsOf.At
		}
	}
	left = slices.DeleteFunc(left, func(n *Notice) bool { return n.AsOf.At.Before(asOf) })
	var last *Notice
	for _, n := range left {
		if last == nil || n.MadeSeq > last.MadeSeq {
			last = n
		}
	}
	return last
}

// someCounts generates counts about one or several regions and ways to tell people.
func someCounts(regions, ways int) *rapid.Generator[[]*Notice] {
	return rapid.Custom(func(t *rapid.T) []*Notice {
		var counts []*Notice
		for i := range rapid.IntRange(0, 12).Draw(t, "counts") {
			n := &Notice{
				Region:   Ref(rapid.SampledFrom(RegionKeys[:regions]).Draw(t, "region")),
				Channel:  rapid.SampledFrom(channels[:ways]).Draw(t, "channel"),
				Standing: rapid.SampledFrom(append([]Standing{"", "", ""}, standings...)).Draw(t, "standing"),
			}
			if rapid.Bool().Draw(t, "sent is known") {
				n.Sent = countOf(rapid.Int64Range(0, 50).Draw(t, "sent"))
			}
			if rapid.Bool().Draw(t, "delivered is known") {
				n.Delivered = countOf(rapid.Int64Range(0, 40).Draw(t, "delivered"))
			}
			if d := rapid.IntRange(0, 3).Draw(t, "day"); d > 0 {
				n.AsOf = Time{time.Date(2024, 8, d, 0, 0, 0, 0, time.UTC), ByDay}
			}
			n.Ref, n.MadeSeq = noticeSpec.RefOf(int64(i+1)), int64(2*i+1)
			n.MadeAt = at.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, "hour")) * time.Hour)
			counts = append(counts, n)
		}
		return counts
	})
}

func TestTheLatestCountStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := someCounts(1, 1).Draw(t, "counts")
		want := latestByElimination(counts)
		if got := latest(counts); got != want {
			t.Fatalf("Latest gives %+v, want %+v", got, want)
		}
		if got := latest(rapid.Permutation(counts).Draw(t, "order")); got != want {
			t.Fatalf("in another order Latest gives %+v, want %+v", got, want)
		}
	})
}

// The sum of what stands, counted by hand, is between its bounds; the history ends
// where it stands now.
func TestNotifiedIsWhatStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := someCounts(3, 3).Draw(t, "counts")
		sum, most, known := int64(0), int64(0), false
		for _, region := range RegionKeys {
			for _, channel := range channels {
				var some []*Notice
				for _, n := range counts {
					if n.Region == Ref(region) && n.Channel == channel {
						some = append(some, n)
					}
				}
				n := latestByElimination(some)
				if n == nil || !n.Sent.Known && !n.Delivered.Known {
					continue
				}
				told := n.Sent.N
				if n.Delivered.Known {
					told = n.Delivered.N
				}
				sum, most, known = sum+told, max(most, told), true
			}
		}
		got := NotifiedOf(Stand(counts))
		if got.Known() != known || got.High.N != sum || got.Low.N != most {
			t.Fatalf("got %+v, want %d to %d, known %v", got, most, sum, known)
		}
		points := NotifiedHistory("", counts)
		if known && (len(points) == 0 || points[len(points)-1].High != got.High) {
			t.Fatalf("the history ends with %+v, what stands is %+v", points, got)
		}
		for i, p := range points {
			if !p.Known() || i > 0 && !p.At.After(points[i-1].At) {
				t.Fatalf("point %d of %+v", i, points)
			}
		}
	})
}

func TestNoticeRule(t *testing.T) {
	s := stateOf(t, made(KindSource, "title", "The mailing house"), keyed(KindRegion, "europe", "name", "Europe"), keyed(KindRegion, "asia", "name", "Asia"))
	count := func(kv ...string) Made {
		return made(KindNotice, append([]string{"region", "europe", "channel", "email"}, kv...)...)
	}
	for _, tt := range []struct {
		name string
		body Made
		want string
	}{
		{"sent alone", count("sent", "10"), ""},
		{"nobody was told is a number", count("sent", "0"), ""},
		{"contactable alone", count("contactable", "10"), ""},
		{"answered alone", count("answered", "1"), ""},
		{"no number", count(), "a count of notices needs a number: contactable, sent, delivered, bounced, sent again or answered"},
		{"all that was sent arrived or came back", count("sent", "10", "delivered", "8", "bounced", "2"), ""},
		{"more delivered than sent", count("sent", "10", "delivered", "11"), "delivered 11 is more than sent 10"},
		{"more answered than delivered", count("delivered", "10", "answered", "11"), "answered 11 is more than delivered 10"},
		{"more answered than sent", count("sent", "10", "answered", "11"), "answered 11 is more than sent 10"},
		{"more bounced than sent", count("sent", "10", "bounced", "11"), "bounced 11 is more than sent 10"},
		{"more came of them than were sent", count("sent", "10", "delivered", "9", "bounced", "2"), "delivered and bounced 11 is more than sent 10"},
		{"one was sent again", count("sent", "10", "resent", "1", "delivered", "9", "bounced", "2"), ""},
		{"more came of them than were sent again", count("sent", "10", "resent", "1", "delivered", "10", "bounced", "2"), "delivered and bounced 12 is more than sent 10 and sent again 1"},
		{"more sent than can be reached", count("contactable", "9", "sent", "10"), "sent 10 is more than contactable 9"},
		{"those sent again are counted as sent", count("contactable", "9", "sent", "10", "resent", "1"), ""},
		{"more sent than can be reached, and again", count("contactable", "8", "sent", "10", "resent", "1"), "sent 10 is more than contactable 8 and sent again 1"},
		{"a number below zero", count("sent", "-1"), `sent: "-1" is below zero`},
		{"a number that is not stored so", count("sent", "1k"), `sent is not in its stored form: "1k"`},
		{"no region", made(KindNotice, "channel", "email", "sent", "1"), "region may not be unknown"},
		{"no channel", made(KindNotice, "region", "europe", "sent", "1"), "channel may not be unknown"},
		{"a region that there is nowhere", count("region", "mars", "sent", "1"), `region cannot be "mars"`},
		{"a region that the incident does not have", count("region", "elsewhere", "sent", "1"), "there is no region elsewhere in this incident"},
		{"a channel that there is not", count("channel", "pigeon", "sent", "1"), `channel cannot be "pigeon"`},
		{"with its source", count("sent", "1", "source", "S-1"), ""},
		{"a source that there is not", count("sent", "1", "source", "S-2"), "there is no S-2; the last is S-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refusal(t, tt.body.Check(s), Failed, tt.want)
		})
	}
	if err := count("region", "elsewhere", "sent", "1").Check(s); HintOf(err) != "its regions: europe, asia" {
		t.Errorf("hint %q", HintOf(err))
	}
}

func TestACountSaysWhatItCounted(t *testing.T) {
	s := stateOf(t, keyed(KindRegion, "europe", "name", "Europe"), notice("delivered", "90"))
	for _, f := range noticeSpec.Fields[:8] {
		err := Changed{Ref: "W-1", Changes: []Change{{f.Key, f.Get(need[*Notice](t, s, "W-1")), f.Get(&Notice{Region: "asia", Channel: "post", Sent: countOf(1)})}}}.Check(s)
		refusal(t, err, Failed, strings.ToLower(f.Label)+" cannot be changed")
	}
	for _, kv := range [][]string{{"standing", "confirmed"}, {"basis", "counted"}, {"as_of", "2024-08-15"}} {
		record(t, s, set(t, s, "W-1", kv...))
	}
	if n := need[*Notice](t, s, "W-1"); n.Name() != "europe/email" || n.NumberWords() != "sent 100, delivered 90" || n.Standing != Confirmed || n.Basis != "counted" || n.AsOf.String() != "2024-08-15" {
		t.Errorf("got %+v", n)
	}
}

func TestNumbersOfACountAreReadAsPeopleWriteThem(t *testing.T) {
	f := noticeSpec.Field("sent")
	for text, want := range map[string]string{
		"5740": "5740", "5 740": "5740", "5.7k": "5700", "1.5M": "1500000", "0": "0", "unknown": "", "": "",
		"1,5k": `sent: "1,5k" can be read in two ways: a comma parts thousands, or a fraction`,
		"-3":   `sent: "-3" is below zero`, "~5k": `sent: "~5k" is no number`, "5k..6k": `sent: "5k..6k" is no number`,
		"5.740": `sent: "5.740" is 5.74 or 5740`, "=SUM(A1:A9)": `sent: "=SUM(A1:A9)" is no number`, "10^16": `sent: "10^16" is more than 10^15`,
	} {
		got, err := f.Parse(text, at)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	if _, err := f.Parse("few", at); HintOf(err) != CountUse {
		t.Errorf("hint %q", HintOf(err))
	}
	_, err := noticeSpec.Field("as_of").Parse("2024-08-17", at)
	refusal(t, err, Failed, "as of cannot be 17 Aug 2024 (day), which has not come")
}

func TestToldByOneChannel(t *testing.T) {
	for _, tt := range []struct {
		name  string
		count Notice
		want  Count
		by    string
	}{
		{"delivered is better than sent", Notice{Sent: countOf(100), Delivered: countOf(90)}, countOf(90), byDelivered},
		{"nothing arrived", Notice{Sent: countOf(100), Delivered: countOf(0)}, countOf(0), byDelivered},
		{"sent, for want of better", Notice{Contactable: countOf(200), Sent: countOf(100)}, countOf(100), bySent},
		{"those sent again are not told twice", Notice{Contactable: countOf(100), Sent: countOf(110), Resent: countOf(10)}, countOf(100), bySent},
		{"that they can be reached tells nobody", Notice{Contactable: countOf(100)}, Count{}, ""},
	} {
		if got, by := tt.count.told(); got != tt.want || by != tt.by {
			t.Errorf("%s: %v by %q, want %v by %q", tt.name, got, by, tt.want, tt.by)
		}
	}
}

func TestNotifiedOfSeveral(t *testing.T) {
	day := func(s string) Time { d, _ := ParseTime(s); return d }
	a := &Notice{Region: "europe", Channel: "email", Delivered: countOf(90), Standing: Confirmed, Source: "S-1", AsOf: day("2024-08-20")}
	b := &Notice{Region: "europe", Channel: "post", Sent: countOf(30), Standing: Estimated, Source: "S-1", AsOf: day("2024-08-18")}
	c := &Notice{Region: "europe", Channel: "sms", Contactable: countOf(5), Standing: Claimed}
	got := NotifiedOf([]*Notice{a, b, c})
	if got.Low != countOf(90) || got.High != countOf(120) || got.By != byBoth || got.Standing != Estimated || got.AsOf != b.AsOf || got.Source() != "S-1" || len(got.Counts) != 2 {
		t.Errorf("got %+v", got)
	}
	if got.Words() != "at most 120" || !got.AtMost() {
		t.Errorf("in words %q", got.Words())
	}
	for _, none := range [][]*Notice{nil, {c}} {
		if got := NotifiedOf(none); got.Known() || got.Words() != "unknown" || got.By != "" {
			t.Errorf("of %v: %+v", none, got)
		}
	}
	if one := NotifiedOf([]*Notice{a}); one.AtMost() || one.Words() != "90" {
		t.Errorf("one channel: %+v", one)
	}
}

func TestShareOfTheAffected(t *testing.T) {
	n := func(told int64) Notified { return NotifiedOf([]*Notice{{Delivered: countOf(told)}}) }
	claim := func(a Amount) *Claim { return &Claim{Meta: Meta{Ref: "C-1"}, Low: a.Low, Best: a.Best, High: a.High} }
	span := Amount{countOf(40_000), countOf(46_000), countOf(52_000)}
	for _, tt := range []struct {
		name           string
		told           Notified
		of             *Claim
		share, exceeds string
	}{
		{"the share is a range", n(5740), claim(span), "11–14 %", ""},
		{"of an exact number it is none", n(500), claim(exact(countOf(1000))), "50 %", ""},
		{"a best number alone is both bounds", n(500), claim(about(countOf(1000))), "50 %", ""},
		{"at least so many are affected", n(500), claim(atLeast(countOf(1000))), "at most 50 %", ""},
		{"at most so many are affected", n(500), claim(atMost(countOf(1000))), "at least 50 %", ""},
		{"none", n(0), claim(span), "0 %", ""},
		{"all but one is not all", n(999), claim(exact(countOf(1000))), "99 %", ""},
		{"nobody knows of how many", n(5), nil, "", ""},
		{"unknown", Notified{}, claim(span), "", ""},
		{"nobody is affected", n(5), claim(exact(countOf(0))), "", "more notified than affected: 5, and C-1 says exactly 0"},
		{"more than there can be", n(52_001), claim(span), "100–130 %", "more notified than affected: 52,001, and C-1 says 40k..46k..52k"},
		{"more than the least", n(45_000), claim(span), "87–113 %", ""},
		{"perhaps twice", NotifiedOf([]*Notice{{Sent: countOf(40_000)}, {Sent: countOf(20_000)}}), claim(span), "115–150 %",
			"more notified than affected, unless people were told twice: at most 60,000, and C-1 says 40k..46k..52k"},
		{"a number that does not fit in a percentage", n(maxNumber), claim(exact(countOf(1))), "100000000000000000 %", fmt.Sprintf("more notified than affected: %s, and C-1 says exactly 1", Digits(maxNumber))},
	} {
		if got := tt.told.ShareWords(tt.of); got != tt.share {
			t.Errorf("%s: share %q, want %q", tt.name, got, tt.share)
		}
		if got := tt.told.Excess(tt.of); got != tt.exceeds {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.exceeds)
		}
	}
}

func TestPromised(t *testing.T) {
	day := func(s string) Time { d, _ := ParseTime(s); return d }
	o := &Overview{Regions: []RegionRow{{Region: &Region{NoticesDue: day("2024-09-01")}}, {Region: &Region{NoticesDue: day("2024-10")}}, {Region: &Region{NoticesDue: day("2024-10-05")}}, {Region: &Region{}}}}
	if due, without := o.Promised(); due.String() != "2024-10" || without != 1 {
		t.Errorf("promised by %s, without %d", due, without)
	}
	if due, _ := (&Overview{Regions: []RegionRow{{Region: &Region{}}}}).Promised(); due.Known() {
		t.Errorf("promised by %s", due)
	}
}

func TestParseRegionAndChannel(t *testing.T) {
	for text, want := range map[string]string{"Europe": "europe", "North America": "north-america", "north_america": "north-america"} {
		if got, err := ParseRegion(text); err != nil || string(got) != want {
			t.Errorf("%q is %q, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"E-Mail": "email", "letters": "post", "SMS": "sms", "text message": "sms", "in-app": "app", "other": "other"} {
		if got, err := ParseChannel(text); err != nil || string(got) != want {
			t.Errorf("%q is %q, %v; want %s", text, got, err, want)
		}
	}
	_, err := ParseRegion("europ")
	refusal(t, err, Failed, `"europ" is no region`)
	if want := "did you mean europe? one of: north-america, europe, asia, elsewhere"; HintOf(err) != want {
		t.Errorf("hint %q, want %q", HintOf(err), want)
	}
	_, err = ParseChannel("mail")
	refusal(t, err, Failed, `channel cannot be "mail", which may be e-mail or a letter`)
	_, err = ParseChannel("")
	refusal(t, err, Failed, `"" is no channel`)
}
