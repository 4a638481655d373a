package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// jobHalf makes a file, or copies one, and stops before it has its name.
func jobHalf(ctx context.Context, path, arg string) error {
	stop := func(temp string) error {
		fmt.Println("half")
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	}
	if arg == "new" {
		return publish(path, func(temp string) error {
			if err := createSchema(ctx, temp, Options{}); err != nil {
				return err
			}
			return stop(temp)
		})
	}
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	return publish(path+".copy", func(temp string) error {
		return s.using(ctx, copying, func(c *conn) error {
			if err := copyFrom(ctx, c, temp); err != nil {
				return err
			}
			return stop(temp)
		})
	})
}

// What a killed process leaves of a file that it made is gone when somebody makes,
// copies or opens a file in the folder. What a process that runs is making stays.
func TestWhatKilledProcessesLeaveIsRemoved(t *testing.T) {
	hidden := func(dir string) (names []string) {
		for _, name := range beside(t, filepath.Join(dir, "none")) {
			if strings.HasPrefix(name, ".") {
				names = append(names, name)
			}
		}
		return names
	}
	for _, job := range []string{"new", "backup"} {
		for what, do := range map[string]func(t *testing.T, dir, path string){
			"new": func(t *testing.T, dir, _ string) {
				if err := Create(t.Context(), filepath.Join(dir, "another.db"), options, incident(), nil); err != nil {
					t.Fatal(err)
				}
			},
			"backup": func(t *testing.T, dir, path string) {
				if _, err := viewed(openFile(t, path, options)).Backup(t.Context(), filepath.Join(dir, "backup.db")); err != nil {
					t.Fatal(err)
				}
			},
			"open": func(t *testing.T, _, path string) { openFile(t, path, options) },
		} {
			t.Run(job+" is killed, then "+what, func(t *testing.T) {
				path := newFile(t, made("note", "text", secret))
				dir := filepath.Dir(path)
				to := path
				if job == "new" {
					to = filepath.Join(dir, "made.db")
				}
				dead, alive := start(t, "half", to, job), start(t, "half", to, job)
				dead.says("half")
				alive.says("half")
				before := hidden(dir)
				if len(before) < 2 {
					t.Fatalf("there are only %q", before)
				}
				dead.cmd.Process.Kill()
				dead.cmd.Process.Wait()
				do(t, dir, path)
				after := hidden(dir)
				if len(after) == 0 || len(after) >= len(before) {
					t.Errorf("before %q, after %q", before, after)
				}
				for _, name := range after {
					if !strings.Contains(name, fmt.Sprintf(".%d-", alive.cmd.Process.Pid)) {
						t.Errorf("%s is left", name)
					}
				}
				alive.end()
				if left := hidden(dir); len(left) > 0 {
					t.Errorf("left: %q", left)
				}
			})
		}
	}
}

// A name that only looks like one of ours is no reason to remove a file.
func TestOnlyWhatIsOursIsRemoved(t *testing.T) {
	dir := t.TempDir()
	names := []string{".x.db.1-1.5.part.txt", "x.db.99999999-1.5.part", ".x.db.99999999-1.part", ".x.db.5.part", fmt.Sprintf(".x.db.%d-%s.5.part", os.Getpid(), ProcessStart(os.Getpid()))}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	removeTemps(dir)
	left := beside(t, filepath.Join(dir, "none"))
	slices.Sort(names)
	if !slices.Equal(left, names) {
		t.Errorf("left %q, want %q", left, names)
	}
}
