package cli

import (
	"os"
	"path/filepath"

	"warroom/store"
)

// replace is [store.ReplaceFile] for a file of the state directory, whose folder it
// makes, for its owner alone, if there was none.
func replace(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return store.ReplaceFile(path, text)
}
