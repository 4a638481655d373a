package data

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// A person records on a state and takes back what is theirs.
type person struct {
	t     tester
	name  Actor
	state *State
	log   *[]Event
}

// does records bodies as one act.
func (p person) does(bodies ...Body) error {
	act := ""
	if len(bodies) > 1 {
		act = fmt.Sprintf("%d", len(*p.log))
	}
	p.state.Mark()
	var events []Event
	for _, b := range bodies {
		switch body := b.(type) {
		case Made:
			body.Act = act
			b = body
		case Changed:
			body.Act = act
			b = body
		}
		if err := b.Check(p.state); err != nil {
			p.state.Rollback()
			return err
		}
		e := event(p.state, b)
		e.By = p.name
		if err := p.state.Apply(e); err != nil {
			p.t.Fatal(err)
		}
		events = append(events, *e)
	}
	*p.log = append(*p.log, events...)
	return nil
}

func (p person) acts() (undo, redo []Act) {
	var own []Event
	for _, e := range *p.log {
		if e.By == p.name {
			own = append(own, e)
		}
	}
	return Acts(own)
}

// back takes back, or does again, the next act; false if there is none.
func (p person) back(again bool) (bool, error) {
	acts, redo := p.acts()
	if again {
		acts = redo
	}
	if len(acts) == 0 {
		return false, nil
	}
	bodies, err := acts[len(acts)-1].Inverse()
	if err == nil {
		err = p.does(bodies...)
	}
	return true, err
}

// persons returns ana and bo at work on one log.
func persons(t tester) (ana, bo person) {
	s, log := NewState(nil, 0), new([]Event)
	return person{t, "ana", s, log}, person{t, "bo", s, log}
}

// must fails the test if one of the steps failed.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestUndoTakesBackInOrder(t *testing.T) {
	ana, _ := persons(t)
	must(t, ana.does(action()), ana.does(changed("A-1", "owner", "", "bo", "state", "open", "doing")), ana.does(changed("A-1", "state", "doing", "done")))
	state := func(want string) {
		t.Helper()
		a := need[*Action](t, ana.state, "A-1")
		if got := string(a.State) + " " + a.Owner; got != want {
			t.Errorf("A-1 is %q, want %q", got, want)
		}
	}
	step := func(again, there bool, want string) {
		t.Helper()
		ok, err := ana.back(again)
		if err != nil || ok != there {
			t.Fatalf("got %v, %v; want %v", ok, err, there)
		}
		state(want)
	}
	state("done bo")
	step(true, false, "done bo") // nothing was taken back
	step(false, true, "doing bo")
	step(false, true, "open ")
	step(false, true, "dropped ")
	step(false, false, "dropped ")
	step(true, true, "open ")
	step(true, true, "doing bo")
	step(false, true, "open ")
	step(true, true, "doing bo")
	step(true, true, "done bo")
	step(true, false, "done bo")
	step(false, true, "doing bo")
	must(t, ana.does(changed("A-1", "state", "doing", "blocked"))) // something new
	step(true, false, "blocked bo")
	step(false, true, "doing bo")
	step(false, true, "open ")
}

func TestUndoTakesBackAnActOfSeveral(t *testing.T) {
	ana, _ := persons(t)
	must(t, ana.does(action(), action()), ana.does(changed("A-1", "owner", "", "x"), changed("A-1", "priority", "", "P1"), changed("A-2", "state", "open", "done")))
	for range 2 {
		if ok, err := ana.back(false); !ok || err != nil {
			t.Fatal(ok, err)
		}
		a, b := need[*Action](t, ana.state, "A-1"), need[*Action](t, ana.state, "A-2")
		if a.Owner != "" || a.Priority != "" || b.State != Open {
			t.Errorf("got %+v and %+v", a, b)
		}
		if ok, err := ana.back(true); !ok || err != nil {
			t.Fatal(ok, err)
		}
		a, b = need[*Action](t, ana.state, "A-1"), need[*Action](t, ana.state, "A-2")
		if a.Owner != "x" || a.Priority != "P1" || b.State != Done {
			t.Errorf("got %+v and %+v", a, b)
		}
	}
	if undo, _ := ana.acts(); len(undo) != 2 || len(undo[0]) != 2 || len(undo[1]) != 3 {
		t.Errorf("got %d acts, want 2", len(undo))
	}
}

func TestUndoOverwritesNobody(t *testing.T) {
	ana, bo := persons(t)
	must(t, ana.does(action("owner", "x")), ana.does(changed("A-1", "owner", "x", "y", "priority", "", "P1")),
		bo.does(changed("A-1", "due", "", "2024-08-20")), bo.does(changed("A-1", "owner", "y", "z")))
	_, err := ana.back(false)
	var conflict *ConflictError
	if !errors.As(err, &conflict) || conflict.Base != "y" || conflict.Theirs != "z" || conflict.Mine != "x" || conflict.By != "bo" {
		t.Fatalf("got %v, want a conflict", err)
	}
	if ok, err := bo.back(false); !ok || err != nil { // what bo did comes off bo's own
		t.Fatal(ok, err)
	}
	if ok, err := ana.back(false); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if a := need[*Action](t, ana.state, "A-1"); a.Owner != "x" || a.Priority != "" || a.Due.String() != "2024-08-20" {
		t.Errorf("got %+v", a)
	}
}

func TestWhatUndoDoes(t *testing.T) {
	masked, err := Redact(Event{Seq: 2, Ref: "A-1", Body: changed("A-1", "owner", "", "bo")}, "asked")
	if err != nil {
		t.Fatal(err)
	}
	source := made(KindSource, "title", "x")
	for _, tt := range []struct {
		name string
		body Body
		ref  Ref
		want string // what it does, or why it cannot
		hint string
	}{
		{"a change", changed("A-1", "state", "open", "done"), "A-1", "state done → open", ""},
		{"a change of two fields, backwards", changed("A-1", "owner", "", "bo", "due", "2024-08-20", ""), "A-1", "due unknown → 20 Aug 2024 (day), owner bo → unknown", ""},
		{"an action", action(), "A-1", "state open → dropped", ""},
		{"an action that was made done", action("state", "done"), "A-1", "state done → dropped", ""},
		{"a claim", claim("standing", "reported"), "C-1", "standing reported → withdrawn", ""},
		{"a fact", made(KindFact, "topic", "who", "text", "x"), "F-1", "standing unknown → withdrawn", ""},
		{"a risk", made(KindRisk, "text", "x", "standing", "confirmed"), "R-1", "standing confirmed → withdrawn", ""},
		{"a note", made(KindNote, "text", "x"), "N-1", "that N-1 was added cannot be undone", "amend it: warroom note amend N-1 TEXT; a lead masks it: warroom redact 7"},
		{"a question", made(KindQuestion, "text", "x"), "Q-1", "that Q-1 was added cannot be undone", "answer it: warroom question answer Q-1 TEXT; a lead masks it: warroom redact 7"},
		{"a decision", made(KindDecision, "text", "x"), "D-1", "that D-1 was added cannot be undone", "correct it: warroom decision set D-1; a lead masks it: warroom redact 7"},
		{"a source", source, "S-1", "withdrawn no → yes", ""},
		{"a region", keyed(KindRegion, "europe", "name", "Europe"), "europe", "that europe was added cannot be undone", ""},
		{"a redaction", masked, "event-2", "event 7 is a redaction, which cannot be undone", "what it masked is only in backups made before it"},
		{"a change that was redacted", changed("A-1", "owner", Mask, "bo"), "A-1", "event 7 (A-1) was redacted: what was there before cannot be put back", ""},
		{"a change from nothing that was redacted", changed("A-1", "owner", "", Mask), "A-1", "owner [redacted] → unknown", ""},
		{"a field that this warroom does not know", changed("A-1", "colour", "", "red"), "A-1", "event 7 (A-1) changes what this warroom does not know", "it was recorded by a newer warroom: undo it with that one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bodies, err := Act{{Seq: 7, Ref: tt.ref, Body: tt.body}}.Inverse()
			if err != nil {
				refusal(t, err, Failed, tt.want)
				if HintOf(err) != tt.hint {
					t.Errorf("hint %q, want %q", HintOf(err), tt.hint)
				}
				return
			}
			b := bodies[0].(Changed)
			if got := Describe(b); got != tt.want || b.Undoes != 7 || b.Ref != tt.ref {
				t.Errorf("got %q of %s, undoes %d; want %q", got, b.Ref, b.Undoes, tt.want)
			}
		})
	}
}

// What the author of a long log took back long ago may be out of sight.
func TestActsOfTheEndOfALog(t *testing.T) {
	undo, redo := Acts([]Event{{Seq: 50, Ref: "A-1", Body: Changed{Ref: "A-1", Undoes: 3}}, {Seq: 60, Ref: "A-1", Body: Changed{Ref: "A-1"}}})
	if len(undo) != 1 || undo[0][0].Seq != 60 || len(redo) != 0 {
		t.Errorf("got %v and %v", undo, redo)
	}
	if undo, redo := Acts(nil); undo != nil || redo != nil {
		t.Errorf("nothing gives %v and %v", undo, redo)
	}
}

// Everything undone leaves each field where it was, and everything done again
// where it had come to, whatever somebody else changed elsewhere meanwhile.
func TestUndoingEverythingGoesBack(t *testing.T) {
	steps := 0
	rapid.Check(t, func(t *rapid.T) {
		ana, bo := persons(t)
		first := []Body{action(), action(), made(KindFact, "topic", "who", "text", "x"), keyed(KindWorkstream, "support", "name", "Support")}
		if err := bo.does(first...); err != nil {
			t.Fatal(err)
		}
		start := fieldsIn(ana.state)
		theirs := map[string]bool{} // what bo changed
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1:
				ana.back(rapid.Bool().Draw(t, "again"))
			case 2:
				e := rapid.SampledFrom(ana.state.All()).Draw(t, "item")
				if c, ok := e.(*Action); ok && c.State != Dropped {
					bo.does(changed(c.Ref, "link", c.Link, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "link")))
					theirs[string(c.Ref)+" link"] = true
				}
			default:
				var bodies []Body
				for range rapid.IntRange(1, 3).Draw(t, "events") {
					bodies = append(bodies, someChange(t, ana.state))
				}
				ana.does(bodies...) // a refusal leaves nothing
			}
		}
		_, redo := ana.acts()
		depth := len(redo)
		end := fieldsIn(ana.state)
		undone := 0
		for ok := true; ok; undone++ {
			var err error
			if ok, err = ana.back(false); err != nil {
				t.Fatal(err)
			}
		}
		differ(t, "undone", fieldsIn(ana.state), start, theirs)
		for range undone - 1 {
			if ok, err := ana.back(true); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		differ(t, "done again", fieldsIn(ana.state), end, theirs)
		if _, redo := ana.acts(); len(redo) != depth {
			t.Fatalf("%d acts to do again, want %d", len(redo), depth)
		}
		steps += undone
	})
	if steps < 100 {
		t.Errorf("only %d acts were undone", steps)
	}
}

// someChange generates a change that is mostly allowed.
func someChange(t *rapid.T, s *State) Body {
	e := rapid.SampledFrom(s.All()).Draw(t, "item")
	var fields []*Field
	for _, f := range FieldsOf(e) {
		if !f.Fixed && !f.Internal && f.Applies(e) && f.Type != RefType && f.Key != "link" {
			fields = append(fields, f)
		}
	}
	f := rapid.SampledFrom(fields).Draw(t, "field")
	now := someValue(t, f)
	if len(f.Words) > 0 {
		now = rapid.SampledFrom(f.Words).Draw(t, "word")
	}
	return Changed{Ref: e.Info().Ref, Changes: []Change{{f.Key, f.Get(e), now}}}
}

// fieldsIn returns every field of every item.
func fieldsIn(s *State) map[string]string {
	all := map[string]string{}
	for _, e := range s.All() {
		for _, f := range FieldsOf(e) {
			all[string(e.Info().Ref)+" "+f.Key] = f.Get(e)
		}
	}
	return all
}

func differ(t *rapid.T, when string, got, want map[string]string, but map[string]bool) {
	for key, v := range want {
		if got[key] != v && !but[key] {
			t.Fatalf("%s: %s is %q, want %q", when, key, got[key], v)
		}
	}
}
