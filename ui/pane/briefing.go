package pane

import (
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// A BriefRow is one item of a briefing, as it is read out.
type BriefRow struct {
	Ref   data.Ref
	Part  string // under whose name it stands
	Text  string
	About []string // how well it is established, where it is from, when it was; each may have a style
	Quiet bool     // it is over: answered, disproved
}

// BriefRows puts what is said of an incident in the order of a briefing: who,
// what, when, where, why and how, then what is not known yet, what may come of
// it, and what to do better.
func BriefRows(v *View, facts []*data.Fact, questions []*data.Question, risks []*data.Risk, lessons []*data.Lesson) (rows []BriefRow) {
	t := v.Theme
	source := func(s data.Ref) string {
		if s == "" {
			return t.Dim.Paint("source unknown")
		}
		return "source " + string(s)
	}
	for _, topic := range data.Topics {
		head := strings.ToUpper(string(topic[:1])) + string(topic[1:])
		for _, f := range facts {
			if f.Topic != topic {
				continue
			}
			about := []string{StandingWord(t, f.Standing), source(f.Source)}
			if f.Happened.Known() {
				about = append(about, "happened "+f.Happened.Words())
			}
			rows = append(rows, BriefRow{f.Ref, head, f.Text, about, !f.Standing.Stands()})
		}
	}
	for _, state := range data.QuestionStates {
		head := "Open questions"
		if state != "open" {
			head = "Answered questions"
		}
		for _, q := range questions {
			if q.State != state {
				continue
			}
			var about []string
			if q.Answer != "" {
				about = append(about, t.Symbols.Check+" "+data.Line(q.Answer))
			}
			rows = append(rows, BriefRow{q.Ref, head, q.Text, about, state != "open"})
		}
	}
	head := "Risks"
	for _, r := range risks {
		rows = append(rows, BriefRow{r.Ref, head, r.Text, []string{"threatens " + orUnknown(r.To), StandingWord(t, r.Standing)}, !r.Standing.Stands()})
	}
	head = "Lessons"
	for _, l := range lessons {
		rows = append(rows, BriefRow{l.Ref, head, l.Text, nil, false})
	}
	return rows
}

// BriefList shows a briefing to be read: all of every text.
func BriefList(rows func() []BriefRow) *Pane {
	return &Pane{Name: "briefing", table: table{
		title: func(*View) string { return "Briefing" },
		empty: "nothing is said about the incident yet; {add a} adds a fact",
		least: 3,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string {
			all := rows()
			return briefLines(v, all[i], i == 0 || all[i].Part != all[i-1].Part, i > 0, w, on)
		},
	}}
}

// idWidth is how wide ids stand before a text.
const idWidth = 5

func briefLines(v *View, r BriefRow, begins, gap bool, w int, on bool) (lines []string) {
	t := v.Theme
	if begins {
		if gap {
			lines = append(lines, "")
		}
		lines = append(lines, " "+t.Strong.Paint(r.Part))
	}
	mark, id := v.markOf(v.fresh(&data.Meta{Ref: r.Ref}), on), kit.Fit(string(r.Ref), max(idWidth, kit.Width(string(r.Ref))))
	if on {
		id = t.Cursor.Paint(string(r.Ref)) + kit.Fit("", max(idWidth-kit.Width(string(r.Ref)), 0))
	}
	before := mark + id + " "
	room := max(min(w, 110)-kit.Width(before)-1, 10)
	for _, part := range kit.Wrap(data.Clean(r.Text, true), room) {
		if r.Quiet {
			part = t.Dim.Paint(part)
		}
		lines = append(lines, before+part)
		before = kit.Fit("", kit.Width(before))
	}
	if len(r.About) > 0 {
		for _, part := range kit.Wrap(strings.Join(r.About, " "+t.Symbols.Dot+" "), room) {
			lines = append(lines, before+part)
		}
	}
	return lines
}
