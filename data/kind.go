package data

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Ref is the id of an item as people write it: "A-12" for one that has a
// number, "europe", "names" or "notification" for one that has a key, and
// "incident" for the incident itself.
type Ref string

// IncidentRef is the id of the incident.
const IncidentRef Ref = "incident"

// A Kind names a kind of entity.
type Kind string

// The kinds.
const (
	KindIncident   Kind = "incident"
	KindRegion     Kind = "region"
	KindCategory   Kind = "category"
	KindWorkstream Kind = "workstream"
	KindSource     Kind = "source"
	KindFact       Kind = "fact"
	KindAction     Kind = "action"
	KindClaim      Kind = "claim"
	KindDelivery   Kind = "delivery"
	KindNotice     Kind = "notice"
	KindDecision   Kind = "decision"
	KindNote       Kind = "note"
	KindQuestion   Kind = "question"
	KindRisk       Kind = "risk"
	KindLesson     Kind = "lesson"
)

// A Spec says what there is to know of a kind.
type Spec struct {
	Kind   Kind
	Label  string   // "Action"
	Plural string   // "actions": in templates and on screen
	Prefix string   // of the ids of numbered kinds: "A"
	Keys   []string // of version 5: refOfKey says what the id of another one is
	Role   Role     // the least role that may make or change one
	Reader Role     // the least role that may read one; NoRole: as for what is private
	Fields []*Field
	New    func() Entity

	NameField string // the field that Entity.Name returns
	NameWith  string // one that it returns behind that and a slash; "" for most kinds
}

// Numbered reports whether entities of this kind get a number as their id.
func (s *Spec) Numbered() bool { return s.Prefix != "" }

// Field returns the field with the given key, or nil. A nil Spec, that of an id
// which names nothing, has no fields.
func (s *Spec) Field(key string) *Field {
	if s == nil {
		return nil
	}
	return fieldOf(s.Fields, key)
}

// specs is the registry, in the order in which a template has them.
var specs = []*Spec{
	incidentSpec, sourceSpec, regionSpec, categorySpec, workstreamSpec, factSpec,
	actionSpec, claimSpec, noticeSpec, deliverySpec, decisionSpec, noteSpec, questionSpec, riskSpec, lessonSpec,
}

// Specs returns the registry of kinds. It must not be changed.
func Specs() []*Spec { return specs }

// SpecOf returns what there is to know of a kind, or nil if there is no such
// kind.
func SpecOf(k Kind) *Spec {
	i := slices.IndexFunc(specs, func(s *Spec) bool { return s.Kind == k })
	if i < 0 {
		return nil
	}
	return specs[i]
}

// An Entity is one item of the incident. The set of its types is closed: they
// are the structs of this package that embed Meta.
type Entity interface {
	Kind() Kind
	// Info returns who made and changed the entity, and its id.
	Info() *Meta
	// Name returns what to call the entity on one line.
	Name() string
	clone() Entity
	// rule checks what must hold between fields, and what may follow what:
	// before is nil for an entity that is being made.
	rule(s *State, before Entity) error
	// tally calls add with each count that the entity adds one to.
	tally(add func(key string))
}

// Meta is what every entity has: its id, and when and by whom it was made and
// last changed.
type Meta struct {
	Ref                 Ref
	MadeAt, ChangedAt   time.Time // UTC
	MadeBy, ChangedBy   Actor
	MadeSeq, ChangedSeq int64
}

// Info returns m itself.
func (m *Meta) Info() *Meta { return m }

// Changed reports whether the entity was changed after it was made.
func (m *Meta) Changed() bool { return m.ChangedSeq > m.MadeSeq }

func (m *Meta) rule(*State, Entity) error { return nil }
func (m *Meta) tally(func(string))        {}

// hasKeys reports whether entities of this kind have keys as their ids.
func (s *Spec) hasKeys() bool { return !s.Numbered() && s.Kind != KindIncident }

// refOfKey returns the id of the entity of this kind with a key, which people type
// by itself. The keys of version 5 are ids by themselves in the log too.
func (s *Spec) refOfKey(key string) Ref {
	if slices.Contains(s.Keys, key) {
		return Ref(key)
	}
	return Ref(string(s.Kind) + ":" + key)
}

// RefOf returns the id of number n of a kind.
func (s *Spec) RefOf(n int64) Ref { return Ref(s.Prefix + "-" + strconv.FormatInt(n, 10)) }

// Number returns the number in a ref such as A-12, or 0 if it has none.
func (r Ref) Number() int64 {
	_, digits, ok := strings.Cut(string(r), "-")
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n < 1 || digits[0] == '+' || digits[0] == '0' {
		return 0
	}
	return n
}

// Spec returns the kind of item that r names, or nil if no item can have this
// id.
func (r Ref) Spec() *Spec {
	if r == IncidentRef {
		return incidentSpec
	}
	for _, s := range specs {
		if s.Numbered() {
			if strings.HasPrefix(string(r), s.Prefix+"-") && r.Number() > 0 {
				return s
			}
		} else if slices.Contains(s.Keys, string(r)) {
			return s
		}
	}
	return nil
}

// FieldsOf returns the table of fields of an entity.
func FieldsOf(e Entity) []*Field { return SpecOf(e.Kind()).Fields }

// Load returns an entity of kind s with the given stored values, one for each
// of its fields in their order, made safe to show whatever they hold.
func (s *Spec) Load(m Meta, values []string) Entity {
	e := s.New()
	*e.Info() = m
	for i, f := range s.Fields {
		f.set(e, Clean(values[i], f.Type == TextType))
	}
	return e
}
