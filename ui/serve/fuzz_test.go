package serve

import (
	"context"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/ui/term"
)

// FuzzKeys reads files of keys: whatever is in one, each line is a grant or an
// error, a grant is what the same line by itself says, and nobody is a lead who is
// not called one.
func FuzzKeys(f *testing.F) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaVN3nXpAwsHzNRZLYNsHDsBMGX1wpIcOXIyYNTVhdb"
	for _, seed := range []string{
		"", "# none\n\n", key + " ana@x", `role="lead",rooms="a*,b",from="192.0.2.0/24,!10.*",expiry-time="20261231Z" ` + key + " ana",
		"role=lead " + key + " ana\n" + key + " ben", `role="lead` + key, "role=\"lead\\\"\" " + key + " x", "no-pty,command=\"x\" " + key + " x",
		"\xff\x00" + key, key, key + " \u202e@", `expiry-time="99999999999999" ` + key + " a", `from="[" ` + key + " a", `rooms="[" ` + key + " a", "\ufeff" + key + " bom",
		"ssh-rsa AAAAB3NzaC1yc2E= a", "ssh-ed25519-cert-v01@openssh.com AAAA a", strings.Repeat("x", maxKeysLine+1), `role="lead" role="viewer" ` + key + " a", key + " a\r",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		grants, wrong := parseKeys(text)
		lines := strings.Split(string(text), "\n")
		if len(grants)+len(wrong) > len(lines) {
			t.Fatalf("%d grants and %d errors of %d lines", len(grants), len(wrong), len(lines))
		}
		for _, err := range wrong {
			if data.HintOf(err) == "" && !strings.Contains(err.Error(), "longer than") && !strings.Contains(err.Error(), "nobody can be called") || data.Line(err.Error()) != err.Error() {
				t.Errorf("%q", err)
			}
		}
		seen := map[string]bool{}
		for _, g := range grants {
			line := lines[g.Line-1]
			if g.Actor == "" || g.Role < data.Viewer || g.Role > data.Lead || data.Line(string(g.Actor)) != string(g.Actor) || strings.Contains(string(g.Actor), "@") || g.Line < 1 || seen[g.Fingerprint()] {
				t.Errorf("%q is %+v", line, g)
			}
			seen[g.Fingerprint()] = true
			if g.Role > data.Viewer && !strings.Contains(strings.ToLower(line), "role=") {
				t.Errorf("%q makes a %s", line, g.Role)
			}
			again, err := parseKey([]byte(strings.TrimSpace(line)))
			if err != nil || again.Actor != g.Actor || again.Role != g.Role || !slices.Equal(again.Rooms, g.Rooms) || !again.Until.Equal(g.Until) {
				t.Errorf("%q by itself: %+v, %v", line, again, err)
			}
		}
	})
}

// variable matches the names of variables that a client may set.
var variable = regexp.MustCompile(`\A(?:LANG|COLORTERM|NO_COLOR|TZ|LC_[A-Z0-9_]+)\z`)

// FuzzRequests sends a session what a client may ask of it, one after the other:
// a byte for what, two for how long it is, and the content.
func FuzzRequests(f *testing.F) {
	kinds := []string{"pty-req", "window-change", "env", "shell", "exec", "signal", "subsystem", "auth-agent-req@openssh.com", "x11-req", "nonsense"}
	add := func(parts ...any) {
		var all []byte
		for i := 0; i < len(parts); i += 2 {
			payload := gossh.Marshal(parts[i+1])
			all = append(binary.BigEndian.AppendUint16(append(all, byte(parts[i].(int))), uint16(len(payload))), payload...)
		}
		f.Add(all)
	}
	type pty struct {
		Term       string
		W, H, X, Y uint32
		Modes      string
	}
	type size struct{ W, H, X, Y uint32 }
	type env struct{ Name, Value string }
	type one struct{ V string }
	add(0, pty{"xterm", 100_000, 100_000, 0, 0, "\x00"}, 1, size{1 << 31, 0, 0, 0}, 3, one{})
	add(2, env{"LANG", "C"}, 2, env{"LC_ALL", "\x1b"}, 4, one{"action done A-12"}, 4, one{"again"}, 0, pty{})
	for _, name := range []string{"LC_", "LC_\x00", "LC_\n", "LC_\x1b[2J", "LC_\xff", "LC_A\u202eB", "LC_=TERM", "LC_a b", "TZ\r", "LC_" + strings.Repeat("X", 18)} {
		add(2, env{name, "C"}, 3, one{})
	}
	add(5, one{"INT"}, 6, one{"sftp"}, 7, one{}, 8, one{}, 9, one{})
	f.Add([]byte{0, 255, 255, 1, 2, 3})
	f.Fuzz(func(t *testing.T, text []byte) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		x := &session{ctx: ctx, cancel: cancel, sizes: make(chan term.Size, 1), notes: make(chan string, 1)}
		began := 0
		for len(text) >= 3 {
			kind, n := kinds[int(text[0])%len(kinds)], min(int(binary.BigEndian.Uint16(text[1:])), len(text)-3)
			ok, begins := x.request(&gossh.Request{Type: kind, Payload: text[3 : 3+n]})
			text = text[3+n:]
			if begins {
				began++
			}
			if begins && !ok || ok && (kind == "subsystem" || kind == "x11-req" || kind == "nonsense" || strings.HasPrefix(kind, "auth-agent")) {
				t.Errorf("%s is answered %v, and begins: %v", kind, ok, begins)
			}
		}
		if began > 1 || len(x.env) > maxEnv {
			t.Errorf("it has begun %d times, with %d variables", began, len(x.env))
		}
		for _, v := range x.env {
			name, value, _ := strings.Cut(v, "=")
			if !variable.MatchString(name) || len(name) > maxEnvName || len(value) > maxEnvValue || data.Line(value) != value {
				t.Errorf("the environment has %q", v)
			}
		}
		sizes := []term.Size{}
		if x.pty != nil {
			sizes = append(sizes, x.pty.size)
			if len(x.pty.name) > maxTermName || strings.ContainsAny(x.pty.name, "\x00\n\x1b =") {
				t.Errorf("the terminal is called %q", x.pty.name)
			}
		}
		select {
		case s := <-x.sizes:
			sizes = append(sizes, s)
		default:
		}
		for _, s := range sizes {
			if s.Width < 1 || s.Height < 1 || s.Width > mostWide || s.Height > mostHigh {
				t.Errorf("a terminal of %v", s)
			}
		}
	})
}
