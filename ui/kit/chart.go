package kit

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A BandPoint is what was said of a number at one time: that it is between Low
// and High, and Best of all. What nobody said is below 0. It stands until the
// next point.
type BandPoint struct {
	At              time.Time // in the zone whose dates are shown
	Low, Best, High int64
}

// A DayCount is how much was opened and closed on one day.
type DayCount struct {
	Day      string // as it is shown: "15 Aug"
	Up, Down int
}

// The signs that charts are drawn with. Bars and the best number are full,
// what is beside them is light: that can be told apart without colour.
const (
	full  = '█'
	light = '░'
	axis  = '─'
)

// Least sizes of what is between the labels.
const (
	leastPlotWidth  = 8
	leastPlotHeight = 2
)

// Band returns a number over time as h lines of w cells: a band from the lowest
// to the highest, with the best marked in it, the ends of the scale at the left
// as label has them, and the first and last day below. Points may come in any
// order.
func Band(t Theme, points []BandPoint, label func(int64) string, w, h int) []string {
	points = known(points)
	if len(points) == 0 {
		return says(t, "no number to show over time yet", w, h)
	}
	low, high := points[0].Low, points[0].High
	for _, p := range points {
		low, high = min(low, p.Low), max(high, p.High)
	}
	top, bottom := label(high), label(low)
	gutter := max(Width(top), Width(bottom)) + 1
	cols, rows := w-gutter, h-1
	if cols < leastPlotWidth || rows < leastPlotHeight {
		return says(t, "no room for the chart", w, h)
	}
	plot := canvas(cols, rows)
	row := func(v int64) int {
		if high == low {
			return rows / 2
		}
		return rows - 1 - int(float64(v-low)/float64(high-low)*float64(rows-1)+0.5)
	}
	first, last := points[0].At, points[len(points)-1].At
	at := 0
	for x := range cols {
		when := first.Add(time.Duration(float64(last.Sub(first)) * float64(x) / float64(cols-1)))
		for at+1 < len(points) && (x == cols-1 || !points[at+1].At.After(when)) {
			at++
		}
		p := points[at]
		for y := row(p.High); y <= row(p.Low); y++ {
			plot[y][x] = light
		}
		if p.Best >= 0 {
			plot[row(p.Best)][x] = full
		}
	}
	labels := make([]string, rows)
	labels[0], labels[rows-1] = top, bottom
	if high == low {
		labels[0], labels[rows-1], labels[rows/2] = "", "", top
	}
	return append(framed(t, plot, labels, gutter), ends(t, day(first, last), day(last, first), gutter, w))
}

// known returns the points that say anything, in order, each with a low and a
// high.
func known(points []BandPoint) (all []BandPoint) {
	for _, p := range points {
		said := slices.DeleteFunc([]int64{p.Low, p.Best, p.High}, func(n int64) bool { return n < 0 })
		if len(said) == 0 {
			continue
		}
		p.Low, p.High = slices.Min(said), slices.Max(said)
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b BandPoint) int { return a.At.Compare(b.At) })
	return all
}

// day returns the date of t, with its year if that of the other end is another.
func day(t, other time.Time) string {
	if t.Year() != other.Year() {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2 Jan")
}

// Bars returns what was opened and closed per day as h lines of w cells: bars
// up from a line for what was opened, and down from it for what was closed, on
// one scale, with its ends at the left and the first and last day below. Where
// there is not room for all days it shows the last ones.
func Bars(t Theme, days []DayCount, w, h int) []string {
	if len(days) == 0 {
		return says(t, "no day to show yet", w, h)
	}
	most := 1
	for _, d := range days {
		most = max(most, d.Up, d.Down)
	}
	top := "+" + strconv.Itoa(most)
	gutter := Width(top) + 1
	cols, half := w-gutter, (h-2)/2
	if cols < leastPlotWidth || half < 1 {
		return says(t, "no room for the chart", w, h)
	}
	days = days[max(len(days)-cols, 0):]
	step := min(cols/len(days), 6)
	plot := canvas(cols, h-1)
	middle := h - 2 - half
	for x := range cols {
		plot[middle][x] = axis
	}
	for i, d := range days {
		for x := i * step; x < i*step+max(step-1, 1); x++ {
			for y := range length(d.Up, most, half) {
				plot[middle-1-y][x] = full
			}
			for y := range length(d.Down, most, half) {
				plot[middle+1+y][x] = light
			}
		}
	}
	labels := make([]string, h-1)
	labels[middle-half], labels[middle], labels[middle+half] = top, "0", "-"+strconv.Itoa(most)
	used := gutter + min(max(step*len(days), leastPlotWidth), cols)
	last := ""
	if len(days) > 1 {
		last = days[len(days)-1].Day
	}
	return append(framed(t, plot, labels, gutter), Fit(ends(t, days[0].Day, last, gutter, min(max(used, gutter+2*Width(days[0].Day)+1), w)), w))
}

// length returns how many of rows cells stand for n of most: one at least,
// unless n is 0.
func length[N int | int64](n, most N, rows int) int {
	if n <= 0 {
		return 0
	}
	return max(int(float64(n)/float64(most)*float64(rows)+0.5), 1)
}

// canvas returns rows of blanks.
func canvas(cols, rows int) [][]rune {
	plot := make([][]rune, rows)
	for y := range plot {
		plot[y] = slices.Repeat([]rune{' '}, cols)
	}
	return plot
}

// framed returns a plot with labels at its left.
func framed(t Theme, plot [][]rune, labels []string, gutter int) (lines []string) {
	inks := map[rune]Ink{full: t.Strong, light: t.Dim, axis: t.Dim, promised: t.Warn}
	for y, cells := range plot {
		var b strings.Builder
		b.WriteString(t.Dim.Paint(fitRight(labels[y], gutter-1)) + " ")
		for from := 0; from < len(cells); {
			to := from
			for to < len(cells) && cells[to] == cells[from] {
				to++
			}
			b.WriteString(inks[cells[from]].Paint(string(cells[from:to])))
			from = to
		}
		lines = append(lines, b.String())
	}
	return lines
}

// ends returns the line below a plot: what its first and its last column are.
func ends(t Theme, first, last string, gutter, w int) string {
	if first == last || Width(first)+1+Width(last) > w-gutter {
		return t.Dim.Paint(Fit(spaces(gutter)+first, w))
	}
	return t.Dim.Paint(spaces(gutter) + Spread(first, last, w-gutter))
}

// says returns h lines of w cells, the first of which says something.
func says(t Theme, what string, w, h int) (lines []string) {
	for range h {
		lines = append(lines, t.Dim.Paint(Fit(what, w)))
		what = ""
	}
	return lines
}
