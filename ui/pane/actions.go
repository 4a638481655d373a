package pane

import (
	"fmt"
	"slices"

	"warroom/data"
	"warroom/ui/kit"
)

// Actions shows the open actions, worst first.
func Actions() *Pane {
	p := ActionList(func(v *View) data.Window[*data.Action] { return v.Open })
	p.Name = "open actions"
	p.title = func(v *View) string { return "Open actions " + data.Digits(int64(v.Actions.Open)) + v.Marks() }
	p.empty = `nothing is open; {add a} adds an action`
	return p
}

// ActionList shows a window of the actions that the view or the caller has.
func ActionList(rows func(v *View) data.Window[*data.Action]) *Pane {
	return &Pane{Name: "actions", table: table{
		title: func(*View) string { return "Actions" },
		empty: "no action",
		least: 3,
		ids: func(v *View) (ids []string) {
			for _, a := range rows(v).Rows {
				ids = append(ids, string(a.Ref))
			}
			return ids
		},
		beyond: func(v *View) int {
			w := rows(v)
			return max(w.Total-max(w.Offset, 0)-len(w.Rows), 0) // none where they are not counted
		},
		columns: func(v *View, w int) []kit.Column { return actionColumns(v, rows(v).Rows, w) },
		cells: func(v *View, i int, cols []kit.Column) []string {
			return actionCells(v, rows(v).Rows[i], cols[3].Width)
		},
		fresh: func(v *View, i int) bool { return v.fresh(&rows(v).Rows[i].Meta) },
	}}
}

// actionColumns leaves out what none of the actions has, unless there is room
// for everything.
func actionColumns(v *View, rows []*data.Action, w int) []kit.Column {
	cols := []kit.Column{
		{Width: 5}, {Title: "pr", Width: 2}, {Title: "state", Width: 9}, {Title: "title"}, {Title: "waits for"},
		{Title: "workstream", Width: 13}, {Title: "owner", Width: 10}, {Title: "due", Width: v.dueWidth()},
	}
	has := func(f func(*data.Action) bool) bool { return slices.ContainsFunc(rows, f) }
	if has(func(a *data.Action) bool { return a.Ref.Number() > 999 }) {
		cols[0].Width = 8
	}
	if !has(func(a *data.Action) bool { return a.Priority != "" }) {
		cols[1].Width = 0
	}
	due := has(func(a *data.Action) bool { return a.Due.Known() })
	if !due {
		cols[7].Width = 0
	}
	if w < 90 && due {
		cols[5].Width = 0
	}
	if w > 110 {
		cols[4].Width = 20
		cols[6].Width = 12
	}
	kit.Flex(cols, 3, w)
	if cols[3].Title = "title"; w < 90 {
		cols[3].Title = "" // the title of the pane needs the room
	}
	return cols
}

// leastTitle is how much of a title stays where who edits it stands behind it.
const leastTitle = 16

func actionCells(v *View, a *data.Action, room int) []string {
	t := v.Theme
	priority := string(a.Priority)
	switch {
	case priority == "":
		priority = t.Dim.Paint("P?")
	case a.Priority == "P0":
		priority = t.Bad.Paint(priority)
	}
	owner := a.Owner
	if owner == "" {
		owner = t.Dim.Paint("unassigned")
	}
	title := a.Title
	if a.Type == data.Ask {
		title = "ask " + orUnknown(a.To) + ": " + a.Title
	}
	waits := a.WaitsFor
	if a.State != data.Blocked {
		waits = ""
	}
	if v.Marked[a.Ref] {
		title = t.Strong.Paint("* ") + title
	}
	if who := v.editing(a.Ref, " editing", room-leastTitle-3); who != "" {
		who = " " + t.Symbols.Dot + " " + who
		if left := room - kit.Width(who); left >= min(kit.Width(title), leastTitle) {
			title = kit.Cut(title, left) + t.Warn.Paint(who)
		}
	}
	return []string{string(a.Ref), priority, stateWord(t, a.State), title, waits, string(a.Stream), owner, v.due(a)}
}

// Marks says how many items are marked, behind a title.
func (v *View) Marks() string {
	if len(v.Marked) == 0 {
		return ""
	}
	return fmt.Sprintf(" %s %d marked", v.Theme.Symbols.Dot, len(v.Marked))
}
