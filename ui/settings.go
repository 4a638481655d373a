package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"warroom/data"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// Settings are how a person wants the board. The zero value is what who has set
// nothing gets.
type Settings struct {
	Look  kit.Look
	Zone  *time.Location      // of the person; nil is that of the machine
	Zones []*time.Location    // whose clocks a wide header shows
	Times pane.Times          // how moments are shown at first
	Mouse bool                // clicks and the wheel are read from the start
	Bell  bool                // the terminal's bell may ring
	Keys  map[string][]string // keys of actions, by the actions' names, in place of their own
}

// MaxZones is how many clocks the header has room for.
const MaxZones = 3

// Themes returns the names that Settings.Look may have.
func Themes() []string { return kit.Looks() }

// TimesWords returns the words that SetTimes reads.
func TimesWords() []string { return pane.TimesNames() }

// SetTimes sets how moments are shown by one of TimesWords; another word is the
// first of them.
func (s *Settings) SetTimes(word string) { s.Times, _ = pane.ParseTimes(word) }

// A KeyError says that one entry of Settings.Keys cannot be.
type KeyError struct {
	Action string // the name in Keys
	Err    error
}

// Error says what is wrong with the entry.
func (e *KeyError) Error() string { return e.Err.Error() }

// fixed are the keys that mean the same on every page, whatever a person sets: the name
// of the action that has the key, and what the key does. No other action may have it.
var fixed = map[string]struct{ action, does string }{
	"ctrl+c": {"quit", "leaves the board"},
	"ctrl+l": {"repaint", "repaints the screen"},
	"ctrl+z": {"suspend", "suspends the board"},
}

// formKey stores a form. It has no meaning elsewhere: who believes that a form is open
// must not do something else with it.
const formKey = "ctrl+s"

// sameKeys are the keys that most terminals do not tell apart from another key.
var sameKeys = map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc"}

// Bind returns the actions with the person's keys. Fixed keys stay where they are.
func (s Settings) Bind(actions []kit.Action) []kit.Action {
	if len(s.Keys) == 0 {
		return actions
	}
	bound := slices.Clone(actions)
	for i, a := range bound {
		keys, ok := s.Keys[a.Name]
		if !ok || a.Name == "" {
			continue
		}
		for _, k := range a.Key.Keys() {
			if _, ok := fixed[k]; ok {
				keys = append(slices.Clone(keys), k)
			}
		}
		bound[i].Key = kit.Keys(strings.Join(keys, " "), keys...)
	}
	return bound
}

// checkKeys reports what is wrong with Keys, as a KeyError: a name that no
// action has, a key that no terminal sends, a key that has a fixed meaning, or one
// that would mean two things on one of the pages.
func (s Settings) checkKeys(places []keyPlace) error {
	names, fixedNames := map[string]bool{}, map[string]bool{}
	for _, place := range places {
		for _, a := range place.actions {
			names[a.Name] = names[a.Name] || !place.typing
			fixedNames[a.Name] = true
		}
	}
	for _, name := range s.keyNames() {
		switch free := names[name]; {
		case !free && fixedNames[name]:
			return &KeyError{name, fmt.Errorf("%s has the same key for everybody: it belongs to a page on which text is typed", name)}
		case !free || name == "":
			return &KeyError{name, fmt.Errorf("there is no action %q", name)}
		}
		if err := checkKeys(name, s.Keys[name]); err != nil {
			return &KeyError{name, err}
		}
	}
	for _, place := range places {
		if place.typing {
			continue
		}
		if err := s.clash(place.actions); err != nil {
			return err
		}
	}
	return nil
}

// keyed returns a sentence with the person's keys; see [kit.Keyed].
func (m *Model) keyed(sentence string) string { return kit.Keyed(sentence, m.cfg.Settings.Keys) }

// hintOf returns what a person on the board can do about err.
func (m *Model) hintOf(err error) string { return m.keyed(data.BoardHint(err)) }

// keyNames returns the names in Keys in a fixed order: of two faults always the
// same is told.
func (s Settings) keyNames() (names []string) {
	for name := range s.Keys {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// clash finds a key that means two things in one place.
func (s Settings) clash(place []kit.Action) error {
	means := map[string]string{}
	for _, a := range s.Bind(place) {
		for _, k := range a.Key.Keys() {
			other, ok := means[k]
			means[k] = a.Name
			if !ok || other == a.Name {
				continue
			}
			name := a.Name
			if _, set := s.Keys[name]; !set {
				name = other // which is what the person wrote
			}
			return &KeyError{name, fmt.Errorf("%s means %s and %s", k, other, a.Name)}
		}
	}
	return nil
}

func checkKeys(name string, keys []string) error {
	if len(keys) == 0 {
		return fmt.Errorf("%s has no key", name)
	}
	for i, k := range keys {
		always, isFixed := fixed[k]
		other, isOther := sameKeys[k]
		switch {
		case isFixed:
			return fmt.Errorf("%s always %s", k, always.does)
		case k == formKey:
			return fmt.Errorf("%s stores a form, and means nothing elsewhere", k)
		case isOther:
			return fmt.Errorf("%s is %s in most terminals", k, other)
		case !isKey(k):
			return fmt.Errorf("%q is no key", k)
		case slices.Contains(keys[:i], k):
			return fmt.Errorf("%s has the key %s twice", name, k)
		}
	}
	return nil
}

// namedKeys are the keys that have a name and not a character.
var namedKeys = []string{
	"enter", "tab", "esc", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// isKey reports whether k is how Bubble Tea calls a key: "o", "O", "enter",
// "ctrl+p", "alt+shift+up".
func isKey(k string) bool {
	for _, modifier := range []string{"ctrl+", "alt+", "shift+"} { // in the order in which Bubble Tea has them
		rest, ok := strings.CutPrefix(k, modifier)
		if ok && modifier == "shift+" && utf8.RuneCountInString(rest) == 1 {
			return false // that is the capital letter
		}
		if ok {
			k = rest
		}
	}
	if slices.Contains(namedKeys, k) {
		return true
	}
	return k != " " && utf8.RuneCountInString(k) == 1 && kit.Width(k) > 0
}

// look returns how the screen is drawn.
func (m *Model) look() kit.Look {
	l := m.cfg.Settings.Look
	l.Dark = m.dark
	return l
}

// signs returns what is drawn with the signs that the terminal has.
func (m *Model) signs(s string) string {
	if !m.cfg.Settings.Look.ASCII {
		return s
	}
	return kit.ASCII(s)
}

// Check reports what is wrong with the settings. The error is a KeyError.
func (s Settings) Check() error {
	if len(s.Keys) == 0 {
		return nil
	}
	return s.checkKeys(s.keyPlaces())
}
