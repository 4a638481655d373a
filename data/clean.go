package data

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAccents is how many combining marks a character may carry.
const maxAccents = 2

// Line returns s made safe to show on one line: see [Clean]. Each line break
// becomes a space.
func Line(s string) string { return Clean(s, false) }

// Clean returns s made safe for another person's terminal, a report or a
// sheet. Control, format and private-use characters, fillers that nobody sees,
// line and paragraph separators and invalid UTF-8 become U+FFFD; a tab becomes
// a space; the joiners U+200C and U+200D stay between letters; a character
// keeps two accents; variation selectors, which make terminals disagree about
// widths, are dropped.
//
// LF, CR and CRLF are each one line break: terminals send CR in what is pasted.
// A line break becomes LF if lines is true and a space otherwise.
//
// Clean is idempotent and returns s itself if nothing is wrong with it.
func Clean(s string, lines bool) string {
	if isPlain(s, lines) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	runes := []rune(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	accents := 0
	for i, r := range runes {
		if unicode.Is(unicode.Variation_Selector, r) {
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) && !filler(r) {
			if accents++; accents <= maxAccents {
				b.WriteRune(r)
			}
			continue
		}
		accents = 0
		switch {
		case r == '\n' && lines:
			b.WriteRune('\n')
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		case r == '\u200c' || r == '\u200d':
			if joins(runes, i) {
				b.WriteRune(r)
			} else {
				b.WriteRune(utf8.RuneError)
			}
		case filler(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlain reports whether s is ASCII without control characters.
func isPlain(s string, lines bool) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && (c != '\n' || !lines) || c == 0x7f {
			return false
		}
	}
	return true
}

// filler reports whether r takes part in a text without being seen, though it
// is no format character: a letter or a mark by category, or not assigned yet.
func filler(r rune) bool { return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) }

// joins reports whether the joiner at i stands between letters, as in Persian,
// Hindi or Sinhala words. Accents between letter and joiner do not count.
func joins(runes []rune, i int) bool {
	before := i - 1
	for before >= 0 && unicode.In(runes[before], unicode.Mn, unicode.Mc) && !filler(runes[before]) {
		before--
	}
	return before >= 0 && i+1 < len(runes) && letter(runes[before]) && letter(runes[i+1])
}

func letter(r rune) bool { return unicode.IsLetter(r) && !filler(r) }
