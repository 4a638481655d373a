package data

import (
	"cmp"
	"slices"
)

// PickReason says in a few words why Pick chooses the claim that it does, of
// claims about one figure: "pinned by a lead", "best standing", "best standing,
// then latest as-of". It returns "" if no claim stands.
func PickReason(claims []*Claim) string {
	best := Pick(claims)
	if best == nil {
		return ""
	}
	next := Pick(slices.DeleteFunc(slices.Clone(claims), func(c *Claim) bool { return c == best }))
	if next == nil {
		return "no other does"
	}
	if best.Pinned != next.Pinned {
		return "pinned by a lead"
	}
	reason := ""
	if best.Pinned {
		reason = "of those pinned, "
	}
	if best.Standing != next.Standing {
		return reason + "best standing"
	}
	beaten := func(c *Claim) bool {
		return c.Standing.Stands() && c.Pinned == best.Pinned && c.Standing != best.Standing
	}
	if slices.ContainsFunc(claims, beaten) {
		reason += "best standing, then "
	}
	if !best.AsOf.At.Equal(next.AsOf.At) {
		return reason + "latest as-of"
	}
	return reason + "latest recorded"
}

// Bounds returns the least and the most that a claim allows. One that is unknown
// is open; a claim of nothing but a best number allows that number alone.
func (c *Claim) Bounds() (low, high Count) {
	if !c.Low.Known && !c.High.Known {
		return c.Best, c.Best
	}
	return c.Low, c.High
}

// Overlap reports whether two claims have a number in common.
func Overlap(a, b *Claim) bool {
	aLow, aHigh := a.Bounds()
	bLow, bHigh := b.Bounds()
	return !above(aLow, bHigh) && !above(bLow, aHigh)
}

// A Discord is a claim, and others about the same figure that have no number in
// common with it.
type Discord struct {
	Claim *Claim
	With  []*Claim
}

// Discords returns what does not agree about one figure, each pair once: the
// claim that stands first, then the latest claims of each source, newest first.
// What a source said before does not count, nor what was withdrawn or disproved.
// A claim without a source speaks for itself.
func Discords(claims []*Claim) (all []Discord) {
	stands := Pick(claims)
	if stands == nil {
		return nil
	}
	latest := slices.Clone(claims)
	slices.SortFunc(latest, func(a, b *Claim) int {
		return -cmp.Or(a.AsOf.At.Compare(b.AsOf.At), cmp.Compare(a.MadeSeq, b.MadeSeq))
	})
	said := map[Ref]bool{}
	speak := []*Claim{stands}
	for _, c := range latest {
		if !c.Standing.Stands() || c.Source != "" && said[c.Source] {
			continue
		}
		said[c.Source] = true
		if c != stands {
			speak = append(speak, c)
		}
	}
	for i, c := range speak {
		d := Discord{Claim: c}
		for _, other := range speak[i+1:] {
			if !Overlap(c, other) {
				d.With = append(d.With, other)
			}
		}
		if d.With != nil {
			all = append(all, d)
		}
	}
	return all
}
