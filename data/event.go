package data

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An Event is one recorded change. It is never altered once recorded, except
// that a redaction masks its content.
type Event struct {
	Seq  int64     // position in the log, from 1
	ID   string    // a UUIDv7 made by whoever offers the event, so that one offered twice is recorded once
	At   time.Time // when it was recorded, UTC
	By   Actor
	Ref  Ref // the item it is about; given by the fold for an item that it makes
	Body Body
}

// A Body is what an event says happened. The set of its types is closed.
type Body interface {
	// Kind names the body in the log. A name is never given another meaning.
	Kind() string
	// about returns the item that the body is about, and whether it makes it.
	about(s *State) (Ref, error)
	// Check reports whether the body may follow s. It asks no role and does
	// not change s. A field changed meanwhile is a [ConflictError].
	Check(s *State) error
	// apply changes s. It only fails on a log that is not a log of ours.
	apply(s *State, e *Event) error
	// role returns the least role that may record the body after s.
	role(s *State) (Role, error)
	// masked returns the body with all that people wrote in it masked.
	masked() Body
}

// Made says that an entity was made. Its fields are in their stored form; a
// field that is missing is unknown, or what its Default says.
type Made struct {
	Of     Kind              `json:"kind"`
	Key    string            `json:"key,omitempty"` // of kinds that have keys
	Fields map[string]string `json:"fields,omitempty"`
	Act    string            `json:"act,omitempty"` // shared by the events of one act of several
}

// Changed says that fields of an entity were changed.
type Changed struct {
	Ref     Ref      `json:"ref"`
	Changes []Change `json:"changes"`
	Why     string   `json:"why,omitempty"`
	Act     string   `json:"act,omitempty"`    // shared by the events of one act of several
	Undoes  int64    `json:"undoes,omitempty"` // the event that this one takes back
}

// A Change is that of one field: what its author saw there and what the author
// made of it, in their stored form.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// The kinds of events.
const (
	KindMade     = "made"
	KindChanged  = "changed"
	KindRedacted = "redacted"
)

// Kind implements [Body].
func (Made) Kind() string { return KindMade }

// Kind implements [Body].
func (Changed) Kind() string { return KindChanged }

// EncodeBody returns the stored form of a body.
func EncodeBody(b Body) ([]byte, error) {
	if n, ok := b.(Newer); ok {
		return n.Raw, nil
	}
	return json.Marshal(b)
}

// DecodeBody reads the stored form of a body, which is a [Newer] if its kind is
// that of a newer warroom. A member of the body that is not of the format is an
// error.
func DecodeBody(kind string, raw []byte) (Body, error) {
	var err error
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var b Body
	switch kind {
	case KindMade:
		var v Made
		err = dec.Decode(&v)
		b = v
	case KindChanged:
		var v Changed
		err = dec.Decode(&v)
		b = v
	case KindRedacted:
		var v Redacted
		err = dec.Decode(&v)
		b = v
	default:
		if b, ok := decodeNewer(kind, raw); ok {
			return b, nil
		}
		return nil, fmt.Errorf("unknown kind of event %q", short(kind))
	}
	if err == nil && dec.InputOffset() < int64(len(bytes.TrimRight(raw, " \t\r\n"))) {
		err = fmt.Errorf("more than one value in the body of an event")
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Permit reports whether role may record b, which may follow s. The error is
// of class Forbidden and names the role that it takes.
func Permit(s *State, role Role, b Body) error {
	need, err := b.role(s)
	if err == nil && role < need {
		err = forbidden(role, need)
	}
	return err
}

func (b Made) role(*State) (Role, error) {
	spec := SpecOf(b.Of)
	switch {
	case spec == nil:
		return Lead, nil
	case (b.Of == KindClaim || b.Of == KindNotice) && established(Standing(b.Fields["standing"]), b.Fields["pinned"] != ""):
		return Establishing.Role(), nil
	}
	return spec.Role, nil
}

func (b Changed) role(s *State) (Role, error) {
	spec := b.Ref.Spec()
	if spec == nil {
		return Lead, nil
	}
	e, err := s.Get(b.Ref)
	need := RoleFor(spec, e)
	for _, c := range b.Changes {
		if f := spec.Field(c.Field); f != nil {
			need = max(need, f.Role)
		}
	}
	return need, err
}

func (b Made) about(s *State) (Ref, error) {
	spec := SpecOf(b.Of)
	switch {
	case spec == nil:
		return "", Refuse("there is no kind of item %q", short(string(b.Of)))
	case b.Of == KindIncident:
		return IncidentRef, nil
	case !spec.Numbered():
		return spec.refOfKey(b.Key), nil
	}
	n, err := s.Count(TallyMade + string(b.Of))
	return spec.RefOf(n + 1), err
}

func (b Changed) about(*State) (Ref, error) { return b.Ref, nil }

// build makes the entity that b describes, without checking it. A field that this
// warroom does not know is not in it.
func (b Made) build(ref Ref) (Entity, error) {
	spec := SpecOf(b.Of)
	if spec == nil {
		return nil, Refuse("there is no kind of item %q", short(string(b.Of)))
	}
	e := spec.New()
	e.Info().Ref = ref
	for _, f := range spec.Fields {
		v, ok := b.Fields[f.Key]
		if !ok {
			v = f.Default
		}
		f.set(e, f.folded(v))
	}
	return e, nil
}

// Check implements [Body].
func (b Made) Check(s *State) error {
	ref, err := b.about(s)
	if err != nil {
		return err
	}
	e, err := b.build(ref)
	if err != nil {
		return err
	}
	if newer := NewerFields(b); len(newer) > 0 {
		return Refuse("%s has no field %q", b.Of, short(newer[0]))
	}
	spec := SpecOf(b.Of)
	if !spec.Numbered() {
		if ref.Spec() != spec {
			return Refuse("there is no %s %q", b.Of, short(b.Key)).WithHint("one of: %s", strings.Join(spec.Keys, ", "))
		}
		if old, err := s.Get(ref); err != nil {
			return err
		} else if old != nil {
			return Refuse("%s exists already", ref)
		}
	}
	if b.Key != "" && Ref(b.Key) != ref {
		return Refuse("%s has no key", b.Of)
	}
	if err := checkAct(b.Act); err != nil {
		return err
	}
	for _, f := range spec.Fields {
		v, ok := b.Fields[f.Key]
		if !ok {
			v = f.Default
		}
		if err := f.check(v); err != nil {
			return err
		}
	}
	return e.rule(s, nil)
}

func (b Made) apply(s *State, ev *Event) error {
	e, err := b.build(ev.Ref)
	if err != nil {
		return err
	}
	*e.Info() = Meta{Ref: ev.Ref, MadeAt: ev.At, ChangedAt: ev.At, MadeBy: ev.By, ChangedBy: ev.By, MadeSeq: ev.Seq, ChangedSeq: ev.Seq}
	return s.put(nil, e)
}

// Check implements [Body].
func (b Changed) Check(s *State) error {
	old, err := s.Need(b.Ref)
	if err != nil {
		return err
	}
	if len(b.Changes) == 0 {
		return Refuse("%s: nothing to change", b.Ref)
	}
	if err := cmp.Or(checkWhy(b.Why), checkAct(b.Act), b.checkUndoes(s)); err != nil {
		return err
	}
	spec := SpecOf(old.Kind())
	for i, c := range b.Changes {
		f := spec.Field(c.Field)
		if f == nil {
			return Refuse("%s has no field %q", spec.Kind, short(c.Field))
		}
		if slices.ContainsFunc(b.Changes[:i], func(d Change) bool { return d.Field == c.Field }) {
			return Refuse("%s: %s is changed twice", b.Ref, strings.ToLower(f.Label))
		}
		if f.Fixed {
			return Refuse("%s cannot be changed", strings.ToLower(f.Label))
		}
		if err := f.check(c.Now); err != nil {
			return err
		}
		switch theirs := f.get(old); {
		case theirs == c.Now:
			e := Refuse("%s is already so: %s is %s", b.Ref, strings.ToLower(f.Label), quotedOrUnknown(c.Now))
			e.Err = ErrSame
			return e
		case theirs != c.Was:
			return &ConflictError{Ref: b.Ref, Field: f, Base: c.Was, Mine: c.Now, Theirs: theirs,
				By: old.Info().ChangedBy, At: old.Info().ChangedAt, Seq: old.Info().ChangedSeq}
		}
	}
	before := old
	if b.takesBack("state") || b.takesBack("pinned") {
		before = nil // what is taken back was allowed once
	}
	return b.build(old).rule(s, before)
}

// takesBack reports whether b takes back a change of a field.
func (b Changed) takesBack(field string) bool {
	return b.Undoes > 0 && slices.ContainsFunc(b.Changes, func(c Change) bool { return c.Field == field })
}

func (b Changed) checkUndoes(s *State) error {
	if b.Undoes < 0 || b.Undoes > s.Seq {
		return Refuse("there is no event %d to take back", b.Undoes).WithHint("warroom log lists them")
	}
	return nil
}

// checkAct refuses an id of an act that could hold a text: it is not masked.
func checkAct(act string) error {
	if len(act) > 36 || strings.Trim(act, "0123456789abcdef-") != "" {
		return Refuse("%q is no id of an act", short(act))
	}
	return nil
}

// checkWhy refuses a reason that is not in the stored form of a line.
func checkWhy(why string) error {
	if n := utf8.RuneCountInString(why); n > MaxLine {
		return Refuse("reason is %d characters long, the most is %d", n, MaxLine).WithHint("shorten it")
	}
	if why != Line(why) {
		return Refuse("reason is not in its stored form: %q", short(why))
	}
	return nil
}

func (b Changed) build(old Entity) Entity {
	e := old.clone()
	for _, c := range b.Changes {
		if f := SpecOf(e.Kind()).Field(c.Field); f != nil {
			f.set(e, f.folded(c.Now))
		}
	}
	return e
}

func (b Changed) apply(s *State, ev *Event) error {
	old, err := s.Need(b.Ref)
	if err != nil {
		return err
	}
	e := b.build(old)
	m := e.Info()
	m.ChangedAt, m.ChangedBy, m.ChangedSeq = ev.At, ev.By, ev.Seq
	return s.put(old, e)
}

// Make returns the body that makes an entity with the fields that a person
// wrote. Relative times count from now. Of two faults always the same is told.
func Make(k Kind, key string, fields map[string]string, now time.Time) (Made, error) {
	spec := SpecOf(k)
	b := Made{Of: k, Key: key, Fields: make(map[string]string, len(fields))}
	for _, fk := range slices.Sorted(maps.Keys(fields)) {
		if spec.Field(fk) == nil {
			return b, Misuse("%s has no field %q", spec.Kind, short(fk)).WithHint("fields: %s", fieldKeys(spec))
		}
	}
	for _, f := range spec.Fields {
		text, ok := fields[f.Key]
		if !ok {
			continue
		}
		v, err := f.Parse(text, now)
		if err != nil {
			return b, err
		}
		if v != "" {
			b.Fields[f.Key] = v
		}
	}
	return b, nil
}

func fieldKeys(s *Spec) string {
	var keys []string
	for _, f := range s.Fields {
		if !f.Internal {
			keys = append(keys, f.Key)
		}
	}
	return strings.Join(keys, ", ")
}
