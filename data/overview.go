package data

import (
	"strconv"
	"strings"
	"time"
)

// An Overview is what the first screen shows of the incident at one moment: an
// immutable value, read in one go. Lists are windows, never everything.
type Overview struct {
	Seq       int64
	At        time.Time // when it was read, UTC
	Incident  *Incident
	Affected  *Claim // the figure for everybody, in people; nil if unknown
	AtLeast   *Claim // if Affected is nil: the standing figure for people with the largest low
	Regions   []RegionRow
	Data      []CategoryRow
	Streams   []StreamRow
	Actions   ActionCounts
	Worst     *Action   // the open action that is overdue for longest, or nil
	Asks      []*Action // the open asks, those that are due first; not all if there are many
	OpenAsks  int       // how many asks are open
	LateAsks  int       // how many of them are overdue
	Questions Window[*Question]
	OpenQs    int
	Facts     []*Fact // by topic, in the order of a briefing
	Risks     []*Risk
	Activity  []Entry // the latest changes that people made, newest first
}

// A RegionRow is a region, the figure for its people (nil is unknown), and the
// counts of its notices that stand, by channel.
type RegionRow struct {
	*Region
	People *Claim
	Counts []*Notice
}

// A CategoryRow is a category and its figures; nil is unknown.
type CategoryRow struct {
	*Category
	People, Records *Claim
}

// A StreamRow is a workstream and how many of its actions stand where. Open
// counts those neither done nor dropped, Blocked and Overdue are among them.
type StreamRow struct {
	*Workstream
	Open, Blocked, Overdue, Done int
}

// ActionCounts says how many actions stand where. Open counts those neither
// done nor dropped; Doing, Blocked, Overdue, NoOwner and NoDue are among them.
type ActionCounts struct {
	Open, Doing, Blocked, Overdue, Done, Dropped, NoOwner, NoDue int
}

// An Entry is an event as the activity list has it.
type Entry struct {
	Event
	Name    string // what the item is called
	Private bool   // about a private note
}

// A LogPage is a part of the log as one person may read it. A page may be empty though
// the log goes on: go on after Upto, or before From.
type LogPage struct {
	Entries []Entry
	From    int64 // the page holds what was recorded after this position
	Upto    int64 // the last event that was looked at; From if there was none
	Left    int   // how many events were left out, because they are not for this person
}

// Item returns the item that the event is about; for a redaction, the one whose
// event was masked.
func (e Entry) Item() Ref {
	if r, ok := e.Body.(Redacted); ok {
		return Ref(Line(string(r.Item)))
	}
	return e.Ref
}

// A Window is part of a list: rows from Offset on, of Total. Of a list that it
// would take long to count, Total is -1, and Offset too unless it is 0; Above and
// Below are always right.
type Window[T any] struct {
	Rows   []T
	Total  int
	Offset int

	Above, Below bool // the list has rows before the first one, after the last one
}

// FirstLine returns the first line of a text, for a list.
func FirstLine(s string) string {
	s = strings.TrimSpace(s)
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		s = s[:end]
	}
	return s
}

// Describe says in a few words what an event did, without the item's name:
// "state open → done", "added", "redacted event 12".
func Describe(b Body) string {
	switch b := b.(type) {
	case Newer:
		return NewerWords
	case Made:
		return "added" + addedNewer(b)
	case Unreadable:
		return Line(b.Err.Error())
	case Redacted:
		return "redacted event " + strings.TrimPrefix(string(EventRef(b.Event)), "event-")
	case Changed:
		var parts []string
		spec := b.Ref.Spec()
		for _, c := range b.Changes {
			f := spec.Field(c.Field)
			if f == nil {
				parts = append(parts, c.Newer())
				continue
			}
			parts = append(parts, strings.ToLower(f.Label)+" "+f.Show(c.Was)+" → "+f.Show(c.Now))
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// Show returns a stored value in a few words, made safe to show whatever the
// log holds.
func (f *Field) Show(stored string) string {
	switch {
	case stored == "" && f.Type == FlagType:
		return "no"
	case stored == "true" && f.Type == FlagType:
		return "yes"
	case stored == "":
		return "unknown"
	case f.Type == NumberType:
		if n, err := strconv.ParseInt(stored, 10, 64); err == nil {
			return Digits(n)
		}
	case f.Type == TimeType:
		t, err := ParseTime(stored)
		if err == nil {
			return t.Words()
		}
	}
	return Line(FirstLine(stored))
}
