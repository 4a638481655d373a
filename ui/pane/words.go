package pane

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// Unknown is the word for what nobody has said.
const Unknown = "unknown"

// orUnknown returns s, or the word for unknown.
func orUnknown(s string) string {
	if s == "" {
		return Unknown
	}
	return s
}

// Plural returns a number and what it counts.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return data.Digits(int64(n)) + " " + many
}

// Round returns n in at most five cells: 980 as it is, then 9.8k, 46k, 123k,
// 1.2M, 3G.
func Round(n int64) string {
	if n < 1_000 {
		return data.Digits(n)
	}
	for _, unit := range []struct {
		size int64
		name string
	}{{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		v := float64(n) / float64(unit.size)
		switch {
		case v >= 99.95:
			return strconv.FormatFloat(v, 'f', 0, 64) + unit.name
		case v >= 1 || v >= 0.9995 && unit.size > 1e3: // 999.9k is 1M
			return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + unit.name
		}
	}
	return data.Digits(n)
}

// Amount returns the numbers of a claim, without unit and standing: "~46k
// (40k–52k)", "exactly 12,345", "~40k (no range)", "at least 40k", "unknown".
func Amount(c *data.Claim) string {
	if c == nil {
		return Unknown
	}
	low, best, high := c.Low, c.Best, c.High
	switch {
	case low.Known && low == high:
		return "exactly " + data.Digits(low.N)
	case best.Known && low.Known && high.Known:
		return fmt.Sprintf("~%s (%s–%s)", Round(best.N), Round(low.N), Round(high.N))
	case best.Known && low.Known:
		return fmt.Sprintf("~%s (≥%s)", Round(best.N), Round(low.N))
	case best.Known && high.Known:
		return fmt.Sprintf("~%s (≤%s)", Round(best.N), Round(high.N))
	case best.Known:
		return "~" + Round(best.N) + " (no range)"
	case low.Known && high.Known:
		return Round(low.N) + "–" + Round(high.N)
	case low.Known:
		return "at least " + Round(low.N)
	}
	return "at most " + Round(high.N)
}

// amountIn returns the numbers of a claim in w cells: without the range, if that
// takes more.
func amountIn(c *data.Claim, w int) string {
	if s := Amount(c); kit.Width(s) <= w {
		return s
	}
	return short(c)
}

// short returns the numbers of a claim in at most six cells.
func short(c *data.Claim) string {
	switch {
	case c == nil:
		return ""
	case c.Low.Known && c.Low == c.High && c.Low.N < 100_000:
		return data.Digits(c.Low.N)
	case c.Low.Known && c.Low == c.High:
		return "~" + Round(c.Low.N)
	case c.Best.Known:
		return "~" + Round(c.Best.N)
	case c.Low.Known:
		return "≥" + Round(c.Low.N)
	}
	return "≤" + Round(c.High.N)
}

// StandingWord returns a standing as symbol and word.
func StandingWord(t kit.Theme, s data.Standing) string {
	ink, sign := standing(t, s)
	return ink.Paint(sign + " " + orUnknown(string(s)))
}

// From says in few words where a claim comes from: "S-4", "no source".
func From(c *data.Claim) string {
	if c.Source == "" {
		return "no source"
	}
	return string(c.Source)
}

// Provenance says in w cells how sure a claim is, where it is from and how old:
// "◐ estimated S-4 9d", or, where there is no room for the words, "◐ S-4 9d" and
// "◐ S-? 9d".
func (v *View) Provenance(c *data.Claim, w int) string {
	from, age := From(c), span(c.Age(v.Now))
	word := StandingWord(v.Theme, c.Standing)
	if kit.Width(word+from+age)+2 > w {
		word = standingSign(v.Theme, c.Standing)
	}
	if c.Source == "" && kit.Width(word+from+age)+2 > w {
		from = "S-?"
	}
	return word + v.Theme.Dim.Paint(" "+from+" "+age)
}

// standingSign returns the symbol of a standing alone, for where a legend or the
// item itself says the word.
func standingSign(t kit.Theme, s data.Standing) string {
	ink, sign := standing(t, s)
	return ink.Paint(sign)
}

func standing(t kit.Theme, s data.Standing) (kit.Ink, string) {
	switch s {
	case data.Confirmed:
		return t.Good, t.Symbols.Full
	case data.Estimated:
		return t.Plain, t.Symbols.Half
	case data.Reported:
		return t.Plain, t.Symbols.Empty
	case data.Claimed:
		return t.Warn, t.Symbols.Query
	case data.Disproved, data.Withdrawn:
		return t.Dim, t.Symbols.Cross
	}
	return t.Dim, t.Symbols.Query
}

func statusWord(t kit.Theme, s data.Status) string {
	switch s {
	case data.NotStarted:
		return t.Symbols.Empty + " not started"
	case data.OnTrack:
		return t.Good.Paint(t.Symbols.Full + " on track")
	case data.AtRisk:
		return t.Warn.Paint(t.Symbols.Up + " at risk")
	case data.StreamBlocked:
		return t.Bad.Paint(t.Symbols.Square + " blocked")
	case data.StreamDone:
		return t.Good.Paint(t.Symbols.Check + " done")
	}
	return t.Dim.Paint(t.Symbols.Query + " " + Unknown)
}

func stateWord(t kit.Theme, s data.ActionState) string {
	switch s {
	case data.Doing:
		return t.Symbols.Half + " doing"
	case data.Blocked:
		return t.Bad.Paint(t.Symbols.Square + " blocked")
	case data.Done:
		return t.Good.Paint(t.Symbols.Check + " done")
	case data.Dropped:
		return t.Dim.Paint(t.Symbols.Cross + " dropped")
	}
	return t.Symbols.Empty + " open"
}

// span returns a length of time in its largest unit, in at most four cells: 45m,
// 6h, 2d, 3y.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	if d.Abs() >= 1000*day {
		return strconv.Itoa(int(d.Abs()/(365*day))) + "y"
	}
	s := data.Span(d)
	if i := strings.IndexAny(s, "dhm"); i >= 0 {
		return s[:i+1]
	}
	return s
}
