package data

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestClassAndHint(t *testing.T) {
	conflict := &ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Base: "", Mine: "ana", Theirs: "bo", By: "cy"}
	const look = "--force to write yours, or look: warroom show A-1"
	for _, tt := range []struct {
		name  string
		err   error
		class Class
		hint  string
	}{
		{"no error", nil, 0, ""},
		{"refused", Refuse("no"), Failed, ""},
		{"refused with a hint", Refuse("no").WithHint("try %d", 2), Failed, "try 2"},
		{"wrong words", Misuse("no").WithHint("try"), Usage, "try"},
		{"a conflict", conflict, Conflict, look},
		{"a conflict, wrapped", fmt.Errorf("recording: %w", conflict), Conflict, look},
		{"forbidden", &Error{Class: Forbidden}, Forbidden, ""},
		{"a bad file, wrapped", fmt.Errorf("x: %w", &Error{Class: BadFile, Hint: "h"}), BadFile, "h"},
		{"an error that nobody classed", errors.New("disk on fire"), Failed, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ClassOf(tt.err); got != tt.class {
				t.Errorf("class %d, want %d", got, tt.class)
			}
			if got := HintOf(tt.err); got != tt.hint {
				t.Errorf("hint %q, want %q", got, tt.hint)
			}
		})
	}
	for class, status := range map[Class]int{Failed: 1, Usage: 2, Conflict: 3, Forbidden: 4, BadFile: 5} {
		if int(class) != status {
			t.Errorf("class %d, want the exit status %d", class, status)
		}
	}
}

func TestErrorKeepsItsCause(t *testing.T) {
	cause := errors.New("disk on fire")
	err := &Error{Class: Failed, What: "not saved", Err: cause}
	if !errors.Is(err, cause) || err.Error() != "not saved" {
		t.Errorf("got %v", err)
	}
}

func TestConflictSaysWhoHasWhat(t *testing.T) {
	at := time.Date(2024, 8, 15, 14, 2, 0, 0, time.UTC)
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 10_000)
	for _, tt := range []struct {
		name string
		err  ConflictError
		now  time.Time
		want string
	}{
		{"words are not quoted, and what was seen is said",
			ConflictError{Ref: "A-12", Field: actionSpec.Field("state"), Base: "open", Mine: "done", Theirs: "blocked", By: "jonas", At: at, Seen: 41}, at.Add(time.Hour),
			"A-12: state was open when you looked (seq 41), is blocked now (jonas, 14:02Z); yours is done"},
		{"nobody knows when", ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Mine: "ana", Theirs: "bo", By: "cy"}, at,
			`A-1: owner was unknown when you looked, is "bo" now (cy); yours is "ana"`},
		{"mine is unknown", ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Base: "ana", Theirs: "bo", By: "cy"}, at,
			`A-1: owner was "ana" when you looked, is "bo" now (cy); yours is unknown`},
		{"another day, in the zone of who reads", ConflictError{Ref: "A-1", Field: actionSpec.Field("due"), Base: "2024-08-20", Mine: "2024-08-21", By: "cy", At: at}, at.Add(20 * time.Hour).In(tokyo),
			"A-1: due was 20 Aug 2024 (day) when you looked, is unknown now (cy, 15 Aug 23:02 JST); yours is 21 Aug 2024 (day)"},
		{"another year", ConflictError{Ref: "A-1", Field: actionSpec.Field("priority"), Base: "P1", Mine: "P2", Theirs: "P3", By: "cy", At: at}, at.AddDate(1, 0, 0),
			"A-1: priority was P1 when you looked, is P3 now (cy, 15 Aug 2024 14:02Z); yours is P2"},
		{"long texts are cut", ConflictError{Ref: "A-1", Field: actionSpec.Field("detail"), Base: "a\nb", Mine: long, By: "c\x1b"}, at,
			`A-1: detail was "a b" when you looked, is unknown now (c�); yours is "` + long[:59] + `…"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Words(tt.now); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
