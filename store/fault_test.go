package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"warroom/data"
)

// faultBase is what the file holds before anything fails.
var faultBase = []data.Body{action("owner", "Ben"), made(data.KindNote, "text", secret)}

// faultScript is what is recorded while writes fail, step by step: small and
// large events, several in a transaction, and a redaction, which empties the
// WAL.
func faultScript() (steps [][]Offer) {
	step := func(bodies ...data.Body) {
		var offers []Offer
		for _, b := range bodies {
			o := offer(b)
			o.ID = NewID()
			offers = append(offers, o)
		}
		steps = append(steps, offers)
	}
	red, err := data.Redact(data.Event{Seq: 3, Ref: "N-1", Body: faultBase[1]}, "personal data")
	if err != nil {
		panic(err)
	}
	step(action("title", "Call the press"))
	step(made(data.KindQuestion, "text", "How many?"))
	step(made(data.KindNote, "text", strings.Repeat("long ", 3500)+"end"), claim())
	step(red)
	step(change("A-1", "owner", "Ben", "Cas"), action())
	step(change("A-1", "state", "open", "done"))
	return steps
}

// faulty returns options to open a file so that plan reaches it.
func faulty() Options {
	registerFaults()
	opts := options
	opts.vfs = "fault"
	return opts
}

// What Record said of a step.
const (
	saidYes = iota
	saidNo
	saidUnknown
)

func verdict(err error) int {
	switch {
	case err == nil:
		return saidYes
	case strings.HasPrefix(err.Error(), "it is not known whether this was recorded: "):
		return saidUnknown
	}
	return saidNo
}

// faultTotals are the numbers that a test reports.
type faultTotals struct {
	rounds, hits, yes, no, unknown, refused, settled, ghosts int
}

func (a *faultTotals) add(b faultTotals) {
	a.rounds += b.rounds
	a.hits += b.hits
	a.yes += b.yes
	a.no += b.no
	a.unknown += b.unknown
	a.refused += b.refused
	a.settled += b.settled
	a.ghosts += b.ghosts
}

// A faultRound is one run of the script with one plan.
type faultRound struct {
	t     *testing.T
	name  string
	path  string
	steps [][]Offer
	said  []int
	all   *faultTotals
}

// failed reports whether a fault, not a rule, kept a step from being recorded.
func failed(err error) bool {
	return err != nil && (verdict(err) == saidUnknown || strings.HasPrefix(err.Error(), "nothing was recorded: "))
}

// crash copies the file and its WAL as they are, as if all processes had been
// killed, and compares what is in them with what was said. The file is read
// here while it is open, which only a test may do.
func (r *faultRound) crash(upTo int) {
	r.t.Helper()
	to := filepath.Join(fastDir(r.t), "crashed.db")
	copyFile(r.t, r.path, to)
	if _, err := os.Stat(r.path + "-wal"); err == nil {
		copyFile(r.t, r.path+"-wal", to+"-wal")
	}
	s := mustOpen(r.t, to, options)
	defer s.Close()
	if _, err := s.Verify(context.Background()); err != nil {
		r.t.Errorf("%s: after a crash: %v", r.name, err)
	}
	r.compare(s, upTo, "after a crash")
}

// compare holds what is in a file against what was said of the first steps.
func (r *faultRound) compare(s *Store, upTo int, when string) {
	r.t.Helper()
	there := map[string]bool{}
	for _, e := range logOf(r.t, s) {
		there[e.ID] = true
	}
	for i, offers := range r.steps[:upTo] {
		n := 0
		for _, o := range offers {
			if there[o.ID] {
				n++
			}
		}
		switch {
		case n != 0 && n != len(offers):
			r.t.Errorf("%s: %s half of step %d is there", r.name, when, i)
		case r.said[i] == saidYes && n == 0:
			r.t.Errorf("%s: %s step %d is lost, it was acknowledged", r.name, when, i)
		case r.said[i] == saidNo && n > 0:
			r.t.Errorf("%s: %s step %d is there, it was said not to be recorded", r.name, when, i)
		case r.said[i] == saidUnknown && n > 0:
			r.all.ghosts++
		}
	}
}

func (r *faultRound) run(p faultPlan) (done bool) {
	t := r.t
	t.Helper()
	dir := filepath.Dir(r.path)
	s := mustOpen(t, r.path, faulty())
	plan(dir, p)
	r.said = make([]int, len(r.steps))
	before := 0
	for i, offers := range r.steps {
		_, err := s.Record(context.Background(), offers...)
		r.said[i] = verdict(err)
		hits := counted(dir).hits
		switch {
		case err == nil:
			r.all.yes++
			if hits > before {
				r.all.settled++
			}
		case r.said[i] == saidUnknown:
			r.all.unknown++
		case failed(err):
			r.all.no++
		default:
			r.all.refused++ // for what is missing
		}
		if failed(err) && data.HintOf(err) == "" {
			t.Errorf("%s: step %d: %v: no hint", r.name, i, err)
		}
		if hits > before && (before == 0 || i == len(r.steps)-1) {
			r.crash(i + 1)
		}
		before = hits
	}
	// The fault is over: the same store goes on, and what is offered again is
	// recorded once.
	hits := outcome(dir).hits
	r.all.rounds++
	r.all.hits += hits
	for i, offers := range r.steps {
		first, err := s.Record(context.Background(), offers...)
		if err != nil {
			t.Errorf("%s: step %d, when the fault is over: %v", r.name, i, err)
		}
		if again, err := s.Record(context.Background(), offers...); err != nil || !reflect.DeepEqual(first, again) {
			t.Errorf("%s: step %d again: %v, %v", r.name, i, again, err)
		}
	}
	whole(t, s)
	if got := logOf(t, s); len(got) != 11 {
		t.Errorf("%s: %d events, want 11", r.name, len(got))
	}
	if err := s.Close(); err != nil {
		t.Errorf("%s: Close: %v", r.name, err)
	}
	if left := beside(t, r.path); len(left) > 0 {
		t.Errorf("%s: left beside it: %q", r.name, left)
	}
	plain := mustOpen(t, r.path, options)
	defer plain.Close()
	whole(t, plain)
	return hits == 0
}

// Every write, sync and truncation of a script fails in turn, once and for good,
// and really or only in appearance. What Record said is true, also if everything
// crashes right after.
func TestEveryFaultIsToldTruthfully(t *testing.T) {
	base := newFile(t, faultBase...)
	steps := faultScript()
	plans := []faultPlan{
		{}, {full: true}, {after: true}, {full: true, after: true},
		{sticky: true}, {sticky: true, full: true}, {sticky: true, after: true}, {sticky: true, full: true, after: true},
	}
	came := make([]faultTotals, len(plans))
	t.Run("each", func(t *testing.T) {
		for i, p := range plans {
			t.Run(fmt.Sprintf("%+v", p), func(t *testing.T) {
				t.Parallel()
				for p.nth = 1; ; p.nth += unlessRace(1, 23) {
					dir := fastDir(t)
					r := faultRound{t: t, name: fmt.Sprintf("%+v", p), path: filepath.Join(dir, "incident.db"), steps: steps, all: &came[i]}
					copyFile(t, base, r.path)
					if r.run(p) || t.Failed() {
						break
					}
					os.RemoveAll(dir)
				}
			})
		}
	})
	var all faultTotals
	for _, c := range came {
		all.add(c)
	}
	t.Logf("%+v", all)
	if all.unknown == 0 || all.no == 0 || all.rounds < 40 {
		t.Error("this proves nothing")
	}
}

// Whatever fails while a file is made, it is there whole or not at all, and the
// error speaks of the file that was asked for.
func TestFaultsWhileAFileIsMade(t *testing.T) {
	fill := func(s *Store) error {
		for _, b := range faultBase {
			if _, err := s.Record(context.Background(), offer(b)); err != nil {
				return err
			}
		}
		return nil
	}
	rounds, ops, said := 0, 0, map[string]int{}
	for _, p := range []faultPlan{{full: true}, {full: true, sticky: true}, {}, {sticky: true}, {after: true}} {
		for p.nth = 1; ; p.nth += unlessRace(1, 17) {
			dir := fastDir(t)
			path := filepath.Join(dir, "incident.db")
			opts := faulty()
			plan(dir, p)
			err := Create(t.Context(), path, opts, incident(), fill)
			c := outcome(dir)
			ops = c.ops
			rounds++
			if err == nil {
				whole(t, openFile(t, path, options))
				if c.hits == 0 {
					break
				}
				continue // it failed where it does no harm, such as in a checkpoint
			}
			said[err.Error()[strings.LastIndex(err.Error(), "incident.db"):]]++
			if !strings.Contains(err.Error(), "incident.db could not be ") || data.ClassOf(err) != data.Failed || data.HintOf(err) == "" {
				t.Errorf("%+v: %v", p, err)
			}
			if left := beside(t, filepath.Join(dir, "nothing")); len(left) > 0 {
				t.Errorf("%+v: left in the directory: %q", p, left)
			}
		}
	}
	t.Logf("%d rounds, %d operations to make a file: %v", rounds, ops, said)
	if said["incident.db could not be written: the disk is full"] == 0 {
		t.Error("this proves nothing")
	}
}

// A backup that fails leaves no file, and one that is reported is whole.
func TestFaultsWhileABackupIsMade(t *testing.T) {
	path := newFile(t, faultBase...)
	rounds := 0
	for _, p := range []faultPlan{{full: true}, {sticky: true}, {after: true}} {
		for p.nth = 1; ; p.nth += unlessRace(1, 17) {
			dir := fastDir(t)
			s := mustOpen(t, path, faulty())
			plan(dir, p)
			_, err := viewed(s).Backup(t.Context(), filepath.Join(dir, "copy.db"))
			hits := outcome(dir).hits
			rounds++
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			left := beside(t, filepath.Join(dir, "nothing"))
			if err != nil {
				if len(left) > 0 {
					t.Errorf("%+v: %v, but left %q", p, err, left)
				}
				if !strings.Contains(err.Error(), "copy.db") {
					t.Errorf("%+v: %v: does not name the copy", p, err)
				}
				continue
			}
			whole(t, openFile(t, filepath.Join(dir, "copy.db"), options))
			if hits == 0 {
				break
			}
		}
	}
	t.Logf("%d rounds", rounds)
}

// A rebuild that fails leaves the tables as they were.
func TestFaultsWhileTablesAreRebuilt(t *testing.T) {
	base := newFile(t, faultBase...)
	rounds := 0
	for _, p := range []faultPlan{{full: true}, {sticky: true}, {after: true}} {
		for p.nth = 1; ; p.nth += unlessRace(1, 17) {
			dir := fastDir(t)
			path := filepath.Join(dir, "incident.db")
			copyFile(t, base, path)
			s := mustOpen(t, path, faulty())
			plan(dir, p)
			err := rebuilt(t, s)
			hits := outcome(dir).hits
			rounds++
			whole(t, s)
			record(t, s, action())
			whole(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			whole(t, openFile(t, path, options))
			if hits == 0 {
				if err != nil {
					t.Error(err)
				}
				break
			}
		}
	}
	t.Logf("%d rounds", rounds)
}

// Closing checkpoints. If that fails nothing is lost, and the next one that
// closes the file makes it good.
func TestFaultsWhileAFileIsClosed(t *testing.T) {
	base := newFile(t)
	rounds := 0
	for _, p := range []faultPlan{{full: true}, {sticky: true}, {after: true, sticky: true}} {
		for p.nth = 1; ; p.nth += unlessRace(1, 17) {
			dir := fastDir(t)
			path := filepath.Join(dir, "incident.db")
			copyFile(t, base, path)
			s := mustOpen(t, path, faulty())
			record(t, s, faultBase...)
			plan(dir, p)
			s.Close() // may say so, may not
			hits := outcome(dir).hits
			rounds++
			again := mustOpen(t, path, options)
			if head := whole(t, again).Head.Seq; head != 3 {
				t.Errorf("%+v: %d events, want 3", p, head)
			}
			again.Close()
			if left := beside(t, path); len(left) > 0 {
				t.Errorf("%+v: left beside it: %q", p, left)
			}
			if hits == 0 {
				break
			}
		}
	}
	t.Logf("%d rounds", rounds)
}
