package serve

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// A Grant is one line of the file of keys: whose a key is, and what who has it may
// do, where and until when.
type Grant struct {
	Actor   data.Actor
	Role    data.Role
	Rooms   []string  // patterns such as toyota*, ! before those that it is not for; none means all
	Until   time.Time // zero means for ever
	From    []string  // patterns of addresses, ! before those that are kept out; none means all
	Key     gossh.PublicKey
	Comment string
	Line    int
}

// Fingerprint returns the short form of the key, as ssh-keygen -l shows it.
func (g *Grant) Fingerprint() string { return gossh.FingerprintSHA256(g.Key) }

// enters reports whether the grant is for a room.
func (g *Grant) enters(room string) bool {
	return among(g.Rooms, func(p string) bool { ok, _ := path.Match(p, room); return ok })
}

// holds returns nil if the grant is good now and for who comes from addr.
func (g *Grant) holds(now time.Time, addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	switch {
	case g.over(now):
		return data.Refuse("the key has expired")
	case !among(g.From, func(p string) bool { return matches(p, addr) }):
		return data.Refuse("the key is not for this address")
	}
	return nil
}

// over reports whether the grant has expired.
func (g *Grant) over(now time.Time) bool { return !g.Until.IsZero() && !now.Before(g.Until) }

// among reports whether something is in a list of patterns: one of them is of it,
// and none with a ! before it. In no list there is everything.
func among(list []string, is func(pattern string) bool) bool {
	in := len(list) == 0
	for _, p := range list {
		pattern, not := strings.CutPrefix(p, "!")
		if !is(pattern) {
			continue
		}
		if not {
			return false
		}
		in = true
	}
	return in
}

func matches(pattern string, addr netip.Addr) bool {
	if net, err := netip.ParsePrefix(pattern); err == nil {
		return unmapped(net).Contains(addr)
	}
	if one, err := netip.ParseAddr(pattern); err == nil {
		return one.Unmap() == addr // which has many spellings
	}
	ok, _ := path.Match(strings.ToLower(pattern), addr.String())
	return ok
}

// unmapped returns a net of IPv4 that is written as one of IPv6 as itself, and
// others as they are.
func unmapped(net netip.Prefix) netip.Prefix {
	if net.Addr().Is4In6() { // so it has 96 bits or more: it has no address in it
		return netip.PrefixFrom(net.Addr().Unmap(), net.Bits()-96)
	}
	return net
}

// The largest file of keys that is read, and its longest line.
const maxKeysFile, maxKeysLine = 4 << 20, 16 << 10

// LoadKeys reads a file of keys, in the format of OpenSSH's authorized_keys. The
// error names the line that is wrong. A file that others can change is refused: it
// says who may do what.
func LoadKeys(path string) ([]*Grant, error) {
	text, err := readKeys(path)
	if err != nil {
		return nil, err
	}
	grants, wrong := parseKeys(text)
	if len(wrong) > 0 {
		return nil, inKeys(path, wrong[0])
	}
	return grants, nil
}

// inKeys says in which file of keys something is wrong.
func inKeys(path string, err error) error {
	return data.Refuse("%s: %v", data.Line(path), err).WithHint("%s", cmp.Or(data.HintOf(err), "mend the line, or put a # before it"))
}

func readKeys(path string) ([]byte, error) {
	name := data.Line(path)
	info, err := os.Stat(path)
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, data.Refuse("there is no file of keys %s", name).WithHint("make it: warroom keys add KEY.pub --role lead --keys %s", name)
	case errors.As(err, &at):
		return nil, data.Refuse("the file of keys %s cannot be read: %v", name, at.Err)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, data.Refuse("%s is no file of keys", name)
	case info.Mode().Perm()&0o022 != 0:
		return nil, data.Refuse("others can change the file of keys %s, and so who may do what", name).WithHint("chmod 600 %s", name)
	case info.Size() > maxKeysFile:
		return nil, data.Refuse("the file of keys %s is larger than 4 MB", name)
	}
	f, err := os.Open(path)
	if err != nil {
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, data.Refuse("the file of keys %s cannot be read: %v", name, err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxKeysFile+1))
}

// ownKeys returns nil if nobody but root and who runs the server decides what is
// in a file of keys. A directory in which a group may write is no fault: files of
// others are noticed by their owner.
func ownKeys(path string) error {
	name := data.Line(path)
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil // which is noticed when it is read
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil
	}
	if sys, ok := info.Sys().(*syscall.Stat_t); ok && sys.Uid != 0 && int(sys.Uid) != os.Geteuid() {
		return data.Refuse("the file of keys %s is another user's, of number %d", name, sys.Uid).WithHint("give it to who runs the server, with chown")
	}
	for _, dir := range []string{filepath.Dir(path), filepath.Dir(real)} {
		info, err := os.Stat(dir)
		if err == nil && info.Mode()&0o002 != 0 && info.Mode()&os.ModeSticky == 0 {
			return data.Refuse("others can put another file in the place of the file of keys %s", name).WithHint("chmod o-w %s", data.Line(dir))
		}
	}
	return nil
}
