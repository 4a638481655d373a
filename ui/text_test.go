package ui

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/store"
)

// texts are what people, their clipboards and their enemies put into fields.
var texts = []string{
	"Send notices",
	"欧州向け通知文の確認と各国の監督機関への報告書の提出期限を全員で確認する",
	"Perbarui nomor telepon pelanggan yang terdampak, lalu kirim pemberitahuan ke masing-masing",
	strings.Repeat("a title that goes on and on ", 17),
	strings.Repeat("長", 400),
	"é e\u0301 ế Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dalgo",
	"\u0301\u0302 begins with accents",
	"red \x1b[31mred\x1b[0m, title \x1b]0;owned\x07, clear \x1b[2J\x1b[H, paste \x1b]52;c;ZWNobw==\x1b\\, dcs \x1bP+q\x1b\\",
	"c1 \u009b31m \u0090x\u009c \u009d0;owned\u009c",
	"nul \x00 bell \a back \b\b\b\b del \x7f esc \x1b",
	"bidi \u202eevil\u202c \u2066isolate\u2069 \u200fmark \u061c",
	"zero\u200bwidth soft\u00adhyphen \ufeffbom \u2060joiner \u034fgrapheme \u3164filler \u115f",
	"tags \U000e0041\U000e0042 private \ue000 \U000f0000 lines\u2028and\u2029paragraphs",
	"tab\tline\nbreak\r\nreturn\rover",
	"invalid \xff\xfe utf-8 \xc3",
	"family 👨\u200d👩\u200d👧 flag 🇯🇵 lone 🇯 thumb 👍🏽 heart ❤\ufe0f keycap 1\ufe0f\u20e3",
	"한국어 제목 \u1112\u1161\u11ab 각",
	"עברית العربية می\u200cخواهم হিন্দি क्षत्रिय ශ්\u200dරී",
	"prepended \u0d4e\u0d15 and \u0d4e at an end \u0d4e",
	">", "…", "─ 9 Not a pane ─",
}

// TestTextFromPeople records every kind of text in every field that takes text,
// through the door where it is cleaned.
func TestTextFromPeople(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	for _, text := range texts {
		for _, spec := range data.Specs() {
			if spec.Numbered() {
				s.records("ben", madeOf(t, spec, text))
			}
		}
	}
	for _, size := range [][2]int{{60, 16}, {80, 24}, {140, 40}} {
		s.resize(size[0], size[1]).refresh()
		everyPage(s)
	}
	s.resize(140, 40).shows("red \ufffd[31mred\ufffd[0m, title", "ế Z\u0351\u036balgo")
}

// madeOf returns the body that makes an item with text in every field that
// takes any.
func madeOf(t *testing.T, spec *data.Spec, text string) data.Body {
	t.Helper()
	var pairs []string
	for _, f := range spec.Fields {
		value := text
		switch {
		case f.Type == data.WordType:
			value = f.Words[0]
		case f.Type == data.NumberType:
			value = "1234"
		case f.Type != data.LineType && f.Type != data.TextType && f.Type != data.NameType || f.Key == "answer" || f.Key == "to" && spec.Kind == data.KindAction:
			continue
		}
		pairs = append(pairs, f.Key, value)
	}
	return newItem(t, spec.Kind, pairs...)
}

// TestTextFromTheFile writes bytes into the tables and the log that never came
// through the door: what is shown is cleaned on the way out as well.
func TestTextFromTheFile(t *testing.T) {
	for i, size := range [][2]int{{80, 24}, {140, 40}, {200, 60}} {
		path := newFile(t, "exercise")
		defile(t, path, i*7)
		s := openScreen(t, path, store.Options{}, size[0], size[1])
		if i == 1 {
			s.press("T")
		}
		everyPage(s)
	}
}

// TestIncidentFromTheFile does the same to the incident, which is on every
// screen.
func TestIncidentFromTheFile(t *testing.T) {
	for i := range texts {
		path := newFile(t, "exercise")
		defile(t, path, i)
		s := openScreen(t, path, store.Options{}, 80, 24)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {20, 5}, {60, 16}, {80, 24}, {140, 40}} {
			s.resize(size[0], size[1]).whole().press("i").whole().press("end").whole().press("esc")
		}
	}
}

// everyPage shows each pane, and the page of each item in sight.
func everyPage(s *screen) {
	s.t.Helper()
	s.whole()
	for range s.m.board.shown {
		list := s.m.board.focus.List()
		for range min(list.Len(), len(texts)) {
			s.press("enter").whole().press("end").whole().press("esc", "j").whole()
		}
		s.press("tab").whole()
	}
	s.press("i").whole().press("esc")
	s.press("C").whole().press("a", "s", "k", "space", "tab").whole().press("ctrl+x", "esc")
}

// defile puts one of texts before every text in the file, with a hand that
// knows how: another one for each item, first of all the one at index first.
func defile(t *testing.T, path string, first int) {
	t.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	exec(`BEGIN`)
	text := func(i int) string { return texts[(first+i)%len(texts)] }
	for _, spec := range data.Specs() {
		key := "key"
		if spec.Numbered() {
			key = "num"
		}
		for i, k := range values(t, db, fmt.Sprintf(`SELECT %s FROM %s`, key, spec.Kind)) {
			set := `made_by = ?1 || made_by, changed_by = ?1 || changed_by`
			for _, f := range spec.Fields {
				if f.Type != data.NumberType && f.Key != "cell" && f.Key != "unit" && f.Key != "uid" && f.Key != "mark" {
					set += fmt.Sprintf(`, %q = ?1 || ifnull(%q, '')`, f.Key, f.Key)
				}
			}
			exec(fmt.Sprintf(`UPDATE %s SET %s WHERE %s = ?2`, spec.Kind, set, key), text(i), k)
		}
	}
	guard := values(t, db, `SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'`)[0]
	exec(`DROP TRIGGER event_no_update`)
	for i, body := range values(t, db, `SELECT body FROM event ORDER BY seq`) {
		exec(`UPDATE event SET "by" = ?1 || "by", body = ?2 WHERE seq = ?3`, text(i), spoil(t, body, text(i)), i+1)
	}
	exec(`UPDATE event SET ref = ?1 || ref WHERE seq > (SELECT max(seq) FROM event) - 2`, text(0))
	exec(guard)
	exec(`COMMIT`)
}

// values returns the values of a query with one column.
func values(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// spoil puts text before every value that a body holds, and leaves the names of
// things as they are.
func spoil(t *testing.T, body, text string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	var add func(v any) any
	add = func(v any) any {
		switch v := v.(type) {
		case string:
			return text + v
		case map[string]any:
			for k := range v {
				if !slices.Contains([]string{"kind", "ref", "field", "key"}, k) {
					v[k] = add(v[k])
				}
			}
		case []any:
			for i := range v {
				v[i] = add(v[i])
			}
		}
		return v
	}
	raw, err := json.Marshal(add(v))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestLongTitleKeepsTheOwner shows the owner and when it is due, however long
// the title is.
func TestLongTitleKeepsTheOwner(t *testing.T) {
	for _, title := range []string{strings.Repeat("long ", 100), strings.Repeat("長い題名", 100)} {
		s := newScreen(t, "blank", 80, 24)
		s.records("ben", newItem(t, data.KindAction, "title", title[:400-400%12], "stream", "support", "owner", "sari", "due", "2h", "priority", "P1"))
		s.refresh()
		row, _ := s.row("A-1")
		if !strings.Contains(row, "… sari ") || !strings.Contains(row, "in 2h") {
			t.Errorf("owner or deadline is cut off: %q", row)
		}
		if got := ansi.StringWidth(row); got != 80 {
			t.Errorf("the row is %d cells wide, want 80", got)
		}
	}
}
