package data

import (
	"fmt"
	"slices"
	"sync"
)

// Who may read what is decided here. Package store asks it of every row.

// privateKey is the key of the flag that keeps an item from those who may read its
// kind, but nothing private.
const privateKey = "private"

// reader returns the least role that may read items of the kind. A kind that says
// nothing takes those who may read what is private.
func (s *Spec) reader() Role {
	if s.Reader == NoRole {
		return ReadingPrivate.Role()
	}
	return s.Reader
}

// PrivateField returns the flag that makes an item of the kind private, or nil if none
// can be.
func (s *Spec) PrivateField() *Field { return s.Field(privateKey) }

// readerOf returns the least role that may read an item.
func readerOf(e Entity) Role {
	spec := SpecOf(e.Kind())
	if f := spec.PrivateField(); f != nil && f.Get(e) != "" {
		return max(spec.reader(), ReadingPrivate.Role())
	}
	return spec.reader()
}

// Reads reports whether the role may read an item.
func (r Role) Reads(e Entity) bool { return r >= readerOf(e) }

// ReadsKind reports whether the role may read items of a kind at all, and whether it
// may read all of them.
func (r Role) ReadsKind(s *Spec) (some, all bool) {
	some = r >= s.reader()
	return some, some && (s.PrivateField() == nil || r.Has(ReadingPrivate))
}

// Clearance returns the least role that may read the same as r. Those who have the same
// clearance may share what was read for one of them.
func (r Role) Clearance() Role {
	least := NoRole
	for _, need := range clearances() {
		if r >= need {
			least = max(least, need)
		}
	}
	return least
}

// ReadsAll reports whether the role may read everything.
func (r Role) ReadsAll() bool {
	for _, need := range clearances() {
		if r < need {
			return false
		}
	}
	return true
}

// clearances returns the roles at which one may read more than below.
var clearances = sync.OnceValue(func() []Role {
	all := []Role{Reading.Role(), ReadingPrivate.Role()}
	for _, s := range specs {
		all = append(all, s.reader())
	}
	slices.Sort(all)
	return slices.Compact(all)
})

// Withheld returns the error for somebody who asks for an item by its id and may not
// read it.
func Withheld(e Entity) *Error {
	spec, ref := SpecOf(e.Kind()), e.Info().Ref
	what := fmt.Sprintf("%s is a private %s", ref, spec.Kind)
	if f := spec.PrivateField(); f == nil || f.Get(e) == "" {
		what = fmt.Sprintf("you may not read %s", spec.Plural)
	}
	return &Error{Class: Forbidden, What: what, Hint: fmt.Sprintf("it takes the role %s", readerOf(e))}
}
