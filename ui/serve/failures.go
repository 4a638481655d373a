package serve

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// failures counts the log-ins that fail within a minute, for each address and for
// each key, and knows which keys logged in within a day. An address that fails often
// is shut out for the rest of the minute. Many people may share it: so a key that
// logged in within a day comes in all the same.
//
// Everybody who reaches the port can offer any public key. So what a stranger can do
// with somebody else's public key shuts out nobody: a key is counted only while the
// file does not open for it from anywhere. And an address that is shut out learns
// nothing of keys that it only knows by sight: there every key is asked to prove
// itself, and only then it is refused.
type failures struct {
	limits Limits

	mu    sync.Mutex
	since time.Time // when the minute began
	nets  map[netip.Addr]tally
	keys  map[keyID]int
	came  map[keyID]time.Time // only keys of the file come in, so there are few
}

// A tally counts what an address did within the minute.
type tally struct {
	failed int // log-ins that shut it out
	all    int // and with them those of keys that are shut out already
}

// A keyID stands for a public key, which may be long.
type keyID [sha256.Size]byte

func idOf(key gossh.PublicKey) keyID { return sha256.Sum256(key.Marshal()) }

// The most addresses and keys that are counted within a minute. Any more are not
// counted: who has so many of them gains nothing by one more.
const mostNets, mostKeys = 1 << 14, 1 << 12

// What is said of a key that is refused before the file is asked.
var (
	errKeyShut  = data.Refuse("the key is shut out: it failed too often")
	errAddrShut = data.Refuse("the address is shut out, and the key did not log in within a day")
)

func newFailures(l Limits) *failures {
	return &failures{limits: l, nets: map[netip.Addr]tally{}, keys: map[keyID]int{}, came: map[keyID]time.Time{}}
}

// turn begins another minute if one is over.
func (f *failures) turn(now time.Time) {
	if d := now.Sub(f.since); d < 0 || d > time.Minute {
		f.since = now
		clear(f.nets)
		clear(f.keys)
	}
}

// shut reports whether an address is shut out, and whether it failed so often that
// even handshakes with it would cost too much.
func (f *failures) shut(now time.Time, net netip.Addr) (shut, wholly bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	t := f.nets[net]
	return t.failed >= f.limits.Failures, t.all >= f.limits.FailuresMost
}

// bars says why a key is refused whatever the file says of it, or nil.
func (f *failures) bars(now time.Time, net netip.Addr, key gossh.PublicKey) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	at, came := f.came[idOf(key)]
	switch {
	case f.keys[idOf(key)] >= f.limits.FailuresKey:
		return errKeyShut
	case f.nets[net].failed >= f.limits.Failures && !(came && now.Sub(at) < f.limits.Trusted):
		return errAddrShut
	}
	return nil
}

// fail counts a log-in that failed. One that is spared does not shut its address out.
func (f *failures) fail(now time.Time, net netip.Addr, spared bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	t, known := f.nets[net]
	if !known && len(f.nets) >= mostNets {
		return
	}
	t.all++
	if !spared {
		t.failed++
	}
	f.nets[net] = t
}

// refused counts a key that the file opens to nobody.
func (f *failures) refused(now time.Time, key gossh.PublicKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn(now)
	id := idOf(key)
	if _, known := f.keys[id]; known || len(f.keys) < mostKeys {
		f.keys[id]++
	}
}

// entered notes that a key has logged in, and forgets the keys that did so long ago.
func (f *failures) entered(now time.Time, key gossh.PublicKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, at := range f.came {
		if now.Sub(at) >= f.limits.Trusted {
			delete(f.came, id)
		}
	}
	f.came[idOf(key)] = now
}
