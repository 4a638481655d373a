package ui

import (
	"slices"

	"warroom/data"
	"warroom/ui/kit"
)

// windowRows is how many rows of a long list are read around the cursor, and
// windowMargin how near to the end of them the cursor may come before more are
// read.
const (
	windowRows   = 160
	windowMargin = 40
)

// A spot is where in a long list a person was when a window of it was asked
// for.
type spot struct {
	on   string // the item under the cursor
	edge int    // to which end of the list the cursor is to go: -1 the first, 1 the last
	top  bool   // nobody reads the list: what is new at its top comes into sight
}

// window returns which rows to read: around an item, from the top if that is
// "", and the last ones if limit is below 0.
func (s spot) window() (on string, before, limit int) {
	switch {
	case s.edge < 0 || s.edge == 0 && s.top:
		return "", 0, windowRows
	case s.edge > 0:
		return "", 0, -windowRows
	}
	return s.on, windowRows / 2, windowRows
}

// holds reports whether a window that was asked for at a spot may be shown: the
// person is still there, or on another item that the window has.
func holds[T any](at spot, list *kit.List, w data.Window[T], id func(T) string) bool {
	on := list.Selected()
	return on == at.on || on == "" || slices.ContainsFunc(w.Rows, func(row T) bool { return id(row) == on })
}

// near reports whether the cursor of a list comes near an end of the window that
// is at hand, and there are more rows beyond it.
func near[T any](list *kit.List, w data.Window[T]) bool {
	at := list.Index()
	return w.Above && at < windowMargin || w.Below && at > len(w.Rows)-windowMargin
}

func actionID(a *data.Action) string { return string(a.Ref) }
