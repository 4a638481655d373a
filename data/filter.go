package data

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Filter says which items of a kind are wanted. It is made by [ParseFilter],
// which describes the language, and never changes. What it says of times that
// are relative counts from the moment that Match is told, so that a filter may
// be kept while time passes. A nil Filter matches all.
type Filter struct {
	kind   Kind
	text   string
	cond   Cond
	closed bool // it says itself whether closed actions are wanted
}

// Empty reports whether the filter matches all because it says nothing.
func (f *Filter) Empty() bool { return f == nil || f.text == "" }

// String returns what was parsed, without the spaces around it.
func (f *Filter) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// Cond returns what the filter says, for a store that can look for it. It must
// not be changed.
func (f *Filter) Cond() Cond {
	if f == nil {
		return Cond{}
	}
	return f.cond
}

// Match reports whether the filter wants e, as of now and for me. An item of
// another kind than the filter's is not wanted.
func (f *Filter) Match(e Entity, now time.Time, me Actor) bool {
	return f.Empty() || e.Kind() == f.kind && f.cond.holds(e, now, me)
}

// A Test says what a Cond asks of an item.
type Test uint8

// The tests. Values of texts are in lower case, see [Fold].
const (
	CondAll     Test = iota // each of Of holds; the zero Cond always does
	CondAny                 // one of Of holds
	CondNot                 // the one in Of does not hold
	CondText                // Value is in a text, a name, a link to an item, the id or the workstream
	CondHas                 // Value is in the field
	CondBegins              // Value is in the field where it, or a word in it, begins
	CondIs                  // the field is exactly Value, in its stored form
	CondUnknown             // nobody has said what the field is
	CondTime                // the field is in the span of time that Span returns
	CondNumber              // the field is a number from Low up to High
	CondID                  // the id is Value
	CondLate                // the action is open and its deadline has passed
	CondStale               // the workstream is older than its own promise
	CondMine                // it is owned by me, asked of me, led by me; else made by me
)

// A Cond is a condition: a test, or several put together.
type Cond struct {
	Test      Test
	Of        []Cond
	Field     string // the key of a field, or MadeKey, UpdatedKey, MadeByKey or UpdatedByKey
	Value     string
	Low, High int64

	field *Field // nil if Field is none of the kind's own
	when  filterSpan
}

// The keys, besides those of fields, by which every item can be filtered and
// sorted.
const (
	IDKey        = "id"
	MadeKey      = "made"       // when it was made
	UpdatedKey   = "updated"    // when it was last changed
	MadeByKey    = "made_by"    // by whom
	UpdatedByKey = "updated_by" // by whom
)

var metaKeys = []string{IDKey, MadeKey, UpdatedKey, MadeByKey, UpdatedByKey}

// Span returns the span of time that a CondTime asks for, as of now: from its
// first moment up to, and without, the second one. The zero time is no limit.
func (c Cond) Span(now time.Time) (from, to time.Time) { return c.when.at(now) }

// Asks reports whether the condition has a test in it.
func (c Cond) Asks(t Test) bool {
	return c.Test == t || slices.ContainsFunc(c.Of, func(d Cond) bool { return d.Asks(t) })
}

func (c Cond) holds(e Entity, now time.Time, me Actor) bool {
	switch c.Test {
	case CondAll, CondAny:
		for _, d := range c.Of {
			if d.holds(e, now, me) == (c.Test == CondAny) {
				return c.Test == CondAny
			}
		}
		return c.Test == CondAll
	case CondNot:
		return !c.Of[0].holds(e, now, me)
	case CondText:
		return textHas(e, c.Value)
	case CondHas:
		return strings.Contains(Fold(c.get(e)), c.Value)
	case CondBegins:
		return beginsWord(Fold(c.get(e)), c.Value)
	case CondIs:
		return c.get(e) == c.Value
	case CondUnknown:
		return c.get(e) == ""
	case CondTime:
		at, ok := c.moment(e)
		from, to := c.when.at(now)
		return ok && (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to))
	case CondNumber:
		n, ok := c.field.amount(e)
		return ok && n >= c.Low && n <= c.High
	case CondID:
		return string(e.Info().Ref) == c.Value
	case CondLate:
		a, ok := e.(*Action)
		return ok && a.Overdue(now)
	case CondStale:
		w, ok := e.(*Workstream)
		return ok && w.Stale(now)
	case CondMine:
		return isMine(e, me)
	}
	return false
}

// get returns the stored form of the field in e, also of those that every item
// has.
func (c Cond) get(e Entity) string {
	switch c.Field {
	case MadeByKey:
		return string(e.Info().MadeBy)
	case UpdatedByKey:
		return string(e.Info().ChangedBy)
	}
	return c.field.Get(e)
}

// moment returns the moment by which a time is compared: itself if it is known
// to the second, else the last second that it may be, as a deadline has it.
func (c Cond) moment(e Entity) (at time.Time, known bool) {
	switch c.Field {
	case MadeKey:
		return e.Info().MadeAt, true
	case UpdatedKey:
		return e.Info().ChangedAt, true
	}
	t, err := ParseTime(c.field.Get(e))
	if err != nil || !t.Known() {
		return time.Time{}, false
	}
	if t.Prec == Exact {
		return t.At, true
	}
	return t.End().Add(-time.Second), true
}

// amount returns the number, or the length of time, that a field of e holds.
func (f *Field) amount(e Entity) (int64, bool) {
	stored := f.Get(e)
	if f.Type == SpanType {
		d, err := ParseDuration(stored)
		return int64(d), err == nil
	}
	n, ok := f.Value(stored).(int64)
	return n, ok
}

func textHas(e Entity, value string) bool {
	if strings.Contains(Fold(string(e.Info().Ref)), value) {
		return true
	}
	for _, f := range FieldsOf(e) {
		if f.searched() && strings.Contains(Fold(f.Get(e)), value) {
			return true
		}
	}
	return false
}

// searched reports whether words are looked for in the field.
func (f *Field) searched() bool {
	switch f.Type {
	case LineType, TextType, NameType, RefType:
		return !f.Internal
	}
	return f.Key == "stream"
}

func isMine(e Entity, me Actor) bool {
	is := func(name string) bool { return me != "" && Fold(name) == Fold(string(me)) }
	switch e := e.(type) {
	case *Action:
		return is(e.Owner) || is(e.To)
	case *Workstream:
		return is(e.Lead)
	}
	return is(string(e.Info().MadeBy))
}

// beginsWord reports whether value is in text at its beginning or behind
// anything that is no ASCII letter or digit. Both are in lower case.
func beginsWord(text, value string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], value)
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || !plainLetter(text[at-1]) {
			return true
		}
		at++
	}
}

func plainLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// Fold returns text in lower case, character by character, for a comparison
// without regard to case. A character that is not ASCII never becomes one that
// is, as in SQLite.
func Fold(text string) string { return strings.Map(foldRune, text) }

func foldRune(r rune) rune {
	if r <= unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if l := unicode.ToLower(unicode.ToUpper(r)); l > unicode.MaxASCII {
		return l
	}
	return r
}

// A filterError says where a filter does not parse, and why.
type filterError struct {
	At   int // how many characters stand before it
	What string
	Hint string // what to do, or ""
}

// Error implements error. It counts characters from 1, as people do.
func (e *filterError) Error() string { return fmt.Sprintf("filter: at %d: %s", e.At+1, e.What) }
