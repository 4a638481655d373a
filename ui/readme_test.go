package ui

import (
	"fmt"
	"os"
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

func keyTable(title string, actions []kit.Action) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| key | %s |\n|---|---|\n", strings.ToLower(title))
	for _, a := range actions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(a.Key.Help().Key, " ", "` `"), a.Title)
	}
	return b.String() + "\n"
}
