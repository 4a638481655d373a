package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"warroom/data"
)

// commands returns every command of the tree that people are shown.
func commands(t *testing.T) (all []*cobra.Command) {
	e := &env{in: strings.NewReader(""), out: io.Discard, errw: io.Discard, role: data.Lead}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		all = append(all, c)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(e.tree())
	if len(all) < 20 {
		t.Fatalf("only %d commands", len(all))
	}
	return all
}

func TestEveryCommandSaysWhatItDoes(t *testing.T) {
	for _, c := range commands(t) {
		name := c.CommandPath()
		switch {
		case c.Short == "":
			t.Errorf("%s has no line that says what it does", name)
		case strings.HasSuffix(c.Short, "."), c.Short[0] < 'A' || c.Short[0] > 'Z':
			t.Errorf("%s: %q is not in the manner of the others", name, c.Short)
		}
		if !strings.Contains(c.Example, "warroom") {
			t.Errorf("%s has no example", name)
		}
		if c.Runnable() && c.Args == nil {
			t.Errorf("%s takes any arguments", name)
		}
	}
}

// An example that does not parse would be worse than none.
func TestEveryExampleIsACommandLine(t *testing.T) {
	for _, c := range commands(t) {
		for line := range strings.Lines(c.Example) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), " > ")
			line, _, _ = strings.Cut(line, " < ")
			line = strings.TrimSuffix(strings.TrimPrefix(line, "source <("), ")")
			words, err := split(line)
			if err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
				continue
			}
			e := &env{in: strings.NewReader(""), out: io.Discard, errw: io.Discard, role: data.Lead}
			root := e.tree()
			sub, rest, err := root.Find(words[1:])
			if err == nil {
				err = sub.ParseFlags(rest)
			}
			if err == nil && sub.Args != nil {
				err = sub.ValidateArgs(sub.Flags().Args())
			}
			if err != nil {
				t.Errorf("%s: %q: %v", c.CommandPath(), line, err)
			}
		}
	}
}

// Flat JSON has the fields of an item beside its id, its kind and its history.
func TestNoFieldHidesWhatEveryItemHas(t *testing.T) {
	for _, spec := range data.Specs() {
		seen := map[string]bool{}
		for _, m := range flat(spec.New()) {
			if seen[m.key] {
				t.Errorf("%s has two members %q", spec.Kind, m.key)
			}
			seen[m.key] = true
		}
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		line string
		want string // words, parted by |
		err  string
	}{
		{``, ``, ``},
		{`  action   done	A-1 `, `action|done|A-1`, ``},
		{`note add "call at nine"`, `note|add|call at nine`, ``},
		{`note add 'it is "nine"'`, `note|add|it is "nine"`, ``},
		{`note add "say \"nine\" \\ \n"`, `note|add|say "nine" \ \n`, ``},
		{`note add call\ at\ nine`, `note|add|call at nine`, ``},
		{`note add ""`, `note|add|`, ``},
		{`a"b"'c'd`, `abcd`, ``},
		{`note add $HOME * ; | > x`, `note|add|$HOME|*|;|||>|x`, ``},
		{`note add 通知 "日本 語"`, `note|add|通知|日本 語`, ``},
		{`note add "nine`, ``, `a quote " is not closed`},
		{`note add it's`, ``, `a quote ' is not closed`},
		{`note add \`, ``, `the command ends with a backslash`},
	} {
		got, err := split(tt.line)
		if words := strings.Join(got, "|"); words != tt.want {
			t.Errorf("split(%q) = %q, want %q", tt.line, words, tt.want)
		}
		if err == nil && tt.err != "" || err != nil && err.Error() != tt.err {
			t.Errorf("split(%q) fails with %v, want %q", tt.line, err, tt.err)
		}
		if err != nil && data.ClassOf(err) != data.Usage {
			t.Errorf("split(%q): %v is no usage error", tt.line, err)
		}
	}
}
