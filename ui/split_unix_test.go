//go:build unix

package ui

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
)

// Bubble Tea and what it reads with must take it for the terminal that it is.
var (
	_ term.File                  = keyboard(nil)
	_ interface{ Name() string } = keyboard(nil)
)

// TestSplitSequenceIsOneReading reads what arrives in parts.
func TestSplitSequenceIsOneReading(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []string
		want  []string // one for each reading
	}{
		{"a key", []string{"j", "k"}, []string{"j", "k"}},
		{"an arrow", []string{"\x1b", "[B"}, []string{"\x1b[B"}},
		{"an arrow in three parts", []string{"\x1b", "[", "B"}, []string{"\x1b[B"}},
		{"a key before an arrow", []string{"j\x1b[", "B"}, []string{"j\x1b[B"}},
		{"an arrow with a modifier", []string{"\x1b[1;", "5A"}, []string{"\x1b[1;5A"}},
		{"an arrow of another mode", []string{"\x1bO", "A"}, []string{"\x1bOA"}},
		{"a click", []string{"\x1b[<0;1", "2;5M"}, []string{"\x1b[<0;12;5M"}},
		{"the colour of the background", []string{"\x1b]11;rgb:ff", "ff/ffff/ffff\x1b", "\\"}, []string{"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"}},
		{"a colour that ends with a bell", []string{"\x1b]11;", "rgb:0/0/0\a"}, []string{"\x1b]11;rgb:0/0/0\a"}},
		{"a whole arrow, then another", []string{"\x1b[A", "\x1b[B"}, []string{"\x1b[A", "\x1b[B"}},
		{"alt and a key", []string{"\x1bx", "j"}, []string{"\x1bx", "j"}},
		{"esc, and nothing else", []string{"\x1b"}, []string{"\x1b[27u"}},
		{"a key and esc", []string{"j\x1b"}, []string{"j\x1b[27u"}},
		{"esc twice", []string{"\x1b", "\x1b"}, []string{"\x1b[27u\x1b[27u"}},
		{"esc, then an arrow", []string{"\x1b", "\x1b[A"}, []string{"\x1b[27u\x1b[A"}},
		{"esc, then an arrow in parts", []string{"\x1b", "\x1b", "[A"}, []string{"\x1b[27u\x1b[A"}},
		{"alt and an arrow", []string{"\x1b\x1b[A"}, []string{"\x1b\x1b[A"}},
		{"esc before a long reading", []string{"\x1b", "\x1b" + strings.Repeat("x", 70)}, []string{"\x1b[27u\x1b" + strings.Repeat("x", 57), strings.Repeat("x", 13)}},
		{"half an arrow, and nothing else", []string{"\x1b["}, []string{"\x1b["}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			parts := tt.parts
			next := func() bool {
				if len(parts) == 0 {
					return false
				}
				if _, err := w.WriteString(parts[0]); err != nil {
					t.Fatal(err)
				}
				parts = parts[1:]
				return true
			}
			k := &whole{r, func(*os.File, time.Duration) bool { return next() }}
			buf := make([]byte, 64)
			for _, want := range tt.want {
				next()
				n, err := k.Read(buf)
				if got := string(buf[:n]); err != nil || got != want {
					t.Errorf("it reads %q, %v; want %q", got, err, want)
				}
			}
			w.Close()
			if n, err := k.Read(buf); n > 0 || err != io.EOF {
				t.Errorf("then it reads %q, %v", buf[:n], err)
			}
		})
	}
}

// A terminal that goes away within a sequence ends the reading after what came.
func TestSplitSequenceWithoutEnd(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("\x1b["); err != nil {
		t.Fatal(err)
	}
	w.Close()
	k := keyboard(r)
	buf := make([]byte, 64)
	if n, err := k.Read(buf); string(buf[:n]) != "\x1b[" || err != nil {
		t.Errorf("it reads %q, %v", buf[:n], err)
	}
	if n, err := k.Read(buf); n > 0 || err != io.EOF {
		t.Errorf("then it reads %q, %v", buf[:n], err)
	}
}
