package ui

import (
	"slices"
	"testing"
)

func TestHistory(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	var kept []string
	s.m.cfg.Console.Past = func() []string { return []string{"status", "log"} }
	s.m.cfg.Console.Keep = func(line string) { kept = append(kept, line) }
	s.does("note add x").does("note add x").does(" note add secret").does("view actions").does("A-1").does("nonsense")
	s.press("j", ":")
	for _, want := range []string{"nonsense", "A-1", "view actions", " note add secret", "note add x", "log", "status", "status"} {
		if s.press("up"); s.m.typing.field.Value() != want {
			t.Fatalf("up brings %q, want %q", s.m.typing.field.Value(), want)
		}
	}
	s.press("down", "ctrl+n").shows(":note add x").press("esc")
	// Nothing typed is lost: by esc, by ctrl+c.
	s.press(":").types("half a li").press("esc", ":", "up").shows(":half a li").press("ctrl+c")
	if want := []string{"note add x", "note add x", "view actions", "A-1", "nonsense", "half a li"}; !slices.Equal(kept, want) || !s.left {
		t.Errorf("kept %q, want %q", kept, want)
	}
}

// TestUpBeforeTheHistoryIsRead presses up while the lines of earlier sessions are still
// being read.
func TestUpBeforeTheHistoryIsRead(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.m.cfg.Console.Past = func() []string { return []string{"status", "log", "show A-1"} }
	read := s.hold(keyPress(":"))
	s.press("up", "up").run(read)
	if got := s.m.typing.field.Value(); got != "log" {
		t.Errorf("up, up brings %q, want log", got)
	}
	if s.press("up"); s.m.typing.field.Value() != "status" {
		t.Errorf("up once more brings %q, want status", s.m.typing.field.Value())
	}
	// What is typed meanwhile stays.
	s = newScreen(t, "blank", 80, 24)
	s.m.cfg.Console.Past = func() []string { return []string{"status"} }
	read = s.hold(keyPress(":"))
	s.press("up").types("find x").run(read)
	if got := s.m.typing.field.Value(); got != "find x" {
		t.Errorf("typed find x, got %q", got)
	}
}
