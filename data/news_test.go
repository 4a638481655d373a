package data

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A teller records as several people do, and remembers the log.
type teller struct {
	t   *testing.T
	s   *State
	log []Entry
}

func (l *teller) says(by Actor, b Body) *teller {
	l.t.Helper()
	e := event(l.s, b)
	e.By = by
	if err := b.Check(l.s); err != nil {
		l.t.Fatal(err)
	}
	if err := l.s.Apply(e); err != nil {
		l.t.Fatal(err)
	}
	l.log = append(l.log, Entry{Event: *e})
	return l
}

func (l *teller) sets(by Actor, ref Ref, kv ...string) *teller {
	l.t.Helper()
	return l.says(by, set(l.t, l.s, ref, kv...))
}

// since returns the news after a position as text, with names and notes as they
// are in the end.
func (l *teller) since(after int, me Actor) string {
	l.t.Helper()
	var claims []*Claim
	entries := l.log[after:]
	for i := range entries {
		e := need[Entity](l.t, l.s, entries[i].Item())
		entries[i].Name = e.Name()
		if n, ok := e.(*Note); ok {
			entries[i].Private = n.Private
		}
	}
	for _, e := range l.s.All() {
		if c, ok := e.(*Claim); ok {
			claims = append(claims, c)
		}
	}
	return newsText(MakeNews(int64(after), entries, claims).For(me))
}

func newsText(n News) string {
	var all []string
	for _, p := range n.Panes {
		var items []string
		for _, i := range p.Items {
			items = append(items, itemText(i))
		}
		all = append(all, p.Name+": "+strings.Join(items, "; "))
	}
	return strings.Join(all, " | ")
}

func itemText(i NewsItem) string {
	text := string(i.Ref)
	amount := func(c *Claim) string {
		if c == nil {
			return "unknown"
		}
		return fmt.Sprintf("%d %s", c.Best.N, c.Standing)
	}
	if f := i.Figure; f != nil {
		text = fmt.Sprintf("%s %s %s → %s (%s)", f.Key.Cell, f.Key.Unit, amount(f.Was), amount(f.Now), i.Ref)
	}
	if i.New {
		text += " new"
	}
	for _, c := range i.Changes {
		text += fmt.Sprintf(" %s %s→%s", c.Field, c.Was, c.Now)
	}
	if i.Touched() {
		text += " touched"
	}
	if i.Redacted {
		text += " redacted"
	}
	for _, by := range i.By {
		text += " " + string(by)
	}
	if i.Mine {
		text += " (mine)"
	}
	return text
}

func TestNews(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after int // as if seen up to here
		say   func(l *teller)
		want  string
	}{
		{"nothing", 0, func(*teller) {}, ""},
		{"a new item", 0, func(l *teller) { l.says("ben", action()) }, "Actions: A-1 new ben"},
		{"one that was changed", 1, func(l *teller) {
			l.says("ana", action()).sets("ben", "A-1", "state", "done", "owner", "Cas")
		}, "Actions: A-1 state open→done owner →Cas ben"},
		{"only what it comes to", 1, func(l *teller) {
			l.says("ana", action()).sets("ben", "A-1", "state", "doing").sets("cas", "A-1", "state", "blocked").sets("ben", "A-1", "state", "done")
		}, "Actions: A-1 state open→done ben cas"},
		{"changed and changed back", 1, func(l *teller) {
			l.says("ana", action()).sets("ben", "A-1", "state", "doing").sets("cas", "A-1", "state", "open")
		}, "Actions: A-1 touched cas ben"},
		{"one field back, the other not", 1, func(l *teller) {
			l.says("ana", action()).sets("ben", "A-1", "state", "doing", "owner", "Cas").sets("cas", "A-1", "state", "open")
		}, "Actions: A-1 owner →Cas cas ben"},
		{"new and changed since", 0, func(l *teller) {
			l.says("ben", action()).sets("cas", "A-1", "state", "done")
		}, "Actions: A-1 new state open→done cas ben"},
		{"the newest first, pane by pane", 0, func(l *teller) {
			l.says("ben", action()).says("ben", made(KindQuestion, "text", "How?")).says("ben", action()).
				says("ben", made(KindDecision, "text", "So")).says("ben", keyed(KindRegion, "asia", "name", "Asia")).
				says("ben", made(KindRisk, "text", "Fraud")).says("ben", made(KindFact, "topic", "who", "text", "They")).
				says("ben", keyed(KindWorkstream, "support", "name", "Support")).says("ben", keyed(KindCategory, "names", "name", "Names")).
				says("ben", made(KindIncident, "uid", "u"))
		}, "Incident: incident new ben | Regions: asia new ben | Data: names new ben | Workstreams: support new ben | " +
			"Actions: A-2 new ben; A-1 new ben | Questions: Q-1 new ben | Briefing: F-1 new ben; R-1 new ben | Notes and decisions: D-1 new ben"},
		{"what is mine is marked", 0, func(l *teller) {
			l.says("me", action()).says("me", action()).sets("ben", "A-2", "state", "doing")
		}, "Actions: A-2 new state open→doing ben me; A-1 new me (mine)"},
		{"a first number", 0, func(l *teller) {
			l.says("ben", claim("standing", "estimated"))
		}, "Regions: all/all people unknown → 1000 estimated (C-1) ben"},
		{"a better one, and one that is beaten", 1, func(l *teller) {
			l.says("ana", claim("best", "40000", "standing", "estimated")).says("ben", claim("best", "46000", "standing", "confirmed")).
				says("cas", claim("best", "9", "standing", "claimed"))
		}, "Regions: all/all people 40000 estimated → 46000 confirmed (C-3) cas ben"},
		{"one that changes nothing", 1, func(l *teller) {
			l.says("ana", claim("standing", "confirmed")).says("ben", claim("best", "5"))
		}, "Regions: all/all people 1000 confirmed → 1000 confirmed (C-2) touched ben"},
		{"withdrawn", 2, func(l *teller) {
			l.says("ana", claim("best", "7", "standing", "reported")).says("ana", claim("best", "8", "standing", "estimated")).
				sets("ben", "C-2", "standing", "withdrawn")
		}, "Regions: all/all people 8 estimated → 7 reported (C-2) ben"},
		{"the last one withdrawn", 1, func(l *teller) {
			l.says("ana", claim("standing", "reported")).sets("ben", "C-1", "standing", "withdrawn")
		}, "Regions: all/all people 1000 reported → unknown (C-1) ben"},
		{"pinned", 2, func(l *teller) {
			l.says("ana", claim("best", "7", "standing", "reported")).says("ana", claim("best", "8", "standing", "estimated")).
				sets("ben", "C-1", "pinned", "true")
		}, "Regions: all/all people 8 estimated → 7 reported (C-1) ben"},
		{"figures by cell and unit", 0, func(l *teller) {
			l.says("ben", claim("cell", "europe/all")).says("ben", claim("cell", "all/names")).says("ben", claim("cell", "all/names", "unit", "records"))
		}, "Regions: europe/all people unknown → 1000  (C-1) ben | Data: all/names records unknown → 1000  (C-3) ben; all/names people unknown → 1000  (C-2) ben"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &teller{t: t, s: stateOf(t)}
			tt.say(l)
			if got := l.since(tt.after, "me"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNewsCountsWhatOthersChanged(t *testing.T) {
	l := &teller{t: t, s: stateOf(t)}
	l.says("me", action()).says("ben", action()).sets("me", "A-2", "owner", "Me").says("ben", made(KindQuestion, "text", "How?"))
	n := MakeNews(0, l.log, nil)
	if got := n.For("me").Count(); got != 2 {
		t.Errorf("%d, want A-2 and Q-1", got)
	}
	if n.Upto != 4 || !n.UptoAt.Equal(l.log[3].At) || n.Left() != 0 {
		t.Errorf("up to %d, %v; %d left", n.Upto, n.UptoAt, n.Left())
	}
}

func TestDeltaMarks(t *testing.T) {
	now := at.Add(100 * time.Hour)
	d := &Delta{After: 10, From: 20, Me: "me", Items: map[Ref]time.Time{"A-1": now.Add(-time.Hour), "A-2": now.Add(-deltaFor)},
		Figures: map[FigureKey]time.Time{{"europe/all", People}: now}}
	meta := func(ref Ref, seq int64, by Actor, ago time.Duration) *Meta {
		return &Meta{Ref: ref, ChangedSeq: seq, ChangedBy: by, ChangedAt: now.Add(-ago)}
	}
	for _, tt := range []struct {
		name string
		m    *Meta
		want bool
	}{
		{"changed by others", meta("A-1", 25, "ben", time.Hour), true},
		{"and by me after them", meta("A-1", 25, "me", time.Minute), true},
		{"a day ago", meta("A-2", 25, "ben", deltaFor), false},
		{"by me alone", meta("A-3", 25, "me", 0), false},
		{"before what was looked at", meta("A-4", 20, "ben", time.Hour), true},
		{"so, but by me", meta("A-4", 20, "me", time.Hour), false},
		{"so, but a day ago", meta("A-4", 20, "ben", deltaFor), false},
		{"seen", meta("A-5", 10, "ben", time.Hour), false},
	} {
		if got := d.Marks(tt.m, now); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if (*Delta)(nil).Marks(meta("A-1", 25, "ben", 0), now) || (*Delta)(nil).MarksFigure(FigureKey{}, nil, now) {
		t.Error("of nothing something is marked")
	}
	if !d.MarksFigure(FigureKey{"europe/all", People}, nil, now) || d.MarksFigure(FigureKey{"europe/all", Records}, nil, now) {
		t.Error("the wrong figure is marked")
	}
	if d.MarksFigure(FigureKey{"europe/all", People}, nil, now.Add(deltaFor)) {
		t.Error("a figure is marked for more than a day")
	}
	if n, more := d.Count(); n != 3 || !more {
		t.Errorf("%d, %v", n, more)
	}
}
