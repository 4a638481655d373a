package ui

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"warroom/ui/kit"
)

// TestReadmeKeys holds the README's list of keys to what the keys do. With
// -update it writes the list.
func TestReadmeKeys(t *testing.T) {
	const file, begin, end = "../README.md", "<!-- keys: made by go test ./ui -run TestReadmeKeys -update -->\n", "<!-- end of keys -->"
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the keys, between %q and %q", file, begin, end)
	}
	sc := newScreen(t, "exercise", 80, 24)
	want := keyTable("On the board", sc.m.actions())
	sc.press("enter")
	want += keyTable("On the page of an item", sc.m.actions())
	want += keyTable("In a full view", fullActions(sc))
	sc.press("C")
	want += keyTable("In call mode", sc.m.actions())
	sc.press("esc", "a", "1")
	want += keyTable("In a form", sc.m.actions())
	sc = newScreen(t, "exercise", 80, 24)
	opened["conflict of several"](sc)
	want += keyTable("On the page of a conflict of several items", sc.m.actions())
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the keys in %s are not what the keys do; run with -update\n--- got\n%s--- want\n%s", file, got, want)
	}
}

// fullActions returns the actions of all full views, each once, and where it is
// not to be found in all.
func fullActions(sc *screen) (all []kit.Action) {
	in := map[string][]string{}
	key := func(a kit.Action) string { return a.Key.Help().Key + a.Title }
	views := sc.m.views()
	for _, v := range views {
		o := v.make()
		sc.m.push(o)
		for _, a := range sc.m.actions() {
			if in[key(a)] == nil {
				all = append(all, a)
			}
			in[key(a)] = append(in[key(a)], v.name)
		}
	}
	for i, a := range all {
		var lack []string
		for _, v := range views {
			if !slices.Contains(in[key(a)], v.name) {
				lack = append(lack, v.name)
			}
		}
		switch where := in[key(a)]; {
		case len(lack) > len(where):
			all[i].Title += " (in " + strings.Join(where, ", ") + ")"
		case lack != nil:
			all[i].Title += " (not in " + strings.Join(lack, ", ") + ")"
		}
	}
	return all
}

func keyTable(title string, actions []kit.Action) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| key | %s |\n|---|---|\n", strings.ToLower(title))
	for _, a := range actions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(a.Key.Help().Key, " ", "` `"), a.Title)
	}
	return b.String() + "\n"
}
