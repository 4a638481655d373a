package pane

import (
	"fmt"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// fresh reports whether others have changed an item since the person looked, no
// more than a day ago.
func (v *View) fresh(m *data.Meta) bool { return v.Delta.Marks(m, v.Now) }

// freshFigure says the same of the figure of a cell; c is what stands for it.
func (v *View) freshFigure(cell data.Cell, unit data.Unit, c *data.Claim) bool {
	return v.Delta.MarksFigure(data.FigureKey{Cell: cell, Unit: unit}, c, v.Now)
}

// markOf is the sign before a row: that of the cursor, or that others have
// changed it. Under the cursor the Δ is behind the id.
func (v *View) markOf(fresh, on bool) string {
	switch {
	case on:
		return ">"
	case fresh:
		return v.Theme.Strong.Paint(v.Theme.Symbols.Delta)
	}
	return " "
}

// A NewsRow is one item of what changed since somebody looked.
type NewsRow struct {
	data.NewsItem
	Heading string // of the pane that begins with it; "" within one
}

// NewsRows puts what changed in the order of a list.
func NewsRows(n data.News) (rows []NewsRow) {
	for _, p := range n.Panes {
		head := p.Name
		for _, i := range p.Items {
			rows = append(rows, NewsRow{i, head})
			head = ""
		}
	}
	return rows
}

// NewsList shows what changed since the person looked, each item under the name
// of its pane, and between panes a line where there is room for that.
func NewsList(rows func() []NewsRow, airy func() bool) *Pane {
	return &Pane{Name: "what changed", table: table{
		title: func(*View) string { return "Changed" },
		empty: "nothing has changed",
		least: 3,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				id := string(r.Ref)
				if r.Figure != nil { // whatever claim about it was changed last
					id = string(r.Figure.Key.Unit) + " " + string(r.Figure.Key.Cell)
				}
				ids = append(ids, id)
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string { return v.newsLines(rows()[i], i > 0 && airy(), w, on) },
	}}
}

func (v *View) newsLines(r NewsRow, gap bool, w int, on bool) (lines []string) {
	t := v.Theme
	if r.Heading != "" {
		if gap {
			lines = append(lines, "")
		}
		lines = append(lines, " "+t.Strong.Paint(r.Heading))
	}
	cols := []kit.Column{{Width: 6}, {}, {Width: 8}, {Width: 4}}
	if spec := r.Ref.Spec(); spec == nil || !spec.Numbered() {
		cols[0].Width = 0 // its name says as much
	}
	if v.Times != Relative {
		cols[3].Width = v.clockWidth()
	}
	if w > 90 {
		cols[2].Width = 14
	}
	kit.Flex(cols, 1, w-1)
	id, ink := kit.Cut(string(r.Ref), cols[0].Width), t.Plain
	switch {
	case on && cols[0].Width > 0:
		id = t.Cursor.Paint(id)
	case on:
		ink = t.Cursor
	}
	who := who(r.NewsItem, cols[2].Width)
	if r.Mine {
		who = t.Dim.Paint(who)
	}
	parts := v.newsText(r.NewsItem, cols[1].Width, ink)
	lines = append(lines, v.markOf(false, on)+kit.Row(cols, id, parts[0], who, v.age(r.At)))
	for _, part := range parts[1:] {
		lines = append(lines, " "+kit.Row(cols, "", part))
	}
	return lines
}

// who says who changed an item: the latest, and how many more.
func who(i data.NewsItem, w int) string {
	switch n := len(i.By) - 1; {
	case i.Mine:
		return "you"
	case n > 0:
		more := fmt.Sprintf(" +%d", n)
		return kit.Cut(string(i.By[0]), w-len(more)) + more
	}
	return string(i.By[0])
}

// newsText says what became of an item in a few lines of w cells. Its name is in
// ink, and gives way to what was changed as far as it stays a name.
func (v *View) newsText(i data.NewsItem, w int, ink kit.Ink) []string {
	name, did := i.Name, v.became(i)
	switch {
	case i.Figure != nil:
		name = figureTitle(i.Figure.Key)
	case i.Private:
		name = "(private note)"
		if len(i.Changes) > 0 {
			did = "changed"
		}
	}
	switch spec := i.Ref.Spec(); {
	case spec == nil:
		name = string(i.Ref)
	case i.Ref == data.IncidentRef, name == "":
		name = spec.Label
	}
	if i.Redacted {
		did = strings.TrimPrefix(did+", redacted", ", ")
	}
	lead := ""
	if i.New {
		lead = v.Theme.Strong.Paint("new") + " "
	}
	room := w - kit.Width(lead)
	if did == "" {
		return []string{lead + ink.Paint(kit.Cut(name, room))}
	}
	if f := i.Figure; f != nil && kit.Width(name+did)+2 > room {
		if did = v.figureBecame(f, 10); f.Now != nil && kit.Width(did) > room*3/5 {
			did = v.Theme.Symbols.Arrow + " " + v.Theme.Strong.Paint(Amount(f.Now)) + " " + v.Provenance(f.Now, 10)
		}
	}
	least := room * 2 / 5
	if i.Figure != nil {
		least = 8 // a number that is cut is another number
	}
	name = kit.Cut(name, max(room-2-kit.Width(did), least))
	before := lead + ink.Paint(name) + ": "
	room -= kit.Width(name) + 2
	if i.Figure != nil {
		return []string{before + did}
	}
	parts := kit.Wrap(did, max(room, 10))
	if len(parts) > mostLines {
		parts = append(parts[:mostLines-1], v.Theme.Symbols.More)
	}
	parts[0] = before + parts[0]
	for j := range parts[1:] {
		parts[j+1] = kit.Fit("", w-room) + parts[j+1]
	}
	return parts
}

// became says what was changed of an item, all in all; "" if it is only new.
func (v *View) became(i data.NewsItem) string {
	t := v.Theme
	switch {
	case i.Figure != nil:
		return v.figureBecame(i.Figure, 30)
	case i.Touched() && !i.Redacted:
		return t.Dim.Paint("changed, and changed back")
	}
	var parts []string
	spec := i.Ref.Spec()
	for _, c := range i.Changes {
		if f := spec.Field(c.Field); f != nil {
			parts = append(parts, v.fieldBecame(f, c))
		}
	}
	if i.Newer {
		parts = append(parts, data.NewerWords)
	}
	return strings.Join(parts, ", ")
}

// fieldBecame says from what and to what a field was changed; of texts only to
// what, or of long ones only that.
func (v *View) fieldBecame(f *data.Field, c data.Change) string {
	show := func(stored string) string {
		if at, err := data.ParseTime(stored); f.Type == data.TimeType && err == nil && at.Prec == data.Exact {
			return v.clock(at.At)
		}
		return f.Show(stored)
	}
	label, arrow := strings.ToLower(f.Label), " "+v.Theme.Symbols.Arrow+" "
	switch {
	case f.Type == data.TextType && c.Was != "" && c.Now != "":
		return label + " changed"
	case f.Type == data.TextType || f.Type == data.LineType:
		return label + arrow + show(c.Now)
	}
	return label + " " + show(c.Was) + arrow + show(c.Now)
}

// figureTitle is what a figure counts.
func figureTitle(key data.FigureKey) string {
	if key.Cell == data.AllPeople {
		return string(key.Unit) + " affected"
	}
	return FigureName(key)
}

// figureBecame says what stood for a figure, and what stands now: how sure that is,
// where it is from and how old, in about w cells.
func (v *View) figureBecame(f *data.FigureNews, w int) string {
	t := v.Theme
	arrow := " " + t.Symbols.Arrow + " "
	now := t.Strong.Paint(Amount(f.Now))
	sure := func(c *data.Claim) string { return v.Provenance(c, w) }
	switch {
	case f.Now == nil && f.Was == nil:
		return "still " + Unknown
	case f.Now == nil:
		return Amount(f.Was) + arrow + t.Strong.Paint(Unknown)
	case f.Same():
		return "still " + Amount(f.Now) + " " + sure(f.Now)
	case f.Was == nil:
		return Unknown + arrow + now + " " + sure(f.Now)
	case f.Was.Low == f.Now.Low && f.Was.Best == f.Now.Best && f.Was.High == f.Now.High:
		return Amount(f.Now) + " " + orUnknown(string(f.Was.Standing)) + arrow + sure(f.Now)
	}
	return short(f.Was) + " " + standingSign(t, f.Was.Standing) + arrow + now + " " + sure(f.Now)
}
