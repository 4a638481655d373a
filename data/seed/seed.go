// Package seed holds the templates that a new incident file is made from: the
// three that are embedded, and the decoder for a team's own. It is the one
// place that knows YAML. It reads no file but the embedded ones.
//
// A template has `mark`, one key for each kind of item (its plural: sources,
// actions …) and `history`. What an item may say follows from the field table
// of its kind, so a new field needs nothing here. To that come
//
//	at    when it is recorded: -20d or a moment; the earliest of the file if left out
//	by    who records it; "template" if left out
//	id    the id that it must get, for those who refer to it
//	key   of kinds that have keys: which region, category or workstream it is
//
// An entry of the history is either a command (`do`) or a change of an item
// (`change`, `set`, and perhaps `why`), with `at` and perhaps `by`.
package seed

import (
	"embed"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

//go:embed templates/*.yaml
var templates embed.FS

// names lists the embedded templates in the order in which they are offered.
var names = []string{"toyota-2024", "exercise", "blank"}

// Default is the name of the template that is used if nobody names one.
const Default = "toyota-2024"

// Author is the actor of a step that names none.
const Author = data.TemplateAuthor

// A Template is what a new incident file is made from. Its first step makes
// the incident.
type Template struct {
	Name  string    // of an embedded one its name, of a team's own its file
	Mark  data.Mark // "" for a file that is to be a team's own
	Steps []Step    // in the order in which they are recorded
}

// A Step is one thing to record: exactly one of Made, Do and Change is set.
//
// A Made was checked as far as it can be without running commands: what it
// says and, up to the first Do that may make items, its ID and the items that
// it refers to. A Do was not looked at, and of a Change only that the item's
// kind has these fields and takes these values: whoever runs the steps compares
// the IDs, and reports what fails with Pos.
type Step struct {
	At  time.Time // UTC, never after the moment given to Load or Decode
	By  data.Actor
	Pos string // where it stands: "exercise:120:7"

	Made *data.Made // the incident's has no uid: whoever makes the file adds it
	ID   data.Ref   // the id that what Made makes must get; "" if the template says none

	Do string // a command line without the program's name, to be run through the command tree

	Change data.Ref // the item to change
	Set    []Setting
	Why    string
}

// A Setting is the new value of a field, in its stored form: "" is unknown.
type Setting struct{ Field, Value string }

// Names returns the names of the embedded templates, the default one first.
func Names() []string { return slices.Clone(names) }

// Load returns an embedded template. Relative times count from now. A name that
// is not in Names is an error of class Usage.
func Load(name string, now time.Time) (*Template, error) {
	if !slices.Contains(names, name) {
		return nil, data.Misuse("there is no template %s", quote(name)).
			WithHint("one of: %s; or the path of a file of your own", strings.Join(names, ", "))
	}
	src, err := templates.ReadFile("templates/" + name + ".yaml")
	if err != nil {
		return nil, err
	}
	return Decode(name, src, now)
}
