package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
	"warroom/ui/serve"
)

// defaultListen is where the server listens: on this machine alone.
const defaultListen = "127.0.0.1:23234"

type serveFlags struct {
	listen             string
	keys, hostKey, log localFile
	check              bool
}

func (e *env) serveCommand() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Let people work on the incident over SSH, with a key and nothing installed",
		Long: `serve opens the war room to those whose keys are in a file, until it is stopped:
ssh -p 23234 HOST shows the board, ssh -p 23234 HOST action done A-12 runs a command.

The file of keys is an authorized_keys file of OpenSSH. The comment of a key, up to
an @, is who has it; options say more: role="viewer", "responder" or "lead",
rooms="toyota*", expiry-time="20261231", from="192.0.2.0/24". Without a role one is
a viewer. Changes of the file count at once; warroom keys edits it.

With a directory each .db file in it is a room, and the first word of a command
may name the room.`,
		Example: "warroom serve -f x.db --keys team.keys\nwarroom serve incidents/ --keys team.keys --listen 10.0.0.5:23234\nwarroom serve -f x.db --keys team.keys --check",
		Args:    words(0, 1),
	}
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "the address to listen on, `HOST:PORT`")
	annotate(c, localMark, "the server runs already")
	dir := fileArg(c, 0)
	fileFlag(c.Flags(), &f.keys, "keys", "", "", "the `FILE` of keys (required)")
	fileFlag(c.Flags(), &f.hostKey, "host-key", "", "", "the `FILE` of the server's own key (default: one in the state directory, made once)")
	fileFlag(c.Flags(), &f.log, "log", "", "", "the `FILE` that who comes and goes is written to (default: serve.log in the state directory)")
	c.Flags().BoolVar(&f.check, "check", false, "say whether all is well, and serve nothing")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		switch {
		case f.keys == "":
			return misused(c, "serve needs a file of keys").WithHint("warroom keys add ~/.ssh/id_ed25519.pub --role lead --keys team.keys, then serve with --keys team.keys")
		case len(args) == 1 && e.file != "":
			return misused(c, "it is a file or a directory: -f %s, %s", cut(e.file.name()), cut(args[0]))
		}
		return e.serve(ctx, f, dir(args))
	})
}

// serve checks all that can be wrong, and then serves until ctx is done.
func (e *env) serve(ctx context.Context, f serveFlags, dir localFile) error {
	if e.shell.stateDir() == "" && (f.hostKey == "" || f.log == "") {
		return data.Refuse("there is no place for the server's key and log").WithHint("name them with --host-key and --log, or a place in $XDG_STATE_HOME")
	}
	rooms := &rooms{e: e, dir: dir, open: map[string]*room{}}
	defer rooms.close()
	names, err := rooms.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := rooms.enter(ctx, name); err != nil {
			return err
		}
	}
	hostKey := cmp.Or(f.hostKey, e.shell.ofState("host_ed25519"))
	pem, public, err := serve.HostKey(hostKey.name(), f.hostKey == "")
	if err != nil {
		return err
	}
	log, err := openLog(cmp.Or(f.log, e.shell.ofState("serve.log")).name(), f.check)
	if err != nil {
		return err
	}
	defer log.Close()
	logger := slog.New(slog.NewTextHandler(log, nil)) // which quotes what needs it
	server, err := serve.New(serve.Config{Keys: f.keys.name(), HostKey: pem, Rooms: rooms.names, Enter: rooms.enter, Several: rooms.dir != "", Log: logger,
		Limits: serve.Limits{Memory: e.shell.limitMemory()}})
	if err != nil {
		return err
	}
	ln, err := serve.Listen(f.listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	if f.check {
		keys, err := serve.LoadKeys(f.keys.name())
		if err != nil {
			return err
		}
		return e.result("all is well: %s, %s; the server's key is %s", counted(len(keys), "key"), counted(len(names), "room"), gossh.FingerprintSHA256(public))
	}
	slog.SetDefault(logger) // what the libraries have to say
	logger.Info("serving", "on", ln.Addr().String(), "rooms", strings.Join(names, " "))
	e.say("the server's key is %s", gossh.FingerprintSHA256(public))
	e.say("stop it with ctrl+c")
	if err := e.result("listening on %s", ln.Addr()); err != nil {
		return err
	}
	err = server.Serve(ctx, ln)
	logger.Info("stopped")
	return err
}

// memoryLimit is how much memory the server takes, unless GOMEMLIMIT says another
// figure: enough for more sessions than are let in.
const memoryLimit = 1 << 30

// limitMemory tells the collector how much memory there is, and returns from where
// on nobody more is let in: what is left is for those who are there.
func (sh *shell) limitMemory() uint64 {
	if sh.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	return uint64(debug.SetMemoryLimit(-1)) / 4 * 3
}

// openLog opens a file to be written on at its end.
func openLog(path string, nothing bool) (io.WriteCloser, error) {
	if nothing {
		path = os.DevNull
	}
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
			return f, nil
		}
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return nil, data.Refuse("the log %s cannot be written: %v", data.Line(path), err).WithHint("choose another with --log")
}

// rooms are the incident files that the server has open: the one of the shell, or
// those in a directory.
type rooms struct {
	e      *env
	dir    localFile
	boards boards
	typed  sync.Mutex // while a line is added to a history

	mu   sync.Mutex
	open map[string]*room
}

type room struct {
	store  *store.Store
	boards *ui.Shared // what all boards read from
	uid    string
	on     *ui.Room // who is at its boards
}

// names returns the rooms that there are now.
func (r *rooms) names() ([]string, error) {
	if r.dir == "" {
		return []string{strings.TrimSuffix(filepath.Base(r.e.path().name()), ".db")}, nil
	}
	files, err := os.ReadDir(r.dir.name())
	if err != nil {
		return nil, data.Refuse("the directory %s cannot be read: %v", data.Line(r.dir.name()), errors.Unwrap(err))
	}
	var names []string
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".db"); ok && !f.IsDir() && data.Line(name) == name && !strings.ContainsAny(name, " \t") && name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, data.Refuse("there is no incident file in %s", data.Line(r.dir.name())).WithHint("warroom new %s", data.Line(r.dir.in("x.db").name()))
	}
	return names, nil
}

// enter opens a room, unless it is open.
func (r *rooms) enter(ctx context.Context, name string) (serve.Door, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := r.open[name]
	if in == nil {
		path := r.e.path()
		if r.dir != "" {
			path = r.dir.in(name + ".db")
		}
		s, err := r.e.shell.open(context.WithoutCancel(ctx), path.name(), func(text string) { slog.Warn(text, "room", name) })
		if err != nil {
			return serve.Door{}, err
		}
		incident, err := s.As("", data.Viewer).Get(ctx, data.IncidentRef)
		if err != nil {
			return serve.Door{}, errors.Join(err, s.Close())
		}
		as := func(actor data.Actor, role data.Role) ui.Source { return s.As(actor, role) }
		in = &room{s, ui.Share(as, s.Version), incident.(*data.Incident).UID, &ui.Room{}}
		r.open[name] = in
	}
	if err := in.store.Reachable(); err != nil { // what is open is not what there is
		return serve.Door{}, data.Refuse("the room %s cannot be entered: %s", name, strings.ReplaceAll(err.Error(), in.store.Path(), filepath.Base(in.store.Path()))).
			WithHint("put the file back as it was, or start the server again")
	}
	return serve.Door{
		Run: func(ctx context.Context, p serve.Person, args []string, input io.Reader, out, errw io.Writer) int {
			return r.runner(in, p).Run(ctx, p.Actor, p.Role, args, input, out, errw)
		},
		Board: func(ctx context.Context, p serve.Person) (ui.Config, error) { return r.board(ctx, in, p), nil },
	}, nil
}

// runner runs commands as a person, in the person's zone.
func (r *rooms) runner(in *room, p serve.Person) Runner {
	now := r.e.shell.now
	if zone := zoneOf(p.Env); zone != nil {
		now = func() time.Time { return r.e.shell.now().In(zone) }
	}
	return Runner{Store: in.store, Now: now, Seen: func(by data.Actor) ui.Seen { return r.e.shell.seen(in.uid, by) }}
}

// zoneOf returns the zone that a terminal's environment names, or nil.
func zoneOf(env []string) *time.Location {
	i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, "TZ=") && len(v) > 3 })
	if i < 0 {
		return nil
	}
	zone, err := time.LoadLocation(strings.TrimPrefix(env[i], "TZ="))
	if err != nil {
		return nil
	}
	return zone
}

// board returns what a person's board is made of.
func (r *rooms) board(ctx context.Context, in *room, p serve.Person) ui.Config {
	run := r.runner(in, p)
	drafts := r.e.shell.drafts(p.Actor, in.uid)
	drafts.boards = &r.boards
	r.boards.add(ctx, drafts.session)
	console, history := run.Console(p.Actor, p.Role), r.e.shell.historyOf(p.Actor, in.uid)
	console.Past, console.Keep = history.past, func(line string) {
		r.typed.Lock()
		defer r.typed.Unlock()
		history.keep(line)
	}
	return ui.Config{Source: in.boards.As(p.Actor, p.Role), Actor: p.Actor, Role: p.Role, Now: run.Now, Env: p.Env,
		Notice:  fmt.Sprintf("you are %s, a %s", p.Actor, p.Role),
		Console: console, Seen: run.Seen(p.Actor), Writer: run.Writer(p.Actor, p.Role), Drafts: drafts.board(), Room: in.on}
}

func (r *rooms) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.open {
		if err := in.store.Close(); err != nil {
			r.e.say("warroom: %v", err)
		}
	}
}
