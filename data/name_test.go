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
		want := "the name"
		if with := spec.Field(spec.NameWith); with != nil {
			with.set(e, "the rest")
			want += "/the rest"
		}
		if got := e.Name(); got != want {
			t.Errorf("%s is called %q, want the value of %s", spec.Kind, got, spec.NameField)
		}
	}
}
