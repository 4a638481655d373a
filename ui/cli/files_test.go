package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/data"
)

// What every command line says, at the doors that are not the local shell, that
// names a file.
const (
	noFileLine  = "no file can be named here: the incident is open already\n"
	noFileLines = "warroom: " + noFileLine +
		"hint: leave it out, or use a shell on the machine that has the file; - is standard input where a command reads a file\n"
)

// lineOf returns the words of a command, with an x for each argument that it needs.
func lineOf(c *cobra.Command) (command, args []string) {
	use := strings.Fields(c.Use)[1:]
	for _, name := range use {
		if !strings.HasPrefix(name, "[") {
			args = append(args, "x")
		}
	}
	return strings.Fields(c.CommandPath())[1:], args
}

// TestOnlyTheShellNamesFiles names files in every argument and flag of the tree that
// takes one, as the board's line and SSH do: one that is there and one that is not,
// and in some a directory and one that nobody may read. Nothing tells one from
// another.
func TestOnlyTheShellNamesFiles(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	t.Chdir(t.TempDir())
	there := filepath.Join(t.TempDir(), "there.db")
	for _, path := range []string{there, "here.db"} {
		if err := os.WriteFile(path, []byte("column\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []string{there, there + ".missing", filepath.Dir(there), "here.db", "missing.db", "../here.db", "/etc/shadow"}
	before, args, flags := d.seq(), 0, 0
	refused := func(words ...string) {
		t.Helper()
		d.refuses(data.Lead, 2, noFileLines, words...)
	}
	onBoard := func(words ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		status := d.Console("ben", data.Viewer).Run(context.Background(), words, nil, &out, &errs)
		if status != 2 || out.String() != "" || errs.String() != noFileLines {
			t.Errorf("%q on the board: %d %q %q", words, status, &out, &errs)
		}
	}
	for _, c := range commands(t) {
		command, given := lineOf(c)
		for _, mark := range []string{fileMark, stdinMark} {
			at, err := strconv.Atoi(c.Annotations[mark])
			if err != nil {
				continue
			}
			args++
			rest := given[min(at+1, len(given)):]
			for _, file := range files {
				refused(join(command, given[:at], []string{file}, rest)...)
				onBoard(join(command, given[:at], []string{file}, rest)...)
			}
			line := join(command, given[:at], []string{"-"}, rest)
			if _, _, errs := d.as(data.Lead, line...); mark == stdinMark && errs == noFileLines {
				t.Errorf("%q: standard input is refused", line)
			}
		}
		c.InheritedFlags() // which puts them among its flags
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Annotations[fileMark] == nil {
				return
			}
			flags++
			for _, file := range files[:2] {
				refused(join(command, []string{"--" + f.Name, file}, given)...)
			}
		})
	}
	for _, file := range files {
		refused("status", "--file="+file)
		onBoard("-f"+file, "status")
	}
	if args != 7 || flags < 100 {
		t.Errorf("only %d arguments and %d flags take a file", args, flags)
	}
	if after := d.seq(); after != before {
		t.Errorf("%d events were recorded", after-before)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 1 {
		t.Errorf("files were made: %v, %v", left, err)
	}
}

func join(parts ...[]string) (all []string) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// A word at the top that is neither a command nor like the name of a file says
// nothing of what is in the directory of the server.
func TestAWordAtTheTopFindsNoFile(t *testing.T) {
	d := newDesk(t, "blank")
	t.Chdir(t.TempDir())
	const says = "warroom: \"notes\" is neither a command nor a file\nhint: did you mean note? warroom --help lists the commands\n"
	d.refuses(data.Lead, 2, says, "notes")
	if err := os.WriteFile("notes", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.refuses(data.Lead, 2, says, "notes")
}

// fileNames is what help calls a file.
var fileNames = regexp.MustCompile(`^\[?(FILE|DIR|PATH|OUT|[A-Z]+\.[a-z]+)\]?$`)

// What help calls a file is declared as one.
func TestWhatHelpCallsAFileIsDeclared(t *testing.T) {
	for _, c := range commands(t) {
		for i, name := range strings.Fields(c.Use)[1:] {
			at := strconv.Itoa(i)
			if fileNames.MatchString(name) != (c.Annotations[fileMark] == at || c.Annotations[stdinMark] == at) {
				t.Errorf("%s: help calls an argument %s, and as a file it is declared otherwise", c.CommandPath(), name)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			_, is := f.Value.(*localFile)
			name, _ := pflag.UnquoteUsage(f)
			if declared := f.Annotations[fileMark] != nil; declared != is || fileNames.MatchString(name) && !is {
				t.Errorf("%s --%s takes a file, and is not declared with fileFlag", c.CommandPath(), f.Name)
			}
		})
	}
}
