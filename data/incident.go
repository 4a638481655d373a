package data

import "time"

// An Incident is one breach; there is exactly one in a file.
type Incident struct {
	Meta
	UID           string // the same in every copy of the file, and in no other
	Title         string
	Summary       string
	Organisation  string
	ThirdParty    string
	TheyRun       string // what the third party runs
	TheyAre       string // the names by which asks and sources call the third party, apart by commas
	Severity      Severity
	Phase         Phase
	Commander     string
	CallLink      string
	Aware         Time // when the organisation became aware of the breach
	NextUpdateDue Time
	Mark          Mark
}

var incidentSpec = &Spec{
	Kind: KindIncident, NameField: "title", Label: "Incident", Plural: "incident", Role: Lead, Reader: Viewer,
	New: func() Entity { return &Incident{} },
	Fields: []*Field{
		line("uid", "File identity", func(i *Incident) *string { return &i.UID }).fixed().internal(),
		line("title", "Title", func(i *Incident) *string { return &i.Title }),
		prose("summary", "Summary", func(i *Incident) *string { return &i.Summary }),
		line("organisation", "Organisation", func(i *Incident) *string { return &i.Organisation }),
		line("third_party", "Third party", func(i *Incident) *string { return &i.ThirdParty }),
		line("third_party_runs", "Third party runs", func(i *Incident) *string { return &i.TheyRun }),
		line("third_party_names", "Third party called", func(i *Incident) *string { return &i.TheyAre }),
		word("severity", "Severity", severities, func(i *Incident) *Severity { return &i.Severity }),
		word("phase", "Phase", phases, func(i *Incident) *Phase { return &i.Phase }),
		name("commander", "Commander", func(i *Incident) *string { return &i.Commander }),
		line("call_link", "Call link", func(i *Incident) *string { return &i.CallLink }),
		when("aware", "Aware", func(i *Incident) *Time { return &i.Aware }).before(),
		when("next_update_due", "Next update due", func(i *Incident) *Time { return &i.NextUpdateDue }),
		word("mark", "Mark", marks, func(i *Incident) *Mark { return &i.Mark }).fixed(),
	},
}

// Kind implements [Entity].
func (i *Incident) Kind() Kind { return KindIncident }

// Name implements [Entity].
func (i *Incident) Name() string { return i.Title }

func (i *Incident) clone() Entity { c := *i; return &c }

// A Region is where affected people live.
type Region struct {
	Meta
	Label   string
	Notices Notices // how far the notification of its people has come
	Note    string

	NoticesDue Time // by when all of its people are to be told, as was promised
}

var regionSpec = &Spec{
	Kind: KindRegion, NameField: "name", Label: "Region", Plural: "regions", Keys: RegionKeys, Role: Lead, Reader: Viewer,
	New: func() Entity { return &Region{} },
	Fields: []*Field{
		line("name", "Name", func(r *Region) *string { return &r.Label }).required(),
		word("notices", "Notices", noticesStates, func(r *Region) *Notices { return &r.Notices }),
		prose("note", "Note", func(r *Region) *string { return &r.Note }),
		when("notices_due", "Notices due", func(r *Region) *Time { return &r.NoticesDue }),
	},
}

// Kind implements [Entity].
func (r *Region) Kind() Kind { return KindRegion }

// Name implements [Entity].
func (r *Region) Name() string { return r.Label }

func (r *Region) clone() Entity { c := *r; return &c }

// A Category is a kind of exposed data.
type Category struct {
	Meta
	Label    string
	Exposure Exposure
}

var categorySpec = &Spec{
	Kind: KindCategory, NameField: "name", Label: "Category", Plural: "categories", Keys: CategoryKeys, Role: Lead, Reader: Viewer,
	New: func() Entity { return &Category{} },
	Fields: []*Field{
		line("name", "Name", func(c *Category) *string { return &c.Label }).required(),
		word("exposure", "Exposure", exposures, func(c *Category) *Exposure { return &c.Exposure }),
	},
}

// Kind implements [Entity].
func (c *Category) Kind() Kind { return KindCategory }

// Name implements [Entity].
func (c *Category) Name() string { return c.Label }

func (c *Category) clone() Entity { d := *c; return &d }

// A Workstream is one of the five lines of work.
type Workstream struct {
	Meta
	Label    string
	Status   Status
	Lead     string
	Headline string
	Promise  time.Duration // how often it is to be updated; 0 is unknown
}

var workstreamSpec = &Spec{
	Kind: KindWorkstream, NameField: "name", Label: "Workstream", Plural: "workstreams", Keys: StreamKeys, Role: Responder, Reader: Viewer,
	New: func() Entity { return &Workstream{} },
	Fields: []*Field{
		line("name", "Name", func(w *Workstream) *string { return &w.Label }).required(),
		word("status", "Status", statuses, func(w *Workstream) *Status { return &w.Status }),
		name("lead", "Lead", func(w *Workstream) *string { return &w.Lead }),
		line("headline", "Headline", func(w *Workstream) *string { return &w.Headline }),
		span("promise", "Promised update every", func(w *Workstream) *time.Duration { return &w.Promise }),
	},
}

// Kind implements [Entity].
func (w *Workstream) Kind() Kind { return KindWorkstream }

// Name implements [Entity].
func (w *Workstream) Name() string { return w.Label }

func (w *Workstream) clone() Entity { c := *w; return &c }

// Updated returns when somebody last said something of the workstream, or the
// zero time if nobody has since the file was made.
func (w *Workstream) Updated() time.Time {
	if !w.Changed() {
		return time.Time{}
	}
	return w.ChangedAt
}

// Stale reports whether the workstream is older than its own promise. One that
// promises nothing, or is done, is never stale.
func (w *Workstream) Stale(now time.Time) bool {
	return w.Promise > 0 && w.Status != StreamDone && now.Sub(w.ChangedAt) > w.Promise
}
