package data

import "slices"

// A Fall is what falls with a source that is withdrawn: the claims, facts and counts
// of notices that rest on it and stand until then, and the figures that are others
// afterwards.
type Fall struct {
	Claims  []*Claim
	Facts   []*Fact
	Counts  []*Notice
	Figures []FigureFall
}

// A FigureFall is a figure whose claim falls: the one that stands before, and the
// one that stands afterwards, which is nil if the figure becomes unknown.
type FigureFall struct {
	Key           FigureKey
	Before, After *Claim
}

// FallOf returns what falls with a source, of all claims, facts and counts there are,
// in their order.
func FallOf(source Ref, claims []*Claim, facts []*Fact, counts []*Notice) (f Fall) {
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
	for _, n := range counts {
		if n.Source == source && n.Standing.Stands() {
			f.Counts = append(f.Counts, n)
		}
	}
	return f
}

// Same reports whether the same falls: the same claims, facts and counts, and the
// same figures, from and to the same claims.
func (f Fall) Same(g Fall) bool { return slices.Equal(f.refs(), g.refs()) }

func (f Fall) refs() (all []Ref) {
	for _, c := range f.Claims {
		all = append(all, c.Ref)
	}
	for _, fact := range f.Facts {
		all = append(all, fact.Ref)
	}
	for _, n := range f.Counts {
		all = append(all, n.Ref)
	}
	for _, x := range f.Figures {
		all = append(all, Ref(x.Key.Cell), Ref(x.Key.Unit), x.Before.Ref)
		if x.After != nil {
			all = append(all, x.After.Ref)
		}
	}
	return all
}

// Bodies returns the changes that withdraw all that falls, and then the source,
// each for the same reason. Where something else rests on the source by then,
// recording them is refused with [ErrRests].
func (f Fall) Bodies(source *Source, why string) (all []Body) {
	withdraw := func(ref Ref, was Standing) {
		all = append(all, Changed{Ref: ref, Changes: []Change{{"standing", string(was), string(Withdrawn)}}, Why: why})
	}
	for _, c := range f.Claims {
		withdraw(c.Ref, c.Standing)
	}
	for _, fact := range f.Facts {
		withdraw(fact.Ref, fact.Standing)
	}
	for _, n := range f.Counts {
		withdraw(n.Ref, n.Standing)
	}
	if !source.Withdrawn {
		all = append(all, Changed{Ref: source.Ref, Changes: []Change{{"withdrawn", "", "true"}}, Why: why})
	}
	return all
}

// Rests returns the claims, facts and counts that rest on a source, whether they
// stand or not, in their order, and how many of them stand.
func Rests(source Ref, claims []*Claim, facts []*Fact, counts []*Notice) (all []Entity, stand int) {
	add := func(e Entity, of Ref, s Standing) {
		if of != source {
			return
		}
		all = append(all, e)
		if s.Stands() {
			stand++
		}
	}
	for _, c := range claims {
		add(c, c.Source, c.Standing)
	}
	for _, fact := range facts {
		add(fact, fact.Source, fact.Standing)
	}
	for _, n := range counts {
		add(n, n.Source, n.Standing)
	}
	return all, stand
}
