package data

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones must not depend on the machine

	"pgregory.net/rapid"
)

func TestParseTime(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name string
		in   string
		want Time
	}{
		{"nothing is unknown", "", Time{}},
		{"a day", "2024-08-15", Time{day(2024, 8, 15), ByDay}},
		{"a leap day", "2024-02-29", Time{day(2024, 2, 29), ByDay}},
		{"a month", "2024-08", Time{day(2024, 8, 1), ByMonth}},
		{"about a day", "~2024-08-15", Time{day(2024, 8, 15), About}},
		{"a moment", "2024-08-15T09:30:05Z", Time{time.Date(2024, 8, 15, 9, 30, 5, 0, time.UTC), Exact}},
		{"a moment elsewhere is kept in UTC", "2024-08-15T09:30:05+07:00", Time{time.Date(2024, 8, 15, 2, 30, 5, 0, time.UTC), Exact}},
		{"parts of a second are cut off", "2024-08-15T09:30:05.999Z", Time{time.Date(2024, 8, 15, 9, 30, 5, 0, time.UTC), Exact}},
		{"the first year", "1900-01-01", Time{day(1900, 1, 1), ByDay}},
		{"the last day", "2999-12-31", Time{day(2999, 12, 31), ByDay}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseTime(tt.in); err != nil || got != tt.want {
				t.Errorf("ParseTime(%q) = %+v, %v; want %+v", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for _, s := range []string{
		"yesterday", "2024", "2024-13", "2024-00", "2024-8-15", "2024-02-30", "2023-02-29", "2024-04-31", "2024-08-00",
		"15.08.2024", "08/15/2024", "~2024-08", "~", "~~2024-08-15", "~2024-02-30", "2024-08-15 09:00", "2024-08-15T25:00:00Z",
		"2024-08-15T09:00:00", "2024-08-15T09:00Z", " 2024-08-15", "1899-12-31", "1899-12", "3000-01-01", "0000-01-01",
		"2999-12-31T23:59:59-01:00", "+2024-08-15", "２０２４-08", "2024-08-15\x00",
	} {
		if got, err := ParseTime(s); err == nil {
			t.Errorf("ParseTime(%q) = %v, want it refused", s, got)
		} else if got != (Time{}) || ClassOf(err) != Failed || HintOf(err) == "" {
			t.Errorf("ParseTime(%q) = %+v, %v with hint %q", s, got, err, HintOf(err))
		}
	}
}

func TestTimeIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := storableTime().Draw(t, "time")
		got, err := ParseTime(want.String())
		if err != nil || got != want {
			t.Fatalf("ParseTime(%q) = %+v, %v; want %+v", want, got, err, want)
		}
		if !want.Known() || want.String() == "" {
			t.Fatalf("%+v is said to be unknown", want)
		}
	})
}

func TestUnknownTime(t *testing.T) {
	var unknown Time
	if unknown.Known() || unknown.String() != "" || !unknown.End().IsZero() || unknown.Prec.String() != "" {
		t.Errorf("the zero time is %q, known %v, ends %v", unknown, unknown.Known(), unknown.End())
	}
}

func TestPrecisionNames(t *testing.T) {
	for p, want := range map[Precision]string{Exact: "exact", ByDay: "day", ByMonth: "month", About: "about"} {
		if p.String() != want {
			t.Errorf("precision %d is called %q, want %q", p, p, want)
		}
	}
}

func TestExactTimeIsInUTCAndToTheSecond(t *testing.T) {
	got := exactTime(time.Date(2024, 8, 15, 9, 0, 0, 999_999_999, time.FixedZone("WIB", 7*3600)))
	if want := "2024-08-15T02:00:00Z"; got.String() != want || got.At.Nanosecond() != 0 || got.At.Location() != time.UTC {
		t.Errorf("got %v at %v, want %s", got, got.At, want)
	}
}

func TestTimeInWords(t *testing.T) {
	for stored, want := range map[string]string{
		"":                          "unknown",
		"2024-08-05":                "5 Aug 2024 (day)",
		"2024-08":                   "Aug 2024 (month)",
		"~2024-08-15":               "about 15 Aug 2024",
		"2024-08-15T09:05:59+07:00": "15 Aug 2024 02:05Z",
	} {
		when, err := ParseTime(stored)
		if err != nil {
			t.Fatal(err)
		}
		if got := when.Words(); got != want {
			t.Errorf("%q reads %q, want %q", stored, got, want)
		}
	}
}

func TestEnd(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a moment ends at once", "2024-08-15T09:00:00Z", "2024-08-15T09:00:00Z"},
		{"a day ends at midnight", "2024-08-15", "2024-08-16T00:00:00Z"},
		{"about a day, as a day", "~2024-08-15", "2024-08-16T00:00:00Z"},
		{"the day before a leap day", "2024-02-28", "2024-02-29T00:00:00Z"},
		{"a leap day", "2024-02-29", "2024-03-01T00:00:00Z"},
		{"the last day of a year", "2024-12-31", "2025-01-01T00:00:00Z"},
		{"a month of 31 days", "2024-08", "2024-09-01T00:00:00Z"},
		{"a February of 29", "2024-02", "2024-03-01T00:00:00Z"},
		{"December", "2024-12", "2025-01-01T00:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, err := ParseTime(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := in.End().Format(time.RFC3339); got != tt.want {
				t.Errorf("%s ends %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestParseWhen(t *testing.T) {
	now := func(zone, clock string) time.Time { return nowIn(t, zone, clock) }
	utc := now("UTC", "2024-08-15 09:30:45")
	jakarta := now("Asia/Jakarta", "2024-08-16 01:30:00") // 15 Aug, 18:30 in UTC
	angeles := now("America/Los_Angeles", "2024-08-15 20:00:00")
	for _, tt := range []struct {
		name string
		now  time.Time
		in   string
		want string
	}{
		{"a stored day", utc, "2024-08-20", "2024-08-20"},
		{"a stored month", utc, "2024-09", "2024-09"},
		{"about a day", utc, "~2024-08-14", "~2024-08-14"},
		{"a stored moment", utc, "2024-08-20T09:00:00Z", "2024-08-20T09:00:00Z"},
		{"with blanks around", utc, "  2024-08-20\t", "2024-08-20"},
		{"nothing", utc, "", ""},
		{"in minutes", utc, "+20m", "2024-08-15T09:50:45Z"},
		{"in hours, without the sign", utc, "3h", "2024-08-15T12:30:45Z"},
		{"two days ago", utc, "-2d", "2024-08-13T09:30:45Z"},
		{"in weeks and days", utc, "1w2d", "2024-08-24T09:30:45Z"},
		{"now", utc, "0m", "2024-08-15T09:30:45Z"},
		{"today", utc, "today", "2024-08-15"},
		{"today, shouted", utc, "TODAY", "2024-08-15"},
		{"tomorrow", utc, "tomorrow", "2024-08-16"},
		{"tomorrow at nine", utc, "tomorrow 09:00", "2024-08-16T09:00:00Z"},
		{"today at a time that has passed", utc, "today 08:00", "2024-08-15T08:00:00Z"},
		{"a day and a time", utc, "2024-08-20 17:45", "2024-08-20T17:45:00Z"},
		{"the time with one digit", utc, "tomorrow 9:00", "2024-08-16T09:00:00Z"},
		{"midnight", utc, "tomorrow 00:00", "2024-08-16T00:00:00Z"},

		{"today, where it is a day ahead of UTC", jakarta, "today", "2024-08-16"},
		{"tomorrow, where it is a day ahead of UTC", jakarta, "tomorrow", "2024-08-17"},
		{"a clock time is of the zone of now", jakarta, "today 09:00", "2024-08-16T02:00:00Z"},
		{"a given day's clock time too", jakarta, "2024-08-20 05:00", "2024-08-19T22:00:00Z"},
		{"today, where UTC is a day ahead", angeles, "today", "2024-08-15"},
		{"tomorrow at noon, where UTC is a day ahead", angeles, "tomorrow 12:00", "2024-08-16T19:00:00Z"},
		{"a span does not depend on the zone", angeles, "+1h", "2024-08-16T04:00:00Z"},

		{"the day before a leap day", now("UTC", "2024-02-28 12:00:00"), "tomorrow", "2024-02-29"},
		{"a leap day", now("UTC", "2024-02-29 12:00:00"), "tomorrow 08:00", "2024-03-01T08:00:00Z"},
		{"the same day in a common year", now("UTC", "2023-02-28 12:00:00"), "tomorrow", "2023-03-01"},
		{"the end of the year", now("UTC", "2024-12-31 23:59:59"), "tomorrow", "2025-01-01"},

		{"the day before clocks go forward", now("Europe/Berlin", "2024-03-30 12:00:00"), "tomorrow 09:00", "2024-03-31T07:00:00Z"},
		{"a span over that night counts hours", now("Europe/Berlin", "2024-03-30 12:00:00"), "1d", "2024-03-31T11:00:00Z"},
		{"at an hour that tomorrow skips", now("Europe/Berlin", "2024-03-30 02:30:00"), "tomorrow", "2024-03-31"},
		{"the day before clocks go back", now("Europe/Berlin", "2024-10-26 12:00:00"), "tomorrow 09:00", "2024-10-27T08:00:00Z"},
		{"where midnight is skipped", now("America/Havana", "2024-03-09 00:30:00"), "tomorrow", "2024-03-10"},
		{"where midnight is skipped, with a time", now("America/Havana", "2024-03-09 00:30:00"), "tomorrow 09:00", "2024-03-10T13:00:00Z"},
		{"where a whole day is skipped", now("Pacific/Apia", "2011-12-29 12:00:00"), "tomorrow", "2011-12-30"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseWhen(tt.in, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tt.want {
				t.Errorf("ParseWhen(%q) at %s = %s, want %s", tt.in, tt.now, got, tt.want)
			}
			if again, err := ParseTime(got.String()); err != nil || again != got {
				t.Errorf("stored as %q, which reads %+v, %v", got, again, err)
			}
		})
	}
}

// nowIn returns a moment as clocks in a zone show it.
func nowIn(t *testing.T, zone, clock string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04:05", clock, loc)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestParseWhenAsPeopleWrite(t *testing.T) {
	utc := nowIn(t, "UTC", "2024-08-15 09:30:45") // a Thursday
	paris := nowIn(t, "Europe/Paris", "2024-08-15 09:30:00")
	late := nowIn(t, "UTC", "2024-08-15 20:00:00") // the 16th in Tokyo
	for _, tt := range []struct {
		name string
		now  time.Time
		in   string
		want string // or, if err, what is wrong
		hint string // of what is wrong
	}{
		{"an offset behind the hour", utc, "tomorrow 09:00+02:00", "2024-08-16T07:00:00Z", ""},
		{"an offset apart from it", utc, "tomorrow 09:00 +02:00", "2024-08-16T07:00:00Z", ""},
		{"a date with an offset", utc, "2024-08-20 09:00+09:00", "2024-08-20T00:00:00Z", ""},
		{"an offset of hours", utc, "tomorrow 09:00-03", "2024-08-16T12:00:00Z", ""},
		{"UTC, elsewhere", paris, "tomorrow 09:00 UTC", "2024-08-16T09:00:00Z", ""},
		{"Z, elsewhere", paris, "tomorrow 09:00Z", "2024-08-16T09:00:00Z", ""},
		{"in small letters", paris, "tomorrow 09:00 utc", "2024-08-16T09:00:00Z", ""},
		{"a place", utc, "tomorrow 17:00 Asia/Tokyo", "2024-08-16T08:00:00Z", ""},
		{"a place in small letters", utc, "tomorrow 09:00 america/new_york", "2024-08-16T13:00:00Z", ""},
		{"a place with clocks changed by then", utc, "2024-12-01 09:00 Europe/Paris", "2024-12-01T08:00:00Z", ""},
		{"a weekday", utc, "fri", "2024-08-16", ""},
		{"a weekday at an hour", utc, "Friday 17:00", "2024-08-16T17:00:00Z", ""},
		{"a weekday of next week", utc, "wednesday", "2024-08-21", ""},
		{"a weekday in a place", utc, "mon 09:00 Asia/Tokyo", "2024-08-19T00:00:00Z", ""},
		{"an hour to come", utc, "17:00", "2024-08-15T17:00:00Z", ""},
		{"an hour to come, with one digit", paris, "9:45", "2024-08-15T07:45:00Z", ""},
		{"the minute that it is", utc, "09:30", "2024-08-15T09:30:00Z", ""},
		{"an hour to come in a place", utc, "23:00 Asia/Tokyo", "2024-08-15T14:00:00Z", ""},
		{"an hour that has passed here and not there", utc, "09:00 America/New_York", "2024-08-15T13:00:00Z", ""},
		{"the hour after clocks went back", nowIn(t, "Europe/Berlin", "2024-10-26 12:00:00"), "tomorrow 03:00", "2024-10-27T02:00:00Z", ""},
		{"an hour that is shown twice, with its offset", nowIn(t, "Europe/Berlin", "2024-10-26 12:00:00"), "tomorrow 02:30+01:00", "2024-10-27T01:30:00Z", ""},
		{"with more blanks", utc, "tomorrow   09:00   UTC", "2024-08-16T09:00:00Z", ""},

		{"an hour that has passed", utc, "09:00", `"09:00" is today 09:00, which has passed, or tomorrow 09:00`, "write one of the two"},
		{"an hour that has passed there", utc, "17:00 Asia/Tokyo", `"17:00 Asia/Tokyo" is today 17:00 Asia/Tokyo, which has passed, or tomorrow 17:00 Asia/Tokyo`, "write one of the two"},
		{"the weekday that it is", utc, "thu", `"thu" is today, 2024-08-15, or 2024-08-22`, "write one of the two"},
		{"the weekday that it is, at an hour", utc, "thursday 17:00", `"thursday 17:00" is today, 2024-08-15 17:00, or 2024-08-22 17:00`, "write one of the two"},
		{"tomorrow, where it is tomorrow already", late, "tomorrow 09:00 Asia/Tokyo", `"tomorrow 09:00 Asia/Tokyo" is 2024-08-16 09:00 Asia/Tokyo or 2024-08-17 09:00 Asia/Tokyo`, "it is another day there: write the date"},
		{"the day or the month first", utc, "03/04/2024", `"03/04/2024" is 2024-04-03 or 2024-03-04`, "write one of the two"},
		{"with dots", utc, "3.4.2024", `"3.4.2024" is 2024-04-03 or 2024-03-04`, "write one of the two"},
		{"without the year", utc, "3/4", `"3/4" is 2024-04-03 or 2024-03-04`, "write one of the two"},
		{"with a short year and an hour", utc, "03/04/25 09:00", `"03/04/25 09:00" is 2025-04-03 09:00 or 2025-03-04 09:00`, "write one of the two"},
		{"only one can be the month", utc, "15.08.2024", `"15.08.2024" is no time`, "write 2024-08-15"},
		{"both the same", utc, "8/8/2024", `"8/8/2024" is no time`, "write 2024-08-08"},
		{"none can be the month", utc, "13/13/2024", `"13/13/2024" is no time`, "write +20m, 3h, 2d, tomorrow 09:00, 2024-08-20 or 2024-08-20T09:00:00Z"},
		{"an hour that clocks show twice", nowIn(t, "Europe/Berlin", "2024-10-26 12:00:00"), "tomorrow 02:30", `"2024-10-27 02:30" is 2024-10-27 02:30+02:00 or 2024-10-27 02:30+01:00`, "clocks go back then, and show it twice: write one of the two"},
		{"an hour that clocks never show", nowIn(t, "Europe/Berlin", "2024-03-30 12:00:00"), "tomorrow 02:30", "2024-03-31 02:30 is skipped in Europe/Berlin: clocks go forward", "write an hour later"},
		{"letters for a zone", utc, "tomorrow 09:00 CET", `"CET" is no zone`, "write UTC, +02:00 or a place such as Asia/Tokyo; letters such as CST mean several zones"},
		{"a place that there is not", utc, "tomorrow 09:00 Asia/Atlantis", `"Asia/Atlantis" is no zone`, "write UTC, +02:00 or a place such as Asia/Tokyo; letters such as CST mean several zones"},
		{"a file that is no zone", utc, "tomorrow 09:00 ../etc/passwd", `"../etc/passwd" is no zone`, "write UTC, +02:00 or a place such as Asia/Tokyo; letters such as CST mean several zones"},
		{"an hour that there is not", utc, "2024-08-20T25:00:00Z", `"2024-08-20T25:00:00Z" is no time of day`, "write it as 09:00"},
		{"a zone without an hour", utc, "tomorrow Asia/Tokyo", `"Asia/Tokyo" is no time of day`, "write it as 09:00"},
		{"a word too many", utc, "tomorrow 09:00 UTC please", `"tomorrow 09:00 UTC please" is no time`, "write +20m, 3h, 2d, tomorrow 09:00, 2024-08-20 or 2024-08-20T09:00:00Z"},
		{"half past nine, with a dot", utc, "9.30", `"9.30" is no time`, "write +20m, 3h, 2d, tomorrow 09:00, 2024-08-20 or 2024-08-20T09:00:00Z"},
		{"next week's", utc, "next friday", `"next friday" is no time`, "write +20m, 3h, 2d, tomorrow 09:00, 2024-08-20 or 2024-08-20T09:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseWhen(tt.in, tt.now)
			if tt.hint != "" {
				refusal(t, err, Failed, tt.want)
				if HintOf(err) != tt.hint || got != (Time{}) {
					t.Errorf("got %v and the hint %q, want %q", got, HintOf(err), tt.hint)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("ParseWhen(%q) at %s = %s, %v; want %s", tt.in, tt.now, got, err, tt.want)
			}
		})
	}
}

// What a filter says of a weekday does not move on when that day comes.
func TestAFilterKeepsItsWeekday(t *testing.T) {
	now := nowIn(t, "UTC", "2024-08-15 09:30:00")
	f, err := ParseFilter(KindAction, "due:<=fri", now)
	if err != nil {
		t.Fatal(err)
	}
	for due, want := range map[string]bool{"2024-08-16": true, "2024-08-17": false} {
		a := &Action{State: Open, Due: Time{}}
		actionSpec.Field("due").set(a, due)
		for _, at := range []time.Time{now, now.AddDate(0, 0, 1), now.AddDate(0, 0, 5)} {
			if got := f.Match(a, at, "ana"); got != want {
				t.Errorf("due %s at %s: %v, want %v", due, at, got, want)
			}
		}
	}
}

// What has happened is looked for behind now, whatever clocks did there.
func TestParsePast(t *testing.T) {
	utc := nowIn(t, "UTC", "2024-08-15 09:30:45") // a Thursday
	late := nowIn(t, "UTC", "2024-08-15 20:00:00")
	berlin := nowIn(t, "Europe/Berlin", "2026-03-30 01:00:00") // clocks went forward the day before
	for _, tt := range []struct {
		name string
		now  time.Time
		in   string
		want string // or what is wrong
	}{
		{"a weekday behind", utc, "wednesday", "2024-08-14"},
		{"a weekday ahead", utc, "fri", "2024-08-09"},
		{"a weekday with an hour", utc, "fri 17:00", "2024-08-09T17:00:00Z"},
		{"that day itself", utc, "thursday", `"thursday" is today, 2024-08-15, or 2024-08-08`},
		{"that day itself with an hour", utc, "thu 09:00", `"thu 09:00" is today, 2024-08-15 09:00, or 2024-08-08 09:00`},
		{"an hour that has passed", utc, "01:00", "2024-08-15T01:00:00Z"},
		{"this minute", utc, "09:30", "2024-08-15T09:30:00Z"},
		{"an hour that has not come", utc, "09:31", "2024-08-14T09:31:00Z"},
		{"an hour elsewhere", utc, "18:00 Asia/Tokyo", "2024-08-15T09:00:00Z"},
		{"an hour elsewhere, where it is tomorrow", late, "04:30 Asia/Tokyo", `"04:30 Asia/Tokyo" is 2024-08-15 04:30 Asia/Tokyo or 2024-08-16 04:30 Asia/Tokyo`},
		{"an hour that clocks skipped", berlin, "02:30", "2026-03-29 02:30 is skipped in Europe/Berlin: clocks go forward"},
		{"yesterday", utc, "yesterday", "2024-08-14"},
		{"yesterday with an hour", utc, "yesterday 17:00", "2024-08-14T17:00:00Z"},
		{"a span", utc, "-2h", "2024-08-15T07:30:45Z"},
		{"a day", utc, "2024-08-01", "2024-08-01"},
		{"what has not come is told by Begins", utc, "tomorrow", "2024-08-16"},
		{"nothing", utc, "soon", `"soon" is no time`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePast(tt.in, tt.now)
			if got.String() != tt.want && (err == nil || err.Error() != tt.want) {
				t.Errorf("ParsePast(%q) = %s, %v; want %s", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestParseWhenRefuses(t *testing.T) {
	for _, s := range []string{
		"soon", "next week", "yesterday", "tomorrow morning", "tomorrow 25:00", "tomorrow 9", "tomorrow 09:60", "today at 09:00",
		"2024-02-30", "2024-02-30 09:00", "2024-08 09:00", "~2024-08-15 09:00", "+", "-", "++3h", "3", "3y", "h3", "3h 20m",
		"1800-01-01", "1899-12-31 23:59", "3000-01-01", "9999-12-31 09:00", "0001-01-01", "999999w", "99999999999999999999h",
	} {
		if got, err := ParseWhen(s, at); err == nil {
			t.Errorf("ParseWhen(%q) = %v, want it refused", s, got)
		} else if got != (Time{}) || ClassOf(err) != Failed || HintOf(err) == "" {
			t.Errorf("ParseWhen(%q) = %+v, %v with hint %q", s, got, err, HintOf(err))
		}
	}
}

func TestParseWhenRefusesWhatCouldNotBeReadAgain(t *testing.T) {
	for _, tt := range []struct {
		name string
		now  time.Time
		in   string
	}{
		{"past the last year", time.Date(2950, 1, 1, 0, 0, 0, 0, time.UTC), "36000d"},
		{"tomorrow, on the last day", time.Date(2999, 12, 31, 0, 0, 0, 0, time.UTC), "tomorrow"},
		{"before the first year", time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), "-36000d"},
		{"in the zero year", time.Time{}, "today"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ParseWhen(tt.in, tt.now); err == nil {
				t.Errorf("ParseWhen(%q) at %s = %v, want it refused", tt.in, tt.now, got)
			}
		})
	}
}

func TestErrorsAboutTimeStayShort(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	_, err1 := ParseTime(long)
	_, err2 := ParseWhen(long, at)
	_, err3 := ParseWhen("today "+long, at)
	_, err4 := ParseDuration(long)
	all := []error{err1, err2, err3, err4}
	for _, begin := range []string{"03/04/2024 ", "15.8.2024 ", "thu ", "thu 09:00 ", "08:00 ", "tomorrow 09:00 ", "tomorrow 09:00 a/", "tomorrow 09:00+", "fri "} {
		_, err := ParseWhen(begin+long, at)
		all = append(all, err)
	}
	for _, err := range all {
		if n := len([]rune(err.Error() + HintOf(err))); n > 300 {
			t.Errorf("an error of %d characters: %v", n, err)
		}
	}
}

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		in   string
		want time.Duration
	}{
		{"20m", 20 * time.Minute},
		{"3h", 3 * time.Hour},
		{"2d", 2 * day},
		{"1w", 7 * day},
		{"1d12h", 36 * time.Hour},
		{"1w2d3h4m", 9*day + 3*time.Hour + 4*time.Minute},
		{"4m3h", 3*time.Hour + 4*time.Minute},
		{"+90m", 90 * time.Minute},
		{"-1d12h", -36 * time.Hour},
		{"0m", 0},
		{"007m", 7 * time.Minute},
		{strings.Repeat("0", 18) + "1m", time.Minute},
		{"1000000m", 1_000_000 * time.Minute},
		{"36500d", 36500 * day},
		{"876000h", 36500 * day},
		{"-36500d", -36500 * day},
	} {
		if got, err := ParseDuration(tt.in); err != nil || got != tt.want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	for _, s := range []string{
		"", "+", "-", "+-3h", "--3h", "3", "h", "3s", "3H", "3 h", "1.5h", "3h20", "d3", "３h", "3h-2m", "0x3h",
		"1000001m", "9223372036854775807m", "99999999999999999999w", strings.Repeat("0", 19) + "1m",
		// A hundred years is the most, and no sum may wrap around.
		"36501d", "876001h", "36500d1m", "5215w", "500000w", "1000000w", "999999d", "1000000w1000000w", "5214w5214w5214w5214w",
		"36500d36500d36500d", "1000000d1000000d", "1h1h1h1h1h1h1h1h1h1h1h",
	} {
		if got, err := ParseDuration(s); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want it refused", s, got)
		} else if got != 0 || ClassOf(err) != Failed || HintOf(err) == "" {
			t.Errorf("ParseDuration(%q) = %v, %v with hint %q", s, got, err, HintOf(err))
		}
	}
}

func TestParseDurationAddsUp(t *testing.T) {
	unit := map[string]int64{"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
	rapid.Check(t, func(t *rapid.T) {
		text, minutes := "", int64(0)
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			n, u := rapid.Int64Range(0, 9999).Draw(t, "n"), rapid.SampledFrom([]string{"m", "h", "d", "w"}).Draw(t, "unit")
			text += fmt.Sprint(n, u)
			minutes += n * unit[u]
		}
		got, err := ParseDuration(text)
		switch tooLong := len(text) > 20 || minutes > 100*365*24*60; {
		case tooLong && err == nil:
			t.Fatalf("ParseDuration(%q) = %v, want it refused", text, got)
		case !tooLong && (err != nil || got != time.Duration(minutes)*time.Minute):
			t.Fatalf("ParseDuration(%q) = %v, %v; want %d minutes", text, got, err, minutes)
		}
	})
}

func TestStoredSpanLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := int64(maxSpan / time.Minute)
		d := time.Duration(rapid.Int64Range(-most, most).Draw(t, "minutes")) * time.Minute
		if d == 0 {
			return // not said, which has no text
		}
		if got, err := ParseDuration(spanText(d)); err != nil || got != d {
			t.Fatalf("%v is stored as %q, which reads %v, %v", d, spanText(d), got, err)
		}
	})
}

func TestSpanTexts(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		d             time.Duration
		shown, stored string
	}{
		{0, "0m", ""},
		{59 * time.Second, "0m", ""},
		{20 * time.Minute, "20m", "20m"},
		{time.Hour, "1h", "1h"},
		{90 * time.Minute, "1h30m", "1h30m"},
		{day, "1d", "1d"},
		{36 * time.Hour, "1d12h", "1d12h"},
		{day + time.Minute, "1d", "1d1m"},
		{day + time.Hour + time.Minute, "1d1h", "1d1h1m"},
		{9 * day, "9d", "9d"},
		{-90 * time.Minute, "1h30m", "-1h30m"},
		{119*time.Minute + 59*time.Second, "1h59m", "1h59m"},
	} {
		if got := Span(tt.d); got != tt.shown {
			t.Errorf("Span(%v) = %q, want %q", tt.d, got, tt.shown)
		}
		if got := spanText(tt.d); got != tt.stored {
			t.Errorf("%v is stored as %q, want %q", tt.d, got, tt.stored)
		}
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "just now", 59 * time.Second: "just now", -time.Second: "just now",
		time.Minute: "1m ago", 36 * time.Hour: "1d12h ago",
	} {
		if got := Ago(d); got != want {
			t.Errorf("Ago(%v) = %q, want %q", d, got, want)
		}
	}
}
