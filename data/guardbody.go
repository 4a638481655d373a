package data

import (
	"slices"
	"strings"
)

// A FieldFinding is a [Finding] in a text that is to be stored.
type FieldFinding struct {
	Label string // of the field, in lower case; "reason" for why a change was made
	Finding
}

// PersonalIn returns what looks like personal data in the texts that a body
// brings. Names are left alone: whose they are is what such a field is for. So
// is what was there before.
func PersonalIn(b Body) (all []FieldFinding) {
	withTexts(b, func(label, text string) string {
		for _, f := range Personal(text) {
			all = append(all, FieldFinding{label, f})
		}
		return text
	})
	return all
}

// MaskBody returns a body with all that [PersonalIn] finds in it masked. The
// body itself is not changed.
func MaskBody(b Body) Body {
	return withTexts(b, func(_, text string) string { return MaskPersonal(text) })
}

// withTexts returns a body with each text that it brings replaced, in the order
// of the fields.
func withTexts(b Body, replace func(label, text string) string) Body {
	in := func(f *Field, text string) string {
		if f == nil || f.Internal || f.Type != LineType && f.Type != TextType {
			return text
		}
		return replace(strings.ToLower(f.Label), text)
	}
	switch b := b.(type) {
	case Made:
		spec, fields := SpecOf(b.Of), make(map[string]string, len(b.Fields))
		for key, text := range b.Fields {
			fields[key] = text
		}
		if spec != nil {
			for _, f := range spec.Fields {
				if text, ok := fields[f.Key]; ok {
					fields[f.Key] = in(f, text)
				}
			}
		}
		b.Fields = fields
		return b
	case Changed:
		b.Changes = slices.Clone(b.Changes)
		for i, c := range b.Changes {
			b.Changes[i].Now = in(b.Ref.Spec().Field(c.Field), c.Now)
		}
		b.Why = replace("reason", b.Why)
		return b
	case Redacted:
		b.Why = replace("reason", b.Why)
		return b
	}
	return b
}
