package data

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A ThirdParty is what is known of the third party, and of how it answers. It is
// an immutable value.
type ThirdParty struct {
	Incident *Incident
	Late     []Asked    // not answered when they said that they would, longest first
	Waiting  []Asked    // the other ones that are open, in the order of their ids
	Answered []Asked    // those that are done or dropped, the latest answer first
	Contrary []Contrary // the latest first
	Sources  []*Source  // theirs, in their order
}

// An Asked is an ask to the third party.
type Asked struct {
	*Action
	AnsweredAt time.Time // when it was answered, zero if it is not
	Source     *Source   // what was made of the answer, or nil
}

// A Statement is a claim that the third party made, by a source of theirs.
type Statement struct {
	*Claim
	From *Source
}

// A Contrary is a statement of the third party's about a figure, and the latest
// one before it that has no number in common with it.
type Contrary struct {
	Later, Before Statement
}

// TheirNames returns the names of the third party: its own, and those apart by
// commas that somebody gave it.
func (i *Incident) TheirNames() (all []string) {
	for _, name := range append([]string{i.ThirdParty}, strings.Split(i.TheyAre, ",")...) {
		name = strings.TrimSpace(name)
		if name != "" && !slices.ContainsFunc(all, func(s string) bool { return Fold(s) == Fold(name) }) {
			all = append(all, name)
		}
	}
	return all
}

// Theirs reports whether a name is one of the third party's, without regard to
// case.
func (i *Incident) Theirs(name string) bool {
	return name != "" && slices.ContainsFunc(i.TheirNames(), func(s string) bool { return Fold(s) == Fold(strings.TrimSpace(name)) })
}

// NewThirdParty returns what is known of the third party. An ask is to them if
// whom it asks is one of their names. A source is theirs if it is the answer to
// such an ask, or if one of their names published it or passed it on. Of asks and
// answered those that are not to them are left out; answered tells when each was.
func NewThirdParty(i *Incident, asks []*Action, answered map[Ref]time.Time, sources []*Source, claims []*Claim, now time.Time) *ThirdParty {
	t := &ThirdParty{Incident: i}
	to := map[Ref]bool{}
	for _, a := range asks {
		if a.Type != Ask || !i.Theirs(a.To) {
			continue
		}
		to[a.Ref] = true
		asked := Asked{Action: a, AnsweredAt: answered[a.Ref]}
		for _, s := range sources {
			if s.Ask == a.Ref && (asked.Source == nil || asked.Source.Withdrawn) {
				asked.Source = s
			}
		}
		switch {
		case asked.Late(now):
			t.Late = append(t.Late, asked)
		case a.State.Open():
			t.Waiting = append(t.Waiting, asked)
		default:
			t.Answered = append(t.Answered, asked)
		}
	}
	slices.SortStableFunc(t.Late, func(a, b Asked) int { return a.Promised.End().Compare(b.Promised.End()) })
	slices.SortStableFunc(t.Answered, func(a, b Asked) int { return b.AnsweredAt.Compare(a.AnsweredAt) })
	for _, s := range sources {
		if to[s.Ask] || i.Theirs(s.Publisher) || i.Theirs(s.From) {
			t.Sources = append(t.Sources, s)
		}
	}
	t.Contrary = contraries(t.Sources, claims)
	return t
}

// Late reports whether the ask is open though they said that it would be answered
// by now.
func (a Asked) Late(now time.Time) bool {
	return a.State.Open() && a.Promised.Known() && !now.Before(a.Promised.End())
}

// Promise says in words what they promised, and what came of it: "promised 12
// Aug, 3d late". when says a time in words.
func (a Asked) Promise(now time.Time, when func(Time) string) string {
	if !a.Promised.Known() {
		return "nothing promised"
	}
	s, end := "promised "+when(a.Promised), a.Promised.End()
	switch {
	case a.Late(now):
		return s + ", " + Span(now.Sub(end)) + " late"
	case a.State.Open():
		return s + ", in " + Span(end.Sub(now))
	case a.State == Dropped:
		return s
	case a.AnsweredAt.After(end):
		return s + ", answered " + Span(a.AnsweredAt.Sub(end)) + " late"
	}
	return s + ", answered in time"
}

// AnsweredAt returns when the answer of an ask became what it is, of its history,
// or the zero time if it has none.
func AnsweredAt(a *Action, history []Event) (at time.Time) {
	if a.Answer == "" {
		return time.Time{}
	}
	for _, e := range history {
		switch b := e.Body.(type) {
		case Made:
			at = e.At
		case Changed:
			if slices.ContainsFunc(b.Changes, func(c Change) bool { return c.Field == "answer" }) {
				at = e.At
			}
		}
	}
	return at
}

// said returns when a statement was made: when its source was received, else as of
// when it is, else when it was recorded.
func (s Statement) said() Time {
	switch {
	case s.From.Received.Known():
		return s.From.Received
	case s.AsOf.Known():
		return s.AsOf
	}
	return Time{s.MadeAt, Exact}
}

// contraries returns what of the claims by some sources does not agree with what
// they said before, the latest first.
func contraries(sources []*Source, claims []*Claim) (all []Contrary) {
	var said []Statement
	for _, c := range claims {
		if k := slices.IndexFunc(sources, func(s *Source) bool { return s.Ref == c.Source }); k >= 0 {
			said = append(said, Statement{c, sources[k]})
		}
	}
	slices.SortStableFunc(said, func(a, b Statement) int { return a.said().At.Compare(b.said().At) })
	for i, s := range slices.Backward(said) {
		for _, before := range slices.Backward(said[:i]) {
			if before.Key() == s.Key() && !overlap(before.Claim, s.Claim) {
				all = append(all, Contrary{s, before})
				break
			}
		}
	}
	return all
}

// Words says what does not agree, with dates and sources: "1 Aug: 40,000 (range
// unknown), reported, S-3 · 18 Aug: exactly 2,300, withdrawn since, S-1: do not
// overlap". when says a time in words, dot parts the two.
func (c Contrary) Words(when func(Time) string, dot string) string {
	part := func(s Statement) string {
		standing := string(s.Standing)
		switch {
		case standing == "":
			standing = "standing unknown"
		case !s.Standing.Stands():
			standing += " since"
		}
		return fmt.Sprintf("%s: %s, %s, %s", when(s.said()), s.Amount().Words(), standing, s.Source)
	}
	return part(c.Before) + " " + dot + " " + part(c.Later) + ": do not overlap"
}

// AnswerTitle returns what a source is called that is the answer to an ask.
func AnswerTitle(a *Action) string {
	title := []rune("Answer to " + string(a.Ref) + ": " + Line(FirstLine(a.Title)))
	return string(title[:min(len(title), MaxLine)])
}
