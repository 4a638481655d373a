package data

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A wordsFor lists the words of other trackers, in their plain form, for one of
// ours. Ours of "" is unknown.
type wordsFor struct {
	ours  string
	words []string
}

// stateWords are the words for the state of an action.
var stateWords = []wordsFor{
	{"open", []string{"open", "to do", "todo", "new", "backlog", "not started", "planned", "reopened"}},
	{"doing", []string{"doing", "in progress", "started", "active", "in review"}},
	{"blocked", []string{"blocked", "on hold", "waiting", "stuck"}},
	{"done", []string{"done", "closed", "resolved", "complete", "completed", "finished", "fixed"}},
	{"dropped", []string{"dropped", "cancelled", "canceled", "won't do", "won't fix", "wontfix", "rejected", "duplicate"}},
}

// priorityWords are the words for a priority. A bare number is none of them: in
// one tracker 1 is the most urgent, in another the least.
var priorityWords = []wordsFor{
	{"P0", []string{"p0", "critical", "highest", "blocker", "urgent", "1 critical"}},
	{"P1", []string{"p1", "high", "major", "2 high"}},
	{"P2", []string{"p2", "medium", "normal", "moderate", "3 moderate", "3 medium"}},
	{"P3", []string{"p3", "low", "lowest", "minor", "trivial", "4 low", "5 planning"}},
	{"", []string{"none", "no priority", "unknown"}},
}

// nobody are the words for an owner that is not known.
var nobody = []string{"unassigned", "nobody", "none", "-"}

// SheetWords lists, for the state, the priority and the owner of an action, the
// words that are understood for each of ours.
func SheetWords() (states, priorities, owners [][2]string) {
	list := func(all []wordsFor) (told [][2]string) {
		for _, w := range all {
			ours := w.ours
			if ours == "" {
				ours = "unknown"
			}
			told = append(told, [2]string{ours, strings.Join(w.words, ", ")})
		}
		return told
	}
	return list(stateWords), list(priorityWords), list([]wordsFor{{"", nobody}})
}

// sheetWord returns our word for one of another tracker.
func sheetWord(f *Field, all []wordsFor, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	word := plainName(text)
	for _, w := range all {
		if slices.Contains(w.words, word) {
			return w.ours, nil
		}
	}
	var ours []string
	for _, w := range all {
		if w.ours != "" {
			ours = append(ours, w.ours)
		}
	}
	if _, err := strconv.Atoi(word); err == nil {
		return "", f.refuse("cannot be %q: a number may count from either end", short(text)).WithHint("write one of: %s", strings.Join(ours, ", "))
	}
	return "", f.refuse("cannot be %q", short(text)).WithHint("write one of: %s; warroom import actions --help lists what else is understood", strings.Join(ours, ", "))
}

// What comes first in a date such as 03/04/2024.
const (
	DayFirst   = "dmy"
	MonthFirst = "mdy"
)

// sheetClocks and sheetDays are the forms of times and days that have one
// reading only, beside those that ParseTime knows.
var (
	sheetClocks = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2/Jan/06 3:04 PM", "2/Jan/2006 3:04 PM", "2 Jan 2006 15:04"}
	sheetZoned  = []string{"2006-01-02T15:04:05Z0700", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700"}
	sheetDays   = []string{"2 Jan 2006", "2 January 2006", "2. January 2006", "Jan 2, 2006", "January 2, 2006", "2/Jan/06", "2/Jan/2006", "2-Jan-2006", "2006/01/02"}
)

// numbered is a date that is all numbers, with a time or without.
var numbered = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4})(?: (\d{1,2}:\d{2}))?$`)

// sheetTime reads a time as sheets have it. What can be read in two ways is
// refused, and what depends on the day on which it is read.
func sheetTime(text string, opts SheetOptions) (Time, error) {
	if text == "" || strings.EqualFold(text, "unknown") {
		return Time{}, nil
	}
	if t, err := ParseTime(text); err == nil {
		return t, nil
	}
	for _, layout := range sheetZoned {
		if at, err := time.Parse(layout, text); err == nil {
			return storedTime(exactTime(at), text)
		}
	}
	for _, layout := range sheetClocks {
		if at, err := time.Parse(layout, text); err == nil {
			if err := shortYear(layout, text, at, opts.Now); err != nil {
				return Time{}, err
			}
			return sheetMoment(at, at, text, opts)
		}
	}
	for _, layout := range sheetDays {
		if at, err := time.Parse(layout, text); err == nil {
			if err := shortYear(layout, text, at, opts.Now); err != nil {
				return Time{}, err
			}
			return storedTime(Time{at, ByDay}, text)
		}
	}
	m := numbered.FindStringSubmatch(text)
	if m == nil || m[2] != m[4] {
		return Time{}, noSheetTime(text)
	}
	day, err := numberedDay(text, m[1], m[3], m[5], opts.Dates)
	if err != nil || m[6] == "" {
		return Time{day, ByDay}, err
	}
	clock, err := time.Parse("15:04", m[6])
	if err != nil {
		return Time{}, noSheetTime(text)
	}
	return sheetMoment(day, clock, text, opts)
}

// sheetMoment returns the moment at which clocks show an hour on a day.
func sheetMoment(day, clock time.Time, text string, opts SheetOptions) (Time, error) {
	t, err := moment(day, clock, opts.Now.Location())
	if err != nil {
		return Time{}, err
	}
	return storedTime(t, text)
}

// farYears is how far ahead a year of two digits may lie.
const farYears = 20

// shortYear refuses a year of two digits, unless it can only be one of this
// century: a sheet has the deadlines of work, not of long ago.
func shortYear(layout, text string, at, now time.Time) error {
	if strings.Contains(layout, "2006") || at.Year() >= 2000 && at.Year() <= now.Year()+farYears {
		return nil
	}
	return Refuse("%q does not say in which century", short(text)).WithHint("write the year in full")
}

func storedTime(t Time, text string) (Time, error) {
	if !t.storable() {
		return Time{}, noSheetTime(text)
	}
	return t, nil
}

func noSheetTime(text string) *Error {
	return Refuse("%q is no time that is understood", short(text)).WithHint("write 2024-08-20 or 2024-08-20T09:00:00Z")
}

// numberedDay returns the day that two numbers and a year are.
func numberedDay(text, first, second, year, order string) (time.Time, error) {
	read := func(day, month string) (time.Time, bool) {
		t, err := time.Parse("2006-1-2", year+"-"+strings.TrimPrefix(month, "0")+"-"+strings.TrimPrefix(day, "0"))
		return t, err == nil && Time{t, ByDay}.storable()
	}
	dmy, isDMY := read(first, second)
	mdy, isMDY := read(second, first)
	isDMY, isMDY = isDMY && order != MonthFirst, isMDY && order != DayFirst
	switch {
	case isDMY && isMDY && !dmy.Equal(mdy):
		return time.Time{}, Refuse("%q is %s or %s", short(text), dmy.Format("2 January 2006"), mdy.Format("2 January 2006")).
			WithHint("write %s or %s, or say with --dates what comes first", dmy.Format(time.DateOnly), mdy.Format(time.DateOnly))
	case isDMY:
		return dmy, nil
	case isMDY:
		return mdy, nil
	}
	return time.Time{}, Refuse("%q is no day that there is", short(text))
}
