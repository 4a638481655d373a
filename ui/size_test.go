package ui

import (
	"flag"
	"fmt"
	"image/color"
	"math/rand/v2"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// steps is how long the random walk is; the long one is -steps 100000.
var steps = flag.Int("steps", 5_000, "steps of the random walk over the board")

// sizes are those of real terminals, and of none.
var sizes = [][2]int{
	{80, 24}, {0, 0}, {1, 1}, {20, 5}, {40, 10}, {59, 16}, {60, 15}, {60, 16}, {61, 50}, {75, 20}, {76, 16}, {80, 25},
	{90, 30}, {100, 24}, {100, 30}, {119, 40}, {120, 29}, {120, 30}, {132, 43}, {140, 40}, {160, 24}, {179, 50},
	{180, 30}, {200, 60}, {240, 70},
}

// TestEverySize shows every template at every size, on the board and on each of
// its pages, with each pane in focus.
func TestEverySize(t *testing.T) {
	for _, template := range templates {
		s := newScreen(t, template, 80, 24)
		for i, size := range sizes {
			if underRace && i%6 > 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s-%dx%d", template, size[0], size[1]), func(t *testing.T) {
				s.t = t
				s.resize(size[0], size[1]).whole()
				for range s.m.board.shown {
					s.press("tab", "end").whole()
				}
				s.press("enter").whole().press("esc", "?").whole().press("esc", "i", "end").whole().press("esc").whole()
				s.press("v", "2").whole().press("G", "l", "l").whole().press("U").whole().press("esc").whole()
				s.press("C").whole().press("a", "c", "t", "tab", "space", "tab").whole().press("ctrl+x", "esc").whole()
			})
		}
	}
}

// TestRandomWalk does what people, the file and the terminal may do in any
// order. After each step the screen must be whole, and what is drawn must not be old.
func TestRandomWalk(t *testing.T) {
	const seed = 20240815
	if testing.Short() || underRace {
		*steps = min(*steps, 300)
	}
	t.Logf("seed %d, %d steps", seed, *steps)
	s := newScreen(t, "exercise", 80, 24).looks()
	rnd := rand.New(rand.NewPCG(seed, 0))
	for i := range *steps {
		if i%10_000 == 9_999 {
			t.Logf("%d steps", i+1)
		}
		did := walk(s, rnd)
		s.whole()
		kept := s.m.View().Content
		if s.m.screen = ""; s.m.View().Content != kept {
			t.Errorf("what was drawn before %s was kept, though it has changed", did)
		}
		if s.left {
			t.Fatalf("step %d: %s ended the board", i, did)
		}
		if t.Failed() {
			t.Fatalf("at step %d: %s", i, did)
		}
	}
}

// keys are pressed on the walk: all that mean something, and some that do not.
var keys = []string{
	"j", "j", "j", "k", "k", "down", "up", "pgdown", "pgup", "ctrl+d", "ctrl+u", "home", "end", "g", "G", "h", "l", "left", "right", "tab", "shift+tab",
	"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "enter", "enter", "esc", "esc", "i", "T", "?", "space", "ctrl+f", "C",
	"a", "e", "x", "o", "d", "s", "b", "p", "n", "u", "ctrl+r", "D", "y", "ctrl+s", "ctrl+x", "enter", "1", "2",
	"c", ":", "ctrl+p", "/", "z", "v", "U", "S", "M", "m", "x", "W", "W", "Z", "é", "日", "f1", "ctrl+z", "ctrl+b", "alt+x", "backspace", "delete",
}

// walk does one thing, and says what.
func walk(s *screen, rnd *rand.Rand) string {
	switch n := rnd.IntN(100); {
	case n < 70:
		k := keys[rnd.IntN(len(keys))]
		s.press(k)
		return "key " + k
	case n < 78:
		size := sizes[rnd.IntN(len(sizes))]
		s.resize(size[0], size[1])
		return fmt.Sprintf("size %d×%d", size[0], size[1])
	case n < 84:
		s.refresh()
		return "refresh"
	case n < 88:
		d := time.Duration(rnd.IntN(600)) * time.Minute
		s.pass(d)
		return fmt.Sprintf("%v pass", d)
	case n < 90:
		s.src.err = data.Refuse("the disk is gone")
		s.refresh()
		s.src.err = nil
		return "failure"
	case n < 92:
		s.send(tea.BackgroundColorMsg{Color: []color.Color{color.White, color.Black}[rnd.IntN(2)]})
		return "background"
	}
	return change(s, rnd)
}

// change lets somebody change something, told to the board in half of all
// cases.
func change(s *screen, rnd *rand.Rand) string {
	did := ""
	ref := data.Ref(fmt.Sprintf("A-%d", 40+rnd.IntN(40)))
	switch rnd.IntN(4) {
	case 0:
		title := texts[rnd.IntN(len(texts))]
		s.records("ben", newItem(s.t, data.KindAction, "title", title, "stream", "support", "due", fmt.Sprintf("%dh", rnd.IntN(200)-50)))
		did = "new action " + title
	case 1:
		e, err := s.other().Get(s.t.Context(), ref)
		if err != nil {
			s.t.Fatal(err)
		}
		next := map[data.ActionState]string{data.Open: "doing", data.Doing: "done", data.Blocked: "doing", data.Done: "open", data.Dropped: "open"}
		state := next[e.(*data.Action).State]
		s.sets("ben", ref, "state", state)
		did = fmt.Sprintf("%s becomes %s", ref, state)
	case 2:
		s.records("ben", newItem(s.t, data.KindQuestion, "text", texts[rnd.IntN(len(texts))]))
		did = "new question"
	case 3:
		s.records("ben", newItem(s.t, data.KindClaim, "cell", "all/all", "unit", "people", "best", fmt.Sprint(rnd.IntN(1_000_000))))
		did = "new claim"
	}
	if rnd.IntN(2) == 0 {
		s.refresh()
	}
	return did
}
