package data

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"
)

// eachField runs a test for every field of every kind.
func eachField(t *testing.T, test func(*testing.T, *Spec, *Field)) {
	for _, s := range Specs() {
		for _, f := range s.Fields {
			t.Run(string(s.Kind)+"/"+f.Key, func(t *testing.T) { test(t, s, f) })
		}
	}
}

func TestWordsInTheLogNeverChange(t *testing.T) {
	// These are stored in files: a word that is renamed cannot be read again.
	for _, tt := range []struct {
		of   string
		got  any
		want string
	}{
		{"severities", severities, "SEV1 SEV2 SEV3 SEV4"},
		{"phases", phases, "detected investigating contained recovering closed"},
		{"standings", standings, "claimed reported estimated confirmed disproved withdrawn"},
		{"exposures", exposures, "reported reported-in-some-cases confirmed ruled-out"},
		{"notices", noticesStates, "not-begun begun complete"},
		{"statuses", statuses, "not-started on-track at-risk blocked done"},
		{"action states", ActionStates, "open doing blocked done dropped"},
		{"priorities", priorities, "P0 P1 P2 P3"},
		{"question states", QuestionStates, "open answered"},
		{"units", Units, "people records"},
		{"topics", Topics, "who what when where why how"},
		{"marks", marks, "SAMPLE EXERCISE"},
		{"regions", RegionKeys, "north-america europe asia elsewhere"},
		{"categories", CategoryKeys, "names addresses phone-numbers vehicle-details transaction-data service-history"},
		{"channels", channels, "email post phone sms app portal other"},
		{"workstreams", StreamKeys, "notification investigation remediation support authorities"},
		{"roles", []Role{NoRole, Viewer, Responder, Lead, Lead + 1}, "nobody viewer responder lead unknown role"},
	} {
		if got := strings.Trim(fmt.Sprint(tt.got), "[]"); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.of, got, tt.want)
		}
	}
}

func TestFieldsOfTheLogNeverChange(t *testing.T) {
	want := map[Kind]string{
		KindIncident:   "uid title summary organisation third_party third_party_runs third_party_names severity phase commander call_link aware next_update_due mark",
		KindRegion:     "name notices note notices_due",
		KindCategory:   "name exposure",
		KindWorkstream: "name status lead headline promise",
		KindSource:     "title publisher url language received from grade ask withdrawn note",
		KindFact:       "topic text standing source happened",
		KindAction:     "title kind stream owner priority state due waits_for to they_promised answer link detail",
		KindClaim:      "cell unit low best high standing basis source as_of pinned",
		KindNotice:     "region channel contactable sent delivered bounced resent answered as_of standing source basis",
		KindDelivery:   "title source received note",
		KindDecision:   "text decided_by reason review_due",
		KindNote:       "text private about happened",
		KindQuestion:   "text state answer",
		KindRisk:       "text to standing",
		KindLesson:     "text",
	}
	for _, s := range Specs() {
		var got []string
		for _, f := range s.Fields {
			got = append(got, f.Key)
		}
		if strings.Join(got, " ") != want[s.Kind] {
			t.Errorf("%s has %s\nwant %s", s.Kind, strings.Join(got, " "), want[s.Kind])
		}
	}
	if len(want) != len(Specs()) {
		t.Errorf("%d kinds, want %d", len(Specs()), len(want))
	}
}

func TestFieldTables(t *testing.T) {
	key := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	eachField(t, func(t *testing.T, s *Spec, f *Field) {
		if id := string(s.Kind) + "." + f.Key; seen[id] {
			t.Error("there are two fields with this key")
		} else {
			seen[id] = true
		}
		if !key.MatchString(f.Key) {
			t.Errorf("key %q is not in snake_case", f.Key)
		}
		if slices.Contains([]string{"id", "made_at", "made_by", "made_seq", "changed_at", "changed_by", "changed_seq"}, f.Key) {
			t.Errorf("key %q stands for what every item has", f.Key)
		}
		if f.Label == "" || !unicode.IsUpper([]rune(f.Label)[0]) || f.Label != strings.TrimSpace(Line(f.Label)) {
			t.Errorf("label %q", f.Label)
		}
		if (f.Type == WordType) != (len(f.Words) > 0) {
			t.Errorf("type %d with %d words", f.Type, len(f.Words))
		}
		for i, w := range f.Words {
			if w == "" || w == "unknown" || w != strings.TrimSpace(Line(w)) || strings.ContainsFunc(w, unicode.IsSpace) {
				t.Errorf("word %q", w)
			}
			if slices.ContainsFunc(f.Words[:i], func(v string) bool { return strings.EqualFold(v, w) }) {
				t.Errorf("word %q stands twice", w)
			}
		}
		if f.Default != "" {
			if err := f.check(f.Default); err != nil {
				t.Errorf("default %q: %v", f.Default, err)
			}
		}
		if f.Role != NoRole && f.Role <= s.Role {
			t.Errorf("asks for a %s, the kind asks for a %s anyway", f.Role, s.Role)
		}
		if s.Field(f.Key) != f {
			t.Error("is not found by its key")
		}
	})
}

func TestKindTables(t *testing.T) {
	names := map[string]Kind{}
	claim := func(t *testing.T, what, name string, k Kind) {
		t.Helper()
		if other, taken := names[what+name]; name == "" || taken {
			t.Errorf("%s %q of %s is empty or that of %q", what, name, k, other)
		}
		names[what+name] = k
	}
	for _, s := range Specs() {
		claim(t, "kind ", string(s.Kind), s.Kind)
		claim(t, "label ", s.Label, s.Kind)
		claim(t, "plural ", s.Plural, s.Kind)
		if s.Numbered() {
			claim(t, "prefix ", s.Prefix, s.Kind)
		}
		for _, k := range append(slices.Clone(s.Keys), string(s.Kind)) {
			claim(t, "word ", k, s.Kind)
			if k != strings.ToLower(k) || k == "all" {
				t.Errorf("%q cannot be a key", k)
			}
		}
		if s.Numbered() == (len(s.Keys) > 0) && s.Kind != KindIncident {
			t.Errorf("%s has numbers %v and %d keys; want one of them", s.Kind, s.Numbered(), len(s.Keys))
		}
		if s.Role < Responder {
			t.Errorf("a %s may change a %s", s.Role, s.Kind)
		}
		if SpecOf(s.Kind) != s || s.New().Kind() != s.Kind {
			t.Errorf("%s is not what its table is found by", s.Kind)
		}
		e := s.New()
		if f := s.Field(s.NameField); f == nil || f.Internal {
			t.Errorf("%s is named by %q", s.Kind, s.NameField)
		} else if f.set(e, "a name"); strings.TrimSuffix(e.Name(), "/") != "a name" {
			t.Errorf("%s is called %q, not what its field %s says", s.Kind, e.Name(), s.NameField)
		}
		if got := FieldsOf(s.New()); &got[0] != &s.Fields[0] {
			t.Errorf("FieldsOf gives another table for %s", s.Kind)
		}
	}
	if SpecOf("breach") != nil {
		t.Error("there is a kind that nobody declared")
	}
}

// Each field holds what it is given, and nothing else changes with it.
func TestFieldHoldsWhatItIsGiven(t *testing.T) {
	eachField(t, func(t *testing.T, s *Spec, f *Field) {
		rapid.Check(t, func(t *rapid.T) {
			text := writtenValue(f).Draw(t, "text")
			stored, err := f.Parse(text, at)
			if err != nil {
				t.Fatalf("Parse(%+q): %v", text, err)
			}
			if stored == "" {
				t.Fatalf("Parse(%+q) is unknown", text)
			}
			if again, err := f.Parse(stored, at.AddDate(1, 0, 0)); err != nil || again != stored {
				t.Fatalf("stored %+q, which reads %+q, %v", stored, again, err)
			}
			if err := f.check(stored); err != nil {
				t.Fatalf("the stored form is refused: %v", err)
			}
			e := s.New()
			f.set(e, stored)
			if got := f.Get(e); got != stored {
				t.Fatalf("holds %+q after %+q", got, stored)
			}
			for _, g := range s.Fields {
				if g != f && g.Get(e) != "" {
					t.Fatalf("%s became %+q with it", g.Key, g.Get(e))
				}
			}
			c := e.clone()
			if !reflect.DeepEqual(c, e) {
				t.Fatalf("the copy is %+v, want %+v", c, e)
			}
			f.set(c, "")
			c.Info().Ref = "other"
			if f.Get(e) != stored || e.Info().Ref != "" {
				t.Fatal("a change of the copy changed the original")
			}
			if f.Get(c) != "" {
				t.Fatalf("made unknown, it holds %+q", f.Get(c))
			}
			if !reflect.DeepEqual(f.Value(stored), jsonValue(f, stored)) {
				t.Fatalf("Value(%q) = %#v, want %#v", stored, f.Value(stored), jsonValue(f, stored))
			}
		})
	})
}

// jsonValue says what JSON has for a stored value, by type.
func jsonValue(f *Field, stored string) any {
	switch f.Type {
	case NumberType:
		var n int64
		fmt.Sscan(stored, &n)
		return n
	case FlagType:
		return true
	}
	return stored
}

func TestUnknownIsAValueOfEveryField(t *testing.T) {
	eachField(t, func(t *testing.T, s *Spec, f *Field) {
		if got := f.Get(s.New()); got != "" {
			t.Errorf("a new %s has %q", s.Kind, got)
		}
		want := any(nil)
		if f.Type == FlagType {
			want = false
		}
		if got := f.Value(""); got != want {
			t.Errorf("unknown in JSON is %#v, want %#v", got, want)
		}
		words := []string{"", "unknown", "UNKNOWN"}
		if f.Type == LineType || f.Type == TextType || f.Type == NameType {
			words = append(words, "  ", " unknown ", "\tUnknown\n", "un\ufe0fknown")
		}
		for _, text := range words {
			got, err := f.Parse(text, at)
			if got != "" || (err != nil) != f.Required {
				t.Errorf("Parse(%q) = %q, %v; required %v", text, got, err, f.Required)
			}
		}
		if err := f.check(""); (err != nil) != f.Required {
			t.Errorf("unknown is refused with %v; required %v", err, f.Required)
		}
		if err := f.check("unknown"); err == nil {
			t.Error(`the word "unknown" is taken for a value`)
		}
	})
}

func TestFieldParseRefuses(t *testing.T) {
	field := func(k Kind, key string) *Field { return SpecOf(k).Field(key) }
	long := strings.Repeat("ä", MaxLine)
	text := strings.Repeat("ä", MaxText)
	for _, tt := range []struct {
		name string
		f    *Field
		in   string
		want string
	}{
		{"a title as long as may be", field(KindAction, "title"), long, ""},
		{"a title a character longer", field(KindAction, "title"), long + "x", "title is 501 characters long, the most is 500"},
		{"a name too long", field(KindAction, "owner"), long + "x", "owner is 501 characters long, the most is 500"},
		{"a note as long as may be", field(KindNote, "text"), text, ""},
		{"a note a character longer", field(KindNote, "text"), text + "x", "text is 20001 characters long, the most is 20000"},
		{"no title", field(KindAction, "title"), "", "title may not be unknown"},
		{"a title of blanks", field(KindAction, "title"), " \t\n", "title may not be empty"},
		{"a title of what is dropped", field(KindAction, "title"), "\ufe0f", "title may not be empty"},
		{"no such word", field(KindAction, "priority"), "P4", `priority cannot be "P4"`},
		{"a word with a blank", field(KindAction, "priority"), "P1 ", `priority cannot be "P1 "`},
		{"a word's beginning", field(KindAction, "state"), "op", `state cannot be "op"`},
		{"a stream that is a region", field(KindAction, "stream"), "europe", `workstream cannot be "europe"`},
		{"a hostile word is shown harmless", field(KindAction, "priority"), "\x1b[2J", `priority cannot be "` + "\ufffd" + `[2J"`},
		{"a word of hundreds of letters is cut", field(KindAction, "priority"), strings.Repeat("x", 200), `priority cannot be "` + strings.Repeat("x", 59) + `…"`},
		{"no time", field(KindAction, "due"), "soon", `"soon" is no time`},
		{"a negative number", field(KindClaim, "best"), "-1", `best must be a whole number from 0 to 10^15, not "-1"`},
		{"a broken number", field(KindClaim, "best"), "1.5", `best must be a whole number from 0 to 10^15, not "1.5"`},
		{"a number with commas", field(KindClaim, "best"), "1,000", `best must be a whole number from 0 to 10^15, not "1,000"`},
		{"a number in words", field(KindClaim, "best"), "many", `best must be a whole number from 0 to 10^15, not "many"`},
		{"a number in Arabic digits", field(KindClaim, "best"), "١٢", `best must be a whole number from 0 to 10^15, not "١٢"`},
		{"the largest number", field(KindClaim, "best"), "1000000000000000", ""},
		{"one more", field(KindClaim, "best"), "1000000000000001", `best must be a whole number from 0 to 10^15, not "1000000000000001"`},
		{"more than fits", field(KindClaim, "best"), "9223372036854775808", `best must be a whole number from 0 to 10^15, not "9223372036854775808"`},
		{"a flag that is neither", field(KindNote, "private"), "maybe", `private must be yes or no, not "maybe"`},
		{"no span", field(KindWorkstream, "promise"), "often", `"often" is no span of time`},
		{"no time at all as a promise", field(KindWorkstream, "promise"), "0m", "promised update every must be longer than nothing"},
		{"a promise in the past", field(KindWorkstream, "promise"), "-3h", "promised update every must be longer than nothing"},
		{"no id", field(KindFact, "source"), "the article", `"the article" is no id`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.f.Parse(tt.in, at)
			refusal(t, err, Failed, tt.want)
		})
	}
}

func TestFieldParse(t *testing.T) {
	field := func(k Kind, key string) *Field { return SpecOf(k).Field(key) }
	for _, tt := range []struct {
		name     string
		f        *Field
		in, want string
	}{
		{"a line is trimmed", field(KindAction, "title"), "  Send notices \n", "Send notices"},
		{"a line stays one line", field(KindAction, "title"), "Send\nnotices", "Send notices"},
		{"a line is made safe", field(KindAction, "title"), "\x1b[31mSend", "\ufffd[31mSend"},
		{"a text keeps its lines", field(KindNote, "text"), "\none\n\ntwo\n", "one\n\ntwo"},
		{"a name is one line", field(KindAction, "owner"), "ana\nlead", "ana lead"},
		{"a text that only begins with unknown", field(KindAction, "title"), "unknown caller", "unknown caller"},
		{"a word in any case", field(KindIncident, "severity"), "sev1", "SEV1"},
		{"a word in any case, the other way", field(KindAction, "state"), "DOING", "doing"},
		{"a number", field(KindClaim, "low"), "1200", "1200"},
		{"none is a number", field(KindClaim, "low"), "0", "0"},
		{"leading zeros are not kept", field(KindClaim, "low"), "007", "7"},
		{"no is the same as not said", field(KindNote, "private"), "no", ""},
		{"false is the same as not said", field(KindNote, "private"), "FALSE", ""},
		{"yes", field(KindNote, "private"), "Yes", "true"},
		{"a span in its largest units", field(KindWorkstream, "promise"), "90m", "1h30m"},
		{"a week is seven days", field(KindWorkstream, "promise"), "1w", "7d"},
		{"an id in any case", field(KindFact, "source"), "s-12", "S-12"},
		{"an id that is a key", field(KindNote, "about"), "Europe", "europe"},
		{"a time from now", field(KindAction, "due"), "+30m", "2024-08-15T09:30:00Z"},
		{"a day", field(KindAction, "due"), "tomorrow", "2024-08-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := tt.f.Parse(tt.in, at); err != nil || got != tt.want {
				t.Errorf("Parse(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestOnlyTheStoredFormIsStored(t *testing.T) {
	field := func(k Kind, key string) *Field { return SpecOf(k).Field(key) }
	for _, tt := range []struct {
		name string
		f    *Field
		in   string
	}{
		{"a title with blanks", field(KindAction, "title"), " x"},
		{"a title with a control character", field(KindAction, "title"), "\x1bx"},
		{"a title of two lines", field(KindAction, "title"), "x\ny"},
		{"a word in capitals", field(KindAction, "state"), "OPEN"},
		{"a flag as yes", field(KindNote, "private"), "yes"},
		{"a flag as false", field(KindNote, "private"), "false"},
		{"a number with a sign", field(KindClaim, "best"), "+5"},
		{"a number with zeros", field(KindClaim, "best"), "05"},
		{"minus nothing", field(KindClaim, "best"), "-0"},
		{"a relative time", field(KindAction, "due"), "+3h"},
		{"today", field(KindAction, "due"), "today"},
		{"a time of another zone", field(KindAction, "due"), "2024-08-15T09:00:00+07:00"},
		{"a time before all others", field(KindAction, "due"), "1800-01-01"},
		{"a span in minutes", field(KindWorkstream, "promise"), "90m"},
		{"a span with a sign", field(KindWorkstream, "promise"), "+1h"},
		{"an id in small letters", field(KindFact, "source"), "s-1"},
		{"an id in capitals", field(KindNote, "about"), "EUROPE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.f.check(tt.in); err == nil {
				t.Errorf("%q is taken as stored", tt.in)
			}
		})
	}
}

func TestOnlyAnAskHasTheFieldsOfAnAsk(t *testing.T) {
	eachField(t, func(t *testing.T, s *Spec, f *Field) {
		if s.Kind != KindAction {
			if !f.Applies(s.New()) {
				t.Error("does not apply")
			}
			return
		}
		// What does not apply is what the rule refuses.
		for _, kind := range []ActionKind{Task, Ask} {
			a := &Action{Title: "x", Stream: "support", Type: kind, State: Open}
			if f.Key != "kind" {
				f.set(a, cmp.Or(strings.Join(f.Words[:min(1, len(f.Words))], ""), "2024-08-15"))
			}
			refused := a.rule(nil, nil) != nil
			if f.Applies(a) == refused {
				t.Errorf("applies to an %s: %v; refused there: %v", kind, f.Applies(a), refused)
			}
		}
	})
}

func TestLoadMakesWhatATableHoldsSafe(t *testing.T) {
	spec := SpecOf(KindNote)
	meta := Meta{Ref: "N-1", MadeAt: at, ChangedAt: at, MadeBy: "ana", ChangedBy: "bo", MadeSeq: 3, ChangedSeq: 4}
	got := spec.Load(meta, []string{"one\n\x1btwo", "true", "A-1\x00", "2024-08-15"})
	want := &Note{Meta: meta, Text: "one\n\ufffdtwo", Private: true, About: "A-1\ufffd", Happened: Time{time.Date(2024, 8, 15, 0, 0, 0, 0, time.UTC), ByDay}}
	if !reflect.DeepEqual(got, Entity(want)) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestLoadOfBrokenValuesIsUnknown(t *testing.T) {
	c := claimSpec.Load(Meta{}, []string{"all/all", "people", "many", "", "12", "reported", "", "", "soon", "yes"}).(*Claim)
	if c.Low.Known || c.Best.Known || c.High != countOf(12) || c.AsOf.Known() || c.Pinned {
		t.Errorf("got %+v", c)
	}
	w := workstreamSpec.Load(Meta{}, []string{"x", "", "", "", "often"}).(*Workstream)
	if w.Promise != 0 {
		t.Errorf("promise %v", w.Promise)
	}
	if v := claimSpec.Field("low").Value("many"); v != nil {
		t.Errorf("in JSON %#v, want unknown", v)
	}
}

func TestCountSaysWhenNothingWasStated(t *testing.T) {
	for _, tt := range []struct {
		count Count
		want  string
	}{{Count{}, ""}, {countOf(0), "0"}, {countOf(1200), "1200"}} {
		if got := tt.count.String(); got != tt.want {
			t.Errorf("%#v is %q, want %q", tt.count, got, tt.want)
		}
	}
}

// FuzzFieldParse holds that what a field accepts is stored as it will be read
// again, whatever was typed.
func FuzzFieldParse(f *testing.F) {
	type field struct {
		*Field
		spec *Spec
	}
	var all []field
	for _, spec := range Specs() {
		for _, f := range spec.Fields {
			all = append(all, field{f, spec})
		}
	}
	texts := []string{"", "x", "2024-02-29", "~2024-08-15", "tomorrow 09:00", "1w2d", "-3h", "A-12", "europe", "SEV1", "1000000w", "1800-01-01", "0", "yes", " unknown\t", "2024-08-15T09:00:00+07:00"}
	for i := range all {
		f.Add(uint8(i), texts[i%len(texts)], int64(i))
	}
	f.Fuzz(func(t *testing.T, which uint8, text string, seconds int64) {
		f := all[int(which)%len(all)]
		stored, err := f.Parse(text, at.Add(time.Duration(seconds%(1<<31))*time.Second))
		if err != nil {
			if ClassOf(err) != Failed || asError(err) == nil || Line(err.Error()) != err.Error() || len(err.Error()) > 400 {
				t.Fatalf("%s.%s: %+q: error %+q", f.spec.Kind, f.Key, text, err)
			}
			return
		}
		if err := f.check(stored); err != nil {
			t.Fatalf("%s.%s: %+q is stored as %+q, which is refused: %v", f.spec.Kind, f.Key, text, stored, err)
		}
		e := f.spec.New()
		f.set(e, stored)
		if f.Get(e) != stored {
			t.Fatalf("%s.%s: holds %+q after %+q", f.spec.Kind, f.Key, f.Get(e), stored)
		}
	})
}
