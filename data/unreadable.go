package data

import "errors"

// ErrUnreadable is behind the error that says that an event or an item cannot be read.
// The rest of the file can.
var ErrUnreadable = errors.New("it cannot be read")

// Unreadable replaces the body of an event that cannot be read. It is shown, and never
// recorded.
type Unreadable struct {
	Err error // says so, and which event it is
}

// Kind implements [Body].
func (Unreadable) Kind() string { return "unreadable" }

// Check implements [Body].
func (u Unreadable) Check(*State) error { return u.Err }

func (u Unreadable) about(*State) (Ref, error)  { return "", u.Err }
func (u Unreadable) apply(*State, *Event) error { return u.Err }
func (u Unreadable) role(*State) (Role, error)  { return Lead, u.Err }
func (u Unreadable) masked() Body               { return u }

// Damage returns the error of the first of events that cannot be read, or nil.
func Damage(events []Event) error {
	for _, e := range events {
		if u, ok := e.Body.(Unreadable); ok {
			return u.Err
		}
	}
	return nil
}
