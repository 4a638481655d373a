package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A sourcesView is the full view of the sources: how good each is, and what rests
// on it.
type sourcesView struct {
	full
	rows []pane.SourceRow
}

func (m *Model) newSourcesView() overlay {
	s := &sourcesView{}
	s.full = newFull(pane.SourceList(func() []pane.SourceRow { return s.rows }), func(i int) data.Ref { return s.rows[i].Ref })
	return s
}

// ask implements [live].
func (s *sourcesView) ask() reading {
	beside := s.reread()
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		sources, err := listed[*data.Source](ctx, src, data.KindSource, nil)
		claims, err := listed[*data.Claim](ctx, src, data.KindClaim, err)
		facts, err := listed[*data.Fact](ctx, src, data.KindFact, err)
		counts, err := listed[*data.Notice](ctx, src, data.KindNotice, err)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			s.rows = nil
			for _, source := range sources {
				s.rows = append(s.rows, rowOf(source, claims, facts, counts))
			}
			s.set(m.view)
			shown()
			return s.look(m)
		}, err
	}
}

// rowOf counts what rests on a source.
func rowOf(source *data.Source, claims []*data.Claim, facts []*data.Fact, counts []*data.Notice) pane.SourceRow {
	rests, stand := data.Rests(source.Ref, claims, facts, counts)
	row := pane.SourceRow{Source: source, Stand: stand}
	for _, e := range rests {
		switch e.Kind() {
		case data.KindClaim:
			row.Claims++
		case data.KindNotice:
			row.Counts++
		default:
			row.Facts++
		}
	}
	return row
}

func (s *sourcesView) actions(m *Model) []kit.Action { return s.full.actions(m, nil) }

// held implements [holder].
func (s *sourcesView) held() (data.Entity, data.Ref) {
	if s.pane.Empty() {
		return nil, ""
	}
	row := s.rows[s.pane.List().Index()]
	return row.Source, row.Ref
}
