package store

import (
	"strings"
	"testing"
	"time"

	"warroom/data"
)

// An event that cannot be read is named, and what can be read is there.
func TestUnreadableEvents(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	for _, tt := range []struct{ name, q string }{
		{"cut short", `UPDATE event SET body = substr(body, 1, 20) WHERE seq = 10`},
		{"empty", `UPDATE event SET body = '' WHERE seq = 10`},
		{"of a kind that there is not", `UPDATE event SET kind = 'ERASED' WHERE seq = 10`},
		{"at no time", `UPDATE event SET at = 'yesterday' WHERE seq = 10`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := openFile(t, behindTheBack(t, path, tt.q), options)
			const says = "damaged: event 10 cannot be read"
			page, err := viewed(s).Log(t.Context(), 0, 100)
			log := page.Entries
			if err != nil || len(log) != 11 {
				t.Fatalf("%d events, %v, want 11", len(log), err)
			}
			for _, e := range log {
				_, bad := e.Body.(data.Unreadable)
				if bad != (e.Seq == 10) {
					t.Errorf("event %d is %T", e.Seq, e.Body)
				}
				if bad && (e.Ref != "A-1" || data.Describe(e.Body) != says) {
					t.Errorf("event %d, about %s: %s", e.Seq, e.Ref, data.Describe(e.Body))
				}
			}
			history, err := viewed(s).History(t.Context(), "A-1")
			refusal(t, err, data.BadFile, says)
			if len(history) != 2 {
				t.Errorf("%d events about A-1, want 2", len(history))
			}
			o, err := viewed(s).Overview(t.Context(), at)
			if err != nil || len(o.Activity) != 11 {
				t.Errorf("overview: %+v, %v", o, err)
			}
			if _, err := viewed(s).News(t.Context(), 0); err != nil {
				t.Errorf("news: %v", err)
			}
			if _, err := viewed(s).Delta(t.Context(), 0); err != nil {
				t.Errorf("delta: %v", err)
			}
			_, err = viewed(s).Event(t.Context(), 10)
			refusal(t, err, data.BadFile, says)
			_, err = viewed(s).LastBy(t.Context(), "ana", 5)
			refusal(t, err, data.BadFile, says)
			_, err = s.Verify(t.Context())
			refusal(t, err, data.BadFile, "damaged: event 10 is not what was recorded")
		})
	}
}

// What cannot be read is not recorded, nor taken back.
func TestUnreadableIsNotRecorded(t *testing.T) {
	s := newStore(t)
	_, err := s.Record(t.Context(), offer(data.Unreadable{Err: damaged("event 1 cannot be read")}))
	if err == nil {
		t.Error("recorded")
	}
}

// A row that cannot be read is named.
func TestUnreadableRow(t *testing.T) {
	s := openFile(t, behindTheBack(t, sampleLog(t, t.TempDir()), `UPDATE action SET made_at = 'yesterday'`), options)
	_, err := viewed(s).Get(t.Context(), "A-1")
	refusal(t, err, data.BadFile, "damaged: A-1 cannot be read")
	_, err = s.Record(t.Context(), offer(change("A-1", "state", "doing", "done")))
	refusal(t, err, data.BadFile, "damaged: A-1 cannot be read")
}

// What of an event people did not write is made safe to show too.
func TestHostileIDs(t *testing.T) {
	path := behindTheBack(t, sampleLog(t, t.TempDir()), "UPDATE event SET id = '\x1b[31mid' WHERE seq = 2",
		"UPDATE event SET body = replace(body, '\"ref\":\"N-1\"', '\"ref\":\"\\u001b[31mN-1\"') WHERE seq = 11")
	s := openFile(t, path, options)
	for _, e := range logOf(t, s) {
		if entry := (data.Entry{Event: e}); strings.Contains(e.ID+string(entry.Item()), "\x1b") {
			t.Errorf("event %d has the id %q and is about %q", e.Seq, e.ID, entry.Item())
		}
	}
}

// The log keeps years of four digits: with another it could not be read again.
func TestRecordRefusesAClockOutOfRange(t *testing.T) {
	for _, tt := range []struct {
		year int
		want string
	}{{1, ""}, {9999, ""}, {10000, "nothing was recorded: the clock says year 10000"}, {0, "nothing was recorded: the clock says year 0"}, {-44, "nothing was recorded: the clock says year -44"}} {
		now := time.Date(tt.year, 6, 1, 0, 0, 0, 0, time.UTC)
		s := openFile(t, newFile(t), Options{Now: func() time.Time { return now }})
		_, err := s.Record(t.Context(), offer(action()))
		if tt.want != "" {
			refusal(t, err, data.Failed, tt.want)
			if data.HintOf(err) == "" {
				t.Error("no hint")
			}
			// The writer goes on from where the log is.
			late := offer(action())
			late.At = at
			_, err = s.Record(t.Context(), late)
		}
		if err != nil {
			t.Errorf("year %d: %v", tt.year, err)
		}
		whole(t, s)
	}
}
