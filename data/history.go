package data

// ValueAt returns what a field of an item was after event seq, in its stored
// form, from the history of the item in the order of the log. It is false if the
// item was not there yet.
func ValueAt(history []Event, f *Field, seq int64) (value string, there bool) {
	for _, e := range history {
		if e.Seq > seq {
			break
		}
		switch b := e.Body.(type) {
		case Made:
			value, there = f.Default, true
			if v, ok := b.Fields[f.Key]; ok {
				value = v
			}
		case Changed:
			for _, c := range b.Changes {
				if c.Field == f.Key {
					value = c.Now
				}
			}
		}
	}
	return value, there
}

// Blame sets in a conflict who put there what is there now, from the history of
// the item: the entity only knows who changed it last.
func (e *ConflictError) Blame(history []Event) {
	for _, h := range history {
		said := false
		switch b := h.Body.(type) {
		case Made:
			said = true
		case Changed:
			for _, c := range b.Changes {
				said = said || c.Field == e.Field.Key
			}
		}
		if said {
			e.By, e.At, e.Seq = h.By, h.At, h.Seq
		}
	}
}

// Conflicts returns every field of b that was changed since its author looked,
// in an item as it is now: [Changed.Check] stops at the first. History is that of
// the item.
func (b Changed) Conflicts(now Entity, history []Event) (all []*ConflictError) {
	spec := SpecOf(now.Kind())
	for _, c := range b.Changes {
		f := spec.Field(c.Field)
		if f == nil {
			continue
		}
		if theirs := f.get(now); theirs != c.Was && theirs != c.Now {
			m := now.Info()
			e := &ConflictError{Ref: b.Ref, Field: f, Base: c.Was, Mine: c.Now, Theirs: theirs, By: m.ChangedBy, At: m.ChangedAt, Seq: m.ChangedSeq}
			e.Blame(history)
			all = append(all, e)
		}
	}
	return all
}
