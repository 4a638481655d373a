package ui

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"warroom/data"
)

// complete returns what a line may become, each with a tab and a note on what it
// is about, if there is one. It runs the tree, so it is not for the event loop.
func (c Console) complete(ctx context.Context, views, does []string, line string) []string {
	words, last, at := typedWords(line)
	if at < 0 {
		return nil
	}
	if len(words) > 0 && words[0] == "warroom" {
		words = words[1:]
	}
	var found []string
	tight := false
	switch {
	case len(words) == 1 && words[0] == "view":
		found = views
	case len(words) == 1 && words[0] == "do":
		found = does
	case len(words) == 0:
		found, tight = c.ask(ctx, words, last)
		found = slices.DeleteFunc(found, func(s string) bool {
			name, _, _ := strings.Cut(s, "\t")
			return slices.Contains(useless, name) || senseless[name] != ""
		})
		for _, s := range []string{"do\tDo what a key does here", "find\tSearch all of it", "quit\tLeave the board", "view\tShow a view", "who\tShow who is on"} {
			name, _, _ := strings.Cut(s, "\t")
			if !slices.ContainsFunc(found, func(s string) bool { return s == name || strings.HasPrefix(s, name+"\t") }) {
				found = append(found, s)
			}
		}
		if strings.HasPrefix(last[min(1, len(last)):], "-") && last[0] != '-' {
			found, tight = c.ask(ctx, []string{"show"}, last)
		}
	default:
		found, tight = c.ask(ctx, words, last)
	}
	return become(line[:at], last, found, tight)
}

// useless are commands that the tree refuses where a file is open, and so does
// not offer.
var useless = []string{"new", "backup"}

// become returns the lines that end with the words found, as far as they go on
// with the last word. After the only one there is a space, unless it is tight.
func become(before, last string, found []string, tight bool) (lines []string) {
	flag := ""
	if name, value, ok := strings.Cut(last, "="); ok && strings.HasPrefix(name, "-") {
		flag, last = name+"=", value
	}
	for _, s := range found {
		word, note, _ := strings.Cut(s, "\t")
		if !strings.HasPrefix(strings.ToLower(word), strings.ToLower(last)) || word == "--file" || word == "--as" {
			continue
		}
		lines = append(lines, before+flag+data.QuoteWord(word)+"\t"+note)
	}
	if len(lines) == 1 && !tight {
		lines[0] = strings.Replace(lines[0], "\t", " \t", 1)
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

// ask asks the tree what the last word may become. It is tight if nothing is to
// follow it, not even a space.
func (c Console) ask(ctx context.Context, words []string, last string) (found []string, tight bool) {
	var out stream
	if c.Run(ctx, slices.Concat([]string{"__complete"}, words, []string{last}), nil, &out, io.Discard) != 0 {
		return nil, false
	}
	lines := strings.Split(strings.TrimSpace(out.text.String()), "\n")
	// The last line says how the others are meant: as bits.
	how, err := strconv.Atoi(strings.TrimPrefix(lines[len(lines)-1], ":"))
	const failed, noSpace, files, folders = 1, 2, 8, 16
	if err != nil || how&failed != 0 {
		return nil, false
	}
	for _, l := range lines[:len(lines)-1] {
		name, note, _ := strings.Cut(l, "\t")
		if name == "_activeHelp_" || l == "" || note == "" && how&(files|folders) != 0 { // the ending of a file's name
			continue
		}
		found = append(found, l)
	}
	return found, how&noSpace != 0
}
