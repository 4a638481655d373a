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

// The registry has the homes of all files that are open in this process. A home keeps
// its file open as long: where locks belong to the process, and not to an open file,
// closing it would drop SQLite's.
var registry = struct {
	sync.Mutex
	homes map[string]*home // by path
}{homes: map[string]*home{}}

// examine asks of a file what can be asked before SQLite sees it, and returns its
// home, which release leaves. It reads the header only, and changes nothing.
func examine(path string, careless bool) (h *home, release func(), err error) {
	registry.Lock()
	defer registry.Unlock()
	h = registry.homes[path]
	if h == nil {
		if err := checkFile(path); err != nil {
			return nil, nil, err
		}
		if h, err = newHome(path, careless); err != nil {
			return nil, nil, err
		}
		registry.homes[path] = h
	}
	h.users++
	return h, sync.OnceFunc(func() {
		registry.Lock()
		defer registry.Unlock()
		if h.users--; h.users == 0 {
			delete(registry.homes, path)
			h.file.Close()
		}
	}), nil
}

// newHome returns the home of a file that is not open in this process.
func newHome(path string, careless bool) (*home, error) {
	h := &home{path: path, mine: whyReadOnly(path) == "", careless: careless, conns: map[*conn]bool{}}
	flag := os.O_RDONLY
	if h.mine {
		flag = os.O_RDWR
	}
	var err error
	if h.file, err = os.OpenFile(path, flag, 0); err != nil {
		return nil, unreadable(data.Line(path), err)
	}
	if info, err := h.file.Stat(); err == nil {
		h.size = info.Size()
	}
	return h, nil
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
	err = checkStart(name, path, f)
	if err != nil && !isUsed(f) {
		err = checkStart(name, path, f) // it was open, and changed meanwhile
	}
	return err
}

// checkStart judges how a file begins, and how long it is.
func checkStart(name, path string, f *os.File) error {
	head := make([]byte, 100)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return unreadable(name, err)
	}
	used := isUsed(f) // SQLite copies to it what is in the WAL
	info, err := f.Stat()
	if err != nil {
		return unreadable(name, err)
	}
	return checkHeader(name, head[:n], info.Size(), used || hasWAL(path))
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
	if binary.BigEndian.Uint32(head[68:]) != applicationID {
		return notIncident("%s is another program's database", name)
	}
	// With a WAL beside it the file may be one of a later number by now.
	if n := number(binary.BigEndian.Uint32(head[60:])); !wal || n > ours {
		if err := n.readable(name); err != nil {
			return err
		}
	}
	// With a WAL beside it the pages may be there, or on their way.
	if says := sizeIn(head); !wal && says > size {
		return notIncident("%s is cut short: %d of %d bytes are there", name, size, says).
			WithHint("restore a backup, or save what is left: warroom verify --recover FILE")
	}
	return nil
}

// sizeIn returns how long a file is by its header.
func sizeIn(head []byte) int64 {
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	return page * int64(binary.BigEndian.Uint32(head[28:]))
}

func hasWAL(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// Why a file must not be written.
const (
	readOnlyOpened = "opened for reading only"
	readOnlyMode   = "the file is read-only"
	readOnlyOther  = "the file is not yours to write"
	readOnlyDir    = "its directory is read-only"
	readOnlyNewer  = "the file is from a newer warroom"
)

// readOnlyHints say what to do about it.
var readOnlyHints = map[string]string{
	readOnlyOpened: "open it in a program of its own to write to it",
	readOnlyMode:   "its mode lets nobody write: chmod u+w on the file, if it need not stay as it is",
	readOnlyOther:  "ask its owner to let you write to it and to its directory",
	readOnlyNewer:  "use that one to change it",
	readOnlyDir:    "warroom keeps files beside it: chmod u+w on the directory, or ask its owner",
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
		return readOnlyMode
	case unix.Access(path, unix.W_OK) != nil:
		return readOnlyOther
	case err == nil && dirInfo.Mode().Perm()&0o222 == 0, unix.Access(dir, unix.W_OK) != nil:
		return readOnlyDir
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

// freeName returns the first name that nothing has: that one with a number.
func freeName(path string) string {
	for n := 1; ; n++ {
		free := fmt.Sprintf("%s-%d", path, n)
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			return free
		}
	}
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
	removeTemps(dir)
	f, err := newTemp(dir, base)
	if err != nil {
		return data.Refuse("%s cannot be made: %v", name, errors.Unwrap(err)).WithHint("choose a directory that exists and that you may write to")
	}
	defer f.Close() // which also says that it is not needed any more
	temp := f.Name()
	defer func() {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			os.Remove(temp + suffix)
		}
	}()
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
		return locked(path, err)
	case sqlite3.SQLITE_FULL:
		return failed(data.Failed, "could not be written: the disk is full", "make room on the disk; what was there is unharmed")
	case sqlite3.SQLITE_READONLY:
		return failed(data.Failed, "is read-only", "check who may write to the file and its directory")
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return failed(data.Failed, "cannot be opened", "check who may read the file and its directory")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return failed(data.BadFile, "is damaged", "restore a backup, or save what is left: warroom verify --recover FILE")
	case sqlite3.SQLITE_IOERR:
		return failed(data.Failed, "could not be read or written: "+sq.Error(), "check the disk; then warroom verify")
	}
	return err
}

func locked(path string, err error) error {
	return &data.Error{Class: data.Failed, What: data.Line(filepath.Base(path)) + " is locked by another program",
		Hint: "try again; if it stays so, close what holds the file", Err: err}
}
