package data

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestApplyFollowsTheLog(t *testing.T) {
	s := stateOf(t, action())
	for _, seq := range []int64{0, 1, 3, -1} {
		e := event(s, action())
		e.Seq = seq
		if err := s.Apply(e); err == nil {
			t.Errorf("event %d follows event 1", seq)
		}
	}
	if s.Seq != 1 {
		t.Errorf("after refused events, seq %d, want 1", s.Seq)
	}
}

func TestApplyOfABrokenLogIsAnErrorAndNoPanic(t *testing.T) {
	for _, tt := range []struct {
		name string
		body Body
		want string
	}{
		{"what is no kind", made("Breach!"), `there is no kind of item "Breach!"`},
		{"what is no id", Changed{Ref: "A-012"}, "event 1: there is no A-012"},
		{"a change of what there is not", Changed{Ref: "A-1"}, "event 1: there is no A-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewState(nil, 0)
			refusal(t, s.Apply(event(s, tt.body)), Failed, tt.want)
		})
	}
}

func TestChangeKeepsWhoMadeAnItem(t *testing.T) {
	s := stateOf(t, action())
	before := need[*Action](t, s, "A-1")
	e := event(s, set(t, s, "A-1", "owner", "bo"))
	e.By = "cy"
	if err := s.Apply(e); err != nil {
		t.Fatal(err)
	}
	want := Meta{Ref: "A-1", MadeAt: at.Add(time.Minute), ChangedAt: at.Add(2 * time.Minute), MadeBy: "ana", ChangedBy: "cy", MadeSeq: 1, ChangedSeq: 2}
	if got := *need[*Action](t, s, "A-1").Info(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if before.Owner != "" || before.ChangedSeq != 1 {
		t.Errorf("what was read before the change was changed with it: %+v", before)
	}
}

func TestFigure(t *testing.T) {
	s := stateOf(t,
		claim("standing", "reported"),
		claim("standing", "claimed"),
		claim("unit", "records", "standing", "confirmed"),
		claim("cell", "europe/all", "standing", "confirmed"),
	)
	stands := func(want Ref) {
		t.Helper()
		c, err := s.Figure(FigureKey{AllPeople, People})
		if err != nil || c == nil || c.Ref != want {
			t.Errorf("%+v stands, %v; want %s", c, err, want)
		}
	}
	stands("C-1")
	record(t, s, set(t, s, "C-2", "pinned", "true"))
	stands("C-2")
	record(t, s, set(t, s, "C-2", "standing", "disproved"))
	stands("C-1")
	record(t, s, set(t, s, "C-1", "standing", "withdrawn"))
	if c, err := s.Figure(FigureKey{AllPeople, People}); c != nil || err != nil {
		t.Errorf("%+v stands, %v; want none", c, err)
	}
}

func TestTouched(t *testing.T) {
	s := stateOf(t, keyed(KindRegion, "europe", "name", "Europe"))
	s.TakeTouched()
	record(t, s, action())
	record(t, s, claim())
	record(t, s, notice())
	got := s.TakeTouched()
	want := Touched{
		Refs:    map[Ref]Entity{"A-1": nil, "C-1": nil, "W-1": nil},
		Counts:  map[string]bool{"made/action": true, "made/claim": true, "made/notice": true, "action/open": true, "stream/notification/open": true, "action-no-owner": true, "action-no-due": true, "day/2024-08-15/opened": true},
		Figures: map[FigureKey]bool{{AllPeople, People}: true},
		Notices: map[NoticeKey]bool{{"europe", "email"}: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	before, err := s.Get("A-1")
	if err != nil {
		t.Fatal(err)
	}
	record(t, s, set(t, s, "A-1", "title", "Another"))
	got = s.TakeTouched()
	want = Touched{Refs: map[Ref]Entity{"A-1": before}, Counts: map[string]bool{}, Figures: map[FigureKey]bool{}, Notices: map[NoticeKey]bool{}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("a title changed: got %+v, want %+v", got, want)
	}
}

func TestAllIsInOrder(t *testing.T) {
	bodies := []Body{keyed(KindRegion, "europe", "name", "x"), keyed(KindRegion, "asia", "name", "x"), made(KindNote, "text", "x")}
	for range 11 {
		bodies = append(bodies, action())
	}
	var got []string
	for _, e := range stateOf(t, bodies...).All() {
		got = append(got, string(e.Info().Ref))
	}
	if want := "A-1 A-2 A-3 A-4 A-5 A-6 A-7 A-8 A-9 A-10 A-11 N-1 asia europe"; strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestRollbackTakesEverythingBack(t *testing.T) {
	s := stateOf(t, made(KindIncident), action("owner", "bo", "due", "2024-08-20"), claim(), made(KindQuestion, "text", "How many?"))
	before := snap(s)
	s.Mark()
	record(t, s, set(t, s, "A-1", "state", "done", "owner", "", "due", ""))
	record(t, s, action())
	record(t, s, set(t, s, "A-2", "state", "blocked"))
	record(t, s, set(t, s, "A-1", "state", "open"))
	record(t, s, claim())
	record(t, s, set(t, s, "C-1", "standing", "withdrawn"))
	record(t, s, set(t, s, "Q-1", "state", "answered"))
	record(t, s, Redacted{Event: 1, Item: "incident", Why: "x", Of: KindMade, Body: []byte(`{"kind":"incident"}`)})
	s.Rollback()
	same(t, "after Rollback", snap(s), before)
	s.Rollback()
	same(t, "after another", snap(s), before)

	// Numbers are given again, and the state goes on as if nothing had been.
	if e := record(t, s, action()); e.Ref != "A-2" || e.Seq != before.Seq+1 {
		t.Errorf("the next action is %s in event %d", e.Ref, e.Seq)
	}
	after := snap(s)
	s.Mark()
	s.Rollback()
	same(t, "with nothing to take back", snap(s), after)
}

func TestRollbackMendsAFailedApply(t *testing.T) {
	s := stateOf(t, action())
	before := snap(s)
	s.Mark()
	if err := s.Apply(event(s, Changed{Ref: "A-7", Changes: []Change{{"owner", "", "bo"}}})); err == nil {
		t.Fatal("an action that there is not was changed")
	}
	s.Rollback()
	same(t, "after Rollback", snap(s), before)
}

// handCount counts the items by hand.
func handCount(s *State) map[string]int64 {
	n := map[string]int64{}
	for _, e := range s.All() {
		n["made/"+string(e.Kind())]++
		if source, standing := restsOn(e); source != "" && standing != "withdrawn" && standing != "disproved" {
			n["rests/"+source]++
		}
		switch e := e.(type) {
		case *Question:
			n["question/"+string(e.State)]++
		case *Action:
			n["action/"+string(e.State)]++
			n["stream/"+string(e.Stream)+"/"+string(e.State)]++
			if e.State == Done || e.State == Dropped {
				break
			}
			if e.Owner == "" {
				n["action-no-owner"]++
			}
			if e.Due == (Time{}) {
				n["action-no-due"]++
			} else {
				n[fmt.Sprintf("due/%s/%s", e.Due.End().UTC().Format("2006-01-02T15"), e.Stream)]++
			}
		}
	}
	return n
}

// restsOn returns the source that an item names and the standing of the item, of
// any kind that has both fields.
func restsOn(e Entity) (source, standing string) {
	spec := SpecOf(e.Kind())
	if spec.Field("source") == nil || spec.Field("standing") == nil {
		return "", ""
	}
	return spec.Field("source").Get(e), spec.Field("standing").Get(e)
}

// A file is what a store is to a State: a log, and rows that are written from
// what the State says was touched. It is the Loader of lazy States.
type file struct {
	log     []Event
	rows    map[Ref]row
	counts  map[string]int64
	figures map[FigureKey]Ref
	notices map[NoticeKey]Ref
	fail    error // what reading fails with
	reads   int   // of items and counts
}

// A row holds an entity as a table does.
type row struct {
	meta   Meta
	values []string
}

func newFile() *file {
	return &file{rows: map[Ref]row{}, counts: map[string]int64{}, figures: map[FigureKey]Ref{}, notices: map[NoticeKey]Ref{}}
}

func (f *file) Entity(ref Ref) (Entity, error) {
	f.reads++
	r, ok := f.rows[ref]
	if !ok || f.fail != nil {
		return nil, f.fail
	}
	return ref.Spec().Load(r.meta, r.values), nil
}

func (f *file) Claims(key FigureKey) ([]*Claim, error) {
	var claims []*Claim
	for ref := range f.rows {
		if e, _ := f.Entity(ref); e != nil && ref.Spec() == claimSpec && e.(*Claim).Key() == key {
			claims = append(claims, e.(*Claim))
		}
	}
	return claims, f.fail
}

func (f *file) Notices(key NoticeKey) ([]*Notice, error) {
	var counts []*Notice
	for ref := range f.rows {
		if e, _ := f.Entity(ref); e != nil && ref.Spec() == noticeSpec && e.(*Notice).Key() == key {
			counts = append(counts, e.(*Notice))
		}
	}
	return counts, f.fail
}

func (f *file) Count(key string) (int64, error) {
	f.reads++
	if f.fail != nil {
		return 0, f.fail
	}
	return f.counts[key], nil
}

func (f *file) History(ref Ref) ([]Event, error) {
	var about []Event
	for _, e := range f.log {
		if e.Ref == ref {
			about = append(about, e)
		}
	}
	return about, f.fail
}

// append adds an event to the log, as a store does once it is applied: a
// redaction masks what it names.
func (f *file) append(t tester, e Event) {
	t.Helper()
	raw, err := EncodeBody(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	if e.Body, err = DecodeBody(e.Body.Kind(), raw); err != nil {
		t.Fatal(err)
	}
	f.log = append(f.log, e)
	if r, ok := e.Body.(Redacted); ok {
		if f.log[r.Event-1].Body, err = DecodeBody(r.Of, r.Body); err != nil {
			t.Fatal(err)
		}
	}
}

// commit writes what s touched to the rows.
func (f *file) commit(t tester, s *State) {
	t.Helper()
	touched := s.TakeTouched()
	// Figures come first: they must not depend on claims being in the rows.
	for key := range touched.Figures {
		c, err := s.Figure(key)
		if err != nil {
			t.Fatal(err)
		}
		delete(f.figures, key)
		if c != nil {
			f.figures[key] = c.Ref
		}
	}
	for key := range touched.Notices {
		n, err := s.Notified(key)
		if err != nil {
			t.Fatal(err)
		}
		delete(f.notices, key)
		if n != nil {
			f.notices[key] = n.Ref
		}
	}
	for ref, before := range touched.Refs {
		if there, err := f.Entity(ref); err != nil || !reflect.DeepEqual(there, before) {
			t.Fatalf("%s was %+v, %v; it is said to have been %+v", ref, there, err, before)
		}
		e, err := s.Get(ref)
		if err != nil {
			t.Fatal(err)
		}
		if e == nil { // made, and taken back
			if _, there := f.rows[ref]; there {
				t.Fatalf("%s is gone", ref)
			}
			continue
		}
		r := row{meta: *e.Info()}
		for _, field := range FieldsOf(e) {
			r.values = append(r.values, field.Get(e))
		}
		f.rows[ref] = r
	}
	for key := range touched.Counts {
		n, err := s.Count(key)
		if err != nil {
			t.Fatal(err)
		}
		if n < 0 {
			t.Fatalf("count %s is %d", key, n)
		}
		f.counts[key] = n
	}
}

// snap returns what the rows say.
func (f *file) snap(t tester) snapshot {
	t.Helper()
	shot := snapshot{int64(len(f.log)), map[Ref]Entity{}, maps.Clone(f.counts)}
	maps.DeleteFunc(shot.Counts, func(_ string, n int64) bool { return n == 0 })
	for ref := range f.rows {
		e, err := f.Entity(ref)
		if err != nil {
			t.Fatal(err)
		}
		shot.Entities[ref] = e
	}
	return shot
}

// replay folds the log from its beginning.
func (f *file) replay(t tester) *State {
	t.Helper()
	s := NewState(nil, 0)
	for _, e := range f.log {
		ref := e.Ref
		if err := s.Apply(&e); err != nil {
			t.Fatal(err)
		}
		if e.Ref != ref {
			t.Fatalf("event %d is about %s, and about %s when replayed", e.Seq, ref, e.Ref)
		}
	}
	return s
}

// A few values for each field, so that changes meet each other; some of them
// are no values at all.
var someValues = map[Type][]string{
	LineType:   {"", "x", "Send notices", "ß\u200d", "two\nlines", "unknown"},
	TextType:   {"", "x", "one\ntwo", "\x1b[2J", " x"},
	NameType:   {"", "ana", "bo", "bo", "\ufeffbo"},
	TimeType:   {"", "2024-08-15", "2024-08", "~2024-08-15", "2024-08-15T09:00:00Z", "2024-08-15T09:59:59Z", "2024-08-16T00:00:00Z", "1800-01-01", "soon"},
	SpanType:   {"", "1h", "1d12h", "90m", "often"},
	NumberType: {"", "0", "5", "1000", "1000000000000000", "-1", "many"},
	FlagType:   {"", "true", "false"},
	RefType:    {"", "S-1", "S-2", "A-1", "europe", "incident", "Z-1"},
}

func someValue(t *rapid.T, f *Field) string {
	values := someValues[f.Type]
	if f.Type == WordType {
		values = append([]string{"", "SOME"}, f.Words...)
		if f.Key == "cell" || f.Key == "stream" {
			values = f.Words[:2]
		} else if rapid.IntRange(0, 5).Draw(t, "a word of the list") > 0 {
			values = f.Words
		}
	}
	return rapid.SampledFrom(values).Draw(t, f.Key)
}

// someBody generates what may follow s, or may not: f is the log so far.
func someBody(t *rapid.T, s *State, f *file) Body {
	spec := rapid.SampledFrom(append(slices.Clone(specs), actionSpec, actionSpec, actionSpec, claimSpec, claimSpec, questionSpec)).Draw(t, "kind")
	switch what := rapid.IntRange(0, 19).Draw(t, "what"); {
	case what == 0 && len(f.log) > 0:
		e := f.log[rapid.IntRange(0, len(f.log)-1).Draw(t, "redacted")]
		r, err := Redact(e, rapid.SampledFrom([]string{"asked", "asked", "asked", ""}).Draw(t, "why"))
		if err != nil {
			t.Fatal(err)
		}
		return r
	case what == 1:
		return rapid.SampledFrom([]Body{
			made("breach"), made(KindNote, "text", "x", "colour", "red"), Changed{}, Changed{Ref: "A-999", Changes: []Change{{"owner", "", "bo"}}},
			Changed{Ref: "Z-1", Changes: []Change{{"x", "", "y"}}}, Redacted{Event: 999, Why: "x", Of: KindMade, Body: []byte(`{}`)}, Redacted{Event: 1, Why: "x", Of: "moved"},
			keyed(KindRegion, "mars", "name", "Mars"), Made{Of: KindNote, Key: "x", Fields: map[string]string{"text": "x"}},
		}).Draw(t, "nonsense")
	case what < 6:
		return someSmallMade(t, spec)
	}
	var there []Entity
	for _, e := range s.All() {
		if e.Kind() == spec.Kind {
			there = append(there, e)
		}
	}
	if len(there) == 0 {
		return someSmallMade(t, spec)
	}
	e := rapid.SampledFrom(there).Draw(t, "item")
	b := Changed{Ref: e.Info().Ref, Why: rapid.SampledFrom([]string{"", "", "", "", "", "because", "because", "be\ncause"}).Draw(t, "why")}
	b.Undoes = rapid.SampledFrom([]int64{0, 0, 0, 0, 0, 0, 1, s.Seq, s.Seq + 1}).Draw(t, "undoes")
	b.Act = rapid.SampledFrom([]string{"", "", "", "0f-1", "0f-1", "of us"}).Draw(t, "act")
	for range rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "fields") {
		field := rapid.SampledFrom(spec.Fields).Draw(t, "field")
		if field.Fixed && rapid.IntRange(0, 5).Draw(t, "though fixed") > 0 {
			continue
		}
		c := Change{field.Key, field.Get(e), someValue(t, field)}
		if rapid.IntRange(0, 9).Draw(t, "stale") == 0 {
			c.Was = someValue(t, field)
		}
		b.Changes = append(b.Changes, c)
	}
	return b
}

// someSmallMade generates what makes an item of a kind, with little in it.
func someSmallMade(t *rapid.T, spec *Spec) Made {
	b := Made{Of: spec.Kind, Fields: map[string]string{}}
	if len(spec.Keys) > 0 {
		b.Key = rapid.SampledFrom(spec.Keys).Draw(t, "key")
	}
	for _, f := range spec.Fields {
		// Most of what is made is accepted.
		if rapid.IntRange(0, 9).Draw(t, "any "+f.Key) == 0 {
			b.Fields[f.Key] = someValue(t, f)
		} else if f.Required && f.Default == "" || f.Key == "best" || f.Key == "sent" {
			b.Fields[f.Key] = map[bool]string{true: "5", false: "x"}[f.Type == NumberType]
			if f.Type == WordType {
				b.Fields[f.Key] = rapid.SampledFrom(f.Words[:2]).Draw(t, f.Key)
			}
		}
	}
	return b
}

// outcome is what an author is told.
func outcome(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%d: %v; %s", ClassOf(err), err, HintOf(err))
}

// However a log came to be, whatever was refused or rolled back, and whenever a
// lazy state was forgotten: the full fold, the lazy fold and the rows written
// from it say the same.
func TestLazyAndFullFoldsAreEqual(t *testing.T) {
	accepted, refused, redacted, rolledBack := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := newFile()
		full, lazy := NewState(nil, 0), NewState(f, 0)
		for range rapid.IntRange(1, 25).Draw(t, "transactions") {
			if rapid.Bool().Draw(t, "forget") {
				lazy = NewState(f, int64(len(f.log)))
			}
			before, log := snap(full), slices.Clone(f.log)
			full.Mark()
			lazy.Mark()
			fullAtStart := full
			for range rapid.IntRange(1, 8).Draw(t, "events") {
				b := someBody(t, full, f)
				errFull, errLazy := b.Check(full), b.Check(lazy)
				if outcome(errFull) != outcome(errLazy) {
					t.Fatalf("%+v\nfull: %s\nlazy: %s", b, outcome(errFull), outcome(errLazy))
				}
				for _, role := range []Role{Viewer, Responder, Lead} {
					if x, y := Permit(full, role, b), Permit(lazy, role, b); outcome(x) != outcome(y) {
						t.Fatalf("%+v by a %s\nfull: %v\nlazy: %v", b, role, x, y)
					}
				}
				if errFull != nil {
					refused++
					continue
				}
				accepted++
				e := event(full, b)
				e.By = Actor(rapid.SampledFrom([]string{"ana", "bo"}).Draw(t, "by"))
				twin := *e
				if err := full.Apply(e); err != nil {
					t.Fatal(err)
				}
				if err := lazy.Apply(&twin); err != nil {
					t.Fatal(err)
				}
				if twin.Ref != e.Ref {
					t.Fatalf("event %d is about %s in full and about %s lazily", e.Seq, e.Ref, twin.Ref)
				}
				f.append(t, *e)
				if _, ok := b.(Redacted); ok {
					// A full state does not hold the log: it is folded again from
					// the masked one, and no count may have changed by that.
					redacted++
					again := f.replay(t)
					if !maps.Equal(again.Counts(), full.Counts()) {
						t.Fatalf("a redaction changed counts\nfrom %v\nto   %v", full.Counts(), again.Counts())
					}
					full = again
				}
			}
			if rapid.IntRange(0, 3).Draw(t, "end") == 0 {
				rolledBack++
				f.log = log
				full = fullAtStart
				full.Rollback()
				lazy.Rollback()
				same(t, "after Rollback", snap(full), before)
				if lazy.Seq != before.Seq {
					t.Fatalf("after Rollback the lazy state is at %d, want %d", lazy.Seq, before.Seq)
				}
			}
			f.commit(t, lazy)
			same(t, "the rows", f.snap(t), snap(full))
			for ref, e := range snap(full).Entities {
				if got, err := lazy.Get(ref); err != nil || !reflect.DeepEqual(got, e) {
					t.Fatalf("%s\nlazy: %+v, %v\nfull: %+v", ref, got, err, e)
				}
			}
			for key, want := range full.counts {
				if got, err := lazy.Count(key); err != nil || got != want {
					t.Fatalf("%s: lazy %d, %v; full %d", key, got, err, want)
				}
			}
		}

		same(t, "replayed", snap(f.replay(t)), snap(full))
		counted := handCount(full)
		for _, e := range f.log {
			if r, ok := e.Body.(Redacted); ok {
				counted[fmt.Sprintf("redacted/%d", r.Event)]++
			}
		}
		handDays(f.log, counted)
		if !maps.Equal(full.Counts(), counted) {
			t.Fatalf("counts\n   kept %v\ncounted %v", full.Counts(), counted)
		}
		for _, cell := range cells() {
			for _, unit := range Units {
				checkFigure(t, FigureKey{cell, unit}, full, NewState(f, full.Seq), lazy, f)
			}
		}
		for _, region := range RegionKeys {
			for _, channel := range channels {
				checkNotice(t, NoticeKey{Ref(region), channel}, full, NewState(f, full.Seq), lazy, f)
			}
		}
	})
	t.Logf("%d accepted, %d refused, %d redacted, %d rolled back", accepted, refused, redacted, rolledBack)
	// A test that nothing passes through proves nothing.
	if accepted == 0 || refused == 0 || redacted == 0 || rolledBack == 0 {
		t.Errorf("%d accepted, %d refused, %d redacted, %d rolled back", accepted, refused, redacted, rolledBack)
	}
}

// checkFigure fails the test unless all say that the same claim stands.
func checkFigure(t tester, key FigureKey, full, fresh, used *State, f *file) {
	t.Helper()
	var claims []*Claim
	for _, e := range full.All() {
		if c, ok := e.(*Claim); ok && c.Cell == key.Cell && c.Unit == key.Unit {
			claims = append(claims, c)
		}
	}
	want := pickByElimination(claims)
	for name, s := range map[string]*State{"full": full, "fresh": fresh, "used": used} {
		if got, err := s.Figure(key); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v, %s: %+v, %v; want %+v", key, name, got, err, want)
		}
	}
	if want == nil && f.figures[key] != "" || want != nil && f.figures[key] != want.Ref {
		t.Fatalf("%v was written as %q, want %+v", key, f.figures[key], want)
	}
}

// checkNotice fails the test unless all say that the same count stands.
func checkNotice(t tester, key NoticeKey, full, fresh, used *State, f *file) {
	t.Helper()
	var counts []*Notice
	for _, e := range full.All() {
		if n, ok := e.(*Notice); ok && n.Region == key.Region && n.Channel == key.Channel {
			counts = append(counts, n)
		}
	}
	want := latestByElimination(counts)
	for name, s := range map[string]*State{"full": full, "fresh": fresh, "used": used} {
		if got, err := s.Notified(key); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v, %s: %+v, %v; want %+v", key, name, got, err, want)
		}
	}
	if want == nil && f.notices[key] != "" || want != nil && f.notices[key] != want.Ref {
		t.Fatalf("%v was written as %q, want %+v", key, f.notices[key], want)
	}
}

// What a redaction masks is gone from the item, and what came later is not.
func TestRedactionFoldsTheItemAgain(t *testing.T) {
	f := newFile()
	s := NewState(f, 0)
	do := func(b Body) {
		t.Helper()
		f.append(t, *record(t, s, b))
		f.commit(t, s)
	}
	redact := func(seq int64) {
		t.Helper()
		s = NewState(f, int64(len(f.log)))
		r, err := Redact(f.log[seq-1], "a person asked")
		if err != nil {
			t.Fatal(err)
		}
		do(r)
		same(t, fmt.Sprintf("event %d redacted", seq), f.snap(t), snap(f.replay(t)))
	}
	do(action("title", "Call Mrs Miller", "owner", "bo", "priority", "P1")) // 1
	do(action())                                                            // 2
	do(set(t, s, "A-1", "detail", "her number", "state", "doing"))          // 3
	do(set(t, s, "A-1", "owner", "ana"))                                    // 4

	redact(3)
	if a := need[*Action](t, s, "A-1"); a.Detail != Mask || a.State != Doing || a.Owner != "ana" || a.Title != "Call Mrs Miller" || a.ChangedSeq != 4 {
		t.Errorf("got %+v", a)
	}
	redact(1)
	if a := need[*Action](t, s, "A-1"); a.Title != Mask || a.Detail != Mask || a.Priority != "P1" || a.Owner != "ana" || a.MadeSeq != 1 {
		t.Errorf("got %+v", a)
	}
	redact(2)
	if a := need[*Action](t, s, "A-2"); a.Title != Mask || a.Ref != "A-2" || a.MadeSeq != 2 {
		t.Errorf("the second action became %+v", a)
	}
}

func TestARedactionOfWhatIsNotThereFails(t *testing.T) {
	masked := []byte(`{"kind":"action","fields":{"title":"[redacted]","stream":"support"}}`)
	for _, tt := range []struct {
		name string
		body Redacted
		log  func(*file)
		want string
	}{
		{"no such item", Redacted{Event: 1, Item: "A-9", Of: KindMade, Body: masked}, func(*file) {}, "event 2: there is no A-9; the last is A-1"},
		{"a content that cannot be read", Redacted{Event: 1, Item: "A-1", Of: "moved"}, func(*file) {}, `event 2: unknown kind of event "moved"`},
		{"a log that never made the item", Redacted{Event: 1, Item: "A-1", Of: KindMade, Body: masked}, func(f *file) { f.log = nil }, "event 2: no event makes A-1"},
		{"a log that begins with a change", Redacted{Event: 9, Item: "A-1", Of: KindMade, Body: masked}, func(f *file) { f.log[0].Body = Changed{Ref: "A-1"} }, "event 2: there is no A-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFile()
			s := NewState(f, 0)
			f.append(t, *record(t, s, action()))
			f.commit(t, s)
			tt.log(f)
			s = NewState(f, 1)
			refusal(t, s.Apply(event(s, tt.body)), Failed, tt.want)
		})
	}
}

func TestALoaderThatFailsIsHeard(t *testing.T) {
	broken := errors.New("disk on fire")
	f := newFile()
	s := NewState(f, 0)
	for _, b := range []Body{made(KindSource, "title", "x"), action(), claim()} {
		f.append(t, *record(t, s, b))
	}
	f.commit(t, s)
	f.fail = broken
	redaction, err := Redact(f.log[1], "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []Body{
		action(), keyed(KindRegion, "asia", "name", "Asia"), made(KindNote, "text", "x", "about", "A-1"), claim("source", "S-1"),
		Changed{Ref: "A-1", Changes: []Change{{"owner", "", "bo"}}}, redaction,
	} {
		if err := b.Check(NewState(f, 3)); !errors.Is(err, broken) {
			t.Errorf("Check(%+v): %v, want %v", b, err, broken)
		}
		s := NewState(f, 3)
		s.Mark()
		if err := s.Apply(event(s, b)); !errors.Is(err, broken) {
			t.Errorf("Apply(%+v): %v, want %v", b, err, broken)
		}
		s.Rollback()
		if s.Seq != 3 {
			t.Errorf("seq %d after a failed event, want 3", s.Seq)
		}
	}
	if _, err := NewState(f, 3).Figure(FigureKey{AllPeople, People}); !errors.Is(err, broken) {
		t.Errorf("Figure: %v, want %v", err, broken)
	}
	// An error is not remembered.
	again := NewState(f, 3)
	_, _ = again.Get("A-1")
	_, _ = again.Count("made/action")
	f.fail = nil
	if n, err := again.Count("made/action"); n != 1 || err != nil {
		t.Errorf("the count is %d, %v once it can be read", n, err)
	}
	need[*Action](t, again, "A-1")
}

func TestALazyStateReadsWhatAnEventTouches(t *testing.T) {
	f := newFile()
	s := NewState(f, 0)
	for range 50 {
		f.append(t, *record(t, s, action()))
	}
	f.commit(t, s)
	s = NewState(f, 50)
	f.reads = 0
	record(t, s, Changed{Ref: "A-7", Changes: []Change{{"owner", "", "bo"}}})
	if s.Size() != 2 || f.reads != 2 { // the action, and the count of those without an owner
		t.Errorf("one change read %d times and made it hold %d items and counts, want 2 and 2", f.reads, s.Size())
	}
	record(t, s, Changed{Ref: "A-7", Changes: []Change{{"owner", "bo", "ana"}}})
	refusal(t, Changed{Ref: "A-77", Changes: []Change{{"owner", "", "bo"}}}.Check(s), Failed, "there is no A-77; the last is A-50")
	refusal(t, Changed{Ref: "A-77", Changes: []Change{{"owner", "", "bo"}}}.Check(s), Failed, "there is no A-77; the last is A-50")
	if f.reads != 4 { // that there is no A-77 is remembered, and how many there are
		t.Errorf("what was known was read again: %d reads, want 4", f.reads)
	}
}

func BenchmarkApply(b *testing.B) {
	s := stateOf(b, action(), action())
	there := set(b, s, "A-1", "state", "doing", "owner", "bo")
	back := Changed{Ref: "A-1"}
	for _, c := range there.Changes {
		back.Changes = append(back.Changes, Change{c.Field, c.Now, c.Was})
	}
	for _, bb := range []struct {
		name  string
		check bool
	}{{"Apply", false}, {"CheckAndApply", true}} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			bodies := [2]Body{there, back}
			i := 0
			if need[*Action](b, s, "A-1").State == Doing {
				i = 1
			}
			for b.Loop() {
				body := bodies[i%2]
				i++
				if bb.check {
					if err := body.Check(s); err != nil {
						b.Fatal(err)
					}
				}
				e := Event{Seq: s.Seq + 1, At: at, By: "ana", Body: body}
				if err := s.Apply(&e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	s := stateOf(b, action("owner", "bo", "due", "2024-08-15"))
	e := need[*Action](b, s, "A-1")
	var values []string
	for _, f := range FieldsOf(e) {
		values = append(values, f.Get(e))
	}
	b.ReportAllocs()
	for b.Loop() {
		actionSpec.Load(e.Meta, values)
	}
}
