package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"warroom/data"
)

// Readers that come all at once to a file that was just opened, when no
// statement is prepared yet, do not wait for one another for ever.
func TestManyReadAtOnce(t *testing.T) {
	path := oneOfEach(t, t.TempDir())
	for range unlessRace(5, 1) {
		s := openFile(t, path, options)
		ctx := soon(t)
		each(40, func(i int) {
			var err error
			switch i % 5 {
			case 0:
				_, err = viewed(s).Overview(ctx, at)
			case 1:
				_, err = viewed(s).List(ctx, data.Specs()[i%len(data.Specs())].Kind)
			case 2:
				_, err = viewed(s).OpenActions(ctx, "A-1", 5, 10)
			case 3:
				_, err = s.Verify(ctx)
			case 4:
				_, err = viewed(s).Log(ctx, 0, 10+i)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// A reader that gives up leaves its connection to the others, and readers see
// one moment each, while others write.
func TestReadersThatGiveUp(t *testing.T) {
	s := openFile(t, oneOfEach(t, t.TempDir()), options)
	each(20, func(i int) {
		ctx, cancel := context.WithCancel(context.Background())
		if i%2 == 0 {
			cancel()
		}
		defer cancel()
		for range 20 {
			if i%4 == 1 {
				if _, err := s.Record(context.Background(), offer(action())); err != nil {
					t.Error(err)
				}
				continue
			}
			o, err := viewed(s).Overview(ctx, at)
			if i%2 == 0 {
				if err == nil {
					t.Error("one who gave up was served")
				} else if !errors.Is(err, context.Canceled) {
					t.Errorf("one who gave up is told %v", err)
				}
				continue
			}
			if err != nil {
				t.Error(err)
				continue
			}
			if len(o.Activity) > 0 && o.Activity[0].Seq != o.Seq {
				t.Errorf("the latest of event %d is event %d", o.Seq, o.Activity[0].Seq)
			}
		}
	})
	ctx := soon(t)
	for range 20 {
		if _, err := viewed(s).Overview(ctx, at); err != nil {
			t.Fatal(err)
		}
	}
	whole(t, s)
}

// An error in the middle of a read, and a panic, free the connection.
func TestReadersThatFail(t *testing.T) {
	s := newStore(t, action())
	broken := fmt.Errorf("broken")
	for i := range 3 * readers {
		func() {
			defer func() { recover() }()
			err := s.readTx(t.Context(), func(q querier) error {
				if i%2 == 0 {
					panic("broken")
				}
				return broken
			})
			if !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
		}()
	}
	if _, err := viewed(s).Overview(soon(t), at); err != nil {
		t.Error(err)
	}
}
