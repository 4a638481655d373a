package ui

import (
	"context"
	"strings"
	"testing"

	"warroom/data"
)

// names returns what the events after a position made, apart by commas.
func (s *screen) names(after int64) string {
	s.t.Helper()
	var all []string
	for _, e := range s.log(after) {
		all = append(all, e.Name)
	}
	return strings.Join(all, ", ")
}

// impatient types keys before what the first of them leads to has come to an end;
// space is a key like others.
func (s *screen) impatient(keys ...string) *screen {
	s.t.Helper()
	first := s.hold(keyPress("enter"))
	for _, k := range keys {
		s.run(s.hold(keyPress(k)))
	}
	s.run(first)
	return s
}

var noteTwo = []string{"n", "o", "t", "e", "space", "t", "w", "o", "enter"}

// recordFails makes what is recorded fail, before or after it is on the disk, and
// returns what ends that.
func (s *screen) recordFails(stored bool) (mend func()) {
	record := s.m.cfg.Writer.Record
	s.m.cfg.Writer.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) {
		if stored {
			record(ctx, acts)
		}
		return nil, data.Refuse("the file is locked")
	}
	return func() { s.m.cfg.Writer.Record = record }
}

// TestCallDoesNotJoinLines types a second line while the first one fails to be
// stored: it stays a line of its own.
func TestCallDoesNotJoinLines(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	was := s.end()
	mend := s.recordFails(false)
	s.calls("note one").impatient(noteTwo...).whole().shows("the file is locked", "then: note two")
	if got := s.inLine(); got != "note one" || s.end() != was {
		t.Errorf("the line has %q, recorded: %s", got, s.names(was))
	}
	mend()
	s.press("enter").whole().shows("stored: N-25 added").lacks("then:")
	if got := s.names(was); got != "one, two" || s.inLine() != "" || len(s.m.drafts) > 0 {
		t.Errorf("recorded %s, the line has %q, drafts %v", got, s.inLine(), s.m.drafts)
	}
	was = s.end()
	mend = s.recordFails(false)
	s.types("note one").impatient(noteTwo...)
	mend()
	if s.press("ctrl+x"); s.names(was) != "two" {
		t.Errorf("after the first was thrown away recorded %s", s.names(was))
	}
}

// TestCallKeepsWhatCameAfterARefusedLine has a line refused that was typed while
// another was being stored; what was typed after it stays.
func TestCallKeepsWhatCameAfterARefusedLine(t *testing.T) {
	for _, tt := range []struct{ refused, says, mended string }{
		{"no x", "begin with ask", "note x"},
		{"note jo@example.com", "e-mail address", "note jo@example.com"},
	} {
		s := newScreen(t, "exercise", 100, 30)
		was := s.end()
		var keys []string
		for _, r := range tt.refused {
			keys = append(keys, strings.ReplaceAll(string(r), " ", "space"))
		}
		s.calls("note one").impatient(append(append(keys, "enter"), noteTwo...)...).whole().shows(tt.says, "then: note two")
		if got := s.inLine(); got != tt.refused || s.names(was) != "one" {
			t.Errorf("the line has %q, recorded %s", got, s.names(was))
		}
		if kept := s.m.drafts[0].Text[callField]; kept != tt.refused+" note two" {
			t.Errorf("the draft is %q", kept)
		}
		if tt.refused != tt.mended {
			s.press("ctrl+u").types(tt.mended)
		}
		s.press("enter")
		if got, want := s.names(was), "one, "+strings.TrimPrefix(tt.mended, "note ")+", two"; got != want || len(s.m.drafts) > 0 {
			t.Errorf("recorded %s, want %s; drafts %v", got, want, s.m.drafts)
		}
	}
}

// TestCallThatEndsKeepsWhatWaits leaves call mode, or the board, while a line is
// being stored and another was begun.
func TestCallThatEndsKeepsWhatWaits(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "exercise", 80, 24).again(d)
	s.calls("note one")
	s.hold(keyPress("enter"))
	for _, k := range noteTwo[:7] {
		s.hold(keyPress(k))
	}
	s.m.KeepDrafts() // a hang-up
	if got := d.kept[0].Text[callField]; got != "note one note tw" {
		t.Errorf("kept %q", got)
	}

	s = newScreen(t, "exercise", 80, 24)
	was := s.end()
	mend := s.recordFails(false)
	s.calls("note one")
	first := s.hold(keyPress("enter"))
	s.press(noteTwo[:8]...).press("esc")
	s.run(first)
	s.shows("the file is locked")
	mend()
	s.press("C").shows("then: note two").press("enter").shows("> note two")
	if got := s.names(was); got != "one" {
		t.Errorf("recorded %s", got)
	}

	s = newScreen(t, "exercise", 80, 24)
	was = s.end()
	s.calls("note one")
	first = s.hold(keyPress("enter"))
	s.press("x", "enter", "esc")
	s.run(first)
	s.shows("begin with ask, dec, fact, note or act")
	if got := s.names(was); got != "one" || s.m.drafts[0].Text[callField] != "x" {
		t.Errorf("recorded %s, drafts %v", got, s.m.drafts)
	}
}

// TestCallStoresALineOnceThoughItWasLeft enters a line again, from its draft, that
// was stored without anybody being told.
func TestCallStoresALineOnceThoughItWasLeft(t *testing.T) {
	d := &desk{}
	s := newScreen(t, "exercise", 140, 40).again(d)
	was := s.end()
	mend := s.recordFails(true)
	s.calls("note one").press("enter").shows("the file is locked")
	mend()
	s.press("esc", "C", "enter").shows("stored: N-24 added")
	if got := s.names(was); got != "one" {
		t.Errorf("recorded %s", got)
	}
	// After a crash.
	was = s.end()
	s.recordFails(true)
	s.types("note two").press("enter")
	s.again(d).m.cfg.Writer = Writes(s.store, "ana", data.Lead)
	s.press("C", "enter").shows("stored: N-25 added")
	if got := s.names(was); got != "two" {
		t.Errorf("recorded %s", got)
	}
	// What it becomes depends on when it is entered.
	was = s.end()
	mend = s.recordFails(true)
	s.types("ask Ana ready 20m").press("enter")
	mend()
	s.now = s.now.Add(60e9)
	s.press("esc", "C", "enter").shows("an earlier version of this was stored after all")
	if got := s.names(was); got != "ready" {
		t.Errorf("recorded %s", got)
	}
	s.press("enter").shows("stored: A-83 added")
	// Left while it is being stored, and entered again.
	was = s.end()
	s.types("note three")
	first := s.hold(keyPress("enter"))
	s.press("esc", "C", "enter")
	s.run(first)
	if got := s.names(was); got != "three" || s.inLine() != "" {
		t.Errorf("recorded %s, the line has %q", got, s.inLine())
	}
}
