package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// An actionsView is the full view of the actions.
type actionsView struct {
	full
	rows data.Window[*data.Action]
	goTo int // to which end of the list the cursor is to go with the next reading
}

func newActionsView() overlay {
	a := &actionsView{}
	a.full = newFull(pane.ActionList(func(*pane.View) data.Window[*data.Action] { return a.rows }), func(i int) data.Ref { return a.rows.Rows[i].Ref })
	return a
}

// ask implements [live].
func (a *actionsView) ask() reading {
	at := spot{on: a.pane.List().Selected(), edge: a.goTo}
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		on, before, limit := at.window()
		w, err := src.OpenActions(ctx, data.Ref(on), before, limit)
		return func(m *Model) tea.Cmd { return a.take(m, at, w) }, err
	}
}

// take shows a window that was asked for at a spot, or asks again if the person
// has gone elsewhere.
func (a *actionsView) take(m *Model, at spot, w data.Window[*data.Action]) tea.Cmd {
	list := a.pane.List()
	if !holds(at, list, w, actionID) {
		return m.readFor(a)
	}
	moved := list.Selected() != at.on
	a.rows, m.screen = w, ""
	a.pane.Set(m.view)
	if !moved {
		list.Move(at.edge * list.Len())
	}
	a.goTo = 0
	return a.look(m)
}

// more reads what is missing after the cursor went elsewhere; see moves.
func (a *actionsView) more(m *Model, edge int) tea.Cmd {
	a.goTo = edge
	if edge == 0 && !near(a.pane.List(), a.rows) || len(a.rows.Rows) == a.rows.Total {
		return nil
	}
	return m.readFor(a)
}

func (a *actionsView) actions(m *Model) []kit.Action {
	return a.full.actions(m, func(edge int) tea.Cmd { return a.more(m, edge) })
}

// click implements [pointed].
func (a *actionsView) click(m *Model, x, y int) tea.Cmd {
	return tea.Batch(a.full.click(m, x, y), a.more(m, 0))
}

// wheel implements [pointed].
func (a *actionsView) wheel(m *Model, x, y, by int) tea.Cmd {
	return tea.Batch(a.full.wheel(m, x, y, by), a.more(m, 0))
}
