package ui

import (
	"testing"
	"time"

	"warroom/data"
)

func TestSeen(t *testing.T) {
	now := made.Add(time.Hour)
	for _, tt := range []struct {
		name  string
		kept  data.Seen
		head  int64
		want  data.Seen // of Begin
		after data.Seen // what is kept then
	}{
		{"who never looked has seen all there is", data.Seen{}, 40, data.Seen{Seq: 40, At: now, First: true}, data.Seen{Seq: 40, At: now}},
		{"of an empty log too", data.Seen{}, 0, data.Seen{At: now, First: true}, data.Seen{At: now}},
		{"who looked has seen what was kept", data.Seen{Seq: 30, At: made}, 40, data.Seen{Seq: 30, At: made}, data.Seen{Seq: 30, At: made}},
		{"up to the end", data.Seen{Seq: 40, At: made}, 40, data.Seen{Seq: 40, At: made}, data.Seen{Seq: 40, At: made}},
		{"a log that is shorter is an older copy", data.Seen{Seq: 41, At: made}, 40, data.Seen{Seq: 40, At: now, First: true}, data.Seen{Seq: 40, At: now}},
	} {
		b := book{kept: tt.kept}
		got, err := b.seen().Begin(tt.kept, tt.head, now)
		if err != nil || got != tt.want || b.kept != tt.after {
			t.Errorf("%s: %+v, %v; kept %+v", tt.name, got, err, b.kept)
		}
	}
	b := book{kept: data.Seen{Seq: 30, At: made}}
	for _, tt := range []struct{ seq, want int64 }{{35, 35}, {34, 35}, {35, 35}, {36, 36}} { // another board said more
		if err := b.seen().Mark(tt.seq, now); err != nil || b.kept.Seq != tt.want || !b.kept.At.Equal(now) {
			t.Errorf("up to %d: kept %+v, %v", tt.seq, b.kept, err)
		}
	}
}
