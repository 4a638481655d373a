package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"warroom/data"
)

// The largest sheet that is read.
const (
	maxSheet = 16 << 20 // bytes
	maxRows  = 10_000

	maxColumns = 200
)

// A sheet is a file of rows and columns, as other programs export it.
type sheet struct {
	header []string
	rows   []sheetLine
}

type sheetLine struct {
	line  int // where it begins in the file, from 1
	cells []string
}

// readSheet reads a file of comma-separated values (RFC 4180), or of values that
// semicolons or tabs separate: what there is most of in its first line. It is
// text in UTF-8, with a byte order mark or without.
func readSheet(src []byte) (*sheet, error) {
	src, separator, skipped, err := sheetText(src)
	if err != nil {
		return nil, err
	}
	if line := wide(src, byte(separator)); line > 0 {
		return nil, data.Refuse("line %d has more than %d cells", line+skipped, maxColumns).WithHint("leave out the columns that are not wanted")
	}
	r := csv.NewReader(bytes.NewReader(src))
	r.Comma, r.FieldsPerRecord = separator, -1
	s := &sheet{}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, data.Refuse("line %d: %s", bad.StartLine+skipped, quoteFault(bad.Err)).
				WithHint(`a cell with a quote, a separator or a line break in it is written "like ""this"""`)
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		switch {
		case s.header == nil:
			s.header = cells
		case len(s.rows) == maxRows:
			return nil, data.Refuse("there are more than %s rows", data.Digits(maxRows)).WithHint("import them in parts")
		default:
			s.rows = append(s.rows, sheetLine{line + skipped, cells})
		}
	}
	if s.header == nil {
		return nil, data.Refuse("there is nothing in it").WithHint("the first line names the columns")
	}
	return s, nil
}

func quoteFault(err error) string {
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		return "a quote in a cell that does not begin with one"
	case errors.Is(err, csv.ErrQuote):
		return "a quote is not closed, or something follows the one that closes the cell"
	}
	return data.Line(err.Error())
}

// sheetText checks that the source is text, and returns it from the line with
// the header on, what separates its cells, and how many lines stand before.
func sheetText(src []byte) (text []byte, separator rune, skipped int, err error) {
	saveAs := "save it as CSV UTF-8"
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return nil, 0, 0, data.Refuse("it is text in UTF-16, not UTF-8").WithHint("%s", saveAs)
	}
	if bytes.HasPrefix(src, []byte("PK\x03\x04")) {
		return nil, 0, 0, data.Refuse("it is a workbook or an archive, not text").WithHint("%s", saveAs)
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if at := notUTF8(src); at >= 0 {
		return nil, 0, 0, data.Refuse("line %d is not UTF-8", 1+bytes.Count(src[:at], []byte("\n"))).WithHint("%s", saveAs)
	}
	if at := bytes.IndexByte(src, 0); at >= 0 {
		return nil, 0, 0, data.Refuse("line %d has a byte 0 in it: this is no text", 1+bytes.Count(src[:at], []byte("\n"))).WithHint("%s", saveAs)
	}
	if !bytes.Contains(src, []byte("\n")) { // as old programs break lines
		src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	}
	for len(src) > 0 {
		first, rest, _ := bytes.Cut(src, []byte("\n"))
		line := string(first)
		named, excel := strings.CutPrefix(line, "sep=") // a line that Excel understands
		if !excel && strings.TrimSpace(line) != "" {
			if separator == 0 {
				separator, err = separatorOf(line)
			}
			return src, separator, skipped, err
		}
		if named = strings.TrimSuffix(named, "\r"); excel && len(named) == 1 && strings.Contains(",;\t|", named) {
			separator = rune(named[0])
		}
		src = rest
		skipped++
	}
	return nil, ',', skipped, nil
}

// notUTF8 returns where a text stops to be UTF-8, or -1.
func notUTF8(src []byte) int {
	for at := 0; at < len(src); {
		r, n := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

// wide returns the first line in which a row begins that has too many cells, or 0.
// It counts what stands outside quotes, before anything is made of it.
func wide(src []byte, separator byte) int {
	line, begins, cells, quoted := 1, 1, 1, false
	for _, b := range src {
		switch {
		case b == '"':
			quoted = !quoted
		case b == '\n' && !quoted:
			begins, cells = line+1, 1
		case b == separator && !quoted:
			if cells++; cells > maxColumns {
				return begins
			}
		}
		if b == '\n' {
			line++
		}
	}
	return 0
}

// separatorOf returns what separates the cells of a line: what there is most of
// outside its quotes, or a comma. It is an error if there is as much of another.
func separatorOf(line string) (rune, error) {
	counts := map[rune]int{}
	quoted := false
	for _, r := range line {
		if r == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[r]++
		}
	}
	best, tie := ',', false
	for _, r := range ";\t" {
		switch {
		case counts[r] > counts[best]:
			best, tie = r, false
		case counts[r] == counts[best]:
			tie = counts[r] > 0
		}
	}
	if tie {
		return 0, data.Refuse("the first line does not say what separates its cells: there is as much of one as of the other").
			WithHint("write a line sep=; or sep=, before it")
	}
	return best, nil
}
