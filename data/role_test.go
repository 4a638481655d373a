package data

import (
	"strings"
	"testing"
)

var allRoles = []Role{NoRole, Viewer, Responder, Lead}

// permits reports whether a role may record a body, and fails the test unless a
// refusal says which role it takes.
func permits(t *testing.T, role Role, b Body) bool {
	t.Helper()
	err := Permit(NewState(nil, 0), role, b)
	if err != nil && (ClassOf(err) != Forbidden || !strings.HasPrefix(HintOf(err), "it takes the role ")) {
		t.Errorf("%s: the refusal is %v (%s)", role, err, HintOf(err))
	}
	return err == nil
}

func refOf(s *Spec) Ref {
	switch {
	case s.Kind == KindIncident:
		return IncidentRef
	case s.Numbered():
		return s.RefOf(1)
	}
	return Ref(s.Keys[0])
}

// TestRoleTable tries each row of the table with each role.
func TestRoleTable(t *testing.T) {
	for _, row := range RoleTable() {
		for _, role := range allRoles {
			want := role >= row.Role
			switch {
			case row.Kind == "":
				continue
			case row.Field == "":
				spec := SpecOf(row.Kind)
				plain := spec.Fields[len(spec.Fields)-1]
				for _, f := range spec.Fields {
					if f.Role <= spec.Role {
						plain = f
					}
				}
				if got := permits(t, role, Made{Of: row.Kind}); got != want {
					t.Errorf("%s may make %s: %v, the table says %v", role, spec.Plural, got, want)
				}
				if got := permits(t, role, Changed{Ref: refOf(spec), Changes: []Change{{Field: plain.Key}}}); got != want {
					t.Errorf("%s may change %s of %s: %v, the table says %v", role, plain.Key, spec.Plural, got, want)
				}
			default:
				changes := []Change{{Field: row.Field}}
				if got := permits(t, role, Changed{Ref: refOf(SpecOf(row.Kind)), Changes: changes}); got != want {
					t.Errorf("%s may %s: %v, the table says %v", role, row.What, got, want)
				}
			}
		}
	}
}

// The table says what the roles are meant to be.
func TestRolesAsMeant(t *testing.T) {
	want := map[Kind]Role{
		KindAction: Responder, KindNote: Responder, KindDecision: Responder, KindQuestion: Responder, KindRisk: Responder,
		KindLesson: Responder, KindSource: Responder, KindWorkstream: Responder, KindClaim: Responder, KindFact: Responder, KindNotice: Responder,
		KindIncident: Lead, KindRegion: Lead, KindCategory: Lead, KindDelivery: Lead,
	}
	seen := 0
	for _, row := range RoleTable() {
		if row.Kind != "" && row.Field == "" {
			seen++
			if row.Role != want[row.Kind] {
				t.Errorf("%s takes the role %s, want %s", row.What, row.Role, want[row.Kind])
			}
		}
	}
	if seen != len(want) {
		t.Errorf("the table has %d kinds, want %d", seen, len(want))
	}
}

// A role that grows loses nothing.
func TestEachRoleHasWhatTheOneBeforeHas(t *testing.T) {
	for right := range rights {
		for i, role := range allRoles[1:] {
			if before := allRoles[i]; before.Has(Right(right)) && !role.Has(Right(right)) {
				t.Errorf("a %s may %s, a %s may not", before, rights[right].what, role)
			}
		}
		if NoRole.Has(Right(right)) {
			t.Errorf("nobody may %s", rights[right].what)
		}
	}
}

func TestClaimsUpToEstimatedAreForResponders(t *testing.T) {
	for _, tt := range []struct {
		standing Standing
		pinned   string
		need     Role
	}{
		{"", "", Responder}, {Claimed, "", Responder}, {Reported, "", Responder}, {Estimated, "", Responder},
		{Confirmed, "", Lead}, {Disproved, "", Lead}, {Withdrawn, "", Lead}, {Reported, "yes", Lead},
	} {
		b := Made{Of: KindClaim, Fields: map[string]string{"standing": string(tt.standing), "pinned": tt.pinned}}
		for _, role := range allRoles {
			if got := permits(t, role, b); got != (role >= tt.need) {
				t.Errorf("%s may make a claim that is %q, pinned %q: %v", role, tt.standing, tt.pinned, got)
			}
		}
	}
	for _, role := range allRoles {
		if got := permits(t, role, Redacted{}); got != role.Has(Redacting) {
			t.Errorf("%s may redact: %v", role, got)
		}
	}
}

// What a lead established a responder may not change, not even what it rests on;
// and a lead who takes that back gives it free again.
func TestClaimsThatAreEstablishedAreForLeads(t *testing.T) {
	for _, tt := range []struct {
		name string
		made []string // the fields of the claim
		need Role
	}{
		{"unknown", nil, Responder},
		{"claimed", []string{"standing", "claimed"}, Responder},
		{"reported", []string{"standing", "reported"}, Responder},
		{"estimated", []string{"standing", "estimated"}, Responder},
		{"confirmed", []string{"standing", "confirmed"}, Lead},
		{"disproved", []string{"standing", "disproved"}, Lead},
		{"withdrawn", []string{"standing", "withdrawn"}, Lead},
		{"pinned", []string{"standing", "reported", "pinned", "true"}, Lead},
	} {
		s := stateOf(t, made(KindSource, "title", "letter"), claim(tt.made...))
		for field, value := range map[string]string{"basis": "counted", "source": "S-1", "as_of": "2024-08-01"} {
			b := Changed{Ref: "C-1", Changes: []Change{{Field: field, Now: value}}}
			if err := b.Check(s); err != nil {
				t.Fatalf("%s of a claim that is %s: %v", field, tt.name, err)
			}
			for _, role := range allRoles {
				err := Permit(s, role, b)
				if role >= tt.need {
					refusal(t, err, Forbidden, "")
				} else {
					refusal(t, err, Forbidden, "a "+role.String()+" may not do this")
				}
			}
		}
	}
}

func TestParseRole(t *testing.T) {
	for _, role := range allRoles[1:] {
		if got, ok := ParseRole(role.String()); !ok || got != role {
			t.Errorf("%s is read as %s", role, got)
		}
	}
	for _, word := range []string{"", "nobody", "Lead", "admin", "lead "} {
		if got, ok := ParseRole(word); ok {
			t.Errorf("%q is read as %s", word, got)
		}
	}
}
