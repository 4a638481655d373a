//go:build e2e

package ui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// port returns where the server listens.
func (r *warRoom) port() string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "ssh_config"))
	found := regexp.MustCompile(`Port (\d+)`).FindSubmatch(text)
	if err != nil || found == nil {
		r.t.Fatalf("no port: %v", err)
	}
	return string(found[1])
}

// TestE2EServeAudit asks ssh-audit: nothing fails, and it warns of nothing but what
// it does not know.
func TestE2EServeAudit(t *testing.T) {
	audit, err := exec.LookPath("ssh-audit")
	if err != nil {
		t.Fatal("this test needs ssh-audit: ", err)
	}
	h := newHome(t, "blank")
	r := h.serves("-f", h.file)
	// Its exit status is that of a warning where it does not know an algorithm, and
	// its JSON has no warnings: what it says is read.
	out, _ := exec.Command(audit, "-n", "-p", r.port(), "127.0.0.1").CombinedOutput()
	// Newer than Debian's version of it: the exchange that stands up to quantum
	// computers, which OpenSSH has by default, and the mark of strict key exchange.
	unknown := map[string]bool{"(kex) mlkem768x25519-sha256": false, "(kex) kex-strict-s-v00@openssh.com": false}
	good := 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "[info]") {
			good++
		}
		if !strings.Contains(line, "[fail]") && !strings.Contains(line, "[warn]") {
			continue
		}
		name, what, _ := strings.Cut(line, " -- ")
		name = strings.TrimSpace(name)
		if _, known := unknown[name]; !known || strings.TrimSpace(what) != "[warn] unknown algorithm" {
			t.Errorf("it says %q", line)
		}
	}
	if good < 5 || !strings.Contains(string(out), "(gen) banner: SSH-2.0-warroom") {
		t.Errorf("it has looked at nothing:\n%s", out)
	}
	r.stops()
}

// TestE2EServeOfferedKey offers the lead's public key, which the server would take,
// and proves the viewer's: it is the viewer who is in.
func TestE2EServeOfferedKey(t *testing.T) {
	h := newHome(t, "blank")
	r := h.serves("-f", h.file)
	pub, err := os.ReadFile(filepath.Join(h.dir, "ana.pub"))
	if err != nil {
		t.Fatal(err)
	}
	shown := filepath.Join(h.dir, "shown.pub") // whose private half is nowhere
	if err := os.WriteFile(shown, pub, 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, errs := r.ssh("eve", nil, "-v", "-i", shown, "incident", "set", "--phase", "closed")
	offered := strings.Index(errs, "Server accepts key: "+shown)
	proved := strings.Index(errs, "Server accepts key: "+filepath.Join(h.dir, "eve"))
	if status != 4 || !strings.Contains(errs, "a viewer may not do this") {
		t.Errorf("%d %s", status, errs)
	}
	if offered < 0 || proved < offered {
		t.Errorf("the lead's key was not offered before:\n%s", errs)
	}
	r.stops()
}

// rss returns how much memory the server has at most had, in megabytes.
func (r *warRoom) rss() int {
	r.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Process.Pid))
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if err != nil || found == nil {
		r.t.Fatalf("how much memory the server has is not known: %v", err)
	}
	kb, _ := strconv.Atoi(string(found[1]))
	return kb >> 10
}

// TestE2EServeBadInput hands the server more than it takes, while somebody works.
func TestE2EServeBadInput(t *testing.T) {
	h := newHome(t, "exercise")
	r := h.serves("-f", h.file)
	ben := r.board("ben", 80, 24).shows("live", "EXERCISE")
	before := r.rss()
	for _, tt := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"note", "add", "-"}, 1, "the text on standard input is longer than 20000 characters"},
		{[]string{"action", "note", "A-12", "-"}, 1, "the text on standard input is longer than 20000 characters"},
		{[]string{"import", "actions", "-"}, 1, "is larger than 16 MB"},
		{[]string{"status"}, 0, ""},
	} {
		if status, _, errs := r.ssh("ana", io.LimitReader(zeros{}, 1<<30), tt.args...); status != tt.status || !strings.Contains(errs, tt.says) {
			t.Errorf("a gigabyte for %q: %d %s", tt.args, status, errs)
		}
		h.run(0, "note", "add", "after "+tt.args[0], "-f", h.file)
		ben.shows("after " + tt.args[0])
	}
	if grown := r.rss() - before; grown > 200 {
		t.Errorf("the server has taken %d MB more", grown)
	}
	for _, tt := range []struct {
		in     string
		args   []string
		status int
		says   string
	}{
		{"", []string{"serve", "--keys", "x"}, 2, "no file can be named here"},
		{"", []string{"keys", "add", "-", "--keys", "team.keys"}, 2, "no file can be named here"},
		{"", []string{"status", "-f", "x.db"}, 2, "no file can be named here"},
		{"", []string{"status", "--as", "eve"}, 2, "the flag --as cannot be used here"},
		{"", []string{"status", "-o", "/tmp/x"}, 2, "there is no flag -o"},
		{"", []string{"/etc/passwd"}, 2, "no file can be named here: the incident is open already"},
		{"", []string{"elsewhere", "status"}, 2, `"elsewhere" is neither a command nor a file`},
		{"", []string{"note 'add"}, 2, "there is no command"},
		{"a\x00b\x1b[2J", []string{"note", "add", "-"}, 0, ""},
		{"\xff\xfe", []string{"note", "add", "-"}, 0, ""},
	} {
		if status, _, errs := r.ssh("ana", bytes.NewReader([]byte(tt.in)), tt.args...); status != tt.status || !strings.Contains(errs, tt.says) {
			t.Errorf("%q: %d %s", tt.args, status, errs)
		}
	}
	if _, out, _ := r.ssh("ana", nil, "note", "list"); strings.ContainsAny(out, "\x00\x1b") || !utf8.ValidString(out) || !slices.ContainsFunc(strings.Split(out, "\n"), func(l string) bool { return strings.Contains(l, "a\ufffdb") }) {
		t.Errorf("the notes are %q", out)
	}
	ben.press("?").shows("─ Help")
	r.stops()
}
