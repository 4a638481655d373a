package data

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// filterNow is a Thursday morning.
var filterNow = time.Date(2024, 8, 15, 9, 0, 0, 0, time.UTC)

func when2(t *testing.T, s string) Time {
	t.Helper()
	w, err := ParseTime(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestFilterWants(t *testing.T) {
	ago := func(d time.Duration) Meta {
		return Meta{Ref: "A-12", MadeAt: filterNow.Add(-48 * time.Hour), MadeBy: "Ben", ChangedAt: filterNow.Add(-d), ChangedBy: "Cas", MadeSeq: 1, ChangedSeq: 2}
	}
	notice := &Action{Meta: ago(90 * time.Minute), Title: "Send notices to vendor staff", Stream: "notification", Type: Task, Owner: "Ana Lima",
		Priority: "P1", State: Doing, Due: when2(t, "2024-08-16"), WaitsFor: "Counsel", Detail: "In Ünïcode,\nwith \"quotes\" and 100%"}
	late := &Action{Meta: ago(time.Minute), Title: "Late", Stream: "support", Type: Task, State: Blocked, Due: when2(t, "2024-08-15T08:00:00Z")}
	bare := &Action{Meta: ago(0), Title: "Bare", Stream: "support", Type: Task, State: Open}
	done := &Action{Meta: ago(0), Title: "Done", Stream: "support", Type: Ask, To: "ana", Owner: "Diana", Priority: "P0", State: Done, Due: when2(t, "2024-08-10")}
	note := &Note{Meta: Meta{Ref: "N-3", MadeBy: "ana"}, Text: "Heard from A-12's vendor", Private: true, About: "A-12", Happened: when2(t, "2024-08")}
	fact := &Fact{Meta: Meta{Ref: "F-1"}, Topic: "who", Text: "They", Standing: Confirmed, Source: "S-2"}
	claim := &Claim{Meta: Meta{Ref: "C-1"}, Cell: "all/all", Unit: People, Best: countOf(1000), Standing: Reported}
	stream := &Workstream{Meta: Meta{Ref: "support", ChangedAt: filterNow.Add(-3 * time.Hour)}, Label: "Support", Lead: "ana", Promise: 2 * time.Hour, Status: AtRisk}
	for _, tt := range []struct {
		text string
		of   Entity
		want bool
	}{
		{"", notice, true},
		{"   ", notice, true},
		{"VENDOR", notice, true},
		{"vendor bogus", notice, false},
		{"vendor send", notice, true},
		{`"notices to"`, notice, true},
		{`"to notices"`, notice, false},
		{"ÜNÏ", notice, true},
		{`"with ""quotes"""`, notice, true},
		{"100%", notice, true},
		{"1%0", notice, false},
		{"a-12", notice, true},
		{"A-1", notice, true},
		{"a-2", notice, false},
		{"notif", notice, true},
		{"lima", notice, true},
		{"doing", notice, false}, // no text, but a word of a list
		{"counsel", notice, true},
		{"https://x", notice, false},
		{"10:30", notice, false},

		{"owner:ana", notice, true},
		{"owner:ANA", notice, true},
		{"owner:lim", notice, true},
		{"owner:ima", notice, false},
		{"owner:ana", done, false}, // Diana is another
		{"owner:unknown", bare, true},
		{"owner:none", bare, true},
		{`owner:"none"`, bare, false},
		{"owner:none", notice, false},
		{"owner:ana,unknown", notice, true},
		{"owner:ana,unknown", bare, true},
		{`owner:"ana lima",ben`, notice, true},
		{"stream:support", notice, false},
		{"str:SUPPORT", late, true},
		{"id:12", notice, true},
		{"id:a-12,13", notice, true},
		{"id:1", notice, false},
		{"priority:P0,P1", notice, true},
		{"pr:p2", notice, false},
		{"priority:unknown", late, true},
		{"state:doing", notice, true},
		{"title:notice", notice, true},
		{"title:vendors", notice, false},
		{"waits-for:counsel", notice, true},
		{"to:unknown", notice, false}, // only an ask can have it
		{"answer:unknown", done, true},
		{"kind:ask", done, true},
		{"made_by:ben", notice, true},
		{"updated_by:ben", notice, false},

		{"due:<2d", notice, true}, // the day ends in 39 hours
		{"due:<1d", notice, false},
		{"due:2d", notice, true},
		{"due:<2d", late, true}, // what has passed too
		{"due:<2d", bare, false},
		{"due:>1d", notice, true},
		{"due:>2d", notice, false},
		{"due:>1d", bare, false},
		{"due:today", late, true},
		{"due:today", notice, false},
		{"due:tomorrow", notice, true},
		{"due:today,tomorrow", notice, true},
		{"due:2024-08-16", notice, true},
		{"due:<2024-08-16", notice, false},
		{"due:<=2024-08-16", notice, true},
		{"due:<2024-08-17", notice, true},
		{"due:>2024-08-15", notice, true},
		{"due:>2024-08-16", notice, false},
		{"due:>=2024-08-16", notice, true},
		{"due:2024-08", notice, true},
		{"due:2024-07", notice, false},
		{`due:<"today 08:01"`, late, true},
		{`due:<"today 08:00"`, late, false},
		{"due:2024-08-15T08:00:00Z", late, true},
		{"due:unknown", bare, true},
		{"not:due:unknown", bare, false},
		{"updated:<2h", notice, true},
		{"updated:<1h", notice, false},
		{"updated:>1h", notice, true},
		{"updated:today", notice, true},
		{"updated:yesterday", notice, false},
		{"made:<3d", notice, true},
		{"made:2024-08-13", notice, true},

		{"is:late", late, true},
		{"is:late", notice, false},
		{"is:late", done, false},
		{"not:is:late", late, false},
		{"not:is:late", done, true},
		{"NOT:IS:LATE", notice, true},
		{"not:not:is:late", late, true},
		{"not:vendor", notice, false},
		{`not:"bogus word"`, notice, true},
		{"not:owner:ana", notice, false},
		{"not:owner:ana", bare, true},
		{"is:blocked", late, true},
		{"is:open", done, false},
		{"is:open", late, true},
		{"is:done", done, true},
		{"is:late,done", done, true},
		{"is:ask", done, true},
		{"is:unassigned", bare, true},
		{"is:waiting", notice, true},
		{"is:waiting", bare, false},
		{"is:all", done, true},
		{"is:mine", notice, false}, // I am "ana"
		{"is:mine", done, true},    // asked of me

		{"vendor", note, true},
		{"is:private", note, true},
		{"private:no", note, false},
		{"private:unknown", note, false},
		{"about:a-12", note, true},
		{"about:a-1", note, false},
		{"a-12", note, true},
		{"is:mine", note, true},
		{"happened:2024-08", note, true},
		{"happened:<2024-08", note, false},
		{"is:confirmed", fact, true},
		{"standing:claimed,reported", fact, false},
		{"source:s-2", fact, true},
		{"topic:who", fact, true},
		{"best:>=1000", claim, true},
		{"best:>1000", claim, false},
		{"best:<1001", claim, true},
		{"best:<=999", claim, false},
		{"best:1000", claim, true},
		{"low:unknown", claim, true},
		{"low:<5", claim, false},
		{"cell:all/all", claim, true},
		{"is:stale", stream, true},
		{"promise:2h", stream, true},
		{"promise:<2h", stream, false},
		{"lead:ana", stream, true},
		{"is:mine", stream, true},
		{"status:at-risk", stream, true},
		{"is:at-risk", stream, true},
		{"is:blocked", stream, false},
		{"id:support", stream, true},
	} {
		f, err := ParseFilter(tt.of.Kind(), tt.text, filterNow)
		if err != nil {
			t.Errorf("%s %q: %v", tt.of.Kind(), tt.text, err)
			continue
		}
		if got := f.Match(tt.of, filterNow, "ana"); got != tt.want {
			t.Errorf("%q wants %s %s: %v", tt.text, tt.of.Kind(), tt.of.Info().Ref, got)
		}
		if f.String() != strings.TrimSpace(tt.text) || f.Empty() != (f.String() == "") {
			t.Errorf("%q is %q, empty %v", tt.text, f.String(), f.Empty())
		}
	}
}

func TestFilterDoesNotParse(t *testing.T) {
	const fields = "title, kind, stream, owner, priority, state, due, waits_for, to, they_promised, answer, link, detail, id, made, updated, made_by, updated_by"
	for _, tt := range []struct {
		kind Kind
		text string
		at   int
		want string
	}{
		{KindAction, "vendor dew:<2d", 7, `filter: at 8: "dew" is no field of an action; there are ` + fields},
		{KindAction, "ownr:ana", 0, `filter: at 1: "ownr" is no field of an action; did you mean owner?`},
		{KindAction, "s:support", 0, `filter: at 1: "s" may be stream or state`},
		{KindAction, "owner:", 6, "filter: at 7: owner: needs a value"},
		{KindAction, "日本 owner: x", 9, "filter: at 10: owner: needs a value"},
		{KindAction, "due:<", 5, "filter: at 6: due needs a value"},
		{KindAction, "priority:P0,", 12, "filter: at 13: priority:P0, needs a value"},
		{KindAction, "priority:P9", 9, `filter: at 10: priority cannot be "P9"; one of: P0, P1, P2, P3`},
		{KindAction, "priority:high", 9, `filter: at 10: priority cannot be "high"; one of: P0, P1, P2, P3`},
		{KindAction, "state:do", 6, `filter: at 7: state cannot be "do"; did you mean doing or done?`},
		{KindAction, "due:soon", 4, `filter: at 5: "soon" is no time`},
		{KindAction, "is:", 3, "filter: at 4: is: needs a value"},
		{KindAction, "is:lat", 3, `filter: at 4: an action is never "lat"; did you mean late?`},
		{KindAction, "is:bogus", 3, `filter: at 4: an action is never "bogus"; is: takes open, late, mine, unassigned, waiting, ask, all, doing, blocked, done, dropped`},
		{KindAction, "not:", 4, "filter: at 5: not: needs a term right behind it, such as not:is:late"},
		{KindAction, "not: x", 4, "filter: at 5: not: needs a term right behind it, such as not:is:late"},
		{KindAction, `x "several wo`, 2, "filter: at 3: the quote is not closed"},
		{KindAction, `owner:"ana`, 6, "filter: at 7: the quote is not closed"},
		{KindAction, `owner:"ana"x`, 11, "filter: at 12: owner: a space or a comma is missing behind the quotes"},
		{KindAction, `""`, 0, "filter: at 1: there is nothing to look for in the quotes"},
		{KindAction, "id:Q-1", 3, `filter: at 4: "Q-1" is no id of an action`},
		{KindAction, strings.Repeat("x", 1001), 1000, "filter: at 1001: the filter is longer than 1000 characters"},
		{KindNote, "owner:ana", 0, `filter: at 1: "owner" is no field of a note; there are text, private, about, happened, id, made, updated, made_by, updated_by`},
		{KindIncident, "wheel:x", 0, `filter: at 1: "wheel" is no field of an incident; there are title, summary, organisation, third_party, third_party_runs, third_party_names, severity, phase, commander, call_link, aware, next_update_due, mark, id, made, updated, made_by, updated_by`},
		{KindIncident, "uid:x", 0, `filter: at 1: "uid" is no field of an incident; did you mean id?`}, // it is internal
		{KindClaim, "cell:x", 5, `filter: at 6: cell cannot be "x"`},
		{KindClaim, "best:many", 5, `filter: at 6: best must be a whole number from 0 to 10^15, not "many"`},
		{"cheese", "x", 0, `filter: at 1: there is no kind of item "cheese"`},
	} {
		_, err := ParseFilter(tt.kind, tt.text, filterNow)
		refusal(t, err, Usage, tt.want)
		var f *filterError
		if errors.As(err, &f) && f.At != tt.at {
			t.Errorf("%q: at %d, want %d", tt.text, f.At, tt.at)
		}
	}
}

// A filter of whatever text either says where it does not parse, or matches
// without failing, negated the other way round.
func TestFilterTakesAnyText(t *testing.T) {
	parts := append([]string{"owner:", "due:", "is:", "not:", "<", ">=", "2d", "late", "state:", "done", ",", `"`, "ana", ":", "id:", "12", "today", "unknown"}, textParts...)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 10).Draw(t, "text"), "")
		spec := rapid.SampledFrom(Specs()).Draw(t, "kind")
		e := spec.New()
		f, err := ParseFilter(spec.Kind, text, filterNow)
		var fe *filterError
		switch {
		case err != nil && !errors.As(err, &fe):
			t.Fatalf("%T: %v", err, err)
		case err != nil && (fe.At < 0 || fe.At > utf8.RuneCountInString(text) || fe.What == ""):
			t.Fatalf("%q: %+v", text, fe)
		case err != nil:
			return
		}
		is := f.Match(e, filterNow, "ana")
		if again, err := ParseFilter(spec.Kind, f.String(), filterNow); err != nil || again.Match(e, filterNow, "ana") != is {
			t.Fatalf("%q read again: %v", f.String(), err)
		}
		if len(f.Cond().Of) == 1 {
			if n, err := ParseFilter(spec.Kind, "not:"+f.String(), filterNow); err != nil || n.Match(e, filterNow, "ana") == is {
				t.Fatalf("not:%q is no opposite: %v", f.String(), err)
			}
		}
	})
}

func TestFilterMovesWithTime(t *testing.T) {
	f, err := ParseFilter(KindAction, "due:<1h", filterNow)
	if err != nil {
		t.Fatal(err)
	}
	a := &Action{State: Open, Due: exactTime(filterNow.Add(3 * time.Hour))}
	if f.Match(a, filterNow, "") || !f.Match(a, filterNow.Add(2*time.Hour), "") {
		t.Error("due:<1h does not count from the moment it is asked at")
	}
}

func TestNobodyIsNotMe(t *testing.T) {
	f, err := ParseFilter(KindAction, "is:mine", filterNow)
	if err != nil {
		t.Fatal(err)
	}
	if f.Match(&Action{State: Open}, filterNow, "") {
		t.Error("what nobody owns is owned by nobody in particular")
	}
}

func TestFilterAsks(t *testing.T) {
	for text, want := range map[string]bool{"": false, "mine": false, "is:mine": true, "x not:is:late,mine": true, "is:late": false} {
		f, err := ParseFilter(KindAction, text, filterNow)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Cond().Asks(CondMine); got != want {
			t.Errorf("%q asks who I am: %v", text, got)
		}
	}
}

func TestQueryOfAll(t *testing.T) {
	done := &Action{State: Done}
	if (ActionQuery{}).Match(done) || !(ActionQuery{All: true}).Match(done) || (ActionQuery{All: true}).Plain() {
		t.Error("All lists what is done, and nothing else does without a filter")
	}
}

func TestCompleteFilter(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"ow", "owner:"},
		{"vendor u", "vendor updated: vendor updated_by:"},
		{"i", "is: id:"},
		{"not:is:la", "not:is:late"},
		{"is:d", "is:doing is:done is:dropped"},
		{"x state:open,do", "x state:open,doing x state:open,done"},
		{"pr:", "pr:P0 pr:P1 pr:P2 pr:P3 pr:unknown"},
		{"due:t", "due:today due:tomorrow"},
		{"updated:y", "updated:yesterday"},
		{"owner:", "owner:unknown"},
		{"bogus:", ""},
		{`"vendor ow`, ""},
		{`owner:"vendor ow`, ""},
		{`5" ow`, `5" owner:`},
		{`owner:"a b",an`, ""},
		{`x state:"a b",do`, `x state:"a b",doing x state:"a b",done`},
		{`x state:"open",do`, `x state:"open",doing x state:"open",done`},
	} {
		if got := strings.Join(CompleteFilter(KindAction, tt.text), " "); got != tt.want {
			t.Errorf("%q: %s\nwant %s", tt.text, got, tt.want)
		}
	}
	if got := CompleteFilter(KindAction, ""); len(got) != 2+len(FilterKeys(KindAction)) {
		t.Errorf("at the beginning there are %q", got)
	}
}

// What is offered can be written: every word of a list parses, and every name of
// a field waits for a value.
func TestCompletionsParse(t *testing.T) {
	for _, s := range Specs() {
		for _, name := range CompleteFilter(s.Kind, "") {
			for _, whole := range append(CompleteFilter(s.Kind, name), CompleteFilter(s.Kind, "not:"+name)...) {
				if strings.HasSuffix(whole, ":") { // behind not:
					continue
				}
				if _, err := ParseFilter(s.Kind, whole, filterNow); err != nil {
					t.Errorf("%s %q: %v", s.Kind, whole, err)
				}
			}
		}
	}
}

func TestQueryOfOpenActions(t *testing.T) {
	for _, tt := range []struct {
		text               string
		only, open, closed bool
	}{
		{"", true, true, false},
		{"owner:ana is:late", true, true, false},
		{"not:is:late", true, true, false},
		{"is:blocked", true, true, false},
		{"is:open", false, true, false},
		{"not:is:open", false, false, true},
		{"is:done", false, false, true},
		{"is:all", false, true, true},
		{"is:done,dropped owner:ana", false, false, true},
		{"state:done,open", false, true, true},
		{"state:done is:late", false, false, false},
		{"not:state:done,dropped", false, true, false},
		{"not:is:done", false, true, true},
		{"state:unknown", false, false, false},
	} {
		f, err := ParseFilter(KindAction, tt.text, filterNow)
		if err != nil {
			t.Fatal(err)
		}
		q := ActionQuery{Filter: f}
		if open, closed := q.Halves(); q.openOnly() != tt.only || open != tt.open || closed != tt.closed {
			t.Errorf("%q: open only %v, open %v, closed %v", tt.text, q.openOnly(), open, closed)
		}
	}
}

func TestQueryOrder(t *testing.T) {
	of := func(n string, state ActionState, due, priority, owner string) *Action {
		return &Action{Meta: Meta{Ref: Ref("A-" + n), ChangedAt: filterNow}, Title: n, State: state, Due: when2(t, due), Priority: Priority(priority), Owner: owner}
	}
	all := []*Action{
		of("1", Open, "", "P0", "ben"), of("2", Done, "2024-08-01", "P0", ""), of("3", Doing, "2024-08-20", "", "Ana"),
		of("4", Open, "2024-08-20", "P3", "ana"), of("5", Blocked, "2024-08-19T10:00:00Z", "P2", ""),
	}
	for _, tt := range []struct{ filter, sort, want string }{
		{"", "", "A-2 A-5 A-4 A-3 A-1"},
		{"is:all", "", "A-5 A-4 A-3 A-1 A-2"},
		{"is:all", "owner", "A-4 A-3 A-1 A-5 A-2"},
		{"is:all", "-owner", "A-1 A-4 A-3 A-5 A-2"},
		{"is:all", "state", "A-4 A-1 A-3 A-5 A-2"},
		{"is:all", "priority", "A-1 A-2 A-5 A-4 A-3"},
		{"is:all", "-due", "A-4 A-3 A-5 A-2 A-1"},
		{"is:all", "-id", "A-5 A-4 A-3 A-2 A-1"},
		{"is:all", "updated", "A-5 A-4 A-3 A-1 A-2"},
		{"is:all", "link", "A-5 A-4 A-3 A-1 A-2"},
	} {
		f, err := ParseFilter(KindAction, tt.filter, filterNow)
		if err != nil {
			t.Fatal(err)
		}
		sort, down := strings.CutPrefix(tt.sort, "-")
		q := ActionQuery{Filter: f, Sort: sort, Down: down}
		sorted := slices.Clone(all)
		slices.SortFunc(sorted, q.Compare)
		var got []string
		for _, a := range sorted {
			got = append(got, string(a.Ref))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q by %q: %s, want %s", tt.filter, tt.sort, got, tt.want)
		}
	}
}

func TestSortKey(t *testing.T) {
	for _, tt := range []struct{ name, key, want string }{
		{"owner", "owner", ""}, {"PR", "priority", ""}, {"waits-for", "waits_for", ""}, {"updated", "updated", ""},
		{"d", "", `"d" may be due or detail`},
		{"ownr", "", `"ownr" is no field of an action; did you mean owner?`},
	} {
		key, err := SortKey(KindAction, tt.name)
		refusal(t, err, Usage, tt.want)
		if err == nil && key != tt.key {
			t.Errorf("%s is %s, want %s", tt.name, key, tt.key)
		}
	}
}
