package ui

import "testing"

// jointConflict marks and gives them the owner aiko, while ben gives two of
// them to others.
func jointConflict(t *testing.T) *screen {
	t.Helper()
	s := newScreen(t, "toyota-2024", 80, 24).press("space", "space", "space", "o", "o").types("aiko")
	s.sets("ben", "A-2", "owner", "zoe").sets("ben", "A-3", "owner", "jonas").press("enter").whole()
	s.shows("A-2 owner: somebody changed it while you did; 1 more", "Theirs, t takes   zoe", "Yours, m keeps    aiko", "a all at once").lacks("--force", "warroom show", "stored:")
	return s.has("A-1", "owner", "").has("A-2", "owner", "zoe")
}

// ofAll tells the owners of the three actions.
func ofAll(s *screen, first, second, third string) {
	s.t.Helper()
	s.has("A-1", "owner", first).has("A-2", "owner", second).has("A-3", "owner", third)
}

// TestConflictOfMarkedItems settles a conflict of several items one by one and at once.
func TestConflictOfMarkedItems(t *testing.T) {
	t.Run("one by one", func(t *testing.T) {
		s := jointConflict(t).press("m").shows("A-3 owner: somebody changed it while you did").lacks("1 more", "all at once")
		ofAll(s, "", "zoe", "jonas")
		before := s.seq()
		ofAll(s.press("t").shows("stored: A-1 owner unknown → aiko, and 1 more"), "aiko", "aiko", "jonas")
		if n := s.seq() - before; n != 2 || len(s.m.marks()) > 0 || len(s.m.drafts) > 0 {
			t.Errorf("%d events, marks %v, drafts %v", n, s.m.marks(), s.m.drafts)
		}
	})
	t.Run("all mine", func(t *testing.T) {
		s := jointConflict(t).press("a").whole().shows("to stand in all 2?", `theirs "zoe", yours "aiko"`, `theirs "jonas", yours "aiko"`, "a one by one")
		ofAll(s.press("m"), "aiko", "aiko", "aiko")
	})
	t.Run("all theirs", func(t *testing.T) { ofAll(jointConflict(t).press("a", "t"), "aiko", "zoe", "jonas") })
	t.Run("one by one after all", func(t *testing.T) { ofAll(jointConflict(t).press("a", "a", "t", "m"), "aiko", "zoe", "aiko") })
	t.Run("later", func(t *testing.T) {
		s := jointConflict(t).press("esc").shows("1 Regions")
		ofAll(s, "", "zoe", "jonas")
		if len(s.m.drafts) != 1 || len(s.m.marks()) != 3 {
			t.Errorf("drafts %v, marks %v", s.m.drafts, s.m.marks())
		}
	})
}

// TestEditAConflictOfMarkedItems takes one of the items out of the change, and edits it
// in a form. The other ones are settled after that.
func TestEditAConflictOfMarkedItems(t *testing.T) {
	s := jointConflict(t).press("e").shows("─ Edit A-2 ─", "theirs: zoe").types(" and zoe").press("ctrl+s")
	s.has("A-2", "owner", "aiko and zoe").shows("A-3 owner: somebody changed it")
	ofAll(s.press("m"), "aiko", "aiko and zoe", "aiko")

	s = jointConflict(t).press("t", "e").shows("─ Edit A-3 ─", "theirs: jonas")
	ofAll(s, "aiko", "zoe", "jonas") // what needs no answer is stored already
	ofAll(s.types(" and jonas").press("ctrl+s"), "aiko", "zoe", "aiko and jonas")
}

// TestConflictAgain: while the person chooses, somebody changes one of the items again.
func TestConflictAgain(t *testing.T) {
	s := jointConflict(t).sets("ben", "A-2", "owner", "noor").press("a", "m").shows("A-2 owner: somebody changed it", "noor")
	ofAll(s, "", "noor", "jonas")
	ofAll(s.press("m"), "aiko", "aiko", "aiko")
}

// TestOthersDidSomeOfIt: what is so already is no conflict, and the others are stored.
func TestOthersDidSomeOfIt(t *testing.T) {
	s := newScreen(t, "toyota-2024", 80, 24).press("space", "space").sets("ben", "A-2", "priority", "P1")
	s.press("p", "1").shows("stored: A-1").has("A-1", "priority", "P1").has("A-2", "priority", "P1")
}
