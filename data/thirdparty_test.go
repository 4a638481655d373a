package data

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// august returns a day of August 2024.
func august(n int) Time { return Time{time.Date(2024, 8, n, 0, 0, 0, 0, time.UTC), ByDay} }

func dayWords(t Time) string { return t.At.Format("2 Jan") }

func TestTheirNames(t *testing.T) {
	for _, tt := range []struct {
		own, names string
		want       string
		theirs     string // of ana, Lantern, the provider, LANTERN GMBH
	}{
		{"", "", "", "----"},
		{"Lantern", "", "Lantern", "-x--"},
		{"Lantern", " the provider , lantern,,Lantern GmbH", "Lantern|the provider|Lantern GmbH", "-xxx"},
		{"not officially disclosed", "the provider", "not officially disclosed|the provider", "--x-"},
	} {
		i, theirs := &Incident{ThirdParty: tt.own, TheyAre: tt.names}, ""
		for _, name := range []string{"ana", "Lantern", " The Provider", "LANTERN GMBH"} {
			theirs += map[bool]string{true: "x", false: "-"}[i.Theirs(name)]
		}
		if got := strings.Join(i.TheirNames(), "|"); got != tt.want || theirs != tt.theirs || i.Theirs("") {
			t.Errorf("%q, %q: %s, %s; want %s, %s", tt.own, tt.names, got, theirs, tt.want, tt.theirs)
		}
	}
}

// TestThirdPartySortsAsks has asks of all fates on 20 August.
func TestThirdPartySortsAsks(t *testing.T) {
	now := time.Date(2024, 8, 20, 12, 0, 0, 0, time.UTC)
	ask := func(n int, to string, state ActionState, promised Time) *Action {
		return &Action{Meta: Meta{Ref: actionSpec.RefOf(int64(n))}, Type: Ask, To: to, State: state, Promised: promised}
	}
	asks := []*Action{
		ask(1, "Lantern", Open, august(18)), ask(2, "lantern", Open, august(12)), ask(3, "Lantern", Open, august(21)), ask(4, "ines", Open, august(1)),
		ask(5, "Lantern", Done, august(15)), ask(6, "Lantern", Done, august(15)), ask(7, "Lantern", Doing, Time{}), ask(8, "Lantern", Dropped, august(10)),
		ask(9, "Lantern", Open, august(20)), {Type: Task, To: ""}, ask(10, "Lantern", Done, Time{}),
	}
	answered := map[Ref]time.Time{"A-5": august(14).At, "A-6": august(18).At, "A-10": august(2).At}
	sources := []*Source{
		{Meta: Meta{Ref: "S-0"}, Ask: "A-5", Withdrawn: true}, {Meta: Meta{Ref: "S-1"}, Ask: "A-5"}, {Meta: Meta{Ref: "S-2"}, Publisher: "Lantern"}, {Meta: Meta{Ref: "S-3"}, From: "LANTERN"}, {Meta: Meta{Ref: "S-4"}, Ask: "A-4"}, {Meta: Meta{Ref: "S-5"}},
	}
	p := NewThirdParty(&Incident{ThirdParty: "Lantern"}, asks, answered, sources, nil, now)
	var got []string
	for _, list := range [][]Asked{p.Late, p.Waiting, p.Answered} {
		for _, a := range list {
			got = append(got, fmt.Sprintf("%s %s", a.Ref, a.Promise(now, dayWords)))
		}
		got = append(got, "")
	}
	want := []string{"A-2 promised 12 Aug, 7d12h late", "A-1 promised 18 Aug, 1d12h late", "",
		"A-3 promised 21 Aug, in 1d12h", "A-7 nothing promised", "A-9 promised 20 Aug, in 12h", "",
		"A-6 promised 15 Aug, answered 2d late", "A-5 promised 15 Aug, answered in time", "A-10 nothing promised", "A-8 promised 10 Aug", ""}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	var theirs []Ref
	for _, s := range p.Sources {
		theirs = append(theirs, s.Ref)
	}
	if fmt.Sprint(theirs) != "[S-0 S-1 S-2 S-3]" || p.Answered[1].Source != sources[1] || p.Answered[0].Source != nil {
		t.Errorf("their sources are %v, A-5's is %+v", theirs, p.Answered[1].Source)
	}
}

func TestWhatContradictsAnEarlierAnswer(t *testing.T) {
	sources := []*Source{{Meta: Meta{Ref: "S-1"}, Publisher: "Lantern", Received: august(18)}, {Meta: Meta{Ref: "S-2"}}, {Meta: Meta{Ref: "S-3"}, From: "Lantern", Received: august(1)}, {Meta: Meta{Ref: "S-4"}, Publisher: "Lantern"}}
	for _, tt := range []struct {
		why    string
		claims []string
		want   string
	}{
		{"they say nothing", nil, ""},
		{"they say one thing", []string{"reported S-1 1 - 5 -"}, ""},
		{"the call is below the letter before", []string{"reported S-1 1 - 2300 -", "reported S-3 9 - 40000 -"}, "1 Aug: 40,000 (range unknown), reported, S-3 · 18 Aug: 2,300 (range unknown), reported, S-1: do not overlap"},
		{"the same ranges", []string{"reported S-1 1 10 - 50", "reported S-3 9 40 - 60"}, ""},
		{"somebody else does not agree", []string{"reported S-1 1 - 2300 -", "reported S-2 9 - 40000 -", "estimated - 1 - 7 -"}, ""},
		{"what they took back since", []string{"reported S-1 1 - 5 -", "withdrawn S-3 1 - 9 -"}, "1 Aug: 9 (range unknown), withdrawn since, S-3 · 18 Aug: 5 (range unknown), reported, S-1: do not overlap"},
		{"as of when they say it, where nobody knows when it came", []string{"- S-4 20 - 5 -", "reported S-1 1 5 5 7", "reported S-3 1 9 9 9"},
			"1 Aug: exactly 9, reported, S-3 · 20 Aug: 5 (range unknown), standing unknown, S-4: do not overlap, 1 Aug: exactly 9, reported, S-3 · 18 Aug: 5 (5 to 7), reported, S-1: do not overlap"},
	} {
		claims := stack(t, tt.claims...)
		var got []string
		for _, c := range NewThirdParty(&Incident{ThirdParty: "Lantern"}, nil, nil, sources, claims, time.Time{}).Contrary {
			got = append(got, c.Words(dayWords, "·"))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.why, strings.Join(got, ", "), tt.want)
		}
	}
	claims := stack(t, "reported S-1 1 - 5 -", "reported S-3 1 - 9 -")
	claims[1].Cell = "asia/all"
	if got := NewThirdParty(&Incident{ThirdParty: "Lantern"}, nil, nil, sources, claims, time.Time{}).Contrary; got != nil {
		t.Errorf("two figures: %+v", got)
	}
}

func TestAnsweredAt(t *testing.T) {
	s := stateOf(t, action("kind", "ask", "answer", "x"))
	made := Event{At: at, Body: action("kind", "ask", "answer", "x")}
	owner := Event{At: at.Add(time.Hour), Body: set(t, s, "A-1", "owner", "bo")}
	better := Event{At: at.Add(2 * time.Hour), Body: set(t, s, "A-1", "answer", "y")}
	a := need[*Action](t, s, "A-1")
	for _, tt := range []struct {
		history []Event
		want    time.Time
	}{{[]Event{made}, made.At}, {[]Event{made, owner}, made.At}, {[]Event{made, better, owner}, better.At}} {
		if got := AnsweredAt(a, tt.history); !got.Equal(tt.want) {
			t.Errorf("answered %v, want %v", got, tt.want)
		}
	}
	if got := AnsweredAt(&Action{}, []Event{made}); !got.IsZero() {
		t.Errorf("no answer, at %v", got)
	}
}
