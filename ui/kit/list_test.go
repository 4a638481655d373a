package kit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// draw returns a row that says which one it is.
func (l *List) test(ids ...string) {
	l.SetRows(ids, func(i int, on bool) string {
		if on {
			return ">" + ids[i]
		}
		return " " + ids[i]
	})
}

func shown(l *List) string { return strings.Join(l.Rows(nil, true), "") }

func numbers(from, to int) (ids []string) {
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprint(i))
	}
	return ids
}

func TestListMoves(t *testing.T) {
	var l List
	l.test("a", "b", "c", "d", "e")
	l.SetHeight(3)
	for _, tt := range []struct {
		by   int
		want string
	}{
		{0, ">a b c"}, {1, " a>b c"}, {1, " a b>c"}, {1, " b c>d"}, {-1, " b>c d"}, {-1, ">b c d"}, {-1, ">a b c"},
		{-1, ">a b c"}, {100, " c d>e"}, {1, " c d>e"}, {-100, ">a b c"},
	} {
		if l.Move(tt.by); shown(&l) != tt.want {
			t.Errorf("after a move by %d: %q, want %q", tt.by, shown(&l), tt.want)
		}
	}
	if got := strings.Join(l.Rows(nil, false), ""); got != " a b c" {
		t.Errorf("without focus: %q", got)
	}
	if l.Page() != 2 || l.Below() != 2 || l.Len() != 5 {
		t.Errorf("page %d, below %d, rows %d", l.Page(), l.Below(), l.Len())
	}
	if l.Select("d"); l.Selected() != "d" || shown(&l) != " b c>d" {
		t.Errorf("selected %q: %q", l.Selected(), shown(&l))
	}
	if l.Select("nobody"); l.Selected() != "d" {
		t.Errorf("selected %q", l.Selected())
	}
}

func TestListKeepsItsItemAndItsLine(t *testing.T) {
	at := func() *List {
		var l List
		l.test(numbers(10, 20)...)
		l.SetHeight(4)
		l.Move(6) // 13 14 15 16, the cursor on 16
		l.Move(-1)
		return &l
	}
	for _, tt := range []struct {
		name string
		ids  []string
		want string
	}{
		{"as it was", numbers(10, 20), " 13 14>15 16"},
		{"rows above", numbers(0, 20), " 13 14>15 16"},
		{"rows below", numbers(10, 90), " 13 14>15 16"},
		{"fewer above", numbers(13, 20), " 13 14>15 16"},
		{"too few above for its line", numbers(14, 20), " 14>15 16 17"},
		{"first", numbers(15, 25), ">15 16 17 18"},
		{"too few below for its line", numbers(1, 16), " 12 13 14>15"},
		{"alone", []string{"15"}, ">15"},
		{"gone", []string{"10", "11", "12", "13", "14", "16", "17"}, " 13 14>16 17"},
		{"gone, and few left", []string{"a", "b", "c"}, " a b>c"},
		{"nothing left", nil, ""},
	} {
		l := at()
		if l.test(tt.ids...); shown(l) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, shown(l), tt.want)
		}
	}
}

func TestListWithoutRoom(t *testing.T) {
	var l List
	if l.Selected() != "" || l.Index() != 0 || shown(&l) != "" {
		t.Error("an empty list has something")
	}
	l.Move(1)
	l.Move(-1)
	l.test("a", "b", "c")
	l.SetHeight(-3)
	if l.Move(1); shown(&l) != "" || l.Selected() != "b" || l.Page() != 1 {
		t.Errorf("%q, on %q", shown(&l), l.Selected())
	}
	l.SetHeight(1)
	if shown(&l) != ">b" {
		t.Errorf("%q", shown(&l))
	}
}

// TestListDrawsRowsOnce counts how often rows are drawn: only those in sight,
// and again only after something has changed.
func TestListDrawsRowsOnce(t *testing.T) {
	drawn := 0
	var l List
	l.SetRows(numbers(0, 1000), func(i int, on bool) string { drawn++; return fmt.Sprint(i) })
	l.SetHeight(10)
	want := func(n int, what string) {
		t.Helper()
		l.Rows(nil, true)
		if drawn != n {
			t.Errorf("%s: %d rows drawn, want %d", what, drawn, n)
		}
		drawn = 0
	}
	want(10, "first")
	want(0, "again")
	l.Move(1)
	want(2, "after a move") // the row left, the row reached
	l.Move(-1)
	want(0, "and back")
	l.Redraw()
	want(10, "in another look")
}

// TestListHolds does anything in any order.
func TestListHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l List
		var ids []string
		height := 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			on, line, was := l.Selected(), slices.Index(l.Rows(nil, true), ">"+l.Selected()), len(ids)
			replaced := false
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				ids = rapid.SliceOfNDistinct(rapid.SampledFrom(numbers(0, 40)), 0, 40, rapid.ID).Draw(t, "ids")
				l.test(ids...)
				replaced = true
			case 1:
				l.Move(rapid.IntRange(-50, 50).Draw(t, "by"))
			case 2:
				height = rapid.IntRange(0, 20).Draw(t, "height")
				l.SetHeight(height)
			case 3:
				l.Select(fmt.Sprint(rapid.IntRange(0, 45).Draw(t, "id")))
			}
			holds(t, &l, ids, height)
			if !replaced || on == "" || !slices.Contains(ids, on) {
				continue
			}
			if l.Selected() != on {
				t.Fatalf("the cursor went from %s to %s", on, l.Selected())
			}
			// The line is kept if there are rows enough around it.
			i := slices.Index(ids, on)
			if line >= 0 && was > height && i >= line && len(ids)-i >= height-line && slices.Index(l.Rows(nil, true), ">"+on) != line {
				t.Fatalf("the cursor was on line %d of %d: %q", line, height, shown(&l))
			}
		}
	})
}

// holds fails the test unless a list shows as many rows as it can, one after
// the other, and the cursor among them.
func holds(t *rapid.T, l *List, ids []string, height int) {
	t.Helper()
	rows := l.Rows(nil, true)
	if len(rows) != min(height, len(ids)) {
		t.Fatalf("%d rows shown, of %d in %d lines", len(rows), len(ids), height)
	}
	if l.Len() != len(ids) {
		t.Fatalf("%d rows, want %d", l.Len(), len(ids))
	}
	if len(ids) == 0 {
		if l.Selected() != "" {
			t.Fatalf("the cursor is on %q", l.Selected())
		}
		return
	}
	if l.Index() < 0 || l.Index() >= len(ids) || ids[l.Index()] != l.Selected() {
		t.Fatalf("the cursor is at %d, on %q", l.Index(), l.Selected())
	}
	if height == 0 {
		return
	}
	first := slices.Index(ids, rows[0][1:])
	for i, row := range rows {
		mark := " "
		if first+i == l.Index() {
			mark = ">"
		}
		if row != mark+ids[first+i] {
			t.Fatalf("line %d shows %q, want %q", i, row, mark+ids[first+i])
		}
	}
	if l.Index() < first || l.Index() >= first+len(rows) {
		t.Fatalf("the cursor is at %d, rows %d to %d are shown", l.Index(), first, first+len(rows)-1)
	}
	if l.Below() != len(ids)-first-len(rows) {
		t.Fatalf("%d below, want %d", l.Below(), len(ids)-first-len(rows))
	}
}
