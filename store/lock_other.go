//go:build !linux

package store

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Here locks belong to the process: closing our file would release SQLite's locks too. So
// there is no lock among processes. The writers of one process still take turns.

func lockOurs(*os.File) (bool, error) { return true, nil }

func leaveLine(*os.File) {}

func unlockOurs(*os.File) {}

func keepOpen(*os.File) (bool, error) { return true, nil }

func letClose(*os.File) {}

func isOpen(*os.File) bool { return false }

// isUsed reports whether another process has the file open.
func isUsed(f *os.File) bool {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedBytes}
	return unix.FcntlFlock(f.Fd(), unix.F_GETLK, &lock) == nil && lock.Type != unix.F_UNLCK
}
