package pane

import (
	"warroom/data"
	"warroom/ui/kit"
)

// Timeline shows what happened, the latest first: when it happened, and beside
// it when that was recorded, if it was not at once.
func Timeline(rows func() []data.Happening) *Pane {
	return &Pane{Name: "timeline", table: table{
		title: func(*View) string { return "Timeline" },
		empty: "nobody has recorded anything yet; {add a} adds a note",
		least: 3,
		ids: func(*View) (ids []string) {
			for _, h := range rows() {
				ids = append(ids, string(data.EventRef(h.Seq)))
			}
			return ids
		},
		columns: func(v *View, w int) []kit.Column {
			cols := []kit.Column{{Width: 8}, {Width: 8}, {Width: 8}, {Width: 6}, {}}
			if v.Times != Relative {
				cols[0].Width, cols[1].Width = v.clockWidth(), v.clockWidth()
			}
			if w > 100 {
				cols[2].Width = 12
			}
			for _, h := range rows() {
				cols[3].Width = min(max(cols[3].Width, kit.Width(string(shown(h.Item())))), 10)
			}
			kit.Flex(cols, 4, w)
			return cols
		},
		cells: func(v *View, i int, _ []kit.Column) []string {
			h := rows()[i]
			t := v.Theme
			happened, recorded := v.age(h.At), t.Dim.Paint("at once")
			if h.When.Known() {
				happened, recorded = v.happened(h.When), v.age(h.At)
			}
			what := v.what(h.Entry)
			if h.By == data.TemplateAuthor {
				what = t.Dim.Paint("from the template: ") + what
			}
			return []string{happened, recorded, string(h.By), string(shown(h.Item())), what}
		},
	}}
}

// happened returns when something is said to have happened, no more exactly than
// that is known.
func (v *View) happened(at data.Time) string {
	if at.Prec == data.Exact {
		return v.age(at.At)
	}
	if v.Times == Relative {
		return "~" + v.age(at.At)
	}
	return at.Words()
}
