package data

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// How it is known that people were told.
const (
	byDelivered = "delivered" // a notice has reached them
	bySent      = "sent"      // one was sent; whether it arrived, nobody said
	byBoth      = "delivered or sent"
)

// told returns how many people a count says were told by its channel, and how that
// is known: those whom a notice reached where that is known, else those to whom one
// was sent, which are no more than can be reached. It is unknown, and by is "", if
// the count says neither.
func (n *Notice) told() (count Count, by string) {
	switch {
	case n.Delivered.Known:
		return n.Delivered, byDelivered
	case above(n.Sent, n.Contactable): // those sent again are among them
		return n.Contactable, bySent
	case n.Sent.Known:
		return n.Sent, bySent
	}
	return Count{}, ""
}

// Notified says how many people were told, so far as the counts that stand say it:
// what [Notice.told] says of each region and channel, added up. Somebody may be told
// by two channels, and live in two regions, so that a sum of several is the most
// there can be; the least is the largest of them. A channel of which nobody said how
// many it told is left out, and the zero Notified is unknown: it is never 0 unless
// somebody counted none.
type Notified struct {
	Low, High Count     // the same, unless several were added up
	By        string    // how it is known; "" if it is unknown
	Counts    []*Notice // that it rests on
	Standing  Standing  // the weakest of theirs; "" is unknown
	AsOf      Time      // the oldest of theirs; unknown if one of them is
}

// NotifiedOf returns what counts come to, each of which stands for another region
// or channel.
func NotifiedOf(counts []*Notice) (all Notified) {
	for _, n := range counts {
		c, by := n.told()
		if !c.Known {
			continue
		}
		switch {
		case all.By == "" || all.High.N == 0 && c.N > 0:
			all.By = by
		case all.By != by && c.N > 0: // none sent is none delivered
			all.By = byBoth
		}
		switch first := len(all.Counts) == 0; {
		case first:
			all.Standing, all.AsOf = n.Standing, n.AsOf
		default:
			if n.Standing.rank() < all.Standing.rank() {
				all.Standing = n.Standing
			}
			if !n.AsOf.Known() || all.AsOf.Known() && n.AsOf.At.Before(all.AsOf.At) {
				all.AsOf = n.AsOf
			}
		}
		all.Counts = append(all.Counts, n)
		all.High = countOf(all.High.N + c.N)
		all.Low = countOf(max(all.Low.N, c.N))
	}
	return all
}

// Known reports whether anything is known of how many were told.
func (n Notified) Known() bool { return n.High.Known }

// AtMost reports whether the number is the most there can be, since people may
// have been told twice.
func (n Notified) AtMost() bool { return n.Low != n.High }

// Source returns where the number is from, or "" if that is unknown or several.
func (n Notified) Source() Ref {
	if len(n.Counts) == 0 || slices.ContainsFunc(n.Counts, func(c *Notice) bool { return c.Source != n.Counts[0].Source }) {
		return ""
	}
	return n.Counts[0].Source
}

// Words returns the number in words, with nothing rounded: "5,740", "at most
// 12,105", "unknown".
func (n Notified) Words() string {
	switch {
	case !n.Known():
		return "unknown"
	case n.AtMost():
		return "at most " + Digits(n.High.N)
	}
	return Digits(n.High.N)
}

// Share returns which part of the people affected the number is, in percent,
// rounded: from that of their high to that of their low. One is unknown if the bound
// that it takes is, or is nobody; a claim of nothing but a best number has both.
func (n Notified) Share(affected *Claim) (low, high Count) {
	if affected == nil || !n.Known() {
		return Count{}, Count{}
	}
	least, most := affected.Bounds()
	return percent(n.High, most), percent(n.High, least)
}

func percent(n, of Count) Count {
	if !of.Known || of.N == 0 {
		return Count{}
	}
	p := new(big.Int).Mul(big.NewInt(n.N), big.NewInt(200)) // a half up
	p.Add(p, big.NewInt(of.N)).Div(p, new(big.Int).Mul(big.NewInt(of.N), big.NewInt(2)))
	if p.Int64() == 100 && n.N < of.N {
		return countOf(99) // all is said only of all
	}
	return countOf(p.Int64())
}

// ShareWords returns the share as people read it: "11–14 %", "33 %", "at least
// 11 %" or "" if nothing is known of it.
func (n Notified) ShareWords(affected *Claim) string {
	low, high := n.Share(affected)
	switch {
	case low.Known && high.Known && low == high:
		return fmt.Sprintf("%d %%", low.N)
	case low.Known && high.Known:
		return fmt.Sprintf("%d–%d %%", low.N, high.N)
	case low.Known:
		return fmt.Sprintf("at least %d %%", low.N)
	case high.Known:
		return fmt.Sprintf("at most %d %%", high.N)
	}
	return ""
}

// Excess says that more people were told than can be affected, or "". What may be a
// person told twice does not count as more.
func (n Notified) Excess(affected *Claim) string {
	if affected == nil || !n.Known() {
		return ""
	}
	_, most := affected.Bounds()
	switch {
	case above(n.Low, most):
		return fmt.Sprintf("more notified than affected: %s, and %s says %s", n.Words(), affected.Ref, affected.Amount())
	case above(n.High, most):
		return fmt.Sprintf("more notified than affected, unless people were told twice: %s, and %s says %s", n.Words(), affected.Ref, affected.Amount())
	}
	return ""
}

// Told returns what the counts that stand come to in a region.
func (r RegionRow) Told() Notified { return NotifiedOf(r.Counts) }

// Excess says that more people of the region were told than are affected there,
// or "".
func (r RegionRow) Excess() string { return r.Told().Excess(r.People) }

// Notified returns what the counts that stand come to in all regions.
func (o *Overview) Notified() Notified {
	var all []*Notice
	for _, r := range o.Regions {
		all = append(all, r.Counts...)
	}
	return NotifiedOf(all)
}

// Promised returns by when all regions are to be told: the latest of what was
// promised for them, and for how many nothing was. It is unknown if nothing was
// promised for any.
func (o *Overview) Promised() (last Time, without int) {
	for _, r := range o.Regions {
		switch {
		case !r.NoticesDue.Known():
			without++
		case !last.Known() || r.NoticesDue.End().After(last.End()):
			last = r.NoticesDue
		}
	}
	return last, without
}

// A NotifiedPoint is how many people had been told at a moment, as the counts say
// that stand now. It stays so until the next point.
type NotifiedPoint struct {
	At time.Time
	Notified
}

// NotifiedHistory returns how the number grew, the oldest first: a point for each
// moment at which a count was right; the last one is what [NotifiedOf] says of those
// that stand. region is one, or "" for all of them.
func NotifiedHistory(region Ref, counts []*Notice) (points []NotifiedPoint) {
	var some []*Notice
	for _, n := range counts {
		if n.Standing.Stands() && (region == "" || n.Region == region) {
			some = append(some, n)
		}
	}
	slices.SortStableFunc(some, func(a, b *Notice) int { return a.Moment().Compare(b.Moment()) })
	for i, n := range some {
		if i+1 < len(some) && some[i+1].Moment().Equal(n.Moment()) {
			continue
		}
		if now := NotifiedOf(Stand(some[:i+1])); now.Known() {
			points = append(points, NotifiedPoint{n.Moment(), now})
		}
	}
	return points
}

// LateWords says of a promised date that has passed by how long, "" of any other or
// none, or where all that are affected have been told.
func LateWords(due Time, now time.Time, complete bool) string {
	if !due.Known() || complete || now.Before(due.End()) {
		return ""
	}
	return strings.TrimSpace(Span(now.Sub(due.End())) + " late")
}
