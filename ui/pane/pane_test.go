package pane

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/kit"
)

// now is the moment at which the views of these tests are looked at. The person
// is east of it: what is shown must be UTC all the same.
var now = time.Date(2024, 9, 5, 14, 2, 0, 0, time.FixedZone("CEST", 2*60*60)).Add(2 * time.Hour)

func ago(d time.Duration) time.Time { return now.UTC().Add(-d) }

// wordsOf returns the closed list of words of a field.
func wordsOf[T ~string](k data.Kind, key string) (all []T) {
	for _, w := range data.SpecOf(k).Field(key).Words {
		all = append(all, T(w))
	}
	return all
}

func exact(t time.Time) data.Time {
	return data.Time{At: t.UTC().Truncate(time.Second), Prec: data.Exact}
}

func known(n int64) data.Count { return data.Count{N: n, Known: true} }

// claim returns a claim of numbers, -1 for those nobody knows.
func claim(low, best, high int64, s data.Standing) *data.Claim {
	c := &data.Claim{Meta: data.Meta{MadeAt: ago(9 * 24 * time.Hour)}, Standing: s, Source: "S-4"}
	set := func(at *data.Count, n int64) {
		if n >= 0 {
			*at = known(n)
		}
	}
	set(&c.Low, low)
	set(&c.Best, best)
	set(&c.High, high)
	return c
}

// meta returns who made and changed an item, and when.
func meta(ref data.Ref, made, changed time.Duration) data.Meta {
	return data.Meta{Ref: ref, MadeAt: ago(made), ChangedAt: ago(changed), MadeBy: "maria", ChangedBy: "ben", MadeSeq: 1, ChangedSeq: 2}
}

// full returns a view with something of everything: known and unknown, in time
// and late, short and long, in several languages.
func full() *View {
	long := strings.Repeat("a title that goes on and on ", 18)
	v := &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now, Overview: &data.Overview{
		Incident: &data.Incident{Title: "Breach"},
		Regions: []data.RegionRow{
			{Region: &data.Region{Meta: meta("north-america", 1, 1), Label: "North America", Notices: "complete"}, People: claim(6200, 7400, 8900, data.Estimated)},
			{Region: &data.Region{Meta: meta("europe", 1, 1), Label: "Europe", Notices: "not-begun"}, People: claim(17412, 17412, 17412, data.Confirmed)},
			{Region: &data.Region{Meta: meta("asia", 1, 1), Label: "アジア太平洋地域の全体", Notices: "begun"}},
			{Region: &data.Region{Meta: meta("elsewhere", 1, 1), Label: long}, People: claim(1e14, 123456789012345, 1e15, data.Claimed)},
		},
		Data: []data.CategoryRow{
			{Category: &data.Category{Meta: meta("names", 1, 1), Label: "Names", Exposure: "confirmed"}, People: claim(-1, 999_900, -1, data.Estimated)},
			{Category: &data.Category{Meta: meta("addresses", 1, 1), Label: "Addresses", Exposure: "reported-in-some-cases"}, Records: claim(123_456, -1, 200_000, "")},
			{Category: &data.Category{Meta: meta("phone-numbers", 1, 1), Label: long, Exposure: "ruled-out"}},
			{Category: &data.Category{Meta: meta("service-history", 1, 1), Label: "Service history"}},
		},
		Streams: []data.StreamRow{
			{Workstream: &data.Workstream{Meta: meta("notification", 9*time.Hour, 5*time.Hour), Label: "Customer notification", Status: data.StreamBlocked, Lead: "aiko",
				Headline: long, Promise: 4 * time.Hour}, Open: 12, Blocked: 3, Overdue: 2, Done: 140},
			{Workstream: &data.Workstream{Meta: data.Meta{Ref: "support", MadeSeq: 3, ChangedSeq: 3}, Label: "Customer support"}},
		},
		Questions: data.Window[*data.Question]{Rows: []*data.Question{
			{Meta: meta("Q-1", 1, 1), Text: "How many?\nAnd who?", State: "open"},
			{Meta: meta("Q-123", 1, 1), Text: long, State: "open"},
			{Meta: meta("Q-124", 1, 1), Text: "通知が詐欺メールと思われ、開かれずに捨てられる。", State: "answered"},
		}, Total: 60},
		OpenQs: 60,
		Risks:  []*data.Risk{{Meta: meta("R-1", 1, 1), Text: long, To: "customers in Europe"}, {Meta: meta("R-2", 1, 1), Text: "Short"}},
		Facts: []*data.Fact{
			{Meta: meta("F-1", 1, 1), Topic: "who", Text: long, Standing: data.Confirmed},
			{Meta: meta("F-2", 1, 1), Topic: "who", Text: "Somebody"},
			{Meta: meta("F-3", 1, 1), Topic: "where", Text: "日本とインドネシア", Standing: data.Disproved},
		},
		Actions: data.ActionCounts{Open: 1234},
	}}
	v.Open = data.Window[*data.Action]{Total: 1234, Offset: 100, Rows: []*data.Action{
		{Meta: meta("A-42", 1, 1), Title: long, Stream: "investigation", Owner: "ines", Priority: "P0", State: data.Blocked, WaitsFor: "the other side's lawyers", Due: exact(ago(6 * 24 * time.Hour))},
		{Meta: meta("A-1043", 1, 1), Title: "欧州向け通知文の確認", Stream: "notification", State: data.Open},
		{Meta: meta("A-7", 1, 1), Title: "Is it true?", Type: data.Ask, To: "the duty manager", Stream: "support", Owner: strings.Repeat("n", 100), State: data.Doing, Due: exact(now.Add(90 * time.Minute))},
		{Meta: meta("A-8", 1, 1), Title: "Closed meanwhile", Stream: "support", State: data.Done, Due: exact(ago(time.Hour))},
	}}
	change := func(ref data.Ref, field, was, now string) data.Body {
		return data.Changed{Ref: ref, Changes: []data.Change{{Field: field, Was: was, Now: now}}}
	}
	for i, e := range []data.Entry{
		{Event: data.Event{Ref: "A-1043", By: "a person with a name that is long", Body: change("A-1043", "state", "open", "doing")}, Name: long},
		{Event: data.Event{Ref: "N-4", By: "ines", Body: data.Made{Of: data.KindNote}}, Name: "Privileged: our own audit", Private: true},
		{Event: data.Event{Ref: "N-4", By: "ines", Body: change("N-4", "text", "Privileged: our own audit", "Privileged: the other audit")}, Name: "Privileged: the other audit", Private: true},
		{Event: data.Event{Ref: "notification", By: "佐藤", Body: change("notification", "headline", "", "アジア向け通知の送信を開始")}, Name: "Customer notification"},
		{Event: data.Event{Ref: "event-12", By: "maria", Body: data.Redacted{Event: 12, Item: "N-1"}}},
		{Event: data.Event{Ref: "A-1", By: "maria", Body: change("A-1", "due", "", "2024-09-06T08:00:00Z")}, Name: "One"},
		{Event: data.Event{Ref: "A-1", By: "maria", Body: change("A-1", "nothing that we know", "", "x")}, Name: "One"},
	} {
		e.Seq = int64(400 - i)
		e.At = ago(time.Duration(i*i*i) * 7 * time.Hour)
		v.Activity = append(v.Activity, e)
	}
	return v
}

func empty() *View {
	return &View{Theme: kit.NewTheme(kit.Look{Dark: true}), Now: now, Overview: &data.Overview{Incident: &data.Incident{}}}
}

func panes() []*Pane {
	return []*Pane{Regions(), Categories(), Streams(), Actions(), Questions(), Risks(), Briefing(), Activity()}
}

// TestPanesFillTheirRoom draws each pane in every room that it may be given: its
// lines are exactly as many and as wide.
func TestPanesFillTheirRoom(t *testing.T) {
	for _, v := range []*View{full(), empty()} {
		for _, times := range []Times{Relative, UTC, Mine} {
			v.Times = times
			for i, p := range panes() {
				p.Set(v)
				for w := 20; w <= 200; w++ {
					for _, h := range []int{0, 1, 2, 5, 40} {
						p.SetSize(w, h)
						lines := p.Lines(nil, fmt.Sprint(i+1), h%2 == 1)
						if len(lines) != h {
							t.Fatalf("%s in %d×%d has %d lines", p.Name, w, h, len(lines))
						}
						for _, l := range lines {
							if n := ansi.StringWidth(l); n != w {
								t.Fatalf("%s in %d×%d, times %v: %d cells: %q", p.Name, w, h, times, n, ansi.Strip(l))
							}
						}
					}
				}
			}
		}
	}
}

// text draws a pane without styles.
func text(p *Pane, v *View, w, h int) string {
	p.Set(v)
	p.SetSize(w, h)
	lines := p.Lines(nil, "1", true)
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return strings.Join(lines, "\n")
}

// TestIdsAreWhole draws every pane at every width: an id that is cut is another
// id.
func TestIdsAreWhole(t *testing.T) {
	v := full()
	for _, p := range []*Pane{Actions(), Questions(), Risks(), Briefing()} {
		for w := 40; w <= 200; w++ {
			got := text(p, v, w, 40)
			for _, id := range p.ids(v) {
				if !strings.Contains(got, id+" ") {
					t.Fatalf("%s, %d wide, has no %s:\n%s", p.Name, w, id, got)
				}
			}
		}
	}
	for w := 40; w <= 200; w++ {
		if got := text(Activity(), v, w, 40); !strings.Contains(got, " A-1043 ") {
			t.Fatalf("activity, %d wide, has no A-1043:\n%s", w, got)
		}
	}
}

// TestWordsAreWhole draws every pane at every width that the board gives it:
// what says how things stand is never cut.
func TestWordsAreWhole(t *testing.T) {
	v := full()
	whole := func(p *Pane, from int, words ...string) {
		t.Helper()
		for w := from; w <= 200; w++ {
			got := text(p, v, w, 20)
			for _, word := range words {
				if !strings.Contains(got, word) {
					t.Fatalf("%s, %d wide, does not show %q:\n%s", p.Name, w, word, got)
				}
			}
		}
	}
	whole(Regions(), 44, " S-4 9d", "~7.4k (6.2k–8.9k)", "exactly 17,412", "unknown")
	whole(Regions(), 72, "◐ estimated S-4 9d", "● confirmed S-4 9d", "? claimed S-4 9d")
	whole(Regions(), 60, "✓ complete", "not begun", "begun")
	whole(Categories(), 33, "● confirmed", "○ in some cases", "× ruled out", "? unknown")
	whole(Categories(), 52, "~1M ◐", "≥123k ?", "unknown")
	whole(Streams(), 76, "■ blocked", "? unknown", "aiko", "5h STALE", "no lead", " 12 ")
	whole(Actions(), 60, "■ blocked", "○ open", "◐ doing", "✓ done", "P0", "P?", "ines", "unassigned", "6d LATE", "in 1h", "no due")
	whole(Briefing(), 66, "● confirmed", "? unknown", "× disproved", "who", "where")
	v.Times = UTC
	whole(Streams(), 76, "■ blocked", "no lead", "STALE")
	whole(Actions(), 60, "LATE 30 Aug 14:02Z", "unassigned", "15:32Z")
	whole(Activity(), 51, "14:02Z", "07:02Z", "3 Sep 06:02Z")
	// Twelve days back: the longest date there is.
	v.Activity[0].At = time.Date(2024, 8, 24, 14, 2, 0, 0, time.UTC)
	v.Streams[1].ChangedAt, v.Streams[1].ChangedSeq = v.Activity[0].At, 9
	whole(Activity(), 51, "24 Aug 14:02Z")
	whole(Streams(), 76, "24 Aug 14:02Z")
}

func TestStaleIsAWordAtAnyAge(t *testing.T) {
	for age, want := range map[time.Duration]string{
		50 * time.Minute: "50m STALE", 23 * time.Hour: "23h STALE", 10 * 24 * time.Hour: "10d STALE", 999 * 24 * time.Hour: "999d STALE",
	} {
		v := full()
		v.Streams[0].Promise = 30 * time.Minute
		v.Streams[0].ChangedAt = ago(age)
		for w := 76; w <= 200; w++ {
			if got := text(Streams(), v, w, 10); !strings.Contains(got, want) || !strings.Contains(got, "aiko") || !strings.Contains(got, "no lead") {
				t.Fatalf("%d wide: does not show %q whole:\n%s", w, want, got)
			}
		}
	}
}

func TestEmptyPanes(t *testing.T) {
	for _, p := range panes() {
		got := text(p, empty(), 90, 4)
		if p.Want() != 2 || p.Least() != 2 || !p.Empty() || p.Selected() != "" {
			t.Errorf("%s: want %d, least %d, empty %v, selected %q", p.Name, p.Want(), p.Least(), p.Empty(), p.Selected())
		}
		if !strings.Contains(got, "\n "+empty().Keyed(p.empty)) {
			t.Errorf("%s does not say that it is empty:\n%s", p.Name, got)
		}
	}
}

func TestCollapsedPanesSaySomething(t *testing.T) {
	v := full()
	for _, tt := range []struct {
		p    *Pane
		want string
	}{
		{Regions(), "─ 1 Regions: people known in 3 of 4 ─"},
		{Categories(), "─ 1 Data: 2 of 4 categories exposed ─"},
		{Streams(), "─ 1 Workstreams: 1 blocked, 0 at risk ─"},
		{Actions(), "─ 1 Open actions 1,234 ─"},
		{Questions(), "─ 1 Open questions 60 ─"},
		{Risks(), "─ 1 Risks 2 ─"},
		{Activity(), "─ 1 Activity ─"},
		{Briefing(), "─ 1 Briefing ─"},
	} {
		if got := text(tt.p, v, 60, 1); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestMoreBelow(t *testing.T) {
	v := full()
	for _, tt := range []struct {
		p    *Pane
		h    int
		want string
	}{
		{Actions(), 3, "─ 1 Open actions 1,234 · 1,132 more below ─"}, // 100 above, 2 of 4 shown
		{Actions(), 20, "─ 1 Open actions 1,234 · 1,130 more below ─"},
		{Questions(), 3, "─ 1 Open questions 60 · 58 more below ─"},
		{Regions(), 4, "─ 1 Regions · 1 more below ─"},
		{Regions(), 5, "─ 1 Regions ─"},
	} {
		if got := text(tt.p, v, 60, tt.h); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%d high: %q, want %q", tt.h, got, tt.want)
		}
	}
}

func TestActionRow(t *testing.T) {
	got := strings.Split(text(Actions(), full(), 140, 6), "\n")
	for i, want := range []string{
		">A-42     P0 ■ blocked a title that goes on and on a title that goes on and on a … the other side's la… investigation ines         6d LATE",
		" A-1043   P? ○ open    欧州向け通知文の確認",
		" A-7      P? ◐ doing   ask the duty manager: Is it true?",
		" A-8      P? ✓ done    Closed meanwhile",
	} {
		if !strings.HasPrefix(got[i+1], want) {
			t.Errorf("row %d is %q, want %q", i, got[i+1], want)
		}
	}
	// What nobody has takes no room.
	v := full()
	v.Open.Rows = v.Open.Rows[1:2]
	if got := text(Actions(), v, 80, 2); strings.Contains(got, "P?") || strings.Contains(got, "due") {
		t.Errorf("columns for nothing:\n%s", got)
	}
}

func TestLongTextsAreWholeWhereThereIsRoom(t *testing.T) {
	v := full()
	v.Facts[0].Text = "The first line.\nThe second one, which is too long for the pane and so goes on."
	want := "F-1  who   The first line.\n            The second one, which is too\n            long for the pane and so goes\n            on."
	if got := text(Briefing(), v, 42, 20); !strings.Contains(got, want) {
		t.Errorf("the text is not whole:\n%s", got)
	}
	if got := text(Briefing(), v, 42, 4); !strings.Contains(got, "F-1  who   The first line.\n F-2") {
		t.Errorf("there is room for one line of each:\n%s", got)
	}
	v.Facts[0].Text = strings.Repeat("on and on ", 100)
	if got := text(Briefing(), v, 42, 20); strings.Count(got, "on and on") > 6*4 || !strings.Contains(got, "…") {
		t.Errorf("a text without end takes the whole pane:\n%s", got)
	}
}

// TestCursorStays moves the cursor, then replaces all that the pane shows.
func TestCursorStays(t *testing.T) {
	p := Actions()
	p.Set(full())
	p.SetSize(80, 4)
	p.List().Move(2)
	if p.Selected() != "A-7" {
		t.Fatalf("the cursor is on %s", p.Selected())
	}
	v := full()
	slices.Reverse(v.Open.Rows)
	p.Set(v)
	if p.Selected() != "A-7" {
		t.Errorf("the cursor is on %s, want A-7", p.Selected())
	}
	marked := 0
	for _, l := range p.Lines(nil, "4", true) {
		if strings.HasPrefix(l, ">\x1b[7mA-7\x1b[m ") {
			marked++
		}
	}
	if marked != 1 {
		t.Errorf("%d rows have the cursor", marked)
	}
	for _, l := range p.Lines(nil, "4", false) {
		if strings.HasPrefix(l, ">") {
			t.Errorf("a pane out of focus shows the cursor: %q", l)
		}
	}
}

func TestActivityKeepsPrivateNotesPrivate(t *testing.T) {
	if got := text(Activity(), full(), 200, 40); strings.Contains(got, "audit") || strings.Count(got, "(private note)") != 2 {
		t.Errorf("a private note is told of:\n%s", got)
	}
}

func TestActivityWords(t *testing.T) {
	got := text(Activity(), full(), 200, 40)
	for _, want := range []string{
		"now  a person … A-1043   state open → doing · a title",
		"ines       N-4      added (private note)",
		"佐藤       noti…    headline → アジア向け通知の送信を開始 · Customer notification",
		"maria      even…    redacted event 12",
		"maria      A-1      due → 6 Sep 08:00Z · One",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("activity does not show %q:\n%s", want, got)
		}
	}
}
