package data

import (
	"strings"
	"time"
)

// An ActionKind tells an ask from any other action.
type ActionKind string

// The kinds of action.
const (
	Task ActionKind = "action"
	Ask  ActionKind = "ask" // a question to someone, due in minutes or hours
)

// An Action is one piece of work with one owner.
type Action struct {
	Meta
	Title    string
	Stream   Ref
	Type     ActionKind
	To       string // of an ask: who is asked
	Owner    string
	Priority Priority
	State    ActionState
	Due      Time
	Promised Time   // of an ask: when those asked said that they would answer
	WaitsFor string // who or what it waits for
	Link     string
	Detail   string
	Answer   string // of an ask
}

var actionSpec = &Spec{
	Kind: KindAction, NameField: "title", Label: "Action", Plural: "actions", Prefix: "A", Role: Responder, Reader: Viewer,
	New: func() Entity { return &Action{} },
	Fields: []*Field{
		line("title", "Title", func(a *Action) *string { return &a.Title }).required(),
		word("kind", "Kind", []ActionKind{Task, Ask}, func(a *Action) *ActionKind { return &a.Type }).required().fixed().byDefault(string(Task)),
		streamField(),
		name("owner", "Owner", func(a *Action) *string { return &a.Owner }),
		word("priority", "Priority", priorities, func(a *Action) *Priority { return &a.Priority }),
		word("state", "State", ActionStates, func(a *Action) *ActionState { return &a.State }).required().byDefault(string(Open)),
		when("due", "Due", func(a *Action) *Time { return &a.Due }),
		line("waits_for", "Waits for", func(a *Action) *string { return &a.WaitsFor }),
		name("to", "Asked", func(a *Action) *string { return &a.To }).forAsks(),
		when("they_promised", "Promised", func(a *Action) *Time { return &a.Promised }).forAsks(),
		prose("answer", "Answer", func(a *Action) *string { return &a.Answer }).forAsks(),
		line("link", "Link", func(a *Action) *string { return &a.Link }),
		prose("detail", "Detail", func(a *Action) *string { return &a.Detail }),
	},
}

func streamField() *Field {
	f := word("stream", "Workstream", StreamKeys, func(a *Action) *string { return (*string)(&a.Stream) })
	return f.required()
}

// Kind implements [Entity].
func (a *Action) Kind() Kind { return KindAction }

// Name implements [Entity].
func (a *Action) Name() string { return a.Title }

func (a *Action) clone() Entity { c := *a; return &c }

// Overdue reports whether the action is open and its deadline has passed.
func (a *Action) Overdue(now time.Time) bool {
	return a.State.Open() && a.Due.Known() && !now.Before(a.Due.End())
}

// DueKey orders open actions by deadline: the moment it passes, in UTC, or a
// text after all of these if there is none.
func (a *Action) DueKey() string {
	if !a.Due.Known() {
		return "~"
	}
	return a.Due.End().Format(time.RFC3339)
}

// PriorityKey orders open actions with the same deadline: unknown comes last.
func (a *Action) PriorityKey() string {
	if a.Priority == "" {
		return "~"
	}
	return string(a.Priority)
}

func (a *Action) rule(_ *State, before Entity) error {
	if a.Type != Ask && (a.To != "" || a.Answer != "" || a.Promised.Known()) {
		return Refuse("only an ask is asked of someone and answered")
	}
	old, _ := before.(*Action)
	if old != nil && old.State == Dropped && a.State == Dropped {
		return Refuse("%s is dropped since %s (%s); it cannot be changed", a.Ref, old.ChangedAt.UTC().Format("2 Jan 15:04Z"), Line(string(old.ChangedBy))).
			WithHint("reopen it first: warroom action reopen %s", a.Ref)
	}
	if old == nil || old.State == a.State || old.State.Open() || a.State == Open {
		return nil
	}
	return Refuse("%s is %s; it cannot become %s", a.Ref, old.State, a.State).WithHint("reopen it first: warroom action reopen %s", a.Ref)
}

// The counts that actions keep. A due bucket is an hour, so that how many are
// overdue is a short range of counts and never a scan of the actions.
const (
	TallyAction  = "action/"         // + state
	TallyStream  = "stream/"         // + stream + "/" + state
	TallyNoOwner = "action-no-owner" // open actions without an owner
	TallyNoDue   = "action-no-due"   // open actions without a deadline
	TallyDue     = "due/"            // + hour + "/" + stream, open actions
	DueHour      = "2006-01-02T15"   // the layout of the hour
)

func (a *Action) tally(add func(string)) {
	add(TallyAction + string(a.State))
	add(TallyStream + string(a.Stream) + "/" + string(a.State))
	if !a.State.Open() {
		return
	}
	if a.Owner == "" {
		add(TallyNoOwner)
	}
	if !a.Due.Known() {
		add(TallyNoDue)
		return
	}
	var b strings.Builder
	b.WriteString(TallyDue)
	b.WriteString(a.Due.End().Format(DueHour))
	b.WriteString("/" + string(a.Stream))
	add(b.String())
}
