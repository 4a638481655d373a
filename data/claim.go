package data

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Cell is what a figure counts: a region, or all, and a category, or all.
// It is written "europe/addresses", "europe/all", "all/names" or "all/all".
type Cell string

// AllPeople is the cell of everybody affected.
const AllPeople Cell = "all/all"

// ParseCell reads a cell. The error of one that there is not names those that
// are like it.
func ParseCell(s string) (Cell, error) {
	region, category, ok := strings.Cut(strings.ToLower(s), "/")
	if ok && slices.Contains(regionWords, region) && slices.Contains(categoryWords, category) {
		return Cell(region + "/" + category), nil
	}
	e := Refuse("%q is no cell", short(s)).WithHint("write REGION/CATEGORY, such as europe/addresses, europe/all or all/all")
	if near := nearCells(region, category); len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, " or ") + "? " + e.Hint
	}
	return "", e
}

// The parts of a cell.
var (
	regionWords   = append([]string{"all"}, RegionKeys...)
	categoryWords = append([]string{"all"}, CategoryKeys...)
)

// mostNear is how many cells are suggested.
const mostNear = 3

// nearCells returns the cells that a person may have meant who wrote these parts
// of one, the other way round as well.
func nearCells(region, category string) (near []string) {
	for _, pair := range [][2]string{{region, category}, {category, region}} {
		for _, r := range nearWords(pair[0], regionWords) {
			for _, c := range nearWords(pair[1], categoryWords) {
				if cell := r + "/" + c; !slices.Contains(near, cell) && len(near) < mostNear {
					near = append(near, cell)
				}
			}
		}
	}
	return near
}

// nearWords returns the words that are like one, or begin like it, or have it in
// them; what is left out is all.
func nearWords(word string, words []string) (near []string) {
	word = strings.Trim(word, " ")
	switch {
	case word == "":
		return words[:1]
	case slices.Contains(words, word):
		return []string{word}
	case len(word) > 40:
		return nil
	}
	for _, w := range words {
		begins := len(word) >= 4 && strings.HasPrefix(w, word[:4])
		if begins || len(word) >= 3 && strings.Contains(w, word) || distance(word, w) <= min(2, (len(word)+1)/3) {
			near = append(near, w)
		}
	}
	return near
}

// A Claim is one statement about how many people or records a cell holds. Any
// of the three numbers may be unknown, but not all.
type Claim struct {
	Meta
	Cell            Cell
	Unit            Unit
	Low, Best, High Count
	Standing        Standing
	Basis           string
	Source          Ref
	AsOf            Time
	Pinned          bool
}

var claimSpec = &Spec{
	Kind: KindClaim, NameField: "cell", Label: "Claim", Plural: "claims", Prefix: "C", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Claim{} },
	Fields: []*Field{
		word("cell", "Cell", cells(), func(c *Claim) *Cell { return &c.Cell }).required().fixed(),
		word("unit", "Unit", Units, func(c *Claim) *Unit { return &c.Unit }).required().fixed(),
		number("low", "Low", func(c *Claim) *Count { return &c.Low }).fixed(),
		number("best", "Best", func(c *Claim) *Count { return &c.Best }).fixed(),
		number("high", "High", func(c *Claim) *Count { return &c.High }).fixed(),
		word("standing", "Standing", standings, func(c *Claim) *Standing { return &c.Standing }).only(Lead),
		prose("basis", "Basis", func(c *Claim) *string { return &c.Basis }),
		ref("source", "Source", func(c *Claim) *Ref { return &c.Source }),
		when("as_of", "As of", func(c *Claim) *Time { return &c.AsOf }).before(),
		flag("pinned", "Pinned", func(c *Claim) *bool { return &c.Pinned }).only(Lead),
	},
}

func cells() (all []Cell) {
	for _, r := range regionWords {
		for _, c := range categoryWords {
			all = append(all, Cell(r+"/"+c))
		}
	}
	return all
}

// Kind implements [Entity].
func (c *Claim) Kind() Kind { return KindClaim }

// Name implements [Entity].
func (c *Claim) Name() string { return string(c.Cell) }

func (c *Claim) clone() Entity { d := *c; return &d }

func (c *Claim) rule(s *State, before Entity) error {
	if c.Amount() == (Amount{}) {
		return Refuse("a claim needs a number: low, best or high")
	}
	if b, ok := before.(*Claim); ok && c.Pinned && !b.Pinned && !c.Standing.Stands() {
		return Refuse("%s cannot be pinned: it is %s, and does not stand", c.Ref, c.Standing).WithHint("confirm it first, or take that back: warroom undo")
	}
	if err := c.Amount().rule(); err != nil {
		return err
	}
	var was Ref
	if old, ok := before.(*Claim); ok {
		was = old.Source
	}
	return s.mayRest(c.Source, was, c.Standing.Stands())
}

func (c *Claim) tally(add func(string)) { tallyRests(c.Source, c.Standing, add) }

// ClaimOf returns the claim that b makes, which has no id yet.
func ClaimOf(b Made) (*Claim, error) {
	if b.Of != KindClaim {
		return nil, Refuse("%s is no claim", b.Of)
	}
	e, err := b.build("")
	if err != nil {
		return nil, err
	}
	return e.(*Claim), nil
}

// oldAfter is the age from which a figure is called old.
const oldAfter = 7 * 24 * time.Hour

// Age returns how long ago a claim was right: since its as-of, or, if nobody said
// that, since it was recorded.
func (c *Claim) Age(now time.Time) time.Duration {
	if c.AsOf.Known() {
		return now.Sub(c.AsOf.At)
	}
	return now.Sub(c.MadeAt)
}

// OldWords says of a claim that is so old that one should ask for another how old
// that is: "old: as of 9d ago", "old: stated 9d ago". It returns "" of any other.
func (c *Claim) OldWords(now time.Time) string {
	age, since := c.Age(now), "as of"
	if !c.AsOf.Known() {
		since = "stated"
	}
	if age < oldAfter {
		return ""
	}
	return fmt.Sprintf("old: %s %dd ago", since, age/(24*time.Hour))
}

func above(a, b Count) bool { return a.Known && b.Known && a.N > b.N }

// A FigureKey names a figure: there is one per cell and unit.
type FigureKey struct {
	Cell Cell
	Unit Unit
}

// Key returns the figure that the claim is about.
func (c *Claim) Key() FigureKey { return FigureKey{c.Cell, c.Unit} }

// Pick returns the claim that stands, of claims about one figure: one that a
// lead pinned, else the one of the best standing, then with the latest as-of,
// then the latest recorded. A withdrawn or disproved claim never stands, pinned
// or not. It returns nil if none stands.
func Pick(claims []*Claim) *Claim {
	var best *Claim
	for _, c := range claims {
		if c.Standing.Stands() && (best == nil || c.outranks(best)) {
			best = c
		}
	}
	return best
}

func (c *Claim) outranks(d *Claim) bool {
	if c.Pinned != d.Pinned {
		return c.Pinned
	}
	return cmp.Or(
		cmp.Compare(c.Standing.rank(), d.Standing.rank()),
		c.AsOf.At.Compare(d.AsOf.At),
		cmp.Compare(c.MadeSeq, d.MadeSeq),
	) > 0
}

// A delivery is a list of affected people, as received.
type delivery struct {
	Meta
	Title    string
	Source   Ref
	Received Time
	Comment  string
}

var deliverySpec = &Spec{
	Kind: KindDelivery, NameField: "title", Label: "Delivery", Plural: "deliveries", Prefix: "L", Role: Lead, Reader: Viewer,
	New: func() Entity { return &delivery{} },
	Fields: []*Field{
		line("title", "Title", func(d *delivery) *string { return &d.Title }).required(),
		ref("source", "Source", func(d *delivery) *Ref { return &d.Source }),
		when("received", "Received", func(d *delivery) *Time { return &d.Received }).before(),
		prose("note", "Note", func(d *delivery) *string { return &d.Comment }),
	},
}

// Kind implements [Entity].
func (d *delivery) Kind() Kind { return KindDelivery }

// Name implements [Entity].
func (d *delivery) Name() string { return d.Title }

func (d *delivery) clone() Entity { c := *d; return &c }

func (d *delivery) rule(s *State, before Entity) error {
	var was Ref
	if old, ok := before.(*delivery); ok {
		was = old.Source
	}
	return s.mayRest(d.Source, was, false)
}
