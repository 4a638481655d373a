package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image/color"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"charm.land/fang/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"warroom/data"
	"warroom/data/clock"
	"warroom/data/seed"
	"warroom/store"
	"warroom/ui"
)

// defaultFile is the incident file if none is named.
const defaultFile = "incident.db"

// A shell is the local door: a person, or a script, on the machine that has the
// file. It is a lead, so far as the file's permissions go.
type shell struct {
	args          []string // without the program's name
	environ       []string
	in, out, errw *os.File
	now           func() time.Time
	busy          time.Duration // see store.Options
	looks         bool          // the file is only read, whatever the command
}

func newShell() *shell {
	return &shell{args: os.Args[1:], environ: os.Environ(), in: os.Stdin, out: os.Stdout, errw: os.Stderr, now: clock.Now}
}

// main runs the process's command line.
func (sh *shell) main() int {
	ctx, stop := signals()
	defer stop()
	e := &env{in: sh.in, out: sh.out, errw: sh.errw, now: sh.now, role: data.Lead, shell: sh}
	return e.run(ctx, sh.args)
}

// signals returns a context that ends when the person or the system wants the
// program to end. A reader that goes away is an error of a write, not a death
// that leaves the file open.
func signals() (context.Context, context.CancelFunc) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt) }) // a second ctrl+c ends it at once
	return ctx, stop
}

// getenv returns a variable of the environment.
func (sh *shell) getenv(name string) string {
	for _, v := range slices.Backward(sh.environ) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// execute runs the tree. On a terminal Fang dresses its help; the board does
// without Fang, and so without its start-up.
func (sh *shell) execute(ctx context.Context, root *cobra.Command, args []string) error {
	c, _, err := root.Find(args)
	help := slices.Contains(args, "--help") || slices.Contains(args, "-h")
	if err == nil && c == root && !help || !term.IsTerminal(sh.out.Fd()) {
		return root.ExecuteContext(ctx)
	}
	// Fang asks the terminal for its background, and waits for seconds if the
	// terminal is silent, unless standard input is none.
	if null, err := os.Open(os.DevNull); err == nil {
		defer null.Close()
		defer func(in *os.File) { os.Stdin = in }(os.Stdin)
		os.Stdin = null
	}
	if sh.getenv("NO_COLOR") != "" {
		os.Setenv("NO_COLOR", "1") // any value counts; Fang's libraries want a truth value
	}
	return fang.Execute(ctx, root,
		fang.WithColorSchemeFunc(helpColours),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}), // run reports it, as at the other doors
		fang.WithoutVersion(),
		fang.WithoutManpage())
}

// helpColours are readable on any background, which nobody asked for: text has
// the terminal's own colour.
func helpColours(lipgloss.LightDarkFunc) fang.ColorScheme {
	none, accent := lipgloss.NoColor{}, lipgloss.Magenta
	return fang.ColorScheme{
		Base: none, Title: none, Description: none, Codeblock: none, Program: none, DimmedArgument: none, Comment: none,
		Flag: accent, FlagDefault: none, Command: accent, QuotedString: none, Argument: none, Help: none, Dash: none,
		ErrorHeader: [2]color.Color{none, none}, ErrorDetails: none,
	}
}

// open opens the incident file. say is told of its warnings as they come; it may be nil.
func (sh *shell) open(ctx context.Context, path string, say func(string)) (*store.Store, error) {
	return store.Open(ctx, path, store.Options{Now: sh.now, Busy: sh.busy, StateDir: sh.stateDir(), ReadOnly: sh.looks, Say: say,
		Progress: func(line string) { fmt.Fprintln(sh.errw, line) }})
}

// stateDir returns where what belongs to the person and not to the incident is
// kept, or "" if the system names no place for it.
func (sh *shell) stateDir() string {
	dir := sh.getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) { // the specification: a relative one is ignored
		home := sh.getenv("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "warroom")
}

// actor returns who records: the name given with --as, else that of the
// environment, else the system's.
func (sh *shell) actor(as string) (data.Actor, error) {
	name := as
	if name == "" {
		name = sh.getenv("WARROOM_ACTOR")
	}
	if name == "" {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
	}
	name = strings.TrimSpace(data.Line(name))
	switch {
	case name == "":
		return "", data.Misuse("nobody knows who you are").WithHint("say it with --as NAME or in $WARROOM_ACTOR")
	case len(name) > 100:
		return "", data.Misuse("a name of %d bytes is too long", len(name)).WithHint("the most is 100")
	case data.Actor(name) == seed.Author:
		return "", data.Misuse("nobody can be called %q: it is who records what a template brings", name).WithHint("choose another name with --as NAME")
	}
	return data.Actor(name), nil
}

// board opens the dashboard, or prints the status where there is no terminal to
// show it on.
func (e *env) board(ctx context.Context, c *cobra.Command, args []string, file func(args []string) localFile, look lookFlags) error {
	if len(args) > 0 && !e.namesFile(args[0]) {
		return unknown(c, args[0])
	}
	if err := look.over(c, &e.settings); err != nil {
		return err
	}
	switch {
	case e.shell == nil && look.accessible:
		return e.accessible(ctx)
	case e.shell == nil:
		return e.status(ctx, false)
	case len(args) > 1:
		return misused(c, "one file at a time: %q is one too many", cut(args[1]))
	case len(args) == 1 && e.file != "":
		return misused(c, "the file is named twice: %s and -f %s", cut(args[0]), cut(e.file.name()))
	case len(args) == 1:
		e.file = file(args)
	}
	notice, err := e.firstFile(ctx)
	if err != nil {
		return err
	}
	if why := e.shell.noBoard(); why != "" || look.accessible {
		return e.words(ctx, notice, why, look.accessible)
	}
	var bad *configError
	if errors.As(e.ignored, &bad) {
		notice = strings.TrimSuffix(bad.text(filepath.Base(bad.path))+"; "+notice, "; ")
	}
	return e.with(ctx, func(s *store.View) error {
		by, err := e.who()
		if err != nil {
			return err
		}
		seen, err := e.book(ctx, s)
		if err != nil {
			return err
		}
		runner := Runner{Store: s.Store, Now: e.now, Seen: func(data.Actor) ui.Seen { return seen }}
		console, past := runner.Console(by, e.role), e.shell.history()
		console.Past, console.Keep = past.past, past.keep
		incident, err := s.Get(ctx, data.IncidentRef)
		if err != nil {
			return err
		}
		notice = strings.TrimSuffix(s.Upgraded()+"; "+notice, "; ")
		err = ui.Run(ctx, ui.Config{Source: s, Actor: by, Role: e.role, Now: e.now, Notice: strings.TrimPrefix(notice, "; "), Env: e.shell.environ, Settings: e.settings, Console: console,
			Seen: seen, Writer: runner.Writer(by, e.role),
			Drafts: e.shell.drafts(by, incident.(*data.Incident).UID).board(), Editor: e.shell.editor()})
		if fault := (*ui.FaultError)(nil); errors.As(err, &fault) {
			e.say("%v", fault.Err) // where it was; the terminal is back
		}
		return err
	})
}

// editor returns the person's editor and its arguments, or nil.
func (sh *shell) editor() []string {
	return strings.Fields(cmp.Or(sh.getenv("VISUAL"), sh.getenv("EDITOR")))
}

// words prints in words what the board would show: as who asked for it reads it,
// or as the status where there can be no board, and why.
func (e *env) words(ctx context.Context, notice, why string, accessible bool) error {
	if e.ignored != nil {
		e.say("warroom: %v", e.ignored)
	}
	if notice != "" {
		e.say("%s", notice)
	}
	if accessible {
		return e.accessible(ctx)
	}
	if err := e.status(ctx, false); err != nil {
		return err
	}
	if why != silently {
		e.hint(why)
	}
	return nil
}

// firstFile makes the default file from the sample if it is missing and nobody
// named another, and returns the notice that says so.
func (e *env) firstFile(ctx context.Context) (string, error) {
	if e.file != "" || e.shell.getenv("WARROOM_FILE") != "" {
		return "", nil
	}
	if _, err := os.Lstat(defaultFile); !errors.Is(err, fs.ErrNotExist) {
		return "", nil // open says what is wrong with it, if something is
	}
	if err := e.create(ctx, defaultFile, seed.Default, nil); err != nil {
		return "", err
	}
	path, err := filepath.Abs(defaultFile)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("made %s from the sample; your own: warroom new FILE --from blank", data.Line(path)), nil
}

// silently is why a pipe gets no board: nothing that a person must be told.
const silently = "standard output is no terminal"

// untilReaderGoes returns a context that also ends when nobody reads any more
// what is written to a pipe or socket: a write would tell, but the next one may be far off.
func untilReaderGoes(ctx context.Context, out io.Writer) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	f, ok := out.(*os.File)
	if !ok {
		return ctx, cancel
	}
	if info, err := f.Stat(); err != nil || info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) == 0 {
		return ctx, cancel
	}
	data.Go(func() {
		for { // ends with the process, or when the other end is closed
			_, err := unix.Poll([]unix.PollFd{{Fd: int32(f.Fd())}}, -1)
			if err == nil {
				cancel()
			}
			if !errors.Is(err, unix.EINTR) {
				return
			}
		}
	}, func(error) {})
	return ctx, cancel
}

// noBoard returns why the dashboard cannot be shown, or "".
func (sh *shell) noBoard() string {
	switch name := sh.getenv("TERM"); {
	case !term.IsTerminal(sh.out.Fd()):
		return silently
	case !term.IsTerminal(sh.in.Fd()):
		return "the dashboard needs a terminal to read keys from, and standard input is none; this is what warroom status prints"
	case name == "":
		return "the dashboard needs to know the terminal, and TERM is not set; this is what warroom status prints"
	case name == "dumb":
		return "the dashboard needs a terminal that can move its cursor, and TERM is dumb; this is what warroom status prints"
	}
	return ""
}
