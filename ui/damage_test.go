package ui

import (
	"database/sql"
	"net/url"
	"testing"

	"warroom/store"
)

// unreadableEvent makes an exercise in which one event cannot be read, which a query picks, and
// returns the file's path and what the event is about.
func unreadableEvent(t *testing.T, pick string) (path, ref string) {
	t.Helper()
	path = newFile(t, "exercise")
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path}).String())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	guard := values(t, db, `SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'`)[0]
	ref = values(t, db, `SELECT ref FROM event WHERE seq = (`+pick+`)`)[0]
	for _, q := range []string{`DROP TRIGGER event_no_update`, `UPDATE event SET body = '{' WHERE seq = (` + pick + `)`, guard} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path, ref
}

// An event that cannot be read takes nothing else from the board: it keeps
// its place and says so, among what changed last and on the page of its item.
func TestAnUnreadableEventStandsInItsPlace(t *testing.T) {
	path, ref := unreadableEvent(t, `SELECT max(seq) FROM event WHERE kind = 'changed'`)
	s := openScreen(t, path, store.Options{}, 200, 60).shows("live", "cannot be read").lacks("unexpected EOF")
	s.does(ref).press("G").shows("damaged: event ", " cannot be read").lacks("unexpected EOF")
}

// An event that cannot be read takes of the trends the history that rests on it. Nothing
// says that there is none.
func TestTrendsOfAnUnreadableEvent(t *testing.T) {
	path, _ := unreadableEvent(t, `SELECT seq FROM event WHERE ref = 'C-19' ORDER BY seq LIMIT 1`)
	s := openScreen(t, path, store.Options{}, 200, 60).shows("live", "PEOPLE AFFECTED", "Open actions").lacks("SYNC LOST", "to show over time yet")
	s.does("view trends").shows("People affected: now ~46k", "damaged: event ", " cannot be read", "5 Sep").lacks("to show over time yet", "no day to show")
	s.press("esc").shows("live").lacks("SYNC LOST")
	s.resize(80, 24).does("view trends").shows("damaged: event ", " cannot be read").lacks("to show over time yet", "no day to show").whole()
}
