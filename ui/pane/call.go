package pane

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// A Call is what call mode shows, beside what the view has: a few things, on a
// screen that others see too.
type Call struct {
	Open    []*data.Action // the first of the open actions, worst first; asks may be among them
	Latest  []data.Entity  // what people wrote down last, without private notes
	Seconds bool           // asks that are due within the hour count down by the second
}

// A callPart is one part of the screen: a word at the left, and rows beside it.
type callPart struct {
	label string
	cols  []kit.Column
	flex  int // the column that takes what room is left, and is broken into lines
	rows  [][]string
	least int // how many rows come before the room between parts; 0: it has what all others leave
	empty string
}

// Sizes of call mode.
const (
	callNarrow = 76  // below, everything is short
	callRoomy  = 110 // from here on there are more columns
	callPair   = 170 // from here on the parts stand in two columns
	callTall   = 4   // how many lines a text may take
)

// Lines draws call mode, exactly h lines of w cells.
func (c Call) Lines(v *View, w, h int) []string {
	if w < callPair {
		return drawParts(v, append(c.now(v, w), c.known(v, w)...), w, h)
	}
	half := (w - 2) / 2
	left, right := drawParts(v, c.now(v, half), half, h), drawParts(v, c.known(v, half), w-2-half, h)
	for i := range left {
		left[i] += "  " + right[i]
	}
	return left
}

// now is what somebody waits for.
func (c Call) now(v *View, w int) []callPart {
	return []callPart{c.late(v, w), c.asks(v, w), c.open(v, w)}
}

// known is what there is to say.
func (c Call) known(v *View, w int) []callPart {
	return []callPart{people(v, w), update(v, w), c.latest(v, w)}
}

// late is what is late, but for asks, which stand by themselves.
func (c Call) late(v *View, w int) callPart {
	p := callPart{flex: 1, least: 2, empty: "nothing is late",
		cols: []kit.Column{{Width: 5}, {}, {Width: 9}, {Width: 11, Right: true}}}
	if w >= callNarrow {
		p.cols[2].Width = 12
	}
	n := max(v.Actions.Overdue-v.LateAsks, 0)
	for _, a := range c.Open {
		if a.Type == data.Ask || !a.Overdue(v.Now) {
			continue
		}
		p.rows = append(p.rows, []string{string(a.Ref), a.Title, v.owner(a), v.Theme.Bad.Paint(data.Span(v.Now.Sub(a.Due.End())) + " LATE")})
	}
	p.label = numbered("LATE", max(n, len(p.rows)))
	return p
}

func (v *View) owner(a *data.Action) string {
	if a.Owner == "" {
		return v.Theme.Dim.Paint("unassigned")
	}
	return a.Owner
}

// open is what is to be done besides, due first, for a screen with room for it.
func (c Call) open(v *View, w int) callPart {
	p := c.late(v, w)
	p.label, p.least, p.rows, p.empty = "OPEN", 0, nil, ""
	for _, a := range c.Open {
		if a.Type != data.Ask && !a.Overdue(v.Now) {
			p.rows = append(p.rows, []string{string(a.Ref), a.Title, v.owner(a), v.due(a)})
		}
	}
	return p
}

// asks is the open asks, with how much time is left.
func (c Call) asks(v *View, w int) callPart {
	p := callPart{label: numbered("ASKS", v.OpenAsks), flex: 2, least: 2, empty: "no ask is open",
		cols: []kit.Column{{Width: 5}, {Width: 12}, {}, {Width: 0}, {Width: 12, Right: true}}}
	switch {
	case w >= callRoomy:
		p.cols[1].Width, p.cols[3].Width = 26, v.clockWidth()
	case w >= callPair/2:
		p.cols[1].Width = 26
	case w >= callNarrow:
		p.cols[1].Width = 18
	}
	for _, a := range v.Asks {
		due := ""
		if a.Due.Known() {
			due = v.Theme.Dim.Paint(v.clock(a.Due.End()))
		}
		p.rows = append(p.rows, []string{string(a.Ref), v.Theme.Strong.Paint(kit.Cut(orUnknown(a.To), p.cols[1].Width)), a.Title, due, c.left(v, a)})
	}
	return p
}

// left says how much time an ask has left: by the second under an hour, loud once
// it is due.
func (c Call) left(v *View, a *data.Action) string {
	if !a.Due.Known() {
		return v.Theme.Dim.Paint("no due")
	}
	switch left := a.Due.End().Sub(v.Now); {
	case left <= 0:
		return v.Theme.Alarm.Paint(" DUE " + span(left) + " ")
	case left < time.Hour && c.Seconds:
		s := int(left.Round(time.Second) / time.Second)
		return v.Theme.Warn.Paint(fmt.Sprintf("in %d:%02d", s/60, s%60))
	case left < time.Hour:
		return v.Theme.Warn.Paint("in " + data.Span(left))
	default:
		return "in " + data.Span(left)
	}
}

// people is how many are affected, in all and by region.
func people(v *View, w int) callPart {
	p := callPart{label: "PEOPLE", flex: 1, least: 9, cols: []kit.Column{{Width: 14}, {}, {Width: 12}, {Width: 4}, {Width: 8, Right: true}}}
	switch {
	case w >= callRoomy || w >= callPair/2-1 && w < callNarrow+20:
		p.cols[3].Width = 14
	case w < callNarrow:
		p.cols[0].Width, p.cols[2].Width, p.cols[3].Width, p.cols[4].Width = 9, 11, 4, 4
	}
	all, what := v.Affected, "everybody"
	if all == nil && v.AtLeast != nil {
		all, what = v.AtLeast, string(v.AtLeast.Cell)
	}
	p.rows = append(p.rows, v.figureRow(p.cols, v.Theme.Strong.Paint(what), all))
	for _, r := range v.Regions {
		p.rows = append(p.rows, v.figureRow(p.cols, r.Label, r.People))
	}
	return p
}

// figureRow is a figure with all that must stand beside a number.
func (v *View) figureRow(cols []kit.Column, what string, c *data.Claim) []string {
	if c == nil {
		return []string{what, v.Theme.Dim.Paint(Unknown)}
	}
	source, age := string(cmp.Or(c.Source, "S-?")), span(c.Age(v.Now))
	if cols[3].Width >= 14 {
		source = "source " + cmp.Or(string(c.Source), Unknown)
	}
	if cols[4].Width >= 8 {
		age += " old"
	}
	amount := Amount(c)
	if cols[0].Width > 9 { // else the label of the part says it
		amount += " " + string(c.Unit)
	}
	return []string{what, amount, StandingWord(v.Theme, c.Standing), v.Theme.Dim.Paint(source), v.Theme.Dim.Paint(age)}
}

// update is when everybody is to hear more.
func update(v *View, _ int) callPart {
	p := callPart{label: "UPDATE", least: 1, cols: []kit.Column{{}}}
	due := v.Incident.NextUpdateDue
	switch left := due.End().Sub(v.Now); {
	case !due.Known():
		p.rows = [][]string{{v.Theme.Dim.Paint("next one unknown: nobody has said when")}}
	case left <= 0:
		p.rows = [][]string{{v.Theme.Bad.Paint("next one "+data.Span(left)+" LATE") + ", was due " + v.When(due)}}
	default:
		p.rows = [][]string{{"next one in " + data.Span(left) + ", " + v.When(due)}}
	}
	return p
}

// latest is what people wrote down last.
func (c Call) latest(v *View, w int) callPart {
	p := callPart{label: "LATEST", flex: 2, least: 5, empty: "nobody has written anything down yet; the line below does",
		cols: []kit.Column{{Width: 5}, {Width: 0}, {}, {Width: 8}, {Width: 4, Right: true}}}
	if w >= callNarrow {
		p.cols[3].Width = 12
	}
	if w >= callRoomy {
		p.cols[1].Width = 9
	}
	if v.Times != Relative {
		p.cols[4].Width = v.clockWidth()
	}
	for _, e := range c.Latest {
		i := e.Info()
		p.rows = append(p.rows, []string{string(i.Ref), v.Theme.Dim.Paint(string(e.Kind())), data.FirstLine(e.Name()), data.Line(string(i.MadeBy)), v.Theme.Dim.Paint(v.age(i.MadeAt))})
	}
	return p
}

func numbered(label string, n int) string {
	if n == 0 {
		return label
	}
	return fmt.Sprintf("%s %d", label, n)
}

// A callPlan is how the lines of a column are given to its parts.
type callPlan struct {
	shown  []int // rows, by part
	asking int   // how many parts ask for rows
	gaps   int   // how many of these, from the last on, have room before them
	spaced bool  // rows have room between them
	wide   bool  // and parts twice as much
	tall   int   // how many lines a text may take
	left   int
}

// plan gives h lines to parts: first the rows that matter most, then room between
// the parts, all rows, room between them, texts that take more than a line. What
// then is left goes to the parts that ask for nothing.
func plan(parts []callPart, h int) callPlan {
	f := callPlan{shown: make([]int, len(parts)), left: h, tall: 1}
	give := func(i, n int) {
		n = min(max(n-f.shown[i], 0), f.left)
		f.shown[i] += n
		f.left -= n
	}
	between := 0
	for i, p := range parts {
		give(i, min(p.least, 1))
		f.asking += min(p.least, 1)
	}
	for i, p := range parts {
		give(i, min(p.least, len(p.rows)))
	}
	f.gaps = min(f.left, f.asking-1)
	f.left -= f.gaps
	for i, p := range parts {
		if p.least > 0 {
			give(i, len(p.rows))
			between += max(f.shown[i]-1, 0)
		}
	}
	if f.spaced = f.left >= between; f.spaced {
		f.left -= between
		if f.wide = f.left >= f.gaps; f.wide {
			f.left -= f.gaps
		}
	}
	one, more := tallness(parts, f.shown, 1), 0
	for t := 2; t <= callTall; t++ {
		if n := tallness(parts, f.shown, t) - one; n <= f.left {
			f.tall, more = t, n
		}
	}
	f.left -= more
	for i, p := range parts {
		if p.least > 0 {
			continue
		}
		for f.shown[i] < len(p.rows) {
			need := 1
			if f.spaced || f.shown[i] == 0 {
				need++
			}
			if f.wide && f.shown[i] == 0 {
				need++
			}
			if f.left < need {
				break
			}
			f.left -= need
			f.shown[i]++
		}
	}
	return f
}

// drawParts draws parts under each other, in exactly h lines of w cells.
func drawParts(v *View, parts []callPart, w, h int) []string {
	gutter := 11
	if w < callNarrow {
		gutter = 8
	}
	for i := range parts {
		p := &parts[i]
		if len(p.rows) == 0 && p.least > 0 {
			p.rows, p.cols, p.flex = [][]string{{v.Theme.Dim.Paint(p.empty)}}, []kit.Column{{}}, 0
		}
		kit.Flex(p.cols, p.flex, w-gutter-1)
	}
	f := plan(parts, h)
	var lines []string
	asked := 0
	for i, p := range parts {
		tall, label := f.tall, v.Theme.Strong.Paint(kit.Cut(p.label, gutter-1))
		apart := f.shown[i] > 0
		if p.least == 0 {
			tall = 1
		} else {
			asked++
			apart = asked > f.asking-f.gaps
		}
		if apart {
			if lines = append(lines, ""); f.wide {
				lines = append(lines, "")
			}
		}
		for j, row := range p.rows[:f.shown[i]] {
			if f.spaced && j > 0 {
				lines = append(lines, "")
			}
			for _, l := range p.block(v, row, tall) {
				lines = append(lines, " "+kit.Fit(label, gutter)+l)
				label = ""
			}
		}
	}
	lines = append(lines, make([]string, max(h-len(lines), 0))...)[:h]
	for i := range lines {
		lines[i] = kit.Fit(lines[i], w)
	}
	return lines
}

// tallness is how many lines the rows shown take, if a text may take so many.
func tallness(parts []callPart, shown []int, tall int) (n int) {
	for i, p := range parts {
		for _, row := range p.rows[:shown[i]] {
			n += min(len(p.wrapped(row)), tall)
		}
	}
	return n
}

// wrapped is the text of a row, broken into lines.
func (p callPart) wrapped(row []string) []string {
	if p.flex >= len(row) {
		return []string{""}
	}
	if strings.Contains(row[p.flex], "\x1b") { // painted: it is short
		return row[p.flex : p.flex+1]
	}
	return kit.Wrap(data.Line(row[p.flex]), max(p.cols[p.flex].Width, 1))
}

// block draws a row in at most so many lines.
func (p callPart) block(v *View, row []string, tall int) []string {
	lines := p.wrapped(row)
	if len(lines) > tall {
		lines = lines[:tall:tall]
		lines[tall-1] = kit.Cut(data.Line(row[p.flex]), p.cols[p.flex].Width)
		if tall > 1 {
			lines[tall-1] = kit.Cut(p.wrapped(row)[tall-1]+" "+v.Theme.Symbols.More, p.cols[p.flex].Width)
		}
	}
	all := make([]string, len(lines))
	cells := append([]string{}, row...)
	for i, text := range lines {
		if p.flex < len(cells) {
			cells[p.flex] = text
		}
		all[i] = kit.Row(p.cols, cells...)
		cells = make([]string, len(row))
	}
	return all
}
