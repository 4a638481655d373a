package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"warroom/data"
)

// The registry counts how often each path is open in this process. A file that
// is open must not be opened and closed by anything but SQLite: closing it
// would drop SQLite's locks.
var registry = struct {
	sync.Mutex
	open map[string]int
}{open: map[string]int{}}

// examine asks of a file what can be asked before SQLite sees it, and enters it
// in the registry. It reads the header only, and changes nothing.
func examine(path string) (release func(), err error) {
	registry.Lock()
	defer registry.Unlock()
	if registry.open[path] == 0 {
		if err := checkFile(path); err != nil {
			return nil, err
		}
	}
	registry.open[path]++
	return sync.OnceFunc(func() {
		registry.Lock()
		defer registry.Unlock()
		if registry.open[path]--; registry.open[path] == 0 {
			delete(registry.open, path)
		}
	}), nil
}

func notIncident(format string, args ...any) *data.Error {
	e := &data.Error{Class: data.BadFile, What: "not an incident file: " + fmt.Sprintf(format, args...)}
	return e.WithHint("give another file with -f, or make one with: warroom new FILE")
}

func unreadable(name string, err error) error {
	return data.Refuse("%s cannot be read: %v", name, errors.Unwrap(err)).WithHint("check the path, and who may read it")
}

func checkFile(path string) error {
	name := data.Line(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return data.Refuse("there is no file %s", name).WithHint("make one with: warroom new %s", data.Line(filepath.Base(path)))
	case err != nil:
		return unreadable(name, err)
	case info.IsDir():
		return notIncident("%s is a directory", name)
	case !info.Mode().IsRegular():
		return notIncident("%s is no regular file", name)
	case info.Size() == 0:
		return notIncident("%s is empty", name)
	}
	if err := checkPlace(path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return unreadable(name, err)
	}
	defer f.Close()
	head := make([]byte, 100)
	if n, err := io.ReadFull(f, head); err != nil {
		head = head[:n]
	}
	return checkHeader(name, head, info.Size(), hasWAL(path))
}

// checkHeader judges the first 100 bytes of a file, as SQLite's file format has
// them (https://sqlite.org/fileformat.html, section 1.3).
func checkHeader(name string, head []byte, size int64, wal bool) error {
	if len(head) < 16 || string(head[:16]) != "SQLite format 3\x00" {
		return notIncident("%s is no SQLite database", name)
	}
	if len(head) < 100 {
		return notIncident("%s is cut short", name)
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	if binary.BigEndian.Uint32(head[68:]) != applicationID {
		return notIncident("%s is another program's database", name)
	}
	if v := binary.BigEndian.Uint32(head[60:]); v != Version {
		older := "newer"
		if v < Version {
			older = "older"
		}
		e := &data.Error{Class: data.BadFile, What: fmt.Sprintf("%s has schema version %d; this warroom knows version %d", name, v, Version)}
		return e.WithHint("the file is from a %s warroom: open it with that one", older)
	}
	// With a WAL beside it the pages may be there.
	if pages := int64(binary.BigEndian.Uint32(head[28:])); !wal && pages*page > size {
		return notIncident("%s is cut short: %d of %d bytes are there", name, size, pages*page).
			WithHint("restore a backup; warroom verify checks one")
	}
	return nil
}

func hasWAL(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// immutable reports whether a file that is only read can be read without locks,
// so that reading leaves nothing beside it: nobody has it open.
func immutable(path string) bool {
	_, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}

// whyReadOnly says why a file must not be written, or "". A file whose mode
// lets nobody write is meant to stay as it is, even if root could write it.
func whyReadOnly(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	dir := filepath.Dir(path)
	dirInfo, err := os.Stat(dir)
	switch {
	case info.Mode().Perm()&0o222 == 0:
		return "the file is read-only"
	case unix.Access(path, unix.W_OK) != nil:
		return "the file is not yours to write"
	case err == nil && dirInfo.Mode().Perm()&0o222 == 0, unix.Access(dir, unix.W_OK) != nil:
		return "its directory is read-only"
	}
	return ""
}

// checkPlace refuses a file system that SQLite's WAL does not work on.
func checkPlace(path string) error {
	name, err := fileSystem(filepath.Dir(path))
	if err == nil && name != "" {
		return data.Refuse("%s is on a network file system (%s), where changes can be lost", data.Line(path), name).
			WithHint("keep the file on a local disk of one machine")
	}
	return nil
}

// maxName leaves room for "-journal" in the 255 bytes that most file systems
// allow.
const maxName = 247

// errUnfinished says that a file was closed and its WAL is still needed: SQLite
// does not tell of a checkpoint that fails when the last connection is closed.
var errUnfinished = errors.New("not all of it got into the file")

// publish makes a file at path from what make writes to an empty file beside
// it: the file is there whole or not at all, is readable by its owner alone,
// and nothing is overwritten.
func publish(path string, make func(temp string) error) error {
	name, dir := data.Line(path), filepath.Dir(path)
	base := filepath.Base(path)
	if len(base) > maxName {
		return data.Refuse("%s cannot be made: its name is too long for the files that SQLite keeps beside it", name).WithHint("choose a shorter name")
	}
	f, err := os.CreateTemp(dir, "."+base[:min(len(base), 100)]+".*") // mode 0600
	if err != nil {
		return data.Refuse("%s cannot be made: %v", name, errors.Unwrap(err)).WithHint("choose a directory that exists and that you may write to")
	}
	temp := f.Name()
	defer func() {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			os.Remove(temp + suffix)
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	err = make(temp)
	if err == nil && hasWAL(temp) {
		err = errUnfinished
	}
	var sq *sqlite.Error
	switch {
	case errors.Is(err, errUnfinished):
		return data.Refuse("%s could not be written: %v", name, errUnfinished).WithHint("make room on the disk, or check it, and try again")
	case errors.As(err, &sq):
		return explain(sq, path) // there is no file: what failed is not what was recorded in it
	case err != nil:
		return err
	}
	if err := syncFile(temp); err != nil {
		return explain(err, path)
	}
	if err := os.Link(temp, path); errors.Is(err, fs.ErrExist) {
		return data.Refuse("%s exists already", name).WithHint("choose another name; a file is never overwritten")
	} else if err != nil {
		return data.Refuse("%s cannot be made: %v", name, errors.Unwrap(err))
	}
	return syncFile(dir)
}

// syncFile forces a file that nobody has open, or a directory, to the disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// explain turns an error of SQLite's or the system's into one for people.
// Errors that are for people already pass through.
func explain(err error, path string) error {
	var ours *data.Error
	var conflict *data.ConflictError
	if err == nil || errors.As(err, &ours) || errors.As(err, &conflict) {
		return err
	}
	name := data.Line(filepath.Base(path))
	failed := func(class data.Class, what, hint string) error {
		return &data.Error{Class: class, What: name + " " + what, Hint: hint, Err: err}
	}
	var sq *sqlite.Error
	if !errors.As(err, &sq) {
		return err
	}
	code := sq.Code() & 0xff
	if sq.Code() == sqlite3.SQLITE_IOERR_SHMSIZE { // no room to say who has the file open
		code = sqlite3.SQLITE_FULL
	}
	switch code {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return failed(data.Failed, "is locked by another program", "try again; if it stays so, close what holds the file")
	case sqlite3.SQLITE_FULL:
		return failed(data.Failed, "could not be written: the disk is full", "make room on the disk; what was there is unharmed")
	case sqlite3.SQLITE_READONLY:
		return failed(data.Failed, "is read-only", "check who may write to the file and its directory")
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return failed(data.Failed, "cannot be opened", "check who may read the file and its directory")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return failed(data.BadFile, "is damaged", "warroom verify says where; restore a backup")
	case sqlite3.SQLITE_IOERR:
		return failed(data.Failed, "could not be read or written: "+sq.Error(), "check the disk; then warroom verify")
	}
	return err
}
