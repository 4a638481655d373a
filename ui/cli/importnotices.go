package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
)

// noticeSheet is what brings counts of notices.
var noticeSheet = sheetKind{
	kind: data.KindNotice,
	columns: func(im *importer, header []string) (*data.Columns, error) {
		return data.MapNoticeColumns(header, im.columns, im.defaults["channel"] != "")
	},
	row:    (*data.Columns).NoticeRow,
	header: []string{"REGION", "CHANNEL", "AS OF", "STANDING", "SOURCE", "COUNTED"},
	told: func(f map[string]string, now time.Time) []string {
		n, err := data.NoticeOf(data.Made{Of: data.KindNotice, Fields: f})
		if err != nil {
			return nil
		}
		return []string{string(n.Region), string(n.Channel), timeText(n.AsOf, now), or(n.Standing, unsaid), or(n.Source, unsaid), n.NumberWords()}
	},
}

func (e *env) importNotices() *cobra.Command {
	im := importer{env: e, kind: &noticeSheet}
	c := &cobra.Command{
		Use:   "notices FILE",
		Short: "Add counts of notices from a CSV file; - is standard input",
		Long: `notices reads a CSV file whose first line names the columns, one row for each region and
channel, and says what it would add, what it would skip and why, and what is wrong in
which line. With --yes it adds the counts, all of them or, if a line is wrong, none, and
prints their ids.

A row that was imported before is skipped. One with another number or another day is
another count: the latest stands.

Cells are separated by commas, semicolons or tabs; the text is UTF-8, at most 16 MB
and 10,000 rows. An empty cell is unknown, which is not 0. Nothing is guessed: a number
or a date that can be read in two ways is refused with its line and column.

Columns are known by these names; --map is for all others:

` + listed(data.NoticeSheetFields()) + `

For the channel these words are understood, in any case:

` + listed(data.ChannelWords()),
		Example: "warroom import notices mailing.csv --source S-4 --as-of 2024-08-20\nwarroom import notices mailing.csv --source S-4 --as-of 2024-08-20 --yes\n" +
			"warroom import notices - --channel post --map \"Letters=sent\" --dates dmy < letters.csv",
		Args: words(1, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return []cobra.Completion{"csv"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	file := readArg(c, 0)
	im.flags(c)
	wrote := e.fieldFlags(c, data.KindNotice, "channel", "as_of", "standing", "source")
	for _, key := range []string{"channel", "as-of", "standing", "source"} {
		c.Flags().Lookup(key).Usage = strings.ReplaceAll(key, "-", " ") + " of rows without one"
	}
	return e.command(e.writes(c), func(ctx context.Context, c *cobra.Command, args []string) error {
		im.defaults = wrote()
		return im.run(ctx, c, file(args).name())
	})
}
