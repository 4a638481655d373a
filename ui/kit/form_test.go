package kit

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestCursorCell(t *testing.T) {
	for _, tt := range []struct {
		value           string
		width, at, want int
	}{
		{"", 10, 0, 0}, {"abc", 10, 0, 0}, {"abc", 10, 2, 2}, {"abc", 10, 3, 3},
		{"欧州の", 20, 0, 0}, {"欧州の", 20, 2, 4}, {"欧州の", 20, 3, 6}, {"a欧b", 20, 2, 3},
		{"Rückfrage", 20, 9, 9},
		{"0123456789", 5, 10, 5}, // scrolled: the cursor stands behind the last cell
	} {
		line := NewLine(100)
		line.SetWidth(tt.width)
		line.SetValue(tt.value)
		line.SetCursor(tt.at)
		if got := CursorCell(line); got != tt.want {
			t.Errorf("CursorCell(%q, %d wide, at %d) = %d, want %d", tt.value, tt.width, tt.at, got, tt.want)
		}
	}
}

// TestTheCursorIsOnItsCharacter walks through lines wider than their room: what is
// shown left of the cursor's cell comes before it in the text, and what is shown
// from there on comes after.
func TestTheCursorIsOnItsCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOfN(rapid.RuneFrom([]rune("ab 日本語한국é。「")), 0, 40, -1).Draw(t, "value")
		line := NewLine(100)
		line.SetWidth(rapid.IntRange(4, 30).Draw(t, "width"))
		line.SetValue(value)
		for _, at := range rapid.SliceOfN(rapid.IntRange(0, len([]rune(value))), 1, 8).Draw(t, "places") {
			line.SetCursor(at)
			before, after := string([]rune(value)[:at]), string([]rune(value)[at:])
			shown, x := ansi.Strip(line.View()), CursorCell(line)
			left, right := ansi.Cut(shown, 0, x), strings.TrimRight(ansi.Cut(shown, x, Width(shown)), " ")
			if !strings.HasSuffix(before, left) || !strings.HasPrefix(after, right) || at > 0 && left == "" && right == "" {
				t.Fatalf("at %d of %q, shown as %q: %q left of cell %d, %q right", at, value, shown, left, x, right)
			}
		}
	})
}
