package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"warroom/data"
	"warroom/ui/kit"
)

// People are those who are on a board at the same time, and what they edit. All
// their boards share it: it is never changed.
type People struct {
	On    []Person              // in the order in which they came
	Edits map[data.Ref][]Editor // who has a form or a field of an item open
}

// A Person is somebody who is on, in as many sessions as it may be.
type Person struct {
	Name  string
	Role  data.Role
	Since time.Time   // when the first of the sessions that are open began
	Edits []data.Ref  // the items of which a form or a field is open
	Adds  []data.Kind // the kinds of new items of which a form is open
}

// An Editor is one session in which an item is edited.
type Editor struct {
	Name    string
	Session int64
}

// editors returns who else has a form or a field of an item open, each once. Of
// those who look at it, what this very session edits is left out.
func (v *View) editors(ref data.Ref) (names []string) {
	if v.People == nil {
		return nil
	}
	for _, e := range v.People.Edits[ref] {
		if e.Session != v.Session && !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
	}
	if i := slices.Index(names, v.Me); i >= 0 { // others first
		names = append(slices.Delete(names, i, i+1), v.Me)
	}
	return names
}

// Editing says who is editing an item, beside this session: "maria is editing
// A-12". It is "" if nobody is.
func (v *View) Editing(ref data.Ref) string { return v.editing(ref, " editing "+string(ref)) }

// EditingToo says who else is editing an item that this session edits, or "".
func (v *View) EditingToo(ref data.Ref) string { return v.editing(ref, " editing it too") }

func (v *View) editing(ref data.Ref, what string) string {
	names := v.editors(ref)
	is := " is"
	if len(names) > 1 {
		is = " are"
	}
	if len(names) == 1 && names[0] == v.Me {
		is, what = " are", what+", in another session"
	}
	for i, name := range names {
		if names[i] = kit.Cut(data.Line(name), maxPersonName); name == v.Me {
			names[i] = "you"
		}
	}
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0] + is + what
	case n == 2:
		return names[0] + " and " + names[1] + is + what
	default:
		return fmt.Sprintf("%s, %s and %d more%s%s", names[0], names[1], n-2, is, what)
	}
}

// maxPersonName is how many cells of a name stand in a sentence.
const maxPersonName = 24

// PeopleOn says who is on in at most room cells, or how many are if that is all
// there is room for. It is "" on a board that is on its own.
func PeopleOn(v *View, room int) string {
	if v.People == nil {
		return ""
	}
	n := len(v.People.On)
	short := fmt.Sprintf("%d on", n)
	var names []string
	for _, p := range v.People.On {
		if p.Name != v.Me {
			names = append(names, kit.Cut(data.Line(p.Name), maxPersonName/2))
		}
	}
	if len(names) == 0 { // there is nobody else
		return short
	}
	names = append(names, "you")
	for shown := min(len(names), mostNames); shown > 0; shown-- {
		words := "on: " + strings.Join(names[:shown], ", ")
		if rest := n - shown; rest > 0 {
			words += fmt.Sprintf(" +%d", rest)
		}
		if kit.Width(words) <= room {
			return words
		}
	}
	return short
}

// mostNames is how many names the header says.
const mostNames = 8

// PeoplePage returns the lines of the page of those who are on: one line or more
// for each, with role, since when, and what they edit.
func PeoplePage(v *View, w int) []string {
	if v.People == nil {
		return nil
	}
	t, all := v.Theme, v.People.On
	name := len("who is on")
	for _, p := range all {
		name = max(name, kit.Width(data.Line(p.Name))+len(" (you)"))
	}
	since := v.clockWidth()
	cols := []kit.Column{{Width: min(name, max(w-since-10-20, 12))}, {Width: 9}, {Width: since}, {}}
	kit.Flex(cols, 3, w-1)
	lines := []string{"", " " + t.Strong.Paint(kit.Row(cols, "who is on", "role", "since", "edits")), ""}
	for _, p := range all {
		who := data.Line(p.Name)
		if p.Name == v.Me {
			who = kit.Cut(who, cols[0].Width-len(" (you)")) + " (you)"
		}
		cells := []string{who, p.Role.String(), v.clock(p.Since)}
		for _, part := range kit.Wrap(p.does(t), max(cols[3].Width, 1)) {
			lines = append(lines, " "+kit.Row(cols, append(cells, part)...))
			cells = []string{"", "", ""}
		}
	}
	return append(lines, "")
}

// does says what somebody edits, in a list.
func (p *Person) does(t kit.Theme) string {
	var parts []string
	for _, ref := range p.Edits {
		parts = append(parts, string(ref))
	}
	for _, k := range p.Adds {
		parts = append(parts, "a new "+string(k))
	}
	if len(parts) == 0 {
		return t.Dim.Paint("nothing")
	}
	return strings.Join(parts, ", ")
}
