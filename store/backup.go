package store

import (
	"context"
	"path/filepath"

	"warroom/data"
)

// backup writes a copy of the file as it is now to path, while others use it,
// and proves the copy before it gets its name. The copy is readable by its
// owner alone. An existing file is never overwritten.
func (s *Store) backup(ctx context.Context, path string) (rep *Report, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkPlace(path); err != nil {
		return nil, err
	}
	err = publish(path, func(temp string) error {
		if err := s.using(ctx, copying, func(c *conn) error { return copyFrom(ctx, c, temp) }); err != nil {
			return explain(err, path)
		}
		opts := s.opts
		opts.ReadOnly = s.other != 0 // a copy of a file of another version stays one
		rep, err = finishBackup(ctx, temp, opts)
		return err
	})
	return rep, err
}

// finishBackup makes a copy one that can be opened like any other, and proves
// it.
func finishBackup(ctx context.Context, temp string, opts Options) (*Report, error) {
	opts.StateDir = ""
	s := &Store{path: temp, opts: opts}
	db := openDB(s.dsn(writing)) // sets WAL, which VACUUM INTO does not copy
	err := db.PingContext(ctx)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, explain(err, temp)
	}
	copied, err := open(ctx, temp, opts)
	if err != nil {
		return nil, err
	}
	defer copied.Close()
	rep, err := copied.Verify(ctx)
	if err != nil {
		return nil, data.Refuse("the copy is not whole: %v", err).WithHint("run warroom verify on the file itself")
	}
	return rep, nil
}
