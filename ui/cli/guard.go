package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
)

// shownMasks is how many masks of one kind a line names.
const shownMasks = 3

// maskFlags gives the flag --mask to every command that stores what people
// write: those of the nouns that do more than show, and redact.
func (e *env) maskFlags(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() == "redact" {
			e.maskFlag(c)
		}
		for _, verb := range c.Commands() {
			if !slices.Contains([]string{"list", "show"}, verb.Name()) && c.Name() != "completion" {
				e.maskFlag(verb)
			}
		}
	}
}

func (e *env) maskFlag(c *cobra.Command) {
	c.Flags().BoolVar(&e.mask, "mask", false, "store what looks like personal data masked")
}

// guard points out what looks like personal data in bodies that are to be
// recorded, and never says what it is. With --mask it returns them masked.
func (e *env) guard(bodies []data.Body) []data.Body {
	type group struct{ label, kind string }
	var order []group
	masks := map[group][]string{}
	for _, b := range bodies {
		for _, f := range data.PersonalIn(b) {
			g := group{f.Label, f.Kind}
			if masks[g] == nil {
				order = append(order, g)
			}
			masks[g] = append(masks[g], f.Mask)
		}
	}
	for _, g := range order {
		e.say("%s", guardLine(g.label, g.kind, masks[g], e.mask))
	}
	if !e.mask || len(order) == 0 {
		return bodies
	}
	left := make([]data.Body, len(bodies))
	for i, b := range bodies {
		left[i] = data.MaskBody(b)
	}
	return left
}

// guardLine says of one kind of finding in one field how many there are.
func guardLine(label, kind string, masks []string, masked bool) string {
	what, them, n := "looks like a "+kind, "it", len(masks)
	switch {
	case n > 1 && strings.HasSuffix(kind, "s"):
		what, them = fmt.Sprintf("look like %s %ses", data.Digits(int64(n)), kind), "them"
	case n > 1:
		what, them = fmt.Sprintf("look like %s %ss", data.Digits(int64(n)), kind), "them"
	case kind[0] == 'e':
		what = "looks like an " + kind
	}
	if n > shownMasks {
		masks = append(slices.Clone(masks[:shownMasks]), "and more")
	}
	line := fmt.Sprintf("%s holds what %s (%s)", label, what, data.Line(strings.Join(masks, ", ")))
	if masked {
		return line + "; masked"
	}
	return line + "; --mask stores " + them + " masked"
}
