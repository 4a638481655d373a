package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestReplaceFile replaces a file: the new one is whole, a first one is for its
// owner alone, one that others could read they can read still, and nothing is left
// beside it.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kept")
	for _, tt := range []struct {
		text       string
		mode, want os.FileMode // before, if there is one, and after
	}{
		{"first", 0, 0o600}, {"second", 0o640, 0o640}, {"", 0o666, 0o644}, {"last", 0o400, 0o400},
	} {
		if tt.mode != 0 {
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := ReplaceFile(path, []byte(tt.text)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != tt.want {
			t.Errorf("%q: mode %v, want %v; %v", tt.text, info.Mode(), tt.want, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != tt.text {
			t.Errorf("it holds %q, want %q; %v", got, tt.text, err)
		}
	}
	if err := ReplaceFile(filepath.Join(dir, "nowhere", "x"), nil); err == nil {
		t.Error("a file is made in a folder that is not there")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%v is left; %v", left, err)
	}
}
