package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"warroom/data"
)

// pickEvent selects events; a condition follows.
const pickEvent = `SELECT seq, id, at, "by", ref, kind, body FROM event `

// pickHistory selects the events about an item.
const pickHistory = pickEvent + `WHERE ref = ? ORDER BY seq`

// scanEvent reads the event that rows stands on, made safe to show. Of one that
// cannot be read it returns what can, and an error of class data.BadFile.
func scanEvent(r *sql.Rows) (e data.Event, err error) {
	var at, by, ref, kind, body string
	if err := r.Scan(&e.Seq, &e.ID, &at, &by, &ref, &kind, &body); err != nil {
		return e, unreadableEvent(e.Seq, err)
	}
	e.ID, e.By, e.Ref = data.Line(e.ID), data.Actor(data.Line(by)), data.Ref(data.Line(ref))
	if e.At, err = parseTime(at); err == nil {
		e.Body, err = data.DecodeBody(kind, []byte(body))
	}
	if err != nil {
		return e, unreadableEvent(e.Seq, err)
	}
	return e, nil
}

// scanShown is scanEvent for what is only shown: an event that cannot be read
// says so in its place.
func scanShown(r *sql.Rows) (data.Event, error) {
	e, err := scanEvent(r)
	if err != nil {
		e.Body = data.Unreadable{Err: err}
	}
	return e, nil
}

// readTx runs fn in one read transaction, so that all it reads belongs together.
func (s *Store) readTx(ctx context.Context, fn func(querier) error) error {
	return explain(s.readers.read(ctx, fn), s.path)
}

// Head returns the end of the log.
func (s *Store) Head(ctx context.Context) (head Head, err error) {
	err = s.readTx(ctx, func(q querier) error {
		head, err = readHead(ctx, q)
		return err
	})
	return head, err
}

func readHead(ctx context.Context, q querier) (Head, error) {
	found, err := collect(ctx, q, func(r *sql.Rows) (h Head, err error) {
		var hash []byte
		if err = r.Scan(&h.Seq, &hash); err == nil && len(hash) == len(h.Hash) {
			h.Hash = Hash(hash)
		}
		return h, err
	}, `SELECT seq, hash FROM event WHERE seq = (SELECT max(seq) FROM event)`)
	if err != nil || len(found) == 0 {
		return Head{}, err
	}
	return found[0], nil
}

// Get returns an item, or an error for people if there is none, or if it is not for
// this person.
func (v *View) Get(ctx context.Context, ref data.Ref) (e data.Entity, err error) {
	err = v.readTx(ctx, func(q querier) error {
		e, err = needItem(ctx, q, ref)
		return err
	})
	return e, err
}

func needItem(ctx context.Context, q querier, ref data.Ref) (data.Entity, error) {
	e, err := loader{ctx, bare(q)}.Entity(ref)
	switch {
	case err != nil:
		return nil, err
	case e == nil:
		return nil, data.Missing(ref, loader{ctx, q}.Count)
	}
	if err := withheld(q, e); err != nil {
		return nil, err
	}
	return e, nil
}

// List returns all items of a kind, in the order of their numbers, or in that
// of the vocabulary for kinds that have keys.
func (v *View) List(ctx context.Context, k data.Kind) (all []data.Entity, err error) {
	err = v.readTx(ctx, func(q querier) error {
		t := tableOf[k]
		all, err = collect(ctx, q, t.scan, t.pick+`ORDER BY `+t.cols[0])
		return err
	})
	keys := tableOf[k].spec.Keys
	slices.SortStableFunc(all, func(a, b data.Entity) int {
		return slices.Index(keys, string(a.Info().Ref)) - slices.Index(keys, string(b.Info().Ref))
	})
	return all, err
}

// worstFirst is the order of open actions: by deadline, those without one last,
// then by priority, then by number. Those overdue come first by nature.
const worstFirst = `t.due_key, t.priority_key, t.num`

// OpenActions returns a window of the open actions, worst first: around the
// action with the id on, if there is such an action, up to before rows that
// come before it and enough after it to make limit rows. Without one, or with
// "", it begins at the top, or, with a limit below 0, holds the last -limit of
// them. An action that is no longer open is still returned when the window is
// asked for around it.
func (v *View) OpenActions(ctx context.Context, on data.Ref, before, limit int) (w data.Window[*data.Action], err error) {
	err = v.readTx(ctx, func(q querier) error {
		w, err = openActions(ctx, q, on, before, limit)
		return err
	})
	return w, err
}

func openActions(ctx context.Context, q querier, on data.Ref, before, limit int) (w data.Window[*data.Action], err error) {
	counts, err := tallies(ctx, q)
	if err != nil {
		return w, err
	}
	w.Total = counts.actions.Open
	defer func() { w.Above, w.Below = w.Offset > 0, w.Offset+len(w.Rows) < w.Total }()
	if limit == 0 {
		return w, nil
	}
	pick := func(where string, args ...any) ([]*data.Action, error) {
		return entities[*data.Action](ctx, q, data.KindAction, where, args...)
	}
	const bestFirst = `t.due_key DESC, t.priority_key DESC, t.num DESC`
	if limit < 0 { // which SQLite would take for no limit
		w.Rows, err = pick(`WHERE t.open = 1 ORDER BY `+bestFirst+` LIMIT ?`, -limit)
		slices.Reverse(w.Rows)
		w.Offset = max(w.Total-len(w.Rows), 0)
		return w, err
	}
	before = min(max(before, 0), limit-1)
	var anchor data.Entity
	if on != "" {
		if anchor, err = (loader{ctx, q}).Entity(on); err != nil {
			return w, err
		}
	}
	at, ok := anchor.(*data.Action)
	if !ok {
		w.Rows, err = pick(`WHERE t.open = 1 AND t.due_key > '' ORDER BY `+worstFirst+` LIMIT ?`, limit)
		return w, err
	}
	key := []any{at.DueKey(), at.PriorityKey(), at.Ref.Number()}
	const above = `WHERE t.open = 1 AND (t.due_key, t.priority_key, t.num) < (?, ?, ?) `
	const below = `WHERE t.open = 1 AND (t.due_key, t.priority_key, t.num) > (?, ?, ?) `
	up, err := pick(above+`ORDER BY `+bestFirst+` LIMIT ?`, append(key, before)...)
	if err != nil {
		return w, err
	}
	slices.Reverse(up)
	down, err := pick(below+`ORDER BY `+worstFirst+` LIMIT ?`, append(key, limit-len(up)-1)...)
	if err != nil {
		return w, err
	}
	w.Rows = append(append(up, at), down...)
	if len(up) == before { // there may be more above
		n, err := collect(ctx, q, scanInt, `SELECT count(*) FROM action AS t `+above, key...)
		if err != nil {
			return w, err
		}
		w.Offset = int(n[0]) - len(up)
	}
	if !at.State.Open() {
		w.Total++
	}
	return w, nil
}

// openQuestions returns up to limit open questions, the oldest first.
func openQuestions(ctx context.Context, q querier, limit int) ([]*data.Question, error) {
	return entities[*data.Question](ctx, q, data.KindQuestion, `WHERE t.state = 'open' AND t.num > 0 ORDER BY t.num LIMIT ?`, limit)
}

// counts is what the fold counted.
type counts struct {
	actions   data.ActionCounts
	streams   map[data.Ref]map[data.ActionState]int
	questions int
}

// tallies reads the counts by their keys.
func tallies(ctx context.Context, q querier) (c counts, err error) {
	var keys []any
	for _, st := range data.ActionStates {
		keys = append(keys, data.TallyAction+string(st))
		for _, stream := range data.StreamKeys {
			keys = append(keys, data.TallyStream+stream+"/"+string(st))
		}
	}
	keys = append(keys, data.TallyNoOwner, data.TallyNoDue, data.TallyQuestion+"open")
	found := map[string]int{}
	rows, err := collect(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var key string
		var n int
		err := r.Scan(&key, &n)
		found[key] = n
		return struct{}{}, err
	}, `SELECT key, n FROM tally WHERE key IN (?`+strings.Repeat(", ?", len(keys)-1)+`)`, keys...)
	if _ = rows; err != nil {
		return c, err
	}
	state := func(st data.ActionState) int { return found[data.TallyAction+string(st)] }
	c.actions = data.ActionCounts{
		Doing: state(data.Doing), Blocked: state(data.Blocked), Done: state(data.Done), Dropped: state(data.Dropped),
		NoOwner: found[data.TallyNoOwner], NoDue: found[data.TallyNoDue],
	}
	c.actions.Open = state(data.Open) + c.actions.Doing + c.actions.Blocked
	c.questions = found[data.TallyQuestion+"open"]
	c.streams = map[data.Ref]map[data.ActionState]int{}
	for _, stream := range data.StreamKeys {
		c.streams[data.Ref(stream)] = map[data.ActionState]int{}
		for _, st := range data.ActionStates {
			c.streams[data.Ref(stream)][st] = found[data.TallyStream+stream+"/"+string(st)]
		}
	}
	return c, nil
}

// overdue counts the open actions whose deadline has passed, by workstream: the
// buckets of all hours that are over, and the actions due in this one.
func overdue(ctx context.Context, q querier, now time.Time) (map[data.Ref]int, error) {
	late := map[data.Ref]int{}
	hour := now.UTC().Format(data.DueHour)
	add := func(r *sql.Rows) (struct{}, error) {
		var key string
		var n int
		err := r.Scan(&key, &n)
		late[data.Ref(key[strings.LastIndexByte(key, '/')+1:])] += n
		return struct{}{}, err
	}
	_, err := collect(ctx, q, add, `SELECT key, n FROM tally WHERE key > ? AND key < ?`, data.TallyDue, data.TallyDue+hour)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, q, add, `SELECT stream, 1 FROM action WHERE open = 1 AND due_key >= ? AND due_key <= ?`,
		hour+":00:00Z", now.UTC().Format(time.RFC3339))
	return late, err
}

// History returns the events about an item, in the order of the log. If some of
// them cannot be read it returns all of them, and an error of class data.BadFile.
func (v *View) History(ctx context.Context, ref data.Ref) (all []data.Event, err error) {
	err = v.readTx(ctx, func(q querier) error {
		if err := permit(ctx, q, ref); err != nil {
			return err
		}
		all, err = collect(ctx, q, scanShown, pickHistory, string(ref))
		return err
	})
	if err == nil {
		err = data.Damage(all)
	}
	return all, err
}

// Event returns the event at a position of the log, or an error for people.
func (v *View) Event(ctx context.Context, seq int64) (e data.Event, err error) {
	err = v.readTx(ctx, func(q querier) error {
		found, err := collect(ctx, bare(q), scanEvent, pickEvent+`WHERE seq = ?`, seq)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return data.Refuse("there is no event %d", seq).WithHint("warroom log lists them")
		}
		if err := permit(ctx, q, data.Entry{Event: found[0]}.Item()); err != nil {
			return err
		}
		if found, err = sift(ctx, q, found); err == nil && len(found) > 0 {
			e = found[0]
		}
		return err
	})
	return e, err
}

// SeqAt returns the position after which events were recorded at or after t.
func (v *View) SeqAt(ctx context.Context, t time.Time) (seq int64, err error) {
	err = v.readTx(ctx, func(q querier) error {
		head, err := readHead(ctx, q)
		if err != nil {
			return err
		}
		// Events are in the order of their recording, so the first one at or
		// after t is found by halving.
		lo, hi := int64(0), head.Seq
		for lo < hi {
			mid := lo + (hi-lo)/2 + 1
			at, err := collect(ctx, q, scanString, `SELECT at FROM event WHERE seq = ?`, mid)
			if err != nil {
				return err
			}
			if len(at) == 0 {
				return damaged("event %d is missing", mid)
			}
			if at[0] < formatTime(t) {
				lo = mid
			} else {
				hi = mid - 1
			}
		}
		seq = lo
		return nil
	})
	return seq, err
}

func scanString(r *sql.Rows) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
