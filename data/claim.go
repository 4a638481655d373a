package data

import (
	"cmp"
	"slices"
	"strings"
)

// A Cell is what a figure counts: a region, or all, and a category, or all.
// It is written "europe/addresses", "europe/all", "all/names" or "all/all".
type Cell string

// AllPeople is the cell of everybody affected.
const AllPeople Cell = "all/all"

// ParseCell reads a cell.
func ParseCell(s string) (Cell, error) {
	region, category, ok := strings.Cut(strings.ToLower(s), "/")
	if !ok || region != "all" && !slices.Contains(RegionKeys, region) ||
		category != "all" && !slices.Contains(CategoryKeys, category) {
		return "", Refuse("%q is no cell", short(s)).
			WithHint("write REGION/CATEGORY, such as europe/addresses, europe/all or all/all")
	}
	return Cell(region + "/" + category), nil
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
	Kind: KindClaim, NameField: "cell", Label: "Claim", Plural: "claims", Prefix: "C", Role: Responder,
	New: func() Entity { return &Claim{} },
	Fields: []*Field{
		word("cell", "Cell", cells(), func(c *Claim) *Cell { return &c.Cell }).required().fixed(),
		word("unit", "Unit", Units, func(c *Claim) *Unit { return &c.Unit }).required().fixed(),
		number("low", "Low", func(c *Claim) *Count { return &c.Low }).fixed(),
		number("best", "Best", func(c *Claim) *Count { return &c.Best }).fixed(),
		number("high", "High", func(c *Claim) *Count { return &c.High }).fixed(),
		word("standing", "Standing", Standings, func(c *Claim) *Standing { return &c.Standing }).only(Lead),
		prose("basis", "Basis", func(c *Claim) *string { return &c.Basis }),
		ref("source", "Source", func(c *Claim) *Ref { return &c.Source }),
		when("as_of", "As of", func(c *Claim) *Time { return &c.AsOf }).before(),
		flag("pinned", "Pinned", func(c *Claim) *bool { return &c.Pinned }).only(Lead),
	},
}

func cells() (all []Cell) {
	for _, r := range append([]string{"all"}, RegionKeys...) {
		for _, c := range append([]string{"all"}, CategoryKeys...) {
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

func (c *Claim) rule(s *State, _ Entity) error {
	if c.Amount() == (Amount{}) {
		return Refuse("a claim needs a number: low, best or high")
	}
	if err := c.Amount().rule(); err != nil {
		return err
	}
	return s.mustExist(c.Source, KindSource)
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

// A Delivery is a list of affected people, as received.
type Delivery struct {
	Meta
	Title    string
	Source   Ref
	Received Time
	Comment  string
}

var deliverySpec = &Spec{
	Kind: KindDelivery, NameField: "title", Label: "Delivery", Plural: "deliveries", Prefix: "L", Role: Lead,
	New: func() Entity { return &Delivery{} },
	Fields: []*Field{
		line("title", "Title", func(d *Delivery) *string { return &d.Title }).required(),
		ref("source", "Source", func(d *Delivery) *Ref { return &d.Source }),
		when("received", "Received", func(d *Delivery) *Time { return &d.Received }),
		prose("note", "Note", func(d *Delivery) *string { return &d.Comment }),
	},
}

// Kind implements [Entity].
func (d *Delivery) Kind() Kind { return KindDelivery }

// Name implements [Entity].
func (d *Delivery) Name() string { return d.Title }

func (d *Delivery) clone() Entity { c := *d; return &c }

func (d *Delivery) rule(s *State, _ Entity) error { return s.mustExist(d.Source, KindSource) }
