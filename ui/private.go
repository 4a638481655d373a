package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	"warroom/data"
)

// readable returns the source as a person with a role may read it.
func readable(src Source, role data.Role) Source {
	if src == nil || role.Has(data.ReadingPrivate) {
		return src
	}
	return public{src}
}

// A public source holds back the private notes, whatever asks. What the source
// returns may be others' too, so it is not changed.
type public struct{ Source }

func private(e data.Entity) bool {
	note, ok := e.(*data.Note)
	return ok && note.Private
}

func (p public) Get(ctx context.Context, ref data.Ref) (data.Entity, error) {
	e, err := p.Source.Get(ctx, ref)
	if err == nil && private(e) {
		return nil, &data.Error{Class: data.Forbidden, What: fmt.Sprintf("%s is a private note", ref),
			Hint: fmt.Sprintf("it takes the role %s", data.ReadingPrivate.Role())}
	}
	return e, err
}

func (p public) List(ctx context.Context, k data.Kind) ([]data.Entity, error) {
	all, err := p.Source.List(ctx, k)
	return slices.DeleteFunc(slices.Clone(all), private), err
}

func (p public) History(ctx context.Context, ref data.Ref) ([]data.Event, error) {
	if spec := ref.Spec(); spec != nil && spec.Kind == data.KindNote {
		if _, err := p.Get(ctx, ref); err != nil {
			return nil, err
		}
	}
	return p.Source.History(ctx, ref)
}

// Search looks further where private notes stand in the way of others.
func (p public) Search(ctx context.Context, text string, limit int) ([]data.Found, error) {
	for ask := limit; ; ask *= 4 {
		all, err := p.Source.Search(ctx, text, ask)
		if err != nil {
			return nil, err
		}
		found := slices.DeleteFunc(slices.Clone(all), func(f data.Found) bool { return f.Private })
		if len(all) < ask || len(found) >= limit {
			return found[:min(limit, len(found))], nil
		}
	}
}

func (p public) News(ctx context.Context, after int64) (data.News, error) {
	n, err := p.Source.News(ctx, after)
	return n.For("", data.Viewer), err // whose they are is said later
}

// Delta asks as a viewer, whatever the role is said to be.
func (p public) Delta(ctx context.Context, after int64, me data.Actor, role data.Role) (*data.Delta, error) {
	return p.Source.Delta(ctx, after, me, min(role, data.Viewer))
}

// Log keeps the place of what it holds back: a window of the log has no gaps.
func (p public) Log(ctx context.Context, seq int64, limit int) ([]data.Entry, error) {
	all, err := p.Source.Log(ctx, seq, limit)
	all = slices.Clone(all)
	for i := range all {
		veil(&all[i])
	}
	return all, err
}

func (p public) Overview(ctx context.Context, now time.Time) (*data.Overview, error) {
	o, err := p.Source.Overview(ctx, now)
	if err != nil {
		return nil, err
	}
	veiled := *o
	veiled.Activity = slices.Clone(o.Activity)
	for i := range veiled.Activity {
		veil(&veiled.Activity[i])
	}
	return &veiled, nil
}

// veil leaves of an event about a private note that there was one.
func veil(e *data.Entry) {
	if !e.Private {
		return
	}
	e.Name = ""
	switch b := e.Body.(type) {
	case data.Made:
		e.Body = data.Made{Of: b.Of}
	case data.Changed:
		e.Body = data.Changed{Ref: b.Ref}
	}
}
