package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unsaidStart is the start of a process on a system that does not tell it.
const unsaidStart = "-"

// ProcessStart returns when a process began, as the system writes it, without blanks. A
// process number alone does not identify a process: numbers are soon used again.
func ProcessStart(pid int) string {
	if words := processStat(pid); len(words) > 19 {
		return words[19]
	}
	return unsaidStart
}

// ProcessRuns reports whether the process with this number and start may still be
// running. A zombie, which has ended and was not waited for, is not running.
func ProcessRuns(pid int, start string) bool {
	if errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
		return false
	}
	words := processStat(pid)
	if len(words) > 0 && strings.ContainsAny(words[0], "ZX") {
		return false
	}
	began := ProcessStart(pid)
	return start == began || start == unsaidStart || began == unsaidStart
}

// processStat returns what the system says of a process, from its state on
// (proc(5), /proc/pid/stat, the third field), or nothing.
func processStat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}
