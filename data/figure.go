package data

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// overlap reports whether two claims have a number in common.
func overlap(a, b *Claim) bool {
	aLow, aHigh := a.Bounds()
	bLow, bHigh := b.Bounds()
	return !above(aLow, bHigh) && !above(bLow, aHigh)
}

// A discord is a claim, and others about the same figure that have no number in
// common with it.
type discord struct {
	Claim *Claim
	With  []*Claim
}

// discords returns what does not agree about one figure, each pair once: the
// claim that stands first, then the latest claims of each source, newest first.
// What a source said before does not count, nor what was withdrawn or disproved.
// A claim without a source speaks for itself.
func discords(claims []*Claim) (all []discord) {
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
		d := discord{Claim: c}
		for _, other := range speak[i+1:] {
			if !overlap(c, other) {
				d.With = append(d.With, other)
			}
		}
		if d.With != nil {
			all = append(all, d)
		}
	}
	return all
}

// mostDiscords is for how many claims it is said with which they do not agree,
// and how many are named.
const mostDiscords = 4

// DiscordWords says in words what does not agree about one figure: "ranges do
// not overlap: C-19 with C-2 and C-4; C-4 with C-2". It returns "" if all does.
func DiscordWords(claims []*Claim) string {
	var parts []string
	for _, d := range discords(claims) {
		var with []string
		for _, other := range d.With {
			with = append(with, string(other.Ref))
		}
		if n := len(with) - mostDiscords + 1; n > 1 {
			with = append(with[:mostDiscords-1], fmt.Sprint(n, " others"))
		}
		if len(parts) < mostDiscords {
			last := len(with) - 1
			text := string(d.Claim.Ref) + " with " + with[last]
			if last > 0 {
				text = string(d.Claim.Ref) + " with " + strings.Join(with[:last], ", ") + " and " + with[last]
			}
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "ranges do not overlap: " + strings.Join(parts, "; ")
}

// MorePeople says of the claims that stand for one cell, in people and in
// records, that the people are more than the records: each of them has at least
// one. It returns "" where that may not be so; either claim may be nil.
func MorePeople(people, records *Claim) string {
	if people == nil || records == nil {
		return ""
	}
	low, _ := people.Bounds()
	_, high := records.Bounds()
	if !above(low, high) {
		return ""
	}
	return fmt.Sprintf("more people than records: %s has people %s, %s has records %s; whoever is affected has at least one record",
		people.Ref, people.Amount(), records.Ref, records.Amount())
}

// RegionSum returns how many people there can be in all regions with data of a
// category, or "all": at most as many as in each together, since a person may live
// in two of them, and at least as many as in one. It is unknown, and the second
// result false, unless the most is known of each region. Categories are never added
// up. Standing returns what stands for a figure, or nil.
func RegionSum(category string, standing func(FigureKey) *Claim) (Amount, bool) {
	sum := Amount{High: countOf(0)}
	for _, region := range RegionKeys {
		c := standing(FigureKey{Cell(region + "/" + category), People})
		if c == nil || !c.High.Known {
			return Amount{}, false
		}
		sum.High.N += c.High.N
		if c.Low.Known && (!sum.Low.Known || c.Low.N > sum.Low.N) {
			sum.Low = c.Low
		}
	}
	return sum, true
}
