package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) verifyCommand() *cobra.Command {
	var asJSON bool
	var m mending
	c := e.command(&cobra.Command{
		Use:   "verify",
		Short: "Prove that the file is whole: every event, and every table made from them",
		Long: `verify reads the whole file: the chain of hashes from the first event to the last,
what was redacted and by whom, the tables against the log, and SQLite's own check.
It compares the end of the log with the last one known on this machine and with what
the tables know, and exits with 5 if anything is not as it was recorded.

--rebuild writes the tables anew from the log. It asks first, and keeps a copy of the
file as it is beside it: what only the tables know is lost. --recover writes the events
before the first that is damaged or missing into a new file; it also reads a file that
cannot be opened. Both, and --accept, are for a shell on the machine that has the file.`,
		Example: "warroom verify\nwarroom verify --json\nwarroom verify --rebuild\nwarroom verify --recover saved.db\nwarroom verify --accept",
		Args:    words(0, 0),
	}, func(ctx context.Context, c *cobra.Command, _ []string) error {
		m.recover = c.Flags().Changed("recover")
		if err := e.mayMend(c, m, asJSON); err != nil {
			return err
		}
		if m.recover {
			return e.recoverFile(ctx, m.to)
		}
		return e.with(ctx, func(s *store.View) error {
			if m.accept {
				if err := s.AcceptHead(ctx); err != nil {
					return err
				}
				e.say("the file is taken as it is: its end is now the last one known here")
			}
			if m.rebuild {
				if err := e.rebuild(ctx, s, m.yes); err != nil {
					return err
				}
			}
			return e.prove(ctx, s, asJSON)
		})
	})
	f := c.Flags()
	f.BoolVar(&m.rebuild, "rebuild", false, "write the tables anew from the log, which is proved first")
	f.BoolVar(&m.yes, "yes", false, "rebuild without asking")
	fileFlag(f, &m.to, "recover", "", "", "write what is good of a damaged file's log into this new file")
	f.BoolVar(&m.accept, "accept", false, "take a file as it is that was put in place of a newer one on purpose")
	jsonFlag(c, &asJSON)
	return c
}

// prove proves a file and prints what it found.
func (e *env) prove(ctx context.Context, s *store.View, asJSON bool) error {
	rep, err := s.Verify(ctx)
	if err != nil {
		return err
	}
	copies, err := s.Copies(ctx)
	if err != nil {
		return err
	}
	return e.print(func(w io.Writer) {
		if asJSON {
			writeJSON(w, reportJSON(s.Path(), rep, copies))
		} else {
			printReport(w, s.Path(), rep, copies)
		}
	})
}

// A mending is what verify is asked to do beside proving a file.
type mending struct {
	rebuild, accept, recover bool
	yes                      bool      // rebuild without asking
	to                       localFile // where what is recovered goes
}

// mayMend says why verify does not do what it is asked to do beside proving a file, or
// returns nil.
func (e *env) mayMend(c *cobra.Command, m mending, asJSON bool) error {
	switch {
	case e.shell == nil && (m.rebuild || m.accept):
		return &data.Error{Class: data.Forbidden, What: "a file is not rebuilt or accepted from here",
			Hint: "use a shell on the machine that has the file"}
	case m.recover && (m.rebuild || m.accept || asJSON):
		return misused(c, "the flag --recover goes alone: it leaves the file as it is")
	case m.yes && !m.rebuild:
		return misused(c, "the flag --yes goes with --rebuild")
	case m.rebuild && !m.yes && !term.IsTerminal(e.shell.in.Fd()):
		return data.Refuse("nothing was rebuilt: standard input is no terminal, so that nobody can be asked").
			WithHint("--yes rebuilds without asking")
	}
	return nil
}

// rebuild writes the tables of a file anew, if the person wants that.
func (e *env) rebuild(ctx context.Context, s *store.View, yes bool) error {
	if !yes {
		if _, err := s.Verify(ctx); err != nil {
			e.say("%s", data.Line(err.Error()))
		}
		e.say("all tables are written anew from the log: what only the tables know is lost, and a copy of the file is kept")
		fmt.Fprint(e.errw, "rebuild? [y/N] ")
		if answer, err := e.readLine(ctx); err != nil {
			return err
		} else if answer != "y" && answer != "yes" {
			return data.Refuse("nothing was rebuilt")
		}
	}
	kept, err := s.Rebuild(ctx)
	if kept != "" {
		e.say("a copy of the file as it was is %s", data.Line(kept))
	}
	if err != nil {
		return err
	}
	e.say("all tables were written anew from the log")
	return nil
}

// readLine returns the next line of standard input, in lower case.
func (e *env) readLine(ctx context.Context) (string, error) {
	line := make(chan string, 1)
	data.Go(func() {
		text, _ := bufio.NewReader(e.in).ReadString('\n')
		line <- strings.ToLower(strings.TrimSpace(text))
	}, func(error) { line <- "" })
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case text := <-line:
		return text, nil
	}
}

// recoverFile writes what is good of the file's log into a new file.
func (e *env) recoverFile(ctx context.Context, to localFile) error {
	by, err := e.who()
	if err != nil {
		return err
	}
	rec, err := store.Recover(ctx, e.path().name(), to.name(), store.Options{Now: e.now, Busy: e.shell.busy}, by)
	if err != nil {
		return err
	}
	if rec.Lacks == "" {
		e.say("nothing is damaged in the log: all %d events are taken", rec.Taken)
	} else {
		e.say("%d events are taken; not event %d: %s", rec.Taken, rec.Taken+1, data.Line(rec.Lacks))
	}
	for _, seq := range rec.Masked {
		e.say("event %d stays masked: its redaction was lost, and is recorded anew", seq)
	}
	e.say("the new file is whole: %d events, hash %s", rec.Head.Seq, rec.Head.Hash)
	full, err := to.abs()
	if err != nil {
		return err
	}
	return e.recorded("%s", data.Line(full.name()))
}

// printReport says what a proof found.
func printReport(w io.Writer, path string, rep *store.Report, copies []store.Copy) {
	fmt.Fprintf(w, "file: %s\n", data.Line(path))
	tables := "the tables are what they say"
	if rep.Version > 0 {
		tables = fmt.Sprintf("the tables, which are of version %d, were not looked at", rep.Version)
	}
	fmt.Fprintf(w, "whole: all %d events are what was recorded, and %s\n", rep.Head.Seq, tables)
	if rep.Newer > 0 {
		fmt.Fprintf(w, "%s: %s that this one does not know\n", data.NewerWords, counted(rep.Newer, "event"))
	}
	fmt.Fprintf(w, "head: event %d, hash %s\n", rep.Head.Seq, rep.Head.Hash)
	fmt.Fprintf(w, "redactions: %d\n", len(rep.Redacted))
	for _, r := range rep.Redacted {
		sentence(w, "redacted: event %d, by %s, because: %s", r.Event, data.Line(string(r.By)), data.Line(r.Why))
	}
	for _, c := range copies {
		sentence(w, "copy: %s", copyWords(c))
	}
	if rep.Known.Seq == 0 {
		fmt.Fprintln(w, "last head known here: none")
	} else {
		fmt.Fprintf(w, "last head known here: event %d, hash %s\n", rep.Known.Seq, rep.Known.Hash)
	}
}

// copyWords says what a copy of the file beside it is.
func copyWords(c store.Copy) string {
	name := data.Line(c.Name)
	switch {
	case !c.Kept:
		return name + " was left there, and may hold what was masked since; remove it if nobody needs it"
	case c.Holds:
		return name + " still holds what was masked since; remove it when you trust the new one"
	}
	return name + " is the file as it was; remove it when you trust the new one"
}

// reportJSON returns what a proof found as JSON has it.
func reportJSON(path string, rep *store.Report, copies []store.Copy) object {
	redacted, kept := []object{}, []object{}
	for _, c := range copies {
		kept = append(kept, object{{"file", data.Line(c.Name)}, {"holds_masked", c.Holds}})
	}
	for _, r := range rep.Redacted {
		redacted = append(redacted, object{{"event", r.Event}, {"by", data.Line(string(r.By))}, {"why", data.Line(r.Why)}})
	}
	var last any
	if rep.Known.Seq > 0 {
		last = headJSON(rep.Known)
	}
	return object{{"file", path}, {"head", headJSON(rep.Head)}, {"redactions", redacted}, {"last_known", last}, {"newer_events", rep.Newer}, {"copies", kept}}
}

func headJSON(h store.Head) object { return object{{"seq", h.Seq}, {"hash", h.Hash.String()}} }
