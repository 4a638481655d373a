package ui

import (
	"context"
	"errors"
	"strings"
	"testing"

	"warroom/data"
	"warroom/ui/pane"
)

// TestADraftThatIsOpenAgain is stored while its line is open once more: what is
// typed then is kept.
func TestADraftThatIsOpenAgain(t *testing.T) {
	for name, keys := range map[string][]string{"note": {"n"}, "line": {"b"}} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			s := newScreen(t, "toyota-2024", 80, 24).again(d).press(keys...).types("one")
			late := s.hold(keyPress("enter"))
			s.press(keys...).shows("one")
			s.run(late)
			if len(d.kept) > 0 {
				t.Errorf("what is stored is kept: %v", d.kept)
			}
			s.hold(keyPress("!"))
			s.press("ctrl+c").m.KeepDrafts()
			if len(d.kept) != 1 || !strings.Contains((&d.kept[0]).words(), "one!") {
				t.Errorf("kept %v", d.kept)
			}
			// And what was typed before it is stored.
			d = &desk{}
			s = newScreen(t, "toyota-2024", 80, 24).again(d).press(keys...).types("one")
			late = s.hold(keyPress("enter"))
			s.press(keys...).press("!")
			s.run(late)
			if len(d.kept) != 1 || (&d.kept[0]).words() != "one!" {
				t.Errorf("kept %v", d.kept)
			}
		})
	}
}

// TestNothingTypedIsNoDraft types a text and takes it away again.
func TestNothingTypedIsNoDraft(t *testing.T) {
	for name, test := range map[string]struct{ open, back []string }{
		"owner":  {[]string{"o", "o"}, []string{"backspace"}},
		"again":  {[]string{"o", "o", "j", "enter", "o", "o"}, []string{"backspace"}},
		"note":   {[]string{"n"}, []string{"backspace"}},
		"marked": {[]string{"space", "space", "d", "d"}, []string{"backspace"}},
		"new":    {[]string{"a", "1"}, []string{"backspace"}},
		"edit":   {[]string{"e"}, []string{"backspace"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			s := newScreen(t, "toyota-2024", 80, 24).again(d).press(test.open...).press("x")
			if len(s.m.drafts) != 1 {
				t.Fatalf("drafts: %v", s.m.drafts)
			}
			s.press(test.back...).press("esc").lacks("kept as a draft")
			if len(s.m.drafts) > 0 || len(d.kept) > 0 {
				t.Errorf("drafts %v, kept %v", s.m.drafts[0].Text, d.kept)
			}
		})
	}
}

// TestALineIsThrownAway by ctrl+x, and its key shows its menu again.
func TestALineIsThrownAway(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("o", "o").types("aiko").press("esc", "o").shows("owner of A-1: aiko", "a draft; ctrl+x throws it away")
	if s.press("ctrl+x").says("thrown away: owner of A-1"); len(s.m.drafts) > 0 || len(d.kept) > 0 {
		t.Errorf("drafts %v, kept %v", s.m.drafts, d.kept)
	}
	s.press("o").shows("another name").press("esc")
	s.press("n").types("call").press("ctrl+x").says("thrown away: note about A-1")
	if s.press("n").lacks("call"); len(d.kept) > 0 {
		t.Errorf("kept %v", d.kept)
	}
}

// TestTheEndDoesNotWaitForADraft leaves the board while a draft is being kept, and
// after it could not be.
func TestTheEndDoesNotWaitForADraft(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("n")
	s.hold(keyPress("x"))
	slow := s.hold(keyPress("esc"))
	if s.m.KeepDrafts(); len(d.kept) != 1 {
		t.Error("a draft that was being kept is lost")
	}
	s.run(slow)

	d = &desk{}
	s = newScreen(t, "toyota-2024", 80, 24).again(d)
	keep := s.m.cfg.Drafts.Keep
	s.m.cfg.Drafts.Keep = func(Draft) error { return errors.New("no room") }
	s.press("n").types("yes").press("esc").shows("the draft cannot be kept: no room")
	s.m.cfg.Drafts.Keep = keep
	if s.m.KeepDrafts(); len(d.kept) != 1 || d.kept[0].Text["note"] != "yes" {
		t.Errorf("kept %v", d.kept)
	}
}

// TestASlowDraft is kept after it was thrown away, or after a later one.
func TestASlowDraft(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "toyota-2024", 80, 24).again(d).press("a", "1")
	soon := s.hold(keyPress("x"))
	slow := s.hold(keyPress("esc"))
	s.press("a", "1", "y").run(soon)
	s.run(slow)
	if len(d.kept) != 1 || d.kept[0].Text["title"] != "xy" {
		t.Errorf("kept %v", d.kept)
	}
	s.hold(keyPress("z"))
	slow = s.hold(keyPress("esc"))
	s.press("a", "1", "ctrl+x")
	s.run(slow)
	if len(d.kept) > 0 {
		t.Errorf("kept %v", d.kept)
	}
}

// TestDraftsOfTheSameThing are told apart, and the one that is chosen opens.
func TestDraftsOfTheSameThing(t *testing.T) {
	at := made
	text := func(k, v string) map[string]string { return map[string]string{k: v} }
	d := &desk{kept: []Draft{
		{ID: "new note", Kind: data.KindNote, Text: text("text", "first"), At: at, Session: "a"},
		{ID: "new note", Kind: data.KindNote, Text: text("text", "second"), At: at.Add(-60e9), Session: "b"},
		{ID: "new note", Kind: data.KindNote, Text: text("text", "third"), At: at.Add(-60e9), Session: "c"},
		{ID: "edit A-1", Kind: data.KindAction, Refs: []data.Ref{"A-1"}, Text: text("title", "fourth"), At: at},
		{ID: "settle x", Kind: data.KindAction, Refs: []data.Ref{"A-1"}, Text: text("title", "fifth"), At: at},
		{ID: "note A-1", Refs: []data.Ref{"A-1"}, Field: "note", Text: text("note", "sixth"), At: at, Session: "a"},
		{ID: "note A-1", Refs: []data.Ref{"A-1"}, Field: "note", Text: text("note", "seventh"), At: at, Session: "b"},
		{ID: callField, Field: callField, Text: text(callField, "eighth"), At: at, Session: "a"},
		{ID: callField, Field: callField, Text: text(callField, "ninth"), At: at, Session: "b"},
	}}
	for i, want := range []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"} {
		s := newScreen(t, "toyota-2024", 100, 30).again(d).press("D")
		for range i {
			s.press("j")
		}
		s.refresh().press("enter").whole().shows(want)
		if s.m.typing == nil && !s.m.inCall() && s.m.top().(*formPage).draft.words() != want {
			t.Errorf("opened %q, want %q", s.m.top().(*formPage).draft.words(), want)
		}
	}
}

// TestWhatNobodyTouchedStays: a character that a field does not take is no change.
func TestWhatNobodyTouchedStays(t *testing.T) {
	title := "bad \ufffd byte"
	s := newScreen(t, "toyota-2024", 80, 24).sets("ben", "A-1", "title", title).sets("ben", "A-1", "owner", title).refresh()
	s.has("A-1", "title", title).press("e", "esc").lacks("kept as a draft").press("e", "tab", "tab", "tab").types("P2").press("ctrl+s").shows("stored: A-1 priority")
	s.has("A-1", "title", title).has("A-1", "owner", title)
	before := s.seq()
	if s.press("o", "o", "enter").says("it is so already: A-1 owner is " + title); s.seq() != before {
		t.Error("it was changed")
	}
	// Nor after a conflict about another field.
	s.press("e", "tab", "tab", "tab", "ctrl+u").types("P1").sets("ben", "A-1", "priority", "P3").sets("ben", "A-1", "title", title+"!").press("ctrl+s", "m")
	s.has("A-1", "priority", "P1").has("A-1", "title", title+"!")
}

// TestCompletionReadsNoBoard: it runs beside what shows another one.
func TestCompletionReadsNoBoard(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("o", "o", "ctrl+u").types("rav")
	tab := s.hold(keyPress("tab"))
	v := s.m.view
	s.m.view = &pane.View{}
	msg := tab()
	s.m.view = v
	if tries := msg.(triesMsg).tries; len(tries) != 1 || tries[0].Word != "ravi" {
		t.Errorf("tries %v", tries)
	}
}

// TestAFormThatIsBeingStored takes no text, until what others did is known too, and
// is not thrown away.
func TestAFormThatIsBeingStored(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("e").types("!")
	s.sets("ben", "A-1", "title", "Send letters")
	record := s.hold(keyPress("ctrl+s"))
	s.press("t").shows("it is being stored")
	compare := s.hold(record()) // it is a conflict; what there is now is being read
	before := s.seq()
	s.press("t", "ctrl+x", "ctrl+o").shows("it is being stored").lacks("thrown away")
	s.run(compare)
	s.shows("A-1 title: somebody changed it").press("m").has("A-1", "title", "Send notices to affected customers!")
	if s.seq() != before+1 {
		t.Errorf("%d events", s.seq()-before)
	}
	// What there is now cannot be read.
	s.press("e").types("!").sets("ben", "A-1", "title", "Send letters")
	refused := s.hold(keyPress("ctrl+s"))()
	s.m.src = broken{s.m.src}
	s.hold(s.hold(refused)())
	s.m.src = s.m.src.(broken).Source
	s.refresh().types("?").shows("customers!!?")
}

// A broken source reads no item.
type broken struct{ Source }

func (broken) Get(context.Context, data.Ref) (data.Entity, error) { return nil, errors.New("cut off") }

// TestAFormOnATinyTerminal is not to be seen: no character leaves it.
func TestAFormOnATinyTerminal(t *testing.T) {
	for _, keys := range [][]string{{"a", "1"}, {"C"}} {
		s := newScreen(t, "toyota-2024", 80, 24).press(keys...).types("x")
		on := s.m.top()
		s.resize(40, 10).press("q", "q", "q").resize(80, 24)
		if s.m.top() != on || s.left {
			t.Errorf("%v: q left it", keys)
		}
		if s.resize(40, 10).press("ctrl+c"); !s.left {
			t.Errorf("%v: ctrl+c does not leave", keys)
		}
	}
}
