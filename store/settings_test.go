package store

import (
	"context"
	"database/sql"
	"strings"
	"testing"
)

// Every connection has its settings, however many are opened: they are in the
// data source name.
func TestEveryConnectionHasItsSettings(t *testing.T) {
	path := newFile(t)
	s := openFile(t, path, options)
	record(t, s, action())
	all := map[string]string{"busy_timeout": "15000", "trusted_schema": "0", "cell_size_check": "1", "foreign_keys": "1", "journal_mode": "wal"}
	for _, tt := range []struct {
		use  use
		more map[string]string
	}{
		{reading, map[string]string{"query_only": "1"}},
		{writing, map[string]string{"query_only": "0", "synchronous": "2", "secure_delete": "1"}},
		{copying, map[string]string{"query_only": "0"}},
	} {
		db := openDB(s.dsn(tt.use))
		defer db.Close()
		for i := range 3 {
			conn, err := db.Conn(t.Context()) // a new one each time
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			for _, settings := range []map[string]string{all, tt.more} {
				for name, want := range settings {
					if got := pragma(t, conn, name); got != want {
						t.Errorf("use %d, connection %d: %s is %q, want %q", tt.use, i, name, got, want)
					}
				}
			}
			// mmap_size says nothing where no memory is mapped.
			if got := pragma(t, conn, "mmap_size"); got != "0" && got != "" {
				t.Errorf("mmap_size is %q", got)
			}
			// Defensive: the schema cannot be written as if it were a table.
			for _, q := range []string{`PRAGMA writable_schema = ON`, `UPDATE sqlite_schema SET sql = 'x'`} {
				if _, err = conn.ExecContext(t.Context(), q); err != nil {
					break
				}
			}
			if err == nil {
				t.Errorf("use %d: the schema was overwritten", tt.use)
			}
			// A string is no name of a column.
			if _, err := conn.ExecContext(t.Context(), `SELECT "nothing" FROM event`); err == nil || !strings.Contains(err.Error(), "no such column") {
				t.Errorf("use %d: a quoted word is taken for a string: %v", tt.use, err)
			}
		}
	}
	// What reads cannot write.
	reader := openDB(s.dsn(reading))
	defer reader.Close()
	if _, err := reader.Exec(`DELETE FROM tally`); err == nil {
		t.Error("a reader wrote")
	}
	whole(t, s)
}

func pragma(t *testing.T, conn *sql.Conn, name string) string {
	t.Helper()
	got, err := collect(context.Background(), conn, scanString, `PRAGMA `+name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(got, " ")
}
