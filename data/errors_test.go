package data

import (
	"errors"
	"fmt"
	"testing"
)

func TestClassAndHint(t *testing.T) {
	conflict := &ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Base: "", Mine: "ana", Theirs: "bo", By: "cy"}
	const look = "look at the item again, then repeat the command if your change still holds"
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
	err := &ConflictError{Ref: "A-1", Field: actionSpec.Field("owner"), Base: "", Mine: "ana", Theirs: "bo", By: "cy"}
	if want := `A-1: owner was unknown when you looked and is "bo" now (cy); yours is "ana"`; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}
