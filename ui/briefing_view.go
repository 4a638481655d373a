package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A briefingView is the full view of what is said of the incident: what one
// reads out to somebody who joins.
type briefingView struct {
	full
	facts     []*data.Fact
	questions []*data.Question
	risks     []*data.Risk
	lessons   []*data.Lesson
	rows      []pane.BriefRow // those that have the words of find
	find      string
}

func (m *Model) newBriefingView() overlay {
	b := &briefingView{}
	p := pane.BriefList(func() []pane.BriefRow { return b.rows })
	p.Retitle(b.title, b.empty)
	b.full = newFull(p, func(i int) data.Ref { return b.rows[i].Ref })
	return b
}

func (b *briefingView) title(v *pane.View) string {
	if b.find == "" {
		return "Briefing"
	}
	return "Briefing " + v.Theme.Symbols.Dot + " filter: " + data.Line(b.find)
}

func (b *briefingView) empty(v *pane.View) string {
	if b.find == "" {
		return "nothing is said about the incident yet"
	}
	return fmt.Sprintf("nothing in the briefing has %q; ", data.Line(b.find)) + v.Keyed("{close esc} shows all")
}

func (b *briefingView) set(v *pane.View) {
	b.view = v
	b.arrange()
	b.full.set(v)
}

// arrange makes the rows.
func (b *briefingView) arrange() {
	rows := pane.BriefRows(b.view, b.facts, b.questions, b.risks, b.lessons)
	b.rows = slices.DeleteFunc(rows, func(r pane.BriefRow) bool {
		return b.find != "" && !has(string(r.Ref)+" "+r.Text+" "+strings.Join(r.About, " "), b.find)
	})
}

// ask implements [live].
func (b *briefingView) ask() reading {
	beside := b.reread()
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		facts, err := listed[*data.Fact](ctx, src, data.KindFact, nil)
		questions, err := listed[*data.Question](ctx, src, data.KindQuestion, err)
		risks, err := listed[*data.Risk](ctx, src, data.KindRisk, err)
		lessons, err := listed[*data.Lesson](ctx, src, data.KindLesson, err)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			b.facts, b.questions, b.risks, b.lessons = facts, questions, risks, lessons
			b.set(m.view)
			shown()
			return b.look(m)
		}, err
	}
}

// listed reads all items of a kind, unless there was an error before.
func listed[E data.Entity](ctx context.Context, src Source, k data.Kind, before error) ([]E, error) {
	if before != nil {
		return nil, before
	}
	all, err := src.List(ctx, k)
	items := make([]E, 0, len(all))
	for _, e := range all {
		items = append(items, e.(E))
	}
	return items, err
}

func (b *briefingView) actions(m *Model) []kit.Action {
	return withFilter(b.full.actions(m, nil), b.find != "",
		func() tea.Cmd { return b.startFilter(m) }, func() tea.Cmd { return b.search(m, "") })
}

// startFilter implements [filterable].
func (b *briefingView) startFilter(m *Model) tea.Cmd {
	return m.ask(&prompt{label: "filter: ", text: b.find, changed: func(text string) (tea.Cmd, error) { return b.search(m, text), nil }})
}

func (b *briefingView) search(m *Model, text string) tea.Cmd {
	b.find = strings.TrimSpace(text)
	b.arrange()
	b.pane.Set(m.view)
	return b.look(m)
}

// held implements [holder].
func (b *briefingView) held() (data.Entity, data.Ref) { return nil, b.selected() }
