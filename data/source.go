package data

import (
	"errors"
	"slices"
)

// A Source is where a fact or a claim comes from.
type Source struct {
	Meta
	Title     string
	Publisher string
	URL       string
	Language  string
	Received  Time
	From      string // who passed it on
	Grade     string // reliability A–F and credibility 1–6, such as "B2"; see GradeWords
	Ask       Ref    // the ask that it is the answer to
	Withdrawn bool   // nothing may rest on it any more
	Comment   string
}

var sourceSpec = &Spec{
	Kind: KindSource, NameField: "title", Label: "Source", Plural: "sources", Prefix: "S", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Source{} },
	Fields: []*Field{
		line("title", "Title", func(s *Source) *string { return &s.Title }).required(),
		line("publisher", "Publisher", func(s *Source) *string { return &s.Publisher }),
		line("url", "Address", func(s *Source) *string { return &s.URL }),
		line("language", "Language", func(s *Source) *string { return &s.Language }),
		when("received", "Received", func(s *Source) *Time { return &s.Received }).before(),
		name("from", "From", func(s *Source) *string { return &s.From }),
		word("grade", "Grade", grades(), func(s *Source) *string { return &s.Grade }),
		ref("ask", "Answer to", func(s *Source) *Ref { return &s.Ask }),
		flag("withdrawn", "Withdrawn", func(s *Source) *bool { return &s.Withdrawn }).only(Lead),
		prose("note", "Note", func(s *Source) *string { return &s.Comment }),
	},
}

// grades lists the grades of a source in the Admiralty system: reliability A
// (reliable) to F (cannot be judged), credibility 1 (confirmed) to 6.
func grades() (all []string) {
	for _, reliability := range "ABCDEF" {
		for _, credibility := range "123456" {
			all = append(all, string(reliability)+string(credibility))
		}
	}
	return all
}

// Kind implements [Entity].
func (s *Source) Kind() Kind { return KindSource }

// Name implements [Entity].
func (s *Source) Name() string { return s.Title }

func (s *Source) clone() Entity { c := *s; return &c }

func (s *Source) rule(st *State, before Entity) error {
	if s.Ask != "" {
		item, err := st.Need(s.Ask)
		if err != nil {
			return err
		}
		if a, ok := item.(*Action); !ok || a.Type != Ask {
			return Refuse("%s is no ask", s.Ask)
		}
	}
	if old, ok := before.(*Source); !s.Withdrawn || ok && old.Withdrawn {
		return nil
	}
	n, err := st.Count(restsTally + string(s.Ref))
	if err == nil && n > 0 {
		e := Refuse("%d of the claims, facts and counts of notices that rest on %s still stand", n, s.Ref).
			WithHint("see what falls with it: warroom source withdraw %s", s.Ref).OnBoard("{withdraw W} on %s shows what falls with it", s.Ref)
		e.Err = ErrRests
		err = e
	}
	return err
}

// ErrRests is behind the error that says that a source cannot be withdrawn while
// what rests on it stands.
var ErrRests = errors.New("something rests on it")

// restsTally counts, with the id of a source behind it, the claims, facts and
// counts of notices that rest on it and stand. Of a source that is withdrawn there are none.
const restsTally = "rests/"

func tallyRests(source Ref, standing Standing, add func(string)) {
	if source != "" && standing.Stands() {
		add(restsTally + string(source))
	}
}

// mayRest refuses a source that is not there, and one that is withdrawn for what
// did not name it before, or would stand on it.
func (s *State) mayRest(source, was Ref, stands bool) error {
	if err := s.mustExist(source, KindSource); err != nil || source == "" {
		return err
	}
	e, err := s.Need(source)
	if err != nil || !e.(*Source).Withdrawn {
		return err
	}
	switch {
	case source != was:
		err = Refuse("%s is withdrawn: nothing new rests on it", source).
			WithHint("name another source; a lead brings it back: warroom source set %s --withdrawn no", source).
			OnBoard("name another source; a lead brings it back with {edit e} on %s: withdrawn no", source)
	case stands:
		err = Refuse("%s is withdrawn: nothing stands that rests on it", source).
			WithHint("name another source first, or none; a lead brings it back: warroom source set %s --withdrawn no", source).
			OnBoard("name another source first, or none; a lead brings it back with {edit e} on %s: withdrawn no", source)
	}
	return err
}

// What the letters and digits of a grade mean (the Admiralty system, as in STANAG
// 2511).
var (
	reliabilities = []string{"reliable", "usually reliable", "fairly reliable", "not usually reliable", "unreliable", "reliability cannot be judged"}
	credibilities = []string{"confirmed by others", "probably true", "possibly true", "doubtful", "improbable", "truth cannot be judged"}
)

// GradeWords says what a grade means: "usually reliable, probably true" for B2.
// It returns "" if there is none.
func GradeWords(grade string) string {
	if !slices.Contains(grades(), grade) {
		return ""
	}
	return reliabilities[grade[0]-'A'] + ", " + credibilities[grade[1]-'1']
}
