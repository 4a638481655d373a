package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// An actionsView is the full view of the actions: any of them, in any order.
type actionsView struct {
	full
	rows data.Window[*data.Action]
	goTo int // to which end of the list the cursor is to go with the next reading

	text   string // the filter as it was typed
	filter *data.Filter
	mine   bool
	sort   string // the key of a field; "" is worst first
	down   bool
	me     data.Actor
	asks   int    // counts the changes of what is asked for
	home   string // where the cursor was when a filter began to be typed
	edited bool   // it was changed since the list was read
	counts bool   // they are being counted
	total  int    // how many actions are wanted; -1 while that is not counted
}

func (m *Model) newActionsView() overlay {
	a := &actionsView{me: m.cfg.Actor, total: -1}
	p := pane.ActionList(func(*pane.View) data.Window[*data.Action] { return a.rows })
	p.Retitle(a.title, a.empty)
	a.full = newFull(p, func(i int) data.Ref { return a.rows.Rows[i].Ref })
	return a
}

func (a *actionsView) title(v *pane.View) string {
	parts := []string{"Actions"}
	if a.total >= 0 {
		parts[0] += " " + data.Digits(int64(a.total))
	}
	parts[0] += v.Marks()
	if a.mine {
		parts = append(parts, "mine")
	}
	if a.text != "" {
		parts = append(parts, "filter: "+data.Line(a.text))
	}
	if a.sort != "" {
		order := "by " + strings.ReplaceAll(a.sort, "_", " ")
		if a.down {
			order += ", last first"
		}
		parts = append(parts, order)
	}
	return strings.Join(parts, " "+v.Theme.Symbols.Dot+" ")
}

// empty says what was looked for, where nothing is found.
func (a *actionsView) empty(v *pane.View) string {
	switch {
	case a.text != "" && a.mine:
		return fmt.Sprintf("no action of mine matches %q; ", data.Line(a.text)) + v.Keyed("{close esc} shows all")
	case a.text != "":
		return fmt.Sprintf("no action matches %q; ", data.Line(a.text)) + v.Keyed("{close esc} shows all")
	case a.mine:
		return v.Keyed("no open action is mine; {mine M} shows all")
	}
	return "no action is open; is:all as a filter shows the closed ones"
}

// query returns what is asked for.
func (a *actionsView) query(now time.Time) data.ActionQuery {
	return data.ActionQuery{Filter: a.filter, Sort: a.sort, Down: a.down, Now: now, Me: a.me}
}

// want asks for other actions, or in another order. The cursor stays on its item
// if that is still wanted.
func (a *actionsView) want(m *Model, text string, mine bool) (tea.Cmd, error) {
	with := text
	if mine {
		with = strings.TrimSpace(text + " is:mine")
	}
	f, err := data.ParseFilter(data.KindAction, with, m.now())
	if err != nil {
		return nil, err
	}
	a.text, a.mine, a.filter = strings.TrimSpace(text), mine, f
	return a.anew(m), nil
}

func (a *actionsView) anew(m *Model) tea.Cmd {
	a.asks++
	a.edited = true
	a.goTo, a.total = 0, -1
	return m.readFor(a)
}

// ask implements [live].
func (a *actionsView) ask() reading {
	at := spot{on: a.pane.List().Selected(), edge: a.goTo}
	if a.edited && a.home != "" {
		at.on = a.home
	}
	asks, want, beside := a.asks, *a, a.reread()
	return func(ctx context.Context, src Source, now time.Time) (func(*Model) tea.Cmd, error) {
		q := want.query(now)
		if want.edited && at.on != "" {
			if e, err := src.Get(ctx, data.Ref(at.on)); err == nil && !q.Match(e.(*data.Action)) {
				at.top = true // it is not among what is wanted now
			}
		}
		on, before, limit := at.window()
		w, err := src.Actions(ctx, q, data.Ref(on), before, limit)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			shown()
			return a.take(m, asks, at, w)
		}, err
	}
}

// take shows a window that was asked for at a spot, or asks again if the person
// has gone elsewhere, or wants something else, by now.
func (a *actionsView) take(m *Model, asks int, at spot, w data.Window[*data.Action]) tea.Cmd {
	list := a.pane.List()
	switch {
	case asks != a.asks:
		return nil // what is wanted now is being read
	case !a.edited && !holds(at, list, w, actionID):
		return m.readFor(a)
	}
	moved := list.Selected() != at.on
	a.rows = w
	m.see(w.Rows)
	a.pane.Set(m.view)
	switch {
	case at.top:
		list.Move(-list.Len())
	case a.edited:
		list.Select(at.on)
	case !moved:
		list.Move(at.edge * list.Len())
	}
	a.goTo, a.edited = 0, false
	if w.Total >= 0 {
		a.total = w.Total
		a.pane.Set(m.view)
		return a.look(m)
	}
	return tea.Batch(a.look(m), a.count(m))
}

// count returns a command that counts the actions that are wanted, unless that
// is under way.
func (a *actionsView) count(m *Model) tea.Cmd {
	if a.counts {
		return nil
	}
	a.counts = true
	asks, q := a.asks, a.query(m.now())
	return func() tea.Msg {
		n, err := m.src.CountActions(m.ctx, q)
		return readMsg{func(m *Model) tea.Cmd {
			a.counts = false
			if asks != a.asks || err != nil {
				if err == nil {
					return a.count(m)
				}
				return nil
			}
			if a.total != n {
				a.total = n
				a.pane.Set(m.view)
			}
			return nil
		}}
	}
}

// more reads what is missing after the cursor went elsewhere; see moves.
func (a *actionsView) more(m *Model, edge int) tea.Cmd {
	a.goTo = edge
	if edge == 0 && !near(a.pane.List(), a.rows) || !a.rows.Above && !a.rows.Below {
		a.goTo = 0
		return nil
	}
	return m.readFor(a)
}

func (a *actionsView) actions(m *Model) []kit.Action {
	all := withFilter(a.full.actions(m, func(edge int) tea.Cmd { return a.more(m, edge) }), a.text != "",
		func() tea.Cmd { return a.startFilter(m) }, func() tea.Cmd { return a.clear(m) })
	return append(all,
		kit.Action{Name: "sort", Title: "Choose by which field to sort", Short: "sort", Group: "List", Key: kit.Keys("S", "S"), Run: func() tea.Cmd { return m.push(a.sorts(m)) }},
		kit.Action{Name: "mine", Title: "Show only what is mine, or all again", Short: "mine", Group: "List", Key: kit.Keys("M", "M"), Run: func() tea.Cmd {
			a.home = a.pane.List().Selected()
			cmd, err := a.want(m, a.text, !a.mine)
			if err != nil {
				m.notice = err.Error()
			}
			return cmd
		}},
	)
}

// clear takes the filter away.
func (a *actionsView) clear(m *Model) tea.Cmd {
	a.home = a.pane.List().Selected()
	cmd, _ := a.want(m, "", a.mine) // nothing can be wrong with ""
	return cmd
}

// startFilter implements [filterable].
func (a *actionsView) startFilter(m *Model) tea.Cmd {
	a.home = a.pane.List().Selected()
	return m.ask(&prompt{
		label:    "filter: ",
		text:     a.text,
		changed:  func(text string) (tea.Cmd, error) { return a.want(m, text, a.mine) },
		complete: func(text string) []Completion { return plainly(data.CompleteFilter(data.KindAction, text)) },
	})
}

// sorts returns the menu of orders. The one that is chosen already is turned
// round.
func (a *actionsView) sorts(m *Model) *menu {
	items := []menuItem{{"worst first", "overdue for longest, then by deadline and priority", func() tea.Cmd { return a.order(m, "") }}}
	add := func(key, label, note string) {
		items = append(items, menuItem{label, note, func() tea.Cmd { return a.order(m, key) }})
	}
	for _, f := range data.SpecOf(data.KindAction).Fields {
		if !f.Internal && f.Type != data.TextType {
			add(f.Key, strings.ToLower(f.Label), "unknown last")
		}
	}
	add(data.UpdatedKey, "updated", "when it was changed last")
	add(data.IDKey, "id", "the order in which they were added")
	return newMenu("Sort the actions by", items...)
}

func (a *actionsView) order(m *Model, key string) tea.Cmd {
	a.down = key != "" && key == a.sort && !a.down
	a.sort, a.home = key, a.pane.List().Selected()
	return a.anew(m)
}

// held implements [holder].
func (a *actionsView) held() (data.Entity, data.Ref) {
	if a.pane.Empty() {
		return nil, ""
	}
	row := a.rows.Rows[a.pane.List().Index()]
	return row, row.Ref
}

// click implements [pointed].
func (a *actionsView) click(m *Model, x, y int) tea.Cmd {
	return tea.Batch(a.full.click(m, x, y), a.more(m, 0))
}

// wheel implements [pointed].
func (a *actionsView) wheel(m *Model, x, y, by int) tea.Cmd {
	return tea.Batch(a.full.wheel(m, x, y, by), a.more(m, 0))
}
