package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// readRests reads the claims, facts and counts that rest on a source.
func readRests(ctx context.Context, src Source, source data.Ref) ([]data.Entity, error) {
	claims, err := listed[*data.Claim](ctx, src, data.KindClaim, nil)
	facts, err := listed[*data.Fact](ctx, src, data.KindFact, err)
	counts, err := listed[*data.Notice](ctx, src, data.KindNotice, err)
	all, _ := data.Rests(source, claims, facts, counts)
	return all, err
}

// withdraw withdraws a claim at once; of a source it shows first what falls with
// it.
func (m *Model) withdraw(items []data.Entity) tea.Cmd {
	switch item := items[0].(type) {
	case *data.Claim:
		return m.set(items, setting{"standing", string(data.Withdrawn)})
	case *data.Source:
		if item.Withdrawn {
			m.say(string(item.Ref) + m.keyed(" is withdrawn already; {edit e} brings it back: withdrawn no"))
			return nil
		}
		return m.showFall(item.Ref)
	}
	return nil
}

// A fallPage asks whether a source is to be withdrawn: it shows what falls with
// it, and stays as it was read. Cancel is in focus.
type fallPage struct {
	page
	source *data.Source
	fall   data.Fall
	yes    bool // the cursor is not on Cancel
	busy   bool // it is being withdrawn
	width  int
}

// showFall reads what falls with a source, and asks.
func (m *Model) showFall(ref data.Ref) tea.Cmd {
	on := m.top()
	return func() tea.Msg {
		p, err := readFallPage(m.ctx, m.src, ref)
		return readMsg{func(m *Model) tea.Cmd {
			if m.top() != on || m.typing != nil {
				return nil // the person has begun something else
			}
			if err != nil {
				m.fault(err)
				return nil
			}
			return m.push(p)
		}}
	}
}

func readFallPage(ctx context.Context, src Source, ref data.Ref) (*fallPage, error) {
	source, fall, err := src.Fall(ctx, ref)
	if err != nil {
		return nil, err
	}
	p := &fallPage{source: source, fall: fall}
	p.page = newPage("Withdraw "+string(ref)+" "+data.FirstLine(data.Line(source.Title)), func(v *pane.View, w int) []string { return v.Fall(p.source, p.fall, w) })
	return p, nil
}

func (p *fallPage) setSize(w, h int) {
	p.width = w
	p.page.setSize(w, max(h-2, 1))
}

func (p *fallPage) lines() []string {
	t := p.view.Theme
	word := func(s string, on bool) string {
		if on {
			return t.Cursor.Paint("[" + s + "]")
		}
		return " " + s + " "
	}
	more := ""
	if !p.port.AtBottom() {
		more = " " + t.Dim.Paint(t.Symbols.Dot+p.view.Keyed(" {page-down pgdn} shows more"))
	}
	choice := " " + word("Cancel", !p.yes) + "   " + word("Withdraw "+p.what(), p.yes) + more
	return append(p.page.lines(), kit.Fit("", p.width), kit.Fit(kit.Cut(choice, p.width), p.width))
}

// what says what is withdrawn.
func (p *fallPage) what() string {
	with := pane.Plural(len(p.fall.Claims), "claim", "claims")
	if n := len(p.fall.Counts); n > 0 {
		with += ", " + pane.Plural(n, "count", "counts")
	}
	return string(p.source.Ref) + " with " + with + " and " + pane.Plural(len(p.fall.Facts), "fact", "facts")
}

func (p *fallPage) actions(m *Model) []kit.Action {
	choose := func() tea.Cmd { p.yes = !p.yes; return nil }
	all := []kit.Action{
		{Name: "open", Title: "Do what is chosen: cancel, or withdraw", Short: "choose", Group: "Change", Key: kit.Keys("enter", "enter"), Run: func() tea.Cmd {
			if !p.yes {
				return m.back()
			}
			return p.do(m)
		}},
		{Name: "choose", Title: "Choose between cancel and withdraw", Short: "cancel or withdraw", Group: "Change", Key: kit.Keys("tab → ←", "tab", "shift+tab", "right", "left", "l", "h"), Run: choose},
	}
	for _, a := range p.page.actions(m) {
		if a.Name == "close" {
			a.Title, a.Short, a.Key = "Cancel", "cancel", kit.Keys("esc", "esc")
		}
		all = append(all, a)
	}
	return all
}

// do withdraws the source with what was shown, unless something else falls by
// now: then nothing is done, and what falls now is shown.
func (p *fallPage) do(m *Model) tea.Cmd {
	if err := m.cannotWrite(); err != nil || p.busy {
		if err != nil {
			m.say(err.Error())
		}
		return nil
	}
	p.busy = true
	return func() tea.Msg {
		now, err := readFallPage(m.ctx, m.src, p.source.Ref)
		return readMsg{func(m *Model) tea.Cmd {
			switch {
			case err != nil:
				p.busy = false
				m.fault(err)
				return nil
			case now.source.Withdrawn || !now.fall.Same(p.fall):
				return p.other(m, now)
			}
			return m.record(m.acts(p.fall.Bodies(p.source, string(p.source.Ref)+" is withdrawn")...), p.done)
		}}
	}
}

// done is told what came of it.
func (p *fallPage) done(m *Model, _ []data.Event, err error) tea.Cmd {
	p.busy = false
	var conflict *data.ConflictError
	switch {
	case err == nil && m.top() == p:
		cmd := m.back()
		m.say("stored: withdrawn: " + p.what())
		return cmd
	case err == nil:
		m.say("stored: withdrawn: " + p.what())
		return nil
	case !errors.As(err, &conflict) && !errors.Is(err, data.ErrSame) && !errors.Is(err, data.ErrRests):
		m.fault(err)
		return nil
	}
	return func() tea.Msg { // somebody was quicker
		now, err := readFallPage(m.ctx, m.src, p.source.Ref)
		return readMsg{func(m *Model) tea.Cmd {
			if err != nil {
				m.fault(err)
				return nil
			}
			return p.other(m, now)
		}}
	}
}

// other shows what falls now, which is not what was shown.
func (p *fallPage) other(m *Model, now *fallPage) tea.Cmd {
	p.busy = false
	if now.source.Withdrawn {
		m.say(string(p.source.Ref) + " was withdrawn meanwhile, by " + string(now.source.ChangedBy))
		if m.top() == p {
			return m.back()
		}
		return nil
	}
	p.source, p.fall, p.yes = now.source, now.fall, false
	p.fill()
	p.port.GotoTop()
	m.fault(data.Refuse("nothing is withdrawn: other things fall by now than you saw").WithHint("they are shown now"))
	return nil
}
