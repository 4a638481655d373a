package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stranger begins a job in a process of somebody who may read the file and not write it.
func stranger(t *testing.T, job, path string) *child {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can begin a process of somebody else")
	}
	const nobody = 65534
	dir := t.TempDir()
	open := func(dir string) {
		for ; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	open(dir)
	open(filepath.Dir(path))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, state := filepath.Join(dir, "program"), filepath.Join(dir, "state")
	copyFile(t, self, program)
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.Chmod(program, 0o755), os.Chmod(path, 0o644), os.Chown(state, nobody, nobody)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := begin(t, program, job, path, state, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}})
	t.Cleanup(func() {
		if left := beside(t, filepath.Join(state, "none")); len(left) > 0 && !(len(left) == 1 && left[0] == "heads") {
			t.Errorf("left in the state directory: %q", left)
		}
	})
	return c
}

// jobFollow prints how many events there are, whenever there are more.
func jobFollow(ctx context.Context, path, state string) error {
	s, err := Open(ctx, path, Options{StateDir: state})
	if err != nil {
		return err
	}
	defer s.Close()
	told := s.Watch(ctx)
	for last := int64(0); ; {
		head, err := s.Head(ctx)
		if err != nil {
			return err
		}
		if head.Seq > last {
			last = head.Seq
			fmt.Println(last)
		}
		select {
		case <-told:
		case <-ctx.Done():
			return nil
		}
	}
}

// jobVerify proves the file for every line that it reads.
func jobVerify(ctx context.Context, path, state string) error {
	fmt.Println("ready")
	return eachLine(func() error {
		s, err := Open(ctx, path, Options{StateDir: state})
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.Verify(ctx)
		fmt.Println("whole", err)
		return err
	})
}

// TestWhoMayNotWriteSeesWhatOthersDo lets somebody follow a file that he may not write,
// while others record: with the file open all the time, and opening it for each change.
func TestWhoMayNotWriteSeesWhatOthersDo(t *testing.T) {
	for _, name := range []string{"open all the time", "opened for each change"} {
		t.Run(name, func(t *testing.T) {
			path := newFile(t)
			if err := os.Chmod(path, 0o644); err != nil { // as -wal and -shm will be
				t.Fatal(err)
			}
			keep := mustOpen(t, path, options)
			if name != "open all the time" {
				keep.Close()
			} else {
				defer keep.Close()
			}
			c := stranger(t, "follow", path)
			c.says("1")
			for i := range 6 {
				s := mustOpen(t, path, options)
				record(t, s, action())
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				c.says(fmt.Sprint(i + 2))
			}
			c.kill()
		})
	}
}

// TestWhoMayNotWriteProvesTheFile lets him prove it while others record: there is
// nothing wrong with it.
func TestWhoMayNotWriteProvesTheFile(t *testing.T) {
	path := newFile(t, action())
	c := stranger(t, "verify", path)
	c.says("ready")
	writer := start(t, "cycle", path, "")
	const n = 20
	writer.asks(4 * n)
	c.asks(n)
	for c.owed > 0 {
		if line, _ := c.line(); !strings.HasPrefix(line, "whole <nil>") {
			t.Fatalf("it says %q", line)
		}
		c.owed--
	}
	for writer.owed > 0 {
		writer.recorded()
	}
	writer.end()
	c.end()
	whole(t, openFile(t, path, options))
}

// TestWhoMayNotWriteNeedsNoIndex lets him prove a file that is open elsewhere while the
// index of its WAL must be made anew, as after a kill in the middle of a change. He sees
// each change at once all the same.
func TestWhoMayNotWriteNeedsNoIndex(t *testing.T) {
	path := newFile(t)
	if err := os.Chmod(path, 0o644); err != nil { // as -wal and -shm will be
		t.Fatal(err)
	}
	keep := openFile(t, path, options)
	record(t, keep, action())
	shm, err := os.OpenFile(path+"-shm", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer shm.Close()
	if _, err := shm.WriteAt(make([]byte, 96), 0); err != nil { // both copies of its header
		t.Fatal(err)
	}
	proof := stranger(t, "verify", path)
	proof.says("ready")
	proof.asks(1)
	proof.says("whole <nil>")
	proof.end()
	c := stranger(t, "follow", path)
	c.says("2")
	record(t, keep, action()) // which makes the index anew
	c.says("3")
	c.kill()
}

// TestAFileThatNobodyWritesIsLeftAlone reads and proves a file whose mode lets nobody
// write it: nothing is left beside it.
func TestAFileThatNobodyWritesIsLeftAlone(t *testing.T) {
	path := newFile(t, action())
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	opts := known(t.TempDir())
	s := openFile(t, path, opts)
	if how, _ := s.access(); how != asItIs {
		t.Errorf("it is read in way %d", how)
	}
	whole(t, s)
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
	if left := beside(t, filepath.Join(opts.StateDir, "none")); len(left) > 0 {
		t.Errorf("left in the state directory: %q", left)
	}
}
