package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

func (m *Model) noEditor() error {
	if len(m.cfg.Editor) == 0 {
		return errors.New("$EDITOR is not set, or not on this machine")
	}
	return nil
}

// edit lets the person write the text in focus in an editor of their own.
func (p *formPage) edit(m *Model) tea.Cmd {
	key := p.form.Field().Key
	f, err := os.CreateTemp("", "warroom-*.txt") // made 0600
	if err == nil {
		_, err = f.WriteString(p.form.Text(key))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		p.wrong = &wrong{fmt.Sprintf("no file for the editor: %v", err), ""}
		return nil
	}
	editor := m.cfg.Editor
	c := exec.CommandContext(context.WithoutCancel(m.ctx), editor[0], append(slices.Clone(editor[1:]), f.Name())...)
	c.Stdin = os.Stdin // itself: the board's reader of keys would keep the next key for an editor that has ended
	return tea.ExecProcess(c, func(err error) tea.Msg {
		defer os.Remove(f.Name())
		if err != nil {
			err = fmt.Errorf("%s failed: %w", editor[0], err)
		}
		text, read := os.ReadFile(f.Name())
		return readMsg{func(m *Model) tea.Cmd { return p.edited(m, key, string(text), errors.Join(err, read)) }}
	})
}

// edited takes the text that the editor left.
func (p *formPage) edited(m *Model, key, text string, err error) tea.Cmd {
	m.screen = ""
	text = strings.TrimRight(data.Clean(text, true), " \n")
	if err == nil {
		err = tooLong(text, data.MaxText)
	}
	if err != nil {
		p.wrong = &wrong{err.Error(), ""}
		return nil
	}
	p.form.Put(key, text)
	return p.touch(m)
}
