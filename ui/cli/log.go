package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
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
--follow as well one object a line, as it happens.`,
		Example: "warroom log --limit 20\nwarroom log --since 2h\nwarroom log --since last --mark\nwarroom log --of A-12 --json\nwarroom log --follow --json",
		Args:    words(0, 0),
	}, func(ctx context.Context, c *cobra.Command, _ []string) error {
		if c.Flags().Changed("limit") && r.limit < 1 {
			return misused(c, "the flag --limit cannot be %q", strconv.Itoa(r.limit))
		}
		if r.mark && (r.since != sinceLast || r.of != "" || r.limit > 0 || r.follow) {
			return misused(c, "the flag --mark goes with --since last alone: what is not printed cannot count as seen")
		}
		return e.with(ctx, func(s *store.Store) error { return e.log(ctx, s, r) })
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
func (e *env) log(ctx context.Context, s *store.Store, r logRequest) error {
	after, err := e.after(ctx, s, &r)
	if err != nil {
		return err
	}
	l := &logPrinter{env: e, store: s, at: after, ask: r}
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

// after returns the position after which a person wants to see the log.
func (e *env) after(ctx context.Context, s *store.Store, r *logRequest) (int64, error) {
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
func (e *env) since(ctx context.Context, s *store.Store, text string) (int64, error) {
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
	store   *store.Store
	ask     logRequest
	only    data.Ref // of one item, or "" for all
	at      int64    // the last event that was looked at
	printed int
	damage  error // of the first event that could not be read
}

// begin prints what is there already.
func (l *logPrinter) begin(ctx context.Context) error {
	if l.only == "" && l.ask.limit > 0 && l.role.Has(data.ReadingPrivate) {
		entries, err := l.store.Log(ctx, l.at, -l.ask.limit)
		if err != nil {
			return err
		}
		return l.entries(entries)
	}
	if l.ask.limit == 0 {
		return l.rest(ctx)
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

// rest prints what follows.
func (l *logPrinter) rest(ctx context.Context) error { return l.pages(ctx, l.entries) }

// pages calls do with all that follows and is wanted, page by page.
func (l *logPrinter) pages(ctx context.Context, do func([]data.Entry) error) error {
	for {
		page, err := l.store.Log(ctx, l.at, logPage)
		if err != nil || len(page) == 0 {
			return err
		}
		l.at = page[len(page)-1].Seq
		wanted := slices.DeleteFunc(slices.Clone(page), func(e data.Entry) bool {
			return l.hides(e) || l.only != "" && e.Item() != l.only
		})
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
			e.Event = e.Readable(l.role)
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

// entryJSON returns an entry as one line of JSON: its place in the log, who and
// when, the item under "id", and what happened to its fields.
func entryJSON(e data.Entry) string {
	o := object{{"seq", e.Seq}, {"event", e.ID}, {"at", recordedAt(e)}, {"by", e.By},
		{"kind", e.Body.Kind()}, {"id", e.Item()}, {"name", known(e.Name)}}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(append(o, bodyJSON(e)...)); err != nil {
		return "null" // only if a value cannot be JSON, and all are texts and numbers
	}
	return strings.TrimRight(b.String(), "\n")
}

// recordedAt returns when an event was recorded as JSON has it.
func recordedAt(e data.Entry) *string {
	if e.At.IsZero() { // it cannot be read
		return nil
	}
	at := e.At.UTC().Format(time.RFC3339Nano)
	return &at
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

// bodyJSON returns what is special to a kind of event.
func bodyJSON(e data.Entry) object {
	switch b := e.Body.(type) {
	case data.Made:
		fields := object{}
		for _, f := range fieldsOf(b.Of) {
			if v, ok := b.Fields[f.Key]; ok {
				fields = append(fields, member{f.Key, cleanValue(f, v)})
			}
		}
		for _, key := range data.NewerFields(b) {
			fields = append(fields, member{data.Line(key), cleanValue(nil, b.Fields[key])})
		}
		return object{{"fields", fields}, {"act", known(data.Line(b.Act))}}
	case data.Changed:
		return object{{"changes", changesJSON(b)}, {"why", known(data.Line(b.Why))}, {"undoes", position(b.Undoes)}, {"act", known(data.Line(b.Act))}}
	case data.Newer:
		return object{{"body", data.Clean(string(b.Raw), true)}}
	case data.Redacted:
		return object{{"redacted", b.Event}, {"why", known(data.Line(b.Why))}}
	}
	return nil
}

// changesJSON returns what a change did to each field.
func changesJSON(b data.Changed) []object {
	changes := []object{}
	for _, c := range b.Changes {
		f := b.Ref.Spec().Field(c.Field)
		changes = append(changes, object{{"field", data.Line(c.Field)}, {"was", cleanValue(f, c.Was)}, {"now", cleanValue(f, c.Now)}})
	}
	return changes
}

// cleanValue returns a stored value as JSON has it; the field is nil if this warroom
// does not know it.
func cleanValue(f *data.Field, stored string) any {
	stored = data.Clean(stored, true)
	if f == nil {
		return known(stored)
	}
	return f.Value(stored)
}

// position returns a position of the log as JSON has it: 0 is none.
func position(seq int64) *int64 {
	if seq == 0 {
		return nil
	}
	return &seq
}

// fieldsOf returns the fields of a kind: none of one that this warroom does not know.
func fieldsOf(k data.Kind) []*data.Field {
	if spec := data.SpecOf(k); spec != nil {
		return spec.Fields
	}
	return nil
}
