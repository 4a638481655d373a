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
			t.trend = trend
			t.fill()
			return nil
		}, err
	}
}

func (t *trendsView) write(v *pane.View, w int) []string {
	return pane.TrendLines(v, t.trend, w, t.height, func(s string) string { return " " + v.Theme.Strong.Paint(s) })
}

func (t *trendsView) actions(m *Model) []kit.Action {
	return append(t.page.actions(m),
		kit.Action{Name: "next-view", Title: "Go to the next view", Short: "next view", Group: "Move", Key: kit.Keys("tab", "tab"), Run: m.turnView(1)},
		kit.Action{Name: "previous-view", Title: "Go to the view before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab"), Run: m.turnView(-1)})
}
