package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"warroom/data"
	"warroom/store"
	"warroom/ui"
)

// A draftFile keeps what one person has typed on boards and not stored, of all
// incidents: one file in the state directory, which only its owner can read. It
// is replaced as a whole.
type draftFile struct {
	path     string  // "" keeps nothing
	incident string  // whose drafts the board wants
	session  string  // of the board: host, process, an id, and when the process began
	boards   *boards // that are open in this process; nil if there is this one only
}

// boards are the sessions of the boards that are open in one process.
type boards struct {
	mu   sync.Mutex
	open map[string]bool
}

// add counts a session in until ctx is done.
func (b *boards) add(ctx context.Context, session string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[string]bool{}
	}
	b.open[session] = true
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.open, session)
	})
}

// has reports whether the board of a session is open, and whether it is one of
// this process.
func (b *boards) has(session string) (open, ours bool) {
	if b == nil {
		return false, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open[board(session)], samePlace(session, os.Getpid())
}

// A keptDraft is a draft of one incident.
type keptDraft struct {
	Incident string `json:"incident"`
	ui.Draft
}

// maxDraftFile is how many bytes of a file of drafts are read. A board refuses
// longer texts long before that.
const maxDraftFile = 64 << 20

// drafts returns where the drafts of a person on an incident are kept.
func (sh *shell) drafts(by data.Actor, incident string) draftFile {
	dir := sh.stateDir()
	if dir == "" {
		return draftFile{}
	}
	session := sessionOf(os.Getpid())
	return draftFile{path: filepath.Join(dir, "drafts-"+fileName(string(by))+".json"), incident: incident, session: session}
}

// fileName makes a name that every file system takes of the name of a person:
// letters and digits stay, other bytes become their numbers.
func fileName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	if b.Len() > 150 { // a file's name has room for 255
		return fmt.Sprintf("_%x", sha256.Sum256([]byte(name)))
	}
	return b.String()
}

// board returns the drafts as a board has them.
func (d draftFile) board() ui.Drafts {
	if d.path == "" {
		return ui.Drafts{}
	}
	return ui.Drafts{All: d.all, Keep: d.keep, Drop: d.drop}
}

// all returns the drafts of the incident that ended boards left, the latest first,
// and says how many are of other boards that are open.
func (d draftFile) all() (left []ui.Draft, open int, err error) {
	kept, err := d.read()
	for _, k := range kept {
		switch {
		case k.Incident != d.incident || board(k.Session) == d.session:
		case d.elsewhere(k.Session):
			open++
		default:
			left = append(left, k.Draft)
		}
	}
	slices.SortFunc(left, func(a, b ui.Draft) int { return b.At.Compare(a.At) })
	return left, open, err
}

// keep puts a draft in the place of the one that it was before.
func (d draftFile) keep(draft ui.Draft) error {
	return d.change(func(kept []keptDraft) []keptDraft {
		kept = d.without(kept, draft)
		draft.Session = d.as(draft)
		return append(kept, keptDraft{d.incident, draft})
	})
}

// drop forgets a draft.
func (d draftFile) drop(draft ui.Draft) error {
	return d.change(func(kept []keptDraft) []keptDraft { return d.without(kept, draft) })
}

func (d draftFile) without(kept []keptDraft, draft ui.Draft) []keptDraft {
	as := d.as(draft)
	return slices.DeleteFunc(kept, func(k keptDraft) bool {
		return k.Incident == d.incident && k.ID == draft.ID && (k.Session == as || k.Session == draft.Session)
	})
}

// as is the session under which a draft is kept. One that an earlier session left
// stays apart from this session's own of the same thing.
func (d draftFile) as(draft ui.Draft) string {
	if draft.Session == "" {
		return d.session
	}
	return fmt.Sprintf("%s %.4x", d.session, sha256.Sum256([]byte(draft.Session)))
}

// elsewhere reports whether the board of another session may still be open.
func (d draftFile) elsewhere(session string) bool {
	if open, ours := d.boards.has(session); ours {
		return open
	}
	if samePlace(session, os.Getpid()) { // of one that had the number of this process
		return false
	}
	return alive(session)
}

// sessionOf makes a session of a process.
func sessionOf(pid int) string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%s %d %s %s", host, pid, store.NewID(), store.ProcessStart(pid))
}

// board is the session of the board that a draft is of: see as.
func board(session string) string {
	words := strings.Fields(session)
	return strings.Join(words[:min(len(words), 4)], " ")
}

// samePlace reports whether a session is of a process with this number on this
// machine.
func samePlace(session string, pid int) bool {
	words := strings.Fields(session)
	here, err := os.Hostname()
	return err == nil && len(words) >= 3 && words[0] == here && words[1] == strconv.Itoa(pid)
}

// alive reports whether the board of a session may still be open: its process
// runs on this machine, and began when the board's did.
func alive(session string) bool {
	words := strings.Fields(session)
	if len(words) < 3 {
		return false
	}
	pid, err := strconv.Atoi(words[1])
	if err != nil || !samePlace(session, pid) {
		return false
	}
	start := store.ProcessStart(pid) // of sessions that do not say it
	if len(words) > 3 {
		start = words[3]
	}
	return store.ProcessRuns(pid, start)
}

func (d draftFile) read() (kept []keptDraft, err error) {
	info, err := os.Stat(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular() || info.Size() > maxDraftFile:
		return nil, fmt.Errorf("%s is no file of drafts", d.path)
	}
	text, err := os.ReadFile(d.path)
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	for i := range kept { // the file may have been written to by others
		for key, v := range kept[i].Text {
			kept[i].Text[key] = data.Clean(v, true)
		}
	}
	return kept, err
}

// change replaces the file. Boards of the same person wait for each other.
func (d draftFile) change(how func([]keptDraft) []keptDraft) (err error) {
	dir := filepath.Dir(d.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := os.OpenFile(d.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, lock.Close()) }() // which unlocks it
	if err := flock(lock); err != nil {
		return err
	}
	kept, err := d.read()
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) { // set aside: what can be read of it by hand is not lost
		if err = os.Rename(d.path, d.path+".faulty"); err == nil {
			kept = nil
		}
	}
	if err != nil {
		return err
	}
	text, err := json.Marshal(how(kept))
	if err != nil {
		return err
	}
	return replace(d.path, text)
}

func flock(f *os.File) error {
	for {
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
