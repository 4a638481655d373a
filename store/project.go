package store

import (
	"maps"
	"slices"
	"strings"

	"warroom/data"
)

// project writes to the tables what a fold touched. It is the one way from
// entities to rows: recording and rebuilding both end here.
func project(state *data.State, t data.Touched, exec func(query string, args ...any) error) error {
	for ref, before := range t.Refs {
		e, err := state.Get(ref)
		if err != nil {
			return err
		}
		if e == nil {
			continue // made, and rolled back
		}
		if query, args := tableOf[e.Kind()].change(before, e); query != "" {
			if err := exec(query, args...); err != nil {
				return err
			}
		}
		if err := projectText(before, e, exec); err != nil {
			return err
		}
	}
	if t.Masked {
		if err := exec(forgetTexts); err != nil {
			return err
		}
	}
	if err := projectCounts(state, slices.Collect(maps.Keys(t.Counts)), exec); err != nil {
		return err
	}
	for key := range t.Figures {
		if err := projectFigure(state, key, exec); err != nil {
			return err
		}
	}
	for key := range t.Notices {
		if err := projectNotified(state, key, exec); err != nil {
			return err
		}
	}
	for _, seq := range t.Newer {
		if err := exec(`INSERT INTO newer (seq) VALUES (?)`, seq); err != nil {
			return err
		}
	}
	return nil
}

// projectCounts writes counts, several at a time.
func projectCounts(state *data.State, keys []string, exec func(query string, args ...any) error) error {
	const several = 8
	for part := range slices.Chunk(keys, several) {
		var args []any
		for _, key := range part {
			n, err := state.Count(key)
			if err != nil {
				return err
			}
			// Deadlines come and go: counts of none are not kept, so that those
			// of hours that are over stay few.
			if n == 0 {
				if err := exec(`DELETE FROM tally WHERE key = ?`, key); err != nil {
					return err
				}
				continue
			}
			args = append(args, key, n)
		}
		if len(args) == 0 {
			continue
		}
		err := exec(`INSERT INTO tally (key, n) VALUES (?, ?)`+strings.Repeat(`, (?, ?)`, len(args)/2-1)+
			` ON CONFLICT DO UPDATE SET n = excluded.n`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func projectFigure(state *data.State, key data.FigureKey, exec func(query string, args ...any) error) error {
	c, err := state.Figure(key)
	if err != nil {
		return err
	}
	if c == nil {
		return exec(`DELETE FROM figure WHERE cell = ? AND unit = ?`, string(key.Cell), string(key.Unit))
	}
	return exec(`INSERT INTO figure (cell, unit, claim) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET claim = excluded.claim`,
		string(key.Cell), string(key.Unit), c.Ref.Number())
}

func projectNotified(state *data.State, key data.NoticeKey, exec func(query string, args ...any) error) error {
	n, err := state.Notified(key)
	if err != nil {
		return err
	}
	if n == nil {
		return exec(`DELETE FROM notified WHERE region = ? AND channel = ?`, string(key.Region), string(key.Channel))
	}
	return exec(`INSERT INTO notified (region, channel, notice) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET notice = excluded.notice`,
		string(key.Region), string(key.Channel), n.Ref.Number())
}
