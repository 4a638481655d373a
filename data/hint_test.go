package data

import (
	"fmt"
	"testing"
)

func TestBoardHint(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{Refuse("no"), ""},
		{Refuse("no").WithHint("choose another name"), "choose another name"},
		{Refuse("no").WithHint("reopen it first: warroom action reopen %s", "A-2"), "reopen it first: :action reopen A-2"},
		{Refuse("no").WithHint("warroom find and warroom log show what there is"), ":find and :log show what there is"},
		{Refuse("no").WithHint("leave, and open it with the warroom that did"), "leave, and open it with the warroom that did"},
		{Refuse("no").WithHint("warroom action add --help"), ":help action add"},
		{Refuse("no").WithHint("warroom --help"), ":help"},
		{Refuse("no").WithHint("restore a backup, or save what is left: warroom verify --recover FILE"), "restore a backup"},
		{Refuse("no").WithHint("warroom verify --rebuild writes the tables anew"), ""},
		{Refuse("no").WithHint("warroom undo --skip passes over it").OnBoard("{skip B} passes over it"), "{skip B} passes over it"},
		{fmt.Errorf("behind: %w", &ConflictError{Ref: "A-2"}), "see what is there now: :show A-2"},
	} {
		if got := BoardHint(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
