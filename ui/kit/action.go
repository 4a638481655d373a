package kit

import (
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
