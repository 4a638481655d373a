package data

import (
	"maps"
	"testing"
	"time"
)

// What is dropped is opened again before it is changed; what is done is not.
func TestADroppedActionIsNotEdited(t *testing.T) {
	s := stateOf(t, action("state", "dropped", "owner", "bo"), action("state", "done", "owner", "bo"))
	err := set(t, s, "A-1", "owner", "ana").Check(s)
	refusal(t, err, Failed, "A-1 is dropped since 15 Aug 09:01Z (ana); it cannot be changed")
	if want := "reopen it first: warroom action reopen A-1"; HintOf(err) != want {
		t.Errorf("hint %q, want %q", HintOf(err), want)
	}
	refusal(t, set(t, s, "A-1", "state", "open", "owner", "ana").Check(s), 0, "")
	refusal(t, set(t, s, "A-2", "owner", "ana").Check(s), 0, "")
}

// Done came of doing; that it is taken back is not to go from done to doing.
func TestTakingBackMayGoWhereAPersonMayNot(t *testing.T) {
	s := stateOf(t, action("state", "done"))
	b := set(t, s, "A-1", "state", "doing")
	refusal(t, b.Check(s), Failed, "A-1 is done; it cannot become doing")
	b.Undoes = 1
	refusal(t, b.Check(s), 0, "")
}

func TestActionStateTransitions(t *testing.T) {
	refused := map[[2]ActionState]bool{
		{Done, Doing}: true, {Done, Blocked}: true, {Done, Dropped}: true,
		{Dropped, Doing}: true, {Dropped, Blocked}: true, {Dropped, Done}: true,
	}
	for _, from := range ActionStates {
		for _, to := range ActionStates {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				s := stateOf(t, action("state", string(from)))
				err := set(t, s, "A-1", "state", string(to)).Check(s)
				switch {
				case from == to:
					refusal(t, err, Failed, `A-1 is already so: state is "`+string(to)+`"`)
				case refused[[2]ActionState{from, to}]:
					refusal(t, err, Failed, "A-1 is "+string(from)+"; it cannot become "+string(to))
					if HintOf(err) != "reopen it first: warroom action reopen A-1" {
						t.Errorf("hint %q", HintOf(err))
					}
				default:
					refusal(t, err, Failed, "")
				}
			})
		}
	}
}

func TestAnActionThatIsDoneCanStillBeEdited(t *testing.T) {
	s := stateOf(t, action("state", "done"))
	record(t, s, set(t, s, "A-1", "title", "Sent the notices", "owner", "bo"))
	record(t, s, set(t, s, "A-1", "state", "open", "owner", ""))
	if a := need[*Action](t, s, "A-1"); a.State != Open || a.Title != "Sent the notices" || a.Owner != "" {
		t.Errorf("got %+v", a)
	}
}

func TestActionStateCountsAsOpen(t *testing.T) {
	for state, want := range map[ActionState]bool{Open: true, Doing: true, Blocked: true, Done: false, Dropped: false} {
		if state.Open() != want {
			t.Errorf("%s is open: %v", state, state.Open())
		}
	}
}

func TestOnlyAnAskIsAskedOfSomeone(t *testing.T) {
	const why = "only an ask is asked of someone and answered"
	s := stateOf(t, action(), action("kind", "ask", "to", "the provider"))
	for _, tt := range []struct {
		name string
		body Body
		want string
	}{
		{"an ask", action("kind", "ask"), ""},
		{"an ask of someone", action("kind", "ask", "to", "legal"), ""},
		{"an ask with its answer", action("kind", "ask", "answer", "no"), ""},
		{"an action of someone", action("to", "legal"), why},
		{"an action with an answer", action("answer", "no"), why},
		{"an action that says its kind, of someone", action("kind", "action", "to", "legal"), why},
		{"an ask is answered", set(t, s, "A-2", "answer", "yes"), ""},
		{"an action is answered", set(t, s, "A-1", "answer", "yes"), why},
		{"an action is asked of someone", set(t, s, "A-1", "to", "legal"), why},
		{"an action becomes an ask", set(t, s, "A-1", "kind", "ask"), "kind cannot be changed"},
		{"a kind that there is not", action("kind", "wish"), `kind cannot be "wish"`},
	} {
		t.Run(tt.name, func(t *testing.T) { refusal(t, tt.body.Check(s), Failed, tt.want) })
	}
}

func TestActionStartsAsSaidOrOpen(t *testing.T) {
	s := stateOf(t, action(), action("state", "blocked", "kind", "ask", "priority", "P0"))
	if a := need[*Action](t, s, "A-1"); a.State != Open || a.Type != Task || a.Priority != "" || a.Due.Known() || a.Owner != "" {
		t.Errorf("nothing said, got %+v", a)
	}
	if a := need[*Action](t, s, "A-2"); a.State != Blocked || a.Type != Ask || a.Priority != "P0" {
		t.Errorf("got %+v", a)
	}
}

func TestOverdue(t *testing.T) {
	for _, tt := range []struct {
		name  string
		due   string
		state ActionState
		now   string
		want  bool
	}{
		{"no deadline", "", Open, "2999-01-01T00:00:00Z", false},
		{"a second before", "2024-08-15T09:00:00Z", Open, "2024-08-15T08:59:59Z", false},
		{"at the moment", "2024-08-15T09:00:00Z", Open, "2024-08-15T09:00:00Z", true},
		{"in the last second of the day", "2024-08-15", Doing, "2024-08-15T23:59:59Z", false},
		{"when the day is over", "2024-08-15", Doing, "2024-08-16T00:00:00Z", true},
		{"in the last second of the month", "2024-02", Blocked, "2024-02-29T23:59:59Z", false},
		{"when the month is over", "2024-02", Blocked, "2024-03-01T00:00:00Z", true},
		{"when the day about which it was due is over", "~2024-08-15", Open, "2024-08-16T00:00:00Z", true},
		{"done in time or not", "2024-08-15", Done, "2025-01-01T00:00:00Z", false},
		{"dropped", "2024-08-15", Dropped, "2025-01-01T00:00:00Z", false},
		{"now in another zone", "2024-08-15T09:00:00Z", Open, "2024-08-15T15:59:59+07:00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			due, err := ParseTime(tt.due)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := (&Action{State: tt.state, Due: due}).Overdue(now); got != tt.want {
				t.Errorf("overdue %v, want %v", got, tt.want)
			}
		})
	}
}

func TestActionsAreOrderedByTheirKeys(t *testing.T) {
	// In the order in which a list by deadline has them.
	order := []string{"2024-08", "2024-09-14T23:00:00Z", "2024-09-14", "2024-09-15T00:00:01Z", "~2024-09-20", ""}
	last := ""
	for _, s := range order {
		due, err := ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		key := (&Action{Due: due}).DueKey()
		if key <= last {
			t.Errorf("due %q has key %q, which is not after %q", s, key, last)
		}
		last = key
	}
	last = ""
	for _, p := range append(priorities[:len(priorities):len(priorities)], "") {
		key := (&Action{Priority: p}).PriorityKey()
		if key <= last {
			t.Errorf("priority %q has key %q, which is not after %q", p, key, last)
		}
		last = key
	}
}

func TestActionTally(t *testing.T) {
	for _, tt := range []struct {
		name string
		a    Action
		want []string
	}{
		{"open, unowned, not due", Action{State: Open, Stream: "support"},
			[]string{"action/open", "stream/support/open", "action-no-owner", "action-no-due"}},
		{"owned and due at an hour", Action{State: Doing, Stream: "support", Owner: "bo", Due: exactTime(at)},
			[]string{"action/doing", "stream/support/doing", "due/2024-08-15T09/support"}},
		{"due in the last minute of an hour", Action{State: Blocked, Stream: "support", Owner: "bo", Due: exactTime(at.Add(59 * time.Minute))},
			[]string{"action/blocked", "stream/support/blocked", "due/2024-08-15T09/support"}},
		{"due on a day", Action{State: Open, Stream: "authorities", Owner: "bo", Due: Time{time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC), ByDay}},
			[]string{"action/open", "stream/authorities/open", "due/2025-01-01T00/authorities"}},
		{"done, whatever else", Action{State: Done, Stream: "support", Due: exactTime(at)},
			[]string{"action/done", "stream/support/done"}},
		{"dropped, whatever else", Action{State: Dropped, Stream: "support"},
			[]string{"action/dropped", "stream/support/dropped"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, want := map[string]int{}, map[string]int{}
			tt.a.tally(func(key string) { got[key]++ })
			for _, key := range tt.want {
				want[key]++
			}
			if !maps.Equal(got, want) {
				t.Errorf("counts in %v, want %v", got, want)
			}
		})
	}
}
