package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A thirdView is the full view of the third party: who they are, what they were
// asked, promised and answered, and what does not agree.
type thirdView struct {
	full
	party *data.ThirdParty // nil until it is read
	rows  []pane.ThirdRow
}

func (m *Model) newThirdView() overlay {
	p := &thirdView{}
	p.full = newFull(pane.ThirdList(func() []pane.ThirdRow { return p.rows }), func(i int) data.Ref { return p.rows[i].Ref })
	return p
}

func (p *thirdView) set(v *pane.View) {
	if p.party != nil {
		p.rows = pane.ThirdRows(v, p.party)
	}
	p.full.set(v)
}

// ask implements [live].
func (p *thirdView) ask() reading {
	beside := p.reread()
	return func(ctx context.Context, src Source, now time.Time) (func(*Model) tea.Cmd, error) {
		party, err := src.ThirdParty(ctx, now)
		shown := beside(ctx, src)
		return func(m *Model) tea.Cmd {
			p.party = party
			p.set(m.view)
			shown()
			return p.look(m)
		}, err
	}
}

func (p *thirdView) actions(m *Model) []kit.Action { return p.full.actions(m, nil) }

// held implements [holder].
func (p *thirdView) held() (data.Entity, data.Ref) { return nil, p.selected() }

// add asks them something, or keeps what they said: of the ask under the cursor,
// if that is one.
func (p *thirdView) add(m *Model) tea.Cmd {
	ask := map[string]string{"kind": string(data.Ask), "stream": "investigation"}
	source := map[string]string{}
	if p.party != nil {
		if names := p.party.Incident.TheirNames(); len(names) > 0 {
			name := names[len(names)-1] // what somebody calls them, else their name
			ask["to"], source["publisher"] = name, name
		}
		for _, a := range p.party.Answered {
			if a.Ref == p.selected() && a.Source == nil {
				source["ask"], source["from"], source["title"] = string(a.Ref), a.To, data.AnswerTitle(a.Action)
			}
		}
	}
	return m.push(newMenu("Add",
		menuItem{"ask", "a question to them, due in minutes or hours", func() tea.Cmd { return m.push(m.newForm(data.KindAction, ask)) }},
		menuItem{"source", "what we have from them: claims and facts rest on it", func() tea.Cmd { return m.push(m.newForm(data.KindSource, source)) }},
		menuItem{"claim", "a number that they said", func() tea.Cmd { return m.push(m.newForm(data.KindClaim, map[string]string{})) }},
	))
}
