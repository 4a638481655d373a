package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// topActions is how many of the open actions a status names.
const topActions = 10

func (e *env) statusCommand() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:     "status",
		Short:   "Say how things stand, in words or as JSON",
		Example: "warroom status\nwarroom status -f x.db --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, _ *cobra.Command, _ []string) error { return e.status(ctx, asJSON) })
	jsonFlag(c, &asJSON)
	return c
}

// jsonFlag gives a command the flag --json.
func jsonFlag(c *cobra.Command, on *bool) {
	c.Flags().BoolVar(on, "json", false, "print JSON: unknown is null, times are UTC")
}

// A situation is what a status says: read at one moment, told in two ways.
type situation struct {
	*data.Overview
	now      time.Time // in the zone of the person
	path     string
	readOnly string
	top      []*data.Action
	last     *data.Entry // the latest change that a person made, or nil
	discord  string      // of the people affected in all: which ranges do not overlap, or ""
}

// status prints how things stand.
func (e *env) status(ctx context.Context, asJSON bool) error {
	return e.with(ctx, func(s *store.View) error {
		sit, err := e.look(ctx, s)
		if err != nil {
			return err
		}
		tell := sit.print
		if asJSON {
			tell = func(w io.Writer) { writeJSON(w, sit.json()) }
		}
		if err := e.print(tell); err != nil {
			return err
		}
		return damage(sit.Activity)
	})
}

// look reads how things stand.
func (e *env) look(ctx context.Context, s *store.View) (*situation, error) {
	now := e.now()
	o, err := s.Overview(ctx, now)
	if err != nil {
		return nil, err
	}
	if o.Incident == nil {
		return nil, data.Refuse("%s holds no incident yet", data.Line(s.Path()))
	}
	top, err := s.OpenActions(ctx, "", 0, topActions)
	if err != nil {
		return nil, err
	}
	claims, err := s.Claims(ctx, data.FigureKey{Cell: data.AllPeople, Unit: data.People})
	if err != nil {
		return nil, err
	}
	sit := &situation{Overview: o, now: now, path: s.Path(), readOnly: s.ReadOnly(), top: top.Rows, discord: data.DiscordWords(claims)}
	if len(o.Activity) > 0 {
		sit.last = &o.Activity[0]
	}
	return sit, nil
}

// print tells how things stand, to people: every line says what it is about.
func (s *situation) print(w io.Writer) {
	s.head(w)
	fmt.Fprintln(w)
	s.answers(w)
	fmt.Fprintln(w)
	s.scope(w)
	fmt.Fprintln(w)
	s.streams(w)
	if len(s.top) > 0 {
		fmt.Fprintf(w, "\nopen actions, worst first: %d of %d\n", len(s.top), s.Actions.Open)
		for _, a := range s.top {
			s.action(w, a)
		}
	}
	if qs := s.Questions.Rows; len(qs) > 0 {
		qs = qs[:min(len(qs), topActions)]
		fmt.Fprintf(w, "\nopen questions, oldest first: %d of %d\n", len(qs), s.OpenQs)
		for _, q := range qs {
			sentence(w, "question %s: %s", q.Ref, data.Line(data.FirstLine(q.Text)))
		}
	}
}

// head says which incident this is.
func (s *situation) head(w io.Writer) {
	i := s.Incident
	what := "incident"
	if i.Mark != "" {
		what = string(i.Mark) + " incident"
	}
	sentence(w, "%s: %s", what, or(i.Title, "title "+unsaid))
	sentence(w, "severity %s, phase %s, commander %s", or(i.Severity, unsaid), or(i.Phase, unsaid), or(i.Commander, unsaid))
	due := i.NextUpdateDue
	late := due.Known() && !s.now.Before(due.End())
	sentence(w, "aware since %s, next update due %s", timeText(i.Aware, s.now), dueText(due, late, s.now))
	fmt.Fprintf(w, "file: %s\n", data.Line(s.path)) // in one piece, to be copied
	fmt.Fprintf(w, "as of event %d, read %s\n", s.Seq, exactTime(s.now, s.now))
	if s.readOnly != "" {
		sentence(w, "read-only: %s", s.readOnly)
	}
}

// answers says what is asked first.
func (s *situation) answers(w io.Writer) {
	switch {
	case s.Affected != nil:
		sentence(w, "people affected: %s", figureText(s.Affected, data.People, s.now))
	case s.AtLeast != nil:
		sentence(w, "people affected: unknown in all; for %s %s", s.AtLeast.Cell, figureText(s.AtLeast, data.People, s.now))
	default:
		sentence(w, "people affected: unknown, nobody has stated a number")
	}
	if s.discord != "" {
		sentence(w, "people affected: %s", s.discord)
	}
	told := s.Notified()
	sentence(w, "people notified: %s", notifiedText(told, s.Affected, s.now))
	if odd := told.Excess(s.Affected); odd != "" {
		sentence(w, "people notified: %s", odd)
	}
	n := s.Actions
	sentence(w, "actions: %d open, of these %d overdue, %d blocked, %d in hand, %d unassigned, %d without a deadline; %d done, %d dropped",
		n.Open, n.Overdue, n.Blocked, n.Doing, n.NoOwner, n.NoDue, n.Done, n.Dropped)
	if a := s.Worst; a != nil {
		sentence(w, "most overdue: %s, %s, due %s: %s", a.Ref, or(a.Owner, unassigned), dueText(a.Due, true, s.now), data.Line(a.Title))
	}
	sentence(w, "questions: %d open", s.OpenQs)
	if s.last != nil {
		sentence(w, "last change: %s by %s, %s %s", data.Ago(s.now.Sub(s.last.At)), s.last.By, s.last.Item(), did(s.last.Body, s.now))
	}
}

// scope says who is affected where, and which data.
func (s *situation) scope(w io.Writer) {
	for _, r := range s.Regions {
		sentence(w, "region %s: %s; notices %s, notified %s", data.Line(r.Label), figureText(r.People, data.People, s.now), or(r.Notices, unsaid),
			notifiedText(r.Told(), r.People, s.now))
		if r.NoticesDue.Known() {
			sentence(w, "  all are to be told by %s", promiseText(r.NoticesDue, r.Notices, s.now))
		}
		if odd := r.Excess(); odd != "" {
			sentence(w, "  %s", odd)
		}
	}
	for _, c := range s.Data {
		sentence(w, "data %s: exposure %s; %s; %s", data.Line(c.Label), or(c.Exposure, unsaid),
			figureText(c.People, data.People, s.now), figureText(c.Records, data.Records, s.now))
	}
}

// streams says what each workstream is doing.
func (s *situation) streams(w io.Writer) {
	for _, r := range s.Streams {
		lead := "no lead"
		if r.Lead != "" {
			lead = "lead " + data.Line(r.Lead)
		}
		sentence(w, "workstream %s: status %s, %s; %d open, %d overdue, %d blocked, %d done; updated %s",
			data.Line(r.Label), or(r.Status, unsaid), lead, r.Open, r.Overdue, r.Blocked, r.Done, updatedText(r.Workstream, s.now))
		if r.Headline != "" {
			sentence(w, "  headline: %s", data.Line(r.Headline))
		}
	}
}

// updatedText says how long ago a workstream was updated, and whether that is
// longer than it promises.
func updatedText(r *data.Workstream, now time.Time) string {
	at := r.Updated()
	switch {
	case at.IsZero() && r.Stale(now):
		return "never, promised every " + data.Span(r.Promise)
	case at.IsZero():
		return "never"
	case r.Stale(now):
		return fmt.Sprintf("%s, promised every %s", data.Ago(now.Sub(at)), data.Span(r.Promise))
	}
	return data.Ago(now.Sub(at))
}

// unassigned is what an action without an owner says.
const unassigned = "unassigned"

// action says what is to be known of one open action.
func (s *situation) action(w io.Writer, a *data.Action) {
	owner := unassigned
	if a.Owner != "" {
		owner = "owner " + data.Line(a.Owner)
	}
	due := "no deadline"
	if a.Due.Known() {
		due = "due " + dueText(a.Due, a.Overdue(s.now), s.now)
	}
	waits := ""
	if a.WaitsFor != "" {
		waits = ", waits for " + data.Line(a.WaitsFor)
	}
	sentence(w, "action %s: %s (%s, %s, priority %s, %s, %s%s)", a.Ref, data.Line(a.Title),
		a.Stream, a.State, or(a.Priority, unsaid), owner, due, waits)
}
