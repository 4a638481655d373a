package store

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ReplaceFile writes a file beside the one that it then takes the place of: after a
// power cut there is the one or the other, whole. A new one is for its owner alone;
// one that was there stays whose it is, and who may read it may read it still. It is
// for what is kept beside incidents, never for an incident file.
func ReplaceFile(path string, text []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*") // made 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = cmp.Or(err, OwnedLike(f, path), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncFile(dir) // else what was replaced could come back with the power
}

// OwnedLike makes a file whose another one is, if that is there: with sudo it would
// be root's, and its owner could not read it.
func OwnedLike(f *os.File, path string) error {
	was, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	is, err2 := f.Stat()
	if err := cmp.Or(err, err2); err != nil {
		return err
	}
	a, ok := was.Sys().(*syscall.Stat_t)
	b, ok2 := is.Sys().(*syscall.Stat_t)
	if ok && ok2 && (a.Uid != b.Uid || a.Gid != b.Gid) {
		if err := f.Chown(int(a.Uid), int(a.Gid)); err != nil {
			return err
		}
	}
	return f.Chmod(was.Mode().Perm() &^ 0o022)
}
