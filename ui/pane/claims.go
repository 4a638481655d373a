package pane

import (
	"slices"
	"strings"

	"warroom/data"
	"warroom/ui/kit"
)

// Claims is all that was claimed about one figure, newest first, and where it is
// from.
type Claims struct {
	Key     data.FigureKey
	Rows    []*data.Claim
	Sources map[data.Ref]*data.Source
	stands  *data.Claim
	why     string
	discord string

	// Crossed says that there are more people than records, or "".
	Crossed string
	// Sum says what the regions add up to, where nobody has stated a number, or "".
	Sum string
}

// NewClaims returns what was claimed about a figure. sources are those that the
// claims name; one may be missing.
func NewClaims(key data.FigureKey, rows []*data.Claim, sources map[data.Ref]*data.Source) *Claims {
	return &Claims{Key: key, Rows: rows, Sources: sources, stands: data.Pick(rows), why: data.PickReason(rows), discord: data.DiscordWords(rows)}
}

// Lines returns the claims in h lines, each exactly w cells wide, without the
// first skip lines of them: below a rule why one of them stands, and where they
// do not agree. A claim has one line, or as many as it takes where there is room
// for that, or no width for the other. Lines also returns how many lines can be
// skipped.
func (c *Claims) Lines(v *View, w, h, skip int) (lines []string, most int) {
	if h <= 0 {
		return nil, 0
	}
	head := c.Summary(v, w)
	var cols []kit.Column
	rows := c.cards(v, w)
	if w >= tableFrom && len(rows)+len(head) > h-1 {
		cols, rows = c.table(v, w)
	}
	if len(rows) > 0 { // claims come first where there is little room
		head = head[:min(len(head), max(h-1-min(len(rows), 2), 1))]
	}
	room := max(h-1-len(head), 0)
	most = max(len(rows)-room, 0)
	rows = rows[min(max(skip, 0), most):]
	title := string(c.Key.Cell) + " in " + string(c.Key.Unit)
	if n := len(c.Rows); n > 0 {
		title += ": " + Plural(n, "claim", "claims")
	}
	if below := len(rows) - room; below > 0 {
		title += " " + v.Theme.Symbols.Dot + v.Keyed(" {page-down pgdn} for more")
	}
	lines = append(lines, kit.Rule(v.Theme, title, false, cols, 1, w))
	for _, l := range slices.Concat(head[:min(len(head), h-1)], rows[:min(len(rows), room)]) {
		lines = append(lines, kit.Fit(l, w))
	}
	for len(lines) < h {
		lines = append(lines, kit.Fit("", w))
	}
	return lines[:h], most
}

// Stands returns the claim that stands, or nil.
func (c *Claims) Stands() *data.Claim { return c.stands }

// Summary says in lines of w cells which claim stands and why, whether it is old,
// and what does not agree.
func (c *Claims) Summary(v *View, w int) (lines []string) {
	t := v.Theme
	say := func(ink kit.Ink, s string) {
		for _, part := range wholeWords(s, w-2) {
			lines = append(lines, " "+ink.Paint(part))
		}
	}
	switch {
	case len(c.Rows) == 0:
		say(t.Dim, "nobody has stated a number for "+FigureName(c.Key))
	case c.stands == nil:
		say(t.Warn, "none stands: what was claimed was withdrawn or disproved")
	default:
		say(t.Plain, t.Symbols.Arrow+" "+string(c.stands.Ref)+" stands: "+c.why)
		if old := c.stands.OldWords(v.Now); old != "" {
			say(t.Warn, t.Symbols.Up+" "+old)
		}
	}
	if c.Sum != "" {
		say(t.Plain, c.Sum)
	}
	if c.discord != "" {
		say(t.Warn, t.Symbols.Up+" "+c.discord)
	}
	if c.Crossed != "" {
		say(t.Warn, t.Symbols.Up+" "+c.Crossed)
	}
	return lines
}

// wholeWords breaks text between words only: an id that is broken at its hyphen
// is another id.
func wholeWords(s string, w int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && kit.Width(line+" "+word) > w {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// FigureName returns what a figure is about: a cell, and the unit where that is
// not people.
func FigureName(key data.FigureKey) string {
	if key.Unit == data.People {
		return string(key.Cell)
	}
	return string(key.Cell) + " in " + string(key.Unit)
}

// tableFrom is the width from which a claim can be told in one line.
const tableFrom = 60

// table has one line for each claim: the one that stands has an arrow.
func (c *Claims) table(v *View, w int) (cols []kit.Column, lines []string) {
	cols = []kit.Column{{Width: 1}, {Width: 5}, {Width: 20}, {Width: 11}, {Width: 4}, {Title: "as of", Width: 5}, {Title: "by", Width: 6}, {Title: "basis"}}
	for _, r := range c.Rows {
		cols[1].Width = max(cols[1].Width, kit.Width(string(r.Ref)))
		cols[4].Width = max(cols[4].Width, kit.Width(string(r.Source)))
		cols[5].Width = max(cols[5].Width, kit.Width(v.asOf(r)))
		cols[6].Width = min(max(cols[6].Width, kit.Width(string(r.MadeBy))), max(w/10, 6))
	}
	if w < 70 {
		cols[2].Width = 17
	}
	kit.Flex(cols, 7, w-1)
	for _, r := range c.Rows {
		ink, from := c.ink(v.Theme, r), string(r.Source)
		if from == "" {
			from = v.Theme.Symbols.Query
		}
		lines = append(lines, " "+kit.Row(cols, c.mark(v.Theme, r), string(r.Ref), ink.Paint(amountIn(r, cols[2].Width)), StandingWord(v.Theme, r.Standing),
			from, v.asOf(r), string(r.MadeBy), v.Theme.Dim.Paint(data.FirstLine(data.Line(r.Basis)))))
	}
	return cols, lines
}

// cards have a few lines for each claim, with the name of its source.
func (c *Claims) cards(v *View, w int) (lines []string) {
	for i, r := range c.Rows {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, c.card(v, r, w, false)...)
	}
	return lines
}

// card has a few lines for one claim, with the cursor before it or not.
func (c *Claims) card(v *View, r *data.Claim, w int, on bool) []string {
	t, ref := v.Theme, kit.Fit(string(r.Ref), 5)
	if on {
		ref = t.Cursor.Paint(string(r.Ref)) + kit.Fit("", max(5-len(r.Ref), 0))
	}
	head := v.markOf(false, on) + c.mark(t, r) + " " + ref + " " + c.ink(t, r).Paint(Amount(r)) + "  " + v.Provenance(r, 30)
	from := "source " + Unknown
	if r.Source != "" {
		if from = string(r.Source); c.Sources[r.Source] != nil {
			from += " " + data.FirstLine(data.Line(c.Sources[r.Source].Title))
		}
	}
	said := "as of " + v.asOf(r) + " " + t.Symbols.Dot + " stated by " + string(r.MadeBy) + ", " + v.age(r.MadeAt)
	if r.Pinned {
		said += " " + t.Symbols.Dot + " pinned"
	}
	if r.Changed() {
		said += " " + t.Symbols.Dot + " changed by " + string(r.ChangedBy) + ", " + v.age(r.ChangedAt)
	}
	lines := []string{kit.Cut(head, w), "   " + kit.Cut(from, w-4), "   " + kit.Cut(said, w-4)}
	if r.Basis == "" {
		return lines
	}
	for j, part := range kit.Wrap(data.Clean(r.Basis, true), w-4) {
		if j == mostLines {
			return append(lines, "   "+t.Symbols.More)
		}
		lines = append(lines, "   "+t.Dim.Paint(part))
	}
	return lines
}

// ClaimList is all that was claimed about one figure, to go through: claims
// returns it, or nil while it is being read.
func ClaimList(key data.FigureKey, claims func() *Claims) *Pane {
	rows := func() []*data.Claim {
		if c := claims(); c != nil {
			return c.Rows
		}
		return nil
	}
	return &Pane{Name: "claims", table: table{
		title: func(*View) string {
			title := string(key.Cell) + " in " + string(key.Unit)
			if n := len(rows()); n > 0 {
				title += ": " + Plural(n, "claim", "claims") + ", newest first"
			}
			return title
		},
		empty: "nobody has stated a number for " + FigureName(key) + "; {add a} adds one",
		least: 4,
		ids: func(*View) (ids []string) {
			for _, r := range rows() {
				ids = append(ids, string(r.Ref))
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string {
			lines := claims().card(v, rows()[i], w, on)
			if i < len(rows())-1 {
				lines = append(lines, "")
			}
			return lines
		},
	}}
}

// mark is the sign before the claim that stands.
func (c *Claims) mark(t kit.Theme, r *data.Claim) string {
	if r == c.stands {
		return t.Symbols.Arrow
	}
	return " "
}

// ink is how the numbers of a claim are painted.
func (c *Claims) ink(t kit.Theme, r *data.Claim) kit.Ink {
	switch {
	case r == c.stands:
		return t.Strong
	case !r.Standing.Stands():
		return t.Dim
	}
	return t.Plain
}

// asOf returns since when a claim is meant to be right.
func (v *View) asOf(c *data.Claim) string {
	if !c.AsOf.Known() {
		return Unknown
	}
	return v.age(c.AsOf.At)
}
