package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/store"
	"warroom/ui/term"
)

// A party is several people on one board, each with a screen of their own. What
// one does, the others are told when they look.
type party struct {
	t    *testing.T
	room *Room
	path string
}

func newParty(t *testing.T, template string) *party {
	return &party{t: t, room: &Room{}, path: newFile(t, template)}
}

// seat opens a board for somebody, which ends with leave.
func (p *party) seat(name data.Actor, role data.Role, w, h int) (s *screen, leave func()) {
	p.t.Helper()
	s = &screen{t: p.t, path: p.path, now: made}
	s.store = openFile(p.t, p.path, store.Options{Now: s.clock})
	s.src = &source{Source: s.store}
	ctx, cancel := context.WithCancel(p.t.Context())
	local := func() time.Time { return s.now.In(zone) }
	cfg := Config{Source: s.src, Actor: name, Role: role, Now: local, Room: p.room,
		Console: Tree(s.store, local, name, role, s.book.seen()), Writer: Writes(s.store, name, role)}
	s.startIn(ctx, cfg, w, h)
	return s, func() {
		cancel()
		s.m.seat.leave() // the room does it by itself, a moment later
	}
}

// meets lets a board take up what it was told of the others, as it does by itself.
func (s *screen) meets() *screen {
	s.t.Helper()
	select {
	case <-s.m.seat.news:
		s.send(peopleMsg{})
	default:
	}
	return s
}

func TestWhoIsOn(t *testing.T) {
	p := newParty(t, "exercise")
	ana, _ := p.seat("ana", data.Lead, 170, 24)
	ana.meets().shows(" 1 on · live")
	ben, benLeaves := p.seat("ben", data.Responder, 170, 24)
	ana.meets().shows("on: ben, you · live")
	ben.meets().shows("on: ana, you · live")
	// A second window of his is still one person.
	again, _ := p.seat("ben", data.Responder, 170, 24)
	ana.meets().shows("on: ben, you · live")
	again.meets().shows("on: ana, you · live")
	benLeaves()
	ana.meets().shows("on: ben, you · live")
	_, eveLeaves := p.seat("eve", data.Viewer, 80, 24)
	ana.meets().shows("on: ben, eve, you · live").resize(60, 16).shows("on: ben +2 · live").resize(200, 40).shows("on: ben, eve, you · live").whole()
	eveLeaves()
	ana.meets().shows("on: ben, you · live").whole()
}

// A board that is on its own says nothing of others.
func TestNobodyElseCanBeOn(t *testing.T) {
	s := newScreen(t, "exercise", 80, 24).lacks(" on ·", "on:").press("w").shows("this one is on its own")
	s.does("who").shows("this one is on its own")
}

func TestWhoEditsWhat(t *testing.T) {
	p := newParty(t, "exercise")
	ana, _ := p.seat("ana", data.Lead, 80, 24)
	ben, benLeaves := p.seat("ben", data.Responder, 140, 40)
	eve, _ := p.seat("eve", data.Viewer, 140, 40)
	eve.press("enter").shows("─ A-42 ").lacks("is editing")
	for _, tt := range []struct {
		name   string
		begins func()
		ends   func()
	}{
		{"a form that is left", func() { ben.press("e").shows("Edit A-42") }, func() { ben.press("esc") }},
		{"a form that is kept as a draft", func() { ben.press("e").types("x") }, func() { ben.press("esc").says("kept as a draft; D shows the drafts") }},
		{"a form that is thrown away", func() { ben.press("e").types("x") }, func() { ben.press("ctrl+x") }},
		{"a form that is stored", func() { ben.press("e").types("x") }, func() { ben.press("ctrl+s").shows("stored: A-42") }},
		{"a field that is left", func() { ben.press("b").shows("waits for of A-42") }, func() { ben.press("esc") }},
		{"a field that is stored", func() { ben.press("b").types("z") }, func() { ben.press("enter").shows("stored: A-42") }},
		{"a session that ends", func() { ben.press("e") }, func() { benLeaves() }},
	} {
		tt.begins()
		ana.meets().shows("A-42").shows("ben is editing")
		eve.meets().shows(" ben is editing A-42")
		if line := eve.pass(40 * time.Minute).lines()[4]; strings.TrimSpace(line) != "ben is editing A-42" {
			t.Errorf("%s: later it says %q", tt.name, line)
		}
		ana.press("e").shows("Edit A-42 · ben is editing it too").press("esc")
		ana.press("b").shows("ben is editing it too").press("esc")
		ana.press("w").shows("ben       responder 14:02Z        A-42").whole().press("esc")
		tt.ends()
		ana.meets().lacks("is editing")
		if eve.meets().lacks("is editing"); t.Failed() {
			t.Fatal(tt.name)
		}
	}
}

func TestSeveralEditTheSame(t *testing.T) {
	p := newParty(t, "exercise")
	ana, _ := p.seat("ana", data.Lead, 140, 40)
	ana.press("enter")
	names := []data.Actor{"ben", "cas", "dee", "eli"}
	for i, want := range []string{"ben is editing A-42", "ben and cas are editing A-42", "ben, cas and 1 more are editing A-42", "ben, cas and 2 more are editing A-42"} {
		s, _ := p.seat(names[i], data.Responder, 80, 24)
		s.press("e")
		ana.meets().shows(" " + want)
	}
	ana.press("e").shows("Edit A-42 · ben, cas and 2 more are editing it too").whole()
	other, _ := p.seat("ana", data.Lead, 140, 40)
	other.press("enter").shows("ben, cas and 3 more are editing A-42")
}

// What one edits in another window of one's own is said to be one's own.
func TestMyOtherWindow(t *testing.T) {
	p := newParty(t, "exercise")
	one, _ := p.seat("ana", data.Lead, 140, 40)
	two, _ := p.seat("ana", data.Lead, 140, 40)
	one.press("e")
	two.meets().press("enter").shows(" you are editing A-42, in another session")
	one.meets().lacks("editing it too").press("esc")
	two.meets().lacks("are editing")
}

// Who may not read private notes is told of no note that somebody edits, in any
// place, nor that a new one is written.
func TestNobodyIsToldOfANoteBeingEdited(t *testing.T) {
	p := newParty(t, "exercise")
	ana, _ := p.seat("ana", data.Lead, 80, 24)
	ben, _ := p.seat("ben", data.Responder, 140, 40)
	eve, _ := p.seat("eve", data.Viewer, 140, 40)
	secret := newItem(t, data.KindNote, "text", "Nobody else may know", "private", "yes")
	ana.records("ana", secret).refresh()
	notes, err := ana.store.List(t.Context(), data.KindNote)
	if err != nil {
		t.Fatal(err)
	}
	ref := notes[len(notes)-1].Info().Ref
	ana.run(ana.m.openRef(ref))
	ana.press("e").shows("Edit " + string(ref))
	ben.meets().press("w").shows("ana", string(ref)).press("esc")
	ben.run(ben.m.openRef(ref))
	ben.shows(" ana is editing " + string(ref)).press("esc")
	eve.meets().press("w").shows("ana").lacks(string(ref), "note")
	for _, person := range eve.m.met.On {
		if len(person.Edits)+len(person.Adds) > 0 {
			t.Errorf("a viewer's board knows that %s edits %v %v", person.Name, person.Edits, person.Adds)
		}
	}
	if len(eve.m.met.Edits) > 0 {
		t.Errorf("a viewer's board knows of %v", eve.m.met.Edits)
	}
	ana.press("esc")
	ana.run(ana.m.push(ana.m.newForm(data.KindNote, nil)))
	ana.send(term.NoteMsg("")) // the next message
	ben.meets().press("w").shows("a new note")
	if eve.meets().lacks("a new note"); len(eve.m.met.On[0].Adds) > 0 {
		t.Error("a viewer's board knows of a new note")
	}
}

// guests have names of all kinds.
var guests = []data.Actor{"maria", "おおたに・しょうへい", "Wolfeschlegelsteinhausenbergerdorff", "a\x1b[31mb\u202e", "lena", "owen", "tomek", "sari", "noor", "佐藤花子", "ines", "bo"}

// TestPeopleGolden is how it looks when few and many are on.
func TestPeopleGolden(t *testing.T) {
	for _, n := range []int{1, 3, 12} {
		p := newParty(t, "exercise")
		for i, name := range guests[:n-1] {
			if s, _ := p.seat(name, data.Responder, 80, 24); i%2 == 0 {
				s.press("e")
			}
		}
		for _, size := range [][2]int{{80, 24}, {140, 40}} {
			ana, leave := p.seat("ana", data.Lead, size[0], size[1])
			shape := fmt.Sprintf("%d-%dx%d", n, size[0], size[1])
			golden(t, "on-"+shape, ana.whole().m.View().Content)
			golden(t, "who-"+shape, ana.press("w").whole().m.View().Content)
			leave()
		}
	}
}

// The header has room for whoever comes, whatever they are called.
func TestNamesOfAllKinds(t *testing.T) {
	for _, n := range []int{0, 1, 2, 4, len(guests)} {
		p := newParty(t, "exercise")
		for _, name := range guests[:n] {
			s, _ := p.seat(name, data.Responder, 80, 24)
			s.press("e")
		}
		ana, _ := p.seat("ana", data.Lead, 80, 24)
		for _, size := range sizes {
			ana.resize(size[0], size[1]).whole().press("w").whole().press("esc", "enter").whole().press("e").whole().press("esc", "esc")
			if ana.m.small() {
				continue
			}
			if head := ana.lines()[1]; !strings.Contains(head, fmt.Sprintf("%d on", n+1)) && !strings.Contains(head, "on: ") {
				t.Fatalf("%v: the header does not say who is on: %q", size, head)
			}
		}
		if ana.resize(80, 24); n > 2 { // the names are too long for a row
			ana.shows(fmt.Sprintf("· %d are editing ", n)).press("e").shows(" more are editing it too")
		}
	}
}

// Who never looks holds up nobody, and is told of the latest.
func TestTheSlowHoldUpNobody(t *testing.T) {
	r := &Room{}
	slow := r.enter(t.Context(), "slow", data.Lead, made)
	for i := range 10_000 {
		s := r.enter(t.Context(), data.Actor(fmt.Sprint("p", i%7)), data.Viewer, made)
		s.edit(edits{refs: []data.Ref{"A-1"}})
		s.leave()
	}
	last := r.enter(t.Context(), "last", data.Responder, made)
	last.edit(edits{refs: []data.Ref{"A-9"}, kinds: []data.Kind{data.KindRisk}})
	if len(slow.news) != 1 {
		t.Errorf("%d pieces of news wait, want 1", len(slow.news))
	}
	who := slow.people()
	if len(who.On) != 2 || who.On[1].Name != "last" || !slices.Equal(who.On[1].Edits, []data.Ref{"A-9"}) || who.Edits["A-1"] != nil {
		t.Errorf("it knows of %+v", who)
	}
	if slow.people() != who {
		t.Error("it is put together again though nothing has changed")
	}
	last.edit(edits{refs: []data.Ref{"A-9"}, kinds: []data.Kind{data.KindRisk}})
	if slow.people() != who {
		t.Error("the same again is news")
	}
}

// A session's place is free when its context ends, whoever ends it.
func TestASeatIsFreeWhenTheSessionIsOver(t *testing.T) {
	r := &Room{}
	stays := r.enter(t.Context(), "ana", data.Lead, made)
	ctx, cancel := context.WithCancel(t.Context())
	r.enter(ctx, "ben", data.Lead, made)
	<-stays.news
	cancel()
	<-stays.news
	if n := len(stays.people().On); n != 1 {
		t.Errorf("%d are on, want 1", n)
	}
}

func TestRoleAndTimeOfWhoHasTwoKeys(t *testing.T) {
	r := &Room{}
	r.enter(t.Context(), "ana", data.Viewer, made)
	s := r.enter(t.Context(), "ana", data.Lead, made.Add(time.Hour))
	if on := s.people().On; len(on) != 1 || on[0].Role != data.Lead || !on[0].Since.Equal(made) {
		t.Errorf("they are %+v", on)
	}
}

// TestWhoHasItsThreeWays opens the page of who is on by key, by name and by word,
// and goes on from there as from any page.
func TestWhoHasItsThreeWays(t *testing.T) {
	p := newParty(t, "exercise")
	s, _ := p.seat("ana", data.Lead, 140, 40)
	for _, open := range []func(){func() { s.press("w") }, func() { s.does("do who") }, func() { s.does("who") }} {
		open()
		s.shows("─ Who is on ─", "ana (you)").does("who").shows("this is the page of who is on").press("esc")
		bindings(t, s)
		s.press("esc").lacks("─ Who is on ─")
	}
	s.press(":").types("wh").press("tab")
	if got := s.m.typing.field.Value(); got != "who " {
		t.Errorf("tab makes %q of wh", got)
	}
	s.press("esc", "w", "?").shows("Show who is on, and what they edit").press("esc", "esc")
	if s.m.top() != nil {
		t.Error("it does not lead back to the board")
	}
}

// An idle board in a room is told nothing, and a change of who is on wakes nothing
// but the header.
func TestWhoIsOnCostsNothingWhileNobodyMoves(t *testing.T) {
	p := newParty(t, "exercise")
	s, _ := p.seat("ana", data.Lead, 140, 40)
	s.meets()
	s.press("j", "k", "w").press("esc", "/").press("esc", "esc")
	if len(s.m.seat.news) != 0 {
		t.Error("it is told of itself")
	}
	row := &s.m.view.Open
	p.seat("ben", data.Responder, 170, 24)
	if s.meets().shows("on: ben, you"); &s.m.view.Open == row {
		t.Error("the view was changed in place")
	}
	if s.hold(peopleMsg{}) == nil {
		t.Error("nobody waits for the next change")
	}
}
