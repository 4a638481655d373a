package store

import (
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// faults is a SQLite file system of the name "fault": the system's own, but
// that one operation on a file fails, or all from one on.
var faults struct {
	sync.Mutex
	plan  faultPlan
	dir   string // only operations on files in it count
	ops   int    // so far
	hits  int    // that failed
	syncs int    // of ops
}

// A faultPlan says which of the writes, syncs and truncations of files fail.
type faultPlan struct {
	nth    int  // the first to fail; 0 for none
	sticky bool // all after it fail too
	after  bool // what fails is done all the same, and then reported as failed
	full   bool // writes fail for want of room, not for an error of the disk
}

// plan makes a plan for the files in dir.
func plan(dir string, p faultPlan) {
	faults.Lock()
	defer faults.Unlock()
	faults.plan, faults.dir, faults.ops, faults.hits, faults.syncs = p, dir, 0, 0, 0
}

// outcome returns how many operations there were since the plan was made, and
// how many failed, and ends it.
func outcome() (ops, hits int) {
	faults.Lock()
	defer faults.Unlock()
	ops, hits = faults.ops, faults.hits
	faults.plan, faults.dir = faultPlan{}, ""
	return ops, hits
}

// hit counts an operation and says whether it fails, and whether it is done.
func hit(file uintptr) (fails, done bool, p faultPlan) {
	faults.Lock()
	defer faults.Unlock()
	if name := names[file]; faults.dir == "" || !strings.HasPrefix(name, faults.dir) {
		return false, true, p
	}
	faults.ops++
	p = faults.plan
	if p.nth == 0 || faults.ops != p.nth && !(p.sticky && faults.ops > p.nth) {
		return false, true, p
	}
	faults.hits++
	return true, p.after, p
}

// What the system's own file system does. The maps are guarded by faults.
var (
	below     uintptr                                      // the sqlite3_vfs
	belowOpen uintptr                                      // its xOpen
	methods   = map[uintptr]uintptr{}                      // ours, by its methods of a file
	theirs    = map[uintptr]*sqlite3.Tsqlite3_io_methods{} // its own, by ours
	names     = map[uintptr]string{}                       // of open files
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
	fails, done, p := hit(file)
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
	fails, done, _ := hit(file)
	faults.Lock()
	faults.syncs++
	faults.Unlock()
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
	fails, done, _ := hit(file)
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
	names[file] = ""
	if name != 0 {
		names[file] = libc.GoString(name)
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
