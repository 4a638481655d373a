package cli

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestReadSheet(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		header    string // with | between
		rows      string // LINE:CELL|CELL, with ; between
	}{
		{"commas", "a,b\n1,2\n3,4\n", "a|b", "2:1|2;3:3|4"},
		{"semicolons, and commas in cells", "a;b\n1,5;2\n", "a|b", "2:1,5|2"},
		{"tabs", "a\tb\n1\t2\n", "a|b", "2:1|2"},
		{"a separator in a quoted name", "\"a,b,c\";d\n1;2\n", "a,b,c|d", "2:1|2"},
		{"one column", "a\n1\n", "a", "2:1"},
		{"no line break at the end", "a,b\n1,2", "a|b", "2:1|2"},
		{"a byte order mark", "\ufeffa,b\n1,2\n", "a|b", "2:1|2"},
		{"lines as Windows breaks them", "a,b\r\n1,2\r\n3,4\r\n", "a|b", "2:1|2;3:3|4"},
		{"lines as old programs break them", "a,b\r1,2\r3,4\r", "a|b", "2:1|2;3:3|4"},
		{"quotes, separators and breaks in a cell", "a,b\n\"1,\"\"x\"\"\",\"2\n\n3\"\n4,5\n", "a|b", "2:1,\"x\"|2\n\n3;5:4|5"},
		{"a break as Windows has it in a cell", "a,b\r\n\"1\r\n2\",3\r\n4,5\r\n", "a|b", "2:1\n2|3;4:4|5"},
		{"a break as old programs have it in a cell", "a,b\n\"1\r2\",3\n4,5\n", "a|b", "2:1\r2|3;3:4|5"},
		{"empty lines", "\n\na,b\n\n1,2\n\n", "a|b", "5:1|2"},
		{"a line for Excel", "sep=;\na;b\n1;2\n", "a|b", "3:1|2"},
		{"a line for Excel against the look", "sep=|\na,1|b\n1|2\n", "a,1|b", "3:1|2"},
		{"rows of other lengths", "a,b\n1\n1,2,3\n", "a|b", "2:1;3:1|2|3"},
		{"only a header", "a,b\n", "a|b", ""},
		{"more semicolons than commas", "a, x;b;c\n1;2;3\n", "a, x|b|c", "2:1|2|3"},
		{"as many, and a line that says which", "sep=;\na, x;b\n1;2\n", "a, x|b", "3:1|2"},
		{"many separators in a cell", "a,b\n1,\"" + strings.Repeat(",\n", maxColumns) + "\"\n", "a|b", "2:1|" + strings.Repeat(",\n", maxColumns)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := readSheet([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for _, r := range s.rows {
				rows = append(rows, fmt.Sprintf("%d:%s", r.line, strings.Join(r.cells, "|")))
			}
			if got := strings.Join(s.header, "|"); got != tt.header {
				t.Errorf("header %q, want %q", got, tt.header)
			}
			if got := strings.Join(rows, ";"); got != tt.rows {
				t.Errorf("rows %q, want %q", got, tt.rows)
			}
		})
	}
}

func TestReadSheetRefuses(t *testing.T) {
	for _, tt := range []struct{ name, src, wrong string }{
		{"nothing", "", "there is nothing in it"},
		{"only empty lines", "\n \r\n\n", "there is nothing in it"},
		{"only a mark", "\ufeff", "there is nothing in it"},
		{"Latin-1", "a,b\n1,2\n1,Gr\xf6\xdfe\n", "line 3 is not UTF-8"},
		{"UTF-16", "\xff\xfea\x00,\x00", "it is text in UTF-16, not UTF-8"},
		{"UTF-16, the other way round", "\xfe\xff\x00a", "it is text in UTF-16, not UTF-8"},
		{"a workbook", "PK\x03\x04\x14\x00", "it is a workbook or an archive, not text"},
		{"a zero", "a,b\n1,\x00\n", "line 2 has a byte 0 in it: this is no text"},
		{"a quote in a cell", "a,b\n1,2 \"x\"\n", "line 2: a quote in a cell that does not begin with one"},
		{"a quote that is not closed", "a,b\n1,\"2\n3,4\n", "line 2: a quote is not closed, or something follows the one that closes the cell"},
		{"a quote behind an Excel line", "sep=,\na,b\n1,\"2\"x\n", "line 3: a quote is not closed, or something follows the one that closes the cell"},
		{"as many commas as semicolons", "Title, short;Owner\nx;y\n", "the first line does not say what separates its cells: there is as much of one as of the other"},
		{"as many tabs as semicolons", "\na;b;c\td\te, f\n", "the first line does not say what separates its cells: there is as much of one as of the other"},
		{"too many columns", strings.Repeat(",", maxColumns), "line 1 has more than 200 cells"},
		{"too many cells", "sep=;\na;b\n\"\n\";2\n\n" + strings.Repeat(";", maxColumns), "line 6 has more than 200 cells"},
		{"too many rows", "a\n" + strings.Repeat("x\n", maxRows+1), "there are more than 10,000 rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := readSheet([]byte(tt.src))
			if err == nil || err.Error() != tt.wrong {
				t.Errorf("%+v, error %v; want %q", s, err, tt.wrong)
			}
		})
	}
	if s, err := readSheet([]byte(strings.Repeat(",", maxColumns-1))); err != nil || len(s.header) != maxColumns {
		t.Errorf("as many columns as there may be: %v", err)
	}
	if s, err := readSheet([]byte("a\n" + strings.Repeat("x\n", maxRows))); err != nil || len(s.rows) != maxRows {
		t.Errorf("as many rows as there may be: %v", err)
	}
}

func FuzzReadSheet(f *testing.F) {
	for _, src := range []string{"a,b\n1,2\n", "sep=;\na;b\r\n\"1\n\";2", "\ufeffa\tb\n\"", "sep=\n", "sep=\"\na", "sep=\r\nx", "\xff"} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := readSheet(src)
		if err == nil && len(s.header) == 0 {
			t.Error("no header and no error")
		}
		again, _ := readSheet(src)
		if err == nil && !reflect.DeepEqual(s, again) {
			t.Error("read twice it is not the same")
		}
	})
}
