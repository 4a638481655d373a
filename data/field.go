package data

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Type says what a field holds, and so how it is parsed and shown.
type Type uint8

// The types of fields.
const (
	LineType   Type = iota // text on one line
	TextType               // text that may have several lines
	WordType               // one of a closed list of words
	TimeType               // a Time
	SpanType               // a length of time
	NumberType             // a whole number, never negative
	FlagType               // yes, or not said
	NameType               // the name of a person or team
	RefType                // the id of another item
)

// The longest texts, in characters.
const (
	MaxLine = 500
	MaxText = 20_000
)

// maxNumber is the largest number that a field takes.
const maxNumber int64 = 1_000_000_000_000_000

// A Field describes one field of a kind of entity. From it come the check, the
// form, the flag of a command, the conflict, the inverse of a change and the
// words for it. Fields are made once, when the program starts, and never
// changed.
type Field struct {
	Key      string // in events, JSON, flags and columns: "next_update_due"
	Label    string // on screen: "Next update due"
	Type     Type
	Words    []string // the closed list of a WordType
	Role     Role     // the least role that may change it; NoRole: as the kind says
	Required bool     // may not become unknown
	Fixed    bool     // given when the entity is made and never changed
	Internal bool     // of no interest to people: not shown, but in JSON
	Default  string   // what it is if the maker says nothing

	past    bool // may not be a time that has not come
	counts  bool // a number may be written as people write one: 5 740, 40k
	get     func(Entity) string
	set     func(Entity, string) // takes the stored form
	applies func(Entity) bool    // nil: always
}

// Applies reports whether e can have the field at all: only an ask has an
// answer.
func (f *Field) Applies(e Entity) bool { return f.applies == nil || f.applies(e) }

// Deadline reports whether the field is a time by which something is due.
func (f *Field) Deadline() bool { return f.Type == TimeType && strings.HasSuffix(f.Key, "due") }

// Get returns the field's value in e in its stored form, "" if unknown.
func (f *Field) Get(e Entity) string { return f.get(e) }

// Parse reads a value as a person writes it and returns its stored form. "" and
// "unknown" mean unknown. Relative times count from now and are read in its
// zone.
func (f *Field) Parse(text string, now time.Time) (string, error) {
	if text == "" || strings.EqualFold(text, "unknown") {
		return f.unknown()
	}
	switch f.Type {
	case TimeType:
		if !f.past {
			t, err := ParseWhen(text, now)
			return t.String(), err
		}
		t, err := ParsePast(text, now)
		if err == nil && t.Begins(now) {
			err = f.refuse("cannot be %s, which has not come", t.Words()).WithHint("it is past: write 2024-08-20, today, friday for the last one, or -2h")
		}
		return t.String(), err
	case NumberType:
		if f.counts {
			n, err := parseOneCount(text)
			return n.String(), f.about(err)
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > maxNumber {
			return "", f.refuse("must be a whole number from 0 to 10^15, not %q", short(text))
		}
		return strconv.FormatInt(n, 10), nil
	case FlagType:
		switch strings.ToLower(text) {
		case "true", "yes":
			return "true", nil
		case "false", "no":
			return "", nil
		}
		return "", f.refuse("must be yes or no, not %q", short(text))
	case SpanType:
		d, err := ParseDuration(text)
		if err == nil && d <= 0 {
			err = f.refuse("must be longer than nothing")
		}
		return spanText(d), err
	case WordType:
		for _, w := range f.Words {
			if strings.EqualFold(w, text) {
				return w, nil
			}
		}
		return "", f.refuse("cannot be %q", short(text)).WithHint("one of: %s", strings.Join(f.Words, ", "))
	case RefType:
		ref, err := ParseRef(text)
		return string(ref), err
	}
	return f.parseText(text)
}

// unknown is what Parse returns for a value that nobody knows.
func (f *Field) unknown() (string, error) {
	if f.Required {
		return "", f.refuse("may not be unknown")
	}
	return "", nil
}

func (f *Field) parseText(text string) (string, error) {
	longest := MaxLine
	if f.Type == TextType {
		longest = MaxText
	}
	if n := utf8.RuneCountInString(text); n > longest {
		return "", f.refuse("is %d characters long, the most is %d", n, longest).WithHint("shorten it")
	}
	text = strings.TrimSpace(Clean(text, f.Type == TextType))
	if text == "" && f.Required {
		return "", f.refuse("may not be empty")
	}
	if strings.EqualFold(text, "unknown") {
		return f.unknown()
	}
	return text, nil
}

// check refuses a value that is not in the stored form.
func (f *Field) check(stored string) error {
	if stored == "" {
		if f.Required {
			return f.refuse("may not be unknown")
		}
		return nil
	}
	again, err := f.Parse(stored, time.Time{})
	if err != nil {
		return err
	}
	if again != stored {
		return f.refuse("is not in its stored form: %q", short(stored))
	}
	return nil
}

func (f *Field) refuse(format string, args ...any) *Error {
	e := Refuse(format, args...)
	e.What = strings.ToLower(f.Label) + " " + e.What
	return e
}

// about says which field an error is about.
func (f *Field) about(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.What = strings.ToLower(f.Label) + ": " + e.What
	return &told
}

// Value returns a stored value as JSON has it: nil for unknown, a number for a
// number, true for a flag, the string otherwise.
func (f *Field) Value(stored string) any {
	switch {
	case f.Type == FlagType:
		return stored == "true"
	case stored == "":
		return nil
	case f.Type == NumberType:
		n, err := strconv.ParseInt(stored, 10, 64)
		if err != nil {
			return nil
		}
		return n
	}
	return stored
}

// short cuts s for an error message.
func short(s string) string {
	if r := []rune(Line(s)); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return Line(s)
}

// A Count is a whole number that may not be known. The zero Count is unknown,
// which is not the same as none.
type Count struct {
	N     int64
	Known bool
}

// countOf returns the known count n.
func countOf(n int64) Count { return Count{n, true} }

// String returns the number in digits, or "" if it is unknown.
func (c Count) String() string {
	if !c.Known {
		return ""
	}
	return strconv.FormatInt(c.N, 10)
}

// The constructors of fields take the place where an entity of type E keeps the
// value; how it is stored follows from the place's type.

func line[E Entity](key, label string, at func(E) *string) *Field {
	return text(LineType, key, label, at)
}

func prose[E Entity](key, label string, at func(E) *string) *Field {
	return text(TextType, key, label, at)
}

func name[E Entity](key, label string, at func(E) *string) *Field {
	return text(NameType, key, label, at)
}

func text[E Entity, S ~string](t Type, key, label string, at func(E) *S) *Field {
	return &Field{Key: key, Label: label, Type: t,
		get: func(e Entity) string { return string(*at(e.(E))) },
		set: func(e Entity, s string) { *at(e.(E)) = S(s) },
	}
}

func word[E Entity, W ~string](key, label string, list []W, at func(E) *W) *Field {
	f := text(WordType, key, label, at)
	for _, w := range list {
		f.Words = append(f.Words, string(w))
	}
	return f
}

func ref[E Entity](key, label string, at func(E) *Ref) *Field {
	return text(RefType, key, label, at)
}

func when[E Entity](key, label string, at func(E) *Time) *Field {
	return &Field{Key: key, Label: label, Type: TimeType,
		get: func(e Entity) string { return at(e.(E)).String() },
		set: func(e Entity, s string) { *at(e.(E)), _ = ParseTime(s) },
	}
}

func span[E Entity](key, label string, at func(E) *time.Duration) *Field {
	return &Field{Key: key, Label: label, Type: SpanType,
		get: func(e Entity) string { return spanText(*at(e.(E))) },
		set: func(e Entity, s string) {
			*at(e.(E)) = 0
			if s != "" {
				*at(e.(E)), _ = ParseDuration(s)
			}
		},
	}
}

func number[E Entity](key, label string, at func(E) *Count) *Field {
	return &Field{Key: key, Label: label, Type: NumberType,
		get: func(e Entity) string { return at(e.(E)).String() },
		set: func(e Entity, s string) {
			n, err := strconv.ParseInt(s, 10, 64)
			*at(e.(E)) = Count{n, err == nil}
		},
	}
}

func flag[E Entity](key, label string, at func(E) *bool) *Field {
	return &Field{Key: key, Label: label, Type: FlagType,
		get: func(e Entity) string {
			if *at(e.(E)) {
				return "true"
			}
			return ""
		},
		set: func(e Entity, s string) { *at(e.(E)) = s == "true" },
	}
}

func (f *Field) forAsks() *Field {
	f.applies = func(e Entity) bool { return e.(*Action).Type == Ask }
	return f
}

func (f *Field) required() *Field          { f.Required = true; return f }
func (f *Field) fixed() *Field             { f.Fixed = true; return f }
func (f *Field) before() *Field            { f.past = true; return f }
func (f *Field) written() *Field           { f.counts = true; return f }
func (f *Field) internal() *Field          { f.Internal = true; return f }
func (f *Field) byDefault(v string) *Field { f.Default = v; return f }
func (f *Field) only(r Role) *Field        { f.Role = r; return f }

// fieldOf returns the field with the given key, or nil.
func fieldOf(fields []*Field, key string) *Field {
	i := slices.IndexFunc(fields, func(f *Field) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	return fields[i]
}
