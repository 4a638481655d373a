package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// header appends the three lines that never scroll or collapse: which incident;
// how many people and how sure; what is late and what is open.
func (m *Model) header(lines []string) []string {
	return append(lines, m.identity(), m.affected(), m.work())
}

func (m *Model) identity() string {
	t, i := m.view.Theme, m.view.Incident
	var left strings.Builder
	left.WriteString(" ")
	if i.Mark != "" {
		left.WriteString(t.Mark.Paint(" "+string(i.Mark)+" ") + " ")
	}
	title := i.Title
	if title == "" {
		title = "incident without a title"
	}
	right := m.when()
	status := m.severity()
	room := m.width - kit.Width(left.String()) - kit.Width(right) - kit.Width(status) - 5
	left.WriteString(t.Strong.Paint(kit.Cut(title, max(room, 12))))
	left.WriteString("  " + status + " ")
	return kit.Spread(left.String(), right+" ", m.width)
}

// severity says how bad it is and how far the response has come. On a narrow
// screen what is unknown is left to the detail of the incident.
func (m *Model) severity() string {
	t, i := m.view.Theme, m.view.Incident
	var parts []string
	switch {
	case i.Severity == "SEV1" || i.Severity == "SEV2":
		parts = append(parts, t.Bad.Paint(t.Symbols.Up+" "+string(i.Severity)))
	case i.Severity != "":
		parts = append(parts, string(i.Severity))
	case m.width >= largeWidth:
		parts = append(parts, t.Dim.Paint("severity unknown"))
	}
	switch {
	case i.Phase != "":
		parts = append(parts, string(i.Phase))
	case m.width >= largeWidth:
		parts = append(parts, t.Dim.Paint("phase unknown"))
	}
	if m.width >= largeWidth {
		who := t.Dim.Paint("no commander")
		if i.Commander != "" {
			who = "commander " + i.Commander
		}
		parts = append(parts, who)
	}
	return strings.Join(parts, " "+t.Symbols.Dot+" ")
}

// when says since when the organisation has known of the breach.
func (m *Model) when() string {
	v, aware := m.view, m.view.Incident.Aware
	switch {
	case !aware.Known():
		return v.Theme.Dim.Paint("aware unknown")
	case aware.Prec == data.Exact && v.Times == pane.Relative:
		return "aware " + data.Ago(v.Now.Sub(aware.At))
	}
	return "aware " + v.When(aware)
}

// affected is the second line: how many people, how sure, and how many of them were
// told. What is least worth there gives way first.
func (m *Model) affected() string {
	room := m.width - kit.Width(m.sync(0)) - 2
	what := ""
	if m.lost != nil || m.other != nil { // that takes the room
		what = m.howMany(wordy, room)
		return kit.Spread(what, m.sync(m.width-kit.Width(what)-2)+" ", m.width)
	}
	for _, of := range []detail{wordy, brief, terse} {
		if what = m.howMany(of, room); kit.Width(what) > room {
			continue
		}
		told := m.notified()
		if i := slices.IndexFunc(told, func(s string) bool { return kit.Width(what+s) <= room }); i >= 0 {
			what += told[i]
			break
		}
		if !m.view.Notified().Known() {
			break // what is known has the room
		}
	}
	return kit.Spread(what, m.sync(m.width-kit.Width(what)-2)+" ", m.width)
}

// A detail says in how many words something is said.
type detail int

const (
	wordy detail = iota
	brief
	terse
)

// howMany says how many are affected, and how sure that is.
func (m *Model) howMany(of detail, room int) string {
	v, t := m.view, m.view.Theme
	what := t.Strong.Paint(map[bool]string{true: "PEOPLE AFFECTED ", false: "PEOPLE "}[of == wordy])
	mark := " "
	if v.Delta.MarksFigure(data.FigureKey{Cell: data.AllPeople, Unit: data.People}, v.Affected, v.Now) {
		mark = t.Strong.Paint(t.Symbols.Delta)
	}
	c := v.Affected
	switch {
	case c != nil:
		what += t.Strong.Paint(pane.Amount(c)) + " "
	case v.AtLeast != nil:
		c = v.AtLeast
		what += t.Strong.Paint("at least "+pane.Round(c.Low.N)) + t.Dim.Paint(" ("+string(c.Cell)+") ")
	default:
		return mark + what + t.Strong.Paint(pane.Unknown) + t.Dim.Paint(": nobody has stated a number")
	}
	return mark + what + m.provenance(c, of, room-1-kit.Width(what))
}

// notified says how many of them were told, the longest way first.
func (m *Model) notified() []string {
	v, t := m.view, m.view.Theme
	n, sep := v.Notified(), " "+t.Symbols.Dot+" "
	if !n.Known() {
		return []string{sep + t.Dim.Paint(pane.NotifiedLine(n, nil))}
	}
	paint := t.Strong
	if n.Excess(v.Affected) != "" {
		paint, sep = t.Bad, sep+t.Bad.Paint(t.Symbols.Up+" ")
	}
	old := ", " + t.Dim.Paint("age "+pane.Unknown)
	if n.AsOf.Known() {
		old = t.Dim.Paint(", " + data.Span(v.Now.Sub(n.AsOf.At).Truncate(time.Hour)) + " old")
	}
	line := sep + paint.Paint(pane.NotifiedLine(n, v.Affected))
	least := "notified " + n.ShareWords(v.Affected)
	if n.ShareWords(v.Affected) == "" {
		least = pane.NotifiedShort(n, nil)
	}
	return []string{line + " " + pane.StandingWord(t, n.Standing) + old, line, sep + paint.Paint(pane.NotifiedShort(n, v.Affected)), sep + paint.Paint(least)}
}

// provenance says how sure a figure is, how old, and where it is from, in room
// cells if it can.
func (m *Model) provenance(c *data.Claim, of detail, room int) string {
	v, dot := m.view, m.view.Theme.Symbols.Dot
	from := pane.From(c)
	if m.width >= 100 {
		from += " " + dot + " " + string(c.Ref)
	}
	old := data.Span(c.Age(v.Now).Truncate(time.Hour)) + " old"
	s := pane.StandingWord(v.Theme, c.Standing) + v.Theme.Dim.Paint(", "+old+" "+dot+" "+from)
	switch {
	case of == terse || m.width < 100 && (m.lost != nil || m.other != nil):
		return v.Provenance(c, 0) // all of it is old, and that takes the room
	case of == brief:
		return v.Provenance(c, 30)
	}
	if kit.Width(s) > room {
		return v.Provenance(c, room)
	}
	return s
}

// sync says who is on, whether what is on the screen is what is in the file, and
// what time it is, in at most room cells if it can. The clock takes what is left,
// and then the names.
func (m *Model) sync(room int) string {
	v := m.view
	now := v.TimeOfDay(v.Now)
	state := m.state(room - kit.Width(now) - 1)
	if m.width >= threeColumns {
		now = v.Now.In(v.Zone()).Format("Mon 2 Jan 2006 ") + now
	}
	if zones := m.clocks(); zones != "" && kit.Width(state)+1+kit.Width(zones) <= room {
		now = zones
	}
	state += " " + now
	who := pane.PeopleOn(v, room-kit.Width(state)-4)
	if who == "" || (m.lost != nil || m.other != nil) && kit.Width(who)+3+kit.Width(state) > room {
		return state
	}
	return who + " " + v.Theme.Symbols.Dot + " " + state
}

// clocks returns the time of day in the zones that the person wants to see, on
// a wide screen. Where it is another day than in the first one, it says which.
func (m *Model) clocks() string {
	if m.width < largeWidth {
		return ""
	}
	var parts []string
	first := ""
	for _, z := range m.cfg.Settings.Zones {
		t := m.view.Now.In(z)
		day, layout := t.Format("Mon"), "15:04 MST"
		if z == time.UTC {
			layout = "15:04Z"
		}
		switch first {
		case "":
			if first = day; m.width >= threeColumns {
				layout = "Mon 2 Jan 2006 " + layout
			}
		case day:
		default:
			layout = "Mon " + layout
		}
		parts = append(parts, t.Format(layout))
	}
	return strings.Join(parts, " "+m.view.Theme.Symbols.Dot+" ")
}

func (m *Model) work() string {
	v, t := m.view, m.view.Theme
	a := v.Actions
	sep := " " + t.Symbols.Dot + " "
	open := fmt.Sprintf("%s open", pane.Plural(a.Open, "action", "actions"))
	if a.Open > 0 {
		open += ", " + share(a.Open, a.Open-a.NoOwner, "owned") + ", " + share(a.Open, a.Open-a.NoDue, "due")
	}
	if a.Blocked > 0 {
		open += ", " + t.Bad.Paint(fmt.Sprintf("%d blocked", a.Blocked))
	}
	questions := pane.Plural(v.OpenQs, "question", "questions") + " open"
	next := m.nextUpdate()
	if changes := m.changes(); changes != "" {
		next = strings.TrimSuffix(changes+sep+next, sep)
	}
	if v.Worst == nil {
		return m.calm(sep, next, open, questions)
	}
	owner := v.Worst.Owner
	if owner == "" {
		owner = "unassigned"
	}
	alarm := m.askAlarm()
	left := " " + alarm + t.Bad.Paint(fmt.Sprintf("%s OVERDUE %d", t.Symbols.Square, a.Overdue)) + sep
	if m.width >= pairWidth && (alarm == "" || m.width >= largeWidth) {
		left += "worst "
	}
	left += string(v.Worst.Ref) + " "
	by := fmt.Sprintf(" %s %s late", owner, data.Span(v.Now.Sub(v.Worst.Due.End())))
	room := 0
	for _, tail := range []string{sep + open + sep + questions, sep + fmt.Sprintf("%d open", a.Open), ""} {
		if room = m.width - kit.Width(left+by+tail+next) - 3; room >= 20 || tail == "" {
			by += tail
			break
		}
	}
	return kit.Spread(left+kit.Cut(v.Worst.Title, max(room, 4))+by, next+" ", m.width)
}

// calm is the third line where nothing is late. What others have changed takes
// the place of what is least worth there.
func (m *Model) calm(sep, next, open, questions string) string {
	a := m.view.Actions
	left := " nothing overdue" + sep + open + sep + questions
	for _, shorter := range []string{open, fmt.Sprintf("%d open", a.Open)} {
		if n, _ := m.view.Delta.Count(); n == 0 || kit.Width(left+next)+2 <= m.width {
			break
		}
		left = " nothing overdue" + sep + shorter
	}
	return kit.Spread(left, next+" ", m.width)
}

// share says how many of all are so, in words where it is none or all.
func share(all, n int, what string) string {
	switch n {
	case 0:
		return "none " + what
	case all:
		return "all " + what
	}
	return fmt.Sprintf("%d %s", n, what)
}

// nextUpdate says when the next update to everybody is due.
func (m *Model) nextUpdate() string {
	v := m.view
	due := v.Incident.NextUpdateDue
	if !due.Known() {
		return ""
	}
	left := due.End().Sub(v.Now)
	if left <= 0 {
		return v.Theme.Bad.Paint("update " + data.Span(left) + " LATE")
	}
	return "update in " + data.Span(left)
}
