package cli

import (
	"strings"

	"warroom/data"
)

// split returns the words of a command line. They are parted by white space;
// 'single quotes' keep all, "double quotes" and a backslash keep what would
// part words, and nothing else has a meaning: there are no variables, pipes or
// patterns.
func split(line string) (words []string, err error) {
	var word strings.Builder
	started := false // a word may be empty: ""
	var quote rune
	escaped := false
	for _, r := range line {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, started = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, started = r, true
		case strings.ContainsRune(" \t\n", r):
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(r)
			started = true
		}
	}
	switch {
	case quote != 0:
		return nil, data.Misuse("a quote %c is not closed", quote).WithHint("close it, or write it as \\%c", quote)
	case escaped:
		return nil, data.Misuse("the command ends with a backslash").WithHint("write it twice if it is meant")
	case started:
		words = append(words, word.String())
	}
	return words, nil
}
