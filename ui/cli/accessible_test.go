package cli

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"warroom/data"
	"warroom/data/seed"
)

// TestAccessibleReads holds each template's sentences to a file, and looks for
// what is not plain.
func TestAccessibleReads(t *testing.T) {
	for _, template := range seed.Names() {
		t.Run(template, func(t *testing.T) {
			d := newDesk(t, template)
			got := d.run("--accessible")
			golden(t, got)
			lines := strings.Split(strings.TrimRight(got, "\n"), "\n")
			if !strings.HasPrefix(lines[1], "Overdue: ") {
				t.Errorf("the second line is not about what is overdue: %q", lines[1])
			}
			for _, l := range lines {
				if strings.ContainsAny(l, "\x1b\r\t─→●○◐▲■✓×·…–") || !strings.Contains(l, ": ") || strings.TrimRight(l, ".?!。") == l || strings.HasSuffix(l, "..") || strings.HasSuffix(l, "。.") {
					t.Errorf("not a plain sentence: %q", l)
				}
			}
			for _, pane := range []string{"Overdue", "State", "Times", "People affected", "Open actions", "Questions"} {
				if !strings.Contains(got, "\n"+pane+": ") {
					t.Errorf("nothing is said of %s", pane)
				}
			}
		})
	}
}

// TestAccessibleKeepsPrivateNotes says nothing of them to a viewer.
func TestAccessibleKeepsPrivateNotes(t *testing.T) {
	d := newDesk(t, "blank")
	d.run(`note add "the lawyer called" --private`)
	for role, want := range map[data.Role]bool{data.Viewer: false, data.Responder: true} {
		if _, out, _ := d.as(role, "--accessible"); strings.Contains(out, "the lawyer called") != want {
			t.Errorf("%v reads %q", role, out)
		}
	}
}

func TestSpanWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 minutes", time.Minute: "1 minute", 90 * time.Minute: "1 hour 30 minutes", 26 * time.Hour: "1 day 2 hours", 1200 * 24 * time.Hour: "1,200 days",
	} {
		if got := spanWords(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// TestAccessibleTellsOfChanges runs it on a terminal: it goes on with a line for
// each change until ctrl+c, and sends nothing that moves a cursor.
func TestAccessibleTellsOfChanges(t *testing.T) {
	for _, env := range []string{"TERM=xterm-256color", "TERM=dumb"} {
		p := newPlace(t, env)
		p.run("new", "x.db")
		c := p.command("--accessible", "x.db")
		f, err := pty.Start(c)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewReader(f)
		all := ""
		read := func(want string) {
			t.Helper()
			for {
				line, err := lines.ReadString('\n')
				all += line
				if strings.Contains(line, want) {
					return
				}
				if err != nil {
					t.Fatalf("%v before %q:\n%s", err, want, all)
				}
			}
		}
		read("Press control and C to end.")
		p.run("action", "done", "A-1", "-f", "x.db")
		read(", ana changed A-1, Send notices to affected customers, state from open to done.")
		p.run("note", "add", "They called back", "-f", "x.db")
		read(", ana added N-1, They called back.")
		if _, err := f.WriteString("\x03"); err != nil {
			t.Fatal(err)
		}
		p.ends(c)
		if strings.Contains(all, "\x1b") {
			t.Errorf("sends control sequences: %q", all)
		}
		p.closed("x.db")
	}
}
