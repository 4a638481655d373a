package serve

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"warroom/data"
	"warroom/store"
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
	if err := store.OwnedLike(lock, path); err != nil {
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
	if err := store.ReplaceFile(path, []byte(text)); err != nil {
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
