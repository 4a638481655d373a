package cli

import (
	"strings"
	"testing"

	"warroom/data"
)

// A responder states numbers and sources; what decides which of them stands takes
// a lead, and so does a claim that is confirmed from the start.
func TestRolesOfFigures(t *testing.T) {
	for _, tt := range []struct {
		line string
		role data.Role
	}{
		{"figure show all/all", data.Viewer},
		{"figure list", data.Viewer},
		{"figure add asia/names 5 --unit people --standing estimated", data.Responder},
		{"figure add asia/names 5 --unit people --standing confirmed", data.Lead},
		{"figure pin C-19", data.Lead},
		{"figure unpin C-32", data.Lead},
		{"figure confirm C-19", data.Lead},
		{"figure disprove C-2", data.Lead},
		{"figure withdraw C-4", data.Lead},
	} {
		d := newDesk(t, "exercise")
		words, err := data.SplitCommand(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		for role := data.Viewer; role <= data.Lead; role++ {
			var out, errs strings.Builder
			want := 0
			if role < tt.role {
				want = int(data.Forbidden)
			}
			if got := d.Run(t.Context(), "ben", role, words, strings.NewReader(""), &out, &errs); got != want {
				t.Errorf("%s as %s: exit status %d, want %d: %s", tt.line, role, got, want, errs.String())
			}
			if role == tt.role {
				break
			}
		}
	}
}

// A status says of the people affected which ranges do not overlap.
func TestStatusSaysWhatDoesNotAgree(t *testing.T) {
	d := newDesk(t, "exercise")
	var out, errs strings.Builder
	if got := d.Run(t.Context(), "ben", data.Viewer, []string{"status"}, strings.NewReader(""), &out, &errs); got != 0 {
		t.Fatal(errs.String())
	}
	if want := "people affected: ranges do not overlap: C-19 with C-2; C-4 with C-2\n"; !strings.Contains(out.String(), want) {
		t.Errorf("status does not say %q:\n%s", want, out.String())
	}
}
