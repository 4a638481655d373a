package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// columns prints rows as aligned columns. The first row is the header; the last
// column is as wide as it is.
func columns(w io.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			io.WriteString(w, pad(cell, widths[i])+"  ")
		}
		fmt.Fprintln(w, row[len(row)-1])
	}
}

// pad fills text with spaces to a width in cells.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}

// lineWidth is how wide a line of prose is, where its words allow it.
const lineWidth = 100

// sentence prints one line of prose; what is too long goes on, indented, in the
// next line.
func sentence(w io.Writer, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	text = wrap(text[len(indent):], lineWidth-2-len(indent))
	fmt.Fprintln(w, indent+strings.ReplaceAll(text, "\n", "\n  "+indent))
}

// wrap breaks lines between words, so that a line takes up to width cells. Only
// a word that is longer is broken: an id or a date stays in one piece.
func wrap(text string, width int) string {
	var b strings.Builder
	for n, line := range strings.Split(text, "\n") {
		if n > 0 {
			b.WriteByte('\n')
		}
		used := 0
		for i, word := range strings.Split(line, " ") {
			cells := ansi.StringWidth(word)
			switch {
			case i == 0:
			case used+1+cells > width:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			if cells > width {
				word = ansi.Hardwrap(word, width, true)
				cells = ansi.StringWidth(word[strings.LastIndexByte(word, '\n')+1:])
			}
			b.WriteString(word)
			used += cells
		}
	}
	return b.String()
}

// writeJSON prints a value as JSON for people and programs.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// An object is a JSON object whose members keep their order.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(m.key) + ":") // keys are ours: letters and _
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// flat returns an item as one flat JSON object: its id, its kind under "type"
// (an action has a field "kind"), all its fields, and who made and changed it.
func flat(item data.Entity) object {
	m := item.Info()
	o := object{{"id", m.Ref}, {"type", item.Kind()}}
	for _, f := range data.FieldsOf(item) {
		o = append(o, member{f.Key, f.Value(f.Get(item))})
	}
	return append(o,
		member{"made_at", moment(m.MadeAt)}, member{"made_by", m.MadeBy}, member{"made_seq", m.MadeSeq},
		member{"changed_at", moment(m.ChangedAt)}, member{"changed_by", m.ChangedBy}, member{"changed_seq", m.ChangedSeq})
}

// moment returns a moment as JSON has it; the zero time is unknown.
func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return known(t.UTC().Format(time.RFC3339))
}

// known returns a text as JSON has it: "" is unknown.
func known[T ~string](text T) *string {
	if text == "" {
		return nil
	}
	s := string(text)
	return &s
}

// or returns a text, or what it says where there is none.
func or[T ~string](text T, none string) string {
	if text == "" {
		return none
	}
	return data.Line(string(text))
}

// unsaid is what a value reads that nobody has stated.
const unsaid = "unknown"

// timeText returns a time in words: with its zone if it has an hour, and with
// how exactly it is known if not.
func timeText(t data.Time, now time.Time) string {
	switch t.Prec {
	case data.NoTime:
		return unsaid
	case data.ByDay:
		return t.At.Format(time.DateOnly) + " (day)"
	case data.ByMonth:
		return t.At.Format("2006-01") + " (month)"
	case data.About:
		return "about " + t.At.Format(time.DateOnly)
	}
	return exactTime(t.At, now)
}

// exactTime returns a moment in the zone of now, which it names.
func exactTime(t, now time.Time) string { return t.In(now.Location()).Format("2006-01-02 15:04 MST") }

// did says in a few words what an event did, and why, without the item's name.
// It is data.Describe with times in the zone of now.
func did(b data.Body, now time.Time) string {
	c, ok := b.(data.Changed)
	if !ok {
		return data.Describe(b) + because(b)
	}
	var parts []string
	for _, change := range c.Changes {
		f := c.Ref.Spec().Field(change.Field)
		if f == nil {
			parts = append(parts, change.Newer())
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s → %s", strings.ToLower(f.Label), short(f, change.Was, now), short(f, change.Now, now)))
	}
	return strings.Join(parts, ", ") + takesBack(c) + because(b)
}

// takesBack names the event that a change takes back, to go behind what it did.
func takesBack(c data.Changed) string {
	if c.Undoes == 0 {
		return ""
	}
	return fmt.Sprintf(", undoes %d", c.Undoes)
}

// because returns the reason that an event gives, to go behind what it did.
func because(b data.Body) string {
	why := ""
	switch b := b.(type) {
	case data.Changed:
		why = b.Why
	case data.Redacted:
		why = b.Why
	}
	if why == "" {
		return ""
	}
	return ", because: " + data.Line(why)
}

// short returns a stored value on one line.
func short(f *data.Field, stored string, now time.Time) string {
	if f.Type == data.TimeType {
		return fieldText(f, stored, now)
	}
	return f.Show(stored)
}

// fieldText returns the whole of a stored value in words.
func fieldText(f *data.Field, stored string, now time.Time) string {
	switch f.Type {
	case data.TextType:
		if stored != "" {
			return data.Clean(stored, true)
		}
	case data.TimeType:
		if t, err := data.ParseTime(stored); err == nil {
			return timeText(t, now)
		}
	}
	return f.Show(stored)
}

// dueText returns a deadline in words, and by how much it is overdue.
func dueText(due data.Time, late bool, now time.Time) string {
	if late {
		return fmt.Sprintf("%s, overdue by %s", timeText(due, now), data.Span(now.Sub(due.End())))
	}
	return timeText(due, now)
}

// rangeText returns the numbers of a claim in words.
func rangeText(c *data.Claim) string { return c.Amount().Words() }

// figureText returns a figure in words: never a number without its unit,
// standing, source and age.
func figureText(c *data.Claim, unit data.Unit, now time.Time) string {
	if c == nil {
		return string(unit) + " " + unsaid
	}
	return fmt.Sprintf("%s %s, %s, source %s, as of %s, %s",
		rangeText(c), c.Unit, standing(c), or(c.Source, unsaid), asOfText(c, now), c.Ref)
}

// asOfText says when a claim was right; where nobody said that, when it was
// stated.
func asOfText(c *data.Claim, now time.Time) string {
	if c.AsOf.Known() || c.MadeAt.IsZero() { // it is not recorded yet
		return timeText(c.AsOf, now)
	}
	return unsaid + ", stated " + exactTime(c.MadeAt, now)
}

// standing returns how well a claim is established.
func standing(c *data.Claim) string {
	if c.Standing == "" {
		return "standing unknown"
	}
	return string(c.Standing)
}
