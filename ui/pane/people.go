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

// whoEdits says who is editing an item, beside this session, in at most room cells
// if it can: "maria is editing A-12". It is "" if nobody is.
func (v *View) whoEdits(ref data.Ref, room int) string {
	return v.editing(ref, " editing "+string(ref), room)
}

// EditingToo says who else is editing an item that this session edits, or "".
func (v *View) EditingToo(ref data.Ref, room int) string {
	return v.editing(ref, " editing it too", room)
}

// editing says it with the names, if there is room for them, or says how many.
func (v *View) editing(ref data.Ref, what string, room int) (words string) {
	names := v.editors(ref)
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1 && names[0] == v.Me:
		return "you are" + what + ", in another session"
	}
	for _, most := range []int{longName, shortName} {
		if words = sentence(names, v.Me, most) + what; kit.Width(words) <= room {
			return words
		}
	}
	if len(names) > 1 {
		words = fmt.Sprintf("%d are%s", len(names), what)
	}
	return words
}

// sentence is the beginning of one about people, whose names are cut to a number
// of cells.
func sentence(names []string, me string, most int) string {
	var cut []string
	for _, name := range names {
		if cut = append(cut, kit.Cut(data.Line(name), most)); name == me {
			cut[len(cut)-1] = "you"
		}
	}
	switch n := len(cut); n {
	case 1:
		return cut[0] + " is"
	case 2:
		return cut[0] + " and " + cut[1] + " are"
	default:
		return fmt.Sprintf("%s, %s and %d more are", cut[0], cut[1], n-2)
	}
}

// How many cells of a name there is room for.
const longName, shortName = 24, 12

// PeopleOn says who is on in at most room cells, or how many are if that is all
// there is room for. It is "" on a board that is on its own.
func PeopleOn(v *View, room int) string {
	if v.People == nil {
		return ""
	}
	n := len(v.People.On)
	short := fmt.Sprintf("%d on", n)
	if n == 1 {
		return short
	}
	var whole, cut []string
	for _, p := range v.People.On {
		if p.Name != v.Me {
			whole = append(whole, kit.Cut(data.Line(p.Name), longName))
			cut = append(cut, kit.Cut(data.Line(p.Name), shortName))
		}
		if len(cut) == mostNames {
			break
		}
	}
	whole, cut = append(whole, "you"), append(cut, "you")
	words := func(names []string) string {
		s := "on: " + strings.Join(names, ", ")
		if rest := n - len(names); rest > 0 {
			s += fmt.Sprintf(" +%d", rest)
		}
		return s
	}
	if s := words(whole); len(whole) == n && kit.Width(s) <= room {
		return s
	}
	for shown := min(len(cut), mostNames); shown > 0; shown-- {
		if s := words(cut[:shown]); kit.Width(s) <= room {
			return s
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
	name := len("name")
	for _, p := range all {
		name = max(name, kit.Width(data.Line(p.Name))+len(" (you)"))
	}
	since := v.clockWidth()
	cols := []kit.Column{{Width: min(name, max(w-since-10-20, 12))}, {Width: 9}, {Width: since}, {}}
	kit.Flex(cols, 3, w-1)
	lines := []string{"", " " + t.Strong.Paint(kit.Row(cols, "name", "role", "since", "edits"))}
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
