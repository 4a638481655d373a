package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// A StreamBlock is a workstream, with what its open actions say of it.
type StreamBlock struct {
	data.StreamRow
	Next   data.Time // when the next of its actions is due that is not late; unknown if none is
	Waits  []string  // who or what its blocked actions wait for, each once
	Beyond bool      // it has more open actions than were looked at
}

// Block returns a workstream with what is said by its open actions, worst first.
func Block(r data.StreamRow, open data.Window[*data.Action], now time.Time) StreamBlock {
	b := StreamBlock{StreamRow: r, Beyond: open.Below}
	for _, a := range open.Rows {
		if a.Due.Known() && !a.Overdue(now) && !b.Next.Known() {
			b.Next = a.Due
		}
		if a.State == data.Blocked {
			if w := orUnknown(data.Line(a.WaitsFor)); !slices.Contains(b.Waits, w) {
				b.Waits = append(b.Waits, w)
			}
		}
	}
	return b
}

// StreamList shows workstreams one under the other, with all that is said of
// each: each on a line of its own that is cut, or, where whole says so, wrapped.
func StreamList(blocks func() []StreamBlock, whole func() bool) *Pane {
	return &Pane{Name: "workstreams", table: table{
		title: func(*View) string { return "Workstreams" },
		empty: "no workstream is named yet",
		least: 5,
		ids: func(*View) (ids []string) {
			for _, b := range blocks() {
				ids = append(ids, string(b.Ref))
			}
			return ids
		},
		block: func(v *View, i, w int, on bool) []string { return streamLines(v, blocks()[i], w, on, whole()) },
	}}
}

func streamLines(v *View, b StreamBlock, w int, on, whole bool) []string {
	t := v.Theme
	sep := " " + t.Symbols.Dot + " "
	fresh := v.fresh(&b.Meta)
	mark, name := v.markOf(fresh, on), t.Strong.Paint(b.Label)
	if on {
		name = t.Cursor.Paint(b.Label)
	}
	if on && fresh {
		name += v.markOf(true, false)
	}
	lead := t.Dim.Paint("no lead")
	if b.Lead != "" {
		lead = "lead " + b.Lead
	}
	var lines []string
	put := func(s string) {
		if !whole {
			lines = append(lines, kit.Cut(s, w))
			return
		}
		for i, part := range kit.Wrap(strings.TrimLeft(s, " "), w-3) {
			if i > 0 || strings.HasPrefix(s, "   ") {
				part = "   " + part
			} else if !on && !fresh {
				part = " " + part
			}
			lines = append(lines, part)
		}
	}
	put(mark + name + "  " + statusWord(t, b.Status) + sep + lead + sep + v.told(b.Workstream))
	counts := []string{fmt.Sprintf("%d open", b.Open)}
	count := func(n int, what string) {
		if n > 0 {
			counts = append(counts, t.Bad.Paint(fmt.Sprintf("%d %s", n, what)))
		}
	}
	count(b.Blocked, "blocked")
	count(b.Overdue, "late")
	counts = append(counts, fmt.Sprintf("%d done", b.Done))
	if b.Next.Known() {
		counts = append(counts, "next due in "+span(b.Next.End().Sub(v.Now)))
	}
	if len(b.Waits) > 0 {
		counts = append(counts, "waits for "+strings.Join(b.Waits, ", "))
	}
	put("   " + strings.Join(counts, sep))
	if b.Headline == "" {
		return append(lines, "   "+t.Dim.Paint("no headline"))
	}
	put("   " + data.Line(b.Headline))
	return lines
}

// told says when the status was said last, and how often that is promised.
func (v *View) told(s *data.Workstream) string {
	t := v.Theme
	said := t.Dim.Paint("never updated")
	if at := s.Updated(); !at.IsZero() {
		said = "said " + v.age(at)
		if v.Times == Relative && v.Now.Sub(at) >= time.Minute {
			said += " ago"
		}
	}
	promise := t.Dim.Paint("no promise")
	if s.Promise > 0 {
		promise = "every " + data.Span(s.Promise)
	}
	if s.Stale(v.Now) {
		promise = t.Bad.Paint("STALE, " + promise)
	}
	return said + " " + t.Symbols.Dot + " " + promise
}
