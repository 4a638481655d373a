package store

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Two processes that write are killed at a random moment, again and again:
// everything that they were told is recorded is there, the file is whole, and it
// opens without anybody's help.
func TestKilledWritersLoseNothing(t *testing.T) {
	t.Parallel()
	const writers, fileFor = 2, 10
	rounds := unlessRace(200, 12)
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	dir := t.TempDir()
	path := ""
	acked := map[string]bool{} // of the file
	total, unacked := 0, 0
	for round := range rounds {
		if round%fileFor == 0 {
			path = fileIn(t, dir)
			clear(acked)
		}
		var all []*child
		for range writers {
			c := start(t, "write", path, "")
			io.WriteString(c.stdin, strings.Repeat("\n", 40)) // no more than so many
			all = append(all, c)
		}
		// One of them is read from, for so many acknowledgements; then all are
		// killed, wherever they are.
		for range rng.IntN(20) {
			id, ok := all[rng.IntN(writers)].line()
			if !ok || strings.HasPrefix(id, "error:") {
				t.Fatalf("round %d: a writer says %q", round, id)
			}
			acked[id] = true
			total++
		}
		for _, c := range all {
			c.cmd.Process.Kill()
		}
		for _, c := range all {
			for _, id := range c.kill() {
				if strings.HasPrefix(id, "error:") {
					t.Errorf("round %d: %s", round, id)
					continue
				}
				acked[id] = true
				total++
			}
		}
		s := mustOpen(t, path, options)
		whole(t, s)
		there := map[string]bool{}
		for _, e := range logOf(t, s)[1:] {
			there[e.ID] = true
		}
		for id := range acked {
			if !there[id] {
				t.Errorf("round %d: %s is lost, it was acknowledged", round, id)
			}
		}
		unacked += len(there) - len(acked)
		for id := range there { // what was recorded and not acknowledged may not be lost later
			acked[id] = true
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left := beside(t, path); len(left) > 0 {
			t.Errorf("round %d: left beside it: %q", round, left)
		}
		if round%fileFor == fileFor-1 {
			if err := os.Remove(filepath.Join(dir, "incident.db")); err != nil {
				t.Fatal(err)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d rounds with %d writers: %d acknowledged, none lost; %d were recorded and the writer died before it could say so", rounds, writers, total, unacked)
	if total == 0 {
		t.Error("this proves nothing")
	}
}
