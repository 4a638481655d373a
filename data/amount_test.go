package data

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// amount writes an amount as low/best/high, with - for what is unknown.
func (a Amount) plain() string {
	say := func(c Count) string {
		if !c.Known {
			return "-"
		}
		return c.String()
	}
	return say(a.Low) + "/" + say(a.Best) + "/" + say(a.High)
}

func TestParseAmount(t *testing.T) {
	for _, tt := range []struct{ in, want, shown string }{
		{"40k..46k..52k", "40000/46000/52000", "40k..46k..52k"},
		{"40k..52k", "40000/-/52000", "40k..52k"},
		{"40k .. 52k", "40000/-/52000", "40k..52k"},
		{"40k–52k", "40000/-/52000", "40k..52k"},
		{"40k-52k", "40000/-/52000", "40k..52k"},
		{"40k to 52k", "40000/-/52000", "40k..52k"},
		{"40 000 to 52 000", "40000/-/52000", "40k..52k"},
		{"900..1.2k", "900/-/1200", "900..1200"}, // 900k is above 1.2k
		{"0..52k", "0/-/52000", "0..52k"},
		{"40k..46k..", "40000/46000/-", "40k..46k.."},
		{"..46k..52k", "-/46000/52000", "..46k..52k"},
		{"40k....52k", "40000/-/52000", "40k..52k"}, // the best of the three is left out
		{"40k..", "40000/-/-", "at least 40k"},
		{"..52k", "-/-/52000", "at most 52k"},
		{"46k", "-/46000/-", "~46k"},
		{"46 K", "-/46000/-", "~46k"},
		{"~40000", "-/40000/-", "~40k"},
		{"≈ 40000", "-/40000/-", "~40k"},
		{"about 40 thousand", "-/40000/-", "~40k"},
		{"40000", "-/40000/-", "~40k"},
		{"1.5M", "-/1500000/-", "~1500k"},
		{"1.5 million", "-/1500000/-", "~1500k"},
		{"1.5k", "-/1500/-", "~1500"},
		{"40 000", "-/40000/-", "~40k"},
		{"40\u00a0000", "-/40000/-", "~40k"},
		{"1\u202f234\u202f567", "-/1234567/-", "~1234567"},
		{"40'000", "-/40000/-", "~40k"},
		{"40_000", "-/40000/-", "~40k"},
		{"10^15", "-/1000000000000000/-", "~1000000000000k"},
		{"10^0", "-/1/-", "~1"},
		{"1P", "-/1000000000000000/-", "~1000000000000k"},
		{"1.2345M", "-/1234500/-", "~1234500"},
		{"1.0", "-/1/-", "~1"},
		{"007", "-/7/-", "~7"},
		{"0", "-/0/-", "~0"},
		{">=40k", "40000/-/-", "at least 40k"},
		{"≥ 40k", "40000/-/-", "at least 40k"},
		{"at least 40k", "40000/-/-", "at least 40k"},
		{"At Least 1.5M", "1500000/-/-", "at least 1500k"},
		{"40k+", "40000/-/-", "at least 40k"},
		{"<=52k", "-/-/52000", "at most 52k"},
		{"≤52k", "-/-/52000", "at most 52k"},
		{"at most 52k", "-/-/52000", "at most 52k"},
		{"up to 52k", "-/-/52000", "at most 52k"},
		{"exactly 17412", "17412/17412/17412", "exactly 17412"},
		{"=17412", "17412/17412/17412", "exactly 17412"},
		{"17412..17412", "17412/17412/17412", "exactly 17412"},
		{"0..0..0", "0/0/0", "exactly 0"},
		{"~46k (40k–52k)", "40000/46000/52000", "40k..46k..52k"},
		{"~46k (≥40k)", "40000/46000/-", "40k..46k.."},
		{"~46k (≤52k)", "-/46000/52000", "..46k..52k"},
	} {
		got, err := ParseAmount(tt.in)
		if err != nil || got.plain() != tt.want || got.String() != tt.shown {
			t.Errorf("ParseAmount(%q) = %s, shown as %q, %v; want %s, %q", tt.in, got.plain(), got, err, tt.want, tt.shown)
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	for _, tt := range []struct{ in, says string }{
		{"", "a claim needs a number"},
		{"  ", "a claim needs a number"},
		{"unknown", "a claim needs a number"},
		{"1,5k", `"1,5k" can be read in two ways: a comma parts thousands, or a fraction`},
		{"40,000", `"40,000" can be read in two ways`},
		{"40k..46,5k", `"46,5k" can be read in two ways`},
		{"1.500", `"1.500" is 1.5 or 1500`},
		{"1.234M", `"1.234M" is 1.234M or 1234M`},
		{"40..52k", `"40..52k" is 40 to 52k or 40k to 52k`},
		{"40-52k", "40k to 52k"},
		{"40..46..52k", "40k to 52k"},
		{"40..52 million", "40 to 52 million or 40million to 52 million"},
		{"1.5m", "a thousand or a million"},
		{"2bn", "10^9 or 10^12"},
		{"-5", `"-5" is below zero`},
		{"−5", "is below zero"},
		{"-40k..52k", `"-40k" is below zero`},
		{"at least -5", `"-5" is below zero`},
		{"1.5", `"1.5" is no whole number`},
		{"1.2345k", "is no whole number"},
		{"10^16", `"10^16" is more than 10^15`},
		{"10^999", "is more than 10^15"},
		{"10^9999", "is no number"},
		{"2P", "is more than 10^15"},
		{"99999999999999999999999", "is more than 10^15"},
		{"52k..40k", "low 52000 is above high 40000"},
		{"47k..46k..52k", "low 47000 is above best 46000"},
		{"40k..53k..52k", "best 53000 is above high 52000"},
		{">40k", "leaves out the number itself"},
		{"more than 40k", "leaves out the number itself"},
		{"..", `".." is no number`}, {"....", "is no number"}, {"40k...52k", "is no number"}, {"1..2..3..4", "is no number"},
		{"40 00", "is no number"}, {"40  46  52", "is no number"}, {"12 %", "is no number"}, {"forty", "is no number"},
		{"40kk", "is no number"}, {"0x10", "is no number"}, {"1e5", "is no number"}, {"+5", "is no number"}, {"٤٠", "is no number"},
		{"~46k (40k", "is no number"}, {"~46k (46k)", "is no number"}, {"~40k..52k", "is no number"}, {"exactly", "is no number"},
		{"exactly 40k..52k", "is no number"}, {"40k-46k-52k", "is no number"}, {"~~5", "is no number"},
		{"46k-", `"46k-" is no number`}, {"46k –", `"46k –" is no number`}, {"46k—", "is no number"}, {"–46k", "is no number"},
		{strings.Repeat("9", 100_000), "is no number"},
	} {
		got, err := ParseAmount(tt.in)
		if err == nil {
			t.Errorf("ParseAmount(%.40q) = %s, want it refused", tt.in, got.plain())
			continue
		}
		if !strings.Contains(err.Error(), tt.says) || HintOf(err) == "" || len(err.Error()) > 200 {
			t.Errorf("ParseAmount(%.40q): %v (hint %q), want %q", tt.in, err, HintOf(err), tt.says)
		}
		if got != (Amount{}) && !strings.Contains(err.Error(), "above") {
			t.Errorf("ParseAmount(%.40q) is refused, and yet %s", tt.in, got.plain())
		}
	}
}

// someAmounts are amounts that a claim may have.
func someAmounts() *rapid.Generator[Amount] {
	return rapid.Custom(func(t *rapid.T) Amount {
		n := rapid.OneOf(rapid.Int64Range(0, 2000), rapid.Int64Range(0, maxNumber),
			rapid.Map(rapid.Int64Range(0, maxNumber/1000), func(n int64) int64 { return n * 1000 }))
		low := n.Draw(t, "low")
		best := max(low, n.Draw(t, "best"))
		high := max(best, n.Draw(t, "high"))
		if rapid.IntRange(0, 4).Draw(t, "exact") == 0 {
			return exact(countOf(low))
		}
		a := Amount{countOf(low), countOf(best), countOf(high)}
		for _, c := range []*Count{&a.Low, &a.Best, &a.High} {
			if rapid.Bool().Draw(t, "unknown") {
				*c = Count{}
			}
		}
		if a.Low.Known && a.Low == a.High {
			a.Best = a.Low
		}
		return a
	})
}

func TestWhatIsShownOfAnAmountIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := someAmounts().Draw(t, "amount")
		if a == (Amount{}) {
			if a.String() != "" {
				t.Fatalf("nothing is shown as %q", a)
			}
			return
		}
		if got, err := ParseAmount(a.String()); err != nil || got != a {
			t.Fatalf("%s is shown as %q, which is read as %s, %v", a.plain(), a, got.plain(), err)
		}
	})
}

// What is read of any text is shown as something that is read as the same, and a
// claim takes it.
func TestAnyTextIsAnAmountOrRefused(t *testing.T) {
	parts := []string{"40", "46k", "1.5M", "000", " ", "..", "–", "-", "~", ">=", "at least ", "exactly ", "(", ")", ",", ".", "k", "10^", "7", "to", "≤", "+"}
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 6).Draw(t, "parts"), "")
		a, err := ParseAmount(text)
		if err != nil {
			if HintOf(err) == "" {
				t.Fatalf("%q: %v has no hint", text, err)
			}
			return
		}
		read++
		if again, err := ParseAmount(a.String()); err != nil || again != a {
			t.Fatalf("%q is shown as %q, which is read as %s, %v", text, a, again.plain(), err)
		}
		for key, v := range a.Fields() {
			if err := claimSpec.Field(key).check(v); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
		if err := a.rule(); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
	if read == 0 {
		t.Error("nothing was read")
	}
}

func TestAsOfHasCome(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, tokyo) // the 22nd in UTC
	f := claimSpec.Field("as_of")
	for text, ok := range map[string]bool{
		"today": true, "2026-11-23": true, "2026-11": true, "~2026-11-23": true, "-2h": true, "07:59": true, "08:01": true, // yesterday's
		"saturday": true, "yesterday": true, "monday": false, // the 23rd, or a week ago
		"2026-11-22T23:00:00Z": true, "2026-11-22T23:00:01Z": false, "tomorrow": false, "2026-11-24": false, "2026-12": false, "~2026-11-24": false, "+1h": false,
	} {
		if _, err := f.Parse(text, now); (err == nil) != ok {
			t.Errorf("as of %s: %v", text, err)
		}
	}
	if _, err := f.Parse("tomorrow", now); err == nil || !strings.Contains(err.Error(), "as of cannot be 24 Nov 2026 (day), which has not come") {
		t.Errorf("as of tomorrow: %v", err)
	}
	if _, err := claimSpec.Field("basis").Parse("tomorrow", now); err != nil {
		t.Error(err)
	}
	if err := f.check("2999-01-01"); err != nil {
		t.Errorf("a log is not read: %v", err) // what was recorded stands
	}
}
