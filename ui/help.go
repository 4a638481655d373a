package ui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A helpPage lists what can be done on the page under it, made from the same
// actions that the keys run.
type helpPage struct {
	page
	of   []kit.Action
	find string // only what has this in it
}

func (m *Model) helpIsOpen() error {
	if _, ok := m.top().(*helpPage); ok {
		return errors.New("this is the help")
	}
	return nil
}

func (m *Model) openHelp() tea.Cmd {
	h := &helpPage{of: m.actions()}
	h.page = newPage("Help", h.write)
	return m.push(h)
}

// groups are the headings of help, in their order.
var groups = []string{"Look", "Change", "List", "Move", "Leave"}

func (h *helpPage) write(v *pane.View, w int) []string {
	t := v.Theme
	lines := []string{""}
	say := func(indent, s string) {
		for _, part := range kit.Wrap(s, w-len(indent)) {
			lines = append(lines, indent+part)
		}
	}
	if h.find == "" {
		say(" ", "One incident, live. What is loud is wrong; what is dim is missing.")
		lines = append(lines, "")
	}
	found := 0
	for _, group := range groups {
		var rows []string
		for _, a := range h.of {
			row := kit.Fit(a.Key.Help().Key, 14) + a.Title
			if a.Group == group && has(row, h.find) {
				rows = append(rows, kit.Cut("   "+row, w))
			}
		}
		if found += len(rows); len(rows) > 0 {
			lines = append(append(append(lines, " "+t.Strong.Paint(group)), rows...), "")
		}
	}
	if h.find != "" {
		if found == 0 {
			say(" ", "no key here has to do with \""+h.find+"\"; "+v.Keyed("{close esc} shows all"))
		}
		return lines
	}
	lines = append(lines, " "+t.Strong.Paint("Signs"))
	s := t.Symbols
	for _, l := range []string{
		s.Full + " confirmed, on track    " + s.Half + " estimated, doing    " + s.Empty + " reported, open, not started",
		s.Up + " at risk    " + s.Square + " blocked, late    " + s.Check + " done    " + s.Cross + " dropped, ruled out    " + s.Query + " unknown, claimed",
		s.Delta + " changed by others since you looked, for a day at most",
		"~46k (40k–52k) is the best number, with the lowest and the highest; k is thousand, M million",
		"≥40k is at least 40k, ≤52k at most 52k, where only that is known",
	} {
		say("   ", l)
	}
	lines = append(lines, "")
	say(" ", v.Keyed("All that keys do can be typed as well: \"{command :}\" takes commands here, warroom in a shell, in the same words; \":help action add\" says how one is used, tab completes it."))
	lines = append(lines, "")
	say(" ", v.Keyed("{call C} shows less and larger, for a screen that others see, and no private note.")+" What is typed there records: "+captureUse+".")
	lines = append(lines, "")
	say(" ", v.Keyed("{undo u} takes back changes of fields; an action that was added is dropped, a claim, fact, risk or source withdrawn. A note, a decision, a question, a lesson and a redaction cannot be taken back: amend them, or redact."))
	return lines
}

// has reports whether a text has all words of another in it, without regard to
// case.
func has(text, words string) bool {
	text = strings.ToLower(text)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (h *helpPage) actions(m *Model) []kit.Action {
	all := h.page.actions(m)
	all[0].Run = func() tea.Cmd {
		if h.find != "" {
			return h.search(m, "")
		}
		return m.back()
	}
	return append(all, kit.Action{Name: "filter", Title: "Search the help", Short: "search", Group: "List", Key: kit.Keys("/", "/"), Run: func() tea.Cmd {
		return m.ask(&prompt{label: "search the help: ", text: h.find, changed: func(text string) (tea.Cmd, error) { return h.search(m, text), nil }})
	}})
}

func (h *helpPage) search(m *Model, text string) tea.Cmd {
	h.find = text
	h.fill()
	h.port.GotoTop()
	return nil
}
