package data

import (
	"fmt"
	"strings"
	"time"
)

// A Precision says how exactly a time is known.
type Precision uint8

// The precisions. The zero Precision is that of an unknown time.
const (
	NoTime  Precision = iota
	Exact             // to the second
	ByDay             // the day, no hour and no zone
	ByMonth           // the month
	About             // around that day
)

var precisionNames = [...]string{"", "exact", "day", "month", "about"}

// String returns the name that JSON has.
func (p Precision) String() string { return precisionNames[p] }

// A Time is a moment that may be known only roughly, or not at all. The zero
// Time is unknown. At is in UTC; for ByDay, ByMonth and About it is the first
// moment of the day or month, and its hours mean nothing.
type Time struct {
	At   time.Time
	Prec Precision
}

// exactTime returns t, known to the second.
func exactTime(t time.Time) Time { return Time{t.UTC().Truncate(time.Second), Exact} }

// Known reports whether anything is known of the time.
func (t Time) Known() bool { return t.Prec != NoTime }

// String returns the stored form: "" if unknown, RFC 3339 in UTC, 2024-08-15
// for a day, 2024-08 for a month, ~2024-08-15 for about a day.
func (t Time) String() string {
	switch t.Prec {
	case Exact:
		return t.At.Format(time.RFC3339)
	case ByDay:
		return t.At.Format(time.DateOnly)
	case ByMonth:
		return t.At.Format("2006-01")
	case About:
		return "~" + t.At.Format(time.DateOnly)
	}
	return ""
}

// Words returns the time as people read it, with its zone and how exactly it is
// known: "15 Aug 2024 (day)", "about 15 Aug 2024", "unknown".
func (t Time) Words() string {
	switch t.Prec {
	case Exact:
		return t.At.Format("2 Jan 2006 15:04Z")
	case ByDay:
		return t.At.Format("2 Jan 2006") + " (day)"
	case ByMonth:
		return t.At.Format("Jan 2006") + " (month)"
	case About:
		return "about " + t.At.Format("2 Jan 2006")
	}
	return "unknown"
}

// End returns the moment at which a deadline given as t has passed: t itself
// if exact, the end of the day or month in UTC otherwise. The zero time if t
// is unknown.
func (t Time) End() time.Time {
	switch t.Prec {
	case ByDay, About:
		return t.At.AddDate(0, 0, 1)
	case ByMonth:
		return t.At.AddDate(0, 1, 0)
	}
	return t.At
}

// Begins reports whether t lies wholly after now: a day or a month does that in
// the zone of now. A zero now is none, and nothing lies after it.
func (t Time) Begins(now time.Time) bool {
	switch {
	case now.IsZero() || !t.Known():
		return false
	case t.Prec == Exact:
		return t.At.After(now)
	}
	return t.At.After(civil(now))
}

// ParseTime reads the stored form of a time.
func ParseTime(s string) (Time, error) {
	if s == "" {
		return Time{}, nil
	}
	var t Time
	var err error
	day, about := strings.CutPrefix(s, "~")
	switch {
	case about:
		t.Prec = About
		t.At, err = time.Parse(time.DateOnly, day)
	case len(s) == len("2006-01"):
		t.Prec = ByMonth
		t.At, err = time.Parse("2006-01", s)
	case len(s) == len(time.DateOnly):
		t.Prec = ByDay
		t.At, err = time.Parse(time.DateOnly, s)
	default:
		t.At, err = time.Parse(time.RFC3339, s)
		t = exactTime(t.At)
	}
	if err != nil || !t.storable() {
		return Time{}, Refuse("%q is no time", short(s)).
			WithHint("write 2024-08-15, 2024-08, ~2024-08-15 or 2024-08-15T09:00:00Z")
	}
	return t, nil
}

// storable reports whether the stored form of t can be read again.
func (t Time) storable() bool { return t.At.Year() >= 1900 && t.At.Year() <= 2999 }

// maxSpan is the longest span, about a hundred years: a third of what a
// Duration holds, so that two of them can be added before the sum is checked.
const maxSpan = 100 * 365 * 24 * time.Hour

// ParseDuration reads a span such as 20m, 3h, 2d, 1w or 1d12h, with a sign if
// wanted. A day is 24 hours, a week seven days.
func ParseDuration(s string) (time.Duration, error) {
	bad := Refuse("%q is no span of time", short(s)).WithHint("write 20m, 3h, 2d or 1d12h")
	rest := strings.TrimLeft(s, "+-")
	if rest == "" || len(s)-len(rest) > 1 || len(rest) > 20 {
		return 0, bad
	}
	var sum time.Duration
	for rest != "" {
		var n int64
		i := 0
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			if n = n*10 + int64(rest[i]-'0'); n > 1_000_000 {
				return 0, bad
			}
		}
		if i == 0 || i == len(rest) {
			return 0, bad
		}
		unit, ok := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[rest[i]]
		if !ok || n > int64(maxSpan/unit) {
			return 0, bad
		}
		sum, rest = sum+time.Duration(n)*unit, rest[i+1:]
		if sum > maxSpan {
			return 0, bad
		}
	}
	if s[0] == '-' {
		sum = -sum
	}
	return sum, nil
}

// spanText returns the stored form of a span: every unit that is not zero.
// It is "" for a span that is not known.
func spanText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	days, hours, mins := splitSpan(d.Abs())
	sign := ""
	if d < 0 {
		sign = "-"
	}
	for _, part := range []struct {
		n    int64
		unit string
	}{{days, "d"}, {hours, "h"}, {mins, "m"}} {
		if part.n > 0 {
			sign += fmt.Sprint(part.n, part.unit)
		}
	}
	return sign
}

func splitSpan(d time.Duration) (days, hours, mins int64) {
	return int64(d / (24 * time.Hour)), int64(d/time.Hour) % 24, int64(d/time.Minute) % 60
}

// Span returns a duration, without its sign, in its two largest units: "1d12h".
// It is rounded down to minutes; less than one is "0m".
func Span(d time.Duration) string {
	days, hours, mins := splitSpan(d.Abs())
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%dd%dh", days, hours)
	case days > 0:
		return fmt.Sprintf("%dd", days)
	case hours > 0 && mins > 0:
		return fmt.Sprintf("%dh%dm", hours, mins)
	case hours > 0:
		return fmt.Sprintf("%dh", hours)
	}
	return fmt.Sprintf("%dm", mins)
}

// Ago returns how long ago something was: "1d12h ago", or "just now" for less
// than a minute.
func Ago(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return Span(d) + " ago"
}
