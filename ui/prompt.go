package ui

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// A prompt is one line that is being typed in the place of the footer. While it
// is open no key means anything but text, esc, enter, and what moves in it.
type prompt struct {
	label string     // what is asked for: "filter: "
	text  string     // what is there to begin with
	of    []data.Ref // the items that have the field which is typed; nil if it is none
	// changed is called after each change; its error is shown beside the text.
	changed func(text string) (tea.Cmd, error)
	// done is called by enter, which closes the prompt unless it fails; nil if
	// there is nothing more to do.
	done func(text string) (tea.Cmd, error)
	// left is called by esc, which closes the prompt; nil takes the text away.
	left func() tea.Cmd
	// discard is called by ctrl+x, which closes the prompt; nil does nothing.
	discard func() tea.Cmd
	// quit is called by ctrl+c, and leaves the board; nil does only that.
	quit func(text string) tea.Cmd
	// complete returns what the text may become; nil if nothing completes it. It runs
	// away from the event loop.
	complete func(text string) []Completion
	past     *history // of what was typed here before; nil if it is not kept
	limit    int      // in characters; 0 is maxPrompt
	// guard returns what looks like personal data in a text that is to be stored;
	// nil if nothing is stored. It is pointed out once.
	guard func(text string) []data.FieldFinding

	keyed func(sentence string) string // puts the person's keys into a hint
	field textinput.Model
	wrong error
	note  string       // on what tab has put here
	found string       // what looks like personal data, once that was pointed out
	tries []Completion // what tab goes through
	try   int
}

// A triesMsg brings what a text may become.
type triesMsg struct {
	of      *prompt
	text    string
	forward bool
	tries   []Completion
}

// maxPrompt is how many characters a prompt takes.
const maxPrompt = 4000

// ask opens a prompt.
func (m *Model) ask(p *prompt) tea.Cmd {
	p.field, p.keyed = textinput.New(), m.keyed
	p.limit = cmp.Or(p.limit, maxPrompt)
	p.field.Prompt, p.field.CharLimit = "", p.limit
	p.field.SetVirtualCursor(false)
	p.field.KeyMap.Paste = key.NewBinding() // which would read the clipboard of the machine the program runs on
	p.field.SetStyles(textinput.Styles{})
	p.field.SetValue(p.text)
	p.field.CursorEnd()
	if p.past != nil {
		p.past.at = 0
		p.past.forgetEarly()
	}
	m.typing, m.notice = p, ""
	return p.field.Focus()
}

// stop closes the prompt.
func (m *Model) stop() { m.typing = nil }

// typed hands a message to the prompt.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	p, left := m.typing, ""
	switch k := msg.(type) {
	case tea.PasteMsg:
		var text string
		var err error
		if text, left, err = pasted(k.Content, false, p.limit-utf8.RuneCountInString(p.field.Value())); err != nil {
			p.wrong = err
			return nil
		}
		msg = tea.PasteMsg{Content: text}
	case tea.KeyPressMsg:
		switch k.String() {
		case "ctrl+c":
			if p.quit != nil {
				return p.quit(p.field.Value())
			}
			return tea.Quit
		case "esc":
			m.stop()
			if p.left != nil {
				return p.left()
			}
			return p.change("")
		case "ctrl+x":
			if p.discard == nil {
				return nil
			}
			m.stop()
			return p.discard()
		case "enter":
			return m.entered()
		case "tab", "shift+tab":
			return p.next(k.String() == "tab")
		case maskKey:
			if p.found != "" {
				p.found = ""
				return p.put(data.MaskPersonal(p.field.Value()))
			}
		case "up", "down", "ctrl+p", "ctrl+n":
			return p.recall(k.String() == "up" || k.String() == "ctrl+p")
		}
		k.Text = typable(k.Text)
		msg = k
	}
	was := p.field.Value()
	var cmd tea.Cmd
	p.field, cmd = p.field.Update(msg)
	if text := p.field.Value(); text != was {
		p.tries, p.note, p.found = nil, "", ""
		p.past.forgetEarly()
		cmd = tea.Batch(cmd, p.change(text))
	}
	if left != "" {
		p.note = left
	}
	return cmd
}

// typable returns what of a key's text may be shown. The joiners stay: what they
// stand between is not known yet.
func typable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\u200c' && r != '\u200d' && data.Line(string(r)) == "\ufffd" {
			return -1
		}
		return r
	}, text)
}

// change tells whoever asks of a new text.
func (p *prompt) change(text string) (cmd tea.Cmd) {
	p.wrong = nil
	if p.changed != nil {
		cmd, p.wrong = p.changed(text)
	}
	return cmd
}

// put replaces the text.
func (p *prompt) put(text string) tea.Cmd {
	p.field.SetValue(text)
	p.field.CursorEnd()
	return p.change(text)
}

func (m *Model) entered() tea.Cmd {
	p := m.typing
	text := p.field.Value()
	if p.past != nil {
		p.past.add(text)
	}
	if p.done == nil {
		if p.wrong == nil {
			m.stop()
		}
		return nil
	}
	if p.guard != nil && p.found == "" {
		if p.found = pointOut(p.guard(text), "enter"); p.found != "" {
			return nil
		}
	}
	cmd, err := p.done(text)
	if p.wrong = err; err == nil && m.typing == p {
		m.stop()
	}
	return cmd
}

// next puts the next completion in the place of the text, once it is known.
func (p *prompt) next(forward bool) tea.Cmd {
	switch {
	case p.complete == nil:
		return nil
	case p.tries != nil:
		return p.turn(forward)
	}
	text := p.field.Value()
	return func() tea.Msg { return triesMsg{p, text, forward, p.complete(text)} }
}

// offer takes what the text may become, unless it has changed meanwhile.
func (m *Model) offer(msg triesMsg) tea.Cmd {
	p := msg.of
	if m.typing != p || p.field.Value() != msg.text || len(msg.tries) == 0 {
		return nil
	}
	p.tries = append(msg.tries, Completion{Word: msg.text})
	p.try = len(p.tries) - 1
	cmd := p.turn(msg.forward)
	if len(msg.tries) == 1 { // there is nothing to choose: the next tab completes what comes then
		p.tries = nil
	}
	return cmd
}

// turn puts another one of the tries in the place of the text.
func (p *prompt) turn(forward bool) tea.Cmd {
	by := 1
	if !forward {
		by = -1
	}
	n := len(p.tries)
	p.try = (p.try + by + n) % n
	try := p.tries[p.try]
	cmd := p.put(try.Word)
	if p.note = data.Line(try.Note); n > 2 && p.try < n-1 {
		p.note = strings.TrimSpace(fmt.Sprintf("%d/%d %s", p.try+1, n-1, p.note))
	}
	return cmd
}

func (p *prompt) recall(older bool) tea.Cmd {
	if p.past == nil {
		return nil
	}
	text, ok := p.past.move(older, p.field.Value())
	if !ok {
		return nil
	}
	return p.put(text)
}

// line draws the prompt, and returns where the cursor is in it.
func (p *prompt) line(t kit.Theme, w int) (line string, at int) {
	beside, label := "", p.label
	room := max(w/2, w-kit.Width(p.label)-kit.Width(p.field.Value())-5, 10)
	switch {
	case p.found != "":
		label = "" // what is to be said needs the room
		beside = "  " + t.Warn.Paint(kit.Cut(p.found, w-16))
	case p.wrong != nil:
		beside = "  " + fault(t, p.wrong.Error(), p.keyed(data.BoardHint(p.wrong)), room)
	case p.note != "":
		beside = "  " + t.Dim.Paint(kit.Cut(p.note, room))
	}
	room = max(w-kit.Width(label)-kit.Width(beside)-2, 4)
	p.field.SetWidth(room)
	at = 1 + kit.Width(label) + kit.CursorCell(p.field)
	return kit.Fit(" "+t.Strong.Paint(label)+p.field.View()+beside, w), min(at, w-1)
}

// fault draws what is wrong in at most w cells, and what to do if there is room.
func fault(t kit.Theme, what, hint string, w int) string {
	what, hint = data.Line(what), data.Line(hint)
	line := t.Bad.Paint(kit.Cut(what, w))
	if hint != "" && kit.Width(what)+2+kit.Width(hint) <= w {
		line += "  " + hint
	}
	return line
}

// A history is what was typed in a prompt before, the latest last.
type history struct {
	lines []string
	at    int    // how far back; 0 is what is being typed
	draft string // what was being typed
	early int    // how often an older line was asked for before all lines were read
	whole bool   // all lines are read
}

const maxHistory = 200

// add adds a line, unless it is the last one already.
func (h *history) add(line string) {
	h.at = 0
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(len(h.lines)-maxHistory, 0):]
}

// forgetEarly forgets that older lines were asked for: what was typed since is meant.
func (h *history) forgetEarly() {
	if h != nil {
		h.early = 0
	}
}

// move returns the line that is one older or newer than the one shown.
func (h *history) move(older bool, shown string) (string, bool) {
	if h.at == 0 {
		h.draft = shown
	}
	switch {
	case older && h.at < len(h.lines):
		h.at++
	case older && !h.whole:
		h.early++
		return "", false
	case !older && h.at > 0:
		h.at--
	default:
		return "", false
	}
	if h.at == 0 {
		return h.draft, true
	}
	return h.lines[len(h.lines)-h.at], true
}
