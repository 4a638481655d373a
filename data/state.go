package data

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Loader reads what a State does not hold yet. What it returns is handed
// over: the State may keep it, and never changes it in place.
type Loader interface {
	// Entity returns the item with this id, or nil if there is none.
	Entity(Ref) (Entity, error)
	// Claims returns the claims about a figure, in any order.
	Claims(FigureKey) ([]*Claim, error)
	// Notices returns the counts about a region and channel, in any order.
	Notices(NoticeKey) ([]*Notice, error)
	// Count returns a count kept by the fold; 0 if it was never set.
	Count(key string) (int64, error)
	// History returns the events about an item, in the order of the log: also
	// those applied since the State was made, and with what was redacted masked.
	History(Ref) ([]Event, error)
}

// State is the incident as the log so far describes it: the fold of its events.
//
// A State with a loader reads an item when an event refers to it, and remembers
// what it read and what it changed, so that an event costs what it touches. A
// State without one starts from the empty log and holds everything. Both come
// to the same. A State is not safe for concurrent use.
type State struct {
	Seq int64 // position of the last event applied

	loader   Loader
	newer    []int64        // the events that were kept and not folded
	entities map[Ref]Entity // nil for an item that is known not to exist
	counts   map[string]int64
	touched  Touched
	marked   bool
	undo     []func() // of what happened since Mark, if marked
}

// Touched is what was changed in a State: what has to be written to tables.
type Touched struct {
	Refs    map[Ref]Entity // each item, as it was before; nil if it was made
	Counts  map[string]bool
	Figures map[FigureKey]bool
	Notices map[NoticeKey]bool
	Newer   []int64 // the events that this warroom does not know
	Masked  bool    // an event was redacted: what was derived from its content must go
}

// TallyMade counts, with a kind behind it, the items of this kind: the next
// one's number is one more.
const TallyMade = "made/"

// NewState returns the state after event seq, read through loader as needed.
// With a nil loader it is the state that an empty log describes, and seq is 0.
func NewState(loader Loader, seq int64) *State {
	s := &State{Seq: seq, loader: loader, entities: map[Ref]Entity{}, counts: map[string]int64{}}
	s.TakeTouched()
	return s
}

// Get returns an item, or nil if there is none. It must not be changed.
func (s *State) Get(ref Ref) (Entity, error) {
	if e, ok := s.entities[ref]; ok || s.loader == nil {
		return e, nil
	}
	e, err := s.loader.Entity(ref)
	if err != nil {
		return nil, err
	}
	s.entities[ref] = e
	return e, nil
}

// Need returns an item; that there is none is an error for people.
func (s *State) Need(ref Ref) (Entity, error) {
	e, err := s.Get(ref)
	if err == nil && e == nil {
		err = Missing(ref, s.Count)
	}
	return e, err
}

// mustExist refuses a ref to an item that is not there, or is of another kind.
// An empty ref is unknown, and fine.
func (s *State) mustExist(ref Ref, k Kind) error {
	if ref == "" {
		return nil
	}
	e, err := s.Need(ref)
	if err == nil && k != "" && e.Kind() != k {
		err = Refuse("%s is no %s", ref, k)
	}
	return err
}

// Count returns a count kept by the fold.
func (s *State) Count(key string) (int64, error) {
	if n, ok := s.counts[key]; ok || s.loader == nil {
		return n, nil
	}
	n, err := s.loader.Count(key)
	if err == nil {
		s.counts[key] = n
	}
	return n, err
}

// Apply advances s by one event and gives the event its Ref. It asks no rule:
// whoever records an event has asked [Body.Check]. After an error s is of no
// further use, unless it is rolled back.
func (s *State) Apply(e *Event) error {
	if e.Seq != s.Seq+1 {
		return fmt.Errorf("event %d cannot follow event %d", e.Seq, s.Seq)
	}
	if IsNewer(e.Body) {
		s.keep(e)
		return nil
	}
	ref, err := e.Body.about(s)
	if err != nil {
		return err
	}
	e.Ref = ref
	if err := e.Body.apply(s, e); err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	s.onRollback(func() { s.Seq-- })
	s.Seq++
	return nil
}

// put replaces an item by its next version, or adds it if old is nil.
func (s *State) put(old, e Entity) error {
	ref := e.Info().Ref
	if old == nil {
		if err := s.add(TallyMade+string(e.Kind()), 1); err != nil {
			return err
		}
	}
	if err := s.retally(old, e); err != nil {
		return err
	}
	if err := s.retime(old, e); err != nil {
		return err
	}
	before, known := s.entities[ref]
	s.onRollback(func() {
		if known {
			s.entities[ref] = before
		} else {
			delete(s.entities, ref)
		}
	})
	s.entities[ref] = e
	if _, ok := s.touched.Refs[ref]; !ok {
		s.touched.Refs[ref] = old
	}
	if c, ok := e.(*Claim); ok {
		s.touched.Figures[c.Key()] = true
	}
	if n, ok := e.(*Notice); ok {
		s.touched.Notices[n.Key()] = true
	}
	return nil
}

func (s *State) retally(old, e Entity) error {
	diff := map[string]int64{}
	if old != nil {
		old.tally(func(key string) { diff[key]-- })
	}
	e.tally(func(key string) { diff[key]++ })
	for key, n := range diff {
		if n != 0 {
			if err := s.add(key, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *State) add(key string, n int64) error {
	was, err := s.Count(key)
	if err != nil {
		return err
	}
	s.onRollback(func() { s.counts[key] = was })
	s.counts[key] = was + n
	s.touched.Counts[key] = true
	return nil
}

// refold folds the item that a redacted event is about again from its history,
// with the masked content in its place.
func (s *State) refold(b Redacted) error {
	body, err := DecodeBody(b.Of, b.Body)
	if err != nil {
		return err
	}
	if IsNewer(body) {
		return nil // it was not folded
	}
	ref := b.Item
	old, err := s.Need(ref)
	if err != nil {
		return err
	}
	history, err := s.loader.History(ref)
	if err != nil {
		return err
	}
	alone := NewState(nil, 0)
	for _, e := range history {
		if e.Seq == b.Event {
			e.Body = body
		}
		if IsNewer(e.Body) {
			continue
		}
		// An item keeps the id it has, whatever came before it in the log.
		if err := e.Body.apply(alone, &e); err != nil {
			return err
		}
	}
	e := alone.entities[ref]
	if e == nil {
		return fmt.Errorf("no event makes %s", ref)
	}
	return s.put(old, e)
}

// Mark begins what Rollback takes back.
func (s *State) Mark() { s.marked, s.undo = true, s.undo[:0] }

func (s *State) onRollback(f func()) {
	if s.marked {
		s.undo = append(s.undo, f)
	}
}

// Rollback takes s back to what it was at the last Mark. What was touched stays
// marked as touched.
func (s *State) Rollback() {
	for _, f := range slices.Backward(s.undo) {
		f()
	}
	s.undo = s.undo[:0]
}

// TakeTouched returns what was touched since it was last called.
func (s *State) TakeTouched() Touched {
	t := s.touched
	s.touched = Touched{Refs: map[Ref]Entity{}, Counts: map[string]bool{}, Figures: map[FigureKey]bool{}, Notices: map[NoticeKey]bool{}}
	return t
}

// Size returns how many items and counts s holds, for whoever bounds its memory.
func (s *State) Size() int { return len(s.entities) + len(s.counts) }

// Figure returns the claim that stands for a figure, or nil if none does.
func (s *State) Figure(key FigureKey) (*Claim, error) {
	var stored []*Claim
	if s.loader != nil {
		var err error
		if stored, err = s.loader.Claims(key); err != nil {
			return nil, err
		}
	}
	return Pick(held(s, stored, func(c *Claim) bool { return c.Key() == key })), nil
}

// Notified returns the count that stands for a region and channel, or nil if none
// does.
func (s *State) Notified(key NoticeKey) (*Notice, error) {
	var stored []*Notice
	if s.loader != nil {
		var err error
		if stored, err = s.loader.Notices(key); err != nil {
			return nil, err
		}
	}
	return latest(held(s, stored, func(n *Notice) bool { return n.Key() == key })), nil
}

// held returns items as s has them: those that were stored, and in their place, or
// beside them, those that s holds.
func held[E Entity](s *State, stored []E, wanted func(E) bool) []E {
	byRef := map[Ref]E{}
	for _, e := range stored {
		byRef[e.Info().Ref] = e
	}
	for ref, e := range s.entities {
		if e, ok := e.(E); ok && wanted(e) {
			byRef[ref] = e
		}
	}
	return slices.Collect(maps.Values(byRef))
}

// All returns every item that s holds, ordered by kind and id. It is for a
// State without a loader, which holds all there are.
func (s *State) All() []Entity {
	all := slices.Collect(maps.Values(s.entities))
	slices.SortFunc(all, func(a, b Entity) int {
		x, y := a.Info().Ref, b.Info().Ref
		if a.Kind() != b.Kind() {
			return strings.Compare(string(a.Kind()), string(b.Kind()))
		}
		if x.Number() != y.Number() {
			return int(x.Number() - y.Number())
		}
		return strings.Compare(string(x), string(y))
	})
	return all
}

// Counts returns every count that s holds and that is not zero.
func (s *State) Counts() map[string]int64 {
	all := maps.Clone(s.counts)
	maps.DeleteFunc(all, func(_ string, n int64) bool { return n == 0 })
	return all
}
