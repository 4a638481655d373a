package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) verifyCommand() *cobra.Command {
	var asJSON, rebuild, accept bool
	c := e.command(&cobra.Command{
		Use:   "verify",
		Short: "Prove that the file is whole: every event, and every table made from them",
		Long: `verify reads the whole file: the chain of hashes from the first event to the last,
what was redacted and by whom, the tables against the log, and SQLite's own check.
It compares the end of the log with the last one known on this machine, and exits
with 5 if anything is not as it was recorded.`,
		Example: "warroom verify\nwarroom verify --json\nwarroom verify --rebuild\nwarroom verify --accept",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error {
		if rebuild || accept {
			if err := e.role.Need(data.Repairing); err != nil {
				return err
			}
		}
		return e.with(ctx, func(s *store.Store) error {
			if accept {
				if err := s.AcceptHead(ctx); err != nil {
					return err
				}
				e.say("the file is taken as it is: its end is now the last one known here")
			}
			if rebuild {
				if err := s.Rebuild(ctx); err != nil {
					return err
				}
				e.say("all tables were written anew from the log")
			}
			rep, err := s.Verify(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return e.print(func(w io.Writer) { writeJSON(w, reportJSON(s.Path(), rep)) })
			}
			return e.print(func(w io.Writer) { printReport(w, s.Path(), rep) })
		})
	})
	f := c.Flags()
	f.BoolVar(&rebuild, "rebuild", false, "write the tables anew from the log, which is proved first")
	f.BoolVar(&accept, "accept", false, "take a file as it is that was put in place of a newer one on purpose")
	jsonFlag(c, &asJSON)
	return c
}

// printReport says what a proof found.
func printReport(w io.Writer, path string, rep *store.Report) {
	fmt.Fprintf(w, "file: %s\n", data.Line(path))
	fmt.Fprintf(w, "whole: all %d events are what was recorded, and the tables are what they say\n", rep.Head.Seq)
	fmt.Fprintf(w, "head: event %d, hash %s\n", rep.Head.Seq, rep.Head.Hash)
	fmt.Fprintf(w, "redactions: %d\n", len(rep.Redacted))
	for _, r := range rep.Redacted {
		sentence(w, "redacted: event %d, by %s, because: %s", r.Event, data.Line(string(r.By)), data.Line(r.Why))
	}
	if rep.Known.Seq == 0 {
		fmt.Fprintln(w, "last head known here: none")
		return
	}
	fmt.Fprintf(w, "last head known here: event %d, hash %s\n", rep.Known.Seq, rep.Known.Hash)
}

// reportJSON returns what a proof found as JSON has it.
func reportJSON(path string, rep *store.Report) object {
	redacted := []object{}
	for _, r := range rep.Redacted {
		redacted = append(redacted, object{{"event", r.Event}, {"by", data.Line(string(r.By))}, {"why", data.Line(r.Why)}})
	}
	var last any
	if rep.Known.Seq > 0 {
		last = headJSON(rep.Known)
	}
	return object{{"file", path}, {"head", headJSON(rep.Head)}, {"redactions", redacted}, {"last_known", last}}
}

func headJSON(h store.Head) object { return object{{"seq", h.Seq}, {"hash", h.Hash.String()}} }
