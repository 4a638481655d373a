package pane

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// count returns a count, with -1 for numbers that nobody knows.
func count(ref, region data.Ref, channel data.Channel, contactable, sent, delivered int64, age time.Duration) *data.Notice {
	n := &data.Notice{Meta: data.Meta{Ref: ref, MadeAt: ago(age), MadeSeq: ref.Number(), ChangedSeq: ref.Number()}, Region: region, Channel: channel,
		Standing: data.Estimated, Source: "S-1", AsOf: exact(ago(age))}
	for at, v := range map[*data.Count]int64{&n.Contactable: contactable, &n.Sent: sent, &n.Delivered: delivered} {
		if v >= 0 {
			*at = known(v)
		}
	}
	return n
}

const day = 24 * time.Hour

// notified is full, and somebody counted whom they told.
func notified() (*View, []*data.Notice) {
	v := full()
	all := []*data.Notice{
		count("W-4", "north-america", "email", 7630, 7611, 5740, 2*day), count("W-2", "north-america", "email", 7630, 3950, 3889, 5*day),
		count("W-3", "europe", "post", 5804, 0, -1, day), count("W-5", "europe", "sms", 100, -1, -1, day),
		count("W-6", "elsewhere", "other", 1e15, 1e15, 1e15, 2*time.Hour), count("W-1", "elsewhere", "phone", -1, 7, -1, 9*day),
	}
	v.Affected = claim(40_000, 46_000, 52_000, data.Estimated)
	v.Affected.Ref = "C-1"
	for i, r := range v.Regions {
		for _, n := range data.Stand(all) {
			if n.Region == r.Ref {
				v.Regions[i].Counts = append(v.Regions[i].Counts, n)
			}
		}
	}
	v.Regions[0].NoticesDue = exact(ago(time.Hour))
	v.Regions[1].NoticesDue = data.Time{At: now.UTC().AddDate(0, 0, 3).Truncate(day), Prec: data.ByDay}
	return v, all
}

// TestNotifiedLine says how many were told in the words of the header.
func TestNotifiedLine(t *testing.T) {
	affected := claim(40_000, 46_000, 52_000, data.Estimated)
	one := data.NotifiedOf([]*data.Notice{count("W-1", "europe", "email", -1, -1, 5740, day)})
	for _, tt := range []struct {
		told        data.Notified
		of          *data.Claim
		line, short string
	}{
		{one, affected, "notified 5,740 of ~46k (11–14 %)", "notified 5,740 (11–14 %)"},
		{one, nil, "notified 5,740", "notified 5,740"},
		{one, claim(17_412, 17_412, 17_412, data.Confirmed), "notified 5,740 of 17,412 (33 %)", "notified 5,740 (33 %)"},
		{one, claim(40_000, -1, -1, data.Estimated), "notified 5,740 of ≥40k (at most 14 %)", "notified 5,740 (at most 14 %)"},
		{data.Notified{}, affected, "notified unknown", "notified unknown"},
		{data.NotifiedOf([]*data.Notice{count("W-1", "europe", "email", -1, 0, -1, day)}), affected, "notified 0 of ~46k (0 %)", "notified 0 (0 %)"},
		{data.NotifiedOf([]*data.Notice{count("W-1", "europe", "email", -1, -1, 3000, day), count("W-2", "europe", "sms", -1, -1, 2740, day)}), affected,
			"notified ≤5,740 of ~46k (11–14 %)", "notified ≤5,740 (11–14 %)"},
	} {
		if line, short := NotifiedLine(tt.told, tt.of), NotifiedShort(tt.told, tt.of); line != tt.line || short != tt.short {
			t.Errorf("%q and %q, want %q and %q", line, short, tt.line, tt.short)
		}
	}
}

// TestNoticesFillTheirRoom draws the table and what is below it in every room, with the
// cursor on each row.
func TestNoticesFillTheirRoom(t *testing.T) {
	v, all := notified()
	for _, times := range []Times{Relative, UTC} {
		v.Times = times
		rows := NoticeRows(v)
		p := NoticeTable(func() []NoticeRow { return rows })
		p.Set(v)
		for w := 60; w <= 200; w += 7 {
			for _, h := range []int{1, 2, 5, 9, 20, 50} {
				p.SetSize(w, h)
				for i, l := range p.Lines(nil, "", true) {
					if n := ansi.StringWidth(l); n != w {
						t.Fatalf("the table in %d×%d: line %d has %d cells: %q", w, h, i, n, ansi.Strip(l))
					}
				}
				if lines := PromiseLines(v, w, h); len(lines) != h || ansi.StringWidth(lines[h-1]) != w {
					t.Fatalf("what was promised in %d×%d: %q", w, h, lines)
				}
				for _, r := range rows {
					lines := NoticeLines(v, r, all, w, h)
					if len(lines) != h {
						t.Fatalf("%s in %d×%d has %d lines", r.ID(), w, h, len(lines))
					}
					for _, l := range lines {
						if n := ansi.StringWidth(l); n != w {
							t.Fatalf("%s in %d×%d: %d cells: %q", r.ID(), w, h, n, ansi.Strip(l))
						}
					}
				}
			}
		}
	}
	if rows := NoticeRows(empty()); rows != nil {
		t.Errorf("rows of nothing: %v", rows)
	}
}

// TestNoticeRowsSayWhatIsKnown looks for each number and each word beside it.
func TestNoticeRowsSayWhatIsKnown(t *testing.T) {
	v, all := notified()
	rows := NoticeRows(v)
	p := NoticeTable(func() []NoticeRow { return rows })
	p.Set(v)
	p.SetSize(140, 20)
	text := ansi.Strip(strings.Join(p.Lines(nil, "", true), "\n"))
	for _, want := range []string{"contactable", "sent again", "5,740 64–93 %", "7,630", "7,611", "unknown", "◐ estimated"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
	for _, tt := range []struct {
		on   data.Ref
		says []string
	}{
		{"all", []string{"more notified than affected: at most 1,000,000,000,005,747, and C-1 says 40k..46k..52k", "Notified, as it grew", "▲"}},
		{"north-america", []string{"North America · promised for", "notified 5,740 of ~7.4k (64–93 %), delivered · estimated · as of 2d ago · source S-1"}},
		{"W-4", []string{"north-america/email", "→ W-4", "W-2", "sent 3,950, delivered 3,889"}},
		{"W-5", []string{"europe/sms", "notified unknown"}},
		{"asia", []string{"no date promised", "notified unknown", "no count to show over time yet"}},
	} {
		for _, r := range rows {
			if r.ID() != tt.on {
				continue
			}
			text := ansi.Strip(strings.Join(NoticeLines(v, r, all, 120, 30), "\n"))
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					t.Errorf("of %s lacks %q:\n%s", tt.on, want, text)
				}
			}
		}
	}
}

// TestRegionsSayHowManyWereTold shows the number in the pane of regions where it has room,
// and the range of those affected, as far as there is room.
func TestRegionsSayHowManyWereTold(t *testing.T) {
	v, _ := notified()
	for w := 60; w <= 120; w += 5 {
		p := Regions()
		p.Set(v)
		p.SetSize(w, 6)
		text := ansi.Strip(strings.Join(p.Lines(nil, "1", false), "\n"))
		for _, want := range []string{"5,740", "6.2k–8.9k", "unknown", " 0", "notified"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d wide lacks %q:\n%s", w, want, text)
			}
		}
	}
	p := Regions()
	p.Set(v)
	p.SetSize(90, 1)
	if got := ansi.Strip(p.Lines(nil, "1", false)[0]); !strings.Contains(got, "people known in 3 of 4 · notified ≤1P (") {
		t.Errorf("in one line %q", got)
	}
	if fmt.Sprint(NotifiedShort(v.Regions[3].Told(), nil)) != "notified ≤1P" {
		t.Errorf("a huge number reads %q", NotifiedShort(v.Regions[3].Told(), nil))
	}
}
