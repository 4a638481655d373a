package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// maxFound is how many finds are shown.
const maxFound = 200

// A foundList is an overlay with what a search found.
type foundList struct {
	text   string
	found  []data.Found
	list   kit.List
	view   *pane.View
	width  int
	height int
}

// find searches everything and lists what is found, unless the person has begun
// something else meanwhile.
func (m *Model) find(text string) tea.Cmd {
	on := m.top()
	return func() tea.Msg {
		found, err := m.src.Search(m.ctx, text, maxFound)
		return readMsg{func(m *Model) tea.Cmd {
			if m.elsewhere(on) {
				return nil
			}
			switch {
			case err != nil:
				m.console.wrong = &wrong{err.Error(), m.hintOf(err)}
			case len(found) == 0:
				m.notice = fmt.Sprintf("nothing is found that has %q in it", data.Line(text))
			default:
				return m.push(&foundList{text: text, found: found})
			}
			return nil
		}}
	}
}

// ask implements [live].
func (l *foundList) ask() reading {
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		found, err := src.Search(ctx, l.text, maxFound)
		return func(m *Model) tea.Cmd {
			l.found = found
			l.set(m.view)
			return nil
		}, err
	}
}

func (l *foundList) set(v *pane.View) {
	l.view = v
	ids := make([]string, len(l.found))
	for i := range l.found {
		ids[i] = string(l.found[i].Ref)
	}
	l.list.SetRows(ids, l.row)
}

func (l *foundList) row(i int, on bool) string {
	t, f := l.view.Theme, l.found[i]
	line := data.Line(f.Line)
	if f.Line == f.Name {
		line = ""
	}
	if f.Private {
		line = "private " + line
	}
	cols := []kit.Column{{Width: 8}, {Width: 12}, {}, {Width: l.width / 3}}
	if line == "" {
		cols[3].Width = 0
	}
	kit.Flex(cols, 2, l.width-1)
	ref, mark := string(f.Ref), " "
	if on {
		mark, ref = ">", t.Cursor.Paint(kit.Cut(ref, 8))
	}
	return kit.Fit(mark+kit.Row(cols, ref, t.Dim.Paint(data.SpecOf(f.Kind).Label), data.Line(f.Name), t.Dim.Paint(line)), l.width)
}

func (l *foundList) setSize(w, h int) {
	l.width, l.height = w, h
	l.list.SetHeight(h - 1)
	l.list.Redraw()
}

func (l *foundList) lines() []string {
	title := fmt.Sprintf("Found %d: %s", len(l.found), data.Line(l.text))
	if len(l.found) == maxFound {
		title = fmt.Sprintf("Found, the first %d: %s", maxFound, data.Line(l.text))
	}
	return l.list.Rows([]string{kit.Rule(l.view.Theme, title, true, nil, 0, l.width)}, true)
}

func (l *foundList) actions(m *Model) []kit.Action {
	all := []kit.Action{
		{Name: "open", Title: "Open the item: its fields and its history", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"),
			Run: func() tea.Cmd { return m.openRef(data.Ref(l.list.Selected())) }},
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: m.back},
	}
	return append(all, moves(&l.list, nil)...)
}
