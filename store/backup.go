package store

import (
	"context"
	"path/filepath"

	"warroom/data"
)

// Backup writes a copy of the file as it is now to path, while others use it,
// and proves the copy before it gets its name. The copy is readable by its
// owner alone. An existing file is never overwritten.
func (s *Store) Backup(ctx context.Context, path string) (rep *Report, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkPlace(path); err != nil {
		return nil, err
	}
	err = publish(path, func(temp string) error {
		db := openDB(s.dsn(copying))
		defer db.Close()
		if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, temp); err != nil {
			return explain(err, path)
		}
		rep, err = finishBackup(ctx, temp, s.opts)
		return err
	})
	return rep, err
}

// finishBackup makes a copy one that can be opened like any other, and proves
// it.
func finishBackup(ctx context.Context, temp string, opts Options) (*Report, error) {
	opts.StateDir, opts.ReadOnly = "", false
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
