package data

import (
	"strings"
	"time"
)

// A Happening is an event as a timeline has it: in the place of when it
// happened, which for most is when it was recorded.
type Happening struct {
	Entry
	Stream Ref  // the workstream that the item is, or belongs to; "" if none
	When   Time // what people said of when it happened; unknown if nothing
}

// Moment returns when it happened, as far as that is known.
func (h Happening) Moment() time.Time {
	if h.When.Known() {
		return h.When.At
	}
	return h.At
}

// A TimelineFilter says which events a timeline shows. The zero value shows what
// people recorded.
type TimelineFilter struct {
	words   []term // folded
	by      []term
	kinds   []term
	streams []term
	machine bool // only what programs recorded, in the place of what people did
	all     bool // both
}

// A term is something that is looked for, or must not be there.
type term struct {
	text string
	not  bool
}

// ParseTimeline reads a filter of a timeline: words, by:NAME, kind:action,
// stream:support, is:machine and is:all, each of which not: may stand before.
// All must hold. Its error says at which character a filter does not parse.
func ParseTimeline(text string) (TimelineFilter, error) {
	var f TimelineFilter
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		if word != "" {
			if err := f.add(word, at); err != nil {
				return f, err
			}
		}
		at += len([]rune(word)) + 1
	}
	return f, nil
}

func (f *TimelineFilter) add(word string, at int) error {
	rest, not := strings.CutPrefix(word, "not:")
	key, value, ok := strings.Cut(rest, ":")
	t := term{Fold(value), not}
	wrong := func(format string, args ...any) error {
		return &filterError{At: at, What: Refuse(format, args...).What, Hint: "by:NAME, kind:action, stream:support, is:machine, is:all, or words"}
	}
	if ok && value == "" {
		return wrong("%s: needs a word behind it", key)
	}
	switch {
	case !ok:
		if rest == "" {
			return wrong("not: needs a word behind it")
		}
		f.words = append(f.words, term{Fold(rest), not})
	case key == "by":
		f.by = append(f.by, t)
	case key == "kind" && SpecOf(Kind(value)) == nil:
		return wrong("%q is no kind of item", short(value))
	case key == "kind":
		f.kinds = append(f.kinds, t)
	case key == "stream":
		f.streams = append(f.streams, t)
	case key == "is" && value == "machine":
		f.machine = !not
	case key == "is" && value == "all":
		f.all = !not
	default:
		return wrong("%q is nothing that a timeline can be filtered by", short(rest))
	}
	return nil
}

// NeedsStream reports whether Match must know the workstream of an item.
func (f TimelineFilter) NeedsStream() bool { return len(f.streams) > 0 }

// Match reports whether h is wanted.
func (f TimelineFilter) Match(h Happening) bool {
	if !f.all && (h.By == TemplateAuthor) != f.machine {
		return false
	}
	kind := ""
	if spec := h.Item().Spec(); spec != nil {
		kind = string(spec.Kind)
	}
	text := Fold(string(h.Item()) + " " + h.Name + " " + string(h.By) + " " + Describe(h.Body))
	return holds(f.by, func(s string) bool { return strings.HasPrefix(Fold(string(h.By)), s) }) &&
		holds(f.kinds, func(s string) bool { return kind == s }) &&
		holds(f.streams, func(s string) bool { return strings.HasPrefix(string(h.Stream), s) }) &&
		holds(f.words, func(s string) bool { return strings.Contains(text, s) })
}

// holds reports whether each term is there, or is not if it must not be.
func holds(terms []term, there func(string) bool) bool {
	for _, t := range terms {
		if there(t.text) == t.not {
			return false
		}
	}
	return true
}

// TemplateAuthor records what a template brings without saying by whom. It is no
// person, and nobody can be called so.
const TemplateAuthor Actor = "template"
