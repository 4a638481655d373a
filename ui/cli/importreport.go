package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"warroom/data"
	"warroom/store"
)

// carryOut adds what is to be added if that is wanted and nothing is wrong;
// otherwise it says what there would be to do.
func (im *importer) carryOut(ctx context.Context, st *store.View, path string) error {
	e := im.env
	if !im.yes || len(im.wrong) > 0 {
		bodies := make([]data.Body, len(im.add))
		for i, r := range im.add {
			bodies[i] = r.body
		}
		if err := im.report(e.guard(bodies)); err != nil {
			return err
		}
		return im.outcome(path)
	}
	if len(im.add) == 0 {
		im.saySkipped()
		e.say("nothing to add: %s", im.skippedWords())
		return nil
	}
	var ids []string
	var bodies []data.Body
	for _, r := range im.add {
		ids, bodies = append(ids, r.id), append(bodies, r.body)
	}
	events, err := e.recordAs(ctx, st, ids, bodies)
	if err != nil {
		return err
	}
	var refs []string
	for _, event := range events {
		refs = append(refs, string(event.Ref))
	}
	im.saySkipped()
	e.say("added %s; %s", counted(len(events), im.kind.one()), im.skippedWords())
	return e.recorded("%s", strings.Join(refs, "\n"))
}

// report prints what there is to do.
func (im *importer) report(bodies []data.Body) error {
	e, now := im.env, im.env.now()
	rows := [][]string{append([]string{"LINE"}, im.kind.header...)}
	for i, b := range bodies {
		rows = append(rows, append([]string{fmt.Sprint(im.add[i].line)}, im.kind.told(b.(data.Made).Fields, now)...))
	}
	taken, left := im.mapped.Taken()
	return e.print(func(w io.Writer) {
		sentence(w, "columns: %s", strings.Join(taken, ", "))
		if len(left) > 0 {
			sentence(w, "not taken: %s", strings.Join(left, ", "))
		}
		if len(im.add) > 0 {
			fmt.Fprintf(w, "\nto be added: %s\n\n", counted(len(im.add), im.kind.one()))
			columns(w, rows)
		}
		for _, part := range []struct {
			name  string
			lines []toldLine
		}{{"skipped", im.skipped}, {"wrong", im.wrong}} {
			if len(part.lines) > 0 {
				fmt.Fprintf(w, "\n%s:\n\n", part.name)
				printLines(w, part.lines)
			}
		}
	})
}

// printLines prints what is said of lines, in their order.
func printLines(w io.Writer, lines []toldLine) {
	slices.SortStableFunc(lines, func(a, b toldLine) int { return a.line - b.line })
	for _, l := range lines {
		fmt.Fprintln(w, l.text)
	}
}

// saySkipped says what was skipped and why beside what was added.
func (im *importer) saySkipped() { printLines(im.env.errw, im.skipped) }

// outcome says how it stands after a run that changed nothing. It is an error if
// a line is wrong.
func (im *importer) outcome(path string) error {
	if n := len(im.wrong); n > 0 {
		return data.Refuse("%s: %s wrong; nothing was added", sheetName(path), counted(n, "thing is", "things are")).
			WithHint("each is named above, with its line")
	}
	if len(im.add) == 0 {
		im.env.say("nothing to add: %s", im.skippedWords())
		return nil
	}
	im.env.say("nothing is changed yet: --yes adds %s; %s", counted(len(im.add), im.kind.one()), im.skippedWords())
	return nil
}

func (im *importer) skippedWords() string { return counted(len(im.skipped), "row") + " skipped" }
