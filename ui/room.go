package ui

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"warroom/data"
	"warroom/ui/pane"
)

// A Room is where those meet who are on one board at the same time: it knows who
// they are and what they edit. The zero Room is empty. It is safe for concurrent
// use, and nobody in it can hold the others up: who is slow is told of the latest
// only.
type Room struct {
	mu    sync.Mutex
	last  int64
	seats []*seat         // in the order in which they came
	views [2]*pane.People // what is known of them, for those who may not read private notes and those who may; nil if it has changed
}

// A seat is one session's place in a room.
type seat struct {
	room  *Room
	id    int64
	actor data.Actor
	role  data.Role
	since time.Time
	edits edits         // guarded by the room
	news  chan struct{} // holds a value if something has changed since people was called
}

// edits are what is open in one session, to be changed or to be made.
type edits struct {
	refs  []data.Ref
	kinds []data.Kind
}

func (e edits) equal(f edits) bool {
	return slices.Equal(e.refs, f.refs) && slices.Equal(e.kinds, f.kinds)
}

// enter gives a session a seat until ctx is done, however that comes.
func (r *Room) enter(ctx context.Context, actor data.Actor, role data.Role, now time.Time) *seat {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	s := &seat{room: r, id: r.last, actor: data.Actor(data.Line(string(actor))), role: role, since: now, news: make(chan struct{}, 1)}
	r.seats = append(r.seats, s)
	r.tell()
	context.AfterFunc(ctx, s.leave)
	return s
}

func (s *seat) leave() {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.seats, s); i >= 0 {
		r.seats = slices.Delete(r.seats, i, i+1)
		r.tell()
	}
}

// edit says what the session edits now.
func (s *seat) edit(e edits) {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if !s.edits.equal(e) {
		s.edits = e
		r.tell()
	}
}

// tell lets everybody know that something has changed. The caller holds mu.
func (r *Room) tell() {
	r.views = [2]*pane.People{}
	for _, s := range r.seats {
		select {
		case s.news <- struct{}{}:
		default:
		}
	}
}

// people returns who is on, as far as this session may know.
func (s *seat) people() *pane.People {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	may := 0
	if s.role.Has(data.ReadingPrivate) {
		may = 1
	}
	if r.views[may] == nil {
		r.views[may] = r.count(may == 1)
	}
	return r.views[may]
}

// count puts together who is on: who has several sessions is one person. Who may
// not read private notes is told of no note that somebody edits: whether it is
// private may change while they do.
func (r *Room) count(notes bool) *pane.People {
	p := &pane.People{Edits: map[data.Ref][]pane.Editor{}}
	at := map[data.Actor]int{}
	for _, s := range r.seats {
		i, ok := at[s.actor]
		if !ok {
			i = len(p.On)
			at[s.actor] = i
			p.On = append(p.On, pane.Person{Name: string(s.actor), Role: s.role, Since: s.since})
		}
		who := &p.On[i]
		who.Role = max(who.Role, s.role)
		for _, ref := range s.edits.refs {
			if spec := ref.Spec(); !notes && (spec == nil || spec.Kind == data.KindNote) {
				continue
			}
			p.Edits[ref] = append(p.Edits[ref], pane.Editor{Name: string(s.actor), Session: s.id})
			if !slices.Contains(who.Edits, ref) {
				who.Edits = append(who.Edits, ref)
			}
		}
		for _, k := range s.edits.kinds {
			if (notes || k != data.KindNote) && !slices.Contains(who.Adds, k) {
				who.Adds = append(who.Adds, k)
			}
		}
	}
	return p
}

// A peopleMsg says that somebody has come or gone, or edits something else.
type peopleMsg struct{}

// sit gives the session its place in the room, if the board is in one.
func (m *Model) sit() {
	if m.cfg.Room == nil {
		return
	}
	m.seat = m.cfg.Room.enter(m.ctx, m.cfg.Actor, m.cfg.Role, m.now())
	m.meet()
}

// meet shows who is on now. What is drawn of items stays as it is unless somebody
// edits others.
func (m *Model) meet() {
	if m.seat == nil {
		return
	}
	was := m.met
	if m.met = m.seat.people(); m.met == was {
		return
	}
	if m.view == nil || was == nil || !maps.EqualFunc(was.Edits, m.met.Edits, slices.Equal) {
		if m.view != nil {
			m.redraw()
		}
		return
	}
	v := *m.view
	v.People = m.met
	m.view, m.head = &v, nil
	if w, ok := m.top().(*whoPage); ok {
		w.set(m.view)
	}
}

// tellEdits lets the others know what is open here.
func (m *Model) tellEdits() {
	if m.seat == nil {
		return
	}
	if e := m.edits(); !e.equal(m.open) {
		m.open = e
		m.seat.edit(e)
	}
}

// edits are the forms and the field that are open.
func (m *Model) edits() (e edits) {
	if m.typing != nil {
		e.refs = append(e.refs, m.typing.of...)
	}
	for _, o := range m.stack {
		p, ok := o.(*formPage)
		switch {
		case !ok:
		case p.item == nil:
			e.kinds = append(e.kinds, p.spec.Kind)
		default:
			e.refs = append(e.refs, p.item.Info().Ref)
		}
	}
	return e
}
