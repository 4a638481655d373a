package serve

import (
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// A keyring is the file of keys as it stands now.
type keyring struct {
	path string
	told func(err error) // of what is wrong in the file

	mu     sync.Mutex
	stamp  stamp
	grants map[string]*Grant // by the key's wire form
}

// A stamp tells one state of a file from another.
type stamp struct {
	inode      uint64
	size       int64
	mode       os.FileMode
	wrote, set time.Time
}

func stampOf(path string) (s stamp) {
	info, err := os.Stat(path)
	if err != nil {
		return s
	}
	s = stamp{size: info.Size(), mode: info.Mode(), wrote: info.ModTime()}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.inode, s.set = sys.Ino, changedAt(sys)
	}
	return s
}

// openKeys reads the file of keys, in which nothing may be wrong.
func openKeys(path string, told func(error)) (*keyring, error) {
	k := &keyring{path: path, told: told, stamp: stampOf(path)}
	err := ownKeys(path)
	if err != nil {
		return k, err
	}
	grants, err := LoadKeys(path)
	k.set(grants)
	return k, err
}

func (k *keyring) set(grants []*Grant) {
	k.grants = make(map[string]*Grant, len(grants))
	for _, g := range grants {
		k.grants[string(g.Key.Marshal())] = g
	}
}

// refresh reads the file again if it has changed. What cannot be read lets nobody
// in; a line that is wrong lets nobody in by itself.
func (k *keyring) refresh() {
	now := stampOf(k.path)
	if now == k.stamp {
		return
	}
	k.stamp = now
	text, err := readKeys(k.path)
	if err == nil {
		err = ownKeys(k.path)
	}
	if err != nil {
		k.set(nil)
		k.told(err)
		return
	}
	grants, wrong := parseKeys(text)
	k.set(grants)
	for _, err := range wrong {
		k.told(inKeys(k.path, err))
	}
}

// grant returns what the file says of a key now, for who comes from addr.
func (k *keyring) grant(key gossh.PublicKey, now time.Time, addr netip.Addr) (*Grant, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refresh()
	g := k.grants[string(key.Marshal())]
	if g == nil {
		return nil, data.Refuse("the key is not known")
	}
	return g, g.holds(now, addr)
}
