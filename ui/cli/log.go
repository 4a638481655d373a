package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
)

// logPage is how many events are read at once.
const logPage = 1000

// A logRequest is what a person wants to see of the log.
type logRequest struct {
	follow, asJSON bool
	since, of      string
	limit          int
	mark           bool
	seen           data.Seen // with --since last
	book           ui.Seen   // so
}

// sinceLast is what --since takes for how far the person has looked.
const sinceLast = "last"

func (e *env) logCommand() *cobra.Command {
	var r logRequest
	c := e.command(&cobra.Command{
		Use:   "log",
		Short: "Show what was recorded: who, when, what it was, what it became, why",
		Long: `log prints the events in the order in which they were recorded.

--since takes a position (events after it), a moment, a day, or how long ago:
41, 2024-08-15T09:00:00Z, 2024-08-15, today, 2h; friday is the last one, and
09:00 is when clocks last showed it. --since last is since you last said that
you have seen it all, with --mark or with c on the board; who looks for the
first time has seen what is there. With --json it is an array, and with
--follow as well one object a line, as it happens. Entries about private notes are
left out for those who may not read these notes; standard error says how many.`,
		Example: "warroom log --limit 20\nwarroom log --since 2h\nwarroom log --since last --mark\nwarroom log --of A-12 --json\nwarroom log --follow --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, c *cobra.Command, _ []string) error {
		if c.Flags().Changed("limit") && r.limit < 1 {
			return misused(c, "the flag --limit cannot be %q", strconv.Itoa(r.limit))
		}
		if r.mark && (r.since != sinceLast || r.of != "" || r.limit > 0 || r.follow) {
			return misused(c, "the flag --mark goes with --since last alone: what is not printed cannot count as seen")
		}
		return e.with(ctx, func(s *store.View) error { return e.log(ctx, s, r) })
	})
	f := c.Flags()
	f.BoolVar(&r.follow, "follow", false, "go on with what is recorded from now on, until ctrl+c")
	f.StringVar(&r.since, "since", "", "only events after this position, since this time, or since the last look")
	f.BoolVar(&r.mark, "mark", false, "what is printed counts as seen, with --since last")
	f.StringVar(&r.of, "of", "", "only events about this item")
	f.IntVar(&r.limit, "limit", 0, "only the last so many")
	jsonFlag(c, &r.asJSON)
	c.RegisterFlagCompletionFunc("of", e.completeIDs)
	c.RegisterFlagCompletionFunc("since", cobra.FixedCompletions([]cobra.Completion{sinceLast, "today", "2h"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// log prints the log as far as r asks for it.
func (e *env) log(ctx context.Context, s *store.View, r logRequest) error {
	after, err := e.after(ctx, s, &r)
	if err != nil {
		return err
	}
	l := &logPrinter{env: e, view: s, at: after, ask: r}
	if r.of != "" {
		item, err := e.item(ctx, s, r.of)
		if err != nil {
			return err
		}
		l.only = item.Info().Ref
	}
	var changed <-chan struct{}
	if r.follow {
		var cancel context.CancelFunc
		ctx, cancel = untilReaderGoes(ctx, e.out)
		defer cancel()
		changed = s.Watch(ctx) // before the first look, to miss nothing
	}
	err = l.begin(ctx)
	l.tellLeft()
	defer l.tellLeft() // what came with --follow
	for err == nil && r.follow {
		select {
		case <-ctx.Done():
			return l.damage
		case <-changed:
			err = l.rest(ctx)
		}
	}
	if r.follow && ctx.Err() != nil {
		return l.damage
	}
	if err == nil && r.asJSON {
		err = l.end()
	}
	err = cmp.Or(err, l.damage)
	if err == nil && r.since == sinceLast {
		return l.looked()
	}
	return err
}

// tellLeft says how many entries were left out since it last said so. Of one item none
// are: who may not read it is not shown its log.
func (l *logPrinter) tellLeft() {
	if l.left > 0 && l.only == "" {
		l.say("left out: %s; it takes the role %s to read private notes", counted(l.left, "private entry", "private entries"), data.ReadingPrivate.Role())
		l.hid = true
	}
	l.left = 0
}

// after returns the position after which a person wants to see the log.
func (e *env) after(ctx context.Context, s *store.View, r *logRequest) (int64, error) {
	if r.since != sinceLast {
		return e.since(ctx, s, r.since)
	}
	var err error
	if r.book, err = e.book(ctx, s); err != nil {
		return 0, err
	}
	last, err := r.book.Last()
	if err != nil {
		return 0, err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return 0, err
	}
	r.seen, err = r.book.Begin(last, head.Seq, e.now())
	return r.seen.Seq, err
}

// looked says what there is to say of what was printed since the last look, and
// counts it as seen if the person wants that.
func (l *logPrinter) looked() error {
	now := l.now()
	switch {
	case l.ask.seen.First:
		l.say("you look for the first time: what is recorded from now on will be new")
		return nil
	case l.printed == 0 && l.hid:
		l.say("nothing that you may read was recorded since you looked, %s", exactTime(l.ask.seen.At, now))
	case l.printed == 0:
		l.say("nothing was recorded since you looked, %s", exactTime(l.ask.seen.At, now))
	}
	if !l.ask.mark {
		return nil
	}
	if err := l.ask.book.Mark(l.at, now); err != nil {
		return err
	}
	l.say("seen up to event %d, %s", l.at, exactTime(now, now))
	return nil
}

// since returns the position of the log that a person named, by itself or by a
// time.
func (e *env) since(ctx context.Context, s *store.View, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if seq, err := strconv.ParseInt(text, 10, 64); err == nil && seq >= 0 {
		return seq, nil
	}
	now := e.now()
	from, err := sinceWhen(text, now)
	if err != nil {
		return 0, err
	}
	e.say("since %s", exactTime(from, now))
	return s.SeqAt(ctx, from)
}

// sinceWhen reads since when; a span is how long ago, a day begins where the
// person is.
func sinceWhen(text string, now time.Time) (time.Time, error) {
	if span, err := data.ParseDuration(text); err == nil {
		return now.Add(-span.Abs()), nil
	}
	t, err := data.ParsePast(text, now)
	switch {
	case err != nil && !strings.HasSuffix(err.Error(), " is no time"):
		return time.Time{}, err
	case err != nil:
		return time.Time{}, data.Refuse("%q is neither a position of the log nor a time", cut(text)).
			WithHint("write 41, last, 2h, 3d, today, 2024-08-15 or 2024-08-15T09:00:00Z")
	case t.Begins(now):
		return time.Time{}, data.Refuse("nothing was recorded since %s, which has not come", t.Words())
	case t.Prec != data.Exact:
		return time.Date(t.At.Year(), t.At.Month(), t.At.Day(), 0, 0, 0, 0, now.Location()), nil
	}
	return t.At, nil
}

// A logPrinter prints the log from where it stands.
type logPrinter struct {
	*env
	view    *store.View
	ask     logRequest
	only    data.Ref // of one item, or "" for all
	at      int64    // the last event that was looked at
	printed int
	left    int   // how many entries were left out, because they are not for this person
	hid     bool  // some were, and it was said
	damage  error // of the first event that could not be read
}

// begin prints what is there already.
func (l *logPrinter) begin(ctx context.Context) error {
	switch {
	case l.ask.limit == 0:
		return l.rest(ctx)
	case l.only == "":
		return l.last(ctx)
	}
	// What is wanted is known only when all was seen.
	var last []data.Entry
	err := l.pages(ctx, func(page []data.Entry) error {
		last = append(last, page...)
		last = slices.Clone(last[max(len(last)-l.ask.limit, 0):])
		return nil
	})
	if err != nil {
		return err
	}
	return l.entries(last)
}

// last prints the last events. For each that is left out it reads further back.
func (l *logPrinter) last(ctx context.Context) error {
	begin := l.at
	page, err := l.view.Log(ctx, begin, -l.ask.limit)
	if err != nil {
		return err
	}
	all := page.Entries
	l.at, l.left = page.Upto, page.Left
	for len(all) < l.ask.limit && page.From > begin {
		from := max(page.From-logPage, begin)
		if page, err = l.view.Log(ctx, from, int(page.From-from)); err != nil {
			return err
		}
		all = append(page.Entries, all...)
		l.left += page.Left
	}
	if n := len(all) - l.ask.limit; n > 0 {
		all = all[n:]
		l.left = int(l.at-all[0].Seq) + 1 - len(all)
	}
	return l.entries(all)
}

// rest prints what follows.
func (l *logPrinter) rest(ctx context.Context) error { return l.pages(ctx, l.entries) }

// pages calls do with all that follows and is wanted, page by page.
func (l *logPrinter) pages(ctx context.Context, do func([]data.Entry) error) error {
	for {
		page, err := l.view.Log(ctx, l.at, logPage)
		if err != nil || page.Upto == l.at {
			return err
		}
		l.at, l.left = page.Upto, l.left+page.Left
		wanted := slices.DeleteFunc(page.Entries, func(e data.Entry) bool { return l.only != "" && e.Item() != l.only })
		if err := do(wanted); err != nil {
			return err
		}
	}
}

// entries prints entries, as words or as JSON.
func (l *logPrinter) entries(entries []data.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	l.at = max(l.at, entries[len(entries)-1].Seq)
	now := l.now()
	l.damage = cmp.Or(l.damage, damage(entries))
	return l.print(func(w io.Writer) {
		for _, e := range entries {
			switch {
			case !l.ask.asJSON:
				l.line(w, e, now)
			case l.ask.follow:
				fmt.Fprintln(w, entryJSON(e))
			case l.printed == 0:
				fmt.Fprintf(w, "[\n%s", entryJSON(e))
			default:
				fmt.Fprintf(w, ",\n%s", entryJSON(e))
			}
			l.printed++
		}
	})
}

// end closes the array that JSON is without --follow.
func (l *logPrinter) end() error {
	return l.print(func(w io.Writer) {
		if l.printed == 0 {
			io.WriteString(w, "[")
		}
		io.WriteString(w, "\n]\n")
	})
}

// line prints an entry to people. The columns have fixed widths: what comes
// next is not known yet.
func (l *logPrinter) line(w io.Writer, e data.Entry, now time.Time) {
	if l.printed == 0 {
		fmt.Fprintf(w, "%5s  %s  %s  %s  WHAT\n", "EVENT", pad("RECORDED", len(exactTime(e.At, now))), pad("BY", 10), pad("ITEM", 16))
	}
	name := ""
	if e.Name != "" {
		name = " (" + e.Name + ")"
	}
	if b, ok := e.Body.(data.Made); ok && !data.IsNewer(b) {
		name = ": " + e.Name
	}
	fmt.Fprintf(w, "%5d  %s  %s  %s  %s%s\n", e.Seq, exactTime(e.At, now), pad(string(e.By), 10), pad(string(e.Item()), 16), did(e.Body, now), name)
}

// damage returns the error of the first of entries that cannot be read, or nil.
func damage(entries []data.Entry) error {
	for _, e := range entries {
		if err := data.Damage([]data.Event{e.Event}); err != nil {
			return err
		}
	}
	return nil
}
