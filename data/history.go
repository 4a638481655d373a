package data

import "slices"

// ValueAt returns what a field of an item was after event seq, in its stored
// form, from the history of the item in the order of the log. It is false if the
// item was not there yet.
func ValueAt(history []Event, f *Field, seq int64) (value string, there bool) {
	for _, e := range history {
		if e.Seq > seq {
			break
		}
		if e.Says(f.Key) {
			value, there = e.Value(f), true
		}
	}
	return value, there
}

// Value returns what an event says that a field is, in its stored form, if it says
// something of it: see [Event.Says].
func (e Event) Value(f *Field) (value string) {
	switch b := e.Body.(type) {
	case Made:
		if v, ok := b.Fields[f.Key]; ok {
			return v
		}
		return f.Default
	case Changed:
		for _, c := range b.Changes {
			if c.Field == f.Key {
				value = c.Now
			}
		}
	}
	return value
}

// Says reports whether an event says what a field of its item is. The one that made
// the item says it of all fields.
func (e Event) Says(key string) bool {
	switch b := e.Body.(type) {
	case Made:
		return true
	case Changed:
		return slices.ContainsFunc(b.Changes, func(c Change) bool { return c.Field == key })
	}
	return false
}

// Blame sets in a conflict who put there what is there now: the entity only knows
// who changed it last. Last is the last event that says what the field is, or the
// zero Event where the log has none.
func (e *ConflictError) Blame(last Event) {
	if last.Seq > 0 {
		e.By, e.At, e.Seq = last.By, last.At, last.Seq
	}
}

// Conflicts returns every field of b that was changed since its author looked,
// in an item as it is now: [Changed.Check] stops at the first. Who did so is not
// known yet: see [ConflictError.Blame].
func (b Changed) Conflicts(now Entity) (all []*ConflictError) {
	spec := SpecOf(now.Kind())
	for _, c := range b.Changes {
		f := spec.Field(c.Field)
		if f == nil {
			continue
		}
		if theirs := f.get(now); theirs != c.Was && theirs != c.Now {
			m := now.Info()
			all = append(all, &ConflictError{Ref: b.Ref, Field: f, Base: c.Was, Mine: c.Now, Theirs: theirs, By: m.ChangedBy, At: m.ChangedAt, Seq: m.ChangedSeq})
		}
	}
	return all
}
