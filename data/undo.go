package data

import "slices"

// An Act is what one person recorded at once, in the order of the log: one event,
// or several that share an id of an act.
type Act []Event

// Acts returns, from the events of one author in the order of the log, what the
// author can take back and what the author took back and can do again, each with
// the next one at its end. It works as in an editor: taking back moves an act from
// one to the other, doing again moves it back, and anything new empties what was
// taken back. What cannot be taken back is among the first too: [Act.Inverse]
// says so.
func Acts(own []Event) (undo, redo []Act) {
	var done, undone actList
	for _, act := range grouped(own) {
		switch target := act.undoes(); {
		case target == 0:
			undone = actList{}
			done.add(act)
		case undone.remove(target):
			done.add(act)
		default:
			done.remove(target)
			undone.add(act)
		}
	}
	return done.all(), undone.all()
}

// An actList is a list of acts, from which one is removed as quickly as it is added.
type actList struct {
	acts []Act         // nil where one was removed
	at   map[int64]int // by the position of an event in the log
}

func (l *actList) add(act Act) {
	if l.at == nil {
		l.at = map[int64]int{}
	}
	for _, e := range act {
		l.at[e.Seq] = len(l.acts)
	}
	l.acts = append(l.acts, act)
}

// remove removes the act that an event is of, and reports whether it was there.
func (l *actList) remove(seq int64) bool {
	i, ok := l.at[seq]
	if !ok || l.acts[i] == nil {
		return false
	}
	l.acts[i] = nil
	return true
}

func (l *actList) all() []Act {
	return slices.DeleteFunc(l.acts, func(a Act) bool { return a == nil })
}

func grouped(own []Event) (all []Act) {
	last := ""
	for _, e := range own {
		id := ActOf(e.Body)
		if id != "" && id == last {
			all[len(all)-1] = append(all[len(all)-1], e)
		} else {
			all = append(all, Act{e})
		}
		last = id
	}
	return all
}

// ActOf returns the id that the events of an act of several share, or "". They
// follow each other in the log.
func ActOf(b Body) string {
	switch b := b.(type) {
	case Made:
		return b.Act
	case Changed:
		return b.Act
	}
	return ""
}

// undoes returns an event that the act takes back, or 0.
func (a Act) undoes() int64 {
	if c, ok := a[0].Body.(Changed); ok {
		return c.Undoes
	}
	return 0
}

// Inverse returns the bodies that take the act back, in the order in which they
// are to be recorded. They say that the author saw what the act left: where
// somebody changed it later, recording them is a conflict like any other. The
// error says why the act cannot be taken back, and what to do instead.
func (a Act) Inverse() ([]Body, error) {
	var all []Body
	for _, e := range slices.Backward(a) {
		b, err := inverse(e)
		if err != nil {
			return nil, ByRule(err)
		}
		all = append(all, b)
	}
	return all, nil
}

func inverse(e Event) (Changed, error) {
	b := Changed{Ref: e.Ref, Undoes: e.Seq}
	switch body := e.Body.(type) {
	case Redacted:
		return b, Refuse("event %d is a redaction, which cannot be undone", e.Seq).
			WithHint("what it masked is only in backups made before it")
	case Changed:
		spec := body.Ref.Spec()
		for _, c := range slices.Backward(body.Changes) {
			if spec.Field(c.Field) == nil {
				return b, Refuse("event %d (%s) changes what this warroom does not know", e.Seq, e.Ref).WithHint("it was %s: undo it with that one", NewerWords)
			}
			if c.Was == Mask {
				return b, Refuse("event %d (%s) was redacted: what was there before cannot be put back", e.Seq, e.Ref)
			}
			b.Changes = append(b.Changes, Change{Field: c.Field, Was: c.Now, Now: c.Was})
		}
		return b, nil
	case Made:
		key, now := goneBy(body.Of)
		f := SpecOf(body.Of).Field(key)
		if f == nil {
			return b, cannotUnmake(e, body)
		}
		was, ok := body.Fields[key]
		if !ok {
			was = f.Default
		}
		b.Changes = []Change{{Field: key, Was: was, Now: now}}
		return b, nil
	}
	return b, Refuse("event %d cannot be undone", e.Seq)
}

// goneBy returns the field, and the value of it, by which an item of a kind is
// as good as never made; "" for kinds that have none.
func goneBy(k Kind) (field, value string) {
	switch k {
	case KindAction:
		return "state", string(Dropped)
	case KindClaim, KindNotice, KindFact, KindRisk:
		return "standing", string(Withdrawn)
	case KindSource:
		return "withdrawn", "true"
	}
	return "", ""
}

func cannotUnmake(e Event, b Made) *Error {
	err := Refuse("that %s was added cannot be undone", e.Ref)
	switch b.Of {
	case KindNote:
		return err.WithHint("amend it: warroom note amend %s TEXT; a lead masks it: warroom redact %d", e.Ref, e.Seq)
	case KindQuestion:
		return err.WithHint("answer it: warroom question answer %s TEXT; a lead masks it: warroom redact %d", e.Ref, e.Seq)
	case KindDecision, KindLesson:
		return err.WithHint("correct it: warroom %s set %s; a lead masks it: warroom redact %d", b.Of, e.Ref, e.Seq)
	}
	return err
}

// NotUndone lists, for help, what cannot be taken back and what to do instead.
var NotUndone = []string{
	"adding a note (amend it), a question (answer it), a decision or a lesson (set corrects it)",
	"a redaction",
	"a change whose text was redacted since",
	"what a template brought, and what others did",
	"without the role lead, what takes a lead, such as a claim of your own (a lead withdraws it)",
}
