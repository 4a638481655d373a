package pane

import (
	"slices"
	"strconv"

	"warroom/data"
	"warroom/ui/kit"
)

// A gridShape is how a grid is drawn in the room it has.
type gridShape struct {
	label    int // cells of the first column, without the margin before it
	exposure int // cells of the column of exposures; 0 leaves it out
	cell     int // cells of a region's column, with the gap after it
	tall     int // lines of a row
	head     int // lines of the names of regions
	legend   int // lines of the legend
}

const (
	labelCells    = 16 // "Transaction data"
	exposureCells = 15 // "○ in some cases"
	cellCells     = 11 // "▓>~21.2k ◐" and a gap
	leastCell     = 10
	leastSigned   = 14 // cells of a label with a sign before it
	mostCell      = 34
	mostTall      = 6
)

// SetSize says how large the grid is, its rule and its legend included.
func (g *Grid) SetSize(w, h int) {
	g.width, g.height = w, h
	if g.view != nil {
		g.measure()
	}
}

// Height returns how many lines the grid takes.
func (g *Grid) Height() int { return g.height }

// Want returns the height at which each row has so many lines.
func (g *Grid) Want(tall int) int {
	return 1 + g.shape.head + tall*len(g.categories) + g.toldRows() + g.legendLines()
}

// legendLines is how many lines the legend takes: where nothing is known there
// is little to explain.
func (g *Grid) legendLines() int {
	if g.read && g.Known() == 0 {
		return 1
	}
	return 2
}

// measure finds out how the grid fits in its room.
func (g *Grid) measure() {
	s, n, rows := gridShape{tall: 1, head: 2}, len(g.regions), len(g.categories)
	room := g.height - 1 - rows - g.toldRows()
	s.legend = max(min(room-2, g.legendLines()), 0)
	if room = g.height - 3 - s.legend - g.toldRows(); room >= 2*rows && g.width >= 1+labelCells+1+n*leastCell {
		s.tall = min(room/rows, mostTall)
	}
	switch with := labelCells + 1 + exposureCells + 1; {
	case s.tall > 1: // the exposure is under the label
		s.label = labelCells + 1
	case (g.width-1-with)/n >= cellCells:
		s.label, s.exposure = labelCells+1, exposureCells+1
	default: // its sign is before the label
		s.label = min(labelCells+3, max(g.width-1-n*leastCell, 9))
	}
	s.cell = min((g.width-1-s.label-s.exposure)/n, mostCell)
	g.shape = s
}

// Lines appends the grid's lines, each exactly as wide as the grid, and exactly
// as many as it is high.
func (g *Grid) Lines(lines []string) []string {
	if g.height <= 0 {
		return lines
	}
	t, end := g.view.Theme, len(lines)+g.height
	lines = append(lines, kit.Rule(t, g.title(), true, nil, 0, g.width))
	if g.Empty() && g.read {
		for _, part := range kit.Wrap("no region and no category is named yet, and nobody has stated a number", g.width-1) {
			lines = append(lines, kit.Fit(" "+t.Dim.Paint(part), g.width))
		}
	} else {
		lines = g.heads(lines)
		for i := range g.categories {
			lines = g.rowLines(lines, i)
		}
		if g.told && g.read {
			lines = append(lines, g.toldLine())
		}
		if g.read {
			lines = append(lines, g.legend()...)
		}
	}
	for len(lines) < end {
		lines = append(lines, kit.Fit("", g.width))
	}
	return lines[:end]
}

func (g *Grid) title() string {
	title := "Scope in " + string(g.unit)
	if !g.read {
		return title
	}
	dot := " " + g.view.Theme.Symbols.Dot + " "
	title += dot + strconv.Itoa(g.Known()) + " of " + Plural(len(g.regions)*len(g.categories), "figure", "figures") + " known"
	if g.OnNotices() {
		return title
	}
	if a := g.categories[g.row]; g.shape.tall == 1 && g.shape.exposure == 0 && a.key != everything {
		_, _, word := exposed(g.view.Theme, a.exposure)
		title += dot + kit.Cut(a.label, labelCells) + ": " + word
	}
	return title
}

// heads appends the names of the regions; that of the cursor stands out.
func (g *Grid) heads(lines []string) []string {
	t, s := g.view.Theme, g.shape
	names := make([][]string, len(g.regions))
	indent := 2 // over the numbers, where there is room for that
	if s.cell <= cellCells {
		indent = 0
	}
	for i, r := range g.regions {
		names[i] = kit.Wrap(data.Line(r.label), s.cell-indent-1)
	}
	for l := range s.head {
		line := kit.Fit("", 1+s.label+s.exposure)
		for i, parts := range names {
			part, at := "", l-max(s.head-len(parts), 0) // the last line of each is on the same line
			if at >= 0 && at < len(parts) {
				part = parts[at]
			}
			if l == s.head-1 && len(parts) > s.head {
				part += t.Symbols.More
			}
			ink := t.Plain
			if i == g.column {
				ink = t.Strong
			}
			line += kit.Fit(kit.Fit("", indent)+ink.Paint(kit.Cut(part, s.cell-indent-1)), s.cell)
		}
		lines = append(lines, kit.Fit(line, g.width))
	}
	return lines
}

// rowLines appends the lines of a row.
func (g *Grid) rowLines(lines []string, row int) []string {
	t, s, a := g.view.Theme, g.shape, g.categories[row]
	ink := t.Plain
	if row == g.row {
		ink = t.Strong
	}
	cells := make([][]string, len(g.regions))
	for i := range g.regions {
		cells[i] = g.cell(row, i)
	}
	for l := range s.tall {
		line := kit.Fit("", s.label)
		switch {
		case l == 0:
			line = kit.Fit(g.sign(a)+ink.Paint(a.label), s.label-1) + " " + kit.Fit(a.exposed(t), s.exposure)
		case l == 1:
			line = kit.Fit(a.exposed(t), s.label)
		}
		for _, c := range cells {
			part := ""
			if l < len(c) {
				part = c[l]
			}
			line += kit.Fit(kit.Cut(part, s.cell-1), s.cell)
		}
		lines = append(lines, kit.Fit(" "+line, g.width))
	}
	return lines
}

// sign is how a category was exposed, where there is no room for the word.
func (g *Grid) sign(a axis) string {
	if g.shape.tall > 1 || g.shape.exposure > 0 || g.shape.label < leastSigned {
		return ""
	}
	if a.key == everything {
		return "  "
	}
	ink, sign, _ := exposed(g.view.Theme, a.exposure)
	return ink.Paint(sign) + " "
}

// cell returns the lines of a cell: its shade, the cursor and the number, then
// what else there is room for.
func (g *Grid) cell(row, column int) []string {
	t, room := g.view.Theme, g.shape.cell-3 // the shade, the cursor and the gap
	key := g.key(row, column)
	c, text := g.figures[key], ""
	sum, summed := g.sum(key)
	mark := g.view.markOf(g.view.freshFigure(key.Cell, key.Unit, c), row == g.row && column == g.column)
	switch {
	case !g.read:
		return []string{"  " + t.Dim.Paint(t.Symbols.More)}
	case c == nil && summed:
		text = "≤" + Round(sum.High.N)
	case c == nil:
		text = Unknown
		if room < len(Unknown) {
			text = t.Symbols.Query
		}
	case g.shape.tall == 1:
		text = amountIn(c, room-2)
	default:
		text = short(c)
	}
	sign := ""
	if c != nil {
		if sign = standingSign(t, c.Standing); kit.Width(text)+2 <= room {
			sign = " " + sign
		}
	}
	if row == g.row && column == g.column {
		text = t.Cursor.Paint(text)
	} else if c == nil {
		text = t.Dim.Paint(text)
	}
	if summed {
		return []string{" " + mark + text + " +", "  " + t.Dim.Paint("sum, at most")}
	}
	if c == nil {
		return []string{" " + mark + text}
	}
	strip := g.strip(g.shade(weight(c)))
	lines := []string{strip + mark + text + sign}
	for _, more := range g.more(c, room) {
		lines = append(lines, strip+" "+more)
	}
	return lines
}

// strip is the shade of a number, darker with every step. It reads without
// colour: the sign carries it.
func (g *Grid) strip(shade int) string {
	t := g.view.Theme
	switch shade {
	case 0:
		return " "
	case 1:
		return t.Dim.Paint(t.Symbols.Few)
	case 2:
		return t.Plain.Paint(t.Symbols.Some)
	case 3:
		return t.Warn.Paint(t.Symbols.Many)
	}
	return t.Warn.Paint(t.Symbols.Most)
}

// more returns what stands under the number of a cell, as far as there is room:
// its range, its standing, its age, and which claim it is.
func (g *Grid) more(c *data.Claim, room int) []string {
	n := g.shape.tall - 1
	if g.shape.tall > 2 {
		n-- // a line between rows
	}
	t := g.view.Theme
	asOf := t.Dim.Paint("as of " + Unknown)
	if c.AsOf.Known() {
		asOf = "as of " + g.view.age(c.AsOf.At)
	}
	if c.OldWords(g.view.Now) != "" && c.AsOf.Known() {
		asOf = t.Warn.Paint("old: " + g.view.age(c.AsOf.At))
	}
	from := string(c.Ref)
	if c.Source != "" {
		from += ", " + string(c.Source)
	}
	lines := []string{t.Dim.Paint(spread(c, room)), asOf, t.Dim.Paint(from)}
	if word := StandingWord(t, c.Standing); kit.Width(word) <= room {
		lines = slices.Insert(lines, 1, word)
	}
	for i := range lines {
		if kit.Width(lines[i]) > room { // a part of it would be something else
			lines[i] = ""
		}
	}
	return lines[:min(n, len(lines))]
}

// spread returns the range of a claim in words of few cells.
func spread(c *data.Claim, room int) string {
	low, high := c.Low, c.High
	switch {
	case low.Known && low == high:
		if all := "exactly " + data.Digits(low.N); kit.Width(all) <= room {
			return all
		}
		return "exactly"
	case low.Known && high.Known:
		if both := Round(low.N) + "–" + Round(high.N); kit.Width(both) <= room {
			return both
		}
		return "≥" + Round(low.N)
	case low.Known && c.Best.Known:
		return "≥" + Round(low.N)
	case high.Known && c.Best.Known:
		return "≤" + Round(high.N)
	case low.Known:
		return "or more"
	case high.Known:
		return "or less"
	}
	return "no range"
}

// legend says what the signs mean, as far as there is room: first the shades.
func (g *Grid) legend() []string {
	t := g.view.Theme
	var shades []string
	last := int64(-1)
	for step := 4; step > 1 && g.most > 0; step-- {
		if n := g.least(step); n != last {
			shades = append(shades, g.strip(step)+" from "+Round(n))
			last = n
		}
	}
	if last > 1 {
		shades = append(shades, g.strip(1)+" fewer "+string(g.unit))
	}
	shades = append(shades, Unknown+" is not 0")
	signs := []string{
		t.Good.Paint(t.Symbols.Full) + " confirmed", t.Symbols.Half + " estimated", t.Symbols.Empty + " reported",
		t.Symbols.Query + " claimed or unknown", "nothing added up",
	}
	if g.sums() {
		signs = slices.Insert(signs[:len(signs)-1], 0, "+ regions added up")
	}
	lines := []string{together(shades, g.width-1), together(signs, g.width-1)}
	for i := range lines {
		lines[i] = kit.Fit(" "+lines[i], g.width)
	}
	return lines[:g.shape.legend]
}

// together joins as many parts as have room in w cells.
func together(parts []string, w int) string {
	line := ""
	for _, p := range parts {
		next := p
		if line != "" {
			next = line + "   " + p
		}
		if kit.Width(next) > w {
			break
		}
		line = next
	}
	return line
}
