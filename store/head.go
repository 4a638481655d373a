package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// heads keeps the last head known of a file, outside the file: one small file
// for each incident and absolute path. It shows what the log cannot show of
// itself, that its end was cut off or that an older copy was put in its place;
// an older backup elsewhere is not accused.
//
// It is best effort: where it cannot be written, nothing is known.
type heads struct {
	s     *Store
	mu    sync.Mutex
	last  Head // to be written, if newer than saved
	saved Head
	timer *time.Timer
}

// headDelay is how far the kept head may be behind the log.
const headDelay = 500 * time.Millisecond

func (h *heads) init(s *Store) { h.s = s }

type knownHead struct {
	Incident string `json:"incident"`
	Path     string `json:"path"`
	Seq      int64  `json:"seq"`
	Hash     string `json:"hash"`
}

func (h *heads) file() string {
	if h.s.opts.StateDir == "" || h.s.uid == "" {
		return ""
	}
	name := sha256.Sum256([]byte(h.s.uid + "\x00" + h.s.path))
	return filepath.Join(h.s.opts.StateDir, "heads", hex.EncodeToString(name[:16])+".json")
}

// known returns the last head known, or the zero Head.
func (h *heads) known() (head Head) {
	raw, err := os.ReadFile(h.file())
	var k knownHead
	if err != nil || json.Unmarshal(raw, &k) != nil {
		return Head{}
	}
	b, err := hex.DecodeString(k.Hash)
	if err != nil || len(b) != len(head.Hash) {
		return Head{}
	}
	return Head{k.Seq, Hash(b)}
}

// meet compares the file with the last head known. A file that does not hold it
// becomes read-only.
func (h *heads) meet(ctx context.Context, q querier, now Head) error {
	known := h.known()
	h.saved = known
	why, err := behind(ctx, q, now, known)
	if err != nil {
		return err
	}
	if why != "" {
		h.s.readOnly = why
		return nil
	}
	h.note(now)
	return nil
}

// behind says how the log falls short of the last head known, or "".
func behind(ctx context.Context, q querier, now, known Head) (string, error) {
	if known.Seq == 0 {
		return "", nil
	}
	if now.Seq < known.Seq {
		return fmt.Sprintf("older than when it was last open here: %d events, there were %d", now.Seq, known.Seq), nil
	}
	hash, err := collect(ctx, q, func(r *sql.Rows) (h []byte, err error) {
		err = r.Scan(&h)
		return h, err
	}, `SELECT hash FROM event WHERE seq = ?`, known.Seq)
	if err == nil && (len(hash) == 0 || string(hash[0]) != string(known.Hash[:])) {
		return fmt.Sprintf("not the log that was last open here: event %d is another", known.Seq), nil
	}
	return "", err
}

// note keeps a head, soon.
func (h *heads) note(now Head) {
	if h.file() == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = now
	if h.timer == nil && h.last != h.saved {
		h.timer = time.AfterFunc(headDelay, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.timer = nil
			h.save()
		})
	}
}

// save writes the head beside and renames it. The caller holds mu.
func (h *heads) save() {
	file := h.file()
	if file == "" || h.last.Seq == 0 || h.last == h.saved || h.s.readOnly != "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return
	}
	if h.known().Seq > h.last.Seq {
		return // another process is ahead of us
	}
	raw, err := json.Marshal(knownHead{h.s.uid, h.s.path, h.last.Seq, h.last.Hash.String()})
	if err != nil {
		return
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".head.*")
	if err != nil {
		return
	}
	_, err = temp.Write(append(raw, '\n'))
	if errors.Join(err, temp.Close()) != nil || os.Rename(temp.Name(), file) != nil {
		os.Remove(temp.Name())
		return
	}
	h.saved = h.last
}

func (h *heads) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.timer != nil {
		h.timer.Stop()
		h.timer = nil
	}
	h.save()
}

// accept makes head the last one known, whatever was known before.
func (h *heads) accept(head Head) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := os.Remove(h.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	h.s.readOnly = h.s.whyReadOnly()
	h.last, h.saved = head, Head{}
	h.save()
	return nil
}
