package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"warroom/data"
)

// examples returns the command lines that the help of all commands shows, without
// the program's name and what only a shell understands.
func examples(t *testing.T) (lines []string) {
	t.Helper()
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, line := range strings.Split(c.Example, "\n") {
			line, ok := strings.CutPrefix(strings.TrimSpace(line), "warroom ")
			line, _, _ = strings.Cut(line, " < ")
			line, _, _ = strings.Cut(line, " > ")
			if ok && !c.HasSubCommands() && !strings.Contains(line, "--follow") { // which never ends
				lines = append(lines, line)
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&env{}).tree())
	if len(lines) < 60 {
		t.Fatalf("only %d examples", len(lines))
	}
	return lines
}

// ready makes what the examples speak of.
var ready = []string{
	"question add who?", "risk add leak", "lesson add log", "decision add wait", "note add x", "source add letter", "fact add x --topic who",
	"figure add all/all 100 --unit people --standing reported",
}

// TestNothingSucceedsThatARoleMayNotDo runs each example of each command as each
// role: whatever the log has afterwards, the role may record.
func TestNothingSucceedsThatARoleMayNotDo(t *testing.T) {
	for _, role := range []data.Role{data.NoRole, data.Viewer, data.Responder, data.Lead} {
		d := newDesk(t, "toyota-2024")
		for _, line := range ready {
			args, _ := split(line)
			d.as(data.Lead, args...)
		}
		recorded, refused := 0, 0
		for _, line := range examples(t) {
			args, err := split(line)
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			before := d.seq()
			var out, errs bytes.Buffer
			status := d.Run(context.Background(), "ben", role, args, strings.NewReader("some text\n"), &out, &errs)
			if status == int(data.Forbidden) {
				refused++
				if !strings.Contains(errs.String(), "\nhint: it takes the role ") && role != data.NoRole {
					t.Errorf("%s as a %s is refused without the role it takes: %s", line, role, errs.String())
				}
			}
			log, err := d.Store.Log(t.Context(), before, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range log {
				recorded++
				if err := data.Permit(data.NewState(nil, 0), role, e.Body); err != nil {
					t.Errorf("%s as a %s records %s", line, role, data.Describe(e.Body))
				}
			}
		}
		if role < data.Responder && recorded > 0 {
			t.Errorf("a %s records %d events", role, recorded)
		}
		if role < data.Responder && refused < 20 || role > data.Viewer && recorded < 15 {
			t.Errorf("as a %s, %d events were recorded and %d lines refused: the examples try too little", role, recorded, refused)
		}
	}
}

// A private note does not show in anything that a viewer may run.
func TestNoCommandShowsAViewerAPrivateNote(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("note add --private xyzzy")
	d.run("note amend N-1 xyzzy a")
	d.run("note amend N-1 xyzzy b")
	d.run("undo")
	for _, line := range append(examples(t), "undo --list --json", "redo --list --json", "note list", "note list --json", "log --json", "find xyzzy", "show N-1 --json", "__complete show N", "__complete note amend N") {
		args, err := split(line)
		if err != nil {
			t.Fatal(err)
		}
		if args[0] == "note" && args[1] == "add" {
			continue
		}
		_, out, errs := d.as(data.Viewer, args...)
		if strings.Contains(out+strings.ReplaceAll(errs, `nothing found for "xyzzy"`, ""), "xyzzy") {
			t.Errorf("%s shows %s%s", line, out, errs)
		}
		if strings.HasSuffix(args[0], "do") && strings.Contains(out+errs, "N-1") {
			t.Errorf("%s says that there is one: %s%s", line, out, errs)
		}
	}
}
