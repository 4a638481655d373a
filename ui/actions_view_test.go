package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// listed returns the ids that a full view lists, from the top of what is shown.
func (s *screen) listed() (ids []data.Ref) {
	for _, line := range s.lines()[headerHeight+1 : s.m.height-footerHeight] {
		word, _, _ := strings.Cut(strings.TrimLeft(line, " >"), " ")
		if strings.HasPrefix(word, "A-") {
			ids = append(ids, data.Ref(word))
		}
	}
	return ids
}

// wanted returns the ids of the actions that a query asks for, by looking at all
// of them.
func (s *screen) wanted(filter, sort string, down bool) (ids []data.Ref) {
	s.t.Helper()
	f, err := data.ParseFilter(data.KindAction, filter, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	q := data.ActionQuery{Filter: f, Sort: sort, Down: down, Now: s.now, Me: "ana"}
	all, err := s.store.List(s.t.Context(), data.KindAction)
	if err != nil {
		s.t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(e data.Entity) bool { return !q.Match(e.(*data.Action)) })
	slices.SortFunc(all, func(a, b data.Entity) int { return q.Compare(a.(*data.Action), b.(*data.Action)) })
	for _, e := range all {
		ids = append(ids, e.Info().Ref)
	}
	return ids
}

// lists fails the test unless the view shows the first of these, or all.
func (s *screen) lists(want []data.Ref) *screen {
	s.t.Helper()
	got := s.listed()
	if n := min(len(want), s.m.height-headerHeight-footerHeight-1); !slices.Equal(got, want[:n]) {
		s.t.Fatalf("the list is %v, want %v:\n%s", got, want[:n], s.text())
	}
	return s
}

// all is the title of a list of all open actions.
func (s *screen) all() string { return fmt.Sprintf("─ Actions %d ", len(s.wanted("", "", false))) }

func TestActionsView(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}, {200, 60}} {
		s := newScreen(t, "exercise", size[0], size[1]).press("z").whole()
		s.lists(s.wanted("", "", false))
		s.press("j", "j").shows(">A-21").press("enter").shows("─ A-21 ").press("esc").shows(s.all(), ">A-21")
		s.press("esc").shows("4 Open actions ").on("A-42")
		digit := s.m.board.digit(s.m.board.actions)
		s.press(digit).shows(s.all()).press("q").lacks(s.all())
	}
}

func TestDetailBesideTheList(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).press("z").shows("─ A-42 Interview", "Lanternfish's lawyers", "History, newest first")
	s.press("j").shows("─ A-51 Save the chat").lacks("─ A-42 Interview")
	s.sets("ben", "A-51", "detail", "The archive is at the provider's.").refresh().shows("─ A-51 Save the chat", "The archive is at the provider's.")
	newScreen(t, "exercise", 119, 40).press("z").lacks("History, newest first")
}

func TestFilterAsYouType(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "/").shows(" filter: ")
	for _, filter := range []string{"owner:jonas", "is:late", "not:is:late stream:support", "is:done", "state:done,dropped", "due:<2d", "佐藤", "notices priority:P0"} {
		s.types(filter).shows(" filter: "+filter, "· filter: "+filter+" ").lists(s.wanted(filter, "", false)).whole()
		s.shows(fmt.Sprintf("─ Actions %d ", len(s.wanted(filter, "", false))))
		s.press("enter").shows("esc back").lists(s.wanted(filter, "", false))
		s.press("esc").shows(s.all()).press("g").lists(s.wanted("", "", false)).press("/")
	}
}

// TestFilterThatDoesNotParse keeps the list of the last good one, and says where
// the fault is.
func TestFilterThatDoesNotParse(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).press("z", "/").types("owner:jonas")
	good := s.wanted("owner:jonas", "", false)
	s.types(" dew:<2d").shows("at 13", "dew", "filter: owner:jonas dew ─").press("enter").shows(" filter: owner:jonas dew:<2d")
	for range len("dew:<2d") {
		s.press("backspace")
	}
	s.lists(good).lacks("at 13").press("enter").lists(good)
}

func TestFilterThatMatchesNothing(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "/").types("zebra")
	s.shows(`no action matches "zebra"; esc shows all`, "─ Actions 0 ").press("enter", "enter").shows("nothing to open").press("esc").shows(s.all())
}

// TestFilterKeepsTheCursor leaves the cursor on its item as long as that is
// wanted.
func TestFilterKeepsTheCursor(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "j", "j").shows(">A-21")
	s.press("/").types("is:late").shows(">A-21").press("esc").shows(">A-21")
	s.press("/").types("stream:support")
	if got := s.listed(); len(got) == 0 || got[0] == "A-21" {
		t.Errorf("it lists %v", got)
	}
	s.whole()
}

func TestSortByAnyField(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).press("z")
	for i := range data.SpecOf(data.KindAction).Fields {
		s.press("S").shows("─ Sort the actions by ", "worst first")
		for range i + 1 {
			s.press("j")
		}
		s.press("enter", "g")
		a := s.m.top().(*actionsView)
		s.lists(s.wanted("", a.sort, false)).whole()
	}
	s.press("S", "2").shows("by title ─").press("S", "2", "g").shows("by title, last first ─").lists(s.wanted("", "title", true))
	s.press("S", "1", "g").lists(s.wanted("", "", false))
}

func TestOnlyMine(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.sets("ben", "A-50", "owner", "ana").refresh()
	s.press("z", "M").shows("─ Actions 1 · mine ", "A-50").lists([]data.Ref{"A-50"})
	s.press("/").types("zebra").shows(`no action of mine matches "zebra"`).press("esc", "M").shows(s.all())
}

// TestFilteredListIsLive shows what others change, with the cursor on its item.
func TestFilteredListIsLive(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "/").types("is:late").press("enter", "j", "j").shows(">A-21", "─ Actions 8 ")
	s.sets("ben", "A-51", "state", "done").refresh().shows(">A-21", "─ Actions 7 ").lists(s.wanted("is:late", "", false))
	s.sets("ben", "A-21", "state", "done").refresh().shows(">A-21") // it stays under the cursor until that leaves it
	s.press("j").refresh().lists(s.wanted("is:late", "", false))
}

// TestFilterFromTheBoard zooms and filters with one key.
func TestFilterFromTheBoard(t *testing.T) {
	newScreen(t, "exercise", 80, 24).press("/").shows("─ Actions ", " filter: ").types("is:late").shows("─ Actions 8 ")
}

// TestKeysAreTextWhileTyping types every printable character into the filter:
// each arrives, and none means anything.
func TestKeysAreTextWhileTyping(t *testing.T) {
	s := newScreen(t, "exercise", 200, 60).press("z", "/")
	text := ""
	for r := rune('!'); r <= '~'; r++ {
		s.press(string(r))
		text += string(r)
	}
	if got := s.m.typing.field.Value(); got != text || s.left || len(s.m.stack) != 1 {
		t.Errorf("it took %q, want %q", got, text)
	}
}

func TestCompleteAFilter(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("z", "/").types("is:la").press("tab").shows(" filter: is:late", "─ Actions 8 ")
	s.press("ctrl+u").types(`state:"a b",doi`).press("tab").shows(` filter: state:"a b",doing`)
	s.press("ctrl+u").types("is:late ow").press("tab").shows(" filter: is:late owner:")
}
