package pane

import (
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// A NoticeRow is a row of the table of notices: all regions, a region, or a channel
// of one, by the count that stands for it.
type NoticeRow struct {
	Region   data.Ref // "" in the row of all regions
	Label    string
	Count    *data.Notice // of a channel; nil in the other rows
	Told     data.Notified
	Affected *data.Claim
	Notices  data.Notices
	Due      data.Time // by when all are to be told
}

// ID returns what the row is called: the id of the count, the key of the region, or
// "all".
func (r NoticeRow) ID() data.Ref {
	switch {
	case r.Count != nil:
		return r.Count.Ref
	case r.Region != "":
		return r.Region
	}
	return everything
}

// NoticeRows returns the rows of the table of notices.
func NoticeRows(v *View) []NoticeRow {
	if len(v.Regions) == 0 {
		return nil
	}
	due, _ := v.Promised()
	rows := []NoticeRow{{Label: "All regions", Told: v.Notified(), Affected: v.Affected, Due: due}}
	for _, r := range v.Regions {
		rows = append(rows, NoticeRow{Region: r.Ref, Label: r.Label, Told: r.Told(), Affected: r.People, Notices: r.Notices, Due: r.NoticesDue})
		for _, n := range r.Counts {
			rows = append(rows, NoticeRow{Region: r.Ref, Label: "  " + string(n.Channel), Count: n, Told: data.NotifiedOf([]*data.Notice{n}), Affected: r.People, Notices: r.Notices, Due: r.NoticesDue})
		}
	}
	return rows
}

// told returns a number of people who were told in few cells: "≤12,105", "7,493",
// "unknown".
func told(n data.Notified) string {
	switch {
	case !n.Known():
		return Unknown
	case n.AtMost():
		return "≤" + counted(n.High)
	}
	return counted(n.High)
}

// counted returns a number in at most seven cells; "?" where it is not known.
func counted(c data.Count) string {
	switch {
	case !c.Known:
		return "?"
	case c.N < 1_000_000:
		return data.Digits(c.N)
	}
	return Round(c.N)
}

// NotifiedLine says how many were told, and which part of those affected that is:
// "notified 5,740 of ~46k (11–14 %)". Where nothing is known, it says that.
func NotifiedLine(n data.Notified, affected *data.Claim) string {
	if !n.Known() {
		return "notified " + Unknown
	}
	of := ""
	if affected != nil {
		of = " of " + short(affected)
	}
	return "notified " + told(n) + of + shareIn(n, affected)
}

// NotifiedShort is NotifiedLine without how many are affected, for where that stands
// beside it: "notified 5,740 (11–14 %)".
func NotifiedShort(n data.Notified, affected *data.Claim) string {
	return "notified " + told(n) + shareIn(n, affected)
}

// shareIn returns the share in brackets, or "".
func shareIn(n data.Notified, affected *data.Claim) string {
	if share := n.ShareWords(affected); share != "" {
		return " (" + share + ")"
	}
	return ""
}

// NoticeTable is the table of notices: rows returns its rows.
func NoticeTable(rows func() []NoticeRow) *Pane {
	return &Pane{Name: "notices", table: table{
		title: func(*View) string { return "Notices" },
		empty: "no region is named yet",
		least: 4,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				ids = append(ids, string(r.ID()))
			}
			return ids
		},
		columns: noticeColumns,
		fresh: func(v *View, i int) bool {
			n := rows()[i].Count
			return n != nil && v.fresh(&n.Meta)
		},
		cells: func(v *View, i int, cols []kit.Column) []string { return noticeCells(v, rows()[i], cols) },
	}}
}

// noticeColumns has the numbers of a count in its middle; where there is room for them
// their titles are the whole words.
func noticeColumns(v *View, w int) []kit.Column {
	number := func(short, long string) kit.Column {
		if w > 106 {
			return kit.Column{Title: long, Width: 11, Right: true}
		}
		return kit.Column{Title: short, Width: 6, Right: true}
	}
	cols := []kit.Column{
		{Width: 14}, {Title: "notified", Width: 8, Right: true}, {Title: "share", Width: 9},
		number("reach", "contactable"), number("sent", "sent"), number("deliv", "delivered"), number("bounce", "bounced"),
		number("again", "sent again"), number("answer", "answered"), {Title: "as of", Width: 5}, {Width: 1},
	}
	if v.Times != Relative {
		cols[9].Width = v.clockWidth()
	}
	for _, i := range []int{7, 3, 9, 8, 6} { // what is least worth goes first
		if total(cols) > w {
			cols[i].Width = 0
		}
	}
	if total(cols) > w {
		cols[2].Width = 0
	}
	if left := w - total(cols); left > 0 {
		more := min(left, 8)
		cols[0].Width += more
		if left -= more; left > 12 {
			cols[10].Width = min(left, 12)
		}
	}
	return cols
}

func total(cols []kit.Column) (w int) {
	for _, c := range cols {
		if c.Width > 0 {
			w += c.Width + 1
		}
	}
	return w
}

func noticeCells(v *View, r NoticeRow, cols []kit.Column) []string {
	t := v.Theme
	number := told(r.Told)
	if !r.Told.Known() {
		number = t.Dim.Paint(number)
	} else if r.Count == nil {
		number = t.Strong.Paint(number)
	}
	share := r.Told.ShareWords(r.Affected)
	if r.Told.Excess(r.Affected) != "" {
		share = t.Bad.Paint(t.Symbols.Up + share)
	}
	cells := []string{r.Label, number, share, "", "", "", "", "", "", "", ""}
	n := r.Count
	if n == nil {
		if r.Told.Known() {
			cells[9], cells[10] = v.asOfTime(r.Told.AsOf), standingIn(t, r.Told.Standing, cols[10].Width)
		}
		return cells
	}
	cells[2] = ""
	for i, c := range []data.Count{n.Contactable, n.Sent, n.Delivered, n.Bounced, n.Resent, n.Answered} {
		if cells[3+i] = counted(c); !c.Known {
			cells[3+i] = t.Dim.Paint(cells[3+i])
		}
	}
	cells[9], cells[10] = v.asOfTime(n.AsOf), standingIn(t, n.Standing, cols[10].Width)
	return cells
}

// standingIn returns a standing in w cells: its symbol, and its word if there is room.
func standingIn(t kit.Theme, s data.Standing, w int) string {
	if word := StandingWord(t, s); kit.Width(word) <= w {
		return word
	}
	return standingSign(t, s)
}

func (v *View) asOfTime(at data.Time) string {
	if !at.Known() {
		return v.Theme.Symbols.Query
	}
	return v.age(at.At)
}

// NoticeLines says in h lines of w cells what there is to be said of a row of the table
// of notices: how many were told by when, what is odd, of a channel the counts before,
// and how the number grew. all are all counts there are.
func NoticeLines(v *View, r NoticeRow, all []*data.Notice, w, h int) []string {
	if h <= 0 || w < 3 {
		return nil
	}
	t := v.Theme
	name := strings.TrimSpace(r.Label)
	if r.Count != nil {
		name = r.Count.Name()
	}
	lines := []string{kit.Rule(t, name+" "+t.Symbols.Dot+" "+dueWords(v, r.Due, r.Notices), false, nil, 0, w)}
	say := func(ink kit.Ink, s string) {
		for _, part := range wholeWords(s, w-2) {
			lines = append(lines, " "+ink.Paint(part))
		}
	}
	say(t.Plain, noticeSummary(v, r))
	if odd := r.Told.Excess(r.Affected); odd != "" {
		say(t.Bad, t.Symbols.Up+" "+odd)
	}
	if r.Count != nil {
		if history := historyLines(v, r.Count, all, w); len(history) > 0 {
			room := max(h-len(lines), 0)
			if room > len(history)+leastBurnUp {
				room = len(history)
			}
			lines = append(lines, history[:min(len(history), room)]...)
		}
	}
	if room := h - len(lines); room >= leastBurnUp {
		lines = append(lines, burnUp(v, r, all, w, min(room, mostBurnUp))...)
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	for i := range lines {
		lines[i] = kit.Fit(lines[i], w)
	}
	return lines[:h]
}

// The least and the most lines of a burn-up with its heading.
const leastBurnUp, mostBurnUp = 5, 18

// noticeSummary says how many were told, how that is known, how sure it is and how
// old.
func noticeSummary(v *View, r NoticeRow) string {
	dot := " " + v.Theme.Symbols.Dot + " "
	text := NotifiedLine(r.Told, r.Affected)
	if r.Told.Known() {
		text += ", " + r.Told.By + dot + orUnknown(string(r.Told.Standing)) + dot
		if r.Told.AsOf.Known() {
			text += "as of " + v.past(r.Told.AsOf.At)
		} else {
			text += "as of " + Unknown
		}
		if from := r.Told.Source(); from != "" {
			text += dot + "source " + string(from)
		} else if len(r.Told.Counts) == 1 {
			text += dot + "source " + Unknown
		}
	}
	return text
}

// past returns how long ago t was in words, or when it was if the view shows clocks.
func (v *View) past(t time.Time) string {
	if v.Times != Relative || v.Now.Sub(t) < time.Minute {
		return v.age(t)
	}
	return v.age(t) + " ago"
}

// dueWords says by when all are to be told, and whether that has passed.
func dueWords(v *View, due data.Time, notices data.Notices) string {
	if !due.Known() {
		return "no date promised"
	}
	if late := data.LateWords(due, v.Now, notices == "complete"); late != "" {
		return "promised for " + v.When(due) + ", " + late
	}
	return "promised for " + v.When(due)
}

// historyLines has a line for each count of a region and channel, the latest first.
func historyLines(v *View, of *data.Notice, all []*data.Notice, w int) (lines []string) {
	t := v.Theme
	for _, n := range all {
		if n.Key() != of.Key() {
			continue
		}
		mark, ink := " ", t.Plain
		switch {
		case n.Ref == of.Ref:
			mark, ink = t.Symbols.Arrow, t.Strong
		case !n.Standing.Stands():
			ink = t.Dim
		}
		line := mark + " " + kit.Fit(string(n.Ref), 5) + fitLeast(v.past(n.Moment()), 8) + " "
		if n.Standing != of.Standing {
			line += StandingWord(t, n.Standing) + ": "
		}
		numbers := n.NumberWords()
		if room := w - 2 - kit.Width(line); kit.Width(numbers) > room && n.Sent.Known { // the first is in the table
			numbers = strings.TrimPrefix(numbers, "contactable "+data.Digits(n.Contactable.N)+", ")
		}
		line += ink.Paint(numbers)
		lines = append(lines, kit.Cut(" "+line, w))
	}
	return lines
}

// fitLeast is kit.Fit for a text that is not to be cut.
func fitLeast(s string, w int) string { return kit.Fit(s, max(w, kit.Width(s))) }

// burnUp draws how the number grew, in h lines with their heading.
func burnUp(v *View, r NoticeRow, all []*data.Notice, w, h int) []string {
	t := v.Theme
	of := all
	if r.Count != nil {
		of = slices.DeleteFunc(slices.Clone(all), func(n *data.Notice) bool { return n.Key() != r.Count.Key() })
	}
	var steps []kit.Step
	for _, p := range data.NotifiedHistory(r.Region, of) {
		steps = append(steps, kit.Step{At: p.At, N: p.High.N})
	}
	goal := kit.Goal{Low: -1, High: -1}
	legend := "  █ told"
	if r.Affected != nil {
		low, high := r.Affected.Bounds()
		goal.Low, goal.High = stated(low), stated(high)
		legend += ", ░ affected"
	}
	if r.Due.Known() {
		goal.Due = r.Due.End()
		if r.Due.Prec == data.ByDay || r.Due.Prec == data.About {
			goal.Due = goal.Due.Add(-time.Second)
		}
		legend += ", │ promised"
	}
	lines := []string{" " + t.Strong.Paint("Notified, as it grew") + t.Dim.Paint(legend)}
	for _, l := range kit.BurnUp(t, steps, goal, v.Now, Round, w-2, h-1) {
		lines = append(lines, " "+l)
	}
	return lines
}

// PromiseLines says in h lines of w cells, for each region, by when its people are to
// be told, and how far that has come.
func PromiseLines(v *View, w, h int) []string {
	if h <= 0 || w < 3 {
		return nil
	}
	t := v.Theme
	lines := []string{kit.Rule(t, "By when", false, nil, 0, w)}
	for _, r := range v.Regions {
		lines = append(lines, " "+t.Strong.Paint(kit.Cut(data.Line(r.Label), w-2)))
		ink, due := t.Plain, dueWords(v, r.NoticesDue, r.Notices)
		if data.LateWords(r.NoticesDue, v.Now, r.Notices == "complete") != "" {
			ink = t.Bad
		}
		if !r.NoticesDue.Known() {
			ink = t.Dim
		}
		parts := []string{ink.Paint(due), NotifiedLine(r.Told(), r.People), "notices " + noticesWord(t, r.Notices)}
		if odd := r.Excess(); odd != "" {
			parts = append(parts, t.Bad.Paint(t.Symbols.Up+" "+odd))
		}
		for _, p := range parts {
			for _, part := range kit.Wrap(p, w-3) {
				lines = append(lines, "   "+part)
			}
		}
		lines = append(lines, "")
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	for i := range lines {
		lines[i] = kit.Fit(lines[i], w)
	}
	return lines[:h]
}
