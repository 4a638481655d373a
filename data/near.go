package data

import (
	"errors"
	"slices"
	"strings"
)

// ErrMissing is behind the error that says that there is no such item.
var ErrMissing = errors.New("no such item")

// Missing says that there is no such item, and which is the last one of its kind.
// Count reads a count kept by the fold.
func Missing(ref Ref, count func(key string) (int64, error)) error {
	what := "there is no " + short(string(ref))
	if spec := ref.Spec(); spec != nil && spec.Numbered() {
		last, err := count(TallyMade + string(spec.Kind))
		if err != nil {
			return err
		}
		if last > 0 {
			what += "; the last is " + string(spec.RefOf(last))
		}
	}
	e := Refuse("%s", what).WithHint("warroom find and warroom log show what there is")
	e.Err = ErrMissing
	return e
}

// ParseRef reads an id in any case.
func ParseRef(s string) (Ref, error) {
	for _, r := range []Ref{Ref(strings.ToUpper(s)), Ref(strings.ToLower(s))} {
		if r.Spec() != nil {
			return r, nil
		}
	}
	e := Refuse("%q is no id", short(s)).WithHint("ids look like A-12, Q-3, europe, names or notification")
	if near := nearRefs(s); len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, " or ") + "? " + e.Hint
	}
	return "", e
}

// nearRefs returns the ids that a person may have meant who wrote s, which is
// none: a number without its dash, a key cut short or with a letter or two wrong.
func nearRefs(s string) (near []string) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || len(s) > 40 {
		return nil
	}
	if r := Ref(strings.ToUpper(s)); r.Spec() != nil {
		return []string{string(r)}
	}
	digits := strings.TrimLeft(s[1:], "- #0")
	r := Ref(strings.ToUpper(s[:1]) + "-" + digits)
	if r.Number() > 0 && r.Spec() != nil {
		return []string{string(r)}
	}
	for _, spec := range specs {
		for _, key := range append(slices.Clone(spec.Keys), string(IncidentRef)) {
			if len(s) >= 3 && strings.HasPrefix(key, s) || distance(s, key) <= min(2, len(s)/3) {
				near = append(near, key)
			}
		}
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// distance returns how many letters have to be added, left out or exchanged to
// make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
