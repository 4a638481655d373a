package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warroom/data"
	"warroom/data/seed"
)

// A cutter is somebody who presses ctrl+c as soon as something is printed.
type cutter struct {
	strings.Builder
	cut func()
}

func (c *cutter) Write(p []byte) (int, error) {
	defer c.cut()
	return c.Builder.Write(p)
}

// What is recorded is done, whatever becomes of what is said beside it.
func TestWhatIsRecordedIsDone(t *testing.T) {
	for _, tt := range []struct{ line, out, says string }{
		{"figure withdraw C-1", "C-1 is withdrawn: all/all 100 (range unknown) people\n", "what stands now is not known: "},
		{"redact 73 --why asked", "event 73 (C-1): 1 text is masked\n", "whether the same text still stands in other events is not known: "},
	} {
		t.Run(tt.line, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "incident.db")
			tmpl, err := seed.Load("toyota-2024", testNow)
			if err != nil {
				t.Fatal(err)
			}
			if err := sow(t.Context(), path, 0, tmpl, time.UTC); err != nil {
				t.Fatal(err)
			}
			run := func(ctx context.Context, line string, out io.Writer) (status int, errs string) {
				args, err := data.SplitCommand(line)
				if err != nil {
					t.Fatal(err)
				}
				null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer null.Close()
				var errw strings.Builder
				sh := &shell{environ: []string{"WARROOM_FILE=" + path, "WARROOM_ACTOR=ana"}, in: null, out: null, errw: null, now: func() time.Time { return testNow }}
				e := &env{in: null, out: out, errw: &errw, now: sh.now, role: data.Lead, shell: sh}
				return e.run(ctx, args), errw.String()
			}
			if status, errs := run(t.Context(), `figure add all/all 100 --unit people --standing reported --basis "a long text"`, io.Discard); status != 0 {
				t.Fatal(errs)
			}
			ctx, cut := context.WithCancel(t.Context())
			defer cut()
			out := &cutter{cut: cut}
			status, errs := run(ctx, tt.line, out)
			if status != 0 || out.String() != tt.out || !strings.Contains(errs, tt.says) {
				t.Errorf("exit status %d, prints %q, says %q", status, out.String(), errs)
			}
		})
	}
}
