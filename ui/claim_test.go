package ui

import (
	"testing"

	"warroom/data"
)

// TestClaimFormReadsANumberAsPeopleWriteIt types numbers into the one field that
// the form of a claim has for them.
func TestClaimFormReadsANumberAsPeopleWriteIt(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {140, 40}} {
		s := newScreen(t, "toyota-2024", size[0], size[1]).press("v", "2", "l", "a").whole()
		s.shows("New claim", "Cell", "Unit", "Number").lacks("Low ", "Best ", "High ")
		s.press("tab", "tab").shows("write 46k, 40k..52k")
		s.types("40k..46k").shows("understood: 40,000 to 46,000 people")
		s.types("..52k").shows("understood: 46,000 (40,000 to 52,000) people").whole()
		s.press("ctrl+s")
		s.has("C-1", "cell", "north-america/all").has("C-1", "low", "40000").has("C-1", "best", "46000").has("C-1", "high", "52000")

		before := s.seq()
		s.press("a", "tab", "tab").types("1,5k").shows("can be read in two ways: a comma parts").whole()
		s.press("ctrl+s").shows("a comma parts thousands, or", "write 40000, 40 000 or 40k").whole()
		s.press("ctrl+x", "a", "ctrl+s").shows("a claim needs a number").whole()
		s.press("ctrl+x", "a", "tab", "tab").types("52k..40k").press("ctrl+s").shows("low 52000 is above high 40000")
		s.press("ctrl+x", "a", "tab", "tab").types("5").press("tab", "tab", "tab").types("S-99").press("ctrl+s").shows("there is no S-99; the last is S-1")
		s.press("ctrl+x", "a", "tab", "tab").types("5").press("tab", "tab", "tab", "tab").types("tomorrow").press("ctrl+s").shows("which has not come")
		if s.press("ctrl+x").seq() != before {
			t.Error("something was stored")
		}
	}
}

// TestClaimFormKeepsANumber leaves the form, and finds the number in its draft;
// also one of a form that asked for its three parts.
func TestClaimFormKeepsANumber(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("v", "2", "a", "tab", "tab").types("at least 40k").press("esc", "a")
	s.shows("at least 40k").press("tab", "tab").shows("understood: at least 40,000 people").press("ctrl+s").has("C-1", "low", "40000").has("C-1", "best", "")
	for _, tt := range []struct {
		parts map[string]string
		want  string
	}{
		{map[string]string{"basis": "x"}, ""},
		{map[string]string{"best": "46k"}, "46k"},
		{map[string]string{"low": "40000"}, "40000...."},
		{map[string]string{"low": "40000", "best": "46000", "high": "52000"}, "40000..46000..52000"},
	} {
		if got := amountOf(tt.parts); got != tt.want {
			t.Errorf("amountOf(%v) = %q, want %q", tt.parts, got, tt.want)
		} else if _, err := data.ParseAmount(got); err != nil && got != "" {
			t.Error(err)
		}
	}
}
