//go:build e2e && linux

package store

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// image is a SQLite file system: the system's own, but that a sync copies the file
// into a directory. What is there is what a power cut would leave of the file. What
// is in the file and not there may be lost. Several processes share the directory.
var image struct {
	dir  string
	lies bool // a sync copies nothing

	sync.Mutex
	below   *sqlite3.Tsqlite3_vfs // the system's own
	methods map[uintptr]uintptr   // those with our sync, by the system's own
	names   map[uintptr]string    // of open files
}

// The functions of SQLite that we replace.
type (
	imageOpenFunc   = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	imageDeleteFunc = func(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32
)

// structAt returns what is at an address of SQLite's memory.
func structAt[T any](p uintptr) *T { return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

// goFunc returns the Go function behind one of SQLite's function pointers.
func goFunc[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ p uintptr }{p})) }

// setFunc makes one of SQLite's function pointers point to f, which is no closure.
func setFunc[T any](to *uintptr, f T) { *(*T)(unsafe.Pointer(to)) = f }

// registerImage makes this file system the one that SQLite uses.
func registerImage() {
	tls := libc.NewTLS()
	below := sqlite3.Xsqlite3_vfs_find(tls, 0)
	image.below = structAt[sqlite3.Tsqlite3_vfs](below)
	image.methods, image.names = map[uintptr]uintptr{}, map[uintptr]string{}
	p := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*image.below)))
	v := structAt[sqlite3.Tsqlite3_vfs](p)
	*v = *image.below
	name, err := libc.CString("image")
	if err != nil {
		panic(err)
	}
	v.FzName, v.FpNext = name, 0
	setFunc(&v.FxOpen, imageOpen)
	setFunc(&v.FxDelete, imageDelete)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, p, 1); rc != sqlite3.SQLITE_OK {
		panic(rc)
	}
}

func imageOpen(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	rc := goFunc[imageOpenFunc](image.below.FxOpen)(tls, vfs, name, file, flags, out)
	methods := structAt[uintptr](file)
	if *methods == 0 || name == 0 {
		return rc
	}
	image.Lock()
	defer image.Unlock()
	ours, ok := image.methods[*methods]
	if !ok {
		own := structAt[sqlite3.Tsqlite3_io_methods](*methods)
		ours = libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*own)))
		m := structAt[sqlite3.Tsqlite3_io_methods](ours)
		*m = *own
		setFunc(&m.FxSync, imageSync)
		image.methods[*methods] = ours
	}
	*methods = ours
	image.names[file] = libc.GoString(name)
	return rc
}

func imageSync(_ *libc.TLS, file uintptr, _ int32) int32 {
	image.Lock()
	name := image.names[file]
	image.Unlock()
	if image.lies {
		return sqlite3.SQLITE_OK
	}
	if err := copyToImage(name); err != nil {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return sqlite3.SQLITE_OK
}

func imageDelete(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32 {
	rc := goFunc[imageDeleteFunc](image.below.FxDelete)(tls, vfs, name, syncDir)
	if rc == sqlite3.SQLITE_OK && !image.lies {
		os.Remove(filepath.Join(image.dir, filepath.Base(libc.GoString(name))))
	}
	return rc
}

// copyToImage writes the pages of a file that the image does not have. The lock keeps
// another process from writing older pages over them. It is safe to open the file
// here: SQLite's locks outlive that, see init.
func copyToImage(name string) error {
	const page = 4096
	to, err := os.OpenFile(filepath.Join(image.dir, filepath.Base(name)), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := unix.Flock(int(to.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	there, err := io.ReadAll(to)
	if err != nil {
		return err
	}
	live, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for off := 0; off < len(live); off += page {
		now := live[off:min(off+page, len(live))]
		if bytes.HasPrefix(there[min(off, len(there)):], now) {
			continue
		}
		if _, err := to.WriteAt(now, int64(off)); err != nil {
			return err
		}
	}
	return to.Truncate(int64(len(live)))
}
