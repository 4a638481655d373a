package data

import (
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sheetNow is in a zone, an hour before UTC's clocks.
var sheetNow = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("CET", 3600))

func TestMapColumns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header string // with | between the columns
		given  []string
		want   string // what they are, with | between
		wrong  string
	}{
		{"our own names", "title|stream|owner|priority|state|due|waits_for|link|detail", nil, "title|stream|owner|priority|state|due|waits_for|link|detail", ""},
		{"another tracker's", "Summary|Issue key|Assignee|Status|Priority|Due Date|Component/s|Description", nil, "title|key|owner|state|priority|due|stream|detail", ""},
		{"a third one's", "ID|Task|Deadline|Workstream|URL|Notes", nil, "key|title|due|stream|link|detail", ""},
		{"in any case, with any spaces", " TITLE |due_date|Assigned-To", nil, "title|due|owner", ""},
		{"columns that are nothing", "Title|Labels|Reporter|Labels|", nil, "title||||", ""},
		{"given by hand", "What|Who|Where", []string{"What=title", "who=owner", "WHERE=stream"}, "title|owner|stream", ""},
		{"given as a flag is written", "Title|Needs", []string{"Needs=waits-for"}, "title|waits_for", ""},
		{"one not wanted", "Title|Notes", []string{"Notes=-"}, "title|", ""},
		{"a name with an equals sign", "Title|a=b", []string{"a=b=owner"}, "title|owner", ""},
		{"by hand before by name", "Title|Key|Number", []string{"Number=key"}, "title||key", ""},
		{"by hand, then nothing else is it", "Title|Headline", []string{"Headline=title"}, "|title", ""},
		{"two by name", "Title|ID|Key", nil, "", `the columns "ID" and "Key" can both be key`},
		{"two of one name", "Title|Status|Status", nil, "", `the columns "Status" and "Status" can both be state`},
		{"two by hand", "Title|A|B", []string{"A=owner", "B=owner"}, "", "two columns cannot both be owner"},
		{"no title", "ID|Status", nil, "", "no column is the title; there are: ID, Status"},
		{"one twice", "Title|A", []string{"A=owner", "a=state"}, "", `the column "A" is given twice`},
		{"one twice, wanted and not", "Title|A", []string{"A=-", "A=owner"}, "", `the column "A" is given twice`},
		{"no such column", "Title", []string{"x=owner"}, "", `there is no column "x"`},
		{"no such field", "Title|A", []string{"A=colour"}, "", `a column cannot be "colour"`},
		{"no equals sign", "Title|A", []string{"A"}, "", `"A" is not COLUMN=FIELD`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := MapColumns(strings.Split(tt.header, "|"), tt.given)
			if tt.wrong != "" {
				if err == nil || err.Error() != tt.wrong {
					t.Fatalf("error %v, want %q", err, tt.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(c.fields, "|"); got != tt.want {
				t.Errorf("columns are %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSheetRow(t *testing.T) {
	opts := SheetOptions{Now: sheetNow, Stream: "support", Streams: map[string]string{"Customer notification": "notification"}}
	for _, tt := range []struct {
		column, cell string
		field, want  string // what the field becomes, "" if unknown
		wrong        string
	}{
		{"title", "  Call  ", "title", "Call", ""},
		{"title", "=HYPERLINK(\"http://x\")", "title", "=HYPERLINK(\"http://x\")", ""},
		{"title", "@SUM(1,1)", "title", "@SUM(1,1)", ""},
		{"title", "two\nlines", "title", "two lines", ""},
		{"title", "a\x1b[31mb", "title", "a\ufffd[31mb", ""},
		{"title", "", "", "", "title may not be unknown"},
		{"title", strings.Repeat("x", 501), "", "", "title is 501 characters long, the most is 500"},
		{"detail", "two\nlines", "detail", "two\nlines", ""},
		{"owner", "", "owner", "", ""},
		{"owner", "unknown", "owner", "", ""},
		{"owner", "Unassigned", "owner", "", ""},
		{"owner", "Ana de la Cruz", "owner", "Ana de la Cruz", ""},
		{"state", "", "state", "", ""},
		{"state", "To Do", "state", "open", ""},
		{"state", "IN_PROGRESS", "state", "doing", ""},
		{"state", "In-Progress", "state", "doing", ""},
		{"state", "Closed", "state", "done", ""},
		{"state", "Won’t do", "state", "dropped", ""},
		{"state", "Blocked", "state", "blocked", ""},
		{"state", "almost", "", "", `state cannot be "almost"`},
		{"priority", "High", "priority", "P1", ""},
		{"priority", "CRITICAL", "priority", "P0", ""},
		{"priority", "p3", "priority", "P3", ""},
		{"priority", "2 - High", "priority", "P1", ""},
		{"priority", "None", "priority", "", ""},
		{"priority", "1", "", "", `priority cannot be "1": a number may count from either end`},
		{"priority", "soon", "", "", `priority cannot be "soon"`},
		{"stream", "", "stream", "support", ""},
		{"stream", "Remediation", "stream", "remediation", ""},
		{"stream", "customer notification", "stream", "notification", ""},
		{"stream", "press", "", "", `workstream cannot be "press"`},
		{"due", "", "due", "", ""},
		{"due", "2024-08-20", "due", "2024-08-20", ""},
		{"due", "2024-08", "due", "2024-08", ""},
		{"due", "2024/08/20", "due", "2024-08-20", ""},
		{"due", "2024-08-20T09:00:00Z", "due", "2024-08-20T09:00:00Z", ""},
		{"due", "2024-08-20T09:00:00+02:00", "due", "2024-08-20T07:00:00Z", ""},
		{"due", "2024-08-20T09:00:00.000+0200", "due", "2024-08-20T07:00:00Z", ""},
		{"due", "2024-08-20 09:00", "due", "2024-08-20T08:00:00Z", ""},
		{"due", "15/Aug/24 9:00 AM", "due", "2024-08-15T08:00:00Z", ""},
		{"due", "15 August 2024", "due", "2024-08-15", ""},
		{"due", "Aug 15, 2024", "due", "2024-08-15", ""},
		{"due", "25/12/2024", "due", "2024-12-25", ""},
		{"due", "12/25/2024", "due", "2024-12-25", ""},
		{"due", "04/04/2024", "due", "2024-04-04", ""},
		{"due", "25.12.2024 17:30", "due", "2024-12-25T16:30:00Z", ""},
		{"due", "03/04/2024", "", "", `"03/04/2024" is 3 April 2024 or 4 March 2024`},
		{"due", "3.4.2024 10:00", "", "", `"3.4.2024 10:00" is 3 April 2024 or 4 March 2024`},
		{"due", "31/02/2024", "", "", `"31/02/2024" is no day that there is`},
		{"due", "03/04/24", "", "", `"03/04/24" is no time that is understood`},
		{"due", "03/04-2024", "", "", `"03/04-2024" is no time that is understood`},
		{"due", "25/12/2024 25:00", "", "", `"25/12/2024 25:00" is no time that is understood`},
		{"due", "tomorrow", "", "", `"tomorrow" is no time that is understood`},
		{"due", "+20m", "", "", `"+20m" is no time that is understood`},
		{"due", "01/01/0001", "", "", `"01/01/0001" is no day that there is`},
		{"due", "15 Aug 0024", "", "", `"15 Aug 0024" is no time that is understood`},
		{"due", "2024-08-20 09:00:17", "due", "2024-08-20T08:00:17Z", ""},
		{"due", "2024-08-20 09:00+02:00", "due", "2024-08-20T07:00:00Z", ""},
		{"due", "20/Aug/46", "due", "2046-08-20", ""},
		{"due", "20/Aug/47", "", "", `"20/Aug/47" does not say in which century`},
		{"due", "20/Aug/99", "", "", `"20/Aug/99" does not say in which century`},
		{"due", "20/Aug/99 9:00 AM", "", "", `"20/Aug/99 9:00 AM" does not say in which century`},
		{"due", "20/Aug/1999", "due", "1999-08-20", ""},
	} {
		t.Run(tt.column+" "+tt.cell, func(t *testing.T) {
			header, cells := []string{"title", tt.column}, []string{"x", tt.cell}
			if tt.column == "title" {
				header, cells = header[1:], cells[1:]
			}
			c, err := MapColumns(header, nil)
			if err != nil {
				t.Fatal(err)
			}
			row, wrong := c.Row(cells, opts)
			if tt.wrong != "" {
				if len(wrong) != 1 || wrong[0].Err.Error() != tt.wrong || wrong[0].Column != tt.column {
					t.Fatalf("wrong: %v, want %q in %s", wrong, tt.wrong, tt.column)
				}
				return
			}
			if len(wrong) > 0 {
				t.Fatal(wrong)
			}
			if got := row.Body.Fields[tt.field]; got != tt.want {
				t.Errorf("%s is %q, want %q", tt.field, got, tt.want)
			}
			if err := row.Body.Check(NewState(nil, 0)); err != nil {
				t.Errorf("nobody would record this: %v", err)
			}
		})
	}
}

func TestSheetDatesByHand(t *testing.T) {
	for _, tt := range []struct{ order, cell, want string }{
		{DayFirst, "03/04/2024", "2024-04-03"},
		{MonthFirst, "03/04/2024", "2024-03-04"},
		{DayFirst, "25.12.2024", "2024-12-25"},
		{MonthFirst, "12/25/2024", "2024-12-25"},
		{MonthFirst, "25/12/2024", "no day that there is"},
		{DayFirst, "12/25/2024", "no day that there is"},
	} {
		got, err := sheetTime(tt.cell, SheetOptions{Now: sheetNow, Dates: tt.order})
		if got.String() != tt.want && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s %s: %s, %v; want %s", tt.order, tt.cell, got, err, tt.want)
		}
	}
}

// An hour that clocks show twice or never is not guessed, in whatever form.
func TestSheetTimesAroundClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	opts := SheetOptions{Now: sheetNow.In(berlin)}
	for _, tt := range []struct{ cell, want string }{
		{"2026-10-25 02:30", "is 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"},
		{"2026-10-25T02:30:00", "is 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"},
		{"25.10.2026 02:30", "is 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"},
		{"25/Oct/26 2:30 AM", "is 2026-10-25 02:30+02:00 or 2026-10-25 02:30+01:00"},
		{"2026-10-25 02:30+01:00", "2026-10-25T01:30:00Z"},
		{"2026-10-25 03:00:05", "2026-10-25T02:00:05Z"},
		{"2026-03-29 02:30", "2026-03-29 02:30 is skipped in Europe/Berlin"},
		{"29.03.2026 02:30", "2026-03-29 02:30 is skipped in Europe/Berlin"},
		{"29.03.2026 01:59", "2026-03-29T00:59:00Z"},
	} {
		got, err := sheetTime(tt.cell, opts)
		if got.String() != tt.want && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %s, %v; want %s", tt.cell, got, err, tt.want)
		}
	}
}

// All that is wrong in a row is told at once.
func TestSheetRowTellsAllThatIsWrong(t *testing.T) {
	c, err := MapColumns([]string{"Summary", "Status", "Due"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, wrong := c.Row([]string{"", "almost", "soon"}, SheetOptions{Now: sheetNow})
	var got []string
	for _, w := range wrong {
		got = append(got, w.Column)
	}
	if strings.Join(got, ",") != "Summary,Status,Due," { // the last is the workstream, for which there is no column
		t.Errorf("wrong: %v", wrong)
	}
}

// What a row is called does not depend on where in which file it stands.
func TestSheetRowName(t *testing.T) {
	opts := SheetOptions{Now: sheetNow, Stream: "support"}
	name := func(header, cells string) string {
		c, err := MapColumns(strings.Split(header, "|"), nil)
		if err != nil {
			t.Fatal(err)
		}
		row, wrong := c.Row(strings.Split(cells, "|"), opts)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		return row.Name
	}
	for _, tt := range []struct {
		what       string
		a, b, c, d string
		same       bool
	}{
		{"another order of columns", "title|id", "Call|J-1", "id|title", "J-1|Call", true},
		{"a key, and all else changed", "title|id|owner", "Call|J-1|ana", "title|id|owner", "Phone|J-1|ben", true},
		{"another key", "title|id", "Call|J-1", "title|id", "Call|J-2", false},
		{"no key, and another owner", "title|owner", "Call|ana", "title|owner", "Call|ben", true},
		{"no key, and another title", "title|owner", "Call|ana", "title|owner", "Phone|ana", false},
		{"no key, and another workstream", "title|stream", "Call|support", "title|stream", "Call|remediation", false},
		{"no key, and another link", "title|link", "Call|https://a", "title|link", "Call|https://b", false},
		{"a key that reads like a title", "title|id", "x|Call", "title|owner", "Call|ana", false},
	} {
		if got := name(tt.a, tt.b) == name(tt.c, tt.d); got != tt.same {
			t.Errorf("%s: the same row: %v", tt.what, got)
		}
	}
}

// The key stays with the action, unless the row has a link.
func TestSheetKeyIsKept(t *testing.T) {
	c, err := MapColumns([]string{"title", "id", "link"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{"": "J-1", "https://a": "https://a"} {
		row, wrong := c.Row([]string{"x", "J-1", link}, SheetOptions{Now: sheetNow, Stream: "support"})
		if got := row.Body.Fields["link"]; got != want || len(wrong) > 0 {
			t.Errorf("link %q becomes %q, want %q (%v)", link, got, want, wrong)
		}
	}
}

// Whatever a row says, it is refused, or it can be recorded as it is.
func TestAnyRowIsRefusedOrFits(t *testing.T) {
	header := []string{"title", "id", "stream", "owner", "priority", "state", "due", "waits for", "link", "detail"}
	c, err := MapColumns(header, nil)
	if err != nil {
		t.Fatal(err)
	}
	cell := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "x", "support", "To Do", "High", "P0", "2024-08-20", "03/04/2024", "12/25/2024", "unknown", " ", "\xff", "\u200d"}))
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(cell, len(header), len(header)).Draw(t, "cells")
		opts := SheetOptions{Now: sheetNow, Stream: rapid.SampledFrom([]string{"", "support"}).Draw(t, "stream")}
		row, wrong := c.Row(cells, opts)
		if len(wrong) > 0 {
			return
		}
		if err := row.Body.Check(NewState(nil, 0)); err != nil {
			t.Fatalf("%q becomes %v: %v", cells, row.Body.Fields, err)
		}
		again, _ := c.Row(cells, opts)
		if again.Name != row.Name || !maps.Equal(again.Body.Fields, row.Body.Fields) {
			t.Fatalf("%q read twice is not the same", cells)
		}
	})
}
