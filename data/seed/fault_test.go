package seed

import (
	"fmt"
	"strings"
	"testing"

	"warroom/data"
)

// A faulty is a template that must be refused.
type faulty struct {
	name string
	src  string
	want string // the whole error after the name of the file
	hint string // what the hint must hold
}

func refuse(t *testing.T, cases []faulty) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode("team.yaml", []byte(tt.src), now)
			if err == nil {
				t.Fatalf("was accepted:\n%s", tt.src)
			}
			if got := err.Error(); got != "team.yaml:"+tt.want {
				t.Errorf("got\n%s\nwant\nteam.yaml:%s", got, tt.want)
			}
			if hint := data.HintOf(err); !strings.Contains(hint, tt.hint) || strings.Contains(hint, "\n") {
				t.Errorf("hint %q lacks %q", hint, tt.hint)
			}
			if c := data.ClassOf(err); c != data.Failed {
				t.Errorf("class %d, want %d", c, data.Failed)
			}
		})
	}
}

func TestDecodeRefusesWhatIsNoDocument(t *testing.T) {
	refuse(t, []faulty{
		{"more notices delivered than sent", "incident: {}\nregions: [{key: europe}]\nnotices: [{region: europe, channel: post, sent: 5, delivered: 6}]", "3:11: delivered 6 is more than sent 5", ""},
		{"notices for a region that is not there", "incident: {}\nregions: [{key: asia}]\nnotices: [{region: europe, channel: post, sent: 5}]", "3:11: there is no region europe in this incident", "its regions: asia"},
		{"a number of notices with two readings", "incident: {}\nregions: [{key: asia}]\nnotices: [{region: asia, channel: post, sent: \"1,5k\"}]", "3:47: sent: \"1,5k\" can be read in two ways: a comma parts thousands, or a fraction", "write 40000"},
		{"an empty file", "", "1:1: the incident is missing", "incident: {}"},
		{"comments only", "# nothing\n", "1:1: the incident is missing", "incident: {}"},
		{"a list", "- incident\n", "1:1: a template is a mapping, not a list", "its keys: mark, incident, sources"},
		{"a word", "incident", "1:1: a template is a mapping, not a single value", "mark, incident"},
		{"too large", "incident: {}\n#" + strings.Repeat("x", maxSize), "1:1: the file is 1048590 bytes long, the most is 1048576", "warroom import"},
		{"too many values", "incident: {}\nnotes: [" + strings.Repeat("x,", maxTokens), "2:100002: the file holds more than a template may", "warroom import"},
		{"not UTF-8", "incident:\n  title: caf\xe9\n", "2:13: this is not text in UTF-8", "save the file"},
		{"UTF-16", "\xff\xfei\x00n\x00", "1:1: this is not text in UTF-8", "save the file"},
		{"a second document", "incident: {}\n---\nincident: {}\n", "2:1: a second document begins here", "one document"},
		{"content after the end", "incident: {}\n...\nnotes: []\n", "3:1: a second document begins here", "one document"},
		{"a quote without end", "incident:\n  title: 'Toyota\n", "2:10: this is not valid YAML: could not find end character of single-quoted text", "quotes"},
		{"a colon in unquoted text", "incident:\n  title: Breach: Toyota\n", "2:10: this is not valid YAML: mapping value is not allowed in this context", `": "`},
		{"a tab as indentation", "incident:\n\ttitle: x\n", `2:1: this is not valid YAML: found character '\t' that cannot start any token`, "spaces only"},
		{"a bracket without end", "incident: {title: x\n", "1:11: this is not valid YAML: could not find flow mapping end token '}'", ""},
		{"a line that fits nowhere", "incident:\n    title: x\n  phase: y\n", "3:3: this is not valid YAML: value is not allowed in this context", "indent"},
		{"an anchor", "incident: &i\n  title: x\n", "1:11: an anchor (&) has no place in a template", "in quotes"},
		{"an alias", "incident:\n  title: *i\n", "2:10: an alias (*) has no place in a template", "in quotes"},
		{"many laughs", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "1:4: an anchor (&) has no place in a template", "in quotes"},
		{"a merge key", "incident:\n  <<: {title: x}\n", "2:3: a merge key (<<) has no place in a template", ""},
		{"a tag", "incident:\n  title: !!binary aGk=\n", "2:10: a tag (!) has no place in a template", ""},
		{"a directive", "%YAML 1.2\n---\nincident: {}\n", "1:1: a directive (%) has no place in a template", ""},
		{"a complex key", "? incident\n: {}\n", "1:1: a key marked with ? has no place in a template", ""},
		{"brackets within brackets", "notes: " + strings.Repeat("[", 100_000), "1:16: brackets are nested too deep", "four"},
		{"dashes after dashes", "notes:\n  - - text: x\n", "2:5: a list cannot stand in a list", "in quotes"},
	})
}

func TestDecodeRefusesWhatATemplateHasNot(t *testing.T) {
	refuse(t, []faulty{
		{"no incident", "mark: SAMPLE\nnotes: []\n", "1:1: the incident is missing", "incident: {}"},
		{"a key that is unknown", "incident: {}\nincidents: []\n", `2:1: a template has no key "incidents"`, "mark, incident, sources"},
		{"a key given twice", "incident: {}\nnotes: []\nnotes: []\n", `3:1: "notes" is given twice`, "line 2"},
		{"a mark that is unknown", "mark: DRILL\nincident: {}\n", `1:7: mark cannot be "DRILL"`, "SAMPLE, EXERCISE"},
		{"a mark of many values", "mark: [SAMPLE]\nincident: {}\n", "1:7: mark must be a single value, not a list", "quotes"},
		{"an incident that is a list", "incident:\n  - title: x\n", "2:3: incident must be a mapping of fields, not a list", "title, summary"},
		{"an incident that is a word", "incident: Toyota\n", "1:11: incident must be a mapping of fields, not a single value", "title, summary"},
		{"a mark within the incident", "incident: {mark: SAMPLE}\n", `1:12: incident has no field "mark"`, "title, summary"},
		{"an identity of the file", "incident:\n  uid: x\n", `2:3: incident has no field "uid"`, "title, summary"},
		{"actions that are a mapping", "incident: {}\nactions:\n  title: x\n", "3:3: actions must be a list, not a mapping", "dash"},
		{"actions that are a word", "incident: {}\nactions: none\n", "2:10: actions must be a list, not a single value", "dash"},
		{"an action that is a word", "incident: {}\nactions:\n  - title: x\n    stream: support\n  - Send notices\n", "5:5: action must be a mapping of fields, not a single value", "title, kind, stream"},
		{"an unknown field", "incident: {}\nactions:\n  - titel: x\n", `3:5: action has no field "titel"`, "title, kind, stream"},
		{"an unknown field within braces", "incident: {}\nactions:\n  - {title: x, steam: support}\n", `3:16: action has no field "steam"`, "stream"},
		{"a field given twice in the same entry of a list", "incident: {}\nnotes:\n  - {text: x, \"text\": y}\n", `3:15: "text" is given twice`, "line 3"},
		{"a field given twice", "incident:\n  title: x\n  phase: closed\n  title: y\n", `4:3: "title" is given twice`, "line 2"},
		{"a key where ids are numbers", "incident: {}\nnotes:\n  - {key: europe, text: x}\n", `3:6: note has no field "key"`, "text, private"},
	})
}

func TestDecodeRefusesValues(t *testing.T) {
	long := strings.Repeat("é", data.MaxLine+1)
	refuse(t, []faulty{
		{"a word not in the list", "incident:\n  severity: SEV9   \n", `2:13: severity cannot be "SEV9"`, "SEV1, SEV2, SEV3, SEV4"},
		{"a date that is none", "incident:\n  aware: 2024-02-30\n", `2:10: "2024-02-30" is no time`, "2024-08-20"},
		{"a title that is too long", "incident:\n  title: " + long + "\n", "2:10: title is 501 characters long, the most is 500", "shorten"},
		{"a list where one value is due", "incident:\n  title: [Breach]\n", "2:10: title must be a single value, not a list", "quotes"},
		{"a mapping where one value is due", "incident:\n  title:\n    text: Breach\n", "3:5: title must be a single value, not a mapping", "quotes"},
		{"an id that is none", "incident: {}\nfacts:\n  - {topic: who, text: x, source: first}\n", `3:35: "first" is no id`, "A-12"},
		{"a number with letters", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, best: 3k}\n", `3:41: best must be a whole number from 0 to 10^15, not "3k"`, ""},
		{"a number below none", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, best: -3}\n", `3:41: best must be a whole number from 0 to 10^15, not "-3"`, ""},
		{"a broken number", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, best: 1.5}\n", `3:41: best must be a whole number from 0 to 10^15, not "1.5"`, ""},
		{"a cell that is none", "incident: {}\nclaims:\n  - {cell: mars/all, unit: people, best: 3}\n", `3:12: cell cannot be "mars/all"`, "europe/addresses"},
		{"a flag that is neither", "incident: {}\nnotes:\n  - {text: x, private: maybe}\n", `3:24: private must be yes or no, not "maybe"`, ""},
		{"a promise of no time", "incident: {}\nworkstreams:\n  - {key: support, promise: 0h}\n", "3:29: promised update every must be longer than nothing", ""},
		{"a value that must be known", "incident: {}\nnotes:\n  - text: unknown\n", "3:11: text may not be unknown", ""},
		{"a value that must be known and is left open", "incident: {}\nnotes:\n  - text:\n", "3:5: text may not be unknown", ""},
		{"an author who is nobody", "incident: {}\nnotes:\n  - {text: x, by: ''}\n", "3:19: by may not be unknown", ""},
	})
}

func TestDecodeRefusesItems(t *testing.T) {
	refuse(t, []faulty{
		{"an item without its title", "incident: {}\nactions:\n  - stream: support\n", "3:5: title may not be unknown", ""},
		{"an item without anything", "incident: {}\nnotes:\n  - text: x\n  -\n", "4:3: text may not be unknown", ""},
		{"low above best", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, low: 9, best: 5}\n", "3:5: low 9 is above best 5", ""},
		{"low above high", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, low: 9, high: 5}\n", "3:5: low 9 is above high 5", ""},
		{"a claim without a number", "incident: {}\nclaims:\n  - {cell: all/all, unit: people}\n", "3:5: a claim needs a number: low, best or high", ""},
		{"an action asked of someone", "incident: {}\nactions:\n  - title: x\n    stream: support\n    to: Ben\n", "3:5: only an ask is asked of someone and answered", ""},
		{"a sixth workstream", "incident: {}\nworkstreams:\n  - {key: notification}\n  - {key: legal}\n", `4:11: key cannot be "legal"`, "notification, investigation, remediation, support, authorities"},
		{"a region twice", "incident: {}\nregions:\n  - key: europe\n  - key: asia\n  - key: Europe\n", `5:10: the region "europe" is given twice`, "line 3"},
		{"a category without a key", "incident: {}\ncategories:\n  - name: Names\n", "3:5: the category has no key", "names, addresses"},
		{"a key of another kind", "incident: {}\nregions:\n  - key: names\n", `3:10: key cannot be "names"`, "north-america, europe, asia, elsewhere"},
		{"an id of another kind", "incident: {}\nactions:\n  - {id: N-1, title: x, stream: support}\n", "3:10: the kind action has no id N-1", "A-1"},
		{"an id of a numbered kind for a region", "incident: {}\nregions:\n  - {key: asia, id: N-1}\n", "3:21: the kind region has no id N-1", "its id is its key"},
		{"an id of a numbered kind for the incident", "incident: {id: N-1}\n", "1:16: the kind incident has no id N-1", "incident"},
		{"an id that is not the next", "incident: {}\nnotes:\n  - {text: x, id: N-1}\n  - {text: y, id: N-3}\n", "4:19: this becomes N-2, not N-3", "order"},
		{"an id in the order of the file, not of time", "incident: {}\nnotes:\n  - {text: x, id: N-1, at: -1h}\n  - {text: y, id: N-2, at: -2h}\n", "4:19: this becomes N-1, not N-2", "order"},
		{"an id too low, whatever commands made", "incident: {}\nnotes:\n  - text: x\n  - {text: y, id: N-1, at: -1h}\nhistory:\n  - {at: -2h, do: note add z}\n", "4:19: this becomes N-2, not N-1", "order"},
		{"an id after a command that makes nothing", "incident: {}\nnotes:\n  - {text: y, id: N-2, at: -1h}\nhistory:\n  - {at: -2h, do: action done A-1}\n", "3:19: this becomes N-1, not N-2", "order"},
		{"a source that is not there after a command that makes nothing", "incident: {}\nclaims:\n  - {cell: all/all, unit: people, best: 1, source: S-2, at: -1h}\nhistory:\n  - {at: -2h, do: figure show all/all}\n", "3:52: source: there is no S-2 at 2024-09-01T11:00:00Z", "before"},
		{"an id of another region", "incident: {}\nregions:\n  - {key: europe, id: asia}\n", "3:23: this becomes europe, not asia", ""},
		{"a source that is not there", "incident: {}\nfacts:\n  - {topic: who, text: x, source: S-1}\n", "3:35: source: there is no S-1 at 2024-09-01T12:00:00Z", "before"},
		{"a source that comes later", "incident: {}\nsources: [{title: s, at: -1h}]\nfacts:\n  - {topic: who, text: x, source: S-1, at: -2h}\n", "4:35: source: there is no S-1 at 2024-09-01T10:00:00Z", "before"},
		{"a source that is a region", "incident: {}\nregions: [{key: asia}]\nfacts:\n  - {topic: who, text: x, source: asia}\n", "4:5: asia is no source", ""},
		{"an incident that comes later", "incident:\n  at: -1h\nnotes:\n  - text: x\n    at: -2h\n", "2:3: the incident must be recorded before all else", "team.yaml:4:5"},
	})
}

func TestDecodeRefusesTimesAndHistory(t *testing.T) {
	entry := func(s string) string { return "incident: {}\nhistory:\n  - " + s + "\n" }
	refuse(t, []faulty{
		{"a time to come", "incident: {}\nnotes:\n  - {text: x, at: +1h}\n", `3:19: at is in the future: "+1h"`, "-20d"},
		{"a span without its sign", "incident:\n  at: 20d\n", `2:7: at is in the future: "20d"`, "-20d"},
		{"a moment to come", "incident:\n  at: 2024-09-01T12:00:01Z\n", `2:7: at is in the future: "2024-09-01T12:00:01Z"`, "-20d"},
		{"a day is no moment", "incident:\n  at: 2024-08-15\n", `2:7: at cannot be "2024-08-15"`, "2024-08-15T09:00:00Z"},
		{"a word is no moment", entry("{at: yesterday, do: verify}"), `3:10: at cannot be "yesterday"`, "-20d"},
		{"a history that is a mapping", "incident: {}\nhistory:\n  at: -1d\n", "3:3: history must be a list, not a mapping", "dash"},
		{"an entry that is a word", entry("verify"), "3:5: an entry of the history must be a mapping of fields, not a single value", "at, by, do, change, set, why"},
		{"an entry without a time", entry("do: verify"), "3:5: an entry of the history needs at", "-20d"},
		{"an entry that does nothing", entry("at: -1d"), "3:5: an entry of the history needs either do, or change and set", "set: {state: done}"},
		{"a change that sets nothing", entry("{at: -1d, change: A-1, set: {}}"), "3:33: the change sets nothing", "title"},
		{"a change without set", entry("{at: -1d, change: A-1}"), "3:5: an entry of the history needs either do, or change and set", "set"},
		{"a command and a change", entry("{at: -1d, do: verify, change: A-1, set: {state: done}}"), "3:5: an entry of the history is either a command or a change, not both", "two entries"},
		{"a command with a reason", entry("{at: -1d, do: verify, why: because}"), "3:5: an entry of the history is either a command or a change, not both", "two entries"},
		{"a list of commands", entry("{at: -1d, do: [verify]}"), "3:19: do must be a single value, not a list", "quotes"},
		{"an unknown field", entry("{at: -1d, run: verify}"), `3:15: an entry of the history has no field "run"`, "at, by, do, change, set, why"},
		{"a change of nothing known", entry("{at: -1d, change: Z-1, set: {state: done}}"), `3:23: "Z-1" is no id`, "A-12"},
		{"a field that the item has not", entry("{at: -1d, change: A-1, set: {status: done}}"), `3:34: action has no field "status"`, "state"},
		{"a value that the field does not take", entry("{at: -1d, change: A-1, set: {state: finished}}"), `3:41: state cannot be "finished"`, "done"},
		{"a field that never changes", entry("{at: -1d, change: A-1, set: {kind: ask}}"), "3:34: kind cannot be changed", "made"},
		{"the mark never changes", entry("{at: -1d, change: incident, set: {mark: SAMPLE}}"), "3:39: mark cannot be changed", "made"},
		{"set as a list", entry("{at: -1d, change: A-1, set: [state]}"), "3:33: action must be a mapping of fields, not a list", "title"},
	})
}

// What a template says is shown in a terminal, so none of it may act there.
func TestErrorsAreOnePlainLine(t *testing.T) {
	for _, src := range []string{
		"\"a\\e[2J\": x", "incident: {phase: \"\\e[31mred\\nline\"}", "incident: {}\nhistory: [{at: \"\\e]0;x\\a\"}]",
		"incident: {\"a\\nb\": x, \"a\\nb\": y}", "incident: {" + strings.Repeat("x", 5000) + ": y}", "incident: {a: \"\\\x1b\"}",
	} {
		_, err := Decode("a\nb\x1b.yaml", []byte(src), now)
		if err == nil {
			t.Fatalf("%q was accepted", src)
		}
		line := fmt.Sprint(err, data.HintOf(err))
		if !strings.HasPrefix(line, "a b\ufffd.yaml:") || strings.ContainsAny(line, "\n\x1b\a") || len(line) > 600 {
			t.Errorf("%q", line)
		}
	}
}
