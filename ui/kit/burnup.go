package kit

import "time"

// A Step is how far something had come at one time. It stands until the next.
type Step struct {
	At time.Time // in the zone whose dates are shown
	N  int64
}

// A Goal is what a burn-up is to reach: a number between Low and High, of which either
// is below 0 if nobody said it, by Due, if that was promised.
type Goal struct {
	Low, High int64
	Due       time.Time
}

// bounds returns the goal as a band; below 0 if nobody said any of it.
func (g Goal) bounds() (low, high int64) {
	switch {
	case g.Low < 0:
		return g.High, g.High
	case g.High < 0:
		return g.Low, g.Low
	}
	return min(g.Low, g.High), max(g.Low, g.High)
}

// The sign of a date that was promised.
const promised = '│'

// BurnUp returns how far something came towards a goal as h lines of w cells: bars from
// nothing to what was reached until now, the goal as a band over them, and a line where
// it is due. The ends of the scale stand at the left, the first and last day below.
// Steps come in their order.
func BurnUp(t Theme, steps []Step, goal Goal, now time.Time, label func(int64) string, w, h int) []string {
	if len(steps) == 0 {
		return says(t, "no count to show over time yet", w, h)
	}
	low, high := goal.bounds()
	top := max(high, 1)
	for _, s := range steps {
		top = max(top, s.N)
	}
	gutter := max(Width(label(top)), 1) + 1
	cols, rows := w-gutter, h-1
	if cols < leastPlotWidth || rows < leastPlotHeight {
		return says(t, "no room for the chart", w, h)
	}
	first, last := steps[0].At, now
	if goal.Due.After(last) {
		last = goal.Due
	}
	if goal.Due.Before(first) && !goal.Due.IsZero() {
		first = goal.Due
	}
	plot := canvas(cols, rows)
	column := func(at time.Time) int {
		if !last.After(first) {
			return cols - 1
		}
		return min(max(int(float64(at.Sub(first))/float64(last.Sub(first))*float64(cols-1)), 0), cols-1)
	}
	if high >= 0 {
		from, to := rows-length(high, top, rows), rows-length(low, top, rows)
		for y := max(from, 0); y <= min(to, rows-1); y++ {
			for x := range cols {
				plot[y][x] = light
			}
		}
	}
	if !goal.Due.IsZero() {
		for y := range rows {
			plot[y][column(goal.Due)] = promised
		}
	}
	for i, s := range steps {
		end := column(now)
		if i+1 < len(steps) {
			end = column(steps[i+1].At) - 1
		}
		for x := column(s.At); x <= end; x++ {
			for y := range min(length(s.N, top, rows), rows) {
				plot[rows-1-y][x] = full
			}
		}
	}
	labels := make([]string, rows)
	labels[0], labels[rows-1] = label(top), "0"
	return append(framed(t, plot, labels, gutter), ends(t, day(first, last), day(last, first), gutter, w))
}
