package term

import "strconv"

// Terminals move lines by themselves. That costs few bytes, but each move of lines that
// are then drawn again anyway costs more than it saves.
const (
	mostMoved  = 8 // by how many lines a list scrolls at once
	leastMoved = 4 // how many lines must be right afterwards that were not before
)

// scroll moves lines of the terminal where that brings most of them to where they now
// belong. It does the same to was.
func (p *pen) scroll(was, is []string) {
	top, bottom := 0, len(is)
	for top < bottom && was[top] == is[top] {
		top++
	}
	for bottom > top && was[bottom-1] == is[bottom-1] {
		bottom--
	}
	by, most := 0, leastMoved-1
	for n := 1; n <= min(mostMoved, bottom-top-1); n++ {
		for _, d := range [2]int{n, -n} {
			if won := moved(was[top:bottom], is[top:bottom], d); won > most {
				by, most = d, won
			}
		}
	}
	if by == 0 {
		return
	}
	top, bottom = narrow(was, is, top, bottom, by)
	p.shift(top, bottom, by)
	rows, n := was[top:bottom], max(by, -by)
	if by > 0 {
		copy(rows, rows[n:])
		clear(rows[len(rows)-n:])
	} else {
		copy(rows[n:], rows)
		clear(rows[:n])
	}
}

// moved counts the lines that are right only if all move up by d lines, less those that
// are right only if they do not.
func moved(was, is []string, d int) (n int) {
	for y := range is {
		from := y + d
		switch {
		case was[y] == is[y] && is[y] != "":
			n--
		case from >= 0 && from < len(was) && was[from] == is[y] && is[y] != "" && was[y] != is[y]:
			n++
		}
	}
	return n
}

// narrow returns the lines between top and bottom that have to move by d: those around
// them stay where they are, such as the head of a list.
func narrow(was, is []string, top, bottom, d int) (first, end int) {
	right := func(y int) bool { from := y + d; return from >= top && from < bottom && was[from] == is[y] }
	first, end = top, bottom
	for first < end && !right(first) {
		first++
	}
	for end > first && !right(end-1) {
		end--
	}
	// Where the lines come from is one more that nearly belongs to them: the row that
	// had the cursor on it.
	if d > 0 {
		return first, min(end+d+1, bottom)
	}
	return max(first+d-1, top), end
}

// shift has the terminal move the lines between top and bottom up by d, or down. What
// comes in is blank.
func (p *pen) shift(top, bottom, d int) {
	p.dip("")
	p.out = append(p.out, "\x1b["...)
	p.out = strconv.AppendInt(p.out, int64(top+1), 10)
	p.out = append(p.out, ';')
	p.out = strconv.AppendInt(p.out, int64(bottom), 10)
	p.out = append(p.out, 'r')
	p.x = -1
	p.move(0, top)
	p.out = append(p.out, "\x1b["...)
	how := byte('M')
	if d < 0 {
		how, d = 'L', -d
	}
	if d > 1 {
		p.out = strconv.AppendInt(p.out, int64(d), 10)
	}
	p.out = append(p.out, how)
	p.out = append(p.out, "\x1b[r"...)
	p.x = -1 // it is moved by the last
}
