package kit

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// An Action is one thing that a person can do here. The key handler, the
// footer and the help read the same value, so they cannot disagree.
type Action struct {
	Name  string       // as a config file names it: "open"; never changed
	Title string       // as help lists it: "Open the item"
	Short string       // as the footer has it: "open"; "" keeps it out of the footer
	Group string       // under which help lists it
	Key   key.Binding  // its help key is how the keys are shown
	Why   func() error // why it cannot be done now; nil means that it always can
	Run   func() tea.Cmd
}

// Blocked returns the reason why the action cannot be done now, or nil.
func (a Action) Blocked() error {
	if a.Why == nil {
		return nil
	}
	return a.Why()
}

// Keys returns a binding of keys, shown as label.
func Keys(label string, keys ...string) (b key.Binding) {
	b.SetKeys(keys...) // without the options of NewBinding: bindings are made with every key press
	b.SetHelp(label, "")
	return b
}

// Clashes returns a description of each key that means two things among
// actions that are alive at the same time.
func Clashes(actions []Action) (all []string) {
	seen := map[string]string{}
	for _, a := range actions {
		for _, k := range a.Key.Keys() {
			if other, ok := seen[k]; ok {
				all = append(all, fmt.Sprintf("%s means %q and %q", k, other, a.Title))
			}
			seen[k] = a.Title
		}
	}
	return all
}
