package data

import (
	"fmt"
	"runtime/debug"
)

// Try runs f. If f panics, Try returns an error with the stack.
func Try(f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	f()
	return nil
}

// Go runs f in a goroutine of its own. A panic in f ends f alone: it is handed
// to fell, with the stack, instead of ending the program, which would leave the
// terminal raw or the server down. It is the only place that starts a
// goroutine.
func Go(f func(), fell func(error)) {
	go func() {
		if err := Try(f); err != nil {
			fell(err)
		}
	}()
}
