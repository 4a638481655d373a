package cli

import (
	"cmp"
	"os"
	"path/filepath"
)

// replace writes a file beside the one that it then takes the place of: after a
// power cut there is the one or the other, whole. It is for its owner alone, and
// so is its folder if there was none.
func replace(path string, text []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+"-*") // made 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = cmp.Or(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	if d, err := os.Open(dir); err == nil { // the new name too; where that cannot be, the file is written all the same
		d.Sync()
		d.Close()
	}
	return nil
}
