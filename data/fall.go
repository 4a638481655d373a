package data

import "slices"

// A Fall is what falls with a source that is withdrawn: the claims and facts that
// rest on it and stand until then, and the figures that are others afterwards.
type Fall struct {
	Claims  []*Claim
	Facts   []*Fact
	Figures []FigureFall
}

// A FigureFall is a figure whose claim falls: the one that stands before, and the
// one that stands afterwards, which is nil if the figure becomes unknown.
type FigureFall struct {
	Key           FigureKey
	Before, After *Claim
}

// FallOf returns what falls with a source, of all claims and facts there are, in
// their order.
func FallOf(source Ref, claims []*Claim, facts []*Fact) (f Fall) {
	var keys []FigureKey
	left := map[FigureKey][]*Claim{}
	for _, c := range claims {
		if c.Source == source && c.Standing.Stands() {
			f.Claims = append(f.Claims, c)
			if !slices.Contains(keys, c.Key()) {
				keys = append(keys, c.Key())
			}
		} else {
			left[c.Key()] = append(left[c.Key()], c)
		}
	}
	for _, key := range keys {
		before := Pick(slices.DeleteFunc(slices.Clone(claims), func(c *Claim) bool { return c.Key() != key }))
		if after := Pick(left[key]); before != after {
			f.Figures = append(f.Figures, FigureFall{key, before, after})
		}
	}
	for _, fact := range facts {
		if fact.Source == source && fact.Standing.Stands() {
			f.Facts = append(f.Facts, fact)
		}
	}
	return f
}

// Bodies returns the changes that withdraw all that falls, each for the same
// reason.
func (f Fall) Bodies(why string) (all []Body) {
	withdraw := func(ref Ref, was Standing) {
		all = append(all, Changed{Ref: ref, Changes: []Change{{"standing", string(was), string(Withdrawn)}}, Why: why})
	}
	for _, c := range f.Claims {
		withdraw(c.Ref, c.Standing)
	}
	for _, fact := range f.Facts {
		withdraw(fact.Ref, fact.Standing)
	}
	return all
}
