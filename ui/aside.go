package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// An aside is what an overlay has that stands, where there is room, beside what it
// was opened from: the overlay under it, or the board. That stays live.
type aside struct {
	under  overlay
	board  *board
	view   *pane.View
	width  int
	height int
}

// An asideOverlay is told what it stands beside when it is pushed.
type asideOverlay interface{ stand(on overlay, b *board) }

func (a *aside) stand(on overlay, b *board) { a.under, a.board = on, b }

func (a *aside) set(v *pane.View) {
	a.view = v
	if a.under != nil {
		a.under.set(v)
	} else if a.width > 0 {
		a.setSize(a.width, a.height) // the board was laid out for the whole screen
	}
}

// left is how many cells what is beside takes, with the gap.
func (a *aside) left() int {
	if a.width < sideFrom || a.board == nil {
		return 0
	}
	return a.width - max(a.width*2/5, 60)
}

// own is how many cells the overlay itself has.
func (a *aside) own() int { return a.width - a.left() }

func (a *aside) setSize(w, h int) {
	a.width, a.height = w, h
	switch left := a.left() - gap; {
	case left <= 0:
	case a.under != nil:
		a.under.setSize(left, h)
	default:
		a.board.layout(left, h)
	}
}

// ask implements [live].
func (a *aside) ask() reading {
	if l, ok := a.under.(live); ok {
		return l.ask()
	}
	return func(context.Context, Source, time.Time) (func(*Model) tea.Cmd, error) {
		return func(*Model) tea.Cmd { return nil }, nil
	}
}

// with returns the lines of the overlay with those of what it stands beside.
func (a *aside) with(lines []string) []string {
	if a.left() == 0 {
		return lines
	}
	var under []string
	if a.under != nil {
		under = a.under.lines()
	} else {
		under = a.board.lines(nil)
	}
	for len(under) < a.height {
		under = append(under, "")
	}
	for i := range under {
		under[i] = kit.Fit(under[i], a.left()-gap)
	}
	return beside(nil, under[:a.height], lines)
}
