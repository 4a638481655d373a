package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
			words, err := data.SplitCommand(line)
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

// readers are the commands that record nothing in an incident that is there.
// Whoever adds a command adds it here, or marks it as one that writes and tells
// its story in a script.
var readers = []string{"status", "show", "third-party", "find", "log", "verify", "backup", "version", "man", "help", "new", "serve", "list", "bash", "fish", "zsh", "powershell"}

// Every command that writes is in a script: where it does what it should, where it
// is refused, and, if it changes what is there, where somebody else was first.
func TestEveryWriteHasItsScript(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(raw)
	}
	written := 0
	for _, c := range commands(t) {
		if c.HasSubCommands() {
			continue
		}
		path := strings.TrimPrefix(c.CommandPath(), "warroom ")
		if c.Annotations[writesMark] == "" {
			if !slices.Contains(readers, c.Name()) && !strings.HasPrefix(path, "keys ") { // which are about another file
				t.Errorf("%s is neither marked as one that writes nor among those that only read", path)
			}
			continue
		}
		written++
		has := func(what, line string) {
			if !regexp.MustCompile(`(?m)^` + line + regexp.QuoteMeta(path) + `( |$)`).MatchString(scripts.String()) {
				t.Errorf("no script has %s of %s", what, path)
			}
		}
		has("the good path", `exec warroom `)
		has("a refusal", `exits [12] (?:sh -c ')?warroom `)
		if c.Flags().Lookup("force") != nil {
			has("a conflict", `exits 3 warroom `)
		}
		if c.ValidArgsFunction == nil {
			t.Errorf("%s offers the files of the directory while one types", path)
		}
	}
	if written < 30 {
		t.Errorf("only %d commands write", written)
	}
}

// An example that is refused on the exercise would be a bad one. What depends on
// the weekday or on what was done before is not run.
func TestExamplesWork(t *testing.T) {
	d := newDesk(t, "exercise")
	for _, id := range []string{"A-12", "A-13", "A-14"} {
		d.as(data.Lead, "action", "reopen", id)
	}
	d.run("action block A-12")
	d.run("ask add ben who? 20m --stream support") // no example answers A-12 but that of ask
	ran := 0
	for _, c := range commands(t) {
		if c.Annotations[writesMark] == "" || c.Name() == "redact" || c.Parent().Name() == "import" { // it wants files
			continue
		}
		for line := range strings.Lines(c.Example) {
			line, in, _ := strings.Cut(strings.TrimSpace(line), " < ")
			words, err := data.SplitCommand(strings.TrimPrefix(line, "warroom "))
			if err != nil || strings.Contains(line, "--seen") {
				continue
			}
			for i, w := range words { // the exercise has its own numbers
				if strings.HasPrefix(c.CommandPath(), "warroom ask ") && w == "A-12" {
					words[i] = "A-83"
				}
			}
			var out, errs strings.Builder
			status := d.Run(t.Context(), "ben", data.Lead, words, strings.NewReader("text of "+in), &out, &errs)
			ran++
			already := status == 1 && (strings.Contains(errs.String(), "already") || strings.Contains(errs.String(), "it is ") || strings.Contains(errs.String(), "reopen it first"))
			nothing := status == 1 && strings.Contains(errs.String(), "nothing of yours")
			if status != 0 && !already && !nothing {
				t.Errorf("%s: exit status %d: %s", line, status, errs.String())
			}
		}
	}
	if ran < 45 {
		t.Errorf("only %d examples were run", ran)
	}
}

// Every flag that takes a word of a closed list offers it.
func TestFlagsOfFieldsAreCompleted(t *testing.T) {
	for _, c := range commands(t) {
		if c.Annotations[writesMark] == "" {
			continue
		}
		for _, name := range []string{"state", "status", "stream", "standing", "priority", "severity", "owner", "lead", "by", "source", "about", "due"} {
			if c.Flags().Lookup(name) == nil {
				continue
			}
			if _, ok := c.GetFlagCompletionFunc(name); !ok {
				t.Errorf("%s --%s offers nothing while one types", c.CommandPath(), name)
			}
		}
	}
}
