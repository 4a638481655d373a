package kit

import "strings"

// A List is a window on rows, with a cursor that stays on an item, not on a
// place. Rows are drawn when they are shown, and kept until something that they
// show has changed.
type List struct {
	ids    []string
	draw   func(i int, on bool) string
	plain  []string // drawn rows, by index
	marked map[int]string
	at     int // the cursor, as an index
	top    int // the first row shown
	height int
	tall   bool // rows may have several lines, and height counts lines
}

// SetRows replaces the rows. draw returns row i, as it looks with the cursor on
// it or not. The cursor stays on the item that it was on, and the item on the
// line that it was on; if the item is gone the cursor stays on its place.
func (l *List) SetRows(ids []string, draw func(i int, on bool) string) {
	line, on := l.at-l.top, l.Selected()
	l.ids, l.draw = ids, draw
	l.Redraw()
	for i, id := range ids {
		if id == on {
			l.at = i
			break
		}
	}
	l.at = clamp(l.at, 0, len(ids)-1)
	l.top = l.at - line
	l.reveal()
}

// Redraw forgets how rows look.
func (l *List) Redraw() {
	l.plain, l.marked = make([]string, len(l.ids)), map[int]string{}
}

// SetHeight says how many rows are shown.
func (l *List) SetHeight(h int) {
	l.height = max(h, 0)
	l.reveal()
}

// Len returns the number of rows.
func (l *List) Len() int { return len(l.ids) }

// Index returns where the cursor is, from 0.
func (l *List) Index() int { return l.at }

// Selected returns the id of the item under the cursor, or "".
func (l *List) Selected() string {
	if l.at >= len(l.ids) {
		return ""
	}
	return l.ids[l.at]
}

// Select puts the cursor on an item, if it is there.
func (l *List) Select(id string) {
	for i := range l.ids {
		if l.ids[i] == id {
			l.at = i
		}
	}
	l.reveal()
}

// Move moves the cursor by n rows, as far as there are any.
func (l *List) Move(n int) {
	l.at = clamp(l.at+n, 0, len(l.ids)-1)
	l.reveal()
}

// Page is how far a page key moves.
func (l *List) Page() int { return max(l.height-1, 1) }

// HalfPage is how far a key for half a page moves.
func (l *List) HalfPage() int { return max(l.height/2, 1) }

// SetTall says that rows may have several lines, whether all have room or not:
// the height of the list then counts lines.
func (l *List) SetTall() { l.tall = true }

// reveal scrolls as little as it takes to show the cursor, and leaves no empty
// line at the end while there are rows above.
func (l *List) reveal() {
	if l.tall {
		l.revealTall()
		return
	}
	l.top = clamp(l.top, l.at-l.height+1, l.at)
	l.top = clamp(l.top, 0, max(len(l.ids)-l.height, 0))
}

func (l *List) revealTall() {
	l.top = clamp(l.top, 0, max(len(l.ids)-1, 0))
	if l.top = min(l.top, l.at); len(l.ids) == 0 {
		return
	}
	need := 0
	for i := l.at; i >= l.top; i-- { // upwards from the cursor, as far as there is room
		if need += l.lines(i); need > l.height && i < l.at {
			l.top = i + 1
			break
		}
	}
	for i := l.top; i < len(l.ids) && need <= l.height; i++ {
		if i > l.at {
			need += l.lines(i)
		}
	}
	for l.top > 0 && need+l.lines(l.top-1) <= l.height {
		l.top--
		need += l.lines(l.top)
	}
}

// lines returns how many lines row i has.
func (l *List) lines(i int) int { return 1 + strings.Count(l.row(i, false), "\n") }

// Rows appends the rows that are shown to lines. If the list is not in focus no
// cursor is shown. A row may be drawn as several lines, if all rows have room or
// the list is tall.
func (l *List) Rows(lines []string, focused bool) []string {
	end := len(lines) + l.height
	for i := l.top; i < l.end(); i++ {
		rest, more := l.row(i, focused && i == l.at), true
		for line := ""; more && (!l.tall || len(lines) < end); {
			line, rest, more = strings.Cut(rest, "\n")
			lines = append(lines, line)
		}
	}
	return lines
}

// end returns the row after the last one that is shown, be it in part.
func (l *List) end() int {
	if !l.tall {
		return min(l.top+l.height, len(l.ids))
	}
	i := l.top
	for room := l.height; i < len(l.ids) && room > 0; i++ {
		room -= l.lines(i)
	}
	return i
}

func (l *List) row(i int, on bool) string {
	if on {
		if l.marked[i] == "" {
			l.marked[i] = l.draw(i, true)
		}
		return l.marked[i]
	}
	if l.plain[i] == "" {
		l.plain[i] = l.draw(i, false)
	}
	return l.plain[i]
}

// At returns the row that is drawn on a line of the list, from 0.
func (l *List) At(line int) (i int, ok bool) {
	for i := l.top; line >= 0 && i < l.end(); i++ {
		if line -= 1 + strings.Count(l.row(i, false), "\n"); line < 0 {
			return i, true
		}
	}
	return 0, false
}

// Below returns how many rows there are below those shown.
func (l *List) Below() int { return len(l.ids) - l.end() }

func clamp(v, low, high int) int { return max(low, min(v, high)) }
