package ui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"warroom/data"
)

// muchOf is how many times as long as its room a pasted text may be before anybody
// looks at what it holds: Clean may take out most of it, but not for ever.
const muchOf = 8

// pasted returns what a field takes of a pasted text, and says what it leaves out:
// left is "" if it takes everything. Room is how many more characters there is room
// for. The error says that the text does not fit.
func pasted(content string, lines bool, room int) (text, left string, err error) {
	if n := utf8.RuneCountInString(content); n/muchOf > room {
		return "", "", tooLong(content, room)
	}
	text = data.Clean(content, lines)
	if strings.ContainsRune(text, '\ufffd') { // the fields do not show it
		text = data.Clean(strings.ReplaceAll(text, "\ufffd", ""), lines) // accents may have come together
	}
	if err := tooLong(text, room); err != nil {
		return "", "", err
	}
	return text, leftOut(content, text), nil
}

// mostNamed is how many kinds of characters that are left out are named.
const mostNamed = 3

// leftOut says which characters of a pasted text are not in what was taken of it.
func leftOut(content, text string) string {
	kept := []rune(text)
	seen := map[rune]bool{}
	var names []string
	n := 0
	for _, r := range strings.ReplaceAll(content, "\r\n", "\n") {
		if len(kept) > 0 && (kept[0] == r || kept[0] == '\n' && r == '\r' || kept[0] == ' ' && strings.ContainsRune("\t\r\n", r)) {
			kept = kept[1:]
			continue
		}
		n++
		if !seen[r] && len(names) < mostNamed {
			names = append(names, fmt.Sprintf("%U", r))
		}
		seen[r] = true
	}
	if n == 0 {
		return ""
	}
	if more := len(seen) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	characters := "characters that do"
	if n == 1 {
		characters = "character that does"
	}
	return fmt.Sprintf("left out %d %s not show safely: %s", n, characters, strings.Join(names, ", "))
}
