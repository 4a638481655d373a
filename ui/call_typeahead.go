package ui

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// wait takes a key or a paste that is of the lines after the one that is being
// recorded.
func (c *callView) wait(m *Model, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.PasteMsg); ok {
		text, left, err := pasted(k.Content, false, c.room())
		if err != nil {
			m.fault(err)
			return nil
		}
		msg, c.left = tea.PasteMsg{Content: text}, cmp.Or(left, c.left)
	}
	c.waiting = append(c.waiting, msg)
	return c.keep(m)
}

// room is how many more characters one draft of all that is typed has room for.
func (c *callView) room() int {
	return c.line.CharLimit - utf8.RuneCountInString(c.line.Value()+c.rest())
}

// rest is what waits, in one line.
func (c *callView) rest() string {
	var text []rune
	for _, msg := range c.waiting {
		switch k := msg.(type) {
		case tea.PasteMsg:
			text = append(text, []rune(k.Content)...)
		case tea.KeyPressMsg:
			switch {
			case k.Code == tea.KeyEnter:
				text = append(text, ' ')
			case k.Code == tea.KeyBackspace && len(text) > 0:
				text = text[:len(text)-1]
			default:
				text = append(text, []rune(typable(k.Text))...)
			}
		}
	}
	return strings.TrimSpace(data.Line(string(text)))
}

// goOn types what has waited. It stops at a line that is being recorded, and at
// one that is not taken: what comes after that waits on.
func (c *callView) goOn(m *Model) tea.Cmd {
	var cmds []tea.Cmd
	for len(c.waiting) > 0 && !c.busy && c.wrong == nil {
		msg := c.waiting[0]
		c.waiting = c.waiting[1:]
		if k, ok := msg.(tea.KeyPressMsg); ok && k.Code == tea.KeyEnter {
			cmds = append(cmds, c.store(m))
		} else {
			cmds = append(cmds, c.typeIn(m, msg))
		}
	}
	if c.wrong != nil && !slices.Contains(m.stack, overlay(c)) {
		m.fault(c.wrong)
	}
	c.sayLeft()
	return tea.Batch(append(cmds, c.keep(m))...)
}

// sayLeft says what was left out of the pastes, beside what is said already. While a
// line is being recorded that waits: what is said then would be gone at once.
func (c *callView) sayLeft() {
	if c.left != "" && !c.busy {
		c.said, c.left = strings.TrimPrefix(c.said+" · "+c.left, " · "), ""
	}
}
