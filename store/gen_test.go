package store

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"warroom/data"
	"warroom/data/clock"
)

var (
	genDir     = flag.String("gen.dir", "", "make large files in this directory, unless they are there")
	genActions = flag.Int("gen.actions", 1_000, "how many actions the large file has")
)

// perAction is how many events a generated file has for each action.
const perAction = 10

// TestGenerate makes a file for measurements: actions with ten events each. With
// -gen.dir it keeps the file there, and makes none if it is there already;
// without, it makes a small one and proves it.
func TestGenerate(t *testing.T) {
	if *genDir == "" {
		path := filepath.Join(t.TempDir(), "small.db")
		generate(t, path, 50)
		s := openFile(t, path, options)
		rep, err := s.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(1 + 5 + 50*perAction); rep.Head.Seq != want {
			t.Errorf("%d events, want %d", rep.Head.Seq, want)
		}
		return
	}
	path := filepath.Join(*genDir, fmt.Sprintf("actions-%d.db", *genActions))
	if _, err := os.Stat(path); err == nil {
		t.Logf("%s is there", path)
		return
	}
	generate(t, path, *genActions)
	t.Logf("made %s", path)
}

// generate makes a file with n actions, of which about three in ten end open.
// The same n makes the same actions.
func generate(t tester, path string, n int) {
	t.Helper()
	g := &generator{rng: rand.New(rand.NewPCG(1, uint64(n))), now: clock.Now().UTC().Truncate(time.Second)}
	err := Create(context.Background(), path, Options{}, incident("title", "Generated", "severity", "SEV2"), func(s *Store) error {
		var bodies []data.Body
		for _, key := range data.StreamKeys {
			bodies = append(bodies, made2(data.KindWorkstream, key, "name", key))
		}
		const batch = 1_000 // actions in one transaction
		for from := 0; ; from += batch {
			if err := g.record(s, bodies); err != nil {
				return err
			}
			if bodies = nil; from >= n {
				return nil
			}
			for i := from; i < min(from+batch, n); i++ {
				bodies = append(bodies, g.action(i+1)...)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

type generator struct {
	rng *rand.Rand
	now time.Time
}

func (g *generator) record(s *Store, bodies []data.Body) error {
	offers := make([]Offer, len(bodies))
	for i, b := range bodies {
		offers[i] = Offer{By: data.Actor(g.owner()), Role: data.Lead, At: g.now.Add(-time.Hour), Body: b}
	}
	_, err := s.Record(context.Background(), offers...)
	return err
}

func (g *generator) owner() string { return fmt.Sprintf("person-%02d", g.rng.IntN(40)) }

func (g *generator) due() string {
	return g.now.Add(time.Duration(g.rng.IntN(30*24*60)-10*24*60) * time.Minute).UTC().Format(time.RFC3339)
}

// action returns the events of action number n: it is made, and then changed.
func (g *generator) action(n int) []data.Body {
	ref := data.Ref(fmt.Sprintf("A-%d", n))
	state := map[string]string{
		"title": fmt.Sprintf("Action %d of the exercise that nobody runs", n),
		"kind":  "action", "state": "open", "owner": g.owner(), "due": g.due(), "priority": "P2",
		"stream": data.StreamKeys[g.rng.IntN(len(data.StreamKeys))],
	}
	fields := map[string]string{}
	for k, v := range state {
		fields[k] = v
	}
	all := []data.Body{data.Made{Of: data.KindAction, Fields: fields}}
	change := func(field, now string) {
		if now != state[field] && len(all) < perAction {
			all = append(all, data.Changed{Ref: ref, Changes: []data.Change{{Field: field, Was: state[field], Now: now}}})
			state[field] = now
		}
	}
	for i := 0; len(all) < perAction-1; i++ {
		switch g.rng.IntN(5) {
		case 0:
			change("owner", g.owner())
		case 1:
			change("due", g.due())
		case 2:
			change("priority", fmt.Sprint("P", g.rng.IntN(4)))
		case 3:
			change("state", []string{"open", "doing", "blocked"}[g.rng.IntN(3)])
		case 4:
			change("detail", fmt.Sprintf("Step %d of %d", i, n))
		}
	}
	if g.rng.IntN(10) < 7 {
		change("state", "done")
	} else {
		change("detail", "left open")
	}
	return all
}

// made2 is made for an item that has a key.
func made2(k data.Kind, key string, kv ...string) data.Made {
	b := made(k, kv...)
	b.Key = key
	return b
}
