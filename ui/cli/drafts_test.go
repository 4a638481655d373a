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
	"warroom/store"
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
	drafts, _, err := d.all()
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
	taken, _, err := next.all()
	if err != nil {
		t.Fatal(err)
	}
	taken[0].Text["title"] = "abc"
	if err := next.keep(taken[0]); err != nil { // it is the next board's now
		t.Fatal(err)
	}
	if got := next.titles(t); len(got) > 0 {
		t.Errorf("a board that is open is offered %v, which it has", got)
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
	if _, _, err := d.all(); err == nil {
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

// TestTheBoardOfADraftIsGone: the number of its process is another's, or our own.
func TestTheBoardOfADraftIsGone(t *testing.T) {
	const unsaid = "-" // the system does not say when a process began
	parent := sessionOf(os.Getppid())
	for name, tt := range map[string]struct {
		session string
		open    bool
	}{
		"a process that is there":           {parent, true},
		"another process with its number":   {strings.TrimSuffix(parent, store.ProcessStart(os.Getppid())) + "1", store.ProcessStart(os.Getppid()) == unsaid},
		"of before sessions had a start":    {strings.Join(strings.Fields(parent)[:3], " "), true},
		"our own number":                    {sessionOf(os.Getpid()), false},
		"our own number, but another start": {strings.TrimSuffix(sessionOf(os.Getpid()), store.ProcessStart(os.Getpid())) + "1", false},
		"another machine":                   {"elsewhere" + parent, false},
	} {
		dir := t.TempDir()
		d := draftsIn(t, dir, "one")
		d.session = tt.session
		if err := d.keep(draftOf("new action", "a")); err != nil {
			t.Fatal(err)
		}
		if got := draftsIn(t, dir, "one").titles(t); (len(got) == 0) != tt.open {
			t.Errorf("%s: offered %v", name, got)
		}
	}
}

// TestOpenBoardsOfOneServer: what a board of the same process has is not offered, and
// is counted.
func TestOpenBoardsOfOneServer(t *testing.T) {
	dir, open := t.TempDir(), &boards{}
	one, two := draftsIn(t, dir, "one"), draftsIn(t, dir, "one")
	one.boards, two.boards = open, open
	open.add(t.Context(), one.session)
	open.add(t.Context(), two.session)
	if err := one.keep(draftOf("new action", "a")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		of         draftFile
		left, open int
	}{{one, 0, 0}, {two, 0, 1}} {
		if left, n, err := test.of.all(); len(left) != test.left || n != test.open || err != nil {
			t.Errorf("offered %v, %d of open boards, %v", left, n, err)
		}
	}
}

// TestDraftsOfTheSameThingStayApart: two sessions left one each, and this one types
// a third.
func TestDraftsOfTheSameThingStayApart(t *testing.T) {
	dir := t.TempDir()
	for _, title := range []string{"a", "b"} {
		if err := draftsIn(t, dir, "one").dead().keep(draftOf("new action", title)); err != nil {
			t.Fatal(err)
		}
	}
	next := draftsIn(t, dir, "one")
	taken, _, err := next.all()
	if err != nil || len(taken) != 2 {
		t.Fatal(taken, err)
	}
	for range 2 { // each is written to more than once
		for i := range taken {
			taken[i].Text["title"] += "!"
			if err := next.keep(taken[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := next.keep(draftOf("new action", "c")); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := next.read()
	if err != nil || len(kept) != 3 {
		t.Fatalf("%v, %v", kept, err)
	}
	if err := next.drop(taken[0]); err != nil {
		t.Fatal(err)
	}
	kept, _ = next.read()
	var left []string
	for _, k := range kept {
		left = append(left, k.Text["title"])
	}
	if got := strings.Join(left, " "); !strings.Contains(got, taken[1].Text["title"]) || !strings.Contains(got, "c") || len(kept) != 2 {
		t.Errorf("left: %s", got)
	}
}
