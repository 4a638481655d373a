package store

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

const secret = "Jane Doe 1974-03-02"

// contains lists the files of an incident in which a text stands.
func contains(t tester, path, text string) (where []string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		raw, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(text)) {
			where = append(where, "incident.db"+suffix)
		}
	}
	return where
}

func TestRedactLeavesNothingOfTheText(t *testing.T) {
	long := strings.Repeat(secret+" ", 800) + secret // fills overflow pages
	for _, tt := range []struct {
		name   string
		bodies []data.Body
		redact []int64 // the events, the incident being the first
		now    map[data.Ref]string
	}{
		{"a note", []data.Body{made(data.KindNote, "text", secret)}, []int64{2}, map[data.Ref]string{"N-1": data.Mask}},
		{"a long note", []data.Body{made(data.KindNote, "text", long)}, []int64{2}, map[data.Ref]string{"N-1": data.Mask}},
		{"a value overwritten since", []data.Body{
			made(data.KindNote, "text", secret), change("N-1", "text", secret, "a caller"), change("N-1", "text", "a caller", "somebody"),
		}, []int64{2, 3}, map[data.Ref]string{"N-1": "somebody"}},
		{"a long value overwritten since", []data.Body{
			made(data.KindNote, "text", "x"), change("N-1", "text", "x", long), change("N-1", "text", long, "y"),
		}, []int64{3, 4}, map[data.Ref]string{"N-1": data.Mask}}, // what masks the latest change masks what it left
		{"in the reason of a change", []data.Body{
			action(), data.Changed{Ref: "A-1", Changes: []data.Change{{Field: "state", Was: "open", Now: "done"}}, Why: secret},
		}, []int64{3}, nil},
		{"in the name of an owner", []data.Body{action("owner", secret)}, []int64{2}, nil},
		{"in the title of the incident", []data.Body{change("incident", "title", "Breach", secret)}, []int64{2}, nil},
		{"in the basis of a claim", []data.Body{claim("basis", secret)}, []int64{2}, nil},
		{"in a file that grew after it", append([]data.Body{made(data.KindNote, "text", long)}, many(300)...), []int64{2}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := newFile(t)
			s := mustOpen(t, path, options)
			record(t, s, tt.bodies...)
			if len(contains(t, path, secret)) == 0 {
				t.Fatal("the secret was never there: this proves nothing")
			}
			for _, seq := range tt.redact {
				record(t, s, redaction(t, s, seq))
			}
			if where := contains(t, path, secret); len(where) > 0 {
				t.Errorf("while the file is open, the text stands in %q", where)
			}
			rep := whole(t, s)
			if len(rep.Redacted) != len(tt.redact) {
				t.Errorf("Verify reports %v", rep.Redacted)
			}
			for ref, want := range tt.now {
				if got := get[*data.Note](t, s, ref).Text; got != want {
					t.Errorf("%s is %q, want %q", ref, got, want)
				}
			}
			before := everything(t, s)
			if err := rebuilt(t, s); err != nil {
				t.Fatal(err)
			}
			if after := everything(t, s); !slices.Equal(before, after) {
				t.Errorf("recorded:\n%q\nrebuilt:\n%q", before, after)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if where := contains(t, path, secret); len(where) > 0 {
				t.Errorf("after closing, the text stands in %q", where)
			}
		})
	}
}

// many returns notes that make the file's pages split.
func many(n int) (all []data.Body) {
	for i := range n {
		all = append(all, made(data.KindNote, "text", strings.Repeat("word ", i%200)+"end"))
	}
	return all
}

// Text is moved between pages as rows grow and shrink around it; no page keeps a
// copy. In each of the first five of these files one did, until redacting wrote
// the file anew.
func TestRedactLeavesNothingInPagesThatSplit(t *testing.T) {
	for _, seed := range []int{7, 27, 41, 49, 50, 1, 2, 3}[:unlessRace(8, 2)] {
		c := newSeeded(seed)
		path := fileIn(t, fastDir(t))
		s := mustOpen(t, path, options)
		texts := make([]string, 20+c.below(60))
		for i := range texts {
			texts[i] = strings.Repeat("w", 1+c.below(900))
			record(t, s, made(data.KindNote, "text", texts[i]))
		}
		var hidden []Offer
		for range 150 {
			i, now := c.below(len(texts)), strings.Repeat("v", 1+c.below(2500))
			if c.below(3) == 0 {
				now = strings.Repeat(secret+" ", c.below(120)) + secret
			}
			if now == texts[i] {
				continue
			}
			e := record(t, s, change(data.Ref(fmt.Sprintf("N-%d", i+1)), "text", texts[i], now))
			if strings.Contains(texts[i]+now, secret) {
				hidden = append(hidden, offer(redaction(t, s, e[0].Seq)))
			}
			texts[i] = now
		}
		c.rng.Shuffle(len(hidden), func(i, j int) { hidden[i], hidden[j] = hidden[j], hidden[i] })
		for len(hidden) > 0 {
			n := min(len(hidden), 1+c.below(5))
			if _, err := s.Record(t.Context(), hidden[:n]...); err != nil {
				t.Fatal(err)
			}
			hidden = hidden[n:]
		}
		whole(t, s)
		for _, when := range []string{"while the file is open", "after closing"} {
			if where := contains(t, path, secret[:8]); len(where) > 0 {
				t.Errorf("file %d: %s, the text stands in %q", seed, when, where)
			}
			s.Close()
		}
	}
}

// Redactions of several events of an item, and changes of it, in one transaction.
func TestRedactTogetherWithChanges(t *testing.T) {
	for _, order := range [][2]int64{{2, 3}, {3, 2}} {
		path := newFile(t, made(data.KindNote, "text", secret), change("N-1", "text", secret, "tell "+secret))
		s := mustOpen(t, path, options)
		_, err := s.Record(t.Context(), offer(change("N-1", "private", "", "true")),
			offer(redaction(t, s, order[0])), offer(redaction(t, s, order[1])), offer(change("N-1", "happened", "", "2024-08-15")))
		if err != nil {
			t.Fatal(err)
		}
		whole(t, s)
		if n := get[*data.Note](t, s, "N-1"); n.Text != data.Mask || !n.Private || !n.Happened.Known() {
			t.Errorf("got %+v", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if where := contains(t, path, secret); len(where) > 0 {
			t.Errorf("the text stands in %q", where)
		}
	}
}

// A redaction in one group with changes of the same item, one of them refused.
func TestRedactInOneGroupWithChanges(t *testing.T) {
	path := newFile(t, made(data.KindNote, "text", secret))
	s := mustOpen(t, path, options)
	red := redaction(t, s, 2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The first change of the first request would be good; its second is not.
	_, errs := groupOfRequests(t, path, // which proves the file
		[]Offer{offer(change("N-1", "private", "", "true")), offer(change("N-1", "about", "", "A-9"))},
		[]Offer{offer(change("N-1", "happened", "", "2024-08-15"))},
		[]Offer{offer(red)})
	refusal(t, errs[0], data.Failed, "there is no A-9")
	if errs[1] != nil || errs[2] != nil {
		t.Errorf("the others: %v", errs[1:])
	}
	n := get[*data.Note](t, openFile(t, path, options), "N-1")
	if n.Text != data.Mask || n.Private || !n.Happened.Known() {
		t.Errorf("got %+v", n)
	}
}

// An event that is recorded and redacted in one transaction.
func TestRedactWhatIsRecordedWithIt(t *testing.T) {
	s := newStore(t)
	body := made(data.KindNote, "text", secret)
	red, err := data.Redact(data.Event{Seq: 2, Ref: "N-1", Body: body}, "typed by mistake")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(t.Context(), offer(body), offer(red)); err != nil {
		t.Fatal(err)
	}
	whole(t, s)
	if n := get[*data.Note](t, s, "N-1"); n.Text != data.Mask {
		t.Errorf("got %q", n.Text)
	}
}

// A redaction masks and does nothing else: it is no way to rewrite the log.
func TestRedactWritesNothingElse(t *testing.T) {
	s := newStore(t, action("owner", "Ben"), made(data.KindNote, "text", secret))
	good := redaction(t, s, 2)
	for _, tt := range []struct {
		name  string
		alter func(*data.Redacted)
		want  string
	}{
		{"other content", func(r *data.Redacted) { r.Body = bytes.Replace(r.Body, []byte(data.Mask), []byte("Eve"), 1) }, "this is not what masking leaves of event 2"},
		{"the same in other bytes", func(r *data.Redacted) { r.Body = append([]byte(" "), r.Body...) }, "this is not what masking leaves of event 2"},
		{"another item", func(r *data.Redacted) { r.Item = "N-1" }, "this is not what masking leaves of event 2"},
		{"another kind", func(r *data.Redacted) { r.Of, r.Body = "changed", []byte(`{"ref":"A-1","changes":[]}`) }, "this is not what masking leaves of event 2"},
		{"a newer kind", func(r *data.Redacted) { r.Of = "lost" }, "this is not what masking leaves of event 2"},
		{"no kind at all", func(r *data.Redacted) { r.Of = "LOST" }, `nothing was recorded: unknown kind of event "LOST"`},
		{"another event", func(r *data.Redacted) { r.Event = 3 }, "this is not what masking leaves of event 3"},
		{"no event", func(r *data.Redacted) { r.Event = 99 }, "there is no event 99"},
		{"no reason", func(r *data.Redacted) { r.Why = "" }, "a redaction needs a reason"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			red := good
			red.Body = slices.Clone(good.Body)
			tt.alter(&red)
			_, err := s.Record(t.Context(), offer(red))
			refusal(t, err, data.Failed, tt.want)
		})
	}
	_, err := s.Record(t.Context(), Offer{By: "ben", Role: data.Responder, Body: good})
	refusal(t, err, data.Forbidden, "a responder may not do this")
	whole(t, s)
	if head, err := s.Head(t.Context()); err != nil || head.Seq != 3 {
		t.Errorf("head %d, %v; want 3: nothing was recorded", head.Seq, err)
	}
	record(t, s, good)
	_, err = s.Record(t.Context(), offer(good))
	refusal(t, err, data.Failed, "event 2 is redacted already")
	whole(t, s)
}

// Apart from a redaction the log only grows, whoever writes to the file.
func TestTheLogOnlyGrows(t *testing.T) {
	path := newFile(t, action("owner", "Ben"), made(data.KindNote, "text", secret))
	s := openFile(t, path, options)
	record(t, s, redaction(t, s, 2))
	db := openDB("file:" + path + "?mode=rw&_pragma=busy_timeout(5000)")
	defer db.Close()
	values := `'x', at, "by", ref, kind, body, salt, digest, hash FROM event WHERE seq = 3`
	for _, q := range []string{
		`UPDATE event SET "by" = 'eve'`,
		`UPDATE event SET body = '{}' WHERE seq = 3`,
		`UPDATE event SET body = '{}', salt = NULL WHERE seq = 3`, // no redaction names it
		`UPDATE event SET body = '{}' WHERE seq = 2`,              // it is redacted already
		`UPDATE event SET salt = x'00' WHERE seq = 2`,
		`UPDATE event SET seq = 9 WHERE seq = 3`,
		`UPDATE OR REPLACE event SET seq = 2 WHERE seq = 3`,
		`UPDATE OR REPLACE event SET id = (SELECT id FROM event WHERE seq = 2) WHERE seq = 3`,
		`DELETE FROM event`,
		`DELETE FROM event WHERE seq = 4`,
		`INSERT OR REPLACE INTO event SELECT 2, ` + values,
		`INSERT OR REPLACE INTO event SELECT 4, ` + values,
		`REPLACE INTO event SELECT 9, id, at, "by", ref, kind, body, salt, digest, hash FROM event WHERE seq = 3`,
		`INSERT INTO event SELECT 1, ` + values + ` ON CONFLICT DO UPDATE SET "by" = 'eve'`,
		`INSERT INTO event SELECT -1, ` + values,
	} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("%s: not refused", q)
		} else if !strings.Contains(err.Error(), "the log only grows") {
			t.Errorf("%s: %v", q, err)
		}
	}
	whole(t, s)
	// An event that a redaction names may be masked, once, and in nothing but its
	// content.
	if _, err := db.Exec(`UPDATE event SET body = '{}', salt = NULL, "by" = 'eve' WHERE seq = 2`); err == nil {
		t.Error("an author was changed under the cover of a redaction")
	}
}
