package data

import (
	"maps"
	"slices"
	"strings"
)

// noticeColumns are what columns of a sheet of counts of notices can be.
var noticeColumns = []columnName{
	{"region", []string{"region", "area", "market", "where"}},
	{"channel", []string{"channel", "medium", "by", "via"}},
	{"contactable", []string{"contactable", "reachable", "recipients", "audience", "can be reached", "with address"}},
	{"sent", []string{"sent", "sent out", "dispatched", "mailed", "out"}},
	{"delivered", []string{"delivered", "received", "arrived", "reached"}},
	{"bounced", []string{"bounced", "bounces", "returned", "undeliverable", "undelivered", "came back"}},
	{"resent", []string{"resent", "sent again", "re sent", "again", "repeated"}},
	{"answered", []string{"answered", "answers", "replied", "replies", "responded", "responses"}},
	{"as_of", []string{"as of", "asof", "date", "day", "when", "counted"}},
	{"standing", []string{"standing"}},
	{"source", []string{"source"}},
	{"basis", []string{"basis", "note", "notes", "comment", "remark"}},
}

// NoticeSheetFields lists what a column of a sheet of counts of notices can be, and
// by which names it is known.
func NoticeSheetFields() [][2]string { return sheetFields(noticeColumns) }

// ChannelWords lists, for each channel, the other words for it that are understood.
func ChannelWords() (all [][2]string) {
	for _, c := range channels {
		words := []string{string(c)}
		for word, channel := range channelWords {
			if channel == string(c) {
				words = append(words, word)
			}
		}
		slices.Sort(words[1:])
		all = append(all, [2]string{string(c), strings.Join(words, ", ")})
	}
	return all
}

// MapNoticeColumns is [MapColumns] for a sheet of counts of notices. It is an error
// if no column is the region, or, unless all rows are about one channel that was
// given, the channel.
func MapNoticeColumns(header, given []string, oneChannel bool) (*Columns, error) {
	if oneChannel {
		return mapColumns(noticeColumns, header, given, "region")
	}
	return mapColumns(noticeColumns, header, given, "region", "channel")
}

// NoticeRow is [Columns.Row] for a sheet of counts of notices. A row is known by all
// that it says, so that a count that was corrected is another one.
func (c *Columns) NoticeRow(cells []string, opts SheetOptions) (row SheetRow, wrong []CellError) {
	f := map[string]string{}
	row.Body = Made{Of: KindNotice, Fields: f}
	for _, field := range noticeSpec.Fields {
		column, text := "", ""
		if i := slices.Index(c.fields, field.Key); i >= 0 {
			column, text = short(c.Header[i]), strings.TrimSpace(cells[i])
		}
		if text == "" {
			text = opts.Defaults[field.Key]
		}
		v, err := noticeValue(field, text, opts)
		switch {
		case err != nil:
			wrong = append(wrong, CellError{column, err})
		case v != "":
			f[field.Key] = v
		}
	}
	if len(wrong) == 0 {
		if n, err := NoticeOf(row.Body); err != nil {
			wrong = append(wrong, CellError{"", err})
		} else if err := n.adds(); err != nil {
			wrong = append(wrong, CellError{"", err})
		}
	}
	row.About = strings.Join([]string{f["region"], f["channel"], f["as_of"]}, "\x00")
	for _, field := range noticeSpec.Fields {
		row.Name += f[field.Key] + "\x00"
	}
	return row, wrong
}

// noticeValue returns the stored form of what a cell says.
func noticeValue(f *Field, text string, opts SheetOptions) (string, error) {
	switch f.Key {
	case "region":
		for name, key := range opts.Regions {
			if plainName(name) == plainName(text) && text != "" {
				return key, nil
			}
		}
		if text == "" {
			return "", f.refuse("is unknown")
		}
		region, err := ParseRegion(text)
		if err == nil && !slices.Contains(slices.Collect(maps.Values(opts.Regions)), string(region)) {
			err = Refuse("there is no region %s in this incident", region)
		}
		return string(region), err
	case "channel":
		if text == "" {
			return "", f.refuse("is unknown").WithHint("--channel is for rows without one")
		}
		channel, err := ParseChannel(text)
		return string(channel), err
	case "as_of":
		if text == opts.Defaults[f.Key] {
			break // as a person writes it, not a sheet
		}
		t, err := sheetTime(text, opts)
		if err != nil {
			return "", err
		}
		text = t.String()
	}
	v, err := f.Parse(text, opts.Now)
	if err == nil && f.Key == "source" && v != "" && opts.Source != nil {
		err = opts.Source(Ref(v))
	}
	return v, err
}
