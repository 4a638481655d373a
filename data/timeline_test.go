package data

import (
	"errors"
	"testing"
)

func TestTimelineFilter(t *testing.T) {
	happening := func(by Actor, ref Ref, name string, stream Ref) Happening {
		return Happening{Entry: Entry{Event: Event{By: by, Ref: ref, Body: Made{Of: KindAction}}, Name: name}, Stream: stream}
	}
	send := happening("ana", "A-1", "Send notices", "notification")
	made := happening(TemplateAuthor, "N-1", "Day 0", "")
	for _, tt := range []struct {
		text string
		of   Happening
		want bool
	}{
		{"", send, true}, {"", made, false},
		{"is:machine", made, true}, {"is:machine", send, false}, {"not:is:machine", send, true}, {"is:all", made, true}, {"is:all", send, true},
		{"NOTICES send", send, true}, {"zebra", send, false}, {"not:zebra", send, true}, {"a-1", send, true}, {"added", send, true},
		{"by:an", send, true}, {"by:na", send, false}, {"not:by:ana", send, false},
		{"kind:action", send, true}, {"kind:note", send, false},
		{"stream:notif", send, true}, {"stream:support", send, false}, {"not:stream:support", send, true},
	} {
		f, err := ParseTimeline(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		if got := f.Match(tt.of); got != tt.want {
			t.Errorf("%q of %s by %s: %v, want %v", tt.text, tt.of.Ref, tt.of.By, got, tt.want)
		}
	}
}

func TestTimelineFilterThatDoesNotParse(t *testing.T) {
	for text, at := range map[string]int{"by:": 0, "ana by:": 4, "día kind:zebra": 4, "is:late": 0, "owner:ana": 0, "a not:": 2} {
		_, err := ParseTimeline(text)
		var wrong *filterError
		if !errors.As(err, &wrong) || wrong.At != at || wrong.Hint == "" {
			t.Errorf("%q: %v, want an error at %d", text, err, at)
		}
	}
}
