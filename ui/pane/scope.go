package pane

import (
	"fmt"
	"slices"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// Regions shows where affected people live, how many, and how far their
// notification has come.
func Regions() *Pane {
	return &Pane{Name: "regions", table: table{
		title: func(*View) string { return "Regions" },
		empty: "no region is named yet",
		least: 4,
		fresh: func(v *View, i int) bool {
			r := v.Regions[i]
			return v.fresh(&r.Meta) || v.freshFigure(data.Cell(r.Ref+"/all"), data.People, r.People) ||
				slices.ContainsFunc(r.Counts, func(n *data.Notice) bool { return v.fresh(&n.Meta) })
		},
		ids: func(v *View) (ids []string) {
			for _, r := range v.Regions {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		columns: func(v *View, w int) []kit.Column {
			if v.counts() {
				return toldColumns(w)
			}
			cols := []kit.Column{{Width: 13}, {Title: "people"}, {Width: 13}, {Title: "notices"}}
			if !slices.ContainsFunc(v.Regions, func(r data.RegionRow) bool { return r.People == nil }) {
				cols[2].Width = 11 // no "notices begun" stands there: the ranges have the room
			}
			switch { // first the words of how sure it is, then notices, then both
			case w > 64:
				cols[2].Width, cols[3].Width = 20, 10
			case w > 56:
				cols[2].Width, cols[3].Width = 11, 10
			case w > 52:
				cols[2].Width = 20
			case w < 45:
				cols[2].Width = 11
			}
			kit.Flex(cols, 1, w)
			return cols
		},
		summary: func(v *View) string {
			known := 0
			for _, r := range v.Regions {
				if r.People != nil {
					known++
				}
			}
			summary := fmt.Sprintf("Regions: people known in %d of %d", known, len(v.Regions))
			if n := v.Notified(); n.Known() {
				summary += " " + v.Theme.Symbols.Dot + " " + NotifiedShort(n, v.Affected)
			}
			return summary
		},
		cells: regionCells,
	}}
}

func regionCells(v *View, i int, cols []kit.Column) []string {
	r := v.Regions[i]
	if v.counts() {
		return toldCells(v, r, cols)
	}
	notices := noticesWord(v.Theme, r.Notices)
	if r.People == nil {
		how := ""
		if cols[3].Width == 0 && r.Notices != "" {
			if how = "notices " + string(r.Notices); kit.Width(how) > cols[2].Width {
				how = notices
			}
		}
		return []string{r.Label, v.Theme.Dim.Paint(Unknown), how, notices}
	}
	return []string{r.Label, amountIn(r.People, cols[1].Width), v.Provenance(r.People, cols[2].Width), notices}
}

// counts reports whether anybody has counted how many were told.
func (v *View) counts() bool {
	return slices.ContainsFunc(v.Regions, func(r data.RegionRow) bool { return r.Told().Known() })
}

// toldColumns are the columns of the regions where notices are counted: first how many
// people, how sure and where from, then how many were told.
func toldColumns(w int) []kit.Column {
	cols := []kit.Column{{Width: 13}, {Title: "people"}, {Width: 11}, {Title: "notified"}, {Title: "share"}, {Title: "notices"}}
	if w > 57 {
		cols[3].Width = 10
	}
	if w > 67 {
		cols[4].Width = 9
	}
	if w > 76 {
		cols[2].Width = 20
	}
	if w > 88 {
		cols[5].Width = 11
	}
	kit.Flex(cols, 1, w)
	return cols
}

func toldCells(v *View, r data.RegionRow, cols []kit.Column) []string {
	t, n := v.Theme, r.Told()
	people, sure := t.Dim.Paint(Unknown), ""
	if r.People != nil {
		people, sure = amountIn(r.People, cols[1].Width), v.Provenance(r.People, cols[2].Width)
	}
	number, share := told(n), n.ShareWords(r.People)
	switch {
	case !n.Known():
		number = t.Dim.Paint(number)
	case r.Excess() != "":
		number, share = t.Bad.Paint(number), t.Bad.Paint(share)
	case data.LateWords(r.NoticesDue, v.Now, r.Notices == "complete") != "":
		number = t.Bad.Paint(number) // late by the promised date
	}
	return []string{r.Label, people, sure, number, share, noticesWord(t, r.Notices)}
}

func noticesWord(t kit.Theme, n data.Notices) string {
	switch n {
	case "":
		return t.Dim.Paint(Unknown)
	case "complete":
		return t.Good.Paint(t.Symbols.Check + " complete")
	}
	return strings.ReplaceAll(string(n), "-", " ")
}

// Categories shows which kinds of data were exposed, and for how many.
func Categories() *Pane {
	return &Pane{Name: "data", table: table{
		title: func(*View) string { return "Data" },
		empty: "no category is named yet",
		least: 6,
		fresh: func(v *View, i int) bool {
			c, cell := v.Data[i], data.Cell("all/"+v.Data[i].Ref)
			return v.fresh(&c.Meta) || v.freshFigure(cell, data.People, c.People) || v.freshFigure(cell, data.Records, c.Records)
		},
		ids: func(v *View) (ids []string) {
			for _, c := range v.Data {
				ids = append(ids, string(c.Ref))
			}
			return ids
		},
		columns: func(_ *View, w int) []kit.Column {
			cols := []kit.Column{{Width: 16}, {Title: "exposed", Width: 15}, {Title: "people"}, {Title: "records"}}
			if w > 50 {
				cols[2].Width, cols[3].Width = 8, 8
			}
			kit.Flex(cols, 1, w)
			if w > 64 {
				cols[1].Width = 16
				kit.Flex(cols, 2, w)
			}
			return cols
		},
		summary: func(v *View) string {
			exposed := 0
			for _, c := range v.Data {
				if c.Exposure != "" && c.Exposure != "ruled-out" {
					exposed++
				}
			}
			return fmt.Sprintf("Data: %d of %d categories exposed", exposed, len(v.Data))
		},
		cells: func(v *View, i int, _ []kit.Column) []string {
			c := v.Data[i]
			exposed := exposureWord(v.Theme, c.Exposure)
			people, records := figureWord(v.Theme, c.People), figureWord(v.Theme, c.Records)
			return []string{c.Label, exposed, people, records}
		},
	}}
}

func exposureWord(t kit.Theme, e data.Exposure) string {
	ink, sign, word := exposed(t, e)
	return ink.Paint(sign + " " + word)
}

// exposed returns how an exposure is painted, its symbol and its word.
func exposed(t kit.Theme, e data.Exposure) (ink kit.Ink, sign, word string) {
	switch e {
	case "":
		return t.Dim, t.Symbols.Query, Unknown
	case "confirmed":
		return t.Good, t.Symbols.Full, "confirmed"
	case "ruled-out":
		return t.Dim, t.Symbols.Cross, "ruled out"
	case "reported-in-some-cases":
		return t.Plain, t.Symbols.Empty, "in some cases"
	}
	return t.Plain, t.Symbols.Empty, string(e)
}

// figureWord returns a figure's number and the symbol of its standing.
func figureWord(t kit.Theme, c *data.Claim) string {
	if c == nil {
		return t.Dim.Paint(Unknown)
	}
	return short(c) + " " + standingSign(t, c.Standing)
}
