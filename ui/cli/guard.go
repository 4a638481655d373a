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

// maskFlags gives the flag --mask to every command that stores what people write:
// those that write, and new. What undo and redo put back was written before.
func (e *env) maskFlags(root *cobra.Command) {
	for _, c := range root.Commands() {
		if c.Name() == "new" || c.Annotations[writesMark] != "" && c.Name() != "undo" && c.Name() != "redo" {
			e.maskFlag(c)
		}
		e.maskFlags(c)
	}
}

func (e *env) maskFlag(c *cobra.Command) {
	c.Flags().BoolVar(&e.mask, "mask", false, "store what looks like personal data masked")
}

// guard points out what looks like personal data in bodies that are to be
// recorded, and never says what it is. With --mask it returns them masked. What is
// put back was pointed out when it was written, and no line is said twice: a change
// that is tried again is the same.
func (e *env) guard(bodies []data.Body) []data.Body {
	type group struct{ label, kind string }
	var order []group
	masks := map[group][]string{}
	for _, b := range bodies {
		if c, ok := b.(data.Changed); ok && c.Undoes > 0 {
			continue
		}
		for _, f := range data.PersonalIn(b) {
			g := group{f.Label, f.Kind}
			if masks[g] == nil {
				order = append(order, g)
			}
			masks[g] = append(masks[g], f.Mask)
		}
	}
	for _, g := range order {
		if line := guardLine(g.label, g.kind, masks[g], e.mask); !slices.Contains(e.guarded, line) {
			e.guarded = append(e.guarded, line)
			e.say("%s", line)
		}
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
