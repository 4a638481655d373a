package pane

import (
	"fmt"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// A ThirdRow is one thing that is known of the third party: an item, and what is
// to be said of it in lines of their own.
type ThirdRow struct {
	Ref     data.Ref
	Heading string // of the part that begins with it; "" within one
	Text    string
	About   []string // one line each, broken where it is too long; each may have a style
	Quiet   bool     // it is over
}

// ThirdRows puts what is known of the third party in the order in which one asks:
// who they are, what they owe us, what does not agree, what they were asked, what
// they said.
func ThirdRows(v *View, p *data.ThirdParty) (rows []ThirdRow) {
	t := v.Theme
	rows = append(rows, ThirdRow{data.IncidentRef, "Who they are", v.theirName(p), v.theirAbout(p), false})
	part := func(heading string, some []ThirdRow) {
		if len(some) > 0 {
			some[0].Heading = heading
			rows = append(rows, some...)
		}
	}
	asked := func(all []data.Asked) (some []ThirdRow) {
		for _, a := range all {
			some = append(some, v.askedRow(a))
		}
		return some
	}
	part(t.Bad.Paint(fmt.Sprint("Late by their own promise ", len(p.Late))), asked(p.Late))
	var contrary []ThirdRow
	for _, c := range p.Contrary {
		contrary = append(contrary, ThirdRow{c.Later.Ref, "", string(c.Later.Cell) + " in " + string(c.Later.Unit),
			[]string{t.Warn.Paint(t.Symbols.Up) + " " + c.Words(v.short, t.Symbols.Dot)}, false})
	}
	part(t.Warn.Paint(fmt.Sprint("Contradicts an earlier answer ", len(contrary))), contrary)
	part(fmt.Sprint("Asked, not answered yet ", len(p.Waiting)), asked(p.Waiting))
	part(fmt.Sprint("Answered ", len(p.Answered)), asked(p.Answered))
	var sources []ThirdRow
	for _, s := range p.Sources {
		about := []string{v.received(s) + " " + t.Symbols.Dot + " " + v.grade(s)}
		if s.Withdrawn {
			about = append(about, t.Bad.Paint(t.Symbols.Cross+" WITHDRAWN"))
		}
		sources = append(sources, ThirdRow{s.Ref, "", data.FirstLine(s.Title), about, s.Withdrawn})
	}
	part(fmt.Sprint("What we have from them ", len(sources)), sources)
	return rows
}

// theirName says who the third party is.
func (v *View) theirName(p *data.ThirdParty) string {
	if p.Incident.ThirdParty == "" {
		return Unknown + v.Keyed(": nobody has said who they are; {edit e} says it")
	}
	return p.Incident.ThirdParty
}

// theirAbout says what they run, what they are called, and how they answer.
func (v *View) theirAbout(p *data.ThirdParty) (lines []string) {
	t := v.Theme
	runs := t.Dim.Paint(Unknown)
	if p.Incident.TheyRun != "" {
		runs = data.Line(p.Incident.TheyRun)
	}
	lines = append(lines, "they run: "+runs)
	names := p.Incident.TheirNames()
	switch {
	case len(names) == 0:
		return append(lines, t.Dim.Paint("no ask can be to them until they have a name: e, third party called"))
	case len(p.Late)+len(p.Waiting)+len(p.Answered) == 0:
		lines = append(lines, "nothing was asked of them yet; a asks")
	default:
		words := []string{fmt.Sprint(len(p.Late)+len(p.Waiting), " open"), fmt.Sprint(len(p.Answered), " answered")}
		if n := len(p.Late); n > 0 {
			words = append(words, t.Bad.Paint(fmt.Sprint(n, " late by their own promise")))
		}
		if n := len(p.Contrary); n > 0 {
			words = append(words, t.Warn.Paint(Plural(n, "answer contradicts", "answers contradict")+" an earlier one"))
		}
		lines = append(lines, "asks to them: "+strings.Join(words, " "+t.Symbols.Dot+" "))
	}
	return append(lines, t.Dim.Paint(fmt.Sprintf("an ask is to them if it asks %s", orWords(names))))
}

// orWords returns names as a sentence has them.
func orWords(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", data.Line(n))
	}
	if last := len(quoted) - 1; last > 0 {
		return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
	}
	return strings.Join(quoted, "")
}

// askedRow says what was asked, promised and answered.
func (v *View) askedRow(a data.Asked) ThirdRow {
	t := v.Theme
	dot := " " + t.Symbols.Dot + " "
	promise := a.Promise(v.Now, v.short)
	switch {
	case a.Late(v.Now):
		promise = t.Bad.Paint(t.Symbols.Square + " " + promise)
	case !a.Promised.Known():
		promise = t.Dim.Paint(promise)
	}
	said := "asked " + a.To + " by " + string(a.MadeBy) + ", " + v.age(a.MadeAt)
	about := []string{promise, said}
	if a.State.Open() && a.Due.Known() {
		about[1] += dot + "wanted by " + v.short(a.Due)
	}
	if a.State == data.Dropped {
		about = append(about, t.Dim.Paint(t.Symbols.Cross+" dropped, not answered"))
	}
	if a.Answer != "" {
		answer := t.Good.Paint(t.Symbols.Check) + " " + data.Line(a.Answer)
		if !a.AnsweredAt.IsZero() {
			answer += dot + "answered " + v.age(a.AnsweredAt)
		}
		if a.Source != nil {
			answer += dot + "kept as source " + string(a.Source.Ref)
		}
		about = append(about, answer)
	}
	return ThirdRow{a.Ref, "", data.FirstLine(a.Title), about, a.State == data.Dropped}
}

// short returns a time of any precision in few cells: a day without its year if
// that is this one.
func (v *View) short(t data.Time) string {
	switch {
	case t.Prec == data.Exact:
		return v.clock(t.At)
	case t.Prec == data.ByDay && t.At.Year() == v.Now.Year():
		return t.At.Format("2 Jan")
	case t.Prec == data.ByDay:
		return t.At.Format("2 Jan 2006")
	}
	return t.Words()
}

// ThirdList shows what is known of the third party, to be read: all of every text.
func ThirdList(rows func() []ThirdRow) *Pane {
	return &Pane{Name: "third party", table: table{
		title: func(*View) string { return "Third party" },
		empty: "it is being read",
		least: 3,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string { return thirdLines(v, rows()[i], i > 0, w, on) },
	}}
}

func thirdLines(v *View, r ThirdRow, gap bool, w int, on bool) (lines []string) {
	t := v.Theme
	if r.Heading != "" {
		if gap {
			lines = append(lines, "")
		}
		lines = append(lines, " "+t.Strong.Paint(r.Heading))
	}
	ref := string(r.Ref)
	if r.Ref == data.IncidentRef {
		ref = "" // its page says what it is
	}
	mark, id := v.markOf(v.fresh(&data.Meta{Ref: r.Ref}), on), kit.Fit(ref, max(idWidth, kit.Width(ref)))
	if on && ref != "" {
		id = t.Cursor.Paint(ref) + kit.Fit("", max(idWidth-kit.Width(ref), 0))
	}
	before := mark + id + " "
	indent := kit.Width(before)
	put := func(s string, ink kit.Ink) {
		for _, part := range kit.Wrap(s, max(min(w, 110)-indent-1, 10)) {
			lines = append(lines, before+ink.Paint(part))
			before = kit.Fit("", indent)
		}
	}
	ink := t.Strong
	switch {
	case on && ref == "":
		ink = t.Cursor
	case r.Quiet:
		ink = t.Dim
	}
	put(data.Line(r.Text), ink)
	for _, about := range r.About {
		put(about, t.Plain)
	}
	return lines
}
