package data

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Quoting says how quotes keep the words of a line together.
type Quoting int

// The quotings, one for each kind of line that people type.
const (
	// ShellQuotes has single quotes, which keep all, and double quotes and the
	// backslash, which keep what would part words. They may be anywhere in a word.
	// Nothing else has a meaning: there are no variables, pipes or patterns.
	ShellQuotes Quoting = iota
	// SentQuotes is for a command that a client has sent, whose shell has taken its
	// quotes away already. A quote that begins a word, or the value of an option,
	// opens if another one ends a word behind it. Any other quote is a letter, as in
	// can't.
	SentQuotes
	// ProseQuotes has double quotes that begin a word, which ends with the next one.
	// Any other quote is a letter.
	ProseQuotes
	// FilterQuotes has double quotes that begin a word or follow a colon or a comma.
	// A quote inside is written twice.
	FilterQuotes
)

// A Word is one word of a line.
type Word struct {
	Text    string // what it says, without its quotes
	At, End int    // from where to where in the line it is written, in bytes
	Quoted  bool   // there are quotes in it
	Open    rune   // the quote that is not closed, or the backslash that nothing follows; else 0
}

// SplitWords returns the words of a line. Only the last one may be open.
func SplitWords(line string, q Quoting) (words []Word) {
	s := splitter{line: line, quoting: q}
	for at := s.skip(0); at < len(line); {
		w := s.word(at)
		words, at = append(words, w), s.skip(w.End)
	}
	return words
}

// SplitCommand returns what the words of a whole command say. A word may be empty.
func SplitCommand(line string) (texts []string, err error) {
	for _, w := range SplitWords(line, ShellQuotes) {
		switch w.Open {
		case 0:
			texts = append(texts, w.Text)
		case '\\':
			return nil, Misuse("the command ends with a backslash").WithHint("write it twice if it is meant")
		default:
			return nil, Misuse("a quote %c is not closed", w.Open).WithHint("close it, or write it as \\%c", w.Open)
		}
	}
	return texts, nil
}

// QuoteWord returns a word as it is typed in a command.
func QuoteWord(word string) string {
	if word != "" && !strings.ContainsAny(word, blanks+`'"\`) {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
}

// blanks are the characters between the words of all lines but filters.
const blanks = " \t\r\n"

// A splitter reads the words of a line.
type splitter struct {
	line    string
	quoting Quoting
	lone    []rune // quotes that nothing closes any more: a long line is searched once for each
}

// parts reports whether a character is between words.
func (s *splitter) parts(r rune) bool {
	if s.quoting == FilterQuotes {
		return unicode.IsSpace(r)
	}
	return strings.ContainsRune(blanks, r)
}

// skip returns where the next word begins, from a place on.
func (s *splitter) skip(at int) int {
	return len(s.line) - len(strings.TrimLeftFunc(s.line[at:], s.parts))
}

// word reads the word that begins at a place.
func (s *splitter) word(at int) Word {
	w := Word{At: at, End: at}
	var text strings.Builder
	for w.End < len(s.line) {
		r, n := utf8.DecodeRuneInString(s.line[w.End:])
		next := w.End + n
		switch {
		case w.Open == 0 && s.parts(r):
			w.Text = text.String()
			return w
		case r == '\\' && s.quoting == ShellQuotes && w.Open != '\'':
			next = s.escaped(&w, &text, next)
		case w.Open == 0 && s.opens(w.At, w.End, r):
			w.Open, w.Quoted = r, true
		case w.Open == 0 || r != w.Open || s.quoting == SentQuotes && !s.ends(next):
			text.WriteString(s.line[w.End:next])
		case s.quoting == FilterQuotes && strings.HasPrefix(s.line[next:], `"`):
			text.WriteByte('"')
			next++
		default:
			if w.Open = 0; s.quoting != ShellQuotes {
				w.Text, w.End = text.String(), next
				return w
			}
		}
		w.End = next
	}
	w.Text = text.String()
	return w
}

// escaped takes what follows a backslash, and returns where the word goes on.
func (s *splitter) escaped(w *Word, text *strings.Builder, at int) int {
	r, n := utf8.DecodeRuneInString(s.line[at:])
	switch {
	case n == 0 && w.Open == 0:
		w.Open = '\\'
	case w.Open == '"' && r != '"' && r != '\\':
		text.WriteByte('\\')
	}
	text.WriteString(s.line[at : at+n])
	return at + n
}

// opens reports whether the character at a place opens a quote in the word that
// begins at from.
func (s *splitter) opens(from, at int, r rune) bool {
	switch s.quoting {
	case ShellQuotes:
		return r == '"' || r == '\''
	case SentQuotes:
		return (r == '"' || r == '\'') && (at == from || s.setsOption(from, at)) && s.closed(at, r)
	case FilterQuotes:
		return r == '"' && (at == from || s.line[at-1] == ':' || s.line[at-1] == ',')
	}
	return r == '"' && at == from
}

// setsOption reports whether the value of an option begins at a place, as behind
// --why=.
func (s *splitter) setsOption(from, at int) bool {
	return s.line[from] == '-' && s.line[at-1] == '=' && strings.IndexByte(s.line[from:], '=') == at-1-from
}

// closed reports whether the quote r, opened at a place, is closed by one that ends a
// word.
func (s *splitter) closed(at int, r rune) bool {
	if slices.Contains(s.lone, r) {
		return false
	}
	for i := at + 1; i < len(s.line); i++ {
		if s.line[i] == byte(r) && s.ends(i+1) {
			return true
		}
	}
	s.lone = append(s.lone, r)
	return false
}

// ends reports whether no word goes on at a place.
func (s *splitter) ends(at int) bool {
	return at == len(s.line) || s.parts(rune(s.line[at]))
}
