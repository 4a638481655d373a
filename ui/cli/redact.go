package cli

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// longText is from how many characters on a masked text is looked for
// elsewhere in the log; shorter ones are in too many places.
const longText = 8

func (e *env) redactCommand() *cobra.Command {
	var why string
	c := e.command(e.writes(&cobra.Command{
		Use:   "redact SEQ...",
		Short: "Mask what people wrote in events; that they were there stays on record",
		Long: `redact masks the texts of events, for what must be forgotten. The log still says
that the events were recorded, by whom and when, who masked them and why, and it
still verifies. It cannot be undone. Other events that hold the same text are
named, not changed; backups and exports keep what they have.`,
		Example: "warroom redact 41 --why \"names a customer\"",
		Args:    words(1, -1),

		ValidArgsFunction: cobra.NoFileCompletions,
	}), func(ctx context.Context, c *cobra.Command, args []string) error {
		why = strings.TrimSpace(data.Line(why))
		if why == "" {
			return data.Misuse("a redaction needs a reason").WithHint(`add --why "…"`).OnBoard(":help redact says how to give it")
		}
		var seqs []int64
		for _, word := range args {
			seq, err := strconv.ParseInt(word, 10, 64)
			if err != nil || seq < 1 {
				return misused(c, "%q is no position of the log", cut(word)).WithHint("warroom log has it in its first column")
			}
			if !slices.Contains(seqs, seq) {
				seqs = append(seqs, seq)
			}
		}
		return e.with(ctx, func(s *store.View) error { return e.redact(ctx, s, seqs, why) })
	})
	c.Flags().StringVar(&why, "why", "", "the reason, which stays on record (required)")
	return c
}

// redact masks events, all of them or none.
func (e *env) redact(ctx context.Context, s *store.View, seqs []int64, why string) error {
	if err := e.role.Need(data.Redacting); err != nil {
		return err // before anything is read of the events
	}
	var bodies []data.Body
	var texts []string
	var told []string
	for _, seq := range seqs {
		event, err := s.Event(ctx, seq)
		if err != nil {
			return err
		}
		body, err := data.Redact(event, why)
		if err != nil {
			return err
		}
		lost, err := masks(event.Body, body)
		if err != nil {
			return err
		}
		bodies = append(bodies, body)
		texts = append(texts, lost...)
		told = append(told, "event "+strconv.FormatInt(seq, 10)+" ("+string(event.Ref)+"): "+maskedWords(len(lost)))
	}
	if _, err := e.record(ctx, s, bodies...); err != nil {
		return err
	}
	if err := e.recorded("%s", strings.Join(told, "\n")); err != nil {
		return err
	}
	if err := e.standsStill(ctx, s, texts); err != nil { // it is masked all the same
		e.say("whether the same text still stands in other events is not known: %s", data.Line(err.Error()))
	}
	e.copiesHold(ctx, s)
	return nil
}

// copiesHold names the copies beside the file that hold what was masked.
func (e *env) copiesHold(ctx context.Context, s *store.View) {
	copies, err := s.Copies(ctx)
	if err != nil {
		e.say("whether a copy beside the file still holds it is not known: %s", data.Line(err.Error()))
	}
	for _, c := range copies {
		if c.Holds {
			e.say("%s", copyWords(c))
		}
	}
}

func maskedWords(n int) string {
	switch n {
	case 0:
		return "held no text; the redaction is on record"
	case 1:
		return "1 text is masked"
	}
	return strconv.Itoa(n) + " texts are masked"
}

// standsStill names the events that hold one of the texts that were masked.
func (e *env) standsStill(ctx context.Context, s *store.View, texts []string) error {
	texts = slices.DeleteFunc(texts, func(t string) bool { return utf8.RuneCountInString(t) < longText })
	found := false
	for after := int64(0); len(texts) > 0; {
		page, err := s.Log(ctx, after, logPage)
		if err != nil {
			return err
		}
		if page.Upto == after {
			break
		}
		after = page.Upto
		for _, entry := range page.Entries {
			if holds(entry.Body, texts) {
				e.say("the same text still stands in event %d (%s)", entry.Seq, entry.Item())
				found = true
			}
		}
	}
	if found {
		e.hint("redact these as well if the text must go")
	}
	e.say("backups, exports and drafts made before this still hold what they held")
	return nil
}

// holds reports whether an event holds one of these texts.
func holds(b data.Body, texts []string) bool {
	return slices.ContainsFunc(said(b), func(said string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(said, t) })
	})
}

// masks returns the texts that a redaction masks in an event.
func masks(b data.Body, red data.Redacted) (lost []string, err error) {
	left, err := data.DecodeBody(red.Of, red.Body)
	if err != nil {
		return nil, err
	}
	before, after := said(b), said(left)
	for i, text := range before {
		if text != after[i] {
			lost = append(lost, text)
		}
	}
	return lost, nil
}

// said returns every value that an event holds, always in the same order.
func said(b data.Body) (all []string) {
	switch b := b.(type) {
	case data.Newer:
		all = append(all, string(b.Raw))
	case data.Made:
		for _, key := range slices.Sorted(maps.Keys(b.Fields)) {
			all = append(all, b.Fields[key])
		}
	case data.Changed:
		all = append(all, b.Why)
		for _, c := range b.Changes {
			all = append(all, c.Was, c.Now)
		}
	case data.Redacted:
		all = append(all, b.Why)
	}
	return all
}
