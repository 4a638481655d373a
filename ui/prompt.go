package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
)

// A prompt is one line that is being typed in the place of the footer. While it
// is open no key means anything but text, esc, enter, and what moves in it.
type prompt struct {
	label string // what is asked for: "filter: "
	text  string // what is there to begin with
	// changed is called after each change; its error is shown beside the text.
	changed func(text string) (tea.Cmd, error)
	// done is called by enter, which closes the prompt unless it fails; nil if
	// there is nothing more to do.
	done func(text string) (tea.Cmd, error)
	// left is called by esc, which closes the prompt; nil takes the text away.
	left func() tea.Cmd
	// complete returns what the text may become; nil if nothing completes it.
	complete func(text string) []string
	past     *history // of what was typed here before; nil if it is not kept

	field textinput.Model
	wrong error
	tries []string // what tab goes through
	try   int
}

// maxPrompt is how many characters a prompt takes.
const maxPrompt = 4000

// ask opens a prompt.
func (m *Model) ask(p *prompt) tea.Cmd {
	p.field = textinput.New()
	p.field.Prompt, p.field.CharLimit = "", maxPrompt
	p.field.SetVirtualCursor(false)
	p.field.KeyMap.Paste = key.NewBinding() // which would read the clipboard of the machine the program runs on
	p.field.SetStyles(textinput.Styles{})
	p.field.SetValue(p.text)
	p.field.CursorEnd()
	m.typing, m.notice, m.screen = p, "", ""
	return p.field.Focus()
}

// stop closes the prompt.
func (m *Model) stop() { m.typing, m.screen = nil, "" }

// typed hands a message to the prompt.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	p := m.typing
	m.screen = ""
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "ctrl+c":
			return tea.Quit
		case "esc":
			m.stop()
			if p.left != nil {
				return p.left()
			}
			return p.change("")
		case "enter":
			return m.entered()
		case "tab", "shift+tab":
			return p.next(k.String() == "tab")
		case "up", "down":
			return p.recall(k.String() == "up")
		}
	}
	was := p.field.Value()
	var cmd tea.Cmd
	p.field, cmd = p.field.Update(msg)
	if text := p.field.Value(); text != was {
		p.tries = nil
		return tea.Batch(cmd, p.change(text))
	}
	return cmd
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
	cmd, err := p.done(text)
	if p.wrong = err; err == nil && m.typing == p {
		m.stop()
	}
	return cmd
}

// next puts the next completion in the place of the text.
func (p *prompt) next(forward bool) tea.Cmd {
	if p.complete == nil {
		return nil
	}
	if p.tries == nil {
		typed := p.field.Value()
		if p.tries = append(p.complete(typed), typed); len(p.tries) == 1 {
			p.tries = nil
			return nil
		}
		p.try = len(p.tries) - 1
	}
	by := 1
	if !forward {
		by = -1
	}
	p.try = (p.try + by + len(p.tries)) % len(p.tries)
	return p.put(p.tries[p.try])
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
	wrong := ""
	if p.wrong != nil {
		wrong = "  " + t.Bad.Paint(kit.Cut(data.Line(p.wrong.Error()), max(w/2, 10)))
	}
	room := max(w-kit.Width(p.label)-kit.Width(wrong)-2, 4)
	p.field.SetWidth(room)
	if c := p.field.Cursor(); c != nil {
		at = 1 + kit.Width(p.label) + c.X
	}
	return kit.Fit(" "+t.Strong.Paint(p.label)+p.field.View()+wrong, w), min(at, w-1)
}

// A history is what was typed in a prompt before, the latest last.
type history struct {
	lines []string
	at    int    // how far back; 0 is what is being typed
	draft string // what was being typed
}

const maxHistory = 200

func (h *history) add(line string) {
	h.at = 0
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(len(h.lines)-maxHistory, 0):]
}

// move returns the line that is one older or newer than the one shown.
func (h *history) move(older bool, shown string) (string, bool) {
	if h.at == 0 {
		h.draft = shown
	}
	switch {
	case older && h.at < len(h.lines):
		h.at++
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
