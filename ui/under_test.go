package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// TestNoPageComesUpUnderTheKeys begins to write before the answer to a key has
// come: what is typed goes on into the text.
func TestNoPageComesUpUnderTheKeys(t *testing.T) {
	for name, begin := range map[string]func(s *screen) tea.Cmd{
		"an item": func(s *screen) tea.Cmd { return s.hold(keyPress("enter")) },
		"finds":   func(s *screen) tea.Cmd { return s.press(":").types("find notice").hold(keyPress("enter")) },
		"a show":  func(s *screen) tea.Cmd { return s.press(":").types("show A-2").hold(keyPress("enter")) },
		"a log":   func(s *screen) tea.Cmd { return s.press(":").types("log").hold(keyPress("enter")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 80, 24)
			before := s.seq()
			late := begin(s)
			s.press("a", "1").types("Ask ")
			s.run(late)
			s.types("xs").whole().shows("─ New action ─", "Ask xs")
			if s.seq() != before {
				t.Error("a key that was text changed something")
			}
			s.press("esc")
			if _, open := s.m.top().(*page); open != (name == "a log") {
				t.Errorf("after the form a page is open: %v\n%s", open, s.text())
			}
		})
	}
}

// TestAResultWaitsForTheFormToBeStored shows what a command printed once the form
// is gone, and not in the place of what became of the form.
func TestAResultWaitsForTheFormToBeStored(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press(":").types("log")
	late := s.hold(keyPress("enter"))
	s.press("a", "1").types("Ask")
	s.run(late)
	s.press("ctrl+s").says("stored: A-16 added").press("j").shows("─ :log ─")
}

// TestAPrivateNoteDoesNotComeUpInCallMode asks for one, and goes into call mode
// before it is read.
func TestAPrivateNoteDoesNotComeUpInCallMode(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	s.records("ines", newItem(t, data.KindNote, "text", "Privileged", "private", "yes")).refresh()
	late := s.press(":").types("show N-24").hold(keyPress("enter"))
	late2 := s.m.openRef("N-24")
	s.press("C")
	s.run(late)
	s.run(late2)
	if s.lacks("Privileged"); !s.m.inCall() {
		t.Errorf("call mode is covered:\n%s", s.text())
	}
}
