package store

import (
	"strings"
	"testing"

	"warroom/data"
)

func TestClaimsOfOneFigure(t *testing.T) {
	claim := func(cell, unit, standing string) data.Body {
		return made(data.KindClaim, "cell", cell, "unit", unit, "best", "5", "standing", standing)
	}
	s := newStore(t,
		claim("europe/all", "people", "confirmed"), // C-1
		claim("europe/all", "people", "withdrawn"),
		claim("europe/all", "records", "confirmed"),
		claim("europe/names", "people", "confirmed"),
		claim("all/all", "people", "confirmed"),
		claim("europe/all", "people", "claimed"), // C-6
	)
	for _, tt := range []struct {
		cell data.Cell
		unit data.Unit
		want string
	}{
		{"europe/all", data.People, "C-6 C-2 C-1"},
		{"europe/all", data.Records, "C-3"},
		{"asia/all", data.People, ""},
		{"nowhere/nothing", "", ""},
	} {
		got, err := viewed(s).Claims(t.Context(), data.FigureKey{Cell: tt.cell, Unit: tt.unit})
		if err != nil {
			t.Fatal(err)
		}
		var refs []string
		for _, c := range got {
			refs = append(refs, string(c.Ref))
		}
		if strings.Join(refs, " ") != tt.want {
			t.Errorf("%s in %s: %v, want %s", tt.cell, tt.unit, refs, tt.want)
		}
	}
}
