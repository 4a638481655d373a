package store

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// faults is a SQLite file system of the name "fault": the system's own, but that
// operations on the files of some directories fail.
var faults struct {
	sync.Mutex
	in map[string]*faultCount // by directory
}

// A faultCount is a plan, and what came of it.
type faultCount struct {
	plan  faultPlan
	ops   int // operations on the files of the directory
	hits  int // that failed
	syncs int // of ops
}

// A faultPlan says which of the writes, syncs and truncations of files fail.
type faultPlan struct {
	nth    int  // the first to fail; 0 for none
	sticky bool // all after it fail too
	after  bool // what fails is done all the same, and then reported as failed
	full   bool // writes fail for want of room, not for an error of the disk

	tidy string       // what is added to the name of a file that is removed just before it is opened, once
	each func(op int) // called before each of them; may be nil
}

// plan makes a plan for the files in dir.
func plan(dir string, p faultPlan) {
	faults.Lock()
	defer faults.Unlock()
	if faults.in == nil {
		faults.in = map[string]*faultCount{}
	}
	faults.in[dir] = &faultCount{plan: p}
}

// counted returns what has come of the plan for dir so far.
func counted(dir string) faultCount {
	faults.Lock()
	defer faults.Unlock()
	return *faults.in[dir]
}

// outcome returns what came of the plan for dir, and ends it.
func outcome(dir string) faultCount {
	faults.Lock()
	defer faults.Unlock()
	c := faults.in[dir]
	delete(faults.in, dir)
	return *c
}

// hit counts an operation and says whether it fails, and whether it is done.
func hit(file uintptr, syncs int) (fails, done bool, p faultPlan) {
	faults.Lock()
	c := faults.in[filepath.Dir(opened[file])]
	if c == nil {
		faults.Unlock()
		return false, true, p
	}
	c.ops++
	if c.plan.each != nil {
		op := c.ops
		faults.Unlock()
		c.plan.each(op)
		faults.Lock()
	}
	defer faults.Unlock()
	c.syncs += syncs
	p = c.plan
	if p.nth == 0 || c.ops != p.nth && !(p.sticky && c.ops > p.nth) {
		return false, true, p
	}
	c.hits++
	return true, p.after, p
}

// tidyFirst removes a file that is about to be opened, if that is the plan.
func tidyFirst(name string) {
	faults.Lock()
	defer faults.Unlock()
	c := faults.in[filepath.Dir(name)]
	if c != nil && c.plan.tidy != "" && strings.HasSuffix(name, c.plan.tidy) {
		c.plan.tidy = ""
		c.hits++
		os.Remove(name)
	}
}

// What the system's own file system does. The maps are guarded by faults.
var (
	below     uintptr                                      // the sqlite3_vfs
	belowOpen uintptr                                      // its xOpen
	methods   = map[uintptr]uintptr{}                      // ours, by its methods of a file
	theirs    = map[uintptr]*sqlite3.Tsqlite3_io_methods{} // its own, by ours
	opened    = map[uintptr]string{}                       // of open files
)

type (
	openFunc  = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	writeFunc = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	syncFunc  = func(*libc.TLS, uintptr, int32) int32
	truncFunc = func(*libc.TLS, uintptr, int64) int32
)

// at1 returns what stands at an address of SQLite's memory.
func at1[T any](p uintptr) *T { return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&p))) }

// function returns the Go function behind a function pointer of SQLite's.
func function[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ p uintptr }{p})) }

// setFunction makes a function pointer of SQLite's one of f, which is not a
// closure.
func setFunction[T any](to *uintptr, f T) { *(*T)(unsafe.Pointer(to)) = f }

func own(file uintptr) *sqlite3.Tsqlite3_io_methods {
	faults.Lock()
	defer faults.Unlock()
	return theirs[*at1[uintptr](file)]
}

func faultWrite(tls *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
	fails, done, p := hit(file, 0)
	if done {
		if rc := function[writeFunc](own(file).FxWrite)(tls, file, buf, n, off); rc != 0 {
			return rc
		}
	}
	switch {
	case !fails:
		return sqlite3.SQLITE_OK
	case p.full:
		return sqlite3.SQLITE_FULL
	}
	return sqlite3.SQLITE_IOERR_WRITE
}

func faultSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	fails, done, _ := hit(file, 1)
	if done {
		if rc := function[syncFunc](own(file).FxSync)(tls, file, flags); rc != 0 {
			return rc
		}
	}
	if fails {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return sqlite3.SQLITE_OK
}

func faultTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	fails, done, _ := hit(file, 0)
	if done {
		if rc := function[truncFunc](own(file).FxTruncate)(tls, file, size); rc != 0 {
			return rc
		}
	}
	if fails {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return sqlite3.SQLITE_OK
}

func faultOpen(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	if name != 0 {
		tidyFirst(libc.GoString(name))
	}
	rc := function[openFunc](belowOpen)(tls, below, name, file, flags, out)
	at := at1[uintptr](file)
	if *at == 0 {
		return rc
	}
	faults.Lock()
	defer faults.Unlock()
	ours, ok := methods[*at]
	if !ok {
		o := at1[sqlite3.Tsqlite3_io_methods](*at)
		ours = libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*o)))
		m := at1[sqlite3.Tsqlite3_io_methods](ours)
		*m = *o
		setFunction(&m.FxWrite, faultWrite)
		setFunction(&m.FxSync, faultSync)
		setFunction(&m.FxTruncate, faultTruncate)
		methods[*at], theirs[ours] = ours, o
	}
	*at = ours
	opened[file] = ""
	if name != 0 {
		opened[file] = libc.GoString(name)
	}
	return rc
}

var registerFaults = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	below = sqlite3.Xsqlite3_vfs_find(tls, 0)
	o := at1[sqlite3.Tsqlite3_vfs](below)
	belowOpen = o.FxOpen
	p := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*o)))
	v := at1[sqlite3.Tsqlite3_vfs](p)
	*v = *o
	name, err := libc.CString("fault")
	if err != nil {
		panic(err)
	}
	v.FzName, v.FpNext = name, 0
	setFunction(&v.FxOpen, faultOpen)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, p, 0); rc != 0 {
		panic(rc)
	}
})
