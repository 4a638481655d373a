package data

import (
	"strings"
	"time"
)

// A filterSpan is a span of time as a filter has it: relative to now, or not.
type filterSpan struct {
	op    string        // "<", "<=", ">", ">=", or "" for the time itself
	ahead bool          // for by: it counts from now on, and not back
	by    time.Duration // if day and fixed are not given
	day   string        // a day, and perhaps an hour, that depends on now
	fixed Time
}

// parseSpan reads what a filter says of a time. A field that is a deadline looks
// ahead, "<2d" means that it will have passed in two days; any other looks back,
// "<2h" means less than two hours ago. Without a sign, a length of time is meant
// like "<".
func parseSpan(op, text string, ahead bool, now time.Time) (filterSpan, error) {
	s := filterSpan{op: op, ahead: ahead}
	var err error
	if s.by, err = ParseDuration(text); err == nil {
		return s, nil
	}
	if s.fixed, err = ParseTime(text); err == nil {
		return s, nil
	}
	t, err := whenOf(text, now)
	switch day := strings.ToLower(text); {
	case err != nil:
		return s, err
	case strings.HasPrefix(day, "today"), strings.HasPrefix(day, "tomorrow"), strings.HasPrefix(day, "yesterday"):
		s.day = text // goes on with the days
	default:
		s.fixed = t
	}
	return s, nil
}

// whenOf is ParseWhen, which looks ahead, with yesterday.
func whenOf(text string, now time.Time) (Time, error) {
	if rest, ok := strings.CutPrefix(strings.ToLower(text), "yesterday"); ok {
		return ParseWhen(now.AddDate(0, 0, -1).Format(time.DateOnly)+rest, now)
	}
	return ParseWhen(text, now)
}

// at returns the span from its first moment up to, and without, the second one;
// the zero time is no limit.
func (s filterSpan) at(now time.Time) (from, to time.Time) {
	t := s.fixed
	if s.day != "" {
		t, _ = whenOf(s.day, now)
	}
	less := strings.HasPrefix(s.op, "<")
	switch {
	case !t.Known() && s.ahead:
		at := now.Add(s.by + time.Nanosecond)
		if less || s.op == "" {
			return time.Time{}, at
		}
		return at, time.Time{}
	case !t.Known():
		at := now.Add(-s.by)
		if less || s.op == "" {
			return at, time.Time{}
		}
		return time.Time{}, at
	}
	from, to = t.At, t.End()
	if t.Prec == Exact {
		to = from.Add(time.Second)
	}
	switch s.op {
	case "<":
		return time.Time{}, from
	case "<=":
		return time.Time{}, to
	case ">":
		return to, time.Time{}
	case ">=":
		return from, time.Time{}
	}
	return from, to
}
