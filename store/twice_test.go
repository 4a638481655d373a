package store

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"warroom/data"
)

// An event offered again, by whatever way, is in the log once, and whoever
// offers it is told where.
func TestOfferedTwiceIsRecordedOnce(t *testing.T) {
	bodies := []struct {
		name string
		body data.Body
	}{
		{"an item made", action("title", "Call the press")},
		{"a field changed", change("A-1", "owner", "Ben", "Cas")},
		{"a claim", claim("cell", "asia/all")},
	}
	ways := []struct {
		name string
		do   func(t *testing.T, stores []*Store, offer func(*Store))
	}{
		{"one after the other", func(t *testing.T, stores []*Store, offer func(*Store)) {
			offer(stores[0])
			offer(stores[0])
		}},
		{"in two stores", func(t *testing.T, stores []*Store, offer func(*Store)) {
			offer(stores[0])
			offer(stores[1])
			offer(stores[0])
		}},
		{"fifty at once", func(t *testing.T, stores []*Store, offer func(*Store)) {
			each(50, func(int) { offer(stores[0]) })
		}},
		{"fifty at once in two stores", func(t *testing.T, stores []*Store, offer func(*Store)) {
			each(50, func(i int) { offer(stores[i%2]) })
		}},
		{"after other changes", func(t *testing.T, stores []*Store, offer func(*Store)) {
			offer(stores[0])
			for i := range 5 {
				record(t, stores[1], action(), change("A-1", "link", fmt.Sprint(i - 1)[:max(0, min(i, 1))], fmt.Sprint(i)))
			}
			offer(stores[0])
		}},
		{"among others", func(t *testing.T, stores []*Store, offer func(*Store)) {
			each(50, func(i int) {
				if i%5 == 0 {
					offer(stores[i%2])
				} else {
					record(t, stores[i%2], made(data.KindNote, "text", "x"))
				}
			})
		}},
	}
	for _, b := range bodies {
		for _, way := range ways {
			t.Run(b.name+" "+way.name, func(t *testing.T) {
				path := newFile(t, action("owner", "Ben"))
				stores := []*Store{openFile(t, path, options), openFile(t, path, options)}
				o := offer(b.body)
				o.ID = NewID()
				var mu sync.Mutex
				var told []data.Event
				way.do(t, stores, func(s *Store) {
					events, err := s.Record(context.Background(), o)
					mu.Lock()
					defer mu.Unlock()
					if err != nil || len(events) != 1 {
						t.Errorf("told %v, %v", events, err)
						return
					}
					told = append(told, events[0])
				})
				whole(t, stores[0])
				found := 0
				for _, e := range logOf(t, stores[0]) {
					if e.ID != o.ID {
						continue
					}
					found++
					for _, other := range told {
						if !reflect.DeepEqual(e, other) {
							t.Errorf("told  %+v\nfound %+v", other, e)
						}
					}
				}
				if found != 1 {
					t.Errorf("found %d times", found)
				}
			})
		}
	}
}

// An id stands for one content. Other content under it is refused, however it is
// offered, and not taken for what is there.
func TestOneIDForTwoEventsIsRefused(t *testing.T) {
	const clash = "event 3 has this id already and says something else; nothing was added"
	for _, tt := range []struct {
		name   string
		first  Offer
		second Offer
	}{
		{"another title", offer(action("title", "Call the press")), offer(action("title", "Call the police"))},
		{"another value", offer(change("A-1", "owner", "Ben", "Cas")), offer(change("A-1", "owner", "Ben", "Dee"))},
		{"a value that would be accepted", offer(change("A-1", "owner", "Ben", "Cas")), offer(change("A-1", "owner", "Cas", "Dee"))},
		{"another author", offer(action()), Offer{By: "ben", Role: data.Lead, Body: action()}},
		{"another kind of event", offer(action()), offer(change("A-1", "state", "open", "done"))},
		{"another kind of item", offer(action()), offer(made(data.KindNote, "text", "x"))},
		{"a reason added", offer(change("A-1", "owner", "Ben", "Cas")),
			offer(data.Changed{Ref: "A-1", Changes: change("A-1", "owner", "Ben", "Cas").Changes, Why: "on leave"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.first.ID = NewID()
			tt.second.ID = tt.first.ID

			s := newStore(t, action("owner", "Ben"))
			if _, err := s.Record(t.Context(), tt.first); err != nil {
				t.Fatal(err)
			}
			_, err := s.Record(t.Context(), tt.second)
			refusal(t, err, data.Failed, clash)
			if data.HintOf(err) == "" {
				t.Error("no hint")
			}
			whole(t, s)
			if head, _ := s.Head(t.Context()); head.Seq != 3 {
				t.Errorf("%d events, want 3", head.Seq)
			}

			// In one group: the first one offered is recorded.
			path := newFile(t, action("owner", "Ben"))
			_, errs := groupOf(t, path, tt.first, tt.second, offer(made(data.KindNote, "text", "another")))
			if errs[0] != nil || errs[2] != nil {
				t.Errorf("in one group: %v", errs)
			}
			mentions(t, errs[1], data.Failed, "has this id already and says something else; nothing was added")
			// And what is the same in one group is the same event.
			path = newFile(t, action("owner", "Ben"))
			events, errs := groupOf(t, path, tt.first, offer(made(data.KindNote, "text", "another")), tt.first, tt.first)
			if errs[0] != nil || errs[2] != nil || errs[3] != nil || !reflect.DeepEqual(events[0], events[2]) || !reflect.DeepEqual(events[0], events[3]) {
				t.Errorf("the same in one group: %v, %v", events, errs)
			}
		})
	}
}

func TestOfferedAgainAfterItsRedaction(t *testing.T) {
	s := newStore(t)
	o := offer(made(data.KindNote, "text", secret))
	o.ID = NewID()
	if _, err := s.Record(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	record(t, s, redaction(t, s, 2))
	events, err := s.Record(t.Context(), o)
	if err != nil {
		t.Fatalf("what is there is refused: %v", err)
	}
	if got := events[0].Body.(data.Made).Fields["text"]; events[0].Seq != 2 || got != data.Mask {
		t.Errorf("told %+v", events[0])
	}
	o.Body = made(data.KindNote, "text", "other", "private", "true")
	_, err = s.Record(t.Context(), o)
	refusal(t, err, data.Failed, "event 2 has this id already and says something else; nothing was added")
	whole(t, s)
}

func TestSeveralOfferedTwice(t *testing.T) {
	batch := func(n int) (all []Offer) {
		for i := range n {
			o := offer(action("title", fmt.Sprint("number ", i)))
			o.ID = NewID()
			all = append(all, o)
		}
		return all
	}
	s := newStore(t)
	three := batch(3)
	first, err := s.Record(t.Context(), three...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Record(t.Context(), three...)
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("told %v, %v", again, err)
	}
	_, err = s.Record(t.Context(), append(batch(1), three[0])...)
	refusal(t, err, data.Failed, "part of this was recorded before; nothing was added")
	one := batch(1)
	_, err = s.Record(t.Context(), one[0], one[0])
	refusal(t, err, data.Failed, "nothing was recorded: two events were offered under one id")
	if head := whole(t, s).Head.Seq; head != 4 {
		t.Errorf("%d events, want 4", head)
	}
}
