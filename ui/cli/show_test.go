package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"warroom/data"
	"warroom/store"
)

// TestShowPrintsTheEndOfALongHistory, in the words that it has for a short one, and
// says where the rest is.
func TestShowPrintsTheEndOfALongHistory(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	first, err := d.Store.As("maria", data.Lead).Get(t.Context(), "A-1")
	if err != nil {
		t.Fatal(err)
	}
	was, made := first.(*data.Action).Detail, 1
	for _, want := range []int{1, 2, showHistory, showHistory + 1, 3 * showHistory} {
		var offers []store.Offer
		for ; made < want; made++ {
			now := fmt.Sprint("step ", made)
			offers = append(offers, store.Offer{By: "ben", Role: data.Lead, Body: data.Changed{Ref: "A-1", Changes: []data.Change{{Field: "detail", Was: was, Now: now}}}})
			was = now
		}
		if len(offers) > 0 {
			if _, err := d.Store.Record(t.Context(), offers...); err != nil {
				t.Fatal(err)
			}
		}
		item, err := d.Store.As("maria", data.Lead).Get(t.Context(), "A-1")
		if err != nil {
			t.Fatal(err)
		}
		history, err := d.Store.As("maria", data.Lead).History(t.Context(), "A-1")
		if err != nil || len(history) != want {
			t.Fatalf("%d events, %v; want %d", len(history), err, want)
		}
		var whole bytes.Buffer
		printItem(&whole, item, history, 0, testNow)
		got := d.run("show A-1")
		if want <= showHistory {
			if got != whole.String() {
				t.Errorf("of %d events:\n%s\nwant\n%s", want, got, whole.String())
			}
			continue
		}
		var last bytes.Buffer
		printItem(&last, item, history[want-showHistory:], 0, testNow)
		head, end, _ := strings.Cut(last.String(), "history, oldest first:\n")
		title := fmt.Sprintf("history, the last 100 events of %d, oldest first; warroom log --of A-1 prints all:\n", want)
		if got != head+title+end {
			t.Errorf("of %d events:\n%s", want, got)
		}
	}
	if n := strings.Count(d.run("log --of A-1"), "A-1"); n < 3*showHistory {
		t.Errorf("log --of A-1 prints %d events", n)
	}
}
