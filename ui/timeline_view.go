package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A timelineView is the full view of what happened, the latest first.
type timelineView struct {
	full
	rows   []data.Happening
	text   string // the filter as it was typed
	filter data.TimelineFilter
	want   int  // how many rows
	all    bool // there are no more
	looked int  // how many events were looked at, if not all
}

// Limits of a timeline: how many rows it holds, and at how many events it looks
// for them.
const (
	mostHappenings = 5_000
	mostLooked     = 20_000
)

func (m *Model) newTimelineView() overlay {
	l := &timelineView{want: windowRows}
	p := pane.Timeline(func() []data.Happening { return l.rows })
	p.Retitle(l.title, l.empty)
	l.full = newFull(p, func(i int) data.Ref { return l.rows[i].Item() })
	return l
}

func (l *timelineView) title(v *pane.View) string {
	s := "Timeline: happened, recorded"
	if l.text != "" {
		s += " " + v.Theme.Symbols.Dot + " filter: " + data.Line(l.text)
	}
	if l.looked > 0 {
		s += fmt.Sprintf(" %s of the last %s events", v.Theme.Symbols.Dot, data.Digits(int64(l.looked)))
	}
	return s
}

func (l *timelineView) empty(v *pane.View) string {
	if l.text == "" {
		return "nothing recorded yet; the filter is:all shows what the template brought"
	}
	return fmt.Sprintf("nothing in the timeline matches %q; ", data.Line(l.text)) + v.Keyed("{close esc} shows all")
}

// ask implements [live].
func (l *timelineView) ask() reading {
	want, filter, beside := l.want, l.filter, l.reread()
	text := l.text
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		s := &scan{ctx: ctx, src: src, filter: filter, streams: map[data.Ref]data.Ref{}}
		err := s.run(want)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			if text != l.text || want < l.want {
				return nil // something else is being read, or more
			}
			l.rows, l.all, l.looked = s.found, s.all, s.beyond()
			l.pane.Set(m.view)
			shown()
			return l.look(m)
		}, err
	}
}

// A scan looks for events from the end of the log on.
type scan struct {
	ctx     context.Context
	src     Source
	filter  data.TimelineFilter
	when    map[data.Ref]data.Time // when items happened that say so
	streams map[data.Ref]data.Ref  // of actions that were looked up
	found   []data.Happening
	looked  int
	all     bool // the beginning of the log was reached
}

func (s *scan) run(want int) error {
	if err := s.told(); err != nil {
		return err
	}
	const some = 500
	before, limit := int64(0), -some
	for len(s.found) < want && s.looked < mostLooked && !s.all {
		from := max(before-some-1, 0)
		if before > 0 {
			limit = int(before - 1 - from)
		}
		page, err := s.src.Log(s.ctx, from, limit)
		if err != nil {
			return err
		}
		for _, e := range slices.Backward(page.Entries) {
			if err := s.add(e); err != nil {
				return err
			}
		}
		s.looked += len(page.Entries) + page.Left
		s.all, before = page.From == 0, page.From+1
	}
	slices.SortStableFunc(s.found, func(a, b data.Happening) int { return b.Moment().Compare(a.Moment()) })
	return nil
}

// beyond returns how many events were looked at, or 0 if there are no others.
func (s *scan) beyond() int {
	if s.all || s.looked < mostLooked {
		return 0
	}
	return s.looked
}

// told reads when those items happened of which somebody said so.
func (s *scan) told() error {
	s.when = map[data.Ref]data.Time{}
	notes, err := listed[*data.Note](s.ctx, s.src, data.KindNote, nil)
	for _, n := range notes {
		s.when[n.Ref] = n.Happened
	}
	facts, err := listed[*data.Fact](s.ctx, s.src, data.KindFact, err)
	for _, f := range facts {
		s.when[f.Ref] = f.Happened
	}
	return err
}

func (s *scan) add(e data.Entry) error {
	h := data.Happening{Entry: e}
	if _, made := e.Body.(data.Made); made {
		h.When = s.when[e.Ref]
	}
	if s.filter.NeedsStream() {
		var err error
		if h.Stream, err = s.stream(e.Item()); err != nil {
			return err
		}
	}
	if s.filter.Match(h) {
		s.found = append(s.found, h)
	}
	return nil
}

// stream returns the workstream that an item is or belongs to.
func (s *scan) stream(ref data.Ref) (data.Ref, error) {
	spec := ref.Spec()
	if spec == nil || spec.Kind != data.KindAction {
		return ref, nil // a workstream, or of none
	}
	if stream, ok := s.streams[ref]; ok {
		return stream, nil
	}
	e, err := s.src.Get(s.ctx, ref)
	if err != nil {
		return "", err
	}
	s.streams[ref] = e.(*data.Action).Stream
	return s.streams[ref], nil
}

// more reads further back when the cursor comes near the end.
func (l *timelineView) more(m *Model) tea.Cmd {
	if l.all || l.looked > 0 || l.want >= mostHappenings || l.pane.List().Index() < len(l.rows)-windowMargin {
		return nil
	}
	l.want = min(l.want+4*windowRows, mostHappenings)
	return m.readFor(l)
}

func (l *timelineView) actions(m *Model) []kit.Action {
	return withFilter(l.full.actions(m, func(int) tea.Cmd { return l.more(m) }), l.text != "",
		func() tea.Cmd { return l.startFilter(m) },
		func() tea.Cmd { cmd, _ := l.find(m, ""); return cmd }) // nothing can be wrong with ""
}

// startFilter implements [filterable].
func (l *timelineView) startFilter(m *Model) tea.Cmd {
	return m.ask(&prompt{label: "filter: ", text: l.text, changed: func(text string) (tea.Cmd, error) { return l.find(m, text) }})
}

func (l *timelineView) find(m *Model, text string) (tea.Cmd, error) {
	f, err := data.ParseTimeline(text)
	if err != nil {
		return nil, err
	}
	l.text, l.filter, l.want = text, f, windowRows
	return m.readFor(l), nil
}

// click implements [pointed].
func (l *timelineView) click(m *Model, x, y int) tea.Cmd {
	return tea.Batch(l.full.click(m, x, y), l.more(m))
}

// wheel implements [pointed].
func (l *timelineView) wheel(m *Model, x, y, by int) tea.Cmd {
	return tea.Batch(l.full.wheel(m, x, y, by), l.more(m))
}

// held implements [holder].
func (l *timelineView) held() (data.Entity, data.Ref) { return nil, l.selected() }
