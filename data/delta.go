package data

import "time"

// A Delta is which items others have changed after a position of the log, so far
// as the last MaxDelta events say. It is what the Δ on the board is drawn from.
// It is an immutable value; of a nil Delta nothing has changed.
type Delta struct {
	After   int64                   // the position
	From    int64                   // the position after which events were looked at: later than After if there were too many
	Me      Actor                   // whose own changes are no news
	Authors map[Actor]bool          // who recorded the events that were looked at
	Items   map[Ref]time.Time       // when others changed each item last; claims are not among them
	Figures map[FigureKey]time.Time // when others stated or changed a claim about each figure last
}

// For returns the Delta of somebody else, if it says the same: if neither has
// changed anything.
func (d *Delta) For(who Actor) (*Delta, bool) {
	if d.Authors[d.Me] || d.Authors[who] {
		return nil, false
	}
	same := *d
	same.Me = who
	return &same, true
}

// MaxDelta is at how many events a Delta looks at the most.
const MaxDelta = 1_000

// deltaFor is for how long the change of an item is marked.
const deltaFor = 24 * time.Hour

// Count returns how many items and figures others have changed, and whether
// there may be more of them.
func (d *Delta) Count() (n int, more bool) {
	if d == nil {
		return 0, false
	}
	return len(d.Items) + len(d.Figures), d.From > d.After
}

// Marks reports whether an item is to be marked at a moment: others have changed
// it, no longer ago than deltaFor.
func (d *Delta) Marks(m *Meta, now time.Time) bool {
	if d == nil {
		return false
	}
	if at, ok := d.Items[m.Ref]; ok {
		return now.Sub(at) < deltaFor
	}
	// Of what came before the events that were looked at, the item says the last.
	return m.ChangedSeq > d.After && m.ChangedSeq <= d.From && m.ChangedBy != d.Me && now.Sub(m.ChangedAt) < deltaFor
}

// MarksFigure reports whether a figure is to be marked at a moment; c is the
// claim that stands, or nil.
func (d *Delta) MarksFigure(key FigureKey, c *Claim, now time.Time) bool {
	if d == nil {
		return false
	}
	if at, ok := d.Figures[key]; ok {
		return now.Sub(at) < deltaFor
	}
	return c != nil && d.Marks(&c.Meta, now)
}
