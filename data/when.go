package data

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ParseWhen reads a time as people write it: all that ParseTime reads, a span
// from now such as +20m, 3h, -2d or 1w2d, and a day with or without an hour: today,
// tomorrow, friday, 2024-08-20, "tomorrow 09:00". An hour alone is today's. Behind
// an hour a zone may stand: Z, UTC, +02:00 or Asia/Tokyo; without one the zone is
// that of now.
//
// What can be read in two ways is refused, and the error names both. Zones are
// looked up by [time.LoadLocation]; what comes of it is a moment in UTC, so that
// the log does not depend on it.
func ParseWhen(s string, now time.Time) (Time, error) { return parseWhen(s, now, false) }

// ParsePast reads a time as ParseWhen does, of something that has happened: a
// weekday is the last one, an hour alone is the last time that clocks showed it,
// and there is yesterday. What is not past all the same is not refused here:
// [Time.Begins] tells.
func ParsePast(s string, now time.Time) (Time, error) { return parseWhen(s, now, true) }

func parseWhen(s string, now time.Time, back bool) (Time, error) {
	s = strings.TrimSpace(s)
	if t, err := ParseTime(s); err == nil {
		return t, nil
	}
	t, err := parseRelative(s, now, back)
	switch {
	case err != nil:
		return Time{}, err
	case !t.storable():
		return Time{}, Refuse("%q is not between 1900 and 2999", short(s)).WithHint("look at the year")
	}
	return t, nil
}

func noTime(s string) *Error {
	return Refuse("%q is no time", short(s)).
		WithHint("write +20m, 3h, 2d, tomorrow 09:00, 2024-08-20 or 2024-08-20T09:00:00Z")
}

// A civil day is one without hours and zone: where clocks change at midnight, a
// day after half past twelve may still be the same day.
func civil(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func parseRelative(s string, now time.Time, back bool) (Time, error) {
	if d, err := ParseDuration(s); err == nil {
		return exactTime(now.Add(d)), nil
	}
	if err := swapped(s, now); err != nil {
		return Time{}, err
	}
	words := strings.Fields(s)
	if len(words) == 0 {
		return Time{}, noTime(s)
	}
	day, rest := "", words
	if !strings.Contains(words[0], ":") {
		day, rest = strings.ToLower(words[0]), words[1:]
	}
	if len(rest) == 0 {
		date, err := dayOf(day, s, now, back)
		return Time{date, ByDay}, err
	}
	zone := now.Location()
	said := strings.Join(rest, " ")
	hour, offset := splitOffset(rest[0])
	if offset != "" {
		rest = append([]string{hour, offset}, rest[1:]...)
	}
	clock, err := time.Parse("15:04", hour)
	if err == nil && len(rest) > 2 {
		return Time{}, noTime(s)
	}
	if err != nil {
		if _, notDay := dayOf(day, s, now, back); day != "" && notDay != nil {
			return Time{}, notDay
		}
		return Time{}, Refuse("%q is no time of day", short(said)).WithHint("write it as 09:00")
	}
	if len(rest) == 2 {
		if zone, err = parseZone(rest[1]); err != nil {
			return Time{}, err
		}
	}
	return atHour(s, day, clock, now, zone, back)
}

// atHour returns the moment of an hour on a day, in a zone.
func atHour(s, day string, clock, now time.Time, zone *time.Location, back bool) (Time, error) {
	here, err := dayOf(day, s, now, back)
	if err != nil {
		return Time{}, err
	}
	there, err := dayOf(day, s, now.In(zone), back)
	if err != nil {
		return Time{}, err
	}
	if !here.Equal(there) {
		return Time{}, either(s, here.Format(time.DateOnly)+" "+zoned(s), there.Format(time.DateOnly)+" "+zoned(s)).
			WithHint("it is another day there: write the date")
	}
	t, err := moment(here, clock, zone)
	switch {
	case err != nil || day != "":
	case back && t.At.After(now):
		return moment(here.AddDate(0, 0, -1), clock, zone)
	case !back && t.At.Before(now.Truncate(time.Minute)):
		return Time{}, Refuse("%q is today %s, which has passed, or tomorrow %s", short(s), short(s), short(s)).WithHint("write one of the two")
	}
	return t, err
}

// zoned returns what is written of the hour and its zone.
func zoned(s string) string {
	words := strings.Fields(s)
	if !strings.Contains(words[0], ":") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// either says that something can be read in two ways.
func either(s, one, other string) *Error {
	return Refuse("%q is %s or %s", short(s), short(one), short(other)).WithHint("write one of the two")
}

// weekdays are the names of days and how they are cut short.
var weekdays = map[string]time.Weekday{
	"sunday": 0, "sun": 0, "monday": 1, "mon": 1, "tuesday": 2, "tue": 2, "tues": 2, "wednesday": 3, "wed": 3,
	"thursday": 4, "thu": 4, "thur": 4, "thurs": 4, "friday": 5, "fri": 5, "saturday": 6, "sat": 6,
}

// dayOf returns a day as a person names it: "" is today. A weekday is the next
// one, or with back the last; on that day itself it can be read in two ways.
func dayOf(day, s string, now time.Time, back bool) (time.Time, error) {
	today, week := civil(now), 7
	if back {
		week = -7
	}
	switch {
	case day == "" || day == "today":
		return today, nil
	case day == "tomorrow":
		return today.AddDate(0, 0, 1), nil
	case day == "yesterday" && back:
		return today.AddDate(0, 0, -1), nil
	}
	if w, ok := weekdays[day]; ok {
		away := (int(w) - int(today.Weekday()) + week) % week
		if away == 0 {
			rest := strings.TrimPrefix(s[len(day):], " ")
			read := func(d time.Time) string { return strings.TrimSpace(d.Format(time.DateOnly) + " " + rest) }
			return time.Time{}, either(s, "today, "+read(today)+",", read(today.AddDate(0, 0, week)))
		}
		return today.AddDate(0, 0, away), nil
	}
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}, noTime(s)
	}
	return d, nil
}

// moment returns the moment at which clocks in a zone show an hour on a day. An
// hour that clocks show twice, or never, is refused.
func moment(day, clock time.Time, zone *time.Location) (Time, error) {
	shown := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
	var all []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := shown.Add(near).In(zone).Zone()
		t := shown.Add(-time.Duration(offset) * time.Second).In(zone)
		if _, back := t.Zone(); back == offset && (len(all) == 0 || !all[0].Equal(t)) {
			all = append(all, t)
		}
	}
	text := shown.Format("2006-01-02 15:04")
	switch len(all) {
	case 0:
		return Time{}, Refuse("%s is skipped in %s: clocks go forward", text, strings.Replace(zone.String(), "Local", "your zone", 1)).WithHint("write an hour later")
	case 2:
		if all[1].Before(all[0]) {
			all[0], all[1] = all[1], all[0]
		}
		const layout = "2006-01-02 15:04-07:00"
		return Time{}, either(text, all[0].Format(layout), all[1].Format(layout)).WithHint("clocks go back then, and show it twice: write one of the two")
	}
	return exactTime(all[0]), nil
}

// splitOffset parts an hour from an offset that stands right behind it.
func splitOffset(hour string) (clock, offset string) {
	if i := strings.IndexAny(hour, "+-zZ"); i > 0 {
		return hour[:i], hour[i:]
	}
	return hour, ""
}

// parseZone reads a zone. Abbreviations such as CST mean several.
func parseZone(s string) (*time.Location, error) {
	if strings.EqualFold(s, "z") || strings.EqualFold(s, "utc") {
		return time.UTC, nil
	}
	if s != "" && (s[0] == '+' || s[0] == '-') {
		for _, layout := range []string{"-07:00", "-0700", "-07"} {
			if t, err := time.Parse(layout, s); err == nil {
				_, offset := t.Zone()
				return time.FixedZone(s, offset), nil
			}
		}
	}
	if strings.Contains(s, "/") && len(s) < 40 {
		for _, name := range []string{s, zoneCase(s)} {
			if zone, err := time.LoadLocation(name); err == nil {
				return zone, nil
			}
		}
	}
	return nil, Refuse("%q is no zone", short(s)).WithHint("write UTC, +02:00 or a place such as Asia/Tokyo; letters such as CST mean several zones")
}

// zoneCase returns the name of a zone with its capitals.
func zoneCase(s string) string {
	b := []byte(strings.ToLower(s))
	for i := range b {
		if (i == 0 || strings.IndexByte("/_-", b[i-1]) >= 0) && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// slashed is a date as it is written in some countries, with the day first, or
// with the month.
var slashed = regexp.MustCompile(`^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2}|\d{4}))?\.?(\s.*)?$`)

// swapped refuses a date of which nobody knows whether the day comes first, and
// names its readings.
func swapped(s string, now time.Time) error {
	m := slashed.FindStringSubmatch(s)
	if m == nil || m[3] == "" && !strings.Contains(s, "/") { // 9.30 is no date
		return nil
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2])
	year := strconv.Itoa(now.Year())
	if m[3] != "" {
		year = now.Format("2006")[:4-len(m[3])] + m[3]
	}
	var readings []string
	for _, dm := range [][2]int{{a, b}, {b, a}} {
		text := fmt.Sprintf("%s-%02d-%02d", year, dm[1], dm[0])
		if _, err := time.Parse(time.DateOnly, text); err == nil && (len(readings) == 0 || readings[0] != text+m[4]) {
			readings = append(readings, text+m[4])
		}
	}
	switch len(readings) {
	case 2:
		return either(s, readings[0], readings[1])
	case 1:
		return noTime(s).WithHint("write %s", short(readings[0]))
	}
	return noTime(s)
}
