package data

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// at is the moment of the first test event; each later one is a minute after.
var at = time.Date(2024, 8, 15, 9, 0, 0, 0, time.UTC)

// tester is what *testing.T, *testing.B and *rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// stateOf returns the state that the bodies describe. Each must pass Check.
func stateOf(t tester, bodies ...Body) *State {
	t.Helper()
	s := NewState(nil, 0)
	for _, b := range bodies {
		record(t, s, b)
	}
	return s
}

// event returns the event that would record b in s.
func event(s *State, b Body) *Event {
	seq := s.Seq + 1
	return &Event{Seq: seq, ID: fmt.Sprintf("id-%d", seq), At: at.Add(time.Duration(seq) * time.Minute), By: "ana", Body: b}
}

// record checks b and applies it, and returns its event.
func record(t tester, s *State, b Body) *Event {
	t.Helper()
	if err := b.Check(s); err != nil {
		t.Fatalf("Check(%+v): %v", b, err)
	}
	e := event(s, b)
	if err := s.Apply(e); err != nil {
		t.Fatalf("Apply(%+v): %v", b, err)
	}
	return e
}

// pairs turns "title", "x", "stream", "support" into a map of fields.
func pairs(kv []string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

// made returns the body that makes an item from "field", "value" pairs.
func made(k Kind, kv ...string) Made { return Made{Of: k, Fields: pairs(kv)} }

// keyed returns the body that makes an item that has a key.
func keyed(k Kind, key string, kv ...string) Made {
	return Made{Of: k, Key: key, Fields: pairs(kv)}
}

// action returns the body that makes an action; what kv says comes on top.
func action(kv ...string) Made {
	return made(KindAction, append([]string{"title", "Send notices", "stream", "notification"}, kv...)...)
}

// claim returns the body that makes a claim of a thousand people.
func claim(kv ...string) Made {
	return made(KindClaim, append([]string{"cell", "all/all", "unit", "people", "best", "1000"}, kv...)...)
}

// notice returns the body that makes a count of a hundred e-mails to Europe.
func notice(kv ...string) Made {
	return made(KindNotice, append([]string{"region", "europe", "channel", "email", "sent", "100"}, kv...)...)
}

// set returns the change of fields of an item, from what the state holds to
// what the "field", "value" pairs say.
func set(t tester, s *State, ref Ref, kv ...string) Changed {
	t.Helper()
	e := need[Entity](t, s, ref)
	b := Changed{Ref: ref}
	for i := 0; i < len(kv); i += 2 {
		b.Changes = append(b.Changes, Change{kv[i], SpecOf(e.Kind()).Field(kv[i]).Get(e), kv[i+1]})
	}
	return b
}

// need returns an item that is there.
func need[E Entity](t tester, s *State, ref Ref) E {
	t.Helper()
	e, err := s.Need(ref)
	if err != nil {
		t.Fatal(err)
	}
	return e.(E)
}

// refusal fails the test unless err says exactly want and is of class c. For
// the empty want there must be no error.
func refusal(t tester, err error, c Class, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("refused: %v; want it accepted", err)
	case want == "":
	case err == nil:
		t.Errorf("accepted; want it refused: %s", want)
	case err.Error() != want:
		t.Errorf("refused: %s\nwant:    %s", err, want)
	case ClassOf(err) != c:
		t.Errorf("%v: class %d, want %d", err, ClassOf(err), c)
	}
}

// A snapshot is a copy of all that a State without a loader says.
type snapshot struct {
	Seq      int64
	Entities map[Ref]Entity
	Counts   map[string]int64
}

func snap(s *State) snapshot {
	shot := snapshot{s.Seq, map[Ref]Entity{}, s.Counts()}
	for _, e := range s.All() {
		shot.Entities[e.Info().Ref] = e.clone()
	}
	return shot
}

// same fails the test unless the two snapshots are equal.
func same(t tester, what string, got, want snapshot) {
	t.Helper()
	if got.Seq != want.Seq {
		t.Errorf("%s: seq %d, want %d", what, got.Seq, want.Seq)
	}
	if !maps.Equal(got.Counts, want.Counts) {
		t.Errorf("%s: counts\n got %v\nwant %v", what, got.Counts, want.Counts)
	}
	refs := append(slices.Collect(maps.Keys(got.Entities)), slices.Collect(maps.Keys(want.Entities))...)
	slices.Sort(refs)
	for _, ref := range slices.Compact(refs) {
		if g, w := got.Entities[ref], want.Entities[ref]; !reflect.DeepEqual(g, w) {
			t.Errorf("%s: %s\n got %+v\nwant %+v", what, ref, g, w)
		}
	}
}

// Generators of values as people write them, by the type of the field. What
// they give is valid and known.

func writtenValue(f *Field) *rapid.Generator[string] {
	switch f.Type {
	case WordType:
		return rapid.Custom(func(t *rapid.T) string {
			w := rapid.SampledFrom(f.Words).Draw(t, "word")
			if rapid.Bool().Draw(t, "upper") {
				return strings.ToUpper(w)
			}
			return w
		})
	case TimeType:
		if f.past {
			return rapid.OneOf(rapid.SampledFrom([]string{"today", "-3d", "2024-02-29", "2024-02", "~2024-08-14", "2024-08-15T09:00:00+07:00"}),
				rapid.Map(storableTime(), func(t Time) string {
					if t.Begins(at) {
						t.At = t.At.AddDate(1950-t.At.Year(), 0, 0)
					}
					return t.String()
				}))
		}
		return rapid.OneOf(
			rapid.SampledFrom([]string{"today", "tomorrow", "tomorrow 09:00", "TODAY 23:59", "+20m", "-3d", "1w2d", "2024-02-29", "2024-02", "~2024-08-14", "2024-08-15T09:00:00+07:00", " 2024-08-15 10:30 "}),
			rapid.Map(storableTime(), Time.String))
	case SpanType:
		return rapid.Map(rapid.Int64Range(1, int64(maxSpan/time.Minute)), func(m int64) string { return spanText(time.Duration(m) * time.Minute) })
	case NumberType:
		return rapid.Map(rapid.Int64Range(0, maxNumber), func(n int64) string { return fmt.Sprint(n) })
	case FlagType:
		return rapid.SampledFrom([]string{"yes", "true", "YES"})
	case RefType:
		return rapid.OneOf(
			rapid.SampledFrom([]string{"incident", "Europe", "names", "SUPPORT"}),
			rapid.Map(rapid.Int64Range(1, 1<<62), func(n int64) string { return fmt.Sprintf("s-%d", n) }))
	}
	// Text always has a letter in it, so that it never comes to nothing.
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(textParts), 1, 12), func(p []string) string {
		return strings.Join(p, "") + "x"
	})
}

// storableTime generates times of every precision that the stored form can
// hold.
func storableTime() *rapid.Generator[Time] {
	return rapid.Custom(func(t *rapid.T) Time {
		first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		last := time.Date(2999, 12, 31, 23, 59, 59, 0, time.UTC)
		when := time.Unix(rapid.Int64Range(first.Unix(), last.Unix()).Draw(t, "unix"), 0).UTC()
		day := time.Date(when.Year(), when.Month(), when.Day(), 0, 0, 0, 0, time.UTC)
		switch p := rapid.SampledFrom([]Precision{Exact, ByDay, ByMonth, About}).Draw(t, "precision"); p {
		case ByMonth:
			return Time{day.AddDate(0, 0, 1-day.Day()), p}
		case ByDay, About:
			return Time{day, p}
		}
		return exactTime(when)
	})
}

// textParts are pieces of text, harmless and not.
var textParts = []string{
	"a", "Ünï", " ", "  ", "\n", "\r\n", "\r", "\t", "'", `"`, "<b>", "&", "日本", "شرکت", "\u0301", "\u0301\u0301\u0301",
	"\x1b[31m", "\x00", "\x9b", "\xff", "\u202e", "\u200b", "\u200c", "\u200d", "\ufe0f", "\u2028", "\U000e0041",
	"unknown", "0", "~", "😀", "\u3164", "\u180b", "ka\u094d\u200dsha",
}

func asError(err error) (e *Error) {
	errors.As(err, &e)
	return e
}
