package data

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// OnBoard sets the hint for a person on the board, who has keys and the : line and no
// shell, and returns e. It may name keys as kit.Keyed reads them: "{undo u}". Without
// it, BoardHint translates the hint.
func (e *Error) OnBoard(format string, args ...any) *Error {
	e.Board = fmt.Sprintf(format, args...)
	return e
}

// BoardHint returns what a person on the board can do about err, or "". It names no
// command of a shell and no flag.
func BoardHint(err error) string {
	var e *Error
	var c *ConflictError
	switch {
	case errors.As(err, &e) && e.Board != "":
		return e.Board
	case e == nil && errors.As(err, &c):
		return fmt.Sprintf("see what is there now: :show %s", c.Ref)
	}
	return onBoard(HintOf(err))
}

var (
	helpOf   = regexp.MustCompile(`\bwarroom((?: [a-z]+)*) --help\b`)
	command  = regexp.MustCompile(`((?:the|this) )?\bwarroom ([a-z])`)
	clause   = regexp.MustCompile(`; |, or |, then `)
	flagMark = regexp.MustCompile(`(^|[ (])--[a-z]`)
)

// onBoard puts a hint of the shell into the words of the board: a command has a colon
// before it, and what takes a flag is left out.
func onBoard(hint string) string {
	hint = helpOf.ReplaceAllString(hint, ":help$1")
	hint = command.ReplaceAllStringFunc(hint, func(s string) string {
		if !strings.HasPrefix(s, "warroom ") { // the program itself
			return s
		}
		return ":" + strings.TrimPrefix(s, "warroom ")
	})
	kept, begin := "", 0
	for _, at := range append(clause.FindAllStringIndex(hint, -1), []int{len(hint), len(hint)}) {
		if part := hint[begin:at[0]]; !flagMark.MatchString(part) {
			if kept != "" {
				kept += "; "
			}
			kept += part
		}
		begin = at[1]
	}
	if !flagMark.MatchString(hint) {
		return hint
	}
	return kept
}
