package pane

import (
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// Times says how moments are shown.
type Times int

// The ways in which moments are shown: how long ago, as a clock in UTC has it,
// and as one in the zone of the person has it.
const (
	Relative Times = iota
	UTC
	Mine
)

var timesNames = []string{"relative", "utc", "mine"}

// TimesNames returns the words that ParseTimes reads.
func TimesNames() []string { return slices.Clone(timesNames) }

// ParseTimes reads a word of TimesNames.
func ParseTimes(word string) (t Times, ok bool) {
	i := slices.Index(timesNames, word)
	return Times(max(i, 0)), i >= 0
}

// String returns the word for t.
func (t Times) String() string { return timesNames[t] }

// Next returns the way after t: relative, UTC, mine, and relative again.
func (t Times) Next() Times { return (t + 1) % Times(len(timesNames)) }

// age returns how long ago t was, or when it was if the view shows clocks.
func (v *View) age(t time.Time) string {
	if v.Times != Relative {
		return v.clock(t)
	}
	if v.Now.Sub(t) < time.Minute {
		return "now"
	}
	return span(v.Now.Sub(t))
}

// Zone returns the zone that clocks are in.
func (v *View) Zone() *time.Location {
	if v.Times == Mine {
		return v.Now.Location()
	}
	return time.UTC
}

// stamp returns t by a layout, and its zone.
func (v *View) stamp(t time.Time, layout string) string {
	if v.Zone() == time.UTC {
		return t.UTC().Format(layout + "Z")
	}
	return t.In(v.Zone()).Format(layout + " MST")
}

// TimeOfDay returns the time of day at t with its zone.
func (v *View) TimeOfDay(t time.Time) string { return v.stamp(t, "15:04") }

// Moment returns a moment with its date and zone.
func (v *View) Moment(t time.Time) string { return v.stamp(t, "2 Jan 2006 15:04") }

// When returns a time of any precision as people read it. A day is a day in
// every zone.
func (v *View) When(t data.Time) string {
	if t.Prec != data.Exact {
		return t.Words()
	}
	return v.Moment(t.At)
}

// clock returns a moment as short as it can be told, in at most clockWidth
// cells: the time of day today, the date with it otherwise.
func (v *View) clock(t time.Time) string {
	t, now := t.In(v.Zone()), v.Now.In(v.Zone())
	switch {
	case t.Year() != now.Year() && v.Zone() != time.UTC:
		return t.Format("2 Jan 2006 MST")
	case t.Year() != now.Year():
		return t.Format("2 Jan 2006")
	case t.YearDay() != now.YearDay():
		return v.stamp(t, "2 Jan 15:04")
	}
	return v.stamp(t, "15:04")
}

// clockWidth is how wide a column of clocks is.
func (v *View) clockWidth() int {
	if v.Zone() == time.UTC {
		return len("30 Aug 14:02Z")
	}
	return len("30 Aug 14:02 +0545")
}

// due returns when an action is due, in at most dueWidth cells, loud if it is
// late.
func (v *View) due(a *data.Action) string {
	end := a.Due.End()
	switch {
	case !a.Due.Known():
		return v.Theme.Dim.Paint("no due")
	case !a.State.Open():
		return ""
	case a.Type == data.Ask && a.Overdue(v.Now) && v.Times != Relative:
		return v.Theme.Alarm.Paint("DUE " + v.clock(end))
	case a.Type == data.Ask && a.Overdue(v.Now): // somebody waits for it by the minute
		return v.Theme.Alarm.Paint("DUE " + span(v.Now.Sub(end)))
	case v.Times != Relative && a.Overdue(v.Now):
		return v.Theme.Bad.Paint("LATE " + v.clock(end))
	case v.Times != Relative:
		return v.clock(end)
	case a.Overdue(v.Now):
		return v.Theme.Bad.Paint(span(v.Now.Sub(end)) + " LATE")
	case end.Sub(v.Now) < 4*time.Hour:
		return v.Theme.Warn.Paint("in " + span(end.Sub(v.Now)))
	}
	return "in " + span(end.Sub(v.Now))
}

// dueWidth is how wide the column of due is.
func (v *View) dueWidth() int {
	if v.Times != Relative {
		return len("LATE ") + v.clockWidth()
	}
	return 9
}

// show returns a stored value of a field in one line, times as the view has
// them.
func (v *View) show(f *data.Field, stored string) string {
	if f.Type == data.TimeType && stored != "" {
		if t, err := data.ParseTime(stored); err == nil {
			return v.When(t)
		}
	}
	return f.Show(stored)
}

// Describe says what was changed of an item's fields, from what and to what.
func (v *View) Describe(c data.Changed) string {
	var parts []string
	for _, change := range c.Changes {
		f := c.Ref.Spec().Field(change.Field)
		if f == nil {
			parts = append(parts, change.Newer())
			continue
		}
		parts = append(parts, strings.ToLower(f.Label)+" "+v.show(f, change.Was)+" → "+v.show(f, change.Now))
	}
	return strings.Join(parts, ", ")
}
