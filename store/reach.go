package store

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"warroom/data"
)

// Reachable returns nil if the file that is open is the one at its path, and may
// be read; else an error that says why not. [data.ErrReplaced] is behind the one
// that says that another file is there: what was open can still be read then. It
// looks at the path alone, which takes microseconds.
func (s *Store) Reachable() error {
	if s.open == nil {
		return nil // it is being opened
	}
	name := data.Line(s.path)
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return data.Refuse("the file %s is gone", name).WithHint("put it back where it was")
	case err != nil:
		return unreadable(name, err)
	case !os.SameFile(info, s.open):
		e := data.Refuse("the file at %s is another one now", name).WithHint("leave and open it again")
		e.Err = data.ErrReplaced
		return e
	case info.Mode().Perm()&0o444 == 0, unix.Access(s.path, unix.R_OK) != nil:
		return data.Refuse("the file %s may not be read any more", name).WithHint("check who may read it")
	}
	return nil
}

// unreached is the error of a request that finds the file gone: what is written
// to it would be gone with it.
func unreached(why error) error {
	return &data.Error{Class: data.Failed, What: "nothing can be recorded: " + why.Error(), Hint: data.HintOf(why), Err: why}
}
