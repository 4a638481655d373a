package pane

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
	"warroom/ui/kit"
)

// TestMine shows moments in the person's zone: in summer and in winter, and on
// the other side of midnight, with the zone's name each time.
func TestMine(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, at string
		zone     *time.Location
		want     string
	}{
		{"today, in summer", "2024-09-05T12:00:00Z", berlin, "14:00 CEST"},
		{"yesterday in UTC is today there", "2024-09-04T22:30:00Z", berlin, "00:30 CEST"},
		{"today in UTC is tomorrow there", "2024-09-05T22:30:00Z", berlin, "6 Sep 00:30 CEST"},
		{"in winter it is another zone", "2024-01-05T12:00:00Z", berlin, "5 Jan 13:00 CET"},
		{"another year", "2021-01-05T12:00:00Z", berlin, "5 Jan 2021 CET"},
		{"a zone that has only a number", "2024-08-30T08:17:00Z", time.FixedZone("+0545", 20700), "30 Aug 14:02 +0545"},
		{"the zone of UTC", "2024-09-05T12:00:00Z", time.UTC, "12:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		v := &View{Now: now.In(tt.zone), Times: Mine}
		if got := v.age(at); got != tt.want || kit.Width(got) > len("30 Aug 14:02 +0545") {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestTimesOfAnItem shows a deadline and a change of it in each way.
func TestTimesOfAnItem(t *testing.T) {
	v := full()
	v.Now = v.Now.In(time.FixedZone("JST", 9*60*60))
	due, err := data.ParseTime("2024-09-05T15:02:00Z")
	if err != nil {
		t.Fatal(err)
	}
	a := &data.Action{Due: due}
	a.Ref = "A-1"
	moved := data.Event{At: now, By: "ana", Body: data.Changed{Ref: "A-1", Changes: []data.Change{
		{Field: "due", Was: "2024-09-04", Now: "2024-09-05T15:02:00Z"}}}}
	for times, want := range map[Times][]string{
		Relative: {"5 Sep 2024 15:02Z", "due 4 Sep 2024 (day) → 5 Sep 2024 15:02Z", "5 Sep 2024 14:02Z (just now)"},
		UTC:      {"5 Sep 2024 15:02Z", "due 4 Sep 2024 (day) → 5 Sep 2024 15:02Z", "5 Sep 2024 14:02Z (just now)"},
		Mine:     {"6 Sep 2024 00:02 JST", "due 4 Sep 2024 (day) → 6 Sep 2024 00:02 JST", "5 Sep 2024 23:02 JST (just now)"},
	} {
		v.Times = times
		text := ansi.Strip(strings.Join(Detail(v, a, []data.Event{moved}, 100), "\n"))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%v: no %q in\n%s", times, w, text)
			}
		}
		if times == Mine && strings.Contains(text, ":02Z") {
			t.Errorf("a moment is in UTC:\n%s", text)
		}
	}
}

func TestParseTimes(t *testing.T) {
	all := Relative
	for _, word := range TimesNames() {
		got, ok := ParseTimes(word)
		if !ok || got != all || got.String() != word {
			t.Errorf("%q is %v, %v, want %v", word, got, ok, all)
		}
		all = all.Next()
	}
	if all != Relative {
		t.Errorf("after all comes %v", all)
	}
	if got, ok := ParseTimes("local"); ok {
		t.Errorf("local is %v", got)
	}
}
