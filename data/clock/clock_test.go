package clock

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain tells the time instead, where a test has started this program anew.
func TestMain(m *testing.M) {
	if os.Getenv("TELL_THE_TIME") != "" {
		fmt.Println(Now().UTC().Format(time.RFC3339))
		return
	}
	os.Exit(m.Run())
}

// TestWhoReadsTheVariable starts processes with WARROOM_TEST_NOW: only a build for
// tests has the time in it.
func TestWhoReadsTheVariable(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tell := func(value string) time.Time {
		t.Helper()
		c := exec.Command(self)
		c.Env = append(os.Environ(), "TELL_THE_TIME=yes", "WARROOM_TEST_NOW="+value)
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := time.Parse(time.RFC3339, strings.TrimSpace(string(out)))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	began := time.Now().Truncate(time.Second)
	for _, tt := range []struct {
		value string
		want  time.Time // in a build for tests, at the least
	}{
		{"", began},
		{"1999-12-31T23:59:59Z", time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{"2044-02-29T12:00:00+09:00", time.Date(2044, 2, 29, 3, 0, 0, 0, time.UTC)},
		{"-87600h", began.Add(-87600 * time.Hour)},
	} {
		if !readsVariable {
			tt.want = began
		}
		if got := tell(tt.value); got.Before(tt.want) || got.Sub(tt.want) > time.Since(began)+time.Second {
			t.Errorf("WARROOM_TEST_NOW=%s: the clock says %v, want %v", tt.value, got, tt.want)
		}
	}
}
