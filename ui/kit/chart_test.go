package kit

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func onDay(n int) time.Time { return time.Date(2024, 8, 15+n, 9, 0, 0, 0, time.UTC) }

func thousands(n int64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%dk", n/1000)
}

var (
	narrowing = []BandPoint{
		{onDay(20), 44_000, 46_000, 48_000}, {onDay(0), 10_000, -1, 90_000}, {onDay(4), 20_000, 60_000, 80_000},
		{onDay(9), 40_000, 46_000, 52_000}, {onDay(12), -1, -1, -1},
	}
	climbing = []Step{{onDay(0), 4_000}, {onDay(3), 12_000}, {onDay(4), 11_000}, {onDay(8), 31_000}}
	week     = []DayCount{{"15 Aug", 12, 0}, {"16 Aug", 6, 3}, {"17 Aug", 1, 1}, {"18 Aug", 0, 0}, {"19 Aug", 3, 9}, {"20 Aug", 0, 12}, {"21 Aug", 2, 1}}
)

// charts are the cases of which there are pictures.
var charts = []struct {
	name string
	draw func(t Theme, w, h int) []string
}{
	{"a band that narrows", func(t Theme, w, h int) []string { return Band(t, narrowing, thousands, w, h) }},
	{"one point", func(t Theme, w, h int) []string { return Band(t, narrowing[:1], thousands, w, h) }},
	{"an exact number", func(t Theme, w, h int) []string {
		return Band(t, []BandPoint{{onDay(0), 7, 7, 7}, {onDay(3), 7, 7, 7}}, thousands, w, h)
	}},
	{"two years", func(t Theme, w, h int) []string {
		return Band(t, []BandPoint{{onDay(0), -1, 5, -1}, {onDay(200), 1, 9, -1}}, thousands, w, h)
	}},
	{"no points", func(t Theme, w, h int) []string { return Band(t, nil, thousands, w, h) }},
	{"nothing said", func(t Theme, w, h int) []string { return Band(t, narrowing[4:], thousands, w, h) }},
	{"a burn-up", func(t Theme, w, h int) []string {
		return BurnUp(t, climbing, Goal{Low: 40_000, High: 52_000, Due: onDay(14)}, onDay(10), thousands, w, h)
	}},
	{"a burn-up that is late", func(t Theme, w, h int) []string {
		return BurnUp(t, climbing, Goal{Low: -1, High: 30_000, Due: onDay(6)}, onDay(10), thousands, w, h)
	}},
	{"a burn-up towards nothing known", func(t Theme, w, h int) []string {
		return BurnUp(t, climbing, Goal{Low: -1, High: -1}, onDay(10), thousands, w, h)
	}},
	{"a burn-up of one count", func(t Theme, w, h int) []string {
		return BurnUp(t, climbing[:1], Goal{Low: 5, High: -1}, onDay(0), thousands, w, h)
	}},
	{"a burn-up of none", func(t Theme, w, h int) []string { return BurnUp(t, nil, Goal{}, onDay(0), thousands, w, h) }},
	{"a week", func(t Theme, w, h int) []string { return Bars(t, week, w, h) }},
	{"one day", func(t Theme, w, h int) []string { return Bars(t, week[:1], w, h) }},
	{"two quiet days", func(t Theme, w, h int) []string { return Bars(t, []DayCount{{"1 Sep", 0, 0}, {"2 Sep", 0, 0}}, w, h) }},
	{"no days", func(t Theme, w, h int) []string { return Bars(t, nil, w, h) }},
}

func TestChartGolden(t *testing.T) {
	theme := NewTheme(Look{Name: "dark"})
	for _, ascii := range []bool{false, true} {
		var b strings.Builder
		for _, c := range charts {
			b.WriteString(c.name + "\n")
			for _, l := range c.draw(theme, 44, 9) {
				if l = ansi.Strip(l); ascii {
					l = ASCII(l)
				}
				b.WriteString("|" + l + "|\n")
			}
		}
		file := filepath.Join("testdata", fmt.Sprintf("charts-ascii-%v.golden", ascii))
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != string(want) {
			t.Errorf("%s differs:\n%s", file, got)
		}
	}
}

// TestChartsFillTheirRoom draws each chart, and some with numbers and counts
// beyond reason, in every room: the lines are exactly as many and as wide.
func TestChartsFillTheirRoom(t *testing.T) {
	many := make([]DayCount, 1000)
	for i := range many {
		many[i] = DayCount{fmt.Sprint("day ", i), i, -i}
	}
	all := append(charts[:len(charts):len(charts)], []struct {
		name string
		draw func(t Theme, w, h int) []string
	}{
		{"huge numbers", func(t Theme, w, h int) []string {
			return Band(t, []BandPoint{{onDay(0), 0, 1, math.MaxInt64}, {time.Unix(1<<40, 0), 1e15, 1e15, 1e15}, {time.Time{}, 0, -1, -1}}, thousands, w, h)
		}},
		{"the best is not between", func(t Theme, w, h int) []string { return Band(t, []BandPoint{{onDay(0), 50, 1, 40}}, thousands, w, h) }},
		{"many days", func(t Theme, w, h int) []string { return Bars(t, many, w, h) }},
		{"a burn-up beyond reason", func(t Theme, w, h int) []string {
			return BurnUp(t, []Step{{time.Time{}, 0}, {onDay(0), math.MaxInt64}, {onDay(1), -5}}, Goal{Low: math.MaxInt64, High: 3, Due: time.Unix(1<<40, 0)}, onDay(0), thousands, w, h)
		}},
		{"a burn-up due before it began", func(t Theme, w, h int) []string {
			return BurnUp(t, climbing, Goal{Low: 1, High: 1, Due: onDay(-30)}, onDay(-2), thousands, w, h)
		}},
		{"huge counts", func(t Theme, w, h int) []string {
			return Bars(t, []DayCount{{strings.Repeat("長", 30), math.MaxInt, math.MinInt}, {"", 1, math.MaxInt}}, w, h)
		}},
	}...)
	for _, look := range Looks() {
		theme := NewTheme(Look{Name: look})
		for _, c := range all {
			for w := -1; w <= 90; w++ {
				for _, h := range []int{-1, 0, 1, 2, 3, 4, 5, 6, 9, 30} {
					lines := c.draw(theme, w, h)
					if len(lines) != max(h, 0) {
						t.Fatalf("%s in %d×%d has %d lines", c.name, w, h, len(lines))
					}
					for _, l := range lines {
						if n := ansi.StringWidth(l); n != max(w, 0) {
							t.Fatalf("%s in %d×%d: %d cells: %q", c.name, w, h, n, ansi.Strip(l))
						}
					}
				}
			}
		}
	}
}

// TestEveryCountIsSeen draws a count of one beside one of thousands.
func TestEveryCountIsSeen(t *testing.T) {
	text := ansi.Strip(strings.Join(Bars(NewTheme(Look{}), []DayCount{{"1 Sep", 5000, 0}, {"2 Sep", 0, 1}}, 40, 9), "\n"))
	if strings.Count(text, "░") != 5 {
		t.Errorf("a count of one is not seen:\n%s", text)
	}
}
