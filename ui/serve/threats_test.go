package serve

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	gossh "golang.org/x/crypto/ssh"
)

// threats are what can go wrong with a server of this make, and the tests that
// show what comes of it here.
var threats = []struct{ threat, tests string }{
	{"without a handler, or with passwords, everybody comes in", "TestNothingButKeysOpens"},
	{"another key than the one that was proved counts (CVE-2024-45337)", "TestOnlyTheKeyThatProvedItselfCounts TestWhoOneIsComesFromTheKey TestE2EServeOfferedKey"},
	{"options of keys are ignored, a bad line or a long one hides others", "TestALineSaysWhoMayWhat TestChangesOfTheFileCountAtOnce TestFilesOfKeysThatAreWrong"},
	{"a key that was taken away goes on to work", "TestARevokedKeysSessionEnds"},
	{"certificates without principals are good for everybody", "TestACertificateIsNoKey"},
	{"a command on a terminal gets the board", "TestACommandOnATerminalIsACommand"},
	{"subsystems, forwarding, X11 and agents are let through", "TestWhatAClientMayAskFor"},
	{"an environment without end", "TestAFloodOfTheEnvironment"},
	{"a variable makes a library open a file (UV_DEBUG), or has controls in its name", "TestWhichVariablesAClientMaySet FuzzRequests"},
	{"3,000 channels on a connection, and what they share", "TestAFloodOfChannels TestWhatAClientMayAskFor"},
	{"connections that never log in", "TestWhoDoesNotLogInIsCutOff TestAFloodOfConnections TestPlacesBeforeALogIn TestWhoFailsOftenIsRefused"},
	{"a byte now and then keeps a connection open", "TestADripBeforeALogIn"},
	{"what is drawn keeps a person in who is not there", "TestWhatIsDrawnIsNoKeyPress TestWhoPressesNoKeyLeaves"},
	{"a client that never reads holds up the others", "TestWhoNeverReadsIsCutOff TestSlowBoardsHoldUpNobody"},
	{"a panic ends the server", "TestAPanicEndsOneSession TestPanicsEndOneBoard TestNoBareGo"},
	{"resizes block the connection, or fill the memory", "TestAStormOfResizes TestSizesAreClamped"},
	{"a terminal of 100,000 by 100,000, at first or later", "TestHugeTerminals TestSizesAreClamped"},
	{"the server's key is anywhere, readable, or another one each time", "TestHostKeys TestNothingIsMadeInTheCurrentDirectory"},
	{"it listens everywhere, and says of what make it is", "TestTheServerStaysAtHome TestAlgorithmsAndVersion"},
	{"weak algorithms; Terrapin", "TestAlgorithmsAndVersion TestNothingButKeysOpens TestE2EServeAudit"},
	{"users are found out by how they are answered", "TestTheUserNameIsNotLookedAt"},
	{"whoever fails shuts out an office with its address, or a key of somebody else", "TestAnOfficeIsNotShutOutForOneWhoFails TestAKeyThatFailsOftenIsShutOutByItself TestAnAddressThatIsShutOutHasPlaces"},
	{"who may come in from an address that is shut out is found out from there", "TestAnAddressThatIsShutOutLearnsNothing"},
	{"memory without end", "TestNobodyIsLetInWithoutMemory TestMemoryIsLimited TestFailuresTakeNoMemoryWithoutEnd"},
	{"scp, git, logging and other middlewares", "TestWhatIsLinked"},
	{"old versions of x/crypto", "TestWhatIsLinked"},
	{"lines in the log that the client wrote", "TestNoLineOfTheLogIsAClients"},
	{"controls for the terminal in what is said back", "TestWhatIsSaidBackIsClean"},
	{"a gigabyte on standard input", "TestE2EServeBadInput"},
}

// TestEachThreatHasItsTest holds the list above and the tests together.
func TestEachThreatHasItsTest(t *testing.T) {
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				found[fn.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range threats {
		for _, name := range strings.Fields(row.tests) {
			if !found[name] {
				t.Errorf("%s: there is no %s", row.threat, name)
			}
		}
	}
}

// greeting returns the version line of the server, and the lists of its first
// packet, which is sent in the clear.
func (h *house) greeting() (version string, lists [][]string) {
	h.t.Helper()
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(c, "SSH-2.0-test\r\n")
	var line []byte
	for b := make([]byte, 1); !bytes.HasSuffix(line, []byte("\r\n")); line = append(line, b...) {
		if _, err := io.ReadFull(c, b); err != nil {
			h.t.Fatal(err)
		}
	}
	head := make([]byte, 5+1+16) // length, padding, kind, cookie
	if _, err := io.ReadFull(c, head); err != nil {
		h.t.Fatal(err)
	}
	rest := make([]byte, binary.BigEndian.Uint32(head)-1-1-16)
	if _, err := io.ReadFull(c, rest); err != nil {
		h.t.Fatal(err)
	}
	for range 10 {
		n := binary.BigEndian.Uint32(rest)
		lists, rest = append(lists, strings.Split(string(rest[4:4+n]), ",")), rest[4+n:]
	}
	return strings.TrimSpace(string(line)), lists
}

func TestAlgorithmsAndVersion(t *testing.T) {
	version, got := newHouse(t, "", Limits{}).greeting()
	if version != "SSH-2.0-warroom" {
		t.Errorf("it says %q", version)
	}
	ciphers, macs := "aes256-gcm@openssh.com chacha20-poly1305@openssh.com aes128-gcm@openssh.com", "hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com"
	for i, want := range []string{"mlkem768x25519-sha256 curve25519-sha256 curve25519-sha256@libssh.org kex-strict-s-v00@openssh.com", "ssh-ed25519", ciphers, ciphers, macs, macs, "none", "none", "", ""} {
		if strings.Join(got[i], " ") != want {
			t.Errorf("list %d is %q, want %q", i, got[i], want)
		}
	}
}

// A certificate is signed by somebody else than the file names: it is no key, not
// even one for a key that is known, or from one that is.
func TestACertificateIsNoKey(t *testing.T) {
	ca, ana := newSigner(t), newSigner(t)
	h := newHouse(t, `role="lead" `+public(ca)+" ca\n"+public(ana)+" ana\n", Limits{})
	for _, principals := range [][]string{nil, {"root", "ana"}} {
		cert := &gossh.Certificate{Key: ana.PublicKey(), CertType: gossh.UserCert, KeyId: "ana", ValidPrincipals: principals, ValidBefore: gossh.CertTimeInfinity}
		if err := cert.SignCert(rand.Reader, ca); err != nil {
			t.Fatal(err)
		}
		signer, err := gossh.NewCertSigner(cert, ana)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.dial(signer); err == nil {
			t.Errorf("a certificate for %q comes in", principals)
		}
		line := strings.TrimSpace(string(gossh.MarshalAuthorizedKey(cert))) + " ana"
		if _, err := LoadKeys(keysFile(t, line, 0o600)); err == nil || !strings.Contains(err.Error(), "is not taken") {
			t.Errorf("as a line of the file: %v", err)
		}
	}
	if _, err := LoadKeys(keysFile(t, "cert-authority "+public(ca)+" ca", 0o600)); err == nil || !strings.Contains(err.Error(), `no option "cert-authority"`) {
		t.Errorf("as an authority: %v", err)
	}
	if _, err := h.dial(ana); err != nil {
		t.Errorf("the key itself: %v", err)
	}
}

func TestACommandOnATerminalIsACommand(t *testing.T) {
	ana := newSigner(t)
	s, err := newHouse(t, public(ana)+" ana\n", Limits{}).enter(ana).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if out, err := s.Output("who"); err != nil || string(out) != `ana viewer in x: ["who"] ["TERM=xterm"]`+"\r\n" {
		t.Errorf("%q, %v", out, err)
	}
}

// TestTheUserNameIsNotLookedAt asks under many names: whatever the name, the
// answers and the log are the same, since no line of the program reads it.
func TestTheUserNameIsNotLookedAt(t *testing.T) {
	ana, eve := newSigner(t), newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{Failures: 1000})
	answers := map[string]bool{}
	for _, name := range []string{"ana", "root", "", "nobody", "ana@x", strings.Repeat("x", 10_000), "a\x00\nb"} {
		for _, key := range []gossh.Signer{ana, eve} {
			before := len(h.log.String())
			c, err := gossh.Dial("tcp", h.addr, &gossh.ClientConfig{User: name, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}})
			if (err == nil) != (key == ana) {
				t.Errorf("%.20q: %v", name, err)
			}
			answers[fmt.Sprint(key == ana, err)] = true
			if err == nil {
				c.Close()
				continue
			}
			h.until(func() bool { return strings.Contains(h.log.String()[before:], "no log-in") })
			said := ""
			for line := range strings.Lines(h.log.String()[before:]) {
				_, line, _ = strings.Cut(line, " ")
				said += line
			}
			answers[said] = true
		}
	}
	if len(answers) != 3 {
		t.Errorf("%d kinds of answers, want one for who comes in, one for who does not, and one in the log: %v", len(answers), answers)
	}
	for _, dir := range []string{".", "../cli", ".."} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") && (bytes.Contains(text, []byte(".User()")) || bytes.Contains(text, []byte("ContextKeyUser"))) {
				t.Errorf("%s asks for the user's name", path)
			}
		}
	}
}

func TestNobodyIsLetInWithoutMemory(t *testing.T) {
	ana := newSigner(t)
	if status, _, errs := newHouse(t, public(ana)+" ana\n", Limits{Memory: 1}).run(ana, "who"); status != 1 || errs != "warroom: the server has no memory left for one more session\nhint: try again later\n" {
		t.Errorf("%d %q", status, errs)
	}
	if limit := (Limits{}).orDefault().Memory; inUse() >= limit || inUse() == 0 {
		t.Errorf("%d bytes are in use, %d are allowed", inUse(), limit)
	}
}

// TestWhatIsLinked lists what the program is made of.
func TestWhatIsLinked(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "warroom").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(out))
	if !slices.Contains(all, "charm.land/ssh") || !slices.Contains(all, "warroom/ui/serve") {
		t.Fatalf("it is not the list of packages: %q", all)
	}
	for _, p := range all {
		if strings.HasPrefix(p, "charm.land/wish/") || strings.Contains(p, "go-git") || strings.Contains(p, "/sftp") {
			t.Errorf("%s is linked", p)
		}
	}
	for module, least := range map[string][3]int{"golang.org/x/crypto": {0, 58, 0}, "charm.land/ssh": {0, 4, 3}} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
		var v [3]int
		if _, scan := fmt.Sscanf(string(out), "v%d.%d.%d", &v[0], &v[1], &v[2]); err != nil || scan != nil || slices.Compare(v[:], least[:]) < 0 {
			t.Errorf("%s is %s, want %v or later (%v)", module, out, least, err)
		}
	}
}

// TestNoLineOfTheLogIsAClients says to the server all that it could write down, each
// with a line of its own in it.
func TestNoLineOfTheLogIsAClients(t *testing.T) {
	const fake = "x\ntime=now level=INFO msg=forged\r\x1b[2J\x9b\u202e"
	ana, eve := newSigner(t), newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{}, "x", "y")
	for _, key := range []gossh.Signer{ana, eve} {
		c, err := gossh.Dial("tcp", h.addr, &gossh.ClientConfig{User: fake, ClientVersion: "SSH-2.0-x\ttime=forged", HostKeyCallback: gossh.InsecureIgnoreHostKey(), Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}})
		if err != nil {
			continue
		}
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		s.Setenv("LANG", fake)
		s.RequestPty(fake, 24, 80, nil)
		s.Run("x " + strings.ReplaceAll(fake, "\x9b", ""))
		c.Close()
	}
	for _, greeting := range []string{fake, "SSH-2.0-" + fake + "\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\n", strings.Repeat("x", 1000)} {
		c, err := net.Dial("tcp", h.addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, greeting)
		c.(*net.TCPConn).CloseWrite()
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		io.Copy(io.Discard, c)
		c.Close()
	}
	h.run(ana, "y who")
	n := 0
	for line := range strings.Lines(h.log.String()) {
		n++
		if !strings.HasPrefix(line, "time=2") || !strings.HasSuffix(line, "\n") || strings.Count(line, "msg=") > 1 && !strings.Contains(line, `\n`) ||
			strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x1b\r\u202e") || !utf8.ValidString(line) {
			t.Errorf("a line of the log: %q", line)
		}
	}
	if n < 6 {
		t.Errorf("only %d lines: %s", n, h.log)
	}
}

// TestWhatIsSaidBackIsClean hands in controls, and looks for them in the answers.
func TestWhatIsSaidBackIsClean(t *testing.T) {
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{}, "x", "y")
	for _, bad := range []string{"\x1b]0;t\x07", "\x1b]52;c;eA==\x07", "\x1b[2J", "a\u009b2J", "\u202egnp", "a\u200bb", "\x1bPq\x1b\\", "\x1b_G\x1b\\", "\r\x08", "\U000e0041"} {
		status, out, errs := h.run(ana, bad)
		if status != 2 || out != "" || !strings.HasPrefix(errs, "warroom: there is no room ") || strings.ContainsAny(errs, "\x1b\x07\x08\r\u009b\u202e\u200b\U000e0041") {
			t.Errorf("%q: %d %q %q", bad, status, out, errs)
		}
	}
}

func TestNothingIsMadeInTheCurrentDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	ana := newSigner(t)
	h := newHouse(t, public(ana)+" ana\n", Limits{})
	h.run(ana, "who")
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("%v is there, %v", left, err)
	}
}
