package store

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A Copy is another file in the directory of the incident that holds an incident, or part
// of one. No redaction reaches it.
type Copy struct {
	Name  string // without the directory
	Kept  bool   // warroom kept it on purpose, before an upgrade or a rebuild
	Holds bool   // it may hold text that was masked after the copy was made
}

// The names of copies: of a copy that was kept on purpose, of a WAL that was put aside,
// and of a hidden file that an earlier warroom left when it was killed.
var (
	keptSuffix  = regexp.MustCompile(`^\.before-(v[0-9]+(\.[0-9]+)?|rebuild-[0-9]+)$`)
	asideSuffix = regexp.MustCompile(`^-wal\.foreign-[0-9]+$`)
	earlierTemp = regexp.MustCompile(`^\..+\.[0-9]+$`)
)

// Copies returns the copies beside the file, by name. They include the hidden files of
// killed processes that could not be removed.
func (s *Store) Copies(ctx context.Context) (all []Copy, err error) {
	dir, base := filepath.Split(s.path)
	left := temps(dir)
	for _, name := range namesIn(dir) {
		path := filepath.Join(dir, name)
		suffix, ours := strings.CutPrefix(name, base)
		switch {
		case ours && keptSuffix.MatchString(suffix):
			holds, err := s.masksSince(ctx, path)
			if err != nil {
				return nil, err
			}
			all = append(all, Copy{Name: name, Kept: true, Holds: holds})
		case ours && asideSuffix.MatchString(suffix), earlierTemp.MatchString(name) && isIncident(path), slices.Contains(left, path):
			all = append(all, Copy{Name: name, Holds: true})
		}
	}
	return all, nil
}

// isIncident reports whether the header of a file says that it is an incident file.
func isIncident(path string) bool {
	var head [72]byte
	return readStart(path, head[:]) && binary.BigEndian.Uint32(head[68:]) == applicationID
}

// masksSince reports whether a redaction was recorded after a copy was made. It says yes
// for a copy that it cannot read.
func (s *Store) masksSince(ctx context.Context, path string) (bool, error) {
	c, err := dial(ctx, (&Store{path: path, opts: s.opts}).dsn(fixed))
	if err != nil {
		return true, nil
	}
	defer c.discard()
	head, err := readHead(ctx, c)
	if err != nil {
		return true, nil
	}
	var later []int64
	err = s.readTx(ctx, func(q querier) error {
		later, err = collect(ctx, q, scanInt, `SELECT seq FROM event WHERE seq > ? AND kind = 'redacted' LIMIT 1`, head.Seq)
		return err
	})
	return len(later) > 0, err
}
