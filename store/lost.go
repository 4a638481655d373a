package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"warroom/data"
)

// lost says what the tables know and the log does not, or "". A log whose end was cut off
// is whole in itself: if no head is known, only the tables show that something is missing.
// Other differences between tables and log are found by [checkTables].
func lost(ctx context.Context, q querier, state *data.State) (string, error) {
	for _, look := range []func(context.Context, querier, *data.State) (string, error){lostEvents, lostItems, lostCounts} {
		if what, err := look(ctx, q, state); what != "" || err != nil {
			return what, err
		}
	}
	return "", nil
}

// cutEnd says that the end of the log may be cut off. Its hint is not to write
// the tables anew: they are the last copy.
func cutEnd(what string) error {
	e := &data.Error{Class: data.BadFile, What: "damaged: the end of the log may be cut: the tables know of " + what}
	return e.WithHint("restore a newer backup; until then keep this file: its tables are the last copy of what was cut off")
}

// tablesIn returns the names of the tables that are in a file: one of an older version
// may lack some.
func tablesIn(ctx context.Context, q querier) ([]string, error) {
	return collect(ctx, q, scanString, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
}

// lostEvents looks for the highest event that a row was made or changed by.
func lostEvents(ctx context.Context, q querier, state *data.State) (string, error) {
	last := int64(0)
	there, err := tablesIn(ctx, q)
	if err != nil {
		return "", err
	}
	for _, t := range tables {
		if !slices.Contains(there, string(t.spec.Kind)) {
			continue
		}
		found, err := collect(ctx, q, scanInt, `SELECT ifnull(max(max(made_seq), max(changed_seq)), 0) FROM `+string(t.spec.Kind))
		if err != nil {
			return "", err
		}
		last = max(last, found[0])
	}
	if last <= state.Seq {
		return "", nil
	}
	return fmt.Sprintf("event %d", last), nil
}

// lostItems looks for an item that no event makes: in its own table, among the
// texts, or among the figures and notices that count.
func lostItems(ctx context.Context, q querier, state *data.State) (string, error) {
	search := func(query string, refOf func(key string) data.Ref) (string, error) {
		keys, err := collect(ctx, q, scanString, query)
		if err != nil {
			return "", err
		}
		for _, key := range keys {
			ref := refOf(key)
			if ref.Spec() == nil {
				continue
			}
			if e, err := state.Get(ref); e == nil || err != nil {
				return fmt.Sprintf("%s, which no event makes", ref), err
			}
		}
		return "", nil
	}
	there, err := tablesIn(ctx, q)
	if err != nil {
		return "", err
	}
	type look struct {
		table, column string
		refOf         func(key string) data.Ref
	}
	var looks []look
	for _, t := range tables {
		looks = append(looks, look{string(t.spec.Kind), t.cols[0], t.ref})
	}
	looks = append(looks, look{"figure", "claim", tableOf[data.KindClaim].ref}, look{"notified", "notice", tableOf[data.KindNotice].ref},
		look{"search_content", "id", func(key string) data.Ref {
			id, _ := strconv.ParseInt(key, 10, 64)
			return place(id).ref()
		}})
	n, err := readNumber(ctx, q)
	if err != nil {
		return "", err
	}
	for _, l := range looks {
		if !slices.Contains(there, l.table) || l.table == "search_content" && n != ours { // its numbers are those of a version
			continue
		}
		if what, err := search(fmt.Sprintf(`SELECT %s FROM %s ORDER BY 1`, l.column, l.table), l.refOf); what != "" || err != nil {
			return what, err
		}
	}
	return "", nil
}

// lostCounts looks for counts of more items or redactions than the log has.
func lostCounts(ctx context.Context, q querier, state *data.State) (string, error) {
	type count struct {
		key string
		n   int64
	}
	counts, err := collect(ctx, q, func(r *sql.Rows) (c count, err error) {
		err = r.Scan(&c.key, &c.n)
		return c, err
	}, `SELECT key, n FROM tally ORDER BY key`)
	if err != nil {
		return "", err
	}
	has := state.Counts()
	for _, c := range counts {
		if c.n <= has[c.key] {
			continue
		}
		if kind, ok := strings.CutPrefix(c.key, data.TallyMade); ok && data.SpecOf(data.Kind(kind)) != nil {
			return fmt.Sprintf("%d items of the kind %s, the log makes %d", c.n, kind, has[c.key]), nil
		}
		if event, ok := strings.CutPrefix(c.key, data.TallyRedacted); ok {
			return fmt.Sprintf("a redaction of event %s that is not in the log", data.Line(event)), nil
		}
	}
	return "", nil
}
