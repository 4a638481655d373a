package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"warroom/data"
)

// inShell returns what a shell is offered for the last word of a command, and whether
// it is tight. Of that a shell drops what does not begin as the word does.
func (d *desk) inShell(role data.Role, whole []string, last string) (words []string, tight bool) {
	d.t.Helper()
	status, out, errs := d.as(role, append(append([]string{cobra.ShellCompRequestCmd}, whole...), last)...)
	if status != 0 {
		d.t.Fatalf("%q: %s", whole, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	how, err := strconv.Atoi(strings.TrimPrefix(lines[len(lines)-1], ":"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, l := range lines[:len(lines)-1] {
		if word, note, _ := strings.Cut(l, "\t"); word != "" && strings.HasPrefix(word, valueOf(last)) && (note != "" || how&int(cobra.ShellCompDirectiveFilterFileExt) == 0) {
			words = append(words, word)
		}
	}
	return words, how&int(cobra.ShellCompDirectiveNoSpace) != 0
}

// valueOf returns the value of --flag=value, or another word as it is.
func valueOf(word string) string {
	if _, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(word, "-") {
		return value
	}
	return word
}

// onBoard returns what tab offers on the board for the same.
func (d *desk) onBoard(role data.Role, whole []string, last string) (words []string, tight bool) {
	all, tight := d.complete(d.t.Context(), "ben", role, whole, last)
	for _, c := range all {
		if strings.HasPrefix(c.Word, valueOf(last)) {
			words = append(words, c.Word)
		}
	}
	return words, tight
}

// TestTabOffersWhatAShellIsOffered asks both, for each command, for its first word, a
// second one, its flags and the value of each. On the board only what would be refused
// there is left out.
func TestTabOffersWhatAShellIsOffered(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("note add x")
	asked, offered := 0, 0
	same := func(whole []string, last string) {
		t.Helper()
		want, wantTight := d.inShell(data.Lead, whole, last)
		got, tight := d.onBoard(data.Lead, whole, last)
		want = slices.DeleteFunc(want, func(w string) bool {
			return slices.Contains([]string{"--file", "-f", "--as", "--theme", "--ascii", "--recover"}, w) || len(whole) == 0 && slices.Contains([]string{"new", "backup", "serve", "keys"}, w)
		})
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || tight != wantTight && len(want) > 0 {
			t.Errorf("%q, %q: the board offers %q, tight: %v; a shell %q, tight: %v", whole, last, got, tight, want, wantTight)
		}
		asked, offered = asked+1, offered+len(got)
	}
	var walk func(c *cobra.Command, path []string)
	walk = func(c *cobra.Command, path []string) {
		if isLocal(c) {
			return
		}
		for _, last := range []string{"", "--", "state:d"} {
			same(path, last)
		}
		same(append(slices.Clone(path), "A-1"), "")
		c.InitDefaultHelpFlag()
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if f.Annotations[fileMark] != nil {
				return
			}
			same(append(slices.Clone(path), "--"+f.Name), "")
			same(path, "--"+f.Name+"=")
		})
		for _, sub := range c.Commands() {
			walk(sub, append(slices.Clone(path), sub.Name()))
		}
	}
	walk(d.env("ben", data.Lead, nil, nil, nil).tree(), nil)
	if asked < 500 || offered < 1500 {
		t.Errorf("only %d words were asked for, %d offered", asked, offered)
	}
}

func TestTabHasNotes(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	all, tight := d.complete(t.Context(), "ben", data.Viewer, []string{"action", "done"}, "A-15")
	if got := fmt.Sprint(all); tight || !strings.Contains(got, "{A-15 Have the breach seriously investigated}") {
		t.Errorf("offers %s", got)
	}
}

// TestTabAsksWhoIsThere offers nothing to who has no role, nor anybody what they may
// not read, nor what only a shell has.
func TestTabAsksWhoIsThere(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.run("note add --private xyzzy")
	for _, whole := range [][]string{{"show"}, {"note", "amend"}, {"log", "--of"}} {
		if all, _ := d.complete(t.Context(), "ben", data.Viewer, whole, ""); strings.Contains(fmt.Sprint(all), "N-1") {
			t.Errorf("%q: a viewer is offered %v", whole, all)
		}
	}
	if all, _ := d.complete(t.Context(), "ben", 0, nil, ""); all != nil {
		t.Errorf("who has no role is offered %v", all)
	}
	for _, whole := range [][]string{{"new"}, {"keys"}, {"keys", "add"}, {"backup"}, {"serve"}, {"verify", "--recover"}} {
		if all, _ := d.complete(t.Context(), "ben", data.Lead, whole, ""); all != nil {
			t.Errorf("%q: %v is offered", whole, all)
		}
	}
}
