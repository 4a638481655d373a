package kit

import "testing"

func TestKeyed(t *testing.T) {
	keys := map[string][]string{"add": {"f2", "A"}, "close": {}}
	for sentence, want := range map[string]string{
		"nothing":                         "nothing",
		"{add a} adds one":                "f2 adds one",
		"{close esc} goes back":           "esc goes back",
		"{drafts D}, {command :} or {no}": "D, : or {no}",
	} {
		if got := Keyed(sentence, keys); got != want {
			t.Errorf("%q reads %q, want %q", sentence, got, want)
		}
	}
}
