package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/data/seed"
	"warroom/store"
)

// made is when the files of these tests are made and first looked at. The
// person is two hours east of it: what is shown must be UTC all the same.
var (
	made = time.Date(2024, 9, 5, 14, 2, 0, 0, time.UTC)
	zone = time.FixedZone("CEST", 2*60*60)
)

// A screen drives a board as a person would, on a real file, with no goroutines
// of its own and a clock that stands still: each call returns when the board has
// settled.
type screen struct {
	t       testing.TB
	m       *Model
	path    string
	store   *store.View // as a lead reads it
	src     *source
	now     time.Time
	left    bool        // the board has ended
	rings   int         // how often the bell rang
	retries int         // how often the board asked to be woken to try again
	seconds int         // how often it asked to be woken when the next second begins
	others  *store.View // what other people's programs have open, once they have
	book    book        // what ana has seen
}

// newScreen opens a fresh file, made from a template, on a screen of w by h.
func newScreen(t testing.TB, template string, w, h int) *screen {
	t.Helper()
	return openScreen(t, newFile(t, template), store.Options{}, w, h)
}

// openScreen opens a file as Run does, but without a terminal.
func openScreen(t testing.TB, path string, opts store.Options, w, h int) *screen {
	t.Helper()
	s := &screen{t: t, path: path, now: made}
	opts.Now = s.clock
	s.store = openFile(t, path, opts)
	s.src = &source{Source: s.store}
	local := func() time.Time { return s.now.In(zone) }
	s.start(Config{Source: s.src, Actor: "ana", Role: data.Lead, Now: local, Console: Tree(s.store, local, "ana", data.Lead, s.book.seen()), Writer: Writes(s.store, "ana", data.Lead)}, w, h)
	return s
}

// Tree returns the real command tree. It is set from outside of this package,
// which the tree imports.
var Tree func(s *store.View, now func() time.Time, actor data.Actor, role data.Role, seen Seen) Console

// Writes is what records on the board, set like Tree.
var Writes func(s *store.View, actor data.Actor, role data.Role) Writer

func (s *screen) clock() time.Time { return s.now }

// start makes the board anew.
func (s *screen) start(cfg Config, w, h int) {
	s.t.Helper()
	s.startIn(s.t.Context(), cfg, w, h)
}

// startIn is start with the context of the session.
func (s *screen) startIn(ctx context.Context, cfg Config, w, h int) {
	s.t.Helper()
	if s.src != nil {
		if v, ok := s.src.Source.(*store.View); ok && v.Store == s.store.Store { // else the test says whose it is
			s.src.Source = s.store.As(cfg.Actor, max(cfg.Role, data.Viewer))
		}
	}
	s.m = New(ctx, cfg)
	s.m.everySecond = func() tea.Cmd { s.seconds++; return nil }
	s.m.soon = func(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
	l, err := s.m.read(place{}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.m.take(l)
	s.resize(w, h)
}

func openFile(t testing.TB, path string, opts store.Options) *store.View {
	t.Helper()
	st, err := store.Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st.As("maria", data.Lead)
}

// A source is a file that may fail.
type source struct {
	Source
	err error // what reading fails with, if it does
}

func (s *source) Overview(ctx context.Context, now time.Time) (*data.Overview, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.Source.Overview(ctx, now)
}

// send hands the board a message, and then what its commands bring.
func (s *screen) send(msg tea.Msg) *screen {
	s.t.Helper()
	cmd := s.hold(msg)
	switch msg.(type) {
	case changedMsg, minuteMsg:
		s.run(cmd().(tea.BatchMsg)[0]) // the other one waits for what comes next
	case peopleMsg: // it waits for what comes next
	case failedMsg:
		if cmd != nil { // it waits, and then tries again
			s.retries++
		}
	default:
		s.run(cmd)
	}
	return s
}

// hold hands the board a message and returns the command that it leads to,
// which has not run.
func (s *screen) hold(msg tea.Msg) tea.Cmd {
	s.t.Helper()
	_, cmd := s.m.Update(msg)
	return cmd
}

// run executes a command and whatever it leads to, in order.
func (s *screen) run(cmd tea.Cmd) {
	s.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		s.left = true
	case tea.RawMsg:
		switch text, _ := msg.Msg.(string); {
		case text == "\a":
			s.rings++
		case !strings.HasPrefix(text, "\x1b]52;c;"): // what is copied
			s.t.Errorf("%q is sent to the terminal", msg.Msg)
		}
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	default:
		s.send(msg)
	}
}

// press types keys one after another, by the names that bindings give them.
func (s *screen) press(keys ...string) *screen {
	s.t.Helper()
	for _, k := range keys {
		s.send(keyPress(k))
	}
	return s
}

func (s *screen) resize(w, h int) *screen {
	s.t.Helper()
	return s.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// refresh tells the board that the file has changed.
func (s *screen) refresh() *screen {
	s.t.Helper()
	return s.send(changedMsg{})
}

// pass lets time go by, to the beginning of a minute.
func (s *screen) pass(d time.Duration) *screen {
	s.t.Helper()
	s.now = s.now.Add(d)
	return s.send(minuteMsg{})
}

// other is the file as another program has it open.
func (s *screen) other() *store.View {
	s.t.Helper()
	if s.others == nil {
		s.others = openFile(s.t, s.path, store.Options{Now: s.clock})
	}
	return s.others
}

// records lets somebody else change the file. The board is not told.
func (s *screen) records(by data.Actor, bodies ...data.Body) *screen {
	s.t.Helper()
	offers := make([]store.Offer, len(bodies))
	for i, b := range bodies {
		offers[i] = store.Offer{By: by, Role: data.Lead, Body: b}
	}
	if _, err := s.other().Record(s.t.Context(), offers...); err != nil {
		s.t.Fatal(err)
	}
	return s
}

// sets lets somebody else set a field of an item to what a person would write.
// The board is not told.
func (s *screen) sets(by data.Actor, ref data.Ref, field, value string) *screen {
	s.t.Helper()
	e, err := s.other().Get(s.t.Context(), ref)
	if err != nil {
		s.t.Fatal(err)
	}
	f := data.SpecOf(e.Kind()).Field(field)
	now, err := f.Parse(value, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.records(by, data.Changed{Ref: ref, Changes: []data.Change{{Field: field, Was: f.Get(e), Now: now}}})
}

// newItem returns the body that makes an item from "field", "value" pairs, as a
// person would write them.
func newItem(t testing.TB, k data.Kind, pairs ...string) data.Body {
	t.Helper()
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	b, err := data.Make(k, "", fields, made)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// text is what the person sees, without styles.
func (s *screen) text() string { return ansi.Strip(s.m.View().Content) }

func (s *screen) lines() []string { return strings.Split(s.text(), "\n") }

// shows fails the test unless all texts are on the screen.
func (s *screen) shows(texts ...string) *screen {
	s.t.Helper()
	got := s.text()
	for _, text := range texts {
		if !strings.Contains(got, text) {
			s.t.Fatalf("the screen does not show %q:\n%s", text, got)
		}
	}
	return s
}

// lacks fails the test if one of the texts is on the screen.
func (s *screen) lacks(texts ...string) *screen {
	s.t.Helper()
	got := s.text()
	for _, text := range texts {
		if strings.Contains(got, text) {
			s.t.Fatalf("the screen shows %q:\n%s", text, got)
		}
	}
	return s
}

// row returns the line on which the item with this id begins, from its cursor
// on, and where that line is; "" and -1 if it is on none.
func (s *screen) row(id data.Ref) (string, int) {
	for i, line := range s.lines() {
		for _, mark := range []string{">", " "} {
			_, rest, ok := strings.Cut(line, mark+string(id)+" ")
			before := strings.TrimSuffix(line, mark+string(id)+" "+rest)
			// A row begins at the left edge or right of another column.
			if ok && (before == "" || strings.HasSuffix(before, " ") || ansi.StringWidth(before) == s.column()) {
				return mark + string(id) + " " + rest, i
			}
		}
	}
	return "", -1
}

// column returns where the pane in focus begins.
func (s *screen) column() int {
	at := 0
	for _, c := range s.m.board.columns {
		for _, p := range c.panes {
			if p == s.m.board.focus {
				return at
			}
		}
		at += c.width + gap
	}
	return 0
}

// cursor returns the line with the cursor, from the cursor on, and where it is;
// "" and -1 if there is none. There must not be two.
func (s *screen) cursor() (string, int) {
	s.t.Helper()
	found, at := "", -1
	for i, line := range strings.Split(s.m.View().Content, "\n") {
		for {
			_, rest, ok := strings.Cut(line, ">\x1b[7m")
			if !ok {
				break
			}
			if at >= 0 {
				s.t.Errorf("two cursors:\n%s", s.text())
			}
			found, at, line = ">"+ansi.Strip("\x1b[7m"+rest), i, rest
		}
	}
	return found, at
}

// on fails the test unless the cursor is on the item, and visible.
func (s *screen) on(ref data.Ref) *screen {
	s.t.Helper()
	if got := s.m.board.focus.Selected(); got != ref {
		s.t.Fatalf("the cursor is on %s, want %s:\n%s", got, ref, s.text())
	}
	if line, at := s.cursor(); at < 0 || !strings.HasPrefix(line, ">"+string(ref)+" ") {
		s.t.Fatalf("the screen shows the cursor at %q, want it on %s:\n%s", line, ref, s.text())
	}
	return s
}

// line returns the place of the cursor.
func (s *screen) line() int {
	s.t.Helper()
	_, at := s.cursor()
	return at
}

// whole fails the test if the screen is not one that may be shown: wrong in
// size, without its header or cursor, or with anything in it that a terminal
// would act upon, our own colours apart.
func (s *screen) whole() *screen {
	s.t.Helper()
	wrong := func(format string, args ...any) {
		s.t.Helper()
		s.t.Fatalf("on %d×%d %s:\n%s", s.m.width, s.m.height, fmt.Sprintf(format, args...), s.text())
	}
	view := s.m.View()
	fits(s.t, view.Content, s.m.width, s.m.height)
	quiet(s.t, view.Content)
	quiet(s.t, view.WindowTitle)
	if s.m.width < leastWidth || s.m.height < leastHeight {
		return s
	}
	lines := s.lines()
	if got := len(lines); got != s.m.height {
		wrong("there are %d lines", got)
	}
	mark, _, _ := strings.Cut(string(s.m.view.Incident.Mark), " ")
	if !strings.Contains(lines[0], mark) || !strings.Contains(lines[0], "aware") ||
		!strings.Contains(lines[1], "PEOPLE ") || !strings.Contains(strings.ToLower(lines[2]), " overdue") {
		wrong("the header is gone")
	}
	line, at := s.cursor()
	focus := s.m.board.focus
	ref := focus.Selected()
	scope, _ := s.m.top().(*scopeView)
	switch spec := ref.Spec(); {
	case s.scrolls() && at >= 0:
		wrong("a page shows a cursor")
	case scope != nil && at < 0 && !scope.grid.Empty():
		wrong("the cursor of the scope, on %v, is not to be seen", scope.grid.Selected())
	case s.m.top() != nil || focus.Empty():
	case at < 0:
		wrong("the cursor of %s, on %s, is not to be seen", focus.Name, ref)
	case spec != nil && spec.Numbered() && !strings.HasPrefix(line, ">"+string(ref)+" ") && !strings.HasPrefix(line, ">"+string(ref)+"Δ"):
		wrong("the cursor of %s is shown at %q, want it on %s", focus.Name, line, ref)
	}
	return s
}

// scrolls reports whether a page of text is open, which has no cursor.
func (s *screen) scrolls() bool {
	_, ok := s.m.top().(interface{ fill() })
	return ok
}

// fits fails the test if a view is larger than the room it was given.
func fits(t testing.TB, view string, w, h int) {
	t.Helper()
	if view == "" {
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Errorf("%d lines where there is room for %d:\n%s", len(lines), h, ansi.Strip(view))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Errorf("line %d is %d cells wide, has room for %d: %q", i+1, n, w, l)
		}
	}
}

// quiet fails the test if there is anything in s but text, line breaks and the
// styles that we draw with.
func quiet(t testing.TB, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("invalid UTF-8: %q", s)
	}
	rest := withoutStyles(s)
	for _, r := range rest {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) &&
			r != '\u200c' && r != '\u200d' { // joiners between letters
			t.Errorf("%U is on the screen: %q", r, rest)
			return
		}
	}
}

// withoutStyles takes out ESC [ digits and semicolons m, and nothing else.
func withoutStyles(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if end := strings.TrimLeft(after, "0123456789;"); strings.HasPrefix(end, "m") {
			s = end[1:]
		} else {
			b.WriteString("\x1b")
			s = "[" + after
		}
	}
}

// keyPress returns the message of a key, as a terminal sends it.
func keyPress(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "insert": tea.KeyInsert, "delete": tea.KeyDelete, "f1": tea.KeyF1, "f12": tea.KeyF12,
	}
	var k tea.Key
	rest := name
	for _, mod := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if after, ok := strings.CutPrefix(rest, mod.prefix); ok {
			k.Mod |= mod.mod
			rest = after
		}
	}
	if code, ok := special[rest]; ok {
		k.Code = code
		if code == tea.KeySpace && k.Mod == 0 {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	r, _ := utf8.DecodeRuneInString(rest)
	k.Code = r
	if k.Mod == 0 {
		k.Text = rest
		if unicode.IsUpper(r) {
			k.Code, k.ShiftedCode, k.Mod = unicode.ToLower(r), r, tea.ModShift
		}
	}
	return tea.KeyPressMsg(k)
}

// built makes the file of a template once and returns its bytes.
var built = struct {
	sync.Mutex
	files map[string][]byte
}{files: map[string][]byte{}}

// newFile returns the path of a fresh file made from a template.
func newFile(t testing.TB, template string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.files[template] == nil {
		path := filepath.Join(t.TempDir(), "made.db")
		if err := replay(context.Background(), path, template); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		built.files[template] = raw
	}
	path := filepath.Join(t.TempDir(), "a b?.db")
	if err := os.WriteFile(path, built.files[template], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// replay makes a file from a template. Of its commands it knows those that mark
// an action as done; the others it leaves out.
func replay(ctx context.Context, path, template string) error {
	t, err := seed.Load(template, made)
	if err != nil {
		return err
	}
	opts := store.Options{Now: func() time.Time { return made }}
	state := data.NewState(nil, 0)
	var offers []store.Offer
	for _, step := range t.Steps {
		body, err := bodyOf(state, step)
		if err != nil {
			return fmt.Errorf("%s: %w", step.Pos, err)
		}
		if body == nil {
			continue
		}
		if err := state.Apply(&data.Event{Seq: state.Seq + 1, At: step.At, By: step.By, Body: body}); err != nil {
			return fmt.Errorf("%s: %w", step.Pos, err)
		}
		offers = append(offers, store.Offer{By: step.By, Role: data.Lead, At: step.At, Body: body})
	}
	return store.Create(ctx, path, opts, offers[0], func(s *store.Store) error {
		_, err := s.Record(ctx, offers[1:]...)
		return err
	})
}

// bodyOf returns what a step of a template records, or nil.
func bodyOf(state *data.State, step seed.Step) (data.Body, error) {
	ref, settings := step.Change, step.Set
	if step.Made != nil {
		return *step.Made, nil
	}
	if id, ok := strings.CutPrefix(step.Do, "action done "); ok {
		ref, settings = data.Ref(id), []seed.Setting{{Field: "state", Value: string(data.Done)}}
	} else if step.Do != "" {
		return nil, nil
	}
	e, err := state.Need(ref)
	if err != nil {
		return nil, err
	}
	body := data.Changed{Ref: ref, Why: step.Why}
	for _, set := range settings {
		f := data.SpecOf(e.Kind()).Field(set.Field)
		body.Changes = append(body.Changes, data.Change{Field: set.Field, Was: f.Get(e), Now: set.Value})
	}
	return body, nil
}
