package data

// A Fact is something said about the incident.
type Fact struct {
	Meta
	Topic    Topic
	Text     string
	Standing Standing
	Source   Ref
	Happened Time
}

var factSpec = &Spec{
	Kind: KindFact, NameField: "text", Label: "Fact", Plural: "facts", Prefix: "F", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Fact{} },
	Fields: []*Field{
		word("topic", "Topic", Topics, func(f *Fact) *Topic { return &f.Topic }).required().fixed(),
		prose("text", "Text", func(f *Fact) *string { return &f.Text }).required(),
		word("standing", "Standing", standings, func(f *Fact) *Standing { return &f.Standing }),
		ref("source", "Source", func(f *Fact) *Ref { return &f.Source }),
		when("happened", "Happened", func(f *Fact) *Time { return &f.Happened }).before(),
	},
}

// Kind implements [Entity].
func (f *Fact) Kind() Kind { return KindFact }

// Name implements [Entity].
func (f *Fact) Name() string { return f.Text }

func (f *Fact) clone() Entity { c := *f; return &c }

func (f *Fact) rule(s *State, before Entity) error {
	var was Ref
	if old, ok := before.(*Fact); ok {
		was = old.Source
	}
	return s.mayRest(f.Source, was, f.Standing.Stands())
}

func (f *Fact) tally(add func(string)) { tallyRests(f.Source, f.Standing, add) }

// A Decision is something that was decided, by whom and why.
type Decision struct {
	Meta
	Text      string
	DecidedBy string
	Reason    string
	ReviewDue Time
}

var decisionSpec = &Spec{
	Kind: KindDecision, NameField: "text", Label: "Decision", Plural: "decisions", Prefix: "D", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Decision{} },
	Fields: []*Field{
		prose("text", "Text", func(d *Decision) *string { return &d.Text }).required(),
		name("decided_by", "Decided by", func(d *Decision) *string { return &d.DecidedBy }),
		prose("reason", "Reason", func(d *Decision) *string { return &d.Reason }),
		when("review_due", "Review due", func(d *Decision) *Time { return &d.ReviewDue }),
	},
}

// Kind implements [Entity].
func (d *Decision) Kind() Kind { return KindDecision }

// Name implements [Entity].
func (d *Decision) Name() string { return d.Text }

func (d *Decision) clone() Entity { c := *d; return &c }

// A Note is something worth keeping. A private one is for leads and responders.
type Note struct {
	Meta
	Text     string
	Private  bool
	About    Ref
	Happened Time
}

var noteSpec = &Spec{
	Kind: KindNote, NameField: "text", Label: "Note", Plural: "notes", Prefix: "N", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Note{} },
	Fields: []*Field{
		prose("text", "Text", func(n *Note) *string { return &n.Text }).required(),
		flag(privateKey, "Private", func(n *Note) *bool { return &n.Private }),
		ref("about", "About", func(n *Note) *Ref { return &n.About }),
		when("happened", "Happened", func(n *Note) *Time { return &n.Happened }).before(),
	},
}

// Kind implements [Entity].
func (n *Note) Kind() Kind { return KindNote }

// Name implements [Entity].
func (n *Note) Name() string { return n.Text }

func (n *Note) clone() Entity { c := *n; return &c }

func (n *Note) rule(s *State, _ Entity) error { return s.mustExist(n.About, "") }

// A Question is something that is not known yet.
type Question struct {
	Meta
	Text   string
	State  QuestionState
	Answer string
}

// TallyQuestion counts questions by state.
const TallyQuestion = "question/"

var questionSpec = &Spec{
	Kind: KindQuestion, NameField: "text", Label: "Question", Plural: "questions", Prefix: "Q", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Question{} },
	Fields: []*Field{
		prose("text", "Text", func(q *Question) *string { return &q.Text }).required(),
		word("state", "State", QuestionStates, func(q *Question) *QuestionState { return &q.State }).required().byDefault("open"),
		prose("answer", "Answer", func(q *Question) *string { return &q.Answer }),
	},
}

// Kind implements [Entity].
func (q *Question) Kind() Kind { return KindQuestion }

// Name implements [Entity].
func (q *Question) Name() string { return q.Text }

func (q *Question) clone() Entity { c := *q; return &c }

func (q *Question) tally(add func(string)) { add(TallyQuestion + string(q.State)) }

// A Risk is something that may come of the breach.
type Risk struct {
	Meta
	Text     string
	To       string // whom it threatens
	Standing Standing
}

var riskSpec = &Spec{
	Kind: KindRisk, NameField: "text", Label: "Risk", Plural: "risks", Prefix: "R", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Risk{} },
	Fields: []*Field{
		prose("text", "Text", func(r *Risk) *string { return &r.Text }).required(),
		line("to", "Threatens", func(r *Risk) *string { return &r.To }),
		word("standing", "Standing", standings, func(r *Risk) *Standing { return &r.Standing }),
	},
}

// Kind implements [Entity].
func (r *Risk) Kind() Kind { return KindRisk }

// Name implements [Entity].
func (r *Risk) Name() string { return r.Text }

func (r *Risk) clone() Entity { c := *r; return &c }

// A Lesson is something to do better.
type Lesson struct {
	Meta
	Text string
}

var lessonSpec = &Spec{
	Kind: KindLesson, NameField: "text", Label: "Lesson", Plural: "lessons", Prefix: "X", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Lesson{} },
	Fields: []*Field{
		prose("text", "Text", func(l *Lesson) *string { return &l.Text }).required(),
	},
}

// Kind implements [Entity].
func (l *Lesson) Kind() Kind { return KindLesson }

// Name implements [Entity].
func (l *Lesson) Name() string { return l.Text }

func (l *Lesson) clone() Entity { c := *l; return &c }
