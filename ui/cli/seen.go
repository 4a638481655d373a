package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
)

// A seenFile keeps how far somebody has looked into the log of an incident, in
// the state directory: one small file for each incident and actor. Copies of an
// incident share it, another incident in the place of the file does not.
type seenFile struct {
	path     string
	incident string
	actor    data.Actor
}

// What a file of what was seen says.
type keptSeen struct {
	Incident string     `json:"incident"`
	Actor    data.Actor `json:"actor"`
	Seq      int64      `json:"seq"`
	At       time.Time  `json:"at"`
}

// maxSeenFile is how much of such a file is read.
const maxSeenFile = 64 << 10

// seen returns where the person keeps how far somebody has looked.
func (sh *shell) seen(incident string, actor data.Actor) ui.Seen {
	dir := sh.stateDir()
	if dir == "" || incident == "" {
		none := func() error {
			return data.Refuse("%v", ui.ErrNotKept).WithHint("name a place for it in $XDG_STATE_HOME")
		}
		return ui.Seen{Last: func() (data.Seen, error) { return data.Seen{}, none() }, Keep: func(data.Seen) error { return none() }}
	}
	name := sha256.Sum256([]byte(incident + "\x00" + string(actor)))
	f := seenFile{filepath.Join(dir, "seen", hex.EncodeToString(name[:16])+".json"), incident, actor}
	return ui.Seen{Last: f.last, Keep: f.keep}
}

// last returns what is kept. A file that cannot be what keep wrote keeps
// nothing.
func (f seenFile) last() (data.Seen, error) {
	// Opening anything but a file might wait for ever.
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return data.Seen{}, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	if err != nil {
		return data.Seen{}, f.cannot("read", err)
	}
	file, err := os.Open(f.path)
	if err != nil {
		return data.Seen{}, f.cannot("read", err)
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxSeenFile))
	if err != nil {
		return data.Seen{}, f.cannot("read", err)
	}
	var k keptSeen
	if json.Unmarshal(raw, &k) != nil || k.Incident != f.incident || k.Actor != f.actor || k.Seq < 0 {
		return data.Seen{}, nil
	}
	return data.Seen{Seq: k.Seq, At: k.At}, nil
}

// keep replaces the file as a whole: who reads it meanwhile sees the old one or
// the new one.
func (f seenFile) keep(s data.Seen) error {
	raw, err := json.Marshal(keptSeen{f.incident, f.actor, s.Seq, s.At.UTC()})
	if err != nil {
		return err
	}
	if err := replace(f.path, append(raw, '\n')); err != nil {
		return f.cannot("written", err)
	}
	return nil
}

func (f seenFile) cannot(what string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the name is said already
	}
	return data.Refuse("what you have seen cannot be %s, in %s: %v", what, data.Line(f.path), err)
}

// book returns where it is kept how far who is there has looked into the log.
func (e *env) book(ctx context.Context, s *store.View) (ui.Seen, error) {
	by, err := e.who()
	switch {
	case err != nil:
		return ui.Seen{}, err
	case e.seenOf != nil:
		return e.seenOf(by), nil
	case e.shell == nil:
		return ui.Seen{}, data.Refuse("%v", ui.ErrNotKept)
	}
	incident, err := s.Get(ctx, data.IncidentRef)
	if err != nil {
		return ui.Seen{}, err
	}
	return e.shell.seen(incident.(*data.Incident).UID, by), nil
}
