//go:build e2e && linux

package ui

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// A fuseDisk is a file system of one directory, in memory. It knows what was synced.
// Its power goes at an operation that writes, wherever the processes are; from then
// on all fails.
type fuseDisk struct {
	lies   bool // a sync does nothing
	server *fuse.Server

	*diskDir
}

// A diskDir is the directory between begin and end.
type diskDir struct {
	fs.Inode
	lies bool

	mu     sync.Mutex
	names  map[string]*diskFile
	synced map[string]*diskFile // the names that a power cut leaves
	wait   int                  // how many operations write before the power goes
	off    bool
	gone   chan struct{}
}

// A diskFile is a file on it. The lock of the directory guards it.
type diskFile struct {
	fs.Inode
	dir     *diskDir
	live    []byte
	synced  []byte
	emptied bool // it was cut to nothing since it was synced
}

// mountable says why FUSE cannot be mounted, or nil.
func mountable(dir string) error {
	server, err := mount(dir, &diskDir{})
	if err != nil {
		return err
	}
	return server.Unmount()
}

// mount mounts a directory. All that is written passes the kernel of this machine, so
// that it may keep what it knows of a file.
func mount(dir string, root *diskDir) (*fuse.Server, error) {
	none := time.Duration(0)
	return fs.Mount(dir, root, &fs.Options{
		AttrTimeout: &none, EntryTimeout: &none,
		UID: uint32(os.Getuid()), GID: uint32(os.Getgid()),
		MountOptions: fuse.MountOptions{DirectMountStrict: true, FsName: "warroom-test", Name: "warroom-test", DisableXAttrs: true, ExplicitDataCacheControl: true},
	})
}

// close unmounts what a test that failed left mounted.
func (d *fuseDisk) close() {
	if d.server != nil {
		d.server.Unmount()
	}
}

func (d *fuseDisk) words() string { return "fuse" }

func (d *fuseDisk) stored() {}

func (d *fuseDisk) begin(t *testing.T, dir string, files map[string][]byte, rng *rand.Rand) <-chan struct{} {
	t.Helper()
	replaceFiles(t, dir, nil)
	early := 1 << rng.IntN(14)
	d.diskDir = &diskDir{lies: d.lies, names: map[string]*diskFile{}, wait: early + rng.IntN(early), gone: make(chan struct{})}
	for name, content := range files {
		d.names[name] = &diskFile{dir: d.diskDir, live: bytes.Clone(content), synced: content}
	}
	d.synced = maps.Clone(d.names)
	server, err := mount(dir, d.diskDir)
	if err != nil {
		t.Fatal(err)
	}
	d.server = server
	return d.gone
}

func (d *fuseDisk) end(t *testing.T, rng *rand.Rand) (map[string][]byte, int) {
	t.Helper()
	if err := d.server.Unmount(); err != nil { // it is busy while a process has a file open
		t.Fatalf("something still uses the disk: %v", err)
	}
	d.server = nil
	d.mu.Lock()
	defer d.mu.Unlock()
	left, all, reached := map[string][]byte{}, 0, newCoin(rng)
	for _, name := range sortedNames(d.names, d.synced) {
		f := d.synced[name]
		if now := d.names[name]; now != f && reached() {
			f = now
		}
		if f == nil {
			continue
		}
		synced := f.synced
		if f.emptied { // there is no mix of what was there before and what came after
			if !reached() {
				left[name] = f.synced
				continue
			}
			synced = nil
		}
		var lost int
		left[name], lost = survive(synced, f.live, reached)
		all += lost
	}
	return left, all
}

// sortedNames returns the names in both maps.
func sortedNames[V any](a, b map[string]V) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

// powered takes the lock for an operation, unless the power is gone. It goes with the
// operation that it was told to wait for.
func (d *diskDir) powered(writes bool) bool {
	d.mu.Lock()
	if !d.off && writes {
		if d.wait--; d.wait == 0 {
			d.off = true
			close(d.gone)
		}
	}
	if d.off {
		d.mu.Unlock()
		return false
	}
	return true
}

// OnAdd implements [fs.NodeOnAdder].
func (d *diskDir) OnAdd(ctx context.Context) {
	for name, f := range d.names {
		d.AddChild(name, d.node(ctx, f), false)
	}
}

func (d *diskDir) node(ctx context.Context, f *diskFile) *fs.Inode {
	return d.NewPersistentInode(ctx, f, fs.StableAttr{Mode: syscall.S_IFREG})
}

// Getattr implements [fs.NodeGetattrer].
func (d *diskDir) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	out.Mode = syscall.S_IFDIR | 0o700
	return fs.OK
}

// Create implements [fs.NodeCreater].
func (d *diskDir) Create(ctx context.Context, name string, _, _ uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	if !d.powered(true) {
		return nil, nil, 0, syscall.EIO
	}
	defer d.mu.Unlock()
	f := d.names[name]
	if f != nil { // two processes made it at the same time
		return f.EmbeddedInode(), nil, fuse.FOPEN_KEEP_CACHE, fs.OK
	}
	f = &diskFile{dir: d}
	d.names[name] = f
	f.attr(&out.Attr)
	return d.node(ctx, f), nil, fuse.FOPEN_KEEP_CACHE, fs.OK
}

// Unlink implements [fs.NodeUnlinker].
func (d *diskDir) Unlink(_ context.Context, name string) syscall.Errno {
	if !d.powered(true) {
		return syscall.EIO
	}
	defer d.mu.Unlock()
	delete(d.names, name)
	return fs.OK
}

// Fsync implements [fs.NodeFsyncer].
func (d *diskDir) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	if !d.powered(true) {
		return syscall.EIO
	}
	defer d.mu.Unlock()
	if !d.lies {
		d.synced = maps.Clone(d.names)
	}
	return fs.OK
}

func (f *diskFile) attr(out *fuse.Attr) {
	out.Mode, out.Nlink, out.Size = syscall.S_IFREG|0o600, 1, uint64(len(f.live))
	out.Uid, out.Gid = uint32(os.Getuid()), uint32(os.Getgid())
}

// Getattr implements [fs.NodeGetattrer].
func (f *diskFile) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	if !f.dir.powered(false) {
		return syscall.EIO
	}
	defer f.dir.mu.Unlock()
	f.attr(&out.Attr)
	return fs.OK
}

// Setattr implements [fs.NodeSetattrer].
func (f *diskFile) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if !f.dir.powered(true) {
		return syscall.EIO
	}
	defer f.dir.mu.Unlock()
	if size, ok := in.GetSize(); ok {
		f.emptied = f.emptied || size == 0
		f.resize(int(size))
	}
	f.attr(&out.Attr)
	return fs.OK
}

// resize cuts the file, or adds zeros.
func (f *diskFile) resize(size int) {
	if size > len(f.live) {
		f.live = append(f.live, make([]byte, size-len(f.live))...)
	}
	f.live = f.live[:size]
}

// Open implements [fs.NodeOpener].
func (f *diskFile) Open(context.Context, uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, fuse.FOPEN_KEEP_CACHE, fs.OK
}

// Read implements [fs.NodeReader].
func (f *diskFile) Read(_ context.Context, _ fs.FileHandle, p []byte, off int64) (fuse.ReadResult, syscall.Errno) {
	if !f.dir.powered(false) {
		return nil, syscall.EIO
	}
	defer f.dir.mu.Unlock()
	n := copy(p, f.live[min(int(off), len(f.live)):])
	return fuse.ReadResultData(p[:n]), fs.OK
}

// Write implements [fs.NodeWriter].
func (f *diskFile) Write(_ context.Context, _ fs.FileHandle, p []byte, off int64) (uint32, syscall.Errno) {
	if !f.dir.powered(true) {
		return 0, syscall.EIO
	}
	defer f.dir.mu.Unlock()
	f.resize(max(len(f.live), int(off)+len(p)))
	copy(f.live[off:], p)
	return uint32(len(p)), fs.OK
}

// Fsync implements [fs.NodeFsyncer]. A file that is synced has its name for good, as
// on the file systems that people have.
func (f *diskFile) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	if !f.dir.powered(true) {
		return syscall.EIO
	}
	defer f.dir.mu.Unlock()
	if f.dir.lies {
		return fs.OK
	}
	f.synced, f.emptied = bytes.Clone(f.live), false
	for name, named := range f.dir.names {
		if named == f {
			f.dir.synced[name] = f
		}
	}
	return fs.OK
}
