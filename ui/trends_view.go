package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A trendsView is the full view of how the incident goes: the number of people
// as it was known over time, and what was opened and closed each day.
type trendsView struct {
	page
	trend  data.Trend
	height int
}

// trendDays is how many days the trends go back.
const trendDays = 28

func (m *Model) newTrendsView() overlay {
	t := &trendsView{}
	t.page = newPage("Trends", t.write)
	t.wide = true
	return t
}

func (t *trendsView) setSize(w, h int) {
	t.height = h
	t.page.setSize(w, h)
}

// ask implements [live].
func (t *trendsView) ask() reading {
	return func(ctx context.Context, src Source, now time.Time) (func(*Model) tea.Cmd, error) {
		trend, err := src.Trend(ctx, now.AddDate(0, 0, 1-trendDays), now)
		return func(m *Model) tea.Cmd {
			t.trend, m.screen = trend, ""
			t.fill()
			return nil
		}, err
	}
}

func (t *trendsView) write(v *pane.View, w int) []string {
	h := max((t.height-5)/2, 4)
	var band []kit.BandPoint
	for _, p := range t.trend.People {
		band = append(band, kit.BandPoint{At: p.At, Low: known(p.Low), Best: known(p.Best), High: known(p.High)})
	}
	if n := len(band); n > 0 { // what stands now still does
		last := band[n-1]
		last.At = v.Now
		band = append(band, last)
	}
	var days []kit.DayCount
	for _, d := range t.trend.Days {
		days = append(days, kit.DayCount{Day: d.Day.Format("2 Jan"), Up: d.Opened, Down: d.Closed})
	}
	lines := []string{" " + v.Theme.Strong.Paint("People affected, as it was known") + v.Theme.Dim.Paint("  █ best number, ░ its range")}
	for _, l := range kit.Band(v.Theme, band, pane.Round, w-2, h) {
		lines = append(lines, " "+l)
	}
	lines = append(lines, " "+v.Theme.Strong.Paint("Actions opened and closed, by day in UTC")+v.Theme.Dim.Paint("  █ opened, ░ closed"))
	for _, l := range kit.Bars(v.Theme, days, w-2, h) {
		lines = append(lines, " "+l)
	}
	return lines
}

// known returns a number as charts take it: below 0 if nobody stated it.
func known(c data.Count) int64 {
	if !c.Known {
		return -1
	}
	return c.N
}

func (t *trendsView) actions(m *Model) []kit.Action {
	return append(t.page.actions(m),
		kit.Action{Name: "next-view", Title: "Go to the next view", Short: "next view", Group: "Move", Key: kit.Keys("tab", "tab"), Run: m.turnView(1)},
		kit.Action{Name: "previous-view", Title: "Go to the view before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab"), Run: m.turnView(-1)})
}
