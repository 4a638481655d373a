package pane

import (
	"strconv"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// Questions shows what is not known yet.
func Questions() *Pane {
	return &Pane{Name: "questions", table: table{
		title: func(v *View) string { return "Open questions " + strconv.Itoa(v.OpenQs) },
		empty: "no question is open; {add a} adds one",
		fresh: func(v *View, i int) bool { return v.fresh(&v.Questions.Rows[i].Meta) },
		least: 2,
		ids: func(v *View) (ids []string) {
			for _, q := range v.Questions.Rows {
				ids = append(ids, string(q.Ref))
			}
			return ids
		},
		beyond:  func(v *View) int { return v.Questions.Total - len(v.Questions.Rows) },
		columns: textColumns,
		text:    questionText,
		textAt:  1,
		cells: func(v *View, i int, _ []kit.Column) []string {
			return []string{string(v.Questions.Rows[i].Ref), data.FirstLine(questionText(v, i))}
		},
	}}
}

func questionText(v *View, i int) string {
	q := v.Questions.Rows[i]
	if q.State == "answered" { // under the cursor of whoever reads it
		return v.Theme.Symbols.Check + " answered: " + q.Text
	}
	return q.Text
}

// textColumns is an id and the text beside it.
func textColumns(v *View, w int) []kit.Column {
	cols := []kit.Column{{Width: 4}, {}}
	for _, q := range v.Questions.Rows {
		cols[0].Width = max(cols[0].Width, len(q.Ref))
	}
	kit.Flex(cols, 1, w)
	return cols
}

// Risks shows what may come of the breach.
func Risks() *Pane {
	return &Pane{Name: "risks", table: table{
		title: func(v *View) string { return "Risks " + strconv.Itoa(len(v.Risks)) },
		empty: "no risk is named; {add a} adds one",
		fresh: func(v *View, i int) bool { return v.fresh(&v.Risks[i].Meta) },
		least: 2,
		ids: func(v *View) (ids []string) {
			for _, r := range v.Risks {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		columns: func(_ *View, w int) []kit.Column {
			cols := []kit.Column{{Width: 4}, {}, {Title: "threatens", Width: 12}}
			if w < 60 {
				cols[2].Width = 0
			}
			kit.Flex(cols, 1, w)
			return cols
		},
		text:   func(v *View, i int) string { return v.Risks[i].Text },
		textAt: 1,
		cells: func(v *View, i int, _ []kit.Column) []string {
			r := v.Risks[i]
			to := r.To
			if to == "" {
				to = v.Theme.Dim.Paint(Unknown)
			}
			return []string{string(r.Ref), data.FirstLine(r.Text), to}
		},
	}}
}

// Briefing shows what is said of the incident: who, what, when, where, why and
// how.
func Briefing() *Pane {
	return &Pane{Name: "briefing", table: table{
		title: func(*View) string { return "Briefing" },
		empty: "nothing is said about the incident yet; {add a} adds a fact",
		fresh: func(v *View, i int) bool { return v.fresh(&v.Facts[i].Meta) },
		least: 2,
		ids: func(v *View) (ids []string) {
			for _, f := range v.Facts {
				ids = append(ids, string(f.Ref))
			}
			return ids
		},
		columns: func(_ *View, w int) []kit.Column {
			cols := []kit.Column{{Width: 4}, {Width: 5}, {}, {Title: "standing"}}
			if w > 64 {
				cols[3].Width = 11
			}
			kit.Flex(cols, 2, w)
			return cols
		},
		text:   func(v *View, i int) string { return v.Facts[i].Text },
		textAt: 2,
		cells: func(v *View, i int, _ []kit.Column) []string {
			f := v.Facts[i]
			topic := string(f.Topic)
			if i > 0 && v.Facts[i-1].Topic == f.Topic {
				topic = ""
			}
			return []string{string(f.Ref), v.Theme.Strong.Paint(topic), data.FirstLine(f.Text), StandingWord(v.Theme, f.Standing)}
		},
	}}
}

// Activity shows what people changed, the newest first.
func Activity() *Pane {
	return &Pane{Name: "activity", table: table{
		title: func(*View) string { return "Activity" },
		empty: "nobody has changed anything yet; {add a} adds a note",
		least: 2,
		ids: func(v *View) (ids []string) {
			for _, e := range v.Activity {
				ids = append(ids, string(data.EventRef(e.Seq)))
			}
			return ids
		},
		columns: func(v *View, w int) []kit.Column {
			cols := []kit.Column{{Width: 4}, {Width: 8}, {Width: 5}, {}}
			if v.Times != Relative {
				cols[0].Width = v.clockWidth()
			}
			if w > 70 {
				cols[1].Width, cols[2].Width = 10, 8
			}
			for _, e := range v.Activity {
				cols[2].Width = max(cols[2].Width, kit.Width(string(shown(e.Ref))))
			}
			kit.Flex(cols, 3, w)
			return cols
		},
		cells: func(v *View, i int, _ []kit.Column) []string {
			e := v.Activity[i]
			return []string{v.age(e.At), string(e.By), string(shown(e.Ref)), v.what(e)}
		},
	}}
}

// shown returns an id in few cells: those of workstreams are long words.
func shown(ref data.Ref) data.Ref {
	if spec := ref.Spec(); spec != nil && spec.Numbered() {
		return ref
	}
	return data.Ref(kit.Cut(string(ref), 5))
}

// what says what an event did, and to what.
func (v *View) what(e data.Entry) string {
	name := e.Name
	if e.Private {
		name = "(private note)"
	}
	if _, ok := e.Body.(data.Made); ok {
		return strings.TrimSpace(data.Describe(e.Body) + " " + name)
	}
	did := data.Describe(e.Body)
	if c, ok := e.Body.(data.Changed); ok {
		did = v.did(c)
		if e.Private {
			did = "changed"
		}
	}
	if name == "" {
		return did
	}
	return did + " " + v.Theme.Dim.Paint(v.Theme.Symbols.Dot+" "+name)
}

// did says what was changed in few words: from what, only where that is a word.
func (v *View) did(c data.Changed) string {
	var parts []string
	for _, change := range c.Changes {
		f := c.Ref.Spec().Field(change.Field)
		if f == nil {
			parts = append(parts, change.Newer())
			continue
		}
		now := f.Show(change.Now)
		if at, err := data.ParseTime(change.Now); f.Type == data.TimeType && err == nil && at.Prec == data.Exact {
			now = v.clock(at.At)
		}
		part := strings.ToLower(f.Label) + " "
		if change.Was != "" && (f.Type == data.WordType || f.Type == data.NameType) {
			part += f.Show(change.Was) + " "
		}
		parts = append(parts, part+v.Theme.Symbols.Arrow+" "+now)
	}
	return strings.Join(parts, ", ")
}
