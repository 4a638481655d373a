package data

import "testing"

// Each kind says who may read it; one that says nothing takes a responder.
func TestWhoReadsAKind(t *testing.T) {
	for _, s := range Specs() {
		if s.Reader != Viewer {
			t.Errorf("%s take a %s to be read", s.Plural, s.reader())
		}
	}
	silent := &Spec{Kind: "diary"}
	for role, want := range map[Role]bool{NoRole: false, Viewer: false, Responder: true, Lead: true} {
		if some, all := role.ReadsKind(silent); some != want || all != want {
			t.Errorf("a %s reads a kind that says nothing: %v, %v", role, some, all)
		}
	}
}

func TestWhoReadsAPrivateNote(t *testing.T) {
	for _, tt := range []struct {
		role         Role
		reads, notes bool
		all          bool
		clearance    Role
	}{
		{NoRole, false, false, false, NoRole},
		{Viewer, false, true, false, Viewer},
		{Responder, true, true, true, Responder},
		{Lead, true, true, true, Responder},
	} {
		if got := tt.role.Reads(&Note{Private: true}); got != tt.reads {
			t.Errorf("a %s reads a private note: %v", tt.role, got)
		}
		if got := tt.role.Reads(&Note{}); got != tt.notes {
			t.Errorf("a %s reads a note: %v", tt.role, got)
		}
		if got := tt.role.ReadsAll(); got != tt.all {
			t.Errorf("a %s reads all: %v", tt.role, got)
		}
		if got := tt.role.Clearance(); got != tt.clearance {
			t.Errorf("a %s has the clearance of a %s", tt.role, got)
		}
	}
}

func TestWhyAnItemIsWithheld(t *testing.T) {
	err := Withheld(&Note{Meta: Meta{Ref: "N-1"}, Private: true})
	if err.Class != Forbidden || err.What != "N-1 is a private note" || err.Hint != "it takes the role responder" {
		t.Errorf("%v, hint: %s", err, err.Hint)
	}
}
