package store

import (
	"context"
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

func init() { jobs["disk"] = jobDisk }

// jobDisk prints what this process makes of its disk.
func jobDisk(context.Context, string, string) error {
	statfs = func(_ string, st *unix.Statfs_t) error {
		st.Type = unix.FUSE_SUPER_MAGIC
		return nil
	}
	network, err := fileSystem("/anywhere")
	tls := libc.NewTLS()
	vfs := *at1[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	fmt.Printf("FUSE is %q, SQLite uses %s, synchronous is %s\n", network, libc.GoString(vfs.FzName), synchronous)
	return err
}

// TestE2EWhoReadsTheDisk starts processes with WARROOM_TEST_DISK: only a build for the
// end-to-end tests does what it says. It runs with that build and with a plain one.
func TestE2EWhoReadsTheDisk(t *testing.T) {
	const plain = `FUSE is "FUSE", SQLite uses unix, synchronous is FULL`
	for value, want := range map[string]string{
		"":                         plain,
		"fuse":                     `FUSE is "", SQLite uses unix, synchronous is FULL`,
		"normal":                   `FUSE is "FUSE", SQLite uses unix, synchronous is NORMAL`,
		"image=/nowhere":           `FUSE is "FUSE", SQLite uses image, synchronous is FULL`,
		"lies,image=/none,normal":  `FUSE is "FUSE", SQLite uses image, synchronous is NORMAL`,
		"fuse,normal":              `FUSE is "", SQLite uses unix, synchronous is NORMAL`,
		"WARROOM_TEST_DISK=normal": "",
		"image=":                   "",
		"normal,":                  "",
	} {
		if !readsDisk {
			want = plain
		}
		t.Setenv("WARROOM_TEST_DISK", value) // which a process that is started has
		c := start(t, "disk", "", "")
		said, _ := c.line()
		err := c.cmd.Wait()
		if said != want || (err != nil) != (want == "") {
			t.Errorf("WARROOM_TEST_DISK=%s: %q, %v; want %q", value, said, err, want)
		}
	}
}
