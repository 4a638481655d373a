package seed

import (
	"maps"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

const atHint = "write how long ago, such as -20d, -3d4h or -90m, or a moment such as 2024-08-15T09:00:00Z"

// begin returns the step that an entry describes, so far as every entry does.
func (d *decoder) begin(n *node, vs values) (step, error) {
	s := step{Step: Step{By: Author, Pos: d.place(n.pos)}, node: n}
	if by, ok := vs.get(byField); ok {
		s.By = data.Actor(by)
	}
	at, ok := vs.get(atField)
	if !ok {
		return s, nil
	}
	p := n.value("at").pos
	if ago, err := data.ParseDuration(at); err == nil {
		s.At = d.now.Add(ago).UTC()
	} else if t, err := data.ParseTime(at); err == nil && t.Prec == data.Exact {
		s.At = t.At
	} else {
		return s, d.fault(p, "at cannot be %s", quote(at)).WithHint(atHint)
	}
	if s.At.After(d.now) {
		return s, d.fault(p, "at is in the future: %s", quote(at)).WithHint(atHint)
	}
	return s, nil
}

// order gives every step a time and puts the steps in the order in which they
// are recorded. What has no time was there before all that has one.
func (d *decoder) order() {
	first := d.now.UTC()
	for _, s := range d.steps {
		if !s.At.IsZero() && s.At.Before(first) {
			first = s.At
		}
	}
	for i := range d.steps {
		if s := &d.steps[i]; s.At.IsZero() {
			s.At = first
		}
	}
	slices.SortStableFunc(d.steps, func(a, b step) int { return a.At.Compare(b.At) })
}

// makeNothing lists the verbs of commands, such as action done, that change or
// show items and make none. Any other command may make some.
var makeNothing = []string{"done", "set", "list", "show", "pin", "unpin", "confirm", "disprove", "withdraw"}

func mayMake(do string) bool {
	words := strings.Fields(do)
	return len(words) < 2 || !slices.Contains(makeNothing, words[1])
}

// check folds what the template makes, to ask the rules and to compare the ids.
// What commands make is not known here: after the first that may make something,
// a ref may be to an item of theirs, and a number higher than it is in this fold.
func (d *decoder) check() error {
	state, unsure := data.NewState(nil, 0), false
	for i, s := range d.steps {
		unsure = unsure || s.Do != "" && mayMake(s.Do)
		if s.Made == nil {
			continue
		}
		if s.Made.Of == data.KindIncident && i > 0 {
			return d.fault(s.node.pos, "the incident must be recorded before all else").WithHint("leave its at out; %s comes before it", d.steps[0].Pos)
		}
		body := *s.Made
		if unsure {
			body.Fields = withoutRefs(body)
		} else if err := d.checkRefs(state, s); err != nil {
			return err
		}
		if err := body.Check(state); err != nil {
			return d.locate(s.node.pos, err)
		}
		e := &data.Event{Seq: state.Seq + 1, At: s.At, By: s.By, Body: body}
		if err := state.Apply(e); err != nil {
			return d.locate(s.node.pos, err)
		}
		if s.ID == e.Ref || s.ID == "" || unsure && s.ID.Number() > e.Ref.Number() {
			continue
		}
		return d.fault(s.node.value("id").pos, "this becomes %s, not %s", e.Ref, s.ID).
			WithHint("numbers are given in the order in which the items are recorded: by at, then by the order of the file")
	}
	return nil
}

// withoutRefs returns the fields of b that do not refer to other items.
func withoutRefs(b data.Made) map[string]string {
	fields := maps.Clone(b.Fields)
	maps.DeleteFunc(fields, func(key, _ string) bool { return data.SpecOf(b.Of).Field(key).Type == data.RefType })
	return fields
}

// checkRefs refuses a ref to an item that is not recorded yet.
func (d *decoder) checkRefs(state *data.State, s step) error {
	for _, f := range data.SpecOf(s.Made.Of).Fields {
		ref := data.Ref(s.Made.Fields[f.Key])
		if f.Type != data.RefType || ref == "" {
			continue
		}
		if e, err := state.Get(ref); err != nil || e == nil {
			return d.fault(s.node.value(f.Key).pos, "%s: there is no %s at %s", f.Key, ref, s.At.Format(time.RFC3339)).
				WithHint("an item must be recorded before another can name it")
		}
	}
	return nil
}
