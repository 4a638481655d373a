package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"warroom/data"
)

// A history is the file in which the lines are kept that a person types on the
// board, in the state directory. It is for that person's convenience alone:
// where it cannot be read or written, there is none.
type history struct {
	path string // "" keeps nothing
}

// What a history file holds at most.
const (
	maxHistory     = 200     // lines
	maxHistoryFile = 4 << 20 // bytes
)

func (sh *shell) history() history {
	dir := sh.stateDir()
	if dir == "" {
		return history{}
	}
	return history{filepath.Join(dir, "history")}
}

// historyOf is the history of a person who comes from elsewhere, on one incident:
// nobody else's, and of no other room.
func (sh *shell) historyOf(by data.Actor, incident string) history {
	dir := sh.stateDir()
	if dir == "" || incident == "" {
		return history{}
	}
	of := sha256.Sum256([]byte(incident))
	return history{filepath.Join(dir, "history-"+fileName(string(by))+"-"+hex.EncodeToString(of[:8]))}
}

// past returns the lines, the latest last.
func (h history) past() (lines []string) {
	// Opening anything but a file might wait for ever.
	if info, err := os.Stat(h.path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(h.path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxHistoryFile))
	if err != nil {
		return nil
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if line = data.Line(line); strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(len(lines)-maxHistory, 0):]
}

// keep adds a line, unless it is the last one already. The file is replaced as a
// whole: who reads it meanwhile sees the old one or the new one.
func (h history) keep(line string) {
	line = data.Line(line)
	if h.path == "" || strings.TrimSpace(line) == "" {
		return
	}
	lines := h.past()
	if n := len(lines); n > 0 && lines[n-1] == line {
		return
	}
	lines = append(lines, line)
	lines = lines[max(len(lines)-maxHistory, 0):]
	replace(h.path, []byte(strings.Join(lines, "\n")+"\n")) // where it cannot be kept, there is none
}
