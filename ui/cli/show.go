package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) showCommand() *cobra.Command {
	var asJSON bool
	c := e.command(&cobra.Command{
		Use:   "show ID",
		Short: "Show all that is known of one item, or of one figure",
		Long: `show prints every field of an item, and in words also the last 100 events of its
history; warroom log --of ID prints them all.

An ID looks like A-12, Q-3, europe, names, notification or incident. The cell of a
figure, such as europe/addresses or all/all, shows what stands there and every
claim about it.`,
		Example:           "warroom show A-1\nwarroom show incident --json\nwarroom show europe/all",
		Args:              words(1, 1),
		ValidArgsFunction: e.completeIDs,
	}, func(ctx context.Context, _ *cobra.Command, args []string) error {
		return e.with(ctx, func(s *store.View) error {
			if strings.Contains(args[0], "/") {
				return e.showCell(ctx, s, args[0], asJSON)
			}
			return e.showItem(ctx, s, args[0], asJSON)
		})
	})
	jsonFlag(c, &asJSON)
	return c
}

// showHistory is how many events of an item show prints.
const showHistory = 100

func (e *env) showItem(ctx context.Context, s *store.View, id string, asJSON bool) error {
	item, err := e.item(ctx, s, id)
	if err != nil {
		return err
	}
	if asJSON {
		return e.print(func(w io.Writer) { writeJSON(w, flat(item)) })
	}
	history, earlier, damage := s.RecentHistory(ctx, item.Info().Ref, showHistory)
	if damage != nil && history == nil {
		return damage
	}
	if err := e.print(func(w io.Writer) { printItem(w, item, history, earlier, e.now()) }); err != nil {
		return err
	}
	return damage
}

// item returns the item with an id that a person wrote.
func (e *env) item(ctx context.Context, s *store.View, id string) (data.Entity, error) {
	ref, err := data.ParseRef(id)
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, ref)
}

// printItem prints an item to people, with the end of its history. Earlier is how
// many events are before that.
func printItem(w io.Writer, item data.Entity, history []data.Event, earlier int, now time.Time) {
	m, spec := item.Info(), data.SpecOf(item.Kind())
	sentence(w, "%s %s: %s", strings.ToLower(spec.Label), m.Ref, or(data.FirstLine(item.Name()), "title "+unsaid))
	width := 0
	for _, f := range spec.Fields {
		width = max(width, ansi.StringWidth(f.Label))
	}
	for _, f := range spec.Fields {
		if !f.Internal && f.Applies(item) {
			printField(w, pad(strings.ToLower(f.Label), width), fieldText(f, f.Get(item), now))
		}
	}
	fmt.Fprintf(w, "made by %s, %s, event %d\n", m.MadeBy, exactTime(m.MadeAt, now), m.MadeSeq)
	if m.Changed() {
		fmt.Fprintf(w, "changed by %s, %s, event %d\n", m.ChangedBy, exactTime(m.ChangedAt, now), m.ChangedSeq)
	}
	if len(history) < 2 {
		return
	}
	if earlier > 0 {
		fmt.Fprintf(w, "history, the last %d events of %s, oldest first; warroom log --of %s prints all:\n", len(history), data.Digits(int64(earlier+len(history))), m.Ref)
	} else {
		fmt.Fprintln(w, "history, oldest first:")
	}
	for _, e := range history {
		sentence(w, "  event %d, %s, %s: %s", e.Seq, exactTime(e.At, now), e.By, did(e.Body, now))
	}
}

// printField prints a label and a value that may have several lines.
func printField(w io.Writer, label, value string) {
	indent := strings.Repeat(" ", ansi.StringWidth(label)+2)
	value = wrap(value, lineWidth-len(indent))
	fmt.Fprintf(w, "%s  %s\n", label, strings.ReplaceAll(value, "\n", "\n"+indent))
}
