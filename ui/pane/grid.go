package pane

import (
	"slices"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// A Grid shows the figure of every region and category: categories as rows,
// regions as columns, and over and before them what was stated for all. It adds
// nothing up: a total is only what somebody has claimed.
type Grid struct {
	view       *View
	read       bool // figures were read; until then nothing is unknown
	figures    map[data.FigureKey]*data.Claim
	most       int64 // the largest number in the unit shown
	unit       data.Unit
	regions    []axis // the columns; the first is all regions
	categories []axis // the rows; the first is all categories
	told       bool   // below the rows is one of how many were told
	column     int    // of the cursor
	row        int
	width      int
	height     int
	shape      gridShape
}

// An axis is a row or a column: a region or a category, or all of them.
type axis struct {
	key, label string
	exposure   data.Exposure
}

// everything is the key of all regions and of all categories.
const everything = "all"

// NewGrid returns a grid of people, with the cursor on a cell.
func NewGrid(on data.Cell) *Grid {
	g := &Grid{unit: data.People}
	region, category, _ := strings.Cut(string(on), "/")
	g.regions, g.categories = []axis{{key: region}}, []axis{{key: category}}
	return g
}

// Set replaces what the grid stands on. The cursor stays on its cell.
func (g *Grid) Set(v *View) {
	g.view = v
	on, told := g.Selected().Cell, g.OnNotices()
	region, category, _ := strings.Cut(string(on), "/")
	g.regions = []axis{{key: everything, label: "All regions"}}
	for _, key := range data.RegionKeys {
		i := slices.IndexFunc(v.Regions, func(r data.RegionRow) bool { return string(r.Ref) == key })
		switch {
		case i >= 0:
			g.regions = append(g.regions, axis{key: key, label: v.Regions[i].Label})
		case g.has(func(r, _ string) bool { return r == key }):
			g.regions = append(g.regions, axis{key: key, label: key})
		}
	}
	g.categories = []axis{{key: everything, label: "All categories"}}
	for _, key := range data.CategoryKeys {
		i := slices.IndexFunc(v.Data, func(c data.CategoryRow) bool { return string(c.Ref) == key })
		switch {
		case i >= 0:
			g.categories = append(g.categories, axis{key: key, label: v.Data[i].Label, exposure: v.Data[i].Exposure})
		case g.has(func(_, c string) bool { return c == key }):
			g.categories = append(g.categories, axis{key: key, label: key})
		}
	}
	g.column, g.row = place(g.regions, region, g.column), place(g.categories, category, g.row)
	if g.told = g.unit == data.People && v.counts(); g.told && told {
		g.row = len(g.categories)
	}
	g.weigh()
	g.measure()
}

// has reports whether the grid has a figure about such a region and category.
func (g *Grid) has(is func(region, category string) bool) bool {
	for key := range g.figures {
		if region, category, _ := strings.Cut(string(key.Cell), "/"); is(region, category) {
			return true
		}
	}
	return false
}

// place returns where a key is, or the place nearest to where it was.
func place(axes []axis, key string, was int) int {
	if i := slices.IndexFunc(axes, func(a axis) bool { return a.key == key }); i >= 0 {
		return i
	}
	return min(was, len(axes)-1)
}

// SetFigures replaces the figures: the claim that stands for each that is known.
func (g *Grid) SetFigures(standing []*data.Claim) {
	g.read, g.figures = true, make(map[data.FigureKey]*data.Claim, len(standing))
	for _, c := range standing {
		g.figures[c.Key()] = c
	}
	g.Set(g.view)
}

// weigh finds the largest number in the unit shown.
func (g *Grid) weigh() {
	g.most = 0
	for key, c := range g.figures {
		if key.Unit == g.unit {
			g.most = max(g.most, weight(c))
		}
	}
}

// weight is the one number by which a figure is shaded: the best, else the least,
// else the most.
func weight(c *data.Claim) int64 {
	switch {
	case c.Best.Known:
		return c.Best.N
	case c.Low.Known:
		return c.Low.N
	}
	return c.High.N
}

// Shades are steps of three: the darkest has at least a third of the largest
// number, the next a ninth. A figure of nobody has none.
const shadeStep = 3

// shade returns how dark a number is drawn, from 1 to 4; 0 is not at all.
func (g *Grid) shade(n int64) int {
	if n <= 0 {
		return 0
	}
	for step := 4; step > 1; step-- {
		if n >= g.least(step) {
			return step
		}
	}
	return 1
}

// least returns the least number that is drawn in a shade.
func (g *Grid) least(shade int) int64 {
	n := g.most
	for ; shade <= 4; shade++ {
		n = (n + shadeStep - 1) / shadeStep
	}
	return max(n, 1)
}

// Other returns what the grid counts when it is switched.
func (g *Grid) Other() data.Unit {
	if g.unit == data.People {
		return data.Records
	}
	return data.People
}

// Switch turns from people to records, and back.
func (g *Grid) Switch() {
	g.unit = g.Other()
	g.Set(g.view)
}

// Move moves the cursor by rows and columns, as far as there are any.
func (g *Grid) Move(rows, columns int) {
	g.row = max(0, min(g.row+rows, g.Rows()-1))
	g.column = max(0, min(g.column+columns, len(g.regions)-1))
}

// Rows returns how many rows there are.
func (g *Grid) Rows() int { return len(g.categories) + g.toldRows() }

// Selected returns the figure under the cursor, known or not; in the row of how many
// were told, that of all people of the region.
func (g *Grid) Selected() data.FigureKey { return g.key(g.row, g.column) }

func (g *Grid) key(row, column int) data.FigureKey {
	category := everything
	if row < len(g.categories) {
		category = g.categories[row].key
	}
	return data.FigureKey{Cell: data.Cell(g.regions[column].key + "/" + category), Unit: g.unit}
}

// Figure returns the claim that stands for the cell under the cursor, or nil.
func (g *Grid) Figure() *data.Claim { return g.figures[g.Selected()] }

// Crossed says that there are more people than records in a cell, or "".
func (g *Grid) Crossed(cell data.Cell) string {
	return data.MorePeople(g.figures[data.FigureKey{Cell: cell, Unit: data.People}], g.figures[data.FigureKey{Cell: cell, Unit: data.Records}])
}

// sum returns what the regions add up to in a cell of all regions, where nobody has
// stated a number and each region has one; see [data.RegionSum].
func (g *Grid) sum(key data.FigureKey) (data.Amount, bool) {
	region, category, _ := strings.Cut(string(key.Cell), "/")
	if !g.read || region != everything || key.Unit != data.People || g.figures[key] != nil {
		return data.Amount{}, false
	}
	return data.RegionSum(category, func(k data.FigureKey) *data.Claim { return g.figures[k] })
}

// SumWords says what the regions add up to in a cell, or "".
func (g *Grid) SumWords(key data.FigureKey) string {
	sum, ok := g.sum(key)
	if !ok {
		return ""
	}
	return "the regions add up to at most " + data.Digits(sum.High.N) + " people: a person may live in two"
}

// sums reports whether a sum is shown.
func (g *Grid) sums() bool {
	for row := range g.categories {
		if _, ok := g.sum(g.key(row, 0)); ok {
			return true
		}
	}
	return false
}

// Read reports whether the grid knows its figures.
func (g *Grid) Read() bool { return g.read }

// Empty reports whether there is nothing to show: no region and no category is
// named, and nobody has stated a number.
func (g *Grid) Empty() bool {
	return len(g.regions) == 1 && len(g.categories) == 1 && len(g.figures) == 0
}

// Known returns how many figures of the unit shown are known.
func (g *Grid) Known() (n int) {
	for key := range g.figures {
		if key.Unit == g.unit {
			n++
		}
	}
	return n
}

// exposed says in words whether data of a category were exposed.
func (a axis) exposed(t kit.Theme) string {
	if a.key == everything {
		return ""
	}
	return exposureWord(t, a.exposure)
}
