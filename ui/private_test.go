package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// A viewer reads all but private notes, by whatever way the board reads.
func TestAPrivateNoteIsNotReadByAViewer(t *testing.T) {
	s := newScreen(t, "toyota-2024", 140, 40)
	s.records("maria",
		data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy for counsel", "private": "true"}},
		data.Changed{Ref: "N-1", Changes: []data.Change{{Field: "text", Was: "xyzzy for counsel", Now: "xyzzy again"}}},
		data.Made{Of: data.KindNote, Fields: map[string]string{"text": "plugh for all"}})
	for _, tt := range []struct {
		role data.Role
		may  bool
	}{{data.Viewer, false}, {data.Responder, true}, {data.Lead, true}} {
		src, ctx := Source(s.store.As("eve", tt.role)), context.Background()
		var said []string
		say := func(v any, err error) { said = append(said, fmt.Sprintf("%+v %v", v, err)) }
		_, err := src.Get(ctx, "N-1")
		if (err == nil) != tt.may || err != nil && data.ClassOf(err) != data.Forbidden {
			t.Errorf("%s: Get says %v", tt.role, err)
		}
		if _, err := src.History(ctx, "N-1"); (err == nil) != tt.may {
			t.Errorf("%s: History says %v", tt.role, err)
		}
		notes, err := src.List(ctx, data.KindNote)
		for _, n := range notes {
			say(n.Name(), err)
		}
		found, err := src.Search(ctx, "xyzzy", 10)
		say(found, err)
		log, err := src.Log(ctx, 0, -10)
		say(log, err)
		if n := len(log.Entries); n+log.Left != 10 || (n == 10) != tt.may {
			t.Errorf("%s: the log has %d of 10 entries, and leaves out %d", tt.role, n, log.Left)
		}
		news, err := src.News(ctx, 0)
		say(news, err)
		delta, err := src.Delta(ctx, 0)
		if _, ok := delta.Items["N-1"]; ok != tt.may || err != nil {
			t.Errorf("%s: the note is among what changed: %v, %v", tt.role, ok, err)
		}
		o, err := src.Overview(ctx, s.now)
		say(o.Activity, err)
		all := strings.Join(said, "\n")
		if got := strings.Contains(all, "xyzzy"); got != tt.may {
			t.Errorf("%s: the private note is read: %v\n%s", tt.role, got, all)
		}
		if !strings.Contains(all, "plugh") {
			t.Errorf("%s: the other note is not read", tt.role)
		}
	}
}

// No page shows it either, nor that there is one.
func TestAViewersScreensShowNoPrivateNote(t *testing.T) {
	s := newScreen(t, "toyota-2024", 140, 40)
	s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy for counsel", "private": "true"}})
	s.start(Config{Source: s.src, Actor: "eve", Role: data.Viewer, Now: s.clock, Console: Tree(s.store, s.clock, "eve", data.Viewer, s.book.seen()),
		Writer: Writes(s.store, "eve", data.Viewer)}, 140, 40)
	for _, v := range s.m.views() {
		s.view(v.name).lacks("xyzzy", "N-1", "(private note)")
		for range 40 {
			s.send(tea.KeyPressMsg{Code: tea.KeyDown})
			s.lacks("xyzzy", "N-1", "(private note)")
		}
		s.press("enter").lacks("xyzzy", "N-1", "(private note)").press("esc", "esc", "esc")
	}
	s.does("show N-1").lacks("xyzzy")
}

// A note that becomes private leaves the screens of those who may not read it, and
// the board stays live.
func TestANoteBecomesPrivateUnderAViewer(t *testing.T) {
	s := newScreen(t, "toyota-2024", 140, 40)
	s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy for all"}})
	for _, open := range []func(){
		func() { s.run(s.m.openRef("N-1")) },
		func() { s.view("Timeline").press("/").types("xyzzy").press("enter") },
	} {
		s.start(Config{Source: s.src, Actor: "eve", Role: data.Viewer, Now: s.clock, Console: Tree(s.store, s.clock, "eve", data.Viewer, s.book.seen()),
			Writer: Writes(s.store, "eve", data.Viewer)}, 140, 40)
		open()
		s.shows("xyzzy for all").sets("maria", "N-1", "private", "yes").refresh().lacks("xyzzy for all", "SYNC LOST")
		s.sets("maria", "A-1", "title", "Another title for all").refresh().press("esc", "esc").shows("Another title for all", "live")
		s.sets("maria", "N-1", "private", "no").sets("maria", "A-1", "title", "Send notices").refresh()
	}
}

// TestAViewerFindsBehindPrivateNotes: however many of them are found first.
func TestAViewerFindsBehindPrivateNotes(t *testing.T) {
	s := newScreen(t, "blank", 80, 24)
	s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy for all"}})
	for range 9 {
		s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy for counsel", "private": "true"}})
	}
	found, err := s.store.As("eve", data.Viewer).Search(t.Context(), "xyzzy", 2)
	if err != nil || len(found) != 1 || found[0].Ref != "N-1" {
		t.Errorf("found %v, %v", found, err)
	}
}

// TestANoteThatBecomesPrivate goes from a viewer's screen, and the board lives on.
func TestANoteThatBecomesPrivate(t *testing.T) {
	for name, open := range map[string]func(s *screen){
		"page":            func(s *screen) { s.run(s.m.openRef("N-1")) },
		"beside the list": func(s *screen) { s.view("Timeline").press("g") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScreen(t, "toyota-2024", 140, 40)
			s.records("maria", data.Made{Of: data.KindNote, Fields: map[string]string{"text": "xyzzy"}})
			s.start(Config{Source: s.src, Actor: "eve", Role: data.Viewer, Now: s.clock}, 140, 40)
			open(s)
			s.shows("xyzzy").sets("maria", "N-1", "private", "yes").refresh().whole().lacks("xyzzy", "SYNC LOST")
			if s.m.lost != nil {
				t.Errorf("the board is lost: %v", s.m.lost)
			}
			s.resize(140, 41).refresh().lacks("xyzzy")
			s.run(s.m.openRef("N-1"))
			if s.shows("N-1 is a private note").lacks("SYNC LOST"); s.m.lost != nil {
				t.Errorf("the board is lost: %v", s.m.lost)
			}
		})
	}
}
