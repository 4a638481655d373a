//go:build e2e && linux

package ui

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A disk holds files, and can lose its power.
type disk interface {
	// words are what the program is told of the disk in WARROOM_TEST_DISK.
	words() string
	// begin makes the disk hold files at dir. The power goes some time later, as rng
	// says; gone is closed then.
	begin(t *testing.T, dir string, files map[string][]byte, rng *rand.Rand) (gone <-chan struct{})
	// stored tells the disk that somebody was told "stored".
	stored()
	// end returns the files that are left, when no process uses the disk any more, and
	// how many pages that were not synced are lost. dir is an ordinary directory again.
	end(t *testing.T, rng *rand.Rand) (left map[string][]byte, lost int)
}

// newDisk returns a disk, and which of both it is: a file system where FUSE can be
// mounted, and else a file system within SQLite. A lying disk says that it synced,
// and did not.
func newDisk(t *testing.T, lies bool) (disk, string) {
	t.Helper()
	err := mountable(t.TempDir())
	if err == nil && *cutsWay != "image" {
		d := &fuseDisk{lies: lies}
		t.Cleanup(d.close)
		return d, "a file system (FUSE)"
	}
	if *cutsWay == "fuse" {
		t.Fatalf("FUSE cannot be mounted: %v", err)
	}
	why := "as -cuts.way asks"
	if err != nil {
		why = "FUSE cannot be mounted: " + err.Error()
	}
	return &imageDisk{lies: lies, image: t.TempDir()}, "a file system within SQLite (" + why + ")"
}

// pageSize is what reaches a disk as a whole or not at all.
const pageSize = 4096

// A coin says what reached the disk before the power went: nearly all in one cut,
// nearly nothing in another.
type coin func() bool

func newCoin(rng *rand.Rand) coin {
	share := rng.Float64()
	return func() bool { return rng.Float64() < share }
}

// survive returns what is left of a file: what was synced, and of the pages written
// since those that reached the disk, in no order. lost counts the others.
func survive(synced, live []byte, reached coin) (left []byte, lost int) {
	left = bytes.Clone(synced)
	for off := 0; off < len(live); off += pageSize {
		now := live[off:min(off+pageSize, len(live))]
		if bytes.HasPrefix(left[min(off, len(left)):], now) {
			continue
		}
		if !reached() {
			lost++
			continue
		}
		if end := off + len(now); end > len(left) {
			left = append(left, make([]byte, end-len(left))...)
		}
		copy(left[off:], now)
	}
	if len(left) > len(live) && reached() { // it was cut shorter
		left = left[:len(live)]
	}
	return left, lost
}

// An imageDisk is an ordinary directory. The program keeps what was synced in another
// one, see store/image_e2e.go: the power goes with the processes.
type imageDisk struct {
	lies       bool
	dir, image string

	mu   sync.Mutex
	wait int // how many are told "stored" before the power goes
	gone chan struct{}
}

func (d *imageDisk) words() string {
	if d.lies {
		return "lies,image=" + d.image
	}
	return "image=" + d.image
}

func (d *imageDisk) begin(t *testing.T, dir string, files map[string][]byte, rng *rand.Rand) <-chan struct{} {
	t.Helper()
	d.dir, d.wait, d.gone = dir, 1+rng.IntN(40), make(chan struct{})
	replaceFiles(t, d.dir, files)
	replaceFiles(t, d.image, files)
	return d.gone
}

func (d *imageDisk) stored() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wait--; d.wait == 0 {
		close(d.gone)
	}
}

func (d *imageDisk) end(t *testing.T, rng *rand.Rand) (map[string][]byte, int) {
	t.Helper()
	live, synced := readFiles(t, d.dir), readFiles(t, d.image)
	left, all, reached := map[string][]byte{}, 0, newCoin(rng)
	for _, name := range sortedNames(live, synced) {
		was, before := synced[name]
		now, there := live[name]
		switch {
		case strings.HasSuffix(name, "-shm"): // SQLite does not write it by its file system
		case !there && !reached(): // that it is gone
			left[name] = was
		case there && (before || reached()):
			var lost int
			left[name], lost = survive(was, now, reached)
			all += lost
		}
	}
	return left, all
}

// replaceFiles makes a directory hold files, and nothing else.
func replaceFiles(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name := range readFiles(t, dir) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// readFiles returns the files in a directory by their names.
func readFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all, err := os.ReadDir(dir)
	files := map[string][]byte{}
	for _, e := range all {
		if err == nil {
			files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name()))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return files
}
