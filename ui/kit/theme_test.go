package kit

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestContrast computes how well each colour stands out from the backgrounds
// that it is meant for, by WCAG 2.2.
func TestContrast(t *testing.T) {
	const least = 5.0
	for _, tt := range []struct {
		name        string
		colours     map[string]string
		backgrounds []string
	}{
		{"light", palette.light, []string{"#ffffff", "#fdf6e3"}},
		{"dark", palette.dark, []string{"#000000", "#101418", "#002b36"}},
	} {
		var report []string
		for name, colour := range tt.colours {
			for _, back := range tt.backgrounds {
				c := contrast(t, colour, back)
				report = append(report, fmt.Sprintf("%s %s on %s %.2f", name, colour, back, c))
				if c < least {
					t.Errorf("%s: %s, %s, has a contrast of %.2f on %s, least is %.1f", tt.name, name, colour, c, back, least)
				}
			}
		}
		slices.Sort(report)
		t.Logf("%s: %s", tt.name, strings.Join(report, ", "))
	}
	for name := range palette.light {
		if palette.dark[name] == "" {
			t.Errorf("the dark palette has no %s", name)
		}
	}
	if len(palette.light) != len(palette.dark) {
		t.Error("the palettes have not the same colours")
	}
}

// contrast returns the contrast ratio of two colours, from 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	part := func(shift uint) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestContrastIsComputedRight(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#0000ff", "#ffffff", 8.59}, {"#ffffff", "#ffffff", 1}} {
		if got := contrast(t, tt.a, tt.b); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("contrast of %s on %s is %.2f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestInksEndWhatTheyBegin looks at each ink of all themes: what it paints is
// the text between two styles, and the second takes back the first.
func TestInksEndWhatTheyBegin(t *testing.T) {
	for _, look := range Looks() {
		theme := reflect.ValueOf(NewTheme(Look{Name: look}))
		for i := range theme.NumField() {
			ink, ok := theme.Field(i).Interface().(Ink)
			if !ok {
				continue
			}
			name, got := theme.Type().Field(i).Name, ink.Paint("x")
			if ink.on != "" && (!strings.HasPrefix(got, "\x1b[") || !strings.HasSuffix(got, "mx\x1b[m")) || ink.on == "" && got != "x" {
				t.Errorf("%s paints %q", name, got)
			}
			if ink.Paint("") != "" {
				t.Errorf("%s paints nothing as %q", name, ink.Paint(""))
			}
		}
	}
}

// TestStateIsNeverColourAlone takes the colours away: what must stand out still
// does.
func TestStateIsNeverColourAlone(t *testing.T) {
	for _, look := range Looks() {
		theme := NewTheme(Look{Name: look})
		for name, ink := range map[string]Ink{"Strong": theme.Strong, "Bad": theme.Bad, "Focus": theme.Focus, "Mark": theme.Mark, "Cursor": theme.Cursor, "Alarm": theme.Alarm} {
			style := strings.TrimSuffix(strings.TrimPrefix(ink.on, "\x1b["), "m")
			if first, _, _ := strings.Cut(style, ";"); first != "1" && first != "7" {
				t.Errorf("%s: %s is %q: without colours it looks like any text", look, name, style)
			}
		}
	}
}

// TestLooks reads what each theme sends to the terminal.
func TestLooks(t *testing.T) {
	dark, light := NewTheme(Look{Name: "dark"}), NewTheme(Look{Name: "light"})
	for _, tt := range []struct {
		name string
		look Look
		want Theme
	}{
		{"auto on a dark background is dark", Look{Name: "auto", Dark: true}, dark},
		{"auto on a light background is light", Look{Name: "auto"}, light},
		{"no name is auto", Look{Dark: true}, dark},
		{"dark stays dark on a light background", Look{Name: "dark"}, dark},
		{"light stays light on a dark background", Look{Name: "light", Dark: true}, light},
		{"ASCII changes no ink", Look{Name: "dark", ASCII: true}, dark},
	} {
		if got := NewTheme(tt.look); got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	if dark == light {
		t.Error("dark and light are the same")
	}
	may := map[string][]string{
		"mono": {"1", "4", "7"},
		"16":   {"1", "2", "7", "31", "33", "36"},
	}
	for name, codes := range may {
		theme := reflect.ValueOf(NewTheme(Look{Name: name}))
		for i := range theme.NumField() {
			ink, ok := theme.Field(i).Interface().(Ink)
			if !ok || ink.on == "" {
				continue
			}
			for _, code := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(ink.on, "\x1b["), "m"), ";") {
				if !slices.Contains(codes, code) {
					t.Errorf("%s: %s sends %q", name, theme.Type().Field(i).Name, ink.on)
				}
			}
		}
	}
}

// TestSymbolsAreOneCell keeps to signs that terminals agree about.
func TestSymbolsAreOneCell(t *testing.T) {
	symbols := reflect.ValueOf(unicodeSymbols)
	seen := map[string]string{}
	for i := range symbols.NumField() {
		name, s := symbols.Type().Field(i).Name, symbols.Field(i).String()
		if Width(s) != 1 || len([]rune(s)) != 1 {
			t.Errorf("%s is %q, %d cells", name, s, Width(s))
		}
		if other := seen[s]; other != "" {
			t.Errorf("%s and %s are both %q", name, other, s)
		}
		seen[s] = name
	}
}

// TestASCII translates signs, and leaves what people write.
func TestASCII(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a rule", "─ 1 Regions ──", "- 1 Regions --"},
		{"a range", "~46k (40k–52k)", "~46k (40k-52k)"},
		{"text that was cut", "Send noti…", "Send noti~"},
		{"styles stay", "\x1b[1m● on track\x1b[m", "\x1b[1m* on track\x1b[m"},
		{"what people wrote stays", "長い é 👍🏽", "長い é 👍🏽"},
		{"nothing to do", "a\nb", "a\nb"},
	} {
		if got := ASCII(tt.in); got != tt.want {
			t.Errorf("%s: %q becomes %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
	for sign, c := range signs {
		if Width(string(sign)) != 1 || c < ' ' || c > '~' {
			t.Errorf("%q takes %d cells, and %q stands for it", sign, Width(string(sign)), c)
		}
	}
	symbols := reflect.ValueOf(unicodeSymbols)
	seen := map[string]string{}
	for i := range symbols.NumField() {
		name, c := symbols.Type().Field(i).Name, ASCII(symbols.Field(i).String())
		if other := seen[c]; other != "" && !(other == "Dot" && name == "Rule") {
			t.Errorf("%s and %s are both %q", other, name, c)
		}
		seen[c] = name
	}
}

func TestActions(t *testing.T) {
	run := func() tea.Cmd { return nil }
	why := errors.New("not now")
	open := Action{Title: "Open", Key: Keys("enter", "enter"), Run: run}
	blocked := Action{Title: "Close", Key: Keys("x", "x", "enter"), Why: func() error { return why }, Run: run}
	if open.Blocked() != nil || blocked.Blocked() != why {
		t.Error("the wrong action is blocked")
	}
	if got := open.Key.Help().Key; got != "enter" {
		t.Errorf("the key is shown as %q", got)
	}
}
