//go:build testclock

package clock

import (
	"fmt"
	"os"
	"time"
)

// ahead is how far this clock is ahead of the machine's.
var ahead = mustRead(os.Getenv("WARROOM_TEST_NOW"), time.Now())

func now() time.Time { return time.Now().Add(ahead) }

func mustRead(value string, machine time.Time) time.Duration {
	d, err := read(value, machine)
	if err != nil {
		panic(err)
	}
	return d
}

// read returns how far the clock is ahead of the machine's. The value is a time, at
// which the process begins, or a duration, which several processes can share.
func read(value string, machine time.Time) (time.Duration, error) {
	if value == "" {
		return 0, nil
	}
	if d, err := time.ParseDuration(value); err == nil {
		return d, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return 0, fmt.Errorf("WARROOM_TEST_NOW is %q: it must be a time such as 2024-02-29T12:00:00Z, or a duration such as -8760h", value)
	}
	return t.Sub(machine), nil
}
