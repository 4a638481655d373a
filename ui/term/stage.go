package term

import (
	"errors"
	"os/exec"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// The messages that a program sends to its terminal.
type (
	lendMsg struct {
		to   *exec.Cmd
		then func(error) tea.Msg
	}
	suspendMsg struct{ failed func(error) tea.Msg }
	repaintMsg struct{}

	// continuedMsg says that the process goes on after it was stopped from outside.
	continuedMsg struct{}
)

// Lend lends the terminal to a command. When that has ended, then is told how, and what
// it returns is sent to the program.
func Lend(to *exec.Cmd, then func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return lendMsg{to, then} }
}

// Suspend stops the program and gives the terminal to the shell, until that has it go
// on. If it cannot be stopped, failed is told why, and what it returns is sent to the
// program.
func Suspend(failed func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return suspendMsg{failed} }
}

// Repaint draws the whole screen again.
func Repaint() tea.Msg { return repaintMsg{} }

// Copy sends a text to the terminal's clipboard. What the terminal does with it is not
// known.
func Copy(text string) tea.Cmd { return tea.Raw(ansi.SetSystemClipboard(text)) }

// A stage has a program draw itself on a canvas, and does what the program asks of its
// terminal. A panic in the program is handed to fell, with the stack, before Bubble Tea
// sees it, which would print it at once.
type stage struct {
	model    tea.Model
	on       *canvas
	own      *own // nil if the terminal is not that of the process
	fell     func(error)
	fallen   bool // it does no more
	together bool // the terminal can show a frame as a whole
	size     Size
	anew     int // how often the whole screen was asked for
}

// Init implements tea.Model.
func (s *stage) Init() tea.Cmd {
	var cmd tea.Cmd
	s.try(func() { cmd = s.model.Init() })
	return s.guarded(cmd)
}

// try runs a part of the program, unless the program has panicked before: what it holds
// may be half changed then.
func (s *stage) try(f func()) {
	if s.fallen {
		return
	}
	if err := data.Try(f); err != nil {
		s.fallen = true
		s.fell(err)
	}
}

// filter takes out what is for the terminal and not for the program.
func (s *stage) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		size := clamp(Size{msg.Width, msg.Height})
		if s.own != nil { // what Bubble Tea says of the start may come late
			size = s.own.size()
		}
		return tea.WindowSizeMsg{Width: size.Width, Height: size.Height}
	case tea.RawMsg: // Bubble Tea would wait for a tick
		if text, ok := msg.Msg.(string); ok {
			s.on.Write([]byte(text))
			return nil
		}
	}
	return msg
}

// Update implements tea.Model.
func (s *stage) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case lendMsg:
		cmd, err := s.lend(func() error {
			msg.to.Stdin, msg.to.Stdout, msg.to.Stderr = s.own.in, s.own.out, s.own.out
			return msg.to.Run()
		})
		return s, tea.Batch(cmd, s.answer(msg.then, err))
	case suspendMsg:
		cmd, err := s.suspend()
		if err == nil {
			return s, cmd
		}
		return s, tea.Batch(cmd, s.answer(msg.failed, err))
	case repaintMsg:
		s.anew++
		return s, nil
	case continuedMsg:
		return s, s.again()
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeSynchronizedOutput {
			s.together = msg.Value == ansi.ModeReset
		}
	case tea.WindowSizeMsg:
		s.size = Size{msg.Width, msg.Height}
		s.anew++ // the terminal may show anything now
	}
	return s, s.update(msg)
}

// update hands the program a message.
func (s *stage) update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	s.try(func() { s.model, cmd = s.model.Update(msg) })
	return s.guarded(cmd)
}

// answer returns a command that tells the program how something went.
func (s *stage) answer(tell func(error) tea.Msg, err error) tea.Cmd {
	return s.guarded(func() tea.Msg { return tell(err) })
}

// guarded returns a command that hands a panic over, and so do the commands that it
// returns.
func (s *stage) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		if err := data.Try(func() { msg = cmd() }); err != nil {
			s.fell(err)
		}
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, cmd := range batch {
				batch[i] = s.guarded(cmd)
			}
		}
		return msg
	}
}

// View implements tea.Model.
func (s *stage) View() (v tea.View) {
	s.try(func() { v = s.model.View() })
	if s.fallen {
		return v
	}
	f := frame{text: v.Content, title: v.WindowTitle, width: s.size.Width, height: s.size.Height,
		mouse: v.MouseMode != tea.MouseModeNone, focus: v.ReportFocus, together: s.together, anew: max(s.anew, 1)} // Bubble Tea tells the size once more
	if v.Cursor != nil {
		f.cursor, f.pointed = v.Cursor.Position, true
	}
	s.on.show(f)
	return v
}

// ErrElsewhere is why a terminal at the other end of a network cannot be lent.
var ErrElsewhere = errors.New("the terminal is not one of this machine")

// lend gives the terminal away while f runs. Nobody reads from it meanwhile.
func (s *stage) lend(f func() error) (tea.Cmd, error) {
	if s.own == nil {
		return nil, ErrElsewhere
	}
	s.own.pause()
	s.on.leave(leaveWithin)
	err := s.own.restore()
	if err == nil {
		err = f()
	}
	cmd := s.again()
	s.own.goOn()
	return cmd, err
}

// suspend stops the process until somebody has it go on.
func (s *stage) suspend() (tea.Cmd, error) {
	if s.own == nil {
		return nil, ErrElsewhere
	}
	if err := s.own.stoppable(); err != nil {
		return nil, err
	}
	return s.lend(s.own.stop)
}

// again takes the terminal that others have used, draws the whole screen, and tells the
// program if the size has changed.
func (s *stage) again() tea.Cmd {
	if s.own == nil {
		return nil
	}
	s.own.raw() // if that fails the terminal is gone, which reading it will say
	var cmd tea.Cmd
	if size := s.own.size(); size != s.size {
		s.size = size
		cmd = s.update(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
		s.View() // nothing of the old size is drawn
	}
	s.on.enter()
	return cmd
}
