package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A new file or a backup is written under a hidden name first. The hidden name contains
// the number of the process and the time when the process began. A process that is killed
// leaves the hidden file behind: a copy of the incident that no redaction reaches. So each
// process that makes or opens a file removes the hidden files of ended processes beside it.
var tempPattern = regexp.MustCompile(`^\..*\.([0-9]+)-([0-9]+|-)\.[0-9]+\.part(-wal|-shm|-journal)?$`)

// newTemp makes an empty file with such a name in a directory. Only its owner may read it.
// The file is locked until it is closed: process numbers mean nothing across containers.
func newTemp(dir, base string) (*os.File, error) {
	pid := os.Getpid()
	f, err := os.CreateTemp(dir, fmt.Sprintf(".%s.%d-%s.*.part", base[:min(len(base), 100)], pid, ProcessStart(pid)))
	if err == nil {
		unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) // no other process knows the file yet
	}
	return f, err
}

// removeTemps removes the hidden files of ended processes from a directory.
func removeTemps(dir string) {
	for _, path := range temps(dir) {
		os.Remove(path) // verify names a file that cannot be removed
	}
}

// temps returns the paths of the hidden files of ended processes in a directory.
func temps(dir string) (left []string) {
	for _, name := range namesIn(dir) {
		part := tempPattern.FindStringSubmatch(name)
		if part == nil {
			continue
		}
		path := filepath.Join(dir, name)
		if pid, err := strconv.Atoi(part[1]); err == nil && !ProcessRuns(pid, part[2]) && unlocked(strings.TrimSuffix(path, part[3])) {
			left = append(left, path)
		}
	}
	return left
}

// namesIn returns the names in a directory, or none if the directory cannot be read.
func namesIn(dir string) []string {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	all, _ := d.Readdirnames(-1)
	slices.Sort(all)
	return all
}

// unlocked reports whether no process holds the lock of a file.
func unlocked(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB) == nil
}
