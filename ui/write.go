package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"warroom/data"
)

// A Writer records what a person does on the board. Without Record the board
// is for reading.
type Writer struct {
	// Record records acts as one transaction, or none of them, and returns the
	// events as they stand in the log. It is the person's: actor and role are
	// bound. An act whose id is in the log already is not recorded again.
	Record func(ctx context.Context, acts []Act) ([]data.Event, error)
	// NewID returns an id for an act.
	NewID func() string
}

// An Act is an event that a person wants to be recorded.
type Act struct {
	ID   string // the same for every try
	Body data.Body
}

// A recorded is told what came of acts, on the event loop.
type recorded func(m *Model, events []data.Event, err error) tea.Cmd

// record returns a command that records acts and then tells done.
func (m *Model) record(acts []Act, done recorded) tea.Cmd {
	w := m.cfg.Writer
	return func() tea.Msg {
		events, err := w.Record(m.ctx, acts)
		return readMsg{func(m *Model) tea.Cmd {
			cmd := done(m, events, err)
			if err != nil {
				return cmd
			}
			return tea.Batch(cmd, m.load()) // the next key is about what is on the screen
		}}
	}
}

// acts gives bodies ids of their own.
func (m *Model) acts(bodies ...data.Body) []Act {
	all := make([]Act, len(bodies))
	for i, b := range bodies {
		all[i] = Act{m.cfg.Writer.NewID(), b}
	}
	return all
}

// cannotWrite says why nothing can be recorded here, or nil.
func (m *Model) cannotWrite() error {
	switch {
	case m.cfg.Writer.Record == nil:
		return errors.New("this board is for reading")
	case m.src.ReadOnly() != "":
		return errors.New("nothing can be changed: " + m.src.ReadOnly())
	case m.lost != nil:
		return errors.New("the file cannot be read; what you would change is not known")
	case m.other != nil:
		return errors.New("nothing can be changed: " + m.other.Error())
	}
	return nil
}

// may says why the person may not change a field of an item, or make one of the
// kind if f and item are nil. The item is nil too where it is not at hand.
func (m *Model) may(spec *data.Spec, item data.Entity, f *data.Field) error {
	need := data.RoleFor(spec, item)
	if f != nil {
		need = max(need, f.Role)
	}
	if m.cfg.Role < need {
		return fmt.Errorf("this takes the role %s", need)
	}
	return nil
}

// An onlyItem is the loader of a state in which one item is all that is known: enough
// to ask the rules of its fields. What it refers to is there.
type onlyItem struct{ item data.Entity }

func (k onlyItem) Entity(ref data.Ref) (data.Entity, error) {
	if k.item.Info().Ref == ref {
		return k.item, nil
	}
	spec := ref.Spec()
	if spec == nil {
		return nil, nil
	}
	e := spec.New()
	e.Info().Ref = ref
	return e, nil
}
func (k onlyItem) Claims(data.FigureKey) ([]*data.Claim, error) { return nil, nil }
func (k onlyItem) Notices(data.NoticeKey) ([]*data.Notice, error) {
	return nil, nil
}
func (k onlyItem) Count(string) (int64, error)            { return 0, nil }
func (k onlyItem) History(data.Ref) ([]data.Event, error) { return nil, nil }

// cannotSet says why a field of an item cannot become a value, in its stored
// form, or nil. The store asks the same rule again.
func cannotSet(item data.Entity, key, stored string) error {
	f := data.SpecOf(item.Kind()).Field(key)
	c := data.Changed{Ref: item.Info().Ref, Changes: []data.Change{{Field: key, Was: f.Get(item), Now: stored}}}
	return c.Check(data.NewState(onlyItem{item}, 0))
}

// A setting is a field and what it is to become, in its stored form.
type setting struct{ field, value string }

// set records that fields of items become other values: of all items or of none.
// What is so already is left out. A change that somebody else made meanwhile, to
// what the person saw, is a conflict.
func (m *Model) set(items []data.Entity, settings ...setting) tea.Cmd {
	return m.setDrafted(nil, items, settings)
}

// setDrafted is set, of values that were typed: their draft goes when they are
// on the disk.
func (m *Model) setDrafted(d *Draft, items []data.Entity, settings []setting) tea.Cmd {
	var bodies []data.Body
	for _, item := range items {
		c := data.Changed{Ref: item.Info().Ref}
		for _, s := range settings {
			if f := data.SpecOf(item.Kind()).Field(s.field); f.Get(item) != s.value {
				c.Changes = append(c.Changes, data.Change{Field: s.field, Was: d.saw(item, f), Now: s.value})
			}
		}
		if len(c.Changes) > 0 {
			bodies = append(bodies, c)
		}
	}
	if len(bodies) == 0 {
		m.say("it is so already: " + m.labels(items, settings))
		return m.drop(d)
	}
	on := m.top()
	var text map[string]string
	if d != nil {
		text = d.Text
	}
	return m.record(m.acts(bodies...), func(m *Model, events []data.Event, err error) tea.Cmd {
		if err != nil && m.elsewhere(on) { // nothing comes up under the keys
			m.fault(err)
			return nil // a draft of it stays
		}
		if err != nil {
			return m.refused(d, items, settings, err)
		}
		m.unmark()
		m.say(m.stored(events))
		return m.dropStored(d, text)
	})
}

func (m *Model) labels(items []data.Entity, settings []setting) string {
	if len(items) != 1 || len(settings) == 0 {
		return "nothing was recorded"
	}
	f := data.SpecOf(items[0].Kind()).Field(settings[0].field)
	return fmt.Sprintf("%s %s is %s", items[0].Info().Ref, strings.ToLower(f.Label), f.Show(settings[0].value))
}

// refused says why settings were not recorded. One that somebody else has
// changed meanwhile leads to the page of the conflict, with all three values.
func (m *Model) refused(d *Draft, items []data.Entity, settings []setting, err error) tea.Cmd {
	var conflict *data.ConflictError
	same := errors.Is(err, data.ErrSame) && len(settings)*len(items) > 1 // but the others are not
	if !errors.As(err, &conflict) && !same {
		m.fault(err)
		return nil
	}
	if len(items) > 1 {
		return newJoint(d, items, settings).compare(m)
	}
	// What else is being edited of it is none of this: the draft is a new one.
	ref := items[0].Info().Ref
	p := m.changeFormWith(&Draft{ID: "settle " + m.cfg.Writer.NewID(), Kind: items[0].Kind(), Refs: []data.Ref{ref}}, items[0])
	for _, s := range settings {
		f := p.spec.Field(s.field)
		p.form.Put(s.field, m.editable(f, s.value))
		p.base[s.field] = d.saw(items[0], f)
	}
	p.also = d
	return tea.Batch(m.push(p), p.compare(m))
}

// stored says what was recorded, in one line. It is only said of what is on the
// disk.
func (m *Model) stored(events []data.Event) string {
	if len(events) == 0 {
		return "nothing was recorded"
	}
	e := events[0]
	what := string(e.Ref) + " "
	switch b := e.Body.(type) {
	case data.Made:
		what += "added"
	case data.Changed:
		what += m.view.Describe(b)
	}
	if n := len(events) - 1; n > 0 {
		what += fmt.Sprintf(", and %d more", n)
	}
	return "stored: " + what
}

// say shows a line in the footer until the next key.
func (m *Model) say(text string) { m.notice = data.Line(text) }

// fault shows what is wrong in the footer until the next key.
func (m *Model) fault(err error) {
	m.console.wrong = &wrong{err.Error(), m.hintOf(err)}
}

// A holder is an overlay that has items which can be changed.
type holder interface {
	overlay
	// held returns the item under the cursor as it is on the screen, or nil with
	// its id if it is not at hand, or "" if there is none.
	held() (data.Entity, data.Ref)
}

// held returns the item that a key would change, as it is on the screen; only
// its id if it is not at hand.
func (m *Model) held() (data.Entity, data.Ref) {
	if h, ok := m.top().(holder); ok {
		return h.held()
	} else if m.top() != nil {
		return nil, ""
	}
	return m.board.held()
}

// held returns the item under the cursor of the pane in focus.
func (b *board) held() (data.Entity, data.Ref) {
	if b.view == nil || b.focus.Empty() {
		return nil, ""
	}
	i, v := b.focus.List().Index(), b.view
	switch b.focus {
	case b.regions:
		return v.Regions[i].Region, v.Regions[i].Ref
	case b.data:
		return v.Data[i].Category, v.Data[i].Ref
	case b.streams:
		return v.Streams[i].Workstream, v.Streams[i].Ref
	case b.actions:
		return v.Open.Rows[i], v.Open.Rows[i].Ref
	case b.questions:
		return v.Questions.Rows[i], v.Questions.Rows[i].Ref
	case b.trends:
		return nil, ""
	case b.activity:
		return nil, v.Activity[i].Item()
	}
	return nil, b.focus.Selected()
}

// A marker is a list in which several items can be marked.
type marker struct {
	refs  []data.Ref // in the order in which they were marked
	items map[data.Ref]data.Entity
}

// turn marks an item, or takes its mark away.
func (k *marker) turn(item data.Entity) {
	ref := item.Info().Ref
	if i := slices.Index(k.refs, ref); i >= 0 {
		k.refs = slices.Delete(k.refs, i, i+1)
		delete(k.items, ref)
		return
	}
	if k.items == nil {
		k.items = map[data.Ref]data.Entity{}
	}
	k.refs, k.items[ref] = append(k.refs, ref), item
}

// set returns what is marked.
func (k *marker) set() map[data.Ref]bool {
	all := make(map[data.Ref]bool, len(k.refs))
	for _, ref := range k.refs {
		all[ref] = true
	}
	return all
}

// see takes over marked items as they are on the screen now.
func (k *marker) see(item data.Entity) {
	if _, ok := k.items[item.Info().Ref]; ok {
		k.items[item.Info().Ref] = item
	}
}

// see takes over the marked ones of actions that are on the screen.
func (m *Model) see(rows []*data.Action) {
	for _, a := range rows {
		m.marked.see(a)
	}
}

// marks are the items that are marked, of actions alone.
func (m *Model) marks() []data.Entity {
	if !m.canMark() {
		return nil
	}
	var all []data.Entity
	for _, ref := range m.marked.refs {
		all = append(all, m.marked.items[ref])
	}
	return all
}

// unmark takes all marks away.
func (m *Model) unmark() {
	if len(m.marked.refs) > 0 {
		m.marked = marker{}
		m.redraw()
	}
}

// canMark reports whether items can be marked here: actions can.
func (m *Model) canMark() bool {
	if m.top() == nil {
		return m.board.focus == m.board.actions
	}
	_, ok := m.top().(*actionsView)
	return ok
}

// mark marks the item under the cursor, and goes on to the next.
func (m *Model) mark() tea.Cmd {
	item, _ := m.held()
	m.marked.turn(item)
	m.redraw()
	for _, a := range m.actions() {
		if a.Name == "down" {
			return a.Run()
		}
	}
	return nil
}

// reading of items that are not at hand; see [Model.withItems].
type itemsFunc func(items []data.Entity) tea.Cmd

// withItems calls do with the items that a key changes: those marked, else the
// one under the cursor, which is read first if only its id is on the screen.
func (m *Model) withItems(do itemsFunc) tea.Cmd {
	if all := m.marks(); len(all) > 0 {
		return do(all)
	}
	item, ref := m.held()
	if item != nil {
		return do([]data.Entity{item})
	}
	return m.fetch([]data.Ref{ref}, do)
}

// fetch reads items and then calls do, unless the person has begun something
// else meanwhile.
func (m *Model) fetch(refs []data.Ref, do itemsFunc) tea.Cmd {
	on, src := m.top(), m.src
	return func() tea.Msg {
		var items []data.Entity
		for _, ref := range refs {
			e, err := src.Get(m.ctx, ref)
			if err != nil {
				return failedMsg{err: err}
			}
			items = append(items, e)
		}
		return readMsg{func(m *Model) tea.Cmd {
			if m.elsewhere(on) {
				return nil
			}
			return do(items)
		}}
	}
}

// names says which items a key changes, for a label.
func names(items []data.Entity) string {
	if len(items) == 1 {
		return string(items[0].Info().Ref)
	}
	return fmt.Sprintf("%d items", len(items))
}
