package kit

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// Pieces of text as panes hand it in: cleaned, and painted by us.
var (
	plainPiece = rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ 0123456789-_.,:;/()'\"")), 0, 12, -1)
	widePiece  = rapid.StringOfN(rapid.RuneFrom([]rune("日本語한국어ひらがなカタカナ，。「」👍🇯🇵🇮🇩")), 0, 6, -1)
	oddPiece   = rapid.StringOfN(rapid.RuneFrom([]rune("e\u0301\u0302n\u0303가\u1112\u1161\u11abക\u0d4eหนี่क्षි\u200dمی\u200cخ\ufffd…·─●◐○▲■✓×→≥–ﬀİß")), 0, 8, -1)
	anyPiece   = rapid.StringOfN(rapid.RuneFrom(nil, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S), 0, 8, -1)
	piece      = rapid.OneOf(plainPiece, widePiece, oddPiece, anyPiece)
	anything   = rapid.Map(rapid.SliceOfN(piece, 0, 5), func(p []string) string { return cleaned(strings.Join(p, "")) })
	text       = rapid.Map(anything, standsAlone)
	painted    = rapid.Map(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		theme := NewTheme(Look{Name: rapid.SampledFrom(Looks()).Draw(t, "theme")})
		ink := rapid.SampledFrom([]Ink{{}, theme.Strong, theme.Dim, theme.Good, theme.Bad, theme.Mark, theme.Alarm, theme.Cursor}).Draw(t, "ink")
		return ink.Paint(text.Draw(t, "text"))
	}), 0, 4), func(p []string) string { return strings.Join(p, "") })
	width = rapid.IntRange(-2, 120)
)

func TestWidth(t *testing.T) {
	for _, tt := range []struct {
		s    string
		want int
	}{
		{"", 0}, {"abc", 3}, {"日本", 4}, {"e\u0301", 1}, {"👍", 2}, {"🇯🇵", 2}, {"\x1b[1mabc\x1b[m", 3}, {"~!", 2},
		{"한", 2}, {"…", 1}, {"●", 1}, {"\ufffd", 1},
	} {
		if got := Width(tt.s); got != tt.want {
			t.Errorf("Width(%q) = %d, want %d", tt.s, got, tt.want)
		}
	}
}

func TestFitAndCut(t *testing.T) {
	for _, tt := range []struct {
		s               string
		w               int
		fit, right, cut string
	}{
		{"abc", 5, "abc  ", "  abc", "abc"},
		{"abc", 3, "abc", "abc", "abc"},
		{"abcd", 3, "ab…", "ab…", "ab…"},
		{"abc", 1, "…", "…", "…"},
		{"abc", 0, "", "", ""},
		{"abc", -1, "", "", ""},
		{"", 2, "  ", "  ", ""},
		{"日本語", 4, "日… ", " 日…", "日…"},
		{"日本語", 5, "日本…", "日本…", "日本…"},
		{"日本", 2, "… ", " …", "…"},
		{"\x1b[1mabcd\x1b[m", 3, "\x1b[1mab…\x1b[m", "\x1b[1mab…\x1b[m", "\x1b[1mab…\x1b[m"},
	} {
		if got := Fit(tt.s, tt.w); got != tt.fit {
			t.Errorf("Fit(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.fit)
		}
		if got := fitRight(tt.s, tt.w); got != tt.right {
			t.Errorf("fitRight(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.right)
		}
		if got := Cut(tt.s, tt.w); got != tt.cut {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.cut)
		}
	}
}

// cleaned takes out the variation selectors, as data.Clean does.
func cleaned(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, s)
}

// standsAlone takes out of s what would join a space beside it into one
// character: a few letters of old scripts, and a mark without a letter before
// it. Nobody can say how wide these are.
func standsAlone(s string) string {
	s = strings.Map(func(r rune) rune {
		if Width(string(r)+" ") != Width(string(r))+1 {
			return -1
		}
		return r
	}, s)
	if Width(" "+s) != Width(s)+1 {
		return "x" + s
	}
	return s
}

// TestNothingIsTooWide holds for these as well.
func TestNothingIsTooWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, w := anything.Draw(t, "a"), anything.Draw(t, "b"), rapid.IntRange(4, 120).Draw(t, "w")
		cols := []Column{{Width: w / 2}, {Width: w - w/2 - 1, Right: true}}
		for name, got := range map[string]string{
			"Fit": Fit(a, w), "fitRight": fitRight(a, w), "Cut": Cut(a, w), "Spread": Spread(a, b, w), "Row": Row(cols, a, b),
			"Rule": Rule(NewTheme(Look{Dark: true}), a, true, []Column{{Title: b, Width: w / 2}}, 1, w),
		} {
			if n := ansi.StringWidth(got); n > w {
				t.Fatalf("%s(%q, %q, %d) = %q is %d wide", name, a, b, w, got, n)
			}
		}
	})
}

// TestFitIsExact holds for whatever the text is and however it is painted.
func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := painted.Draw(t, "s"), width.Draw(t, "w")
		for name, got := range map[string]string{"Fit": Fit(s, w), "fitRight": fitRight(s, w)} {
			if n := ansi.StringWidth(got); n != max(w, 0) {
				t.Fatalf("%s(%q, %d) = %q is %d wide", name, s, w, got, n)
			}
			closed(t, got)
		}
		cut := Cut(s, w)
		if n := ansi.StringWidth(cut); n > max(w, 0) {
			t.Fatalf("Cut(%q, %d) = %q is %d wide", s, w, cut, n)
		}
		if w > 0 && ansi.StringWidth(s) <= w && cut != s {
			t.Fatalf("Cut(%q, %d) = %q, though there was room", s, w, cut)
		}
		if begin := strings.TrimSuffix(ansi.Strip(cut), "…"); !strings.HasPrefix(ansi.Strip(s), begin) {
			t.Fatalf("Cut(%q, %d) = %q is no beginning of it", s, w, cut)
		}
	})
}

// closed fails the test if a style is still on at the end of s.
func closed(t *rapid.T, s string) {
	t.Helper()
	on := false
	for {
		_, after, ok := strings.Cut(s, "\x1b[")
		if !ok {
			break
		}
		style, rest, ok := strings.Cut(after, "m")
		if !ok {
			t.Fatalf("a style is cut in two: %q", after)
		}
		on, s = style != "" && style != "0", rest
	}
	if on {
		t.Fatalf("a style is not ended")
	}
}

func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"left", "right", 12, "left   right"},
		{"left", "right", 10, "left right"},
		{"left", "right", 9, "le… right"},
		{"left", "right", 7, "… right"},
		{"left", "right", 6, " right"},
		{"left", "right", 5, "right"},
		{"left", "right", 3, "ri…"},
		{"left", "", 6, "left  "},
		{"", "right", 6, " right"},
	} {
		if got := Spread(tt.left, tt.right, tt.w); got != tt.want {
			t.Errorf("Spread(%q, %q, %d) = %q, want %q", tt.left, tt.right, tt.w, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		left, right, w := painted.Draw(t, "left"), painted.Draw(t, "right"), width.Draw(t, "w")
		got := Spread(left, right, w)
		if n := ansi.StringWidth(got); n != max(w, 0) {
			t.Fatalf("Spread(%q, %q, %d) = %q is %d wide", left, right, w, got, n)
		}
		if ansi.StringWidth(right) < w && !strings.HasSuffix(got, right) {
			t.Fatalf("Spread(%q, %q, %d) = %q has lost the right", left, right, w, got)
		}
	})
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		s    string
		w    int
		want []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"one\n\ntwo", 7, []string{"one", "", "two"}},
		{"incomprehensible", 7, []string{"incompr", "ehensib", "le"}},
		{"", 7, []string{""}},
		{"one", 0, nil},
		{"日本語の文", 4, []string{"日本", "語の", "文"}},
	} {
		if got := Wrap(tt.s, tt.w); !slices.Equal(got, tt.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, w := text.Draw(t, "s"), rapid.IntRange(2, 60).Draw(t, "w")
		lines := Wrap(s, w)
		for _, l := range lines {
			if n := ansi.StringWidth(l); n > w {
				t.Fatalf("Wrap(%q, %d): %q is %d wide", s, w, l, n)
			}
		}
		if squeezed, want := squeeze(strings.Join(lines, "")), squeeze(s); squeezed != want {
			t.Fatalf("Wrap(%q, %d) = %q has lost something", s, w, lines)
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func columns(t *rapid.T) []Column {
	var cols []Column
	for range rapid.IntRange(1, 6).Draw(t, "columns") {
		c := Column{Width: rapid.IntRange(-1, 25).Draw(t, "width"), Right: rapid.Bool().Draw(t, "right")}
		c.Title = rapid.SampledFrom([]string{"", "due", "owner", "workstream", "期限"}).Draw(t, "title")
		cols = append(cols, c)
	}
	return cols
}

func total(cols []Column) int {
	sum, n := 0, 0
	for _, c := range cols {
		if c.Width > 0 {
			sum += c.Width
			n++
		}
	}
	return sum + max(n-1, 0)
}

func TestRowIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cols := columns(t)
		var cells []string
		for range cols {
			cells = append(cells, painted.Draw(t, "cell"))
		}
		row := Row(cols, cells...)
		if got, want := ansi.StringWidth(row), total(cols); got != want {
			t.Fatalf("Row(%+v, %q) = %q is %d wide, want %d", cols, cells, row, got, want)
		}
		closed(t, row)
	})
	// What has no cell, or no width, is left out.
	cols := []Column{{Width: 3}, {Width: 0}, {Width: 2, Right: true}, {Width: 4}}
	if got := Row(cols, "abcd", "x", "1"); got != "ab…  1" {
		t.Errorf("%q", got)
	}
}

func TestFlexTakesWhatIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cols, w := columns(t), rapid.IntRange(-5, 200).Draw(t, "w")
		i := rapid.IntRange(0, len(cols)-1).Draw(t, "i")
		before := slices.Clone(cols)
		Flex(cols, i, w)
		if cols[i].Width < 0 || cols[i].Width > 0 && total(cols) != w {
			t.Fatalf("Flex(%+v, %d, %d) gives %d, in all %d", before, i, w, cols[i].Width, total(cols))
		}
		before[i].Width = cols[i].Width
		if !slices.Equal(cols, before) {
			t.Fatalf("Flex changes other columns: %+v, %+v", before, cols)
		}
	})
}

func TestRule(t *testing.T) {
	theme := NewTheme(Look{Dark: true})
	cols := []Column{{Width: 5}, {Title: "title", Width: 12}, {Title: "late", Width: 4, Right: true}, {Title: "due", Width: 4}}
	for _, tt := range []struct {
		title string
		w     int
		want  string
	}{
		{"4 A", 32, "─ 4 A  title ────── late due ───"},
		{"4 Actions", 32, "─ 4 Actions ─────── late due ───"},
		{"4 Actions with a long title that goes on", 20, "─ 4 Actions with … ─"},
		{"4 A", 8, "─ 4 A ──"},
	} {
		if got := ansi.Strip(Rule(theme, tt.title, false, cols, 1, tt.w)); got != tt.want {
			t.Errorf("Rule(%q, %d) = %q, want %q", tt.title, tt.w, got, tt.want)
		}
	}
}

// TestRuleIsExact holds where a rule has room for its own signs.
func TestRuleIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cols, title, w := columns(t), text.Draw(t, "title"), rapid.IntRange(4, 200).Draw(t, "w")
		indent := rapid.IntRange(0, 3).Draw(t, "indent")
		rule := Rule(NewTheme(Look{Dark: true}), title, rapid.Bool().Draw(t, "focused"), cols, indent, w)
		if n := ansi.StringWidth(rule); n != w {
			t.Fatalf("Rule(%q, %+v, %d, %d) = %q is %d wide", title, cols, indent, w, ansi.Strip(rule), n)
		}
		closed(t, rule)
	})
}

// TestRuleStandsOverItsColumns compares where titles are with where cells are.
func TestRuleStandsOverItsColumns(t *testing.T) {
	cols := []Column{{Width: 8}, {Title: "owner", Width: 9}, {Title: "late", Width: 6, Right: true}, {Title: "due", Width: 5}}
	rule := ansi.Strip(Rule(NewTheme(Look{Dark: true}), "1 A", false, cols, 1, 40))
	row := " " + Row(cols, "A-1", "sari", "3", "now")
	at := func(s, what string) int { return ansi.StringWidth(s[:strings.Index(s, what)]) }
	if at(rule, "owner") != at(row, "sari") || at(rule, "due") != at(row, "now") || at(rule, "late")+len("late") != at(row, "3")+1 {
		t.Errorf("the titles are not over their columns:\n%s\n%s", rule, row)
	}
}

// What is quick to tell is what it takes long to find out.
func TestTheQuickWidthIsTheWidth(t *testing.T) {
	var some []rune
	for r := rune(1); r < 0x3000; r++ {
		if single(r) {
			if n := ansi.StringWidth(string(r)); n != 1 {
				t.Errorf("%q takes %d cells", r, n)
			}
			some = append(some, r)
		}
	}
	others := []string{"\x1b[1m", "\x1b[38;2;1;2;3m", "\x1b[m", "\x1b[4:3m", " ", "a", "~", "日", "é", "e\u0301", "👩‍👩‍👧", "\u200d", "\ufe0f", "\x1b[", "\x1b]2;x\x07", "\x1b[2J", "\n", "\xff", "©"}
	rnd, quickly := rand.New(rand.NewPCG(1, 2)), 0
	for range 20_000 {
		var b strings.Builder
		for range rnd.IntN(8) {
			if rnd.IntN(2) == 0 {
				b.WriteRune(some[rnd.IntN(len(some))])
			} else {
				b.WriteString(others[rnd.IntN(len(others))])
			}
		}
		s, w := b.String(), rnd.IntN(8)
		if n, ok := quick(s); ok {
			if quickly++; n != ansi.StringWidth(s) {
				t.Errorf("%q takes %d cells, not %d", s, ansi.StringWidth(s), n)
			}
		}
		if got, want := Cut(s, w), ansi.Truncate(s, w, "…"); w > 0 && ansi.StringWidth(s) > w && got != want {
			t.Errorf("%q is cut to %d as %q, not %q", s, w, got, want)
		}
		if got := Fit(s, w); ansi.StringWidth(got) != w && !strings.ContainsAny(s, "\x1b日👩\ufe0f") {
			t.Errorf("%q fits %d as %q", s, w, got)
		}
	}
	if quickly < 2000 {
		t.Errorf("only %d were quick to tell", quickly)
	}
}

// TestWrapEndsWhatIsPainted breaks painted text: no line leaves its colour on.
func TestWrapEndsWhatIsPainted(t *testing.T) {
	const red, bold, off = "\x1b[31m", "\x1b[1m", "\x1b[m"
	for _, tt := range []struct{ text, want string }{
		{"a b", "a b"},
		{red + "a" + off + " b", red + "a" + off + " b"},
		{"x " + red + "aaa bbb ccc" + off + " d", "x " + red + "aaa" + off + "|" + red + "bbb" + off + "|" + red + "ccc" + off + " d"},
		{red + bold + "aaaa bbbb" + off, red + bold + "aaaa" + off + "|" + red + bold + "bbbb" + off},
		{red + "aaaa" + off + " bbbb", red + "aaaa" + off + "|bbbb"},
		{red + "aaaa bbbb\x1b[0m", red + "aaaa" + off + "|" + red + "bbbb\x1b[0m"},
	} {
		if got := strings.Join(Wrap(tt.text, 6), "|"); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}
