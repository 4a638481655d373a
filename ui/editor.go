package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/term"
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
	text := p.form.Text(key)
	return func() tea.Msg {
		path, err := editorFile(text)
		return readMsg{func(m *Model) tea.Cmd {
			switch {
			case err != nil:
				p.wrong = &wrong{fmt.Sprintf("no file for the editor: %v", err), ""}
				return nil
			case m.elsewhere(p) || p.busy:
				return remove(path)
			case p.form.Text(key) != text: // typed meanwhile
				return tea.Batch(remove(path), p.edit(m))
			}
			return p.startEditor(m, key, text, path)
		}}
	}
}

// editorFile writes a text for an editor. The file is for its owner alone.
func editorFile(text string) (path string, err error) {
	f, err := os.CreateTemp("", "warroom-*.txt") // made 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	return f.Name(), errors.Join(err, f.Close())
}

func remove(path string) tea.Cmd {
	return func() tea.Msg {
		os.Remove(path) // at worst it stays, for its owner alone
		return nil
	}
}

func (p *formPage) startEditor(m *Model, key, was, path string) tea.Cmd {
	editor := m.cfg.Editor
	c := exec.CommandContext(context.WithoutCancel(m.ctx), editor[0], append(slices.Clone(editor[1:]), path)...)
	return term.Lend(c, func(err error) tea.Msg {
		if err != nil {
			err = fmt.Errorf("%s failed: %w", editor[0], err)
		}
		return p.readEdited(key, was, path, err)
	})
}

// readEdited reads what the editor left. The file goes when its text is in the
// form; a text that is not taken stays where it is, and the error says where.
func (p *formPage) readEdited(key, was, path string, err error) tea.Msg {
	text, read := os.ReadFile(path)
	if err != nil && read == nil && string(text) != was {
		err = fmt.Errorf("kept in %s: %w", path, err)
	}
	return readMsg{func(m *Model) tea.Cmd {
		if err == nil && read == nil {
			if _, _, long := edited(string(text)); long != nil {
				err = fmt.Errorf("kept in %s: %w", path, long)
			}
		}
		cmd := p.edited(m, key, string(text), errors.Join(err, read))
		if p.wrong != nil && string(text) != was {
			return cmd
		}
		return tea.Batch(cmd, remove(path))
	}}
}

// edited returns what the form takes of a text from an editor, as [pasted] does.
func edited(text string) (kept, left string, err error) {
	kept, left, err = pasted(strings.TrimRight(text, " \r\n"), true, data.MaxText)
	return kept, left, cmp.Or(err, tooManyLines(kept, kit.MaxLines-1))
}

// edited takes the text that the editor left.
func (p *formPage) edited(m *Model, key, text string, err error) tea.Cmd {
	kept, left, long := edited(text)
	if err := cmp.Or(err, long); err != nil {
		p.wrong = &wrong{err.Error(), ""}
		return nil
	}
	p.wrong = nil
	p.form.Put(key, kept)
	m.say(left)
	return p.touch(m)
}
