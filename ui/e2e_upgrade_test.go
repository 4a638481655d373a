//go:build e2e && linux

package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

var upgradeRounds = flag.Int("upgrade.rounds", 12, "how often TestE2EPowerCutsUpgrade cuts the power")

// Link implements [fs.NodeLinker]: a file of an incident gets its name so.
func (d *diskDir) Link(_ context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	if !d.powered(true) {
		return nil, syscall.EIO
	}
	defer d.mu.Unlock()
	f, ok := target.(*diskFile)
	switch {
	case !ok:
		return nil, syscall.EPERM
	case d.names[name] != nil:
		return nil, syscall.EEXIST
	}
	d.names[name] = f
	f.attr(&out.Attr)
	return f.EmbeddedInode(), fs.OK
}

// olderFile returns a file of version 5 that the store keeps for its tests, and what
// that version said of its log.
func olderFile(t *testing.T, name string) (file, log []byte) {
	t.Helper()
	read := func(suffix string) []byte {
		in, err := os.Open(filepath.Join("..", "store", "testdata", "v5", name+suffix))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		unzip, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(unzip)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	return read(".db.gz"), read(".log.json.gz")
}

// TestE2EPowerCutsUpgrade cuts the power while a file of an older version is upgraded:
// what is left is the old file or the new one, whole, and opens.
func TestE2EPowerCutsUpgrade(t *testing.T) {
	d, way := newDisk(t, false)
	h := newHome(t, "blank")
	fresh, log := olderFile(t, "used")
	dir := filepath.Join(h.dir, "disk")
	file := filepath.Join(dir, "x.db")
	env := append(h.env, "WARROOM_TEST_DISK="+d.words())
	seed := rand.Uint64()
	cut, old, done, lost := 0, 0, 0, 0
	for round := range *upgradeRounds {
		rng := rand.New(rand.NewPCG(seed, uint64(round)))
		gone := d.begin(t, dir, map[string][]byte{"x.db": fresh}, rng)
		p := exec.Command(binary, "status", "-f", file)
		p.Dir, p.Env = h.dir, env
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		_, image := d.(*imageDisk)
		if image { // which has no power to go: the process is killed at any moment
			defer time.AfterFunc(time.Duration(rng.IntN(400))*time.Millisecond, func() { p.Process.Kill() }).Stop()
		}
		err := p.Wait()
		select {
		case <-gone:
			cut++
		default:
			if err != nil && !image {
				t.Errorf("seed %d, round %d: it failed while there was power: %v", seed, round, err)
			}
		}
		left, pages := d.end(t, rng)
		lost += pages
		if bytes.Equal(left["x.db"], fresh) && len(left["x.db-wal"]) == 0 {
			old++
		} else {
			done++
		}
		replaceFiles(t, dir, left)
		h.file = file
		out, errs := h.run(0, "log", "--json", "-f", file)
		if out != string(log) {
			t.Errorf("seed %d, round %d: the log is another one: %s", seed, round, errs)
		}
		if out, _ := h.run(0, "verify", "-f", file); !strings.Contains(out, "whole: all 130 events") {
			t.Errorf("seed %d, round %d: %s", seed, round, out)
		}
		if err := os.RemoveAll(filepath.Join(h.dir, "state", "warroom", "heads")); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rounds on %s: the power went in %d; the old file is left as it was in %d, another one in %d; %d unsynced pages lost", *upgradeRounds, way, cut, old, done, lost)
	if old == 0 {
		t.Error("this proves nothing")
	}
}

// TestE2EUpgrade starts the program as a server and as a board on a file of an older
// version: while another program has the file open both say so, and change nothing;
// then each upgrades it, and says what it did.
func TestE2EUpgrade(t *testing.T) {
	h := newHome(t, "blank")
	fresh, log := olderFile(t, "used")
	old := func() {
		t.Helper()
		replaceFiles(t, filepath.Join(h.dir, "incidents"), map[string][]byte{"x.db": fresh})
		if err := os.RemoveAll(filepath.Join(h.dir, "state", "warroom", "heads")); err != nil {
			t.Fatal(err)
		}
	}
	h.file = filepath.Join(h.dir, "incidents", "x.db")
	same := func(when string) {
		t.Helper()
		if out, _ := h.run(0, "log", "--json", "-f", h.file); out != string(log) {
			t.Errorf("%s the log is another one", when)
		}
		if out, _ := h.run(0, "verify", "-f", h.file); !strings.Contains(out, "x.db.before-v6 is the file as it was") {
			t.Errorf("%s verify says %s", when, out)
		}
	}

	// A program has the file open that knows nothing of this one.
	old()
	f, err := os.OpenFile(h.file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	lock := unix.Flock_t{Type: unix.F_RDLCK, Whence: io.SeekStart, Start: 0x40000002, Len: 510} // as SQLite does
	if err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &lock); err != nil {
		t.Fatal(err)
	}
	const why, what = "x.db is open elsewhere, and is to be upgraded to version 6", "close it there first: each board, server and command"
	_, errs := h.run(1, "serve", "-f", h.file, "--keys", "team.keys", "--listen", "127.0.0.1:0")
	if !strings.Contains(errs, "warroom: "+why+"\nhint: "+what) {
		t.Errorf("the server says %s", errs)
	}
	h.terminal(120, 24, h.program()).shows(why, what, "ended with 1")
	if now, err := os.ReadFile(h.file); err != nil || !bytes.Equal(now, fresh) {
		t.Errorf("the file is another one: %v", err)
	}
	f.Close()

	const done = "x.db was upgraded to version 6; the old file is kept as x.db.before-v6"
	h.terminal(140, 24, h.program()).shows("live", done).press("q").ends()
	same("after the board")

	old()
	r := h.serves("-f", h.file)
	if status, out, _ := r.ssh("ana", nil, "log", "--json"); status != 0 || out != string(log) {
		t.Errorf("over SSH the log is another one, status %d", status)
	}
	r.stops()
	if !strings.Contains(r.errs.String(), done) {
		t.Errorf("the server says %s", r.errs.String())
	}
	same("after the server")
}
