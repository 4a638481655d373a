package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"warroom/data"
	"warroom/data/seed"
	"warroom/store"
)

// sow makes an incident file from a template. What the template's commands mean
// by "tomorrow" is meant in zone.
func sow(ctx context.Context, path string, busy time.Duration, t *seed.Template, zone *time.Location) error {
	first := t.Steps[0]
	s := &sower{state: data.NewState(nil, 0), zone: zone}
	incident := store.Offer{By: first.By, Role: data.Lead, At: first.At, Body: *first.Made}
	opts := store.Options{Busy: busy, Now: func() time.Time { return s.clock }}
	return store.Create(ctx, path, opts, incident, func(made *store.Store) error {
		s.store = made
		return s.run(ctx, t.Steps[1:])
	})
}

// A sower runs the steps of a template on the file that is being made. It folds
// along, so that it can say at which step something is wrong, and records many
// steps at once.
type sower struct {
	store   *store.Store
	state   *data.State // as it is when all that is pending is recorded
	pending []store.Offer
	zone    *time.Location
	clock   time.Time // stamps what commands record
}

func (s *sower) run(ctx context.Context, steps []seed.Step) error {
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	for _, step := range steps {
		if err := s.step(ctx, step); err != nil {
			return located(step.Pos, err)
		}
	}
	return s.flush(ctx)
}

// located says at which step of a template something went wrong.
func located(pos string, err error) error {
	return &data.Error{Class: data.Failed, What: fmt.Sprintf("%s: %v", pos, err), Hint: data.HintOf(err), Err: err}
}

func (s *sower) step(ctx context.Context, step seed.Step) error {
	switch {
	case step.Made != nil:
		ref, err := s.add(step, *step.Made)
		if err == nil && step.ID != "" && step.ID != ref {
			err = data.Refuse("this becomes %s, not %s", ref, step.ID).WithHint("numbers are given in the order in which the items are recorded")
		}
		return err
	case step.Do != "":
		return s.do(ctx, step)
	}
	item, err := s.state.Need(step.Change)
	if err != nil {
		return err
	}
	body := data.Changed{Ref: step.Change, Why: step.Why}
	spec := data.SpecOf(item.Kind())
	for _, set := range step.Set {
		f := spec.Field(set.Field)
		if f == nil {
			return data.Refuse("%s has no field %q", spec.Kind, set.Field)
		}
		body.Changes = append(body.Changes, data.Change{Field: set.Field, Was: f.Get(item), Now: set.Value})
	}
	_, err = s.add(step, body)
	return err
}

// add puts an event with what is to be recorded.
func (s *sower) add(step seed.Step, body data.Body) (data.Ref, error) {
	if err := body.Check(s.state); err != nil {
		return "", err
	}
	e := &data.Event{Seq: s.state.Seq + 1, At: step.At, By: step.By, Body: body}
	if err := s.state.Apply(e); err != nil {
		return "", err
	}
	s.pending = append(s.pending, store.Offer{By: step.By, Role: data.Lead, At: step.At, Body: body})
	return e.Ref, nil
}

// flush records what is pending.
func (s *sower) flush(ctx context.Context) error {
	if len(s.pending) == 0 {
		return nil
	}
	_, err := s.store.Record(ctx, s.pending...)
	s.pending = nil
	return err
}

// catchUp folds what was recorded by others than add.
func (s *sower) catchUp(ctx context.Context) error {
	page, err := s.store.As(data.TemplateAuthor, data.Lead).Log(ctx, s.state.Seq, logPage)
	if err != nil {
		return err
	}
	for _, e := range page.Entries {
		if err := s.state.Apply(&e.Event); err != nil {
			return err
		}
	}
	return nil
}

// do runs a command of the template, as its actor and at its time.
func (s *sower) do(ctx context.Context, step seed.Step) error {
	args, err := data.SplitCommand(step.Do)
	if err != nil {
		return err
	}
	if err := s.flush(ctx); err != nil {
		return err
	}
	s.clock = step.At
	r := Runner{Store: s.store, Now: func() time.Time { return step.At.In(s.zone) }}
	if err := r.env(step.By, data.Lead, strings.NewReader(""), io.Discard, io.Discard).execute(ctx, args); err != nil {
		return err
	}
	return s.catchUp(ctx)
}
