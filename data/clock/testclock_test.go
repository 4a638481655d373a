//go:build testclock

package clock

import (
	"testing"
	"time"
)

const readsVariable = true

func TestNonsenseIsNoTime(t *testing.T) {
	for _, value := range []string{"soon", "2024-02-29", "2023-02-29T12:00:00Z", "12"} {
		if d, err := read(value, time.Now()); err == nil {
			t.Errorf("%q is read as %v", value, d)
		}
	}
}
