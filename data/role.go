package data

import "fmt"

// A Right is what takes a role though it is no field or kind of item, for which
// their tables say it.
type Right uint8

// The rights.
const (
	Reading Right = iota
	ReadingPrivate
	Establishing
	Redacting
	Importing
)

// rights says what each right is, and which role it takes.
var rights = [...]struct {
	what string
	role Role
}{
	Reading:        {"read all but private notes", Viewer},
	ReadingPrivate: {"read private notes", Responder},
	Establishing:   {"make and change claims and counts of notices that are confirmed, disproved, withdrawn or pinned", Lead},
	Redacting:      {"redact", Lead},
	Importing:      {"import", Lead},
}

// Role returns the least role that has the right.
func (r Right) Role() Role { return rights[r].role }

// Has reports whether the role has a right.
func (r Role) Has(right Right) bool { return r >= right.Role() }

// Need returns nil if the role has a right; else an error of class Forbidden that
// names the role that it takes.
func (r Role) Need(right Right) error {
	if r.Has(right) {
		return nil
	}
	return forbidden(r, right.Role())
}

func forbidden(role, need Role) *Error {
	return &Error{Class: Forbidden, What: fmt.Sprintf("a %s may not do this", role), Hint: fmt.Sprintf("it takes the role %s", need)}
}

// RoleFor returns the least role that may change an item of a kind at all; a
// field of it may take more. A claim, or count of notices, that is established is for those who may
// establish one: what it rests on is a part of what they established. The item
// is nil where it is not known.
func RoleFor(spec *Spec, item Entity) Role {
	switch c := item.(type) {
	case *Claim:
		if established(c.Standing, c.Pinned) {
			return max(spec.Role, Establishing.Role())
		}
	case *Notice:
		if established(c.Standing, false) {
			return max(spec.Role, Establishing.Role())
		}
	}
	return spec.Role
}

// established reports whether a claim or count is more than an estimate, or was taken out
// of the running, or put before all others.
func established(standing Standing, pinned bool) bool {
	return standing.rank() > Estimated.rank() || !standing.Stands() || pinned
}

// ParseRole returns the role that a word names.
func ParseRole(word string) (Role, bool) {
	for r := Viewer; r <= Lead; r++ {
		if word == r.String() {
			return r, true
		}
	}
	return NoRole, false
}

// A RoleRow is one row of the table of roles.
type RoleRow struct {
	What  string
	Role  Role // the least one that may
	Kind  Kind // of the items that it is about; "" for a right
	Field string
}

// RoleTable returns what takes which role: the rights, each kind of item, and
// each field that takes more than its kind. Screen, command line and store ask
// the same three places.
func RoleTable() (all []RoleRow) {
	for _, r := range rights {
		all = append(all, RoleRow{What: r.what, Role: r.role})
	}
	for _, s := range specs {
		all = append(all, RoleRow{What: "make and change " + s.Plural, Role: s.Role, Kind: s.Kind})
		for _, f := range s.Fields {
			if f.Role > s.Role {
				all = append(all, RoleRow{What: "change " + f.Key + " of " + s.Plural, Role: f.Role, Kind: s.Kind, Field: f.Key})
			}
		}
	}
	return all
}
