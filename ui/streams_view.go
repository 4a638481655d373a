package ui

import (
	"context"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A streamsView is the full view of the workstreams: all that is said of each,
// and the open actions of the one under the cursor.
type streamsView struct {
	streams, work *pane.Pane
	inWork        bool // the cursor is among the actions
	blocks        []pane.StreamBlock
	open          map[data.Ref]data.Window[*data.Action] // the first of each stream's actions
	around        data.Window[*data.Action]              // those around the cursor, of the workstream of
	of            data.Ref                               // "" if those around it are not at hand
	goTo          int                                    // to which end of the actions the cursor is to go with the next reading
	view          *pane.View
	width, height int
}

func (m *Model) newStreamsView() overlay {
	s := &streamsView{open: map[data.Ref]data.Window[*data.Action]{}}
	s.streams = pane.StreamList(func() []pane.StreamBlock { return s.blocks }, func() bool { return s.width >= sideFrom })
	s.work = pane.ActionList(func(*pane.View) data.Window[*data.Action] { return s.rows() })
	s.work.Retitle(s.title, func(*pane.View) string { return "nothing is open in this workstream" })
	return s
}

// stream returns the workstream under the cursor, or "".
func (s *streamsView) stream() data.Ref { return s.streams.Selected() }

// rows are the actions of the workstream under the cursor that are at hand.
func (s *streamsView) rows() data.Window[*data.Action] {
	if s.of == s.stream() {
		return s.around
	}
	return s.open[s.stream()]
}

func (s *streamsView) title(*pane.View) string {
	for _, b := range s.blocks {
		if b.Ref == s.stream() {
			return "Open in " + b.Label + " " + data.Digits(int64(b.Open))
		}
	}
	return "Open actions"
}

func (s *streamsView) set(v *pane.View) {
	s.view = v
	s.blocks = s.blocks[:0:0]
	for _, r := range v.Streams {
		s.blocks = append(s.blocks, pane.Block(r, s.open[r.Ref], v.Now))
	}
	s.streams.Set(v)
	s.work.Set(v)
	s.arrange()
}

func (s *streamsView) setSize(w, h int) {
	s.width, s.height = w, h
	s.arrange()
}

// arrange puts the actions beside the workstreams, or under them.
func (s *streamsView) arrange() {
	if s.width >= sideFrom {
		left := s.width * 9 / 20
		s.streams.SetSize(left, s.height)
		s.work.SetSize(s.width-left-gap, s.height)
		return
	}
	top := 1
	for range s.blocks {
		top += 3
	}
	s.streams.SetSize(s.width, max(min(top, s.height-5), min(s.height, 4)))
	s.work.SetSize(s.width, s.height-s.streams.Height())
}

func (s *streamsView) lines() []string {
	above := s.streams.Lines(nil, "", !s.inWork)
	if s.width >= sideFrom {
		return beside(nil, above, s.work.Lines(nil, "", s.inWork))
	}
	return s.work.Lines(above, "", s.inWork)
}

// ask implements [live].
func (s *streamsView) ask() reading {
	now, at := s.stream(), spot{on: string(s.work.Selected()), edge: s.goTo}
	streams := make([]data.Ref, 0, len(s.blocks))
	for _, b := range s.blocks {
		streams = append(streams, b.Ref)
	}
	return func(ctx context.Context, src Source, clock time.Time) (func(*Model) tea.Cmd, error) {
		open := map[data.Ref]data.Window[*data.Action]{}
		var around data.Window[*data.Action]
		for _, stream := range streams {
			f, err := data.ParseFilter(data.KindAction, "stream:"+string(stream), clock)
			if err != nil {
				return nil, err
			}
			q := data.ActionQuery{Filter: f, Now: clock}
			if open[stream], err = src.Actions(ctx, q, "", 0, windowRows); err != nil {
				return nil, err
			}
			if stream == now {
				on, before, limit := at.window()
				if around, err = src.Actions(ctx, q, data.Ref(on), before, limit); err != nil {
					return nil, err
				}
			}
		}
		return func(m *Model) tea.Cmd {
			return s.take(m, now, at, open, around)
		}, nil
	}
}

// take shows the actions of all streams, and of the one that was under the cursor
// those that stand around it. If the person has gone elsewhere among them by now,
// it asks again.
func (s *streamsView) take(m *Model, stream data.Ref, at spot, open map[data.Ref]data.Window[*data.Action], around data.Window[*data.Action]) tea.Cmd {
	list, here := s.work.List(), s.stream() == stream
	stays := here && holds(at, list, around, actionID)
	moved := list.Selected() != at.on
	maps.Copy(s.open, open)
	if stays {
		s.around, s.of = around, stream
	}
	s.set(m.view) // the blocks are of the first actions
	if stays && !moved {
		list.Move(at.edge * list.Len())
	}
	s.goTo = 0
	if here && !stays {
		return m.readFor(s)
	}
	return nil
}

// more reads what is missing after the cursor went elsewhere; see moves.
func (s *streamsView) more(m *Model, edge int) tea.Cmd {
	w := s.rows()
	if edge == 0 && !near(s.work.List(), w) || !w.Above && !w.Below {
		return nil
	}
	s.goTo = edge
	return m.readFor(s)
}

// turn shows the actions of the workstream under the cursor, from the first.
func (s *streamsView) turn(m *Model) {
	s.of = ""
	s.work.Set(m.view)
	s.work.List().Move(-s.work.List().Len())
}

func (s *streamsView) actions(m *Model) []kit.Action {
	enter := func() tea.Cmd { return m.openRef(s.stream()) }
	list, more := s.streams.List(), func(int) tea.Cmd {
		s.turn(m)
		return nil
	}
	out := m.back
	if s.inWork {
		enter = func() tea.Cmd { return m.openRef(s.work.Selected()) }
		list, more = s.work.List(), func(edge int) tea.Cmd { return s.more(m, edge) }
		out = s.into(m, false)
	}
	all := []kit.Action{
		{Name: "open", Title: "Open the item: its fields and its history", Short: "open", Group: "Look", Key: kit.Keys("enter", "enter"), Run: enter},
		{Name: "close", Title: "Go back", Short: "back", Group: "Leave", Key: kit.Keys("esc", "esc"), Run: out},
		{Name: "into", Title: "Go to the actions of the workstream", Short: "its actions", Group: "Move", Key: kit.Keys("→ l", "right", "l"),
			Why: s.noWork, Run: s.into(m, true)},
		{Name: "out", Title: "Go back to the workstreams", Group: "Move", Key: kit.Keys("← h", "left", "h"), Run: s.into(m, false)},
		{Name: "next-view", Title: "Go to the next view", Short: "next view", Group: "Move", Key: kit.Keys("tab", "tab"), Run: m.turnView(1)},
		{Name: "previous-view", Title: "Go to the view before", Group: "Move", Key: kit.Keys("shift+tab", "shift+tab"), Run: m.turnView(-1)},
	}
	return append(all, moves(list, more)...)
}

func (s *streamsView) noWork() error {
	if s.work.Empty() {
		return data.Refuse("nothing is open in this workstream")
	}
	return nil
}

func (s *streamsView) into(m *Model, work bool) func() tea.Cmd {
	return func() tea.Cmd {
		s.inWork = work
		return nil
	}
}

// click implements [pointed].
func (s *streamsView) click(m *Model, x, y int) tea.Cmd {
	p, line := s.streams, y
	switch {
	case s.width >= sideFrom && x > s.streams.Width():
		p = s.work
	case s.width < sideFrom && y >= s.streams.Height():
		p, line = s.work, y-s.streams.Height()
	}
	s.inWork = p == s.work && !s.work.Empty()
	was := s.stream()
	if p.Point(line); s.stream() != was {
		s.turn(m)
	}
	return s.more(m, 0)
}

// wheel implements [pointed].
func (s *streamsView) wheel(m *Model, _, _, by int) tea.Cmd {
	if s.inWork {
		s.work.List().Move(by)
		return s.more(m, 0)
	}
	s.streams.List().Move(by)
	s.turn(m)
	return nil
}

// held implements [holder].
func (s *streamsView) held() (data.Entity, data.Ref) {
	if s.inWork {
		if s.work.Empty() {
			return nil, ""
		}
		row := s.rows().Rows[s.work.List().Index()]
		return row, row.Ref
	}
	if s.streams.Empty() {
		return nil, ""
	}
	row := s.blocks[s.streams.List().Index()].Workstream
	return row, row.Ref
}
