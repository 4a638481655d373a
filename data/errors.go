package data

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Class says why something could not be done. Its value is the exit status
// of the command that met it.
type Class uint8

// The classes of failure.
const (
	Failed    Class = 1 // refused by a rule, or it did not work
	Usage     Class = 2 // the words of a command were wrong
	Conflict  Class = 3 // somebody changed the same field meanwhile
	Forbidden Class = 4 // the actor's role does not allow it
	BadFile   Class = 5 // not an incident file, a newer one, or a damaged one
)

// An Error is a failure that a person is told of: one line that says what is
// wrong, one that says what to do.
//
// What begins in lower case, has no final stop, and names the thing it is
// about. Hint is empty where there is nothing to do.
type Error struct {
	Class Class
	What  string
	Hint  string
	Board string // the hint for a person on the board, if it is another one
	Err   error  // the cause, if another error is behind it
}

// Error returns the line that says what is wrong.
func (e *Error) Error() string { return e.What }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Refuse returns an error of class Failed.
func Refuse(format string, args ...any) *Error {
	return &Error{Class: Failed, What: fmt.Sprintf(format, args...)}
}

// Misuse returns an error of class Usage.
func Misuse(format string, args ...any) *Error {
	return &Error{Class: Usage, What: fmt.Sprintf(format, args...)}
}

// WithHint sets the hint and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// ClassOf returns the class of err: Failed for an error that has none of its
// own, 0 for nil.
func ClassOf(err error) Class {
	if err == nil {
		return 0
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	var c *ConflictError
	if errors.As(err, &c) {
		return Conflict
	}
	var f *filterError
	if errors.As(err, &f) {
		return Usage
	}
	return Failed
}

// ErrSame is behind the error that says that a field is already what it is to
// become.
var ErrSame = errors.New("already so")

// ErrRule is behind the errors that say that a rule is against a change, or that
// nothing takes an act back: it is not for want of a file that takes it.
var ErrRule = errors.New("against a rule")

// ByRule returns err with [ErrRule] behind it, if it is a refusal that has nothing
// else behind it.
func ByRule(err error) error {
	var ours *Error
	if !errors.As(err, &ours) || ours.Class != Failed || ours.Err != nil {
		return err
	}
	told := *ours
	told.Err = ErrRule
	return &told
}

// ErrTaken is behind the error that says that an event's id is that of another
// one in the log: an earlier form of the same, offered when nobody could tell
// what had come of it.
var ErrTaken = errors.New("the id is taken")

// ErrReplaced is behind the error that says that another file was put where the
// open one was.
var ErrReplaced = errors.New("the file was replaced")

// HintOf returns what to do about err, or "".
func HintOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	var f *filterError
	if errors.As(err, &f) {
		return f.Hint
	}
	var c *ConflictError
	if errors.As(err, &c) {
		return fmt.Sprintf("--force to write yours, or look: warroom show %s", c.Ref)
	}
	return ""
}

// A ConflictError says that somebody else changed the field that an author
// wanted to change: what the author saw, what the author wants, what is there
// now, and who put it there. Values are in their stored form; "" is unknown.
type ConflictError struct {
	Ref                Ref
	Field              *Field
	Base, Mine, Theirs string
	By                 Actor     // who put theirs there; only of the entity, if the log was not asked
	At                 time.Time // when
	Seq                int64     // position of that change in the log
	Seen               int64     // the event up to which the author looked, 0 if that is not known
}

// Error implements error.
func (e *ConflictError) Error() string { return e.Words(e.At.UTC()) }

// Words returns the conflict as one line, with long texts cut. When it came to be
// reads in the zone of now, with the day if that is another one.
func (e *ConflictError) Words(now time.Time) string {
	seen, who := "", Line(string(e.By))
	if e.Seen > 0 {
		seen = fmt.Sprintf(" (seq %d)", e.Seen)
	}
	if !e.At.IsZero() {
		who += ", " + clockWords(e.At, now)
	}
	return fmt.Sprintf("%s: %s was %s when you looked%s, is %s now (%s); yours is %s",
		e.Ref, strings.ToLower(e.Field.Label), e.Field.Quote(e.Base), seen, e.Field.Quote(e.Theirs), who, e.Field.Quote(e.Mine))
}

// clockWords returns a moment in the zone of now, with the day if it is another
// one than that of now: "14:02Z", "2 Jan 14:02 JST".
func clockWords(t, now time.Time) string {
	t = t.In(now.Location())
	layout := "15:04 MST"
	if zone, _ := t.Zone(); zone == "UTC" {
		layout = "15:04Z"
	}
	switch {
	case t.Year() != now.Year():
		layout = "2 Jan 2006 " + layout
	case t.YearDay() != now.YearDay():
		layout = "2 Jan " + layout
	}
	return t.Format(layout)
}

// Quote returns a stored value as a sentence has it: a text in quotes and cut
// short, anything else as it is shown.
func (f *Field) Quote(stored string) string {
	if stored == "" || !f.Type.hides() && f.Type != RefType {
		return f.Show(stored)
	}
	return fmt.Sprintf("%q", short(stored))
}

// quotedOrUnknown returns a stored value as a sentence has it: "unknown" for nothing,
// otherwise the value in quotes.
func quotedOrUnknown(value string) string {
	if value == "" {
		return "unknown"
	}
	return fmt.Sprintf("%q", value)
}
