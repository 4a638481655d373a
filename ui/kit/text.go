package kit

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns how many cells s takes on the terminal. Styles take none.
func Width(s string) int {
	if n, ok := quick(s); ok {
		return n
	}
	return ansi.StringWidth(s)
}

// Fit returns s in exactly w cells: cut with "…" if it is longer, filled with
// spaces if it is shorter. Styles in s survive.
func Fit(s string, w int) string {
	s, n := cut(s, w)
	if n < w {
		s += spaces(w - n)
	}
	return s
}

// fitRight is Fit with the text at the right end.
func fitRight(s string, w int) string {
	s, n := cut(s, w)
	if n < w {
		s = spaces(w-n) + s
	}
	return s
}

// Cut returns s in at most w cells, with "…" where something is missing.
func Cut(s string, w int) string {
	s, _ = cut(s, w)
	return s
}

// cut also returns how many cells are left.
func cut(s string, w int) (string, int) {
	if w <= 0 {
		return "", 0
	}
	n := Width(s)
	if n <= w {
		return s, n
	}
	if plain(s) {
		return s[:w-1] + "…", w
	}
	s = ansi.Truncate(s, w, "…")
	return s, Width(s)
}

// Spread returns left and right in exactly w cells, with space between them.
// If there is not room for both, left is cut, then right.
func Spread(left, right string, w int) string {
	r := Width(right)
	if r+1 > w {
		return Fit(right, w)
	}
	return Fit(Cut(left, w-r-1), w-r) + right
}

// Wrap breaks text into lines of at most w cells, between words where it can.
// Line breaks in s stay. What is painted over a break is painted on both lines, and
// ends with each.
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	var lines []string
	for _, l := range strings.Split(ansi.Wrap(s, w, " "), "\n") {
		if Width(l) > w { // it lets a hyphen or a space stand out
			lines = append(lines, strings.Split(ansi.Hardwrap(l, w, true), "\n")...)
		} else {
			lines = append(lines, l)
		}
	}
	if strings.Contains(s, "\x1b") {
		repaint(lines)
	}
	return lines
}

// repaint ends on each line what is painted on it, and begins it again on the next.
func repaint(lines []string) {
	open := ""
	for i, l := range lines {
		begin := open
		for rest := l; ; {
			_, seq, ok := strings.Cut(rest, "\x1b[")
			n := strings.IndexByte(seq, 'm')
			if !ok || n < 0 {
				break
			}
			if open += "\x1b[" + seq[:n+1]; n == 0 || seq[:n] == "0" {
				open = ""
			}
			rest = seq[n+1:]
		}
		if lines[i] = begin + l; open != "" {
			lines[i] += "\x1b[m"
		}
	}
}

// plain reports whether each byte of s is one cell.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// quick returns how many cells s takes if that is easy to tell: each letter is one
// that takes one and that nothing is combined with, and all else is paint.
func quick(s string) (n int, ok bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= ' ' && c <= '~':
			i, n = i+1, n+1
		case c == '\x1b':
			end := i + 2
			for end < len(s) && s[end] >= '0' && s[end] <= ';' {
				end++
			}
			if end >= len(s) || s[i+1] != '[' || s[end] != 'm' {
				return 0, false
			}
			i = end + 1
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !single(r) {
				return 0, false
			}
			i, n = i+size, n+1
		}
	}
	return n, true
}

// single reports whether a letter is one of those that are often on the screen,
// take one cell and stand for themselves.
func single(r rune) bool {
	switch {
	case r >= 0xc0 && r <= 0x24f, r == '·', r >= 0x391 && r <= 0x3a1, r >= 0x3a3 && r <= 0x3c9: // Latin, Greek
		return true
	case r >= '–' && r <= '—', r >= '‘' && r <= '”', r == '…', r >= '←' && r <= '↓':
		return true
	case r >= 0x2500 && r <= 0x259f, r == '■', r == '□', r == '▲', r == '▼', r == '○', r == '●', r == '◐', r == '✓': // lines, blocks, signs
		return true
	}
	return false
}

const blank = "                                                                                                                                                                                                                                                                "

// spaces returns n spaces.
func spaces(n int) string {
	n = max(n, 0)
	if n <= len(blank) {
		return blank[:n]
	}
	return strings.Repeat(" ", n)
}

// A Column is one of a row's columns.
type Column struct {
	Title string
	Width int  // in cells; 0 leaves the column out
	Right bool // the text stands at the right end
}

// Flex gives the column at index i all that is left of w cells, with one cell
// between columns.
func Flex(cols []Column, i, w int) {
	for j, c := range cols {
		if j != i && c.Width > 0 {
			w -= c.Width + 1
		}
	}
	cols[i].Width = max(w, 0)
}

// Row returns cells in their columns, with one space between them.
func Row(cols []Column, cells ...string) string {
	var b strings.Builder
	room := 0
	for i, c := range cols[:min(len(cols), len(cells))] {
		room += 1 + max(c.Width, 0) + len(cells[i])
	}
	b.Grow(room)
	first := true
	for i, c := range cols {
		if c.Width <= 0 || i >= len(cells) {
			continue
		}
		if !first {
			b.WriteByte(' ')
		}
		first = false
		s, n := cut(cells[i], c.Width)
		if c.Right {
			b.WriteString(spaces(c.Width - n))
		}
		b.WriteString(s)
		if !c.Right {
			b.WriteString(spaces(c.Width - n))
		}
	}
	return b.String()
}

// Rule returns a titled rule, w cells wide: the title at the left, and over
// each column that has one its title, as far as there is room. indent is how
// far the first column is from the left.
func Rule(t Theme, title string, focused bool, cols []Column, indent, w int) string {
	ink := t.Plain
	if focused {
		ink = t.Focus
	}
	title = Cut(title, w-4)
	var b strings.Builder
	at := 2 + Width(title) + 1 // where the next cell of the rule goes
	for _, c := range cols {
		if c.Width <= 0 {
			continue
		}
		from := indent
		if n := Width(c.Title); c.Right {
			from += c.Width - n
		}
		if n := Width(c.Title); n > 0 && n <= c.Width && from > at && from+n < w {
			b.WriteString(strings.Repeat(t.Symbols.Rule, max(from-1-at, 0)))
			b.WriteString(" " + c.Title)
			at = from + n
			if b.Len() > 0 && at < w {
				b.WriteString(" ")
				at++
			}
		} else if n > 0 && n <= c.Width && from == at && from+n < w && at > 2+Width(title)+1 {
			b.WriteString(c.Title + " ") // right behind the one before
			at = from + n + 1
		}
		indent += c.Width + 1
	}
	b.WriteString(strings.Repeat(t.Symbols.Rule, max(w-at, 0)))
	return t.Dim.Paint(t.Symbols.Rule) + " " + ink.Paint(title) + " " + t.Dim.Paint(b.String())
}
