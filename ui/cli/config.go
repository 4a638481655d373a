package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a machine without zones, as a container is, must know Asia/Tokyo too; it takes 450 kB

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"warroom/data"
	"warroom/ui"
)

// A setting is one key of the configuration file.
type setting struct {
	key   string
	takes string // as help says it
	set   func(s *ui.Settings, v any) error
}

// settings are all keys that the configuration file may have.
var settings = []setting{
	{"theme", `"` + strings.Join(ui.Themes(), `", "`) + `"`, func(s *ui.Settings, v any) error {
		return oneOf(&s.Look.Name, v, ui.Themes())
	}},
	{"ascii", "true or false: no sign on the screen is beside ASCII", func(s *ui.Settings, v any) error { return truth(&s.Look.ASCII, v) }},
	{"zone", `"local", "utc" or a zone such as "Asia/Tokyo": yours`, func(s *ui.Settings, v any) (err error) {
		s.Zone, err = zone(v)
		return err
	}},
	{"zones", fmt.Sprintf("a list of up to %d zones, whose time a wide screen shows", ui.MaxZones), setZones},
	{"times", `"` + strings.Join(ui.TimesWords(), `", "`) + `": how moments are shown at first`, func(s *ui.Settings, v any) error {
		word := ""
		err := oneOf(&word, v, ui.TimesWords())
		s.SetTimes(word)
		return err
	}},
	{"mouse", "true or false: the mouse selects and scrolls from the start", func(s *ui.Settings, v any) error { return truth(&s.Mouse, v) }},
	{"bell", "true or false: the terminal's bell may ring", func(s *ui.Settings, v any) error { return truth(&s.Bell, v) }},
	{"keys", `a table of actions and the keys that they have in place of their own, such as open = ["enter", "o"]; ctrl+c, ctrl+l, ctrl+s and ctrl+z are not free`, setKeys},
}

// oneOf sets a word that must be one of words.
func oneOf(to *string, v any, words []string) error {
	word, ok := v.(string)
	if !ok || !slices.Contains(words, word) {
		return fmt.Errorf("is one of %s, not %s", strings.Join(words, ", "), valueText(v))
	}
	*to = word
	return nil
}

func truth(to *bool, v any) error {
	on, ok := v.(bool)
	if !ok {
		return fmt.Errorf("is true or false, not %s", valueText(v))
	}
	*to = on
	return nil
}

func zone(v any) (*time.Location, error) {
	name, ok := v.(string)
	switch {
	case !ok || name == "":
	case strings.EqualFold(name, "utc"):
		return time.UTC, nil
	case strings.EqualFold(name, "local"):
		return time.Local, nil
	default:
		if z, err := time.LoadLocation(name); err == nil {
			return z, nil
		}
	}
	return nil, fmt.Errorf("is local, utc or a zone such as Asia/Tokyo, not %s", valueText(v))
}

func setZones(s *ui.Settings, v any) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("is a list of zones, not %s", valueText(v))
	}
	if len(list) > ui.MaxZones {
		return fmt.Errorf("has %d zones, the most is %d", len(list), ui.MaxZones)
	}
	for _, one := range list {
		z, err := zone(one)
		if err != nil {
			return fmt.Errorf("has a zone that %w", err)
		}
		s.Zones = append(s.Zones, z)
	}
	return nil
}

func setKeys(s *ui.Settings, v any) error {
	table, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("is a table of actions, not %s", valueText(v))
	}
	s.Keys = map[string][]string{}
	for _, name := range sortedKeys(table) {
		list, ok := table[name].([]any)
		keys := make([]string, len(list))
		for i := range list {
			if keys[i], ok = list[i].(string); !ok {
				break
			}
		}
		if !ok {
			return &ui.KeyError{Action: name, Err: fmt.Errorf(`%s is a list of keys such as ["enter", "o"], not %s`, data.Line(name), valueText(table[name]))}
		}
		s.Keys[name] = keys
	}
	return nil
}

func sortedKeys(table map[string]any) []string {
	var keys []string
	for k := range table {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// valueText returns a value of the file as a message has it.
func valueText(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", cut(v))
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return cut(fmt.Sprint(v))
}

// A configError says what is wrong with the configuration file, and on which
// line; 0 is none.
type configError struct {
	path string
	line int
	what string
}

// Error names the file in full.
func (e *configError) Error() string { return e.text(data.Line(e.path)) }

// text says what is wrong with the file that is called name.
func (e *configError) text(name string) string {
	if e.line > 0 {
		name = fmt.Sprintf("%s, line %d", name, e.line)
	}
	return fmt.Sprintf("%s: %s; the file is ignored", name, data.Line(e.what))
}

// parseSettings reads a configuration file. check says what is wrong with the
// whole of it. The error is a configError without a path.
func parseSettings(doc []byte, check func(ui.Settings) error) (ui.Settings, error) {
	var s ui.Settings
	table := map[string]any{}
	if err := toml.Unmarshal(doc, &table); err != nil {
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ := at.Position()
			return s, &configError{line: line, what: strings.TrimPrefix(at.Error(), "toml: ")}
		}
		return s, &configError{what: err.Error()}
	}
	lines := linesOf(doc)
	for _, key := range slices.SortedFunc(slices.Values(sortedKeys(table)), func(a, b string) int { return lines[a] - lines[b] }) {
		i := slices.IndexFunc(settings, func(k setting) bool { return k.key == key })
		if i < 0 {
			return ui.Settings{}, &configError{line: lines[key], what: fmt.Sprintf("there is no setting %q", cut(key))}
		}
		if err := settings[i].set(&s, table[key]); err != nil {
			return ui.Settings{}, misplaced(lines, key, err)
		}
	}
	if err := check(s); err != nil {
		return ui.Settings{}, misplaced(lines, "keys", err)
	}
	return s, nil
}

// misplaced says on which line a setting is wrong.
func misplaced(lines map[string]int, key string, err error) error {
	var entry *ui.KeyError
	if !errors.As(err, &entry) {
		return &configError{line: lines[key], what: key + " " + err.Error()}
	}
	line, ok := lines[key+"."+entry.Action]
	if !ok { // in an inline table
		line = lines[key]
	}
	return &configError{line: line, what: entry.Error()}
}

// linesOf returns on which line each setting of a document is, and each entry of keys.
// The library says where a key is that it was not told of: it is told of none, and then
// of keys alone.
func linesOf(doc []byte) map[string]int {
	lines := map[string]int{}
	var entries struct {
		Keys struct{} `toml:"keys"`
	}
	for _, known := range []any{&struct{}{}, &entries} {
		var unknown *toml.StrictMissingError
		if !errors.As(toml.NewDecoder(bytes.NewReader(doc)).DisallowUnknownFields().Decode(known), &unknown) {
			continue
		}
		for _, e := range unknown.Errors {
			line, _ := e.Position()
			for i := range e.Key() {
				if path := strings.Join(e.Key()[:i+1], "."); lines[path] == 0 {
					lines[path] = line
				}
			}
		}
	}
	return lines
}

// maxConfig is how long a configuration file may be, in bytes.
const maxConfig = 64 << 10

// configPath returns where the configuration file is, or "" if the system names
// no place for it.
func (sh *shell) configPath() string {
	dir := sh.getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // the specification: a relative one is ignored
		home := sh.getenv("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "warroom", "config.toml")
}

// config reads the person's settings. If the file is not there, they are those
// of who has set nothing; if something is wrong with it, they are too, and the
// configError says what.
func (sh *shell) config() (ui.Settings, error) {
	path := sh.configPath()
	if path == "" {
		return ui.Settings{}, nil
	}
	wrong := func(format string, args ...any) (ui.Settings, error) {
		return ui.Settings{}, &configError{path: path, what: fmt.Sprintf(format, args...)}
	}
	info, err := os.Stat(path) // before it is opened: a pipe would be waited for
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ui.Settings{}, nil
	case errors.As(err, &at):
		return wrong("it cannot be read: %v", at.Err)
	case err != nil:
		return wrong("it cannot be read: %v", err)
	case info.IsDir():
		return wrong("it is a directory")
	case !info.Mode().IsRegular():
		return wrong("it is no file")
	case info.Size() > maxConfig:
		return wrong("it is longer than %d bytes", maxConfig)
	}
	doc, err := os.ReadFile(path)
	if errors.As(err, &at) {
		err = at.Err
	}
	if err != nil {
		return wrong("it cannot be read: %v", err)
	}
	s, err := parseSettings(doc, ui.Settings.Check)
	var bad *configError
	if errors.As(err, &bad) {
		bad.path = path
	}
	return s, err
}

// A lookFlags is what the flags of the board say of its look.
type lookFlags struct {
	theme      string
	ascii      bool
	accessible bool
}

func (l *lookFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&l.theme, "theme", "", "the colours of the board: "+strings.Join(ui.Themes(), ", "))
	c.Flags().BoolVar(&l.ascii, "ascii", false, "draw the board in ASCII")
	c.Flags().BoolVar(&l.accessible, "accessible", false, "print what the board would show as plain sentences, and each change as it happens")
	c.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(ui.Themes(), cobra.ShellCompDirectiveNoFileComp))
}

// over puts what the flags say over the settings.
func (l *lookFlags) over(c *cobra.Command, s *ui.Settings) error {
	if c.Flags().Changed("theme") {
		if !slices.Contains(ui.Themes(), l.theme) {
			return data.Misuse("the flag --theme cannot be %q", cut(l.theme)).WithHint("it is one of %s", strings.Join(ui.Themes(), ", "))
		}
		s.Look.Name = l.theme
	}
	if c.Flags().Changed("ascii") {
		s.Look.ASCII = l.ascii
	}
	return nil
}
