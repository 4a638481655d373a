package cli

import (
	"time"

	"warroom/data"
)

// The shape of warroom status --json. It is part of the program's contract:
// the design's section on the command line has it.
type (
	statusJSON struct {
		Incident    incidentJSON   `json:"incident"`
		People      figureJSON     `json:"people"`
		Regions     []regionJSON   `json:"regions"`
		Categories  []categoryJSON `json:"categories"`
		Workstreams []streamJSON   `json:"workstreams"`
		Actions     actionsJSON    `json:"actions"`
		Questions   struct {
			Open int `json:"open"`
		} `json:"questions"`
	}
	incidentJSON struct {
		Title         *string  `json:"title"`
		Severity      *string  `json:"severity"`
		Phase         *string  `json:"phase"`
		Commander     *string  `json:"commander"`
		Aware         timeJSON `json:"aware"`
		NextUpdateDue *string  `json:"next_update_due"`
		Mark          *string  `json:"mark"`
		File          string   `json:"file"`
		Seq           int64    `json:"seq"`
	}
	timeJSON struct {
		At        *string `json:"at"`
		Precision *string `json:"precision"`
	}
	figureJSON struct {
		Unit     data.Unit `json:"unit"`
		Low      *int64    `json:"low"`
		Best     *int64    `json:"best"`
		High     *int64    `json:"high"`
		Standing string    `json:"standing"`
		Claim    *string   `json:"claim"`
		Source   *string   `json:"source"`
		AsOf     *string   `json:"as_of"`
		Recorded *string   `json:"recorded_at"`
	}
	regionJSON struct {
		Key      data.Ref      `json:"key"`
		Name     string        `json:"name"`
		People   figureJSON    `json:"people"`
		Notified *notifiedJSON `json:"notified"` // null is unknown
	}
	notifiedJSON struct {
		Unit        data.Unit     `json:"unit"`
		Low         int64         `json:"low"` // the same as high, unless people may have been told twice
		High        int64         `json:"high"`
		By          string        `json:"by"`
		PercentLow  *int64        `json:"percent_low"` // of the people affected
		PercentHigh *int64        `json:"percent_high"`
		Standing    string        `json:"standing"` // the weakest of the counts
		Source      *string       `json:"source"`   // null also if there are several
		AsOf        *string       `json:"as_of"`    // of the oldest of the counts
		Odd         *string       `json:"odd"`      // more notified than affected
		Counts      []channelJSON `json:"counts"`
	}
	channelJSON struct {
		Notice      data.Ref     `json:"notice"`
		Region      data.Ref     `json:"region"`
		Channel     data.Channel `json:"channel"`
		Contactable *int64       `json:"contactable"`
		Sent        *int64       `json:"sent"`
		Delivered   *int64       `json:"delivered"`
		Bounced     *int64       `json:"bounced"`
		Resent      *int64       `json:"resent"`
		Answered    *int64       `json:"answered"`
		Standing    string       `json:"standing"`
		Source      *string      `json:"source"`
		AsOf        *string      `json:"as_of"`
	}
	categoryJSON struct {
		Key      data.Ref   `json:"key"`
		Name     string     `json:"name"`
		Exposure *string    `json:"exposure"`
		People   figureJSON `json:"people"`
		Records  figureJSON `json:"records"`
	}
	streamJSON struct {
		Key       data.Ref   `json:"key"`
		Name      string     `json:"name"`
		Status    *string    `json:"status"`
		Lead      *string    `json:"lead"`
		Headline  *string    `json:"headline"`
		UpdatedAt *string    `json:"updated_at"`
		Stale     bool       `json:"stale"`
		Actions   countsJSON `json:"actions"`
	}
	countsJSON struct {
		Open    int `json:"open"`
		Blocked int `json:"blocked"`
		Overdue int `json:"overdue"`
		Done    int `json:"done"`
	}
	actionsJSON struct {
		Open    int       `json:"open"`
		Doing   int       `json:"doing"`
		Blocked int       `json:"blocked"`
		Overdue int       `json:"overdue"`
		Done    int       `json:"done"`
		Dropped int       `json:"dropped"`
		Top     []topJSON `json:"top"`
	}
	topJSON struct {
		ID       data.Ref `json:"id"`
		Title    string   `json:"title"`
		Stream   data.Ref `json:"stream"`
		Owner    *string  `json:"owner"`
		Priority *string  `json:"priority"`
		State    string   `json:"state"`
		Due      *string  `json:"due"`
	}
)

// json returns how things stand as JSON has it.
func (s *situation) json() statusJSON {
	i := s.Incident
	j := statusJSON{
		Incident: incidentJSON{
			Title: known(i.Title), Severity: known(i.Severity), Phase: known(i.Phase), Commander: known(i.Commander),
			Aware:         timeJSON{known(i.Aware.String()), known(i.Aware.Prec.String())},
			NextUpdateDue: known(i.NextUpdateDue.String()), Mark: known(i.Mark), File: s.path, Seq: s.Seq,
		},
		People:  figureOf(s.Affected, data.People),
		Regions: []regionJSON{}, Categories: []categoryJSON{}, Workstreams: []streamJSON{},
	}
	for _, r := range s.Regions {
		j.Regions = append(j.Regions, regionJSON{Key: r.Ref, Name: r.Label, People: figureOf(r.People, data.People), Notified: notifiedOf(r)})
	}
	for _, c := range s.Data {
		j.Categories = append(j.Categories, categoryJSON{Key: c.Ref, Name: c.Label, Exposure: known(c.Exposure),
			People: figureOf(c.People, data.People), Records: figureOf(c.Records, data.Records)})
	}
	for _, w := range s.Streams {
		j.Workstreams = append(j.Workstreams, streamOf(w, s.now))
	}
	n := s.Actions
	j.Actions = actionsJSON{n.Open, n.Doing, n.Blocked, n.Overdue, n.Done, n.Dropped, []topJSON{}}
	for _, a := range s.top {
		j.Actions.Top = append(j.Actions.Top, topJSON{a.Ref, a.Title, a.Stream, known(a.Owner),
			known(a.Priority), string(a.State), known(a.Due.String())})
	}
	j.Questions.Open = s.OpenQs
	return j
}

// figureOf returns a figure as JSON has it; nil is unknown.
func figureOf(c *data.Claim, unit data.Unit) figureJSON {
	f := figureJSON{Unit: unit, Standing: unsaid}
	if c == nil {
		return f
	}
	f.Low, f.Best, f.High = count(c.Low), count(c.Best), count(c.High)
	f.Standing = or(c.Standing, unsaid)
	f.Claim, f.Source, f.AsOf = known(c.Ref), known(c.Source), known(c.AsOf.String())
	f.Recorded = moment(c.MadeAt)
	return f
}

// notifiedOf returns how many were told in a region as JSON has it; nil is unknown.
func notifiedOf(r data.RegionRow) *notifiedJSON { return notifiedJSONOf(r.Told(), r.People) }

func notifiedJSONOf(n data.Notified, affected *data.Claim) *notifiedJSON {
	if !n.Known() {
		return nil
	}
	low, high := n.Share(affected)
	j := &notifiedJSON{Unit: data.People, Low: n.Low.N, High: n.High.N, By: n.By, PercentLow: count(low), PercentHigh: count(high),
		Standing: or(n.Standing, unsaid), Source: known(n.Source()), AsOf: known(n.AsOf.String()), Odd: known(n.Excess(affected))}
	for _, c := range n.Counts {
		j.Counts = append(j.Counts, channelJSON{c.Ref, c.Region, c.Channel, count(c.Contactable), count(c.Sent), count(c.Delivered),
			count(c.Bounced), count(c.Resent), count(c.Answered), or(c.Standing, unsaid), known(c.Source), known(c.AsOf.String())})
	}
	return j
}

func count(c data.Count) *int64 {
	if !c.Known {
		return nil
	}
	return &c.N
}

// streamOf returns a workstream as JSON has it.
func streamOf(w data.StreamRow, now time.Time) streamJSON {
	return streamJSON{Key: w.Ref, Name: w.Label, Status: known(w.Status), Lead: known(w.Lead), Headline: known(w.Headline),
		UpdatedAt: moment(w.Updated()), Stale: w.Stale(now),
		Actions: countsJSON{w.Open, w.Blocked, w.Overdue, w.Done}}
}
