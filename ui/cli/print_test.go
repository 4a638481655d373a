package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

func TestTimesNameTheirZone(t *testing.T) {
	jakarta := time.FixedZone("WIB", 7*3600)
	for _, tt := range []struct {
		stored, want string
	}{
		{"", "unknown"},
		{"2024-08-15", "2024-08-15 (day)"},
		{"2024-08", "2024-08 (month)"},
		{"~2024-08-15", "about 2024-08-15"},
		{"2024-08-15T20:30:00Z", "2024-08-16 03:30 WIB"},
	} {
		when, err := data.ParseTime(tt.stored)
		if err != nil {
			t.Fatal(err)
		}
		if got := timeText(when, testNow.In(jakarta)); got != tt.want {
			t.Errorf("%q reads %q, want %q", tt.stored, got, tt.want)
		}
	}
}

func TestAFigureIsNeverABareNumber(t *testing.T) {
	n := func(n int64) data.Count { return data.Count{N: n, Known: true} }
	for _, tt := range []struct {
		claim data.Claim
		want  string
	}{
		{data.Claim{Low: n(40000), Best: n(46000), High: n(52000), Standing: data.Estimated, Source: "S-4"},
			"46,000 (40,000 to 52,000) people, estimated, source S-4, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{Best: n(1200000), Standing: data.Claimed}, "1,200,000 (range unknown) people, claimed, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{Low: n(17), Best: n(17), High: n(17), Standing: data.Confirmed}, "exactly 17 people, confirmed, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{Low: n(999)}, "at least 999 people, standing unknown, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{High: n(1000)}, "at most 1,000 people, standing unknown, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{Low: n(0), High: n(1)}, "0 to 1 people, standing unknown, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
		{data.Claim{Low: n(5), Best: n(6)}, "6 (at least 5) people, standing unknown, source unknown, as of unknown, stated 2026-11-23 08:00 UTC, C-1"},
	} {
		tt.claim.Unit, tt.claim.Meta = data.People, data.Meta{Ref: "C-1", MadeAt: testNow.Add(-time.Hour)}
		if got := figureText(&tt.claim, data.People, testNow); got != tt.want {
			t.Errorf("reads %q, want %q", got, tt.want)
		}
	}
	if got := figureText(nil, data.Records, testNow); got != "records unknown" {
		t.Errorf("no figure reads %q", got)
	}
}

func TestColumnsAreMeasuredInCells(t *testing.T) {
	var b strings.Builder
	columns(&b, [][]string{{"ID", "WHO", "WHAT"}, {"A-1", "佐藤", "x"}, {"A-12", "ben", "y"}})
	want := "ID    WHO   WHAT\nA-1   佐藤  x\nA-12  ben   y\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestSentencesBreakBetweenWords(t *testing.T) {
	for _, text := range []string{
		"short",
		strings.Repeat("word ", 60),
		strings.Repeat("2026-11-23 C-12 reported-in-some-cases ", 20),
		strings.Repeat("通知", 120),
		"  indented " + strings.Repeat("thing ", 40),
		"two  spaces stay",
	} {
		var b strings.Builder
		sentence(&b, "%s", text)
		for line := range strings.Lines(b.String()) {
			if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > lineWidth {
				t.Errorf("%q is %d cells wide", line, w)
			}
		}
		for word := range strings.FieldsSeq(text) {
			if ansi.StringWidth(word) < lineWidth && !strings.Contains(b.String(), word) {
				t.Errorf("%q is broken in\n%s", word, b.String())
			}
		}
	}
}

// A log that somebody tampered with is shown as far as it makes sense.
func TestABodyOfNoKindIsStillPrinted(t *testing.T) {
	for _, b := range []data.Body{
		data.Made{Of: "nothing", Fields: map[string]string{"x": "y"}},
		data.Changed{Ref: "Z-1", Changes: []data.Change{{Field: "x\x1b", Was: "a", Now: "b\u202e"}}, Why: "\x1b[31m"},
		data.Redacted{Event: 5, Item: "Z-1", Why: "\u009b", Of: "nothing"},
	} {
		entry := data.Entry{Event: data.Event{Seq: 7, ID: "id", At: testNow, By: "eve", Ref: "Z-1", Body: b}}
		text := entryJSON(entry) + did(b, testNow)
		if strings.ContainsAny(text, "\x1b\u009b\u202e") || !strings.Contains(text, `"seq":7`) {
			t.Errorf("prints %q", text)
		}
		said(b)
	}
}
