package data

import (
	"strings"
	"unicode/utf8"
)

// Found is an item that a search found.
type Found struct {
	Ref     Ref
	Kind    Kind
	Name    string // on one line
	Line    string // the line of the item's texts where a word stands, cut around it; Name if it stands there
	Private bool   // a private note
	Closed  bool   // an action that is done or dropped, a question that is answered, what no longer stands
}

// Texts returns all that people wrote in an item and would search for, a line
// or more for each field: its id, its name, its texts and the names of people in
// it.
func Texts(e Entity) string {
	spec := SpecOf(e.Kind())
	var b strings.Builder
	b.WriteString(string(e.Info().Ref))
	for _, f := range spec.Fields {
		if v := f.Get(e); v != "" && (f.Type.hides() || f.Key == spec.NameField || f.Key == spec.NameWith) && !f.Internal {
			b.WriteByte('\n')
			b.WriteString(v)
		}
	}
	return b.String()
}

// Closed reports whether an item is over: an action that is done or dropped, a
// question that is answered, a fact, risk, claim or count that was disproved
// or withdrawn.
func Closed(e Entity) bool {
	switch e := e.(type) {
	case *Action:
		return !e.State.Open()
	case *Question:
		return e.State == "answered"
	case *Fact:
		return !e.Standing.Stands()
	case *Risk:
		return !e.Standing.Stands()
	case *Claim:
		return !e.Standing.Stands()
	case *Notice:
		return !e.Standing.Stands()
	}
	return false
}

// SearchWords returns the words of what a person searches for, each once, in lower
// case.
func SearchWords(text string) []string {
	var words []string
	seen := map[string]bool{}
	for _, w := range strings.Fields(Fold(Line(text))) {
		if !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

// lineOfFound is how long the line of a find is, in characters.
const lineOfFound = 80

// FoundLine returns the line of an item's texts in which the most of words
// stand, the id aside, cut around the first of them and safe to show on one
// line. Words are folded.
func FoundLine(texts string, words []string) string {
	_, texts, _ = strings.Cut(texts, "\n")
	best, most := FirstLine(texts), 0
	for line := range strings.SplitSeq(texts, "\n") {
		folded, n := Fold(line), 0
		for _, w := range words {
			if strings.Contains(folded, w) {
				n++
			}
		}
		if n > most {
			best, most = line, n
		}
	}
	return cutAround(Line(strings.TrimSpace(best)), words)
}

// cutAround shortens a line so that the first of words that stands in it is
// still there, with a little of what comes before.
func cutAround(line string, words []string) string {
	r := []rune(line)
	if len(r) <= lineOfFound {
		return line
	}
	folded, at := Fold(line), 0
	for _, w := range words {
		if i := strings.Index(folded, w); i >= 0 {
			at = utf8.RuneCountInString(folded[:i])
			break
		}
	}
	from := max(min(at-lineOfFound/4, len(r)-lineOfFound), 0)
	cut := r[from : from+lineOfFound]
	text := string(cut)
	if from > 0 {
		text = "…" + string(cut[1:])
	}
	if from+lineOfFound < len(r) {
		text = string([]rune(text)[:lineOfFound-1]) + "…"
	}
	return text
}
