package store

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"warroom/data"
)

// at is the moment every test event is recorded.
var at = time.Date(2024, 8, 15, 9, 0, 0, 0, time.UTC)

func testNow() time.Time { return at }

// patience is how long a test waits for what must happen. It is long, because
// it only passes when a test fails.
const patience = 60 * time.Second

// rounds returns how often a long loop is run: n times, or what WARROOM_ROUNDS says.
func rounds(n int) int {
	if more, err := strconv.Atoi(os.Getenv("WARROOM_ROUNDS")); err == nil {
		return more
	}
	return n
}

// seed returns what the random numbers of a test begin with: something else each time,
// or what WARROOM_SEED says.
func seed() uint64 {
	if set, err := strconv.ParseUint(os.Getenv("WARROOM_SEED"), 10, 64); err == nil {
		return set
	}
	return rand.Uint64()
}

// TestMain runs the tests, or, in a process that a test started, what that
// process is for.
func TestMain(m *testing.M) {
	if job := os.Getenv(childEnv); job != "" {
		os.Exit(childMain(job))
	}
	os.Exit(m.Run())
}

// tester is what *testing.T, *testing.B and *rapid.T have in common.
type tester interface {
	Helper()
	Log(args ...any)
	Logf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
}

// soon returns a context that ends after patience.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

var options = Options{Now: testNow}

// freshFile is an incident file with nothing in it but the incident, made once.
var freshFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "warroom-store")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "fresh.db")
	if err := Create(context.Background(), path, options, incident("title", "Breach"), nil); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func incident(kv ...string) Offer {
	return Offer{By: "ana", Role: data.Lead, Body: made(data.KindIncident, kv...)}
}

// fileIn makes a file in dir that holds the incident and what bodies say.
func fileIn(t tester, dir string, bodies ...data.Body) string {
	t.Helper()
	raw, err := freshFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "incident.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if len(bodies) > 0 {
		s := mustOpen(t, path, options)
		record(t, s, bodies...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func newFile(t *testing.T, bodies ...data.Body) string {
	t.Helper()
	return fileIn(t, t.TempDir(), bodies...)
}

// newStore returns a store on a fresh file that holds what bodies say.
func newStore(t *testing.T, bodies ...data.Body) *Store {
	t.Helper()
	return openFile(t, newFile(t, bodies...), options)
}

// openFile opens a file until the test ends.
func openFile(t *testing.T, path string, opts Options) *Store {
	t.Helper()
	s := mustOpen(t, path, opts)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// mustOpen opens a file that the caller closes.
func mustOpen(t tester, path string, opts Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fastDir returns a directory in memory, where there is one: for tests that make
// many files and cut no power.
func fastDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shm(), "warroom-store")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// offer returns what ana, a lead, offers.
func offer(b data.Body) Offer { return Offer{By: "ana", Role: data.Lead, Body: b} }

// record records each body in a transaction of its own.
func record(t tester, s *Store, bodies ...data.Body) (all []data.Event) {
	t.Helper()
	for _, b := range bodies {
		events, err := s.Record(context.Background(), offer(b))
		if err != nil {
			t.Fatalf("Record(%+v): %v", b, err)
		}
		all = append(all, events...)
	}
	return all
}

// pairs turns "title", "x", "stream", "support" into a map of fields.
func pairs(kv []string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

// made returns the body that makes an item from "field", "value" pairs.
func made(k data.Kind, kv ...string) data.Made { return data.Made{Of: k, Fields: pairs(kv)} }

// action returns the body that makes an action; what kv says comes on top.
func action(kv ...string) data.Made {
	return made(data.KindAction, append([]string{"title", "Send notices", "stream", "notification"}, kv...)...)
}

// claim returns the body that makes a claim of a thousand people.
func claim(kv ...string) data.Made {
	return made(data.KindClaim, append([]string{"cell", "all/all", "unit", "people", "best", "1000"}, kv...)...)
}

// change returns the change of one field of an item.
func change(ref data.Ref, field, was, now string) data.Changed {
	return data.Changed{Ref: ref, Changes: []data.Change{{Field: field, Was: was, Now: now}}}
}

// redaction returns the redaction of an event in the log.
func redaction(t tester, s *Store, seq int64) data.Redacted {
	t.Helper()
	e, err := viewed(s).Event(context.Background(), seq)
	if err != nil {
		t.Fatal(err)
	}
	red, err := data.Redact(e, "personal data")
	if err != nil {
		t.Fatal(err)
	}
	return red
}

// whole fails the test unless the file is.
func whole(t tester, s *Store) *Report {
	t.Helper()
	rep, err := s.Verify(context.Background())
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return rep
}

// get returns an item that is there.
func get[E data.Entity](t tester, s *Store, ref data.Ref) E {
	t.Helper()
	e, err := viewed(s).Get(context.Background(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return e.(E)
}

// logOf returns all events.
func logOf(t tester, s *Store) []data.Event {
	t.Helper()
	log, err := viewed(s).Log(context.Background(), 0, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	var all []data.Event
	for _, e := range log.Entries {
		all = append(all, e.Event)
	}
	return all
}

// refusal fails the test unless err is of class c and says exactly want.
func refusal(t tester, err error, c data.Class, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("accepted; want it refused: %s", want)
	case err.Error() != want:
		t.Errorf("refused: %s\nwant:    %s", err, want)
	case data.ClassOf(err) != c:
		t.Errorf("%v: class %d, want %d", err, data.ClassOf(err), c)
	}
}

// mentions fails the test unless err is of class c and its text has each of
// words in it.
func mentions(t tester, err error, c data.Class, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("accepted; want it refused: %s", strings.Join(words, " "))
		return
	}
	if data.ClassOf(err) != c {
		t.Errorf("%v: class %d, want %d", err, data.ClassOf(err), c)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%v: does not say %q", err, w)
		}
	}
}

// copyFile copies a file that nobody has open.
func copyFile(t tester, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// beside lists what stands in a file's directory but the file itself.
func beside(t tester, path string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Name() != filepath.Base(path) {
			names = append(names, e.Name())
		}
	}
	return names
}

// receive waits for a value.
func receive[T any](ctx context.Context, t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-ctx.Done():
		t.Fatalf("%s: nothing came", what)
	}
	return v
}

// each runs f for every number below n, all at once, and waits.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// viewed returns the file as a lead reads it, who may read everything.
func viewed(s *Store) *View { return s.As("maria", data.Lead) }
