package store

import (
	"cmp"
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
	timer *time.Timer // to write last
	doubt string      // how the log falls short of the last head known, or ""
	again *time.Timer // to look again, while there is doubt
	over  bool        // the file is being closed
}

// headDelay is how far the kept head may be behind the log. doubtDelay is how long
// it takes until a log in doubt is looked at again.
const (
	headDelay  = 500 * time.Millisecond
	doubtDelay = time.Minute
)

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

// meet compares the log with the last head known. While the log falls short of it, the
// file takes no writes.
func (h *heads) meet(ctx context.Context) error {
	why, now, err := h.compare(ctx)
	if err == nil && why != "" {
		why, now, err = h.compare(ctx) // before it is said, look again
	}
	if err != nil {
		return err
	}
	h.judge(why, now)
	return nil
}

// compare says how the log falls short of the last head known, or "". It reads the known
// head first. An event that another process records between the two readings then only
// makes the log longer.
func (h *heads) compare(ctx context.Context) (why string, now Head, err error) {
	err = h.s.readers.read(ctx, func(q querier) error {
		known := h.known() // before the first query: the transaction sees nothing older
		if now, err = readHead(ctx, q); err != nil {
			return err
		}
		h.mu.Lock()
		h.saved = known
		h.mu.Unlock()
		why, err = behind(ctx, q, now, known)
		return err
	})
	return why, now, err
}

// judge applies the result of a comparison.
func (h *heads) judge(why string, now Head) {
	h.mu.Lock()
	changed := h.doubt != why
	h.doubt = why
	if why != "" && !h.over {
		h.again = time.AfterFunc(cmp.Or(h.s.opts.doubt, doubtDelay), h.lookAgain)
	}
	h.mu.Unlock()
	if why == "" {
		h.note(now)
	}
	if changed {
		h.s.watchers.tell()
	}
}

// lookAgain compares once more: somebody may have accepted the log, or put the newer file
// back. A log that cannot be read stays in doubt.
func (h *heads) lookAgain() {
	why, now, err := h.compare(context.Background())
	if err != nil {
		if why = h.doubts(); why == "" {
			return
		}
	}
	h.judge(why, now)
}

// forget removes the known head: another process has recorded another log, and that log
// counts.
func (h *heads) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	os.Remove(h.file())
	h.saved, h.last = Head{}, Head{}
}

// doubts says how the log falls short of the last head known, or "".
func (h *heads) doubts() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doubt
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
	if file == "" || h.last.Seq == 0 || h.last == h.saved || h.s.readOnly != "" || h.doubt != "" {
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
	h.over = true
	if h.again != nil {
		h.again.Stop()
	}
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
	h.doubt = ""
	h.last, h.saved = head, Head{}
	h.save()
	return nil
}

// AcceptHead takes the file as it is: what was known of a later or another log
// is forgotten. It is for a backup that was put in place on purpose.
func (s *Store) AcceptHead(ctx context.Context) error {
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	return s.heads.accept(head)
}
