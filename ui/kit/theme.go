// Package kit holds the parts that every screen is made of: the theme, text
// that fits, rules, lists, and the action record. It knows nothing of
// incidents.
//
// Everything in it is a value of one session: under an SSH server, a global would be
// shared by everybody.
package kit

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// An Ink paints text. Painting is two string additions: the style was turned
// into the terminal's words once, when the theme was made.
type Ink struct{ on, off string }

// Paint returns s in this ink. s must be one line.
func (k Ink) Paint(s string) string {
	if k.on == "" || s == "" {
		return s
	}
	return k.on + s + k.off
}

func inkOf(s lipgloss.Style) Ink {
	on, off, _ := strings.Cut(s.Render("x"), "x")
	return Ink{on, off}
}

// A Theme is the set of inks that one session draws with, by what they mean.
// What is fine or missing is quiet, what is wrong is loud.
type Theme struct {
	Plain   Ink // text
	Strong  Ink // what the eye should find first
	Dim     Ink // what is missing, or only helps
	Good    Ink // confirmed, done, on track
	Warn    Ink // at risk, due soon
	Bad     Ink // late, blocked, stale
	Focus   Ink // the title of the pane in focus
	Mark    Ink // SAMPLE, EXERCISE, READ-ONLY
	Cursor  Ink // the item under the cursor
	Alarm   Ink // what must not be overlooked: the link to the file is lost
	Symbols Symbols
}

// The palette: each colour has a contrast of at least 5:1 on white and on
// Solarized light, or on black and on Solarized dark; a test computes it.
var palette = struct{ light, dark map[string]string }{
	light: map[string]string{"dim": "#5F5F5F", "good": "#005A9C", "warn": "#8A5A00", "bad": "#B3261E", "focus": "#005A9C"},
	dark:  map[string]string{"dim": "#9A9A9A", "good": "#7CC4FF", "warn": "#FFC66D", "bad": "#FF8A80", "focus": "#7CC4FF"},
}

// A Look is how a person wants the screen to be drawn.
type Look struct {
	Name  string // one of Looks; "" is "auto"
	Dark  bool   // the terminal's background is dark; decides what "auto" is
	ASCII bool   // signs of ours are ASCII characters: see [ASCII]
}

// Looks returns the names that a look can have. "16" keeps to the sixteen
// colours whose shades the terminal decides, "mono" to bold, underlined and
// reversed.
func Looks() []string { return []string{"auto", "dark", "light", "16", "mono"} }

// NewTheme returns the theme for a look. A name that is none of Looks is "auto".
func NewTheme(l Look) Theme {
	plain := lipgloss.NewStyle()
	t := Theme{
		Strong:  inkOf(plain.Bold(true)),
		Mark:    inkOf(plain.Reverse(true).Bold(true)),
		Cursor:  inkOf(plain.Reverse(true)),
		Symbols: unicodeSymbols,
	}
	switch {
	case l.Name == "mono":
		t.Warn = inkOf(plain.Underline(true))
		t.Bad = inkOf(plain.Bold(true).Underline(true))
		t.Focus = inkOf(plain.Bold(true).Reverse(true))
		t.Alarm = inkOf(plain.Bold(true).Underline(true).Reverse(true))
	case l.Name == "16":
		t.colour(sixteen)
		t.Dim = inkOf(plain.Faint(true)) // bright black is the background of Solarized
	case l.Name == "light" || l.Name != "dark" && !l.Dark:
		t.colour(palette.light)
	default:
		t.colour(palette.dark)
	}
	return t
}

// sixteen are the numbers of ANSI colours. Blue is left out: on black it is
// hard to read with many palettes.
var sixteen = map[string]string{"dim": "8", "good": "6", "warn": "3", "bad": "1", "focus": "6"}

// colour sets the inks that have a colour.
func (t *Theme) colour(colours map[string]string) {
	fg := func(name string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(lipgloss.Color(colours[name]))
	}
	t.Dim = inkOf(fg("dim"))
	t.Good = inkOf(fg("good"))
	t.Warn = inkOf(fg("warn"))
	t.Bad = inkOf(fg("bad").Bold(true))
	t.Focus = inkOf(fg("focus").Bold(true))
	t.Alarm = inkOf(fg("bad").Bold(true).Reverse(true))
}

// Symbols are the signs that stand before a word. They are never alone: the
// word beside them says the same.
type Symbols struct {
	Full, Half, Empty, Up, Square, Check, Cross, Query, Dot, Rule, Arrow, More, Delta string
	Few, Some, Many, Most                                                             string // shades, from the lightest
}

var unicodeSymbols = Symbols{
	Full: "●", Half: "◐", Empty: "○", Up: "▲", Square: "■", Check: "✓", Cross: "×", Query: "?", Dot: "·", Rule: "─", Arrow: "→", More: "…", Delta: "Δ",
	Few: "░", Some: "▒", Many: "▓", Most: "█",
}
