package pane

import (
	"warroom/data"
	"warroom/ui/kit"
)

// toldRows is how many rows say how many were told.
func (g *Grid) toldRows() int {
	if g.told {
		return 1
	}
	return 0
}

// OnNotices reports whether the cursor is in the row of how many were told.
func (g *Grid) OnNotices() bool { return g.told && g.row == len(g.categories) }

// Region returns the region that the cursor is in the column of, "" for all.
func (g *Grid) Region() data.Ref {
	if key := g.regions[g.column].key; key != everything {
		return data.Ref(key)
	}
	return ""
}

// toldLine says of each region how many were told.
func (g *Grid) toldLine() string {
	t, s := g.view.Theme, g.shape
	ink := t.Plain
	if g.OnNotices() {
		ink = t.Strong
	}
	label := "Notified"
	if s.tall == 1 && s.exposure == 0 && s.label >= leastSigned {
		label = "  " + label // under the names behind the signs
	}
	line := " " + kit.Fit(ink.Paint(label), s.label+s.exposure)
	for i, r := range g.regions {
		n, affected := g.view.toldIn(data.Ref(r.key))
		text := told(n)
		if share := n.ShareWords(affected); share != "" && kit.Width(text)+1+kit.Width(share) <= s.cell-3 {
			text += " " + share
		}
		on := g.OnNotices() && i == g.column
		switch {
		case on:
			text = t.Cursor.Paint(text)
		case !n.Known():
			text = t.Dim.Paint(text)
		case n.Excess(affected) != "":
			text = t.Bad.Paint(text)
		}
		line += kit.Fit(kit.Cut(" "+g.view.markOf(false, on)+text, s.cell-1), s.cell)
	}
	return kit.Fit(line, g.width)
}

// toldIn returns how many were told in a region, or in all, and how many are affected
// there.
func (v *View) toldIn(region data.Ref) (data.Notified, *data.Claim) {
	for _, r := range v.Regions {
		if r.Ref == region {
			return r.Told(), r.People
		}
	}
	if region == everything {
		return v.Notified(), v.Affected
	}
	return data.Notified{}, nil
}
