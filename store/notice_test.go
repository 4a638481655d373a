package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"warroom/data"
	"warroom/data/clock"
)

// What stands is the latest count of each region and channel, whatever becomes of
// them; the overview has it beside its region, and reading it scans no table.
// standing returns the count of notices that stands for each region and channel.
func standing(ctx context.Context, s *Store) (all []*data.Notice, err error) {
	err = s.readTx(ctx, func(q querier) error {
		all, err = notified(ctx, q)
		return err
	})
	return all, err
}

func TestTheCountThatStands(t *testing.T) {
	s := openFile(t, newFile(t), options)
	region := func(key string) data.Made {
		return data.Made{Of: data.KindRegion, Key: key, Fields: pairs([]string{"name", key})}
	}
	count := func(region, channel, sent, asOf string) data.Made {
		return made(data.KindNotice, "region", region, "channel", channel, "sent", sent, "as_of", asOf)
	}
	record(t, s, region("europe"), region("asia"), region("elsewhere"))
	stand := func(want string) {
		t.Helper()
		all, err := standing(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range all {
			got = append(got, string(n.Ref)+" "+n.Name())
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s stand, want %s", text, want)
		}
		o, err := viewed(s).Overview(t.Context(), clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		beside := 0
		for _, r := range o.Regions {
			for _, n := range r.Counts {
				beside++
				if n.Region != r.Ref {
					t.Errorf("%s is beside %s", n.Name(), r.Ref)
				}
			}
		}
		if beside != len(all) {
			t.Errorf("the overview has %d counts, want %d", beside, len(all))
		}
	}
	stand("")
	record(t, s, count("europe", "post", "10", "2024-08-02"))
	record(t, s, count("europe", "email", "10", "2024-08-02"), count("asia", "email", "5", ""))
	stand("W-2 europe/email, W-1 europe/post, W-3 asia/email")
	record(t, s, count("europe", "email", "12", "2024-08-01")) // of before
	stand("W-2 europe/email, W-1 europe/post, W-3 asia/email")
	record(t, s, count("europe", "email", "12", "2024-08-02")) // counted again
	stand("W-5 europe/email, W-1 europe/post, W-3 asia/email")
	record(t, s, change("W-5", "standing", "", "withdrawn"), change("W-3", "standing", "", "disproved"))
	stand("W-2 europe/email, W-1 europe/post")
	record(t, s, change("W-4", "as_of", "2024-08-01", "2024-08-03"))
	stand("W-4 europe/email, W-1 europe/post")
	record(t, s, count("elsewhere", "other", "0", ""))
	stand("W-4 europe/email, W-1 europe/post, W-6 elsewhere/other")

	for region, want := range map[data.Ref]string{"europe": "W-4 W-2 W-5 W-1", "asia": "W-3", "": "W-4 W-2 W-5 W-1 W-3 W-6"} {
		all, err := viewed(s).Notices(t.Context(), region)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range all {
			got = append(got, string(n.Ref))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("of %q: %v, want %s", region, got, want)
		}
	}
	page, err := viewed(s).Log(t.Context(), 0, -1)
	entries := page.Entries
	if err != nil || len(entries) != 1 || entries[0].Name != "elsewhere/other" {
		t.Errorf("the last entry is %+v, %v", entries, err)
	}
	whole(t, s)
	ctx := t.Context()
	err = s.readers.read(ctx, func(q querier) error {
		r := &recorder{querier: q}
		if _, err := notified(ctx, r); err != nil {
			return err
		}
		if _, err := noticesOf(ctx, r, []string{"europe"}); err != nil {
			return err
		}
		noScan(t, q, r.asked)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Counts that are withdrawn at random leave the latest of the rest.
func TestTheCountThatStandsAfterAnyWithdrawals(t *testing.T) {
	s := openFile(t, newFile(t), options)
	record(t, s, data.Made{Of: data.KindRegion, Key: "asia", Fields: pairs([]string{"name", "Asia"})})
	left := []int{1, 2, 3, 4, 5, 6}
	for i := range left {
		record(t, s, made(data.KindNotice, "region", "asia", "channel", "sms", "sent", fmt.Sprint(i), "as_of", fmt.Sprintf("2024-08-%02d", 1+i/2)))
	}
	for _, n := range []int{6, 2, 5, 4, 1, 3} {
		record(t, s, change(data.Ref(fmt.Sprint("W-", n)), "standing", "", "withdrawn"))
		left = slices.DeleteFunc(left, func(m int) bool { return m == n })
		all, err := standing(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(left) == 0 && len(all) == 0:
		case len(left) > 0 && len(all) == 1 && all[0].Ref == data.Ref(fmt.Sprint("W-", left[len(left)-1])):
		default:
			t.Errorf("of %v stand %v", left, all)
		}
	}
	whole(t, s)
}
