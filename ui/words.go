package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// own does a command that the board does itself, because it opens something on
// the screen, or refuses one that makes no sense there. All others are the
// tree's.
func (m *Model) own(line string, words []string) (own bool, cmd tea.Cmd, err error) {
	name, rest := words[0], words[1:]
	flags := slices.ContainsFunc(rest, func(w string) bool { return len(w) > 1 && w[0] == '-' }) // which only the tree knows
	ref := refOf(words[len(words)-1])
	switch {
	case name == "q" || name == "quit":
		cmd, err = m.quitWith(line, words)
	case name == "help" && len(rest) == 0:
		if err = m.helpIsOpen(); err == nil {
			cmd = m.openHelp()
		}
	case name == "view":
		cmd, err = m.viewWith(rest)
	case name == "who" && len(rest) == 0:
		if err = m.noWho(); err == nil {
			cmd = m.openWho()
		}
	case name == "do":
		cmd, err = m.doWith(rest)
	case name == "find" && len(rest) > 0 && !flags:
		cmd = m.find(strings.Join(rest, " "))
	case name == "show" && len(rest) == 1 && ref != "", len(rest) == 0 && ref != "" && ref.Spec().Numbered():
		// Whether it may be shown the tree knows, and how to say why not.
		cmd = m.run(line, []string{"show", string(ref)}, func() tea.Cmd { return m.openRef(ref) })
	case senseless[name] != "":
		err = data.Misuse("%s cannot be used here: %s", name, senseless[name])
	default:
		return false, nil, nil
	}
	return true, cmd, err
}

// senseless are the commands of the tree that make no sense on the board, and
// why.
var senseless = map[string]string{
	"board":      "this is the board",
	"serve":      "it is for a shell",
	"completion": "it is for a shell",
	"man":        "it is for a shell; help says more",
}

// refOf returns the id that a word is, or "".
func refOf(word string) data.Ref {
	ref, err := data.ParseRef(word)
	if err != nil {
		return ""
	}
	return ref
}

func (m *Model) quitWith(line string, words []string) (tea.Cmd, error) {
	if len(words) > 1 {
		return nil, data.Misuse("%s takes no argument, not %q", words[0], words[1])
	}
	return m.quitAfter(line), nil
}

// viewNames returns what the views are called on the command line.
func (m *Model) viewNames() []string {
	names := []string{"overview"}
	for _, v := range m.views() {
		names = append(names, strings.ToLower(v.name))
	}
	return append(names, "call")
}

// viewWith shows the view with a name or, without one, the menu.
func (m *Model) viewWith(rest []string) (tea.Cmd, error) {
	names := m.viewNames()
	switch {
	case len(rest) > 1:
		return nil, data.Misuse("view has one argument too many: %q", rest[1])
	case len(rest) == 0:
		if err := m.menuIsOpen(); err != nil {
			return nil, err
		}
		return m.openViews(), nil
	}
	switch i := slices.Index(names, strings.ToLower(rest[0])); i {
	case -1:
		return nil, data.Misuse("there is no view %q", rest[0]).WithHint("one of: %s", strings.Join(names, ", "))
	case 0:
		return m.openBoard(), nil
	case len(names) - 1:
		return m.openCall(), nil
	default:
		return m.showView(i - 1), nil
	}
}

// doWith does what a key of this page does, by its name.
func (m *Model) doWith(rest []string) (tea.Cmd, error) {
	if len(rest) != 1 {
		return nil, data.Misuse("do needs one name, of what a key does here").WithHint("tab completes it; help says what the keys do")
	}
	for _, a := range m.actions() {
		if a.Name == strings.ToLower(rest[0]) {
			if why := a.Blocked(); why != nil {
				return nil, why
			}
			return a.Run(), nil
		}
	}
	return nil, data.Misuse("nothing here is called %q", rest[0]).WithHint("tab completes the names; help says what the keys do")
}

// doNames returns what the keys of this page do, each with a note.
func (m *Model) doNames() (all []Completion) {
	for _, a := range m.actions() {
		all = append(all, Completion{a.Name, a.Key.Help().Key + ": " + a.Title})
	}
	return all
}

// openBoard goes back to the overview.
func (m *Model) openBoard() tea.Cmd {
	m.stack = nil
	return m.load()
}
