package ui

import (
	"context"
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// A Console is the command tree as the board's : line has it: the one of the
// shell, with the actor and the role bound. Without Run there is no such line.
type Console struct {
	// Run runs one command, given as its words, and returns its exit status. It
	// ends soon when ctx does.
	Run func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int
	// Complete returns what may be the last word of a command, behind the whole words
	// before it. Not all of that begins as the last word does. It is tight if nothing is
	// to follow it, not even a space. Nil offers nothing.
	Complete func(ctx context.Context, whole []string, last string) (all []Completion, tight bool)
	// Past returns the lines of earlier sessions, the latest last, and Keep adds
	// one. Both may be nil, and both may fail silently.
	Past func() []string
	Keep func(line string)
}

// A Completion is what a word, or a line, may become.
type Completion struct {
	Word string
	Note string // on what it is about; "" if there is nothing to say
}

// plainly makes completions of words without notes.
func plainly(words []string) (all []Completion) {
	for _, w := range words {
		all = append(all, Completion{Word: w})
	}
	return all
}

// keep keeps a line for later sessions, unless it begins with a space.
func (c Console) keep(line string) {
	if c.Keep != nil && line != "" && line[0] != ' ' {
		c.Keep(line)
	}
}

// A console is what the : line knows from one command to the next.
type console struct {
	past    history
	asked   bool     // the lines of earlier sessions were asked for
	running *running // what runs, or nil
	held    *ranMsg  // a result that waits until the person has typed to the end
	wrong   *wrong   // what the last command failed with, until the next key
}

// A running is a command that runs.
type running struct {
	line    string
	stop    context.CancelFunc
	stopped bool
}

// A wrong is what is wrong with a command, and what to do.
type wrong struct{ what, hint string }

func (m *Model) noCommand() error {
	switch c := &m.console; {
	case m.cfg.Console.Run == nil:
		return errors.New("no commands can be typed here")
	case c.running != nil:
		return errors.New("a command runs; esc stops it")
	}
	return nil
}

// openConsole asks for a command. One that has failed comes back by up; it is
// not there at once, where the next one would be typed behind it.
func (m *Model) openConsole() tea.Cmd {
	c := &m.console
	views, does := plainly(m.viewNames()), m.doNames()
	p := &prompt{label: ":", past: &c.past, done: m.command}
	p.complete = func(text string) []Completion { return m.cfg.Console.complete(m.ctx, views, does, text) }
	p.left = func() tea.Cmd {
		c.past.add(p.field.Value())
		return nil
	}
	p.quit = m.quitAfter
	return tea.Batch(m.ask(p), m.readPast())
}

// quitAfter leaves the board, and loses nothing of a line.
func (m *Model) quitAfter(line string) tea.Cmd {
	keep := m.cfg.Console.keep
	return func() tea.Msg {
		keep(line)
		return tea.Quit()
	}
}

// readPast reads the lines of earlier sessions, once.
func (m *Model) readPast() tea.Cmd {
	c, past := &m.console, m.cfg.Console.Past
	if c.asked || past == nil {
		c.past.whole = c.past.whole || past == nil
		return nil
	}
	c.asked = true
	return func() tea.Msg {
		lines := past()
		return readMsg{func(m *Model) tea.Cmd {
			c.past.lines, c.past.whole = append(lines, c.past.lines...), true
			var cmds []tea.Cmd
			for range c.past.early { // up was pressed before the lines were here
				if p := m.typing; p != nil && p.past == &c.past {
					cmds = append(cmds, p.recall(true))
				}
			}
			c.past.early = 0
			return tea.Batch(cmds...)
		}}
	}
}

// command does what a line says. Its error is about the line, which stays.
func (m *Model) command(line string) (tea.Cmd, error) {
	words, err := data.SplitCommand(line)
	if err != nil {
		return nil, err
	}
	if len(words) > 0 && words[0] == "warroom" {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil, nil
	}
	if own, cmd, err := m.own(line, words); own || err != nil {
		return tea.Batch(cmd, m.keep(line)), err
	}
	return m.run(line, words, nil), nil
}

// keep returns a command that keeps a line for later sessions.
func (m *Model) keep(line string) tea.Cmd {
	keep := m.cfg.Console.keep
	return func() tea.Msg {
		keep(line)
		return nil
	}
}

// run runs a command of the tree, and then shows what it printed, or, if it
// succeeds and then is not nil, does that instead.
func (m *Model) run(line string, words []string, then func() tea.Cmd) tea.Cmd {
	ctx, stop := context.WithCancel(m.ctx)
	c, r := m.cfg.Console, &running{line: data.Line(line), stop: stop}
	m.console.running = r
	return func() tea.Msg {
		defer stop()
		result := c.execute(ctx, words)
		if then == nil {
			c.keep(line)
		}
		return ranMsg{r, words, result, then}
	}
}

// interrupt stops the command that runs, if that is what a key means now. The
// second ctrl+c leaves the board, should the command not end.
func (m *Model) interrupt(k tea.KeyPressMsg) bool {
	r := m.console.running
	if r == nil || r.stopped || k.String() != "ctrl+c" && (k.String() != "esc" || m.typing != nil) {
		return false
	}
	r.stop()
	r.stopped = true
	return true
}
