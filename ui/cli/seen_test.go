package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"warroom/data"
	"warroom/ui"
)

func lastOf(t *testing.T, s ui.Seen) data.Seen {
	t.Helper()
	last, err := s.Last()
	if err != nil {
		t.Fatal(err)
	}
	return last
}

func TestSeenIsKeptForEachPersonAndIncident(t *testing.T) {
	dir := t.TempDir()
	sh := &shell{environ: []string{"XDG_STATE_HOME=" + dir}}
	s := sh.seen("one", "ana")
	if got := lastOf(t, s); got != (data.Seen{}) {
		t.Errorf("before the first look: %+v", got)
	}
	at := time.Date(2024, 8, 15, 9, 0, 0, 0, time.FixedZone("CEST", 7200))
	want := data.Seen{Seq: 41, At: at.UTC()}
	if err := s.Keep(data.Seen{Seq: 41, At: at}); err != nil {
		t.Fatal(err)
	}
	if got := lastOf(t, sh.seen("one", "ana")); got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}
	for _, other := range []ui.Seen{sh.seen("two", "ana"), sh.seen("one", "ben"), sh.seen("on", "eana")} {
		if got := lastOf(t, other); got != (data.Seen{}) {
			t.Errorf("of others: %+v", got)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "warroom", "seen", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files: %q, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	if hidden, _ := filepath.Glob(filepath.Join(dir, "warroom", "seen", ".*")); len(hidden) > 0 {
		t.Errorf("left behind: %q", hidden)
	}
	// What cannot be ours is nothing; what blocks is not waited for.
	for _, raw := range []string{"", "{", "[]", strings.Repeat("x\x00", 100_000), `{"incident":"two","actor":"ana","seq":41,"at":"2024-08-15T07:00:00Z"}`,
		`{"incident":"one","actor":"ana","seq":-1,"at":"2024-08-15T07:00:00Z"}`} {
		if err := os.WriteFile(files[0], []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lastOf(t, s); got != (data.Seen{}) {
			t.Errorf("of %.40q: %+v", raw, got)
		}
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(files[0], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Last(); err == nil || !strings.Contains(err.Error(), "it is no file") {
		t.Errorf("of a pipe: %v", err)
	}
}

func TestSeenBehindTheOtherDoors(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	d.refuses(data.Lead, 1, "warroom: what you have seen is not kept here\n", "log", "--since", "last")
	kept := map[data.Actor]data.Seen{}
	d.Runner.Seen = func(a data.Actor) ui.Seen {
		return ui.Seen{Last: func() (data.Seen, error) { return kept[a], nil }, Keep: func(s data.Seen) error { kept[a] = s; return nil }}
	}
	d.run("log --since last")
	d.run("note add 'call at nine'")
	if out := d.run("log --since last --mark"); !strings.Contains(out, "call at nine") || strings.Count(out, "\n") != 2 {
		t.Errorf("it prints %s", out)
	}
	if got := kept["ben"]; len(kept) != 1 || got.Seq != d.seq() {
		t.Errorf("kept %+v", kept)
	}
	if out := d.run("log --since last"); out != "" {
		t.Errorf("it prints %s", out)
	}
}
