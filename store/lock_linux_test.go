package store

import (
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWhoWaitsForTheLockIsNext has the holder of the lock let go of it and want it again
// at once, as who records one change after the other does.
func TestWhoWaitsForTheLockIsNext(t *testing.T) {
	path := newFile(t)
	var homes [2]*home
	for i := range homes {
		h, err := newHome(path, false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { h.file.Close() })
		homes[i] = h
	}
	mine, theirs := homes[0], homes[1]
	waits := func() bool {
		free, err := lockBytes(mine.file, unix.F_WRLCK, lineByte, 1)
		if free {
			leaveLine(mine.file)
		}
		return !free && err == nil
	}
	unlock, err := mine.lock(soon(t), patience)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.lock(soon(t), 0); err == nil || waits() {
		t.Errorf("who gives up has the lock, or waits for it: %v", err)
	}
	var wg sync.WaitGroup
	turns := make(chan *home, 2)
	wg.Go(func() {
		unlock, err := theirs.lock(soon(t), patience)
		if err != nil {
			t.Error(err)
			return
		}
		turns <- theirs
		unlock()
	})
	until(t, "nobody waits for the lock", waits)
	unlock()
	if unlock, err = mine.lock(soon(t), patience); err != nil {
		t.Fatal(err)
	}
	turns <- mine
	unlock()
	wg.Wait()
	if <-turns != theirs {
		t.Error("who let go of the lock has it again before the one who waited for it")
	}
}
