package ui

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/store"
	"warroom/ui/kit"
)

// focused returns the title of the pane that stands out, its digit included.
func (s *screen) focused() string {
	s.t.Helper()
	on, off, _ := strings.Cut(kit.NewTheme(s.m.look()).Focus.Paint("x"), "x")
	parts := strings.Split(s.m.View().Content, on)
	if len(parts) != 2 {
		s.t.Fatalf("%d panes stand out:\n%s", len(parts)-1, s.text())
	}
	title, _, _ := strings.Cut(parts[1], off)
	return title
}

func TestDigitsGoToPanes(t *testing.T) {
	for _, size := range sizes {
		if size[0] < leastWidth || size[1] < leastHeight {
			continue
		}
		s := newScreen(t, "exercise", size[0], size[1])
		for i, p := range s.m.board.shown {
			digit := fmt.Sprint(i + 1)
			s.press(digit).whole()
			if s.m.board.focus != p {
				t.Errorf("%v: %s goes to %s, want %s", size, digit, s.m.board.focus.Name, p.Name)
			}
			if got := s.focused(); !strings.HasPrefix(got, digit+" ") {
				t.Errorf("%v: %s goes to the pane called %q", size, digit, got)
			}
		}
		// A digit without a pane does nothing.
		was := s.focused()
		if s.press("9", "0"); s.focused() != was && len(s.m.board.shown) < 9 {
			t.Errorf("%v: 9 goes to %q", size, s.focused())
		}
	}
}

func TestTabGoesRound(t *testing.T) {
	for _, keys := range [][2]string{{"tab", "shift+tab"}, {"l", "h"}, {"right", "left"}} {
		s := newScreen(t, "exercise", 140, 40).press("1")
		var there, back []string
		for range 8 {
			there = append(there, s.focused()[:1])
			s.press(keys[0])
		}
		for range 8 {
			s.press(keys[1])
			back = append(back, s.focused()[:1])
		}
		if got := strings.Join(there, ""); got != "12345678" {
			t.Errorf("%s goes through %s", keys[0], got)
		}
		if got := strings.Join(back, ""); got != "87654321" {
			t.Errorf("%s goes through %s", keys[1], got)
		}
	}
}

// TestEveryItemOpens opens each item of each pane: all its fields and its whole
// history are there, and esc goes back to where one was.
func TestEveryItemOpens(t *testing.T) {
	s := newScreen(t, "exercise", 200, 70)
	for i := range s.m.board.shown {
		s.press(fmt.Sprint(i+1), "home")
		if s.m.board.focus == s.m.board.trends { // no item, but a view of its own
			s.press("enter").shows("─ Trends ─").press("esc")
			continue
		}
		for range s.m.board.focus.List().Len() {
			was, line := s.cursor()
			ref := s.m.board.focus.Selected()
			if s.m.board.focus == s.m.board.activity {
				ref = s.m.view.Activity[s.m.board.focus.List().Index()].Item()
			}
			s.press("enter").whole()
			hasAll(t, s, ref)
			s.press("esc")
			if now, at := s.cursor(); now != was || at != line {
				t.Errorf("back from %s the cursor is at %q (line %d), was at %q (line %d)", ref, now, at, was, line)
			}
			s.press("j")
		}
	}
}

// hasAll fails the test unless the page that is open says all there is to know
// of an item.
func hasAll(t *testing.T, s *screen, ref data.Ref) {
	t.Helper()
	e, err := s.store.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	history, err := s.store.History(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	page := s.page()
	has := func(text string) {
		t.Helper()
		if !strings.Contains(squeeze(page), squeeze(text)) {
			t.Errorf("the page of %s does not show %q:\n%s", ref, text, page)
		}
	}
	if !strings.HasPrefix(page, "─ "+string(ref)+" "+data.FirstLine(e.Name())) {
		t.Errorf("the page of %s is called %q", ref, strings.SplitN(page, "\n", 2)[0])
	}
	for _, f := range data.FieldsOf(e) {
		if f.Applies(e) && !f.Internal {
			has(f.Label)
			has(f.Show(f.Get(e)))
		}
	}
	for _, ev := range history {
		has(fmt.Sprintf("%s  event %d", ev.By, ev.Seq))
		c, ok := ev.Body.(data.Changed)
		if !ok {
			has(data.Describe(ev.Body))
			continue
		}
		for _, change := range c.Changes {
			has(data.Describe(data.Changed{Ref: c.Ref, Changes: []data.Change{change}}))
		}
		if c.Why != "" {
			has("because " + c.Why)
		}
	}
}

// squeeze takes out what breaks lines.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// page returns the page that is open, from its title to its end.
func (s *screen) page() string {
	s.t.Helper()
	s.press("home")
	var all []string
	for last := ""; ; s.press("pgdown") {
		view := s.text()
		if view == last {
			break
		}
		last = view
		lines := strings.Split(view, "\n")[headerHeight : s.m.height-footerHeight]
		if len(all) > 0 {
			lines = lines[1:]
			if again := slices.Index(lines, all[len(all)-1]); s.atBottom() && again >= 0 {
				lines = lines[max(0, overlap(all, lines)):]
			}
		}
		all = append(all, lines...)
	}
	for i := range all {
		all[i] = strings.TrimRight(all[i], " ")
	}
	return strings.Join(all, "\n")
}

// atBottom reports whether the page on top shows its end.
func (s *screen) atBottom() bool {
	switch p := s.m.top().(type) {
	case *itemPage:
		return p.port.AtBottom()
	case *helpPage:
		return p.port.AtBottom()
	case *page:
		return p.port.AtBottom()
	}
	return false
}

// overlap returns how many of the first lines of next are the last of all.
func overlap(all, next []string) int {
	for n := min(len(all), len(next)); n > 0; n-- {
		if slices.Equal(all[len(all)-n:], next[:n]) {
			return n
		}
	}
	return 0
}

func TestDetailOfActivityIsTheItem(t *testing.T) {
	newScreen(t, "exercise", 80, 24).press("5").
		shows("felix      A-54     due → 17:02Z").
		press("enter").
		shows("─ A-54 Datenschutzbehörde: zweite Rückfrage", "due 5 Sep 2024 15:32Z → 5 Sep 2024 17:02Z", "because Zahlen je Mitgliedstaat")
}

func TestWaysOut(t *testing.T) {
	for _, tt := range []struct {
		keys []string
		left bool
		page bool
	}{
		{[]string{"q"}, true, false},
		{[]string{"ctrl+c"}, true, false},
		{[]string{"esc"}, false, false},
		{[]string{"enter", "q"}, false, false},
		{[]string{"enter", "esc"}, false, false},
		{[]string{"enter", "enter"}, false, false},
		{[]string{"enter", "ctrl+c"}, true, true},
		{[]string{"?", "q"}, false, false},
		{[]string{"?", "esc"}, false, false},
		{[]string{"?", "ctrl+c"}, true, true},
		{[]string{"enter", "q", "q"}, true, false},
		{[]string{"enter", "q", "ctrl+c"}, true, false},
	} {
		s := newScreen(t, "toyota-2024", 80, 24).press(tt.keys...)
		if s.left != tt.left || (s.m.top() != nil) != tt.page {
			t.Errorf("%v: left %v, page %v; want %v, %v", tt.keys, s.left, s.m.top() != nil, tt.left, tt.page)
		}
	}
}

func TestKeysWithoutMeaningDoNothing(t *testing.T) {
	unknown := []string{"0", "9", "Q", "Z", "E", "é", "日", "'", `\`, "f1", "f12", "insert", "delete", "backspace", "ctrl+a",
		"ctrl+b", "ctrl+s", "ctrl+q", "ctrl+h", "alt+enter", "alt+x", "ctrl+left", "shift+down", "ctrl+alt+c"}
	for _, where := range [][]string{nil, {"enter"}, {"?"}} {
		s := newScreen(t, "toyota-2024", 80, 24).press(where...)
		was := s.m.View().Content
		for _, k := range unknown {
			if cmd := s.hold(keyPress(k)); cmd != nil || s.m.View().Content != was {
				t.Errorf("%v, then %s: the board does something", where, k)
			}
		}
		for _, msg := range []tea.Msg{
			tea.KeyReleaseMsg{Code: 'q', Text: "q"}, tea.PasteMsg{Content: "q\x03"}, tea.MouseClickMsg{X: 5, Y: 5},
			tea.FocusMsg{}, tea.BlurMsg{}, tea.EnvMsg{}, struct{}{}, nil,
		} {
			if cmd := s.hold(msg); cmd != nil || s.m.View().Content != was {
				t.Errorf("%v, then %T: the board does something", where, msg)
			}
		}
	}
}

func TestNoticeStaysUntilTheFirstKey(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	s.start(Config{Source: s.src, Now: s.clock, Notice: "made /tmp/incident.db from the sample"}, 80, 24)
	s.shows("made /tmp/incident.db from the sample").lacks("? help")
	s.pass(time.Minute).resize(100, 30).refresh().shows("made /tmp/incident.db from the sample")
	s.press("j").lacks("made /tmp/incident.db").shows("? help").on("A-2")
}

func TestEmptyPaneSaysWhatFillsIt(t *testing.T) {
	s := newScreen(t, "blank", 80, 24).
		shows("nothing is open; a adds an action", "no question is open").
		lacks("enter open").
		press("enter").
		shows("nothing to open: the pane is empty").
		press("j").
		lacks("nothing to open")
	if s.m.top() != nil {
		t.Error("a page is open")
	}
	s.records("ben", newItem(t, data.KindAction, "title", "First", "stream", "support")).refresh().
		on("A-1").shows("enter open", "1 action open, none owned, none due").lacks("nothing is open;")
}

func TestHelpIsNotOpenedTwice(t *testing.T) {
	s := newScreen(t, "blank", 80, 24).press("?").shows("─ Help ─").lacks("? help").press("?").shows("this is the help", "─ Help ─")
	s.press("esc").lacks("─ Help ─")
}

func TestTimesOfDay(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).
		shows("6d LATE", "aware 21d ago", "35m", "1d STALE").
		press("T").
		shows("LATE 30 Aug 14:02Z", "aware 15 Aug 2024 14:02Z", "13:27Z").
		lacks("6d LATE", "aware 21d ago").
		press("T").
		shows("LATE 30 Aug 16:02 CEST", "aware 15 Aug 2024 16:02 CEST", "15:27 CEST", "live 16:02 CEST").
		lacks(":02Z").
		press("T").
		shows("6d LATE", "aware 21d ago", "live 14:02Z")
	// It is a matter of the board, not of a page.
	s.press("?", "T", "esc").shows("LATE 30 Aug 14:02Z")
}

func TestSelectionOutlivesSizes(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("j", "j", "j", "j").on("A-69")
	for _, size := range sizes {
		s.resize(size[0], size[1])
	}
	s.resize(80, 24).on("A-69")
	s.press("enter").resize(10, 3).resize(140, 40).shows("─ A-69 Review the access")
}

// TestFocusFindsAPlace makes the screen too small for the pane with the cursor:
// the cursor goes to the actions, and is seen there.
func TestFocusFindsAPlace(t *testing.T) {
	for _, size := range sizes {
		if size[0] < leastWidth || size[1] < leastHeight || size[0] >= largeWidth && size[1] >= largeHeight {
			continue
		}
		s := newScreen(t, "exercise", 200, 60).press("7").whole()
		if name := s.m.board.focus.Name; name != "briefing" {
			t.Fatalf("7 is %s", name)
		}
		s.resize(size[0], size[1]).whole().on("A-42")
	}
}

func TestTooSmall(t *testing.T) {
	s := newScreen(t, "exercise", 30, 5).shows("EXERCISE", "SEV1 · 8 late", "needs 60×16, not 30×5")
	if n := len(s.lines()); n != 2 {
		t.Errorf("%d lines", n)
	}
	newScreen(t, "blank", 59, 40).shows("warroom · 0 late", "needs 60×16, not 59×40")
}

func TestWindowTitle(t *testing.T) {
	for template, want := range map[string]string{"exercise": "ASK DUE A-76 · SEV1 · 8 late", "toyota-2024": "warroom · 0 late"} {
		v := newScreen(t, template, 80, 24).m.View()
		if v.WindowTitle != want || !v.AltScreen || v.MouseMode != tea.MouseModeNone {
			t.Errorf("%s: title %q, alternate screen %v, mouse %v", template, v.WindowTitle, v.AltScreen, v.MouseMode)
		}
	}
}

func TestReadOnlyBadge(t *testing.T) {
	path := newFile(t, "exercise")
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	openScreen(t, path, store.Options{}, 80, 24).shows(" READ-ONLY  14:02Z").lacks("live").press("enter").shows(" READ-ONLY ")
	openScreen(t, newFile(t, "exercise"), store.Options{ReadOnly: true}, 200, 60).shows(" READ-ONLY ")
	newScreen(t, "exercise", 80, 24).lacks("READ-ONLY").shows("live 14:02Z")
}

func TestPalettes(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	dark, plain := s.m.View().Content, s.text()
	s.send(tea.BackgroundColorMsg{Color: ansi.White})
	light := s.m.View().Content
	if light == dark || s.text() != plain {
		t.Error("a light background changes nothing, or more than colours")
	}
	s.send(tea.BackgroundColorMsg{Color: ansi.Black})
	if s.m.View().Content != dark {
		t.Error("a dark background is not what is drawn first")
	}
}

func TestInitWaits(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24)
	cmds, ok := s.m.Init()().(tea.BatchMsg)
	if !ok || len(cmds) != 2 {
		t.Fatalf("Init returns %d commands", len(cmds))
	}
	s.sets("ben", "A-1", "owner", "tomek")
	if got := cmds[0](); got != (changedMsg{}) {
		t.Errorf("the first command brings %T", got)
	}
}
