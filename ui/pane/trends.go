package pane

import (
	"warroom/data"
	"warroom/ui/kit"
)

// TrendLines draws how the incident goes, in w cells and about h lines: the number
// of people as it was known over time, how many were told, if somebody counted that and there is room
// for it, and what was opened and closed each day.
// mark paints the first of its headings.
func TrendLines(v *View, trend data.Trend, w, h int, mark func(string) string) []string {
	charts := 2
	told := v.counts() && h >= leastThree
	if told {
		charts = 3
	}
	each := max((h-3-charts)/charts, 4)
	var band []kit.BandPoint
	for _, p := range trend.People {
		band = append(band, kit.BandPoint{At: p.At, Low: stated(p.Low), Best: stated(p.Best), High: stated(p.High)})
	}
	if n := len(band); n > 0 { // what stands now still does
		last := band[n-1]
		last.At = v.Now
		band = append(band, last)
	}
	var days []kit.DayCount
	for _, d := range trend.Days {
		days = append(days, kit.DayCount{Day: d.Day.Format("2 Jan"), Up: d.Opened, Down: d.Closed})
	}
	head := mark("People affected, as it was known")
	if c := v.Affected; c != nil {
		head = mark("People affected:") + " now " + Amount(c) + " "
		head += v.Provenance(c, w-kit.Width(head))
	}
	if legend := "  █ best number, ░ its range"; kit.Width(head+legend) <= w {
		head += v.Theme.Dim.Paint(legend)
	}
	lines := []string{head}
	chart := kit.Band(v.Theme, band, Round, w-2, each)
	if trend.Damage != nil {
		chart = make([]string, each)
		chart[0] = v.Theme.Bad.Paint(kit.Cut(data.Line(trend.Damage.Error()), w-2))
	}
	for _, l := range chart {
		lines = append(lines, " "+l)
	}
	if told {
		due, _ := v.Promised()
		lines = append(lines, burnUp(v, NoticeRow{Affected: v.Affected, Due: due}, trend.Counts, w, each+1)...)
	}
	lines = append(lines, " "+v.Theme.Strong.Paint("Actions opened and closed, by day in UTC")+v.Theme.Dim.Paint("  █ opened, ░ closed"))
	for _, l := range kit.Bars(v.Theme, days, w-2, each) {
		lines = append(lines, " "+l)
	}
	return lines
}

// leastThree is from how many lines on there is room for a third chart: how many were
// told.
const leastThree = 24

// stated returns a number as charts take it: below 0 if nobody stated it.
func stated(c data.Count) int64 {
	if !c.Known {
		return -1
	}
	return c.N
}

// trendsHeight is how many lines the pane of trends needs.
const trendsHeight = 16

// Trends shows the trends, if the view has them: the one row of the pane is both
// charts.
func Trends() *Pane {
	p := &Pane{Name: "trends", table: table{
		title: func(*View) string { return "Trends" },
		empty: "no trends were read",
		least: 1,
		want:  trendsHeight - 1,
		fills: true,
		ids: func(v *View) []string {
			if v.Trend == nil {
				return nil
			}
			return []string{"trends"}
		},
	}}
	p.block = func(v *View, _, w int, on bool) []string {
		return TrendLines(v, *v.Trend, w, p.height-1, func(s string) string {
			if on {
				return ">" + v.Theme.Cursor.Paint(s)
			}
			return " " + v.Theme.Strong.Paint(s)
		})
	}
	return p
}
