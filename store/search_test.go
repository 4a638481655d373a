package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// finds returns the ids that a search finds.
func finds(t tester, s *Store, text string, limit int) (refs []data.Ref) {
	t.Helper()
	found, err := viewed(s).Search(context.Background(), text, limit)
	if err != nil {
		t.Fatalf("Search(%q): %v", text, err)
	}
	for _, f := range found {
		refs = append(refs, f.Ref)
	}
	return refs
}

// library is a file with something to find.
func library(t *testing.T) *Store {
	keyed := func(k data.Kind, key, name string) data.Made {
		return data.Made{Of: k, Key: key, Fields: pairs([]string{"name", name})}
	}
	return newStore(t,
		keyed(data.KindRegion, "europe", "Europe"), keyed(data.KindWorkstream, "support", "Customer support"),
		action("title", "Call the Provider", "owner", "Müller"),
		action("title", "Rotate keys", "detail", "the provider's"),
		action("title", "Ask provider for logs", "state", "done"),
		made(data.KindNote, "text", "顧客から電話\n東京の事務所", "private", "true"), // N-1
		made(data.KindNote, "text", `100 % sure_of "this" AND (that OR*) -x ^y col:z`),
		made(data.KindQuestion, "text", "Who told the provider?", "state", "answered"),
		claim("cell", "europe/names", "basis", "counted by hand"),
		made(data.KindNote, "text", "see A-1"), // N-3
	)
}

func TestSearchFindsWhatStandsInTexts(t *testing.T) {
	s := library(t)
	for _, tt := range []struct{ name, text, want string }{
		{"in titles, details and texts; what is open first, then what is newer", "provider", "[A-2 A-1 Q-1 A-3]"},
		{"in any case", "PROVIDER LOGS", "[A-3]"},
		{"part of a word", "ovid", "[A-2 A-1 Q-1 A-3]"},
		{"all words, wherever they stand", "keys provider", "[A-2]"},
		{"not only one of them", "keys nowhere", "[]"},
		{"an owner, with letters of any case", "MÜLLER", "[A-1]"},
		{"words without spaces", "事務所", "[N-1]"},
		{"two characters", "東京", "[N-1]"},
		{"one character", "顧", "[N-1]"},
		{"two characters and a long word", "ke provider", "[A-2]"},
		{"an id, first", "a-1", "[A-1 N-3]"},
		{"a key", "europe", "[europe C-1]"},
		{"the incident", "incident", "[incident]"},
		{"the cell of a claim", "europe/names", "[C-1]"},
		{"what would be a quote", `"this"`, "[N-2]"},
		{"what would be syntax", `AND (that OR*) col:z`, "[N-2]"},
		{"what would be any text, short", `%`, "[N-2]"},
		{"what would be any character, short", `_o`, "[N-2]"},
		{"what would be any text, long", `100%`, "[]"},
		{"what would escape", `\`, "[]"},
		{"what would end a statement", `'; DROP TABLE event; --`, "[]"},
		{"what a terminal must not see", "\x1b[0m provider", "[]"},
		{"not the workstream of an action", "notification", "[]"},
		{"not the identity of the file", s.uid, "[]"},
	} {
		if got := fmt.Sprint(finds(t, s, tt.text, 20)); got != tt.want {
			t.Errorf("%s: %q finds %s, want %s", tt.name, tt.text, got, tt.want)
		}
	}
	if got := finds(t, s, "provider", 2); len(got) != 2 {
		t.Errorf("a search for two finds %s", got)
	}
	for _, text := range []string{"", "  \n"} {
		_, err := viewed(s).Search(t.Context(), text, 20)
		refusal(t, err, data.Failed, "a search needs a word")
	}
	if n, err := viewed(s).Items(t.Context()); err != nil || n != 11 {
		t.Errorf("%d items, %v; want 11", n, err)
	}
}

func TestSearchSaysWhatItFound(t *testing.T) {
	s := library(t)
	found, err := viewed(s).Search(t.Context(), "東京", 5)
	want := data.Found{Ref: "N-1", Kind: data.KindNote, Name: "顧客から電話", Line: "東京の事務所", Private: true}
	if err != nil || len(found) != 1 || found[0] != want {
		t.Errorf("got %+v, %v; want %+v", found, err, want)
	}
}

func TestSearchFollowsChanges(t *testing.T) {
	s := library(t)
	other := openFile(t, s.Path(), options)
	for _, st := range []*Store{s, other} {
		finds(t, st, "rotate", 5) // which may remember what there was
	}
	record(t, other, change("A-2", "title", "Rotate keys", "Replace certificates"), change("A-2", "owner", "", "Zoë"))
	for _, st := range []*Store{s, other} {
		for text, want := range map[string]string{"rotate": "[]", "certificates zoë": "[A-2]"} {
			if got := fmt.Sprint(finds(t, st, text, 5)); got != want {
				t.Errorf("%q finds %s, want %s", text, got, want)
			}
		}
	}
	if err := rebuilt(t, s); err != nil {
		t.Fatal(err)
	}
	record(t, s, change("A-2", "title", "Replace certificates", "Revoke certificates"))
	if got := fmt.Sprint(finds(t, other, "revoke", 5)); got != "[A-2]" {
		t.Errorf("after a rebuild by another, finds %s", got)
	}
	whole(t, s)
	whole(t, other)
}

// A place leads back to the item, for every kind.
func TestPlacesAreOfOneItemEach(t *testing.T) {
	seen := map[place]data.Ref{}
	for _, spec := range data.Specs() {
		refs := []data.Ref{data.IncidentRef}
		if spec.Numbered() {
			refs = []data.Ref{spec.RefOf(1), spec.RefOf(2), spec.RefOf(1<<kindBits - 1)}
		} else if len(spec.Keys) > 0 {
			refs = nil
			for _, key := range spec.Keys {
				refs = append(refs, data.Ref(key))
			}
		}
		for _, ref := range refs {
			p := placeOf(ref)
			if p.ref() != ref || seen[p] != "" {
				t.Errorf("%s is at %d, where %q is, and %q before", ref, p, p.ref(), seen[p])
			}
			seen[p] = ref
		}
	}
	for _, p := range []place{0, -1, 2, 1 << kindBits, 99 << kindBits, 99<<kindBits + 1} {
		if ref := p.ref(); ref != "" {
			t.Errorf("at %d is %s", p, ref)
		}
	}
}

// Whatever is altered in the texts or in what SQLite keeps for them is found and
// repaired.
func TestVerifyFindsAlteredTexts(t *testing.T) {
	path := oneOfEach(t, t.TempDir())
	for _, q := range []string{
		`UPDATE search SET text = 'x' WHERE rowid = 1`, `DELETE FROM search`, `INSERT INTO search (rowid, text) VALUES (-3, 'x')`,
		`UPDATE search_content SET c0 = c0 || 'x' WHERE id = 1`, `UPDATE search_content SET c0 = NULL WHERE id = 1`,
		`UPDATE search_content SET id = 77 WHERE id = 1`, `DELETE FROM search_content`, `INSERT INTO search_content VALUES (7, 'x')`,
		`UPDATE search_data SET block = x'00' WHERE id = 10`, `DELETE FROM search_data WHERE id > 10`, `DELETE FROM search_data`,
		`UPDATE search_data SET block = x'05' WHERE id = 1`, `UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10`,
		`UPDATE search_idx SET term = 'zzz'`, `UPDATE search_config SET v = 5`, `DELETE FROM search_config`,
		`INSERT INTO search_config VALUES ('rank', 'x')`, `INSERT INTO search (search, rank) VALUES ('automerge', 2)`,
	} {
		t.Run(q, func(t *testing.T) {
			s := openFile(t, behindTheBack(t, path, q), options)
			_, err := s.Verify(t.Context())
			mentions(t, err, data.BadFile, "damaged: table search was altered behind the log's back, at ", "; the log itself is whole")
			if err := rebuilt(t, s); err != nil {
				t.Fatal(err)
			}
			whole(t, s)
			record(t, s, change("A-1", "title", "Send notices", "Send letters"))
			if got := fmt.Sprint(finds(t, s, "letters", 5)); got != "[A-1]" {
				t.Errorf("finds %s, want [A-1]", got)
			}
			whole(t, s)
		})
	}
}

// A redaction leaves nothing of a text in the index either: not a trigram. Each
// of these characters stands nowhere else, so that the index keeps it in whole.
func TestRedactLeavesNothingInTheIndex(t *testing.T) {
	const rare = "龘鱻靐"
	for _, tt := range []struct {
		name   string
		bodies []data.Body
		redact []int64
	}{
		{"a note", []data.Body{made(data.KindNote, "text", rare)}, []int64{2}},
		{"a text overwritten since", []data.Body{made(data.KindNote, "text", rare), change("N-1", "text", rare, "somebody")}, []int64{2, 3}},
		{"an owner", []data.Body{action("owner", rare)}, []int64{2}},
		{"one of many", append([]data.Body{made(data.KindNote, "text", rare)}, many(100)...), []int64{2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := newFile(t)
			s := mustOpen(t, path, options)
			record(t, s, tt.bodies...)
			if !inIndex(t, s, rare) {
				t.Fatal("the index never had the text: this proves nothing")
			}
			for _, seq := range tt.redact {
				record(t, s, redaction(t, s, seq))
			}
			if where := contains(t, path, rare); len(where) > 0 {
				t.Errorf("while the file is open, the text stands in %q", where)
			}
			if got := finds(t, s, rare, 5); got != nil {
				t.Errorf("finds %s", got)
			}
			whole(t, s)
			s.Close()
			if where := contains(t, path, rare); len(where) > 0 {
				t.Errorf("after closing, the text stands in %q", where)
			}
		})
	}
}

// inIndex reports whether the index of the texts holds a text, as a whole.
func inIndex(t tester, s *Store, text string) bool {
	t.Helper()
	var n []int64
	err := s.readTx(context.Background(), func(q querier) (err error) {
		n, err = collect(context.Background(), q, scanInt, `SELECT count(*) FROM search_data WHERE instr(block, ?) > 0`, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n[0] > 0
}

// What a search does is bounded, whatever there is.
func TestSearchReadsNoMoreThanItMust(t *testing.T) {
	s := newStore(t, many(100)...)
	if got := finds(t, s, "word", 3); !slices.Equal(got, []data.Ref{"N-100", "N-99", "N-98"}) {
		t.Errorf("finds %s: not the latest", got)
	}
	if got := finds(t, s, strings.Repeat("word ", 200), 3); len(got) != 3 {
		t.Errorf("the same word many times finds %s", got)
	}
}
