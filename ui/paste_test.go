//go:build unix

package ui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
	"warroom/store"
	"warroom/ui/kit"
	"warroom/ui/term"
)

// lineBreaks are three breaks as each kind of terminal or clipboard has them.
var lineBreaks = []struct{ name, paste string }{
	{"CR", "one\rtwo\r\rthree"},
	{"LF", "one\ntwo\n\nthree"},
	{"CRLF", "one\r\ntwo\r\n\r\nthree"},
	{"each kind once", "one\rtwo\r\n\nthree"},
}

// What of these breaks stands in a field of several lines, and in one of one line.
const (
	inLines = "one\ntwo\n\nthree"
	inALine = "one two  three"
)

// bracket returns a text as a terminal sends what is pasted.
func bracket(text string) string { return "\x1b[200~" + text + "\x1b[201~" }

// TestALineBreakIsPasted pastes each kind of line break into every field, of a form
// or of a line.
func TestALineBreakIsPasted(t *testing.T) {
	var pastes []string
	for _, tt := range lineBreaks {
		pastes = append(pastes, tt.paste)
	}
	everyField(t, func(t *testing.T, s *screen, text func() string) {
		for i, content := range pastes {
			want := inALine
			if s.m.typing != nil {
				s.m.typing.field.SetValue("")
			} else {
				p := s.m.top().(*formPage)
				p.form.Put(p.form.Field().Key, "")
				if p.form.Field().Long {
					want = inLines
				}
			}
			s.send(tea.PasteMsg{Content: content}).whole()
			if got := text(); got != want {
				t.Errorf("%s is in the field as %q, want %q", lineBreaks[i].name, got, want)
			}
		}
	})
}

// TestALineBreakIsPastedOnACall pastes into the line of call mode, at once and while
// the line before is being recorded.
func TestALineBreakIsPastedOnACall(t *testing.T) {
	for _, tt := range lineBreaks {
		s := newScreen(t, "exercise", 80, 24).press("C").types("note ")
		was := s.end()
		s.send(tea.PasteMsg{Content: tt.paste}).whole()
		if got := s.inLine(); got != "note "+inALine {
			t.Errorf("%s: the line has %q", tt.name, got)
		}
		first := s.hold(keyPress("enter"))
		for _, k := range []string{"n", "o", "t", "e", "space"} {
			s.run(s.hold(keyPress(k)))
		}
		s.run(s.hold(tea.PasteMsg{Content: tt.paste}))
		if got := s.m.drafts[len(s.m.drafts)-1].Text[callField]; !strings.HasSuffix(got, "note "+inALine) {
			t.Errorf("%s: what waits is kept as %q", tt.name, got)
		}
		s.run(first)
		s.press("enter").whole()
		if got, want := s.names(was), inALine+", "+inALine; got != want {
			t.Errorf("%s: recorded is %q, want %q", tt.name, got, want)
		}
	}
}

// TestALineBreakIsStored pastes into a form and stores it.
func TestALineBreakIsStored(t *testing.T) {
	for _, tt := range lineBreaks {
		s := newScreen(t, "exercise", 80, 24).press("e")
		p := s.m.top().(*formPage)
		for _, key := range []string{"title", "detail"} {
			p.form.Focus(key)
			p.form.Put(key, "")
			s.send(tea.PasteMsg{Content: tt.paste}).whole()
		}
		s.press("ctrl+s").has("A-42", "title", inALine).has("A-42", "detail", inLines)
		s.press("enter").whole().shows("three")
	}
}

// TestALineBreakFromAnEditor takes over a text that an editor has written with
// each kind of line break.
func TestALineBreakFromAnEditor(t *testing.T) {
	for _, tt := range lineBreaks {
		s := newScreen(t, "exercise", 80, 24).press("e")
		p := s.m.top().(*formPage)
		s.run(p.edited(s.m, "detail", tt.paste+"\r\n", nil))
		if got := p.form.Text("detail"); got != inLines {
			t.Errorf("%s is in the field as %q", tt.name, got)
		}
	}
}

// TestAPasteIsCountedAsItIsTaken pastes a text that fits only because CRLF is one
// line break.
func TestAPasteIsCountedAsItIsTaken(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("e")
	p := s.m.top().(*formPage)
	p.form.Focus("detail")
	long := strings.Repeat("123456789\r\n", data.MaxText/10)
	s.send(tea.PasteMsg{Content: long}).whole()
	if got := p.form.Text("detail"); got != strings.ReplaceAll(long, "\r\n", "\n") || p.wrong != nil {
		t.Errorf("of %d characters %d are there: %v", data.MaxText, len(got), p.wrong)
	}
}

// TestAPasteOfTooManyLinesIsNotCut pastes more lines than the editor of a field
// holds: it takes all of them or none.
func TestAPasteOfTooManyLinesIsNotCut(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).press("e")
	p := s.m.top().(*formPage)
	p.form.Focus("detail")
	p.form.Put("detail", "one\ntwo")
	s.send(tea.PasteMsg{Content: strings.Repeat("\r", kit.MaxLines-1)}).whole().shows("not taken: 9999 more lines, there is room for 9998")
	if got := p.form.Text("detail"); got != "one\ntwo" {
		t.Errorf("the field has %d characters", len(got))
	}
	s.send(tea.PasteMsg{Content: strings.Repeat("\r", kit.MaxLines-3) + "end"}).whole()
	if got := p.form.Text("detail"); !strings.HasSuffix(got, "\nend") || strings.Count(got, "\n") != kit.MaxLines-2 {
		t.Errorf("the field ends in %q and has %d line breaks", got[len(got)-3:], strings.Count(got, "\n"))
	}
}

// TestPasted takes what a field takes, and says what it does not take.
func TestPasted(t *testing.T) {
	for _, tt := range []struct {
		in   string
		line string // in a field of one line
		text string // in a field of several; "" if the same
		left string
	}{
		{in: "", line: ""},
		{in: "日本 é e\u0302\u0301 می\u200cخواهم", line: "日本 é e\u0302\u0301 می\u200cخواهم"},
		{in: "one\rtwo\r\nthree\nfour\tfive", line: "one two three four five", text: "one\ntwo\nthree\nfour five"},
		{in: "a\x1b[31mb", line: "a[31mb", left: "1 character that does not show safely: U+001B"},
		{in: "\u200ba\u202eb\u202ec", line: "abc", left: "3 characters that do not show safely: U+200B, U+202E"},
		{in: "\x00\x01\x02\x03\x04", line: "", left: "5 characters that do not show safely: U+0000, U+0001, U+0002, 2 more"},
		{in: "❤\ufe0f", line: "❤", left: "1 character that does not show safely: U+FE0F"},
		{in: "e\u0301\u0301\u0301", line: "e\u0301\u0301", left: "1 character that does not show safely: U+0301"},
		{in: "e\u0301\u034f\u0301\u0301", line: "e\u0301\u0301", left: "2 characters that do not show safely: U+034F, U+0301"},
		{in: "a\ufffdb", line: "ab", left: "1 character that does not show safely: U+FFFD"},
	} {
		if tt.text == "" {
			tt.text = tt.line
		}
		if tt.left != "" {
			tt.left = "left out " + tt.left
		}
		if text, left, err := pasted(tt.in, false, 100); text != tt.line || left != tt.left || err != nil {
			t.Errorf("%+q in a line is %+q, and says %q, %v", tt.in, text, left, err)
		}
		if text, left, err := pasted(tt.in, true, 100); text != tt.text || left != tt.left || err != nil {
			t.Errorf("%+q is %+q, and says %q, %v", tt.in, text, left, err)
		}
	}
}

// TestAPasteHasToFit pastes what fits once it is cleaned, what does not, and what
// nobody should have to clean.
func TestAPasteHasToFit(t *testing.T) {
	for _, tt := range []struct {
		in   string
		room int
		want string
	}{
		{"abc", 3, ""},
		{"abc", 2, "not taken: 3 characters, there is room for 2"},
		{"a\r\n", 2, ""},
		{strings.Repeat("\u202e", 70) + "abc", 10, ""},
		{strings.Repeat("\u202e", 90) + "abc", 10, "not taken: 93 characters, there is room for 10"},
		{"a", 0, "not taken: 1 characters, there is room for 0"},
		{"", 0, ""},
		{"a", -1, "not taken: 1 characters, there is room for 0"},
	} {
		_, _, err := pasted(tt.in, true, tt.room)
		if got := fmt.Sprint(err); got != tt.want && (err != nil || tt.want != "") {
			t.Errorf("%+q with room for %d: %v, want %q", tt.in, tt.room, err, tt.want)
		}
	}
}

// BenchmarkPasted takes as many kinds of characters as are looked at, none of which
// is taken.
func BenchmarkPasted(b *testing.B) {
	var content strings.Builder
	for r := range rune(muchOf * data.MaxText) {
		content.WriteRune(0xf0000 + r%0xfffd)
	}
	for b.Loop() {
		if text, _, err := pasted(content.String(), true, data.MaxText); text != "" || err != nil {
			b.Fatalf("%d bytes are taken: %v", len(text), err)
		}
	}
}

// TestWhatIsLeftOutOfAPasteIsSaid pastes what nobody sees into each kind of field.
func TestWhatIsLeftOutOfAPasteIsSaid(t *testing.T) {
	const says = "left out 1 character that does not show safely: U+202E"
	for _, keys := range [][]string{{"e"}, {"e", "shift+tab"}, {"a", "3"}, {"n"}, {"o", "o"}, {":"}, {"z", "/"}, {"?", "/"}, {"C"}} {
		s := newScreen(t, "exercise", 120, 30).press(keys...)
		s.send(tea.PasteMsg{Content: "ab\u202ecd"}).whole().shows("abcd", says)
		s.press("x").whole().shows("abcdx").lacks(says)
		s.send(tea.PasteMsg{Content: "one\r\ntwo"}).whole().lacks("left out")
		s.send(tea.PasteMsg{Content: "\u202e"}).whole().shows(says)
	}
	for _, enter := range []bool{false, true} { // of the line that is pasted while another is stored
		s := newScreen(t, "exercise", 120, 30).press("C").types("note first")
		first := s.hold(keyPress("enter"))
		for _, k := range []string{"n", "o", "t", "e", "space"} {
			s.run(s.hold(keyPress(k)))
		}
		s.run(s.hold(tea.PasteMsg{Content: "ab\u202ecd"}))
		if enter {
			s.run(s.hold(keyPress("enter")))
		}
		s.run(first)
		s.whole().shows("abcd", says)
	}
	s := newScreen(t, "exercise", 120, 30).press("e")
	s.run(s.m.top().(*formPage).edited(s.m, "detail", "ab\u202ecd\r\n", nil))
	s.shows("abcd", says)
}

// TestALineBreakIsPastedElsewhere sends what a terminal sends to a board at the
// other end of a network, and reads what is stored.
func TestALineBreakIsPastedElsewhere(t *testing.T) {
	for _, tt := range lineBreaks {
		t.Run(tt.name, func(t *testing.T) {
			var on *store.View
			f, sizes, _, _, done := farBoard(t, func(cfg *Config) {
				on = cfg.Source.(*store.View)
				cfg.Writer = Writes(on, "ana", data.Lead)
			})
			sizes <- term.Size{Width: 80, Height: 24}
			pasted := bracket(tt.paste)
			for _, keys := range []string{"a", "1", pasted, "\x1b[Z", pasted, "\x13"} { // shift+tab is to the last field
				f.keys.Write([]byte(keys))
			}
			f.shows("stored: A-16 added")
			e, err := on.Get(t.Context(), "A-16")
			if err != nil {
				t.Fatal(err)
			}
			if a := e.(*data.Action); a.Title != inALine || a.Detail != inLines {
				t.Errorf("stored is %q, with the detail %q", a.Title, a.Detail)
			}
			f.keys.Write([]byte("\x03"))
			if err := ends(t, done); err != nil {
				t.Error(err)
			}
		})
	}
}
