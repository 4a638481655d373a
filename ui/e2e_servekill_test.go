//go:build e2e

package ui

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestE2EServeKilled kills the server while many write: what a client was told is
// stored is there.
func TestE2EServeKilled(t *testing.T) {
	const clients, before = 20, 100 // how many write, and when the server dies
	h := newHome(t, "blank")
	r := h.serves("-f", h.file)
	var mu sync.Mutex
	told := map[string]string{} // the text by the id that a client was given
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("text %d of client %d", i, c)
				status, out, _ := r.ssh([]string{"ana", "ben"}[c%2], nil, "note", "add", text)
				if id := strings.TrimSpace(out); strings.HasPrefix(id, "N-") && strings.HasSuffix(out, "\n") {
					mu.Lock()
					told[id] = text
					if len(told) == before {
						close(enough)
					}
					mu.Unlock()
				}
				if status != 0 {
					return
				}
			}
		})
	}
	<-enough
	r.process.Process.Kill()
	wg.Wait()
	r.process.Wait()
	h.run(0, "verify", "-f", h.file)
	out, _ := h.run(0, "note", "list", "-f", h.file)
	there := map[string]string{}
	for line := range strings.Lines(out) {
		id, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		there[id] = rest
	}
	for id, text := range told {
		if !strings.HasSuffix(there[id], text) {
			t.Errorf("%s was stored, says a client, as %q; it is %q", id, text, there[id])
		}
	}
	if len(told) < before {
		t.Errorf("only %d were stored", len(told))
	}
}
