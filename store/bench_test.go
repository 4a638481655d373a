package store

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"warroom/data"
	"warroom/data/clock"
)

var benchFile = flag.String("bench.file", "", "measure filters on this file, a copy, instead of a small generated one")

// generated returns a store on a generated file with n actions.
func generated(b *testing.B, n int) *Store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.db")
	generate(b, path, n)
	s := mustOpen(b, path, Options{})
	b.Cleanup(func() { s.Close() })
	return s
}

// toggler records changes of an action's detail, each of which follows from the
// one before.
type toggler struct {
	s   *Store
	ref data.Ref
	was string
	n   int
}

func (t *toggler) record(b *testing.B) {
	t.n++
	now := fmt.Sprintf("step %d", t.n)
	if _, err := t.s.Record(context.Background(), offer(change(t.ref, "detail", t.was, now))); err != nil {
		b.Fatal(err)
	}
	t.was = now
}

// warm records until the first checkpoint is over: from then on the WAL is
// written over, and no longer grows, which takes the disk half as long.
func (t *toggler) warm(b *testing.B) {
	for range 400 {
		t.record(b)
	}
}

func newToggler(b *testing.B, s *Store, n int) *toggler {
	b.Helper()
	ref := data.Ref(fmt.Sprintf("A-%d", n))
	return &toggler{s: s, ref: ref, was: get[*data.Action](b, s, ref).Detail}
}

// BenchmarkRecord records one change after another, on the disk each.
func BenchmarkRecord(b *testing.B) {
	t := newToggler(b, generated(b, 1_000), 1)
	t.warm(b)
	for b.Loop() {
		t.record(b)
	}
}

// BenchmarkRecord64 records from 64 writers at once, which share commits.
func BenchmarkRecord64(b *testing.B) {
	s := generated(b, 1_000)
	newToggler(b, s, 900).warm(b)
	var next atomic.Int64
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.ResetTimer() // making the file is not what is measured
	b.RunParallel(func(pb *testing.PB) {
		t := newToggler(b, s, int(next.Add(1)))
		for pb.Next() {
			t.record(b)
		}
	})
}

// BenchmarkRecordOwner records changes of a field that the index of actions holds.
func BenchmarkRecordOwner(b *testing.B) {
	s := generated(b, 1_000)
	newToggler(b, s, 1).warm(b)
	was, n := get[*data.Action](b, s, "A-1").Owner, 0
	for b.Loop() {
		n++
		now := fmt.Sprintf("person %d", n)
		if _, err := s.Record(context.Background(), offer(change("A-1", "owner", was, now))); err != nil {
			b.Fatal(err)
		}
		was = now
	}
}

// BenchmarkOpen opens a file, reads the first screen, and closes it.
func BenchmarkOpen(b *testing.B) {
	path := generated(b, 1_000).Path()
	for b.Loop() {
		s := mustOpen(b, path, Options{})
		if _, err := viewed(s).Overview(context.Background(), at); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// BenchmarkOverview reads the first screen of an open file.
func BenchmarkOverview(b *testing.B) {
	s := generated(b, 1_000)
	for b.Loop() {
		if _, err := viewed(s).Overview(context.Background(), at); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstResult tells the longest time after which the first window of one
// of many filters is there: the goal is 50 ms for 100,000 actions, in the file that
// -bench.file names. The cursor stands in the middle of the list, or at its top.
func BenchmarkFirstResult(b *testing.B) {
	s := filterFile(b)
	worst := map[string]time.Duration{}
	runs := 0
	for b.Loop() {
		runs++
		for _, text := range manyFilters {
			now := clock.Now()
			q := data.ActionQuery{Filter: filterOf(b, text, now), Now: now, Me: "person-07"}
			for _, on := range []data.Ref{"", "A-500"} {
				begin := time.Now()
				if _, err := viewed(s).Actions(context.Background(), q, on, 80, 160); err != nil {
					b.Fatal(err)
				}
				worst[text+" on "+string(on)] += time.Since(begin)
			}
		}
	}
	slow := slices.MaxFunc(slices.Collect(maps.Keys(worst)), func(x, y string) int { return cmp.Compare(worst[x], worst[y]) })
	b.ReportMetric(float64(worst[slow].Microseconds())/float64(runs)/1_000, "ms/worst")
	for text, d := range worst {
		b.Logf("%8.1f ms  %s", float64(d.Microseconds())/float64(runs)/1_000, text)
	}
}

// manyFilters are what people look for: of all sorts, found often, rarely and never.
var manyFilters = []string{
	"exercise", "zebra", "is:all zebra", `"action 777 of"`, "Ünï", "is:all person-03", "nobody title:zebra", "detail:left", "support zebra", "is:all zq",
	"owner:person-03", "is:mine", "is:unassigned", "is:late", "not:is:late", "is:done", "is:all owner:person-03 not:is:late", "state:dropped",
	"due:>15d", "due:<2d not:owner:person-03", "stream:support is:blocked priority:P0", "is:ask", "is:waiting", "updated:<1h", "is:mine updated:<1h",
}

func filterFile(b *testing.B) *Store {
	b.Helper()
	if *benchFile == "" {
		return generated(b, 1_000)
	}
	s := mustOpen(b, *benchFile, Options{})
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkActionsFilter reads the first window of filtered and sorted lists. With
// -bench.file it does so in a file as large as wanted.
func BenchmarkActionsFilter(b *testing.B) {
	s := filterFile(b)
	for _, bm := range []struct {
		filter, sort string
		down         bool
	}{
		{"", "", false},
		{"exercise", "", false},
		{"owner:person-03", "", false},
		{"stream:support is:blocked priority:P0", "", false},
		{"is:late", "", false},
		{"not:is:late", "", false},
		{"due:<2d not:owner:person-03", "", false},
		{"due:>15d", "", false},
		{"is:unassigned", "", false},
		{"is:mine", "", false},
		{"is:done", "", false},
		{"is:all", "", false},
		{"updated:<1h", "", false},
		{"zebra", "", false},
		{"is:all zebra", "", false},
		{`"Action 777 of"`, "", false},
		{"Ünï", "", false},
		{"", "title", false},
		{"", "priority", false},
		{"is:all", "owner", true},
		{"is:all", "updated", true},
	} {
		now := clock.Now()
		q := data.ActionQuery{Filter: filterOf(b, bm.filter, now), Sort: bm.sort, Down: bm.down, Now: now, Me: "person-07"}
		b.Run(bm.filter+" by "+bm.sort, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := viewed(s).Actions(context.Background(), q, "", 0, 240); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
