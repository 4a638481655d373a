package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// A noticesView is the full view of who was told: a table of regions and channels, and
// below it what there is to be said of the row under the cursor, the counts before it,
// and how the number grew towards those affected and the date that was promised.
type noticesView struct {
	full
	rows []pane.NoticeRow
	all  []*data.Notice // every count there is; nil until they are read
	on   data.Ref       // where the cursor is to be at first
}

func (m *Model) newNoticesView() overlay { return newNoticesView("") }

// newNoticesView returns the view with the cursor on a region, or on all.
func newNoticesView(on data.Ref) *noticesView {
	n := &noticesView{on: on}
	n.full = newFull(pane.NoticeTable(func() []pane.NoticeRow { return n.rows }), func(i int) data.Ref {
		if n.rows[i].Count == nil && n.rows[i].Region == "" {
			return ""
		}
		return n.rows[i].ID()
	})
	return n
}

func (n *noticesView) set(v *pane.View) {
	n.rows = pane.NoticeRows(v)
	n.full.set(v)
	if n.on != "" {
		n.pane.List().Select(string(n.on))
		n.on = ""
	}
	n.arrange()
}

func (n *noticesView) setSize(w, h int) {
	n.full.setSize(w, h)
	n.arrange()
}

// leastBelow is how many lines below the table are of use.
const leastBelow = 8

// arrange gives the table the lines that it wants, if that leaves enough below it.
func (n *noticesView) arrange() {
	h := min(1+len(n.rows), max(n.height-leastBelow, n.height/2))
	n.pane.SetSize(n.width-n.sideWidth(), max(h, min(n.height, 2)))
}

// row returns the row under the cursor, or nil.
func (n *noticesView) row() *pane.NoticeRow {
	if n.pane.Empty() {
		return nil
	}
	return &n.rows[n.pane.List().Index()]
}

func (n *noticesView) lines() []string {
	lines := n.pane.Lines(nil, "", true)
	if r := n.row(); r != nil {
		lines = append(lines, pane.NoticeLines(n.view, *r, n.all, n.pane.Width(), n.height-len(lines))...)
	}
	for len(lines) < n.height {
		lines = append(lines, kit.Fit("", n.pane.Width()))
	}
	if n.sideWidth() == 0 {
		return lines
	}
	if r := n.row(); r != nil && n.selected() == "" {
		return beside(nil, lines, pane.PromiseLines(n.view, n.sideWidth()-gap, n.height))
	}
	return beside(nil, lines, n.side.lines())
}

// ask implements [live].
func (n *noticesView) ask() reading {
	shown := n.reread()
	return func(ctx context.Context, src Source, _ time.Time) (func(*Model) tea.Cmd, error) {
		all, err := src.Notices(ctx, "")
		show := shown(ctx, src)
		return func(m *Model) tea.Cmd {
			n.all = all
			n.set(m.view)
			show()
			return n.look(m)
		}, err
	}
}

func (n *noticesView) actions(m *Model) []kit.Action { return n.full.actions(m, nil) }

// held implements [holder]. A region is not changed from here but by its promised date.
func (n *noticesView) held() (data.Entity, data.Ref) {
	r := n.row()
	switch {
	case r == nil:
	case r.Count != nil:
		return r.Count, r.Count.Ref
	case r.Region != "":
		for _, row := range n.view.Regions {
			if row.Ref == r.Region {
				return row.Region, row.Ref
			}
		}
	}
	return nil, ""
}

// given returns what is known of a new count from where the cursor is.
func (n *noticesView) given() map[string]string {
	given := map[string]string{}
	if r := n.row(); r != nil && r.Region != "" {
		given["region"] = string(r.Region)
		if r.Count != nil {
			given["channel"] = string(r.Count.Channel)
		}
	}
	return given
}
