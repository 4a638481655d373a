package cli

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTheBoardOfADraftWasKilled: its process counts as ended, though nobody waits for
// it and the system still has its number.
func TestTheBoardOfADraftWasKilled(t *testing.T) {
	process := exec.Command("cat")
	if _, err := process.StdinPipe(); err != nil { // it waits for what never comes
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer process.Wait()
	dir := t.TempDir()
	d := draftsIn(t, dir, "one")
	d.session = sessionOf(process.Process.Pid)
	if err := d.keep(draftOf("new action", "a")); err != nil {
		t.Fatal(err)
	}
	next := draftsIn(t, dir, "one")
	if left, open, err := next.all(); len(left) != 0 || open != 1 || err != nil {
		t.Errorf("while it runs: offered %v, %d of open boards, %v", left, open, err)
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Waitid(unix.P_PID, process.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	if left, open, err := next.all(); len(left) != 1 || open != 0 || err != nil {
		t.Errorf("when it was killed: offered %v, %d of open boards, %v", left, open, err)
	}
}
