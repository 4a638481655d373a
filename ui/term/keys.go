package term

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
)

// A source is where the keys of a terminal come from.
type source interface {
	// next returns what is typed. It waits no longer than within, or for ever if that
	// is below 0, and returns nothing if nothing came.
	next(within time.Duration) ([]byte, error)
}

// ESC is a key, and the first byte of what other keys send. A terminal of this machine
// sends all bytes of a key at once; on a slow link the rest comes later.
const (
	escNear = 30 * time.Millisecond
	escFar  = 200 * time.Millisecond
	// restWithin is how long the rest of a sequence is waited for, to throw it away:
	// what came of it was taken for a key, or for nothing.
	restWithin = time.Second
)

// mostPasted is how many bytes of a pasted text are kept. No field takes as many.
const mostPasted = 1 << 20

const pasteEnd = "\x1b[201~"

// keys makes events of the bytes that a terminal sends.
type keys struct {
	src     source
	esc     time.Duration // how long an ESC waits for what may follow it
	decoder uv.EventDecoder
	rest    []byte // a part of a sequence or of a letter
	late    lateness
	pasting bool
	pasted  []byte
}

// A lateness says what became of the rest that is kept.
type lateness int

const (
	inTime lateness = iota
	told            // its ESC was taken for the key
	given           // the sequence was given up
)

// next waits for events. Its error says that no more will come.
func (k *keys) next() ([]uv.Event, error) {
	for {
		b, err := k.src.next(k.patience())
		if err != nil {
			return nil, err
		}
		all := k.take(b)
		if len(all) > 0 {
			return all, nil
		}
	}
}

// take returns the events that bytes complete, or no bytes where none came in time.
func (k *keys) take(b []byte) []uv.Event {
	if len(b) == 0 {
		return k.expire()
	}
	return k.feed(b)
}

// patience is how long to wait for more.
func (k *keys) patience() time.Duration {
	switch {
	case len(k.rest) == 0 || k.pasting:
		return -1
	case k.late == given, k.late == told && len(k.rest) == 1:
		return restWithin
	case len(k.rest) == 1 || k.late == told:
		return k.esc
	}
	return escFar
}

// expire gives up waiting for the rest of a sequence.
func (k *keys) expire() (all []uv.Event) {
	rest := k.rest
	switch {
	case len(rest) == 0:
	case rest[0] != 0x1b: // half a letter
		all, k.rest = k.decode(rest), nil
	case k.late == told && (string(rest) == "\x1b[" || string(rest) == "\x1bO"): // a letter after all
		all, k.rest, k.late = k.decode(rest[1:]), nil, inTime
	case k.late != inTime:
		k.rest, k.late = nil, inTime
	case len(bytes.Trim(rest, "\x1b")) == 0:
		for range rest {
			all = append(all, uv.KeyPressEvent{Code: uv.KeyEscape})
		}
		k.rest, k.late = rest[:1], told
	default:
		k.late = given
	}
	return all
}

// feed takes more bytes.
func (k *keys) feed(b []byte) (all []uv.Event) {
	if string(k.rest) == "\x1b" && !k.pasting {
		switch {
		case k.late == told && b[0] != '[' && b[0] != 'O':
			k.rest, k.late = nil, inTime
		case k.late == inTime && !begins(b[0]): // two keys, one after the other
			all, k.rest = append(all, uv.KeyPressEvent{Code: uv.KeyEscape}), nil
		}
	}
	k.rest = append(k.rest, b...)
	for len(k.rest) > 0 {
		if k.pasting {
			e, ok := k.paste()
			if !ok {
				return all
			}
			all = append(all, e)
			continue
		}
		n := complete(k.rest)
		if n == 0 {
			return all
		}
		seq := k.rest[:n]
		k.rest = k.rest[n:]
		was := k.late
		k.late = inTime
		switch {
		case was == told && seq[1] == 'O' && !isSS3(seq[n-1]): // two letters after all
			all = append(all, k.decode(seq[1:])...)
		case was == inTime:
			all = append(all, k.decode(seq)...)
		}
	}
	k.rest = nil // it may be a part of much
	return all
}

// decode returns the events of whole sequences.
func (k *keys) decode(p []byte) (all []uv.Event) {
	for len(p) > 0 {
		n, e := k.decoder.Decode(p)
		if n <= 0 {
			break
		}
		p = p[n:]
		switch e := e.(type) {
		case nil, uv.UnknownEvent, uv.PasteEndEvent:
		case uv.PasteStartEvent:
			k.pasting = true
		case uv.MultiEvent:
			all = append(all, e...)
		default:
			all = append(all, e)
		}
	}
	return all
}

// paste takes more of a pasted text, and returns it at its end.
func (k *keys) paste() (uv.Event, bool) {
	text, after, ended := bytes.Cut(k.rest, []byte(pasteEnd))
	if !ended { // the end may have come in part
		text = k.rest[:max(0, len(k.rest)-len(pasteEnd)+1)]
		after = k.rest[len(text):]
	}
	k.pasted = append(k.pasted, text[:min(len(text), mostPasted-len(k.pasted))]...)
	k.rest = append([]byte(nil), after...)
	if !ended {
		return nil, false
	}
	e := uv.PasteEvent{Content: strings.ToValidUTF8(string(k.pasted), "")}
	k.pasted, k.pasting = nil, false
	return e, true
}

// begins reports whether a byte after ESC begins a sequence that may come in parts,
// or ends one. A key that is typed after esc is a key of its own.
func begins(b byte) bool { return bytes.IndexByte([]byte("[O]P_^X\\"), b) >= 0 }

// isSS3 reports whether a key of a terminal ends with b after ESC and O.
func isSS3(b byte) bool {
	return b >= 'A' && b <= 'D' || b == 'F' || b == 'H' || b == 'M' || b >= 'P' && b <= 'S' || b >= 'j' && b <= 'y'
}

// complete returns how long the first sequence of p is, or the text before it; 0 if
// that is not all there.
func complete(p []byte) int {
	if p[0] == 0x1b {
		return sequence(p)
	}
	n := bytes.IndexByte(p, 0x1b)
	if n > 0 {
		return n
	}
	n = len(p)
	for i := max(0, n-utf8.UTFMax+1); i < n; i++ {
		if utf8.RuneStart(p[i]) && !utf8.FullRune(p[i:]) {
			return i
		}
	}
	return n
}

// sequence returns how long the sequence is with which p begins, or 0 if it is not
// all there.
func sequence(p []byte) int {
	if len(p) == 1 {
		return 0
	}
	switch p[1] {
	case '[':
		return control(p)
	case 'O': // digits, and then one byte
		for i := 2; i < len(p); i++ {
			if p[i] < '0' || p[i] > '9' {
				return i + 1
			}
		}
		return 0
	case ']', 'P', '_', '^', 'X': // text, up to BEL or ESC and \
		for i := 2; i < len(p); i++ {
			switch {
			case p[i] == 0x07:
				return i + 1
			case p[i] == 0x1b && i+1 == len(p):
				return 0
			case p[i] == 0x1b && p[i+1] == '\\':
				return i + 2
			case p[i] == 0x1b:
				return i
			}
		}
		return 0
	case 0x1b: // alt and a key that begins with it
		if n := sequence(p[1:]); n > 0 {
			return n + 1
		}
		return 0
	}
	if !utf8.FullRune(p[1:]) {
		return 0
	}
	_, n := utf8.DecodeRune(p[1:])
	return 1 + n
}

// control is [sequence] for what begins with ESC and [: parameters, and then one byte.
func control(p []byte) int {
	for i := 2; i < len(p); i++ {
		switch {
		case p[i] == '[' && i == 2: // function keys of the console of Linux
			if len(p) < 4 {
				return 0
			}
			return 4
		case p[i] >= 0x40:
			return i + 1
		case p[i] < ' ':
			return i
		}
	}
	return 0
}
