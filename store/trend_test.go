package store

import (
	"fmt"
	"testing"
	"time"

	"warroom/data"
)

// recordOn records bodies on a day of August 2024.
func recordOn(t *testing.T, s *Store, day int, bodies ...data.Body) {
	t.Helper()
	for _, b := range bodies {
		o := offer(b)
		o.At = time.Date(2024, 8, day, 12, 0, 0, 0, time.UTC)
		if _, err := s.Record(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// trendOf returns the trend from 15 to 17 August 2024 as text.
func trendOf(t *testing.T, s *Store) (text string) {
	t.Helper()
	trend, err := viewed(s).Trend(t.Context(), at, at.AddDate(0, 0, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range trend.Days {
		text += fmt.Sprintf("%d: %d/%d ", d.Day.Day(), d.Opened, d.Closed)
	}
	for _, p := range trend.People {
		text += fmt.Sprintf("%d: %s %s ", p.At.Day(), p.Claim, p.Best)
	}
	return text
}

func TestTrend(t *testing.T) {
	s := newStore(t)
	if got := trendOf(t, s); got != "15: 0/0 16: 0/0 17: 0/0 " {
		t.Errorf("of nothing: %s", got)
	}
	recordOn(t, s, 14, action())
	recordOn(t, s, 15, action("owner", "Ben"), action(), claim("standing", "reported"), claim("cell", "europe/all"))
	recordOn(t, s, 16, change("A-1", "state", "open", "done"), claim("best", "7", "standing", "confirmed"))
	recordOn(t, s, 17, change("A-1", "state", "done", "open"), change("A-2", "state", "open", "dropped"), change("C-3", "standing", "confirmed", "withdrawn"))
	recordOn(t, s, 18, action())
	const want = "15: 2/0 16: 0/1 17: 1/1 15: C-1 1000 16: C-3 7 17: C-1 1000 "
	if got := trendOf(t, s); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// Nothing of it is in what a redaction masks.
	for seq := int64(2); seq <= 9; seq++ {
		recordOn(t, s, 17, redaction(t, s, seq))
	}
	if got := trendOf(t, s); got != want {
		t.Errorf("redacted: %s\nwant %s", got, want)
	}
	if err := rebuilt(t, s); err != nil {
		t.Fatal(err)
	}
	whole(t, s)
	if got := trendOf(t, s); got != want {
		t.Errorf("rebuilt: %s\nwant %s", got, want)
	}
	points, err := historyOf(t, s, data.FigureKey{Cell: "europe/all", Unit: data.People})
	if err != nil || len(points) != 1 || points[0].Claim != "C-2" {
		t.Errorf("of Europe: %+v, %v", points, err)
	}
}

func historyOf(t *testing.T, s *Store, key data.FigureKey) (points []data.FigurePoint, err error) {
	t.Helper()
	err = s.readTx(t.Context(), func(q querier) error {
		points, err = figureHistory(t.Context(), q, key)
		return err
	})
	return points, err
}

// A figure with more claims than are read at once.
func TestFigureHistoryOfManyClaims(t *testing.T) {
	s := newStore(t)
	for i := range 40 {
		record(t, s, claim("best", fmt.Sprint(i)))
	}
	points, err := historyOf(t, s, data.FigureKey{Cell: data.AllPeople, Unit: data.People})
	if err != nil || len(points) != 1 || points[0].Claim != "C-40" { // all of one moment
		t.Errorf("got %+v, %v", points, err)
	}
}

// What was opened less what was closed is what is open.
func TestTrendAddsUpToWhatIsOpen(t *testing.T) {
	s := newStore(t)
	if _, err := recordSome(newSeeded(11), s, 300); err != nil {
		t.Fatal(err)
	}
	manyActionsDone(t, s) // of which chance makes few
	trend, err := viewed(s).Trend(t.Context(), at, at)
	if err != nil {
		t.Fatal(err)
	}
	o, err := viewed(s).Overview(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if d := trend.Days[0]; d.Closed == 0 || d.Opened-d.Closed != o.Actions.Open {
		t.Errorf("%d opened, %d closed, %d open", d.Opened, d.Closed, o.Actions.Open)
	}
}
