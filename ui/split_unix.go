//go:build unix

package ui

import (
	"bytes"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"warroom/data/clock"
)

// splitWait is how long a part of an escape sequence waits for the rest of it. On
// a slow link a key arrives in two parts; Bubble Tea takes the first for a key of
// its own after 50 ms, which nothing can set. It is how much later esc alone is
// told, on terminals that send it as the first part of the others.
const splitWait = 220 * time.Millisecond

// keyboard returns the file that keys are read from, with sequences put together.
func keyboard(f *os.File) *whole { return &whole{f, ready} }

// A whole is a terminal whose reads don't end within an escape sequence, unless
// no more of it comes.
type whole struct {
	*os.File
	more func(f *os.File, within time.Duration) bool
}

// aloneEsc is how terminals that can tell it send esc: it begins nothing else.
const aloneEsc = "\x1b[27u"

// Read implements io.Reader.
func (w *whole) Read(p []byte) (n int, err error) {
	n, err = w.File.Read(p)
	for err == nil && n+len(aloneEsc) < len(p) && unfinished(p[:n]) {
		esc := p[n-1] == 0x1b
		if !w.more(w.File, splitWait) {
			if esc {
				n = alone(p, n-1, n)
			}
			break
		}
		var m int
		if m, err = w.File.Read(p[n : len(p)-len(aloneEsc)]); m == 0 {
			break // the next reading says why
		}
		if n += m; esc && !begins(p[n-m]) { // two keys, one after the other
			n = alone(p, n-m-1, n)
		}
	}
	if n > 0 {
		err = nil
	}
	return n, err
}

// begins reports whether a byte after esc begins a sequence that may come in
// parts, or ends one. A key that is typed after esc is a key of its own.
func begins(b byte) bool { return bytes.IndexByte([]byte("[O]P_^X\\"), b) >= 0 }

// alone makes the esc at p[i] one that begins nothing. It returns the new length.
func alone(p []byte, i, n int) int {
	copy(p[i+len(aloneEsc):], p[i+1:n])
	copy(p[i:], aloneEsc)
	return n + len(aloneEsc) - 1
}

// ready waits until something can be read.
func ready(f *os.File, within time.Duration) bool {
	for end := clock.Now().Add(within); ; {
		left := end.Sub(clock.Now())
		if left <= 0 {
			return false
		}
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}, int(left.Milliseconds())+1)
		if err != unix.EINTR { // by a change of size, say
			return n > 0 && err == nil
		}
	}
}

// unfinished reports whether p ends within an escape sequence.
func unfinished(p []byte) bool {
	at := bytes.LastIndexByte(p, 0x1b)
	if at < 0 {
		return false
	}
	rest := p[at+1:]
	if len(rest) == 0 {
		return true
	}
	switch rest[0] {
	case '[': // parameters, and then one byte
		return bytes.IndexFunc(rest[1:], func(r rune) bool { return r >= 0x40 }) < 0
	case 'O': // one byte
		return len(rest) == 1
	case ']', 'P', '_', '^', 'X': // text, up to BEL or another ESC
		return bytes.IndexByte(rest, 0x07) < 0
	}
	return false
}
