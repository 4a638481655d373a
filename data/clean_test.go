package data

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	const no = "\ufffd" // what stands where something was taken away
	for _, tt := range []struct {
		name string
		in   string
		line string // what Line makes of it
		text string // what Clean makes of it where lines may be; "" if the same
	}{
		// What must come through untouched.
		{name: "nothing", in: "", line: ""},
		{name: "plain words", in: "Send notices to 1,200 people (EU)", line: "Send notices to 1,200 people (EU)"},
		{name: "every printable ASCII character", in: ascii(), line: ascii()},
		{name: "German", in: "Größe, Straße", line: "Größe, Straße"},
		{name: "Greek", in: "Διαρροή δεδομένων", line: "Διαρροή δεδομένων"},
		{name: "Arabic", in: "تسرب البيانات", line: "تسرب البيانات"},
		{name: "Chinese", in: "数据泄露，客户", line: "数据泄露，客户"},
		{name: "Korean", in: "고객 데이터", line: "고객 데이터"},
		{name: "Thai with a vowel and a tone on one letter", in: "ที่อยู่", line: "ที่อยู่"},
		{name: "an emoji", in: "🔥 urgent", line: "🔥 urgent"},
		{name: "a flag, two letters", in: "🇩🇪", line: "🇩🇪"},
		{name: "the replacement character itself", in: no, line: no},
		{name: "a no-break space", in: "10\u00a0000", line: "10\u00a0000"},
		{name: "an ideographic space", in: "客\u3000户", line: "客\u3000户"},
		{name: "a character that is not assigned yet", in: "\ud7ff", line: "\ud7ff"},

		// Line breaks and tabs.
		{name: "a line break", in: "one\ntwo", line: "one two", text: "one\ntwo"},
		{name: "a line break as Windows has it", in: "one\r\ntwo", line: "one two", text: "one\ntwo"},
		{name: "a line break as terminals paste it", in: "one\rtwo", line: "one two", text: "one\ntwo"},
		{name: "a line break of each kind", in: "one\rtwo\nthree\r\nfour", line: "one two three four", text: "one\ntwo\nthree\nfour"},
		{name: "two returns", in: "a\r\rb", line: "a  b", text: "a\n\nb"},
		{name: "two breaks as Windows has them", in: "a\r\n\r\nb", line: "a  b", text: "a\n\nb"},
		{name: "a break as Windows has it and another", in: "a\r\n\nb", line: "a  b", text: "a\n\nb"},
		{name: "a return and a break as Windows has it", in: "a\r\r\nb", line: "a  b", text: "a\n\nb"},
		{name: "a break and a return", in: "a\n\rb", line: "a  b", text: "a\n\nb"},
		{name: "only a return", in: "\r", line: " ", text: "\n"},
		{name: "a return at each end", in: "\rx\r", line: " x ", text: "\nx\n"},
		{name: "a return between letters beyond ASCII", in: "ü\rß", line: "ü ß", text: "ü\nß"},
		{name: "a return parts a letter from an accent", in: "e\r\u0301", line: "e \u0301", text: "e\n\u0301"},
		{name: "a selector between return and line break", in: "a\r\ufe0f\nb", line: "a  b", text: "a\n\nb"},
		{name: "a break at each end", in: "\nx\n", line: " x ", text: "\nx\n"},
		{name: "a tab", in: "a\tb", line: "a b"},
		{name: "tabs and breaks", in: "\t\n\t", line: "   ", text: " \n "},
		{name: "a vertical tab", in: "a\vb", line: "a" + no + "b"},
		{name: "a form feed", in: "a\fb", line: "a" + no + "b"},
		{name: "a next-line character", in: "a\u0085b", line: "a" + no + "b"},
		{name: "a line separator", in: "a\u2028b", line: "a" + no + "b"},
		{name: "a paragraph separator", in: "a\u2029b", line: "a" + no + "b"},
		{name: "a return that would hide what stands before it", in: "Approved\rDenied", line: "Approved Denied", text: "Approved\nDenied"},

		// Control sequences. What is left of them are harmless letters.
		{name: "NUL", in: "a\x00b", line: "a" + no + "b"},
		{name: "bell", in: "\a", line: no},
		{name: "backspace over a letter", in: "ab\bc", line: "ab" + no + "c"},
		{name: "delete", in: "a\x7fb", line: "a" + no + "b"},
		{name: "escape alone", in: "\x1b", line: no},
		{name: "shift out and in", in: "\x0eq\x0f", line: no + "q" + no},
		{name: "colour", in: "\x1b[31mred\x1b[0m", line: no + "[31mred" + no + "[0m"},
		{name: "cursor home and erase", in: "\x1b[H\x1b[2J", line: no + "[H" + no + "[2J"},
		{name: "terminal reset", in: "\x1bc", line: no + "c"},
		{name: "a question to the terminal", in: "\x1b[6n", line: no + "[6n"},
		{name: "window title", in: "\x1b]0;pwned\a", line: no + "]0;pwned" + no},
		{name: "clipboard, OSC 52", in: "\x1b]52;c;cm0gLXJm\x1b\\", line: no + "]52;c;cm0gLXJm" + no + `\`},
		{name: "link, OSC 8", in: "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", line: no + "]8;;https://evil.example" + no + `\click` + no + "]8;;" + no + `\`},
		{name: "device control string", in: "\x1bPq#0\x1b\\", line: no + "Pq#0" + no + `\`},
		{name: "application command, kitty graphics", in: "\x1b_Gf=24;AAAA\x1b\\", line: no + "_Gf=24;AAAA" + no + `\`},
		{name: "privacy message", in: "\x1b^x\x1b\\", line: no + "^x" + no + `\`},
		{name: "alternate screen", in: "\x1b[?1049h", line: no + "[?1049h"},
		{name: "mouse reporting", in: "\x1b[?1003h", line: no + "[?1003h"},
		{name: "one-byte CSI as a rune", in: "\u009b31m", line: no + "31m"},
		{name: "one-byte DCS as a rune", in: "\u0090q\u009c", line: no + "q" + no},
		{name: "one-byte OSC as a rune", in: "\u009d0;x\u009c", line: no + "0;x" + no},
		{name: "one-byte APC as a rune", in: "\u009fGx", line: no + "Gx"},
		{name: "one-byte CSI as a byte", in: "\x9b31m", line: no + "31m"},

		// Bytes that are no text.
		{name: "a stray byte", in: "a\xffb", line: "a" + no + "b"},
		{name: "two stray bytes", in: "\xfe\xff", line: no + no},
		{name: "a letter cut short", in: "caf\xc3", line: "caf" + no},
		{name: "a slash in too many bytes", in: "\xc0\xaf", line: no + no},
		{name: "half of a surrogate pair", in: "\xed\xa0\x80", line: no + no + no},
		{name: "beyond the last character", in: "\xf4\x90\x80\x80", line: no + no + no + no},

		// What is not seen, or makes other text look different.
		{name: "right-to-left override", in: "admin\u202etxt.exe", line: "admin" + no + "txt.exe"},
		{name: "all embeddings and overrides", in: "\u202a\u202b\u202c\u202d\u202e", line: strings.Repeat(no, 5)},
		{name: "isolates", in: "\u2066a\u2067b\u2068c\u2069", line: no + "a" + no + "b" + no + "c" + no},
		{name: "direction marks", in: "\u200ea\u200f\u061c", line: no + "a" + no + no},
		{name: "zero-width space in a name", in: "ad\u200bmin", line: "ad" + no + "min"},
		{name: "word joiner", in: "a\u2060b", line: "a" + no + "b"},
		{name: "byte order mark", in: "\ufeffa", line: no + "a"},
		{name: "soft hyphen", in: "ad\u00admin", line: "ad" + no + "min"},
		{name: "tag characters", in: "x\U000e0041\U000e007f", line: "x" + no + no},
		{name: "the flag of Wales, made of tags", in: "🏴\U000e0067\U000e007f", line: "🏴" + no + no},
		{name: "interlinear annotation", in: "\ufff9a\ufffab\ufffb", line: no + "a" + no + "b" + no},
		{name: "musical format character", in: "\U0001d173", line: no},
		{name: "Arabic number sign, which encloses what follows", in: "\u06001", line: no + "1"},
		{name: "private use", in: "\ue000\uf8ff", line: no + no},
		{name: "private use beyond the basic plane", in: "\U000f0000\U0010fffd", line: no + no},
		{name: "Hangul filler, an unseen letter", in: "ad\u3164min", line: "ad" + no + "min"},
		{name: "half-width Hangul filler", in: "ad\uffa0min", line: "ad" + no + "min"},
		{name: "Hangul initial and medial fillers", in: "\u115f\u1160", line: no + no},
		{name: "grapheme joiner, an unseen accent", in: "ad\u034fmin", line: "ad" + no + "min"},
		{name: "unseen and not assigned", in: "a\u2065\U000e0080", line: "a" + no + no},

		// Accents.
		{name: "one accent", in: "e\u0301", line: "e\u0301"},
		{name: "two accents, as in Vietnamese", in: "e\u0302\u0301", line: "e\u0302\u0301"},
		{name: "a third accent", in: "e\u0302\u0301\u0323x", line: "e\u0302\u0301x"},
		{name: "two hundred accents", in: "z" + strings.Repeat("\u0336", 200) + "y", line: "z\u0336\u0336y"},
		{name: "accents on two letters", in: "a\u0301\u0301b\u0301\u0301", line: "a\u0301\u0301b\u0301\u0301"},
		{name: "enclosing circles count as accents", in: "a\u20dd\u20dd\u20dd", line: "a\u20dd\u20dd"},
		{name: "accents parted by a filler", in: "e\u0301\u034f\u0301", line: "e\u0301" + no + "\u0301"},

		// Variation selectors.
		{name: "emoji presentation", in: "❤\ufe0f", line: "❤"},
		{name: "text presentation", in: "☎\ufe0e!", line: "☎!"},
		{name: "ideographic variation", in: "辻\U000e0100", line: "辻"},
		{name: "Mongolian variation", in: "ᠨ\u180b", line: "ᠨ"},
		{name: "a selector does not part accents", in: "e\u0301\ufe0f\u0301\u0301", line: "e\u0301\u0301"},

		// Joiners.
		{name: "non-joiner in a Persian word", in: "می\u200cخواهم", line: "می\u200cخواهم"},
		{name: "joiner after a Hindi virama", in: "क\u094d\u200dष", line: "क\u094d\u200dष"},
		{name: "joiner in Sinhala", in: "ශ\u0dca\u200dරී", line: "ශ\u0dca\u200dරී"},
		{name: "joiner after a vowel sign that takes a cell", in: "क\u093e\u200dष", line: "क\u093e\u200dष"},
		{name: "joiner after a selector that is dropped", in: "क\ufe0f\u200dष", line: "क\u200dष"},
		{name: "joiner at the start", in: "\u200da", line: no + "a"},
		{name: "joiner at the end", in: "a\u200d", line: "a" + no},
		{name: "non-joiner before a space", in: "می\u200c خواهم", line: "می" + no + " خواهم"},
		{name: "joiners between digits", in: "1\u200d2", line: "1" + no + "2"},
		{name: "two joiners", in: "a\u200d\u200db", line: "a" + no + no + "b"},
		{name: "joiner between emoji", in: "👩\u200d💻", line: "👩" + no + "💻"},
		{name: "joiner before an accent", in: "a\u200d\u0301", line: "a" + no + "\u0301"},
		{name: "joiner beside a filler", in: "\u3164\u200da\u200d\u115f", line: no + no + "a" + no + no},
		{name: "joiner after a letter with an unseen accent", in: "a\u034f\u200db", line: "a" + no + no + "b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.text == "" {
				tt.text = tt.line
			}
			if got := Line(tt.in); got != tt.line {
				t.Errorf("Line(%+q)\n got %+q\nwant %+q", tt.in, got, tt.line)
			}
			if got := Clean(tt.in, true); got != tt.text {
				t.Errorf("Clean(%+q, true)\n got %+q\nwant %+q", tt.in, got, tt.text)
			}
			for _, lines := range []bool{false, true} {
				if err := isClean(tt.in, lines); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func ascii() string {
	var b strings.Builder
	for c := ' '; c <= '~'; c++ {
		b.WriteRune(c)
	}
	return b.String()
}

// isClean reports what Clean(in, lines) does that it must not do.
func isClean(in string, lines bool) error {
	got := Clean(in, lines)
	complain := func(what string) error {
		return fmt.Errorf("Clean(%+q, %v) = %+q: %s", in, lines, got, what)
	}
	switch {
	case !utf8.ValidString(got):
		return complain("not valid UTF-8")
	case Clean(got, lines) != got:
		return complain(fmt.Sprintf("not idempotent: again gives %+q", Clean(got, lines)))
	case seen(got) != seen(in):
		return complain("what can be seen was changed")
	case lines && strings.Count(got, "\n") != breaks(in):
		return complain(fmt.Sprintf("there were %d line breaks", breaks(in)))
	}
	runes := []rune(got)
	marks := 0
	for i, r := range runes {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > 2 {
				return complain("more than two accents on a character")
			}
		} else {
			marks = 0
		}
		switch {
		case r == '\n' && lines:
		case r == '\u200c' || r == '\u200d':
			if i == 0 || i == len(runes)-1 || !unicode.In(runes[i-1], unicode.L, unicode.M) || !unicode.IsLetter(runes[i+1]) {
				return complain("a joiner that joins nothing")
			}
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return complain(fmt.Sprintf("holds %U", r))
		}
	}
	return nil
}

// breaks returns how many line breaks s has: CR, LF and CRLF are one each.
func breaks(s string) int {
	return strings.Count(s, "\r") + strings.Count(s, "\n") - strings.Count(s, "\r\n")
}

// seen returns what a reader sees of s whatever becomes of the rest: letters,
// digits, punctuation and symbols.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
			!unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) {
			return -1
		}
		return r
	}, s)
}

func TestCleanHoldsForAnyText(t *testing.T) {
	special := rapid.RuneFrom(nil, unicode.Cc, unicode.Cf, unicode.Co, unicode.Mn, unicode.Me, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
	part := rapid.OneOf(
		rapid.String(),
		rapid.StringOf(special),
		rapid.SampledFrom(textParts),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "")
		for _, lines := range []bool{false, true} {
			if err := isClean(s, lines); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCleanKeepsEveryAssignedLetter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Zs) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
			continue
		}
		if got := Line(string(r)); got != string(r) {
			t.Errorf("Line(%U) = %+q", r, got)
		}
	}
}

func TestCleanOfPlainTextAllocatesNothing(t *testing.T) {
	plain := strings.Repeat(ascii(), 20)
	text := plain + "\n" + plain
	if n := testing.AllocsPerRun(100, func() { Line(plain); Clean(text, true) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzClean(f *testing.F) {
	for _, p := range textParts {
		f.Add("a"+p+"b", true)
		f.Add(p+p, false)
	}
	f.Fuzz(func(t *testing.T, s string, lines bool) {
		if err := isClean(s, lines); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"plain", "Send notices to affected customers in North America"},
		{"accents", "Benachrichtigung für betroffene Kunden in Österreich"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Line(bb.text)
			}
		})
	}
}
