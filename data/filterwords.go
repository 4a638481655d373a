package data

import (
	"slices"
	"strings"
)

// FilterKeys returns the keys by which items of a kind can be filtered and
// sorted: those of its fields, then those that every item has.
func FilterKeys(k Kind) (keys []string) {
	for _, f := range SpecOf(k).Fields {
		if !f.Internal {
			keys = append(keys, f.Key)
		}
	}
	return append(keys, metaKeys...)
}

// An isWord is a word behind is:.
type isWord struct {
	name   string
	cond   Cond
	closed bool // it says itself whether closed actions are wanted
}

// isWordsOf returns the words behind is: for a kind: those of its own, and those
// of the field that says where an item stands.
func isWordsOf(s *Spec) (all []isWord) {
	is := func(key, value string) Cond {
		return Cond{Test: CondIs, Field: key, Value: value, field: s.Field(key)}
	}
	none := func(key string) Cond { return Cond{Test: CondUnknown, Field: key, field: s.Field(key)} }
	switch s.Kind {
	case KindAction:
		open := Cond{Test: CondAny}
		for _, st := range ActionStates {
			if st.Open() {
				open.Of = append(open.Of, is("state", string(st)))
			}
		}
		all = []isWord{
			{"open", open, true}, {"late", Cond{Test: CondLate}, false}, {"mine", Cond{Test: CondMine}, false},
			{"unassigned", none("owner"), false}, {"waiting", negate(none("waits_for")), false},
			{"ask", is("kind", string(Ask)), false}, {"all", Cond{}, true},
		}
	case KindWorkstream:
		all = []isWord{{"stale", Cond{Test: CondStale}, false}, {"mine", Cond{Test: CondMine}, false}, {"unassigned", none("lead"), false}}
	default:
		all = []isWord{{"mine", Cond{Test: CondMine}, false}}
	}
	for _, f := range s.Fields {
		switch {
		case f.Type == FlagType:
			all = append(all, isWord{f.Key, is(f.Key, "true"), false})
		case f.Key == "state" || f.Key == "status" || f.Key == "standing":
			for _, w := range f.Words {
				if !slices.ContainsFunc(all, func(i isWord) bool { return i.name == w }) {
					all = append(all, isWord{w, is(f.Key, w), !ActionState(w).Open()})
				}
			}
		}
	}
	return all
}

func isWordOf(s *Spec, name string) *isWord {
	for _, w := range isWordsOf(s) {
		if w.name == name {
			return &w
		}
	}
	return nil
}

func isNames(s *Spec) (names []string) {
	for _, w := range isWordsOf(s) {
		names = append(names, w.name)
	}
	return names
}

// CompleteFilter returns what a filter may become whose last term is completed: names
// of fields with their colon, words behind is:, words of closed lists, and examples of
// times. It offers nothing inside of quotes.
func CompleteFilter(k Kind, text string) []string {
	s := SpecOf(k)
	at, open := lastTerm(text)
	if s == nil || open {
		return nil
	}
	begin, term := text[:at], text[at:]
	for {
		rest, ok := cutFold(term, "not:")
		if !ok {
			break
		}
		begin, term = begin+term[:len("not:")], rest
	}
	name, value, ok := strings.Cut(term, ":")
	if !ok {
		var names []string
		for _, key := range append([]string{"is", "not"}, FilterKeys(k)...) {
			names = append(names, begin+key+":")
		}
		return beginning(names, text)
	}
	var words []string
	if strings.EqualFold(name, "is") {
		words = isNames(s)
	} else if key, err := (&filterParser{spec: s}).fieldKey(0, strings.ToLower(name)); err == nil {
		words = valuesOf(s, key)
	}
	begin += name + ":"
	if i := strings.LastIndexByte(value, ','); i >= 0 {
		begin, value = begin+value[:i+1], value[i+1:]
	}
	all := beginning(words, value)
	for i := range all {
		all[i] = begin + all[i]
	}
	return all
}

// lastTerm returns where the last term of a filter begins, and whether a quote in it is
// open. A term goes on behind a quote, as in state:"open",doing.
func lastTerm(text string) (at int, open bool) {
	at = len(text)
	for _, w := range slices.Backward(SplitWords(text, FilterQuotes)) {
		if w.End < at {
			break
		}
		at, open = w.At, open || w.Open != 0
	}
	return at, open
}

// valuesOf returns what can be offered for a field.
func valuesOf(s *Spec, key string) []string {
	f := s.Field(key)
	switch {
	case key == MadeKey || key == UpdatedKey:
		return []string{"<1h", "<1d", "today", "yesterday"}
	case f == nil:
		return nil
	case f.Type == FlagType:
		return []string{"yes", "no"}
	case f.Deadline():
		return []string{"<1d", "<1w", "today", "tomorrow", "unknown"}
	case f.Type == TimeType:
		return []string{"<1d", "<1w", "today", "yesterday", "unknown"}
	case f.Required:
		return f.Words
	}
	return append(slices.Clone(f.Words), "unknown")
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// beginning returns the words that begin with text, whatever the case.
func beginning(words []string, text string) (all []string) {
	for _, w := range words {
		if _, ok := cutFold(w, text); ok {
			all = append(all, w)
		}
	}
	return all
}

// near returns the words that text begins, or else those a slip away from it.
func near(words []string, text string) (all []string) {
	if len(text) > 1 {
		all = beginning(words, text)
	}
	for _, w := range words {
		if len(all) < 3 && len(text) > 2 && !slices.Contains(all, w) && slips(strings.ToLower(w), strings.ToLower(text)) <= min(2, len(text)/3) {
			all = append(all, w)
		}
	}
	return all
}

// slips counts the letters that must be changed, added or left out to make b of a.
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0] // of the row before, one to the left
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, last+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// article returns the name of a kind as a sentence has it: "an action".
func article(label string) string {
	label = strings.ToLower(label)
	if strings.ContainsRune("aeiou", rune(label[0])) {
		return "an " + label
	}
	return "a " + label
}
