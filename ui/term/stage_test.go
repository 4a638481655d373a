package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// A poster shows a text, and does nothing else.
type poster string

func (poster) Init() tea.Cmd                         { return nil }
func (p poster) Update(tea.Msg) (tea.Model, tea.Cmd) { return p, nil }
func (p poster) View() tea.View                      { return tea.NewView(string(p)) }

// TestWhatTheTerminalSaysOfItself tells the stage that the terminal can show a frame as a
// whole, and that it has a new size: then it may show anything, and all is sent again.
func TestWhatTheTerminalSaysOfItself(t *testing.T) {
	c := newCanvas(io.Discard, colorprofile.TrueColor, func(err error) { t.Error(err) })
	defer c.close(patient)
	s := &stage{model: poster(strings.Repeat(strings.Repeat("x", 80)+"\n", 2*atOnce/80)), on: c, size: Size{80, 24}}
	s.View()
	before := c.next
	s.Update(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
	s.View()
	if f := c.next; !f.together || f.anew != before.anew {
		t.Errorf("after the answer the frame is %v", f)
	}
	whole, part := still(colorprofile.TrueColor), still(colorprofile.TrueColor)
	whole.draw(c.next)
	part.draw(before)
	if got, want := string(whole.pen.out), ansi.SetModeSynchronizedOutput+string(part.pen.out)+ansi.ResetModeSynchronizedOutput; got != want {
		t.Errorf("as a whole it is sent as %q, want %q", got, want)
	}
	for range 2 { // the first is what Bubble Tea says at the start
		s.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		s.View()
	}
	if f := c.next; f.anew == before.anew {
		t.Error("it is not sent all again")
	}
}

// TestSizesAreTakenNowAndThen drags a window about: between two sizes there is a pause.
func TestSizesAreTakenNowAndThen(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	sizes, done := make(chan Size), make(chan error, 1)
	p := tea.NewProgram(poster(""), tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(io.Discard), tea.WithoutRenderer(), tea.WithoutSignalHandler())
	data.Go(func() { _, err := p.Run(); done <- err }, func(err error) { done <- err })
	data.Go(func() { attend(ctx, ctx, p, Terminal{Sizes: sizes}, nil) }, func(err error) { done <- err })
	const n = 20
	began := time.Now()
	for i := range n {
		sizes <- Size{80 + i%2, 24}
	}
	if took, least := time.Since(began), (n-1)*sizesEvery; took < least {
		t.Errorf("%d sizes are taken in %v, want %v", n, took, least)
	}
	stop()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, tea.ErrProgramKilled) {
		t.Error(err)
	}
}

// TestATerminalElsewhereIsNotLent asks for what only a terminal of this machine can do.
func TestATerminalElsewhereIsNotLent(t *testing.T) {
	s := &stage{model: poster(""), size: Size{80, 24}}
	said := func(err error) tea.Msg { return fmt.Sprint(err) }
	for name, ask := range map[string]tea.Cmd{"lend": Lend(exec.Command("false"), said), "suspend": Suspend(said)} {
		_, cmd := s.Update(ask())
		if cmd == nil {
			t.Fatalf("%s: nobody is told", name)
		}
		if got := cmd(); got != ErrElsewhere.Error() {
			t.Errorf("%s: it says %v", name, got)
		}
	}
}
