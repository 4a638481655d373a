package serve

import (
	"log/slog"
	"net/netip"
	"sync"
	"time"
)

// A journal logs what comes before a log-in. Everybody who reaches the port can
// make that happen, as often as they like: so of one kind and address there are a
// few lines a minute, enough for all keys that a client offers, and then how many
// more it was.
type journal struct {
	log *slog.Logger

	mu    sync.Mutex
	since time.Time
	lines map[happening]int
}

// A happening is one kind of line about one address; without one, about all that
// there is no room for.
type happening struct {
	what string
	addr netip.Addr
}

const mostLines, mostKinds = 8, 1000

// line logs one thing, or counts it.
func (j *journal) line(now time.Time, what string, addr netip.Addr, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.turned(now)
	k := happening{what, netOf(addr)}
	if j.lines[k] == 0 && len(j.lines) >= mostKinds {
		k.addr = netip.Addr{}
	}
	j.lines[k]++
	if j.lines[k] <= mostLines {
		j.log.Info(what, append([]any{"from", addr}, args...)...)
	}
}

// turn logs how many there were of what was not logged, once a minute.
func (j *journal) turn(now time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.turned(now)
}

func (j *journal) turned(now time.Time) {
	if now.Sub(j.since) < time.Minute {
		return
	}
	for k, n := range j.lines {
		from := "others"
		if k.addr.IsValid() {
			from = k.addr.String()
		}
		if n > mostLines {
			j.log.Info(k.what, "from", from, "more", n-mostLines)
		}
	}
	j.lines, j.since = map[happening]int{}, now
}
