package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"warroom/data"
	"warroom/ui"
)

// draftsIn returns the drafts of ana as a board has them.
func draftsIn(t *testing.T, dir, incident string) draftFile {
	t.Helper()
	sh := &shell{environ: []string{"XDG_STATE_HOME=" + dir}}
	return sh.drafts("ana", incident)
}

func draftOf(id, title string) ui.Draft {
	return ui.Draft{ID: id, Kind: data.KindAction, Text: map[string]string{"title": title}, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
}

// dead makes the drafts of a board as those of one whose process has ended.
func (d draftFile) dead() draftFile {
	d.session = strings.Replace(d.session, fmt.Sprint(" ", os.Getpid(), " "), " 999999999 ", 1)
	return d
}

func (d draftFile) titles(t *testing.T) (all []string) {
	t.Helper()
	drafts, err := d.all()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range drafts {
		all = append(all, x.ID+": "+x.Text["title"])
	}
	return all
}

func TestDraftsAreKeptForTheNextBoard(t *testing.T) {
	dir := t.TempDir()
	gone, other := draftsIn(t, dir, "one").dead(), draftsIn(t, dir, "two").dead()
	for _, err := range []error{gone.keep(draftOf("new action", "a")), gone.keep(draftOf("new action", "ab")), other.keep(draftOf("new action", "of another incident"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	next := draftsIn(t, dir, "one")
	if got := fmt.Sprint(next.titles(t)); got != "[new action: ab]" {
		t.Fatalf("offered: %s", got)
	}
	taken, err := next.all()
	if err != nil {
		t.Fatal(err)
	}
	taken[0].Text["title"] = "abc"
	if err := next.keep(taken[0]); err != nil { // it is the next board's now
		t.Fatal(err)
	}
	if got := draftsIn(t, dir, "one").titles(t); len(got) > 0 {
		t.Errorf("a board that is open loses %v to another", got)
	}
	if err := next.drop(taken[0]); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(next.path); err != nil || strings.Contains(string(text), "abc") || strings.Contains(string(text), `"ab"`) {
		t.Errorf("%s, %v", text, err)
	}
	if info, err := os.Stat(next.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestBoardsOfOnePersonKeepTheirDrafts: each keeps many at the same time.
func TestBoardsOfOnePersonKeepTheirDrafts(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 4 {
		d := draftsIn(t, dir, "one").dead()
		wg.Go(func() {
			for j := range 20 {
				if err := d.keep(draftOf(fmt.Sprint("draft ", i, " ", j), "x")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(draftsIn(t, dir, "one").titles(t)); got != 80 {
		t.Errorf("%d drafts are left of 80", got)
	}
}

func TestAFaultyFileOfDrafts(t *testing.T) {
	d := draftsIn(t, t.TempDir(), "one")
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.path, []byte(`[{"id": "cut sho`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.all(); err == nil {
		t.Error("nobody is told")
	}
	if err := d.keep(draftOf("new action", "kept")); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(d.path + ".faulty"); err != nil || !strings.Contains(string(text), "cut sho") {
		t.Errorf("what was there is lost: %q, %v", text, err)
	}
}

func TestNamesOfDraftFiles(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"ana", "Ana", "../../etc/passwd", "a/b", "a_2fb", "佐藤", ".", "a b", strings.Repeat("佐", 33), strings.Repeat("佐", 32)} {
		file := fileName(name)
		if other, ok := seen[file]; ok || strings.Trim(file, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" || len(file) > 200 {
			t.Errorf("%q is called %q, as is %q", name, file, other)
		}
		seen[file] = name
	}
}
