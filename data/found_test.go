package data

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextsAreWhatPeopleWrote(t *testing.T) {
	for _, tt := range []struct {
		name string
		item Entity
		want string
	}{
		{"title, owner, detail; no state, stream or deadline", &Action{Meta: Meta{Ref: "A-1"}, Title: "Send", Owner: "Ben", State: Open, Stream: "support", Detail: "by post\ntoday"}, "A-1\nSend\nBen\nby post\ntoday"},
		{"what a claim is called, though it is a word of a list", &Claim{Meta: Meta{Ref: "C-1"}, Cell: "all/all", Standing: Reported, Basis: "counted"}, "C-1\nall/all\ncounted"},
		{"not the identity of the file", &Incident{Meta: Meta{Ref: IncidentRef}, UID: "0-1-2", Title: "Breach"}, "incident\nBreach"},
		{"nothing but its id", &Lesson{Meta: Meta{Ref: "X-1"}}, "X-1"},
	} {
		if got := Texts(tt.item); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestClosedSaysWhatIsOver(t *testing.T) {
	for _, tt := range []struct {
		item Entity
		want bool
	}{
		{&Action{State: Open}, false}, {&Action{State: Blocked}, false}, {&Action{State: Done}, true}, {&Action{State: Dropped}, true},
		{&Question{State: "open"}, false}, {&Question{State: "answered"}, true},
		{&Fact{}, false}, {&Fact{Standing: Confirmed}, false}, {&Fact{Standing: Disproved}, true},
		{&Risk{Standing: Withdrawn}, true}, {&Claim{Standing: Withdrawn}, true}, {&Claim{Standing: Claimed}, false},
		{&Note{}, false}, {&Incident{Phase: "closed"}, false},
	} {
		if got := Closed(tt.item); got != tt.want {
			t.Errorf("%s %+v: closed is %v, want %v", tt.item.Kind(), tt.item, got, tt.want)
		}
	}
}

func TestFoundLineShowsWhereItStands(t *testing.T) {
	long := strings.Repeat("before ", 30) + "Needle" + strings.Repeat(" after", 30)
	for _, tt := range []struct{ name, texts, words, want string }{
		{"the line with the word", "N-1\nfirst\nthe Second line", "second", "the Second line"},
		{"the line with most of the words", "N-1\nred\nred and blue\nblue", "red blue", "red and blue"},
		{"the first of equal lines", "N-1\none red\ntwo red", "red", "one red"},
		{"the name, where only the id has it", "A-1\nSend notices", "a-1", "Send notices"},
		{"what is not safe to show", "N-1\na\x1b[31mred", "red", "a\ufffd[31mred"},
		{"cut on both sides", "N-1\n" + long, "needle", "…fore before before Needle" + strings.Repeat(" after", 9)[:53] + "…"},
		{"cut behind", "N-1\n" + long, "nowhere", strings.Repeat("before ", 12)[:79] + "…"},
		{"without spaces", "N-1\n" + strings.Repeat("東", 100) + "京", "京", "…" + strings.Repeat("東", 78) + "京"},
	} {
		got := FoundLine(tt.texts, SearchWords(tt.words))
		if got != tt.want || utf8.RuneCountInString(got) > lineOfFound {
			t.Errorf("%s:\n%q, want\n%q", tt.name, got, tt.want)
		}
	}
}
