package pane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"warroom/data"
)

// What a newer warroom recorded is listed among the events, and says so, on the board
// and in the history of an item.
func TestNewerInTheActivity(t *testing.T) {
	v := full()
	for _, tt := range []struct {
		body data.Body
		want string
	}{
		{data.Newer{Of: "moved", Raw: []byte(`{}`)}, "recorded by a newer warroom"},
		{data.Made{Of: "milestone"}, "added, recorded by a newer warroom"},
		{data.Changed{Ref: "A-1", Changes: []data.Change{{Field: "colour", Now: "red"}}}, "colour recorded by a newer warroom"},
	} {
		e := data.Event{At: now, By: "ana", Ref: "A-1", Body: tt.body}
		if got := ansi.Strip(v.what(data.Entry{Event: e})); got != tt.want {
			t.Errorf("the board says %q, want %q", got, tt.want)
		}
		a := &data.Action{}
		a.Ref = "A-1"
		if text := ansi.Strip(strings.Join(Detail(v, a, []data.Event{e}, 100), "\n")); !strings.Contains(text, tt.want) {
			t.Errorf("the item does not say %q:\n%s", tt.want, text)
		}
	}
}
