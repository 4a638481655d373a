package ui

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"warroom/data"
	"warroom/store"
)

// actAs makes the board anew for somebody with a role, as the SSH server does.
func (s *screen) actAs(role data.Role) *screen {
	s.t.Helper()
	cfg := s.m.cfg
	cfg.Role, cfg.Console, cfg.Writer = role, Tree(s.store, cfg.Now, "ana", role, s.book.seen()), Writes(s.store, "ana", role)
	s.start(cfg, s.m.width, s.m.height)
	return s
}

// someRoles are the roles that are tried: under the race detector, for which it is
// one thing after the other, the one that is refused some things and not others.
func someRoles() []data.Role {
	if underRace {
		return []data.Role{data.Responder}
	}
	return []data.Role{data.Viewer, data.Responder, data.Lead}
}

// TestEachRoleOnTheCommandLine types each command of the table of roles at the :
// line as each role: see the test beside the commands, which writes the table.
func TestEachRoleOnTheCommandLine(t *testing.T) {
	text, err := os.ReadFile("cli/testdata/roles.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range someRoles() {
		t.Run(role.String(), func(t *testing.T) {
			t.Parallel()
			s := newScreen(t, "exercise", 140, 40)
			lead := Tree(s.store, s.m.cfg.Now, "ana", data.Lead, s.book.seen())
			for i := 0; i < 10 && lead.Run(t.Context(), []string{"show", "A-82"}, nil, io.Discard, io.Discard) != 0; i++ {
				lead.Run(t.Context(), []string{"action", "add", "x", "--stream", "support"}, nil, io.Discard, io.Discard) // ids are as in the table
			}
			s.actAs(role)
			refused, recorded := 0, int64(0)
			for row := range strings.Lines(string(text)) {
				var status int
				var events int64
				cells := strings.SplitN(strings.TrimSpace(row), "\t", 4)
				line := cells[3]
				need, ok := data.ParseRole(cells[0])
				if _, err := fmt.Sscan(cells[1]+" "+cells[2], &status, &events); err != nil || !ok {
					t.Fatal(row, err)
				}
				if strings.HasPrefix(line, "find ") || strings.Contains(line, " - ") || strings.HasSuffix(line, " -") {
					continue // a page of its own; and there is no standard input
				}
				before := s.seq()
				s.does(line)
				got, footer := s.seq()-before, s.footer()
				switch refusal := fmt.Sprintf("a %s may not do this  it takes the role %s", role, need); {
				case role >= need && status == 0 && (got == 0) != (events == 0):
					t.Errorf(":%s records %d events, want %d: %s", line, got, events, footer)
				case role >= need:
					recorded += got
				case got > 0:
					t.Fatalf(":%s records %d events", line, got)
				case status != 0:
				case !strings.Contains(footer, refusal):
					t.Errorf(":%s says %q, want %q", line, footer, refusal)
				default:
					refused++
				}
				if role < need {
					words, err := data.SplitCommand(line)
					if err != nil {
						t.Fatal(err)
					}
					lead.Run(t.Context(), words, strings.NewReader(""), io.Discard, io.Discard) // what comes next builds on it
				}
				for range 3 {
					s.press("esc")
				}
			}
			if role < data.Lead && refused < 15 || role > data.Viewer && recorded < 40 || role < data.Responder && recorded > 0 {
				t.Errorf("%d lines refused, %d events recorded: the lines try too little", refused, recorded)
			}
		})
	}
}

// takes returns the role that a verb takes for an item, as the table of roles has
// it, or false if the item has nothing that the verb is about.
func takes(v verb, item data.Entity) (data.Role, bool) {
	kind, field := item.Kind(), v.field[item.Kind()]
	switch {
	case v.name == "note":
		kind = data.KindNote
	case v.field != nil && field == "":
		return 0, false
	}
	need := data.Role(0)
	for _, row := range data.RoleTable() {
		if row.Kind == kind && (row.Field == "" || row.Field == field) {
			need = max(need, row.Role)
		}
	}
	if c, ok := item.(*data.Claim); ok && kind == data.KindClaim && (c.Pinned || c.Standing == data.Confirmed || !c.Standing.Stands()) {
		need = max(need, data.Establishing.Role())
	}
	return need, true
}

// finishes does what a person does who meant it: chooses, types, stores.
func (s *screen) finishes() {
	s.t.Helper()
	switch o := s.m.top().(type) {
	case *formPage:
		for range o.keys { // into the first field that takes a text
			if f := o.spec.Field(o.form.Field().Key); f != nil && len(f.Words) == 0 {
				break
			}
			s.press("tab")
		}
		s.types("7").press("ctrl+s")
	case *menu:
		for _, k := range []string{"2", "1", "3"} {
			if before := s.seq(); s.m.top() == o {
				s.press(k)
				if s.seq() > before {
					return
				}
			}
		}
	}
	if s.m.typing != nil {
		s.types("tomorrow 09:00").press("enter")
	}
}

// TestEachRoleByEachKey opens items of each kind and presses each key that
// changes something, as each role. What the role may not do says which role it
// takes, opens nothing and records nothing; what it may do is recorded for one item
// at least.
func TestEachRoleByEachKey(t *testing.T) {
	for _, role := range someRoles() {
		t.Run(role.String(), func(t *testing.T) {
			t.Parallel()
			s := newScreen(t, "exercise", 80, 24)
			_, err := s.store.Record(t.Context(), offered(newItem(t, data.KindDecision, "text", "wait"), newItem(t, data.KindNote, "text", "x"), newItem(t, data.KindSource, "title", "y"),
				newItem(t, data.KindClaim, "cell", "asia/names", "unit", "people", "best", "5", "standing", "confirmed"),
				newItem(t, data.KindClaim, "cell", "asia/names", "unit", "people", "best", "6", "standing", "reported"))...)
			if err != nil {
				t.Fatal(err)
			}
			s.actAs(role)
			refs := []data.Ref{data.IncidentRef}
			for _, spec := range data.Specs() {
				all, err := s.store.List(t.Context(), spec.Kind)
				if err != nil {
					t.Fatal(err)
				}
				for i, e := range all {
					if i == 0 || i >= len(all)-2 && spec.Kind == data.KindClaim {
						refs = append(refs, e.Info().Ref)
					}
				}
			}
			did, tried := map[string]int{}, map[string]bool{}
			for _, ref := range refs {
				item := s.goes(ref)
				for _, v := range verbs {
					need, has := takes(v, item)
					before, top := s.seq(), s.m.top()
					s.press(v.key.Keys()[0])
					says := fmt.Sprintf("this takes the role %s", need)
					switch {
					case !has:
					case role < need:
						if s.footer() != says || s.m.top() != top || s.m.typing != nil || s.seq() != before {
							t.Errorf("%s on %s says %q, want %q and nothing else", v.name, ref, s.footer(), says)
						}
					case strings.Contains(s.footer(), "takes the role"):
						t.Errorf("%s on %s: %s", v.name, ref, s.footer())
					default:
						tried[v.name] = true
						s.finishes()
						did[v.name] += int(s.seq() - before)
						for range 3 {
							s.press("esc")
						}
						item = s.goes(ref)
					}
				}
				s.press("esc")
			}
			for name := range tried {
				if did[name] == 0 {
					t.Errorf("%s was never recorded: the test tries too little", name)
				}
			}
			if want := map[data.Role]int{data.Viewer: 0, data.Responder: len(verbs) - 2, data.Lead: len(verbs)}[role]; len(tried) != want {
				t.Errorf("a %s may do %d of %d", role, len(tried), len(verbs))
			}
		})
	}
}

// goes puts the cursor on an item, or opens its page, and returns it.
func (s *screen) goes(ref data.Ref) data.Entity {
	s.t.Helper()
	panes := map[data.Kind]string{data.KindRegion: "1", data.KindCategory: "2", data.KindWorkstream: "3"}
	switch pane := panes[ref.Spec().Kind]; {
	case ref == data.IncidentRef:
		s.press("i")
	case pane == "":
		s.does(string(ref))
	default:
		if s.m.board.digit(s.m.board.focus) != pane {
			s.press(pane)
		}
		s.press("g")
		for i := 0; i < 10 && s.m.board.focus.Selected() != ref; i++ {
			s.press("j")
		}
	}
	item, held := s.m.held()
	if held != ref {
		s.t.Fatalf("%s is not shown: %s", ref, s.text())
	}
	return item
}

// offered offers bodies as a lead.
func offered(bodies ...data.Body) (all []store.Offer) {
	for _, b := range bodies {
		all = append(all, store.Offer{By: "noor", Role: data.Lead, Body: b})
	}
	return all
}

// TestEachRoleAdds presses a wherever something is added.
func TestEachRoleAdds(t *testing.T) {
	for _, role := range []data.Role{data.Viewer, data.Responder, data.Lead} {
		for _, keys := range [][]string{{"1"}, {"2"}, {"4"}, {"5"}, {"v", "2"}, {"v", "3"}, {"v", "4"}, {"v", "5"}, {"v", "6"}} {
			s := newScreen(t, "exercise", 140, 40).actAs(role).press(keys...)
			before, top := s.seq(), s.m.top()
			switch s.press("a").whole(); {
			case role >= data.Responder && s.m.top() == top:
				t.Errorf("a %s cannot add after %v: %s", role, keys, s.footer())
			case role < data.Responder && (s.m.top() != top || s.footer() != "this takes the role responder" || s.seq() != before):
				t.Errorf("a after %v as a %s: %s", keys, role, s.text())
			}
		}
	}
}

// TestALeadConfirmsWhatIsBeingEdited: the form of a responder is of no use then,
// and what was typed in it stays.
func TestALeadConfirmsWhatIsBeingEdited(t *testing.T) {
	s := newScreen(t, "blank", 140, 40).claims("all/all people best 5 standing reported").refresh().actAs(data.Responder)
	s.does("C-1").press("e")
	p, ok := s.m.top().(*formPage)
	if !ok || slices.Contains(p.keys, "standing") {
		t.Fatalf("the form of a responder: %s", s.text())
	}
	s.types("counted")
	s.sets("noor", "C-1", "standing", "confirmed")
	before := s.seq()
	s.press("ctrl+s").shows("a responder may not do this", "it takes the role lead", "counted")
	if s.seq() != before {
		t.Error("it is recorded")
	}
}
