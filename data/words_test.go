package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// textsOf returns what the words of a line say, an open one with what is open before it.
func textsOf(line string, q Quoting) (all []string) {
	for _, w := range SplitWords(line, q) {
		if w.Open != 0 {
			w.Text = string(w.Open) + " is open: " + w.Text
		}
		all = append(all, w.Text)
	}
	return all
}

func TestSplitWords(t *testing.T) {
	for _, tt := range []struct {
		q    Quoting
		line string
		want string // words, parted by |
	}{
		{ShellQuotes, ``, ``},
		{ShellQuotes, "  action   done\tA-1 ", `action|done|A-1`},
		{ShellQuotes, `note add "call at nine"`, `note|add|call at nine`},
		{ShellQuotes, `note add 'it is "nine"'`, `note|add|it is "nine"`},
		{ShellQuotes, `note add "say \"nine\" \\ \n"`, `note|add|say "nine" \ \n`},
		{ShellQuotes, `note add call\ at\ nine`, `note|add|call at nine`},
		{ShellQuotes, `note add ""`, `note|add|`},
		{ShellQuotes, `a"b"'c'd`, `abcd`},
		{ShellQuotes, `note add $HOME * ; | > x`, `note|add|$HOME|*|;|||>|x`},
		{ShellQuotes, `note add 通知 "日本 語"`, `note|add|通知|日本 語`},
		{ShellQuotes, `note add "nine o`, `note|add|" is open: nine o`},
		{ShellQuotes, `note add it's`, `note|add|' is open: its`},
		{ShellQuotes, `note add \`, `note|add|\ is open: `},
		{ShellQuotes, `note "x\`, `note|" is open: x\`},
		{ShellQuotes, `note "x\"`, `note|" is open: x"`},

		{SentQuotes, ``, ``},
		{SentQuotes, `  action done  A-12 `, `action|done|A-12`},
		{SentQuotes, `note add can't reach Ana's line`, `note|add|can't|reach|Ana's|line`},
		{SentQuotes, `note add 'call at nine' x`, `note|add|call at nine|x`},
		{SentQuotes, `note add "say 'yes'" --why="a b"`, `note|add|say 'yes'|--why=a b`},
		{SentQuotes, `note add "open`, `note|add|"open`},
		{SentQuotes, `a 'b'c d' e`, `a|b'c d|e`},
		{SentQuotes, `a "" b`, `a||b`},
		{SentQuotes, `--due "fri 17:00"`, `--due|fri 17:00`},
		{SentQuotes, `a\b x="y z" --a=b="c d"`, `a\b|x="y|z"|--a=b="c|d"`},

		{ProseQuotes, `ana "it's nine" 2h`, `ana|it's nine|2h`},
		{ProseQuotes, `5" it"s "a"b`, `5"|it"s|a|b`},
		{ProseQuotes, `ana "what \`, `ana|" is open: what \`},

		{FilterQuotes, `owner:"ana lima" "two ""words""" x`, `owner:ana lima|two "words"|x`},
		{FilterQuotes, `state:"a b","c d`, `state:a b|" is open: ,c d`},
		{FilterQuotes, "5\"x it's\u3000a", `5"x|it's|a`},
	} {
		if got := strings.Join(textsOf(tt.line, tt.q), "|"); got != tt.want {
			t.Errorf("%d, %s: %s, want %s", tt.q, tt.line, got, tt.want)
		}
	}
}

func TestSplitCommand(t *testing.T) {
	if got, err := SplitCommand(`note add "" 'a b'`); err != nil || fmt.Sprintf("%q", got) != `["note" "add" "" "a b"]` {
		t.Errorf("%q, %v", got, err)
	}
	for line, want := range map[string]string{
		`note add "nine`: `a quote " is not closed`, `note add it's`: `a quote ' is not closed`, `note add \`: "the command ends with a backslash",
		`note "nine\`: `a quote " is not closed`,
	} {
		if got, err := SplitCommand(line); got != nil || err == nil || err.Error() != want || ClassOf(err) != Usage || HintOf(err) == "" {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
}

// TestLongLinesAreReadOnce counts how often a quote is searched for that nothing
// closes: once, however many words there are.
func TestLongLinesAreReadOnce(t *testing.T) {
	for _, line := range []string{strings.Repeat("'a ", 5_000), strings.Repeat(`'a "b `, 5_000), strings.Repeat(`--x="a `, 5_000), strings.Repeat(`"`, 5_000)} {
		s := splitter{line: line, quoting: SentQuotes}
		for at := s.skip(0); at < len(line); {
			at = s.skip(s.word(at).End)
		}
		if slices.Sort(s.lone); len(s.lone) > 2 || len(slices.Compact(slices.Clone(s.lone))) != len(s.lone) {
			t.Errorf("%.12q: searched for %q", line, s.lone)
		}
	}
}

// FuzzSplitWords splits any line as each kind of line is. Words lie apart, nothing but
// blanks is between them, no text is made of what was not there, and a word that is
// quoted comes back.
func FuzzSplitWords(f *testing.F) {
	for _, seed := range []string{"", "  a  b ", "note add can't", `a "b c" d`, `--why="x y" z`, `"`, `""`, `' "`, "a\x00b", "a\xff", "\u00a0 \u2003", `--x='a"b' "c`, "a\n\tb\r", `a\ b\`, `o:"a ""b""",c`} {
		f.Add(seed)
	}
	bare := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", `"`, "", "'", "", `\`, "")
	f.Fuzz(func(t *testing.T, line string) {
		for _, q := range []Quoting{ShellQuotes, SentQuotes, ProseQuotes, FilterQuotes} {
			words, at, all := SplitWords(line, q), 0, ""
			for i, w := range words {
				if w.At < at || w.End <= w.At || w.End > len(line) || strings.TrimSpace(line[at:w.At]) != "" {
					t.Fatalf("%d, %q: word %d is %+v, behind %d", q, line, i, w, at)
				}
				if w.Open != 0 && (i < len(words)-1 || w.End < len(line) || q == SentQuotes) {
					t.Errorf("%d, %q: %+v is open", q, line, w)
				}
				if utf8.ValidString(line) && !utf8.ValidString(w.Text) {
					t.Errorf("%d, %q has a broken word: %q", q, line, w.Text)
				}
				at, all = w.End, all+w.Text
			}
			if strings.TrimSpace(line[at:]) != "" || q != FilterQuotes && bare.Replace(all) != bare.Replace(line) {
				t.Errorf("%d, %q is split into %+v", q, line, words)
			}
			if got := textsOf(line, q); !strings.ContainsAny(line, `"'\`) && !slices.Equal(got, strings.FieldsFunc(line, func(r rune) bool {
				return strings.ContainsRune(blanks, r) || q == FilterQuotes && unicode.IsSpace(r)
			})) {
				t.Errorf("%d, %q without quotes is split into %q", q, line, got)
			}
		}
		if got := textsOf(QuoteWord(line), ShellQuotes); len(got) != 1 || got[0] != line {
			t.Errorf("%q comes back as %q", line, got)
		}
	})
}
