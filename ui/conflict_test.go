package ui

import (
	"strings"
	"testing"

	"warroom/data"
)

// TestBothAreTooLong keeps both of two texts that do not fit into one field:
// neither is cut.
func TestBothAreTooLong(t *testing.T) {
	s := newScreen(t, "toyota-2024", 100, 30)
	theirs, mine := strings.Repeat("theirs ", 1500), strings.Repeat("mine ", 2100)+"end"
	s.press("e")
	p := s.m.top().(*formPage)
	p.form.Focus("detail")
	p.form.Put("detail", mine)
	s.sets("ben", "A-1", "detail", theirs).press("ctrl+s").shows("A-1 detail: somebody changed it")
	before := s.seq()
	s.press("b").whole().shows("not taken: 21004 characters, there is room for 20000", "A-1 detail: somebody changed it")
	if s.seq() != before {
		t.Error("a part of it was stored")
	}
	s.press("m").shows("stored: A-1").has("A-1", "detail", mine)
	if data.MaxText != 20_000 {
		t.Error("the texts of this test are too short")
	}
}
