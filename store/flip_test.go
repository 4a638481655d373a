package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"warroom/data"
)

// Single bytes of the file are changed, wherever they are. Each change is found,
// or nobody can see it: all that the file tells is as it was.
func TestEveryFlipIsFoundOrUnseen(t *testing.T) {
	path := sampleLog(t, t.TempDir())
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	read := func(s *Store) (all []string, err error) {
		var rows map[string][]string
		err = s.readTx(t.Context(), func(q querier) error {
			rows = dump(t, q)
			all = append(all, byIndex(t, q)...)
			return nil
		})
		for _, table := range []string{"event", "tally", "figure", "notified", "search_content"} {
			all = append(all, rows[table]...)
		}
		return append(all, everything(t, s)...), err
	}
	s := mustOpen(t, path, options)
	want, err := read(s)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()

	// Of the bytes with something in them, and of the zeros, one in so many.
	every := map[bool]int{false: unlessRace(12, 200), true: unlessRace(400, 8000)}
	rng := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	flipped := filepath.Join(dir, "flipped.db")
	found, unseen, upgraded, refused := 0, 0, 0, map[string]int{}
	var offsets []int // every byte of the header, a sample of the rest
	for off := range 100 {
		offsets = append(offsets, off)
	}
	for off := 100; off < len(good); off++ {
		if rng.IntN(every[good[off] == 0]) == 0 {
			offsets = append(offsets, off)
		}
	}
	for _, off := range offsets {
		bad := slices.Clone(good)
		mask := byte(1) << rng.IntN(8)
		bad[off] ^= mask
		if err := os.WriteFile(flipped, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("byte %d ^ %#x", off, mask)
		err := func() error {
			s, err := Open(t.Context(), flipped, options)
			if err != nil {
				refused[err.Error()]++
				return err
			}
			defer s.Close()
			if s.Upgraded() != "" { // a flip of the version makes it an earlier one: its tables are made anew
				upgraded++
				if off < 60 || off > 63 {
					t.Errorf("%s: %s", what, s.Upgraded())
				}
				if err := os.Remove(fmt.Sprint(flipped, ".before-v", Version)); err != nil {
					t.Error(err)
				}
			}
			if _, err := s.Verify(t.Context()); err != nil {
				return err
			}
			got, err := read(s)
			if err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s: not found, and seen:\n%q\nwant\n%q", what, got, want)
			}
			return err
		}()
		switch {
		case err == nil:
			unseen++
		case data.ClassOf(err) == data.BadFile:
			found++
		default:
			t.Errorf("%s: %v: class %d, want %d", what, err, data.ClassOf(err), data.BadFile)
		}
		if left := beside(t, flipped); len(left) > 0 {
			t.Errorf("%s: left beside it: %q", what, left)
		}
	}
	t.Logf("of %d flips in %d bytes, %d were found (%d when opening, with %d different errors), %d were in bytes that nobody reads or that the log makes good, %d of them in the version",
		found+unseen, len(good), found, sum(refused), len(refused), unseen, upgraded)
	if found == 0 || unseen == 0 {
		t.Error("this proves nothing")
	}
}

// byIndex returns what is found in a file by its indexes.
func byIndex(t tester, q querier) (all []string) {
	t.Helper()
	for _, query := range []string{
		`SELECT seq FROM event INDEXED BY sqlite_autoindex_event_1 WHERE id > '' ORDER BY id`,
		`SELECT seq FROM event INDEXED BY event_ref WHERE ref > '' ORDER BY ref`,
		`SELECT num FROM action INDEXED BY action_list WHERE open = 1 ORDER BY due_key, priority_key, num`,
		`SELECT num FROM claim INDEXED BY claim_cell WHERE cell > '' ORDER BY cell, unit`,
		`SELECT num FROM question INDEXED BY question_open WHERE state = 'open' ORDER BY num`,
	} {
		found, err := collect(context.Background(), q, scanInt, query)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(found))
	}
	return all
}

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// A file that is cut off anywhere in its first page, or just behind it, is
// refused.
func TestEveryTruncationIsRefused(t *testing.T) {
	good, err := os.ReadFile(newFile(t, action()))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(fastDir(t), "cut.db")
	for n := range 4200 {
		if err := os.WriteFile(path, good[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path, options)
		if err == nil {
			s.Close()
		}
		if data.ClassOf(err) != data.BadFile || data.HintOf(err) == "" {
			t.Fatalf("cut off after %d bytes: %v", n, err)
		}
	}
	if left := beside(t, path); len(left) > 0 {
		t.Errorf("left beside it: %q", left)
	}
}
