package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A menu is an overlay with a few things to choose from. It stands beside what it
// was opened from where there is room.
type menu struct {
	aside
	title string
	items []menuItem
	named bool              // the names end in digits: P0, P1
	keys  map[string]string // what chooses some of the items, by name, in place of a digit
	like  map[string]string // the actions whose keys choose by a letter, if the person has set these
	list  kit.List
}

// A menuItem is one thing to choose. Run is called when the menu has closed.
type menuItem struct {
	name string // one line; unique in its menu
	note string // what is behind it
	run  func() tea.Cmd
}

func newMenu(title string, items ...menuItem) *menu { return &menu{title: title, items: items} }

func (e *menu) set(v *pane.View) {
	e.aside.set(v)
	ids := make([]string, len(e.items))
	for i := range e.items {
		ids[i] = e.items[i].name
	}
	e.list.SetRows(ids, e.row)
}

func (e *menu) row(i int, on bool) string {
	t, item := e.view.Theme, e.items[i]
	cols := []kit.Column{{Width: 2}, {Width: 24}, {}}
	for i := range e.items { // a person's key may have a long name
		cols[0].Width = max(cols[0].Width, kit.Width(e.label(i)))
	}
	kit.Flex(cols, 2, e.own()-1)
	mark, name := " ", item.name
	if on {
		mark, name = ">", t.Cursor.Paint(kit.Cut(name, 24))
	}
	return kit.Fit(mark+kit.Row(cols, e.label(i), name, t.Dim.Paint(item.note)), e.own())
}

// mostDigits is how many items have a digit.
const mostDigits = 9

// digit is the key that chooses item i at once: the digit that its name ends
// in, if all names do, else its place.
func (e *menu) digit(i int) string {
	name := e.items[i].name
	if k := e.keys[name]; k != "" {
		return k
	}
	if e.named {
		return name[len(strings.TrimRight(name, "0123456789")):]
	}
	if i >= mostDigits {
		return ""
	}
	return strconv.Itoa(i + 1)
}

// choice is the name of the action that chooses by a digit or a letter.
func choice(digit string) string { return "choose-" + digit }

// label is the key of item i as the person has it.
func (e *menu) label(i int) string {
	d := e.digit(i)
	if own := e.view.Keys[choice(d)]; len(own) > 0 {
		return own[0]
	}
	if of := e.like[d]; of != "" {
		return e.view.Keyed("{" + of + " " + d + "}")
	}
	return d
}

func (e *menu) setSize(w, h int) {
	e.aside.setSize(w, h)
	e.list.SetHeight(h - 1)
	e.list.Redraw()
}

func (e *menu) lines() []string {
	return e.with(e.list.Rows([]string{kit.Rule(e.view.Theme, e.title, true, nil, 0, e.own())}, true))
}

func (e *menu) actions(m *Model) []kit.Action {
	choose := func(i int) func() tea.Cmd {
		return func() tea.Cmd {
			m.back()
			return e.items[i].run()
		}
	}
	all := []kit.Action{
		{Name: "open", Title: "Choose what the cursor is on", Short: "choose", Group: "Look", Key: kit.Keys("enter", "enter"),
			Run: func() tea.Cmd { return choose(e.list.Index())() }},
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: m.back},
	}
	all = append(all, moves(&e.list, nil)...)
	for i, item := range e.items {
		if d := e.digit(i); d != "" {
			k := e.label(i)
			all = append(all, kit.Action{Name: choice(d), Title: item.name, Group: "Look", Key: kit.Keys(k, k), Run: choose(i)})
		}
	}
	return all
}
