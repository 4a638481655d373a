package data

import "testing"

func TestNameFieldIsWhatNameReturns(t *testing.T) {
	for _, spec := range Specs() {
		e := spec.New()
		f := spec.Field(spec.NameField)
		if f == nil {
			t.Errorf("%s has no field %q", spec.Kind, spec.NameField)
			continue
		}
		f.set(e, "the name")
		if got := e.Name(); got != "the name" {
			t.Errorf("%s is called %q, want the value of %s", spec.Kind, got, spec.NameField)
		}
	}
}
