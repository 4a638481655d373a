package data

import (
	"encoding/json"
	"fmt"
)

// Redacted says that the content of an earlier event was masked, and holds the
// masked content. The digest of what stood there stays in the log.
type Redacted struct {
	Event int64           `json:"event"`
	Item  Ref             `json:"ref"` // what the masked event is about
	Why   string          `json:"why"`
	Of    string          `json:"kind"`
	Body  json.RawMessage `json:"body"`
}

// Mask is what a redaction leaves of a text.
const Mask = "[redacted]"

// Kind implements [Body].
func (Redacted) Kind() string { return KindRedacted }

func (b Redacted) role(*State) (Role, error) { return Redacting.Role(), nil }

func (b Redacted) about(*State) (Ref, error) { return EventRef(b.Event), nil }

// EventRef is the Ref of the redaction of an event.
func EventRef(seq int64) Ref { return Ref(fmt.Sprintf("event-%d", seq)) }

// Check implements [Body].
func (b Redacted) Check(s *State) error {
	if b.Why == "" {
		return Refuse("a redaction needs a reason").WithHint(`add --why "…"`).OnBoard(":help redact says how to give it")
	}
	if err := checkWhy(b.Why); err != nil {
		return err
	}
	if b.Event < 1 || b.Event > s.Seq {
		return Refuse("there is no event %d", b.Event).WithHint("warroom log lists them")
	}
	if b.Of == KindRedacted {
		return Refuse("event %d is itself a redaction and holds nothing to mask", b.Event)
	}
	if n, err := s.Count(tallyRedacted(b.Event)); err != nil {
		return err
	} else if n > 0 {
		return Refuse("event %d is redacted already", b.Event)
	}
	_, err := DecodeBody(b.Of, b.Body)
	return err
}

// apply folds the item that the masked event was about once more, with what is
// left of it. Without a loader the log has been masked already.
func (b Redacted) apply(s *State, _ *Event) error {
	if err := s.add(tallyRedacted(b.Event), 1); err != nil || s.loader == nil {
		return err
	}
	s.touched.Masked = true
	return s.refold(b)
}

// TallyRedacted counts, with the position of an event behind it, its redactions.
const TallyRedacted = "redacted/"

func tallyRedacted(seq int64) string { return fmt.Sprint(TallyRedacted, seq) }

// Redact returns the redaction of an event, with its content masked.
func Redact(e Event, why string) (Redacted, error) {
	masked := e.Body.masked()
	raw, err := EncodeBody(masked)
	if err != nil {
		return Redacted{}, err
	}
	return Redacted{Event: e.Seq, Item: e.Ref, Why: why, Of: e.Body.Kind(), Body: raw}, nil
}

// hides reports whether a redaction masks fields of this type: those in which
// people write freely.
func (t Type) hides() bool { return t == LineType || t == TextType || t == NameType }

func (b Made) masked() Body {
	spec, fields := SpecOf(b.Of), make(map[string]string, len(b.Fields))
	if IsNewer(b) {
		spec = nil
	}
	for key, v := range b.Fields {
		if f := spec.Field(key); v != "" && (f == nil || f.Type.hides() && !f.Internal) {
			v = Mask
		}
		fields[key] = v
	}
	return Made{Of: b.Of, Key: b.Key, Fields: fields, Act: b.Act}
}

func (b Changed) masked() Body {
	hide := func(v string, t Type) string {
		if v != "" && t.hides() {
			return Mask
		}
		return v
	}
	m := Changed{Ref: b.Ref, Why: hide(b.Why, LineType), Act: b.Act, Undoes: b.Undoes}
	spec := b.Ref.Spec()
	for _, c := range b.Changes {
		t := TextType // a field that this version does not know may hold anything
		if f := spec.Field(c.Field); f != nil {
			t = f.Type
		}
		c.Was, c.Now = hide(c.Was, t), hide(c.Now, t)
		m.Changes = append(m.Changes, c)
	}
	return m
}

func (b Redacted) masked() Body { return b }
