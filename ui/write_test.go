package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// item returns an item as it is in the file.
func (s *screen) item(ref data.Ref) data.Entity {
	s.t.Helper()
	e, err := s.store.Get(s.t.Context(), ref)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

// has fails the test unless a field of an item is this in the file.
func (s *screen) has(ref data.Ref, field, want string) *screen {
	s.t.Helper()
	e := s.item(ref)
	if got := data.SpecOf(e.Kind()).Field(field).Get(e); got != want {
		s.t.Fatalf("%s: %s is %q, want %q", ref, field, got, want)
	}
	return s
}

// seq returns how many events there are.
func (s *screen) seq() int64 {
	s.t.Helper()
	o, err := s.store.Overview(s.t.Context(), s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return o.Seq
}

func TestOneKeyChanges(t *testing.T) {
	for _, test := range []struct {
		keys  []string
		ref   data.Ref
		field string
		want  string
		says  string
	}{
		{[]string{"x"}, "A-1", "state", "done", "stored: A-1 state open → done"},
		{[]string{"s", "2"}, "A-1", "state", "doing", "stored: A-1 state open → doing"},
		{[]string{"o", "1"}, "A-1", "owner", "ana", "stored: A-1 owner unknown → ana"},
		{[]string{"d", "2"}, "A-1", "due", "2024-09-05T15:02:00Z", "stored: A-1 due unknown → 5 Sep 2024 15:02Z"},
		{[]string{"d", "5"}, "A-1", "due", "2024-09-06T07:00:00Z", "stored: A-1 due unknown → 6 Sep 2024 07:00Z"},
		{[]string{"p", "0"}, "A-1", "priority", "P0", "stored: A-1 priority unknown → P0"},
		{[]string{"tab", "tab", "3", "tab", "shift+tab", "3", "s", "3", "4"}, "A-1", "state", "open", ""}, // the menu takes one key alone
		{[]string{"3", "s", "3"}, "notification", "status", "at-risk", "stored: notification status unknown → at-risk"},
		{[]string{"2", "s", "3"}, "names", "exposure", "confirmed", "stored: names exposure reported → confirmed"},
		{[]string{"i", "s", "2"}, "incident", "phase", "investigating", "stored: incident phase unknown → investigating"},
		{[]string{"i", "p", "1"}, "incident", "severity", "SEV1", "stored: incident severity unknown → SEV1"},
		{[]string{"enter", "x"}, "A-1", "state", "done", "stored: A-1 state open → done"},
		{[]string{"v", "4", "x"}, "A-1", "state", "done", "stored: A-1 state open → done"},
		{[]string{"v", "3", "l", "x"}, "A-1", "state", "done", "stored: A-1 state open → done"},
	} {
		t.Run(strings.Join(test.keys, " "), func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 80, 24).press(test.keys...).whole()
			s.has(test.ref, test.field, test.want)
			if test.says != "" {
				s.says(test.says)
			}
		})
	}
}

func TestLinesInTheFooter(t *testing.T) {
	for _, test := range []struct {
		keys   []string
		text   string
		ref    data.Ref
		fields map[string]string
		says   string
	}{
		{[]string{"o", "o"}, "aiko", "A-1", map[string]string{"owner": "aiko"}, "stored: A-1 owner unknown → aiko"},
		{[]string{"d", "d"}, "+2h", "A-1", map[string]string{"due": "2024-09-05T16:02:00Z"}, "stored: A-1 due unknown → 5 Sep 2024 16:02Z"},
		{[]string{"b"}, "counsel", "A-1", map[string]string{"state": "blocked", "waits_for": "counsel"}, "stored: A-1 waits for unknown → counsel, state open → blocked"},
		{[]string{"5", "x"}, "nobody knows", "Q-1", map[string]string{"state": "answered", "answer": "nobody knows"}, "stored: Q-1 answer unknown → nobody knows, state open → answered"},
		{[]string{"3", "o", "o"}, "jonas", "notification", map[string]string{"lead": "jonas"}, "stored: notification lead unknown → jonas"},
		{[]string{"3", "b"}, "no list yet", "notification", map[string]string{"status": "blocked", "headline": "no list yet"}, "stored: notification headline unknown → no list yet, status unknown → blocked"},
		{[]string{"n"}, "call at nine q?", "N-1", map[string]string{"text": "call at nine q?", "about": "A-1"}, "stored: N-1 added"},
	} {
		t.Run(strings.Join(test.keys, " "), func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 100, 24).press(test.keys...).types(test.text).whole().press("enter").whole().says(test.says)
			for field, want := range test.fields {
				s.has(test.ref, field, want)
			}
		})
	}
}

func TestATimeIsEchoedBeforeItIsStored(t *testing.T) {
	s := newScreen(t, "toyota-2024", 100, 24).press("d", "d").types("+20m")
	s.shows("due of A-1: +20m", "Thu 5 Sep 2024 16:22 CEST, in 20m").has("A-1", "due", "")
	s.press("backspace", "backspace", "backspace", "backspace").types("2024-08-01").shows("1 Aug 2024 (day), 34d14h ago")
}

func TestFormOfANewAction(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("a", "1").whole().shows("─ New action ─", "Workstream        notification")
	s.types("Ask the hotline? a b q").press("tab", "tab").types("aiko").press("tab", "right", "right").shows("P1").press("tab").types("tomorrow 09:00")
	s.shows("Fri 6 Sep 2024 09:00 CEST, in 16h").press("enter").says("stored: A-16 added")
	s.has("A-16", "title", "Ask the hotline? a b q").has("A-16", "stream", "notification").has("A-16", "owner", "aiko").has("A-16", "priority", "P1").
		has("A-16", "due", "2024-09-06T07:00:00Z").has("A-16", "state", "open")
	if len(s.m.drafts) > 0 {
		t.Errorf("a draft is left: %+v", s.m.drafts[0])
	}
}

func TestFormOfEveryKindStoresIt(t *testing.T) {
	for _, test := range []struct {
		keys []string
		text []string // of the fields from the first, apart by tab
		ref  data.Ref
		want map[string]string
	}{
		{[]string{"a", "2"}, []string{"Lanternfish", "When was it seen?", "20m"}, "A-16", map[string]string{"kind": "ask", "to": "Lanternfish", "title": "When was it seen?", "due": "2024-09-05T14:22:00Z"}},
		{[]string{"a", "4"}, []string{"We call the authority", "maria", "it is due"}, "D-1", map[string]string{"text": "We call the authority", "decided_by": "maria", "reason": "it is due"}},
		{[]string{"5", "a"}, []string{"How many?"}, "Q-9", map[string]string{"text": "How many?", "state": "open"}},
		{[]string{"v", "6", "a", "3"}, []string{"how", "By a screenshot", "reported"}, "F-17", map[string]string{"topic": "how", "text": "By a screenshot", "standing": "reported"}},
		{[]string{"v", "6", "a", "5"}, []string{"Fraud", "customers"}, "R-4", map[string]string{"text": "Fraud", "to": "customers"}},
		{[]string{"v", "6", "a", "6"}, []string{"Ask sooner"}, "X-6", map[string]string{"text": "Ask sooner"}},
		{[]string{"v", "6", "a", "7"}, []string{"Letter"}, "S-2", map[string]string{"title": "Letter"}},
		{[]string{"1", "a"}, []string{"", "", "40k..46k..52k", "estimated"}, "C-1", map[string]string{"cell": "north-america/all", "unit": "people", "low": "40000", "best": "46000", "standing": "estimated"}},
	} {
		t.Run(strings.Join(test.keys, " "), func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 100, 30).press(test.keys...)
			for i, text := range test.text {
				if i > 0 {
					s.press("tab")
				}
				s.types(text)
			}
			s.press("ctrl+s").whole()
			if ref := data.Ref(strings.Fields(strings.TrimPrefix(s.footer(), "stored: "))[0]); ref != test.ref {
				spec := ref.Spec()
				if spec == nil || spec != test.ref.Spec() {
					t.Fatalf("the footer says %q:\n%s", s.footer(), s.text())
				}
				test.ref = ref // how many the template has does not matter
			}
			for field, want := range test.want {
				s.has(test.ref, field, want)
			}
		})
	}
}

func TestFormRefusesWhatTheFieldRefuses(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	before := s.seq()
	s.press("a", "1", "enter").shows("title may not be unknown").press("ctrl+x")
	s.press("a", "1").types("x").press("tab").types("z").press("enter").shows("workstream cannot be").press("ctrl+x")
	s.press("a", "1").types("x").press("tab", "tab", "tab", "tab").types("soon").press("enter").shows(`"soon" is no time`).press("ctrl+x")
	s.press("a", "1").types(strings.Repeat("long ", 2000)).press("tab").whole()
	if got := len(s.m.top().(*formPage).form.Text("title")); got != data.MaxLine {
		t.Errorf("a title of %d characters could be typed", got)
	}
	s.press("ctrl+x")
	if after := s.seq(); after != before {
		t.Errorf("%d events were stored", after-before)
	}
}

func TestAKeyThatCannotActSaysWhy(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	s.press("1", "x").says("a region has no done").press("o").says("a region has no owner")
	s.press("4", "x", "x").says(`A-1 is already so: state is "done"`)
	s.press("b").types("x").press("enter").shows("A-1 is done; it cannot become blocked").press("esc")
	b := newScreen(t, "blank", 80, 24).press("x").says("there is no item under the cursor").press("e").says("there is no item under the cursor")
	b.m.cfg.Role = data.Viewer
	b.press("a").says("this takes the role responder")
	b.m.cfg.Role, b.m.cfg.Writer.Record = data.Lead, nil
	b.press("a").says("this board is for reading").press("u").says("this board is for reading")
}

func TestMarkedItemsChangeTogether(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("space", "space").whole().shows("2 marked", "* Send notices").on("A-3")
	s.press("o", "o").shows("owner of 2 items").types("aiko").press("enter").says("stored: A-1 owner unknown → aiko, and 1 more")
	s.has("A-1", "owner", "aiko").has("A-2", "owner", "aiko").has("A-3", "owner", "").lacks("marked")
	s.press("space", "esc").lacks("marked").press("space", "x").refresh().has("A-4", "state", "done")
	s.press("z", "g", "space", "space", "p", "1").has("A-1", "priority", "P1").has("A-2", "priority", "P1")
}

// TestMarkedAllOrNone: one of two was changed by somebody else.
func TestMarkedAllOrNone(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("space", "space")
	s.sets("ben", "A-2", "priority", "P3").press("p", "1").shows("A-2 priority: somebody changed it while you did").lacks("stored:")
	s.has("A-1", "priority", "").has("A-2", "priority", "P3").press("esc").shows("nothing was stored")
	s.has("A-1", "priority", "").has("A-2", "priority", "P3").refresh().press("p", "1").shows("stored: A-1").has("A-2", "priority", "P1")
}

func TestConflictOfALine(t *testing.T) {
	begin := func(t *testing.T) *screen {
		s := newScreen(t, "toyota-2024", 80, 24).press("o", "o").types("aiko")
		s.sets("ben", "A-1", "owner", "jonas").press("enter").whole()
		return s.shows("A-1 owner: somebody changed it while you did", "You saw           unknown", "Theirs, t takes   jonas", "ben, ", "Yours, m keeps    aiko").has("A-1", "owner", "jonas")
	}
	t.Run("mine", func(t *testing.T) {
		begin(t).press("m").says("stored: A-1 owner jonas → aiko").has("A-1", "owner", "aiko")
	})
	t.Run("theirs", func(t *testing.T) {
		s := begin(t)
		before := s.seq()
		if s.press("t").says("nothing was changed").has("A-1", "owner", "jonas"); s.seq() != before || len(s.m.drafts) > 0 {
			t.Errorf("%d events, drafts %v", s.seq()-before, s.m.drafts)
		}
	})
	t.Run("edit", func(t *testing.T) {
		s := begin(t).press("e").shows("─ Edit A-1 ─", "theirs: jonas").types(" and jonas").press("enter")
		s.says("stored: A-1 owner jonas → aiko and jonas").has("A-1", "owner", "aiko and jonas")
	})
	t.Run("later", func(t *testing.T) {
		s := begin(t).press("esc", "esc").has("A-1", "owner", "jonas")
		if len(s.m.drafts) == 0 {
			t.Error("the text is lost")
		}
	})
}

func TestConflictOfALongText(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 30).press("e").types("! ")
	for s.m.top().(*formPage).form.Field().Key != "detail" {
		s.press("tab")
	}
	s.types(" First").press("enter").types("second")
	s.sets("ben", "A-1", "detail", "of ben").sets("ben", "A-1", "link", "https://example.com").press("ctrl+s").whole()
	s.shows("A-1 detail: somebody changed it", "of ben", "First", "b keep both")
	s.press("b").shows("stored: A-1").has("A-1", "detail", "of ben\n\nThe notices explain the incident. They are sent promptly. First\nsecond").has("A-1", "title", "Send notices to affected customers!").has("A-1", "link", "https://example.com")
}

// TestOthersChangeElsewhere: a change of another field is no conflict.
func TestOthersChangeElsewhere(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("o", "o").types("aiko").sets("ben", "A-1", "due", "2h").refresh()
	s.press("enter").says("stored: A-1 owner unknown → aiko").has("A-1", "due", "2024-09-05T16:02:00Z")
}

// TestImpatientFinger submits twice before the first has come to anything.
func TestImpatientFinger(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("a", "1").types("Once")
	before := s.seq()
	first := s.hold(keyPress("enter"))
	if second := s.hold(keyPress("enter")); second != nil {
		s.run(second)
	}
	s.run(first)
	if got := s.seq() - before; got != 1 {
		t.Errorf("%d events were stored", got)
	}
	// And after one whose outcome nobody knows.
	s.press("a", "1").types("Twice")
	record := s.m.cfg.Writer.Record
	s.m.cfg.Writer.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) {
		if _, err := record(ctx, acts); err != nil {
			return nil, err
		}
		return nil, errors.New("the disk says nothing")
	}
	s.press("enter").shows("the disk says nothing", "─ New action ─")
	s.m.cfg.Writer.Record = record
	if s.press("enter").says("stored: A-17 added"); s.seq()-before != 2 {
		t.Errorf("%d events were stored", s.seq()-before)
	}
}

// TestAMegabyteIsNotTaken pastes it into each kind of field.
func TestAMegabyteIsNotTaken(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 1<<16)
	for _, keys := range [][]string{{"a", "1"}, {"o", "o"}, {"n"}, {"a", "3"}} {
		s := newScreen(t, "toyota-2024", 80, 24).press(keys...).types("kept")
		before := s.seq()
		s.send(tea.PasteMsg{Content: big}).whole().shows("not taken: 1048576", "kept").press("esc")
		if s.seq() != before {
			t.Errorf("%v: it was stored", keys)
		}
	}
}

// everyField calls do with a screen on which a field is being typed into, for
// each form and line there is, and what reads the field.
func everyField(t *testing.T, do func(t *testing.T, s *screen, text func() string)) {
	for _, spec := range data.Specs() {
		if !spec.Numbered() || spec.Kind == data.KindDelivery {
			continue
		}
		s := newScreen(t, "toyota-2024", 100, 40)
		p := s.m.newForm(spec.Kind, nil)
		s.run(s.m.push(p))
		everyFormField(t, s, p, "new "+string(spec.Kind), do)
	}
	for _, ref := range []data.Ref{"incident", "A-1", "Q-1", "europe", "names", "support", "F-1", "S-1", "R-1", "X-1"} {
		s := newScreen(t, "toyota-2024", 100, 40)
		p := s.m.changeForm(s.item(ref))
		s.run(s.m.push(p))
		everyFormField(t, s, p, "edit "+string(ref), do)
	}
	for _, v := range verbs {
		s := newScreen(t, "toyota-2024", 100, 40).press(v.key.Keys()...)
		if _, ok := s.m.top().(*menu); ok { // the key again asks for another, where there may be one
			s.press(v.key.Keys()...)
		}
		if s.m.typing == nil {
			continue
		}
		t.Run("line "+v.name, func(t *testing.T) {
			s.t = t
			s.press("ctrl+u")
			do(t, s, func() string { return s.m.typing.field.Value() })
		})
	}
	for _, keys := range [][]string{{":"}, {"z", "/"}, {"?", "/"}} {
		s := newScreen(t, "toyota-2024", 100, 40).press(keys...)
		t.Run("line "+strings.Join(keys, " "), func(t *testing.T) {
			s.t = t
			do(t, s, func() string { return s.m.typing.field.Value() })
		})
	}
}

func everyFormField(t *testing.T, s *screen, p *formPage, name string, do func(*testing.T, *screen, func() string)) {
	for i, key := range p.keys {
		t.Run(fmt.Sprintf("%s %d %s", name, i, key), func(t *testing.T) {
			s.t = t
			p.form.Focus(key)
			p.form.Put(key, "")
			do(t, s, func() string { return p.form.Text(key) })
		})
	}
}

// TestEveryKeyIsTextWhereOneTypes types every printable key into every field.
func TestEveryKeyIsTextWhereOneTypes(t *testing.T) {
	var printable []string
	for r := rune('!'); r <= '~'; r++ {
		printable = append(printable, string(r))
	}
	printable = append(printable, "é", "日", "ß", "ж", "—")
	everyField(t, func(t *testing.T, s *screen, text func() string) {
		before, top, typing := s.seq(), s.m.top(), s.m.typing
		for _, k := range printable {
			s.press(k)
		}
		if got, want := text(), strings.Join(printable, ""); got != want {
			t.Errorf("the field holds %q, want %q", got, want)
		}
		if s.m.top() != top || s.m.typing != typing || s.left || s.seq() != before {
			t.Error("a key did something else")
		}
	})
}

// TestTheItemThatAKeyActsOn lets the list change between any two keys: what is
// changed is the item that the cursor was on.
func TestTheItemThatAKeyActsOn(t *testing.T) {
	for _, where := range [][]string{nil, {"z"}, {"enter"}, {"v", "3", "l"}} {
		for _, v := range verbs {
			if v.name == "edit" || v.name == "note" || v.name == "pin" || v.name == "withdraw" { // these are nothing for an action
				continue
			}
			t.Run(fmt.Sprint(where, v.name), func(t *testing.T) {
				s := newScreen(t, "toyota-2024", 100, 30).press(where...)
				n := 0
				disturb := func() { // another action comes before all others
					n++
					s.records("ben", newItem(t, data.KindAction, "title", fmt.Sprint("Sooner ", n), "stream", "notification", "due", fmt.Sprintf("-%dh", n))).refresh()
				}
				_, ref := s.m.held()
				if ref != "A-1" {
					t.Fatalf("the cursor is on %s", ref)
				}
				before := s.seq()
				disturb()
				s.press(v.key.Keys()...)
				disturb()
				if s.m.typing != nil {
					s.press("ctrl+u").types("3h")
					disturb()
					s.press("enter")
				} else if _, ok := s.m.top().(*menu); ok {
					choice := "1"
					if v.name == "status" { // it is open already
						choice = "2"
					}
					s.press(choice)
				}
				log, err := s.store.Log(t.Context(), before, 100)
				if err != nil {
					t.Fatal(err)
				}
				var changed []data.Ref
				for _, e := range log.Entries {
					if e.By == "ana" {
						changed = append(changed, e.Ref)
					}
				}
				if !slices.Equal(changed, []data.Ref{"A-1"}) {
					t.Errorf("changed %v:\n%s", changed, s.text())
				}
			})
		}
	}
}

// TestVerbsAreInTheTable: no two verbs share a key with anything else in any
// place; see also TestKeys.
func TestVerbsAreInTheTable(t *testing.T) {
	s := newScreen(t, "toyota-2024", 100, 30)
	for _, where := range [][]string{nil, {"enter"}, {"z"}, {"v", "2"}, {"v", "3"}, {"v", "5"}, {"v", "6"}, {"a", "1"}, {"e"}} {
		s.m.stack, s.m.typing = nil, nil
		s.press("4").press(where...)
		if all := clashes(s.m.actions()); len(all) > 0 {
			t.Errorf("%v: %v", where, all)
		}
	}
}

// A desk is where drafts are kept in these tests.
type desk struct {
	kept  []Draft
	open  int   // drafts of other boards that are open
	fault error // that dropping meets
}

func (d *desk) drafts() Drafts {
	same := func(x Draft) func(Draft) bool { return func(y Draft) bool { return x.ID == y.ID } }
	return Drafts{
		All:  func() ([]Draft, int, error) { return slices.Clone(d.kept), d.open, nil },
		Keep: func(x Draft) error { d.kept = append(slices.DeleteFunc(d.kept, same(x)), x); return nil },
		Drop: func(x Draft) error {
			if d.fault == nil {
				d.kept = slices.DeleteFunc(d.kept, same(x))
			}
			return d.fault
		},
	}
}

// again starts another board on the same file, as after a crash.
func (s *screen) again(d *desk) *screen {
	s.t.Helper()
	cfg := s.m.cfg
	cfg.Drafts = d.drafts()
	s.start(cfg, 80, 24)
	s.run(s.m.readDrafts())
	return s
}

func TestDraftsOutliveTheBoard(t *testing.T) {
	for name, test := range map[string]struct {
		keys []string
		text string
		back []string // what opens it again
		says string   // what the drafts call it
		ends []string
		want string
	}{
		"line":   {[]string{"o", "o"}, "aiko", []string{"o"}, "owner of A-1", []string{"enter"}, "stored: A-1 owner unknown → aiko"},
		"note":   {[]string{"n"}, "call", []string{"D", "enter"}, "note about A-1", []string{"enter"}, "stored: N-1 added"},
		"new":    {[]string{"a", "1"}, "Ask", []string{"a", "1"}, "new action", []string{"ctrl+s"}, "stored: A-16 added"},
		"edit":   {[]string{"e"}, "!", []string{"D", "enter"}, "edit of A-1", []string{"ctrl+s"}, "stored: A-1 title Send notices to affected customers → Send notices t"},
		"marked": {[]string{"space", "space", "o", "o"}, "ines", []string{"D", "enter"}, "owner of A-1, A-2", []string{"enter"}, "stored: A-1 owner unknown → ines, and 1 more"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			s := newScreen(t, "toyota-2024", 80, 24).again(d).press(test.keys...).types(test.text)
			if len(d.kept) != 1 {
				t.Fatalf("%d drafts are kept", len(d.kept))
			}
			s.again(d).shows("not stored when you left", test.says).press(test.back...).shows(test.text)
			s.press(test.ends...).shows(test.want)
			if len(d.kept) > 0 || len(s.m.drafts) > 0 {
				t.Errorf("what is stored is still a draft: %+v", d.kept)
			}
		})
	}
}

func TestDraftsEndOnPurpose(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("a", "1").types("one").press("esc").says("kept as a draft; D shows the drafts")
	s.press("a", "1").shows("one", "a draft of 14:02Z, not stored").press("ctrl+x").says("thrown away: new action")
	if len(d.kept) > 0 {
		t.Errorf("kept: %+v", d.kept)
	}
	s.press("D").says("no draft is kept: all that was typed is stored")
	s.press("a", "1").types("two").press("ctrl+c").m.KeepDrafts()
	if !s.left || len(d.kept) != 1 || d.kept[0].Text["title"] != "two" {
		t.Errorf("left %v, kept %+v", s.left, d.kept)
	}
}

// TestDraftsAreLookedForAnew each time: a board may have been open, or its process
// still there, when this one began.
func TestDraftsAreLookedForAnew(t *testing.T) {
	d := &desk{open: 1}
	left := Draft{ID: "new note", Kind: data.KindNote, Text: map[string]string{"text": "half a thought"}, At: made, Session: "a"}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("D").says("another board of yours is open and has a draft; none is left of others")
	d.open = 2
	s.press("D").says("other boards of yours are open and have 2 drafts; none is left of others")
	d.open, d.kept = 0, []Draft{left}
	s.press("D").shows("Drafts: typed and not stored", "new note", "half a thought").press("esc")
	if s.press("D"); len(s.m.top().(*menu).items) != 1 {
		t.Errorf("offered: %v", s.m.top().(*menu).items)
	}
	s.press("enter").shows("half a thought").press("ctrl+s").says("stored: N-1 added")
	s.press("D").says("no draft is kept: all that was typed is stored")

	// Who goes on meanwhile is not disturbed, and what was thrown away meanwhile does
	// not come back.
	d.kept = []Draft{left}
	read := s.hold(keyPress("D"))
	s.press("o", "o")
	s.run(read)
	s.shows("owner of A-1: ").lacks("Drafts: ").press("esc", "D", "esc")
	late := s.hold(keyPress("D"))()
	s.press("D", "enter").shows("half a thought").press("ctrl+x").send(late).says("no draft is kept: all that was typed is stored")
}

// TestADraftThatCannotBeDropped is not said to be gone: D tries again.
func TestADraftThatCannotBeDropped(t *testing.T) {
	d := &desk{fault: errors.New("no room")}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("n").types("call").press("ctrl+x").says("thrown away: note about A-1")
	s.press("D").shows("a draft that is no longer needed cannot be removed: no room").lacks("Drafts: ")
	d.fault = nil
	s.press("D").says("no draft is kept: all that was typed is stored")
	if len(d.kept) > 0 {
		t.Errorf("kept %v", d.kept)
	}
}

// TestADraftRemembersWhatItsAuthorSaw: a change made while the author was away
// is a conflict.
func TestADraftRemembersWhatItsAuthorSaw(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("e").types("!").press("esc")
	s.sets("ben", "A-1", "title", "Send letters").again(d).press("e").shows("customers!").press("ctrl+s")
	s.shows("A-1 title: somebody changed it", "Send letters", "Send notices to affected customers!").press("m").has("A-1", "title", "Send notices to affected customers!")
}

// TestADraftOfALineRemembersWhatItsAuthorSaw: what was changed while the line was
// away is not what its author saw.
func TestADraftOfALineRemembersWhatItsAuthorSaw(t *testing.T) {
	for _, back := range [][]string{{"D", "enter"}, {"o"}} {
		d := &desk{}
		s := newScreen(t, "toyota-2024", 80, 24).again(d).press("o", "o").types("aiko").press("esc")
		s.sets("ben", "A-1", "owner", "jonas").again(d).press(back...).shows("owner of A-1: aiko").press("enter")
		s.shows("A-1 owner: somebody changed it", "You saw           unknown", "Theirs, t takes   jonas").has("A-1", "owner", "jonas")
		s.press("m").says("stored: A-1 owner jonas → aiko")
	}
	// What it waits for was typed, that it is blocked was not.
	s := newScreen(t, "toyota-2024", 80, 24).press("b").types("counsel").press("esc").sets("ben", "A-1", "waits_for", "ben").refresh()
	s.press("b").shows("counsel").press("enter").shows("A-1 waits for: somebody changed it", "Theirs, t takes   ben")
}

// TestADraftIsNotOfWhatNobodyTyped: of the fields that were left alone, the author
// sees what is there now.
func TestADraftIsNotOfWhatNobodyTyped(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 30).press("e").types("!").press("esc")
	s.sets("ben", "A-1", "owner", "jonas").refresh().press("e", "tab", "tab").shows("jonas").press("ctrl+u", "ctrl+s")
	s.shows("stored: A-1").has("A-1", "owner", "").has("A-1", "title", "Send notices to affected customers!")
}

// TestADraftThatSomebodyElseMadeTrue: its author sees what is there, and may change
// it back.
func TestADraftThatSomebodyElseMadeTrue(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 30).press("o").types("jonas").press("enter", "e", "tab", "tab", "ctrl+u").types("aiko").press("esc")
	s.sets("ben", "A-1", "owner", "aiko").refresh().press("e", "tab", "tab").shows("aiko").press("ctrl+u").types("jonas").press("ctrl+s")
	s.says("stored: A-1 owner aiko → jonas")
}

// TestADraftOfANewItemKeepsWhatItWasGiven: its workstream was never typed.
func TestADraftOfANewItemKeepsWhatItWasGiven(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("a", "1").types("Ask").press("esc", "5", "D", "enter", "ctrl+s")
	s.says("stored: A-16 added").has("A-16", "stream", "notification")
}

// TestAConflictStoresNothingElse: a form that is left for later is not stored by the
// conflict of a line about the same item.
func TestAConflictStoresNothingElse(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("e").types("! half of").press("esc", "o", "o").types("aiko")
	s.sets("ben", "A-1", "owner", "jonas").press("enter", "m").says("stored: A-1 owner jonas → aiko")
	s.has("A-1", "title", "Send notices to affected customers").press("e").shows("customers! half of")
}

// TestOthersDidPartOfIt: what is so already does not keep the rest from being stored.
func TestOthersDidPartOfIt(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("e").types("!").press("tab", "tab").types("aiko")
	s.sets("ben", "A-1", "owner", "aiko").press("ctrl+s").shows("stored: A-1 title").has("A-1", "title", "Send notices to affected customers!")
	s.press("b").types("counsel").sets("ben", "A-1", "state", "blocked").press("enter").says("stored: A-1 waits for unknown → counsel")
}

// TestTheAnswerIsLostAndTheFormLeft: what was stored without anybody being told is
// not stored twice, and what was made of it since can be stored too.
func TestTheAnswerIsLostAndTheFormLeft(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	record := s.m.cfg.Writer.Record
	lost := func(keys ...string) {
		s.m.cfg.Writer.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) {
			if _, err := record(ctx, acts); err != nil {
				return nil, err
			}
			return nil, errors.New("the disk says nothing")
		}
		s.press(keys...).shows("the disk says nothing")
		s.m.cfg.Writer.Record = record
	}
	before := s.seq()
	s.press("a", "1").types("Once")
	lost("ctrl+s")
	s.press("esc", "a", "1").shows("Once").press("ctrl+s").says("stored: A-16 added")
	s.press("n").types("One note")
	lost("enter")
	s.press("n").shows("One note").press("enter").says("stored: N-1 added")
	if got := s.seq() - before; got != 2 {
		t.Errorf("%d events were stored", got)
	}
	s.press("a", "1").types("Two")
	lost("ctrl+s")
	s.press("esc", "a", "1").types("!").press("ctrl+s").shows("an earlier version of this was stored after all").press("ctrl+s").says("stored: A-18 added")
	s.press("n").types("Two notes")
	lost("enter")
	s.press("n").types("!").press("enter").shows("an earlier version of this was stored after all").press("n", "enter").says("stored: N-3 added")
}

// TestTheEndOfALongTextIsShown: that is where the cursor is.
func TestTheEndOfALongTextIsShown(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 30).press("e")
	p := s.m.top().(*formPage)
	p.form.Focus("detail")
	text := ""
	for i := range 30 {
		text += fmt.Sprintf("finding %d\n", i)
	}
	s.run(p.edited(s.m, "detail", text, nil))
	s.shows("finding 29").lacks("finding 20")
	if p.y < 3 || !strings.Contains(s.lines()[headerHeight+p.y], "finding 29") {
		t.Errorf("the cursor is in line %d:\n%s", p.y, s.text())
	}
}

// TestDraftsAreKeptSoon: between a key and the draft there is one short wait,
// whatever is typed meanwhile.
func TestDraftsAreKeptSoon(t *testing.T) {
	if draftDelay > 500*time.Millisecond {
		t.Errorf("a draft may be %v old", draftDelay)
	}
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("a", "1")
	first := s.hold(keyPress("a"))
	for _, k := range []string{"b", "c", "d"} {
		s.hold(keyPress(k))
	}
	if len(d.kept) > 0 {
		t.Error("a key waits for the disk")
	}
	s.run(first)
	if len(d.kept) != 1 || d.kept[0].Text["title"] != "abcd" {
		t.Errorf("kept %+v", d.kept)
	}
	s.hold(keyPress("e"))
	s.m.KeepDrafts() // the board ends
	if d.kept[0].Text["title"] != "abcde" {
		t.Errorf("kept %+v", d.kept)
	}
}

func TestPersonalDataIsPointedOut(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	before := s.seq()
	s.press("n").types("ask jo@example.com").press("enter").whole().shows("ask jo@example.com ", "e-mail address (j…@…)? enter stores it, ctrl+t masks")
	if s.seq() != before {
		t.Error("it was stored before anybody was told")
	}
	s.press("ctrl+t").shows("ask j…@…").press("enter").says("stored: N-1 added").has("N-1", "text", "ask j…@…")
	s.press("n").types("ask jo@example.com").press("enter", "enter").says("stored: N-2 added").has("N-2", "text", "ask jo@example.com")
	s.press("a", "1").types("Call +49 170 1234567").press("ctrl+s").shows("title: phone number", "ctrl+s stores it").press("!", "ctrl+s").shows("title: phone number")
	s.press("ctrl+t").whole().lacks("1234567").press("ctrl+s").says("stored: A-16 added")
	s.press("a", "1").types("4111 1111 1111 1111").press("enter", "enter").says("stored: A-17 added").has("A-17", "title", "4111 1111 1111 1111")
	s.press("o", "o").types("jo@example.com").press("enter").says("stored: A-1 owner unknown → jo@example.com") // a name is what the field is for
}

// TestAConflictComesUpUnderNoKeys: who has begun something else by then is told,
// and goes on; the text is a draft.
func TestAConflictComesUpUnderNoKeys(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("o", "o").types("aiko").sets("ben", "A-1", "owner", "jonas")
	late := s.hold(keyPress("enter"))
	s.press("a", "1").types("Ask")
	s.run(late)
	if _, ok := s.m.top().(*formPage); !ok {
		t.Fatalf("the form is covered:\n%s", s.text())
	}
	s.types(" mt").press("ctrl+s").says("stored: A-16 added").has("A-16", "title", "Ask mt").has("A-1", "owner", "jonas")
	s.press("D", "enter").shows("owner of A-1: aiko").press("esc")

	s.press("g", "e").types("!").sets("ben", "A-1", "title", "Send letters")
	store := s.hold(keyPress("ctrl+s"))
	s.press("esc", "n").types("m t")
	s.run(store)
	s.shows("note about A-1: m t").press("enter").has("A-1", "title", "Send letters").has("N-1", "text", "m t")
	if len(s.m.drafts) != 2 {
		t.Errorf("%d drafts", len(s.m.drafts))
	}
}
