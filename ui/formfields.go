package ui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// newForm returns the form of a new item of a kind, with what is given.
func (m *Model) newForm(k data.Kind, given map[string]string) *formPage {
	return m.newFormWith(nil, k, given)
}

// newFormWith is newForm with a draft; nil takes the one that there is of it.
func (m *Model) newFormWith(d *Draft, k data.Kind, given map[string]string) *formPage {
	spec := data.SpecOf(k)
	p := &formPage{title: "New " + string(k), spec: spec, base: map[string]string{}, fixed: map[string]string{}}
	blank := spec.New()
	ask := given["kind"] == string(data.Ask)
	if ask {
		p.title = "New ask"
	}
	id := "new " + strings.TrimPrefix(p.title, "New ")
	values := map[string]string{}
	for key, v := range given {
		if f := spec.Field(key); f != nil {
			values[key] = v
			if key == "kind" || key == "about" {
				p.fixed[key] = v
				delete(values, key)
			}
		}
	}
	var fields []*data.Field
	for _, f := range spec.Fields {
		switch {
		case k == data.KindClaim && f.Key == "low":
			fields = append(fields, amountField)
		case k == data.KindClaim && f.Type == data.NumberType: // the amount is all three
		case f.Internal, m.may(spec, nil, f) != nil, p.fixed[f.Key] != "":
		case k == data.KindAction && slices.Contains([]string{"kind", "state", "waits_for", "answer"}, f.Key), k == data.KindClaim && f.Key == "pinned", k == data.KindQuestion && f.Key != "text":
		case !f.Applies(blank) && !(ask && (f.Key == "to" || f.Key == "they_promised")), k == data.KindSource && f.Key == "withdrawn":
		default:
			fields = append(fields, f)
		}
	}
	if ask { // whom, what, by when
		slices.SortStableFunc(fields, func(a, b *data.Field) int { return rankOf(a.Key) - rankOf(b.Key) })
	}
	if d == nil {
		d = m.draft(Draft{ID: id, Kind: k, With: p.fixed})
	}
	p.begin(m, fields, values, d)
	return p
}

// rankOf is the order of an ask's fields.
func rankOf(key string) int {
	if i := slices.Index([]string{"to", "title", "due"}, key); i >= 0 {
		return i
	}
	return 9
}

// changeForm returns the form that changes an item.
func (m *Model) changeForm(item data.Entity) *formPage {
	ref := item.Info().Ref
	return m.changeFormWith(m.draft(Draft{ID: "edit " + string(ref), Kind: item.Kind(), Refs: []data.Ref{ref}}), item)
}

// changeFormWith is changeForm with a draft.
func (m *Model) changeFormWith(d *Draft, item data.Entity) *formPage {
	spec, ref := data.SpecOf(item.Kind()), item.Info().Ref
	p := &formPage{title: "Edit " + string(ref), spec: spec, item: item, base: map[string]string{}}
	if c, ok := item.(*data.Claim); ok { // whose numbers are no fields of the form
		p.title += fmt.Sprintf(": %s %s, %s", pane.Amount(c), c.Unit, c.Cell)
	}
	var fields []*data.Field
	values := map[string]string{}
	for _, f := range spec.Fields {
		if f.Internal || f.Fixed || !f.Applies(item) || m.may(spec, item, f) != nil {
			continue
		}
		fields = append(fields, f)
		p.base[f.Key] = f.Get(item)
		values[f.Key] = m.editable(f, f.Get(item))
	}
	p.begin(m, fields, values, d)
	return p
}

// begin makes the fields of the form, with the texts of a draft if there is one.
func (p *formPage) begin(m *Model, fields []*data.Field, values map[string]string, d *Draft) {
	p.begun, p.draft = values, d
	p.draft.Event = cmp.Or(p.draft.Event, m.cfg.Writer.NewID())
	p.id = p.draft.Event
	p.back = len(p.draft.Text) > 0
	var all []kit.FormField
	for _, f := range fields {
		p.keys = append(p.keys, f.Key)
		all = append(all, kit.FormField{Key: f.Key, Label: f.Label, Value: values[f.Key], Long: f.Type == data.TextType, Words: f.Words, Limit: limitOf(f), Note: noteOf(f), Empty: emptyOf(f)})
	}
	if p.item != nil {
		p.keys = append(p.keys, whyKey)
		all = append(all, kit.FormField{Key: whyKey, Label: "Why", Limit: data.MaxLine, Note: "the reason for the change; it stands in the history", Empty: "no reason given"})
	}
	p.form = kit.NewForm(all)
	for _, f := range fields { // a field does not take every character
		p.begun[f.Key] = p.form.Text(f.Key)
	}
	for key, text := range p.draft.Text {
		p.form.Put(key, text)
	}
	if text := amountOf(p.draft.Text); text != "" && p.form.Text(amountField.Key) == "" {
		p.form.Put(amountField.Key, text)
	}
	p.sayAmount()
	for key, text := range p.draft.Text { // what its author saw then; of the rest, what is shown now
		if v, ok := p.draft.Base[key]; ok && text != p.begun[key] {
			p.base[key] = v
		}
	}
}

// emptyOf is what stands in a form where nothing was written.
func emptyOf(f *data.Field) string {
	if f.Required {
		return "needed"
	}
	return pane.Unknown
}

// noteOf says how a field is written.
func noteOf(f *data.Field) string {
	switch {
	case f == amountField:
		return data.AmountUse
	case len(f.Words) > 8:
		return "left and right choose: " + f.Words[0] + ", " + f.Words[1] + ", …"
	case len(f.Words) > 0:
		return "left and right choose: " + strings.Join(f.Words, ", ")
	case f.Type == data.TimeType:
		return "20m, 3h, tomorrow 09:00, 2024-08-20"
	case f.Type == data.SpanType:
		return "30m, 4h, 1d"
	case f.Type == data.FlagType:
		return "yes or no"
	case f.Type == data.RefType:
		return "an id, such as S-1"
	case f.Type == data.NumberType:
		return data.CountUse
	}
	return ""
}

// body returns what the form says, or marks what is wrong with it. It is nil if
// nothing was changed.
func (p *formPage) body(now time.Time) (data.Body, error) {
	var first error
	made := data.Made{Of: p.spec.Kind, Fields: map[string]string{}}
	changed := data.Changed{}
	for key, v := range p.fixed {
		made.Fields[key] = v
	}
	refuse := func(key string, err error) {
		p.form.Refuse(key, withHint(err, p.view.Keys))
		if first == nil {
			first = err
			p.form.Focus(key)
		}
	}
	for _, key := range p.keys {
		f := p.spec.Field(key)
		text := p.form.Text(key)
		if key == amountField.Key {
			a, err := data.ParseAmount(text)
			if err != nil {
				refuse(key, err)
			}
			maps.Copy(made.Fields, a.Fields())
		}
		if f == nil || p.item != nil && text == p.begun[key] {
			continue
		}
		value, err := f.Parse(text, now)
		if err != nil {
			refuse(key, err)
			continue
		}
		if p.item == nil && value != "" {
			made.Fields[key] = value
		}
		if p.item != nil && value != p.base[key] {
			changed.Changes = append(changed.Changes, data.Change{Field: key, Was: p.base[key], Now: value})
		}
	}
	switch {
	case first != nil:
		return nil, first
	case p.item == nil:
		return made, nil
	case len(changed.Changes) == 0:
		return nil, nil
	}
	changed.Ref, changed.Why = p.item.Info().Ref, strings.TrimSpace(data.Line(p.form.Text(whyKey)))
	return changed, nil
}

func withHint(err error, keys map[string][]string) string {
	if hint := kit.Keyed(data.BoardHint(err), keys); hint != "" {
		return err.Error() + "; " + hint
	}
	return err.Error()
}
