package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"warroom/ui"
	"warroom/ui/kit"
	"warroom/ui/pane"
)

// anyKeys finds fault with the action "owner" alone.
func anyKeys(s ui.Settings) error {
	if _, ok := s.Keys["owner"]; ok {
		return &ui.KeyError{Action: "owner", Err: errors.New("o means open and owner")}
	}
	return nil
}

func TestSettings(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseSettings([]byte(`
theme = "16"  # the terminal's own
ascii = true
zone = "Asia/Tokyo"
zones = ["UTC", "local", "Asia/Tokyo"]
times = "mine"
mouse = true
bell = true
[keys]
open = ["enter", "o"]
next-pane = ["tab"]
`), anyKeys)
	want := ui.Settings{Look: kit.Look{Name: "16", ASCII: true}, Zone: tokyo, Zones: []*time.Location{time.UTC, time.Local, tokyo},
		Times: pane.Mine, Mouse: true, Bell: true, Keys: map[string][]string{"open": {"enter", "o"}, "next-pane": {"tab"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, doc := range []string{"", "\n# nothing\n"} {
		if got, err := parseSettings([]byte(doc), anyKeys); err != nil || !reflect.DeepEqual(got, ui.Settings{}) {
			t.Errorf("%q is %+v, %v", doc, got, err)
		}
	}
}

// TestBadSettings ignores the whole of a file in which one thing is wrong, and
// says which and where.
func TestBadSettings(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		line      int
		what      string
	}{
		{"an unknown key", "mouse = true\ncolour = true", 2, `there is no setting "colour"`},
		{"the first of two", "mouse = true\nzzz = 1\naaa = 1", 2, `there is no setting "zzz"`},
		{"an unknown table", "[board]\nmouse = true", 1, `there is no setting "board"`},
		{"a key that hides", "\"theme\\u001b\" = true", 1, `there is no setting "theme` + "\ufffd" + `"`},
		{"a setting in the table of keys", "[keys]\nmouse = true", 2, `mouse is a list of keys such as ["enter", "o"], not true`},
		{"a setting twice", "mouse = true\n\nmouse = false", 3, "key mouse is already defined"},
		{"no value", "mouse = true\ntheme =", 2, ""},
		{"no TOML", "mouse: true", 1, ""},
		{"no text", "mouse = true\n\xff\xfe", 2, ""},
		{"an unknown theme", "\ntheme = \"pink\"", 2, `theme is one of auto, dark, light, 16, mono, not "pink"`},
		{"a theme that is a number", "theme = 16", 1, "theme is one of auto, dark, light, 16, mono, not 16"},
		{"a theme that is a table", "[theme]\nname = \"dark\"", 1, "theme is one of auto, dark, light, 16, mono, not a table"},
		{"a word for true", `ascii = "yes"`, 1, `ascii is true or false, not "yes"`},
		{"a number for true", `bell = 1`, 1, `bell is true or false, not 1`},
		{"a list for true", `mouse = [true]`, 1, `mouse is true or false, not a list`},
		{"an unknown zone", `zone = "Europe/Tokyo"`, 1, `zone is local, utc or a zone such as Asia/Tokyo, not "Europe/Tokyo"`},
		{"no zone", `zone = ""`, 1, `zone is local, utc or a zone such as Asia/Tokyo, not ""`},
		{"a path for a zone", `zone = "../../../etc/passwd"`, 1, `zone is local, utc or a zone such as Asia/Tokyo, not "../../../etc/passwd"`},
		{"an unknown zone among others", `zones = ["utc", "here"]`, 1, `zones has a zone that is local, utc or a zone such as Asia/Tokyo, not "here"`},
		{"four zones", `zones = ["utc", "utc", "utc", "utc"]`, 1, "zones has 4 zones, the most is 3"},
		{"one zone without its list", `zones = "utc"`, 1, `zones is a list of zones, not "utc"`},
		{"unknown times", `times = "local"`, 1, `times is one of relative, utc, mine, not "local"`},
		{"keys that are no table", `keys = ["o"]`, 1, "keys is a table of actions, not a list"},
		{"a key without its list", "[keys]\nopen = \"o\"", 2, `open is a list of keys such as ["enter", "o"], not "o"`},
		{"a key that is a number", "[keys]\nopen = [\"o\", 1]", 2, `open is a list of keys such as ["enter", "o"], not a list`},
		{"keys that clash", "[keys]\nopen = [\"o\"]\n\nowner = [\"o\"]", 4, "o means open and owner"},
		{"keys that clash, written in dots", "mouse = true\nkeys.owner = [\"o\"]", 2, "o means open and owner"},
		{"keys that clash behind another table", "zones = [\n\"utc\",\n]\n\n[keys] # mine\n# both\nowner = [\"o\"]", 7, "o means open and owner"},
		{"keys that clash, in an inline table", "mouse = true\nkeys = {owner = [\"o\"]}", 2, "o means open and owner"},
	} {
		got, err := parseSettings([]byte(tt.doc), anyKeys)
		var bad *configError
		if !errors.As(err, &bad) || bad.line != tt.line || tt.what != "" && bad.what != tt.what {
			t.Errorf("%s: %v, want line %d: %s", tt.name, err, tt.line, tt.what)
			continue
		}
		if !reflect.DeepEqual(got, ui.Settings{}) {
			t.Errorf("%s: the rest is not ignored: %+v", tt.name, got)
		}
		if text := err.Error(); bad.what == "" || strings.ContainsAny(text, "\n\x1b") || !strings.HasSuffix(text, "; the file is ignored") {
			t.Errorf("%s: %q", tt.name, text)
		}
	}
}

// TestConfigFile reads it where it should be, and says what is there instead.
func TestConfigFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "warroom", "config.toml")
	at := func(environ ...string) *shell { return &shell{environ: environ} }
	there := at("XDG_CONFIG_HOME=" + dir)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fails := func(name, want string) {
		t.Helper()
		s, err := there.config()
		if want = file + ": " + want + "; the file is ignored"; err == nil || err.Error() != want || !reflect.DeepEqual(s, ui.Settings{}) {
			t.Errorf("%s: %+v, %v, want %s", name, s, err, want)
		}
	}
	if s, err := there.config(); err != nil || !reflect.DeepEqual(s, ui.Settings{}) {
		t.Errorf("no file: %+v, %v", s, err)
	}
	must(os.WriteFile(filepath.Join(dir, "warroom"), nil, 0o600))
	fails("a file in the place of the directory", "it cannot be read: not a directory")
	must(os.Remove(filepath.Join(dir, "warroom")))
	must(os.MkdirAll(file, 0o700))
	fails("a directory", "it is a directory")
	must(os.Remove(file))
	must(os.Symlink("/dev/zero", file))
	fails("a device", "it is no file")
	must(os.Remove(file))
	must(os.WriteFile(file, make64k(), 0o600))
	fails("a long file", "it is longer than 65536 bytes")
	must(os.WriteFile(file, []byte("mouse = true"), 0o600))
	if s, err := there.config(); err != nil || !s.Mouse {
		t.Errorf("the file is not read: %+v, %v", s, err)
	}
	if os.Geteuid() != 0 { // root reads it all the same
		must(os.Chmod(file, 0))
		fails("a file that may not be read", "it cannot be read: permission denied")
	}
	for _, tt := range []struct {
		sh   *shell
		want string
	}{
		{at("HOME=/h"), "/h/.config/warroom/config.toml"},
		{at("HOME=/h", "XDG_CONFIG_HOME=/x"), "/x/warroom/config.toml"},
		{at("HOME=/h", "XDG_CONFIG_HOME=here"), "/h/.config/warroom/config.toml"},
		{at(), ""},
	} {
		if got := tt.sh.configPath(); got != tt.want {
			t.Errorf("%q: the file is %q, want %q", tt.sh.environ, got, tt.want)
		}
	}
	if s, err := at().config(); err != nil || !reflect.DeepEqual(s, ui.Settings{}) {
		t.Errorf("without a place: %+v, %v", s, err)
	}
}

func make64k() []byte { return []byte(strings.Repeat("#", maxConfig+1)) }

// TestManNamesEverySetting finds each key of the file in the manual.
func TestManNamesEverySetting(t *testing.T) {
	for _, s := range settings {
		if want := fmt.Sprintf(" %s: %s.", s.key, s.takes); !strings.Contains(settingsText(), want) {
			t.Errorf("no %q in %q", want, settingsText())
		}
	}
}
