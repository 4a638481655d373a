package cli

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

// findLimit is how many items find prints if nothing is said.
const findLimit = 50

func (e *env) findCommand() *cobra.Command {
	var asJSON bool
	limit := findLimit
	c := &cobra.Command{
		Use:   "find TEXT...",
		Short: "Find items by what stands in them: ids, titles, texts, names of people",
		Long: `find prints the items in whose texts all the words stand, as parts of words too
and without regard to case: the item with this id first, then what is open
before what is closed, then the newest.

Where a word does not stand in what the item is called, the line that it stands
in follows. If nothing is found, the exit status is 1.`,
		Example: "warroom find provider logs\nwarroom find 東京 --json\nwarroom find A-12 --limit 5",
		Args:    words(1, -1),
	}
	c.Flags().IntVar(&limit, "limit", findLimit, "at most so many")
	jsonFlag(c, &asJSON)
	return e.command(c, func(ctx context.Context, c *cobra.Command, args []string) error {
		if limit < 1 {
			return misused(c, "the flag --limit cannot be %q", strconv.Itoa(limit))
		}
		return e.with(ctx, func(s *store.View) error { return e.find(ctx, s, strings.Join(args, " "), limit, asJSON) })
	})
}

func (e *env) find(ctx context.Context, s *store.View, text string, limit int, asJSON bool) error {
	found, err := s.Search(ctx, text, limit)
	if err != nil {
		return err
	}
	if asJSON {
		told := make([]object, 0, len(found))
		for _, f := range found {
			told = append(told, object{{"id", f.Ref}, {"type", f.Kind}, {"name", known(f.Name)}, {"line", known(f.Line)},
				{"closed", f.Closed}, {"private", f.Private}})
		}
		err = e.print(func(w io.Writer) { writeJSON(w, told) })
	} else if len(found) > 0 {
		rows := [][]string{{"ID", "KIND", "NAME"}}
		for _, f := range found {
			rows = append(rows, []string{string(f.Ref), string(f.Kind), foundText(f, text)})
		}
		err = e.rows(rows, "items")
	}
	if err != nil || len(found) > 0 {
		return err
	}
	n, err := s.Items(ctx)
	if err != nil {
		return err
	}
	return data.Refuse("nothing found for %q: %d items searched", cut(text), n)
}

// foundText returns what an item is called, and the line where a word stands if
// that is another one.
func foundText(f data.Found, text string) string {
	name := or(data.FirstLine(f.Name), unsaid)
	folded := data.Fold(f.Name)
	inName := !slices.ContainsFunc(data.SearchWords(text), func(w string) bool { return !strings.Contains(folded, w) })
	if inName || f.Line == "" || strings.HasPrefix(f.Name, strings.TrimSuffix(f.Line, "…")) {
		return name
	}
	return cut(name) + " · " + f.Line
}
