package pane

import (
	"fmt"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// A SourceRow is a source, with how much rests on it.
type SourceRow struct {
	*data.Source
	Claims, Facts, Counts, Stand int
}

// SourceList shows sources one under the other: how good each is, where it came
// from, and what rests on it.
func SourceList(rows func() []SourceRow) *Pane {
	return &Pane{Name: "sources", table: table{
		title: func(v *View) string {
			return fmt.Sprintf("Sources %d %s W withdraws one", len(rows()), v.Theme.Symbols.Dot)
		},
		empty: "no source is named yet; {add a} adds one",
		least: 3,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string { return v.sourceLines(rows()[i], w, on) },
	}}
}

func (v *View) sourceLines(r SourceRow, w int, on bool) (lines []string) {
	t := v.Theme
	dot := " " + t.Symbols.Dot + " "
	ref := kit.Fit(string(r.Ref), 5)
	if on {
		ref = t.Cursor.Paint(string(r.Ref)) + kit.Fit("", max(5-len(r.Ref), 0))
	}
	before := v.markOf(v.fresh(&r.Meta), on) + ref + " "
	title := data.FirstLine(data.Line(r.Title))
	if r.Withdrawn {
		title = t.Bad.Paint(t.Symbols.Cross+" WITHDRAWN") + " " + t.Dim.Paint(title)
	}
	room := max(w-kit.Width(before)-1, 10)
	put := func(s string) {
		for _, part := range kit.Wrap(s, room) {
			lines = append(lines, before+part)
			before = kit.Fit("", kit.Width(before))
		}
	}
	put(title)
	put(v.grade(r.Source) + dot + v.received(r.Source))
	put(restWords(r.Claims, r.Facts, r.Counts, r.Stand))
	return append(lines, "")
}

// grade spells the grade of a source out.
func (v *View) grade(s *data.Source) string {
	if s.Grade == "" {
		return v.Theme.Dim.Paint("grade " + Unknown)
	}
	return v.Theme.Strong.Paint(s.Grade) + " " + data.GradeWords(s.Grade)
}

// received says when a source came, and from whom.
func (v *View) received(s *data.Source) string {
	when, from := "received: "+Unknown, "from: "+Unknown
	if s.Received.Known() {
		when = "received " + v.When(s.Received)
	}
	if s.From != "" {
		from = "from " + data.Line(s.From)
	}
	return when + ", " + from
}

// restWords counts what rests on a source.
func restWords(claims, facts, counts, stand int) string {
	if claims+facts+counts == 0 {
		return "nothing rests on it"
	}
	words := Plural(claims, "claim", "claims")
	if counts > 0 {
		words += ", " + Plural(counts, "count of notices", "counts of notices")
	}
	words += " and " + Plural(facts, "fact", "facts") + " rest on it; "
	switch stand {
	case 0:
		return words + "none stands"
	case claims + facts + counts:
		return words + "all stand"
	}
	return words + data.Digits(int64(stand)) + " of them stand"
}

// rests says which claims, facts and counts rest on a source, for its page.
func (v *View) rests(all []data.Entity, w int) (lines []string) {
	t := v.Theme
	claims, counts, stand := 0, 0, 0
	var rows []string
	add := func(ref data.Ref, text string, s data.Standing) {
		if !s.Stands() {
			text = t.Dim.Paint(text)
		} else {
			stand++
		}
		rows = append(rows, kit.Cut("   "+kit.Fit(string(ref), max(6, len(ref)+1))+StandingWord(t, s)+"  "+text, w))
	}
	for _, e := range all {
		switch e := e.(type) {
		case *data.Claim:
			claims++
			add(e.Ref, Amount(e)+" "+string(e.Unit)+", "+string(e.Cell)+", as of "+v.asOf(e), e.Standing)
		case *data.Notice:
			counts++
			add(e.Ref, e.Name()+": "+e.NumberWords(), e.Standing)
		case *data.Fact:
			add(e.Ref, data.FirstLine(data.Line(e.Text)), e.Standing)
		}
	}
	lines = append(lines, " "+t.Strong.Paint(kit.Cut(capital(restWords(claims, len(all)-claims-counts, counts, stand)), w-1)))
	return append(lines, rows...)
}

// capital returns a sentence with its first letter large.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Fall says in lines of w cells what falls with a source that is withdrawn: the
// figures, before and after, then the claims, the counts of notices and the facts.
func (v *View) Fall(source *data.Source, f data.Fall, w int) (lines []string) {
	t := v.Theme
	put := func(indent, s string) {
		for i, part := range kit.Wrap(s, max(w-len(indent)-3, 10)) {
			if i > 0 {
				part = "  " + part
			}
			lines = append(lines, indent+part)
		}
	}
	head := func(s string) { lines = append(lines, "", " "+t.Strong.Paint(kit.Cut(s, w-1))) }
	put(" ", "Nothing is changed yet. Withdrawing "+string(source.Ref)+" withdraws what rests on it, in one act; "+v.Keyed("{undo u} takes all of it back."))
	if len(f.Figures) == 0 {
		head("No figure becomes another")
	} else {
		head("Figures that become others: " + fmt.Sprint(len(f.Figures)))
	}
	for _, x := range f.Figures {
		after := t.Warn.Paint(Unknown)
		if x.After != nil {
			after = v.figure(x.After)
		}
		put("   ", string(x.Key.Cell)+" in "+string(x.Key.Unit)+": "+v.figure(x.Before)+" "+t.Symbols.Arrow+" "+after)
	}
	if len(f.Claims) > 0 {
		head("Claims that fall: " + fmt.Sprint(len(f.Claims)))
	}
	for _, c := range f.Claims {
		put("   ", string(c.Ref)+"  "+string(c.Cell)+": "+Amount(c)+" "+string(c.Unit)+"  "+StandingWord(t, c.Standing)+", "+from(c)+", as of "+v.asOf(c))
	}
	if len(f.Counts) > 0 {
		head("Counts of notices that fall: " + fmt.Sprint(len(f.Counts)))
	}
	for _, n := range f.Counts {
		put("   ", string(n.Ref)+"  "+n.Name()+": "+n.NumberWords()+"  "+StandingWord(t, n.Standing))
	}
	if len(f.Facts) > 0 {
		head("Facts that fall: " + fmt.Sprint(len(f.Facts)))
	}
	for _, fact := range f.Facts {
		put("   ", string(fact.Ref)+"  "+data.FirstLine(data.Line(fact.Text))+"  "+StandingWord(t, fact.Standing))
	}
	return lines
}

// figure says what stands for a figure: its numbers, how sure they are, which claim
// that is, where it is from and how old it is.
func (v *View) figure(c *data.Claim) string {
	return Amount(c) + " " + StandingWord(v.Theme, c.Standing) + " " + string(c.Ref) + ", " + from(c) + ", as of " + v.asOf(c)
}

// from returns the source of a claim.
func from(c *data.Claim) string {
	if c.Source == "" {
		return "source " + Unknown
	}
	return string(c.Source)
}
