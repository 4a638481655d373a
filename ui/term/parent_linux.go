package term

import "golang.org/x/sys/unix"

// watchParent returns a file that is readable when the process's parent has ended, or -1.
// Who has started a board from a script, and whose script is gone, cannot reach it.
func watchParent() int {
	fd, err := unix.PidfdOpen(unix.Getppid(), 0)
	if err != nil {
		return -1
	}
	return fd
}
