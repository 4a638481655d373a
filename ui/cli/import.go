package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/store"
)

func (e *env) importActions() *cobra.Command {
	im := importer{env: e, kind: &actionSheet}
	c := &cobra.Command{
		Use:   "actions FILE",
		Short: "Add the actions of another tracker from a CSV file; - is standard input",
		Long:  importLong(),
		Example: "warroom import actions jira.csv --stream remediation\nwarroom import actions jira.csv --stream remediation --yes\n" +
			"warroom import actions - --map \"Area=stream\" --map \"Notes=-\" --dates dmy < tasks.csv",
		Args: words(1, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return []cobra.Completion{"csv"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	file := readArg(c, 0)
	im.flags(c)
	c.Flags().StringVar(&im.stream, "stream", "", "the workstream of rows without one: "+strings.Join(data.StreamKeys, ", "))
	c.RegisterFlagCompletionFunc("stream", cobra.FixedCompletions(data.StreamKeys, cobra.ShellCompDirectiveNoFileComp))
	return e.command(e.writes(c), func(ctx context.Context, c *cobra.Command, args []string) error {
		return im.run(ctx, c, file(args).name())
	})
}

// flags gives a command the flags that every import has.
func (im *importer) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&im.columns, "map", nil, "what a column is: `COLUMN=FIELD`, - for nothing; may be repeated")
	c.Flags().StringVar(&im.dates, "dates", "", "what comes first in 03/04/2024: "+data.DayFirst+" or "+data.MonthFirst)
	c.Flags().BoolVar(&im.yes, "yes", false, "add them; without it nothing is changed")
	c.RegisterFlagCompletionFunc("dates", cobra.FixedCompletions([]string{data.DayFirst, data.MonthFirst}, cobra.ShellCompDirectiveNoFileComp))
}

// importLong is the help of import actions: its words come from the tables by
// which it reads.
func importLong() string {
	states, priorities, owners := data.SheetWords()
	list := listed
	return `actions reads a CSV file whose first line names the columns, and says what it would
add, what it would skip and why, and what is wrong in which line. With --yes it adds
the actions, all of them or, if a line is wrong, none, and prints their ids.

A row is known by what its tracker calls it (the column key), else by its title,
workstream and link. One that was imported before is skipped, also if it differs
now: what was done with the action here is not overwritten. A row without a link
keeps its key there.

Cells are separated by commas, semicolons or tabs, which a line sep=; before the
first can say; the text is UTF-8, at most 16 MB, 200 columns and 10,000 rows. A year
of two digits is one of this century. Nothing is guessed: a word or a date that can be read in two ways is
refused with its line and column.

Columns are known by these names; --map is for all others:

` + list(data.SheetFields()) + `

For the state these words are understood, in any case:

` + list(states) + `

For the priority:

` + list(priorities) + `

For the owner:

` + list(owners)
}

// listed returns what is understood for each of our words, a paragraph each.
func listed(all [][2]string) string {
	var lines []string
	for _, l := range all {
		lines = append(lines, l[0]+": "+l[1])
	}
	return strings.Join(lines, "\n\n")
}

// A sheetKind is what a sheet can bring.
type sheetKind struct {
	kind    data.Kind
	columns func(im *importer, header []string) (*data.Columns, error)
	row     func(c *data.Columns, cells []string, opts data.SheetOptions) (data.SheetRow, []data.CellError)
	header  []string // of what is told of each row that is to be added, behind its line
	told    func(fields map[string]string, now time.Time) []string
}

// actionSheet is what brings actions.
var actionSheet = sheetKind{
	kind:    data.KindAction,
	columns: func(im *importer, header []string) (*data.Columns, error) { return data.MapColumns(header, im.columns) },
	row:     (*data.Columns).Row,
	header:  []string{"STATE", "PRIORITY", "OWNER", "DUE", "WORKSTREAM", "TITLE"},
	told: func(f map[string]string, now time.Time) []string {
		due := "no deadline"
		if f["due"] != "" {
			due = fieldText(data.SpecOf(data.KindAction).Field("due"), f["due"], now)
		}
		return []string{or(f["state"], string(data.Open)), or(f["priority"], unsaid), or(f["owner"], unassigned), due, f["stream"], data.Line(f["title"])}
	},
}

// one is what a row of the sheet brings.
func (k *sheetKind) one() string { return strings.ToLower(data.SpecOf(k.kind).Label) }

// An importer is one run of an import.
type importer struct {
	env           *env
	kind          *sheetKind
	columns       []string
	stream, dates string
	defaults      map[string]string // of other fields of such rows
	yes           bool

	mapped  *data.Columns
	add     []plannedRow
	skipped []toldLine
	wrong   []toldLine
	hints   []string // those that were given: each is given once
}

// A toldLine says why a line is skipped, or what is wrong in it.
type toldLine struct {
	line int
	text string
}

type plannedRow struct {
	line int
	id   string
	body data.Body
}

func (im *importer) run(ctx context.Context, c *cobra.Command, path string) error {
	switch {
	case im.dates != "" && im.dates != data.DayFirst && im.dates != data.MonthFirst:
		return misused(c, "the flag --dates cannot be %q", cut(im.dates)).WithHint("one of: %s, %s", data.DayFirst, data.MonthFirst)
	case im.stream != "" && !slices.Contains(data.StreamKeys, im.stream):
		return misused(c, "the flag --stream cannot be %q", cut(im.stream)).WithHint("one of: %s", strings.Join(data.StreamKeys, ", "))
	}
	if err := im.env.role.Need(data.Importing); err != nil {
		return err
	}
	src, err := im.read(ctx, path)
	if err != nil {
		return err
	}
	s, err := readSheet(src)
	if err == nil {
		im.mapped, err = im.kind.columns(im, s.header)
	}
	if err != nil {
		return inSheet(path, err)
	}
	return im.env.with(ctx, func(st *store.View) error {
		if err := im.plan(ctx, st, s); err != nil {
			return err
		}
		return im.carryOut(ctx, st, path)
	})
}

// inSheet names the file that an error is about.
func inSheet(path string, err error) error {
	var ours *data.Error
	if !errors.As(err, &ours) || ours.Class == data.Usage {
		return err
	}
	told := *ours
	told.What = sheetName(path) + ": " + told.What
	return &told
}

func sheetName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return data.Line(path)
}

// read reads the file, or standard input.
func (im *importer) read(ctx context.Context, path string) ([]byte, error) {
	tooLong := data.Refuse("%s: it is larger than 16 MB", sheetName(path)).WithHint("import it in parts")
	if path == "-" {
		src, err := im.env.stdin(ctx, maxSheet)
		if errors.Is(err, errTooLong) {
			return nil, tooLong
		}
		return src, err
	}
	f, err := os.Open(path)
	var src []byte
	if err == nil {
		defer f.Close()
		src, err = io.ReadAll(io.LimitReader(f, maxSheet+1))
	}
	var at *os.PathError
	switch {
	case errors.As(err, &at):
		return nil, data.Refuse("%s cannot be read: %v", data.Line(path), at.Err)
	case err != nil:
		return nil, err
	case len(src) > maxSheet:
		return nil, tooLong
	}
	return src, nil
}

// plan finds out what is to be done with each row.
func (im *importer) plan(ctx context.Context, st *store.View, s *sheet) error {
	opts, err := im.options(ctx, st)
	if err != nil {
		return err
	}
	var rows []plannedRow
	first := map[string]plannedRow{}
	for _, l := range s.rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !slices.ContainsFunc(l.cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			im.skip(l.line, "it is empty")
			continue
		}
		if len(l.cells) != len(s.header) {
			im.fault(l.line, "", data.Refuse("it has %d cells, and the header has %d", len(l.cells), len(s.header)))
			continue
		}
		row, wrong := im.kind.row(im.mapped, l.cells, opts)
		for _, w := range wrong {
			im.fault(l.line, w.Column, w.Err)
		}
		if len(wrong) > 0 {
			continue
		}
		p := plannedRow{l.line, st.StableID("import/" + string(im.kind.kind) + "/" + row.Name), row.Body}
		switch twin, ok := first[row.About]; {
		case !ok:
			first[row.About] = p
			rows = append(rows, p)
		case same(twin.body, p.body):
			im.skip(l.line, fmt.Sprintf("it says the same as line %d", twin.line))
		default:
			im.fault(l.line, "", data.Refuse("it is the same %s as line %d, and says something else", im.kind.one(), twin.line))
		}
	}
	return im.split(ctx, st, rows)
}

// options returns how cells are to be understood.
func (im *importer) options(ctx context.Context, st *store.View) (data.SheetOptions, error) {
	opts := data.SheetOptions{Stream: im.stream, Dates: im.dates, Now: im.env.now(), Streams: map[string]string{}, Regions: map[string]string{}, Defaults: im.defaults}
	for kind, keys := range map[data.Kind]map[string]string{data.KindWorkstream: opts.Streams, data.KindRegion: opts.Regions} {
		items, err := st.List(ctx, kind)
		if err != nil {
			return opts, err
		}
		for _, item := range items {
			keys[item.Name()] = string(item.Info().Ref)
		}
	}
	opts.Source = func(ref data.Ref) error {
		item, err := st.Get(ctx, ref)
		if err == nil && item.Kind() != data.KindSource {
			err = data.Refuse("%s is no source", ref)
		}
		return err
	}
	return opts, nil
}

// split parts the rows that are there already from those to be added.
func (im *importer) split(ctx context.Context, st *store.View, rows []plannedRow) error {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	known, err := st.Known(ctx, ids)
	if err != nil {
		return err
	}
	dropped, err := droppedActions(ctx, st, len(known) > 0)
	if err != nil {
		return err
	}
	for _, r := range rows {
		there, ok := known[r.id]
		switch {
		case !ok:
			im.add = append(im.add, r)
		case same(r.body, there.Body) || same(data.MaskBody(r.body), there.Body):
			im.skip(r.line, "it is there already: "+string(there.Ref)+dropped[there.Ref])
		default:
			im.skip(r.line, "was imported before and differs; "+string(there.Ref)+dropped[there.Ref]+" is not changed")
		}
	}
	return nil
}

// droppedActions returns what there is to be said beside actions that are dropped.
func droppedActions(ctx context.Context, st *store.View, wanted bool) (map[data.Ref]string, error) {
	if !wanted {
		return nil, nil
	}
	said := map[data.Ref]string{}
	all, err := st.List(ctx, data.KindAction)
	for _, item := range all {
		if a := item.(*data.Action); a.State == data.Dropped {
			said[a.Ref] = " (dropped)"
		}
	}
	return said, err
}

// same reports whether two bodies make the same item, whatever a redaction left
// of the second.
func same(a, b data.Body) bool {
	x, ok := a.(data.Made)
	y, too := b.(data.Made)
	if !ok || !too || x.Of != y.Of || len(x.Fields) != len(y.Fields) {
		return false
	}
	for key, v := range x.Fields {
		if w, ok := y.Fields[key]; !ok || w != v && w != data.Mask {
			return false
		}
	}
	return true
}

func (im *importer) skip(line int, why string) {
	im.skipped = append(im.skipped, toldLine{line, fmt.Sprintf("line %d: %s", line, why)})
}

// fault notes what is wrong in a line.
func (im *importer) fault(line int, column string, err error) {
	where := fmt.Sprintf("line %d", line)
	if column != "" {
		where += ", " + column
	}
	what := where + ": " + data.Line(err.Error())
	if hint := data.HintOf(err); hint != "" && !slices.Contains(im.hints, hint) {
		im.hints = append(im.hints, hint)
		what += " (" + data.Line(hint) + ")"
	}
	im.wrong = append(im.wrong, toldLine{line, what})
}
