package store

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The copies beside a file are named, and those that hold what was masked since.
func TestCopiesAreNamed(t *testing.T) {
	path := olderFile(t, t.TempDir(), "used")
	s := openFile(t, path, options)
	copies := func(want ...Copy) {
		t.Helper()
		if got, err := s.Copies(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	kept := func(suffix string, holds bool) Copy { return Copy{"used.db." + suffix, true, holds} }
	copies(kept("before-v6", false))
	record(t, s, redaction(t, s, 75))
	copies(kept("before-v6", true))
	if _, err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other.db.before-v6", "used.db.before-v", "used.db.before-v6.db", "used.db.before-v6.2"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte("no incident"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copies(kept("before-rebuild-1", false), kept("before-v6", true), kept("before-v6.2", true))
}

// What was left beside a file by accident is named too, and no other files.
func TestWhatWasLeftIsNamed(t *testing.T) {
	path := newFile(t, action())
	s := openFile(t, path, options)
	dir, base := filepath.Split(path)
	var want []Copy
	for name, named := range map[string]bool{
		".x.db.99999999-1.5.part":   true, // it could not be removed
		".other.db.5":               true,
		".other.db.five":            false,
		"other.db":                  false,
		base + ".before-rebuild":    false,
		base + "-wal.foreign-2":     true,
		"other.db-wal.foreign-1":    false,
		"other.db.before-rebuild-1": false,
	} {
		copyFile(t, path, filepath.Join(dir, name))
		if named {
			want = append(want, Copy{Name: name, Holds: true})
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".notes.5"), []byte("not ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(want, func(a, b Copy) int { return strings.Compare(a.Name, b.Name) })
	if got, err := s.Copies(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}
