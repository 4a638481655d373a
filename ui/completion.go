package ui

import (
	"context"
	"slices"
	"strings"

	"warroom/data"
)

// ownWords are the commands that the board adds to those of the tree.
var ownWords = []Completion{
	{"do", "Do what a key does here"}, {"find", "Search all of it"}, {"quit", "Leave the board"}, {"view", "Show a view"}, {"who", "Show who is on"},
}

// complete returns what a line may become. It reads the file, so it is not for the
// event loop.
func (c Console) complete(ctx context.Context, views, does []Completion, line string) []Completion {
	whole, last, at := typedWords(line)
	if at < 0 {
		return nil
	}
	if len(whole) > 0 && whole[0] == "warroom" {
		whole = whole[1:]
	}
	ask := c.Complete
	if ask == nil {
		ask = func(context.Context, []string, string) ([]Completion, bool) { return nil, false }
	}
	switch {
	case len(whole) == 1 && whole[0] == "view":
		return become(line[:at], last, views, false)
	case len(whole) == 1 && whole[0] == "do":
		return become(line[:at], last, does, false)
	case len(whole) == 0 && len(last) > 1 && last[0] != '-' && last[1] == '-': // an id, as A-12
		whole = []string{"show"}
	}
	all, tight := ask(ctx, whole, last)
	if len(whole) == 0 {
		all = slices.DeleteFunc(all, func(w Completion) bool { return senseless[w.Word] != "" })
		for _, own := range ownWords {
			if !slices.ContainsFunc(all, func(w Completion) bool { return w.Word == own.Word }) {
				all = append(all, own)
			}
		}
	}
	return become(line[:at], last, all, tight)
}

// become returns the lines that end with the words of all, as far as they go on with
// the last word. After the only one there is a space, unless it is tight.
func become(before, last string, all []Completion, tight bool) (lines []Completion) {
	flag := ""
	if name, value, ok := strings.Cut(last, "="); ok && strings.HasPrefix(name, "-") {
		flag, last = name+"=", value
	}
	for _, w := range all {
		if strings.HasPrefix(strings.ToLower(w.Word), strings.ToLower(last)) {
			lines = append(lines, Completion{before + flag + data.QuoteWord(w.Word), w.Note})
		}
	}
	if len(lines) == 1 && !tight {
		lines[0].Word += " "
	}
	return lines
}

// typedWords parts a line into its whole words, the one that is being typed, as far
// as it goes, and where that begins; -1 if a backslash waits for what follows it.
func typedWords(line string) (whole []string, last string, at int) {
	for _, w := range data.SplitWords(line, data.ShellQuotes) {
		switch {
		case w.Open == '\\':
			return nil, "", -1
		case w.End == len(line):
			return whole, w.Text, w.At
		}
		whole = append(whole, w.Text)
	}
	return whole, "", len(line)
}
