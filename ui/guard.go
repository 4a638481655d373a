package ui

import (
	"fmt"

	"warroom/data"
)

// maskKey masks what looks like personal data, while that is pointed out.
const maskKey = "ctrl+t"

// pointOut says what looks like personal data, without saying what it is, and
// what can be done; "" if nothing does. It never blocks: the same key again
// stores it.
func pointOut(found []data.FieldFinding, again string) string {
	if len(found) == 0 {
		return ""
	}
	f := found[0]
	more := ""
	if n := len(found) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	if f.Label != "" {
		f.Label += ": "
	}
	return fmt.Sprintf("%s%s (%s)%s? %s stores it, %s masks", f.Label, f.Kind, f.Mask, more, again, maskKey)
}

// found returns what looks like personal data in a text of a field, which needs
// no name: it is the one that is being typed.
func found(f *data.Field, text string) (all []data.FieldFinding) {
	if f.Type != data.LineType && f.Type != data.TextType {
		return nil
	}
	for _, x := range data.Personal(text) {
		all = append(all, data.FieldFinding{Finding: x})
	}
	return all
}
