package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"warroom/data"
)

// TestWhatWasWrittenInAnEditor is taken into the form, and else stays in its file.
func TestWhatWasWrittenInAnEditor(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		err   error
		says  string
		stays bool
	}{
		"a text":                   {"written there\n", nil, "written there", false},
		"a text that is too long":  {strings.Repeat("x", data.MaxText+1), nil, "20001 characters", true},
		"an editor that fails":     {"written there", errors.New("exit status 1"), "exit status 1", true},
		"an editor that is not":    {"as it was", errors.New("no such file"), "no such file", false},
		"a text that is as before": {"as it was", nil, "as it was", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "") // of a short name
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(dir) })
			t.Setenv("TMPDIR", dir)
			s := newScreen(t, "toyota-2024", 140, 40)
			s.m.cfg.Editor = []string{"an-editor"}
			s.press("e")
			p := s.m.top().(*formPage)
			p.form.Focus("detail")
			p.form.Put("detail", "as it was")
			open := s.hold(keyPress("ctrl+o"))
			if files, _ := filepath.Glob(dir + "/warroom-*"); len(files) > 0 {
				t.Error("a key waits for the disk")
			}
			s.run(open)
			files, _ := filepath.Glob(dir + "/warroom-*")
			if len(files) != 1 {
				t.Fatalf("the editor is given %v", files)
			}
			if text, err := os.ReadFile(files[0]); err != nil || string(text) != "as it was" {
				t.Fatalf("the editor is given %q, %v", text, err)
			}
			if err := os.WriteFile(files[0], []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s.send(p.readEdited("detail", "as it was", files[0], tt.err))
			if p.wrong == nil {
				s.shows(tt.says)
			} else if !strings.Contains(p.wrong.what, tt.says) || !tt.stays && tt.err == nil {
				t.Errorf("it says %q", p.wrong.what)
			}
			_, err = os.Stat(files[0])
			if stays := err == nil; stays != tt.stays {
				t.Errorf("the file stays: %v", stays)
			}
			if tt.stays {
				s.shows("kept in " + files[0])
			}
		})
	}
}
