package data

import (
	"slices"
	"strings"
	"time"
)

// Columns says which column of a sheet, such as another tracker exports, fills
// which field of an action, or of a count of notices.
type Columns struct {
	Header []string // as the sheet has it
	known  []columnName
	fields []string // by column: the key of a field, keyColumn, or "" for none
}

// A columnName is what a column can be, and by which names it is known, in their
// plain form.
type columnName struct {
	field string
	names []string
}

// keyColumn is what a column can be besides a field: what the other tracker
// calls the row.
const keyColumn = "key"

// columnNames are what columns of a sheet of actions can be.
var columnNames = []columnName{
	{"title", []string{"title", "summary", "task", "name", "subject", "action"}},
	{"stream", []string{"stream", "workstream", "component", "component/s", "components"}},
	{"owner", []string{"owner", "assignee", "assigned to", "responsible"}},
	{"priority", []string{"priority", "prio"}},
	{"state", []string{"state", "status"}},
	{"due", []string{"due", "due date", "due by", "deadline"}},
	{"waits_for", []string{"waits for", "waiting for", "blocked by"}},
	{"link", []string{"link", "url"}},
	{"detail", []string{"detail", "details", "description", "notes"}},
	{keyColumn, []string{"key", "id", "issue key"}},
}

// SheetFields lists what a column can be, and by which names it is known.
func SheetFields() [][2]string { return sheetFields(columnNames) }

func sheetFields(known []columnName) (all [][2]string) {
	for _, c := range known {
		all = append(all, [2]string{c.field, strings.Join(c.names, ", ")})
	}
	return all
}

var plainer = strings.NewReplacer("_", " ", "-", " ", "\u2019", "'")

// plainName returns the name of a column, or a word in a cell, in small letters
// with single spaces.
func plainName(s string) string {
	return strings.Join(strings.Fields(plainer.Replace(strings.ToLower(Line(s)))), " ")
}

// MapColumns finds out what the columns of a sheet are: by what a person gave
// for them ("COLUMN=FIELD", FIELD being - for a column that is not wanted), else
// by their names. Columns that are nothing are left out. It is an error if two
// would be the same, or none the title.
func MapColumns(header, given []string) (*Columns, error) {
	return mapColumns(columnNames, header, given, "title")
}

// mapColumns is MapColumns for any sheet; needed are the columns that it must have.
func mapColumns(known []columnName, header, given []string, needed ...string) (*Columns, error) {
	c := &Columns{Header: header, known: known, fields: make([]string, len(header))}
	settled := make([]bool, len(header))
	for _, g := range given {
		at, field, err := c.given(g)
		if err != nil {
			return nil, err
		}
		if settled[at] {
			return nil, Misuse("the column %q is given twice", short(header[at]))
		}
		if field != "" && slices.Contains(c.fields, field) {
			return nil, Misuse("two columns cannot both be %s", field)
		}
		c.fields[at], settled[at] = field, true
	}
	byHand := slices.Clone(c.fields)
	for i, name := range header {
		field := c.columnOf(name)
		if settled[i] || field == "" || slices.Contains(byHand, field) {
			continue
		}
		if j := slices.Index(c.fields, field); j >= 0 {
			return nil, Refuse("the columns %q and %q can both be %s", short(header[j]), short(name), field).
				WithHint("say which with --map COLUMN=%s", field)
		}
		c.fields[i] = field
	}
	for _, field := range needed {
		if !slices.Contains(c.fields, field) {
			return nil, Refuse("no column is the %s; there are: %s", field, headerWords(header)).WithHint("say which with --map COLUMN=%s", field)
		}
	}
	return c, nil
}

// given reads "COLUMN=FIELD".
func (c *Columns) given(g string) (at int, field string, err error) {
	i := strings.LastIndexByte(g, '=')
	if i < 0 {
		return 0, "", Misuse("%q is not COLUMN=FIELD", short(g))
	}
	name, field := g[:i], strings.ReplaceAll(strings.ToLower(strings.TrimSpace(g[i+1:])), "-", "_")
	plain := plainName(name)
	at = slices.IndexFunc(c.Header, func(h string) bool { return plainName(h) == plain })
	if at < 0 {
		return 0, "", Misuse("there is no column %q", short(name)).WithHint("the columns: %s", headerWords(c.Header))
	}
	if field == "_" {
		return at, "", nil
	}
	var fields []string
	for _, f := range c.known {
		if f.field == field {
			return at, field, nil
		}
		fields = append(fields, f.field)
	}
	return 0, "", Misuse("a column cannot be %q", short(g[i+1:])).WithHint("one of: %s, or - for none", strings.Join(fields, ", "))
}

// columnOf returns what a column of this name is, or "".
func (c *Columns) columnOf(name string) string {
	name = plainName(name)
	for _, known := range c.known {
		if slices.Contains(known.names, name) {
			return known.field
		}
	}
	return ""
}

func headerWords(header []string) string {
	var names []string
	for _, h := range header {
		names = append(names, short(h))
	}
	all := []rune(strings.Join(names, ", "))
	if len(all) > 300 {
		return string(all[:299]) + "…"
	}
	return string(all)
}

// Taken says in words what each column is, and which are not taken.
func (c *Columns) Taken() (taken, left []string) {
	for i, f := range c.fields {
		if f == "" {
			left = append(left, short(c.Header[i]))
		} else {
			taken = append(taken, short(c.Header[i])+" is "+f)
		}
	}
	return taken, left
}

// A SheetRow is what a row of a sheet says: an action or a count of notices, and a
// name for the row that is the same in every copy of the sheet. Rows of one sheet
// with the same About are about the same thing, and must say the same.
type SheetRow struct {
	Name, About string
	Body        Made
}

// A CellError says what is wrong with a cell.
type CellError struct {
	Column string // "" if it is about no cell that there is
	Err    error
}

// SheetOptions is how cells are to be understood.
type SheetOptions struct {
	Stream  string            // the workstream of rows that have none; "" is none
	Streams map[string]string // the keys of workstreams by their names
	Dates   string            // what comes first in 03/04/2024: DayFirst, MonthFirst, or "" if nobody said
	Now     time.Time         // its zone is that of times without one

	Regions  map[string]string // the keys of regions by their names
	Source   func(Ref) error   // says what is wrong with a source that a row names; may be nil
	Defaults map[string]string // by field of a count, what rows say that say nothing, as people write it
}

// Row reads a row, which has as many cells as there are columns. Nothing is
// guessed: a cell that is not understood is an error, and all errors of the row
// are returned.
func (c *Columns) Row(cells []string, opts SheetOptions) (row SheetRow, wrong []CellError) {
	f := map[string]string{}
	row.Body = Made{Of: KindAction, Fields: f}
	set := func(field, column, text string) {
		v, err := sheetValue(actionSpec.Field(field), text, opts)
		if err != nil {
			wrong = append(wrong, CellError{column, err})
		} else if v != "" {
			f[field] = v
		}
	}
	key := ""
	for i, field := range c.fields {
		text := strings.TrimSpace(cells[i])
		switch field {
		case "":
		case keyColumn:
			key = strings.TrimSpace(Line(text))
		default:
			set(field, short(c.Header[i]), text)
		}
	}
	if !slices.Contains(c.fields, "stream") {
		set("stream", "", "")
	}
	if f["link"] == "" && key != "" {
		set("link", keyColumn, key)
	}
	if row.Name = "key\x00" + key; key == "" {
		row.Name = "row\x00" + f["title"] + "\x00" + f["stream"] + "\x00" + f["link"]
	}
	row.About = row.Name
	return row, wrong
}

// sheetValue returns the stored form of what a cell says.
func sheetValue(f *Field, text string, opts SheetOptions) (string, error) {
	switch f.Key {
	case "due":
		t, err := sheetTime(text, opts)
		return t.String(), err
	case "owner":
		if slices.Contains(nobody, strings.ToLower(text)) {
			return "", nil
		}
	case "state":
		return sheetWord(f, stateWords, text)
	case "priority":
		return sheetWord(f, priorityWords, text)
	case "stream":
		if text == "" || strings.EqualFold(text, "unknown") {
			text = opts.Stream
		}
		if text == "" {
			return "", f.refuse("is unknown").WithHint("--stream KEY is for rows without one")
		}
		for name, key := range opts.Streams {
			if plainName(name) == plainName(text) {
				return key, nil
			}
		}
	}
	return f.Parse(text, opts.Now)
}
