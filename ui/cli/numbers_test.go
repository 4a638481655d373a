package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"warroom/data"
)

// TestNoNumberInJSONIsBare reads the exercise with every command that has --json:
// what has a number of people or records has its unit, standing, source and age
// beside it.
func TestNoNumberInJSONIsBare(t *testing.T) {
	d := newDesk(t, "exercise")
	found := 0
	for _, line := range examples(t) {
		args, err := data.SplitCommand(line)
		if err != nil || !strings.Contains(line, "--json") {
			continue
		}
		code, out, _ := d.as(data.Lead, args...)
		if code != 0 {
			continue // it is about an item that the exercise has not
		}
		for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
			var v any
			if err := dec.Decode(&v); err != nil {
				t.Errorf("%s: %v", line, err)
				break
			}
			found += numbers(t, line, v)
		}
	}
	for _, line := range []string{"status --json", "figure show all/all --json", "figure list --json", "show C-19 --json"} {
		code, out, _ := d.as(data.Lead, strings.Fields(line)...)
		var v any
		if err := json.Unmarshal([]byte(out), &v); code != 0 || err != nil {
			t.Errorf("%s: exit %d, %v", line, code, err)
		}
		found += numbers(t, line, v)
	}
	if found < 60 {
		t.Errorf("only %d numbers were looked at", found)
	}
}

// numbers counts the objects with a number of people or records, and complains of
// those that do not say what it is.
func numbers(t *testing.T, line string, v any) (found int) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			found += numbers(t, line, x)
		}
	case map[string]any:
		if v["low"] != nil || v["best"] != nil || v["high"] != nil {
			found++
			for _, key := range []string{"unit", "low", "high", "standing", "source", "as_of"} {
				if _, ok := v[key]; !ok {
					t.Errorf("%s: %s is missing beside %v", line, key, v)
				}
			}
			if v["recorded_at"] == nil && v["made_at"] == nil && v["as_of"] == nil {
				t.Errorf("%s: nothing says how old %v is", line, v)
			}
		}
		for _, x := range v {
			found += numbers(t, line, x)
		}
	}
	return found
}
