package seed

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// Decode reads a template; name is what its errors, and Name, call it. Relative
// times count from now; values are read in the zone of now.
//
// Every error is a [data.Error] of class Failed that begins with the place:
// "team.yaml:12:5: …". Decode is strict: what it does not know, it refuses.
func Decode(name string, src []byte, now time.Time) (*Template, error) {
	d := &decoder{file: file(data.Line(name)), now: now}
	root, err := d.parse(src)
	if err != nil {
		return nil, err
	}
	if err := d.top(root); err != nil {
		return nil, err
	}
	d.order()
	if err := d.check(); err != nil {
		return nil, err
	}
	t := &Template{Name: name, Mark: d.mark}
	for _, s := range d.steps {
		t.Steps = append(t.Steps, s.Step)
	}
	return t, nil
}

// The keys of a template that are not the plural of a kind.
const (
	markKey    = "mark"
	historyKey = "history"
)

// The fields that entries have beside those of their kind. They are no fields
// of any entity, but they are parsed, checked and refused like them.
var (
	atField     = &data.Field{Key: "at", Label: "at", Required: true} // begin reads it
	byField     = &data.Field{Key: "by", Label: "by", Type: data.NameType, Required: true}
	idField     = &data.Field{Key: "id", Label: "id", Type: data.RefType, Required: true}
	doField     = &data.Field{Key: "do", Label: "do", Type: data.TextType, Required: true}
	changeField = &data.Field{Key: "change", Label: "change", Type: data.RefType, Required: true}
	setField    = &data.Field{Key: "set", Label: "set"} // settings reads it
	whyField    = &data.Field{Key: "why", Label: "why"}
)

// standard are the names of what has a key and is given no name.
var standard = map[string]string{
	"north-america": "North America", "europe": "Europe", "asia": "Asia", "elsewhere": "Elsewhere",
	"names": "Names", "addresses": "Addresses", "phone-numbers": "Phone numbers",
	"vehicle-details": "Vehicle details", "transaction-data": "Transaction data", "service-history": "Service history",
	"notification": "Customer notification", "investigation": "Investigation and audit",
	"remediation": "Security remediation", "support": "Customer support", "authorities": "Cooperation with authorities",
}

// A decoder collects the steps of one template.
type decoder struct {
	file
	now   time.Time
	mark  data.Mark
	steps []step
}

// A step is a Step and where it comes from. Its At is zero until the entry, or
// order, says what it is.
type step struct {
	Step
	node *node
}

// A value is what an entry says in one of its fields.
type value struct {
	field  *data.Field
	stored string
	pair   pair
}

type values []value

// get returns the stored value of a field, and whether the entry gives it.
func (vs values) get(f *data.Field) (string, bool) {
	for _, v := range vs {
		if v.field == f {
			return v.stored, true
		}
	}
	return "", false
}

// top reads the document.
func (d *decoder) top(root *node) error {
	if root.shape != mapping && root.shape != nothing {
		return d.fault(root.pos, "a template is a mapping, not %s", root.shape).WithHint("its keys: %s", strings.Join(topKeys(), ", "))
	}
	for _, p := range root.pairs {
		if !slices.Contains(topKeys(), p.key.text) {
			return d.fault(p.key.pos, "a template has no key %s", quote(p.key.text)).WithHint("its keys: %s", strings.Join(topKeys(), ", "))
		}
	}
	if mark := root.value(markKey); mark != nil {
		stored, err := d.stored(data.SpecOf(data.KindIncident).Field(markKey), mark)
		if err != nil {
			return err
		}
		d.mark = data.Mark(stored)
	}
	for _, spec := range data.Specs() {
		if err := d.items(spec, root.value(spec.Plural)); err != nil {
			return err
		}
	}
	entries, err := d.list(historyKey, root.value(historyKey))
	if err != nil {
		return err
	}
	for _, n := range entries {
		if err := d.history(n); err != nil {
			return err
		}
	}
	return nil
}

func topKeys() []string {
	keys := []string{markKey}
	for _, spec := range data.Specs() {
		keys = append(keys, spec.Plural)
	}
	return append(keys, historyKey)
}

// list returns the elements of n, which may be missing or hold nothing.
func (d *decoder) list(key string, n *node) ([]*node, error) {
	if n == nil || n.shape == nothing {
		return nil, nil
	}
	if n.shape != list {
		return nil, d.fault(n.pos, "%s must be a list, not %s", key, n.shape).WithHint("begin each of its elements with a dash")
	}
	return n.items, nil
}

// items reads what a template says of one kind.
func (d *decoder) items(spec *data.Spec, n *node) error {
	if spec.Kind == data.KindIncident {
		if n == nil {
			return d.fault(pos{1, 1}, "the incident is missing").WithHint("write incident: {} if nothing is known of it")
		}
		return d.item(spec, n)
	}
	elements, err := d.list(spec.Plural, n)
	if err != nil {
		return err
	}
	lines := map[string]int{}
	for _, e := range elements {
		if err := d.item(spec, e); err != nil {
			return err
		}
		if spec.Numbered() {
			continue
		}
		key := d.steps[len(d.steps)-1].Made.Key
		if line, ok := lines[key]; ok {
			return d.fault(e.value("key").pos, "the %s %s is given twice", spec.Kind, quote(key)).WithHint("it stands in line %d already", line)
		}
		lines[key] = e.value("key").pos.line
	}
	return nil
}

// item reads what makes one item of a kind.
func (d *decoder) item(spec *data.Spec, n *node) error {
	keyField := &data.Field{Key: "key", Label: "key", Type: data.WordType, Words: spec.Keys, Required: true}
	fields := slices.DeleteFunc(visible(spec), func(f *data.Field) bool { return f.Key == markKey })
	accepted := slices.Concat(fields, []*data.Field{atField, byField, idField})
	if len(spec.Keys) > 0 {
		accepted = append(accepted, keyField)
	}
	vs, err := d.read(n, string(spec.Kind), accepted)
	if err != nil {
		return err
	}
	s, err := d.begin(n, vs)
	if err != nil {
		return err
	}
	made := &data.Made{Of: spec.Kind, Fields: map[string]string{}}
	for _, v := range vs {
		if v.stored != "" && slices.Contains(fields, v.field) {
			made.Fields[v.field.Key] = v.stored
		}
	}
	if len(spec.Keys) > 0 {
		if made.Key, _ = vs.get(keyField); made.Key == "" {
			return d.fault(n.pos, "the %s has no key", spec.Kind).WithHint("one of: %s", strings.Join(spec.Keys, ", "))
		}
		made.Fields["name"] = cmp.Or(made.Fields["name"], standard[made.Key])
	}
	if spec.Kind == data.KindIncident && d.mark != "" {
		made.Fields[markKey] = string(d.mark)
	}
	if id, ok := vs.get(idField); ok {
		if s.ID = data.Ref(id); s.ID.Spec() != spec {
			return d.fault(n.value("id").pos, "the kind %s has no id %s", spec.Kind, id).WithHint("%s", idHint(spec))
		}
	}
	s.Made = made
	d.steps = append(d.steps, s)
	return nil
}

func idHint(spec *data.Spec) string {
	switch {
	case spec.Numbered():
		return "it would look like " + string(spec.RefOf(1))
	case len(spec.Keys) > 0:
		return "its id is its key; leave the id out"
	}
	return "its id is " + string(data.IncidentRef)
}

// visible returns the fields of a kind that people may speak of.
func visible(spec *data.Spec) []*data.Field {
	return slices.DeleteFunc(slices.Clone(spec.Fields), func(f *data.Field) bool { return f.Internal })
}

// history reads one entry of the history: a command or a change.
func (d *decoder) history(n *node) error {
	const what = "an entry of the history"
	vs, err := d.read(n, what, []*data.Field{atField, byField, doField, changeField, setField, whyField})
	if err != nil {
		return err
	}
	s, err := d.begin(n, vs)
	if err != nil {
		return err
	}
	if s.At.IsZero() {
		return d.fault(n.pos, "%s needs at", what).WithHint(atHint)
	}
	set := n.value("set")
	s.Do, _ = vs.get(doField)
	change, _ := vs.get(changeField)
	s.Why, _ = vs.get(whyField)
	s.Change = data.Ref(change)
	switch {
	case s.Do != "" && (change != "" || set != nil || n.value("why") != nil):
		return d.fault(n.pos, "%s is either a command or a change, not both", what).WithHint("make them two entries")
	case s.Do != "":
		s.Pos = d.place(n.value("do").pos)
	case change == "" || set == nil:
		return d.fault(n.pos, "%s needs either do, or change and set", what).
			WithHint("such as do: action done A-1, or change: A-1 with set: {state: done}")
	default:
		if s.Set, err = d.settings(s.Change, set); err != nil {
			return err
		}
	}
	d.steps = append(d.steps, s)
	return nil
}

// settings reads what a change sets.
func (d *decoder) settings(ref data.Ref, n *node) ([]Setting, error) {
	spec := ref.Spec()
	vs, err := d.read(n, string(spec.Kind), visible(spec))
	if err != nil {
		return nil, err
	}
	if len(vs) == 0 {
		return nil, d.fault(n.pos, "the change sets nothing").WithHint("fields: %s", fieldKeys(visible(spec)))
	}
	var all []Setting
	for _, v := range vs {
		if v.field.Fixed {
			return nil, d.fault(v.pair.key.pos, "%s cannot be changed", v.field.Key).WithHint("it is given when the item is made")
		}
		all = append(all, Setting{v.field.Key, v.stored})
	}
	return all, nil
}

// read reads a mapping that may have these fields, in the order of the file.
func (d *decoder) read(n *node, what string, fields []*data.Field) (values, error) {
	if n.shape != mapping && n.shape != nothing {
		return nil, d.fault(n.pos, "%s must be a mapping of fields, not %s", what, n.shape).WithHint("fields: %s", fieldKeys(fields))
	}
	var vs values
	for _, p := range n.pairs {
		i := slices.IndexFunc(fields, func(f *data.Field) bool { return f.Key == p.key.text })
		if i < 0 {
			return nil, d.fault(p.key.pos, "%s has no field %s", what, quote(p.key.text)).WithHint("fields: %s", fieldKeys(fields))
		}
		if fields[i] == setField {
			continue
		}
		stored, err := d.stored(fields[i], p.value)
		if err != nil {
			return nil, err
		}
		vs = append(vs, value{fields[i], stored, p})
	}
	return vs, nil
}

// stored returns the stored form of what n says in a field.
func (d *decoder) stored(f *data.Field, n *node) (string, error) {
	if n.shape != scalar && n.shape != nothing {
		return "", d.fault(n.pos, "%s must be a single value, not %s", f.Key, n.shape).
			WithHint("if it is meant as text, put it in quotes")
	}
	now := d.now
	if _, err := data.ParseTime(n.text); err == nil && f.Type == data.TimeType {
		now = time.Time{} // a date stands, wherever clocks are: a template loads always
	}
	v, err := f.Parse(n.text, now)
	if err != nil {
		return "", d.locate(n.pos, err)
	}
	return v, nil
}

func fieldKeys(fields []*data.Field) string {
	var keys []string
	for _, f := range fields {
		keys = append(keys, f.Key)
	}
	return strings.Join(keys, ", ")
}
