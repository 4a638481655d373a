package seed

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// now is the moment at which every test template is decoded.
var now = time.Date(2024, 9, 1, 12, 0, 0, 0, time.UTC)

// decode returns the template that src holds.
func decode(t *testing.T, src string) *Template {
	t.Helper()
	tmpl, err := Decode("team.yaml", []byte(src), now)
	if err != nil {
		t.Fatalf("Decode: %v (hint: %s)\n%s", err, data.HintOf(err), src)
	}
	return tmpl
}

// describe returns a step on one line, without its place and author.
func describe(s Step) string {
	at := "now"
	if ago := now.Sub(s.At); ago != 0 {
		at = "-" + data.Span(ago)
	}
	switch {
	case s.Made != nil:
		what := string(s.Made.Of)
		if s.Made.Key != "" {
			what += " " + s.Made.Key
		}
		return fmt.Sprint(at, " make ", what, " ", s.Made.Fields)
	case s.Do != "":
		return at + " do " + s.Do
	}
	return fmt.Sprint(at, " change ", s.Change, " ", s.Set, " ", s.Why)
}

func TestStepsSayWhatTheTemplateSays(t *testing.T) {
	for _, tt := range []struct {
		name string
		src  string
		want []string
	}{
		{"nothing is known", "incident: {}", []string{"now make incident map[]"}},
		{"an incident without braces", "incident:\n", []string{"now make incident map[]"}},
		{"the mark goes to the incident", "mark: exercise\nincident: {title: T}", []string{"now make incident map[mark:EXERCISE title:T]"}},
		{"a list without elements", "incident: {}\nactions:\nnotes: []", []string{"now make incident map[]"}},
		{"standard names, and one of the team's own",
			"incident: {}\nregions: [{key: europe}, {key: asia, name: Asia and Oceania}]\nworkstreams: [{key: support}]",
			[]string{"now make incident map[]", "now make region europe map[name:Europe]",
				"now make region asia map[name:Asia and Oceania]", "now make workstream support map[name:Customer support]"}},
		{"unknown is left out", "incident: {title: unknown, phase: , severity: ~, summary: \"\"}", []string{"now make incident map[]"}},
		{"words in any case are stored as we write them", "incident: {severity: sev2}", []string{"now make incident map[severity:SEV2]"}},
		{"numbers of notices as people write them",
			"incident: {}\nregions: [{key: europe}]\nnotices: [{region: europe, channel: email, sent: 5 900, delivered: 5.7k, answered: unknown}]",
			[]string{"now make incident map[]", "now make region europe map[name:Europe]", "now make notice map[channel:email delivered:5700 region:europe sent:5900]"}},
		{"times in values count from now", "incident: {next_update_due: +2h, aware: 2024-08-15}",
			[]string{"now make incident map[aware:2024-08-15 next_update_due:2024-09-01T14:00:00Z]"}},
		{"about a day", "incident: {aware: ~2024-08-15}", []string{"now make incident map[aware:~2024-08-15]"}},
		{"yes, no and numbers as they stand", "incident: {}\nnotes: [{text: 12, private: yes}, {text: 007, private: false}, {text: 0x10}, {text: 1.50}, {text: on}]",
			[]string{"now make incident map[]", "now make note map[private:true text:12]", "now make note map[text:007]",
				"now make note map[text:0x10]", "now make note map[text:1.50]", "now make note map[text:on]"}},
		{"folded text is one paragraph, kept text has lines", "incident:\n  title: >-\n    A long\n    title\n  summary: |\n    one\n    two\n",
			[]string{"now make incident map[summary:one\ntwo title:A long title]"}},
		{"text is cleaned", "incident: {title: \"a\\e[31mb\\u202e\"}", []string{"now make incident map[title:a\ufffd[31mb\ufffd]"}},
		{"a byte order mark and Windows line ends", "\ufeffmark: SAMPLE\r\nincident:\r\n  title: T\r\n", []string{"now make incident map[mark:SAMPLE title:T]"}},
		{"the marks of one document", "# a comment\n---\nincident: {}\n...\n# another\n", []string{"now make incident map[]"}},
		{"a claim of which one number is known", "incident: {}\nclaims: [{cell: europe/all, unit: people, high: 4000}]",
			[]string{"now make incident map[]", "now make claim map[cell:europe/all high:4000 unit:people]"}},
		{"a sign in quotes is text", "incident: {title: \"*\", summary: '&all'}", []string{"now make incident map[summary:&all title:*]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range decode(t, tt.src).Steps {
				got = append(got, describe(s))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestStepsStandInTheOrderOfRecording(t *testing.T) {
	const incident = "make incident map[]"
	for _, tt := range []struct {
		name string
		src  string
		want []string
	}{
		{"incident, then kinds in the order of the registry, then the history",
			"history: [{at: 0m, do: verify}]\nlessons: [{text: l}]\nsources: [{title: s}]\nincident: {}",
			[]string{"now " + incident, "now make source map[title:s]", "now make lesson map[text:l]", "now do verify"}},
		{"what has no date was there before all that has one",
			"incident: {}\nnotes: [{text: b, at: -1d}, {text: a}]\nhistory: [{at: -3d4h, do: verify}]",
			[]string{"-3d4h " + incident, "-3d4h make note map[text:a]", "-3d4h do verify", "-1d make note map[text:b]"}},
		{"a moment and a span", "incident: {at: 2024-08-31T14:00:00+02:00}\nnotes: [{text: a, at: -90m}]",
			[]string{"-1d " + incident, "-1h30m make note map[text:a]"}},
		{"a change with a reason, in the order of the file",
			"incident: {}\nactions: [{title: t, stream: support}]\nhistory: [{at: -1h, change: a-1, set: {state: done, owner: Ana, due: +1h}, why: It is}]",
			[]string{"-1h " + incident, "-1h make action map[stream:support title:t]",
				"-1h change A-1 [{state done} {owner Ana} {due 2024-09-01T13:00:00Z}] It is"}},
		{"a field becomes unknown", "incident: {}\nhistory: [{at: -1h, change: incident, set: {severity: unknown}}]",
			[]string{"-1h " + incident, "-1h change incident [{severity }] "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range decode(t, tt.src).Steps {
				got = append(got, describe(s))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestStepsSayWhoAndWhere(t *testing.T) {
	tmpl := decode(t, `mark: EXERCISE
incident:
  by: Ana Lima
notes:
  - text: one
    id: N-1
  - {text: two}
history:
  - at: -1d
    by: ben
    do: action list
  - at: -1d
    change: N-1
    set: {text: three}
`)
	want := []string{"team.yaml:3:3 Ana Lima ", "team.yaml:5:5 template N-1", "team.yaml:7:5 template ", "team.yaml:11:9 ben ", "team.yaml:12:5 template "}
	for i, s := range tmpl.Steps {
		if got := fmt.Sprint(s.Pos, " ", s.By, " ", s.ID); got != want[i] {
			t.Errorf("step %d: %q, want %q", i, got, want[i])
		}
	}
	if tmpl.Mark != "EXERCISE" || tmpl.Name != "team.yaml" {
		t.Errorf("mark %q, name %q", tmpl.Mark, tmpl.Name)
	}
}

// What commands make is known only when they are run.
func TestIDsAndRefsAfterACommandAreLeftToTheRun(t *testing.T) {
	decode(t, `
incident: {}
notes:
  - {text: the command made N-1 and S-1, id: N-2, at: -1h, about: S-1}
facts:
  - {topic: who, text: x, source: S-1, at: -1h}
history:
  - {at: -2h, do: note add x}
`)
}

// Every key of an entry means one thing.
func TestNoFieldHasTheKeyOfEveryEntry(t *testing.T) {
	for _, spec := range data.Specs() {
		for _, key := range []string{"at", "by", "id", "key"} {
			if spec.Field(key) != nil {
				t.Errorf("%s has a field %q, which means something else in every template", spec.Kind, key)
			}
		}
		for _, key := range spec.Keys {
			if standard[key] == "" {
				t.Errorf("%s %q has no standard name", spec.Kind, key)
			}
		}
	}
}

func TestNames(t *testing.T) {
	files, err := templates.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".yaml"); !slices.Contains(Names(), name) {
			t.Errorf("%s is embedded and not in Names", f.Name())
		}
	}
	if Names()[0] != Default {
		t.Errorf("the first of %v is not the default", Names())
	}
	_, err = Load("toyta", now)
	if data.ClassOf(err) != data.Usage || !strings.Contains(data.HintOf(err), "toyota-2024, exercise, blank") {
		t.Errorf("an unknown name: %v, hint %q", err, data.HintOf(err))
	}
}

// An embedded template loads whenever and wherever the program runs.
func TestEmbeddedTemplatesLoad(t *testing.T) {
	marks := map[string]data.Mark{"toyota-2024": "SAMPLE", "exercise": "EXERCISE", "blank": ""}
	for _, name := range Names() {
		for _, now := range []time.Time{now, time.Date(2031, 1, 1, 0, 0, 0, 0, time.FixedZone("", 13*3600)), time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)} {
			t.Run(name+" "+now.Format(time.RFC3339), func(t *testing.T) {
				tmpl, err := Load(name, now)
				if err != nil {
					t.Fatalf("%v (hint: %s)", err, data.HintOf(err))
				}
				first := tmpl.Steps[0].Made
				if tmpl.Name != name || tmpl.Mark != marks[name] || first == nil || first.Of != data.KindIncident || first.Fields["mark"] != string(tmpl.Mark) {
					t.Errorf("name %q, mark %q, first step %+v", tmpl.Name, tmpl.Mark, tmpl.Steps[0])
				}
				for i, s := range tmpl.Steps {
					if s.At.After(now) || i > 0 && s.At.Before(tmpl.Steps[i-1].At) {
						t.Errorf("%s: out of order or in the future: %s", s.Pos, s.At)
					}
				}
			})
		}
	}
}

var located = regexp.MustCompile(`^f:[1-9][0-9]*:[1-9][0-9]*: [^\n\x1b]+$`)

func FuzzDecode(f *testing.F) {
	for _, src := range []string{
		"", "incident: {}", "mark: SAMPLE\nincident:\n  title: >-\n    a\n    b\n",
		"incident: {}\nactions:\n  - {title: 'a', stream: support, at: -1d, by: b, id: A-1}\n",
		"incident: {}\nhistory:\n- at: -1d\n  change: A-1\n  set: {state: done}\n- at: -1h\n  do: \"x\\n\"\n",
		"a: &a [*a, !!x y, {<<: *a}]\n? b\n: c\n---\n...\n", "[[[[{{{{", "- - |\n  a\n\t'\"%@`",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := Decode("f", []byte(src), now)
		if err != nil {
			if data.ClassOf(err) != data.Failed || !located.MatchString(err.Error()) {
				t.Errorf("error %q, class %d", err, data.ClassOf(err))
			}
			return
		}
		if first := tmpl.Steps[0].Made; first == nil || first.Of != data.KindIncident {
			t.Errorf("the first step is %+v", tmpl.Steps[0])
		}
	})
}
