package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a screen, without its styles, with testdata/<name>.golden.
func golden(t *testing.T, name, view string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	got := ansi.Strip(view) + "\n"
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	gots, wants := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gots), len(wants)) {
		if g, w := lineAt(gots, i), lineAt(wants, i); g != w {
			t.Errorf("%s differs on line %d\n got %s\nwant %s", file, i+1, g, w)
		}
	}
}

func lineAt(lines []string, i int) string {
	if i >= len(lines) {
		return "(no such line)"
	}
	return lines[i]
}

var templates = []string{"toyota-2024", "exercise", "blank"}

func TestOverviewGolden(t *testing.T) {
	for _, template := range templates {
		for _, size := range [][2]int{{60, 16}, {80, 24}, {100, 30}, {140, 40}, {200, 60}} {
			name := fmt.Sprintf("%s-%dx%d", template, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				s := newScreen(t, template, size[0], size[1]).whole()
				golden(t, name, s.m.View().Content)
			})
		}
	}
}

func TestPagesGolden(t *testing.T) {
	for _, tt := range []struct {
		name string
		keys []string
	}{
		{"detail-action", []string{"enter"}},
		{"detail-incident", []string{"i"}},
		{"detail-region", []string{"1", "j", "enter"}},
		{"detail-activity", []string{"5", "enter"}},
		{"detail-clock", []string{"T", "enter"}},
		{"help-board", []string{"?"}},
		{"help-detail", []string{"enter", "?"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, "exercise", 80, 24).press(tt.keys...).whole()
			golden(t, tt.name, s.m.View().Content)
		})
	}
}
