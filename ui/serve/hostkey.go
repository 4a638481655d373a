package serve

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// HostKey reads the server's own key, by which clients know it again. If make is
// set, a key that is not there is made, for its owner's eyes only. It returns the
// key in PEM, and its public half.
func HostKey(path string, make bool) (text []byte, public gossh.PublicKey, err error) {
	name := data.Line(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && make:
		if err := makeHostKey(path); err != nil {
			return nil, nil, data.Refuse("the server's key %s cannot be made: %v", name, err)
		}
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, data.Refuse("there is no key of the server %s", name).WithHint("ssh-keygen -t ed25519 -N '' -f %s", name)
	case err != nil:
		return nil, nil, data.Refuse("the server's key cannot be read: %v", err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, nil, data.Refuse("others can read the server's key %s", name).WithHint("chmod 600 %s", name)
	}
	if text, err = os.ReadFile(path); err != nil {
		return nil, nil, data.Refuse("the server's key cannot be read: %v", err)
	}
	signer, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return nil, nil, data.Refuse("%s is no private key without a passphrase: %v", name, err)
	}
	if signer.PublicKey().Type() != gossh.KeyAlgoED25519 {
		return nil, nil, data.Refuse("the server's key %s is of the type %s", name, signer.PublicKey().Type()).WithHint("make one with ssh-keygen -t ed25519")
	}
	return text, signer.PublicKey(), nil
}

func makeHostKey(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(key, "warroom")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".host-*") // made 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(pem.EncodeToMemory(block))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) { // of two servers that begin, one makes it
		return err
	}
	return nil
}
