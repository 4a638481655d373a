package serve

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/data/clock"
	"warroom/store"
)

// newSigner makes a key of a person.
func newSigner(t testing.TB) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func public(s gossh.Signer) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(s.PublicKey())))
}

// keysFile writes a file of keys.
func keysFile(t testing.TB, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestALineSaysWhoMayWhat(t *testing.T) {
	key := public(newSigner(t))
	path := keysFile(t, "# the team\n\n"+`role="responder",rooms="toyota*,exercise",expiry-time="202612311800Z",from="192.0.2.0/24,!192.0.2.7,10.*" `+key+" ana@laptop\n", 0o600)
	all, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	g := all[0]
	if g.Actor != "ana" || g.Role != data.Responder || g.Line != 3 {
		t.Errorf("%s is a %s, in line %d", g.Actor, g.Role, g.Line)
	}
	for room, want := range map[string]bool{"toyota-2024": true, "exercise": true, "other": false, "xtoyota": false} {
		if g.enters(room) != want {
			t.Errorf("room %s: %v", room, !want)
		}
	}
	at := time.Date(2026, 12, 31, 17, 59, 0, 0, time.UTC)
	for addr, want := range map[string]bool{"192.0.2.1": true, "192.0.2.7": false, "::ffff:192.0.2.1": true, "10.1.2.3": true, "203.0.113.1": false} {
		if got := g.holds(at, netip.MustParseAddr(addr)) == nil; got != want {
			t.Errorf("from %s: %v", addr, got)
		}
	}
	if g.holds(at.Add(time.Minute), netip.MustParseAddr("192.0.2.1")) == nil {
		t.Error("the key does not expire")
	}
}

func TestPatternsOfRoomsAndAddresses(t *testing.T) {
	for _, tt := range []struct {
		option  string
		in, out []string
	}{
		{`rooms="*,!hr"`, []string{"toyota", "hr2"}, []string{"hr"}},
		{`rooms="!hr*,*"`, []string{"toyota"}, []string{"hr", "hr2"}},
		{`rooms="!hr"`, nil, []string{"hr", "toyota"}},
		{`from="*,!2001:DB8::7"`, []string{"2001:db8::8", "192.0.2.1"}, []string{"2001:db8::7"}},
		{`from="*,!2001:0db8:0::7"`, []string{"2001:db8::8"}, []string{"2001:db8::7"}},
		{`from="2001:DB8:*"`, []string{"2001:db8::8"}, []string{"2001:db9::8"}},
		{`from="::ffff:192.0.2.7"`, []string{"192.0.2.7", "::ffff:192.0.2.7"}, []string{"192.0.2.8"}},
		{`from="::ffff:192.0.2.0/120"`, []string{"192.0.2.7"}, []string{"192.0.3.7", "2001:db8::8"}},
		{`from="fe80::/10"`, []string{"fe80::1", "fe80::1%eth0"}, []string{"2001:db8::8"}},
		{`from="fe80::1"`, []string{"fe80::1%eth0"}, []string{"fe80::2%eth0"}},
	} {
		g, err := parseKey([]byte(tt.option + " " + public(newSigner(t)) + " ana"))
		if err != nil {
			t.Errorf("%s: %v", tt.option, err)
			continue
		}
		opens := func(what string) bool {
			if strings.HasPrefix(tt.option, "rooms") {
				return g.enters(what)
			}
			return g.holds(clock.Now(), netip.MustParseAddr(what)) == nil
		}
		for _, what := range tt.in {
			if !opens(what) {
				t.Errorf("%s keeps out %s", tt.option, what)
			}
		}
		for _, what := range tt.out {
			if opens(what) {
				t.Errorf("%s lets in %s", tt.option, what)
			}
		}
	}
}

func TestWithoutOptionsOneIsAViewerOfAllRooms(t *testing.T) {
	all, err := LoadKeys(keysFile(t, public(newSigner(t))+" Ana Lopez@x", 0o644))
	if err != nil || all[0].Role != data.Viewer || all[0].Actor != "Ana Lopez" || !all[0].enters("any") {
		t.Errorf("%+v %v", all, err)
	}
}

func TestFilesOfKeysThatAreWrong(t *testing.T) {
	key, other := public(newSigner(t)), public(newSigner(t))
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	old, err := gossh.NewSignerFromKey(weak)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text, says string
	}{
		{key + " ana\nnonsense\n", "line 2: it is no public key"},
		{"ssh-ed25519 AAAA ana", "line 1: it is no public key"},
		{key, "line 1: the key has no name behind it"},
		{key + " @host", "line 1: the key has no name behind it"},
		{key + " template@x", `line 1: nobody can be called "template"`},
		{"\n" + `role="boss" ` + key + " ana", `line 2: there is no role "boss"`},
		{`role= ` + key + " ana", `line 1: there is no role ""`},
		{`role="lead",role="viewer" ` + key + " ana", "line 1: the option role is there twice"},
		{`command="sh" ` + key + " ana", `line 1: there is no option "command"`},
		{`rooms="a,,b" ` + key + " ana", `line 1: the option rooms has the pattern ""`},
		{`rooms="[" ` + key + " ana", `line 1: the option rooms has the pattern "["`},
		{`from="host.example" ` + key + " ana", `line 1: from is for addresses, not "host.example"`},
		{`rooms="*,!" ` + key + " ana", `line 1: the option rooms has the pattern "!"`},
		{`from="192.0.2.7/24" ` + key + " ana", `line 1: the net 192.0.2.7/24 has an address in it`},
		{`from="!192.0.2.7/24" ` + key + " ana", `line 1: the net 192.0.2.7/24 has an address in it`},
		{`from="!192.0.2.007" ` + key + " ana", `line 1: from is for addresses, not "!192.0.2.007"`},
		{`from="::ffff:0.0.0.0/90" ` + key + " ana", `line 1: the net ::ffff:0.0.0.0/90 has an address in it`},
		{`from="fe80::1%eth0" ` + key + " ana", `line 1: from is for addresses`},
		{`expiry-time="soon" ` + key + " ana", `line 1: expiry-time "soon" is no time`},
		{`expiry-time="20261331" ` + key + " ana", `line 1: expiry-time "20261331" is no time`},
		{key + " ana\n" + other + " ben\n" + key + " eve\n", "line 3: it is the same key as in line 1"},
		{public(old) + " ana", "line 1: an RSA key of 2048 bits is too weak"},
		{strings.Repeat("x", maxKeysLine+1), "line 1: it is longer than"},
		{key + " ana\x1b[2J\n\x00\n", "line 2: it is no public key"},
	} {
		_, err := LoadKeys(keysFile(t, tt.text, 0o600))
		if err == nil || !strings.Contains(err.Error(), tt.says) || data.HintOf(err) == "" {
			t.Errorf("%.60q: %v (%s), want %q", tt.text, err, data.HintOf(err), tt.says)
		}
	}
}

func TestFilesOfKeysThatAreRefused(t *testing.T) {
	fine := public(newSigner(t)) + " ana"
	for name, path := range map[string]string{
		"there is no file of keys": filepath.Join(t.TempDir(), "none"),
		"others can change":        keysFile(t, fine, 0o666),
		"is no file of keys":       t.TempDir(),
	} {
		if _, err := LoadKeys(path); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
	if _, err := LoadKeys(keysFile(t, fine, 0o620)); err == nil {
		t.Error("a file that its group can change is read")
	}
}

func TestKeysAreAddedListedAndRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	ana, ben := public(newSigner(t)), public(newSigner(t))
	add := func(pub, name, role string) (*Grant, error) {
		line, err := NewKey([]byte(pub), name, role, "", "", "")
		if err != nil {
			return nil, err
		}
		return AddKey(path, line)
	}
	if g, err := add(ana+" ana@laptop", "", "lead"); err != nil || g.Actor != "ana" || g.Role != data.Lead {
		t.Fatal(g, err)
	}
	if err := os.WriteFile(path, append([]byte("# kept\n"), must(os.ReadFile(path))...), 0o600); err != nil {
		t.Fatal(err)
	}
	if g, err := add(ben+" x", "ben", ""); err != nil || g.Actor != "ben" || g.Role != data.Viewer {
		t.Fatal(g, err)
	}
	if _, err := add(ben+" y", "", "lead"); err == nil || !strings.Contains(err.Error(), "line 4: it is the same key as in line 3") && !strings.Contains(err.Error(), "the same key") {
		t.Errorf("a key that is there already: %v", err)
	}
	for _, bad := range [][2]string{{"x", `lead",rooms="*`}, {"", "boss"}, {"a\nb ssh", "le\nad"}} {
		if _, err := add(public(newSigner(t))+" z", bad[0], bad[1]); err == nil {
			t.Errorf("%q is added", bad)
		}
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v", info.Mode())
	}
	gone, err := RemoveKeys(path, "ana")
	if err != nil || len(gone) != 1 {
		t.Errorf("removed %v, %v", gone, err)
	}
	if _, err := RemoveKeys(path, "ana"); err == nil {
		t.Error("removed twice")
	}
	all, err := LoadKeys(path)
	if err != nil || len(all) != 1 || all[0].Actor != "ben" {
		t.Errorf("left: %v %v", all, err)
	}
	if text := string(must(os.ReadFile(path))); !strings.HasPrefix(text, "# kept\n") {
		t.Errorf("the comment is lost: %q", text)
	}
	if gone, err := RemoveKeys(path, all[0].Fingerprint()); err != nil || len(gone) != 1 {
		t.Errorf("by fingerprint: %v %v", gone, err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A key that is taken out of the file opens nothing any more, at the next asking.
func TestChangesOfTheFileCountAtOnce(t *testing.T) {
	ana, ben := newSigner(t), newSigner(t)
	path := keysFile(t, public(ana)+" ana\n", 0o600)
	var told []string
	k, err := openKeys(path, func(err error) { told = append(told, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	here, now := netip.MustParseAddr("127.0.0.1"), clock.Now()
	opens := func(s gossh.Signer, want bool) {
		t.Helper()
		if _, err := k.grant(s.PublicKey(), now, here); (err == nil) != want {
			t.Errorf("the key opens: %v (%v)", !want, err)
		}
	}
	opens(ana, true)
	opens(ben, false)
	if err := store.ReplaceFile(path, []byte(public(ben)+" ben\nnonsense\n")); err != nil {
		t.Fatal(err)
	}
	opens(ana, false)
	opens(ben, true)
	if len(told) != 1 || !strings.Contains(told[0], "line 2") {
		t.Errorf("told %q", told)
	}
	os.Chmod(path, 0o666)
	opens(ben, false)
	os.Chmod(path, 0o600)
	opens(ben, true)
	os.Remove(path)
	opens(ben, false)
}

// The file stays readable for the server, whoever edits it.
func TestAnEditedFileOfKeysIsWhoseItWas(t *testing.T) {
	path := keysFile(t, public(newSigner(t))+" ana\n", 0o644)
	if os.Geteuid() == 0 { // as with sudo
		if err := os.Chown(path, 12345, 23456); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AddKey(path, public(newSigner(t))+" ben"); err != nil {
		t.Fatal(err)
	}
	if _, err := RemoveKeys(path, "ana"); err != nil {
		t.Fatal(err)
	}
	is, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.Stat(path + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	owner := func(f os.FileInfo) [2]uint32 { s := f.Sys().(*syscall.Stat_t); return [2]uint32{s.Uid, s.Gid} }
	if is.Mode() != was.Mode() || owner(is) != owner(was) || owner(lock) != owner(was) {
		t.Errorf("it was %v of %v, is %v of %v, and its lock of %v", was.Mode(), owner(was), is.Mode(), owner(is), owner(lock))
	}
}

// A key that was written on two lines by hand opens nothing once it is removed.
func TestARemovedKeyIsGone(t *testing.T) {
	ana, ben := newSigner(t), newSigner(t)
	path := keysFile(t, public(ana)+" ana\n"+public(ben)+" ben\n"+`role="lead" `+public(ana)+" eve\n"+`role="boss" `+public(ana)+" mallory\n", 0o600)
	k, _ := openKeys(path, func(error) {})
	k.stamp = stamp{}
	g, err := k.grant(ana.PublicKey(), clock.Now(), netip.Addr{})
	if err != nil || g.Role != data.Viewer {
		t.Fatalf("of two lines the first counts: %v %v", g, err)
	}
	if _, err := RemoveKeys(path, "ana"); err != nil {
		t.Fatal(err)
	}
	if g, err := k.grant(ana.PublicKey(), clock.Now(), netip.Addr{}); err == nil {
		t.Errorf("it opens as %s, a %s", g.Actor, g.Role)
	}
	if text := string(must(os.ReadFile(path))); text != public(ben)+" ben\n" {
		t.Errorf("left: %q", text)
	}
}

func TestOneKeyIsAddedAtATime(t *testing.T) {
	ana, ben := public(newSigner(t)), public(newSigner(t))
	for text, fine := range map[string]bool{
		ana + " ana\n": true, "# hers\n" + ana + " ana\n\n": true,
		ana + " ana\n" + ben + " ben\n": false, "nonsense\n" + ben + " ben\n": false,
	} {
		if _, err := NewKey([]byte(text), "", "", "", "", ""); (err == nil) != fine {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A file that somebody else can change, or put another in the place of, says who
// may do what only to them.
func TestFilesOfKeysThatAServerRefuses(t *testing.T) {
	fine := public(newSigner(t)) + " ana"
	open := keysFile(t, fine, 0o600)
	os.Chmod(filepath.Dir(open), 0o777)
	sticky := keysFile(t, fine, 0o600)
	os.Chmod(filepath.Dir(sticky), 0o777|os.ModeSticky)
	link := filepath.Join(filepath.Dir(keysFile(t, "", 0o600)), "link")
	if err := os.Symlink(open, link); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{keysFile(t, fine, 0o644): "", sticky: "", open: "others can put another file in the place of", link: "others can put another file in the place of"}
	if os.Geteuid() == 0 {
		other := keysFile(t, fine, 0o644)
		os.Chown(other, 12345, 23456)
		cases[other] = "is another user's, of number 12345"
	}
	for path, says := range cases {
		k, err := openKeys(path, func(error) {})
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says) || data.HintOf(err) == "") {
			t.Errorf("%v, want %q", err, says)
		}
		if open := len(k.grants) > 0; open != (says == "") {
			t.Errorf("%s: it opens: %v", says, open)
		}
	}
	path := keysFile(t, fine, 0o600) // and while it serves
	k, err := openKeys(path, func(error) {})
	if err != nil {
		t.Fatal(err)
	}
	os.Chmod(filepath.Dir(path), 0o777)
	os.WriteFile(path, []byte(fine+" lopez"), 0o600)
	if k.refresh(); len(k.grants) > 0 {
		t.Error("it opens though others can replace it")
	}
}
