package serve

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
// returns them.
func RemoveKeys(path, who string) (gone []*Grant, err error) {
	err = editKeys(path, func(lines []string) ([]string, error) {
		grants, wrong := parseKeys([]byte(strings.Join(lines, "\n")))
		out := map[int]bool{}
		for _, g := range grants {
			if string(g.Actor) == who || g.Fingerprint() == who {
				gone, out[g.Line] = append(gone, g), true
			}
		}
		if len(gone) == 0 {
			if len(wrong) > 0 {
				return nil, inKeys(path, wrong[0])
			}
			return nil, data.Refuse("there is no key of %s", short(who)).WithHint("warroom keys list shows names and fingerprints")
		}
		var left []string
		for i, line := range lines {
			if !out[i+1] {
				left = append(left, line)
			}
		}
		return left, nil
	})
	return gone, err
}

// editKeys replaces the file as a whole, with one that only its owner can read.
// Who edits it at the same time waits.
func editKeys(path string, how func(lines []string) ([]string, error)) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the file is replaced, not the link to it
	}
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return cannotEdit(path, err)
	}
	defer func() { err = cmp.Or(err, lock.Close()) }() // which unlocks it
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
	err = cmp.Or(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
