package ui

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// draftDelay is how far what is kept may be behind the keys.
const draftDelay = 300 * time.Millisecond

// A keepMsg says that it is time to keep a draft.
type keepMsg struct{ d *Draft }

// A keeper keeps and drops drafts one after the other, and none of them after what
// was decided later of the same draft: commands may run in any order.
type keeper struct {
	// What follows is of the event loop alone.
	turns     int         // given so far
	undropped []undropped // what is to be dropped, and is not known to be

	mu   sync.Mutex
	done map[string]int // the latest turn that was taken, by draft
}

// An undropped draft may still be kept, though it was decided to drop it.
type undropped struct {
	draft Draft
	turn  int
}

// turn returns the next turn.
func (k *keeper) turn() int {
	k.turns++
	return k.turns
}

// do does what was decided in a turn, unless something later was done.
func (k *keeper) do(d *Draft, turn int, what func(Draft) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := d.ID + " " + d.Session
	if turn < k.done[id] {
		return nil
	}
	err := what(*d)
	if err == nil {
		if k.done == nil {
			k.done = map[string]int{}
		}
		k.done[id] = turn
	}
	return err
}

// dropAgain drops drafts, and returns those that are still kept and why.
func (k *keeper) dropAgain(all []undropped, drop func(Draft) error) (still []undropped, fault error) {
	for _, u := range all {
		if err := k.do(&u.draft, u.turn, drop); err != nil {
			still, fault = append(still, u), fmt.Errorf("a draft that is no longer needed cannot be removed: %w", err)
		}
	}
	return still, fault
}

// keepSoon returns a command that keeps a draft a moment later, with what was
// typed until then.
func (m *Model) keepSoon(d *Draft) tea.Cmd {
	d.At = m.now()
	d.changes++
	if !slices.Contains(m.drafts, d) {
		m.drafts = append(m.drafts, d)
	}
	if m.cfg.Drafts.Keep == nil {
		return nil
	}
	if d.dirty = true; d.due {
		return nil
	}
	d.due = true
	return m.soon(keepMsg{d})
}

// soon returns a command that brings a message after draftDelay.
func soon(msg tea.Msg) tea.Cmd {
	return tea.Tick(draftDelay, func(time.Time) tea.Msg { return msg })
}

// keep1 returns a command that keeps a draft as it is now, if that is not done.
func (m *Model) keep1(d *Draft) tea.Cmd {
	if !d.dirty || !slices.Contains(m.drafts, d) {
		return nil
	}
	now, keep, turn := *d, m.cfg.Drafts.Keep, m.keeper.turn()
	return func() tea.Msg {
		err := m.keeper.do(&now, turn, keep)
		return readMsg{func(m *Model) tea.Cmd {
			if err != nil { // it is tried again with the next key, and at the end
				m.fault(fmt.Errorf("the draft cannot be kept: %w", err))
			} else if d.changes == now.changes {
				d.dirty = false
			}
			return nil
		}}
	}
}

// KeepDrafts keeps what was typed last, and what is not known to be kept. It is for
// the end of a board, however that comes.
func (m *Model) KeepDrafts() {
	for _, d := range m.drafts {
		if d.dirty {
			m.keeper.do(d, m.keeper.turn(), m.cfg.Drafts.Keep) // there is nobody left to be told
		}
	}
}

// drop forgets a draft: it was stored, or thrown away on purpose. Who types on
// makes it one again.
func (m *Model) drop(d *Draft) tea.Cmd {
	if d == nil {
		return nil
	}
	d.dirty = false
	i := slices.Index(m.drafts, d)
	if i < 0 {
		return nil
	}
	m.drafts = slices.Delete(m.drafts, i, i+1)
	drop, gone, turn := m.cfg.Drafts.Drop, *d, m.keeper.turn()
	if drop == nil {
		return nil
	}
	m.keeper.undropped = append(m.keeper.undropped, undropped{gone, turn})
	return func() tea.Msg {
		err := m.keeper.do(&gone, turn, drop)
		return readMsg{func(m *Model) tea.Cmd {
			if err == nil { // else D tries it again
				m.keeper.undropped = slices.DeleteFunc(m.keeper.undropped, func(u undropped) bool { return u.turn == turn })
			}
			return nil
		}}
	}
}

// dropStored forgets a draft of which a text was stored, unless it is another text
// by now.
func (m *Model) dropStored(d *Draft, text map[string]string) tea.Cmd {
	if d == nil || !maps.Equal(d.Text, text) {
		return nil
	}
	return m.drop(d)
}

// throwAway forgets a draft and its text.
func (m *Model) throwAway(d *Draft) tea.Cmd {
	if d != nil {
		d.Text = nil
	}
	return m.drop(d)
}
