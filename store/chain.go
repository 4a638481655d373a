package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"warroom/data"
)

// A Hash is a SHA-256 digest.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// A Head is the end of a log: how many events, and the hash of the last.
type Head struct {
	Seq  int64
	Hash Hash
}

// timeLayout is how the log stores times: UTC, in milliseconds, so that the
// order of the texts is the order of the times.
const timeLayout = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

func parseTime(s string) (time.Time, error) { return time.Parse(timeLayout, s) }

// newSalt returns what keeps the digest of a masked body from being guessed.
func newSalt() []byte {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails
	return salt
}

// digest covers the content of an event. It stays when the content is masked
// and its salt is destroyed.
func digest(salt, body []byte) Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	return Hash(h.Sum(nil))
}

// link returns the hash of an event that follows one with hash prev.
func link(prev Hash, e *data.Event, at string, content Hash) Hash {
	buf := make([]byte, 0, 512)
	buf = append(buf, prev[:]...)
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Seq))
	for _, s := range [...]string{e.ID, at, string(e.By), string(e.Ref), e.Body.Kind()} {
		buf = binary.BigEndian.AppendUint32(buf, uint32(len(s)))
		buf = append(buf, s...)
	}
	buf = append(buf, content[:]...)
	return sha256.Sum256(buf)
}
