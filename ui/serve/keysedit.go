package serve

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"warroom/data"
)

// NewKey returns the line that stands for a public key in a file of keys. Empty
// options are left out; name takes the place of the key's comment if it is not
// empty.
func NewKey(pub []byte, name, role, rooms, from, until string) (string, error) {
	key, comment, options, _, err := gossh.ParseAuthorizedKey(pub)
	if err != nil {
		return "", data.Refuse("it is no public key").WithHint("it is one line, as in ~/.ssh/id_ed25519.pub")
	}
	if n := linesIn(pub); n > 1 {
		return "", data.Refuse("there are %d lines, and a key is one", n).WithHint("add them one by one: each has a name and a role")
	}
	if len(options) > 0 {
		return "", data.Refuse("the key has options already").WithHint("give the key alone, as in ~/.ssh/id_ed25519.pub")
	}
	var opts []string
	for _, o := range [][2]string{{"role", role}, {"rooms", rooms}, {"from", from}, {"expiry-time", until}} {
		switch {
		case o[1] == "":
		case strings.ContainsAny(o[1], "\"\\\n\r"):
			return "", data.Misuse("%s cannot be %q", o[0], short(o[1]))
		default:
			opts = append(opts, o[0]+`="`+o[1]+`"`)
		}
	}
	line := strings.Join(opts, ",")
	if line != "" {
		line += " "
	}
	line += strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key))) + " " + strings.TrimSpace(data.Line(cmp.Or(name, comment)))
	if _, err := parseKey([]byte(line)); err != nil {
		return "", err
	}
	return line, nil
}

// linesIn counts the lines that say something.
func linesIn(text []byte) (n int) {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			n++
		}
	}
	return n
}

// AddKey adds a line to a file of keys, which is made if there is none. A key that
// is there already is refused.
func AddKey(path, line string) (*Grant, error) {
	var added *Grant
	err := editKeys(path, func(lines []string) ([]string, error) {
		lines = append(lines, line)
		grants, wrong := parseKeys([]byte(strings.Join(lines, "\n")))
		if len(wrong) > 0 {
			return nil, inKeys(path, wrong[0])
		}
		added = grants[len(grants)-1]
		return lines, nil
	})
	return added, err
}

// RemoveKeys removes the keys of a person, or the one with a fingerprint, and
// returns them. A key goes with all its lines, if somebody wrote it on several.
func RemoveKeys(path, who string) (gone []*Grant, err error) {
	err = editKeys(path, func(lines []string) ([]string, error) {
		grants, wrong := parseKeys([]byte(strings.Join(lines, "\n")))
		out := map[string]bool{}
		for _, g := range grants {
			if string(g.Actor) == who || g.Fingerprint() == who {
				gone, out[string(g.Key.Marshal())] = append(gone, g), true
			}
		}
		if len(gone) == 0 {
			if len(wrong) > 0 {
				return nil, inKeys(path, wrong[0])
			}
			return nil, data.Refuse("there is no key of %s", short(who)).WithHint("warroom keys list shows names and fingerprints")
		}
		var left []string
		for _, line := range lines {
			key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(line))
			if err != nil || !out[string(key.Marshal())] {
				left = append(left, line)
			}
		}
		return left, nil
	})
	return gone, err
}

// editKeys replaces the file as a whole, with one that is whose it was; a new one
// only its owner can read. Who edits it at the same time waits.
func editKeys(path string, how func(lines []string) ([]string, error)) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the file is replaced, not the link to it
	}
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return cannotEdit(path, err)
	}
	defer func() { err = cmp.Or(err, lock.Close()) }() // which unlocks it
	if err := like(lock, path); err != nil {
		return cannotEdit(path, err)
	}
	for {
		if err = unix.Flock(int(lock.Fd()), unix.LOCK_EX); !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		return cannotEdit(path, err)
	}
	var lines []string
	if _, err := os.Lstat(path); err == nil {
		text, err := readKeys(path)
		if err != nil {
			return err
		}
		if s := strings.TrimRight(string(text), "\n"); s != "" {
			lines = strings.Split(s, "\n")
		}
	}
	if lines, err = how(lines); err != nil {
		return err
	}
	text := strings.Join(lines, "\n")
	if text != "" {
		text += "\n"
	}
	if err := replace(path, []byte(text)); err != nil {
		return cannotEdit(path, err)
	}
	return nil
}

func cannotEdit(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return data.Refuse("the file of keys %s cannot be changed: %v", data.Line(path), err)
}

// replace writes a file beside the one that it then takes the place of.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // made 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = cmp.Or(err, like(f, path), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return cmp.Or(dir.Sync(), dir.Close()) // else a removed key could come back with the power
}

// like makes a file whose another one is: with sudo it would be root's, and the
// server could not read it.
func like(f *os.File, path string) error {
	was, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	is, err2 := f.Stat()
	if err := cmp.Or(err, err2); err != nil {
		return err
	}
	a, ok := was.Sys().(*syscall.Stat_t)
	b, ok2 := is.Sys().(*syscall.Stat_t)
	if ok && ok2 && (a.Uid != b.Uid || a.Gid != b.Gid) {
		if err := f.Chown(int(a.Uid), int(a.Gid)); err != nil {
			return err
		}
	}
	return f.Chmod(was.Mode().Perm() &^ 0o022)
}
