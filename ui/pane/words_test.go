package pane

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"warroom/data"
	"warroom/ui/kit"
)

// mostStored is the largest number that a field takes.
const mostStored = 1_000_000_000_000_000

func TestRound(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		want string
	}{
		{0, "0"}, {1, "1"}, {980, "980"}, {999, "999"}, {1000, "1k"}, {1049, "1k"}, {1050, "1.1k"}, {9800, "9.8k"}, {17412, "17.4k"},
		{46000, "46k"}, {99_949, "99.9k"}, {99_951, "100k"}, {123_456, "123k"}, {999_499, "999k"}, {999_500, "1M"}, {999_999, "1M"},
		{1_000_000, "1M"}, {1_250_000, "1.2M"}, {700_000_000, "700M"}, {999_999_999, "1G"}, {3_000_000_000, "3G"},
		{1_500_000_000_000, "1.5T"}, {mostStored, "1P"},
	} {
		if got := Round(tt.n); got != tt.want {
			t.Errorf("Round(%d) = %s, want %s", tt.n, got, tt.want)
		}
	}
}

func TestRoundIsShortAndNear(t *testing.T) {
	units := map[string]float64{"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, mostStored).Draw(t, "n")
		got := Round(n)
		if len(got) > 5 {
			t.Fatalf("Round(%d) = %s is too long", n, got)
		}
		digits := strings.TrimRight(got, "kMGTP")
		var v float64
		for whole, part, at := strings.ReplaceAll(digits, ".", ""), strings.Contains(digits, "."), 0; at < len(whole); at++ {
			v = v*10 + float64(whole[at]-'0')
			if part && at == len(whole)-1 {
				v /= 10
			}
		}
		v *= units[got[len(digits):]]
		if diff := v - float64(n); diff > 0.06*float64(n) || diff < -0.06*float64(n) {
			t.Fatalf("Round(%d) = %s", n, got)
		}
	})
}

func TestDigitsAndPlural(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 17412: "17,412", 1234567: "1,234,567"} {
		if got := data.Digits(n); got != want {
			t.Errorf("data.Digits(%d) = %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 actions", 1: "1 action", 2: "2 actions", 1234: "1,234 actions"} {
		if got := Plural(n, "action", "actions"); got != want {
			t.Errorf("Plural(%d) = %s, want %s", n, got, want)
		}
	}
}

// TestAmount goes through what can be known of a number. Nothing that is
// unknown looks like a number, and nothing that is a number looks unknown.
func TestAmount(t *testing.T) {
	for _, tt := range []struct {
		low, best, high int64 // -1 is unknown
		amount, short   string
	}{
		{40000, 46000, 52000, "~46k (40k–52k)", "~46k"},
		{17412, 17412, 17412, "exactly 17,412", "17,412"},
		{17412, -1, 17412, "exactly 17,412", "17,412"},
		{0, 0, 0, "exactly 0", "0"},
		{250_000, 250_000, 250_000, "exactly 250,000", "~250k"},
		{250_000, -1, 250_000, "exactly 250,000", "~250k"},
		{40000, 46000, -1, "~46k (≥40k)", "~46k"},
		{-1, 46000, 52000, "~46k (≤52k)", "~46k"},
		{-1, 46000, -1, "~46k (no range)", "~46k"},
		{-1, 0, -1, "~0 (no range)", "~0"},
		{5200, -1, 8900, "5.2k–8.9k", "≥5.2k"},
		{0, -1, 8900, "0–8.9k", "≥0"},
		{40000, -1, -1, "at least 40k", "≥40k"},
		{-1, -1, 52000, "at most 52k", "≤52k"},
		{-1, 999_900, -1, "~1M (no range)", "~1M"},
		{123_456, -1, -1, "at least 123k", "≥123k"},
	} {
		c := claim(tt.low, tt.best, tt.high, data.Estimated)
		if got := Amount(c); got != tt.amount {
			t.Errorf("Amount(%d, %d, %d) = %q, want %q", tt.low, tt.best, tt.high, got, tt.amount)
		}
		if got := short(c); got != tt.short {
			t.Errorf("short(%d, %d, %d) = %q, want %q", tt.low, tt.best, tt.high, got, tt.short)
		}
	}
	if got := Amount(nil); got != "unknown" {
		t.Errorf("Amount(nil) = %q", got)
	}
	if got := short(nil); got != "" {
		t.Errorf("short(nil) = %q", got)
	}
}

func TestShortIsShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, mostStored)
		low := n.Draw(t, "low")
		for _, c := range []*data.Claim{claim(low, low, low, ""), claim(low, -1, -1, ""), claim(-1, low, -1, ""), claim(-1, -1, low, ""), claim(low, -1, low, "")} {
			if got := short(c); kit.Width(got) > 6 {
				t.Fatalf("short(%+v) = %q is too long", c, got)
			}
		}
	})
}

func TestAmountIn(t *testing.T) {
	c := claim(40000, 46000, 52000, data.Estimated)
	for w, want := range map[int]string{14: "~46k (40k–52k)", 20: "~46k (40k–52k)", 13: "~46k", 4: "~46k"} {
		if got := amountIn(c, w); got != want {
			t.Errorf("amountIn(%d) = %q, want %q", w, got, want)
		}
	}
}

func TestFigureWord(t *testing.T) {
	theme := kit.NewTheme(kit.Look{Dark: true})
	for _, tt := range []struct {
		c    *data.Claim
		want string
	}{
		{nil, "unknown"},
		{claim(17412, 17412, 17412, data.Confirmed), "17,412 ●"},
		{claim(-1, 46000, -1, data.Estimated), "~46k ◐"},
		{claim(40000, -1, -1, data.Reported), "≥40k ○"},
		{claim(-1, 700000, -1, data.Claimed), "~700k ?"},
		{claim(-1, 700000, -1, ""), "~700k ?"},
		{claim(0, 0, 0, data.Confirmed), "0 ●"},
	} {
		if got := ansi.Strip(figureWord(theme, tt.c)); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestStatusIsSymbolAndWord looks at every word of every closed list: each is
// shown as a symbol and a word, and no two look the same without colours.
func TestStatusIsSymbolAndWord(t *testing.T) {
	theme := kit.NewTheme(kit.Look{Dark: true})
	for _, tt := range []struct {
		name string
		show func(i int) string
		want []string
	}{
		{"standing", func(i int) string {
			return StandingWord(theme, append([]data.Standing{""}, wordsOf[data.Standing](data.KindClaim, "standing")...)[i])
		},
			[]string{"? unknown", "? claimed", "○ reported", "◐ estimated", "● confirmed", "× disproved", "× withdrawn"}},
		{"status", func(i int) string {
			return statusWord(theme, append([]data.Status{""}, wordsOf[data.Status](data.KindWorkstream, "status")...)[i])
		},
			[]string{"? unknown", "○ not started", "● on track", "▲ at risk", "■ blocked", "✓ done"}},
		{"state", func(i int) string { return stateWord(theme, data.ActionStates[i]) },
			[]string{"○ open", "◐ doing", "■ blocked", "✓ done", "× dropped"}},
		{"exposure", func(i int) string {
			return exposureWord(theme, append([]data.Exposure{""}, wordsOf[data.Exposure](data.KindCategory, "exposure")...)[i])
		},
			[]string{"? unknown", "○ reported", "○ in some cases", "● confirmed", "× ruled out"}},
		{"notices", func(i int) string {
			return noticesWord(theme, append([]data.Notices{""}, wordsOf[data.Notices](data.KindRegion, "notices")...)[i])
		},
			[]string{"unknown", "not begun", "begun", "✓ complete"}},
	} {
		var got []string
		for i := range tt.want {
			got = append(got, ansi.Strip(tt.show(i)))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestLoudAndQuiet: what is wrong is bold, what is unknown or fine is not.
func TestLoudAndQuiet(t *testing.T) {
	theme := kit.NewTheme(kit.Look{Dark: true})
	loudly := func(s string) bool { return strings.HasPrefix(s, "\x1b[1;") }
	for word, s := range map[string]string{
		"blocked stream": statusWord(theme, data.StreamBlocked), "blocked action": stateWord(theme, data.Blocked), "3 late": loud(theme, 3),
	} {
		if !loudly(s) {
			t.Errorf("%s is not loud: %q", word, s)
		}
	}
	for word, s := range map[string]string{
		"unknown status": statusWord(theme, ""), "unknown standing": StandingWord(theme, ""), "open action": stateWord(theme, data.Open),
		"0 late": loud(theme, 0), "0 done": quiet(theme, 0), "5 done": quiet(theme, 5), "unknown notices": noticesWord(theme, ""),
	} {
		if loudly(s) {
			t.Errorf("%s is loud: %q", word, s)
		}
	}
}

func TestDue(t *testing.T) {
	action := func(due data.Time, s data.ActionState) *data.Action { return &data.Action{Due: due, State: s} }
	day := func(s string) data.Time {
		when, err := data.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	in := func(d time.Duration) data.Time { return exact(now.Add(d)) }
	for _, tt := range []struct {
		name       string
		a          *data.Action
		age, clock string
	}{
		{"none", action(data.Time{}, data.Open), "no due", "no due"},
		{"none, closed", action(data.Time{}, data.Done), "no due", "no due"},
		{"closed", action(in(-time.Hour), data.Done), "", ""},
		{"dropped", action(in(time.Hour), data.Dropped), "", ""},
		{"now", action(in(0), data.Open), "0m LATE", "LATE 14:02Z"},
		{"a minute ago", action(in(-time.Minute), data.Blocked), "1m LATE", "LATE 14:01Z"},
		{"hours ago", action(in(-20*time.Hour), data.Doing), "20h LATE", "LATE 4 Sep 18:02Z"},
		{"days ago", action(in(-6*24*time.Hour), data.Open), "6d LATE", "LATE 30 Aug 14:02Z"},
		{"last year", action(in(-300*24*time.Hour), data.Open), "300d LATE", "LATE 10 Nov 2023"},
		{"long ago", action(in(-1200*24*time.Hour), data.Open), "3y LATE", "LATE 24 May 2021"},
		{"in a minute", action(in(time.Minute), data.Open), "in 1m", "14:03Z"},
		{"in three hours", action(in(3*time.Hour), data.Open), "in 3h", "17:02Z"},
		{"in two days", action(in(48*time.Hour), data.Open), "in 2d", "7 Sep 14:02Z"},
		{"next year", action(in(200*24*time.Hour), data.Open), "in 200d", "24 Mar 2025"},
		{"today", action(day("2024-09-05"), data.Open), "in 9h", "6 Sep 00:00Z"},
		{"yesterday", action(day("2024-09-04"), data.Open), "14h LATE", "LATE 00:00Z"},
		{"this month", action(day("2024-09"), data.Open), "in 25d", "1 Oct 00:00Z"},
	} {
		v := &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now}
		if got := ansi.Strip(v.due(tt.a)); got != tt.age || kit.Width(got) > v.dueWidth() {
			t.Errorf("%s: %q, want %q in %d cells", tt.name, got, tt.age, v.dueWidth())
		}
		v.Times = UTC
		if got := ansi.Strip(v.due(tt.a)); got != tt.clock || kit.Width(got) > v.dueWidth() {
			t.Errorf("%s, by the clock: %q, want %q in %d cells", tt.name, got, tt.clock, v.dueWidth())
		}
	}
}

func TestAge(t *testing.T) {
	for _, tt := range []struct {
		ago        time.Duration
		age, clock string
	}{
		{0, "now", "14:02Z"}, {59 * time.Second, "now", "14:01Z"}, {-5 * time.Minute, "now", "14:07Z"}, // another machine's clock
		{time.Minute, "1m", "14:01Z"}, {59 * time.Minute, "59m", "13:03Z"}, {time.Hour, "1h", "13:02Z"},
		{90 * time.Minute, "1h", "12:32Z"}, {23 * time.Hour, "23h", "4 Sep 15:02Z"}, {24 * time.Hour, "1d", "4 Sep 14:02Z"},
		{12 * 24 * time.Hour, "12d", "24 Aug 14:02Z"}, {999 * 24 * time.Hour, "999d", "11 Dec 2021"}, {1000 * 24 * time.Hour, "2y", "10 Dec 2021"},
	} {
		v := &View{Now: now}
		if got := v.age(ago(tt.ago)); got != tt.age {
			t.Errorf("%v ago: %q, want %q", tt.ago, got, tt.age)
		}
		v.Times = UTC
		if got := v.age(ago(tt.ago)); got != tt.clock {
			t.Errorf("%v ago, by the clock: %q, want %q", tt.ago, got, tt.clock)
		}
	}
}
