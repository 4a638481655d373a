package ui

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// Limits of what the board keeps of a command's output. A command that prints
// more is ended, as if its reader had gone away.
const (
	maxOutput = 1 << 20 // bytes
	maxLines  = 5000
)

// A stream takes what a command prints, up to the limits.
type stream struct {
	text  bytes.Buffer
	lines int
	cut   bool // there was more
}

// Write implements [io.Writer].
func (s *stream) Write(p []byte) (int, error) {
	n := min(len(p), maxOutput-s.text.Len())
	for i, b := range p[:n] {
		if s.lines == maxLines {
			n = i
			break
		}
		if b == '\n' {
			s.lines++
		}
	}
	s.text.Write(p[:n])
	if n < len(p) {
		s.cut = true
		return n, syscall.EPIPE
	}
	return n, nil
}

// shown returns the lines, safe to show.
func (s *stream) shown() []string {
	text := strings.TrimRight(data.Clean(s.text.String(), true), " \n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// A result is what came of a command.
type result struct {
	status int
	out    []string // standard output
	errs   []string // standard error
	cut    bool     // the command printed more
}

// execute runs a command to its end.
func (c Console) execute(ctx context.Context, words []string) result {
	var out, errs stream
	status := c.Run(ctx, words, nil, &out, &errs)
	return result{status, out.shown(), errs.shown(), out.cut || errs.cut}
}

// fault returns what is wrong and what to do, as the command said it.
func (r result) fault() (what, hint string) {
	for _, line := range r.errs {
		if s, ok := strings.CutPrefix(line, "warroom: "); ok {
			what = s
		} else if s, ok := strings.CutPrefix(line, "hint: "); ok {
			hint = s
		}
	}
	if what == "" {
		what = fmt.Sprintf("exit status %d", r.status)
	}
	return what, hint
}

// A ranMsg brings what came of a command.
type ranMsg struct {
	of    *running
	words []string
	result
	then func() tea.Cmd
}

// ran shows what came of a command. While the person types something else, in a
// form too, it waits.
func (m *Model) ran(msg ranMsg) tea.Cmd {
	c := &m.console
	if c.running == msg.of {
		c.running = nil
	}
	if m.writes() { // nor does a shared screen show what nobody asked for there
		c.held = &msg
		return nil
	}
	m.notice = ""
	for i, line := range msg.errs {
		if strings.HasPrefix(line, "hint: ") {
			msg.errs[i] = m.keyed(line)
		}
	}
	if msg.status != 0 {
		what, hint := msg.fault()
		c.wrong = &wrong{what, hint}
		if data.Class(msg.status) != data.Conflict && len(msg.out) == 0 && kit.Width(what) <= m.width-2 {
			return nil
		}
		return m.push(m.outputPage(msg))
	}
	if msg.then != nil {
		return msg.then()
	}
	again := m.reseen()
	if text := m.told(msg); !msg.cut && len(msg.out) <= 1 && kit.Width(text) <= m.width-2 {
		m.notice = text
		return again
	}
	return tea.Batch(again, m.push(m.outputPage(msg)))
}

// release shows a result that has waited.
func (m *Model) release() tea.Cmd {
	held := m.console.held
	if held == nil || m.writes() {
		return nil
	}
	m.console.held = nil
	return m.ran(*held)
}

// told returns what a command that succeeded says in one line.
func (m *Model) told(msg ranMsg) string {
	parts := append(append([]string{}, msg.out...), msg.errs...)
	switch {
	case len(parts) == 0 && msg.of.stopped:
		return "stopped: " + msg.of.line
	case len(parts) == 0:
		return "done: " + msg.of.line
	case len(msg.out) == 1 && data.Ref(msg.out[0]).Spec() != nil && len(msg.words) > 1 && msg.words[1] == "add":
		parts[0] += " added"
	}
	return strings.Join(parts, " "+m.view.Theme.Symbols.Dot+" ")
}

// outputPage is a page with all that a command printed: what it says beside its
// result first, but errors last.
func (m *Model) outputPage(msg ranMsg) *page {
	lines := append(append([]string{}, msg.errs...), msg.out...)
	if msg.status != 0 {
		lines = append(append([]string{}, msg.out...), msg.errs...)
	}
	if msg.cut {
		lines = append(lines, "… cut here: the board shows 5,000 lines and a megabyte of a command, a shell shows all")
	} else if msg.of.stopped {
		lines = append(lines, "… stopped here")
	}
	width, wrapped := -1, []string(nil)
	p := newPage(":"+msg.of.line, func(_ *pane.View, w int) []string {
		if w != width {
			width, wrapped = w, wrapLines(lines, w)
		}
		return wrapped
	})
	p.wide = true
	return &p
}

// wrapLines breaks the lines that are too long. What goes on stands below the
// last column of a table's row, or is set in.
func wrapLines(lines []string, w int) []string {
	all := make([]string, 0, len(lines))
	for _, l := range lines {
		if kit.Width(l) < w {
			all = append(all, " "+l)
			continue
		}
		head, rest := lastColumn(l, w*2/3)
		indent := strings.Repeat(" ", kit.Width(head))
		for i, part := range kit.Wrap(rest, max(w-1-kit.Width(head), 1)) {
			if i == 1 {
				head = indent
			}
			all = append(all, " "+head+part)
		}
	}
	return all
}

// lastColumn parts a row before the last column that begins within w cells;
// columns are at least two spaces apart.
func lastColumn(row string, w int) (head, rest string) {
	at := len(row) - len(strings.TrimLeft(row, " "))
	for i := at + 2; i < len(row) && i <= w; i++ {
		if row[i] != ' ' && row[i-2:i] == "  " && kit.Width(row[:i]) <= w {
			at = i
		}
	}
	if at > w {
		return "", row[at:]
	}
	return row[:at], row[at:]
}
