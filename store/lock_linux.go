package store

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Our two locks lie behind SQLite's. The process that writes holds ourByte. The first
// process that waits for ourByte holds lineByte.
const (
	ourByte  = 0x40000200
	lineByte = 0x40000201
)

// lockBytes locks or unlocks bytes of an open file, without waiting. It reports false if
// another process holds them.
func lockBytes(f *os.File, how int16, first, n int64) (bool, error) {
	lock := unix.Flock_t{Type: how, Whence: io.SeekStart, Start: first, Len: n}
	err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &lock)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return false, nil
	}
	return err == nil, err
}

// lockOurs takes the lock that each process holds while it writes the file. A process
// that does not get it may become first in line. Then a process that releases the lock and
// wants it again at once has to wait its turn. A caller that gives up must call leaveLine.
func lockOurs(f *os.File) (bool, error) {
	if first, err := lockBytes(f, unix.F_WRLCK, lineByte, 1); !first {
		return false, err
	}
	ok, err := lockBytes(f, unix.F_WRLCK, ourByte, 1)
	if ok {
		leaveLine(f)
	}
	return ok, err
}

func leaveLine(f *os.File) { lockBytes(f, unix.F_UNLCK, lineByte, 1) }

func unlockOurs(f *os.File) { lockBytes(f, unix.F_UNLCK, ourByte, 1) }

// keepOpen looks to SQLite like one more open connection. Until letClose, SQLite neither
// copies the WAL to the file when it closes a connection, nor removes the WAL.
func keepOpen(f *os.File) (bool, error) {
	return lockBytes(f, unix.F_RDLCK, sharedFirst, sharedBytes)
}

func letClose(f *os.File) { lockBytes(f, unix.F_UNLCK, sharedFirst, sharedBytes) }

// isOpen reports whether any process has the file open in the shared way. A connection
// that has the file for itself needs no -shm, or is being closed.
func isOpen(f *os.File) bool { return heldBy(f) == unix.F_RDLCK }

// isUsed reports whether any process has the file open.
func isUsed(f *os.File) bool { return heldBy(f) != unix.F_UNLCK }

// heldBy returns the kind of lock that others have on SQLite's shared bytes.
func heldBy(f *os.File) int16 {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedBytes}
	if unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &lock) != nil {
		return unix.F_UNLCK
	}
	return lock.Type
}
