package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A callView is call mode: a few things, large and calm, for a screen that others
// see too, and a line that records what is said.
type callView struct {
	call   pane.Call
	view   *pane.View
	width  int
	height int

	line    textinput.Model
	draft   *Draft
	tried   Act       // what the line was to become when it was not recorded
	of      string    // the line that tried is of
	busy    bool      // it is being recorded
	waiting []tea.Msg // what was typed after it, until it is stored or thrown away
	wrong   error
	said    string   // what was stored, until the next key
	left    string   // what was left out of a paste, until it is said
	means   string   // what the line will become
	found   string   // what looks like personal data in it, once that was pointed out
	tries   []string // what tab goes through, the line as it was last
	try     int
}

// How much call mode shows of what may be long, and the lines that its own line
// takes.
const (
	callOpen   = 60
	callLatest = 5
	callBottom = 3
)

// callField is the field of a draft that is the line of call mode.
const callField = "call"

var callKey = kit.Keys("C", "C")

func (m *Model) newCallView(d *Draft) *callView {
	c := &callView{line: kit.NewLine(maxPrompt), draft: d}
	c.line.Focus()
	c.begin(m)
	return c
}

// openCall shows call mode on top of what is shown. One that was left with a line
// under way comes back as it was.
func (m *Model) openCall() tea.Cmd {
	return m.openCallWith(m.draft(Draft{ID: callField, Field: callField}))
}

// openCallWith is openCall with a draft of its line.
func (m *Model) openCallWith(d *Draft) tea.Cmd {
	m.blurred = false // until the terminal says so
	if m.call == nil || !m.call.busy && len(m.call.waiting) == 0 {
		m.call = m.newCallView(d)
	}
	return m.push(m.call)
}

// inCall reports whether call mode is shown.
func (m *Model) inCall() bool {
	_, ok := m.top().(*callView)
	return ok
}

// begin takes up a line that was left, or begins a new one.
func (c *callView) begin(m *Model) {
	if text := c.draft.Text[callField]; text != "" {
		c.line.SetValue(text)
		c.line.CursorEnd()
		c.said = "not stored yet; ctrl+x throws it away"
	}
	c.means = m.captureMeans(c.line.Value())
}

func (c *callView) set(v *pane.View) { c.view = v }

func (c *callView) setSize(w, h int) {
	c.width, c.height = w, h
	c.line.SetWidth(max(w-5, 4))
}

// ask implements [live].
func (c *callView) ask() reading {
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		open, err := src.Actions(ctx, data.ActionQuery{}, "", 0, callOpen)
		if err != nil {
			return nil, err
		}
		latest, err := src.Latest(ctx, callLatest)
		return func(m *Model) tea.Cmd {
			c.call.Open, c.call.Latest = open.Rows, latest
			return m.tickSeconds()
		}, err
	}
}

func (c *callView) lines() []string {
	t, w := c.view.Theme, c.width
	dot := " " + t.Symbols.Dot + " "
	lines := []string{kit.Rule(t, "Call mode"+dot+"private notes are hidden", true, nil, 0, w)}
	lines = append(lines, c.call.Lines(c.view, w, max(c.height-1-callBottom, 0))...)
	return append(lines, kit.Rule(t, "Say it here"+dot+"enter stores it", false, nil, 0, w),
		kit.Fit(" "+t.Strong.Paint(">")+" "+c.line.View(), w), kit.Fit("   "+c.status(w-4), w))
}

// status is the line under the one that is typed.
func (c *callView) status(w int) string {
	t, rest := c.view.Theme, c.rest()
	if rest == "" {
		return c.state(w)
	}
	then := kit.Cut("then: "+rest, w/3)
	return kit.Fit(c.state(w-kit.Width(then)-2), w-kit.Width(then)-2) + "  " + t.Dim.Paint(then)
}

// state says what becomes of the line.
func (c *callView) state(w int) string {
	t := c.view.Theme
	switch {
	case c.busy:
		return t.Strong.Paint("storing " + t.Symbols.More)
	case c.wrong != nil:
		return fault(t, c.wrong.Error(), c.view.Keyed(data.BoardHint(c.wrong)), w)
	case c.said != "":
		return t.Strong.Paint(kit.Cut(c.said, w))
	}
	return t.Dim.Paint(kit.Cut(data.Line(c.means), w))
}

// cursor implements [writing].
func (c *callView) cursor() (x, y int) {
	return min(3+kit.CursorCell(c.line), c.width-1), max(c.height-2, 0)
}

// short is the footer's word for what can be done. What cannot says why in the line
// under the one that is typed, not in the footer.
func short(word string, why error) string {
	if why != nil {
		return ""
	}
	return word
}

// actions implements [overlay]. None of the keys is a character: those are text.
func (c *callView) actions(m *Model) []kit.Action {
	return []kit.Action{
		{Name: "save", Title: "Store it", Short: short("store", m.cannotWrite()), Group: "Change", Key: kit.Keys("enter", "enter"), Run: func() tea.Cmd { return c.store(m) }},
		{Name: "complete", Title: "Complete the word", Short: "complete", Group: "Change", Key: kit.Keys("tab", "tab"), Run: func() tea.Cmd { return c.complete(m, 1) }},
		{Name: "close", Title: "Leave call mode, and keep what was typed as a draft", Short: "leave call mode", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: func() tea.Cmd { return c.leave(m) }},
		{Name: "discard", Title: "Throw away what was typed", Short: short("throw away", c.nothingTyped()), Group: "Leave", Key: kit.Keys("ctrl+x", "ctrl+x"), Run: func() tea.Cmd { return c.discard(m) }},
		{Name: "mask", Title: "Mask what looks like personal data", Group: "Change", Key: kit.Keys(maskKey, maskKey), Why: c.nothingFound, Run: func() tea.Cmd { return c.put(m, data.MaskPersonal(c.line.Value())) }},
		{Name: "complete-back", Title: "Complete the word in the way before", Group: "Change", Key: kit.Keys("shift+tab", "shift+tab"), Run: func() tea.Cmd { return c.complete(m, -1) }},
		{Name: "quit", Title: "Leave the board at once; what was typed is kept", Group: "Leave", Key: kit.Keys("ctrl+c", "ctrl+c"), Run: func() tea.Cmd { return tea.Quit }}, // see KeepDrafts
	}
}

func (c *callView) nothingFound() error {
	if c.found == "" {
		return errors.New("nothing was pointed out")
	}
	return nil
}

func (c *callView) nothingTyped() error {
	if c.line.Value() == "" {
		return errors.New("nothing is typed")
	}
	return nil
}

// typed implements [writing]. What is typed while a line is being recorded waits.
func (c *callView) typed(m *Model, msg tea.Msg) tea.Cmd {
	m.notice, m.console.wrong = "", nil
	if c.busy {
		return c.wait(m, msg)
	}
	cmd := c.typeIn(m, msg)
	c.sayLeft()
	return cmd
}

// typeIn hands a key or a paste to the line.
func (c *callView) typeIn(m *Model, msg tea.Msg) tea.Cmd {
	switch k := msg.(type) {
	case tea.PasteMsg:
		text, left, err := pasted(k.Content, false, c.room())
		if err != nil {
			c.wrong = err
			return nil
		}
		msg, c.left = tea.PasteMsg{Content: text}, cmp.Or(left, c.left)
	case tea.KeyPressMsg:
		k.Text = typable(k.Text)
		msg = k
	}
	was := c.line.Value()
	var cmd tea.Cmd
	if c.line, cmd = c.line.Update(msg); c.line.Value() != was {
		c.tries = nil
		cmd = tea.Batch(cmd, c.changed(m))
	}
	return cmd
}

// changed takes a new text over into the draft.
func (c *callView) changed(m *Model) tea.Cmd {
	text := c.line.Value()
	c.wrong, c.said, c.found, c.means = nil, "", "", m.captureMeans(text)
	if strings.TrimSpace(text) == "" {
		return tea.Batch(c.forget(m), c.keep(m))
	}
	return c.keep(m)
}

// keep takes the line over into the draft, and what was typed after it.
func (c *callView) keep(m *Model) tea.Cmd {
	text := strings.TrimSpace(strings.TrimSpace(c.line.Value()) + " " + c.rest())
	if text == "" {
		return nil
	}
	if rest := c.rest(); rest == "" {
		text = c.line.Value()
	}
	if c.draft.Event == "" && m.cfg.Writer.NewID != nil {
		c.draft.Event = m.cfg.Writer.NewID()
	}
	c.draft.Text = map[string]string{callField: text}
	return m.keepSoon(c.draft)
}

// forget ends the draft, and begins another one.
func (c *callView) forget(m *Model) tea.Cmd {
	cmd := m.drop(c.draft)
	c.draft = &Draft{ID: callField, Field: callField}
	return cmd
}

// put replaces the text.
func (c *callView) put(m *Model, text string) tea.Cmd {
	c.line.SetValue(text)
	c.line.CursorEnd()
	return c.changed(m)
}

// complete puts the next of what the line may become in its place.
func (c *callView) complete(m *Model, by int) tea.Cmd {
	if c.busy {
		return nil
	}
	if c.tries == nil {
		tries := m.captureTries(c.line.Value())
		if len(tries) == 0 {
			return nil
		}
		c.tries = append(tries, c.line.Value())
		c.try = len(tries)
	}
	n := len(c.tries)
	c.try = (c.try + by + n) % n
	cmd := c.put(m, c.tries[c.try])
	if n == 2 { // there is nothing to choose: the next tab completes what comes then
		c.tries = nil
	}
	return cmd
}

// store records what the line says. The text stays until that is on the disk.
func (c *callView) store(m *Model) tea.Cmd {
	text, why := c.line.Value(), m.cannotWrite()
	switch {
	case c.busy && len(c.waiting) > 0: // it ends what was typed meanwhile
		return c.wait(m, tea.KeyPressMsg{Code: tea.KeyEnter})
	case c.busy || strings.TrimSpace(text) == "":
		return nil
	case why != nil:
		c.wrong, c.said = why, ""
		return nil
	case c.tried.ID == "" || c.of != text:
		body, err := m.captureBody(text)
		if err != nil {
			c.wrong, c.said = err, ""
			return nil
		}
		c.draft.Event = cmp.Or(c.draft.Event, m.cfg.Writer.NewID())
		c.tried, c.of = Act{c.draft.Event, body}, text
	}
	if c.found == "" {
		if c.found = pointOut(data.PersonalIn(c.tried.Body), "enter"); c.found != "" {
			c.wrong, c.said = errors.New(c.found), ""
			return nil
		}
	}
	c.busy, c.wrong, c.said, c.found = true, nil, "", ""
	return m.record([]Act{c.tried}, c.stored)
}

// stored tells what came of recording. What was typed meanwhile is another line:
// it waits on if this one was not stored.
func (c *callView) stored(m *Model, events []data.Event, err error) tea.Cmd {
	c.busy = false
	here := slices.Contains(m.stack, overlay(c))
	if errors.Is(err, data.ErrTaken) {
		err = c.draft.again(m)
		c.tried = Act{}
	}
	if err != nil {
		c.wrong = err
		if !here {
			m.fault(err)
		}
		return tea.Batch(c.keep(m), m.keep1(c.draft))
	}
	c.tried, c.of, c.tries = Act{}, "", nil
	cmd := c.forget(m)
	c.line.Reset()
	c.means = m.captureMeans("")
	if c.said = m.stored(events); !here {
		m.say(c.said)
	}
	return tea.Batch(cmd, c.goOn(m))
}

// leave goes back. What is typed stays as a draft.
func (c *callView) leave(m *Model) tea.Cmd {
	cmd := m.back()
	if c.busy { // what comes of it is told when it is known
		return cmd
	}
	return tea.Batch(cmd, m.putAside(c.draft))
}

func (c *callView) discard(m *Model) tea.Cmd {
	if c.wrong = c.nothingTyped(); c.wrong != nil || c.busy {
		return nil
	}
	cmd := c.put(m, "")
	c.said = "thrown away"
	return tea.Batch(cmd, c.goOn(m))
}
