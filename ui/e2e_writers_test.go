//go:build e2e

package ui

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
)

var writersRounds = flag.Int("writers.rounds", 12, "how many changes each writer of TestE2EWriters records")

// TestE2EWriters has eight writers change one file at the same time, with a process for
// each change, as people and scripts do: no change is refused, and each is there once, as
// its writer was told.
func TestE2EWriters(t *testing.T) {
	for _, tt := range []struct {
		name            string
		shells, clients int
	}{
		{"shells", 8, 0},
		{"shells and a server", 4, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t, "blank")
			c := &writers{home: h, told: map[string]string{}}
			want := (tt.shells + tt.clients) * *writersRounds
			before, _ := c.recorded()
			stop := func() {}
			if tt.clients > 0 {
				r := h.serves("-f", h.file)
				stop = r.stops
				for i := range tt.clients {
					name := []string{"ana", "ben"}[i%2]
					c.begin(tt.shells+i, func(words ...string) (int, string, string) { return r.ssh(name, nil, words...) })
				}
			}
			for i := range tt.shells {
				c.begin(i, func(words ...string) (int, string, string) { return h.try(append(words, "-f", h.file)...) })
			}
			c.wg.Wait()
			stop()
			h.clean()
			c.compare(before, want)
			h.run(0, "verify", "-f", h.file)
		})
	}
}

// writers change one file, and know what they were told.
type writers struct {
	*home
	wg sync.WaitGroup

	mu             sync.Mutex
	told           map[string]string // the title or text by what was said: "N-1", "A-1", "A-1 is done"
	refused, twice int
}

// begin has a writer make its changes, one after the other, by what run does with the
// words of a command.
func (c *writers) begin(writer int, run func(words ...string) (status int, out, errs string)) {
	c.wg.Go(func() {
		action := "" // the one that was added last
		for n := range *writersRounds {
			text := fmt.Sprintf("Change %d of writer %d", n, writer)
			words := []string{"note", "add", text}
			switch n % 3 {
			case 1:
				words = []string{"action", "add", text, "--stream", "support"}
			case 2:
				words = []string{"action", "done", action}
			}
			status, out, errs := run(words...)
			if status != 0 || errs != "" {
				c.t.Errorf("writer %d: %q ends with %d and says %q", writer, words, status, errs)
			}
			said, title, done := strings.Cut(strings.TrimSuffix(out, "\n"), ": ") // "A-1 is done: …"
			switch {
			case done:
				text = title
			case n%3 == 1:
				action = said
			}
			c.tell(status == 0, said, text)
		}
	})
}

// tell notes what a writer was told.
func (c *writers) tell(ok bool, said, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.refused++
		return
	}
	if before, known := c.told[said]; known {
		c.twice++
		c.t.Errorf("%s is said twice: of %q and of %q", said, before, text)
	}
	c.told[said] = text
}

// recorded returns how many events the log has, and what is to be said of each.
func (c *writers) recorded() (events int, said map[string]string) {
	c.t.Helper()
	out, _ := c.run(0, "log", "--json", "-f", c.file)
	var log []struct {
		Kind, ID, Name string
		Fields         struct{ Text, Title string }
	}
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		c.t.Fatal(err)
	}
	said = map[string]string{}
	for _, e := range log {
		if e.Kind == "changed" {
			said[e.ID+" is done"] = e.Name
		} else {
			said[e.ID] = e.Fields.Title + e.Fields.Text
		}
	}
	return len(log), said
}

// compare looks in the log, which had some events before, for all that writers were told.
func (c *writers) compare(before, want int) {
	c.t.Helper()
	events, there := c.recorded()
	lost := 0
	for said, text := range c.told {
		if got, ok := there[said]; !ok || got != text {
			lost++
			c.t.Errorf("%s is said of %q, and the log has %q", said, text, got)
		}
	}
	c.t.Logf("%d changes: %d recorded, %d refused, %d said twice, %d lost", want, events-before, c.refused, c.twice, lost)
	if len(c.told) != want || events-before != want {
		c.t.Errorf("%d changes are told to be recorded and %d are there, want %d", len(c.told), events-before, want)
	}
}
