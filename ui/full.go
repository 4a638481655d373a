package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A full is what full views are made of: one pane over the whole screen and,
// where there is room, the item under its cursor beside it.
type full struct {
	pane   *pane.Pane
	item   func(i int) data.Ref // that row i is about
	side   page                 // what is known of the item under the cursor
	beside data.Ref             // of which item that is
	asked  data.Ref             // which item is being read
	view   *pane.View
	width  int
	height int
}

// sideFrom is the width from which on an item is shown beside its list.
const sideFrom = 120

func newFull(p *pane.Pane, item func(i int) data.Ref) full {
	return full{pane: p, item: item, side: newPage("", nothing)}
}

func nothing(*pane.View, int) []string { return nil }

// selected returns the item that the row under the cursor is about, or "".
func (f *full) selected() data.Ref {
	if f.pane.Empty() {
		return ""
	}
	return f.item(f.pane.List().Index())
}

func (f *full) set(v *pane.View) {
	f.view = v
	f.pane.Set(v)
	f.side.set(v)
}

func (f *full) setSize(w, h int) {
	f.width, f.height = w, h
	f.pane.SetSize(w-f.sideWidth(), h)
	f.side.setSize(max(f.sideWidth()-gap, 0), h)
}

// sideWidth is how many cells the item beside the list takes, with the gap.
func (f *full) sideWidth() int {
	if f.width < sideFrom {
		return 0
	}
	return f.width * 2 / 5
}

func (f *full) lines() []string {
	list := f.pane.Lines(nil, "", true)
	if f.sideWidth() == 0 {
		return list
	}
	return beside(nil, list, f.side.lines())
}

// look returns a command that reads the item under the cursor, if it is to be
// shown and is not being read already.
func (f *full) look(m *Model) tea.Cmd {
	ref := f.selected()
	if ref == "" {
		f.show(item{})
	}
	if f.sideWidth() == 0 || ref == "" || ref == f.asked || ref == f.beside {
		return nil
	}
	f.asked = ref
	return func() tea.Msg {
		i, err := readItem(m.ctx, m.src, ref)
		return readMsg{func(m *Model) tea.Cmd { return f.take(m, i, err) }}
	}
}

// take shows an item beside the list, unless the cursor is elsewhere by now.
func (f *full) take(m *Model, i item, err error) tea.Cmd {
	f.asked = ""
	if f.selected() != i.ref && err == nil {
		return f.look(m)
	}
	if err != nil {
		i = item{}
	}
	f.show(i)
	return nil
}

// reread returns what reads the item under the cursor anew, and what shows it.
func (f *full) reread() func(ctx context.Context, src Source) (show func()) {
	ref, shown := f.selected(), f.sideWidth() > 0
	return func(ctx context.Context, src Source) func() {
		if ref == "" || !shown {
			return func() {}
		}
		i, err := readItem(ctx, src, ref)
		return func() {
			if (err == nil || notPermitted(err)) && f.selected() == ref { // of what has become private nothing stays
				f.show(i)
			}
		}
	}
}

// show shows an item beside the list, or none.
func (f *full) show(i item) {
	other := i.ref != f.beside
	f.beside, f.side.title, f.side.text = i.ref, "", nothing
	if i.entity != nil {
		f.side.title, f.side.text = i.title(), i.text
	}
	f.side.fill()
	if other {
		f.side.port.GotoTop()
	}
}

// actions lists what can be done in every full view. After a move of the cursor
// more is called; see moves.
func (f *full) actions(m *Model, more func(edge int) tea.Cmd) []kit.Action {
	all := []kit.Action{
		{Name: "open", Title: "Open the item: its fields and its history", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"),
			Why: f.nothingSelected, Run: func() tea.Cmd { return m.openRef(f.selected()) }},
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: m.back},
		{Name: "next-view", Title: "Go to the next view", Short: "next view", Group: "Move", Key: kit.Keys("tab", "tab"), Run: m.turnView(1)},
		{Name: "previous-view", Title: "Go to the view before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab"), Run: m.turnView(-1)},
	}
	return append(all, moves(f.pane.List(), func(edge int) tea.Cmd {
		look := f.look(m)
		if more == nil {
			return look
		}
		return tea.Batch(look, more(edge))
	})...)
}

// withFilter adds to the actions of a view what starts its filter, and lets esc
// take the filter away, if there is one, before the view.
func withFilter(all []kit.Action, filtered bool, start, clear func() tea.Cmd) []kit.Action {
	for i := range all {
		if filtered && all[i].Name == "close" {
			all[i].Run = clear
		}
	}
	return append(all, kit.Action{Name: "filter", Title: "Filter the list as you type", Short: "filter", Group: "List", Key: kit.Keys("/", "/"), Run: start})
}

func (f *full) nothingSelected() error {
	if f.selected() == "" {
		return errors.New("nothing to open: the list is empty")
	}
	return nil
}
