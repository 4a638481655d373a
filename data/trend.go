package data

import "time"

// The counts of actions that were opened and closed on a day, in UTC: an action
// made open was opened, one that becomes done or dropped was closed, and one
// that is reopened was opened again. One that was made closed is neither, so
// that what was opened less what was closed is what is open.
const (
	TallyDay  = "day/" // + day + one of the two below
	DayOpened = "/opened"
	DayClosed = "/closed"
)

// retime counts what became of an action on the day of the event that makes e of
// old. A redaction, which folds an item again, opens and closes nothing.
func (s *State) retime(old, e Entity) error {
	now, ok := e.(*Action)
	if !ok {
		return nil
	}
	was := false
	if a, ok := old.(*Action); ok {
		was = a.State.Open()
	}
	key := TallyDay + now.ChangedAt.UTC().Format(time.DateOnly)
	switch is := now.State.Open(); {
	case is && !was:
		return s.add(key+DayOpened, 1)
	case was && !is:
		return s.add(key+DayClosed, 1)
	}
	return nil
}

// A Trend is how the incident went, over time.
type Trend struct {
	Days   []TrendDay    // each day of the range, in order
	People []FigurePoint // the history of the figure for everybody; empty if nobody ever stated one
	Damage error         // why that history cannot be read, or nil

	Counts []*Notice // all counts of notices, as [SortNotices] has them
}

// A TrendDay says how many actions were opened and closed on a day in UTC.
type TrendDay struct {
	Day            time.Time // its first moment
	Opened, Closed int
}

// maxTrend is how many days a Trend has at the most.
const maxTrend = 3660

// TrendDays returns the days from from to to, both included, with what counts
// kept by the fold say of them. Of a longer range than maxTrend it returns the
// last days.
func TrendDays(from, to time.Time, counts map[string]int64) []TrendDay {
	first, last := day(from), day(to)
	if oldest := last.AddDate(0, 0, 1-maxTrend); first.Before(oldest) {
		first = oldest
	}
	var days []TrendDay
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		key := TallyDay + d.Format(time.DateOnly)
		days = append(days, TrendDay{d, int(counts[key+DayOpened]), int(counts[key+DayClosed])})
	}
	return days
}

func day(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// A FigurePoint is what a figure became at a moment. It stays so until the next
// point.
type FigurePoint struct {
	At              time.Time // when it was recorded, UTC
	Claim           Ref       // that stands from then on; "" if none does: the figure is unknown again
	Low, Best, High Count
	Standing        Standing
}

// FigureHistory returns what stood for a figure over time, the oldest first: a
// point for each moment at which what stands became another claim, another
// number or another standing. It folds events, those about the claims of the
// figure in the order of the log, and so says what the board showed, not what a
// claim says of an earlier day. Of several points at one moment the last counts.
// Events about anything else are left out.
func FigureHistory(key FigureKey, events []Event) ([]FigurePoint, error) {
	s := NewState(nil, 0)
	var points []FigurePoint
	for _, e := range events {
		switch b := e.Body.(type) {
		case Made:
			if b.Of != KindClaim {
				continue
			}
		case Changed:
			if s.entities[b.Ref] == nil {
				continue
			}
		default: // what a redaction masks is no number and no standing
			continue
		}
		if err := e.Body.apply(s, &e); err != nil {
			return nil, err
		}
		now := FigurePoint{At: e.At}
		c, err := s.Figure(key)
		if err != nil {
			return nil, err
		}
		if c != nil {
			now = FigurePoint{e.At, c.Ref, c.Low, c.Best, c.High, c.Standing}
		}
		if n := len(points); n > 0 && points[n-1].At.Equal(now.At) {
			points = points[:n-1]
		}
		var same FigurePoint // as before
		if n := len(points); n > 0 {
			same = points[n-1]
		}
		if same.At = now.At; now != same {
			points = append(points, now)
		}
	}
	return points, nil
}
