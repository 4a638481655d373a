package term

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A cell is what is in one place of a terminal.
type cell struct {
	text string // a letter with all that belongs to it; "" is the right half of a wide one
	ink  string // how it is painted, as the terminal is told; "" is plainly
}

var blankCell = cell{text: " "}

// cellsOf returns a line in w cells. It writes over into. What is neither text
// nor paint is left out.
func cellsOf(into []cell, line string, w int) []cell {
	into = into[:0]
	ink := ""
	for len(line) > 0 && len(into) < w {
		c := line[0]
		if c >= ' ' && c <= '~' && (len(line) == 1 || line[1] < 0x80) { // which nothing can belong to
			into, line = append(into, cell{line[:1], ink}), line[1:]
			continue
		}
		if c < ' ' {
			seq, _, n, _ := ansi.DecodeSequence(line, ansi.NormalState, nil)
			if line = line[n:]; strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m") {
				ink = dip(ink, seq)
			}
			continue
		}
		letter, width := ansi.FirstGraphemeCluster(line, ansi.GraphemeWidth)
		line = line[len(letter):]
		if width > 0 && len(into)+width <= w {
			into = append(into, cell{letter, ink})
			for range width - 1 {
				into = append(into, cell{"", ink})
			}
		}
	}
	for len(into) < w {
		into = append(into, blankCell)
	}
	return into
}

// dip returns the ink after a sequence that changes it.
func dip(ink, seq string) string {
	switch what := seq[2 : len(seq)-1]; {
	case what == "" || what == "0":
		return ""
	case ink == "" || strings.HasPrefix(what, "0;"):
		return seq
	}
	return ink + seq
}

// gather is how many cells that are already right are written again, because to
// leave them out costs more.
const gather = 4

// A pen writes to a terminal what differs between lines.
type pen struct {
	out  []byte
	inks func(string) string // an ink as this terminal has it
	ink  string              // what it writes in
	on   string              // the same, as this terminal has it
	x, y int                 // where it stands; x is below 0 where that is not known
}

// line makes a line of the terminal what it is now.
func (p *pen) line(y int, was, is []cell) {
	filled := len(is) // up to the blanks at the end
	for filled > 0 && is[filled-1] == blankCell {
		filled--
	}
	for x := 0; x < len(is); {
		if was[x] == is[x] {
			x++
			continue
		}
		if x >= filled && len(is)-x > gather {
			p.move(x, y)
			p.dip("")
			p.out = append(p.out, "\x1b[K"...)
			return
		}
		p.put(x, y, is)
		x++
		for end := x; end < len(is) && end-x < gather; end++ { // is there more, close by?
			if was[end] != is[end] {
				for ; x < end; x++ {
					p.put(x, y, is)
				}
				break
			}
		}
	}
}

// put writes one cell of a line.
func (p *pen) put(x, y int, is []cell) {
	c := is[x]
	if c.text == "" {
		return // it came with the one before
	}
	p.move(x, y)
	p.dip(c.ink)
	p.out = append(p.out, c.text...)
	if p.x++; len(c.text) > 3 {
		p.x = -1 // terminals differ about how wide it is
	} else if p.x < len(is) && is[p.x].text == "" {
		p.x++
	}
}

// move goes to a cell.
func (p *pen) move(x, y int) {
	switch {
	case p.x == x && p.y == y:
		return
	case p.y == y && p.x >= 0 && p.x < x:
		p.out = append(p.out, "\x1b["...)
		if n := x - p.x; n > 1 {
			p.out = strconv.AppendInt(p.out, int64(n), 10)
		}
		p.out = append(p.out, 'C')
	default:
		p.out = append(p.out, "\x1b["...)
		p.out = strconv.AppendInt(p.out, int64(y+1), 10)
		p.out = append(p.out, ';')
		p.out = strconv.AppendInt(p.out, int64(x+1), 10)
		p.out = append(p.out, 'H')
	}
	p.x, p.y = x, y
}

// dip takes another ink.
func (p *pen) dip(ink string) {
	if p.ink == ink {
		return
	}
	was := p.on
	if p.ink, p.on = ink, p.inks(ink); p.on == was {
		return
	}
	if was != "" {
		p.out = append(p.out, "\x1b[m"...)
	}
	p.out = append(p.out, p.on...)
}
