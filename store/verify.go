package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"warroom/data"
)

// A Report says what [Store.Verify] found in a file that is whole.
type Report struct {
	Head     Head
	Redacted []Redaction
	Known    Head // the last head known here; zero if none is
	Newer    int  // how many events are not known here
	Version  int  // of the file, if that is another one; its tables were not looked at then
}

// A Redaction is one that Verify met.
type Redaction struct {
	Event int64
	By    data.Actor
	Why   string
}

// Verify proves that the log is what was recorded and that the tables are what
// it says. It reads everything. An error of class data.BadFile names the first
// event that is not right, or the table.
func (s *Store) Verify(ctx context.Context) (rep *Report, err error) {
	err = s.proveTx(ctx, func(q querier) error {
		rep, err = s.verify(ctx, q)
		return err
	})
	return rep, err
}

func damaged(format string, args ...any) *data.Error {
	e := &data.Error{Class: data.BadFile, What: "damaged: " + fmt.Sprintf(format, args...)}
	return e.WithHint("restore a backup, or save what is before that event: warroom verify --recover FILE")
}

// unreadableEvent says that an event of the log cannot be read.
func unreadableEvent(seq int64, err error) error {
	e := damaged("event %d cannot be read", seq)
	e.Err = errors.Join(data.ErrUnreadable, err)
	return e
}

func (s *Store) verify(ctx context.Context, q querier) (*Report, error) {
	rep := &Report{Known: s.heads.known(), Version: int(s.other)}
	p := newProof()
	if err := walkChain(ctx, q, p.visit); err != nil {
		return nil, err
	}
	var err error
	if rep.Head, err = readHead(ctx, q); err != nil {
		return nil, err
	}
	if why, err := behind(ctx, q, rep.Head, rep.Known); err != nil {
		return nil, err
	} else if why != "" {
		return nil, damagedEnd(why, rep)
	}
	what, err := lost(ctx, q, p.state)
	if err != nil {
		return nil, cmp.Or(checkIntegrity(ctx, q), err)
	}
	if what != "" {
		return nil, cutEnd(what)
	}
	if masks := p.unredacted(rep.Head.Seq); len(masks) > 0 {
		return nil, maskedAlone(masks[0].event.Seq)
	}
	if err := checkIntegrity(ctx, q); err != nil {
		return nil, err
	}
	rep.Redacted, rep.Newer = p.redacted, len(p.state.Newer())
	return rep, checkTables(ctx, q, p.state)
}

// A proof is what is known of a log as far as it was read.
type proof struct {
	state    *data.State
	masks    map[int64]maskedEvent
	redacted []Redaction
	bad      int64 // the event that visit refused; 0 if it refused none
}

type maskedEvent struct {
	event data.Event
	body  string
	by    int64 // the redaction
}

func newProof() *proof {
	return &proof{state: data.NewState(nil, 0), masks: map[int64]maskedEvent{}}
}

// visit folds the next event of a log, and refuses it if it does not follow.
func (p *proof) visit(e data.Event, masked bool, body string) error {
	if masked {
		p.masks[e.Seq] = maskedEvent{event: e, body: body}
	}
	if r, ok := e.Body.(data.Redacted); ok {
		m, masked := p.masks[r.Event]
		if !masked || m.by != 0 || m.body != string(r.Body) {
			p.bad = min(e.Seq, max(r.Event, 1))
			return damaged("event %d is not what the redaction in event %d left of it", r.Event, e.Seq)
		}
		m.by = e.Seq
		p.masks[r.Event] = m
		p.redacted = append(p.redacted, Redaction{r.Event, e.By, r.Why})
	}
	stored := e.Ref
	if err := p.state.Apply(&e); err != nil {
		p.bad = e.Seq
		return damaged("event %d does not follow from those before it: %v", e.Seq, cmp.Or(errors.Unwrap(err), err))
	}
	if e.Ref != stored {
		p.bad = e.Seq
		return damaged("event %d says it is about %s, it is about %s", e.Seq, stored, e.Ref)
	}
	return nil
}

func maskedAlone(seq int64) error { return damaged("event %d was masked without a redaction", seq) }

func damagedEnd(why string, rep *Report) error {
	first := min(rep.Head.Seq, rep.Known.Seq-1) + 1
	return damaged("event %d: the log is %s", first, why).
		WithHint("restore the newer file; if this one was put there on purpose, warroom verify --accept takes it as it is")
}

// walkChain reads the log from its beginning and calls visit with each event
// whose hash is right. masked says that its content is that of a redaction.
func walkChain(ctx context.Context, q querier, visit visitor) error {
	return walkEvents(ctx, q, data.DecodeBody, visit)
}

type (
	decoder func(kind string, raw []byte) (data.Body, error)
	visitor func(e data.Event, masked bool, body string) error
)

func walkEvents(ctx context.Context, q querier, decode decoder, visit visitor) error {
	rows, err := q.QueryContext(ctx, `SELECT seq, id, at, "by", ref, kind, body, salt, digest, hash FROM event ORDER BY seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var prev Head
	for rows.Next() {
		e, content, err := checkLink(rows, prev, decode)
		if err != nil {
			return err
		}
		if err := visit(e, content.salt == nil, content.body); err != nil {
			return err
		}
		prev = Head{e.Seq, content.hash}
	}
	if err := rows.Err(); err != nil {
		return damaged("the log cannot be read after event %d: %v", prev.Seq, err)
	}
	return nil
}

type content struct {
	body         string
	salt, digest []byte
	hash         Hash
}

// checkChain proves that each event of a log follows from the one before, and does not
// look at what it says.
func checkChain(ctx context.Context, q querier) error {
	return walkEvents(ctx, q, decodeNothing, func(data.Event, bool, string) error { return nil })
}

func decodeNothing(kind string, _ []byte) (data.Body, error) { return data.Newer{Of: kind}, nil }

// checkLink reads the event that rows stands on and proves that it follows
// prev.
func checkLink(rows *sql.Rows, prev Head, decode decoder) (e data.Event, c content, err error) {
	var at, by, ref, kind string
	var hash []byte
	if err := rows.Scan(&e.Seq, &e.ID, &at, &by, &ref, &kind, &c.body, &c.salt, &c.digest, &hash); err != nil {
		return e, c, unreadableEvent(prev.Seq+1, err)
	}
	if e.Seq != prev.Seq+1 {
		return e, c, damaged("event %d is missing", prev.Seq+1)
	}
	bad := damaged("event %d is not what was recorded", e.Seq)
	e.By, e.Ref = data.Actor(by), data.Ref(ref)
	e.Body, err = decode(kind, []byte(c.body))
	if err != nil || len(hash) != len(c.hash) || len(c.digest) != len(c.hash) {
		return e, c, bad
	}
	if e.At, err = parseTime(at); err != nil {
		return e, c, bad
	}
	if c.salt != nil && digest(c.salt, []byte(c.body)) != Hash(c.digest) {
		return e, c, bad
	}
	if c.hash = link(prev.Hash, &e, at, Hash(c.digest)); c.hash != Hash(hash) {
		return e, c, bad
	}
	return e, c, nil
}

func checkIntegrity(ctx context.Context, q querier) error {
	// A connection may remember the index of the texts as it was before others
	// wrote, until it reads it in this transaction.
	_, err := collect(ctx, q, scanInt, `SELECT rowid FROM search WHERE search MATCH '"warroom"' LIMIT 1`)
	if err != nil && strings.Contains(err.Error(), "fts5") {
		return altered("search", "its index")
	}
	if err != nil {
		return err
	}
	says, err := collect(ctx, q, scanString, `PRAGMA integrity_check(1)`)
	if err != nil {
		return err
	}
	if len(says) == 1 && strings.Contains(strings.ToLower(says[0]), "fts5") {
		return altered("search", "its index")
	}
	if len(says) != 1 || says[0] != "ok" {
		return damaged("SQLite finds: %s", data.Line(fmt.Sprint(says))).WithHint("restore a backup")
	}
	return nil
}

// checkTables compares every table with what the log folds to.
func checkTables(ctx context.Context, q querier, state *data.State) error {
	want := map[data.Kind][]data.Entity{}
	claims := map[data.FigureKey][]*data.Claim{}
	var counts []*data.Notice
	for _, e := range state.All() {
		want[e.Kind()] = append(want[e.Kind()], e)
		if c, ok := e.(*data.Claim); ok {
			claims[c.Key()] = append(claims[c.Key()], c)
		}
		if n, ok := e.(*data.Notice); ok {
			counts = append(counts, n)
		}
	}
	for _, t := range tables {
		if err := t.compare(ctx, q, want[t.spec.Kind]); err != nil {
			return err
		}
	}
	if err := compareTexts(ctx, q, state); err != nil {
		return err
	}
	notices := map[string]int64{}
	for _, n := range data.Stand(counts) {
		notices[string(n.Region)+" "+string(n.Channel)] = n.Ref.Number()
	}
	figures := map[string]int64{}
	for key, all := range claims {
		if c := data.Pick(all); c != nil {
			figures[string(key.Cell)+" "+string(key.Unit)] = c.Ref.Number()
		}
	}
	if err := compareCounts(ctx, q, "figure", `SELECT cell || ' ' || unit, claim FROM figure`, figures); err != nil {
		return err
	}
	if err := compareCounts(ctx, q, "notified", `SELECT region || ' ' || channel, notice FROM notified`, notices); err != nil {
		return err
	}
	newer := map[string]int64{}
	for _, seq := range state.Newer() {
		newer[strconv.FormatInt(seq, 10)] = 1
	}
	if err := compareCounts(ctx, q, "newer", `SELECT seq, 1 FROM newer`, newer); err != nil {
		return err
	}
	return compareCounts(ctx, q, "tally", `SELECT key, n FROM tally WHERE n <> 0`, state.Counts())
}

func altered(table, where string) error {
	return damaged("table %s was altered behind the log's back, at %s; the log itself is whole", table, data.Line(where)).
		WithHint("warroom verify --rebuild writes the tables anew from the log")
}

// compare reads a whole table and compares it, column by column, with the
// entities that it should hold.
func (t *table) compare(ctx context.Context, q querier, want []data.Entity) error {
	cols := append(t.cols[:len(t.cols):len(t.cols)], derived[t.spec.Kind].cols...)
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM %s AS t ORDER BY 1`, quoted("t.", cols), t.spec.Kind))
	if err != nil {
		return err
	}
	defer rows.Close()
	got, into := make([]any, len(cols)), make([]any, len(cols))
	for i := range got {
		into[i] = &got[i]
	}
	name := string(t.spec.Kind)
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if i >= len(want) {
			return altered(name, fmt.Sprint(got[0]))
		}
		for j, w := range t.row(want[i]) {
			if !same(got[j], w) {
				return altered(name, fmt.Sprintf("%s, %s", want[i].Info().Ref, cols[j]))
			}
		}
		want[i] = nil
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, e := range want {
		if e != nil {
			return altered(name, string(e.Info().Ref))
		}
	}
	return nil
}

// same compares a value that SQLite returned with one that was handed to it.
func same(got, want any) bool {
	if b, ok := want.(bool); ok {
		want = int64(0)
		if b {
			want = int64(1)
		}
	}
	return got == want
}

func compareCounts(ctx context.Context, q querier, table, query string, want map[string]int64) error {
	_, err := collect(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var key string
		var n int64
		if err := r.Scan(&key, &n); err != nil {
			return struct{}{}, altered(table, key)
		}
		if w, ok := want[key]; !ok || w != n {
			return struct{}{}, altered(table, key)
		}
		delete(want, key)
		return struct{}{}, nil
	}, query)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		return altered(table, key)
	}
	return nil
}
