package store

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"warroom/data"
)

// The magic numbers are those of linux/magic.h and of the file systems' own
// headers; unix has some of them.
func TestNetworkFileSystemsAreRefused(t *testing.T) {
	defer func() { statfs = unix.Statfs }()
	good := newFile(t)
	s := openFile(t, good, options)
	for _, tt := range []struct {
		magic int64
		name  string // "" for a local one
	}{
		{unix.NFS_SUPER_MAGIC, "NFS"}, {unix.SMB_SUPER_MAGIC, "SMB"}, {unix.CIFS_SUPER_MAGIC, "CIFS"}, {unix.SMB2_SUPER_MAGIC, "SMB2"},
		{unix.V9FS_MAGIC, "9P"}, {unix.FUSE_SUPER_MAGIC, "FUSE"}, {unix.NCP_SUPER_MAGIC, "NCP"}, {unix.AFS_SUPER_MAGIC, "AFS"}, {unix.AFS_FS_MAGIC, "AFS"},
		{unix.CODA_SUPER_MAGIC, "Coda"}, {unix.CEPH_SUPER_MAGIC, "Ceph"}, {0x0bd00bd0, "Lustre"}, {0x01161970, "GFS2"},
		{unix.OCFS2_SUPER_MAGIC, "OCFS2"}, {0x013111a8, "IBRIX"}, {0x19830326, "BeeGFS"}, {0x47504653, "GPFS"}, {0xaad7aaea, "PanFS"},
		{unix.EXT4_SUPER_MAGIC, ""}, {unix.XFS_SUPER_MAGIC, ""}, {unix.BTRFS_SUPER_MAGIC, ""}, {unix.TMPFS_MAGIC, ""},
		{unix.OVERLAYFS_SUPER_MAGIC, ""}, {unix.F2FS_SUPER_MAGIC, ""}, {0x2fc12fc1, ""}, {0, ""},
	} {
		for _, magic := range []int64{tt.magic, int64(int32(uint32(tt.magic)))} { // some systems give it a sign
			statfs = func(_ string, st *unix.Statfs_t) error {
				st.Type = magic
				return nil
			}
			name, err := fileSystem("/anywhere")
			if name != tt.name || err != nil {
				t.Errorf("%#x: %q, %v; want %q", magic, name, err, tt.name)
			}
			if tt.name == "" {
				continue
			}
			refused := func(path string, err error) {
				t.Helper()
				refusal(t, err, data.Failed, path+" is on a network file system ("+tt.name+"), where changes can be lost")
				if data.HintOf(err) != "keep the file on a local disk of one machine" {
					t.Errorf("hint %q", data.HintOf(err))
				}
			}
			path := filepath.Join(t.TempDir(), "new.db")
			refused(path, Create(t.Context(), path, options, incident(), nil))
			_, err = viewed(s).Backup(t.Context(), path)
			refused(path, err)
			if left := beside(t, path); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
			copyFile(t, good, path)
			_, err = Open(t.Context(), path, options)
			refused(path, err)
		}
	}
	if len(networkFS) != 18 {
		t.Errorf("%d magics, 18 are tested", len(networkFS))
	}
	statfs = func(string, *unix.Statfs_t) error { return unix.EACCES }
	if err := checkPlace(good); err != nil {
		t.Errorf("a file system that does not tell: %v", err)
	}
}
