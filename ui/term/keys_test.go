package term

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"

	"warroom/data"
)

// A part is what comes some time after the part before it.
type part struct {
	after time.Duration
	text  string
}

// A script is a source whose time goes by only in what it says.
type script struct {
	parts []part
	now   time.Duration // since the last part
}

func (s *script) next(within time.Duration) ([]byte, error) {
	if len(s.parts) == 0 {
		if within < 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	p := s.parts[0]
	if left := p.after - s.now; within >= 0 && within < left {
		s.now += within
		return nil, nil
	}
	s.parts, s.now = s.parts[1:], 0
	return []byte(p.text), nil
}

// typed returns what a program is told of a script.
func typed(t *testing.T, esc time.Duration, parts ...part) (all []string) {
	t.Helper()
	k := &keys{src: &script{parts: parts}, esc: esc}
	for {
		events, err := k.next()
		if err != nil {
			return all
		}
		for _, e := range events {
			switch e := e.(type) {
			case uv.KeyPressEvent:
				all = append(all, e.String())
			case uv.PasteEvent:
				all = append(all, fmt.Sprintf("paste %q", e.Content))
			default:
				all = append(all, fmt.Sprintf("%T", e))
			}
		}
	}
}

// soon are parts that come one right after the other.
func soon(texts ...string) (parts []part) {
	for _, text := range texts {
		parts = append(parts, part{time.Millisecond, text})
	}
	return parts
}

// TestKeysInParts sends what a terminal sends as a slow link does.
func TestKeysInParts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"keys", []string{"j", "k"}, "j k"},
		{"many keys at once", []string{"jk\x1b[Bé日"}, "j k down é 日"},
		{"an arrow", []string{"\x1b", "[B"}, "down"},
		{"an arrow in three parts", []string{"\x1b", "[", "B"}, "down"},
		{"a key before an arrow", []string{"j\x1b[", "B"}, "j down"},
		{"an arrow with a modifier", []string{"\x1b[1;", "5A"}, "ctrl+up"},
		{"an arrow of another mode", []string{"\x1bO", "A"}, "up"},
		{"a function key", []string{"\x1bO", "P"}, "f1"},
		{"a page key", []string{"\x1b[5", "~"}, "pgup"},
		{"keys of rxvt", []string{"\x1b[7~\x1b[8~\x1b[7^"}, "home end ctrl+home"},
		{"a click", []string{"\x1b[<0;1", "2;5M"}, "uv.MouseClickEvent"},
		{"the colour of the background", []string{"\x1b]11;rgb:ff", "ff/ffff/ffff\x1b", "\\"}, "uv.BackgroundColorEvent"},
		{"a colour that ends with a bell", []string{"\x1b]11;", "rgb:0/0/0\a"}, "uv.BackgroundColorEvent"},
		{"what the terminal can do", []string{"\x1b[?2026", ";2$y"}, "uv.ModeReportEvent"},
		{"two arrows", []string{"\x1b[A", "\x1b[B"}, "up down"},
		{"alt and a key", []string{"\x1bx", "j"}, "alt+x j"},
		{"alt and a letter of two bytes", []string{"\x1b\xc3", "\xa9"}, "alt+é"},
		{"half a letter", []string{"\xe6\x97", "\xa5j"}, "日 j"},
		{"esc", []string{"\x1b"}, "esc"},
		{"esc, as the kitty keyboard has it", []string{"\x1b[27u"}, "esc"},
		{"a key and esc", []string{"j\x1b"}, "j esc"},
		{"esc and a key", []string{"\x1b", "j"}, "esc j"},
		{"esc twice", []string{"\x1b", "\x1b"}, "esc esc"},
		{"esc twice at once", []string{"\x1b\x1b"}, "esc esc"},
		{"esc, then an arrow", []string{"\x1b", "\x1b[A"}, "esc up"},
		{"esc, then an arrow in parts", []string{"\x1b", "\x1b", "[A"}, "esc up"},
		{"alt and an arrow", []string{"\x1b\x1b[A"}, "alt+up"},
		{"half an arrow, and nothing else", []string{"\x1b["}, ""},
		{"esc before much text", []string{"\x1b", "\x1bx" + strings.Repeat("x", 70)}, "esc alt+x" + strings.Repeat(" x", 70)},
		{"a paste", []string{"\x1b[200~a\rb\x1b[201", "~j"}, `paste "a\rb" j`},
		{"a paste with sequences in it", []string{"\x1b[200~a\x1b[Ab\x1b[201~"}, `paste "a\x1b[Ab"`},
		{"an empty paste", []string{"\x1b[200~\x1b[201~"}, `paste ""`},
		{"a sequence that another one breaks off", []string{"\x1b]11;rgb\x1b[A"}, "up"},
	} {
		for _, esc := range []time.Duration{escNear, escFar} {
			if got := strings.Join(typed(t, esc, soon(tt.parts...)...), " "); got != tt.want {
				t.Errorf("%s, after %v: %q is %q, want %q", tt.name, esc, tt.parts, got, tt.want)
			}
		}
	}
}

// TestTheRestOfAKeyComesLate: a thousand arrows over a slow link move the cursor a
// thousand times. Where the rest is later still, it is never typed.
func TestTheRestOfAKeyComesLate(t *testing.T) {
	var parts []part
	for range 1000 {
		parts = append(parts, part{300 * time.Millisecond, "\x1b"}, part{120 * time.Millisecond, "[A"})
	}
	all := typed(t, escFar, parts...)
	if len(all) != 1000 || slices.ContainsFunc(all, func(s string) bool { return s != "up" }) {
		t.Errorf("%d keys: %.10q", len(all), all)
	}
	for _, tt := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"an arrow", []part{{0, "\x1b"}, {500 * time.Millisecond, "[A"}, {time.Millisecond, "j"}}, "esc j"},
		{"an arrow of another mode", []part{{0, "\x1b"}, {500 * time.Millisecond, "OA"}, {time.Millisecond, "j"}}, "esc j"},
		{"an arrow of which much is late", []part{{0, "\x1b"}, {500 * time.Millisecond, "["}, {10 * time.Millisecond, "1;5"}, {10 * time.Millisecond, "Aj"}}, "esc j"},
		{"half an arrow", []part{{0, "\x1b[1"}, {500 * time.Millisecond, ";5A"}, {time.Millisecond, "j"}}, "j"},
		{"a colour", []part{{0, "\x1b]11;rgb:"}, {800 * time.Millisecond, "0/0/0\x07"}, {time.Millisecond, "j"}}, "j"},
		{"esc and a bracket that is typed", []part{{0, "\x1b"}, {500 * time.Millisecond, "["}, {400 * time.Millisecond, "A"}}, "esc [ A"},
		{"esc and words", []part{{0, "\x1b"}, {500 * time.Millisecond, "OK"}, {400 * time.Millisecond, "O"}}, "esc O K O"},
		{"esc and a bracket long after", []part{{0, "\x1b"}, {5 * time.Second, "[A"}}, "esc [ A"},
		{"esc and an arrow", []part{{0, "\x1b"}, {500 * time.Millisecond, "\x1b[A"}}, "esc up"},
		{"esc and esc", []part{{0, "\x1b"}, {500 * time.Millisecond, "\x1b"}, {500 * time.Millisecond, "j"}}, "esc esc j"},
		{"a part of a sequence for ever", []part{{0, "\x1b[1"}, {5 * time.Second, "j"}}, "j"},
		{"half a letter", []part{{0, "\xe6\x97"}, {5 * time.Second, "j"}}, "\uFFFD \uFFFD j"},
	} {
		got := strings.Join(typed(t, escFar, tt.parts...), " ")
		if tt.name == "half a letter" {
			got, tt.want = got[max(0, len(got)-1):], "j"
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Esc acts soon on the terminal of the machine, and at once where it is a sequence of
// its own.
func TestEscActsSoon(t *testing.T) {
	if escNear > 50*time.Millisecond || escFar > 200*time.Millisecond {
		t.Errorf("esc waits for %v, over a network for %v", escNear, escFar)
	}
	s := &script{parts: []part{{0, "\x1b"}}}
	k := &keys{src: s, esc: escNear}
	if all, err := k.next(); err != nil || len(all) != 1 || s.now > escNear {
		t.Errorf("after %v it is %v (%v)", s.now, all, err)
	}
}

// TestAPasteInParts cuts what a terminal sends at every place: the program is told of
// one paste.
func TestAPasteInParts(t *testing.T) {
	for _, text := range []string{"日本 é one\rtwo", "日本 é one\r\ntwo", "日本 é one\ntwo"} {
		sent := "\x1b[200~" + text + "\x1b[201~"
		want := fmt.Sprintf("paste %q", text)
		for at := 1; at < len(sent); at++ {
			if got := typed(t, escFar, soon(sent[:at], sent[at:])...); len(got) != 1 || got[0] != want {
				t.Errorf("cut at %d it is %q", at, got)
			}
		}
		var parts []string
		for c := range strings.SplitSeq(sent, "") {
			parts = append(parts, c)
		}
		if got := typed(t, escFar, soon(parts...)...); len(got) != 1 || got[0] != want {
			t.Errorf("one by one it is %q", got)
		}
	}
	k := &keys{src: &script{parts: soon("\x1b[200~"+strings.Repeat("x", mostPasted), strings.Repeat("x", 100), "\x1b[201~j")}, esc: escFar}
	if all, err := k.next(); err != nil || len(all) != 2 || len(all[0].(uv.PasteEvent).Content) != mostPasted {
		t.Errorf("too much is pasted as %d events, %v", len(all), err)
	}
}

// A stream hands on what comes, until its end or until nobody wants more.
func TestStream(t *testing.T) {
	in, w := io.Pipe()
	s := newStream(in, nil)
	data.Go(func() {
		io.WriteString(w, "a")
		io.WriteString(w, "b")
		w.Close()
	}, func(error) {})
	for _, want := range []string{"a", "b"} {
		if got, err := s.next(-1); err != nil || string(got) != want {
			t.Errorf("it reads %q, %v", got, err)
		}
	}
	if got, err := s.next(-1); len(got) > 0 || err != io.EOF {
		t.Errorf("then it reads %q, %v", got, err)
	}
	in, _ = io.Pipe()
	stop := make(chan struct{})
	s = newStream(in, stop)
	if got, err := s.next(0); len(got) > 0 || err != nil {
		t.Errorf("where nothing comes it reads %q, %v", got, err)
	}
	close(stop)
	if got, err := s.next(-1); len(got) > 0 || err != io.EOF {
		t.Errorf("in the end it reads %q, %v", got, err)
	}
}
