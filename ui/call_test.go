package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

func TestCallGolden(t *testing.T) {
	for _, template := range templates {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}, {200, 60}} {
			name := fmt.Sprintf("call-%s-%dx%d", template, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				s := newScreen(t, template, size[0], size[1]).press("C").whole()
				golden(t, name, s.m.View().Content)
			})
		}
	}
}

// calls opens call mode and types a line.
func (s *screen) calls(line string) *screen {
	s.t.Helper()
	return s.press("C").types(line).whole()
}

// inLine returns what stands in the line of call mode.
func (s *screen) inLine() string {
	s.t.Helper()
	c, ok := s.m.top().(*callView)
	if !ok {
		s.t.Fatalf("call mode is not shown:\n%s", s.text())
	}
	return c.line.Value()
}

// log returns the events after a position.
func (s *screen) log(after int64) []data.Entry {
	s.t.Helper()
	page, err := s.store.Log(s.t.Context(), after, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	return page.Entries
}

func (s *screen) end() int64 {
	s.t.Helper()
	h, err := s.store.Head(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return h.Seq
}

func TestCallCaptures(t *testing.T) {
	in := func(d time.Duration) string { return made.Add(d).UTC().Format(time.RFC3339) }
	for _, tt := range []struct {
		line, means string // what is shown before it is stored
		kind        data.Kind
		fields      map[string]string
	}{
		{`note The press has the number`, "note, for all to read: The press has the number", data.KindNote, map[string]string{"text": "The press has the number"}},
		{`NOTE "quoted as in a shell"`, "note, for all to read: quoted as in a shell", data.KindNote, map[string]string{"text": "quoted as in a shell"}},
		{`note she said "no" and left`, `said "no" and left`, data.KindNote, map[string]string{"text": `she said "no" and left`}},
		{`dec Tell Europe tomorrow`, "decision, by whom unknown: Tell Europe tomorrow", data.KindDecision, map[string]string{"text": "Tell Europe tomorrow"}},
		{`fact The server is off`, "fact, what, standing unknown: The server is off", data.KindFact, map[string]string{"topic": "what", "text": "The server is off"}},
		{`fact where: In Osaka`, "fact, where, standing unknown: In Osaka", data.KindFact, map[string]string{"topic": "where", "text": "In Osaka"}},
		{`act @sup Call them back`, "action, support, unassigned, no due: Call them back", data.KindAction,
			map[string]string{"title": "Call them back", "stream": "support", "kind": "action", "state": "open"}},
		{`act Call them back @authorities`, "action, authorities", data.KindAction, map[string]string{"title": "Call them back", "stream": "authorities"}},
		{`ask Lanternfish "When did it stop?" 20m`, "ask Lanternfish, due 16:22 CEST, investigation: When did it stop?", data.KindAction,
			map[string]string{"kind": "ask", "to": "Lanternfish", "title": "When did it stop?", "due": in(20 * time.Minute), "stream": "investigation"}},
		{`ask "Ana Lima" how many tomorrow 09:00`, "ask Ana Lima, due Fri 6 Sep 09:00 CEST, investigation: how many", data.KindAction,
			map[string]string{"kind": "ask", "to": "Ana Lima", "title": "how many", "due": "2024-09-06T07:00:00Z"}},
		{`ask sari "Is it 20m" @support 3h`, "ask sari, due 19:02 CEST, support: Is it 20m", data.KindAction,
			map[string]string{"to": "sari", "title": "Is it 20m", "due": in(3 * time.Hour), "stream": "support"}},
		{`ask sari is it fixed unknown`, "ask sari, due unknown, support: is it fixed", data.KindAction, // the stream that she leads
			map[string]string{"to": "sari", "title": "is it fixed", "due": "", "stream": "support"}},
	} {
		s := newScreen(t, "exercise", 140, 40)
		was := s.end()
		s.calls(tt.line).shows(tt.means).lacks("stored")
		if got := len(s.log(was)); got != 0 {
			t.Errorf("%s: %d events before it is entered", tt.line, got)
		}
		s.press("enter").whole()
		all := s.log(was)
		if len(all) != 1 || all[0].By != "ana" {
			t.Errorf("%s: recorded %v", tt.line, all)
			continue
		}
		e, err := s.store.Get(t.Context(), all[0].Ref)
		if err != nil || e.Kind() != tt.kind {
			t.Errorf("%s: made %v, %v", tt.line, e, err)
			continue
		}
		for key, want := range tt.fields {
			if got := data.SpecOf(tt.kind).Field(key).Get(e); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.line, key, got, want)
			}
		}
		s.shows(fmt.Sprintf("stored: %s added", all[0].Ref))
		if got := s.inLine(); got != "" {
			t.Errorf("%s: the line still has %q", tt.line, got)
		}
		if len(s.m.drafts) != 0 {
			t.Errorf("%s: a draft is left: %v", tt.line, s.m.drafts)
		}
	}
}

func TestCallRefuses(t *testing.T) {
	for _, tt := range []struct{ line, says string }{
		{"hello all", "begin with ask, dec, fact, note or act"},
		{"note", "the text is missing"},
		{"fact", "the text is missing"},
		{`dec ""`, "the text is missing"},
		{"dec unknown", "text may not be unknown"},
		{"act call them", "a workstream is missing  tab goes through @notification @investigation"},
		{"act @x call them", `"@x" is not one workstream`},
		{"act @support", "what is to be done?"},
		{"ask", "who is asked?"},
		{"ask Ana", "what is asked of Ana?"},
		{"ask Ana 20m", "what is asked of Ana?"},
		{"ask Ana when", "due when? end it with 20m, 3h or tomorrow 09:00"},
		{`ask Ana "ready in 20m"`, "due when?"},
		{"act @support " + strings.Repeat("long ", 120), "title is 599 characters long, the most is 500"},
	} {
		s := newScreen(t, "exercise", 140, 40)
		was := s.end()
		s.calls(tt.line).press("enter").whole().shows(tt.says)
		if got := len(s.log(was)); got != 0 {
			t.Errorf("%s: %d events", tt.line, got)
		}
		if got := s.inLine(); got != tt.line {
			t.Errorf("%s: the line has %q", tt.line, got)
		}
		if s.types("!"); s.m.top().(*callView).wrong != nil {
			t.Errorf("%s: the error stays when the text changes", tt.line)
		}
	}
	s := newScreen(t, "exercise", 80, 24)
	s.press("C", "enter", "space", "enter").whole() // nothing is asked for
	if got := len(s.log(s.end())); got != 0 {
		t.Error("an empty line was recorded")
	}
	cfg := s.m.cfg
	cfg.Role = data.Viewer
	s.start(cfg, 80, 24)
	s.calls("note x").press("enter").shows("this takes the role responder")
	cfg.Writer = Writer{}
	s.start(cfg, 80, 24)
	s.calls("note x").press("enter").shows("this board is for reading")
}

// TestCallStoresOnce presses enter twice before the first has come to an end; what
// is typed meanwhile waits, and comes into the next line.
func TestCallStoresOnce(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	was := s.end()
	s.calls("note one")
	first := s.hold(keyPress("enter"))
	s.shows("storing")
	for _, k := range []string{"enter", "enter", "n", "o", "t", "e", "space", "b", "enter", "x"} {
		s.run(s.hold(keyPress(k)))
	}
	s.run(first)
	var names []string
	for _, e := range s.log(was) {
		names = append(names, e.Name)
	}
	if got := strings.Join(names, ", "); got != "one, b" {
		t.Errorf("recorded %s", got)
	}
	if got := s.whole().inLine(); got != "x" {
		t.Errorf("the line has %q", got)
	}
}

// TestCallTriesAgain enters a line again that was stored without our being told,
// and then one that was not.
func TestCallTriesAgain(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	cfg := s.m.cfg
	record, fail := cfg.Writer.Record, true
	cfg.Writer.Record = func(ctx context.Context, acts []Act) ([]data.Event, error) {
		events, err := record(ctx, acts)
		if fail {
			return nil, data.Refuse("it is not known whether it was recorded")
		}
		return events, err
	}
	s.start(cfg, 140, 40)
	was := s.end()
	s.calls(`ask Ana "ready?" 20m`).press("enter").shows("it is not known whether").whole()
	fail = false
	s.now = s.now.Add(time.Minute) // it is due when it was at first
	if s.press("enter").shows("stored: A-82 added"); len(s.log(was)) != 1 {
		t.Errorf("%d events", len(s.log(was)))
	}
	s.types("note the same").press("enter").types("note the same").press("enter")
	if got := len(s.log(was)); got != 3 {
		t.Errorf("%d events, want three: what is said again is another note", got)
	}
}

func TestCallKeepsTheLine(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.calls("dec Wait for coun").press("esc").whole().shows("kept as a draft; D shows the drafts", "Open actions")
	s.press("D").shows("line of call mode", "dec Wait for coun").press("enter").shows("not stored yet")
	if got := s.inLine(); got != "dec Wait for coun" {
		t.Errorf("from the drafts the line comes as %q", got)
	}
	s.press("esc", "C").types("sel").press("enter").shows("stored: D-10 added")
	if s.press("esc"); len(s.m.drafts) != 0 {
		t.Errorf("drafts are left: %v", s.m.drafts)
	}
	s.lacks("kept as a draft")
	if s.calls("note x").press("ctrl+x").shows("thrown away"); s.inLine() != "" || len(s.m.drafts) != 0 {
		t.Errorf("%q is left, %v", s.inLine(), s.m.drafts)
	}
	kept := map[string]string{}
	cfg := s.m.cfg
	cfg.Drafts = Drafts{Keep: func(d Draft) error { kept[d.ID] = d.Text[callField]; return nil }, Drop: func(d Draft) error { delete(kept, d.ID); return nil }}
	s.start(cfg, 80, 24)
	s.press("C")
	s.m.Update(keyPress("n"))        // the command that keeps it a moment later has not run
	s.press("ctrl+c").m.KeepDrafts() // as the end of a board does
	if !s.left || kept[callField] != "n" {
		t.Errorf("ctrl+c: left %v, kept %q", s.left, kept)
	}
	s.left = false
	s.start(cfg, 80, 24)
	s.press("C")
	s.m.Update(keyPress("o"))
	if s.m.KeepDrafts(); kept[callField] != "o" {
		t.Errorf("a hang-up: kept %q", kept)
	}
}

func TestCallHidesPrivateNotes(t *testing.T) {
	s := newScreen(t, "exercise", 200, 60)
	s.records("ines", newItem(t, data.KindNote, "text", "Privileged and new", "private", "yes"), newItem(t, data.KindNote, "text", "For everybody"))
	s.refresh().press("C").whole().shows("private notes are hidden", "N-25", "For everybody").lacks("Privileged", "N-24")
	for range 5 {
		s.records("ines", newItem(t, data.KindNote, "text", "Privileged again", "private", "yes"))
	}
	s.refresh().shows("For everybody").lacks("Privileged")
	// A note that becomes private goes, and one that is no longer comes.
	s.sets("ines", "N-25", "private", "yes").sets("ines", "N-24", "private", "no").refresh().shows("Privileged and new").lacks("For everybody")
}

// TestCallHidesWhatWasAskedForBefore begins a command that prints a private note,
// and goes into call mode before it ends.
func TestCallHidesWhatWasAskedForBefore(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40)
	s.press(":").types("log is:all 3")
	ran := s.hold(keyPress("enter"))
	s.press("C")
	s.m.notice = "stored: N-4 text Privileged"
	s.run(ran)
	if !s.m.inCall() {
		t.Error("what a command printed stands over call mode")
	}
	s.lacks("Privileged").press("esc")
	if s.m.console.held != nil {
		t.Error("the command's end is never told")
	}
}

// TestCallCountsDown has an ask that is due in 61 minutes: it counts by the minute,
// under an hour by the second, and by the minute again while nobody looks.
func TestCallCountsDown(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	second := func() { s.now = s.now.Add(time.Second); s.send(secondMsg{}) }
	s.records("ben", newItem(t, data.KindAction, "kind", "ask", "to", "Ana", "title", "Ready?", "stream", "support", "due", "61m")).refresh()
	if s.m.View().ReportFocus {
		t.Error("the board asks whether the terminal is in focus")
	}
	if s.press("C").shows("in 1h1m"); s.seconds != 0 || !s.m.View().ReportFocus {
		t.Errorf("over an hour it wakes %d times, and asks for the focus: %v", s.seconds, s.m.View().ReportFocus)
	}
	if s.pass(time.Minute).shows("in 1h"); s.seconds != 0 {
		t.Error("at an hour it counts by the second")
	}
	if s.pass(time.Minute).shows("in 59:00"); s.seconds != 1 {
		t.Errorf("under an hour it asked %d times to be woken", s.seconds)
	}
	second()
	s.shows("in 58:59")
	s.pass(0) // does not make it tick twice
	second()
	if s.shows("in 58:58"); s.seconds != 3 {
		t.Errorf("after two seconds it asked %d times to be woken", s.seconds)
	}
	s.send(tea.BlurMsg{}).shows("in 58m").lacks("58:58")
	second()
	if s.shows("in 58m"); s.seconds != 3 {
		t.Error("it ticks though nobody looks")
	}
	s.now = s.now.Add(time.Minute)
	if s.send(tea.FocusMsg{}).shows("in 57:57"); s.seconds != 4 {
		t.Error("it does not tick when somebody looks again")
	}
	s.press("esc")
	if second(); s.seconds != 4 || s.m.View().ReportFocus {
		t.Error("it ticks though call mode is left")
	}
	s.press("C").pass(57 * time.Minute)
	if s.seconds != 5 {
		t.Errorf("asked %d times", s.seconds)
	}
	for range 57 {
		second()
	}
	s.shows("DUE 0m").lacks("in 0:")
	if n := s.seconds; s.m.View().WindowTitle != "ASK DUE A-1 · warroom · 1 late" {
		t.Errorf("the title is %q, after %d seconds", s.m.View().WindowTitle, n)
	}
	n := s.seconds
	if s.press("a"); s.seconds != n {
		t.Error("it ticks though nothing counts down")
	}
}

// TestAskThatFallsDue is loud on the board, in the title, and by a bell for who
// wants one; once for each ask, and not for those that were due before.
func TestAskThatFallsDue(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	cfg := s.m.cfg
	for _, bell := range []bool{true, false} {
		cfg.Settings.Bell = bell
		s.now = made
		s.start(cfg, 80, 24)
		rings := 0
		pass := func(d time.Duration) {
			t.Helper()
			s.now = s.now.Add(d)
			l, err := s.m.read(place{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, cmd := s.m.Update(loadedMsg{l}); cmd != nil {
				if raw, ok := cmd().(tea.RawMsg); !ok || raw.Msg != "\a" {
					t.Errorf("it does %T", cmd())
				}
				rings++
			}
		}
		if got := s.whole().m.View().WindowTitle; got != "ASK DUE A-76 · SEV1 · 8 late" {
			t.Errorf("the title is %q", got)
		}
		pass(10 * time.Minute) // A-78 is due in ten more
		if rings != 0 {
			t.Error("it rings for what was due before")
		}
		pass(11 * time.Minute)
		pass(time.Minute)
		if rings != map[bool]int{true: 1}[bell] {
			t.Errorf("it rings %d times, wanted: %v", rings, bell)
		}
		if got := s.whole().m.View().WindowTitle; got != "ASKS DUE A-76 +1 · SEV1 · 9 late" {
			t.Errorf("the title is %q", got)
		}
		s.resize(140, 40).shows("ASKS DUE A-76 +1", "DUE 3h", "DUE 2m")
		if bytes := s.m.View().Content; !strings.Contains(bytes, s.m.view.Theme.Alarm.Paint("DUE 2m")) {
			t.Error("an ask that is due is not loud")
		}
	}
}

// TestKeysAreTextInCallMode types every key that has a text.
func TestKeysAreTextInCallMode(t *testing.T) {
	s := newScreen(t, "exercise", 140, 40).press("C")
	var all strings.Builder
	for r := '!'; r <= '~'; r++ {
		all.WriteRune(r)
	}
	all.WriteString(" é日本\u0301 می\u200cخواهم ß")
	was := strings.Join(s.lines()[:36], "\n")
	if got := s.types(all.String()).whole().inLine(); got != all.String() {
		t.Errorf("typed %q, got %q", all.String(), got)
	}
	if now := strings.Join(s.lines()[:36], "\n"); now != was || s.left {
		t.Error("a key did something else")
	}
	s.types("\u202e\ue000\u200b").whole()
	s.send(tea.PasteMsg{Content: " one\r\ntwo\x1b[31m"}).whole()
	if got := s.inLine(); !strings.HasSuffix(got, "ß one two[31m") {
		t.Errorf("pasted, the line has %q", got)
	}
	was = s.inLine()
	s.send(tea.PasteMsg{Content: strings.Repeat("日本 ", 1<<18)}).whole().shows("not taken: 786432 characters")
	if s.inLine() != was {
		t.Error("a part of what is too long is kept")
	}
}

func TestCallCompletes(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"d", "dec "}, {"as", "ask "}, {"act @s", "act @support "}, {"act ", "act @notification "}, {"fact wher", "fact where "},
		{"ask Lant", `ask "Lanternfish duty manager" `}, {`ask "Lanternfish d`, `ask "Lanternfish duty manager" `},
		{"ask sar", "ask sari "}, {"note from rav", "note from ravi "}, {"zzz", "zzz"}, {`ask sari "x" 20m `, `ask sari "x" 20m @notification `},
	} {
		s := newScreen(t, "exercise", 80, 24)
		if got := s.calls(tt.line).press("tab").whole().inLine(); got != tt.want {
			t.Errorf("%q and tab is %q, want %q", tt.line, got, tt.want)
		}
	}
	s := newScreen(t, "exercise", 80, 24).calls("act ").press("tab", "tab")
	if got := s.inLine(); got != "act @investigation " {
		t.Errorf("a second tab gives %q", got)
	}
	if got := s.press("shift+tab", "shift+tab").inLine(); got != "act " {
		t.Errorf("shift+tab twice gives %q", got)
	}
}

func TestWaysToCallMode(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24)
	s.does("view call").shows("Call mode").press("esc").shows("Open actions")
	s.press("v").shows("Call ").press("end", "enter").shows("Call mode").press("esc")
	s.view("Timeline").press("C").shows("Call mode").press("esc").shows("Timeline")
}

// TestCallSaysAllOfAFigure shows no number without its unit, range, standing,
// source and age, however small the screen is.
func TestCallSaysAllOfAFigure(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		want string
	}{
		{80, 24, "Asia ~21.2k (19.5k–23k) people ◐ estimated S-4 2h old"},
		{140, 40, "Asia ~21.2k (19.5k–23k) people ◐ estimated source S-4 2h old"},
		{200, 60, "Asia ~21.2k (19.5k–23k) people ◐ estimated S-4 2h old"},
		{60, 20, "Asia ~21.2k (19.5k–23k) ◐ estimated S-4 2h"}, // its label says PEOPLE
	} {
		s := newScreen(t, "exercise", tt.w, tt.h).press("C")
		if got := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(got, tt.want) {
			t.Errorf("%d×%d lacks %q:\n%s", tt.w, tt.h, tt.want, s.text())
		}
	}
	s := newScreen(t, "blank", 80, 24)
	s.records("ben", newItem(t, data.KindClaim, "cell", "europe/names", "unit", "people", "low", "400")).refresh()
	s.press("C").shows("europe/names").whole()
	if got := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(got, "europe/names at least 400 people ? unknown S-? 0m old") {
		t.Errorf("a figure of which only the least is known:\n%s", s.text())
	}
}

func TestCallPointsOutPersonalData(t *testing.T) {
	s := newScreen(t, "exercise", 100, 30)
	before := s.seq()
	s.calls("note jo@example.com called").press("enter").whole().shows("text: e-mail address (j…@…)? enter stores it, ctrl+t masks")
	if s.seq() != before {
		t.Error("it was stored before anybody was told")
	}
	if s.press("ctrl+t"); s.inLine() != "note j…@… called" {
		t.Errorf("masked: %q", s.inLine())
	}
	s.press("enter").shows("stored: N-24 added").has("N-24", "text", "j…@… called")
	s.types("note jo@example.com").press("enter", "enter").shows("stored: N-25 added").has("N-25", "text", "jo@example.com")
}
