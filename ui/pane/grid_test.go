package pane

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// about returns a claim about a figure.
func about(cell data.Cell, u data.Unit, c *data.Claim) *data.Claim {
	c.Cell, c.Unit, c.Ref, c.MadeBy, c.MadeAt = cell, u, "C-7", "lena", ago(time.Hour)
	return c
}

// someFigures has figures of all forms: large, small, none, and of little use.
func someFigures() []*data.Claim {
	return []*data.Claim{
		about("all/all", data.People, claim(999_949_999_999_999, 999_949_999_999_999, 1e15, data.Claimed)),
		about("all/names", data.People, claim(1e15, 1e15, 1e15, data.Confirmed)),
		about("europe/all", data.People, claim(0, 0, 0, data.Confirmed)),
		about("europe/names", data.People, claim(123_400, 567_800, 999_900, data.Estimated)),
		about("asia/addresses", data.People, claim(-1, -1, 99_949, data.Reported)),
		about("elsewhere/service-history", data.People, claim(123_456, -1, -1, "")),
		about("elsewhere/phone-numbers", data.Records, claim(-1, 3, -1, data.Reported)),
	}
}

// grid draws a grid without styles.
func grid(v *View, figures []*data.Claim, on data.Cell, w, h int) []string {
	g := NewGrid(on)
	g.Set(v)
	if figures != nil {
		g.SetFigures(figures)
	}
	g.SetSize(w, h)
	lines := g.Lines(nil)
	for i := range lines {
		lines[i] = ansi.Strip(lines[i])
	}
	return lines
}

// TestGridFillsItsRoom draws grids in every room that they may be given.
func TestGridFillsItsRoom(t *testing.T) {
	for name, v := range map[string]*View{"full": full(), "empty": empty()} {
		for _, figures := range [][]*data.Claim{nil, {}, someFigures()} {
			for w := 60; w <= 200; w += 3 {
				for _, h := range []int{0, 1, 5, 12, 16, 20, 33, 56} {
					lines := grid(v, figures, "all/all", w, h)
					if len(lines) != h {
						t.Fatalf("%s in %d×%d has %d lines", name, w, h, len(lines))
					}
					for _, l := range lines {
						if n := ansi.StringWidth(l); n != w {
							t.Fatalf("%s in %d×%d: %d cells: %q", name, w, h, n, l)
						}
					}
				}
			}
		}
	}
}

// TestGridCutsNoNumber draws a grid at every width: a number that is cut is
// another number.
func TestGridCutsNoNumber(t *testing.T) {
	for w := 60; w <= 200; w += 3 {
		for _, h := range []int{12, 20, 33, 56} {
			got := strings.Join(grid(full(), someFigures(), "europe/names", w, h), "\n")
			for _, want := range []string{"~1P", "0 ●", "~568k", "≥123k", "≤99.9k", Unknown} {
				if strings.Contains(got, want+"…") || !strings.Contains(got, want) && !strings.Contains(strings.ReplaceAll(got, "at least ", "≥"), want) &&
					!strings.Contains(strings.ReplaceAll(got, "at most ", "≤"), want) {
					t.Fatalf("%d×%d does not show %q whole:\n%s", w, h, want, got)
				}
			}
		}
	}
}

func TestGridShades(t *testing.T) {
	for _, tt := range []struct {
		most int64
		want string // the shades of 0, 1, 2, 3, 9, 10, 1000, 10000, 46000, 1e15
	}{
		{0, "0111111111"}, // nothing but nobody
		{1, "04"},
		{2, "044"},
		{3, "0444"},
		{10, "023344"},
		{46_000, "011111134"},
		{1_000_000_000_000_000, "0111111114"},
	} {
		g := NewGrid(data.AllPeople)
		g.most = tt.most
		got := ""
		for _, n := range []int64{0, 1, 2, 3, 9, 10, 1000, 10_000, 46_000, 1e15} {
			if n <= tt.most || tt.most == 0 {
				got += fmt.Sprint(g.shade(n))
			}
		}
		if tt.most > 0 && got != tt.want {
			t.Errorf("of %d: shades %s, want %s", tt.most, got, tt.want)
		}
	}
}

// TestGridKeepsItsCell takes columns and rows away and gives them back.
func TestGridKeepsItsCell(t *testing.T) {
	g := NewGrid("asia/addresses")
	g.Set(full())
	g.SetSize(80, 20)
	on := func(want data.Cell) {
		t.Helper()
		if got := g.Selected().Cell; got != want {
			t.Errorf("the cursor is on %s, want %s", got, want)
		}
	}
	on("asia/addresses")
	v := full()
	v.Regions = v.Regions[1:]
	g.Set(v)
	on("asia/addresses")
	v.Regions = v.Regions[:1] // Europe alone
	g.Set(v)
	on("europe/addresses")
	g.SetFigures([]*data.Claim{about("north-america/names", data.Records, claim(1, 1, 1, ""))})
	on("europe/addresses")
	g.Set(empty())
	on("north-america/names") // what the one figure is about is still there
	g.Move(-9, -9)
	on("all/all")
}

func someClaims(n int) *Claims {
	var rows []*data.Claim
	for i := range n {
		c := about("europe/all", data.People, claim(int64(i), int64(1000*i), -1, wordsOf[data.Standing](data.KindClaim, "standing")[i%6]))
		c.Ref, c.Source, c.Basis = data.Ref(fmt.Sprintf("C-%d", 1000-i)), data.Ref(fmt.Sprintf("S-%d", i)), strings.Repeat("理由 because ", i)
		c.MadeBy, c.MadeSeq = data.Actor(strings.Repeat("n", 10*i)), int64(1000-i)
		rows = append(rows, c)
	}
	return NewClaims(data.FigureKey{Cell: "europe/all", Unit: data.People}, rows, map[data.Ref]*data.Source{"S-1": {Title: strings.Repeat("title ", 60)}, "S-2": nil})
}

func TestClaimsFillTheirRoom(t *testing.T) {
	for _, n := range []int{0, 1, 2, 9} {
		c := someClaims(n)
		for w := 45; w <= 120; w += 5 {
			for h := 0; h < 40; h += 3 {
				_, most := c.Lines(full(), w, h, 0)
				for _, skip := range []int{0, 1, most, most + 100} {
					lines, _ := c.Lines(full(), w, h, skip)
					if len(lines) != h {
						t.Fatalf("%d claims in %d×%d have %d lines", n, w, h, len(lines))
					}
					for _, l := range lines {
						if got := ansi.StringWidth(l); got != w {
							t.Fatalf("%d claims in %d×%d: %d cells: %q", n, w, h, got, ansi.Strip(l))
						}
					}
				}
			}
		}
	}
}

func TestClaimsBreakNoId(t *testing.T) {
	var rows []*data.Claim
	for i := range 30 {
		c := about("all/all", data.People, claim(-1, int64(i), -1, data.Reported))
		c.Ref, c.MadeSeq, c.Source = data.Ref(fmt.Sprintf("C-%d", 100+i)), int64(i), ""
		rows = append(rows, c)
	}
	c := NewClaims(rows[0].Key(), rows, nil)
	for w := 45; w <= 120; w += 5 {
		lines, _ := c.Lines(full(), w, 40, 0)
		for _, l := range lines {
			if l := strings.TrimSpace(ansi.Strip(l)); strings.HasSuffix(l, "C-") || strings.Contains(l, "C- ") {
				t.Fatalf("%d wide, an id is broken: %q", w, l)
			}
		}
		if all := ansi.Strip(strings.Join(lines, " ")); !strings.Contains(strings.Join(strings.Fields(all), " "), "C-129 with C-128, C-127, C-126 and 26 others") {
			t.Fatalf("%d wide, it does not say what does not agree: %s", w, all)
		}
	}
}
