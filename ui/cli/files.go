package cli

import (
	"cmp"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/data"
)

// A localFile is a file or directory of this machine that a person names in the
// words of a command. Only the local shell may name one: at the other doors the tree
// refuses a command line that does, before the command runs. So a command gets one
// only from an argument or a flag that it has declared, with [fileArg] or [fileFlag].
//
// A test sees to it that whatever opens a file is handed the name of a localFile.
type localFile string

// name returns the name under which the system knows the file.
func (f localFile) name() string { return string(f) }

// Set implements pflag.Value.
func (f *localFile) Set(word string) error {
	*f = localFile(word)
	return nil
}

// String implements pflag.Value.
func (f *localFile) String() string { return string(*f) }

// Type implements pflag.Value. Help shows it.
func (f *localFile) Type() string { return "string" }

// abs returns the file with its directory.
func (f localFile) abs() (localFile, error) {
	full, err := filepath.Abs(f.name())
	return localFile(full), err
}

// in returns a file of a directory.
func (f localFile) in(name string) localFile { return localFile(filepath.Join(f.name(), name)) }

// ofState returns a file of the state directory.
func (sh *shell) ofState(name string) localFile { return localFile(sh.stateDir()).in(name) }

// path returns the incident file of the local shell.
func (e *env) path() localFile {
	return cmp.Or(e.file, localFile(e.shell.getenv("WARROOM_FILE")), defaultFile)
}

// Annotations that declare what names a file: of a flag, and of a command, whose
// argument it gives by its position.
const (
	fileMark  = "file"
	stdinMark = "file or standard input"
)

// fileFlag gives a command a flag that names a file.
func fileFlag(flags *pflag.FlagSet, f *localFile, name, short, value, usage string) {
	*f = localFile(value)
	flags.VarP(f, name, short, usage)
	flags.SetAnnotation(name, fileMark, []string{"yes"})
}

// fileArg declares that an argument of a command names a file, and returns what
// takes it from the arguments. Without the argument it is "".
func fileArg(c *cobra.Command, at int) func(args []string) localFile {
	return declare(c, fileMark, at)
}

// readArg is fileArg for a file that is read, or standard input if it is called -.
func readArg(c *cobra.Command, at int) func(args []string) localFile {
	return declare(c, stdinMark, at)
}

func declare(c *cobra.Command, mark string, at int) func(args []string) localFile {
	annotate(c, mark, strconv.Itoa(at))
	return func(args []string) localFile {
		if at >= len(args) {
			return ""
		}
		return localFile(args[at])
	}
}

// annotate notes something of a command.
func annotate(c *cobra.Command, mark, value string) {
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[mark] = value
}

// namesAnyFile reports whether a command line names a file.
func namesAnyFile(c *cobra.Command, args []string) (named bool) {
	c.Flags().Visit(func(f *pflag.Flag) { named = named || f.Annotations[fileMark] != nil })
	for i, word := range args {
		switch strconv.Itoa(i) {
		case c.Annotations[fileMark]:
			// At the top a word is a file or a command that there is not.
			named = named || c.HasParent() || strings.Contains(word, "/") || strings.HasSuffix(word, ".db")
		case c.Annotations[stdinMark]:
			named = named || word != "-"
		}
	}
	return named
}

// noFile refuses, behind the other doors, a command line that names a file.
func noFile() error {
	return data.Misuse("no file can be named here: the incident is open already").
		WithHint("leave it out, or use a shell on the machine that has the file; - is standard input where a command reads a file")
}

// namesFile reports whether a word of the command line names an incident file.
func (e *env) namesFile(word string) bool {
	if e.shell == nil {
		return false
	}
	_, err := os.Lstat(localFile(word).name())
	return err == nil || strings.HasSuffix(word, ".db")
}
