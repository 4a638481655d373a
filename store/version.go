package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"

	"warroom/data"
)

// A file says two numbers in its header. The format is that of the log: the table of
// events with its index and triggers, the chain of hashes, and how a body and an id
// are written. It is frozen: raise it only for what no older warroom may read. The
// version is that of the projection, which is everything else. Raise it with every
// change of the tables, and of what they hold for some log: a new field, a new kind, a
// new key. A file of an older version is upgraded when it is opened; one of a newer
// version can still be read.
//
// Whoever raises Version keeps files of the one before in testdata/.
const (
	Format  = 1
	Version = 6
)

// A number is what PRAGMA user_version says: the thousands are the format, less one,
// the rest is the version.
type number uint32

const perFormat = 1000

// ours is the number of the files that this warroom makes. oldest is that of the first
// there were.
const (
	ours   = number((Format-1)*perFormat + Version)
	oldest = number(1)
)

func (n number) format() int { return int(n/perFormat) + 1 }

func (n number) version() int { return int(n % perFormat) }

// pragma returns the statement that sets the number of a file.
func (n number) pragma() string { return fmt.Sprintf("PRAGMA user_version = %d", n) }

// headerNumber returns the number in the header of a file. The WAL may have another.
func headerNumber(f *os.File) (number, error) {
	var head [64]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return 0, err
	}
	return number(binary.BigEndian.Uint32(head[60:])), nil
}

// readNumber returns the number of the file as a transaction sees it.
func readNumber(ctx context.Context, q querier) (number, error) {
	n, err := collect(ctx, q, scanInt, `PRAGMA user_version`)
	if err != nil {
		return 0, unlike(err)
	}
	return number(uint32(n[0])), nil
}

// readable refuses a file of a number that this warroom cannot read.
func (n number) readable(name string) error {
	bad := func(hint, format string, args ...any) error {
		e := &data.Error{Class: data.BadFile, What: name + " has " + fmt.Sprintf(format, args...)}
		return e.WithHint("the file is from %s warroom: open it with that one", hint)
	}
	switch {
	case n.format() > Format:
		return bad("a newer", "log format %d; this warroom knows format %d", n.format(), Format)
	case n < oldest:
		return bad("an older", "version %d; this warroom knows %d to %d", n, oldest, Version)
	}
	return nil
}

// checkNumber refuses to write a file that another program has upgraded since it was
// opened. not says what was not done.
func checkNumber(ctx context.Context, q querier, not string) error {
	n, err := readNumber(ctx, q)
	if err != nil || n == ours {
		return err
	}
	e := data.Refuse("%s: another program has made the file one of version %d, this warroom knows version %d", not, n, Version).
		WithHint("leave, and open it with the warroom that did")
	e.Class = data.BadFile
	return e
}
