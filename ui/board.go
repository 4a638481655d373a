package ui

import (
	"slices"
	"strconv"
	"strings"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// Sizes at which the board changes its shape.
const (
	leastWidth, leastHeight = 60, 16
	largeWidth, largeHeight = 120, 30
	threeColumns            = 180
	pairWidth               = 76
	headerHeight            = 3
	footerHeight            = 1
)

// A board is the panes and where they are.
type board struct {
	regions, data, streams, actions, questions, risks, activity, briefing, trends *pane.Pane

	view    *pane.View
	shown   []*pane.Pane // in the order of their digits
	columns []column     // what stands beside what, from the left
	bands   []column     // of the small board: the pair at its top, then the rest
	focus   *pane.Pane
}

// A column is panes under each other.
type column struct {
	panes []*pane.Pane
	width int
}

func newBoard() board {
	b := board{regions: pane.Regions(), data: pane.Categories(), streams: pane.Streams(), actions: pane.Actions(),
		questions: pane.Questions(), risks: pane.Risks(), activity: pane.Activity(), briefing: pane.Briefing(), trends: pane.Trends()}
	b.focus = b.actions
	return b
}

func (b *board) all() []*pane.Pane {
	return []*pane.Pane{b.regions, b.data, b.streams, b.actions, b.questions, b.activity, b.briefing, b.risks, b.trends}
}

// set replaces what all panes show.
func (b *board) set(v *pane.View) {
	b.view = v
	for _, p := range b.all() {
		top := p != b.focus && b.atTop(p)
		p.Set(v)
		if top { // nobody reads here: what is new comes into sight
			p.List().Move(-p.List().Len())
		}
	}
}

// atTop reports whether the cursor of p is on the first row there is.
func (b *board) atTop(p *pane.Pane) bool {
	return p.List().Index() == 0 && (p != b.actions || b.view == nil || b.view.Open.Offset == 0)
}

// layout gives each pane its place in w by h cells. It is the only place that
// does arithmetic on sizes.
func (b *board) layout(w, h int) {
	b.shown, b.columns, b.bands = nil, nil, nil
	total := h + headerHeight + footerHeight
	switch {
	case w < leastWidth || total < leastHeight:
		return
	case w >= threeColumns && total >= largeHeight:
		left := w * 28 / 100
		right := (w - left - 2*gap) * 44 / 100
		b.columns = []column{
			{[]*pane.Pane{b.regions, b.data, b.questions}, left},
			{[]*pane.Pane{b.streams, b.actions}, w - left - right - 2*gap},
			{nil, right},
		}
		b.fill(h, b.activity, b.briefing, b.risks)
		b.spare(h, b.trends)
	case w >= largeWidth && total >= largeHeight:
		left := max(53, w*37/100)
		b.columns = []column{
			{[]*pane.Pane{b.regions, b.data, b.questions}, left},
			{[]*pane.Pane{b.streams, b.actions}, w - left - gap},
		}
		b.fill(h, b.activity, b.briefing, b.risks)
	case w >= pairWidth:
		b.pair(w, h)
	default:
		b.columns = []column{{[]*pane.Pane{b.regions, b.data, b.streams, b.actions, b.last()}, w}}
	}
	for _, c := range b.columns {
		stack(c.panes, c.width, h, b.focus)
	}
	b.order()
	if !slices.Contains(b.shown, b.focus) { // its pane has no place here
		b.focus = b.actions
		b.layout(w, h)
	}
}

// fill puts each pane that has something to show under the column with the most
// room left for it, so that the screen is full of data.
func (b *board) fill(h int, panes ...*pane.Pane) {
	for _, p := range panes {
		if p.Empty() {
			continue
		}
		best, most := 0, -1
		for i, c := range b.columns {
			room := h
			for _, q := range c.panes {
				room -= q.Want()
			}
			if area := max(room, 0) * c.width; area > most {
				best, most = i, area
			}
		}
		b.columns[best].panes = append(b.columns[best].panes, p)
	}
}

// spare puts a pane under the column that has the most lines to spare, if there are
// as many as it wants.
func (b *board) spare(h int, p *pane.Pane) {
	if p.Empty() {
		return
	}
	best, most := 0, 0
	for i, c := range b.columns {
		room := h
		for _, q := range c.panes {
			room -= q.Want()
		}
		if room > most {
			best, most = i, room
		}
	}
	if most >= p.Want() {
		b.columns[best].panes = append(b.columns[best].panes, p)
	}
}

// gap is how many cells are between columns.
const gap = 1

// last is the pane that is worth most of those for which a small screen has one
// place: activity if there is any, else open questions.
func (b *board) last() *pane.Pane {
	if b.activity.Empty() || b.focus == b.questions {
		return b.questions
	}
	return b.activity
}

// pair lays out the board in one column, with regions and data side by side.
func (b *board) pair(w, h int) {
	left := max(46, (w-gap)*47/100) // regions need 46 cells for a figure with its range
	beside := column{[]*pane.Pane{b.regions, b.data}, left}
	rest := column{[]*pane.Pane{b.streams, b.actions, b.last()}, w}
	top := max(b.regions.Want(), b.data.Want())
	need := 0
	for _, p := range rest.panes {
		need += p.Least()
	}
	if b.focus == b.regions || b.focus == b.data {
		need = len(rest.panes)
	}
	top = max(min(top, h-need), 1)
	b.regions.SetSize(left, top)
	b.data.SetSize(w-gap-left, top)
	stack(rest.panes, w, h-top, b.focus)
	b.bands = []column{beside, rest}
}

// stack divides h lines among panes. Each has its title; the pane in focus
// comes first, then each gets what it needs to be of use, then what it wants,
// and what is left goes to the last.
func stack(panes []*pane.Pane, w, h int, focus *pane.Pane) {
	height := make([]int, len(panes))
	left := h
	grow := func(i, to int) {
		n := min(max(to-height[i], 0), left)
		height[i] += n
		left -= n
	}
	for i := range panes {
		grow(i, 1)
	}
	for i, p := range panes {
		if p == focus {
			grow(i, p.Least())
		}
	}
	for i, p := range panes {
		grow(i, p.Least())
	}
	for i, p := range panes {
		grow(i, p.Want())
	}
	if n := len(panes); n > 0 {
		height[n-1] += left
	}
	for i, p := range panes {
		p.SetSize(w, height[i])
	}
}

// order says which panes are on the screen, in the order of their digits.
func (b *board) order() {
	b.shown = nil
	on := map[*pane.Pane]bool{}
	for _, c := range append(b.columns, b.bands...) {
		for _, p := range c.panes {
			on[p] = true
		}
	}
	for _, p := range b.all() {
		if on[p] {
			b.shown = append(b.shown, p)
		}
	}
}

// digit returns the digit that goes to a pane.
func (b *board) digit(p *pane.Pane) string {
	for i, q := range b.shown {
		if p == q {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// lines appends the board's lines.
func (b *board) lines(lines []string) []string {
	if len(b.bands) > 0 {
		pair, rest := b.bands[0], b.bands[1]
		left := b.draw(column{pair.panes[:1], pair.width}, nil)
		right := b.draw(column{pair.panes[1:], 0}, nil)
		lines = beside(lines, left, right)
		return b.draw(rest, lines)
	}
	if len(b.columns) == 0 {
		return lines
	}
	sides := make([][]string, 0, len(b.columns))
	for _, c := range b.columns {
		sides = append(sides, b.draw(c, nil))
	}
	return beside(lines, sides...)
}

func (b *board) draw(c column, lines []string) []string {
	for _, p := range c.panes {
		lines = p.Lines(lines, b.digit(p), p == b.focus)
	}
	return lines
}

// beside appends to lines each line of the first column with those of the others
// at its side.
func beside(lines []string, columns ...[]string) []string {
	parts := make([]string, len(columns))
	for i := range columns[0] {
		for j, c := range columns {
			if parts[j] = ""; i < len(c) {
				parts[j] = c[i]
			}
		}
		lines = append(lines, strings.Join(parts, kit.Fit("", gap)))
	}
	return lines
}
