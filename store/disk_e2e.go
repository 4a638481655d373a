//go:build e2e && linux

package store

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// A build with the tag e2e reads WARROOM_TEST_DISK, so that tests can cut the power
// of the disk that a process writes to. A build without the tag does not look at it.
func init() {
	if err := setDisk(os.Getenv("WARROOM_TEST_DISK")); err != nil {
		panic(err)
	}
}

// setDisk does what the words of a value say:
//
//	fuse        a file may be on FUSE
//	image=DIR   what a power cut would leave of each file is kept in DIR
//	lies        the disk of that image says that it synced, and did not
//	normal      a commit does not wait for the disk
func setDisk(value string) error {
	if value == "" {
		return nil
	}
	for word := range strings.SplitSeq(value, ",") {
		name, dir, _ := strings.Cut(word, "=")
		switch {
		case word == "fuse":
			delete(networkFS, unix.FUSE_SUPER_MAGIC)
		case name == "image" && dir != "":
			image.dir = dir
			registerImage()
		case word == "lies":
			image.lies = true
		case word == "normal":
			synchronous = "NORMAL"
		default:
			return fmt.Errorf("WARROOM_TEST_DISK is %q: its words are fuse, image=DIR, lies, normal", value)
		}
	}
	return nil
}
