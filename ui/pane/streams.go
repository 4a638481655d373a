package pane

import (
	"fmt"
	"strconv"

	"warroom/data"
	"warroom/ui/kit"
)

// Streams shows the five workstreams: where each stands, who leads it, and how
// old that is.
func Streams() *Pane {
	return &Pane{Name: "workstreams", table: table{
		title: func(*View) string { return "Workstreams" },
		empty: "no workstream is named yet",
		least: 5,
		ids: func(v *View) (ids []string) {
			for _, s := range v.Streams {
				ids = append(ids, string(s.Ref))
			}
			return ids
		},
		columns: func(v *View, w int) []kit.Column {
			cols := []kit.Column{
				{Width: 28}, {Title: "status", Width: 13},
				{Title: "open", Width: 4, Right: true}, {Title: "blocked", Width: 7, Right: true},
				{Title: "late", Width: 4, Right: true}, {Title: "done", Right: true},
				{Title: "lead", Width: 7}, {Title: "updated", Width: 10}, {Title: "headline"},
			}
			if v.Times != Relative {
				cols[7].Width = v.clockWidth()
			}
			if w < 70 && v.Times == Mine {
				cols[3].Width = 0 // the status says it as well
			}
			if w > 90 {
				cols[5].Width, cols[6].Width = 4, 12
			}
			if w > 112 {
				kit.Flex(cols, 8, w)
			} else {
				kit.Flex(cols, 0, w)
				cols[0].Width = min(cols[0].Width, 28)
				kit.Flex(cols, 6, w)
			}
			return cols
		},
		summary: func(v *View) string {
			n := map[data.Status]int{}
			for _, s := range v.Streams {
				n[s.Status]++
			}
			return fmt.Sprintf("Workstreams: %d blocked, %d at risk", n[data.StreamBlocked], n[data.AtRisk])
		},
		cells: streamCells,
		fresh: func(v *View, i int) bool { return v.fresh(&v.Streams[i].Meta) },
	}}
}

func streamCells(v *View, i int, _ []kit.Column) []string {
	s, t := v.Streams[i], v.Theme
	lead := s.Lead
	if lead == "" {
		lead = t.Dim.Paint("no lead")
	}
	updated := t.Dim.Paint("–")
	if at := s.Updated(); !at.IsZero() {
		updated = v.age(at)
	}
	if s.Stale(v.Now) {
		updated = t.Bad.Paint(span(v.Now.Sub(s.ChangedAt)) + " STALE")
	}
	headline := s.Headline
	if headline == "" {
		headline = t.Dim.Paint("no headline")
	}
	return []string{s.Label, statusWord(t, s.Status), strconv.Itoa(s.Open), loud(t, s.Blocked), loud(t, s.Overdue),
		quiet(t, s.Done), lead, updated, headline}
}

// loud returns a number that is bad unless it is 0.
func loud(t kit.Theme, n int) string {
	if n == 0 {
		return t.Dim.Paint("0")
	}
	return t.Bad.Paint(strconv.Itoa(n))
}

func quiet(t kit.Theme, n int) string {
	if n == 0 {
		return t.Dim.Paint("0")
	}
	return strconv.Itoa(n)
}
