package data

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The format of the log is frozen: a warroom reads what a newer one recorded, also
// where it does not know what it means. What follows belongs to the format, and so
// does the meaning of all kinds of events, and how their bodies are written.
//
// An id is a prefix in capitals, a dash and a number; a key of version 5; or the kind,
// a colon and a key: "A-12", "europe", "region:africa".
//
// An event of a kind that this warroom does not know, or about a kind or key that it
// does not know, is kept and folds to nothing. A field that it does not know is kept in
// the log and is in no item. A redaction masks all of them whole, so a value that is
// masked may stand in a field of any type: it is unknown then. Whoever adds a kind of
// event reads one of it that is masked whole, which may say nothing any more.

// NewerWords is how that reads which a newer warroom recorded.
const NewerWords = "recorded by a newer warroom"

// A Newer is what an event of a kind says that this warroom does not know. It is
// never recorded here.
type Newer struct {
	Of  string
	Raw json.RawMessage // as the log has it
}

// maskedWhole is the body of an event of which a redaction left nothing.
var maskedWhole = json.RawMessage(`{"masked":true}`)

// Kind implements [Body].
func (b Newer) Kind() string { return b.Of }

// Check implements [Body].
func (b Newer) Check(*State) error {
	return Refuse("there is no kind of event %q", short(b.Of))
}

func (b Newer) about(s *State) (Ref, error) { return "", b.Check(s) }
func (b Newer) apply(*State, *Event) error  { return nil }
func (b Newer) role(s *State) (Role, error) { return Lead, b.Check(s) }
func (b Newer) masked() Body                { return Newer{b.Of, maskedWhole} }

// decodeNewer reads the body of an event of a kind that this warroom does not know.
func decodeNewer(kind string, raw []byte) (Body, bool) {
	var members map[string]json.RawMessage
	if !kindPattern.MatchString(kind) || json.Unmarshal(raw, &members) != nil {
		return nil, false
	}
	return Newer{kind, bytes.Clone(raw)}, true
}

// How kinds, keys and ids are written.
var (
	kindPattern = regexp.MustCompile(`^[a-z][a-z-]{0,39}$`)
	keyPattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
	refPattern  = regexp.MustCompile(`^([A-Z]{1,4}-[1-9][0-9]{0,17}|[a-z][a-z-]{0,39}:[a-z0-9][a-z0-9-]{0,59})$`)
)

// foreign reports whether a ref is that of an item of a kind, or with a key, that this
// warroom does not know.
func (r Ref) foreign() bool { return r.Spec() == nil && refPattern.MatchString(string(r)) }

// IsNewer reports whether this warroom does not know what a body means: it folds to
// nothing.
func IsNewer(b Body) bool {
	switch b := b.(type) {
	case Newer:
		return true
	case Changed:
		return b.Ref.foreign()
	case Made:
		spec := SpecOf(b.Of)
		if spec == nil {
			return kindPattern.MatchString(string(b.Of))
		}
		return spec.hasKeys() && !slices.Contains(spec.Keys, b.Key) && keyPattern.MatchString(b.Key)
	}
	return false
}

// NewerFields returns the fields that a body speaks of and this warroom does not know.
func NewerFields(b Body) (keys []string) {
	switch b := b.(type) {
	case Made:
		spec := SpecOf(b.Of)
		for key := range b.Fields {
			if spec.Field(key) == nil {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
	case Changed:
		spec := b.Ref.Spec()
		for _, c := range b.Changes {
			if spec.Field(c.Field) == nil {
				keys = append(keys, c.Field)
			}
		}
	}
	return keys
}

// Newer says of a change of a field which this warroom does not know, that it is one.
func (c Change) Newer() string { return short(c.Field) + " " + NewerWords }

// addedNewer says of what was added, to go behind that, what of it this warroom does
// not know.
func addedNewer(b Made) string {
	keys := NewerFields(b)
	switch {
	case IsNewer(b):
		return ", " + NewerWords
	case len(keys) > 0:
		return ", with " + short(strings.Join(keys, ", ")) + " " + NewerWords
	}
	return ""
}

// Readable returns an event as a role may read it. What this warroom does not know
// says nothing about who may read it: it takes who may read all.
func (e Event) Readable(role Role) Event {
	if role.Has(ReadingPrivate) {
		return e
	}
	switch b := e.Body.(type) {
	case Newer:
		e.Body = b.masked()
	case Made:
		newer := NewerFields(b)
		if newer == nil {
			return e
		}
		b.Fields = maps.Clone(b.Fields)
		for _, key := range newer {
			delete(b.Fields, key)
		}
		e.Body = b
	case Changed:
		newer := NewerFields(b)
		if newer == nil {
			return e
		}
		b.Changes = slices.DeleteFunc(slices.Clone(b.Changes), func(c Change) bool { return slices.Contains(newer, c.Field) })
		e.Body = b
	}
	return e
}

// folded returns what a value that stands in the log makes of a field: the mask is no
// value of one in which people do not write.
func (f *Field) folded(v string) string {
	if v == Mask && !f.Type.hides() {
		return f.Default
	}
	return v
}

// keep advances s by an event that this warroom does not know.
func (s *State) keep(e *Event) {
	s.newer = append(s.newer, e.Seq)
	s.touched.Newer = append(s.touched.Newer, e.Seq)
	s.onRollback(func() { s.Seq--; s.newer = s.newer[:len(s.newer)-1] })
	s.Seq++
}

// Newer returns the positions of the events that this warroom does not know. It is
// for a State without a loader, which has seen all.
func (s *State) Newer() []int64 { return s.newer }
