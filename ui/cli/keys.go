package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/ui/serve"
)

// maxKey is how long a public key may be, in bytes.
const maxKey = 16 << 10

// keysFlag gives a command the flag that names the file of keys.
func (e *env) keysFlag(c *cobra.Command, file *localFile, run func(ctx context.Context, args []string) error) *cobra.Command {
	annotate(c, localMark, "who may come in is said on the machine that serves")
	fileFlag(c.Flags(), file, "keys", "", "", "the `FILE` of keys (required)")
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		if *file == "" {
			return misused(c, "it must be said which file of keys").WithHint("add --keys FILE")
		}
		return run(ctx, args)
	})
}

func (e *env) keysAdd() *cobra.Command {
	var file localFile
	var name, role, rooms, from, until string
	c := &cobra.Command{
		Use:     "add KEY.pub",
		Short:   "Let somebody in who has a key; - reads the public key from standard input",
		Example: "warroom keys add ana.pub --role responder --keys team.keys\nwarroom keys add - --name ben --rooms \"toyota*\" --until 20261231 --keys team.keys < key.pub",
		Args:    words(1, 1),
	}
	key := readArg(c, 0)
	c.Flags().StringVar(&name, "name", "", "who has the key (default: what the key says, up to an @)")
	c.Flags().StringVar(&role, "role", data.Viewer.String(), "viewer, responder or lead")
	c.Flags().StringVar(&rooms, "rooms", "", "for these rooms only, such as toyota*,exercise")
	c.Flags().StringVar(&from, "from", "", "from these addresses only, such as 192.0.2.0/24")
	c.Flags().StringVar(&until, "until", "", "until this day or moment only, YYYYMMDD or YYYYMMDDHHMM")
	c.RegisterFlagCompletionFunc("role", cobra.FixedCompletions([]string{"viewer", "responder", "lead"}, cobra.ShellCompDirectiveNoFileComp))
	return e.keysFlag(c, &file, func(ctx context.Context, args []string) error {
		pub, err := e.publicKey(ctx, key(args).name())
		if err != nil {
			return err
		}
		line, err := serve.NewKey(pub, name, role, rooms, from, until)
		if err != nil {
			return err
		}
		g, err := serve.AddKey(file.name(), line)
		if err != nil {
			return err
		}
		e.say("%s comes in as a %s", g.Actor, g.Role)
		return e.recorded("%s", g.Fingerprint())
	})
}

// publicKey reads a public key from a file or standard input.
func (e *env) publicKey(ctx context.Context, path string) ([]byte, error) {
	if path == "-" {
		text, err := e.stdin(ctx, maxKey)
		if errors.Is(err, errTooLong) {
			err = data.Refuse("standard input is no public key: it is too long")
		}
		return text, err
	}
	f, err := os.Open(path)
	var text []byte
	if err == nil {
		defer f.Close()
		text, err = io.ReadAll(io.LimitReader(f, maxKey))
	}
	var at *os.PathError
	switch {
	case errors.As(err, &at):
		return nil, data.Refuse("%s cannot be read: %v", data.Line(path), at.Err)
	case strings.Contains(string(text), "PRIVATE KEY"):
		return nil, data.Refuse("%s is a private key, which nobody else needs", data.Line(path)).WithHint("give the public one, %s.pub", data.Line(path))
	}
	return text, err
}

type keyJSON struct {
	Name        string     `json:"name"`
	Role        string     `json:"role"`
	Rooms       []string   `json:"rooms"`
	From        []string   `json:"from"`
	Until       *time.Time `json:"until"`
	Type        string     `json:"type"`
	Fingerprint string     `json:"fingerprint"`
}

func (e *env) keysList() *cobra.Command {
	var file localFile
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "List who may come in", Example: "warroom keys list --keys team.keys", Args: words(0, 0)}
	jsonFlag(c, &asJSON)
	return e.keysFlag(c, &file, func(context.Context, []string) error {
		grants, err := serve.LoadKeys(file.name())
		if err != nil {
			return err
		}
		if asJSON {
			all := []keyJSON{}
			for _, g := range grants {
				k := keyJSON{string(g.Actor), g.Role.String(), g.Rooms, g.From, nil, g.Key.Type(), g.Fingerprint()}
				if !g.Until.IsZero() {
					until := g.Until.UTC()
					k.Until = &until
				}
				all = append(all, k)
			}
			return e.print(func(w io.Writer) { writeJSON(w, all) })
		}
		rows := [][]string{{"NAME", "ROLE", "ROOMS", "FROM", "UNTIL", "KEY"}}
		for _, g := range grants {
			until := "-"
			if !g.Until.IsZero() {
				until = g.Until.UTC().Format("2006-01-02 15:04 UTC")
				if !e.now().Before(g.Until) {
					until = "expired " + until
				}
			}
			rows = append(rows, []string{string(g.Actor), g.Role.String(), orAll(g.Rooms), orAll(g.From), until, g.Fingerprint()})
		}
		return e.print(func(w io.Writer) { columns(w, rows) })
	})
}

func orAll(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return data.Line(strings.Join(list, ","))
}

func (e *env) keysRemove() *cobra.Command {
	var file localFile
	c := &cobra.Command{
		Use:     "remove NAME|FINGERPRINT",
		Short:   "Let somebody in no longer; open sessions end within a second",
		Example: "warroom keys remove ana --keys team.keys\nwarroom keys remove SHA256:… --keys team.keys",
		Args:    words(1, 1),
	}
	return e.keysFlag(c, &file, func(_ context.Context, args []string) error {
		gone, err := serve.RemoveKeys(file.name(), args[0])
		if err != nil {
			return err
		}
		var lines []string
		for _, g := range gone {
			lines = append(lines, string(g.Actor)+" "+g.Role.String()+" "+g.Fingerprint())
		}
		return e.recorded("%s", strings.Join(lines, "\n"))
	})
}
