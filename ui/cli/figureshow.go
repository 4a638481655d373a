package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"warroom/data"
	"warroom/store"
)

// A figure is all that was claimed about a cell, in both units.
type figure struct {
	cell    data.Cell
	stacks  []stack
	crossed string // that there are more people than records, or ""
}

// A stack is all that was claimed about a cell in one unit, newest first.
type stack struct {
	key     data.FigureKey
	claims  []*data.Claim
	stands  *data.Claim // or nil
	why     string      // it stands
	discord string      // which ranges do not overlap, or ""
}

// readFigure reads what was claimed about a cell.
func readFigure(ctx context.Context, s *store.View, cell data.Cell) (f figure, err error) {
	f.cell = cell
	for _, unit := range data.Units {
		key := data.FigureKey{Cell: cell, Unit: unit}
		claims, err := s.Claims(ctx, key)
		if err != nil {
			return f, err
		}
		f.stacks = append(f.stacks, stack{key, claims, data.Pick(claims), data.PickReason(claims), data.DiscordWords(claims)})
	}
	f.crossed = data.MorePeople(f.stack(data.People).stands, f.stack(data.Records).stands)
	return f, nil
}

// stack returns what was claimed in a unit.
func (f figure) stack(unit data.Unit) stack {
	for _, s := range f.stacks {
		if s.key.Unit == unit {
			return s
		}
	}
	return stack{}
}

// told says what stands and why, whether it is old, and what does not agree.
func (s stack) told(say func(format string, args ...any), now time.Time) {
	what := fmt.Sprintf("%s in %s", s.key.Cell, s.key.Unit)
	switch {
	case s.stands != nil:
		say("%s: %s stands: %s", what, s.stands.Ref, s.why)
		if old := s.stands.OldWords(now); old != "" {
			say("%s: %s", what, old)
		}
	case len(s.claims) > 0:
		say("%s: none stands, so it is unknown: what was claimed was withdrawn or disproved", what)
	}
	if s.discord != "" {
		say("%s: %s", what, s.discord)
	}
}

// showCell shows the figures of a cell and the claims about them.
func (e *env) showCell(ctx context.Context, s *store.View, name string, asJSON bool) error {
	cell, err := data.ParseCell(name)
	if err != nil {
		return err
	}
	f, err := readFigure(ctx, s, cell)
	if err != nil {
		return err
	}
	histories := map[data.Ref][]data.Event{}
	for _, stack := range f.stacks {
		for _, c := range stack.claims {
			if histories[c.Ref], err = s.History(ctx, c.Ref); err != nil {
				return err
			}
		}
	}
	if asJSON {
		return e.print(func(w io.Writer) { writeJSON(w, f.json(histories)) })
	}
	return e.print(func(w io.Writer) { f.print(w, histories, e.now()) })
}

// print prints a figure to people.
func (f figure) print(w io.Writer, histories map[data.Ref][]data.Event, now time.Time) {
	fmt.Fprintf(w, "figure %s\n", f.cell)
	for _, s := range f.stacks {
		sentence(w, "%s", figureText(s.stands, s.key.Unit, now))
	}
	for _, s := range f.stacks {
		s.told(func(format string, args ...any) { sentence(w, format, args...) }, now)
	}
	if f.crossed != "" {
		sentence(w, "%s", f.crossed)
	}
	for _, s := range f.stacks {
		for _, c := range s.claims {
			sentence(w, "claim %s", claimText(c, now))
			for _, event := range histories[c.Ref] {
				sentence(w, "  event %d, %s, %s: %s", event.Seq, exactTime(event.At, now), event.By, did(event.Body, now))
			}
		}
	}
}

// json returns a figure as JSON has it.
func (f figure) json(histories map[data.Ref][]data.Event) object {
	people, records := f.stack(data.People), f.stack(data.Records)
	notes, claims := []string{}, []object{}
	for _, note := range []string{people.discord, records.discord, f.crossed} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	for _, s := range f.stacks {
		for _, c := range s.claims {
			history := []object{}
			for _, event := range histories[c.Ref] {
				history = append(history, object{{"seq", event.Seq}, {"at", moment(event.At)}, {"by", event.By}, {"did", did(event.Body, time.Time{})}})
			}
			claims = append(claims, append(flat(c), member{"stands", c == s.stands}, member{"history", history}))
		}
	}
	return object{{"id", f.cell}, {"type", "figure"},
		{"people", figureOf(people.stands, data.People)}, {"people_why", known(people.why)},
		{"records", figureOf(records.stands, data.Records)}, {"records_why", known(records.why)},
		{"contradictions", notes}, {"claims", claims}}
}

// claimText returns a claim in words.
func claimText(c *data.Claim, now time.Time) string { return string(c.Ref) + ": " + claimWords(c, now) }

// claimWords returns a claim in words, without its id.
func claimWords(c *data.Claim, now time.Time) string {
	text := fmt.Sprintf("%s %s, %s, source %s, as of %s", rangeText(c), c.Unit, standing(c), or(c.Source, unsaid), asOfText(c, now))
	if c.Pinned {
		text += ", pinned"
	}
	return text + ", basis: " + or(data.FirstLine(c.Basis), unsaid)
}
