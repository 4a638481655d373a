package data

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An ActionQuery asks for a list of actions: which of them, and in which order.
type ActionQuery struct {
	Filter *Filter
	Sort   string // the key of a field, or one that every item has; "" is worst first
	Down   bool   // the field from its end on; worst first has no other direction
	All    bool   // closed actions too, if the filter does not say which are wanted
	Now    time.Time
	Me     Actor
}

// SortKey returns the key that a person means who wrote the name of a field to
// sort a kind by. As in a filter, it may be cut short.
func SortKey(k Kind, name string) (string, error) {
	p := &filterParser{spec: SpecOf(k)}
	key, err := p.fieldKey(0, strings.ToLower(name))
	if err != nil {
		return "", Misuse("%s", err.(*filterError).What)
	}
	return key, nil
}

// openOnly reports whether the list leaves out what is done or dropped, because
// neither All nor the filter says that they are wanted. A filter says so with
// state:, is:open, is:done, is:dropped or is:all.
func (q ActionQuery) openOnly() bool { return !q.All && (q.Filter == nil || !q.Filter.closed) }

// Plain reports whether the query asks for nothing but the open actions, worst
// first.
func (q ActionQuery) Plain() bool { return q.Filter.Empty() && q.Sort == "" && !q.All }

// Match reports whether a is in the list.
func (q ActionQuery) Match(a *Action) bool {
	return (a.State.Open() || !q.openOnly()) && q.Filter.Match(a, q.Now, q.Me)
}

// Halves reports whether open actions can be in the list, and whether closed ones
// can.
func (q ActionQuery) Halves() (open, closed bool) {
	for _, st := range ActionStates {
		if st.Open() || !q.openOnly() {
			can := q.Filter.Cond().inState(st) != no
			open, closed = open || can && st.Open(), closed || can && !st.Open()
		}
	}
	return open, closed
}

// A maybe is what is known of a condition when little is known of the item.
type maybe int8

const (
	no maybe = iota - 1
	perhaps
	yes
)

// inState says what is known of the condition for an action in this state.
func (c Cond) inState(st ActionState) maybe {
	switch {
	case c.Test == CondAll || c.Test == CondAny:
		known := make([]maybe, 0, len(c.Of))
		for _, d := range c.Of {
			known = append(known, d.inState(st))
		}
		if c.Test == CondAll {
			return slices.Min(append(known, yes))
		}
		return slices.Max(append(known, no))
	case c.Test == CondNot:
		return -c.Of[0].inState(st)
	case c.Test == CondLate && !st.Open(), c.Field == "state" && c.Test == CondUnknown:
		return no
	case c.Field == "state" && c.Test == CondIs && c.Value == string(st):
		return yes
	case c.Field == "state" && c.Test == CondIs:
		return no
	}
	return perhaps
}

// maxSortText is how many characters of a text count when a list is sorted by it.
const maxSortText = 80

// sortText returns what of a text counts when a list is sorted by it: its
// beginning, without regard to the case of ASCII letters.
func sortText(s string) string {
	n := 0
	for i := range s {
		if n++; n > maxSortText {
			s = s[:i]
			break
		}
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return foldRune(r)
		}
		return r
	}, s)
}

// Key returns the value by which a query with a Sort orders a: a string, an
// int64 for a place in a closed list or a number, a time.Time; nil if it is
// unknown, which comes last in both directions.
func (q ActionQuery) Key(a *Action) any {
	switch q.Sort {
	case IDKey:
		return a.Ref.Number()
	case MadeKey:
		return a.MadeAt
	case UpdatedKey:
		return a.ChangedAt
	case MadeByKey:
		return sortText(string(a.MadeBy))
	case UpdatedByKey:
		return sortText(string(a.ChangedBy))
	}
	f := actionSpec.Field(q.Sort)
	if f == nil {
		return nil
	}
	v := f.Get(a)
	switch {
	case v == "":
		return nil
	case f.Type == TimeType:
		t, _ := ParseTime(v)
		return t.End()
	case f.Type == WordType:
		return int64(slices.Index(f.Words, v))
	}
	return sortText(v)
}

// Compare orders actions as the list has them. Of those that the Sort leaves
// equal the worst comes first: where the list has open and closed ones the open
// come first, then it goes by deadline, by priority and by number.
func (q ActionQuery) Compare(a, b *Action) int {
	if q.Sort != "" {
		ka, kb := q.Key(a), q.Key(b)
		if ka == nil || kb == nil {
			if (ka == nil) != (kb == nil) {
				if ka == nil {
					return 1
				}
				return -1
			}
		} else if c := compareKeys(ka, kb); c != 0 {
			if q.Down {
				return -c
			}
			return c
		}
	}
	half := 0
	if open, closed := q.Halves(); open && closed && a.State.Open() != b.State.Open() {
		if half = 1; a.State.Open() {
			half = -1
		}
	}
	return cmp.Or(half, cmp.Compare(a.DueKey(), b.DueKey()), cmp.Compare(a.PriorityKey(), b.PriorityKey()),
		cmp.Compare(a.Ref.Number(), b.Ref.Number()))
}

// compareKeys compares two values of Key for the same field.
func compareKeys(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return cmp.Compare(a.(string), b.(string))
}
