package serve

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
	"warroom/data/clock"
	"warroom/data/seed"
	"warroom/store"
	"warroom/ui"
)

// newIncident opens a blank incident with one action.
func newIncident(t *testing.T) *store.Store {
	t.Helper()
	blank, err := seed.Load("blank", clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	offer := func(body data.Body) store.Offer { return store.Offer{By: "maria", Role: data.Lead, Body: body} }
	var offers []store.Offer
	for _, step := range blank.Steps {
		if step.Made != nil {
			offers = append(offers, offer(*step.Made))
		}
	}
	offers = append(offers, offer(data.Made{Of: data.KindAction, Fields: map[string]string{"title": "Send notices", "stream": "notification"}}))
	path := filepath.Join(t.TempDir(), "x.db")
	err = store.Create(t.Context(), path, store.Options{}, offers[0], func(s *store.Store) error {
		_, err := s.Record(t.Context(), offers[1:]...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// boards serves the boards of one incident. It is open until they have ended.
func boards(t *testing.T, keys string) *house {
	t.Helper()
	s, room := newIncident(t), &ui.Room{}
	t.Cleanup(func() { s.Close() }) // after those at the boards have gone
	board := func(_ context.Context, p Person) (ui.Config, error) {
		record := func(ctx context.Context, acts []ui.Act) ([]data.Event, error) {
			var offers []store.Offer
			for _, a := range acts {
				offers = append(offers, store.Offer{ID: a.ID, By: p.Actor, Role: p.Role, Body: a.Body})
			}
			return s.Record(ctx, offers...)
		}
		return ui.Config{Source: s.As(p.Actor, p.Role), Actor: p.Actor, Role: p.Role, Env: p.Env, Room: room, Writer: ui.Writer{NewID: store.NewID, Record: record}}, nil
	}
	return opened(t, keys, Config{Rooms: func() ([]string, error) { return []string{"x"}, nil },
		Enter: func(context.Context, string) (Door, error) { return Door{Board: board}, nil }})
}

// A sitter is somebody at a board.
type sitter struct {
	t    testing.TB
	s    *gossh.Session
	keys io.Writer
	out  *safeBuffer
	wake chan struct{} // holds a value if more was drawn
	wide bool
}

// Write implements io.Writer.
func (p *sitter) Write(b []byte) (int, error) {
	n, err := p.out.Write(b)
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return n, err
}

// sits opens somebody's board.
func (h *house) sits(key gossh.Signer) *sitter {
	h.t.Helper()
	s, err := h.enter(key).NewSession()
	if err != nil {
		h.t.Fatal(err)
	}
	p := &sitter{t: h.t, s: s, out: &safeBuffer{}, wake: make(chan struct{}, 1)}
	s.Stdout = p
	if p.keys, err = s.StdinPipe(); err != nil {
		h.t.Fatal(err)
	}
	if err := s.RequestPty("xterm-256color", 40, 140, nil); err != nil {
		h.t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		h.t.Fatal(err)
	}
	return p.shows("live")
}

func (p *sitter) press(keys string) *sitter {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, keys); err != nil {
		p.t.Fatal(err)
	}
	return p
}

// screen lets the whole screen be drawn again, in another size than before, and
// returns it. Of a change only the cells that differ are drawn.
func (p *sitter) screen(late <-chan time.Time) string {
	p.t.Helper()
	from := len(p.out.String())
	p.wide = !p.wide
	w := 138
	if p.wide {
		w = 140
	}
	if err := p.s.WindowChange(40, w); err != nil {
		p.t.Fatal(err)
	}
	for {
		drawn := ansi.Strip(gaps(p.out.String()[from:]))
		_, rest, begun := strings.Cut(drawn, "PEOPLE ")
		for _, footer := range []string{"? help", "esc later", "stored: "} {
			if begun && strings.Contains(rest, footer) {
				return drawn
			}
		}
		select {
		case <-p.wake:
		case <-late:
			p.t.Fatalf("nothing whole is drawn:\n%s", drawn)
		}
	}
}

// gaps returns what was drawn with the cells that were gone over as spaces.
func gaps(drawn string) string {
	return goneOver.ReplaceAllStringFunc(drawn, func(s string) string {
		n, _ := strconv.Atoi(s[2 : len(s)-1])
		return strings.Repeat(" ", max(n, 1))
	})
}

var goneOver = regexp.MustCompile("\x1b\\[[0-9]*C")

// until looks at the screen until it is as it should be.
func (p *sitter) until(what string, ok func(screen string) bool) *sitter {
	p.t.Helper()
	late := time.After(20 * time.Second)
	for {
		screen := p.screen(late)
		if ok(screen) {
			return p
		}
		select {
		case <-late:
			p.t.Fatalf("the screen %s:\n%s", what, screen)
		default:
		}
	}
}

func (p *sitter) shows(text string) *sitter {
	p.t.Helper()
	return p.until(fmt.Sprintf("does not show %q", text), func(screen string) bool { return strings.Contains(screen, text) })
}

func (p *sitter) lacks(text string) *sitter {
	p.t.Helper()
	return p.until(fmt.Sprintf("goes on showing %q", text), func(screen string) bool { return !strings.Contains(screen, text) })
}

func TestTogether(t *testing.T) {
	ana, ben, eve := newSigner(t), newSigner(t), newSigner(t)
	h := boards(t, `role="lead" `+public(ana)+" ana@x\n"+`role="responder" `+public(ben)+" ben@x\n"+public(eve)+" eve@x\n")
	a := h.sits(ana).shows("1 on · live")
	b := h.sits(ben).shows("on: ana, you · live")
	e := h.sits(eve).shows("on: ana, ben, you · live")
	a.shows("on: ben, eve, you · live")
	// What one stores all see.
	b.press("nhello to all\r")
	a.shows("hello to all")
	e.shows("hello to all")
	// What one edits all see, until it is left.
	a.press("e").shows("Edit A-1")
	b.shows("ana is editing")
	e.press("\r").shows("ana is editing A-1")
	b.press("w").shows("Who is on").shows("ana       lead").press("q")
	a.press("\x1b").shows("Send notices").lacks("Edit A-1")
	e.lacks("is editing")
	// A line that breaks takes it away,
	a.press("e").shows("Edit A-1")
	e.shows("ana is editing A-1")
	a.s.Close()
	e.lacks("is editing").shows("on: ben, you · live")
	// and so does a key that is taken away.
	b.press("e").shows("Edit A-1")
	e.shows("ben is editing A-1")
	if _, err := RemoveKeys(h.keys, "ben"); err != nil {
		t.Fatal(err)
	}
	e.lacks("is editing").shows("1 on · live").press("qq")
	if err := e.s.Wait(); err != nil {
		t.Error(err)
	}
}

// One person at two boards is one.
func TestTwoSessionsOfOnePerson(t *testing.T) {
	ana := newSigner(t)
	h := boards(t, `role="lead" `+public(ana)+" ana@x\n")
	one, two := h.sits(ana).shows("1 on · live"), h.sits(ana).shows("1 on · live")
	one.press("e").shows("Edit A-1")
	two.press("\r").shows("you are editing A-1, in another session")
	one.s.Close()
	two.lacks("you are editing").shows("1 on · live")
}
