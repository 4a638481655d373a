package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"warroom/data"
	"warroom/store"
)

// accessible prints what the board would show as plain sentences, one a line,
// for those who hear it or read it by touch: nothing is drawn, coloured or
// moved. On a terminal it goes on with one line for each change, until ctrl+c.
func (e *env) accessible(ctx context.Context) error {
	return e.with(ctx, func(s *store.View) error {
		follow := e.shell != nil && term.IsTerminal(e.shell.out.Fd())
		var changed <-chan struct{}
		if follow {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(ctx)
			defer cancel()
			changed = s.Watch(ctx) // before the first look, to miss nothing
		}
		sit, err := e.look(ctx, s)
		if err != nil {
			return err
		}
		if err := e.print(func(w io.Writer) { sit.speak(w) }); err != nil || !follow {
			return err
		}
		if err := e.result("Changes follow as they happen. Press control and C to end."); err != nil {
			return err
		}
		l := &logPrinter{env: e, view: s, at: sit.Seq}
		return l.speakOn(ctx, changed)
	})
}

// speakOn prints one line for each change from now on.
func (l *logPrinter) speakOn(ctx context.Context, changed <-chan struct{}) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
		err := l.pages(ctx, func(page []data.Entry) error {
			return l.print(func(w io.Writer) {
				for _, entry := range page {
					fmt.Fprintln(w, spokenChange(entry, l.now()))
				}
			})
		})
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// speak prints how things stand: what is overdue first, then each pane. Every
// line says what it is about.
func (s *situation) speak(w io.Writer) {
	say := func(about, format string, args ...any) {
		fmt.Fprintln(w, about+": "+stop(fmt.Sprintf(format, args...)))
	}
	i := s.Incident
	say(strings.TrimSpace(string(i.Mark)+" incident"), "%s", or(i.Title, "title "+unsaid))
	if a := s.Worst; a != nil {
		say("Overdue", "%s; the most overdue is %s, %s, %s, %s", counted(s.Actions.Overdue, "action"), a.Ref, data.Line(a.Title), ownerText(a), s.dueWords(a.Due))
	} else {
		say("Overdue", "nothing")
	}
	say("State", "severity %s, phase %s, commander %s", or(i.Severity, unsaid), or(i.Phase, unsaid), or(i.Commander, unsaid))
	say("Times", "aware since %s, next update %s, read at %s", timeText(i.Aware, s.now), s.dueWords(i.NextUpdateDue), exactTime(s.now, s.now))
	if s.readOnly != "" {
		say("Read-only", "%s", s.readOnly)
	}
	switch {
	case s.Affected != nil:
		say("People affected", "%s", figureText(s.Affected, data.People, s.now))
	case s.AtLeast != nil:
		say("People affected", "unknown in all; for %s %s", s.AtLeast.Cell, figureText(s.AtLeast, data.People, s.now))
	default:
		say("People affected", "unknown, nobody has stated a number")
	}
	if s.discord != "" {
		say("People affected", "%s", s.discord)
	}
	told := s.Notified()
	say("People notified", "%s", inWords(notifiedText(told, s.Affected, s.now)))
	if odd := told.Excess(s.Affected); odd != "" {
		say("People notified", "%s", odd)
	}
	for _, r := range s.Regions {
		say("Regions", "%s, %s, notices %s, notified %s", data.Line(r.Label), figureText(r.People, data.People, s.now), spoken(r.Notices), inWords(notifiedText(r.Told(), r.People, s.now)))
		if r.NoticesDue.Known() {
			say("Regions", "%s, all are to be told by %s", data.Line(r.Label), promiseText(r.NoticesDue, r.Notices, s.now))
		}
		if odd := r.Excess(); odd != "" {
			say("Regions", "%s, %s", data.Line(r.Label), odd)
		}
	}
	for _, c := range s.Data {
		say("Data", "%s, exposure %s, %s, %s", data.Line(c.Label), spoken(c.Exposure),
			figureText(c.People, data.People, s.now), figureText(c.Records, data.Records, s.now))
	}
	s.speakWork(say)
	for _, q := range s.Questions.Rows[:min(len(s.Questions.Rows), topActions)] {
		say("Questions", "%s, %s", q.Ref, data.Line(data.FirstLine(q.Text)))
	}
	for _, entry := range s.Activity[:min(len(s.Activity), topActions)] {
		fmt.Fprintln(w, "Activity: "+spokenChange(entry, s.now))
	}
}

// speakWork says what each workstream is doing, and what is open.
func (s *situation) speakWork(say func(about, format string, args ...any)) {
	for _, r := range s.Streams {
		lead := "no lead"
		if r.Lead != "" {
			lead = "lead " + data.Line(r.Lead)
		}
		headline := "no headline"
		if r.Headline != "" {
			headline = "headline " + data.Line(r.Headline)
		}
		say("Workstreams", "%s, status %s, %s, %d overdue, %d blocked, %s open, %d done, updated %s, %s", data.Line(r.Label), spoken(r.Status),
			lead, r.Overdue, r.Blocked, counted(r.Open, "action"), r.Done, s.updatedWords(r.Workstream), headline)
	}
	n := s.Actions
	say("Open actions", "%s open, %d overdue, %d blocked, %d unassigned, %d without a deadline, %d done, %d dropped; the worst %s", counted(n.Open, "action"),
		n.Overdue, n.Blocked, n.NoOwner, n.NoDue, n.Done, n.Dropped, counted(len(s.top), "follows", "follow"))
	for _, a := range s.top {
		due := "no deadline"
		if a.Due.Known() {
			due = s.dueWords(a.Due)
		}
		waits := ""
		if a.WaitsFor != "" {
			waits = ", waits for " + data.Line(a.WaitsFor)
		}
		say("Open actions", "%s, %s, %s, %s, priority %s, %s, %s%s", a.Ref, due, data.Line(a.Title), a.State, or(a.Priority, unsaid), ownerText(a), a.Stream, waits)
	}
	say("Questions", "%s open", counted(s.OpenQs, "question"))
}

// inWords spells out the signs of a share.
func inWords(text string) string {
	return strings.NewReplacer("–", " to ", " %", " percent", " (", ", ", ")", "").Replace(text)
}

// stop ends a sentence, unless it has an end.
func stop(text string) string {
	for _, end := range []string{".", "?", "!", "…", "。", "？"} {
		if strings.HasSuffix(text, end) {
			return text
		}
	}
	return text + "."
}

// spoken returns a value of several words without its hyphens.
func spoken[T ~string](value T) string { return strings.ReplaceAll(or(value, unsaid), "-", " ") }

func ownerText(a *data.Action) string {
	if a.Owner == "" {
		return unassigned
	}
	return "owner " + data.Line(a.Owner)
}

// dueWords says when a deadline is: that it has passed comes first.
func (s *situation) dueWords(due data.Time) string {
	switch {
	case !due.Known():
		return unsaid
	case !s.now.Before(due.End()):
		return fmt.Sprintf("overdue by %s, since %s", spanWords(s.now.Sub(due.End())), timeText(due, s.now))
	}
	return fmt.Sprintf("due in %s, %s", spanWords(due.End().Sub(s.now)), timeText(due, s.now))
}

// updatedWords is updatedText with its units spelled out.
func (s *situation) updatedWords(r *data.Workstream) string {
	text := "never"
	if at := r.Updated(); !at.IsZero() {
		text = spanWords(s.now.Sub(at)) + " ago"
	}
	if r.Stale(s.now) {
		text += ", promised every " + spanWords(r.Promise)
	}
	return text
}

// counted returns a number and what it counts; many is one with an s if it is not
// given.
func counted(n int, one string, many ...string) string {
	if n == 1 {
		return "1 " + one
	}
	return data.Digits(int64(n)) + " " + cmp.Or(strings.Join(many, ""), one+"s")
}

// spanWords returns a length of time as data.Span has it, its units spelled out.
func spanWords(d time.Duration) string {
	var parts []string
	for short, n := data.Span(d), 0; short != ""; {
		unit := ""
		fmt.Sscanf(short, "%d%1s", &n, &unit)
		parts = append(parts, counted(n, map[string]string{"d": "day", "h": "hour", "m": "minute"}[unit]))
		short = short[strings.Index(short, unit)+1:]
	}
	return strings.Join(parts, " ")
}

// spokenChange says in a sentence what an event did: when, who, to which item,
// from what and to what, and why.
func spokenChange(entry data.Entry, now time.Time) string {
	item := string(entry.Item())
	if entry.Name != "" {
		item += ", " + data.Line(entry.Name)
	}
	did := "changed " + item
	switch b := entry.Body.(type) {
	case data.Made:
		did = "added " + item + strings.TrimPrefix(data.Describe(b), "added")
	case data.Newer:
		did += ", " + data.Describe(b)
	case data.Unreadable:
		did = data.Describe(b)
	case data.Redacted:
		did = data.Describe(b) + ", about " + item
	case data.Changed:
		for _, c := range b.Changes {
			f := b.Ref.Spec().Field(c.Field)
			if f == nil {
				did += ", " + c.Newer()
				continue
			}
			did += fmt.Sprintf(", %s from %s to %s", strings.ToLower(f.Label), short(f, c.Was, now), short(f, c.Now, now))
		}
	}
	return stop(fmt.Sprintf("%s, %s %s%s", exactTime(entry.At, now), data.Line(string(entry.By)), did, because(entry.Body)))
}
