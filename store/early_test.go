package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestEveryEarlierVersionOpens opens a file of each version there ever was: the log is
// what that version said of it, and the file is whole after its upgrade. One that must
// not be written is read as it is.
func TestEveryEarlierVersionOpens(t *testing.T) {
	for v := 1; v < Version; v++ {
		t.Run(fmt.Sprint("version ", v), func(t *testing.T) {
			t.Parallel()
			from := filepath.Join("testdata", "early", fmt.Sprintf("v%d", v))
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, unzipped(t, from+".db.gz"), 0o400); err != nil {
				t.Fatal(err)
			}
			var want []struct {
				Seq   int64
				Event string
				At    time.Time
				By    string
				ID    string
			}
			if err := json.Unmarshal(unzipped(t, from+".log.json.gz"), &want); err != nil {
				t.Fatal(err)
			}
			same := func(s *Store) {
				t.Helper()
				log, err := viewed(s).Log(t.Context(), 0, len(want)+1)
				got := log.Entries
				if err != nil || len(got) != len(want) {
					t.Fatalf("%d events, want %d; %v", len(got), len(want), err)
				}
				for i, w := range want {
					if g := got[i]; g.Seq != w.Seq || g.ID != w.Event || !g.At.Equal(w.At) || string(g.By) != w.By || string(g.Item()) != w.ID {
						t.Errorf("event %d is %+v, want %+v", i+1, g, w)
					}
				}
			}
			s := mustOpen(t, path, options)
			same(s)
			if s.ReadOnly() != readOnlyMode || s.Upgraded() != "" {
				t.Errorf("read-only because %q, %q", s.ReadOnly(), s.Upgraded())
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			s = openFile(t, path, options)
			if !strings.HasPrefix(s.Upgraded(), "x.db was upgraded to version 6") {
				t.Errorf("it says %q", s.Upgraded())
			}
			same(s)
			whole(t, s)
			record(t, s, change("A-17", "owner", "cas", "dora"))
			whole(t, s)
			other := openFile(t, path+fmt.Sprintf(".before-v%d", Version), Options{ReadOnly: true})
			same(other)
		})
	}
}
