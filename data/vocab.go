package data

// The closed lists of words. In each of them the empty string means unknown;
// it is not in the list, and every list is in the order in which it is shown.

// A Severity is how bad the incident is, from SEV1 (worst) to SEV4.
type Severity string

// severities lists the known severities, worst first.
var severities = []Severity{"SEV1", "SEV2", "SEV3", "SEV4"}

// A Phase is how far the response has come.
type Phase string

// phases lists the phases in their usual order.
var phases = []Phase{"detected", "investigating", "contained", "recovering", "closed"}

// A Standing says how well a fact or a claim is established.
type Standing string

// The standings. Disproved and Withdrawn never stand.
const (
	Claimed   Standing = "claimed" // by the attacker
	Reported  Standing = "reported"
	Estimated Standing = "estimated"
	Confirmed Standing = "confirmed"
	Disproved Standing = "disproved"
	Withdrawn Standing = "withdrawn"
)

// standings lists the standings, weakest first, then the two that never stand.
var standings = []Standing{Claimed, Reported, Estimated, Confirmed, Disproved, Withdrawn}

// Stands reports whether something of this standing may be shown as a figure.
func (s Standing) Stands() bool { return s != Disproved && s != Withdrawn }

// rank orders the standings that stand: the higher the better established.
func (s Standing) rank() int {
	switch s {
	case Confirmed:
		return 4
	case Estimated:
		return 3
	case Reported:
		return 2
	case Claimed:
		return 1
	}
	return 0
}

// An Exposure says whether data of a category were exposed.
type Exposure string

// exposures lists the exposures.
var exposures = []Exposure{"reported", "reported-in-some-cases", "confirmed", "ruled-out"}

// A Notices says how far the notification of a region has come.
type Notices string

// noticesStates lists them in their usual order.
var noticesStates = []Notices{"not-begun", "begun", "complete"}

// A Status is the status of a workstream.
type Status string

// The statuses of a workstream.
const (
	NotStarted    Status = "not-started"
	OnTrack       Status = "on-track"
	AtRisk        Status = "at-risk"
	StreamBlocked Status = "blocked"
	StreamDone    Status = "done"
)

// statuses lists the statuses of a workstream.
var statuses = []Status{NotStarted, OnTrack, AtRisk, StreamBlocked, StreamDone}

// An ActionState is where an action stands.
type ActionState string

// The states of an action.
const (
	Open    ActionState = "open"
	Doing   ActionState = "doing"
	Blocked ActionState = "blocked"
	Done    ActionState = "done"
	Dropped ActionState = "dropped"
)

// ActionStates lists the states of an action.
var ActionStates = []ActionState{Open, Doing, Blocked, Done, Dropped}

// Open reports whether an action in this state counts as open: neither done
// nor dropped.
func (s ActionState) Open() bool { return s != Done && s != Dropped }

// A Priority is how urgent an action is, from P0 (now) to P3.
type Priority string

// priorities lists the priorities, most urgent first.
var priorities = []Priority{"P0", "P1", "P2", "P3"}

// A QuestionState is whether a question has been answered.
type QuestionState string

// QuestionStates lists them.
var QuestionStates = []QuestionState{"open", "answered"}

// A Unit is what a figure counts.
type Unit string

// The units.
const (
	People  Unit = "people"
	Records Unit = "records"
)

// Units lists the units.
var Units = []Unit{People, Records}

// A Topic is the question that a fact answers.
type Topic string

// Topics lists the six questions in the order a briefing has them.
var Topics = []Topic{"who", "what", "when", "where", "why", "how"}

// A Mark is set on incidents that are not a team's own: it is on every screen
// and every export.
type Mark string

// The marks.
const (
	sample   Mark = "SAMPLE"
	exercise Mark = "EXERCISE"
)

// marks lists the marks.
var marks = []Mark{sample, exercise}

// RegionKeys lists the regions there may be.
var RegionKeys = []string{"north-america", "europe", "asia", "elsewhere"}

// CategoryKeys lists the categories of exposed data.
var CategoryKeys = []string{"names", "addresses", "phone-numbers", "vehicle-details", "transaction-data", "service-history"}

// StreamKeys lists the five workstreams.
var StreamKeys = []string{"notification", "investigation", "remediation", "support", "authorities"}

// An Actor is the name of who records an event. It has no meaning beyond the
// incident it is recorded in.
type Actor string

// A Role is what an actor may do. Each role may do all that the one before it
// may.
type Role uint8

// The roles, least first. The zero Role may do nothing.
const (
	NoRole Role = iota
	Viewer
	Responder
	Lead
)

var roleNames = [...]string{"nobody", "viewer", "responder", "lead"}

// String returns the name of the role as people write it.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "unknown role"
}
