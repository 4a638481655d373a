package ui

import (
	"fmt"
	"slices"
	"strings"

	"warroom/data"
)

// pasted returns what a field takes of a pasted text, and says what it leaves out;
// left is "" if that is nothing. The fields show no U+FFFD for what
// [data.Clean] takes out: where it was is not to be seen.
func pasted(content string, lines bool) (text, left string) {
	text = data.Clean(content, lines)
	if strings.ContainsRune(text, '\ufffd') {
		text = data.Clean(strings.ReplaceAll(text, "\ufffd", ""), lines) // accents may have come together
	}
	return text, leftOut(content, text)
}

// mostNamed is how many kinds of characters that are left out are named.
const mostNamed = 3

// leftOut says which characters of a pasted text are not in what was taken of it.
func leftOut(content, text string) string {
	kept := []rune(text)
	var out []string
	for _, r := range strings.ReplaceAll(content, "\r\n", "\n") {
		if len(kept) > 0 && (kept[0] == r || kept[0] == '\n' && r == '\r' || kept[0] == ' ' && strings.ContainsRune("\t\r\n", r)) {
			kept = kept[1:]
		} else if name := fmt.Sprintf("%U", r); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) > mostNamed {
		out = append(out[:mostNamed], fmt.Sprintf("%d more", len(out)-mostNamed))
	}
	if len(out) == 0 {
		return ""
	}
	return "left out what terminals cannot show: " + strings.Join(out, ", ")
}
