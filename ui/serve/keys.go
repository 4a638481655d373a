package serve

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// A Grant is one line of the file of keys: whose a key is, and what who has it may
// do, where and until when.
type Grant struct {
	Actor   data.Actor
	Role    data.Role
	Rooms   []string  // patterns such as toyota*; none means all
	Until   time.Time // zero means for ever
	From    []string  // patterns of addresses, ! before those that are kept out; none means all
	Key     gossh.PublicKey
	Comment string
	Line    int
}

// Fingerprint returns the short form of the key, as ssh-keygen -l shows it.
func (g *Grant) Fingerprint() string { return gossh.FingerprintSHA256(g.Key) }

// Enters reports whether the grant is for a room.
func (g *Grant) Enters(room string) bool {
	return len(g.Rooms) == 0 || slices.ContainsFunc(g.Rooms, func(p string) bool { ok, _ := path.Match(p, room); return ok })
}

// Holds returns nil if the grant is good now and for who comes from addr.
func (g *Grant) Holds(now time.Time, addr netip.Addr) error {
	switch {
	case !g.Until.IsZero() && !now.Before(g.Until):
		return data.Refuse("the key has expired")
	case !g.from(addr.Unmap()):
		return data.Refuse("the key is not for this address")
	}
	return nil
}

func (g *Grant) from(addr netip.Addr) bool {
	in := len(g.From) == 0
	for _, p := range g.From {
		pattern, not := strings.CutPrefix(p, "!")
		if !matches(pattern, addr) {
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
		return net.Contains(addr)
	}
	ok, _ := path.Match(pattern, addr.String())
	return ok
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
